// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * NumPy's universal functions: element by element, with broadcasting, out=, where= and dtype=. Most are
 * operators of the engine; those that only NumPy has are libm's functions, computed in double.
 */
#include "config.h"

#include "notebook/array_numpy.h"

#include <math.h>

#include "base/alloc.h"

typedef int (*compute_function)(int which, struct var **x, struct var **ret, struct diag *diag);

/* -- with operators of the engine ---------------------------------------------------------------- */

// NumPy 1.24 rounds integers to floats.
static bool rounds(int op)
{
	return op == UNARY_FLOOR || op == UNARY_CEIL || op == UNARY_ROUND || op == UNARY_TRUNC;
}

static int compute_unary(int which, struct var **x, struct var **ret, struct diag *diag)
{
	struct var *cast = NULL;
	int r = 0;

	if (rounds(which) && !dtype_is_float(x[0]->value->dtype))
		r = var_cast(x[0], DTYPE_F64, &cast, diag);
	if (r == 0)
		r = var_unary((enum unary_op)which, cast ? cast : x[0], ret, diag);
	var_unref(cast);
	return r;
}

static int compute_binary(int which, struct var **x, struct var **ret, struct diag *diag)
{
	return var_binary((enum binary_op)which, x[0], x[1], ret, diag);
}

/* -- with functions of libm ---------------------------------------------------------------------- */

static double degrees(double x) { return x * (180.0 / 3.14159265358979323846); }
static double radians(double x) { return x * (3.14159265358979323846 / 180.0); }
static double heaviside(double x, double middle) { return isnan(x) ? x : x == 0 ? middle : x > 0; }
static double log_add_exp(double a, double b)
{
	double high = fmax(a, b), low = fmin(a, b);

	return a == b ? a + log(2.0) : high + log1p(exp(low - high));
}

static double (*const functions1[])(double) = {asinh, acosh, atanh, cbrt, exp2, degrees, radians};
static double (*const functions2[])(double, double) = {hypot, fmod, copysign, fmax, fmin, heaviside,
    log_add_exp, nextafter, pow};
enum { MATH_ASINH, MATH_ACOSH, MATH_ATANH, MATH_CBRT, MATH_EXP2, MATH_DEGREES, MATH_RADIANS };
enum { MATH_HYPOT, MATH_FMOD, MATH_COPYSIGN, MATH_FMAX, MATH_FMIN, MATH_HEAVISIDE, MATH_LOGADDEXP,
    MATH_NEXTAFTER, MATH_POW };

// A copy in double, broadcast to a shape.
static int spread(struct var *x, int ndim, const int64_t *shape, struct tensor **ret, struct diag *diag)
{
	struct tensor *view;
	int r = tensor_view_broadcast(x->value, ndim, shape, &view, diag);

	if (r < 0)
		return r;
	r = tensor_cast(view, DTYPE_F64, ret, diag);
	tensor_free(view);
	return r;
}

// `made` (taken) as `dtype`.
static int settle(struct tensor *made, enum dtype dtype, struct var **ret, struct diag *diag)
{
	struct tensor *cast;
	int r;

	if (made->dtype == dtype) {
		*ret = var_new_take(WORLD_NUMPY, made);
		return 0;
	}
	r = tensor_cast(made, dtype, &cast, diag);
	tensor_free(made);
	if (r == 0)
		*ret = var_new_take(WORLD_NUMPY, cast);
	return r;
}

static int compute_math1(int which, struct var **x, struct var **ret, struct diag *diag)
{
	struct tensor *made;
	double *at;
	int r = tensor_cast(x[0]->value, DTYPE_F64, &made, diag);

	if (r < 0)
		return r;
	at = made->data;
	for (size_t i = 0; i < tensor_count(made); i++)
		at[i] = functions1[which](at[i]);
	return settle(made, promote_float(WORLD_NUMPY, x[0]->value->dtype), ret, diag);
}

// fmod, fmax and fmin of integers are integers; the others give floats.
static enum dtype math2_dtype(int which, struct var **x)
{
	struct promote_operand operands[2];
	enum dtype dtype;

	for (int i = 0; i < 2; i++)
		operands[i] = promote_operand_of(x[i]->value, false);
	dtype = promote_operands(WORLD_NUMPY, operands, 2);
	return which == MATH_FMOD || which == MATH_FMAX || which == MATH_FMIN ? dtype
		: promote_float(WORLD_NUMPY, dtype);
}

