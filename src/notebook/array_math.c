// SPDX-License-Identifier: GPL-3.0-or-later
/* Arithmetic and reductions: x.exp(), np.exp(x), torch.sum(x, dim=0), ... */
#include "config.h"

#include <math.h>
#include <string.h>

#include "notebook/array_later.h"

static int math_unary(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x, *result = NULL;
	struct diag diag;
	enum world world;
	int r = later_unary(vm, args->self, (enum unary_op)args->def->which, ret);

	if (r != 0)
		return r < 0 ? r : 0;
	r = array_arg_self(vm, args, &x);
	if (r < 0)
		return r;
	world = x->world;
	r = var_unary((enum unary_op)args->def->which, x, &result, &diag);
	var_unref(x);
	return array_scalar_result(vm, r, &diag, result, world, ret);
}

// x.exp_() and the like: computed, then assigned.
static int math_unary_in_place(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *result = NULL, *x = AS_VAR(args->self);
	struct diag diag;
	int r = var_check_in_place(x, &diag);

	if (r == 0)
		r = var_unary((enum unary_op)args->def->which, x, &result, &diag);
	if (r == 0) {
		r = var_assign(x, result, &diag);
		var_unref(result);
	}
	if (r < 0)
		return vm_engine_error(vm, &diag, false);
	*ret = value_ref(args->self);
	return 0;
}

static int math_binary(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *a, *b = NULL, *result = NULL;
	struct diag diag;
	enum world world;
	int r;

	if (args->self.kind != VALUE_TENSOR && args->v[0].kind == VALUE_TENSOR) {
		world = AS_VAR(args->v[0])->world;
		r = array_convert(vm, args->self, world, &a);
	} else {
		r = array_arg_self(vm, args, &a);
		world = r == 0 ? a->world : WORLD_NUMPY;
	}
	if (r < 0)
		return r;
	r = array_convert(vm, args->v[0], world, &b);
	if (r == 0) {
		r = var_binary((enum binary_op)args->def->which, a, b, &result, &diag);
		r = array_scalar_result(vm, r, &diag, result, world, ret);
	}
	var_unref(a);
	var_unref(b);
	return r;
}

// other * alpha: a new reference.
static int scaled(
    struct vm *vm, struct value other, struct value alpha, enum world world, struct var **ret)
{
	struct var *b = NULL, *factor = NULL;
	struct diag diag;
	int r = array_convert(vm, other, world, &b);

	if (r < 0 || alpha.kind == VALUE_NONE || alpha.kind == VALUE_UNSET) {
		*ret = b;
		return r;
	}
	r = array_operand(vm, alpha, &factor);
	if (r == 0 && var_binary(BINARY_MUL, b, factor, ret, &diag) < 0)
		r = vm_engine_error(vm, &diag, world == WORLD_NUMPY);
	var_unref(factor);
	var_unref(b);
	return r;
}

// torch.add(x, other, alpha=2)
static int math_scaled(struct vm *vm, const struct args *args, struct value *ret)
{
	struct args plain = *args;
	enum world world =
	    args->self.kind == VALUE_TENSOR ? AS_VAR(args->self)->world : WORLD_NUMPY;
	struct var *b;
	int r;

	if (args->v[1].kind == VALUE_NONE)
		return math_binary(vm, args, ret);
	r = scaled(vm, args->v[0], args->v[1], world, &b);
	if (r == 0)
		r = array_take(vm, b, &plain.v[0]);
	if (r == 0) {
		r = math_binary(vm, &plain, ret);
		value_drop(plain.v[0]);
	}
	return r;
}

// torch.div(x, other, rounding_mode='floor')
static int math_divide(struct vm *vm, const struct args *args, struct value *ret)
{
	struct args other = *args;
	struct builtin def = *args->def;
	struct value quotient;
	int r;

	other.def = &def;
	def.which = value_is_str(args->v[1], "floor") ? BINARY_FLOOR_DIV : BINARY_DIV;
	if (!value_is_str(args->v[1], "trunc")) {
		if (args->v[1].kind != VALUE_NONE && def.which == BINARY_DIV)
			return vm_raise(
			    vm, "RuntimeError", "rounding_mode must be None, 'floor' or 'trunc'");
		return math_binary(vm, &other, ret);
	}
	r = math_binary(vm, &other, &quotient);
	if (r < 0)
		return r;
	other = (struct args){.self = quotient, .def = &def};
	def.which = UNARY_TRUNC;
	r = math_unary(vm, &other, ret);
	value_drop(quotient);
	if (r == 0 && args->self.kind == VALUE_TENSOR &&
	    AS_VAR(args->self)->value->dtype == DTYPE_I64 && !(args->v[0].kind == VALUE_FLOAT)) {
		quotient = *ret;
		other.self = quotient;
		def.which = DTYPE_I64;
		r = array_cast(vm, quotient, DTYPE_I64, ret);
		value_drop(quotient);
	}
	return r;
}

