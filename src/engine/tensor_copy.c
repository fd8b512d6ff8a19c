// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Copies and conversions of strided tensors: rows along the last dimension, one function for each
 * pair of element types.
 */
#include "config.h"

#include <string.h>

#include "engine/strided.h"
#include "engine/tensor.h"

#define DIRECT_MAX 65536 // more elements are walked in pieces, so that they can be cancelled

/* n elements from src to dst; strides in elements of each. */
typedef void row_fn(void *dst, int64_t dst_step, const void *src, int64_t src_step, int64_t n);

#define KEEP(x) (x)
#define TO_BOOL(x) ((x) != 0)
#define TO_FLOAT(x) ((float)(x))
#define TO_DOUBLE(x) ((double)(x))
#define TO_INT(x) ((int64_t)(x))

#define DEFINE_ROW(name, dst_type, src_type, convert)                                              \
	static void name(void *dst, int64_t dst_step, const void *src, int64_t src_step,           \
	    int64_t n)                                                                             \
	{                                                                                          \
		dst_type *to = dst;                                                                \
		const src_type *from = src;                                                        \
                                                                                                   \
		for (int64_t i = 0; i < n; i++)                                                    \
			to[i * dst_step] = convert(from[i * src_step]);                            \
	}

DEFINE_ROW(f32_from_f32, float, float, KEEP)
DEFINE_ROW(f32_from_f64, float, double, TO_FLOAT)
DEFINE_ROW(f32_from_i64, float, int64_t, TO_FLOAT)
DEFINE_ROW(f32_from_bool, float, uint8_t, TO_FLOAT)
DEFINE_ROW(f64_from_f32, double, float, TO_DOUBLE)
DEFINE_ROW(f64_from_f64, double, double, KEEP)
DEFINE_ROW(f64_from_i64, double, int64_t, TO_DOUBLE)
DEFINE_ROW(f64_from_bool, double, uint8_t, TO_DOUBLE)
DEFINE_ROW(i64_from_f32, int64_t, float, dtype_double_to_int)
DEFINE_ROW(i64_from_f64, int64_t, double, dtype_double_to_int)
DEFINE_ROW(i64_from_i64, int64_t, int64_t, KEEP)
DEFINE_ROW(i64_from_bool, int64_t, uint8_t, TO_INT)
DEFINE_ROW(bool_from_f32, uint8_t, float, TO_BOOL)
DEFINE_ROW(bool_from_f64, uint8_t, double, TO_BOOL)
DEFINE_ROW(bool_from_i64, uint8_t, int64_t, TO_BOOL)
DEFINE_ROW(bool_from_bool, uint8_t, uint8_t, KEEP)

static row_fn *const rows[4][4] = {
    [DTYPE_F32] = {f32_from_f32, f32_from_f64, f32_from_i64, f32_from_bool},
    [DTYPE_F64] = {f64_from_f32, f64_from_f64, f64_from_i64, f64_from_bool},
    [DTYPE_I64] = {i64_from_f32, i64_from_f64, i64_from_i64, i64_from_bool},
    [DTYPE_BOOL] = {bool_from_f32, bool_from_f64, bool_from_i64, bool_from_bool},
};

/* dst and src have one shape, or src is a single element for all, and do not overlap. */
static void walk(row_fn *convert, struct tensor *dst, const struct tensor *src)
{
	bool same = dst->dtype == src->dtype;
	struct strided loop;

	strided_init(&loop, dst->ndim, dst->shape);
	strided_add(&loop, dst);
	strided_add(&loop, src);
	strided_merge(&loop);
	do {
		if (same && loop.step[0] == 1 && loop.step[1] == 1)
			memcpy(loop.at[0], loop.at[1], (size_t)(loop.row * loop.size[0]));
		else
			convert(loop.at[0], loop.step[0], loop.at[1], loop.step[1], loop.row);
	} while (strided_next(&loop));
}

