// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The backward pass. A queue gives the node with the largest number next; all nodes that could
 * still add to its gradient have larger numbers, so it is complete. Leaves collect in `incoming`,
 * and their `grad` changes only when the whole pass has gone well, and was not cancelled.
 */
#include "config.h"

#include "engine/autograd.h"

#include <string.h>

#include "base/alloc.h"
#include "base/cancel.h"
#include "engine/autograd_internal.h"
#include "engine/elementwise.h"
#include "engine/reduce.h"

#define INPUTS_INLINE 8

struct pass {
	struct grad_node **queue; // a heap by number
	size_t queued, queue_cap;
	struct var **leaves; // with `incoming`
	size_t leaf_count, leaf_cap;
	struct var *const *wanted; // var_gradients' inputs
	struct tensor **found;	   // their gradients
	size_t wanted_count;
	bool retain;
};

static void queue_push(struct pass *pass, struct grad_node *node)
{
	size_t i = pass->queued++;

	if (pass->queued > pass->queue_cap) {
		pass->queue_cap = pass->queue_cap ? 2 * pass->queue_cap : 64;
		pass->queue = xrealloc(pass->queue, pass->queue_cap, sizeof(*pass->queue));
	}
	for (; i > 0 && pass->queue[(i - 1) / 2]->number < node->number; i = (i - 1) / 2)
		pass->queue[i] = pass->queue[(i - 1) / 2];
	pass->queue[i] = node;
	node->queued = true;
}

static struct grad_node *queue_pop(struct pass *pass)
{
	struct grad_node *top = pass->queue[0], *last = pass->queue[--pass->queued];
	size_t i = 0, child;

	while ((child = 2 * i + 1) < pass->queued) {
		if (child + 1 < pass->queued &&
		    pass->queue[child + 1]->number > pass->queue[child]->number)
			child++;
		if (pass->queue[child]->number < last->number)
			break;
		pass->queue[i] = pass->queue[child];
		i = child;
	}
	pass->queue[i] = last;
	top->queued = false;
	return top;
}

/* *sum += grad (taken). What others share is not written to. */
static int add_gradient(struct tensor **sum, struct tensor *grad, struct diag *diag)
{
	struct tensor *total;
	int err;

	if (!*sum) {
		*sum = grad;
		return 0;
	}
	if ((*sum)->storage->refs == 1 && tensor_is_contiguous(*sum)) {
		err = elementwise_in_place(BINARY_ADD, WORLD_TORCH, *sum, grad, diag);
	} else {
		err = elementwise_binary(
		    BINARY_ADD, WORLD_TORCH, grad->dtype, *sum, grad, &total, diag);
		if (err == 0) {
			tensor_free(*sum);
			*sum = total;
		}
	}
	tensor_free(grad);
	return err;
}

/* A gradient (taken) in the shape and dtype of the input it belongs to. */
static int fit_to_edge(const struct grad_edge *edge, struct tensor **grad, struct diag *diag)
{
	struct tensor *fitted;
	int err;

	for (int step = 0; step < 2; step++) {
		bool same_shape = (*grad)->ndim == edge->ndim &&
				  memcmp((*grad)->shape, edge->shape,
				      (size_t)edge->ndim * sizeof(edge->shape[0])) == 0;

		if (step == 0 ? same_shape : (*grad)->dtype == edge->dtype)
			continue;
		if (step == 0)
			err = reduce_to_shape(*grad, edge->ndim, edge->shape, &fitted, diag);
		else
			err = tensor_cast(*grad, edge->dtype, &fitted, diag);
		tensor_free(*grad);
		*grad = NULL;
		if (err < 0)
			return err;
		*grad = fitted;
	}
	return 0;
}

static int deliver(struct pass *pass, const struct grad_edge *edge, struct tensor *grad,
    struct diag *diag)
{
	struct var *leaf = edge->leaf;
	int err = fit_to_edge(edge, &grad, diag);

	if (err < 0)
		return err;
	if (edge->node) {
		err = add_gradient(&edge->node->grad, grad, diag);
		if (!edge->node->queued)
			queue_push(pass, edge->node);
		return err;
	}
	if (!leaf->incoming) {
		if (pass->leaf_count == pass->leaf_cap) {
			pass->leaf_cap = pass->leaf_cap ? 2 * pass->leaf_cap : 16;
			pass->leaves =
			    xrealloc(pass->leaves, pass->leaf_cap, sizeof(*pass->leaves));
		}
		pass->leaves[pass->leaf_count++] = var_ref(leaf);
	}
	return add_gradient(&leaf->incoming, grad, diag);
}

