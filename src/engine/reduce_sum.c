// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Sums of floats. Which digits a program prints depends on the order of the additions, so both
 * orders are kept: PyTorch's cascade and NumPy's pairwise halves. Both are more accurate than a
 * plain loop.
 *
 * The cascade: a contiguous row of at least 8 floats (4 doubles) is a row of vectors; vectors (or
 * single elements) go round robin into four columns; every 16 rows of the columns are moved up one
 * of four levels, every 16 of those up the next, and so on. At the end levels, columns and lanes
 * are added, after the elements that fill no vector.
 */
#include "config.h"

#include "engine/reduce_internal.h"

#include <string.h>

#include "base/cancel.h"

#define LEVELS 4
#define COLUMNS 4
#define LANES_MAX 8
#define PAIRWISE_BLOCK 128
#define NUMPY_BUFFER 8192 // elements that NumPy reduces at a time

/* log2 of the rows that make a step of the cascade; longer sums take longer steps. */
static int level_power(int64_t rows)
{
	int power = 0;

	while (rows > 1) {
		power++;
		rows = (rows + 1) / 2;
	}
	return power / LEVELS > 4 ? power / LEVELS : 4;
}

/* Rows of a cascade: `width` elements each, `step` apart, the next row `advance` further on. */
struct cascade {
	int64_t step, advance;
	int width;
};

#define DEFINE_TORCH_SUM(name, type, vector_lanes)                                                 \
	/* acc[width] = the sums down the rows. */                                                 \
	static void name##_rows(type *acc, const type *src, struct cascade c, int64_t rows)        \
	{                                                                                          \
		type level[LEVELS][COLUMNS * LANES_MAX];                                           \
		const int power = level_power(rows);                                               \
		const int64_t mask = ((int64_t)1 << power) - 1;                                    \
                                                                                                   \
		memset(level, 0, sizeof(level));                                                   \
		for (int64_t i = 1; i <= rows; i++, src += c.advance) {                            \
			_Pragma("omp simd")                                                        \
			for (int k = 0; k < c.width; k++)                                          \
				level[0][k] += src[k * c.step];                                    \
			if (i & mask)                                                              \
				continue;                                                          \
			if ((i & 0xffff) == 0 && cancelled())                                      \
				break;                                                             \
			for (int j = 1; j < LEVELS; j++) {                                         \
				for (int k = 0; k < c.width; k++) {                                \
					level[j][k] += level[j - 1][k];                            \
					level[j - 1][k] = 0;                                       \
				}                                                                  \
				if (i & (mask << (j * power)))                                     \
					break;                                                     \
			}                                                                          \
		}                                                                                  \
		for (int j = 1; j < LEVELS; j++)                                                   \
			for (int k = 0; k < c.width; k++)                                          \
				level[0][k] += level[j][k];                                        \
		memcpy(acc, level[0], sizeof(type) * (size_t)c.width);                             \
	}                                                                                          \
                                                                                                   \
	/* The sum of `groups` groups of `lanes` elements, one sum a lane. */                      \
	static void name##_lanes(type *acc, const type *src, int64_t step, int lanes,              \
	    int64_t groups)                                                                        \
	{                                                                                          \
		struct cascade c = {step, COLUMNS * lanes * step, COLUMNS * lanes};                \
		int64_t rows = groups / COLUMNS;                                                   \
                                                                                                   \
		if (rows == 0) {                                                                   \
			memset(acc, 0, sizeof(type) * (size_t)lanes);                              \
			for (int64_t i = 0; i < groups * lanes; i++)                               \
				acc[i % lanes] += src[i * step];                                   \
			return;                                                                    \
		}                                                                                  \
		name##_rows(acc, src, c, rows);                                                    \
		for (int64_t i = rows * COLUMNS; i < groups; i++)                                  \
			for (int k = 0; k < lanes; k++)                                            \
				acc[k] += src[(i * lanes + k) * step];                             \
		for (int j = 1; j < COLUMNS; j++)                                                  \
			for (int k = 0; k < lanes; k++)                                            \
				acc[k] += acc[j * lanes + k];                                      \
	}                                                                                          \
                                                                                                   \
	type name(const type *src, int64_t step, int64_t n)                                        \
	{                                                                                          \
		type acc[COLUMNS * LANES_MAX], sum = 0;                                            \
		const int lanes = step == 1 && n >= vector_lanes ? vector_lanes : 1;               \
                                                                                                   \
		if (lanes == 1 && n < COLUMNS) {                                                   \
			for (int64_t i = 0; i < n; i++)                                            \
				sum += src[i * step];                                              \
			return sum;                                                                \
		}                                                                                  \
		name##_lanes(acc, src, step, lanes, n / lanes);                                    \
		for (int64_t i = n / lanes * lanes; i < n; i++)                                    \
			sum += src[i * step];                                                      \
		for (int k = 0; k < lanes; k++)                                                    \
			sum += acc[k];                                                             \
		return sum;                                                                        \
	}                                                                                          \
                                                                                                   \
	void name##_columns(const type *src, int64_t advance, int64_t rows, int64_t columns,       \
	    type *dst)                                                                             \
	{                                                                                          \
		struct cascade c = {1, advance, COLUMNS * vector_lanes};                           \
		int64_t j = 0;                                                                     \
                                                                                                   \
		for (; j + c.width <= columns; j += c.width)                                       \
			name##_rows(dst + j, src + j, c, rows);                                    \
		for (; j < columns; j++)                                                           \
			dst[j] = name(src + j, advance, rows);                                     \
	}

