// SPDX-License-Identifier: GPL-3.0-or-later
/* Functions that make arrays: zeros, full, tensor, arange, linspace, eye, ... */
#include "config.h"

#include "notebook/array_args.h"

int array_made(struct vm *vm, int r, const struct diag *diag, struct tensor *made, enum world world,
    struct value *ret)
{
	return array_result(vm, r, diag, r == 0 ? var_new_take(world, made) : NULL, world, ret);
}

// requires_grad=True of torch's functions.
static int ask_gradient(struct vm *vm, struct value flag, struct value *ret)
{
	struct diag diag;
	bool on = false;
	int r;

	if (flag.kind == VALUE_UNSET)
		return 0;
	r = truth(vm, flag, &on);
	if (r == 0 && on && var_set_requires_grad(AS_VAR(*ret), true, &diag) < 0)
		r = vm_engine_error(vm, &diag, false);
	if (r < 0)
		value_drop(*ret);
	return r;
}

enum fill { MAKE_ZEROS, MAKE_ONES, MAKE_RAND, MAKE_RANDN, MAKE_EMPTY };

// v: size, dtype, requires_grad
static int make_filled(struct vm *vm, const struct args *args, struct value *ret)
{
	int64_t shape[TENSOR_MAX_DIMS];
	struct tensor *made = NULL;
	struct diag diag;
	int ndim = 0, dtype, r = 0;

	if (args->v[0].kind != VALUE_UNSET)
		r = array_arg_shape(vm, args, args->v[0], &ndim, shape);
	if (r == 0)
		r = array_arg_dtype(vm, args->v[1], &dtype);
	if (r < 0)
		return r;
	r = tensor_new(
	    dtype >= 0 ? (enum dtype)dtype : promote_default_float(array_arg_world(args)), ndim,
	    shape, &made, &diag);
	if (r == 0) {
		switch (args->def->which & 0xff) {
		case MAKE_ONES:
			tensor_fill(made, 1);
			break;
		case MAKE_RAND:
			assemble_random(made, &vm->rng, FILL_KIND_UNIFORM, 0, 1);
			break;
		case MAKE_RANDN:
			assemble_random(made, &vm->rng, FILL_KIND_NORMAL, 0, 1);
			break;
		default:
			break;
		}
	}
	r = array_made(vm, r, &diag, made, array_arg_world(args), ret);
	return r < 0 ? r : ask_gradient(vm, args->v[2], ret);
}

// v: x, dtype, requires_grad
static int make_like(struct vm *vm, const struct args *args, struct value *ret)
{
	struct args other = *args;
	struct builtin def = *args->def;
	struct value shape;
	struct var *x;
	int r;

	other.self = args->v[0];
	r = array_arg_self(vm, &other, &x);
	if (r == 0) {
		r = array_shape_value(vm, x->value, false, &shape);
		if (r < 0)
			var_unref(x);
	}
	if (r < 0)
		return r;
	if (args->v[1].kind == VALUE_NONE)
		other.v[1] = VALUE_OF(VALUE_DTYPE, i, x->value->dtype);
	if (x->world == WORLD_NUMPY)
		def.which |= ARRAY_NUMPY;
	other.def = &def;
	other.v[0] = shape;
	r = make_filled(vm, &other, ret);
	value_drop(shape);
	var_unref(x);
	return r;
}

// v: size, fill_value, dtype, requires_grad
static int make_full(struct vm *vm, const struct args *args, struct value *ret)
{
	int64_t shape[TENSOR_MAX_DIMS];
	struct tensor *made = NULL;
	struct diag diag;
	double value;
	int ndim, dtype, r = array_shape(vm, args->v, 1, &ndim, shape);

	if (r == 0)
		r = vm_to_number(vm, args->v[1], "fill_value", &value);
	if (r == 0)
		r = array_arg_dtype(vm, args->v[2], &dtype);
	if (r < 0)
		return r;
	if (dtype < 0)
		dtype = args->v[1].kind == VALUE_INT ? DTYPE_I64
			: args->v[1].kind == VALUE_BOOL
			    ? DTYPE_BOOL
			    : (int)promote_default_float(array_arg_world(args));
	r = assemble_full((enum dtype)dtype, ndim, shape, value, &made, &diag);
	r = array_made(vm, r, &diag, made, array_arg_world(args), ret);
	return r < 0 ? r : ask_gradient(vm, args->v[3], ret);
}

