// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What works along the lines of one dimension and keeps the shape: softmax, its logarithm, running
 * sums and products. Running values of floats are carried in double.
 */
#include "config.h"

#include <math.h>
#include <tgmath.h>

#include "base/cancel.h"
#include "engine/exp_float.h"
#include "engine/reduce.h"
#include "engine/strided.h"

#ifdef __clang__
#pragma clang diagnostic ignored "-Wpass-failed" // what calls libm stays scalar
#endif

/* n elements, `step` apart, in place. */
typedef void line_fn(void *line, int64_t step, int64_t n);

#define DEFINE_SOFTMAX(type, suffix, exp_)                                                         \
	static type largest_##suffix(const type *x, int64_t step, int64_t n)                       \
	{                                                                                          \
		type top = x[0];                                                                   \
                                                                                                   \
		for (int64_t i = 1; i < n; i++)                                                    \
			top = x[i * step] > top || x[i * step] != x[i * step] ? x[i * step] : top; \
		return top;                                                                        \
	}                                                                                          \
	static void softmax_##suffix(void *line, int64_t step, int64_t n)                          \
	{                                                                                          \
		type *x = line, top = largest_##suffix(x, step, n), sum = 0;                       \
                                                                                                   \
		_Pragma("omp simd")                                                                \
		for (int64_t i = 0; i < n; i++)                                                    \
			x[i * step] = exp_(x[i * step] - top);                                     \
		for (int64_t i = 0; i < n; i++)                                                    \
			sum += x[i * step];                                                        \
		for (int64_t i = 0; i < n; i++)                                                    \
			x[i * step] /= sum;                                                        \
	}                                                                                          \
	static void log_softmax_##suffix(void *line, int64_t step, int64_t n)                      \
	{                                                                                          \
		type *x = line, top = largest_##suffix(x, step, n), sum = 0;                       \
                                                                                                   \
		for (int64_t i = 0; i < n; i++)                                                    \
			sum += exp_(x[i * step] - top);                                            \
		sum = log(sum);                                                                    \
		for (int64_t i = 0; i < n; i++)                                                    \
			x[i * step] = x[i * step] - top - sum;                                     \
	}

#define DEFINE_RUNNING(type, carry, suffix)                                                        \
	static void running_sum_##suffix(void *line, int64_t step, int64_t n)                      \
	{                                                                                          \
		type *x = line;                                                                    \
		carry sum = 0;                                                                     \
                                                                                                   \
		for (int64_t i = 0; i < n && !cancelled_at(i); i++)                                \
			x[i * step] = (type)(sum += (carry)x[i * step]);                           \
	}                                                                                          \
	static void running_product_##suffix(void *line, int64_t step, int64_t n)                  \
	{                                                                                          \
		type *x = line;                                                                    \
		carry product = 1;                                                                 \
                                                                                                   \
		for (int64_t i = 0; i < n && !cancelled_at(i); i++)                                \
			x[i * step] = (type)(product *= (carry)x[i * step]);                       \
	}

DEFINE_SOFTMAX(float, f32, exp_float)
DEFINE_SOFTMAX(double, f64, exp)
DEFINE_RUNNING(float, double, f32)
DEFINE_RUNNING(double, double, f64)
DEFINE_RUNNING(int64_t, uint64_t, i64)

/* `dst` is contiguous. */
static void each_line(struct tensor *dst, int dim, line_fn *fn)
{
	int64_t n = dst->ndim ? dst->shape[dim] : 1, step = dst->ndim ? dst->stride[dim] : 1;
	struct tensor starts = *dst;
	struct strided loop;

	if (tensor_count(dst) == 0)
		return;
	if (dst->ndim)
		starts.shape[dim] = 1;
	strided_init(&loop, starts.ndim, starts.shape);
	strided_add(&loop, &starts);
	strided_merge(&loop);
	do {
		for (int64_t i = 0; i < loop.row; i++)
			fn(loop.at[0] + i * loop.step[0] * loop.size[0], step, n);
	} while (strided_next(&loop));
}

int reduce_softmax(const struct tensor *src, int dim, bool log, struct tensor **ret,
    struct diag *diag)
{
	int at, err;

	if (!dtype_is_float(src->dtype)) {
		diag_set(diag, ERR_FORMAT, "softmax is not possible on %s tensors",
		    dtype_name(src->dtype));
		diag_hint(diag, "convert it first, for example with .float()");
		return ERR_FORMAT;
	}
	if ((err = reduce_dim(dim, src->ndim, &at, diag)) < 0 ||
	    (err = tensor_copy(src, ret, diag)) < 0)
		return err;
	if (src->dtype == DTYPE_F32)
		each_line(*ret, at, log ? log_softmax_f32 : softmax_f32);
	else
		each_line(*ret, at, log ? log_softmax_f64 : softmax_f64);
	return 0;
}

int reduce_cumulative(enum reduce_op op, const struct tensor *src, int dim, struct tensor **ret,
    struct diag *diag)
{
	static line_fn *const lines[2][DTYPE_COUNT] = {
	    {[DTYPE_F32] = running_sum_f32,
		[DTYPE_F64] = running_sum_f64,
		[DTYPE_I64] = running_sum_i64},
	    {[DTYPE_F32] = running_product_f32,
		[DTYPE_F64] = running_product_f64,
		[DTYPE_I64] = running_product_i64},
	};
	enum dtype dtype = src->dtype == DTYPE_BOOL ? DTYPE_I64 : dtype_wide(src->dtype);
	int at, err;

	if ((err = reduce_dim(dim, src->ndim, &at, diag)) < 0 ||
	    (err = tensor_cast(src, dtype, ret, diag)) < 0)
		return err;
	each_line(*ret, at, lines[op == REDUCE_PROD][dtype]);
	return 0;
}
