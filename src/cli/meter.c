// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "cli/meter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

#define BAR_WIDTH 24
#define INTERVAL 0.1 // seconds between two paintings

void meter_init(struct meter *meter, const struct arguments *args, bool quiet)
{
	const char *term = getenv("TERM");
	bool dumb = !term || !*term || strcmp(term, "dumb") == 0;

	*meter = (struct meter){.on = !quiet && !args->plain && !dumb && isatty(STDERR_FILENO)};
}

bool meter_due(const struct meter *meter)
{
	return meter->on && clock_real() - meter->painted >= INTERVAL;
}

void meter_show(struct meter *meter, const char *label, double fraction, const char *text)
{
	char bar[BAR_WIDTH + 1];
	int done = (int)(fraction * BAR_WIDTH);

	if (!meter->on)
		return;
	for (int i = 0; i < BAR_WIDTH; i++)
		bar[i] = i < done ? '#' : '.';
	bar[BAR_WIDTH] = '\0';
	fprintf(stderr, "\r%s [%s] %s\033[K", label, bar, text);
	fflush(stderr);
	meter->shown = true;
	meter->painted = clock_real();
}

void meter_clear(struct meter *meter)
{
	if (meter->shown)
		fputs("\r\033[K", stderr);
	meter->shown = false;
}
