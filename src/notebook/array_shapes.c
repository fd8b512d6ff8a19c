// SPDX-License-Identifier: GPL-3.0-or-later
/* Other shapes of the same elements, and other arrangements: reshape, transpose, flip, sort, ... */
#include "config.h"

#include <string.h>

#include "notebook/array_later.h"

typedef int (*one_dim_function)(struct var *x, int dim, struct var **ret, struct diag *diag);

// Finish a method: `x` is released, `result` becomes *ret.
static int finish(struct vm *vm, int r, const struct diag *diag, struct var *x, struct var *result,
    struct value *ret)
{
	enum world world = x->world;

	var_unref(x);
	return array_result(vm, r, diag, result, world, ret);
}

// which: 0 reshape, 1 view
static int shape_reshape(struct vm *vm, const struct args *args, struct value *ret)
{
	int64_t shape[TENSOR_MAX_DIMS];
	struct var *x, *result = NULL;
	struct diag diag;
	int ndim, dtype, r;

	if (args->v[0].kind == VALUE_DTYPE) { // x.view(torch.float32) reads other bytes: not here
		r = array_arg_dtype(vm, args->v[0], &dtype);
		return r < 0 ? r
			     : vm_raise(vm, "NotImplementedError",
				   "view() to another dtype is not supported");
	}
	r = array_arg_shape(vm, args, args->v[0], &ndim, shape);
	if (r == 0 && (r = later_reshape(vm, args->self, ndim, shape, ret)) > 0)
		return 0;
	if (r == 0)
		r = array_arg_self(vm, args, &x);
	if (r < 0)
		return r;
	r = args->def->which ? var_view(x, ndim, shape, &result, &diag)
			     : var_reshape(x, ndim, shape, &result, &diag);
	return finish(vm, r, &diag, x, result, ret);
}

// reshape_as, view_as, expand_as
static int shape_like(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x, *result = NULL;
	const struct tensor *other;
	struct diag diag;
	int r;

	if (args->v[0].kind != VALUE_TENSOR)
		return vm_raise(vm, "TypeError", "%s() needs a tensor, not %s", args->def->name,
		    value_a_type(args->v[0]));
	other = AS_VAR(args->v[0])->value;
	r = array_arg_self(vm, args, &x);
	if (r < 0)
		return r;
	r = args->def->which ? var_expand(x, other->ndim, other->shape, &result, &diag)
			     : var_reshape(x, other->ndim, other->shape, &result, &diag);
	return finish(vm, r, &diag, x, result, ret);
}

static int shape_expand(struct vm *vm, const struct args *args, struct value *ret)
{
	int64_t shape[TENSOR_MAX_DIMS];
	struct var *x, *result = NULL;
	struct diag diag;
	int ndim, r = array_arg_shape(vm, args, args->v[0], &ndim, shape);

	if (r == 0)
		r = array_arg_self(vm, args, &x);
	if (r < 0)
		return r;
	r = var_expand(x, ndim, shape, &result, &diag);
	return finish(vm, r, &diag, x, result, ret);
}

// which: 0 repeat or tile of a tensor, 1 np.tile
static int shape_repeat(struct vm *vm, const struct args *args, struct value *ret)
{
	int64_t times[TENSOR_MAX_DIMS];
	struct var *x, *result = NULL;
	struct diag diag;
	int count, r = array_arg_shape(vm, args, args->v[0], &count, times);

	if (r == 0)
		r = array_arg_self(vm, args, &x);
	if (r < 0)
		return r;
	r = var_repeat(x, times, count, &result, &diag);
	return finish(vm, r, &diag, x, result, ret);
}

static int transpose_two(struct vm *vm, const struct args *args, struct var *x, struct value *ret)
{
	struct var *result = NULL;
	struct diag diag;
	int a, b, r = array_arg_dim(vm, args->v[0], &a);

	if (r == 0)
		r = array_arg_dim(vm, args->v[1], &b);
	if (r < 0) {
		var_unref(x);
		return r;
	}
	r = var_transpose(x, a, b, &result, &diag);
	return finish(vm, r, &diag, x, result, ret);
}

static int permute(struct vm *vm, struct var *x, const int *dims, int count, struct value *ret)
{
	struct var *result = NULL;
	struct diag diag;
	int r = var_permute(x, dims, count, &result, &diag);

	return finish(vm, r, &diag, x, result, ret);
}

// x.T, x.t(), np.transpose(x): all dimensions reversed.
static int reverse_dims(struct vm *vm, struct var *x, struct value *ret)
{
	int dims[TENSOR_MAX_DIMS], ndim = x->value->ndim;

	for (int i = 0; i < ndim; i++)
		dims[i] = ndim - 1 - i;
	return permute(vm, x, dims, ndim, ret);
}

