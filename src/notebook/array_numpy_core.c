// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * np: products, what library/numpy*.py needs of C (views by strides, sorted search, counting), and
 * dtypes.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "notebook/array_numpy.h"

// which: 0 dot, 1 matmul
static int product(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *a, *b, *result = NULL;
	struct diag diag;
	bool scalar;
	int r = numpy_array(vm, args->self, &a);

	if (r < 0)
		return r;
	r = numpy_array(vm, args->v[0], &b);
	if (r < 0) {
		var_unref(a);
		return r;
	}
	scalar = a->value->ndim == 0 || b->value->ndim == 0;
	if (args->def->which && scalar) {
		r = vm_raise(vm, "ValueError", "matmul() needs arrays with at least one axis");
		vm_hint(vm, "multiply by a number with *");
	} else if (!args->def->which && b->value->ndim > 2 && a->value->ndim > 0) {
		r = vm_raise(vm, "NotImplementedError", "dot() with an array of more than two axes is not supported");
		vm_hint(vm, "write np.tensordot(a, b, axes=(-1, -2)), or a @ b for pairs of matrices");
	} else {
		r = scalar ? var_binary(BINARY_MUL, a, b, &result, &diag) : var_matmul(a, b, &result, &diag);
		if (r < 0)
			r = vm_engine_error(vm, &diag, true);
	}
	var_unref(a);
	var_unref(b);
	return r < 0 ? r : numpy_result_out(vm, 0, NULL, result, args->v[1], ret);
}

static int broadcast(struct vm *vm, const struct args *args, struct value *ret)
{
	int64_t shape[TENSOR_MAX_DIMS];
	struct tensor *view = NULL;
	struct diag diag;
	struct var *x;
	int ndim, r = array_shape(vm, &args->v[1], 1, &ndim, shape);

	if (r == 0)
		r = numpy_array(vm, args->v[0], &x);
	if (r < 0)
		return r;
	r = tensor_view_broadcast(x->value, ndim, shape, &view, &diag);
	var_unref(x);
	return array_made(vm, r, &diag, view, WORLD_NUMPY, ret);
}

// A view with any shape and strides (in bytes) that stays inside of the storage.
static int strided(struct vm *vm, const struct args *args, struct value *ret)
{
	int64_t shape[TENSOR_MAX_DIMS], strides[TENSOR_MAX_DIMS], last, size;
	int ndim, stride_count, r = array_shape(vm, &args->v[1], 1, &ndim, shape);
	struct tensor *view;
	struct var *x;

	if (r == 0)
		r = array_shape(vm, &args->v[2], 1, &stride_count, strides);
	if (r == 0)
		r = numpy_array(vm, args->v[0], &x);
	if (r < 0)
		return r;
	size = (int64_t)dtype_size(x->value->dtype);
	last = (int64_t)((char *)x->value->data - (char *)x->value->storage->data) + size;
	for (int i = 0; r == 0 && i < ndim && ndim == stride_count; i++) {
		if (shape[i] < 0 || strides[i] < 0 || strides[i] % size || shape[i] > (1 << 30) || strides[i] > (1 << 30))
			r = -1;
		else if (shape[i] > 0)
			last += (shape[i] - 1) * strides[i];
	}
	if (r < 0 || ndim != stride_count || (size_t)last > x->value->storage->bytes) {
		var_unref(x);
		return vm_raise(vm, "ValueError", "this shape and these strides do not lie inside of the array");
	}
	view = tensor_share(x->value);
	view->ndim = ndim;
	for (int i = 0; i < ndim; i++) {
		view->shape[i] = shape[i];
		view->stride[i] = strides[i] / size;
	}
	var_unref(x);
	return array_take(vm, var_new_take(WORLD_NUMPY, view), ret);
}

