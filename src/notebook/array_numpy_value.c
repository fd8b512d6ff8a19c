// SPDX-License-Identifier: GPL-3.0-or-later
/* What an array is: its sizes, its elements as Python values; copies, other dtypes, filling. */
#include "config.h"

#include <string.h>

#include "base/alloc.h"
#include "notebook/array_numpy.h"

enum { SIZE_NDIM, SIZE_COUNT, SIZE_ITEM, SIZE_BYTES };

static int get_size(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x;
	const struct tensor *t;
	int r = numpy_array(vm, args->self, &x);

	if (r < 0)
		return r;
	t = x->value;
	switch (args->def->which) {
	case SIZE_NDIM: *ret = value_int(t->ndim); break;
	case SIZE_COUNT: *ret = value_int((int64_t)tensor_count(t)); break;
	case SIZE_ITEM: *ret = value_int((int64_t)dtype_size(t->dtype)); break;
	default: *ret = value_int((int64_t)(tensor_count(t) * dtype_size(t->dtype))); break;
	}
	var_unref(x);
	return 0;
}

// which: 0 shape, 1 strides in bytes
static int get_shape(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x;
	int r = numpy_array(vm, args->self, &x);

	if (r < 0)
		return r;
	r = array_shape_value(vm, x->value, false, ret);
	for (int i = 0; r == 0 && args->def->which && i < x->value->ndim; i++)
		AS_TUPLE(*ret)->items[i] = value_int(x->value->stride[i] * (int64_t)dtype_size(x->value->dtype));
	var_unref(x);
	return r;
}

static int get_dtype(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x;
	int r = numpy_array(vm, args->self, &x);

	if (r < 0)
		return r;
	*ret = VALUE_OF(VALUE_DTYPE, i, (int64_t)x->value->dtype | VALUE_DTYPE_NUMPY);
	var_unref(x);
	return 0;
}

// A flat view, or a copy where none is possible.
static int get_flat(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x, *flat = NULL;
	struct diag diag;
	int r = numpy_array(vm, args->self, &x);

	if (r < 0)
		return r;
	r = var_flatten(x, 0, -1, &flat, &diag);
	var_unref(x);
	return array_result(vm, r, &diag, flat, WORLD_NUMPY, ret);
}

// The real part of what is never complex, and x.view(): the same elements under another name.
static int same(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x;
	int r = 0;

	if (args->v[0].kind != VALUE_UNSET && args->v[0].kind != VALUE_NONE) {
		vm_raise(vm, "ValueError", "view() gives an array of the same shape and dtype here");
		return vm_hint(vm, "for another shape write x.reshape(...), for another dtype x.astype(...)");
	}
	r = numpy_array(vm, args->self, &x);
	if (r < 0)
		return r;
	r = array_take(vm, var_new_take(WORLD_NUMPY, tensor_share(x->value)), ret);
	var_unref(x);
	if (r == 0)
		array_note_base(args->self, *ret);
	return r;
}

static int get_base(struct vm *vm, const struct args *args, struct value *ret)
{
	struct array *of = args->self.kind == VALUE_TENSOR ? AS_ARRAY(args->self)->of : NULL;

	(void)vm;
	*ret = of ? value_object(object_ref(of)) : value_none();
	return 0;
}

static int copy(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x, *result = NULL;
	struct diag diag;
	int r = numpy_array(vm, args->self, &x);

	if (r < 0)
		return r;
	r = var_clone(x, &result, &diag);
	var_unref(x);
	return numpy_result(vm, r, &diag, result, ret);
}

// v: dtype, order, casting, subok, copy
static int astype(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x, *result = NULL;
	struct diag diag;
	bool copy = true;
	int dtype, r = array_arg_dtype(vm, args->v[0], &dtype);

	if (r == 0)
		r = truth(vm, args->v[4], &copy);
	if (r == 0)
		r = numpy_array(vm, args->self, &x);
	if (r < 0)
		return r;
	if (dtype < 0)
		dtype = DTYPE_F64;
	if (!copy && x->value->dtype == (enum dtype)dtype && args->self.kind == VALUE_TENSOR) {
		*ret = value_ref(args->self);
		var_unref(x);
		return 0;
	}
	r = var_cast(x, (enum dtype)dtype, &result, &diag);
	var_unref(x);
	return numpy_result(vm, r, &diag, result, ret);
}

