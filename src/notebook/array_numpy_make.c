// SPDX-License-Identifier: GPL-3.0-or-later
/* NumPy's functions that make arrays: array, zeros, arange, eye, ... */
#include "config.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "notebook/array_numpy.h"

static int made(struct vm *vm, int r, const struct diag *diag, struct tensor *tensor, struct value *ret)
{
	return array_made(vm, r, diag, tensor, WORLD_NUMPY, ret);
}

// At least `ndmin` axes: new ones stand in front.
static int with_axes(struct vm *vm, struct var **x, int64_t ndmin)
{
	struct var *wider;
	struct diag diag;

	while ((*x)->value->ndim < ndmin) {
		if (var_unsqueeze(*x, 0, &wider, &diag) < 0)
			return vm_engine_error(vm, &diag, true);
		var_unref(*x);
		*x = wider;
	}
	return 0;
}

// which: 1 shares memory where it can; v: object, dtype, copy, order, ndmin
static int make_array(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x = NULL, *cloned;
	struct diag diag;
	bool copy = !args->def->which;
	int64_t ndmin = 0;
	int dtype, r = array_arg_dtype(vm, args->v[1], &dtype);

	if (r == 0 && !args->def->which) {
		r = truth(vm, args->v[2], &copy);
		if (r == 0)
			r = vm_to_int(vm, args->v[4], "ndmin", &ndmin);
	}
	if (r < 0)
		return r;
	if (args->v[0].kind != VALUE_TENSOR) {
		r = array_build(vm, args->v[0], WORLD_NUMPY, dtype, &x);
	} else {
		r = numpy_array_as(vm, args->v[0], dtype, &x);
		if (r == 0 && copy && x->value->storage == AS_VAR(args->v[0])->value->storage) {
			r = var_clone(x, &cloned, &diag) < 0 ? vm_engine_error(vm, &diag, true) : 0;
			var_unref(x);
			x = r == 0 ? cloned : NULL;
		} else if (r == 0 && x == AS_VAR(args->v[0]) && ndmin == 0) {
			var_unref(x);
			*ret = value_ref(args->v[0]);
			return 0;
		}
	}
	if (r == 0)
		r = with_axes(vm, &x, ndmin);
	if (r < 0) {
		var_unref(x);
		return r;
	}
	return array_take(vm, x, ret);
}

// which: what fills it; v: shape, dtype, order
static int make_filled(struct vm *vm, const struct args *args, struct value *ret)
{
	int64_t shape[TENSOR_MAX_DIMS];
	struct tensor *tensor = NULL;
	struct diag diag;
	int ndim, dtype, r = array_shape(vm, args->v, 1, &ndim, shape);

	if (r == 0)
		r = array_arg_dtype(vm, args->v[1], &dtype);
	if (r < 0)
		return r;
	r = assemble_full(dtype >= 0 ? (enum dtype)dtype : DTYPE_F64, ndim, shape, args->def->which, &tensor,
	    &diag);
	return made(vm, r, &diag, tensor, ret);
}

// A tensor of a shape, every element `value`, which broadcasts.
static int fill_with(struct vm *vm, struct value value, int dtype, int ndim, const int64_t *shape,
    struct value *ret)
{
	struct tensor *tensor = NULL;
	struct var *x;
	struct diag diag;
	int r = numpy_array_as(vm, value, dtype, &x);

	if (r < 0)
		return r;
	r = tensor_new(x->value->dtype, ndim, shape, &tensor, &diag);
	if (r == 0) {
		r = tensor_assign(tensor, x->value, &diag);
		if (r < 0)
			tensor_free(tensor);
	}
	var_unref(x);
	return made(vm, r, &diag, tensor, ret);
}

// v: shape, fill_value, dtype, order
static int make_full(struct vm *vm, const struct args *args, struct value *ret)
{
	int64_t shape[TENSOR_MAX_DIMS];
	int ndim, dtype, r = array_shape(vm, args->v, 1, &ndim, shape);

	if (r == 0)
		r = array_arg_dtype(vm, args->v[2], &dtype);
	return r < 0 ? r : fill_with(vm, args->v[1], dtype, ndim, shape, ret);
}

// v: a, what to fill with, dtype, order, subok, shape
static int like(struct vm *vm, const struct args *args, struct value fill, const struct value *options,
    struct value *ret)
{
	int64_t shape[TENSOR_MAX_DIMS];
	struct var *x;
	int ndim, dtype, r = array_arg_dtype(vm, options[0], &dtype);

	if (r == 0)
		r = numpy_array(vm, args->v[0], &x);
	if (r < 0)
		return r;
	ndim = x->value->ndim;
	memcpy(shape, x->value->shape, sizeof(shape));
	if (dtype < 0)
		dtype = (int)x->value->dtype;
	var_unref(x);
	if (options[3].kind != VALUE_NONE)
		r = array_shape(vm, &options[3], 1, &ndim, shape);
	return r < 0 ? r : fill_with(vm, fill, dtype, ndim, shape, ret);
}

