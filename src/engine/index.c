// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * x[...]: what the items select, and reading and writing it. Integers are applied before tensors
 * (PyTorch's order), so that x[0, :, [1, 2]] keeps its dimensions in place.
 */
#include "config.h"

#include "engine/index.h"

#include <inttypes.h>
#include <string.h>

#include "engine/assemble.h"
#include "engine/elementwise.h"
#include "engine/index_internal.h"

bool index_is_view(const struct index_item *items, int count)
{
	for (int i = 0; i < count; i++) {
		if (items[i].kind == INDEX_KIND_TENSOR ||
		    (items[i].kind == INDEX_KIND_SLICE && items[i].step < 0))
			return false;
	}
	return true;
}

/* Dimensions of the source that an item uses up. */
static int dims_used(const struct index_item *item)
{
	switch (item->kind) {
	case INDEX_KIND_INT:
	case INDEX_KIND_SLICE: return 1;
	case INDEX_KIND_TENSOR: return item->tensor->dtype == DTYPE_BOOL ? item->tensor->ndim : 1;
	case INDEX_KIND_ELLIPSIS:
	case INDEX_KIND_NEW_AXIS: break;
	}
	return 0;
}

static int check_count(const struct tensor *src, const struct index_item *items, int count,
    int *ret_used, struct diag *diag)
{
	char text[TENSOR_SHAPE_TEXT];
	int used = 0, dots = 0;

	for (int i = 0; i < count; i++) {
		used += dims_used(&items[i]);
		dots += items[i].kind == INDEX_KIND_ELLIPSIS;
	}
	if (dots > 1)
		return diag_set(diag, ERR_RANGE, "an index can only have one ellipsis (...)");
	if (used > src->ndim) {
		diag_set(diag, ERR_RANGE, "too many indices: %d for a tensor of shape %s", used,
		    tensor_shape_text(src->ndim, src->shape, text));
		diag_hint(diag, "it has %d dimension%s", src->ndim, src->ndim == 1 ? "" : "s");
		return ERR_RANGE;
	}
	*ret_used = used;
	return 0;
}

static int out_of_range(int64_t index, int dim, int64_t size, struct diag *diag)
{
	diag_set(diag, ERR_RANGE,
	    "index %" PRId64 " is out of bounds for dimension %d with size %" PRId64, index, dim,
	    size);
	diag_hint(diag, size ? "0 to %" PRId64 " are possible, or -1 for the last" :
				      "there are no elements", size - 1);
	return ERR_RANGE;
}

static int64_t clip(int64_t x, int64_t low, int64_t high)
{
	return x < low ? low : x > high ? high : x;
}

static void advance(struct tensor *view, int64_t elements)
{
	view->data = (char *)view->data + elements * (int64_t)dtype_size(view->dtype);
}

/* Where the plan stands: the next dimension of the source, and the view so far. */
struct cursor {
	const struct tensor *src;
	int dim;
	struct index_plan *plan;
};

static void keep_dim(struct cursor *at)
{
	struct tensor *view = &at->plan->view;

	view->shape[view->ndim] = at->src->shape[at->dim];
	view->stride[view->ndim++] = at->src->stride[at->dim++];
}

static int apply_int(struct cursor *at, const struct index_item *item, struct diag *diag)
{
	int64_t size = at->src->shape[at->dim], i = item->start;

	if (i < -size || i >= size)
		return out_of_range(i, at->dim, size, diag);
	advance(&at->plan->view, (i < 0 ? i + size : i) * at->src->stride[at->dim++]);
	return 0;
}

static int apply_slice(struct cursor *at, const struct index_item *item, struct diag *diag)
{
	int64_t size = at->src->shape[at->dim], stride = at->src->stride[at->dim];
	int64_t step = item->step, first, count, low = step < 0 ? -1 : 0;
	int64_t high = step < 0 ? size - 1 : size;
	int64_t start = item->has_start ? item->start : step < 0 ? size - 1 : 0;
	int64_t stop = item->has_stop ? item->stop : step < 0 ? -1 : size;
	struct tensor *view = &at->plan->view;

	if (step == 0)
		return diag_set(diag, ERR_RANGE, "the step of a slice cannot be 0");
	if (item->has_start)
		start = clip(start < 0 ? start + size : start, low, high);
	if (item->has_stop)
		stop = clip(stop < 0 ? stop + size : stop, low, high);
	if (step > 0) {
		count = stop > start ? (stop - start - 1) / step + 1 : 0;
		first = start;
	} else {
		count = start > stop
			    ? (int64_t)((uint64_t)(start - stop - 1) / (0 - (uint64_t)step)) + 1
			    : 0;
		first = count > 1 ? start + (count - 1) * step : start;
		at->plan->flips[at->plan->flip_count++] = view->ndim;
	}
	if (count > 0)
		advance(view, first * stride);
	view->shape[view->ndim] = count;
	view->stride[view->ndim++] = count > 1 ? stride * (step < 0 ? -step : step) : stride;
	at->dim++;
	return 0;
}

/* A mask becomes one integer tensor for each of its dimensions. */
static int apply_mask(struct cursor *at, const struct tensor *mask, struct diag *diag)
{
	struct tensor *where;
	int err;

	for (int d = 0; d < mask->ndim; d++) {
		char first[TENSOR_SHAPE_TEXT], second[TENSOR_SHAPE_TEXT];

		if (mask->shape[d] != at->src->shape[at->dim + d])
			return diag_set(diag, ERR_RANGE,
			    "a mask of shape %s does not fit a tensor of shape %s",
			    tensor_shape_text(mask->ndim, mask->shape, first),
			    tensor_shape_text(at->src->ndim, at->src->shape, second));
	}
	err = index_nonzero(mask, &where, diag);
	if (err < 0)
		return err;
	for (int d = 0; d < mask->ndim && err == 0; d++) {
		int which = at->plan->count;

		at->plan->dims[which] = at->plan->view.ndim;
		keep_dim(at);
		err = tensor_view_select(where, 1, d, &at->plan->tensors[which], diag);
		at->plan->count += err == 0;
	}
	tensor_free(where);
	return err;
}

static int apply_tensor(struct cursor *at, const struct tensor *index, struct diag *diag)
{
	struct index_plan *plan = at->plan;

	if (index->dtype == DTYPE_BOOL && index->ndim > 0)
		return apply_mask(at, index, diag);
	if (index->dtype != DTYPE_I64) {
		diag_set(diag, ERR_FORMAT, "tensors used as indices must be int64 or bool, not %s",
		    dtype_name(index->dtype));
		diag_hint(diag, "convert it with .long() or .astype(int)");
		return ERR_FORMAT;
	}
	if (index->ndim == 0) {
		struct index_item item = {
		    .kind = INDEX_KIND_INT, .start = tensor_int_at(index, NULL)};

		return apply_int(at, &item, diag);
	}
	plan->dims[plan->count] = plan->view.ndim;
	plan->tensors[plan->count++] = tensor_share(index);
	keep_dim(at);
	return 0;
}

static int apply(struct cursor *at, const struct index_item *item, int skipped, struct diag *diag)
{
	struct tensor *view = &at->plan->view;

	if (item->kind != INDEX_KIND_INT &&
	    view->ndim + (item->kind == INDEX_KIND_ELLIPSIS ? skipped : 1) > TENSOR_MAX_DIMS &&
	    !(item->kind == INDEX_KIND_ELLIPSIS && skipped == 0))
		return diag_set(
		    diag, ERR_RANGE, "a tensor has at most %d dimensions", TENSOR_MAX_DIMS);
	switch (item->kind) {
	case INDEX_KIND_INT: return apply_int(at, item, diag);
	case INDEX_KIND_SLICE: return apply_slice(at, item, diag);
	case INDEX_KIND_TENSOR: return apply_tensor(at, item->tensor, diag);
	case INDEX_KIND_NEW_AXIS:
		view->shape[view->ndim] = 1;
		view->stride[view->ndim++] = 1;
		return 0;
	case INDEX_KIND_ELLIPSIS:
		for (int d = 0; d < skipped; d++)
			keep_dim(at);
		return 0;
	}
	BUG("index kind %d", item->kind);
}

int index__plan(const struct tensor *src, const struct index_item *items, int count,
    struct index_plan *ret, struct diag *diag)
{
	struct cursor at = {.src = src, .plan = ret};
	int used = 0, err;

	ret->view.dtype = src->dtype;
	ret->view.ndim = 0;
	ret->view.data = src->data;
	ret->view.storage = src->storage;
	ret->flip_count = ret->count = 0;
	err = check_count(src, items, count, &used, diag);
	for (int i = 0; i < count && err == 0; i++)
		err = apply(&at, &items[i], src->ndim - used, diag);
	if (err == 0 && ret->view.ndim + src->ndim - at.dim > TENSOR_MAX_DIMS)
		err = diag_set(
		    diag, ERR_RANGE, "a tensor has at most %d dimensions", TENSOR_MAX_DIMS);
	while (err == 0 && at.dim < src->ndim)
		keep_dim(&at);
	if (err < 0)
		index__plan_release(ret);
	return err;
}

void index__plan_release(struct index_plan *plan)
{
	for (int i = 0; i < plan->count; i++)
		tensor_free(plan->tensors[i]);
	plan->count = 0;
}

/* The selected elements as they would be if steps were positive, flipped into place. */
static int flip_into_place(const struct index_plan *plan, struct tensor **tensor, struct diag *diag)
{
	struct tensor *flipped;
	int err;

	if (plan->flip_count == 0)
		return 0;
	err = assemble_flip(*tensor, plan->flips, plan->flip_count, &flipped, diag);
	tensor_free(*tensor);
	*tensor = err < 0 ? NULL : flipped;
	return err;
}

int index_get(const struct tensor *src, const struct index_item *items, int count,
    struct tensor **ret, struct diag *diag)
{
	struct tensor *selected, *view;
	struct index_plan plan;
	int err;

	err = index__plan(src, items, count, &plan, diag);
	if (err < 0)
		return err;
	selected = tensor_share(&plan.view);
	err = flip_into_place(&plan, &selected, diag);
	if (err == 0 && plan.count > 0) {
		view = selected;
		plan.view = *view;
		err = index__pick(&plan, INDEX_MODE_GET, NULL, &selected, diag);
		tensor_free(view);
	}
	index__plan_release(&plan);
	if (err == 0)
		*ret = selected;
	return err;
}

/* One element into one place of the same dtype: the documents' Y[i, j] = sum. */
static bool set_single(struct tensor *dst, const struct tensor *value)
{
	if (dst->ndim != 0 || dst->dtype != value->dtype || tensor_count(value) != 1)
		return false;
	memcpy(dst->data, value->data, dtype_size(dst->dtype));
	return true;
}

/* `value` broadcast to the view, its flipped dimensions turned round. */
static int flip_value(const struct index_plan *plan, const struct tensor *value,
    struct tensor **ret, struct diag *diag)
{
	int err;

	if (plan->count > 0)
		return diag_set(diag, ERR_UNSUPPORTED,
		    "assigning through tensors and negative steps at once is not supported");
	err = tensor_view_broadcast(value, plan->view.ndim, plan->view.shape, ret, diag);
	return err < 0 ? err : flip_into_place(plan, ret, diag);
}

static int add_into(struct tensor *view, const struct tensor *value, struct diag *diag)
{
	return elementwise_in_place(BINARY_ADD, WORLD_TORCH, view, value, diag);
}

static int write_to(struct tensor *dst, const struct index_item *items, int count,
    const struct tensor *value, bool add, struct diag *diag)
{
	struct tensor *turned = NULL;
	struct index_plan plan;
	int err;

	err = index__plan(dst, items, count, &plan, diag);
	if (err < 0)
		return err;
	if (plan.flip_count > 0) {
		err = flip_value(&plan, value, &turned, diag);
		value = turned;
	}
	if (err == 0 && plan.count > 0)
		err = index__pick(&plan, add ? INDEX_MODE_ADD : INDEX_MODE_SET, value, NULL, diag);
	else if (err == 0 && add)
		err = add_into(&plan.view, value, diag);
	else if (err == 0 && !set_single(&plan.view, value))
		err = tensor_assign(&plan.view, value, diag);
	tensor_free(turned);
	index__plan_release(&plan);
	return err;
}

int index_set(struct tensor *dst, const struct index_item *items, int count,
    const struct tensor *value, struct diag *diag)
{
	return write_to(dst, items, count, value, false, diag);
}

int index_add(struct tensor *dst, const struct index_item *items, int count,
    const struct tensor *value, struct diag *diag)
{
	return write_to(dst, items, count, value, true, diag);
}
