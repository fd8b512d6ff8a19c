// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Matrix products. One plane is computed four rows of the result at a time, each row of b being
 * used for all four while it is in cache; the inner loop runs along rows, which the compiler turns
 * into vectors. Each element's sum runs in the order of k.
 */
#include "config.h"

#include "engine/matmul.h"

#include <string.h>

#include "base/cancel.h"
#include "engine/gemm.h"

#define FAST_FROM 4096 // multiply-adds; below, setting up costs more than it gains

/* One product: dst [rows][cols] = a [rows][inner] * b [inner][cols]; b and dst are dense. */
struct plane {
	int64_t rows, inner, cols;
	int64_t a_row, a_step; // strides of a
};

#define DEFINE_PLANE(type, sum_type, suffix)                                                       \
	static void four_rows_##suffix(                                                            \
	    const struct plane *p, const type *a, const type *b, type *dst)                        \
	{                                                                                          \
		type *d0 = dst, *d1 = d0 + p->cols, *d2 = d1 + p->cols, *d3 = d2 + p->cols;        \
                                                                                                   \
		for (int64_t k = 0; k < p->inner; k++, b += p->cols, a += p->a_step) {             \
			sum_type x0 = (sum_type)a[0], x1 = (sum_type)a[p->a_row];                  \
			sum_type x2 = (sum_type)a[2 * p->a_row], x3 = (sum_type)a[3 * p->a_row];   \
                                                                                                   \
			_Pragma("omp simd") for (int64_t j = 0; j < p->cols; j++)                  \
			{                                                                          \
				sum_type y = (sum_type)b[j];                                       \
                                                                                                   \
				d0[j] = (type)((sum_type)d0[j] + x0 * y);                          \
				d1[j] = (type)((sum_type)d1[j] + x1 * y);                          \
				d2[j] = (type)((sum_type)d2[j] + x2 * y);                          \
				d3[j] = (type)((sum_type)d3[j] + x3 * y);                          \
			}                                                                          \
		}                                                                                  \
	}                                                                                          \
	static void one_row_##suffix(                                                              \
	    const struct plane *p, const type *a, const type *b, type *dst)                        \
	{                                                                                          \
		for (int64_t k = 0; k < p->inner; k++, b += p->cols) {                             \
			sum_type x = (sum_type)a[k * p->a_step];                                   \
                                                                                                   \
			_Pragma("omp simd") for (int64_t j = 0; j < p->cols; j++) dst[j] =         \
			    (type)((sum_type)dst[j] + x * (sum_type)b[j]);                         \
		}                                                                                  \
	}                                                                                          \
	static void plane_##suffix(                                                                \
	    const struct plane *p, const void *a_data, const void *b_data, void *dst_data)         \
	{                                                                                          \
		const type *a = a_data, *b = b_data;                                               \
		type *dst = dst_data;                                                              \
		int64_t i = 0;                                                                     \
                                                                                                   \
		memset(dst, 0, (size_t)(p->rows * p->cols) * sizeof(type));                        \
		for (; i + 4 <= p->rows && !cancelled(); i += 4)                                   \
			four_rows_##suffix(p, a + i * p->a_row, b, dst + i * p->cols);             \
		for (; i < p->rows && !cancelled(); i++)                                           \
			one_row_##suffix(p, a + i * p->a_row, b, dst + i * p->cols);               \
	}

DEFINE_PLANE(float, float, f32)
DEFINE_PLANE(double, double, f64)
DEFINE_PLANE(int64_t, uint64_t, i64)

typedef void plane_fn(const struct plane *plane, const void *a, const void *b, void *dst);

static plane_fn *const planes[DTYPE_COUNT] = {
    [DTYPE_F32] = plane_f32, [DTYPE_F64] = plane_f64, [DTYPE_I64] = plane_i64};

/* `src` as matrices: a vector becomes one row or one column. */
static struct tensor as_matrix(const struct tensor *src, bool column)
{
	struct tensor view = *src;

	if (src->ndim != 1)
		return view;
	view.ndim = 2;
	view.shape[0] = column ? src->shape[0] : 1;
	view.shape[1] = column ? 1 : src->shape[0];
	view.stride[0] = column ? src->stride[0] : 0;
	view.stride[1] = column ? 0 : src->stride[0];
	return view;
}

static int refuse(const struct tensor *a, const struct tensor *b, struct diag *diag)
{
	char first[TENSOR_SHAPE_TEXT], second[TENSOR_SHAPE_TEXT];

	diag_set(diag, ERR_SHAPE, "shapes %s and %s cannot be multiplied as matrices",
	    tensor_shape_text(a->ndim, a->shape, first),
	    tensor_shape_text(b->ndim, b->shape, second));
	diag_hint(diag, "the columns of the first must be as many as the rows of the second");
	return ERR_SHAPE;
}

