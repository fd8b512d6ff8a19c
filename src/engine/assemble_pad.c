// SPDX-License-Identifier: GPL-3.0-or-later
/* Padding, repeating and triangles: results whose places are computed from the source's. */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "base/cancel.h"
#include "engine/assemble.h"
#include "engine/elementwise.h"
#include "engine/index.h"

/* Which element of a line of n stands at place i (counted from the source's first; may be
 * negative). */
static int64_t mirror(enum pad_mode mode, int64_t i, int64_t n)
{
	switch (mode) {
	case PAD_MODE_REFLECT: return i < 0 ? -i : i >= n ? 2 * (n - 1) - i : i;
	case PAD_MODE_REPLICATE: return i < 0 ? 0 : i >= n ? n - 1 : i;
	case PAD_MODE_CIRCULAR: return ((i % n) + n) % n;
	case PAD_MODE_CONSTANT: break;
	}
	return i;
}

static int check_pad(const struct tensor *src, int dim, int64_t before, int64_t after,
    enum pad_mode mode, struct diag *diag)
{
	int64_t n = src->shape[dim], most = before > after ? before : after, total;
	int64_t limit = mode == PAD_MODE_REFLECT    ? n - 1
			: mode == PAD_MODE_CIRCULAR ? n
						    : INT64_MAX;

	if (__builtin_add_overflow(n, before, &total) ||
	    __builtin_add_overflow(total, after, &total) || total < 0)
		return diag_set(diag, ERR_SHAPE,
		    "padding %" PRId64 " and %" PRId64
		    " does not fit dimension %d of size %" PRId64,
		    before, after, dim, n);
	if (mode == PAD_MODE_CONSTANT || (before == 0 && after == 0))
		return 0;
	if (before < 0 || after < 0 || n == 0 || most > limit) {
		diag_set(diag, ERR_SHAPE,
		    "padding of %" PRId64 " is too wide for dimension %d of size %" PRId64, most,
		    dim, n);
		diag_hint(
		    diag, "reflection reaches one less than the size, wrapping around the size");
		return ERR_SHAPE;
	}
	return 0;
}

static int pad_constant(const struct tensor *src, const int64_t *before, const int64_t *shape,
    double value, struct tensor **ret, struct diag *diag)
{
	struct tensor *dst, to, from = *src;
	int err = assemble_full(src->dtype, src->ndim, shape, value, &dst, diag);

	if (err < 0)
		return err;
	to = *dst;
	for (int d = 0; d < src->ndim; d++) {
		int64_t size = (int64_t)dtype_size(src->dtype), lead = before[d];
		int64_t cut = lead < 0 ? -lead : 0, gap = lead > 0 ? lead : 0;
		int64_t count =
		    src->shape[d] - cut < shape[d] - gap ? src->shape[d] - cut : shape[d] - gap;

		to.shape[d] = from.shape[d] = count > 0 ? count : 0;
		to.data = (char *)to.data + gap * dst->stride[d] * size;
		from.data = (char *)from.data + cut * src->stride[d] * size;
	}
	if (tensor_count(&to) > 0)
		err = tensor_assign(&to, &from, diag);
	if (err < 0)
		tensor_free(dst);
	else
		*ret = dst;
	return err;
}

/* One dimension rebuilt from places of the source. */
static int pad_lines(const struct tensor *src, int dim, int64_t before, int64_t count,
    enum pad_mode mode, struct tensor **ret, struct diag *diag)
{
	struct index_item items[TENSOR_MAX_DIMS];
	struct tensor *places;
	int err = tensor_new_raw(DTYPE_I64, 1, &count, &places, diag);

	if (err < 0)
		return err;
	for (int64_t i = 0; i < count; i++)
		((int64_t *)places->data)[i] = mirror(mode, i - before, src->shape[dim]);
	for (int d = 0; d < dim; d++)
		items[d] = (struct index_item)INDEX_ALL;
	items[dim] = (struct index_item){.kind = INDEX_KIND_TENSOR, .tensor = places};
	err = index_get(src, items, dim + 1, ret, diag);
	tensor_free(places);
	return err;
}

