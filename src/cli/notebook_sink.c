// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "cli/notebook_sink.h"

#include <langinfo.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "ui/figure_draw.h"

#define FIGURE_COLS_MAX 100 // also where the width is not known

static struct look look;
static struct notebook *volatile running; // for the signal handler

static void print_text(void *self, const char *bytes, size_t len)
{
	(void)self;
	fwrite(bytes, 1, len, stdout);
}

static int terminal_cols(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col < 20)
		return FIGURE_COLS_MAX;
	return size.ws_col < FIGURE_COLS_MAX ? size.ws_col : FIGURE_COLS_MAX;
}

static void print_figure(void *self, struct figure *figure)
{
	struct strbuf text = STRBUF_INIT;

	(void)self;
	figure_print(figure, &look, terminal_cols(), &text);
	fwrite(text.data, 1, text.len, stdout);
	strbuf_release(&text);
}

/* In a file: letters only. */
static void write_figure(void *self, const struct figure *figure, struct strbuf *out)
{
	const struct look letters = {.glyphs = GLYPH_SET_ASCII, .colors = 1};

	(void)self;
	figure_print(figure, &letters, FIGURE_COLS_MAX, out);
}

/* Letters, but for a terminal that shows more. */
static void choose_look(const struct arguments *args)
{
	const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");
	bool terminal = isatty(STDOUT_FILENO) && term && *term && strcmp(term, "dumb") != 0 && !args->plain;
	bool colors = strcmp(args->color, "auto") ? !strcmp(args->color, "always")
						  : terminal && !(no_color && *no_color) && strstr(term, "256color");

	look.glyphs = GLYPH_SET_ASCII;
	if (terminal && !args->ascii && !strcmp(nl_langinfo(CODESET), "UTF-8"))
		look.glyphs = GLYPH_SET_BLOCK;
	look.colors = colors ? 256 : 1;
}

static void print_plot(void *self, const char *title, size_t series, const char *const *names, double x,
    const double *y)
{
	(void)self;
	printf("%s: %g", title, x);
	for (size_t i = 0; i < series; i++)
		if (!isnan(y[i])) // a curve without a point here
			printf(", %s %.6g", names[i], y[i]);
	putchar('\n');
}

static void on_signal(int number)
{
	(void)number;
	if (running)
		notebook_interrupt(running);
}

int notebook_sink_open(const struct arguments *args, struct notebook **ret, struct diag *diag)
{
	struct nb_sink sink = {.text = print_text, .figure = print_figure, .figure_text = write_figure,
		.plot = print_plot};
	struct nb_limits limits = {.files = true};

	choose_look(args);
	limits.memory_bytes = (size_t)args_integer(args, "max-memory") << 20;
	limits.seconds = args_number(args, "max-seconds");
	limits.output_bytes = (size_t)1 << 30;
	return notebook_new(&sink, &limits, ret, diag);
}

void notebook_sink_close(struct notebook *nb)
{
	notebook_free(nb);
}

int notebook_sink_run(struct notebook *nb, const char *name, const char *source, bool echo)
{
	struct strbuf traceback = STRBUF_INIT;
	struct diag diag;
	struct sigaction ours = {.sa_handler = on_signal}, theirs[2];
	int r;

	running = nb;
	sigemptyset(&ours.sa_mask);
	sigaction(SIGINT, &ours, &theirs[0]);
	sigaction(SIGTERM, &ours, &theirs[1]);
	r = notebook_run(nb, name, source, echo, &traceback, &diag);
	sigaction(SIGINT, &theirs[0], NULL);
	sigaction(SIGTERM, &theirs[1], NULL);
	running = NULL;
	fflush(stdout);
	if (r < 0)
		fputs(traceback.data, stderr);
	strbuf_release(&traceback);
	if (r == 0)
		return EXIT_STATUS_DONE;
	return r == ERR_INTERRUPTED ? EXIT_STATUS_INTERRUPTED : EXIT_STATUS_FAILED;
}
