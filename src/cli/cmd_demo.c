// SPDX-License-Identifier: GPL-3.0-or-later
/* convtutor demo FILE: a script drives the real program, on the screen or, with --check, without one. */
#include "config.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "cli/command.h"
#include "cli/learning.h"
#include "ui/app.h"
#include "ui/lineedit.h"
#include "ui/script.h"
#include "ui/terminal.h"

static const struct option_def options[] = {
	OPTION_FLAG("check", "no screen and no pauses: run it and tell whether all it expects holds"),
	OPTION_END,
};

/* What the screen showed when something did not hold. */
static void show_failure(const struct script_player *player, struct app *app)
{
	struct strbuf screen = STRBUF_INIT;

	canvas_dump(app_draw(app), CANVAS_DUMP_FRAME, &screen);
	fputs(screen.data, stderr);
	strbuf_release(&screen);
	cli_fail(EXIT_STATUS_FAILED, &player->failure);
}

static int open_lesson(struct app *app, const struct learning *learning, const struct script *script,
    struct diag *diag)
{
	const struct lesson *lesson = shelf_find(&learning->shelf, script->lesson);

	if (!script->lesson[0])
		return 0;
	if (!lesson)
		return diag_set(diag, ERR_NOT_FOUND, "%s: there is no lesson '%s'", script->file,
		    script->lesson);
	return app_open_lesson(app, lesson, script->step, diag);
}

/* Sizes and look: the terminal's, or under --check what the script says. */
static struct app_options app_options(const struct learning *learning, const struct script *script, bool check)
{
	struct app_options result = {
		.shelf = &learning->shelf,
		.progress = learning->progress,
		.look = {GLYPH_SET_BLOCK, 256, true},
		.rows = script->rows,
		.cols = script->cols,
	};

	if (!check) {
		result.look = terminal_look();
		terminal_size(&result.rows, &result.cols);
	}
	return result;
}

/* 0: all held; 1: something did not, and that has been said; negative: *diag. */
static int play(const struct learning *learning, const struct script *script, bool check, struct diag *diag)
{
	struct app_options with = app_options(learning, script, check);
	struct event_source live = terminal_events(), events;
	struct script_player player;
	struct app *app = app_new(&with);
	int r;

	lineedit_start(NULL, app_complete, app);
	script_player_init(&player, script, app, check ? NULL : &live);
	events = script_events(&player);
	r = open_lesson(app, learning, script, diag);
	if (r == 0)
		app_run(app, &events, check ? NULL : terminal_present);
	script_player_release(&player);
	if (player.failure.code) {
		terminal_close();
		show_failure(&player, app);
		r = 1;
	}
	app_free(app);
	lineedit_stop();
	return r;
}

static int open_and_play(const struct arguments *args, const struct script *script, bool check)
{
	struct terminal_options terminal = {.ascii = args->ascii, .no_motion = args->no_motion};
	struct learning learning;
	struct diag diag;
	int r;

	if (learning_open(args, true, &learning, &diag) < 0)
		return cli_fail(EXIT_STATUS_FAILED, &diag);
	if (!check && terminal_open(&terminal, &diag) < 0) {
		diag_hint(&diag, "--check plays it without a screen");
		learning_release(&learning);
		return cli_fail(EXIT_STATUS_FAILED, &diag);
	}
	clock_use_logical(check);
	r = play(&learning, script, check, &diag);
	terminal_close();
	learning_release(&learning);
	if (r < 0)
		return cli_fail(EXIT_STATUS_FAILED, &diag);
	return r ? EXIT_STATUS_FAILED : EXIT_STATUS_DONE;
}

static int run_demo(const struct arguments *args)
{
	struct script script;
	struct diag diag;
	int status;

	if (script_read(args->operands[0], &script, &diag) < 0)
		return cli_fail(EXIT_STATUS_FAILED, &diag);
	status = open_and_play(args, &script, args_flag(args, "check"));
	script_release(&script);
	return status;
}

const struct command cmd_demo = {
	.name = "demo",
	.operands = "FILE",
	.summary = "Play a scripted demo",
	.details = "A demo presses keys, waits for states, expects what the screen must show and saves "
		   "screens. While it plays, any key skips a pause and q ends it. Your own progress is "
		   "not touched.",
	.examples = "  convtutor demo tour.demo\n  convtutor demo tour.demo --check\n",
	.min_operands = 1,
	.max_operands = 1,
	.options = options,
	.run = run_demo,
};
