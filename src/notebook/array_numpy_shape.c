// SPDX-License-Identifier: GPL-3.0-or-later
/* Arrays in other shapes with NumPy's signatures, what an array is, copies of it, joining. */
#include "config.h"

#include <string.h>

#include "base/alloc.h"
#include "notebook/array_numpy.h"

static int finish(struct vm *vm, int r, const struct diag *diag, struct var *x, struct var *result,
    struct value self, struct value *ret)
{
	var_unref(x);
	r = array_result(vm, r, diag, result, WORLD_NUMPY, ret);
	if (r == 0)
		array_note_base(self, *ret);
	return r;
}

static int reversed(struct var *x, struct var **ret, struct diag *diag)
{
	int dims[TENSOR_MAX_DIMS], ndim = x->value->ndim;

	for (int i = 0; i < ndim; i++)
		dims[i] = ndim - 1 - i;
	return var_permute(x, dims, ndim, ret, diag);
}

// Columns first: the transpose, reshaped to the reversed shape, transposed.
static int reshape_columns(struct var *x, int ndim, int64_t *shape, struct var **ret, struct diag *diag)
{
	struct var *turned = NULL, *shaped = NULL;
	int r = reversed(x, &turned, diag);

	for (int i = 0; i < ndim / 2; i++) {
		int64_t size = shape[i];

		shape[i] = shape[ndim - 1 - i];
		shape[ndim - 1 - i] = size;
	}
	if (r == 0)
		r = var_reshape(turned, ndim, shape, &shaped, diag);
	if (r == 0)
		r = reversed(shaped, ret, diag);
	var_unref(turned);
	var_unref(shaped);
	return r;
}

static int read_order(struct vm *vm, struct value v, bool *ret_columns)
{
	*ret_columns = value_is_str(v, "F");
	if (*ret_columns || value_is_str(v, "C") || value_is_str(v, "A") || value_is_str(v, "K"))
		return 0;
	vm_raise(vm, "ValueError", "an order is 'C' (rows first) or 'F' (columns first)");
	return vm->error.diag.code;
}

// v: shape (and what follows it), order
static int reshape(struct vm *vm, const struct args *args, struct value *ret)
{
	int64_t shape[TENSOR_MAX_DIMS];
	struct var *x, *result = NULL;
	struct diag diag;
	bool columns;
	int ndim, r = array_arg_shape(vm, args, args->v[0], &ndim, shape);

	if (r == 0)
		r = read_order(vm, args->v[1], &columns);
	if (r == 0)
		r = numpy_array(vm, args->self, &x);
	if (r < 0)
		return r;
	r = columns ? reshape_columns(x, ndim, shape, &result, &diag)
		    : var_reshape(x, ndim, shape, &result, &diag);
	return finish(vm, r, &diag, x, result, args->self, ret);
}

// which: 0 ravel, 1 flatten, which copies; v: order
static int flatten(struct vm *vm, const struct args *args, struct value *ret)
{
	int64_t shape[TENSOR_MAX_DIMS] = {-1};
	struct var *x, *flat = NULL, *result = NULL;
	struct diag diag;
	bool columns;
	int r = read_order(vm, args->v[0], &columns);

	if (r == 0)
		r = numpy_array(vm, args->self, &x);
	if (r < 0)
		return r;
	r = columns ? reshape_columns(x, 1, shape, &flat, &diag) : var_flatten(x, 0, -1, &flat, &diag);
	if (r == 0 && args->def->which) {
		r = var_clone(flat, &result, &diag);
		var_unref(flat);
		flat = result;
	}
	return finish(vm, r, &diag, x, flat, args->self, ret);
}

static int transpose_property(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x, *result = NULL;
	struct diag diag;
	int r = numpy_array(vm, args->self, &x);

	if (r < 0)
		return r;
	r = reversed(x, &result, &diag);
	return finish(vm, r, &diag, x, result, args->self, ret);
}

// v: axes, or each of them: x.transpose(1, 0, 2), x.transpose((1, 0, 2)), np.transpose(x, (1, 0, 2))
static int transpose(struct vm *vm, const struct args *args, struct value *ret)
{
	int64_t axes[TENSOR_MAX_DIMS];
	int order[TENSOR_MAX_DIMS], count, r;
	struct var *x, *result = NULL;
	struct diag diag;

	if (args->v[0].kind == VALUE_NONE)
		return transpose_property(vm, args, ret);
	r = array_arg_shape(vm, args, args->v[0], &count, axes);
	if (r == 0)
		r = numpy_array(vm, args->self, &x);
	if (r < 0)
		return r;
	for (int i = 0; i < count; i++)
		order[i] = (int)axes[i];
	r = var_permute(x, order, count, &result, &diag);
	return finish(vm, r, &diag, x, result, args->self, ret);
}

static int swapaxes(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x, *result = NULL;
	struct diag diag;
	int a, b, r = array_arg_dim(vm, args->v[0], &a);

	if (r == 0)
		r = array_arg_dim(vm, args->v[1], &b);
	if (r == 0)
		r = numpy_array(vm, args->self, &x);
	if (r < 0)
		return r;
	r = var_transpose(x, a, b, &result, &diag);
	return finish(vm, r, &diag, x, result, args->self, ret);
}