// x.item(), x.item(3) of the flat array, x.item(1, 2)
static int item(struct vm *vm, const struct args *args, struct value *ret)
{
	struct value index, element = value_unset();
	struct args flat = {.self = args->self};
	struct tuple *tuple;
	int r;

	if (args->self.kind != VALUE_TENSOR) {
		*ret = args->self;
		ret->numpy = false;
		return 0;
	}
	if (args->rest_count == 0 && tensor_count(AS_VAR(args->self)->value) != 1) {
		vm_raise(vm, "ValueError", "item() needs an array with one element, this one has %zu",
		    tensor_count(AS_VAR(args->self)->value));
		return vm_hint(vm, "index it, or reduce it with sum() or mean()");
	}
	if (args->rest_count == 0)
		return array_item(vm, args->self, ret);
	if (args->rest_count == 1 && args->rest[0].kind != VALUE_TUPLE) {
		r = get_flat(vm, &flat, &index);
		if (r == 0) {
			r = array_get(vm, index, args->rest[0], &element);
			value_drop(index);
		}
	} else if (args->rest_count == 1) {
		r = array_get(vm, args->self, args->rest[0], &element);
	} else {
		tuple = tuple_new(&vm->heap, args->rest_count);
		if (!tuple)
			return vm_no_memory(vm);
		for (size_t i = 0; i < args->rest_count; i++)
			tuple->items[i] = value_ref(args->rest[i]);
		index = value_object(tuple);
		r = array_get(vm, args->self, index, &element);
		value_drop(index);
	}
	if (r < 0 || element.kind != VALUE_TENSOR) {
		element.numpy = false;
		*ret = element;
		return r;
	}
	r = array_item(vm, element, ret);
	value_drop(element);
	return r;
}

static int tolist(struct vm *vm, const struct args *args, struct value *ret)
{
	if (args->self.kind == VALUE_TENSOR)
		return array_to_list(vm, args->self, ret);
	*ret = args->self;
	ret->numpy = false;
	return 0;
}

// v: value
static int fill(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *value;
	struct diag diag;
	int r = numpy_array(vm, args->v[0], &value);

	if (r < 0)
		return r;
	if (args->self.kind != VALUE_TENSOR)
		r = vm_raise(vm, "TypeError", "a number cannot be filled");
	else if (var_assign(AS_VAR(args->self), value, &diag) < 0)
		r = vm_engine_error(vm, &diag, true);
	var_unref(value);
	*ret = value_none();
	return r;
}

// Another size in place: rows first, cut off or followed by zeros. v: shape, and what follows it
static int resize(struct vm *vm, const struct args *args, struct value *ret)
{
	int64_t shape[TENSOR_MAX_DIMS];
	struct tensor *made, *rows;
	struct diag diag;
	struct var *x;
	size_t old_bytes, bytes;
	int ndim, r = array_arg_shape(vm, args, args->v[0], &ndim, shape);

	if (r < 0)
		return r;
	if (args->self.kind != VALUE_TENSOR)
		return vm_raise(vm, "TypeError", "a number cannot be resized");
	x = AS_VAR(args->self);
	if (tensor_new(x->value->dtype, ndim, shape, &made, &diag) < 0)
		return vm_engine_error(vm, &diag, true);
	if (tensor_copy(x->value, &rows, &diag) < 0) {
		tensor_free(made);
		return vm_engine_error(vm, &diag, true);
	}
	old_bytes = tensor_count(rows) * dtype_size(rows->dtype);
	bytes = tensor_count(made) * dtype_size(made->dtype);
	if (bytes > 0 && old_bytes > 0)
		memcpy(made->data, rows->data, bytes < old_bytes ? bytes : old_bytes);
	tensor_free(rows);
	var_set_value_take(x, made);
	*ret = value_none();
	return 0;
}

const struct builtin numpy_value_methods[] = {
    {"shape", NULL, "the sizes of the axes", get_shape, 0},
    {"strides", NULL, "bytes from one element to the next along each axis", get_shape, 1},
    {"size", NULL, "the number of elements", get_size, SIZE_COUNT},
    {"ndim", NULL, "the number of axes", get_size, SIZE_NDIM},
    {"itemsize", NULL, "bytes of one element", get_size, SIZE_ITEM},
    {"nbytes", NULL, "bytes of all elements", get_size, SIZE_BYTES},
    {"dtype", NULL, "the type of the elements", get_dtype, 0},
    {"flat", NULL, "all elements in order, as one axis", get_flat, 0},
    {"real", NULL, "the array itself: nothing is complex here", same, 0},
    {"view", "dtype=None, *more", "another array on the same elements", same, 0},
    {"base", NULL, "the array whose elements it shows, or None", get_base, 0},
    {"copy", "order='C'", "an array of its own with the same elements", copy, 0},
    {"astype", "dtype, order='K', casting='unsafe', subok=True, copy=True", "a copy of another dtype",
	astype, 0},
    {"item", "*index", "an element, or the only one, as a Python number", item, 0},
    {"tolist", "", "the elements as nested lists", tolist, 0},
    {"fill", "value", "sets every element", fill, 0},
    {"resize", "shape, *more, refcheck=True", "another size in place, with zeros for what is new", resize,
	0},
    TABLE_END,
};

const struct builtin numpy_value_functions[] = {
    {"copy", "order='K'", "an array of its own with the same elements", copy, 0},
    {"shape", "", "the sizes of the axes", get_shape, 0},
    {"ndim", "", "the number of axes", get_size, SIZE_NDIM},
    TABLE_END,
};
