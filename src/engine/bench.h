// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * How fast the engine is on this machine, against the machine's own limit: a loop of multiply-adds
 * that touches no memory. Limit and work are measured in turns, several rounds of each, so that a
 * share of the limit means something on a busy machine too. Nothing is printed: bench_run returns
 * data.
 */
#ifndef ENGINE_BENCH_H
#define ENGINE_BENCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define BENCH_MAX_ITEMS 64

/* The rounds of one measurement. */
struct bench_rates {
	double median; // per second, in the item's unit
	double best;
	double spread; // half the range between the quartiles, as a share of the median
	double share;  // of the machine's limit in the same round: median; 0 without multiply-adds
};

/* One operator, on one thread: first LeNet-5's on blocks of 16 images, then those on plain arrays. */
struct bench_item {
	char name[48];	// "0 Conv2d forward", "corr2d 1024x1024, 3x3"
	const char *impl; // which of the forms: "conv2d, tiles"
	double flop;	// a call
	double bytes;	// read and written by a call
	double seconds; // a call: median
	struct bench_rates gflops;
};

struct bench_report {
	const char *isa; // "avx512", "avx2", "baseline"
	int lanes;	 // floats of a vector
	int threads;
	struct bench_rates peak; // GFLOP/s of one core
	size_t item_count;
	struct bench_item items[BENCH_MAX_ITEMS];
	double train_flop;	    // of one image
	struct bench_rates train;    // images per second, on `threads` threads; share of their limit
	struct bench_rates evaluate; // the same, forward only
};

struct bench_options {
	int threads; // of training and evaluation; 0: as many as the machine has
	int rounds;  // 0: 9
	bool skip_operators; // training and evaluation only
};

int bench_run(const struct bench_options *options, struct bench_report *ret, struct diag *diag) WARN_UNUSED;

#endif
