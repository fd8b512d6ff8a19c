// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The ways to pool plain arrays, fastest first; the reference (ops.h) is the last and accepts all.
 * They give the same bits.
 */
#ifndef ENGINE_POOL_IMPL_H
#define ENGINE_POOL_IMPL_H

#include "engine/ops.h"

struct pool_impl {
	const char *name;
	bool (*accepts)(const struct pool_shape *shape);
	// As pool_forward and pool_backward.
	void (*forward)(
	    const struct pool_shape *shape, const float *src, float *dst, int32_t *argmax);
	void (*backward)(const struct pool_shape *shape, const float *diff_dst,
	    const int32_t *argmax, float *diff_src);
};

extern const struct pool_impl *const pool_impls[]; // NULL ends the list

void pool_best_forward(
    const struct pool_shape *shape, const float *src, float *dst, int32_t *argmax);
void pool_best_backward(
    const struct pool_shape *shape, const float *diff_dst, const int32_t *argmax, float *diff_src);

#endif
