// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * x[items] of variables. Views go through autograd__view; what tensors or negative steps select is
 * a copy, whose gradient is added back to the places it came from.
 */
#include "config.h"

#include <string.h>

#include "base/alloc.h"
#include "engine/autograd_internal.h"
#include "engine/grad_calc.h"
#include "engine/index_internal.h"
#include "engine/var_ops.h"

/* The items of an index, with their tensors held. */
struct index_args {
	int count;
	struct index_item *items;
	int ndim;
	int64_t shape[TENSOR_MAX_DIMS]; // of x
};

static struct index_args index_args(
    const struct tensor *x, const struct index_item *items, int count)
{
	struct index_args args = {.count = count, .ndim = x->ndim};

	memcpy(args.shape, x->shape, sizeof(args.shape));
	args.items = xmalloc((size_t)count + 1, sizeof(*items));
	for (int i = 0; i < count; i++) {
		args.items[i] = items[i];
		if (items[i].kind == INDEX_KIND_TENSOR)
			args.items[i].tensor = tensor_share(items[i].tensor);
	}
	return args;
}

static void index_args_release(void *data)
{
	struct index_args *args = data;

	for (int i = 0; i < args->count; i++) {
		if (args->items[i].kind == INDEX_KIND_TENSOR)
			tensor_free((struct tensor *)args->items[i].tensor);
	}
	mem_free(args->items);
}

static int backward_index(const struct grad_call *call, struct diag *diag)
{
	const struct index_args *args = call->args;
	int err = tensor_new(call->grad->dtype, args->ndim, args->shape, &call->grads[0], diag);

	return err < 0 ? err
		       : index_add(call->grads[0], args->items, args->count, call->grad, diag);
}

static const struct grad_op index_op = {.name = "IndexBackward0",
    .backward = backward_index,
    .args_size = sizeof(struct index_args),
    .release = index_args_release};

int var_index(struct var *x, const struct index_item *items, int count, struct var **ret,
    struct diag *diag)
{
	struct grad_record record = {.op = &index_op, .inputs = &x, .input_count = 1};
	struct index_args args;
	struct tensor *value;
	int err;

	err = index_get(x->value, items, count, &value, diag);
	if (err < 0)
		return err;
	if (value->storage == x->value->storage) {
		*ret = autograd__view(x, value);
		return 0;
	}
	if (!autograd_needs(&x, 1)) {
		*ret = var_new_take(x->world, value);
		return 0;
	}
	args = index_args(x->value, items, count);
	record.args = &args;
	*ret = autograd_result(&record, value);
	return 0;
}

/* inputs: x as it was, the value. */
static int backward_index_put(const struct grad_call *call, struct diag *diag)
{
	const struct index_args *args = call->args;
	struct grad_calc c = {.diag = diag};
	struct tensor *t;
	const struct tensor *zero;

	if (call->needed[1]) {
		calc_yield(&c,
		    calc_keep(&c, index_get(call->grad, args->items, args->count, &t, diag), &t),
		    &call->grads[1]);
	}
	if (call->needed[0] && c.err == 0) {
		zero = calc_number(&c, call->grad->dtype, 0);
		if (calc_keep(&c, tensor_copy(call->grad, &t, diag), &t) && zero)
			c.err = index_set(t, args->items, args->count, zero, diag);
		calc_yield(&c, t, &call->grads[0]);
	}
	return calc_end(&c);
}

/* Written to a copy, which then is assigned: x may be a view itself. */
static int put_recorded(struct var *x, const struct index_item *items, int count, struct var *value,
    struct diag *diag)
{
	static const struct grad_op op = {.name = "IndexPutBackward0",
	    .backward = backward_index_put,
	    .args_size = sizeof(struct index_args),
	    .release = index_args_release};
	struct var *inputs[] = {x, value}, *result;
	struct grad_record record = {.op = &op, .inputs = inputs, .input_count = 2};
	struct index_args args;
	struct tensor *copy;
	int err;

	err = tensor_copy(x->value, &copy, diag);
	if (err < 0)
		return err;
	err = index_set(copy, items, count, value->value, diag);
	if (err < 0) {
		tensor_free(copy);
		return err;
	}
	args = index_args(x->value, items, count);
	record.args = &args;
	result = autograd_result(&record, copy);
	err = var_assign(x, result, diag);
	var_unref(result);
	return err;
}

/* Records that `value` was written to the view of x that the items select. */
static int note_change(struct var *x, const struct index_item *items, int count, struct var *value,
    struct diag *diag)
{
	struct index_plan plan;
	int err = index__plan(x->value, items, count, &plan, diag);

