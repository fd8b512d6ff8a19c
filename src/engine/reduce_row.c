// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Reducers: one row of elements to one element, for float32, float64 and int64. Statistics of
 * floats are computed in double.
 */
#include "config.h"

#include <math.h>

#include "engine/reduce_internal.h"

static void sum_f32(const struct reduce_row *row, void *dst)
{
	*(float *)dst = row->world == WORLD_TORCH ? reduce__sum_torch(row->src, row->step, row->n) :
						    reduce__sum_numpy(row->src, row->step, row->n);
}

static void sum_f64(const struct reduce_row *row, void *dst)
{
	*(double *)dst = row->world == WORLD_TORCH ?
	    reduce__sum_torch_double(row->src, row->step, row->n) :
	    reduce__sum_numpy_double(row->src, row->step, row->n);
}

static void sum_i64(const struct reduce_row *row, void *dst)
{
	const int64_t *src = row->src;
	uint64_t sum = 0;

	REDUCE_EACH (i, row->n)
		sum += (uint64_t)src[i * row->step];
	*(int64_t *)dst = (int64_t)sum;
}

static void mean_f32(const struct reduce_row *row, void *dst)
{
	sum_f32(row, dst);
	*(float *)dst /= (float)row->n;
}

static void mean_f64(const struct reduce_row *row, void *dst)
{
	sum_f64(row, dst);
	*(double *)dst /= (double)row->n;
}

static void prod_i64(const struct reduce_row *row, void *dst)
{
	const int64_t *src = row->src;
	uint64_t product = 1;

	REDUCE_EACH (i, row->n)
		product *= (uint64_t)src[i * row->step];
	*(int64_t *)dst = (int64_t)product;
}

#define DEFINE_PROD(type, suffix)                                                                  \
	static void prod_##suffix(const struct reduce_row *row, void *dst)                         \
	{                                                                                          \
		const type *src = row->src;                                                        \
		type product = 1;                                                                  \
                                                                                                   \
		REDUCE_EACH (i, row->n)                                                            \
			product *= src[i * row->step];                                             \
		*(type *)dst = product;                                                            \
	}

