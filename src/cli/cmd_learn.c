// SPDX-License-Identifier: GPL-3.0-or-later
/* convtutor [learn [ID[:STEP]]]: the lessons, full-screen on a terminal that can, else line by line. */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "cli/command.h"
#include "cli/learning.h"
#include "notebook/notebook.h"
#include "ui/app.h"
#include "ui/lineedit.h"
#include "ui/terminal.h"

static struct terminal_options terminal_options(const struct arguments *args)
{
	return (struct terminal_options){
		.color = !strcmp(args->color, "always") ? COLOR_WHEN_ALWAYS
		    : !strcmp(args->color, "never")	? COLOR_WHEN_NEVER
							: COLOR_WHEN_AUTO,
		.ascii = args->ascii,
		.no_motion = args->no_motion,
	};
}

static void interrupt(void *notebook)
{
	notebook_interrupt(notebook);
}

static void work(struct notebook *notebook)
{
	terminal_catch_interrupt(notebook ? interrupt : NULL, notebook);
}

static int run_screen(const struct learning *learning, const struct lesson *lesson, size_t step,
    struct diag *diag)
{
	struct app_options options = {
		.shelf = &learning->shelf,
		.progress = learning->progress,
		.look = terminal_look(),
		.work = work,
		.notice = learning->notice.len ? learning->notice.data : NULL,
	};
	struct event_source events = terminal_events();
	char *history = lineedit_history_path();
	struct app *app;
	int r = 0;

	terminal_size(&options.rows, &options.cols);
	app = app_new(&options);
	lineedit_start(history, app_complete, app);
	if (lesson)
		r = app_open_lesson(app, lesson, step, diag);
	if (r == 0)
		app_run(app, &events, terminal_present);
	app_free(app);
	lineedit_stop();
	mem_free(history);
	return r;
}

/* In a pipe it is no surprise; on a terminal that cannot do more it is. */
static void say_why_plain(const struct diag *diag)
{
	struct strbuf text = STRBUF_INIT;

	if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
		diag_format(diag, &text);
		cli_note("%s", text.data);
	}
	strbuf_release(&text);
}

static int run_learn(const struct arguments *args)
{
	struct terminal_options options = terminal_options(args);
	const struct lesson *lesson = NULL;
	struct lesson *owned = NULL;
	size_t step = APP_STEP_RESUME;
	struct learning learning;
	struct diag diag;
	int r = learning_open(args, false, &learning, &diag), status = EXIT_STATUS_DONE;

	if (r < 0)
		return cli_fail(EXIT_STATUS_FAILED, &diag);
	if (args->count)
		r = learning_find(&learning, args->operands[0], &lesson, &owned, &step, &diag);
	if (r == 0 && !args->plain && terminal_open(&options, &diag) == 0) {
		r = run_screen(&learning, lesson, step, &diag);
		terminal_close();
		if (terminal_end_signal())
			status = EXIT_STATUS_INTERRUPTED;
	} else if (r == 0) {
		if (!args->plain)
			say_why_plain(&diag);
		status = learn_plainly(&learning, lesson, step);
	}
	if (r < 0)
		status = cli_fail(EXIT_STATUS_FAILED, &diag);
	lesson_free(owned);
	learning_release(&learning);
	return status;
}

const struct command cmd_learn = {
	.name = "learn",
	.operands = "[ID[:STEP]|FILE]",
	.summary = "Open the lessons; resumes where you left",
	.details = "Without an operand the menu of lessons is shown. On a terminal that cannot move its "
		   "cursor, in a pipe, or with --plain, the same lesson runs line by line.",
	.examples = "  convtutor\n  convtutor learn edges\n  convtutor learn edges:3 --plain\n",
	.max_operands = 1,
	.run = run_learn,
};
