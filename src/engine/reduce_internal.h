// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Behind reduce.h: sums in the orders of PyTorch and NumPy (reduce_sum.c) and the reducers of one
 * row (reduce_row.c).
 */
#ifndef ENGINE_REDUCE_INTERNAL_H
#define ENGINE_REDUCE_INTERNAL_H

#include <stdint.h>

#include "base/cancel.h"
#include "engine/reduce.h"

// n floats, `step` elements apart.
float reduce__sum_torch(const float *src, int64_t step, int64_t n);
double reduce__sum_torch_double(const double *src, int64_t step, int64_t n);
float reduce__sum_numpy(const float *src, int64_t step, int64_t n);
double reduce__sum_numpy_double(const double *src, int64_t step, int64_t n);

// The sums of `columns` columns that lie side by side, rows `advance` apart.
void reduce__sum_torch_columns(const float *src, int64_t advance, int64_t rows, int64_t columns,
    float *dst);
void reduce__sum_torch_double_columns(const double *src, int64_t advance, int64_t rows,
    int64_t columns, double *dst);
void reduce__sum_numpy_columns(const float *src, int64_t advance, int64_t rows, int64_t columns,
    float *dst);
void reduce__sum_numpy_double_columns(const double *src, int64_t advance, int64_t rows,
    int64_t columns, double *dst);

struct reduce_row {
	const void *src;
	int64_t step, n;
	enum world world;
	const struct reduce_spec *spec;
};

/*
 * for (int64_t i = 0; i < n; i++), in pieces between which it may be cancelled: an expanded tensor can
 * have any number of elements.
 */
#define REDUCE_PIECE 65536
#define REDUCE_EACH(i, n)                                                                          \
	for (int64_t i##_from = 0, i##_to; i##_from < (n) && !(i##_from && cancelled());           \
	     i##_from = i##_to)                                                                    \
		for (int64_t i = (i##_to = (n)-i##_from < REDUCE_PIECE ? (n) : i##_from + REDUCE_PIECE,   \
				 i##_from);                                                        \
		     i < i##_to; i++)

/* Writes one element to dst. */
typedef void reduce_row_fn(const struct reduce_row *row, void *dst);

// The same for columns side by side, where that has a form of its own: row->src is the first
// column, row->step from row to row. False: reduce each column by itself.
bool reduce__columns(enum dtype dtype, const struct reduce_row *row, int64_t columns, void *dst);

// For float32, float64 and int64 rows; NULL where there is none. *ret_dtype is the result's.
reduce_row_fn *reduce__row(enum reduce_op op, enum dtype dtype, enum dtype *ret_dtype);

#endif
