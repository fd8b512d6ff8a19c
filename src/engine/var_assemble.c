// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Joining, padding and rearranging variables. Where elements only move, the gradient follows a map
 * of the places they came from: the same operator applied to 0, 1, 2, ...
 */
#include "config.h"

#include <string.h>

#include "base/alloc.h"
#include "engine/grad_calc.h"
#include "engine/var_ops.h"

#define JOIN_MAX (1 << 20) // tensors in one call

struct join_args {
	int dim;
	bool stack;
	size_t count;
	int64_t *sizes; // along dim
};

static void join_args_release(void *data)
{
	mem_free(((struct join_args *)data)->sizes);
}

static int backward_join(const struct grad_call *call, struct diag *diag)
{
	const struct join_args *args = call->args;
	int64_t at = 0;
	int err = 0;

	for (size_t i = 0; i < args->count && err == 0; i++) {
		int64_t size = args->sizes[i];

		if (call->needed[i] && args->stack)
			err = tensor_view_select(call->grad, args->dim, at, &call->grads[i], diag);
		else if (call->needed[i] && size >= 0)
			err = tensor_view_slice(
			    call->grad, args->dim, at, at + size, 1, &call->grads[i], diag);
		at += size > 0 ? size : 0;
	}
	return err;
}

static const struct grad_op join_op = {.name = "CatBackward0",
    .backward = backward_join,
    .args_size = sizeof(struct join_args),
    .release = join_args_release};

/* All as one dtype; PyTorch and NumPy both promote. */
static int same_dtype(struct var *const *x, size_t count, struct var **ret, struct diag *diag)
{
	enum dtype dtype = x[0]->value->dtype;
	size_t done;
	int err = 0;

	for (size_t i = 1; i < count; i++) {
		struct promote_operand operands[2] = {
		    {.dtype = dtype}, {.dtype = x[i]->value->dtype}};

		dtype = promote_operands(x[0]->world, operands, 2);
	}
	for (done = 0; done < count && err == 0; done++) {
		if (x[done]->value->dtype == dtype)
			ret[done] = var_ref(x[done]);
		else
			err = var_cast(x[done], dtype, &ret[done], diag);
	}
	for (size_t i = 0; err < 0 && i + 1 < done; i++)
		var_unref(ret[i]);
	return err;
}

static struct var *record_join(
    struct var **x, size_t count, int dim, bool stack, struct tensor *value)
{
	struct join_args args = {
	    .dim = dim < 0 ? dim + value->ndim : dim, .stack = stack, .count = count};
	struct grad_record record = {
	    .op = &join_op, .inputs = x, .input_count = (int)count, .args = &args};

	args.sizes = xmalloc(count, sizeof(*args.sizes));
	for (size_t i = 0; i < count; i++) {
		const struct tensor *part = x[i]->value;

		args.sizes[i] = stack ? 1 : part->ndim == value->ndim ? part->shape[args.dim] : -1;
	}
	return autograd_result(&record, value);
}

static int join(struct var *const *x, size_t count, int dim, bool stack, struct var **ret,
    struct diag *diag)
{
	const struct tensor **values;
	struct tensor *value;
	struct var **cast;
	int err;

	if (count == 0 || count > JOIN_MAX)
		return diag_set(diag, ERR_RANGE, count ? "more than %d tensors to join" :
							  "there is nothing to join", JOIN_MAX);
	cast = xmalloc(count, sizeof(*cast));
	values = xmalloc(count, sizeof(*values));
	err = same_dtype(x, count, cast, diag);
	if (err == 0) {
		for (size_t i = 0; i < count; i++)
			values[i] = cast[i]->value;
		err = stack ? assemble_stack(values, count, dim, &value, diag) :
			      assemble_cat(values, count, dim, &value, diag);
		if (err == 0)
			*ret = record_join(cast, count, dim, stack, value);
		for (size_t i = 0; i < count; i++)
			var_unref(cast[i]);
	}
	mem_free(cast);
	mem_free(values);
	return err;
}

int var_cat(struct var *const *x, size_t count, int dim, struct var **ret, struct diag *diag)
{
	return join(x, count, dim, false, ret, diag);
}

int var_stack(struct var *const *x, size_t count, int dim, struct var **ret, struct diag *diag)
{
	return join(x, count, dim, true, ret, diag);
}

/* An operator that moves elements, with its arguments. */
struct mover {
	int (*move)(const struct mover *mover, const struct tensor *src, struct tensor **ret,
	    struct diag *diag);
	const int *dims;
	int count;
	const int64_t *numbers; // before; repeats
	const int64_t *after;
	enum pad_mode mode;
	double value;
	int64_t shift;
	bool upper;
};

struct moved_args {
	int ndim;
	int64_t shape[TENSOR_MAX_DIMS];
};

