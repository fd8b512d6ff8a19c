// SPDX-License-Identifier: GPL-3.0-or-later
/* What an array is (shape, dtype, grad, ...), converting it, its gradients, filling it in place. */
#include "config.h"

#include <string.h>

#include "base/alloc.h"
#include "notebook/array_args.h"

#define SELF(args) AS_VAR((args)->self)

/* -- reading arguments ------------------------------------------------------------------------ */

int array_arg_self(struct vm *vm, const struct args *args, struct var **ret)
{
	if (args->self.kind == VALUE_TENSOR) {
		*ret = var_ref(SELF(args));
		return 0;
	}
	return array_build(vm, args->self, WORLD_NUMPY, -1, ret);
}

int array_arg_dim(struct vm *vm, struct value v, int *ret)
{
	int64_t dim;
	int r = vm_to_int(vm, v, "a dimension", &dim);

	if (r < 0)
		return r;
	if (dim < -100 || dim > 100)
		return vm_raise(vm, "IndexError", "there is no dimension %lld", (long long)dim);
	*ret = (int)dim;
	return 0;
}

int array_arg_dims(struct vm *vm, struct value v, int *ret_dims, int *ret_count)
{
	struct value *items = &v;
	size_t count = 1;

	*ret_count = 0;
	if (v.kind == VALUE_NONE || v.kind == VALUE_UNSET)
		return 0;
	value_items(v, &items, &count);
	if (count > TENSOR_MAX_DIMS)
		return vm_raise(vm, "ValueError", "more than %d dimensions", TENSOR_MAX_DIMS);
	for (size_t i = 0; i < count; i++) {
		int r = array_arg_dim(vm, items[i], &ret_dims[i]);

		if (r < 0)
			return r;
	}
	*ret_count = (int)count;
	return 0;
}

int array_arg_shape(
    struct vm *vm, const struct args *args, struct value first, int *ret_ndim, int64_t *ret_shape)
{
	struct value all[TENSOR_MAX_DIMS + 1];

	if (args->rest_count == 0)
		return array_shape(vm, &first, 1, ret_ndim, ret_shape);
	if (args->rest_count > TENSOR_MAX_DIMS)
		return vm_raise(vm, "ValueError", "more than %d dimensions", TENSOR_MAX_DIMS);
	all[0] = first;
	memcpy(&all[1], args->rest, args->rest_count * sizeof(all[0]));
	return array_shape(vm, all, args->rest_count + 1, ret_ndim, ret_shape);
}

/* -- what it is ------------------------------------------------------------------------------- */

static enum world world_of(struct value v)
{
	return AS_ARRAY(v)->var ? AS_ARRAY(v)->var->world : WORLD_TORCH; // NumPy's are there at once
}

static int get_shape(struct vm *vm, const struct args *args, struct value *ret)
{
	return array_shape_value(vm, array_outline(args->self), world_of(args->self) == WORLD_TORCH, ret);
}

static int get_dtype(struct vm *vm, const struct args *args, struct value *ret)
{
	(void)vm;
	*ret = VALUE_OF(VALUE_DTYPE, i,
	    (int64_t)SELF(args)->value->dtype |
		(SELF(args)->world == WORLD_NUMPY ? VALUE_DTYPE_NUMPY : 0));
	return 0;
}

static int get_number(struct vm *vm, const struct args *args, struct value *ret)
{
	const struct tensor *t = array_outline(args->self);

	(void)vm;
	*ret =
	    value_int(args->def->which == 0   ? t->ndim
		      : args->def->which == 1 ? (int64_t)tensor_count(t)
		      : args->def->which == 2 ? (int64_t)dtype_size(t->dtype)
					      : (int64_t)(tensor_count(t) * dtype_size(t->dtype)));
	return 0;
}

static int size_call(struct vm *vm, const struct args *args, struct value *ret)
{
	const struct tensor *t = array_outline(args->self);
	struct diag diag;
	int dim, r;

	if (args->v[0].kind == VALUE_NONE)
		return get_shape(vm, args, ret);
	r = array_arg_dim(vm, args->v[0], &dim);
	if (r < 0)
		return r;
	if (reduce_dim(dim, t->ndim, &dim, &diag) < 0)
		return vm_engine_error(vm, &diag, false);
	*ret = value_int(t->shape[dim]);
	return 0;
}

static const struct builtin size_method = {
    "size", "dim=None", "the shape, or one of its sizes", size_call, 0};