static int shape_reversed(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x;
	int r = array_arg_self(vm, args, &x);

	if (r < 0)
		return r;
	if (args->def->which && x->value->ndim > 2) {
		vm_raise(vm, "RuntimeError",
		    "t() is for matrices, but this tensor has %d dimensions", x->value->ndim);
		var_unref(x);
		return vm_hint(vm, "use transpose(a, b) or permute(...)");
	}
	return reverse_dims(vm, x, ret);
}

// which: 1 swapaxes. Torch: transpose(0, 1). NumPy: transpose(), transpose(1, 0, 2), transpose((1,
// 0, 2)).
static int shape_transpose(struct vm *vm, const struct args *args, struct value *ret)
{
	int64_t dims[TENSOR_MAX_DIMS];
	int order[TENSOR_MAX_DIMS], count, r;
	struct var *x;

	r = array_arg_self(vm, args, &x);
	if (r < 0)
		return r;
	if (args->v[0].kind == VALUE_NONE)
		return reverse_dims(vm, x, ret);
	if (args->def->which)
		return transpose_two(vm, args, x, ret);
	if (x->world == WORLD_TORCH && args->v[1].kind != VALUE_NONE && args->rest_count == 0)
		return transpose_two(vm, args, x, ret);
	if (args->v[1].kind != VALUE_NONE) {
		struct value all[TENSOR_MAX_DIMS] = {args->v[0], args->v[1]};

		if (args->rest_count + 2 > TENSOR_MAX_DIMS)
			r = vm_raise(vm, "ValueError", "too many dimensions");
		for (size_t i = 0; r == 0 && i < args->rest_count; i++)
			all[i + 2] = args->rest[i];
		if (r == 0)
			r = array_shape(vm, all, args->rest_count + 2, &count, dims);
	} else {
		r = array_shape(vm, &args->v[0], 1, &count, dims);
	}
	if (r < 0) {
		var_unref(x);
		return r;
	}
	for (int i = 0; i < count; i++)
		order[i] = (int)dims[i];
	return permute(vm, x, order, count, ret);
}

static int shape_permute(struct vm *vm, const struct args *args, struct value *ret)
{
	int64_t dims[TENSOR_MAX_DIMS];
	int order[TENSOR_MAX_DIMS], count, r = array_arg_shape(vm, args, args->v[0], &count, dims);
	struct var *x;

	if (r == 0)
		r = array_arg_self(vm, args, &x);
	if (r < 0)
		return r;
	for (int i = 0; i < count; i++)
		order[i] = (int)dims[i];
	return permute(vm, x, order, count, ret);
}

static int shape_squeeze(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x, *result = NULL;
	struct diag diag;
	int dim = 0, r = args->v[0].kind == VALUE_NONE ? 0 : array_arg_dim(vm, args->v[0], &dim);

	if (r == 0)
		r = array_arg_self(vm, args, &x);
	if (r < 0)
		return r;
	r = args->v[0].kind == VALUE_NONE ? var_squeeze_all(x, &result, &diag)
					  : var_squeeze(x, dim, &result, &diag);
	return finish(vm, r, &diag, x, result, ret);
}

static int shape_unsqueeze(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x, *result = NULL;
	struct diag diag;
	int dim, r = array_arg_dim(vm, args->v[0], &dim);

	if (r == 0)
		r = array_arg_self(vm, args, &x);
	if (r < 0)
		return r;
	r = var_unsqueeze(x, dim, &result, &diag);
	return finish(vm, r, &diag, x, result, ret);
}

// which: 0 flatten or ravel, 1 a NumPy flatten, which copies
static int shape_flatten(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x, *result = NULL;
	struct diag diag;
	int first, last, r = array_arg_dim(vm, args->v[0], &first);

	if (r == 0)
		r = array_arg_dim(vm, args->v[1], &last);
	if (r == 0 && first == 1 && (last == -1 || last == 3) &&
	    (r = later_flatten(vm, args->self, ret)) > 0)
		return 0;
	if (r == 0)
		r = array_arg_self(vm, args, &x);
	if (r < 0)
		return r;
	r = var_flatten(x, first, last, &result, &diag);
	if (r == 0 && args->def->which && x->world == WORLD_NUMPY) {
		struct var *view = result;

		r = var_clone(view, &result, &diag);
		var_unref(view);
	}
	return finish(vm, r, &diag, x, result, ret);
}

