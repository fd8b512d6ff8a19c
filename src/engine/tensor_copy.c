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

#define TO_INT(x) ((int64_t)(x))

#define DEFINE_ROW(name, dst_type, src_type, expr)                                                 \
	static void name(                                                                          \
	    void *dst, int64_t dst_step, const void *src, int64_t src_step, int64_t n)             \
	{                                                                                          \
		dst_type *to = dst;                                                                \
		const src_type *from = src;                                                        \
                                                                                                   \
		for (int64_t i = 0; i < n; i++) {                                                  \
			src_type x = from[i * src_step];                                           \
                                                                                                   \
			to[i * dst_step] = (dst_type)(expr);                                       \
		}                                                                                  \
	}

// Every dtype from one; narrow integers are cut off from int64.
#define DEFINE_FROM(src, type, to_int)                                                             \
	DEFINE_ROW(F32_from_##src, float, type, x)                                                 \
	DEFINE_ROW(F64_from_##src, double, type, x)                                                \
	DEFINE_ROW(I64_from_##src, int64_t, type, to_int(x))                                       \
	DEFINE_ROW(BOOL_from_##src, uint8_t, type, x != 0)                                         \
	DEFINE_ROW(I32_from_##src, int32_t, type, to_int(x))                                       \
	DEFINE_ROW(I16_from_##src, int16_t, type, to_int(x))                                       \
	DEFINE_ROW(I8_from_##src, int8_t, type, to_int(x))                                         \
	DEFINE_ROW(U8_from_##src, uint8_t, type, to_int(x))

DEFINE_FROM(F32, float, dtype_double_to_int)
DEFINE_FROM(F64, double, dtype_double_to_int)
DEFINE_FROM(I64, int64_t, TO_INT)
DEFINE_FROM(BOOL, uint8_t, TO_INT)
DEFINE_FROM(I32, int32_t, TO_INT)
DEFINE_FROM(I16, int16_t, TO_INT)
DEFINE_FROM(I8, int8_t, TO_INT)
DEFINE_FROM(U8, uint8_t, TO_INT)

static row_fn *const rows[DTYPE_COUNT][DTYPE_COUNT] = {
#define ROWS(name, text, type)                                                                     \
	[DTYPE_##name] = {name##_from_F32, name##_from_F64, name##_from_I64, name##_from_BOOL,     \
	    name##_from_I32, name##_from_I16, name##_from_I8, name##_from_U8},
    DTYPE_TABLE(ROWS)
#undef ROWS
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
static int fit_to(
    const struct tensor *dst, const struct tensor *src, struct tensor **ret, struct diag *diag)
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
	bool whole = dtype_wide(dst->dtype) == DTYPE_I64;
	struct tensor number = {.dtype = whole ? DTYPE_I64 : DTYPE_F64,
	    .data = whole ? (void *)&as_int : (void *)&value};
	row_fn *convert = rows[dst->dtype][number.dtype];
	size_t count = tensor_count(dst);

	if (count > 0 && count <= DIRECT_MAX && tensor_is_contiguous(dst))
		convert(dst->data, 1, number.data, 0, (int64_t)count);
	else if (count > 0)
		walk(convert, dst, &number);
}