static int make_full_like(struct vm *vm, const struct args *args, struct value *ret)
{
	struct args other = *args;
	struct value shape;
	struct builtin def = *args->def;
	int r;

	if (args->v[0].kind != VALUE_TENSOR)
		return vm_raise(vm, "TypeError", "full_like() needs a tensor");
	r = array_shape_value(vm, AS_VAR(args->v[0])->value, false, &shape);
	if (r < 0)
		return r;
	if (AS_VAR(args->v[0])->world == WORLD_NUMPY)
		def.which |= ARRAY_NUMPY;
	other.def = &def;
	other.v[0] = shape;
	if (args->v[2].kind == VALUE_NONE)
		other.v[2] = VALUE_OF(VALUE_DTYPE, i, AS_VAR(args->v[0])->value->dtype);
	r = make_full(vm, &other, ret);
	value_drop(shape);
	return r;
}

// which: 0 tensor (copies), 1 as_tensor and np.asarray (share where they can)
static int make_tensor(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *made, *cast = NULL;
	struct diag diag;
	enum world world = array_arg_world(args);
	int dtype, r = array_arg_dtype(vm, args->v[1], &dtype);

	if (r < 0)
		return r;
	if (args->v[0].kind == VALUE_TENSOR && AS_VAR(args->v[0])->world == world &&
	    (args->def->which & 1) && dtype < 0) {
		*ret = value_ref(args->v[0]);
		return 0;
	}
	if (args->v[0].kind == VALUE_TENSOR && (args->def->which & 1) && dtype < 0)
		return array_take(
		    vm, var_new_take(world, tensor_share(AS_VAR(args->v[0])->value)), ret);
	if (args->v[0].kind == VALUE_TENSOR) {
		r = var_cast(AS_VAR(args->v[0]),
		    dtype >= 0 ? (enum dtype)dtype : AS_VAR(args->v[0])->value->dtype, &cast,
		    &diag);
		if (r < 0)
			return vm_engine_error(vm, &diag, world == WORLD_NUMPY);
		made = var_new_take(world, tensor_share(cast->value));
		var_unref(cast);
	} else {
		r = array_build(vm, args->v[0], world, dtype, &made);
		if (r < 0)
			return r;
	}
	r = array_take(vm, made, ret);
	return r < 0 || world == WORLD_NUMPY ? r : ask_gradient(vm, args->v[2], ret);
}

static int make_from_numpy(struct vm *vm, const struct args *args, struct value *ret)
{
	if (args->v[0].kind != VALUE_TENSOR || AS_VAR(args->v[0])->world != WORLD_NUMPY) {
		vm_raise(vm, "TypeError", "from_numpy() needs a NumPy array, not %s",
		    value_a_type(args->v[0]));
		return vm_hint(vm, "use torch.tensor(...) for lists and numbers");
	}
	return array_take(
	    vm, var_new_take(WORLD_TORCH, tensor_share(AS_VAR(args->v[0])->value)), ret);
}

// v: start, stop, step, dtype, requires_grad
static int make_arange(struct vm *vm, const struct args *args, struct value *ret)
{
	double start = 0, stop, step = 1;
	struct tensor *made = NULL;
	struct diag diag;
	bool floats = false;
	int dtype, r = array_arg_dtype(vm, args->v[3], &dtype);

	for (int i = 0; i < 3; i++)
		floats = floats || args->v[i].kind == VALUE_FLOAT;
	if (r == 0)
		r = vm_to_number(
		    vm, args->v[args->v[1].kind == VALUE_NONE ? 0 : 1], "arange()'s end", &stop);
	if (r == 0 && args->v[1].kind != VALUE_NONE)
		r = vm_to_number(vm, args->v[0], "arange()'s start", &start);
	if (r == 0)
		r = vm_to_number(vm, args->v[2], "arange()'s step", &step);
	if (r < 0)
		return r;
	if (array_arg_world(args) == WORLD_TORCH && (stop - start) * step < 0)
		return vm_raise(vm, "RuntimeError", "arange()'s step leads away from its end");
	if (dtype < 0)
		dtype = floats ? (int)promote_default_float(array_arg_world(args)) : DTYPE_I64;
	r = assemble_arange((enum dtype)dtype, start, stop, step, &made, &diag);
	r = array_made(vm, r, &diag, made, array_arg_world(args), ret);
	return r < 0 ? r : ask_gradient(vm, args->v[4], ret);
}

