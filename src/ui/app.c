// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/app.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "notebook/notebook.h"
#include "ui/app_internal.h"
#include "ui/lineedit.h"

#define ROWS_LEAST 5 // below this, or COLS_LEAST, only a line asking for room
#define COLS_LEAST 20
#define REFRESH_SECONDS 0.2 // between redraws while a program at the prompt runs
#define TICK_SECONDS 0.1 // redraws of a running animation or training, at the most

struct app *app_new(const struct app_options *options)
{
	struct app *app = xzalloc(1, sizeof(*app));
	const char *last = progress_last_lesson(options->progress);

	app->options = *options;
	app->screen = &screen_menu;
	canvas_init(&app->canvas, options->rows, options->cols);
	strbuf_init(&app->pending);
	for (size_t i = 0; i < options->shelf->count; i++) {
		if (!strcmp(options->shelf->lessons[i]->id, last))
			app->selected = i;
	}
	if (options->notice)
		app__note(app, "%s", options->notice);
	return app;
}

void app_free(struct app *app)
{
	if (!app)
		return;
	app__close_lesson(app);
	canvas_release(&app->canvas);
	strbuf_release(&app->pending);
	mem_free(app->note);
	mem_free(app);
}

void app__close_lesson(struct app *app)
{
	session_free(app->session);
	app->session = NULL;
	app->lesson = NULL;
	result_clear(&app->result);
	app->line_mode = LINE_MODE_KEYS;
	strbuf_clear(&app->pending);
	app->text_first = 0;
}

/* A program at the prompt draws: the screen follows a few times a second, while it still runs. */
static void refresh(struct app *app)
{
	double now = clock_real();

	if (!app->present || now - app->presented < REFRESH_SECONDS)
		return;
	app->presented = now;
	app->present(app_draw(app));
}

static void live_figure(void *self, struct figure *figure)
{
	struct app *app = self;
	struct nb_sink sink = result_sink(&app->result);

	sink.figure(sink.self, figure);
	refresh(app);
}

/* The session keeps the text. */
static void live_text(void *self, const char *bytes, size_t len)
{
	(void)bytes;
	(void)len;
	refresh(self);
}

static void live_value(void *self, const struct tensor *tensor)
{
	struct app *app = self;
	struct nb_sink sink = result_sink(&app->result);

	sink.value(sink.self, tensor);
}

static void live_plot(void *self, const char *title, size_t series, const char *const *names, double x,
    const double *y)
{
	struct app *app = self;
	struct nb_sink sink = result_sink(&app->result);

	sink.plot(sink.self, title, series, names, x, y);
	refresh(app);
}

static struct nb_sink live_sink(struct app *app)
{
	return (struct nb_sink){.self = app, .text = live_text, .figure = live_figure, .value = live_value, .plot = live_plot,
		.drafts = true};
}

int app_open_lesson(struct app *app, const struct lesson *lesson, size_t step, struct diag *diag)
{
	struct session *session;
	int r;

	if (step == APP_STEP_RESUME)
		step = progress_step(app->options.progress, lesson->id);
	if (step >= lesson->step_count)
		step = lesson->step_count - 1; // the lesson was longer once
	r = session_open(lesson, app->options.progress, step, &session, diag);
	if (r < 0)
		return r;
	app__close_lesson(app);
	app->lesson = lesson;
	app->session = session;
	app->sink = live_sink(app);
	session_set_screen(session, &app->sink);
	app->show_text = true;
	app__note(app, "%s", "");
	app__show(app, &screen_lesson);
	return 0;
}

void app__show(struct app *app, const struct screen *screen)
{
	app->screen = screen;
	lineedit_set("");
}

void app__note(struct app *app, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	mem_free(app->note);
	app->note = xstrdup(text);
}

static void handle_key(struct app *app, uint32_t key)
{
	if (key == KEY_CTRL('l'))
		return; // the terminal redraws all by itself
	app->screen->key(app, key);
}

void app_handle(struct app *app, const struct event *event)
{
	switch (event->kind) {
	case EVENT_KIND_KEY:
		handle_key(app, event->key);
		break;
	case EVENT_KIND_PASTE:
		if (app->screen->paste)
			app->screen->paste(app, event->text);
		break;
	case EVENT_KIND_RESIZE:
		canvas_resize(&app->canvas, event->rows, event->cols);
		break;
	case EVENT_KIND_END:
		app->over = true;
		break;
	case EVENT_KIND_TICK:
		break;
	}
	if (app->session)
		session_tick(app->session, clock_now());
}

static void draw_too_small(struct canvas *canvas)
{
	canvas_text(canvas, canvas_area(canvas), 0, 0, STYLE_NORMAL, "20x5 needed");
}

struct canvas *app_draw(struct app *app)
{
	canvas_erase(&app->canvas);
	if (app->canvas.rows < ROWS_LEAST || app->canvas.cols < COLS_LEAST)
		draw_too_small(&app->canvas);
	else
		app->screen->draw(app);
	return &app->canvas;
}

