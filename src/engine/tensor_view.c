// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Views: the same elements in another shape. Nothing is copied; each view holds one reference to
 * the storage of its source.
 */
#include "config.h"

#include <inttypes.h>

#include "engine/tensor.h"

static int check_dim(const struct tensor *src, int dim, struct diag *diag)
{
	char text[TENSOR_SHAPE_TEXT];

	if (dim >= 0 && dim < src->ndim)
		return 0;
	return diag_set(diag, ERR_RANGE, "there is no dimension %d in a tensor of shape %s", dim,
	    tensor_shape_text(src->ndim, src->shape, text));
}

static void advance(struct tensor *view, int64_t elements)
{
	view->data = (char *)view->data + elements * (int64_t)dtype_size(view->dtype);
}

static int report_reshape(
    const struct tensor *src, int ndim, const int64_t *shape, struct diag *diag)
{
	char text[TENSOR_SHAPE_TEXT];

	diag_set(diag, ERR_SHAPE, "cannot reshape %zu elements into %s", tensor_count(src),
	    tensor_shape_text(ndim, shape, text));
	diag_hint(diag, "the sizes must multiply to %zu; one of them may be -1", tensor_count(src));
	return ERR_SHAPE;
}

/* Fills `sizes` from `shape`, with a single -1 replaced by what is left over for it. */
static int infer_size(const struct tensor *src, int ndim, const int64_t *shape,
    int64_t sizes[TENSOR_MAX_DIMS], struct diag *diag)
{
	int unknown = -1, err;
	size_t known, count = tensor_count(src);

	if (ndim < 0 || ndim > TENSOR_MAX_DIMS)
		return tensor_shape_count(ndim, shape, src->dtype, &known, diag);
	for (int i = 0; i < ndim; i++) {
		sizes[i] = shape[i];
		if (shape[i] != -1)
			continue;
		if (unknown >= 0)
			return diag_set(diag, ERR_SHAPE, "only one size may be -1");
		unknown = i;
		sizes[i] = 1;
	}
	err = tensor_shape_count(ndim, sizes, src->dtype, &known, diag);
	if (err < 0)
		return err;
	if (unknown >= 0) {
		if (known == 0 || count % known)
			return report_reshape(src, ndim, shape, diag);
		sizes[unknown] = (int64_t)(count / known);
		known = count;
	}
	return known == count ? 0 : report_reshape(src, ndim, shape, diag);
}

int tensor_view_reshape(const struct tensor *src, int ndim, const int64_t *shape,
    struct tensor **ret, struct diag *diag)
{
	int64_t sizes[TENSOR_MAX_DIMS], step = 1;
	struct tensor *view;
	int err;

	err = infer_size(src, ndim, shape, sizes, diag);
	if (err < 0)
		return err;
	if (!tensor_is_contiguous(src))
		return diag_set(
		    diag, ERR_STATE, "a view that is not contiguous must be copied first");
	view = tensor_share(src);
	view->ndim = ndim;
	for (int i = ndim - 1; i >= 0; i--) {
		view->shape[i] = sizes[i];
		view->stride[i] = step;
		step *= sizes[i] ? sizes[i] : 1;
	}
	*ret = view;
	return 0;
}

int tensor_view_transpose(const struct tensor *src, int a, int b, struct tensor **ret,
    struct diag *diag)
{
	struct tensor *view;
	int err;

	if ((err = check_dim(src, a, diag)) < 0 || (err = check_dim(src, b, diag)) < 0)
		return err;
	view = tensor_share(src);
	view->shape[a] = src->shape[b];
	view->stride[a] = src->stride[b];
	view->shape[b] = src->shape[a];
	view->stride[b] = src->stride[a];
	*ret = view;
	return 0;
}

int tensor_view_slice(const struct tensor *src, int dim, int64_t start, int64_t stop, int64_t step,
    struct tensor **ret, struct diag *diag)
{
	struct tensor *view;
	int err;

	err = check_dim(src, dim, diag);
	if (err < 0)
		return err;
	if (start < 0 || start > stop || stop > src->shape[dim] || step < 1)
		return diag_set(diag, ERR_RANGE,
		    "slice %" PRId64 ":%" PRId64 ":%" PRId64 " of a dimension of size %" PRId64,
		    start, stop, step, src->shape[dim]);
	view = tensor_share(src);
	view->shape[dim] = start == stop ? 0 : (stop - start - 1) / step + 1;
	// A step beyond the end is never taken; kept small so that the stride cannot overflow.
	view->stride[dim] *= view->shape[dim] > 1 ? step : 1;
	if (view->shape[dim])
		advance(view, start * src->stride[dim]);
	*ret = view;
	return 0;
}

int tensor_view_select(const struct tensor *src, int dim, int64_t index, struct tensor **ret,
    struct diag *diag)
{
	struct tensor *view;
	int err;

	err = check_dim(src, dim, diag);
	if (err < 0)
		return err;
	if (index < 0 || index >= src->shape[dim])
		return diag_set(diag, ERR_RANGE,
		    "index %" PRId64 " is outside dimension %d of size %" PRId64, index, dim,
		    src->shape[dim]);
	view = tensor_share(src);
	view->ndim--;
	for (int i = dim; i < view->ndim; i++) {
		view->shape[i] = src->shape[i + 1];
		view->stride[i] = src->stride[i + 1];
	}
	if (tensor_count(src))
		advance(view, index * src->stride[dim]);
	*ret = view;
	return 0;
}

static int report_broadcast(const struct tensor *src, int ndim, const int64_t *shape,
    struct diag *diag)
{
	char from[TENSOR_SHAPE_TEXT], to[TENSOR_SHAPE_TEXT];

	diag_set(diag, ERR_SHAPE, "shape %s cannot be broadcast to %s",
	    tensor_shape_text(src->ndim, src->shape, from), tensor_shape_text(ndim, shape, to));
	diag_hint(diag, "compared from the right, each size must be equal or 1");
	return ERR_SHAPE;
}

int tensor_view_broadcast(const struct tensor *src, int ndim, const int64_t *shape,
    struct tensor **ret, struct diag *diag)
{
	struct tensor *view;
	size_t count;
	int extra = ndim - src->ndim, err;

	err = tensor_shape_count(ndim, shape, src->dtype, &count, diag);
	if (err < 0)
		return err;
	for (int i = 0; i < src->ndim; i++) {
		if (extra < 0 || (src->shape[i] != 1 && src->shape[i] != shape[i + extra]))
			return report_broadcast(src, ndim, shape, diag);
	}
	view = tensor_share(src);
	view->ndim = ndim;
	for (int i = 0; i < ndim; i++) {
		bool spread = i < extra || src->shape[i - extra] != shape[i];

		view->shape[i] = shape[i];
		view->stride[i] = spread ? 0 : src->stride[i - extra];
	}
	*ret = view;
	return 0;
}
