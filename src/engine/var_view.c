// SPDX-License-Identifier: GPL-3.0-or-later
/* Views of variables. All have one gradient (autograd_view.c); here is only which view it is. */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "engine/autograd_internal.h"
#include "engine/var_ops.h"

/* A layout laid over x's memory. */
static struct var *view_of(struct var *x, int ndim, const int64_t *shape, const int64_t *stride)
{
	struct tensor *view = tensor_share(x->value);

	view->ndim = ndim;
	for (int d = 0; d < ndim; d++) {
		view->shape[d] = shape[d];
		view->stride[d] = stride[d];
	}
	return autograd__view(x, view);
}

/*
 * Strides of a reshaped view without copying, where the new dimensions fit into runs of old ones
 * that lie behind one another.
 */
static bool strides_for(const struct tensor *src, int ndim, const int64_t *shape, int64_t *stride)
{
	int old = src->ndim - 1;
	int64_t run = 1, left = 1,
		step = 1; // elements of the run, of it not yet used, its innermost stride

	for (int d = ndim - 1; d >= 0; d--) {
		while (left == 1 && old >= 0 && shape[d] != 1) {
			run = left = src->shape[old];
			step = src->stride[old--];
			while (
			    old >= 0 && (src->shape[old] == 1 || src->stride[old] == step * run)) {
				run *= src->shape[old];
				left = run;
				old--;
			}
		}
		if (shape[d] != 1 && (shape[d] > left || left % shape[d]))
			return false;
		stride[d] = step * (run / left);
		left /= shape[d];
	}
	return left == 1;
}

static int reshape(struct var *x, int ndim, const int64_t *shape, bool may_copy, struct var **ret,
    struct diag *diag)
{
	struct tensor *view, full = *x->value;
	int64_t stride[TENSOR_MAX_DIMS];
	struct var *copy;
	int err;

	// A contiguous stand-in of the same shape, to have the sizes checked and -1 filled in.
	for (int64_t d = full.ndim - 1, step = 1; d >= 0; d--) {
		full.stride[d] = step;
		step *= full.shape[d] ? full.shape[d] : 1;
	}
	err = tensor_view_reshape(&full, ndim, shape, &view, diag);
	if (err < 0)
		return err;
	if (tensor_is_contiguous(x->value)) {
		*ret = autograd__view(x, view);
		return 0;
	}
	if (strides_for(x->value, ndim, view->shape, stride)) {
		*ret = view_of(x, ndim, view->shape, stride);
	} else if (may_copy) {
		err = var_clone(x, &copy, diag);
		if (err == 0) {
			err = reshape(copy, ndim, view->shape, false, ret, diag);
			var_unref(copy);
		}
	} else {
		err = diag_set(
		    diag, ERR_STATE, "view size is not compatible with the tensor's strides");
		diag_hint(diag, "use .reshape(...) instead, or .contiguous() first");
	}
	tensor_free(view);
	return err;
}

int var_reshape(struct var *x, int ndim, const int64_t *shape, struct var **ret, struct diag *diag)
{
	return reshape(x, ndim, shape, true, ret, diag);
}

int var_view(struct var *x, int ndim, const int64_t *shape, struct var **ret, struct diag *diag)
{
	return reshape(x, ndim, shape, false, ret, diag);
}

int var_transpose(struct var *x, int a, int b, struct var **ret, struct diag *diag)
{
	struct tensor *view;
	int ndim = x->value->ndim, err;

	if ((err = reduce_dim(a, ndim, &a, diag)) < 0 || (err = reduce_dim(b, ndim, &b, diag)) < 0)
		return err;
	if (ndim == 0) {
		*ret = autograd__view(x, tensor_share(x->value));
		return 0;
	}
	err = tensor_view_transpose(x->value, a, b, &view, diag);
	if (err == 0)
		*ret = autograd__view(x, view);
	return err;
}

int var_permute(struct var *x, const int *dims, int count, struct var **ret, struct diag *diag)
{
	int64_t shape[TENSOR_MAX_DIMS], stride[TENSOR_MAX_DIMS];
	bool seen[TENSOR_MAX_DIMS + 1] = {false};
	int at, err;

	if (count != x->value->ndim)
		return diag_set(diag, ERR_SHAPE, "%d dimensions named for a tensor that has %d",
		    count, x->value->ndim);
	for (int d = 0; d < count; d++) {
		if ((err = reduce_dim(dims[d], count, &at, diag)) < 0)
			return err;
		if (seen[at])
			return diag_set(diag, ERR_SHAPE, "dimension %d is named twice", at);
		seen[at] = true;
		shape[d] = x->value->shape[at];
		stride[d] = x->value->stride[at];
	}
	*ret = view_of(x, count, shape, stride);
	return 0;
}