static int squeeze_one(struct vm *vm, struct var **x, int axis)
{
	struct var *result;
	struct diag diag;
	int dim;

	if (reduce_dim(axis, (*x)->value->ndim, &dim, &diag) < 0)
		return vm_engine_error(vm, &diag, true);
	if ((*x)->value->shape[dim] != 1) {
		vm_raise(vm, "ValueError", "axis %d has size %lld, not 1", axis, (long long)(*x)->value->shape[dim]);
		return vm_hint(vm, "only axes of size 1 can be squeezed out");
	}
	if (var_squeeze(*x, dim, &result, &diag) < 0)
		return vm_engine_error(vm, &diag, true);
	var_unref(*x);
	*x = result;
	return 0;
}

// v: axis, several or None
static int squeeze(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x, *result = NULL;
	int dims[TENSOR_MAX_DIMS], count, ndim, r = array_arg_dims(vm, args->v[0], dims, &count);
	struct diag diag;

	if (r == 0)
		r = numpy_array(vm, args->self, &x);
	if (r < 0)
		return r;
	if (args->v[0].kind == VALUE_NONE) {
		r = var_squeeze_all(x, &result, &diag);
		return finish(vm, r, &diag, x, result, args->self, ret);
	}
	ndim = x->value->ndim;
	for (int d = ndim - 1; r == 0 && d >= 0; d--)
		for (int i = 0; r == 0 && i < count; i++)
			if (dims[i] == d || dims[i] == d - ndim)
				r = squeeze_one(vm, &x, d);
	for (int i = 0; r == 0 && i < count; i++)
		if (reduce_dim(dims[i], ndim, &dims[i], &diag) < 0)
			r = vm_engine_error(vm, &diag, true);
	if (r < 0) {
		var_unref(x);
		return r;
	}
	r = array_take(vm, x, ret);
	if (r == 0)
		array_note_base(args->self, *ret);
	return r;
}

// v: axis
static int flip(struct vm *vm, const struct args *args, struct value *ret)
{
	int dims[TENSOR_MAX_DIMS], count = 0, r = 0;
	struct var *x, *result = NULL;
	struct diag diag;

	if (args->def->which)
		dims[count++] = args->def->which - 1; // flipud, fliplr
	else
		r = array_arg_dims(vm, args->v[0], dims, &count);
	if (r == 0)
		r = numpy_array(vm, args->self, &x);
	if (r < 0)
		return r;
	r = var_flip(x, dims, count, &result, &diag);
	return finish(vm, r, &diag, x, result, args->self, ret);
}

// v: reps
static int tile(struct vm *vm, const struct args *args, struct value *ret)
{
	int64_t times[TENSOR_MAX_DIMS];
	struct var *x, *result = NULL;
	struct diag diag;
	int count, r = array_shape(vm, args->v, 1, &count, times);

	if (r == 0)
		r = numpy_array(vm, args->self, &x);
	if (r < 0)
		return r;
	for (; count < x->value->ndim; count++) { // missing ones stand in front
		memmove(times + 1, times, (size_t)count * sizeof(times[0]));
		times[0] = 1;
	}
	r = var_repeat(x, times, count, &result, &diag);
	return finish(vm, r, &diag, x, result, args->self, ret);
}

// which: 1 the upper triangle; v: k
static int triangle(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x, *result = NULL;
	struct diag diag;
	int64_t k;
	int r = vm_to_int(vm, args->v[0], "k", &k);

	if (r == 0)
		r = numpy_array(vm, args->self, &x);
	if (r < 0)
		return r;
	r = var_triangle(x, args->def->which, k, &result, &diag);
	return finish(vm, r, &diag, x, result, args->self, ret);
}

// One array of indices for each dimension; `x` is released.
static int nonzero_of(struct vm *vm, struct var *x, struct value *ret)
{
	struct var *columns[TENSOR_MAX_DIMS] = {NULL}, *table;
	struct tensor *found;
	struct diag diag;
	int count = 0, ndim = x->value->ndim, r = index_nonzero(x->value, &found, &diag);

	var_unref(x);
	if (r < 0)
		return vm_engine_error(vm, &diag, true);
	table = var_new_take(WORLD_NUMPY, found);
	while (r == 0 && count < ndim) {
		struct var *column = NULL;

		r = var_select(table, 1, count, &column, &diag);
		if (r == 0)
			r = var_clone(column, &columns[count], &diag);
		var_unref(column);
		count += r == 0;
	}
	var_unref(table);
	if (r == 0)
		return numpy_tuple(vm, columns, (size_t)count, ret);
	while (count > 0)
		var_unref(columns[--count]);
	return vm_engine_error(vm, &diag, true);
}

static int nonzero(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x;
	int r = numpy_array(vm, args->self, &x);

	return r < 0 ? r : nonzero_of(vm, x, ret);
}