static int shape_flip(struct vm *vm, const struct args *args, struct value *ret)
{
	int64_t given[TENSOR_MAX_DIMS];
	int dims[TENSOR_MAX_DIMS], count = 0, r = 0;
	struct var *x, *result = NULL;
	struct diag diag;

	if (args->def->which) // flipud, fliplr
		dims[count++] = args->def->which - 1;
	else if (args->v[0].kind != VALUE_NONE)
		r = array_arg_shape(vm, args, args->v[0], &count, given);
	if (r == 0)
		r = array_arg_self(vm, args, &x);
	if (r < 0)
		return r;
	for (int i = 0; i < count && !args->def->which; i++)
		dims[i] = (int)given[i];
	r = var_flip(x, dims, count, &result, &diag);
	return finish(vm, r, &diag, x, result, ret);
}

static int shape_roll(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x, *result = NULL;
	struct diag diag;
	int64_t shift;
	int dim, r = vm_to_int(vm, args->v[0], "the shift", &shift);

	if (r == 0)
		r = array_arg_dim(vm, args->v[1], &dim);
	if (r == 0)
		r = array_arg_self(vm, args, &x);
	if (r < 0)
		return r;
	r = var_roll(x, shift, dim, &result, &diag);
	return finish(vm, r, &diag, x, result, ret);
}

static int shape_triangle(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x, *result = NULL;
	struct diag diag;
	int64_t diagonal;
	int r = vm_to_int(vm, args->v[0], "the diagonal", &diagonal);

	if (r == 0)
		r = array_arg_self(vm, args, &x);
	if (r < 0)
		return r;
	r = var_triangle(x, args->def->which, diagonal, &result, &diag);
	return finish(vm, r, &diag, x, result, ret);
}

static int shape_diagonal(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x, *result = NULL;
	struct diag diag;
	int r = array_arg_self(vm, args, &x);

	if (r < 0)
		return r;
	r = var_diagonal(x, &result, &diag);
	return finish(vm, r, &diag, x, result, ret);
}

// which: 0 sort, 1 argsort
static int shape_sort(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x, *values = NULL, *indices = NULL;
	struct diag diag;
	bool descending = false;
	enum world world;
	int dim, r = array_arg_dim(vm, args->v[0], &dim);

	if (r == 0)
		r = truth(vm, args->v[1], &descending);
	if (r == 0)
		r = array_arg_self(vm, args, &x);
	if (r < 0)
		return r;
	world = x->world;
	r = var_sort(x, dim, descending, &values, &indices, &diag);
	var_unref(x);
	if (r < 0)
		return vm_engine_error(vm, &diag, world == WORLD_NUMPY);
	if (world == WORLD_TORCH && !args->def->which)
		return array_pair(vm, values, indices, args->def->name, ret);
	var_unref(args->def->which ? values : indices);
	return array_take(vm, args->def->which ? indices : values, ret);
}

static int shape_topk(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x, *values = NULL, *indices = NULL;
	struct diag diag;
	bool largest = true;
	int64_t k;
	int dim, r = vm_to_int(vm, args->v[0], "k", &k);

	if (r == 0)
		r = array_arg_dim(vm, args->v[1], &dim);
	if (r == 0)
		r = truth(vm, args->v[2], &largest);
	if (r == 0)
		r = array_arg_self(vm, args, &x);
	if (r < 0)
		return r;
	r = var_topk(x, k, dim, largest, &values, &indices, &diag);
	var_unref(x);
	return r < 0 ? vm_engine_error(vm, &diag, false)
		     : array_pair(vm, values, indices, args->def->name, ret);
}

static int shape_gather(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x, *result = NULL;
	struct diag diag;
	int dim, r = array_arg_dim(vm, args->v[0], &dim);

	if (r == 0 && args->v[1].kind != VALUE_TENSOR)
		r = vm_raise(vm, "TypeError", "gather() needs a tensor of indices");
	if (r == 0)
		r = array_arg_self(vm, args, &x);
	if (r < 0)
		return r;
	r = var_gather(x, dim, AS_VAR(args->v[1])->value, &result, &diag);
	return finish(vm, r, &diag, x, result, ret);
}

static int shape_scatter(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *value = NULL;
	struct diag diag;
	int dim, r = array_arg_dim(vm, args->v[0], &dim);

	if (r == 0 && args->v[1].kind != VALUE_TENSOR)
		r = vm_raise(vm, "TypeError", "scatter_() needs a tensor of indices");
	if (r == 0)
		r = array_operand(vm, args->v[2], &value);
	if (r < 0)
		return r;
	r = var_scatter(
	    AS_VAR(args->self), dim, AS_VAR(args->v[1])->value, value, args->def->which, &diag);
	var_unref(value);
	if (r < 0)
		return vm_engine_error(vm, &diag, false);
	*ret = value_ref(args->self);
	return 0;
}

