// SPDX-License-Identifier: GPL-3.0-or-later
/* Functions that make arrays, and the modules np and torch: zeros, arange, rand, cat, pad, ... */
#include "config.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "notebook/array_args.h"
#include "notebook/module.h"
#include "notebook/scalar.h"

#define NUMPY 0x1000 // in `which`: the function is NumPy's

static enum world world_of(const struct args *args)
{
	return args->def->which & NUMPY ? WORLD_NUMPY : WORLD_TORCH;
}

static int finish(struct vm *vm, int r, const struct diag *diag, struct tensor *made, enum world world,
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
	r = tensor_new(dtype >= 0 ? (enum dtype)dtype : promote_default_float(world_of(args)), ndim, shape, &made, &diag);
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
	r = finish(vm, r, &diag, made, world_of(args), ret);
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
		def.which |= NUMPY;
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
		    : args->v[1].kind == VALUE_BOOL  ? DTYPE_BOOL
						     : (int)promote_default_float(world_of(args));
	r = assemble_full((enum dtype)dtype, ndim, shape, value, &made, &diag);
	r = finish(vm, r, &diag, made, world_of(args), ret);
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
		def.which |= NUMPY;
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
	enum world world = world_of(args);
	int dtype, r = array_arg_dtype(vm, args->v[1], &dtype);

	if (r < 0)
		return r;
	if (args->v[0].kind == VALUE_TENSOR && AS_VAR(args->v[0])->world == world && (args->def->which & 1) && dtype < 0) {
		*ret = value_ref(args->v[0]);
		return 0;
	}
	if (args->v[0].kind == VALUE_TENSOR && (args->def->which & 1) && dtype < 0)
		return array_take(vm, var_new_take(world, tensor_share(AS_VAR(args->v[0])->value)), ret);
	if (args->v[0].kind == VALUE_TENSOR) {
		r = var_cast(AS_VAR(args->v[0]), dtype >= 0 ? (enum dtype)dtype : AS_VAR(args->v[0])->value->dtype, &cast, &diag);
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
	return r < 0 ? r : ask_gradient(vm, args->v[2], ret);
}

static int make_from_numpy(struct vm *vm, const struct args *args, struct value *ret)
{
	if (args->v[0].kind != VALUE_TENSOR || AS_VAR(args->v[0])->world != WORLD_NUMPY) {
		vm_raise(vm, "TypeError", "from_numpy() needs a NumPy array, not a %s", value_type_name(args->v[0]));
		return vm_hint(vm, "use torch.tensor(...) for lists and numbers");
	}
	return array_take(vm, var_new_take(WORLD_TORCH, tensor_share(AS_VAR(args->v[0])->value)), ret);
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
		r = vm_to_number(vm, args->v[args->v[1].kind == VALUE_NONE ? 0 : 1], "arange()'s end", &stop);
	if (r == 0 && args->v[1].kind != VALUE_NONE)
		r = vm_to_number(vm, args->v[0], "arange()'s start", &start);
	if (r == 0)
		r = vm_to_number(vm, args->v[2], "arange()'s step", &step);
	if (r < 0)
		return r;
	if (dtype < 0)
		dtype = floats ? (int)promote_default_float(world_of(args)) : DTYPE_I64;
	r = assemble_arange((enum dtype)dtype, start, stop, step, &made, &diag);
	r = finish(vm, r, &diag, made, world_of(args), ret);
	return r < 0 ? r : ask_gradient(vm, args->v[4], ret);
}

// v: start, stop, num, dtype
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
	r = assemble_linspace(dtype >= 0 ? (enum dtype)dtype : promote_default_float(world_of(args)), start, stop, count,
	    &made, &diag);
	return finish(vm, r, &diag, made, world_of(args), ret);
}

// v: n, m, dtype
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
	r = assemble_eye(dtype >= 0 ? (enum dtype)dtype : promote_default_float(world_of(args)), n, m, &made, &diag);
	return finish(vm, r, &diag, made, world_of(args), ret);
}