bool app_is_busy(const struct app *app)
{
	const struct stage *stage = app->session ? app->session->stage : NULL;

	return stage && stage->ops->busy && stage->ops->busy(stage);
}

double app_timeout(const struct app *app)
{
	return app_is_busy(app) ? TICK_SECONDS : -1;
}

bool app_is_over(const struct app *app)
{
	return app->over;
}

const struct session *app_session(const struct app *app)
{
	return app->session;
}

static size_t answered_count(const struct session *session)
{
	size_t count = 0;

	for (size_t i = 0; i < session_step(session)->question_count; i++)
		count += session_answer_state(session, i) != ANSWER_STATE_OPEN;
	return count;
}

static bool stage_state(const struct stage *stage, const char *name, double *ret)
{
	return stage && stage->ops->state && stage->ops->state(stage, name, ret);
}

static bool session_state(const struct session *session, const char *name, double *ret)
{
	if (!strncmp(name, "stage.", 6)) // where the stage has a name of the session, too
		return stage_state(session->stage, name + 6, ret);
	if (!strcmp(name, "step"))
		*ret = (double)session->step + 1;
	else if (!strcmp(name, "steps"))
		*ret = (double)session->lesson->step_count;
	else if (!strcmp(name, "question"))
		*ret = session_question(session) != NULL;
	else if (!strcmp(name, "answered"))
		*ret = (double)answered_count(session);
	else
		return stage_state(session->stage, name, ret);
	return true;
}

bool app_state(const struct app *app, const char *name, double *ret)
{
	if (!strcmp(name, "menu"))
		*ret = app->screen == &screen_menu;
	else if (!strcmp(name, "lesson"))
		*ret = app->screen == &screen_lesson;
	else if (!strcmp(name, "prompt"))
		*ret = app->line_mode == LINE_MODE_PROMPT;
	else if (!strcmp(name, "busy"))
		*ret = app_is_busy(app);
	else
		return app->session && session_state(app->session, name, ret);
	return true;
}

static const struct stage_command no_commands[] = {{NULL, NULL, NULL}};

void app_complete(void *self, const char *text, size_t *ret_start, void (*add)(void *to, const char *word),
    void *to)
{
	const struct app *app = self;

	if (!app->session)
		return;
	notebook_complete(app->session->notebook, text, ret_start, add, to);
	if (text[strspn(text, "abcdefghijklmnopqrstuvwxyz-")])
		return;
	for (const struct session_word *word = session_words; word->word; word++)
		add(to, word->word);
	for (const struct stage_command *command = app->session->stage ? app->session->stage->ops->commands : no_commands;
	     command->word; command++)
		add(to, command->word);
}

void app_run(struct app *app, const struct event_source *source,
    void (*present)(const struct canvas *canvas))
{
	app->present = present;
	while (!app->over) {
		struct canvas *canvas = app_draw(app);
		struct event event;

		if (present)
			present(canvas);
		source->next(source->self, app_timeout(app), &event);
		app_handle(app, &event);
	}
	app->present = NULL;
}

/* ------------------------------------------------------------------ pieces of all screens */

void app__draw_title(struct app *app, const char *left, const char *right)
{
	struct rect area = canvas_area(&app->canvas);
	int cols = area.cols, room = cols - utf8_text_width(right) - 2;

	for (int col = 0; col < cols; col++)
		canvas_char(&app->canvas, area, 0, col, STYLE_TITLE, ' ');
	canvas_text(&app->canvas, rect_sub(area, 0, 0, 1, room > 4 ? room : cols), 0, 1, STYLE_TITLE, left);
	if (room > 4)
		canvas_text_right(&app->canvas, area, 0, cols - 1, STYLE_TITLE, right);
}

void app__draw_bar(struct app *app, struct rect area, int row, int col, int cols, double fraction)
{
	bool ascii = app->options.look.glyphs == GLYPH_SET_ASCII;
	int filled = (int)(fraction * cols + 0.5);

	for (int i = 0; i < cols; i++) {
		uint32_t full = ascii ? '#' : 0x2588, empty = ascii ? '.' : 0x2591;

		canvas_char(&app->canvas, area, row, col + i, STYLE_DIM, i < filled ? full : empty);
	}
}

void app__draw_keys(struct app *app, struct rect area, const struct key_label *keys, size_t count)
{
	int row = area.rows - 1, col = 1;

	for (size_t i = 0; i < count; i++) {
		int need = utf8_text_width(keys[i].key) + 1 + utf8_text_width(keys[i].label);

		if (col + need >= area.cols)
			continue; // a later, shorter one may still fit
		col = canvas_text(&app->canvas, area, row, col, STYLE_KEY, keys[i].key) + 1;
		col = canvas_text(&app->canvas, area, row, col, STYLE_NORMAL, keys[i].label) + 2;
	}
}
