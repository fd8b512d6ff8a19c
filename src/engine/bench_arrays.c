// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Operators on plain arrays, on one thread, by the forms that their callers get.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "engine/bench_internal.h"
#include "engine/conv_impl.h"
#include "engine/gemm.h"
#include "engine/pool_impl.h"
#include "engine/workers.h"

#define FLOATS ((size_t)1 << 21) // of each array: what the largest item needs
#define BYTES_PER_FLOAT 4

enum array_op {
	ARRAY_OP_CORR2D,
	ARRAY_OP_FORWARD,
	ARRAY_OP_BACKWARD_DATA,
	ARRAY_OP_BACKWARD_WEIGHTS,
	ARRAY_OP_GEMM,
	ARRAY_OP_MAX_POOL,
	ARRAY_OP_AVG_POOL,
};

/* Sizes that an operator has no use for are 0. */
struct array_item {
	const char *name;
	enum array_op op;
	int64_t batch, in_channels, out_channels, groups;
	int64_t in[3];
	int64_t kernel, stride, padding; // of every axis longer than 1
};

static const struct array_item items[] = {
    {"corr2d 1024x1024, 3x3", ARRAY_OP_CORR2D, 1, 1, 1, 1, {1, 1024, 1024}, 3, 1, 0},
    {"corr2d 1024x1024, 5x5", ARRAY_OP_CORR2D, 1, 1, 1, 1, {1, 1024, 1024}, 5, 1, 0},
    {"corr2d 1024x1024, 11x11", ARRAY_OP_CORR2D, 1, 1, 1, 1, {1, 1024, 1024}, 11, 1, 0},
    {"conv2d 64>64 56x56, 3x3 forward", ARRAY_OP_FORWARD, 1, 64, 64, 1, {1, 56, 56}, 3, 1, 1},
    {"conv2d 64>64 56x56, 3x3 input", ARRAY_OP_BACKWARD_DATA, 1, 64, 64, 1, {1, 56, 56}, 3, 1, 1},
    {"conv2d 64>64 56x56, 3x3 weights", ARRAY_OP_BACKWARD_WEIGHTS, 1, 64, 64, 1, {1, 56, 56}, 3, 1,
	1},
    {"conv2d 64>64 56x56, 3x3, stride 2", ARRAY_OP_FORWARD, 1, 64, 64, 1, {1, 56, 56}, 3, 2, 1},
    {"conv2d 64 groups 56x56, 3x3", ARRAY_OP_FORWARD, 4, 64, 64, 64, {1, 56, 56}, 3, 1, 1},
    {"conv1d 128>256 10, 3", ARRAY_OP_FORWARD, 32, 128, 256, 1, {1, 1, 10}, 3, 1, 1},
    {"conv3d 8>16 16x32x32, 3x3x3", ARRAY_OP_FORWARD, 1, 8, 16, 1, {16, 32, 32}, 3, 1, 1},
    {"matrix product 512x512x512", ARRAY_OP_GEMM, 512, 512, 512, 0, {0}, 0, 0, 0},
    {"max pooling 96x28x28, 2x2", ARRAY_OP_MAX_POOL, 1, 96, 0, 0, {1, 28, 28}, 2, 2, 0},
    {"average pooling 96x28x28, 2x2", ARRAY_OP_AVG_POOL, 1, 96, 0, 0, {1, 28, 28}, 2, 2, 0},
};

/* An item with its arrays. */
struct array_run {
	const struct array_item *item;
	struct conv_shape conv;
	struct pool_shape pool;
	float *src, *weights, *dst; // each [FLOATS]
	int32_t *argmax;
};

static void run_conv(const struct array_run *r)
{
	switch (r->item->op) {
	case ARRAY_OP_BACKWARD_DATA:
		conv_best_backward_data(&r->conv, r->src, r->weights, r->dst);
		break;
	case ARRAY_OP_BACKWARD_WEIGHTS:
		conv_best_backward_weights(&r->conv, r->src, r->dst, r->weights, NULL);
		break;
	default:
		conv_best_forward(&r->conv, r->src, r->weights, NULL, r->dst);
	}
}

static void run_item(const void *arg)
{
	const struct array_run *r = arg;
	const struct array_item *i = r->item;
	struct gemm g = {i->batch, i->out_channels, i->in_channels, r->src, i->in_channels, 1,
	    r->weights, i->out_channels, 1, r->dst, i->out_channels};

	switch (i->op) {
	case ARRAY_OP_CORR2D:
		corr2d_best(
		    r->src, i->in[1], i->in[2], r->weights, i->kernel, i->kernel, false, r->dst);
		break;
	case ARRAY_OP_GEMM:
		gemm_best(&g);
		break;
	case ARRAY_OP_MAX_POOL:
	case ARRAY_OP_AVG_POOL:
		pool_best_forward(&r->pool, r->src, r->dst, r->argmax);
		break;
	default:
		run_conv(r);
	}
}

static int shape_conv(struct array_run *r)
{
	const struct array_item *i = r->item;

	r->conv = conv_shape_2d(i->batch, i->in_channels, 1, 1, i->out_channels, 1, 1);
	r->conv.groups = i->groups;
	for (int a = 0; a < 3; a++) {
		r->conv.in[a] = i->in[a];
		if (i->in[a] == 1)
			continue;
		r->conv.kernel[a] = i->kernel;
		r->conv.stride[a] = i->stride;
		r->conv.before[a] = r->conv.after[a] = i->padding;
	}
	return conv_shape_init(&r->conv, NULL);
}

