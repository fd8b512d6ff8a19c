// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A progress bar on standard error, on a terminal only, painted at most ten times a second. Whoever
 * prints something else clears it first.
 */
#ifndef CLI_METER_H
#define CLI_METER_H

#include <stdbool.h>

#include "cli/command.h"

struct meter {
	bool on;
	bool shown;
	double painted; // when, by clock_real
};

void meter_init(struct meter *meter, const struct arguments *args, bool quiet);
bool meter_due(const struct meter *meter); // true when painting now is worth composing a text
// "LABEL [####....] text"; fraction 0..1.
void meter_show(struct meter *meter, const char *label, double fraction, const char *text);
void meter_clear(struct meter *meter);

#endif