// torch.randint(high, size), torch.randint(low, high, size); np.random.randint(low, high=None, size=None)
static int make_randint(struct vm *vm, const struct args *args, struct value *ret)
{
	struct value low = args->v[0], high = args->v[1], size = args->v[2];
	int64_t bounds[2] = {0, 0}, shape[TENSOR_MAX_DIMS];
	struct tensor *made = NULL;
	struct diag diag;
	int ndim = 0, r;

	if (!(args->def->which & NUMPY) && size.kind == VALUE_NONE) {
		size = high;
		high = value_none();
	}
	r = vm_to_int(vm, high.kind == VALUE_NONE ? low : high, "the bound", &bounds[1]);
	if (r == 0 && high.kind != VALUE_NONE)
		r = vm_to_int(vm, low, "the bound", &bounds[0]);
	if (r == 0 && bounds[0] >= bounds[1])
		r = vm_raise(vm, "ValueError", "randint() needs low < high");
	if (r == 0 && size.kind != VALUE_NONE)
		r = array_shape(vm, &size, 1, &ndim, shape);
	if (r < 0)
		return r;
	r = tensor_new(DTYPE_I64, ndim, shape, &made, &diag);
	if (r == 0)
		assemble_random(made, &vm->rng, FILL_KIND_INTEGERS, (double)bounds[0], (double)bounds[1]);
	r = finish(vm, r, &diag, made, world_of(args), ret);
	if (r == 0 && ndim == 0 && (args->def->which & NUMPY)) {
		struct value array = *ret;

		r = array_item(vm, array, ret);
		value_drop(array);
	}
	return r;
}

static int make_randperm(struct vm *vm, const struct args *args, struct value *ret)
{
	struct tensor *made = NULL;
	struct diag diag;
	int64_t n;
	int r = vm_to_int(vm, args->v[0], "n", &n);

	if (r < 0)
		return r;
	r = assemble_permutation(n, &vm->rng, &made, &diag);
	return finish(vm, r, &diag, made, world_of(args), ret);
}

// np.random.uniform(low, high, size), np.random.normal(mean, std, size)
static int make_random_of(struct vm *vm, const struct args *args, struct value *ret)
{
	int64_t shape[TENSOR_MAX_DIMS];
	struct tensor *made = NULL;
	struct diag diag;
	double a, b;
	int ndim = 0, r = vm_to_number(vm, args->v[0], "the first argument", &a);

	if (r == 0)
		r = vm_to_number(vm, args->v[1], "the second argument", &b);
	if (r == 0 && args->v[2].kind != VALUE_NONE)
		r = array_shape(vm, &args->v[2], 1, &ndim, shape);
	if (r < 0)
		return r;
	r = tensor_new(DTYPE_F64, ndim, shape, &made, &diag);
	if (r == 0)
		assemble_random(made, &vm->rng, (enum fill_kind)(args->def->which & 0xff), a, b);
	return array_scalar_result(vm, r, &diag, r == 0 ? var_new_take(WORLD_NUMPY, made) : NULL, WORLD_NUMPY, ret);
}

static int make_seed(struct vm *vm, const struct args *args, struct value *ret)
{
	int64_t seed;
	int r = vm_to_int(vm, args->v[0], "the seed", &seed);

	if (r == 0)
		rng_seed(&vm->rng, (uint64_t)seed);
	*ret = value_none();
	return r;
}

#define JOIN_MAX 4096

// which: 0 cat, 1 stack
static int make_join(struct vm *vm, const struct args *args, struct value *ret)
{
	struct value list;
	struct var **parts = NULL, *result = NULL;
	struct diag diag;
	size_t count, made = 0;
	int dim, r = array_arg_dim(vm, args->v[1], &dim);

	if (r == 0)
		r = iter_to_list(vm, args->v[0], &list);
	if (r < 0)
		return r;
	count = AS_LIST(list)->count;
	parts = mem_zalloc(count + 1, sizeof(*parts));
	if (!parts)
		r = vm_no_memory(vm);
	else if (count == 0)
		r = vm_raise(vm, "ValueError", "there is nothing to join");
	for (; r == 0 && made < count; made++) {
		r = array_convert(vm, AS_LIST(list)->items[made], world_of(args), &parts[made]);
		if (r < 0)
			break;
	}
	if (r == 0) {
		r = args->def->which & 1 ? var_stack(parts, count, dim, &result, &diag)
					 : var_cat(parts, count, dim, &result, &diag);
		r = array_result(vm, r, &diag, result, world_of(args), ret);
	}
	for (size_t i = 0; parts && i < made; i++)
		var_unref(parts[i]);
	mem_free(parts);
	value_drop(list);
	return r;
}