static int math_binary_in_place(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *b = NULL;
	struct diag diag;
	int r = scaled(vm, args->v[0], args->v[1], AS_VAR(args->self)->world, &b);

	if (r < 0)
		return r;
	r = var_binary_in_place((enum binary_op)args->def->which, AS_VAR(args->self), b, &diag);
	var_unref(b);
	if (r < 0)
		return vm_engine_error(vm, &diag, AS_VAR(args->self)->world == WORLD_NUMPY);
	*ret = value_ref(args->self);
	return 0;
}

static int math_matmul(struct vm *vm, const struct args *args, struct value *ret)
{
	const char *name = args->def->name;
	const struct value operands[2] = {args->self, args->v[0]};

	// which: how many dimensions the two must have, in PyTorch's world; 0 where any will do.
	for (int i = 0; args->def->which && i < 2; i++) {
		int wanted = i ? args->def->which & 0xf : args->def->which >> 4;

		if (operands[i].kind != VALUE_TENSOR || AS_VAR(operands[i])->world != WORLD_TORCH ||
		    AS_VAR(operands[i])->value->ndim == wanted)
			continue;
		vm_raise(vm, "RuntimeError", "%s() needs a tensor with %d dimension%s, not %d",
		    name, wanted, wanted == 1 ? "" : "s", AS_VAR(operands[i])->value->ndim);
		return vm_hint(vm, "a @ b multiplies tensors of any dimensions");
	}
	return array_binary(vm, OP_MATMUL, args->self, args->v[0], ret);
}

const struct tuple_fields *array_fields(const char *name)
{
#define VALUES_INDICES(name)                                                                       \
	{                                                                                          \
		"torch.return_types." name,                                                        \
		{                                                                                  \
			"values", "indices"                                                        \
		}                                                                                  \
	}
	static const struct tuple_fields fields[] = {
	    VALUES_INDICES("max"),
	    VALUES_INDICES("min"),
	    VALUES_INDICES("sort"),
	    VALUES_INDICES("topk"),
	    VALUES_INDICES("median"),
	    VALUES_INDICES("mode"),
	    VALUES_INDICES("kthvalue"),
	    VALUES_INDICES("cummax"),
	    VALUES_INDICES("cummin"),
	    {"torch.return_types.aminmax", {"min", "max"}},
	};
#undef VALUES_INDICES

	for (size_t i = 0; name && i < sizeof(fields) / sizeof(fields[0]); i++)
		if (strcmp(strrchr(fields[i].type, '.') + 1, name) == 0)
			return &fields[i];
	return NULL;
}

int array_pair(struct vm *vm, struct var *a, struct var *b, const char *name, struct value *ret)
{
	struct tuple *pair = tuple_new(&vm->heap, 2);
	int r;

	if (!pair) {
		var_unref(a);
		var_unref(b);
		return vm_no_memory(vm);
	}
	r = array_take(vm, a, &pair->items[0]);
	if (r == 0)
		r = array_take(vm, b, &pair->items[1]);
	else
		var_unref(b);
	if (r < 0) {
		object_drop(pair);
		return r;
	}
	pair->fields = array_fields(name);
	*ret = value_object(pair);
	return 0;
}

// Torch's x.max(dim): values and indices.
static int extreme_pair(
    struct vm *vm, struct var *x, enum reduce_op op, int dim, bool keepdim, struct value *ret)
{
	struct var *values = NULL, *indices = NULL;
	struct diag diag;
	int r = var_extreme(op, x, dim, keepdim, &values, &indices, &diag);

	return r < 0 ? vm_engine_error(vm, &diag, false)
		     : array_pair(vm, values, indices, reduce_op_name(op), ret);
}

