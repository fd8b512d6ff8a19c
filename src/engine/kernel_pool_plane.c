// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Pooling of two by two elements on plain planes, a row of results at a time. Elements are taken in
 * the reference's order, so that the results have its bits.
 *
 * Rows are short, and vectors of sixteen seldom fit: AVX-512 uses what is compiled for AVX2. The
 * last vector of a row reaches back over the one before and writes the same there again.
 */
#include "config.h"

#include "engine/kernel_flat.h"

#if VEC_LANES < 16

#if VEC_LANES == 8
#define EVEN 0, 2, 4, 6, 8, 10, 12, 14
#define ODD 1, 3, 5, 7, 9, 11, 13, 15
#define LOW_PAIRS 0, 0, 1, 1, 2, 2, 3, 3
#define HIGH_PAIRS 4, 4, 5, 5, 6, 6, 7, 7
#define STEPS {0, 2, 4, 6, 8, 10, 12, 14}
#else
#define EVEN 0, 2, 4, 6
#define ODD 1, 3, 5, 7
#define LOW_PAIRS 0, 0, 1, 1
#define HIGH_PAIRS 2, 2, 3, 3
#define STEPS {0, 2, 4, 6}
#endif

typedef int32_t ivec_unaligned __attribute__((vector_size(VEC_LANES * 4), aligned(4), may_alias));

/* The four elements of each window: e[0] e[1] above e[2] e[3]. */
ALWAYS_INLINE void load_windows(const float *src, int64_t width, vec e[4])
{
	for (int row = 0; row < 2; row++, src += width) {
		vec a = vec_load_unaligned(src), b = vec_load_unaligned(src + VEC_LANES);

		e[2 * row] = __builtin_shufflevector(a, b, EVEN);
		e[2 * row + 1] = __builtin_shufflevector(a, b, ODD);
	}
}

ALWAYS_INLINE int64_t back_from_end(int64_t j, int64_t count)
{
	return j + VEC_LANES > count ? count - VEC_LANES : j;
}

static float average(const float *src, int64_t width)
{
	return (((src[0] + src[1]) + src[width]) + src[width + 1]) * 0.25f;
}

void KERNEL(pool_avg_2x2)(const float *src, int64_t width, int64_t count, float *dst)
{
	int64_t j = 0;
	vec e[4];

	for (; j < count && count >= VEC_LANES; j += VEC_LANES) {
		j = back_from_end(j, count);
		load_windows(src + 2 * j, width, e);
		vec_store_unaligned(dst + j, (((e[0] + e[1]) + e[2]) + e[3]) * vec_set(0.25f));
	}
	for (; j < count; j++)
		dst[j] = average(src + 2 * j, width);
}

/* The index of a window's largest element: the first among equals, but the last NaN. */
static int64_t largest(const float *src, int64_t width)
{
	const int64_t at[4] = {0, 1, width, width + 1};
	int64_t best = 0;

	for (int i = 1; i < 4; i++) {
		if (src[at[i]] > src[best] || src[at[i]] != src[at[i]])
			best = at[i];
	}
	return best;
}

void KERNEL(pool_max_2x2)(const float *src, int64_t width, int64_t count, int64_t first, float *dst,
    int32_t *argmax)
{
	const ivec steps = STEPS, zero = steps - steps;
	const int32_t at[4] = {0, 1, (int32_t)width, (int32_t)width + 1};
	int64_t j = 0;
	vec e[4];

	for (; j < count && count >= VEC_LANES; j += VEC_LANES) {
		j = back_from_end(j, count);
		ivec index = zero;
		vec best;

		load_windows(src + 2 * j, width, e);
		best = e[0];
		for (int i = 1; i < 4; i++) {
			ivec larger = (ivec)(e[i] > best) | (ivec)(e[i] != e[i]);

			best = vec_select(larger, e[i], best);
			index = (larger & (zero + at[i])) | (~larger & index);
		}
		vec_store_unaligned(dst + j, best);
		if (argmax)
			*(ivec_unaligned *)(argmax + j) = index + steps + (int32_t)(first + 2 * j);
	}
	for (; j < count; j++) {
		int64_t best = largest(src + 2 * j, width);

		dst[j] = src[2 * j + best];
		if (argmax)
			argmax[j] = (int32_t)(first + 2 * j + best);
	}
}

void KERNEL(pool_spread_2x2)(const float *diff_dst, int64_t count, int64_t width, float *diff_src)
{
	int64_t j = 0;

	for (; j < count && count >= VEC_LANES; j += VEC_LANES) {
		j = back_from_end(j, count);
		vec share = vec_load_unaligned(diff_dst + j) * vec_set(0.25f);
		vec low = __builtin_shufflevector(share, share, LOW_PAIRS);
		vec high = __builtin_shufflevector(share, share, HIGH_PAIRS);

		for (int row = 0; row < 2; row++) {
			vec_store_unaligned(diff_src + row * width + 2 * j, low);
			vec_store_unaligned(diff_src + row * width + 2 * j + VEC_LANES, high);
		}
	}
	for (; j < count; j++) {
		float *at = diff_src + 2 * j;

		at[0] = at[1] = at[width] = at[width + 1] = diff_dst[j] * 0.25f;
	}
}

#endif