// NumPy's size is a number, PyTorch's a method.
static int get_size(struct vm *vm, const struct args *args, struct value *ret)
{
	struct bound *bound;
	struct value callee;
	int r;

	if (world_of(args->self) == WORLD_NUMPY) {
		*ret = value_int((int64_t)tensor_count(SELF(args)->value));
		return 0;
	}
	r = builtin_new(vm, &size_method, true, &callee);
	if (r < 0)
		return r;
	bound = object_new(&vm->heap, VALUE_BOUND, sizeof(*bound));
	if (!bound) {
		value_drop(callee);
		return vm_no_memory(vm);
	}
	bound->callee = callee;
	bound->self = value_ref(args->self);
	*ret = value_object(bound);
	return 0;
}

// which: 0 in elements, 1 in bytes
static int get_stride(struct vm *vm, const struct args *args, struct value *ret)
{
	const struct tensor *t = SELF(args)->value;
	struct tuple *tuple;
	struct diag diag;
	int dim, r;

	if (!args->def->which && args->v[0].kind != VALUE_NONE) {
		r = array_arg_dim(vm, args->v[0], &dim);
		if (r == 0 && reduce_dim(dim, t->ndim, &dim, &diag) < 0)
			r = vm_engine_error(vm, &diag, false);
		if (r == 0)
			*ret = value_int(t->ndim ? t->stride[dim] : 1);
		return r;
	}
	tuple = tuple_new(&vm->heap, (size_t)t->ndim);
	if (!tuple)
		return vm_no_memory(vm);
	for (int d = 0; d < t->ndim; d++)
		tuple->items[d] = value_int(
		    t->stride[d] * (args->def->which ? (int64_t)dtype_size(t->dtype) : 1));
	*ret = value_object(tuple);
	return 0;
}

static int get_grad(struct vm *vm, const struct args *args, struct value *ret)
{
	if (!SELF(args)->grad) {
		*ret = value_none();
		return 0;
	}
	return array_take(vm, var_ref(SELF(args)->grad), ret);
}

// which: 0 requires_grad, 1 is_leaf, 2 is_cuda
static int get_flag(struct vm *vm, const struct args *args, struct value *ret)
{
	(void)vm;
	*ret = value_bool(args->def->which == 0   ? SELF(args)->requires_grad
			  : args->def->which == 1 ? var_is_leaf(SELF(args))
						  : false);
	return 0;
}

static int get_grad_fn(struct vm *vm, const struct args *args, struct value *ret)
{
	const char *name = var_node_name(SELF(args));
	struct strbuf text = STRBUF_INIT;

	if (!name) {
		*ret = value_none();
		return 0;
	}
	strbuf_addf(&text, "<%s object>", name);
	return vm_str_take(vm, &text, 0, ret);
}

static int get_data(struct vm *vm, const struct args *args, struct value *ret)
{
	return array_take(
	    vm, args->def->which ? var_detach(SELF(args)) : var_data(SELF(args)), ret);
}

static int get_device(struct vm *vm, const struct args *args, struct value *ret)
{
	struct value *device = vm_global(vm, "torch:cpu_device");

	(void)args;
	if (device && device->kind != VALUE_UNSET) {
		*ret = value_ref(*device);
		return 0;
	}
	return vm_str(vm, "cpu", 3, ret);
}

/* -- converting ------------------------------------------------------------------------------- */

static int cast(struct vm *vm, struct value self, enum dtype dtype, bool always, struct value *ret)
{
	struct var *result = NULL;
	struct diag diag;
	int r;

	if (!always && AS_VAR(self)->value->dtype == dtype) {
		*ret = value_ref(self);
		return 0;
	}
	r = var_cast(AS_VAR(self), dtype, &result, &diag);
	return array_result(vm, r, &diag, result, AS_VAR(self)->world, ret);
}

int array_cast(struct vm *vm, struct value self, enum dtype dtype, struct value *ret)
{
	return cast(vm, self, dtype, true, ret);
}

static int convert_cast(struct vm *vm, const struct args *args, struct value *ret)
{
	return cast(vm, args->self, (enum dtype)args->def->which, false, ret);
}

static int convert_astype(struct vm *vm, const struct args *args, struct value *ret)
{
	int dtype, r = array_arg_dtype(vm, args->v[0], &dtype);

	if (r < 0)
		return r;
	if (dtype < 0)
		return vm_raise(vm, "TypeError", "astype() needs a dtype");
	return cast(vm, args->self, (enum dtype)dtype, true, ret);
}