static int shape_pool(struct array_run *r)
{
	const struct array_item *i = r->item;

	r->pool =
	    (struct pool_shape){.kind = i->op == ARRAY_OP_MAX_POOL ? POOL_KIND_MAX : POOL_KIND_AVG,
		.planes = i->in_channels,
		.in = {i->in[1], i->in[2]},
		.kernel = {i->kernel, i->kernel},
		.stride = {i->stride, i->stride},
		.count_padding = true};
	return pool_shape_init(&r->pool, NULL);
}

static double volume(const int64_t size[3])
{
	return (double)size[0] * (double)size[1] * (double)size[2];
}

/* Floating-point operations and floats moved, as the textbook counts them. */
static void count_work(const struct array_run *r, struct bench_item *ret)
{
	const struct array_item *i = r->item;
	const struct conv_shape *c = &r->conv;
	double windows = (double)(i->batch * i->out_channels) * volume(c->out), floats;
	double taps = i->groups ? (double)(i->in_channels / i->groups) * volume(c->kernel) : 0;

	if (i->op == ARRAY_OP_GEMM) {
		windows = (double)i->batch * (double)i->out_channels;
		taps = (double)i->in_channels;
		floats = windows + taps * (double)(i->batch + i->out_channels);
	} else if (i->op == ARRAY_OP_MAX_POOL || i->op == ARRAY_OP_AVG_POOL) {
		windows = (double)(r->pool.planes * r->pool.out[0] * r->pool.out[1]);
		taps = 0;
		floats = windows * (i->op == ARRAY_OP_MAX_POOL ? 2 : 1) +
		    (double)(r->pool.planes * r->pool.in[0] * r->pool.in[1]);
	} else {
		floats = windows + (double)(i->batch * i->in_channels) * volume(c->in) +
		    (double)i->out_channels * taps;
	}
	ret->flop = 2 * windows * taps;
	ret->bytes = BYTES_PER_FLOAT * floats;
}

static const char *impl_name(const struct array_item *i, const struct conv_shape *shape)
{
	switch (i->op) {
	case ARRAY_OP_CORR2D:
	case ARRAY_OP_FORWARD:
		return conv_impl_choose(shape, CONV_PASS_FORWARD)->name;
	case ARRAY_OP_BACKWARD_DATA:
		return conv_impl_choose(shape, CONV_PASS_BACKWARD_DATA)->name;
	case ARRAY_OP_BACKWARD_WEIGHTS:
		return conv_impl_choose(shape, CONV_PASS_BACKWARD_WEIGHTS)->name;
	case ARRAY_OP_GEMM:
		return "gemm";
	default:
		return "2x2";
	}
}

static void measure_item(
    const struct bench_call *call, struct array_run *run, struct bench_report *report)
{
	struct bench_item item = {.seconds = 0};
	struct bench_call this = *call;
	bool pooling = run->item->op == ARRAY_OP_MAX_POOL || run->item->op == ARRAY_OP_AVG_POOL;

	if (report->item_count == BENCH_MAX_ITEMS)
		return;
	if (run->item->op != ARRAY_OP_GEMM && (pooling ? shape_pool(run) : shape_conv(run)) < 0)
		BUG("the shape of %s", run->item->name);
	snprintf(item.name, sizeof(item.name), "%s", run->item->name);
	item.impl = impl_name(run->item, &run->conv);
	count_work(run, &item);
	this.run = run_item;
	this.arg = run;
	bench_measure(&this, &item);
	report->items[report->item_count++] = item;
}

static void fill(float *values, uint64_t seed)
{
	struct rng rng;

	rng_seed(&rng, seed);
	for (size_t i = 0; i < FLOATS; i++)
		values[i] = rng_uniform(&rng, -1, 1);
}

static void measure_all(
    const struct bench_call *call, struct array_run *run, struct bench_report *report)
{
	fill(run->src, 1);
	fill(run->weights, 2);
	fill(run->dst, 3);
	for (size_t i = 0; i < ARRAY_LEN(items); i++) {
		run->item = &items[i];
		memset(&run->conv, 0, sizeof(run->conv));
		measure_item(call, run, report);
	}
}

void bench_arrays(const struct bench_call *call, struct bench_report *report)
{
	struct array_run run = {
	    .src = mem_aligned(FLOATS, sizeof(float)),
	    .weights = mem_aligned(FLOATS, sizeof(float)),
	    .dst = mem_aligned(FLOATS, sizeof(float)),
	    .argmax = mem_aligned(FLOATS, sizeof(int32_t)),
	};
	int threads = workers_threads();
	struct diag diag;

	if (run.src && run.weights && run.dst && run.argmax &&
	    workers_set_threads(1, &diag) == 0) {
		measure_all(call, &run, report);
		if (workers_set_threads(threads, &diag) < 0)
			BUG("%s", diag.msg);
	}
	mem_free(run.src);
	mem_free(run.weights);
	mem_free(run.dst);
	mem_free(run.argmax);
}