static int make_like(struct vm *vm, const struct args *args, struct value *ret)
{
	return like(vm, args, value_int(args->def->which), &args->v[1], ret);
}

static int make_full_like(struct vm *vm, const struct args *args, struct value *ret)
{
	return like(vm, args, args->v[1], &args->v[2], ret);
}

// The dtype of a range: that of the largest of its bounds.
static enum dtype range_dtype(const struct value *bounds)
{
	enum dtype dtype = DTYPE_I64;

	for (int i = 0; i < 3; i++) {
		if (bounds[i].kind == VALUE_FLOAT)
			dtype = DTYPE_F64;
		else if (bounds[i].kind == VALUE_TENSOR && dtype_is_float(AS_VAR(bounds[i])->value->dtype))
			dtype = DTYPE_F64;
	}
	return dtype;
}

// v: start, stop, step, dtype
static int make_arange(struct vm *vm, const struct args *args, struct value *ret)
{
	double start = 0, stop, step = 1;
	struct tensor *tensor = NULL;
	struct diag diag;
	bool one = args->v[1].kind == VALUE_NONE;
	int dtype, r = array_arg_dtype(vm, args->v[3], &dtype);

	if (r == 0)
		r = vm_to_number(vm, args->v[one ? 0 : 1], "arange()'s end", &stop);
	if (r == 0 && !one)
		r = vm_to_number(vm, args->v[0], "arange()'s start", &start);
	if (r == 0 && args->v[2].kind != VALUE_NONE)
		r = vm_to_number(vm, args->v[2], "arange()'s step", &step);
	if (r == 0 && step == 0)
		r = vm_raise(vm, "ZeroDivisionError", "arange() needs a step that is not 0");
	if (r < 0)
		return r;
	r = assemble_arange(dtype >= 0 ? (enum dtype)dtype : range_dtype(args->v), start, stop, step, &tensor,
	    &diag);
	return made(vm, r, &diag, tensor, ret);
}

// v: N, M, k, dtype
static int make_eye(struct vm *vm, const struct args *args, struct value *ret)
{
	int64_t rows, cols, k, shape[2];
	struct tensor *tensor = NULL;
	struct diag diag;
	int dtype, r = vm_to_int(vm, args->v[0], "the number of rows", &rows);

	cols = rows;
	if (r == 0 && args->v[1].kind != VALUE_NONE)
		r = vm_to_int(vm, args->v[1], "the number of columns", &cols);
	if (r == 0)
		r = vm_to_int(vm, args->v[2], "the diagonal", &k);
	if (r == 0)
		r = array_arg_dtype(vm, args->v[3], &dtype);
	if (r < 0)
		return r;
	shape[0] = rows;
	shape[1] = cols;
	r = tensor_new(dtype >= 0 ? (enum dtype)dtype : DTYPE_F64, 2, shape, &tensor, &diag);
	for (int64_t i = 0; r == 0 && i < rows; i++)
		if (k > -rows && k < cols && i + k >= 0 && i + k < cols)
			tensor_set_at(tensor, (int64_t[2]){i, i + k}, 1);
	return made(vm, r, &diag, tensor, ret);
}

const struct builtin numpy_make[] = {
    {"array", "object, dtype=None, copy=True, order='K', ndmin=0", "an array of numbers or nested lists",
	make_array, 0},
    {"asarray", "a, dtype=None, order=None", "an array, the same one where it is one already", make_array,
	1},
    {"asanyarray", "a, dtype=None, order=None", "an array, the same one where it is one already",
	make_array, 1},
    {"ascontiguousarray", "a, dtype=None", "an array laid out row by row", make_array, 1},
    {"zeros", "shape, dtype=None, order='C'", "zeros of a shape", make_filled, 0},
    {"ones", "shape, dtype=None, order='C'", "ones of a shape", make_filled, 1},
    {"empty", "shape, dtype=None, order='C'", "an array to be filled (with zeros so far)", make_filled, 0},
    {"full", "shape, fill_value, dtype=None, order='C'", "one number in every place", make_full, 0},
    {"zeros_like", "a, dtype=None, order='K', subok=True, shape=None", "zeros in the shape of a", make_like,
	0},
    {"ones_like", "a, dtype=None, order='K', subok=True, shape=None", "ones in the shape of a", make_like,
	1},
    {"empty_like", "a, dtype=None, order='K', subok=True, shape=None", "zeros in the shape of a", make_like,
	0},
    {"full_like", "a, fill_value, dtype=None, order='K', subok=True, shape=None",
	"one number in every place", make_full_like, 0},
    {"arange", "start, stop=None, step=None, dtype=None", "start, start + step, ... below stop",
	make_arange, 0},
    {"eye", "N, M=None, k=0, dtype=None", "ones on a diagonal", make_eye, 0},
    TABLE_END,
};