static int correction(struct vm *vm, const struct args *args, enum world world, double *ret)
{
	bool unbiased = world == WORLD_TORCH;
	int r = 0;

	if (args->v[2].kind == VALUE_BOOL)
		unbiased = args->v[2].i != 0;
	*ret = unbiased ? 1 : 0;
	for (int i = 3; r == 0 && i <= 4; i++) // correction=, ddof=
		if (value_is_number(args->v[i]))
			r = vm_to_number(vm, args->v[i], "the correction", ret);
	return r;
}

#define PLAIN 0x100 // in `which`: values without indices, along a dimension, too

static int reduce(struct vm *vm, const struct args *args, struct var *x, struct value *ret)
{
	struct reduce_spec spec = {.op = (enum reduce_op)(args->def->which & 0xff)};
	struct var *result = NULL, *cast = NULL;
	struct diag diag;
	int dtype = -1, r = array_arg_dims(vm, args->v[0], spec.dims, &spec.count);

	if (r == 0)
		r = truth(vm, args->v[1], &spec.keepdim);
	if (r == 0)
		r = correction(vm, args, x->world, &spec.correction);
	if (r == 0)
		r = array_arg_dtype(vm, args->v[5], &dtype);
	if (r == 0 && args->v[6].kind != VALUE_NONE) {
		vm_raise(vm, "NotImplementedError", "out= is not supported");
		r = vm_hint(vm, "assign the result");
	}
	if (r < 0)
		return r;
	if (x->world == WORLD_TORCH && !(args->def->which & PLAIN) && spec.count == 1 &&
	    (spec.op == REDUCE_MAX || spec.op == REDUCE_MIN))
		return extreme_pair(vm, x, spec.op, spec.dims[0], spec.keepdim, ret);
	r = dtype >= 0 ? var_cast(x, (enum dtype)dtype, &cast, &diag) : 0;
	if (r == 0)
		r = var_reduce(&spec, cast ? cast : x, &result, &diag);
	var_unref(cast);
	return array_scalar_result(vm, r, &diag, result, x->world, ret);
}

static int math_reduce(struct vm *vm, const struct args *args, struct value *ret)
{
	struct args binary = *args;
	struct builtin def = *args->def;
	struct var *x;
	int r;

	// torch.max(a, b) is element by element.
	if (args->v[0].kind == VALUE_TENSOR &&
	    (def.which == REDUCE_MAX || def.which == REDUCE_MIN)) {
		def.which = def.which == REDUCE_MAX ? BINARY_MAXIMUM : BINARY_MINIMUM;
		binary.def = &def;
		return math_binary(vm, &binary, ret);
	}
	r = array_arg_self(vm, args, &x);
	if (r < 0)
		return r;
	r = reduce(vm, args, x, ret);
	var_unref(x);
	return r;
}

static int math_norm(struct vm *vm, const struct args *args, struct value *ret)
{
	struct reduce_spec spec = {.op = REDUCE_NORM, .order = 2};
	struct var *x, *result = NULL;
	struct diag diag;
	enum world world;
	int r = array_arg_dims(vm, args->v[1], spec.dims, &spec.count);

	if (r == 0 && value_is_number(args->v[0]))
		r = vm_to_number(vm, args->v[0], "p", &spec.order);
	if (r == 0)
		r = truth(vm, args->v[2], &spec.keepdim);
	if (r == 0)
		r = array_arg_self(vm, args, &x);
	if (r < 0)
		return r;
	world = x->world;
	r = var_reduce(&spec, x, &result, &diag);
	var_unref(x);
	return array_scalar_result(vm, r, &diag, result, world, ret);
}

static int math_cumulative(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x, *flat = NULL, *result = NULL;
	struct diag diag;
	enum world world;
	int dim = 0, r = array_arg_self(vm, args, &x);

	if (r < 0)
		return r;
	world = x->world;
	if (args->v[0].kind == VALUE_NONE)
		r = var_flatten(x, 0, -1, &flat, &diag) < 0
			? vm_engine_error(vm, &diag, world == WORLD_NUMPY)
			: 0;
	else
		r = array_arg_dim(vm, args->v[0], &dim);
	if (r == 0) {
		r = var_cumulative(
		    (enum reduce_op)args->def->which, flat ? flat : x, dim, &result, &diag);
		r = array_result(vm, r, &diag, result, world, ret);
	}
	var_unref(flat);
	var_unref(x);
	return r;
}