static int check_saved(const struct grad_node *node, struct diag *diag)
{
	if (node->used_up && node->saved_count > 0) {
		diag_set(diag, ERR_STATE, "trying to backward through the graph a second time");
		diag_hint(diag, "what it saved was freed by the first; pass retain_graph=True "
				"there to keep it");
		return ERR_STATE;
	}
	for (int i = 0; i < node->saved_count; i++) {
		struct tensor *saved = node->saved[i];
		char text[TENSOR_SHAPE_TEXT];

		if (!saved || saved->storage->version == node->versions[i])
			continue;
		diag_set(diag, ERR_STATE,
		    "a tensor of shape %s needed for the gradient (%s) has been modified by an "
		    "inplace "
		    "operation: it is at version %u; expected version %u instead",
		    tensor_shape_text(saved->ndim, saved->shape, text), node->op->name,
		    saved->storage->version, node->versions[i]);
		diag_hint(diag, "compute a new tensor instead of changing this one");
		return ERR_STATE;
	}
	return 0;
}

static void forget_saved(struct grad_node *node)
{
	for (int i = 0; i < node->saved_count; i++) {
		tensor_free(node->saved[i]);
		node->saved[i] = NULL;
	}
	node->used_up = true;
}

static int make_contiguous(struct tensor **grad, struct diag *diag)
{
	struct tensor *copy;
	int err;

	if (tensor_is_contiguous(*grad))
		return 0;
	err = tensor_copy(*grad, &copy, diag);
	if (err == 0) {
		tensor_free(*grad);
		*grad = copy;
	}
	return err;
}

static int call_backward(struct grad_node *node, struct tensor **grad, struct tensor **grads,
    bool *needed, struct diag *diag)
{
	struct grad_call call = {
	    .saved = node->saved,
	    .args = node->args,
	    .input_count = node->input_count,
	    .needed = needed,
	    .grads = grads,
	};
	int err;

	for (int i = 0; i < node->input_count; i++) {
		needed[i] = node->edges[i].node || node->edges[i].leaf;
		grads[i] = NULL;
	}
	if ((err = check_saved(node, diag)) < 0 || (err = make_contiguous(grad, diag)) < 0)
		return err;
	call.grad = *grad;
	return node->op->backward(&call, diag);
}

static int run_node(struct pass *pass, struct grad_node *node, struct diag *diag)
{
	struct tensor *grad = node->grad, *few[INPUTS_INLINE], **grads = few;
	bool few_needed[INPUTS_INLINE], *needed = few_needed;
	int err;

	node->grad = NULL;
	if (node->input_count > INPUTS_INLINE) {
		grads = xmalloc((size_t)node->input_count, sizeof(*grads));
		needed = xmalloc((size_t)node->input_count, sizeof(*needed));
	}
	for (size_t i = 0; i < pass->wanted_count; i++) {
		if (pass->wanted[i]->node == node)
			pass->found[i] = tensor_share(grad);
	}
	err = call_backward(node, &grad, grads, needed, diag);
	tensor_free(grad);
	for (int i = 0; i < node->input_count; i++) {
		if (!grads[i])
			continue;
		if (err == 0 && needed[i])
			err = deliver(pass, &node->edges[i], grads[i], diag);
		else
			tensor_free(grads[i]);
	}
	if (err == 0 && !pass->retain)
		forget_saved(node);
	if (grads != few) {
		mem_free(grads);
		mem_free(needed);
	}
	return err;
}

/* leaf->grad += incoming. */
static int accumulate(struct var *leaf, struct diag *diag)
{
	struct tensor *grad = leaf->incoming, *own;
	int err = 0;

	leaf->incoming = NULL;
	if (leaf->grad) {
		err = elementwise_in_place(BINARY_ADD, WORLD_TORCH, leaf->grad->value, grad, diag);
		leaf->grad->value->storage->version++;
		tensor_free(grad);
		return err;
	}
	if (grad->storage->refs > 1 || !tensor_is_contiguous(grad)) {
		err = tensor_copy(grad, &own, diag);
		tensor_free(grad);
		if (err < 0)
			return err;
		grad = own;
	}
	leaf->grad = var_new_take(leaf->world, grad);
	return 0;
}

