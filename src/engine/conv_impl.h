// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The ways to compute a convolution on plain arrays, fastest first: an ordered list, of which the
 * first that accepts a shape is taken. The reference (ops.h) is the last and accepts all.
 *
 * The fast forms agree with the reference up to rounding: they use fused multiply-add where the
 * processor has it. For any number of threads, and for AVX2 and AVX-512, they give the same bits.
 */
#ifndef ENGINE_CONV_IMPL_H
#define ENGINE_CONV_IMPL_H

#include "base/arena.h"
#include "engine/ops.h"

enum conv_pass { CONV_PASS_FORWARD, CONV_PASS_BACKWARD_DATA, CONV_PASS_BACKWARD_WEIGHTS };

/* The arrays of a pass, as conv_forward, conv_backward_data and conv_backward_weights have them. */
struct conv_arrays {
	const float *src, *weights, *bias, *diff_dst;
	float *dst, *diff_src, *diff_weights, *diff_bias;
};

struct conv_impl {
	const char *name;
	bool (*accepts)(const struct conv_shape *shape, enum conv_pass pass);
	// ERR_NOMEM when `scratch` cannot grow; the results are undefined then.
	int (*run)(const struct conv_shape *shape, enum conv_pass pass,
	    const struct conv_arrays *arrays, struct arena *scratch);
};

extern const struct conv_impl *const conv_impls[]; // NULL ends the list
extern const struct conv_impl conv_impl_plane, conv_impl_flat, conv_impl_reference;
const struct conv_impl *conv_impl_choose(const struct conv_shape *shape, enum conv_pass pass);

/*
 * What callers use: arguments and results of the reference forms. When there is no memory for
 * scratch, the reference form, which needs none, does the work.
 */
void conv_best_forward(const struct conv_shape *shape, const float *src, const float *weights,
    const float *bias, float *dst);
void conv_best_backward_data(const struct conv_shape *shape, const float *diff_dst,
    const float *weights, float *diff_src);
void conv_best_backward_weights(const struct conv_shape *shape, const float *src,
    const float *diff_dst, float *diff_weights, float *diff_bias);
void corr2d_best(const float *src, int64_t h, int64_t w, const float *kernel, int64_t kh,
    int64_t kw, bool flip, float *dst);

#endif