int assemble_pad(const struct tensor *src, const int64_t *before, const int64_t *after,
    enum pad_mode mode, double value, struct tensor **ret, struct diag *diag)
{
	int64_t shape[TENSOR_MAX_DIMS];
	struct tensor *dst, *next;
	int err;

	for (int d = 0; d < src->ndim; d++) {
		err = check_pad(src, d, before[d], after[d], mode, diag);
		if (err < 0)
			return err;
		shape[d] = src->shape[d] + before[d] + after[d];
	}
	if (mode == PAD_MODE_CONSTANT)
		return pad_constant(src, before, shape, value, ret, diag);
	err = tensor_copy(src, &dst, diag);
	for (int d = 0; d < src->ndim && err == 0; d++) {
		if (before[d] == 0 && after[d] == 0)
			continue;
		err = pad_lines(dst, d, before[d], shape[d], mode, &next, diag);
		tensor_free(dst);
		dst = err < 0 ? NULL : next;
	}
	if (err == 0)
		*ret = dst;
	return err;
}

int assemble_repeat(const struct tensor *src, const int64_t *times, int count,
    struct tensor **ret, struct diag *diag)
{
	int64_t wide[2 * TENSOR_MAX_DIMS], shape[TENSOR_MAX_DIMS];
	int ndim = count > src->ndim ? count : src->ndim, err;
	struct tensor *dst, part;
	size_t total;

	if (ndim > TENSOR_MAX_DIMS)
		return diag_set(
		    diag, ERR_RANGE, "a tensor has at most %d dimensions", TENSOR_MAX_DIMS);
	for (int d = 0; d < ndim; d++) {
		int64_t n = d < ndim - src->ndim ? 1 : src->shape[d - (ndim - src->ndim)];
		int64_t t = d < ndim - count ? 1 : times[d - (ndim - count)];

		if (t < 0 || __builtin_mul_overflow(n, t, &shape[d]))
			return diag_set(diag, ERR_SHAPE, "cannot repeat %" PRId64 " times", t);
		wide[d] = n;
	}
	if ((err = tensor_shape_count(ndim, shape, src->dtype, &total, diag)) < 0 ||
	    (err = tensor_new_raw(src->dtype, ndim, shape, &dst, diag)) < 0)
		return err;
	/* Copy into each tile in turn: the tiles' corner walks over the result. */
	for (int64_t corner[TENSOR_MAX_DIMS] = {0}; total > 0;) {
		int d = ndim - 1;

		part = *dst;
		for (int i = 0; i < ndim; i++) {
			part.shape[i] = wide[i];
			part.data = (char *)part.data +
			    corner[i] * dst->stride[i] * (int64_t)dtype_size(dst->dtype);
		}
		if ((err = tensor_assign(&part, src, diag)) < 0 || (err = cancel_check(diag)) < 0)
			break;
		for (; d >= 0 && (corner[d] += wide[d]) == shape[d]; d--)
			corner[d] = 0;
		if (d < 0)
			break;
	}
	if (err < 0)
		tensor_free(dst);
	else
		*ret = dst;
	return err;
}

int assemble_triangle(const struct tensor *src, bool upper, int64_t diagonal,
    struct tensor **ret, struct diag *diag)
{
	int64_t rows, cols, count;
	size_t size = dtype_size(src->dtype);
	int err;

	if (src->ndim < 2)
		return diag_set(diag, ERR_SHAPE, "a triangle needs a matrix");
	err = tensor_copy(src, ret, diag);
	if (err < 0)
		return err;
	rows = src->shape[src->ndim - 2];
	cols = src->shape[src->ndim - 1];
	count = (int64_t)tensor_count(src);
	for (int64_t i = 0; i < count && !cancelled_at(i); i++) {
		int64_t col = i % cols, row = i / cols % rows;

		if (upper ? col - row < diagonal : col - row > diagonal)
			memset((char *)(*ret)->data + (size_t)i * size, 0, size);
	}
	return 0;
}
