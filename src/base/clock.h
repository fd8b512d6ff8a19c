// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Time. Animations and timeouts of the interface ask clock_now, which a scripted session replaces
 * by a logical clock that only moves when the script says so; what measures real work (images per
 * second) asks clock_real.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>

double clock_real(void); // seconds, monotonic, from an arbitrary start
double clock_thread(void); // seconds this thread has computed, whatever else the machine did
double clock_now(void);	 // the same, or the logical time
void clock_use_logical(bool on);	 // on: time stands at 0 until advanced
bool clock_is_logical(void);
void clock_advance(double seconds); // logical time only

#endif
