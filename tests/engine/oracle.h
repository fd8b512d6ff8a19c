// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * An independent convolution in double, for tests: it pads the input explicitly, then gathers. Plus
 * random shapes and data, and gradients by central differences.
 */
#ifndef TESTS_ENGINE_ORACLE_H
#define TESTS_ENGINE_ORACLE_H

#include "base/rng.h"
#include "engine/ops.h"

/* The arrays of one convolution, filled with numbers in [-1, 1). */
struct conv_case {
	struct conv_shape shape;
	size_t src_count, weight_count, dst_count;
	float *src, *weights, *bias, *diff_dst;
};

// A random shape of `axes` spatial axes, at most `size` long; small enough to check in
// microseconds.
struct conv_shape oracle_random_shape(struct rng *rng, int axes, int64_t size);
void oracle_describe(const struct conv_shape *shape, char *text, size_t size);
void conv_case_init(struct conv_case *c, const struct conv_shape *shape, struct rng *rng);
void conv_case_release(struct conv_case *c);

// The outputs, bias included.
void oracle_conv(const struct conv_case *c, double *dst);
// d (sum of diff_dst * dst) / d value, where `value` points into the case's src, weights or bias.
double oracle_gradient(struct conv_case *c, float *value);

float *oracle_floats(struct rng *rng, size_t count); // in [-1, 1); mem_free

#endif
