// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Views and changes in place.
 *
 * Every view operator (reshape, transpose, slice, select, expand, diagonal) has the same gradient:
 * each element's goes to the place that it looks at. So one node serves all of them, made from
 * nothing but the two layouts.
 *
 * A change in place of a view rewrites its base's history: base := a node of the base as it was
 * and of the source that was written. A view made before notices, by the storage's version, that
 * its own node is out of date, and then comes from the base anew.
 */
#include "config.h"

#include <string.h>

#include "base/cancel.h"
#include "engine/autograd_internal.h"
#include "engine/elementwise.h"
#include "engine/reduce.h"

static struct tensor layout_of(const struct tensor *tensor)
{
	struct tensor layout = *tensor;

	layout.data = NULL;
	layout.storage = NULL;
	return layout;
}

void autograd__span(struct grad_span *span, const struct tensor *outer, const struct tensor *inner)
{
	int64_t bytes = (const char *)inner->data - (const char *)outer->data, last = 0;

	span->outer = layout_of(outer);
	span->inner = layout_of(inner);
	span->offset = bytes / (int64_t)dtype_size(outer->dtype);
	for (int d = 0; d < outer->ndim; d++)
		last += (outer->shape[d] - 1) * outer->stride[d];
	span->extent = tensor_count(outer) ? last + 1 : 0;
}

/* A layout laid over memory. */
static struct tensor laid_over(
    const struct tensor *layout, const struct tensor *memory, int64_t offset)
{
	struct tensor view = *layout;

	view.dtype = memory->dtype;
	view.storage = memory->storage;
	view.data = (char *)memory->data + offset * (int64_t)dtype_size(memory->dtype);
	return view;
}

/* part += grad, where several elements of `part` may be one place (strides of 0). */
static int add_to_places(struct tensor *part, const struct tensor *grad, struct diag *diag)
{
	struct reduce_spec spec = {.op = REDUCE_SUM, .keepdim = true};
	struct tensor *sum = NULL;
	int err;

	for (int d = 0; d < part->ndim; d++) {
		if (part->stride[d] == 0 && part->shape[d] > 1) {
			spec.dims[spec.count++] = d;
			part->shape[d] = 1;
		}
	}
	if (spec.count > 0) {
		err = reduce_tensor(&spec, WORLD_TORCH, grad, &sum, diag);
		if (err < 0)
			return err;
		grad = sum;
	}
	err = elementwise_in_place(BINARY_ADD, WORLD_TORCH, part, grad, diag);
	tensor_free(sum);
	return err;
}

static int view_backward(const struct grad_call *call, struct diag *diag)
{
	const struct grad_span *span = call->args;
	struct tensor *memory, part, whole;
	int err;

	if (tensor_is_contiguous(&span->outer) && tensor_is_contiguous(&span->inner) &&
	    tensor_count(&span->outer) == tensor_count(&span->inner))
		return tensor_view_reshape(
		    call->grad, span->outer.ndim, span->outer.shape, &call->grads[0], diag);
	err = tensor_new(call->grad->dtype, 1, &span->extent, &memory, diag);
	if (err < 0)
		return err;
	part = laid_over(&span->inner, memory, span->offset);
	whole = laid_over(&span->outer, memory, 0);
	if (tensor_count(&part) > 0)
		err = add_to_places(&part, call->grad, diag);
	if (err == 0)
		call->grads[0] = tensor_share(&whole);
	tensor_free(memory);
	return err;
}

const struct grad_op autograd__view_op = {
    .name = "ViewBackward0", .backward = view_backward, .args_size = sizeof(struct grad_span)};

static void record_view(struct var *view, struct var *source)
{
	struct grad_span span;
	struct grad_record record = {
	    .op = &autograd__view_op, .inputs = &source, .input_count = 1, .args = &span};

	autograd__span(&span, source->value, view->value);
	view->node = autograd__node_new(&record);
	view->requires_grad = true;
}

struct var *autograd__view(struct var *x, struct tensor *view)
{
	struct var *var = var_new_take(x->world, view);