DEFINE_TORCH_SUM(reduce__sum_torch, float, 8)
DEFINE_TORCH_SUM(reduce__sum_torch_double, double, 4)

#define DEFINE_NUMPY_SUM(name, type)                                                               \
	static type name##_block(const type *src, int64_t step, int64_t n)                         \
	{                                                                                          \
		type r[8], sum;                                                                    \
		int64_t i;                                                                         \
                                                                                                   \
		for (int k = 0; k < 8; k++)                                                        \
			r[k] = src[k * step];                                                      \
		for (i = 8; i < n - n % 8; i += 8)                                                 \
			for (int k = 0; k < 8; k++)                                                \
				r[k] += src[(i + k) * step];                                       \
		sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));           \
		for (; i < n; i++)                                                                 \
			sum += src[i * step];                                                      \
		return sum;                                                                        \
	}                                                                                          \
                                                                                                   \
	static type name##_halves(const type *src, int64_t step, int64_t n)                        \
	{                                                                                          \
		type sum = 0;                                                                      \
		int64_t half;                                                                      \
                                                                                                   \
		if (n < 8) {                                                                       \
			for (int64_t i = 0; i < n; i++)                                            \
				sum += src[i * step];                                              \
			return sum;                                                                \
		}                                                                                  \
		if (n <= PAIRWISE_BLOCK)                                                           \
			return name##_block(src, step, n);                                         \
		half = n / 2 - n / 2 % 8;                                                          \
		return name##_halves(src, step, half) +                                            \
		    name##_halves(src + half * step, step, n - half);                              \
	}                                                                                          \
                                                                                                   \
	type name(const type *src, int64_t step, int64_t n)                                        \
	{                                                                                          \
		type sum = 0;                                                                      \
                                                                                                   \
		for (int64_t i = 0; i < n && !cancelled(); i += NUMPY_BUFFER)                      \
			sum += name##_halves(src + i * step, step,                                 \
			    n - i < NUMPY_BUFFER ? n - i : NUMPY_BUFFER);                          \
		return sum;                                                                        \
	}                                                                                          \
                                                                                                   \
	/* Row after row. */                                                                       \
	void name##_columns(const type *src, int64_t advance, int64_t rows, int64_t columns,       \
	    type *dst)                                                                             \
	{                                                                                          \
		memset(dst, 0, (size_t)columns * sizeof(type));                                    \
		for (int64_t i = 0; i < rows && !cancelled_at(i); i++, src += advance)             \
			_Pragma("omp simd")                                                        \
			for (int64_t j = 0; j < columns; j++)                                      \
				dst[j] += src[j];                                                  \
	}

DEFINE_NUMPY_SUM(reduce__sum_numpy, float)
DEFINE_NUMPY_SUM(reduce__sum_numpy_double, double)
