// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Lessons line by line: for screen readers, dumb terminals and pipes. Nothing moves the cursor; whatever
 * changed is said. While something runs (an animation, training) lines are still obeyed on a terminal;
 * in a pipe the next line waits until it has ended, so that a file of words plays from its beginning to
 * its end.
 */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "cli/command.h"
#include "cli/learning.h"
#include "lesson/plain.h"
#include "notebook/notebook.h"
#include "ui/app.h"
#include "ui/figure_draw.h"

#define POLL_SECONDS 0.1
#define FRAME_SECONDS 10 // of an animation in a pipe: nobody is there to watch it move

struct plain {
	const struct learning *learning;
	struct session *session;
	bool interactive; // someone types
	double time;	  // that stages are told
	double epochs;	  // last said
	char *line;	  // getline's
	size_t cap;
};

static void print_out(struct strbuf *text)
{
	fwrite(text->data, 1, text->len, stdout);
	fflush(stdout);
	strbuf_release(text);
}

static bool is_busy(const struct plain *plain)
{
	const struct stage *stage = plain->session ? plain->session->stage : NULL;

	return stage && stage->ops->busy && stage->ops->busy(stage);
}

/* Training says a line an epoch. */
static void say_epoch(struct plain *plain)
{
	const struct stage *stage = plain->session->stage;
	struct strbuf text = STRBUF_INIT;
	double epochs;

	if (!stage->ops->state || !stage->ops->state(stage, "epochs_done", &epochs) || epochs == plain->epochs)
		return;
	plain->epochs = epochs;
	session_describe_plain(plain->session, PLAIN_PART_SUM, &text);
	print_out(&text);
}

static void tick(struct plain *plain)
{
	plain->time = plain->interactive ? clock_now() : plain->time + FRAME_SECONDS;
	session_tick(plain->session, plain->time);
	say_epoch(plain);
}

/* Until a line can be read, or, in a pipe, until nothing runs any more. */
static void wait_while_busy(struct plain *plain)
{
	struct pollfd in = {STDIN_FILENO, POLLIN, 0};
	bool was_busy = is_busy(plain);

	while (is_busy(plain)) {
		if (plain->interactive && poll(&in, 1, (int)(POLL_SECONDS * 1000)) != 0)
			return;
		if (!plain->interactive)
			poll(NULL, 0, 1);
		tick(plain);
	}
	if (was_busy) {
		struct strbuf text = STRBUF_INIT;

		session_describe_plain(plain->session, PLAIN_PART_STAGE | PLAIN_PART_SUM, &text);
		print_out(&text);
	}
}

/* The next line without its end, or NULL at the end of the input. */
static const char *read_line(struct plain *plain)
{
	ssize_t len;

	wait_while_busy(plain);
	if (plain->interactive) {
		fputs("> ", stdout);
		fflush(stdout);
	}
	len = getline(&plain->line, &plain->cap, stdin);
	if (len < 0)
		return NULL;
	while (len > 0 && strchr("\r\n", plain->line[len - 1]))
		plain->line[--len] = '\0';
	return plain->line;
}

static void print_menu(const struct learning *learning)
{
	if (learning->notice.len)
		cli_note("%s", learning->notice.data);
	printf("Lessons:\n");
	for (size_t i = 0; i < learning->shelf.count; i++) {
		const struct lesson *lesson = learning->shelf.lessons[i];

		printf("%zu. %s (%zu steps%s). %s\n", i + 1, lesson->title, lesson->step_count,
		    progress_is_done(learning->progress, lesson->id) ? ", done" : "", lesson->summary);
	}
	printf("Type the number or the id of a lesson, or quit.\n");
}

static bool is_quit(const char *line)
{
	return !strcmp(line, "quit") || !strcmp(line, "q") || !strcmp(line, "exit");
}

static const struct lesson *choose(struct plain *plain, bool *ret_quit)
{
	const struct shelf *shelf = &plain->learning->shelf;
	const struct lesson *lesson = NULL;
	const char *line;

	print_menu(plain->learning);
	while (!lesson) {
		line = read_line(plain);
		if (!line || is_quit(line)) {
			*ret_quit = true;
			return NULL;
		}
		if (atoi(line) >= 1 && (size_t)atoi(line) <= shelf->count)
			lesson = shelf->lessons[atoi(line) - 1];
		else
			lesson = shelf_find(shelf, line);
		if (!lesson && *line)
			printf("There is no lesson '%s'.\n", line);
	}
	return lesson;
}

/* Pictures in letters; the session keeps the text and says it. */
static void print_figure(void *self, struct figure *figure)
{
	const struct look look = {.glyphs = GLYPH_SET_ASCII, .colors = 1};
	struct strbuf text = STRBUF_INIT;

	(void)self;
	figure_print(figure, &look, PLAIN_WIDTH, &text);
	print_out(&text);
}

static const struct nb_sink letters = {.figure = print_figure};

/* Walk through one lesson; true: leave the program. */
static bool walk(struct plain *plain)
{
	struct strbuf text = STRBUF_INIT;

	session_describe_plain(plain->session, PLAIN_STEP_WHOLE, &text);
	print_out(&text);
	while (!plain->session->finished) {
		const char *line = read_line(plain);

		if (!line || is_quit(line))
			return true;
		if (!strcmp(line, "menu"))
			return false;
		// An empty line goes on, as Enter does on the screen.
		if (!*line && !session_question(plain->session))
			line = "next";
		session_do_plain(plain->session, *line ? line : "help", &text);
		print_out(&text);
		if (plain->session->stage && is_busy(plain))
			tick(plain);
	}
	return false;
}

int learn_plainly(const struct learning *learning, const struct lesson *lesson, size_t step)
{
	struct plain plain = {.learning = learning, .interactive = isatty(STDIN_FILENO)};
	bool one_lesson = lesson != NULL, quit = false;
	int status = EXIT_STATUS_DONE;
	struct diag diag;

	while (!quit && (lesson || (lesson = choose(&plain, &quit)) != NULL)) {
		if (step == APP_STEP_RESUME)
			step = progress_is_done(learning->progress, lesson->id)
			    ? 0 : progress_step(learning->progress, lesson->id);
		if (step >= lesson->step_count)
			step = lesson->step_count - 1; // the lesson was longer once
		if (session_open(lesson, learning->progress, step, &plain.session, &diag) < 0) {
			status = cli_fail(EXIT_STATUS_FAILED, &diag);
			break;
		}
		session_set_screen(plain.session, &letters);
		quit = walk(&plain) || one_lesson;
		session_free(plain.session);
		plain.session = NULL;
		lesson = NULL;
		step = APP_STEP_RESUME;
	}
	free(plain.line);
	return status;
}