static int compute_math2(int which, struct var **x, struct var **ret, struct diag *diag)
{
	struct tensor *a = NULL, *b = NULL;
	enum dtype dtype = math2_dtype(which, x);
	int64_t shape[TENSOR_MAX_DIMS];
	int ndim, r = elementwise_shape(x[0]->value, x[1]->value, &ndim, shape, diag);

	if (r == 0)
		r = spread(x[0], ndim, shape, &a, diag);
	if (r == 0)
		r = spread(x[1], ndim, shape, &b, diag);
	if (r < 0) {
		tensor_free(a);
		return r;
	}
	for (size_t i = 0; i < tensor_count(a); i++) {
		double *at = (double *)a->data + i, y = ((double *)b->data)[i];

		*at = !dtype_is_float(dtype) && which == MATH_FMOD && y == 0 ? 0
									     : functions2[which](*at, y);
	}
	tensor_free(b);
	return settle(a, dtype, ret, diag);
}

/* -- calls --------------------------------------------------------------------------------------- */

// Where the mask is false: what `out` holds, or 0.
static int apply_mask(struct vm *vm, struct value where, struct value out, struct var **x)
{
	struct var *mask = NULL, *other = NULL, *mixed = NULL;
	struct diag diag;
	int r = numpy_array_as(vm, where, DTYPE_BOOL, &mask);

	if (r == 0)
		r = numpy_array(vm, out.kind == VALUE_TENSOR ? out : value_bool(false), &other);
	if (r == 0 && var_where(mask, *x, other, &mixed, &diag) < 0)
		r = vm_engine_error(vm, &diag, true);
	var_unref(mask);
	var_unref(other);
	var_unref(*x);
	*x = mixed;
	return r;
}

// A function of np on a tensor gives a tensor.
static int to_torch(struct vm *vm, struct value *ret)
{
	struct value array = *ret;
	int r;

	if (array.kind != VALUE_TENSOR)
		return 0;
	r = array_take(vm, var_new_take(WORLD_TORCH, tensor_share(AS_VAR(array)->value)), ret);
	value_drop(array);
	return r;
}

static bool is_torch(struct value v)
{
	return v.kind == VALUE_TENSOR && AS_VAR(v)->world == WORLD_TORCH;
}

// v: `count` operands, out, where, dtype
static int ufunc_call(struct vm *vm, const struct args *args, int count, compute_function compute,
    struct value *ret)
{
	struct value out = args->v[count], where = args->v[count + 1];
	struct var *x[2] = {NULL}, *result = NULL;
	struct diag diag;
	int dtype, r = array_arg_dtype(vm, args->v[count + 2], &dtype);

	if (r == 0 && out.kind == VALUE_TUPLE && AS_TUPLE(out)->count == 1)
		out = AS_TUPLE(out)->items[0];
	for (int i = 0; r == 0 && i < count; i++)
		r = numpy_array_as(vm, args->v[i], dtype, &x[i]);
	if (r == 0 && compute(args->def->which, x, &result, &diag) < 0)
		r = vm_engine_error(vm, &diag, true);
	if (r == 0 && !(where.kind == VALUE_BOOL && where.i))
		r = apply_mask(vm, where, out, &result);
	if (r == 0)
		r = numpy_result_out(vm, 0, NULL, result, out, ret);
	if (r == 0 && (is_torch(args->v[0]) || (count == 2 && is_torch(args->v[1]))) && out.kind == VALUE_NONE)
		r = to_torch(vm, ret);
	for (int i = 0; i < 2; i++)
		var_unref(x[i]);
	return r;
}

static int ufunc_unary(struct vm *vm, const struct args *args, struct value *ret)
{
	return ufunc_call(vm, args, 1, compute_unary, ret);
}

static int ufunc_binary(struct vm *vm, const struct args *args, struct value *ret)
{
	return ufunc_call(vm, args, 2, compute_binary, ret);
}

static int ufunc_math1(struct vm *vm, const struct args *args, struct value *ret)
{
	return ufunc_call(vm, args, 1, compute_math1, ret);
}

static int ufunc_math2(struct vm *vm, const struct args *args, struct value *ret)
{
	return ufunc_call(vm, args, 2, compute_math2, ret);
}

#define ONE "x, out=None, where=True, dtype=None, casting='same_kind'"
#define TWO "x1, x2, out=None, where=True, dtype=None, casting='same_kind'"
#define UNARY(name, help, op) {name, ONE, help, ufunc_unary, UNARY_##op}
#define BINARY(name, help, op) {name, TWO, help, ufunc_binary, BINARY_##op}
#define MATH1(name, help, op) {name, ONE, help, ufunc_math1, MATH_##op}
#define MATH2(name, help, op) {name, TWO, help, ufunc_math2, MATH_##op}