/* dst and src have one shape and do not overlap. */
static void convert_all(struct tensor *dst, const struct tensor *src)
{
	row_fn *convert = rows[dst->dtype][src->dtype];
	size_t count = tensor_count(dst);

	if (count == 0)
		return;
	if (count > DIRECT_MAX || !tensor_is_contiguous(dst) || !tensor_is_contiguous(src))
		walk(convert, dst, src);
	else if (dst->dtype == src->dtype)
		memcpy(dst->data, src->data, count * dtype_size(dst->dtype));
	else
		convert(dst->data, 1, src->data, 1, (int64_t)count);
}

int tensor_cast(const struct tensor *src, enum dtype dtype, struct tensor **ret, struct diag *diag)
{
	int err = tensor_new_raw(dtype, src->ndim, src->shape, ret, diag);

	if (err == 0)
		convert_all(*ret, src);
	return err;
}

int tensor_copy(const struct tensor *src, struct tensor **ret, struct diag *diag)
{
	return tensor_cast(src, src->dtype, ret, diag);
}

/* The bytes of storage between a tensor's first and last element. */
static void byte_range(const struct tensor *tensor, const char **ret_from, const char **ret_to)
{
	int64_t last = 0;

	for (int i = 0; i < tensor->ndim; i++)
		last += (tensor->shape[i] - 1) * tensor->stride[i];
	*ret_from = tensor->data;
	*ret_to = *ret_from + (last + 1) * (int64_t)dtype_size(tensor->dtype);
}

static bool may_overlap(const struct tensor *a, const struct tensor *b)
{
	const char *a_from, *a_to, *b_from, *b_to;

	if (a->storage != b->storage || tensor_count(a) == 0 || tensor_count(b) == 0)
		return false;
	byte_range(a, &a_from, &a_to);
	byte_range(b, &b_from, &b_to);
	return a_from < b_to && b_from < a_to;
}

static bool is_spread(const struct tensor *tensor)
{
	for (int i = 0; i < tensor->ndim; i++) {
		if (tensor->stride[i] == 0 && tensor->shape[i] > 1)
			return true;
	}
	return false;
}

/*
 * `src` as a view of dst's shape. Sizes of 1 that src has in front of dst's dimensions are dropped.
 */
static int fit_to(const struct tensor *dst, const struct tensor *src, struct tensor **ret,
    struct diag *diag)
{
	struct tensor *view = tensor_share(src);
	int err;

	while (view->ndim > dst->ndim && view->shape[0] == 1) {
		view->ndim--;
		memmove(view->shape, view->shape + 1, (size_t)view->ndim * sizeof(view->shape[0]));
		memmove(
		    view->stride, view->stride + 1, (size_t)view->ndim * sizeof(view->stride[0]));
	}
	err = tensor_view_broadcast(view, dst->ndim, dst->shape, ret, diag);
	tensor_free(view);
	return err;
}

int tensor_assign(struct tensor *dst, const struct tensor *src, struct diag *diag)
{
	struct tensor *view, *copy = NULL;
	int err;

	if (is_spread(dst)) {
		diag_set(
		    diag, ERR_STATE, "cannot write to a broadcast view: its elements share memory");
		diag_hint(diag, "copy it first");
		return ERR_STATE;
	}
	if (may_overlap(dst, src)) {
		err = tensor_copy(src, &copy, diag);
		if (err < 0)
			return err;
		src = copy;
	}
	err = fit_to(dst, src, &view, diag);
	if (err == 0) {
		convert_all(dst, view);
		tensor_free(view);
	}
	tensor_free(copy);
	return err;
}

void tensor_fill(struct tensor *dst, double value)
{
	int64_t as_int = dtype_double_to_int(value);
	bool whole = dst->dtype == DTYPE_I64;
	struct tensor number = {.dtype = whole ? DTYPE_I64 : DTYPE_F64,
	    .data = whole ? (void *)&as_int : (void *)&value};
	row_fn *convert = rows[dst->dtype][number.dtype];
	size_t count = tensor_count(dst);

	if (count > 0 && count <= DIRECT_MAX && tensor_is_contiguous(dst))
		convert(dst->data, 1, number.data, 0, (int64_t)count);
	else if (count > 0)
		walk(convert, dst, &number);
}
