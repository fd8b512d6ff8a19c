// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Vectors for the kernels, at the width of the instruction set this translation unit is compiled
 * for (a type wider than the registers is ten times slower than one of their width). A block of 16
 * images is 1, 2 or 4 vectors.
 *
 * Multiply-adds are written `acc += a * b` and contracted (-ffp-contract=fast), so that every
 * processor with fused multiply-add rounds alike.
 */
#ifndef ENGINE_KERNEL_VEC_H
#define ENGINE_KERNEL_VEC_H

#include <stdint.h>
#include <string.h>

#include "engine/kernels.h"

#if defined __AVX512F__
#include <immintrin.h>
#define VEC_LANES 16
#define TILE_REGS 24 // accumulators that leave room for operands
#define KERNEL_ISA "avx512"
#define KERNEL(name) name##_avx512
#elif defined __AVX2__
#include <immintrin.h>
#define VEC_LANES 8
#define TILE_REGS 12
#define KERNEL_ISA "avx2"
#define KERNEL(name) name##_avx2
#else
#define VEC_LANES 4
#define TILE_REGS 12
#define KERNEL_ISA "baseline"
#define KERNEL(name) name##_baseline
#endif
#define VEC_PARTS (BLOCK / VEC_LANES) // vectors a block

#define ALWAYS_INLINE static inline __attribute__((always_inline))
#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)") // it passes over GCC's
#else
#define UNROLL _Pragma("GCC unroll 32")
#endif
// Keeps the compiler from holding a tile's operands for their next use: it would spill accumulators.
#define FORGET_LOADS() __asm__ volatile("" ::: "memory")

typedef float vec __attribute__((vector_size(VEC_LANES * 4), aligned(VEC_LANES * 4), may_alias));
typedef float vec_unaligned __attribute__((vector_size(VEC_LANES * 4), aligned(4), may_alias));
typedef int32_t ivec __attribute__((vector_size(VEC_LANES * 4), aligned(VEC_LANES * 4), may_alias));

ALWAYS_INLINE vec vec_load(const float *at)
{
	return *(const vec *)at;
}

ALWAYS_INLINE void vec_store(float *at, vec v)
{
	*(vec *)at = v;
}

ALWAYS_INLINE vec vec_load_unaligned(const float *at)
{
	return (vec) * (const vec_unaligned *)at;
}

ALWAYS_INLINE void vec_store_unaligned(float *at, vec v)
{
	*(vec_unaligned *)at = (vec_unaligned)v;
}

ALWAYS_INLINE vec vec_set(float s)
{
#if VEC_LANES == 16
	return (vec){s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s};
#elif VEC_LANES == 8
	return (vec){s, s, s, s, s, s, s, s};
#else
	return (vec){s, s, s, s};
#endif
}

// *acc += a * b, for the register tiles. GCC likes to overwrite a factor instead of the accumulator and
// then moves registers around, on the very ports that multiply: a fifth of the speed.
ALWAYS_INLINE void vec_fma(vec *acc, vec a, vec b)
{
#if VEC_LANES > 4 && defined __GNUC__ && !defined __clang__
	__asm__("vfmadd231ps %2, %1, %0" : "+v"(*acc) : "v"(a), "v"(b));
#else
	*acc += a * b;
#endif
}

ALWAYS_INLINE vec vec_select(ivec mask, vec yes, vec no)
{
	return (vec)((mask & (ivec)yes) | (~mask & (ivec)no));
}

// The larger; where b is NaN, b.
ALWAYS_INLINE vec vec_max(vec a, vec b)
{
#if VEC_LANES == 16
	return (vec)_mm512_max_ps((__m512)a, (__m512)b);
#elif VEC_LANES == 8
	return (vec)_mm256_max_ps((__m256)a, (__m256)b);
#else
	return vec_select(a > b, a, b);
#endif
}