static int make_where(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *parts[3] = {NULL}, *result = NULL;
	enum world world = world_of(args);
	struct diag diag;
	int r = 0;

	if (args->v[1].kind == VALUE_UNSET || args->v[2].kind == VALUE_UNSET)
		return vm_raise(vm, "TypeError", "where() needs a condition and two values");
	for (int i = 0; r == 0 && i < 3; i++)
		r = array_convert(vm, args->v[i], world, &parts[i]);
	if (r == 0) {
		r = var_where(parts[0], parts[1], parts[2], &result, &diag);
		r = array_result(vm, r, &diag, result, world, ret);
	}
	for (int i = 0; i < 3; i++)
		var_unref(parts[i]);
	return r;
}

static int pad_mode(struct vm *vm, struct value v, enum pad_mode *ret)
{
	static const struct {
		const char *name;
		enum pad_mode mode;
	} modes[] = {
		{"constant", PAD_MODE_CONSTANT}, {"zeros", PAD_MODE_CONSTANT}, {"reflect", PAD_MODE_REFLECT},
		{"edge", PAD_MODE_REPLICATE}, {"replicate", PAD_MODE_REPLICATE}, {"wrap", PAD_MODE_CIRCULAR},
		{"circular", PAD_MODE_CIRCULAR},
	};

	for (size_t i = 0; i < ARRAY_LEN(modes); i++)
		if (value_is_str(v, modes[i].name)) {
			*ret = modes[i].mode;
			return 0;
		}
	vm_raise(vm, "ValueError", "this padding mode does not exist");
	return vm_hint(vm, "the modes are constant, reflect, edge or replicate, wrap or circular");
}

// np.pad's widths: a number, (before, after), or a pair for each dimension.
static int pad_widths(struct vm *vm, struct value v, int ndim, int64_t *before, int64_t *after)
{
	struct value *items, *pair;
	size_t count, two;
	int64_t n;
	int r = 0;

	if (!value_items(v, &items, &count)) {
		r = vm_to_int(vm, v, "the width", &n);
		for (int d = 0; r == 0 && d < ndim; d++)
			before[d] = after[d] = n;
		return r;
	}
	for (int d = 0; r == 0 && d < ndim; d++) {
		if (count == 2 && !value_items(items[0], &pair, &two)) {
			pair = items;
			two = 2;
		} else if ((count != (size_t)ndim && count != 1) ||
		    !value_items(items[count == 1 ? 0 : d], &pair, &two)) {
			two = 0;
		}
		if (two != 2) {
			vm_raise(vm, "ValueError", "pad() needs a pair (before, after) for each of the %d dimensions", ndim);
			return vm_hint(vm, "write np.pad(x, ((1, 1), (2, 2)))");
		}
		r = vm_to_int(vm, pair[0], "the width", &before[d]);
		if (r == 0)
			r = vm_to_int(vm, pair[1], "the width", &after[d]);
		if (r == 0 && (before[d] < 0 || after[d] < 0))
			r = vm_raise(vm, "ValueError", "np.pad()'s widths cannot be negative");
	}
	return r;
}

// F.pad's widths: (left, right, top, bottom, ...), from the last dimension on.
static int pad_pairs(struct vm *vm, struct value v, int ndim, int64_t *before, int64_t *after)
{
	struct value *items;
	size_t count;
	int r = 0;

	if (!value_items(v, &items, &count) || count % 2 || count / 2 > (size_t)ndim) {
		vm_raise(vm, "ValueError", "pad() needs pairs of widths, the last dimension's first");
		return vm_hint(vm, "write F.pad(x, (left, right, top, bottom))");
	}
	for (size_t i = 0; r == 0 && i < count; i++)
		r = vm_to_int(vm, items[i], "the width", i % 2 ? &after[ndim - 1 - (int)i / 2] : &before[ndim - 1 - (int)i / 2]);
	return r;
}

