// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The product of two float matrices, fast, and dense layers by it. On the flat kernels (flat.h):
 * the columns of the right matrix are the positions, its rows the taps.
 *
 * Every element is one sum in the order of the inner dimension: for any number of threads, and for
 * AVX2 and AVX-512, the results have the same bits.
 */
#ifndef ENGINE_GEMM_H
#define ENGINE_GEMM_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

/* c [m][n] = a [m][k] * b [k][n]; element (i, j) of a lies at a[i * a_row + j * a_col]. */
struct gemm {
	int64_t m, n, k;
	const float *a;
	ptrdiff_t a_row, a_col;
	const float *b;
	ptrdiff_t b_row, b_col;
	float *c; // overlaps neither
	ptrdiff_t c_row;
};

// ERR_NOMEM when `scratch` cannot grow.
int gemm_run(const struct gemm *gemm, struct arena *scratch) WARN_UNUSED;
// The same; without memory for scratch by three plain loops.
void gemm_best(const struct gemm *gemm);

// Arguments and results of linear_forward and its gradients (ops.h).
void linear_best_forward(int64_t batch, int64_t in, int64_t out, const float *src,
    const float *weights, const float *bias, float *dst);
void linear_best_backward_data(int64_t batch, int64_t in, int64_t out, const float *diff_dst,
    const float *weights, float *diff_src);
void linear_best_backward_weights(int64_t batch, int64_t in, int64_t out, const float *src,
    const float *diff_dst, float *diff_weights, float *diff_bias);

#endif