ALWAYS_INLINE vec vec_min(vec a, vec b)
{
#if VEC_LANES == 16
	return (vec)_mm512_min_ps((__m512)a, (__m512)b);
#elif VEC_LANES == 8
	return (vec)_mm256_min_ps((__m256)a, (__m256)b);
#else
	return vec_select(a < b, a, b);
#endif
}

struct vec_power {
	vec whole, part; // 2^n and 2^r, whose product is the power
};

/*
 * e^(sign x) to 1.5e-7 + 2e-8 |x| of itself for |x| <= 87, clamped beyond; NaN stays NaN. 2^n times
 * a polynomial of degree 5 for 2^r, |r| <= 1/2, fitted for the smallest relative error (9e-8) with
 * p(0) = 1; the second term is log2 e in one float. The rounding constant carries the exponent's
 * bias, so that a shift alone makes 2^n of it.
 */
ALWAYS_INLINE struct vec_power vec_power_signed(vec x, const float sign)
{
	const vec round = vec_set(0x1.8p23f + 127.0f), log2e = vec_set(sign * 0x1.715476p0f);
	vec shifted = round, r, p;

	x = vec_min(vec_set(87.0f), vec_max(vec_set(-87.0f), x));
	shifted += x * log2e;
	r = round - shifted;
	r += x * log2e;
	p = vec_set(0x1.3cea88p-7f);
	p += r * vec_set(0x1.5bba0ep-10f);
	p = p * r + vec_set(0x1.c6b752p-5f);
	p = p * r + vec_set(0x1.ebf9bcp-3f);
	p = p * r + vec_set(0x1.62e42ap-1f);
	p = p * r + vec_set(1.0f);
	return (struct vec_power){(vec)((ivec)shifted << 23), p};
}

ALWAYS_INLINE vec vec_exp(vec x) // multiplying by a power of two is exact
{
	struct vec_power power = vec_power_signed(x, 1.0f);

	return power.whole * power.part;
}

/*
 * 1 / d for d in [1, 1e38], to one unit in the last place, without a division, which costs ten
 * multiply-adds: the exponent is negated as an integer (5.1% off), a step of Halley's iteration
 * cubes the error (1.3e-4), one of Newton's squares it (1.7e-8).
 */
ALWAYS_INLINE vec vec_reciprocal(vec d)
{
	const vec one = vec_set(1.0f);
	vec r = (vec)((ivec){0} + 0x7ef311c7 - (ivec)d);
	vec error = one, more;

	error -= d * r;
	more = error;
	more += error * error;
	r += r * more;
	error = one;
	error -= d * r;
	r += r * error;
	return r;
}

ALWAYS_INLINE vec vec_sigmoid(vec x)
{
	struct vec_power power = vec_power_signed(x, -1.0f);
	vec d = vec_set(1.0f);

	d += power.whole * power.part;
	return vec_reciprocal(d);
}

/*
 * Sums of 16 lanes, of as many blocks as a vector has lanes. In each the second half of the lanes is
 * added to the first until one is left; the shuffles do that for two blocks at a time.
 */
#if VEC_LANES == 16
#define FOLD_8(a, b)                                                                               \
	(__builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) +   \
	    __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31))
#define FOLD_4(a, b)                                                                               \
	(__builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27) + \
	    __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31))
#define FOLD_2(a, b)                                                                               \
	(__builtin_shufflevector(a, b, 0, 1, 4, 5, 8, 9, 12, 13, 16, 17, 20, 21, 24, 25, 28, 29) + \
	    __builtin_shufflevector(a, b, 2, 3, 6, 7, 10, 11, 14, 15, 18, 19, 22, 23, 26, 27, 30, 31))
#define FOLD_1(a, b)                                                                               \
	(__builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30) + \
	    __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31))
#elif VEC_LANES == 8
#define FOLD_4(a, b)                                                                               \
	(__builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11) +                                 \
	    __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15))