// v: x, widths, mode, value
static int make_pad(struct vm *vm, const struct args *args, struct value *ret)
{
	int64_t before[TENSOR_MAX_DIMS] = {0}, after[TENSOR_MAX_DIMS] = {0};
	struct args other = *args;
	struct var *x, *result = NULL;
	struct diag diag;
	enum pad_mode mode = PAD_MODE_CONSTANT;
	enum world world = world_of(args);
	double value = 0;
	int r = pad_mode(vm, args->v[2], &mode);

	if (r == 0 && args->v[3].kind != VALUE_NONE)
		r = vm_to_number(vm, args->v[3], "the value", &value);
	other.self = args->v[0];
	if (r == 0)
		r = array_arg_self(vm, &other, &x);
	if (r < 0)
		return r;
	r = world == WORLD_NUMPY ? pad_widths(vm, args->v[1], x->value->ndim, before, after)
				 : pad_pairs(vm, args->v[1], x->value->ndim, before, after);
	if (r == 0) {
		r = var_pad(x, before, after, mode, value, &result, &diag);
		if (r == 0 && result->world != world) { // np.pad of a tensor gives an array
			struct var *array = var_new_take(world, tensor_share(result->value));

			var_unref(result);
			result = array;
		}
		r = array_result(vm, r, &diag, result, world, ret);
	}
	var_unref(x);
	return r;
}

static int make_one_hot(struct vm *vm, const struct args *args, struct value *ret)
{
	struct tensor *made = NULL;
	struct diag diag;
	int64_t classes;
	int r = vm_to_int(vm, args->v[1], "num_classes", &classes);

	if (r == 0 && args->v[0].kind != VALUE_TENSOR)
		r = vm_raise(vm, "TypeError", "one_hot() needs a tensor of labels");
	if (r < 0)
		return r;
	r = index_one_hot(AS_VAR(args->v[0])->value, classes, &made, &diag);
	return finish(vm, r, &diag, made, WORLD_TORCH, ret);
}

// which: 0 equal, 1 allclose
static int test_equal(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *a = NULL, *b = NULL;
	double rtol = 1e-5, atol = 1e-8;
	bool equal;
	int r = array_convert(vm, args->v[0], world_of(args), &a);

	if (r == 0)
		r = array_convert(vm, args->v[1], world_of(args), &b);
	if (r == 0 && args->v[2].kind != VALUE_UNSET)
		r = vm_to_number(vm, args->v[2], "rtol", &rtol);
	if (r == 0 && args->v[3].kind != VALUE_UNSET)
		r = vm_to_number(vm, args->v[3], "atol", &atol);
	if (r == 0) {
		int64_t index[TENSOR_MAX_DIMS] = {0};
		size_t count = tensor_count(a->value);
		bool spread = tensor_count(b->value) == 1 && b->value->ndim == 0;

		equal = spread || tensor_same_shape(a->value, b->value);
		for (size_t i = 0; equal && i < count; i++) {
			double x = tensor_at(a->value, index), y = spread ? tensor_at(b->value, (int64_t[1]){0}) : tensor_at(b->value, index);

			equal = args->def->which & 1 ? x == y || fabs(x - y) <= atol + rtol * fabs(y) : x == y;
			for (int d = a->value->ndim - 1; d >= 0 && ++index[d] == a->value->shape[d]; d--)
				index[d] = 0;
		}
		*ret = value_bool(equal);
	}
	var_unref(a);
	var_unref(b);
	return r;
}

static int grad_mode(struct vm *vm, const struct args *args, struct value *ret)
{
	bool on;
	int r;

	if (args->v[0].kind == VALUE_UNSET) {
		*ret = value_bool(autograd_enabled());
		return 0;
	}
	r = truth(vm, args->v[0], &on);
	if (r == 0)
		*ret = value_bool(autograd_set_enabled(on));
	return r;
}

static int is_tensor(struct vm *vm, const struct args *args, struct value *ret)
{
	(void)vm;
	*ret = value_bool(args->v[0].kind == VALUE_TENSOR && AS_VAR(args->v[0])->world == WORLD_TORCH);
	return 0;
}