	if (x->world == WORLD_NUMPY)
		return var;
	var->detached_data = x->detached_data;
	var->base = var_ref(x->base ? x->base : x);
	var->base_version = view->storage->version;
	if (dtype_is_float(view->dtype) && autograd_needs(&x, 1))
		record_view(var, x);
	return var;
}

void autograd__refresh(struct var *var)
{
	struct grad_node *old = var->node;

	if (!var->base || var->value->storage->version == var->base_version)
		return;
	var->base_version = var->value->storage->version;
	if (!var->base->requires_grad || var->value->storage != var->base->value->storage)
		return;
	record_view(var, var->base);
	autograd__node_unref(old);
}

int var_check_in_place(const struct var *var, struct diag *diag)
{
	const struct var *base = var->base ? var->base : var;

	if (!autograd_enabled() || !base->requires_grad || base->node)
		return 0;
	diag_set(diag, ERR_STATE,
	    "a %sleaf Variable that requires grad is being used in an in-place operation",
	    base == var ? "" : "view of a ");
	diag_hint(diag, "change it within 'with torch.no_grad():' or through .data");
	return ERR_STATE;
}

/*
 * What gradients of an earlier result flow to cannot become a result itself: the tape would lead in a
 * circle, which nothing frees. (It takes a requires_grad that is switched off and on to come here.)
 */
int autograd__check_change(struct var *var, struct var *source, struct diag *diag)
{
	struct var *base = var->base ? var->base : var;
	int err = var_check_in_place(var, diag);

	if (err < 0 || !base->edges || !autograd_needs(&source, 1))
		return err;
	diag_set(diag, ERR_STATE,
	    "gradients of an earlier result flow to this tensor: it cannot become a result in-place");
	diag_hint(diag, "compute a new tensor instead of changing this one");
	return ERR_STATE;
}

/* inputs: the base as it was, the source. args: where the written part lies in the base. */
static int change_backward(const struct grad_call *call, struct diag *diag)
{
	const struct grad_span *span = call->args;
	struct tensor *memory, *view, part, whole;
	bool mine = call->grad->storage->refs == 1 && tensor_is_contiguous(&span->outer);
	int err = 0;

	if (mine)
		memory = tensor_share(call->grad);
	else
		err = tensor_new(call->grad->dtype, 1, &span->extent, &memory, diag);
	if (err < 0)
		return err;
	part = laid_over(&span->inner, memory, span->offset);
	whole = laid_over(&span->outer, memory, 0);
	if (!mine)
		err = tensor_assign(&whole, call->grad, diag);
	if (err == 0 && call->needed[1]) {
		view = &part;
		err = tensor_copy(view, &call->grads[1], diag);
	}
	if (err == 0 && call->needed[0] && tensor_count(&part) < tensor_count(&whole)) {
		tensor_fill(&part, 0);
		call->grads[0] = tensor_share(&whole);
	}
	tensor_free(memory);
	return err;
}

static const struct grad_op change_op = {
    .name = "CopySlices", .backward = change_backward, .args_size = sizeof(struct grad_span)};

void autograd__changed(struct var *var, const struct tensor *part, struct var *source)
{
	struct var *base = var->base ? var->base : var;
	struct var *inputs[] = {base, source};
	struct grad_span span;
	struct grad_record what = {
	    .op = &change_op, .inputs = inputs, .input_count = 2, .args = &span};
	struct grad_node *old = base->node;
	bool record = autograd_needs(inputs, 2) && dtype_is_float(base->value->dtype);

	// Before the new version: what was written came from the base as it was.
	autograd__refresh(source);
	if (!var->detached_data)
		var->value->storage->version++;
	if (!record)
		return;
	autograd__span(&span, base->value, part);
	base->node = autograd__node_new(&what);
	base->requires_grad = true;
	autograd__node_unref(old);
	autograd__refresh(var);
}

int var_assign(struct var *var, struct var *source, struct diag *diag)
{
	int err;

	if ((err = autograd__check_change(var, source, diag)) < 0 || (err = cancel_check(diag)) < 0 ||
	    (err = tensor_assign(var->value, source->value, diag)) < 0)
		return err;
	autograd__changed(var, var->value, source);
	return 0;
}
