// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "cli/notebook_sink.h"

#include <math.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "engine/tensor.h"

#define IMAGE_COLUMNS 72

static struct notebook *volatile running; // for the signal handler

static void print_text(void *self, const char *bytes, size_t len)
{
	(void)self;
	fwrite(bytes, 1, len, stdout);
}

static void value_range(const struct tensor *t, double *low, double *high)
{
	int64_t at[TENSOR_MAX_DIMS] = {0};

	*low = INFINITY;
	*high = -INFINITY;
	for (at[0] = 0; at[0] < t->shape[0]; at[0]++)
		for (at[1] = 0; at[1] < t->shape[1]; at[1]++) {
			double v = tensor_at(t, at);

			*low = v < *low ? v : *low;
			*high = v > *high ? v : *high;
		}
}

// A character a pixel, light to dark from the smallest to the largest value; big images are thinned.
static void print_image(void *self, const char *title, const struct tensor *t)
{
	static const char shades[] = " .:-=+*#%@";
	int64_t at[TENSOR_MAX_DIMS] = {0}, step;
	double low, high;

	(void)self;
	if (t->ndim != 2 || tensor_count(t) == 0)
		return;
	value_range(t, &low, &high);
	step = (t->shape[1] + IMAGE_COLUMNS - 1) / IMAGE_COLUMNS;
	printf("%s%s%lldx%lld, from %g ' ' to %g '@'\n", title, *title ? ": " : "", (long long)t->shape[0],
	    (long long)t->shape[1], low, high);
	for (at[0] = 0; at[0] < t->shape[0]; at[0] += step) {
		for (at[1] = 0; at[1] < t->shape[1]; at[1] += step) {
			double share = high > low ? (tensor_at(t, at) - low) / (high - low) : 0;

			putchar(share >= 0 ? shades[(int)(share * 9.999)] : '?');
		}
		putchar('\n');
	}
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
	struct nb_sink sink = {.text = print_text, .image = print_image, .plot = print_plot};
	struct nb_limits limits = {.files = true};
	struct sigaction action = {.sa_handler = on_signal};
	int r;

	limits.memory_bytes = (size_t)args_integer(args, "max-memory") << 20;
	limits.seconds = args_number(args, "max-seconds");
	limits.output_bytes = (size_t)1 << 30;
	r = notebook_new(&sink, &limits, ret, diag);
	if (r < 0)
		return r;
	running = *ret;
	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	return 0;
}

void notebook_sink_close(struct notebook *nb)
{
	running = NULL;
	notebook_free(nb);
}

int notebook_sink_run(struct notebook *nb, const char *name, const char *source, bool echo)
{
	struct strbuf traceback = STRBUF_INIT;
	struct diag diag;
	int r = notebook_run(nb, name, source, echo, &traceback, &diag);

	fflush(stdout);
	if (r < 0)
		fputs(traceback.data, stderr);
	strbuf_release(&traceback);
	if (r == 0)
		return EXIT_STATUS_DONE;
	return r == ERR_INTERRUPTED ? EXIT_STATUS_INTERRUPTED : EXIT_STATUS_FAILED;
}
