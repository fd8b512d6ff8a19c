// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "base/clock.h"

#include <time.h>

static bool logical;
static double logical_time;

static double read_clock(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

double clock_real(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

double clock_thread(void)
{
	return read_clock(CLOCK_THREAD_CPUTIME_ID);
}

double clock_now(void)
{
	return logical ? logical_time : clock_real();
}

void clock_use_logical(bool on)
{
	logical = on;
	logical_time = 0;
}

bool clock_is_logical(void)
{
	return logical;
}

void clock_advance(double seconds)
{
	logical_time += seconds;
}