static int64_t search(const double *sorted, int64_t n, double x, bool right)
{
	int64_t low = 0, high = n;

	while (low < high) {
		int64_t middle = low + (high - low) / 2;

		if (right ? sorted[middle] <= x || (x != x) : sorted[middle] < x || (x != x && sorted[middle] == sorted[middle]))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

// v: sorted, values, right
static int searchsorted(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *a = NULL, *x = NULL;
	struct tensor *sorted = NULL, *places = NULL, *values = NULL;
	struct diag diag;
	int r = numpy_array(vm, args->v[0], &a);

	if (r == 0)
		r = numpy_array(vm, args->v[1], &x);
	if (r == 0 && a->value->ndim != 1)
		r = vm_raise(vm, "ValueError", "searchsorted() needs an array with one axis");
	if (r == 0 && (tensor_cast(a->value, DTYPE_F64, &sorted, &diag) < 0 ||
			  tensor_cast(x->value, DTYPE_F64, &values, &diag) < 0 ||
			  tensor_new(DTYPE_I64, values->ndim, values->shape, &places, &diag) < 0))
		r = vm_engine_error(vm, &diag, true);
	for (size_t i = 0; r == 0 && i < tensor_count(values); i++)
		((int64_t *)places->data)[i] = search(
		    sorted->data, sorted->shape[0], ((double *)values->data)[i], args->v[2].i != 0);
	tensor_free(sorted);
	tensor_free(values);
	var_unref(a);
	var_unref(x);
	return r < 0 ? r : numpy_result(vm, 0, NULL, var_new_take(WORLD_NUMPY, places), ret);
}

// a[index] += values, an index that occurs twice counting twice.
static int add_at(struct vm *vm, const struct args *args, struct value *ret)
{
	struct index_item item = {.kind = INDEX_KIND_TENSOR, .step = 1};
	struct var *index = NULL, *values = NULL;
	struct diag diag;
	int r;

	if (args->v[0].kind != VALUE_TENSOR)
		return vm_raise(vm, "TypeError", "only an array can be added to in place");
	r = numpy_array(vm, args->v[1], &index);
	if (r == 0)
		r = numpy_array_as(vm, args->v[2], (int)AS_VAR(args->v[0])->value->dtype, &values);
	if (r == 0) {
		item.tensor = index->value;
		if (index_add(AS_VAR(args->v[0])->value, &item, 1, values->value, &diag) < 0)
			r = vm_engine_error(vm, &diag, true);
	}
	var_unref(index);
	var_unref(values);
	*ret = value_none();
	return r;
}

static int shares_memory(struct vm *vm, const struct args *args, struct value *ret)
{
	(void)vm;
	*ret = value_bool(args->v[0].kind == VALUE_TENSOR && args->v[1].kind == VALUE_TENSOR &&
	    AS_VAR(args->v[0])->value->storage == AS_VAR(args->v[1])->value->storage);
	return 0;
}

/* -- printing ------------------------------------------------------------------------------------ */

// v: a, separator
static int array_text(struct vm *vm, const struct args *args, struct value *ret)
{
	struct strbuf out = STRBUF_INIT;
	struct var *x;
	int r = numpy_array(vm, args->v[0], &x);

	if (r < 0)
		return r;
	print_numpy_elements(x->value, args->v[1].kind == VALUE_STR ? AS_STR(args->v[1])->text : " ", &vm->print[WORLD_NUMPY], &out);
	var_unref(x);
	return vm_str_take(vm, &out, 0, ret);
}

/* -- dtypes -------------------------------------------------------------------------------------- */

static struct value dtype_value(int dtype)
{
	return VALUE_OF(VALUE_DTYPE, i, dtype | VALUE_DTYPE_NUMPY);
}

static int make_dtype(struct vm *vm, const struct args *args, struct value *ret)
{
	int dtype, r = array_arg_dtype(vm, args->v[0], &dtype);

	*ret = dtype_value(dtype < 0 ? DTYPE_F64 : dtype);
	return r;
}

// The dtype of what operators make of all these arrays, numbers and dtypes.
static int result_type(struct vm *vm, const struct args *args, struct value *ret)
{
	struct promote_operand operands[ARGS_MAX];
	int r = 0, dtype;

	if (args->rest_count == 0 || args->rest_count > ARGS_MAX)
		return vm_raise(vm, "ValueError", "result_type() needs 1 to %d arguments", ARGS_MAX);
	for (size_t i = 0; r == 0 && i < args->rest_count; i++) {
		struct value v = args->rest[i];
		struct var *x;

		operands[i] = (struct promote_operand){.scalar = false};
		if (v.kind == VALUE_DTYPE || v.kind == VALUE_CLASS || v.kind == VALUE_STR) {
			r = array_arg_dtype(vm, v, &dtype);
			operands[i].dtype = (enum dtype)dtype;
		} else if ((r = numpy_array(vm, v, &x)) == 0) {
			operands[i] = promote_operand_of(x->value, false);
			var_unref(x);
		}
	}
	if (r == 0)
		*ret = dtype_value((int)promote_operands(WORLD_NUMPY, operands, args->rest_count));
	return r;
}

int numpy_dtype_equal(struct vm *vm, struct value a, struct value b, bool *ret)
{
	int dtypes[2] = {-1, -1};
	struct value both[2] = {a, b};

	*ret = false;
	for (int i = 0; i < 2; i++) {
		if (both[i].kind != VALUE_DTYPE && both[i].kind != VALUE_CLASS && both[i].kind != VALUE_STR)
			return 0;
		if (both[i].kind == VALUE_DTYPE && !(both[i].i & VALUE_DTYPE_NUMPY))
			return 0;
		if (array_arg_dtype(vm, both[i], &dtypes[i]) < 0) {
			if (both[i].kind == VALUE_STR)
				return vm->error.diag.code;
			vm_clear_error(vm);
			return 0;
		}
	}
	*ret = dtypes[0] == dtypes[1];
	return 0;
}

enum { DTYPE_GET_NAME, DTYPE_GET_KIND, DTYPE_GET_STR, DTYPE_GET_TYPE, DTYPE_GET_ITEMSIZE };

static int get_of_dtype(struct vm *vm, const struct args *args, struct value *ret)
{
	enum dtype dtype = (enum dtype)(args->self.i & 0xff);
	const char *name = dtype_name(dtype);
	char kind = dtype == DTYPE_BOOL ? 'b' : dtype_is_float(dtype) ? 'f' : name[0], text[24];

	switch (args->def->which) {
	case DTYPE_GET_NAME:
		return vm_str(vm, name, strlen(name), ret);
	case DTYPE_GET_KIND:
		return vm_str(vm, &kind, 1, ret);
	case DTYPE_GET_STR:
		snprintf(text, sizeof(text), "%c%c%d", dtype_size(dtype) == 1 ? '|' : '<', kind, (int)dtype_size(dtype));
		return vm_str(vm, text, strlen(text), ret);
	case DTYPE_GET_TYPE:
		return numpy_scalar_class(vm, dtype, ret);
	default:
		*ret = value_int((int64_t)dtype_size(dtype));
		return 0;
	}
}

const struct builtin numpy_dtype_methods[] = {
    {"name", NULL, "float64, int64, ...", get_of_dtype, DTYPE_GET_NAME},
    {"kind", NULL, "'f' floats, 'i' integers, 'u' unsigned ones, 'b' booleans", get_of_dtype,
	DTYPE_GET_KIND},
    {"str", NULL, "byte order, kind and size", get_of_dtype, DTYPE_GET_STR},
    {"type", NULL, "the class of its scalars", get_of_dtype, DTYPE_GET_TYPE},
    {"itemsize", NULL, "bytes of one element", get_of_dtype, DTYPE_GET_ITEMSIZE},
    TABLE_END,
};

const struct builtin numpy_core[] = {
    {"_broadcast", "array, shape", "a view in a larger shape", broadcast, 0},
    {"_strided", "array, shape, strides", "a view with strides of one's own", strided, 0},
    {"_searchsorted", "a, v, right", "where v would have to stand", searchsorted, 0},
    {"_add_at", "a, index, values", "a[index] += values, counting repeated indices", add_at, 0},
    {"shares_memory", "a, b", "do both look at the same elements?", shares_memory, 0},
    {"may_share_memory", "a, b", "do both look at the same elements?", shares_memory, 0},
    {"_print_settings", ARRAY_PRINT_SETTINGS,
	"sets how arrays are printed; what it was", array_print_settings, WORLD_NUMPY},
    {"_array_text", "a, separator=' '", "the elements as text", array_text, 0},
    {"dtype", "dtype", "a type of elements", make_dtype, 0},
    {"result_type", "*arrays_and_dtypes", "the dtype of what operators make of these", result_type, 0},
    TABLE_END,
};

const struct builtin numpy_products[] = {
    {"dot", "b, out=None", "scalar product, product of matrices, or of matrix and vector", product, 0},
    TABLE_END,
};

const struct builtin numpy_product_functions[] = {
    {"matmul", "x2, out=None", "product of matrices: x1 @ x2", product, 1},
    TABLE_END,
};