// x.to(device), x.to(torch.float64), x.to(dtype=...), x.type(torch.float)
static int convert_to(struct vm *vm, const struct args *args, struct value *ret)
{
	struct value wanted = args->v[1].kind == VALUE_DTYPE ? args->v[1] : args->v[0];
	int dtype = -1, r = 0;

	if (wanted.kind == VALUE_TENSOR)
		dtype = (int)AS_VAR(wanted)->value->dtype;
	else if (wanted.kind == VALUE_DTYPE || wanted.kind == VALUE_CLASS)
		r = array_arg_dtype(vm, wanted, &dtype);
	else if (wanted.kind == VALUE_STR && strncmp(AS_STR(wanted)->text, "cuda", 4) == 0) {
		vm_raise(vm, "RuntimeError", "there is no CUDA device here");
		return vm_hint(vm, "use 'cpu', or ask torch.cuda.is_available() first");
	}
	if (r < 0)
		return r;
	if (dtype < 0) {
		*ret = value_ref(args->self);
		return 0;
	}
	return cast(vm, args->self, (enum dtype)dtype, false, ret);
}

static int convert_numpy(struct vm *vm, const struct args *args, struct value *ret)
{
	const struct var *x = SELF(args);

	if (x->requires_grad) {
		vm_raise(
		    vm, "RuntimeError", "numpy() does not work on a tensor that requires grad");
		return vm_hint(vm, "write x.detach().numpy()");
	}
	return array_take(vm, var_new_take(WORLD_NUMPY, tensor_share(x->value)), ret);
}

static int convert_item(struct vm *vm, const struct args *args, struct value *ret)
{
	return array_item(vm, args->self, ret);
}

static int convert_tolist(struct vm *vm, const struct args *args, struct value *ret)
{
	return array_to_list(vm, args->self, ret);
}

static int convert_self(struct vm *vm, const struct args *args, struct value *ret)
{
	(void)vm;
	*ret = value_ref(args->self);
	return 0;
}

// which: 0 clone, 1 contiguous
static int convert_clone(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x, *result = NULL;
	struct diag diag;
	enum world world;
	int r = array_arg_self(vm, args, &x);

	if (r < 0)
		return r;
	world = x->world;
	r = args->def->which ? var_contiguous(x, &result, &diag) : var_clone(x, &result, &diag);
	var_unref(x);
	return array_result(vm, r, &diag, result, world, ret);
}

static int convert_is_contiguous(struct vm *vm, const struct args *args, struct value *ret)
{
	(void)vm;
	*ret = value_bool(tensor_is_contiguous(SELF(args)->value));
	return 0;
}

/* -- gradients -------------------------------------------------------------------------------- */

static int grad_backward(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *gradient = NULL;
	struct diag diag;
	bool retain = false;
	int r = truth(vm, args->v[1], &retain);

	if (r == 0 && args->v[0].kind != VALUE_NONE)
		r = array_operand(vm, args->v[0], &gradient);
	if (r < 0)
		return r;
	r = var_backward(SELF(args), gradient, retain, &diag);
	var_unref(gradient);
	*ret = value_none();
	return r < 0 ? vm_engine_error(vm, &diag, false) : 0;
}

static int grad_requires(struct vm *vm, const struct args *args, struct value *ret)
{
	struct diag diag;
	bool on;
	int r = truth(vm, args->v[0], &on);

	if (r == 0 && var_set_requires_grad(SELF(args), on, &diag) < 0)
		r = vm_engine_error(vm, &diag, false);
	if (r == 0)
		*ret = value_ref(args->self);
	return r;
}

static int grad_retain(struct vm *vm, const struct args *args, struct value *ret)
{
	if (!var_is_leaf(SELF(args))) {
		vm_raise(vm, "NotImplementedError", "only leaves keep their gradient");
		return vm_hint(vm, "use torch.autograd.grad(loss, x)");
	}
	*ret = value_none();
	return 0;
}

/* -- filling in place -------------------------------------------------------------------------- */

static int fill_value(struct vm *vm, const struct args *args, struct value *ret)
{
	struct diag diag;
	double value = 0;
	int r = args->def->which ? vm_to_number(vm, args->v[0], "the value", &value) : 0;

	if (r == 0 && var_fill(SELF(args), value, &diag) < 0)
		r = vm_engine_error(vm, &diag, false);
	if (r == 0)
		*ret = value_ref(args->self);
	return r;
}

static int fill_copy(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *source;
	struct diag diag;
	int r = array_convert(vm, args->v[0], SELF(args)->world, &source);

	if (r < 0)
		return r;
	r = var_check_in_place(SELF(args), &diag);
	if (r == 0)
		r = var_assign(SELF(args), source, &diag);
	var_unref(source);
	if (r < 0)
		return vm_engine_error(vm, &diag, false);
	*ret = value_ref(args->self);
	return 0;
}