// v: start, stop, num, dtype
// v: start, stop, steps, dtype, requires_grad
static int make_linspace(struct vm *vm, const struct args *args, struct value *ret)
{
	double start, stop;
	struct tensor *made = NULL;
	struct diag diag;
	int64_t count;
	int dtype, r = array_arg_dtype(vm, args->v[3], &dtype);

	if (r == 0)
		r = vm_to_number(vm, args->v[0], "start", &start);
	if (r == 0)
		r = vm_to_number(vm, args->v[1], "stop", &stop);
	if (r == 0)
		r = vm_to_int(vm, args->v[2], "the number of points", &count);
	if (r < 0)
		return r;
	r = assemble_linspace(
	    dtype >= 0 ? (enum dtype)dtype : promote_default_float(array_arg_world(args)), start,
	    stop, count, &made, &diag);
	r = array_made(vm, r, &diag, made, array_arg_world(args), ret);
	return r < 0 ? r : ask_gradient(vm, args->v[4], ret);
}

// v: n, m, dtype
// v: n, m, dtype, requires_grad
static int make_eye(struct vm *vm, const struct args *args, struct value *ret)
{
	struct tensor *made = NULL;
	struct diag diag;
	int64_t n, m;
	int dtype, r = vm_to_int(vm, args->v[0], "the size", &n);

	m = n;
	if (r == 0 && args->v[1].kind != VALUE_NONE)
		r = vm_to_int(vm, args->v[1], "the size", &m);
	if (r == 0)
		r = array_arg_dtype(vm, args->v[2], &dtype);
	if (r < 0)
		return r;
	r = assemble_eye(
	    dtype >= 0 ? (enum dtype)dtype : promote_default_float(array_arg_world(args)), n, m,
	    &made, &diag);
	r = array_made(vm, r, &diag, made, array_arg_world(args), ret);
	return r < 0 ? r : ask_gradient(vm, args->v[3], ret);
}

#define OPTIONS ", dtype=None, requires_grad=..., device=None, out=None"

const struct builtin array_make_torch[] = {
    {"tensor", "data, dtype=None, requires_grad=..., device=None",
	"a tensor of numbers or nested lists", make_tensor, 0},
    {"as_tensor", "data, dtype=None, requires_grad=..., device=None",
	"a tensor, sharing memory where it can", make_tensor, 1},
    {"from_numpy", "x", "a tensor that shares an array's memory", make_from_numpy, 0},
    {"zeros", "size=..., *more" OPTIONS, "zeros of a shape", make_filled, MAKE_ZEROS},
    {"ones", "size=..., *more" OPTIONS, "ones of a shape", make_filled, MAKE_ONES},
    {"empty", "size=..., *more" OPTIONS, "a tensor to be filled (with zeros so far)", make_filled,
	MAKE_EMPTY},
    {"rand", "size=..., *more" OPTIONS, "random numbers, uniform in [0, 1)", make_filled,
	MAKE_RAND},
    {"randn", "size=..., *more" OPTIONS, "random numbers, normally distributed", make_filled,
	MAKE_RANDN},
    {"zeros_like", "x, dtype=None, requires_grad=..., device=None", "zeros in the shape of x",
	make_like, MAKE_ZEROS},
    {"ones_like", "x, dtype=None, requires_grad=..., device=None", "ones in the shape of x",
	make_like, MAKE_ONES},
    {"empty_like", "x, dtype=None, requires_grad=..., device=None", "zeros in the shape of x",
	make_like, MAKE_EMPTY},
    {"rand_like", "x, dtype=None, requires_grad=..., device=None",
	"uniform random numbers in the shape of x", make_like, MAKE_RAND},
    {"randn_like", "x, dtype=None, requires_grad=..., device=None",
	"normal random numbers in the shape of x", make_like, MAKE_RANDN},
    {"full", "size, fill_value, dtype=None, requires_grad=..., device=None",
	"one number in every place", make_full, 0},
    {"full_like", "x, fill_value, dtype=None, requires_grad=..., device=None",
	"one number in every place", make_full_like, 0},
    {"arange", "start, end=None, step=1, dtype=None, requires_grad=..., device=None",
	"start, start + step, ... below end", make_arange, 0},
    {"linspace", "start, end, steps=100, dtype=None, requires_grad=..., device=None",
	"evenly spaced numbers, both ends included",
	make_linspace, 0},
    {"eye", "n, m=None, dtype=None, requires_grad=..., device=None", "the identity matrix", make_eye, 0},
    TABLE_END,
};
