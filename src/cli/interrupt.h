// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * SIGINT, SIGTERM and SIGHUP for long work: the first asks, and the work ends where nothing is
 * lost; the same signal a second time ends the program at once.
 */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include <stdbool.h>

void interrupt_watch(void);
bool interrupt_asked(void);

#endif