static int math_softmax(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x, *result = NULL;
	struct diag diag;
	enum world world;
	int dim, r = array_arg_dim(vm, args->v[0], &dim);

	if (r == 0)
		r = array_arg_self(vm, args, &x);
	if (r < 0)
		return r;
	world = x->world;
	r = var_softmax(x, dim, args->def->which, &result, &diag);
	var_unref(x);
	return array_result(vm, r, &diag, result, world, ret);
}

static int math_clamp(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x, *result = NULL;
	double low = NAN, high = NAN;
	struct diag diag;
	enum world world;
	int r = args->v[0].kind == VALUE_NONE ? 0 : vm_to_number(vm, args->v[0], "min", &low);

	if (r == 0 && args->v[1].kind != VALUE_NONE)
		r = vm_to_number(vm, args->v[1], "max", &high);
	if (r == 0)
		r = array_arg_self(vm, args, &x);
	if (r < 0)
		return r;
	world = x->world;
	r = var_clamp(x, low, high, &result, &diag);
	if (r == 0 && args->def->which) {
		r = var_assign(x, result, &diag);
		var_unref(result);
		result = var_ref(x);
	}
	var_unref(x);
	return array_scalar_result(vm, r, &diag, result, world, ret);
}

static int math_round(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x, *scale, *scaled = NULL, *rounded = NULL, *result = NULL;
	struct diag diag;
	enum world world;
	int64_t decimals;
	int r = vm_to_int(vm, args->v[0], "decimals", &decimals);

	if (r == 0)
		r = array_arg_self(vm, args, &x);
	if (r < 0)
		return r;
	world = x->world;
	scale = var_number(pow(10, (double)decimals));
	if (decimals == 0)
		r = var_unary(UNARY_ROUND, x, &result, &diag);
	else if ((r = var_binary(BINARY_MUL, x, scale, &scaled, &diag)) == 0 &&
		 (r = var_unary(UNARY_ROUND, scaled, &rounded, &diag)) == 0)
		r = var_binary(BINARY_DIV, rounded, scale, &result, &diag);
	var_unref(scale);
	var_unref(scaled);
	var_unref(rounded);
	var_unref(x);
	return array_scalar_result(vm, r, &diag, result, world, ret);
}

#define REDUCTION                                                                                  \
	"dim=None, keepdim=False, unbiased=None, correction=None, ddof=None, dtype=None, *, "      \
	"out=None"