/* The leading dimensions, broadcast; shape[ndim - 2] and shape[ndim - 1] are the product's. */
static int product_shape(
    const struct tensor *a, const struct tensor *b, int *ret_ndim, int64_t *shape)
{
	int ndim = a->ndim > b->ndim ? a->ndim : b->ndim;

	if (a->shape[a->ndim - 1] != b->shape[b->ndim - 2])
		return ERR_SHAPE;
	for (int d = 0; d < ndim - 2; d++) {
		int da = d - (ndim - a->ndim), db = d - (ndim - b->ndim);
		int64_t na = da < 0 ? 1 : a->shape[da], nb = db < 0 ? 1 : b->shape[db];

		if (na != nb && na != 1 && nb != 1)
			return ERR_SHAPE;
		shape[d] = na == 1 ? nb : na;
	}
	shape[ndim - 2] = a->shape[a->ndim - 2];
	shape[ndim - 1] = b->shape[b->ndim - 1];
	*ret_ndim = ndim;
	return 0;
}

/* Offset in elements of the index-th matrix of `src` among the leading dimensions of `dst`. */
static int64_t matrix_offset(const struct tensor *src, const struct tensor *dst, int64_t index)
{
	int64_t offset = 0;

	for (int d = dst->ndim - 3; d >= 0; d--) {
		int at = d - (dst->ndim - src->ndim);

		if (at >= 0 && src->shape[at] != 1)
			offset += index % dst->shape[d] * src->stride[at];
		index /= dst->shape[d];
	}
	return offset;
}

/* Large products of floats. */
static void fast_plane(const struct plane *p, const void *a, const void *b, float *dst)
{
	struct gemm gemm = {
	    .m = p->rows,
	    .n = p->cols,
	    .k = p->inner,
	    .a = a,
	    .a_row = p->a_row,
	    .a_col = p->a_step,
	    .b = b,
	    .b_row = p->cols,
	    .b_col = 1,
	    .c = dst,
	    .c_row = p->cols,
	};

	gemm_best(&gemm);
}

static void multiply(const struct tensor *a, const struct tensor *b, struct tensor *dst)
{
	struct plane plane = {
	    .rows = a->shape[a->ndim - 2],
	    .inner = a->shape[a->ndim - 1],
	    .cols = b->shape[b->ndim - 1],
	    .a_row = a->stride[a->ndim - 2],
	    .a_step = a->stride[a->ndim - 1],
	};
	int64_t size = (int64_t)dtype_size(dst->dtype), area = plane.rows * plane.cols;
	int64_t count = area ? (int64_t)tensor_count(dst) / area : 0;

	for (int64_t i = 0; i < count && !cancelled(); i++) {
		const char *first = (char *)a->data + matrix_offset(a, dst, i) * size;
		const char *second = (char *)b->data + matrix_offset(b, dst, i) * size;

		if (dst->dtype == DTYPE_F32 && area * plane.inner > FAST_FROM)
			fast_plane(&plane, first, second, (float *)dst->data + i * area);
		else
			planes[dst->dtype](
			    &plane, first, second, (char *)dst->data + i * area * size);
	}
}

static void drop_vector_dims(struct tensor *dst, bool row, bool column)
{
	if (row) {
		dst->shape[dst->ndim - 2] = dst->shape[dst->ndim - 1];
		dst->stride[dst->ndim - 2] = dst->stride[dst->ndim - 1];
	}
	dst->ndim -= row + column;
}

/* Narrow integers: widened, multiplied, cut off. */
static int matmul_narrow(
    const struct tensor *a, const struct tensor *b, struct tensor **ret, struct diag *diag)
{
	struct tensor *x = NULL, *y = NULL, *wide = NULL;
	int err = tensor_cast(a, DTYPE_I64, &x, diag);

	if (err == 0)
		err = tensor_cast(b, DTYPE_I64, &y, diag);
	if (err == 0)
		err = matmul(x, y, &wide, diag);
	if (err == 0)
		err = tensor_cast(wide, a->dtype, ret, diag);
	tensor_free(x);
	tensor_free(y);
	tensor_free(wide);
	return err;
}

int matmul(const struct tensor *a, const struct tensor *b, struct tensor **ret, struct diag *diag)
{
	struct tensor first, second, *dense = NULL, *dst = NULL;
	int64_t shape[TENSOR_MAX_DIMS];
	int ndim, err;

	if (a->dtype == b->dtype && dtype_is_narrow(a->dtype))
		return matmul_narrow(a, b, ret, diag);
	if (a->dtype != b->dtype || !planes[a->dtype]) {
		diag_set(diag, ERR_FORMAT, "cannot multiply matrices of %s and %s",
		    dtype_name(a->dtype), dtype_name(b->dtype));
		diag_hint(diag, "convert one, for example with .float()");
		return ERR_FORMAT;
	}
	if (a->ndim == 0 || b->ndim == 0) {
		diag_set(
		    diag, ERR_SHAPE, "a matrix product needs at least one dimension on both sides");
		diag_hint(diag, "multiply by a number with *");
		return ERR_SHAPE;
	}
	first = as_matrix(a, false);
	second = as_matrix(b, true);
	if (product_shape(&first, &second, &ndim, shape) < 0)
		return refuse(a, b, diag);
	if (!tensor_is_contiguous(&second)) {
		err = tensor_copy(&second, &dense, diag);
		if (err < 0)
			return err;
		second = *dense;
	}
	err = tensor_new_raw(a->dtype, ndim, shape, &dst, diag);
	if (err == 0) {
		multiply(&first, &second, dst);
		drop_vector_dims(dst, a->ndim == 1, b->ndim == 1);
		err = cancel_check(diag);
	}
	tensor_free(dense);
	if (err < 0)
		tensor_free(dst);
	else
		*ret = dst;
	return err;
}