static int fill_random(struct vm *vm, const struct args *args, struct value *ret)
{
	struct diag diag;
	double a, b;
	int r = vm_to_number(vm, args->v[0], "the bound", &a);

	if (r == 0)
		r = vm_to_number(vm, args->v[1], "the bound", &b);
	if (r == 0 && var_check_in_place(SELF(args), &diag) < 0)
		r = vm_engine_error(vm, &diag, false);
	if (r < 0)
		return r;
	assemble_random(SELF(args)->value, &vm->rng, (enum fill_kind)args->def->which, a, b);
	*ret = value_ref(args->self);
	return 0;
}

const struct builtin array_value_methods[] = {
    {"shape", NULL, "the sizes of the dimensions", get_shape, 0},
    {"size", NULL, "the number of elements of an array; x.size() is the shape of a tensor",
	get_size, 0},
    {"dtype", NULL, "the type of the elements", get_dtype, 0},
    {"ndim", NULL, "the number of dimensions", get_number, 0},
    {"dim", "", "the number of dimensions", get_number, 0},
    {"numel", "", "the number of elements", get_number, 1},
    {"nelement", "", "the number of elements", get_number, 1},
    {"itemsize", NULL, "bytes of one element", get_number, 2},
    {"element_size", "", "bytes of one element", get_number, 2},
    {"nbytes", NULL, "bytes of all elements", get_number, 3},
    {"grad", NULL, "the gradient, or None before backward()", get_grad, 0},
    {"requires_grad", NULL, "are gradients computed for it?", get_flag, 0},
    {"is_leaf", NULL, "was it made by hand, not by an operator that is recorded?", get_flag, 1},
    {"is_cuda", NULL, "False", get_flag, 2},
    {"grad_fn", NULL, "the operator that it came from", get_grad_fn, 0},
    {"data", NULL, "the same elements without history", get_data, 0},
    {"detach", "", "the same elements without history", get_data, 1},
    {"device", NULL, "cpu", get_device, 0},
    {"float", "", "as float32", convert_cast, DTYPE_F32},
    {"int", "", "as int32", convert_cast, DTYPE_I32},
    {"short", "", "as int16", convert_cast, DTYPE_I16},
    {"char", "", "as int8", convert_cast, DTYPE_I8},
    {"byte", "", "as uint8", convert_cast, DTYPE_U8},
    {"double", "", "as float64", convert_cast, DTYPE_F64},
    {"long", "", "as int64", convert_cast, DTYPE_I64},
    {"bool", "", "as bool", convert_cast, DTYPE_BOOL},
    {"astype", "dtype", "a copy of another dtype", convert_astype, 0},
    {"to", "target=None, dtype=None, **options", "of another dtype; the device stays the CPU",
	convert_to, 0},
    {"type", "dtype=None", "of another dtype", convert_to, 0},
    {"type_as", "dtype=None", "of another tensor's dtype", convert_to, 0},
    {"cpu", "", "itself", convert_self, 0},
    {"numpy", "", "the same elements as a NumPy array", convert_numpy, 0},
    {"item", "", "the only element as a number", convert_item, 0},
    {"tolist", "", "the elements as nested lists", convert_tolist, 0},
    {"clone", "**options", "a copy", convert_clone, 0},
    {"copy", "", "a copy", convert_clone, 0},
    {"contiguous", "", "laid out row by row; a copy if it is not yet so", convert_clone, 1},
    {"is_contiguous", "", "is it laid out row by row?", convert_is_contiguous, 0},
    {"backward", "gradient=None, retain_graph=False, create_graph=False",
	"adds the gradients to the .grad of all leaves that it came from", grad_backward, 0},
    {"requires_grad_", "requires_grad=True", "asks for gradients", grad_requires, 0},
    {"retain_grad", "", "does nothing to a leaf, which keeps its gradient anyhow", grad_retain, 0},
    {"stride", "dim=None", "steps in elements from one place to the next", get_stride, 0},
    {"strides", NULL, "steps in bytes from one place to the next", get_stride, 1},
    {"fill_", "value", "sets every element", fill_value, 1},
    {"zero_", "", "sets every element to 0", fill_value, 0},
    {"copy_", "source", "takes over the elements of another", fill_copy, 0},
    {"uniform_", "low=0, high=1", "random numbers between two bounds", fill_random,
	FILL_KIND_UNIFORM},
    {"normal_", "mean=0, std=1", "random numbers, normally distributed", fill_random,
	FILL_KIND_NORMAL},
    {"random_", "low=0, high=1", "random whole numbers from low to below high", fill_random,
	FILL_KIND_INTEGERS},
    TABLE_END,
};
