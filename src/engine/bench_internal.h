// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What the files of the benchmark share.
 */
#ifndef ENGINE_BENCH_INTERNAL_H
#define ENGINE_BENCH_INTERNAL_H

#include "engine/bench.h"

/* Something to run again and again, and the machine's limit to compare it with. */
struct bench_call {
	void (*run)(const void *arg);
	const void *arg;
	double (*peak)(size_t loops); // flop done
	size_t peak_loops;
	int rounds;
};

// Measures a call of item->flop and fills in how long it takes and how fast that is.
void bench_measure(const struct bench_call *call, struct bench_item *item);
// Appends the operators on plain arrays: corr2d of a large image, convolutions of several kinds, a
// matrix product, pooling. `call` has everything but what to run. Too little memory leaves them
// out.
void bench_arrays(const struct bench_call *call, struct bench_report *report);

#endif