// Make a tensor a parameter: nn.Parameter.
static int make_parameter(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *made;
	struct diag diag;
	bool on;
	int r = truth(vm, args->v[1], &on);

	if (r == 0 && args->v[0].kind != VALUE_TENSOR)
		r = vm_raise(vm, "TypeError", "a parameter needs a tensor, not a %s", value_type_name(args->v[0]));
	if (r < 0)
		return r;
	made = var_new_take(WORLD_TORCH, tensor_share(AS_VAR(args->v[0])->value));
	made->parameter = true;
	if (on && var_set_requires_grad(made, true, &diag) < 0) {
		var_unref(made);
		return vm_engine_error(vm, &diag, false);
	}
	return array_take(vm, made, ret);
}

static int nothing(struct vm *vm, const struct args *args, struct value *ret)
{
	(void)vm;
	(void)args;
	*ret = value_none();
	return 0;
}

#define OPTIONS ", dtype=None, requires_grad=..., device=None, out=None"

static const struct builtin torch_functions[] = {
	{"tensor", "data, dtype=None, requires_grad=..., device=None", "a tensor of numbers or nested lists", make_tensor, 0},
	{"as_tensor", "data, dtype=None, requires_grad=..., device=None", "a tensor, sharing memory where it can", make_tensor, 1},
	{"from_numpy", "x", "a tensor that shares an array's memory", make_from_numpy, 0},
	{"zeros", "size=..., *more" OPTIONS, "zeros of a shape", make_filled, MAKE_ZEROS},
	{"ones", "size=..., *more" OPTIONS, "ones of a shape", make_filled, MAKE_ONES},
	{"empty", "size=..., *more" OPTIONS, "a tensor to be filled (with zeros so far)", make_filled, MAKE_EMPTY},
	{"rand", "size=..., *more" OPTIONS, "random numbers, uniform in [0, 1)", make_filled, MAKE_RAND},
	{"randn", "size=..., *more" OPTIONS, "random numbers, normally distributed", make_filled, MAKE_RANDN},
	{"zeros_like", "x, dtype=None, requires_grad=..., device=None", "zeros in the shape of x", make_like, MAKE_ZEROS},
	{"ones_like", "x, dtype=None, requires_grad=..., device=None", "ones in the shape of x", make_like, MAKE_ONES},
	{"empty_like", "x, dtype=None, requires_grad=..., device=None", "zeros in the shape of x", make_like, MAKE_EMPTY},
	{"rand_like", "x, dtype=None, requires_grad=..., device=None", "uniform random numbers in the shape of x", make_like, MAKE_RAND},
	{"randn_like", "x, dtype=None, requires_grad=..., device=None", "normal random numbers in the shape of x", make_like, MAKE_RANDN},
	{"full", "size, fill_value, dtype=None, requires_grad=..., device=None", "one number in every place", make_full, 0},
	{"full_like", "x, fill_value, dtype=None, requires_grad=..., device=None", "one number in every place", make_full_like, 0},
	{"arange", "start, end=None, step=1, dtype=None, requires_grad=..., device=None", "start, start + step, ... below end", make_arange, 0},
	{"linspace", "start, end, steps=100, dtype=None", "evenly spaced numbers, both ends included", make_linspace, 0},
	{"eye", "n, m=None, dtype=None", "the identity matrix", make_eye, 0},
	{"randint", "low, high=None, size=None, dtype=None, device=None", "random whole numbers from low to below high", make_randint, 0},
	{"randperm", "n", "0 to n - 1 in random order", make_randperm, 0},
	{"manual_seed", "seed", "makes the random numbers that follow reproducible", make_seed, 0},
	{"cat", "tensors, dim=0", "joined along a dimension", make_join, 0},
	{"concat", "tensors, dim=0", "joined along a dimension", make_join, 0},
	{"stack", "tensors, dim=0", "joined along a new dimension", make_join, 1},
	{"where", "condition, x=..., y=...", "x where the condition is true, y elsewhere", make_where, 0},
	{"equal", "a, b", "have both the same shape and elements?", test_equal, 0},
	{"allclose", "a, b, rtol=..., atol=...", "are all elements close?", test_equal, 1},
	{"is_tensor", "x", "is it a tensor?", is_tensor, 0},
	{"is_grad_enabled", "", "are operators recorded?", grad_mode, 0},
	{"set_num_threads", "n", "does nothing: --threads sets the threads", nothing, 0},
	{"set_printoptions", "**options", "does nothing", nothing, 0},
	{"_set_grad", "on", "switches recording on or off; what it was", grad_mode, 0},
	{"_parameter", "data, requires_grad=True", "a tensor that a module learns", make_parameter, 0},
	{"_pad", "x, pad, mode='constant', value=None", "x with a border", make_pad, 0},
	{"_one_hot", "labels, num_classes=-1", "rows with a 1 at each label", make_one_hot, 0},
	TABLE_END,
};