static int finish(struct pass *pass, int err, struct diag *diag)
{
	for (size_t i = 0; i < pass->wanted_count && err == 0; i++) {
		struct var *var = pass->wanted[i];

		if (!var->node && var->incoming && !pass->found[i])
			pass->found[i] = tensor_share(var->incoming);
	}
	for (size_t i = 0; i < pass->leaf_count; i++) {
		if (err == 0 && !pass->wanted)
			err = accumulate(pass->leaves[i], diag);
		tensor_free(pass->leaves[i]->incoming);
		pass->leaves[i]->incoming = NULL;
		var_unref(pass->leaves[i]);
	}
	for (size_t i = 0; i < pass->queued; i++) {
		tensor_free(pass->queue[i]->grad);
		pass->queue[i]->grad = NULL;
		pass->queue[i]->queued = false;
	}
	mem_free(pass->queue);
	mem_free(pass->leaves);
	return err;
}

static int check_start(struct var *var, const struct var *gradient, struct diag *diag)
{
	char got[TENSOR_SHAPE_TEXT], expected[TENSOR_SHAPE_TEXT];
	const struct tensor *value = var->value;

	autograd__refresh(var);
	if (!var->requires_grad) {
		diag_set(diag, ERR_STATE,
		    "element 0 of tensors does not require grad and does not have a grad_fn");
		diag_hint(diag, "no tensor it was computed from has requires_grad=True");
		return ERR_STATE;
	}
	if (!gradient && tensor_count(value) != 1) {
		diag_set(diag, ERR_STATE, "grad can be implicitly created only for scalar outputs");
		diag_hint(diag, "call .sum() first, or pass the gradient to backward()");
		return ERR_STATE;
	}
	if (!gradient || tensor_same_shape(gradient->value, value))
		return 0;
	return diag_set(diag, ERR_SHAPE, "the gradient has shape %s where the tensor has %s",
	    tensor_shape_text(gradient->value->ndim, gradient->value->shape, got),
	    tensor_shape_text(value->ndim, value->shape, expected));
}

static int seed(const struct var *var, const struct var *gradient, struct tensor **ret,
    struct diag *diag)
{
	int err;

	if (gradient)
		return tensor_cast(gradient->value, var->value->dtype, ret, diag);
	err = tensor_new_raw(var->value->dtype, var->value->ndim, var->value->shape, ret, diag);
	if (err == 0)
		tensor_fill(*ret, 1);
	return err;
}

static int run(struct pass *pass, struct var *var, const struct var *gradient, struct diag *diag)
{
	struct grad_edge start = {.node = NULL};
	struct tensor *grad;
	int err;

	if ((err = check_start(var, gradient, diag)) < 0 ||
	    (err = seed(var, gradient, &grad, diag)) < 0)
		return err;
	start.node = var->node;
	start.leaf = var->node ? NULL : var;
	start.dtype = var->value->dtype;
	start.ndim = var->value->ndim;
	memcpy(start.shape, var->value->shape, sizeof(start.shape));
	err = deliver(pass, &start, grad, diag);
	while (err == 0 && pass->queued > 0) {
		err = run_node(pass, queue_pop(pass), diag);
		if (err == 0)
			err = cancel_check(diag);
	}
	return finish(pass, err, diag);
}

int var_backward(struct var *var, const struct var *gradient, bool retain, struct diag *diag)
{
	struct pass pass = {.retain = retain};

	return run(&pass, var, gradient, diag);
}

int var_gradients(struct var *var, const struct var *gradient, struct var *const *inputs,
    size_t count, bool retain, struct var **ret_grads, struct diag *diag)
{
	struct tensor **found = xzalloc(count ? count : 1, sizeof(*found));
	struct pass pass = {
	    .retain = retain, .wanted = inputs, .found = found, .wanted_count = count};
	int err;

	for (size_t i = 0; i < count; i++)
		autograd__refresh(inputs[i]);
	err = run(&pass, var, gradient, diag);
	for (size_t i = 0; i < count && err == 0; i++)
		err = found[i] ? make_contiguous(&found[i], diag) : 0;
	for (size_t i = 0; i < count; i++) {
		if (err == 0)
			ret_grads[i] = found[i] ? var_new_take(inputs[i]->world, found[i]) : NULL;
		else
			tensor_free(found[i]);
	}
	mem_free(found);
	return err;
}