	if (err == 0)
		autograd__changed(x, &plan.view, value);
	return err;
}

int var_index_set(struct var *x, const struct index_item *items, int count, struct var *value,
    struct diag *diag)
{
	struct var *inputs[] = {x, value};
	bool record = autograd_needs(inputs, 2);
	int err;

	if ((err = autograd__check_change(x, value, diag)) < 0)
		return err;
	if (record && dtype_is_float(x->value->dtype) && !index_is_view(items, count))
		return put_recorded(x, items, count, value, diag);
	err = index_set(x->value, items, count, value->value, diag);
	if (err < 0)
		return err;
	if (record)
		return note_change(x, items, count, value, diag);
	if (!x->detached_data)
		x->value->storage->version++;
	return 0;
}

struct gather_args {
	int dim, ndim;
	int64_t shape[TENSOR_MAX_DIMS];
};

static int backward_gather(const struct grad_call *call, struct diag *diag)
{
	const struct gather_args *args = call->args;
	int err = tensor_new(call->grad->dtype, args->ndim, args->shape, &call->grads[0], diag);

	return err < 0 ? err :
	    index_scatter(call->grads[0], args->dim, call->saved[0], call->grad, true, diag);
}

int var_gather(struct var *x, int dim, const struct tensor *index, struct var **ret,
    struct diag *diag)
{
	static const struct grad_op op = {.name = "GatherBackward0",
	    .backward = backward_gather,
	    .args_size = sizeof(struct gather_args)};
	struct gather_args args = {.dim = dim, .ndim = x->value->ndim};
	struct tensor *value, *saved = (struct tensor *)index;
	struct grad_record record = {.op = &op,
	    .inputs = &x,
	    .input_count = 1,
	    .saved = &saved,
	    .saved_count = 1,
	    .args = &args};
	int err = index_gather(x->value, dim, index, &value, diag);

	memcpy(args.shape, x->value->shape, sizeof(args.shape));
	if (err == 0)
		*ret = autograd_result(&record, value);
	return err;
}

struct scatter_args {
	int dim;
	bool add;
};

static int backward_scatter(const struct grad_call *call, struct diag *diag)
{
	const struct scatter_args *args = call->args;
	const struct tensor *index = call->saved[0], *zero;
	struct grad_calc c = {.diag = diag};
	struct tensor *t;

	if (call->needed[1])
		calc_yield(&c,
		    calc_keep(&c, index_gather(call->grad, args->dim, index, &t, diag), &t),
		    &call->grads[1]);
	if (call->needed[0] && args->add)
		calc_yield(&c, call->grad, &call->grads[0]);
	if (call->needed[0] && !args->add) {
		zero = calc_number(&c, call->grad->dtype, 0);
		if (calc_keep(&c, tensor_copy(call->grad, &t, diag), &t) && zero)
			c.err = index_scatter(t, args->dim, index, zero, false, diag);
		calc_yield(&c, t, &call->grads[0]);
	}
	return calc_end(&c);
}

int var_scatter(struct var *x, int dim, const struct tensor *index, struct var *value, bool add,
    struct diag *diag)
{
	static const struct grad_op op = {.name = "ScatterBackward0",
	    .backward = backward_scatter,
	    .args_size = sizeof(struct scatter_args)};
	struct scatter_args args = {.dim = dim, .add = add};
	struct var *inputs[] = {x, value}, *result;
	struct tensor *copy, *saved = (struct tensor *)index;
	struct grad_record record = {.op = &op,
	    .inputs = inputs,
	    .input_count = 2,
	    .saved = &saved,
	    .saved_count = 1,
	    .args = &args};
	int err;

	if ((err = var_check_in_place(x, diag)) < 0 ||
	    (err = tensor_copy(x->value, &copy, diag)) < 0)
		return err;
	err = index_scatter(copy, dim, index, value->value, add, diag);
	if (err < 0) {
		tensor_free(copy);
		return err;
	}
	result = autograd_result(&record, copy);
	err = var_assign(x, result, diag);
	var_unref(result);
	return err;
}

int var_masked_fill(struct var *x, struct var *mask, double value, struct var **ret,
    struct diag *diag)
{
	struct var *number = var_number(value), *typed;
	int err = var_cast(number, x->value->dtype, &typed, diag);

	var_unref(number);
	if (err < 0)
		return err;
	err = var_where(mask, typed, x, ret, diag);
	if (err == 0)
		(*ret)->world = x->world;
	var_unref(typed);
	return err;
}