static const struct builtin numpy_functions[] = {
	{"array", "data, dtype=None", "an array of numbers or nested lists", make_tensor, NUMPY},
	{"asarray", "data, dtype=None", "an array, sharing memory where it can", make_tensor, NUMPY | 1},
	{"zeros", "shape, dtype=None", "zeros of a shape", make_filled, NUMPY | MAKE_ZEROS},
	{"ones", "shape, dtype=None", "ones of a shape", make_filled, NUMPY | MAKE_ONES},
	{"empty", "shape, dtype=None", "an array to be filled (with zeros so far)", make_filled, NUMPY | MAKE_EMPTY},
	{"zeros_like", "x, dtype=None", "zeros in the shape of x", make_like, MAKE_ZEROS},
	{"ones_like", "x, dtype=None", "ones in the shape of x", make_like, MAKE_ONES},
	{"empty_like", "x, dtype=None", "zeros in the shape of x", make_like, MAKE_EMPTY},
	{"full", "shape, fill_value, dtype=None", "one number in every place", make_full, NUMPY},
	{"full_like", "x, fill_value, dtype=None", "one number in every place", make_full_like, NUMPY},
	{"arange", "start, stop=None, step=1, dtype=None", "start, start + step, ... below stop", make_arange, NUMPY},
	{"linspace", "start, stop, num=50, dtype=None", "evenly spaced numbers, both ends included", make_linspace, NUMPY},
	{"eye", "n, m=None, dtype=None", "the identity matrix", make_eye, NUMPY},
	{"identity", "n, m=None, dtype=None", "the identity matrix", make_eye, NUMPY},
	{"concatenate", "arrays, axis=0", "joined along a dimension", make_join, NUMPY},
	{"stack", "arrays, axis=0", "joined along a new dimension", make_join, NUMPY | 1},
	{"where", "condition, x=..., y=...", "x where the condition is true, y elsewhere", make_where, NUMPY},
	{"pad", "x, pad_width, mode='constant', constant_values=None", "x with a border", make_pad, NUMPY},
	{"array_equal", "a, b", "have both the same shape and elements?", test_equal, NUMPY},
	{"allclose", "a, b, rtol=..., atol=...", "are all elements close?", test_equal, NUMPY | 1},
	TABLE_END,
};

static const struct builtin numpy_random[] = {
	{"seed", "seed", "makes the random numbers that follow reproducible", make_seed, 0},
	{"rand", "size=..., *more", "random numbers, uniform in [0, 1)", make_filled, NUMPY | MAKE_RAND},
	{"randn", "size=..., *more", "random numbers, normally distributed", make_filled, NUMPY | MAKE_RANDN},
	{"random", "size=...", "random numbers, uniform in [0, 1)", make_filled, NUMPY | MAKE_RAND},
	{"randint", "low, high=None, size=None", "random whole numbers from low to below high", make_randint, NUMPY},
	{"uniform", "low=0, high=1, size=None", "random numbers between two bounds", make_random_of, FILL_KIND_UNIFORM},
	{"normal", "loc=0, scale=1, size=None", "random numbers, normally distributed", make_random_of, FILL_KIND_NORMAL},
	{"permutation", "n", "0 to n - 1 in random order", make_randperm, NUMPY},
	TABLE_END,
};

static const struct {
	const char *name;
	int dtype;
} dtypes[] = {
	{"float32", DTYPE_F32}, {"float64", DTYPE_F64}, {"double", DTYPE_F64}, {"int64", DTYPE_I64},
	{"long", DTYPE_I64}, {"bool", DTYPE_BOOL},
};