/* The place of the extreme: the first among equals, NaN before everything. */
#define DEFINE_EXTREME(type, suffix, name, beats)                                                  \
	static int64_t find_##name##_##suffix(const struct reduce_row *row)                        \
	{                                                                                          \
		const type *src = row->src;                                                        \
		type best = src[0];                                                                \
		int64_t at = 0;                                                                    \
                                                                                                   \
		REDUCE_EACH (i, row->n) {                                                          \
			type x = src[i * row->step];                                               \
                                                                                                   \
			if (x beats best || x != x) {                                              \
				best = x;                                                          \
				at = i;                                                            \
			}                                                                          \
			if (x != x)                                                                \
				return at;                                                         \
		}                                                                                  \
		return at;                                                                         \
	}                                                                                          \
	static void name##_##suffix(const struct reduce_row *row, void *dst)                       \
	{                                                                                          \
		*(type *)dst = ((const type *)row->src)[find_##name##_##suffix(row) * row->step];  \
	}                                                                                          \
	static void arg##name##_##suffix(const struct reduce_row *row, void *dst)                  \
	{                                                                                          \
		*(int64_t *)dst = find_##name##_##suffix(row);                                     \
	}

#define DEFINE_FLAGS(type, suffix)                                                                 \
	static void count_##suffix(const struct reduce_row *row, void *dst)                        \
	{                                                                                          \
		const type *src = row->src;                                                        \
		int64_t count = 0;                                                                 \
                                                                                                   \
		REDUCE_EACH (i, row->n)                                                            \
			count += src[i * row->step] != 0;                                          \
		*(int64_t *)dst = count;                                                           \
	}                                                                                          \
	static void all_##suffix(const struct reduce_row *row, void *dst)                          \
	{                                                                                          \
		int64_t count;                                                                     \
                                                                                                   \
		count_##suffix(row, &count);                                                       \
		*(uint8_t *)dst = count == row->n;                                                 \
	}                                                                                          \
	static void any_##suffix(const struct reduce_row *row, void *dst)                          \
	{                                                                                          \
		int64_t count;                                                                     \
                                                                                                   \
		count_##suffix(row, &count);                                                       \
		*(uint8_t *)dst = count > 0;                                                       \
	}

#define DEFINE_STATISTICS(type, suffix)                                                            \
	static double variance_##suffix(const struct reduce_row *row)                              \
	{                                                                                          \
		const type *src = row->src;                                                        \
		double sum = 0, squares = 0, mean;                                                 \
                                                                                                   \
		REDUCE_EACH (i, row->n)                                                            \
			sum += (double)src[i * row->step];                                         \
		mean = sum / (double)row->n;                                                       \
		REDUCE_EACH (i, row->n) {                                                          \
			double off = (double)src[i * row->step] - mean;                            \
                                                                                                   \
			squares += off * off;                                                      \
		}                                                                                  \
		return squares / fmax((double)row->n - row->spec->correction, 0);                  \
	}                                                                                          \
	static void var_##suffix(const struct reduce_row *row, void *dst)                          \
	{                                                                                          \
		*(type *)dst = (type)variance_##suffix(row);                                       \
	}                                                                                          \
	static void std_##suffix(const struct reduce_row *row, void *dst)                          \
	{                                                                                          \
		*(type *)dst = (type)sqrt(variance_##suffix(row));                                 \
	}                                                                                          \
	static void norm_##suffix(const struct reduce_row *row, void *dst)                         \
	{                                                                                          \
		const type *src = row->src;                                                        \
		double order = row->spec->order ? row->spec->order : 2, sum = 0;                   \
                                                                                                   \
		REDUCE_EACH (i, row->n) {                                                          \
			double x = fabs((double)src[i * row->step]);                               \
                                                                                                   \
			if (isinf(order))                                                          \
				sum = x > sum || isnan(x) ? x : sum;                               \
			else                                                                       \
				sum += order == 2 ? x * x : order == 1 ? x : pow(x, order);        \
		}                                                                                  \
		*(type *)dst = (type)(order == 2 ? sqrt(sum) :                                     \
			order == 1 || isinf(order) ? sum : pow(sum, 1 / order));                   \
	}                                                                                          \
	static void logsumexp_##suffix(const struct reduce_row *row, void *dst)                    \
	{                                                                                          \
		const type *src = row->src;                                                        \
		double top = row->n ? (double)src[find_max_##suffix(row) * row->step] : -INFINITY; \
		double sum = 0;                                                                    \
                                                                                                   \
		REDUCE_EACH (i, isfinite(top) ? row->n : 0)                                        \
			sum += exp((double)src[i * row->step] - top);                              \
		*(type *)dst = (type)(isfinite(top) ? top + log(sum) : top);                       \
	}

DEFINE_PROD(float, f32)
DEFINE_PROD(double, f64)
DEFINE_EXTREME(float, f32, max, >)
DEFINE_EXTREME(float, f32, min, <)
DEFINE_EXTREME(double, f64, max, >)
DEFINE_EXTREME(double, f64, min, <)
DEFINE_EXTREME(int64_t, i64, max, >)
DEFINE_EXTREME(int64_t, i64, min, <)
DEFINE_FLAGS(float, f32)
DEFINE_FLAGS(double, f64)
DEFINE_FLAGS(int64_t, i64)
DEFINE_STATISTICS(float, f32)
DEFINE_STATISTICS(double, f64)

#define FLOATS(name) {[DTYPE_F32] = name##_f32, [DTYPE_F64] = name##_f64}
#define ALL(name) {[DTYPE_F32] = name##_f32, [DTYPE_F64] = name##_f64, [DTYPE_I64] = name##_i64}
#define SAME ((enum dtype)-1)

static const struct {
	reduce_row_fn *rows[DTYPE_COUNT];
	enum dtype result;
} reducers[REDUCE_COUNT] = {
    [REDUCE_SUM] = {ALL(sum), SAME},
    [REDUCE_MEAN] = {FLOATS(mean), SAME},
    [REDUCE_PROD] = {ALL(prod), SAME},
    [REDUCE_MAX] = {ALL(max), SAME},
    [REDUCE_MIN] = {ALL(min), SAME},
    [REDUCE_ARGMAX] = {ALL(argmax), DTYPE_I64},
    [REDUCE_ARGMIN] = {ALL(argmin), DTYPE_I64},
    [REDUCE_ALL] = {ALL(all), DTYPE_BOOL},
    [REDUCE_ANY] = {ALL(any), DTYPE_BOOL},
    [REDUCE_VAR] = {FLOATS(var), SAME},
    [REDUCE_STD] = {FLOATS(std), SAME},
    [REDUCE_NORM] = {FLOATS(norm), SAME},
    [REDUCE_LOGSUMEXP] = {FLOATS(logsumexp), SAME},
    [REDUCE_COUNT_NONZERO] = {ALL(count), DTYPE_I64},
};

#define DEFINE_COLUMNS(type, suffix, torch, numpy)                                                 \
	static void columns_##suffix(const struct reduce_row *row, int64_t columns, type *dst)     \
	{                                                                                          \
		(row->world == WORLD_TORCH ? torch : numpy)(row->src, row->step, row->n, columns,  \
		    dst);                                                                          \
		for (int64_t j = 0; row->spec->op == REDUCE_MEAN && j < columns; j++)              \
			dst[j] /= (type)row->n;                                                    \
	}

DEFINE_COLUMNS(float, f32, reduce__sum_torch_columns, reduce__sum_numpy_columns)
DEFINE_COLUMNS(double, f64, reduce__sum_torch_double_columns, reduce__sum_numpy_double_columns)

bool reduce__columns(enum dtype dtype, const struct reduce_row *row, int64_t columns, void *dst)
{
	if ((row->spec->op != REDUCE_SUM && row->spec->op != REDUCE_MEAN) || columns < 2)
		return false;
	if (dtype == DTYPE_F32)
		columns_f32(row, columns, dst);
	else if (dtype == DTYPE_F64)
		columns_f64(row, columns, dst);
	return dtype_is_float(dtype);
}

reduce_row_fn *reduce__row(enum reduce_op op, enum dtype dtype, enum dtype *ret_dtype)
{
	*ret_dtype = reducers[op].result == SAME ? dtype : reducers[op].result;
	return reducers[op].rows[dtype];
}