static int shape_masked_fill(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x, *mask = NULL, *result = NULL;
	struct diag diag;
	double value;
	int r = vm_to_number(vm, args->v[1], "the value", &value);

	if (r == 0)
		r = array_operand(vm, args->v[0], &mask);
	if (r == 0)
		r = array_arg_self(vm, args, &x);
	if (r < 0) {
		var_unref(mask);
		return r;
	}
	r = var_masked_fill(x, mask, value, &result, &diag);
	var_unref(mask);
	return finish(vm, r, &diag, x, result, ret);
}

static int shape_nonzero(struct vm *vm, const struct args *args, struct value *ret)
{
	struct tensor *found = NULL;
	struct diag diag;
	struct var *x;
	int r = array_arg_self(vm, args, &x);

	if (r < 0)
		return r;
	r = index_nonzero(x->value, &found, &diag);
	return finish(vm, r, &diag, x, r == 0 ? var_new_take(x->world, found) : NULL, ret);
}

const struct builtin array_shape_methods[] = {
    {"reshape", "shape, *more", "the same elements in another shape; one size may be -1",
	shape_reshape, 0},
    {"view", "shape, *more", "the same elements in another shape, sharing memory", shape_reshape,
	1},
    {"reshape_as", "other", "in the shape of another tensor", shape_like, 0},
    {"view_as", "other", "in the shape of another tensor", shape_like, 0},
    {"expand_as", "other", "broadcast to the shape of another tensor", shape_like, 1},
    {"expand", "shape, *more", "broadcast to a shape; -1 keeps a size", shape_expand, 0},
    {"repeat", "times, *more", "side by side so many times in each dimension", shape_repeat, 0},
    {"tile", "times, *more", "side by side so many times in each dimension", shape_repeat, 0},
    {"T", NULL, "the dimensions in reverse order", shape_reversed, 0},
    {"mT", NULL, "the dimensions in reverse order", shape_reversed, 0},
    {"t", "", "a matrix transposed", shape_reversed, 1},
    {"transpose", "dim0=None, dim1=None, *more",
	"two dimensions exchanged (of an array: all reversed)", shape_transpose, 0},
    {"swapaxes", "dim0, dim1", "two dimensions exchanged", shape_transpose, 1},
    {"swapdims", "dim0, dim1", "two dimensions exchanged", shape_transpose, 1},
    {"permute", "dims, *more", "the dimensions in another order", shape_permute, 0},
    {"squeeze", "dim=None", "without dimensions of size 1", shape_squeeze, 0},
    {"unsqueeze", "dim", "with a new dimension of size 1", shape_unsqueeze, 0},
    {"expand_dims", "dim", "with a new dimension of size 1", shape_unsqueeze, 0},
    {"flatten", "start_dim=0, end_dim=-1", "several dimensions as one", shape_flatten, 1},
    {"ravel", "start_dim=0, end_dim=-1", "all dimensions as one", shape_flatten, 0},
    {"flip", "dims=None, *more", "reversed along dimensions", shape_flip, 0},
    {"flipud", "", "upside down", shape_flip, 1},
    {"fliplr", "", "left to right", shape_flip, 2},
    {"_roll", "shifts, dims", "shifted along a dimension, what falls out comes in again",
	shape_roll, 0},
    {"tril", "diagonal=0", "the triangle below the diagonal", shape_triangle, 0},
    {"triu", "diagonal=0", "the triangle above the diagonal", shape_triangle, 1},
    {"_diagonal", "", "a matrix's diagonal", shape_diagonal, 0},
    {"sort", "dim=-1, descending=False", "sorted; of a tensor (values, indices)", shape_sort, 0},
    {"argsort", "dim=-1, descending=False", "the indices that sort it", shape_sort, 1},
    {"topk", "k, dim=-1, largest=True", "the k largest as (values, indices)", shape_topk, 0},
    {"gather", "dim, index", "elements picked along a dimension", shape_gather, 0},
    {"scatter_", "dim, index, value", "writes elements along a dimension", shape_scatter, 0},
    {"scatter_add_", "dim, index, value", "adds to elements along a dimension", shape_scatter, 1},
    {"masked_fill", "mask, value", "with `value` where the mask is true", shape_masked_fill, 0},
    {"_nonzero", "", "the indices of all elements that are not 0", shape_nonzero, 0},
    TABLE_END,
};