int var_expand(struct var *x, int ndim, const int64_t *shape, struct var **ret, struct diag *diag)
{
	int64_t sizes[TENSOR_MAX_DIMS];
	struct tensor *view;
	int lead = ndim - x->value->ndim, err;

	if (ndim > TENSOR_MAX_DIMS || lead < 0)
		return diag_set(
		    diag, ERR_SHAPE, "cannot expand %d dimensions to %d", x->value->ndim, ndim);
	for (int d = 0; d < ndim; d++) {
		sizes[d] = shape[d] == -1 && d >= lead ? x->value->shape[d - lead] : shape[d];
	}
	err = tensor_view_broadcast(x->value, ndim, sizes, &view, diag);
	if (err == 0)
		*ret = autograd__view(x, view);
	return err;
}

static struct var *without_dims(struct var *x, const bool *drop)
{
	int64_t shape[TENSOR_MAX_DIMS], stride[TENSOR_MAX_DIMS];
	int ndim = 0;

	for (int d = 0; d < x->value->ndim; d++) {
		if (drop[d])
			continue;
		shape[ndim] = x->value->shape[d];
		stride[ndim++] = x->value->stride[d];
	}
	return view_of(x, ndim, shape, stride);
}

int var_squeeze(struct var *x, int dim, struct var **ret, struct diag *diag)
{
	bool drop[TENSOR_MAX_DIMS + 1] = {false};
	int at, err = reduce_dim(dim, x->value->ndim, &at, diag);

	if (err < 0)
		return err;
	drop[at] = x->value->ndim > 0 && x->value->shape[at] == 1;
	*ret = without_dims(x, drop);
	return 0;
}

int var_squeeze_all(struct var *x, struct var **ret, struct diag *diag)
{
	bool drop[TENSOR_MAX_DIMS];

	(void)diag;
	for (int d = 0; d < x->value->ndim; d++)
		drop[d] = x->value->shape[d] == 1;
	*ret = without_dims(x, drop);
	return 0;
}

int var_unsqueeze(struct var *x, int dim, struct var **ret, struct diag *diag)
{
	int64_t shape[TENSOR_MAX_DIMS + 1], stride[TENSOR_MAX_DIMS + 1];
	int ndim = x->value->ndim + 1, at, err;

	if (ndim > TENSOR_MAX_DIMS)
		return diag_set(
		    diag, ERR_RANGE, "a tensor has at most %d dimensions", TENSOR_MAX_DIMS);
	if ((err = reduce_dim(dim, ndim, &at, diag)) < 0)
		return err;
	for (int d = 0; d < ndim; d++) {
		int from = d > at ? d - 1 : d;

		shape[d] = d == at ? 1 : x->value->shape[from];
		stride[d] = d == at ? 1 : x->value->stride[from];
	}
	*ret = view_of(x, ndim, shape, stride);
	return 0;
}

int var_flatten(struct var *x, int first, int last, struct var **ret, struct diag *diag)
{
	int64_t shape[TENSOR_MAX_DIMS];
	int ndim = x->value->ndim, count = 0, err;

	if ((err = reduce_dim(first, ndim, &first, diag)) < 0 ||
	    (err = reduce_dim(last, ndim, &last, diag)) < 0)
		return err;
	if (first > last)
		return diag_set(diag, ERR_SHAPE, "flatten from dimension %d to %d", first, last);
	if (ndim == 0)
		return var_reshape(x, 1, (int64_t[]){1}, ret, diag);
	for (int d = 0; d < ndim; d++) {
		if (d > first && d <= last)
			shape[count - 1] *= x->value->shape[d];
		else
			shape[count++] = x->value->shape[d];
	}
	return var_reshape(x, count, shape, ret, diag);
}

int var_select(struct var *x, int dim, int64_t index, struct var **ret, struct diag *diag)
{
	struct index_item items[TENSOR_MAX_DIMS];
	int at, err = reduce_dim(dim, x->value->ndim, &at, diag);

	if (err < 0)
		return err;
	for (int d = 0; d < at; d++)
		items[d] = (struct index_item)INDEX_ALL;
	items[at] = (struct index_item){.kind = INDEX_KIND_INT, .start = index};
	return var_index(x, items, at + 1, ret, diag);
}

int var_diagonal(struct var *x, struct var **ret, struct diag *diag)
{
	const struct tensor *value = x->value;
	int64_t shape, stride;

	if (value->ndim != 2)
		return diag_set(diag, ERR_SHAPE, "only matrices have a diagonal here");
	shape = value->shape[0] < value->shape[1] ? value->shape[0] : value->shape[1];
	stride = value->stride[0] + value->stride[1];
	*ret = view_of(x, 1, &shape, &stride);
	return 0;
}