/* saved: for each place of the result the place of x it came from, -1: none. */
static int backward_moved(const struct grad_call *call, struct diag *diag)
{
	const struct moved_args *args = call->args;
	const int64_t *from = call->saved[0]->data;
	size_t count = tensor_count(call->grad);
	struct tensor *dst;
	int err = tensor_new(call->grad->dtype, args->ndim, args->shape, &dst, diag);

	if (err < 0)
		return err;
	for (size_t i = 0; i < count; i++) {
		if (from[i] < 0)
			continue;
		if (dst->dtype == DTYPE_F32)
			((float *)dst->data)[from[i]] += ((const float *)call->grad->data)[i];
		else
			((double *)dst->data)[from[i]] += ((const double *)call->grad->data)[i];
	}
	call->grads[0] = dst;
	return 0;
}

/* The map of places, from 1 (so that what is filled with 0 is told apart), less 1. */
static int places_of(const struct mover *mover, const struct tensor *x, struct tensor **ret,
    struct diag *diag)
{
	struct mover on_places = *mover;
	int64_t count = (int64_t)tensor_count(x);
	struct tensor *flat, *shaped, *moved;
	int err;

	on_places.value = 0;
	err = assemble_arange(DTYPE_I64, 1, (double)count + 1, 1, &flat, diag);
	if (err < 0)
		return err;
	err = tensor_view_reshape(flat, x->ndim, x->shape, &shaped, diag);
	tensor_free(flat);
	if (err < 0)
		return err;
	err = mover->move(&on_places, shaped, &moved, diag);
	tensor_free(shaped);
	if (err < 0)
		return err;
	for (size_t i = 0; i < tensor_count(moved); i++)
		((int64_t *)moved->data)[i]--;
	*ret = moved;
	return 0;
}

static int move(const struct mover *mover, struct var *x, struct var **ret, struct diag *diag)
{
	static const struct grad_op op = {.name = "MoveBackward0",
	    .backward = backward_moved,
	    .args_size = sizeof(struct moved_args)};
	struct moved_args args = {.ndim = x->value->ndim};
	struct tensor *value, *places = NULL;
	struct grad_record record = {.op = &op,
	    .inputs = &x,
	    .input_count = 1,
	    .saved = &places,
	    .saved_count = 1,
	    .args = &args};
	int err = mover->move(mover, x->value, &value, diag);

	if (err < 0)
		return err;
	memcpy(args.shape, x->value->shape, sizeof(args.shape));
	if (autograd_needs(&x, 1))
		err = places_of(mover, x->value, &places, diag);
	if (err < 0) {
		tensor_free(value);
		return err;
	}
	*ret = autograd_result(&record, value);
	tensor_free(places);
	return 0;
}

static int move_flip(const struct mover *m, const struct tensor *src, struct tensor **ret,
    struct diag *diag)
{
	return assemble_flip(src, m->dims, m->count, ret, diag);
}

static int move_pad(const struct mover *m, const struct tensor *src, struct tensor **ret,
    struct diag *diag)
{
	return assemble_pad(src, m->numbers, m->after, m->mode, m->value, ret, diag);
}

static int move_repeat(const struct mover *m, const struct tensor *src, struct tensor **ret,
    struct diag *diag)
{
	return assemble_repeat(src, m->numbers, m->count, ret, diag);
}

static int move_roll(const struct mover *m, const struct tensor *src, struct tensor **ret,
    struct diag *diag)
{
	return assemble_roll(src, m->shift, m->dims[0], ret, diag);
}

static int move_triangle(const struct mover *m, const struct tensor *src, struct tensor **ret,
    struct diag *diag)
{
	return assemble_triangle(src, m->upper, m->shift, ret, diag);
}

int var_flip(struct var *x, const int *dims, int count, struct var **ret, struct diag *diag)
{
	struct mover mover = {.move = move_flip, .dims = dims, .count = count};

	return move(&mover, x, ret, diag);
}

int var_pad(struct var *x, const int64_t *before, const int64_t *after, enum pad_mode mode,
    double value, struct var **ret, struct diag *diag)
{
	struct mover mover = {
	    .move = move_pad, .numbers = before, .after = after, .mode = mode, .value = value};

	return move(&mover, x, ret, diag);
}

int var_repeat(struct var *x, const int64_t *times, int count, struct var **ret,
    struct diag *diag)
{
	struct mover mover = {.move = move_repeat, .numbers = times, .count = count};

	return move(&mover, x, ret, diag);
}

int var_roll(struct var *x, int64_t shift, int dim, struct var **ret, struct diag *diag)
{
	struct mover mover = {.move = move_roll, .dims = &dim, .count = 1, .shift = shift};

	return move(&mover, x, ret, diag);
}

int var_triangle(struct var *x, bool upper, int64_t diagonal, struct var **ret, struct diag *diag)
{
	struct mover mover = {.move = move_triangle, .upper = upper, .shift = diagonal};

	return move(&mover, x, ret, diag);
}