const struct builtin numpy_ufuncs[] = {
    UNARY("negative", "-x", NEG),
    UNARY("abs", "magnitude of each element", ABS),
    UNARY("absolute", "magnitude of each element", ABS),
    UNARY("fabs", "magnitude of each element", ABS),
    UNARY("sign", "-1, 0 or 1", SIGN),
    UNARY("square", "x * x", SQUARE),
    UNARY("floor", "the next whole number below", FLOOR),
    UNARY("ceil", "the next whole number above", CEIL),
    UNARY("rint", "the nearest whole number, halves to the even one", ROUND),
    UNARY("trunc", "without the fraction", TRUNC),
    UNARY("fix", "without the fraction", TRUNC),
    UNARY("invert", "~x", INVERT),
    UNARY("bitwise_not", "~x", INVERT),
    UNARY("exp", "e to the x", EXP),
    UNARY("expm1", "exp(x) - 1, exact near 0", EXPM1),
    UNARY("log", "natural logarithm", LOG),
    UNARY("log2", "logarithm to base 2", LOG2),
    UNARY("log10", "logarithm to base 10", LOG10),
    UNARY("log1p", "log(1 + x), exact near 0", LOG1P),
    UNARY("sqrt", "square root", SQRT),
    UNARY("sin", "sine", SIN),
    UNARY("cos", "cosine", COS),
    UNARY("tan", "tangent", TAN),
    UNARY("arcsin", "the angle with this sine", ASIN),
    UNARY("arccos", "the angle with this cosine", ACOS),
    UNARY("arctan", "the angle with this tangent", ATAN),
    UNARY("sinh", "hyperbolic sine", SINH),
    UNARY("cosh", "hyperbolic cosine", COSH),
    UNARY("tanh", "hyperbolic tangent", TANH),
    UNARY("logical_not", "is it 0?", NOT),
    UNARY("isnan", "is it not a number?", ISNAN),
    UNARY("isinf", "is it infinite?", ISINF),
    UNARY("isfinite", "is it neither infinite nor nan?", ISFINITE),
    MATH1("arcsinh", "inverse of sinh", ASINH),
    MATH1("arccosh", "inverse of cosh", ACOSH),
    MATH1("arctanh", "inverse of tanh", ATANH),
    MATH1("cbrt", "cube root", CBRT),
    MATH1("exp2", "2 to the x", EXP2),
    MATH1("rad2deg", "radians as degrees", DEGREES),
    MATH1("degrees", "radians as degrees", DEGREES),
    MATH1("deg2rad", "degrees as radians", RADIANS),
    MATH1("radians", "degrees as radians", RADIANS),
    BINARY("add", "x1 + x2", ADD),
    BINARY("subtract", "x1 - x2", SUB),
    BINARY("multiply", "x1 * x2", MUL),
    BINARY("divide", "x1 / x2", DIV),
    BINARY("true_divide", "x1 / x2", DIV),
    BINARY("floor_divide", "x1 // x2", FLOOR_DIV),
    BINARY("mod", "x1 % x2, with the sign of x2", MOD),
    BINARY("remainder", "x1 % x2, with the sign of x2", MOD),
    BINARY("power", "x1 ** x2", POW),
    BINARY("maximum", "the larger of each pair", MAXIMUM),
    BINARY("minimum", "the smaller of each pair", MINIMUM),
    BINARY("arctan2", "the angle of the point (x2, x1)", ATAN2),
    BINARY("equal", "x1 == x2", EQ),
    BINARY("not_equal", "x1 != x2", NE),
    BINARY("less", "x1 < x2", LT),
    BINARY("less_equal", "x1 <= x2", LE),
    BINARY("greater", "x1 > x2", GT),
    BINARY("greater_equal", "x1 >= x2", GE),
    BINARY("logical_and", "are both true?", LOGICAL_AND),
    BINARY("logical_or", "is one of them true?", LOGICAL_OR),
    BINARY("logical_xor", "is exactly one of them true?", LOGICAL_XOR),
    BINARY("bitwise_and", "x1 & x2", BIT_AND),
    BINARY("bitwise_or", "x1 | x2", BIT_OR),
    BINARY("bitwise_xor", "x1 ^ x2", BIT_XOR),
    MATH2("hypot", "sqrt(x1 * x1 + x2 * x2)", HYPOT),
    MATH2("fmod", "remainder with the sign of x1", FMOD),
    MATH2("copysign", "x1 with the sign of x2", COPYSIGN),
    MATH2("fmax", "the larger of each pair, ignoring nan", FMAX),
    MATH2("fmin", "the smaller of each pair, ignoring nan", FMIN),
    MATH2("heaviside", "0 below 0, 1 above, x2 at 0", HEAVISIDE),
    MATH2("logaddexp", "log(exp(x1) + exp(x2))", LOGADDEXP),
    MATH2("nextafter", "the next number from x1 towards x2", NEXTAFTER),
    MATH2("float_power", "x1 ** x2 in float64", POW),
    TABLE_END,
};