static int add_constants(struct vm *vm, struct dict *into, bool numpy)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(dtypes); i++)
		r = builtin_set(vm, into, dtypes[i].name,
		    VALUE_OF(VALUE_DTYPE, i, dtypes[i].dtype | (numpy ? VALUE_DTYPE_NUMPY : 0)));
	if (r == 0)
		r = builtin_set(vm, into, "float",
		    VALUE_OF(VALUE_DTYPE, i, numpy ? DTYPE_F64 | VALUE_DTYPE_NUMPY : DTYPE_F32));
	if (r == 0)
		r = builtin_set(vm, into, "pi", value_float(3.14159265358979323846));
	if (r == 0)
		r = builtin_set(vm, into, "e", value_float(2.71828182845904523536));
	if (r == 0)
		r = builtin_set(vm, into, "inf", value_float(INFINITY));
	if (r == 0)
		r = builtin_set(vm, into, "nan", value_float(NAN));
	if (r == 0 && numpy)
		r = builtin_set(vm, into, "newaxis", value_none());
	return r;
}

// Methods serve as functions as well: torch.sum(x), np.exp(x).
static int add_methods(struct vm *vm, struct dict *into, const struct builtin *table)
{
	for (; table->name; table++) {
		struct value v;
		int r;

		if (!table->signature || strcmp(table->name, "float") == 0 || strcmp(table->name, "bool") == 0 ||
		    strcmp(table->name, "double") == 0 || strcmp(table->name, "long") == 0)
			continue;
		r = builtin_new(vm, table, true, &v);
		if (r == 0)
			r = builtin_set(vm, into, table->name, v);
		if (r < 0)
			return r;
	}
	return 0;
}

static int install_module(struct vm *vm, const char *name, const struct builtin *table, struct module **ret)
{
	int r = module_make(vm, name, ret);

	return r < 0 ? r : builtin_add_table(vm, (*ret)->attrs, table, false);
}

static int install_both(struct vm *vm, struct module *module, bool numpy)
{
	int r = add_methods(vm, module->attrs, array_math_methods);

	if (r == 0)
		r = add_methods(vm, module->attrs, array_shape_methods);
	if (r == 0)
		r = add_methods(vm, module->attrs, array_value_methods);
	if (r == 0)
		r = builtin_add_table(vm, module->attrs, numpy ? numpy_functions : torch_functions, false);
	if (r == 0)
		r = add_constants(vm, module->attrs, numpy);
	return r;
}

static int also_global(struct vm *vm, const char *name, struct module *module)
{
	return builtin_set_global(vm, name, value_object(object_ref(module)));
}

int array_install_functions(struct vm *vm)
{
	struct module *torch, *numpy, *other;
	int r = module_make(vm, "torch", &torch);

	if (r == 0)
		r = module_make(vm, "numpy", &numpy);
	if (r == 0)
		r = install_both(vm, torch, false);
	if (r == 0)
		r = install_both(vm, numpy, true);
	if (r == 0)
		r = install_module(vm, "numpy.random", numpy_random, &other);
	if (r == 0)
		r = also_global(vm, "torch", torch);
	if (r == 0)
		r = also_global(vm, "np", numpy);
	if (r == 0)
		r = install_module(vm, "time", scalar_time, &other);
	if (r == 0)
		r = also_global(vm, "time", other);
	if (r == 0)
		r = install_module(vm, "math", scalar_math, &other);
	if (r == 0)
		r = also_global(vm, "math", other);
	if (r == 0)
		r = add_constants(vm, other->attrs, false);
	return r;
}

int arrays_install(struct vm *vm)
{
	static const struct builtin *const tables[] = {array_math_methods, array_shape_methods, array_value_methods,
	    array_place_methods};
	struct dict *methods = dict_new(&vm->heap);
	int r = 0;

	if (!methods)
		return vm_no_memory(vm);
	vm->methods[VALUE_TENSOR] = methods;
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(tables); i++)
		r = builtin_add_table(vm, methods, tables[i], true);
	return r < 0 ? r : array_install_functions(vm);
}