#define FOLD_2(a, b)                                                                               \
	(__builtin_shufflevector(a, b, 0, 1, 4, 5, 8, 9, 12, 13) +                                 \
	    __builtin_shufflevector(a, b, 2, 3, 6, 7, 10, 11, 14, 15))
#define FOLD_1(a, b)                                                                               \
	(__builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14) +                                \
	    __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15))
#else
#define FOLD_2(a, b)                                                                               \
	(__builtin_shufflevector(a, b, 0, 1, 4, 5) + __builtin_shufflevector(a, b, 2, 3, 6, 7))
#define FOLD_1(a, b)                                                                               \
	(__builtin_shufflevector(a, b, 0, 2, 4, 6) + __builtin_shufflevector(a, b, 1, 3, 5, 7))
#endif
#define FOLD_ALL(fold, count)                                                                      \
	UNROLL for (int i = 0; i < (count); i++)                                                   \
		v[i] = fold(v[2 * i], v[2 * i + 1])

// at [VEC_LANES][16]
ALWAYS_INLINE vec block_sums(const float *at)
{
	vec v[VEC_LANES];

	UNROLL for (int i = 0; i < VEC_LANES; i++) {
		const float *block = at + i * BLOCK;

#if VEC_LANES == 16
		v[i] = vec_load(block);
#elif VEC_LANES == 8
		v[i] = vec_load(block) + vec_load(block + 8);
#else
		v[i] = (vec_load(block) + vec_load(block + 8)) + (vec_load(block + 4) + vec_load(block + 12));
#endif
	}
#if VEC_LANES == 16
	FOLD_ALL(FOLD_8, 8);
#endif
#if VEC_LANES >= 8
	FOLD_ALL(FOLD_4, 4);
#endif
	FOLD_ALL(FOLD_2, 2);
	return FOLD_1(v[0], v[1]);
}

ALWAYS_INLINE float block_sum(const float *at)
{
	float rows[VEC_LANES * BLOCK] __attribute__((aligned(64)));

	memcpy(rows, at, BLOCK * sizeof(*at));
	memset(rows + BLOCK, 0, sizeof(rows) - BLOCK * sizeof(*at));
	return block_sums(rows)[0];
}

ALWAYS_INLINE const float *view_at(const struct view *view, int c, int y, int x)
{
	return view->data + c * view->plane + y * view->row + (ptrdiff_t)x * BLOCK;
}

ALWAYS_INLINE float *view_to(const struct view *view, int c, int y, int x)
{
	return view->data + c * view->plane + y * view->row + (ptrdiff_t)x * BLOCK;
}

ALWAYS_INLINE void view_sum_planes(const struct view *view, int from, float *sums, const int count)
{
	for (int part = 0; part < BLOCK; part += VEC_LANES) {
		vec acc[8];

		UNROLL for (int c = 0; c < count; c++)
			acc[c] = vec_load(sums + c * BLOCK + part);
		for (int y = 0; y < view->height; y++) {
			const float *row = view_at(view, from, y, 0) + part;

			for (int x = 0; x < view->width; x++) {
				UNROLL for (int c = 0; c < count; c++)
					acc[c] += vec_load(row + c * view->plane + x * BLOCK);
			}
		}
		UNROLL for (int c = 0; c < count; c++)
			vec_store(sums + c * BLOCK + part, acc[c]);
	}
}

// Adds each plane to its sums [channels][16], pixel by pixel, lane by lane; several planes at a time,
// since one addition waits for the one before.
ALWAYS_INLINE void view_sum(const struct view *view, float *sums)
{
	int c = 0;

	for (; c + 8 <= view->channels; c += 8)
		view_sum_planes(view, c, sums + c * BLOCK, 8);
	for (; c + 3 <= view->channels; c += 3)
		view_sum_planes(view, c, sums + c * BLOCK, 3);
	for (; c < view->channels; c++)
		view_sum_planes(view, c, sums + c * BLOCK, 1);
}

#endif