// v: condition, x, y
static int where(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *parts[3] = {NULL}, *result = NULL;
	struct diag diag;
	bool alone = args->v[1].kind == VALUE_UNSET && args->v[2].kind == VALUE_UNSET;
	int r = numpy_array(vm, args->v[0], &parts[0]);

	if (r == 0 && alone)
		return nonzero_of(vm, parts[0], ret);
	if (r == 0 && (args->v[1].kind == VALUE_UNSET || args->v[2].kind == VALUE_UNSET)) {
		r = vm_raise(vm, "ValueError", "where() needs both x and y, or neither");
		vm_hint(vm, "write np.where(condition, x, y)");
	}
	for (int i = 1; r == 0 && i < 3; i++)
		r = numpy_array(vm, args->v[i], &parts[i]);
	if (r == 0) {
		r = var_where(parts[0], parts[1], parts[2], &result, &diag);
		r = array_result(vm, r, &diag, result, WORLD_NUMPY, ret);
	}
	for (int i = 0; i < 3; i++)
		var_unref(parts[i]);
	return r;
}

// The arrays to join; flat where the axis is None.
static int read_parts(struct vm *vm, const struct value *items, size_t count, bool flat, struct var **parts)
{
	struct diag diag;
	int r = 0;

	for (size_t i = 0; r == 0 && i < count; i++) {
		r = numpy_array(vm, items[i], &parts[i]);
		if (r == 0 && flat) {
			struct var *whole = parts[i];

			parts[i] = NULL;
			r = var_flatten(whole, 0, -1, &parts[i], &diag) < 0 ? vm_engine_error(vm, &diag, true) : 0;
			var_unref(whole);
		}
	}
	return r;
}

// which: 0 concatenate, 1 stack; v: arrays, axis, out, dtype
static int join(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var **parts, *result = NULL, *cast = NULL;
	bool flat = args->v[1].kind == VALUE_NONE;
	struct value list;
	struct diag diag;
	size_t count;
	int dtype, dim = 0, r = flat ? 0 : array_arg_dim(vm, args->v[1], &dim);

	if (r == 0)
		r = array_arg_dtype(vm, args->v[3], &dtype);
	if (r == 0)
		r = iter_to_list(vm, args->v[0], &list);
	if (r < 0)
		return r;
	count = AS_LIST(list)->count;
	parts = mem_zalloc(count + 1, sizeof(struct var *));
	r = !parts	  ? vm_no_memory(vm)
	    : count == 0 ? vm_raise(vm, "ValueError", "there is nothing to join")
			 : read_parts(vm, AS_LIST(list)->items, count, flat, parts);
	if (r == 0) {
		r = args->def->which ? var_stack(parts, count, dim, &result, &diag)
				     : var_cat(parts, count, dim, &result, &diag);
		if (r == 0 && dtype >= 0) {
			r = var_cast(result, (enum dtype)dtype, &cast, &diag);
			var_unref(result);
			result = cast;
		}
		r = numpy_result_out(vm, r, &diag, result, args->v[2], ret);
	}
	for (size_t i = 0; parts && i < count; i++)
		var_unref(parts[i]);
	mem_free(parts);
	value_drop(list);
	return r;
}

const struct builtin numpy_join[] = {
    {"concatenate", "arrays, axis=0, out=None, dtype=None", "joined along an axis", join, 0},
    {"stack", "arrays, axis=0, out=None, dtype=None", "joined along a new axis", join, 1},
    {"where", "condition, x=..., y=...",
	"x where the condition is true, else y; alone: where it is true", where, 0},
    TABLE_END,
};

/* Methods that are functions of np as well. */
const struct builtin numpy_shapes[] = {
    {"ravel", "order='C'", "all axes as one, sharing memory where it can", flatten, 0},
    {"swapaxes", "axis1, axis2", "two axes exchanged", swapaxes, 0},
    {"squeeze", "axis=None", "without axes of size 1", squeeze, 0},
    {"nonzero", "", "the indices of elements that are not 0, one array an axis", nonzero, 0},
    TABLE_END,
};

const struct builtin numpy_shape_methods[] = {
    {"T", NULL, "the axes in reverse order", transpose_property, 0},
    {"reshape", "shape, *more, order='C'", "the same elements in another shape; one size may be -1",
	reshape, 0},
    {"flatten", "order='C'", "a copy with all axes as one", flatten, 1},
    {"transpose", "axes=None, *more", "the axes in another order, reversed if none is given", transpose,
	0},
    TABLE_END,
};

const struct builtin numpy_shape_functions[] = {
    {"reshape", "newshape, order='C'", "the same elements in another shape; one size may be -1", reshape,
	0},
    {"transpose", "axes=None", "the axes in another order, reversed if none is given", transpose, 0},
    {"flip", "axis=None", "reversed along an axis, several or all", flip, 0},
    {"flipud", "", "upside down", flip, 1},
    {"fliplr", "", "left to right", flip, 2},
    {"tile", "reps", "repeated as a whole so many times along each axis", tile, 0},
    {"tril", "k=0", "the triangle on and below the k-th diagonal", triangle, 0},
    {"triu", "k=0", "the triangle on and above the k-th diagonal", triangle, 1},
    TABLE_END,
};
