// SPDX-License-Identifier: GPL-3.0-or-later
/* Playing a script: orders become events, or are carried out on the spot. */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/paths.h"
#include "ui/script.h"

#define WAIT_SECONDS_MAX 120 // of real time, for a state that never comes
#define KEY_SECONDS 0.25     // between keys of a demo that is played
#define POLL_SECONDS 0.005   // while a training thread works

void script_player_init(struct script_player *player, const struct script *script, struct app *app,
    const struct event_source *live)
{
	*player = (struct script_player){.script = script, .app = app, .live = live};
}

static void fail(struct script_player *player, const struct order *order, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

static void fail(struct script_player *player, const struct order *order, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	diag_vset(&player->failure, ERR_STATE, fmt, ap);
	va_end(ap);
	diag_at(&player->failure, player->script->file, order->line, 0);
}

static bool compare(double value, const char *op, double number)
{
	switch (op[0]) {
	case '=':
		return value == number;
	case '!':
		return value != number;
	case '<':
		return op[1] ? value <= number : value < number;
	default:
		return op[1] ? value >= number : value > number;
	}
}

static bool state_holds(const struct script_player *player, const struct order *order, double *ret_value)
{
	*ret_value = NAN;
	return app_state(player->app, order->name, ret_value) && compare(*ret_value, order->op, order->number);
}

static bool screen_shows(const struct script_player *player, const char *text)
{
	struct strbuf screen = STRBUF_INIT;
	bool shows;

	canvas_dump(app_draw(player->app), 0, &screen);
	shows = strstr(screen.data, text) != NULL;
	strbuf_release(&screen);
	return shows;
}

static void fail_with_screen(struct script_player *player, const struct order *order, const char *what)
{
	fail(player, order, "%s: %s", what, order->text);
}

static char *beside_script(const struct script_player *player, const char *name)
{
	const char *slash = strrchr(player->script->file, '/');

	if (!slash || name[0] == '/')
		return xstrdup(name);
	return xasprintf("%.*s/%s", (int)(slash - player->script->file), player->script->file, name);
}

static void save_screen(struct script_player *player, const struct order *order, const char *path)
{
	size_t len = strlen(path);
	struct strbuf picture = STRBUF_INIT;
	struct canvas *canvas = app_draw(player->app);

	if (len > 4 && !strcmp(path + len - 4, ".svg"))
		canvas_svg(canvas, &picture);
	else
		canvas_dump(canvas, 0, &picture);
	if (file_write(path, picture.data, picture.len, &player->failure) < 0)
		diag_at(&player->failure, player->script->file, order->line, 0);
	strbuf_release(&picture);
}

static void check_golden_screen(struct script_player *player, const struct order *order)
{
	char *path = beside_script(player, order->text), *expected = NULL;
	struct strbuf screen = STRBUF_INIT;
	size_t len;

	canvas_dump(app_draw(player->app), CANVAS_DUMP_FRAME, &screen);
	if (getenv("UPDATE")) {
		if (file_write(path, screen.data, screen.len, &player->failure) < 0)
			diag_at(&player->failure, player->script->file, order->line, 0);
	} else if (file_read(path, 1 << 20, &expected, &len, &player->failure) < 0) {
		diag_at(&player->failure, player->script->file, order->line, 0);
	} else if (strcmp(expected, screen.data) != 0) {
		fail(player, order, "the screen is not that of %s", path);
	}
	mem_free(expected);
	strbuf_release(&screen);
	mem_free(path);
}

/* ------------------------------------------------------------------ time */

static void sleep_real(double seconds)
{
	struct timespec ts = {(time_t)seconds, (long)((seconds - floor(seconds)) * 1e9)};

	nanosleep(&ts, NULL);
}

/* Let `seconds` pass: on the logical clock, or for real with the user's keys watched. True: skip the
 * rest of the pause. */
static bool let_pass(struct script_player *player, double seconds, struct event *ret)
{
	*ret = (struct event){.kind = EVENT_KIND_TICK};
	if (clock_is_logical()) {
		clock_advance(seconds);
		if (app_is_busy(player->app))
			sleep_real(POLL_SECONDS);
		return true;
	}
	if (!player->live) {
		sleep_real(seconds);
		return true;
	}
	player->live->next(player->live->self, seconds, ret);
	if (ret->kind == EVENT_KIND_KEY && (ret->key == 'q' || ret->key == KEY_CTRL('c')))
		ret->kind = EVENT_KIND_END;
	else if (ret->kind == EVENT_KIND_KEY)
		ret->kind = EVENT_KIND_TICK;
	return true;
}

/* True when the wait is over (or has failed). */
static bool wait_for(struct script_player *player, const struct order *order)
{
	double value = NAN;
	bool reached = order->name[0] ? state_holds(player, order, &value) : screen_shows(player, order->text);

	if (!player->is_waiting) {
		player->is_waiting = true;
		player->waiting_since = clock_real();
	}
	if (!reached && clock_real() - player->waiting_since > WAIT_SECONDS_MAX) {
		fail(player, order, "waited %d s for '%s', now %g", WAIT_SECONDS_MAX, order->text, value);
		reached = true;
	}
	if (reached)
		player->is_waiting = false;
	return reached;
}

/* ------------------------------------------------------------------ orders */

static void check_state(struct script_player *player, const struct order *order)
{
	double value;

	if (!state_holds(player, order, &value))
		fail(player, order, "expected %s, it is %g", order->text, value);
}

/* Carry out an order that is no event; true when it is done. */
static bool carry_out(struct script_player *player, const struct order *order, struct event *ret)
{
	switch (order->kind) {
	case ORDER_KIND_WAIT:
		if (wait_for(player, order))
			return true;
		let_pass(player, 0.05, ret);
		return false;
	case ORDER_KIND_EXPECT:
		if (!screen_shows(player, order->text))
			fail_with_screen(player, order, "the screen does not show");
		return true;
	case ORDER_KIND_EXPECT_NOT:
		if (screen_shows(player, order->text))
			fail_with_screen(player, order, "the screen shows");
		return true;
	case ORDER_KIND_EXPECT_STATE:
		check_state(player, order);
		return true;
	case ORDER_KIND_SAVE_SCREEN:
		save_screen(player, order, order->text);
		return true;
	case ORDER_KIND_GOLDEN:
		check_golden_screen(player, order);
		return true;
	default:
		return true;
	}
}

static void next_order(struct script_player *player)
{
	player->order++;
	player->key = 0;
}

/* The next key of an order that presses some; false when it has pressed all. */
static bool press(struct script_player *player, const struct order *order, struct event *ret)
{
	if (player->key >= order->key_count)
		return false;
	if (!clock_is_logical() && let_pass(player, KEY_SECONDS, ret) && ret->kind == EVENT_KIND_END)
		return true;
	*ret = (struct event){.kind = EVENT_KIND_KEY, .key = order->keys[player->key++]};
	return true;
}

static bool paste(struct script_player *player, const struct order *order, struct event *ret)
{
	char *path = beside_script(player, order->text);
	size_t len;

	mem_free(player->pasted);
	player->pasted = NULL;
	if (file_read(path, 1 << 20, &player->pasted, &len, &player->failure) < 0)
		diag_at(&player->failure, player->script->file, order->line, 0);
	mem_free(path);
	*ret = (struct event){.kind = EVENT_KIND_PASTE, .text = player->pasted};
	return player->pasted != NULL;
}

/* True: *ret is the event; false: the order is done, look at the next one. */
static bool play(struct script_player *player, const struct order *order, struct event *ret)
{
	switch (order->kind) {
	case ORDER_KIND_KEY:
	case ORDER_KIND_TYPE:
	case ORDER_KIND_ENTER:
		if (press(player, order, ret))
			return true;
		next_order(player);
		return false;
	case ORDER_KIND_PASTE:
		next_order(player);
		return paste(player, order, ret);
	case ORDER_KIND_RESIZE:
		*ret = (struct event){.kind = EVENT_KIND_RESIZE, .rows = order->rows, .cols = order->cols};
		next_order(player);
		return clock_is_logical(); // on a terminal, its own size counts
	case ORDER_KIND_PAUSE:
		let_pass(player, order->number, ret);
		next_order(player);
		return true;
	default:
		if (!carry_out(player, order, ret))
			return true;
		next_order(player);
		return false;
	}
}

static void next_event(void *self, double timeout, struct event *ret)
{
	struct script_player *player = self;

	(void)timeout;
	while (player->order < player->script->count && !player->failure.code) {
		if (play(player, &player->script->orders[player->order], ret))
			return;
	}
	*ret = (struct event){.kind = EVENT_KIND_END};
}

void script_player_release(struct script_player *player)
{
	mem_free(player->pasted);
	player->pasted = NULL;
}

struct event_source script_events(struct script_player *player)
{
	return (struct event_source){.self = player, .next = next_event};
}