const struct builtin array_math_methods[] = {
#define UNARY_ENTRY(name, text, kind) {text, "", text " of each element", math_unary, UNARY_##name},
    UNARY_TABLE(UNARY_ENTRY)
#undef UNARY_ENTRY
	{"absolute", "", "magnitude of each element", math_unary, UNARY_ABS},
    {"negative", "", "each element negated", math_unary, UNARY_NEG},
#define BINARY_ENTRY(name, text, kind)                                                             \
	{text, "other", text " element by element", math_binary, BINARY_##name},
    BINARY_TABLE(BINARY_ENTRY)
#undef BINARY_ENTRY
	{"add", "other, alpha=None", "x + alpha * other", math_scaled, BINARY_ADD},
    {"sub", "other, alpha=None", "x - alpha * other", math_scaled, BINARY_SUB},
    {"subtract", "other, alpha=None", "x - alpha * other", math_scaled, BINARY_SUB},
    {"div", "other, rounding_mode=None", "x / other", math_divide, 0},
    {"arctan2", "other", "the angle of (other, x)", math_binary, BINARY_ATAN2},
    {"arctan", "", "arc tangent of each element", math_unary, UNARY_ATAN},
    {"arcsin", "", "arc sine of each element", math_unary, UNARY_ASIN},
    {"arccos", "", "arc cosine of each element", math_unary, UNARY_ACOS},
    {"fabs", "", "magnitude of each element", math_unary, UNARY_ABS},
    {"invert", "", "each bit inverted", math_unary, UNARY_INVERT},
    {"fix", "", "each element without its fraction", math_unary, UNARY_TRUNC},
    {"greater", "other", "x > other", math_binary, BINARY_GT},
    {"greater_equal", "other", "x >= other", math_binary, BINARY_GE},
    {"less", "other", "x < other", math_binary, BINARY_LT},
    {"less_equal", "other", "x <= other", math_binary, BINARY_LE},
    {"not_equal", "other", "x != other", math_binary, BINARY_NE},
    {"multiply", "other", "x * other", math_binary, BINARY_MUL},
    {"divide", "other, rounding_mode=None", "x / other", math_divide, 0},
    {"true_divide", "other", "x / other", math_binary, BINARY_DIV},
    {"power", "other", "x ** other", math_binary, BINARY_POW},
    {"mod", "other", "x % other", math_binary, BINARY_MOD},
    {"matmul", "other", "matrix product", math_matmul, 0},
    {"mm", "other", "matrix product", math_matmul, 0x22},
    {"bmm", "other", "matrix product of each pair", math_matmul, 0x33},
    {"mv", "other", "matrix times vector", math_matmul, 0x21},
    {"dot", "other", "scalar product, or matrix product", math_matmul, 0x11},
    {"sum", REDUCTION, "sum over all or the given dimensions", math_reduce, REDUCE_SUM},
    {"mean", REDUCTION, "mean over all or the given dimensions", math_reduce, REDUCE_MEAN},
    {"prod", REDUCTION, "product over all or the given dimensions", math_reduce, REDUCE_PROD},
    {"max", REDUCTION, "largest element; of a tensor along a dimension (values, indices)",
	math_reduce, REDUCE_MAX},
    {"min", REDUCTION, "smallest element; of a tensor along a dimension (values, indices)",
	math_reduce, REDUCE_MIN},
    {"amax", REDUCTION, "largest element", math_reduce, REDUCE_MAX | PLAIN},
    {"amin", REDUCTION, "smallest element", math_reduce, REDUCE_MIN | PLAIN},
    {"argmax", REDUCTION, "index of the largest element", math_reduce, REDUCE_ARGMAX},
    {"argmin", REDUCTION, "index of the smallest element", math_reduce, REDUCE_ARGMIN},
    {"all", REDUCTION, "are all elements true?", math_reduce, REDUCE_ALL},
    {"any", REDUCTION, "is any element true?", math_reduce, REDUCE_ANY},
    {"var", REDUCTION, "variance", math_reduce, REDUCE_VAR},
    {"std", REDUCTION, "standard deviation", math_reduce, REDUCE_STD},
    {"logsumexp", REDUCTION, "logarithm of the sum of exponentials", math_reduce, REDUCE_LOGSUMEXP},
    {"count_nonzero", REDUCTION, "number of elements that are not 0", math_reduce,
	REDUCE_COUNT_NONZERO},
    {"norm", "p=2, dim=None, keepdim=False", "Euclidean norm, or the p-norm", math_norm, 0},
    {"cumsum", "dim=None", "running sums along a dimension", math_cumulative, REDUCE_SUM},
    {"cumprod", "dim=None", "running products along a dimension", math_cumulative, REDUCE_PROD},
    {"softmax", "dim", "exponentials divided by their sum", math_softmax, 0},
    {"log_softmax", "dim", "logarithm of softmax", math_softmax, 1},
    {"clamp", "min=None, max=None", "each element kept within [min, max]", math_clamp, 0},
    {"clip", "min=None, max=None", "each element kept within [min, max]", math_clamp, 0},
    {"around", "decimals=0", "each element rounded", math_round, 0},
    {"around", "decimals=0", "each element rounded", math_round, 0},
    {"round", "decimals=0", "each element rounded, halves to the even neighbour", math_round, 0},
    TABLE_END,
};

const struct builtin array_place_methods[] = {
    {"add_", "other, alpha=None", "x += other", math_binary_in_place, BINARY_ADD},
    {"sub_", "other, alpha=None", "x -= other", math_binary_in_place, BINARY_SUB},
    {"mul_", "other", "x *= other", math_binary_in_place, BINARY_MUL},
    {"div_", "other", "x /= other", math_binary_in_place, BINARY_DIV},
    {"pow_", "other", "x **= other", math_binary_in_place, BINARY_POW},
    {"exp_", "", "exp in place", math_unary_in_place, UNARY_EXP},
    {"neg_", "", "-x in place", math_unary_in_place, UNARY_NEG},
    {"abs_", "", "magnitudes in place", math_unary_in_place, UNARY_ABS},
    {"relu_", "", "relu in place", math_unary_in_place, UNARY_RELU},
    {"sigmoid_", "", "sigmoid in place", math_unary_in_place, UNARY_SIGMOID},
    {"tanh_", "", "tanh in place", math_unary_in_place, UNARY_TANH},
    {"sqrt_", "", "square roots in place", math_unary_in_place, UNARY_SQRT},
    {"clamp_", "min=None, max=None", "clamp in place", math_clamp, 1},
    TABLE_END,
};
