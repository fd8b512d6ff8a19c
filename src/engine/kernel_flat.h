// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What the files of the kernels for plain arrays share, within one instruction set.
 */
#ifndef ENGINE_KERNEL_FLAT_H
#define ENGINE_KERNEL_FLAT_H

#include "engine/flat.h"
#include "engine/kernel_vec.h"

void KERNEL(flat_corr2d)(const float *src, int64_t w, const float *kernel, int64_t kh, int64_t kw,
    int64_t from, int64_t to, float *dst);

// Pooling, see flat.h.
#define POOL_KERNELS(isa)                                                                          \
	void pool_avg_2x2_##isa(const float *src, int64_t width, int64_t count, float *dst);       \
	void pool_max_2x2_##isa(const float *src, int64_t width, int64_t count, int64_t first,     \
	    float *dst, int32_t *argmax);                                                          \
	void pool_spread_2x2_##isa(                                                                \
	    const float *diff_dst, int64_t count, int64_t width, float *diff_src);
POOL_KERNELS(baseline)
POOL_KERNELS(avx2)

#endif
