// SPDX-License-Identifier: GPL-3.0-or-later
/* Reductions with NumPy's signatures, running sums, sorting, rounding, clipping. */
#include "config.h"

#include <math.h>

#include "base/alloc.h"
#include "notebook/array_numpy.h"

/* Where each signature has its arguments; -1: nowhere. */
struct places {
	signed char axis, dtype, out, ddof, keepdims, initial, where;
};

enum shape { SHAPE_SUM, SHAPE_MEAN, SHAPE_VAR, SHAPE_MAX, SHAPE_ALL, SHAPE_ARG };

static const struct places places[] = {
    [SHAPE_SUM] = {0, 1, 2, -1, 3, 4, 5},
    [SHAPE_MEAN] = {0, 1, 2, -1, 3, -1, 4},
    [SHAPE_VAR] = {0, 1, 2, 3, 4, -1, -1},
    [SHAPE_MAX] = {0, -1, 1, -1, 2, 3, 4},
    [SHAPE_ALL] = {0, -1, 1, -1, 2, -1, 3},
    [SHAPE_ARG] = {0, -1, 1, -1, 2, -1, -1},
};
#define SIGNATURE_SUM "axis=None, dtype=None, out=None, keepdims=False, initial=None, where=True"
#define SIGNATURE_MEAN "axis=None, dtype=None, out=None, keepdims=False, where=True"
#define SIGNATURE_VAR "axis=None, dtype=None, out=None, ddof=0, keepdims=False"
#define SIGNATURE_MAX "axis=None, out=None, keepdims=False, initial=None, where=True"
#define SIGNATURE_ALL "axis=None, out=None, keepdims=False, where=True"
#define SIGNATURE_ARG "axis=None, out=None, keepdims=False"

static struct value at(const struct args *args, int place)
{
	return place < 0 ? value_none() : args->v[place];
}

static bool is_true(struct value v)
{
	return v.kind == VALUE_BOOL && v.i;
}

// The element that changes nothing, for places that where= leaves out.
static int neutral(struct vm *vm, enum reduce_op op, struct value initial, struct value *ret)
{
	switch (op) {
	case REDUCE_SUM:
	case REDUCE_MEAN:
		*ret = value_int(0);
		return 0;
	case REDUCE_PROD:
		*ret = value_int(1);
		return 0;
	case REDUCE_ALL:
	case REDUCE_ANY:
		*ret = value_bool(op == REDUCE_ALL);
		return 0;
	default:
		*ret = initial;
		if (initial.kind != VALUE_NONE)
			return 0;
		vm_raise(vm, "ValueError", "%s() with where= needs initial=", reduce_op_name(op));
		return vm_hint(vm, "give the result for no elements, for example initial=0");
	}
}

static int masked(struct vm *vm, enum reduce_op op, struct value initial, struct var *mask,
    struct var **x)
{
	struct var *other = NULL, *mixed = NULL;
	struct value fill;
	struct diag diag;
	int r = neutral(vm, op, initial, &fill);

	if (r == 0)
		r = numpy_array(vm, fill, &other);
	if (r == 0 && var_where(mask, *x, other, &mixed, &diag) < 0)
		r = vm_engine_error(vm, &diag, true);
	var_unref(other);
	if (r < 0)
		return r;
	var_unref(*x);
	*x = mixed;
	return 0;
}

// initial= takes part in the result.
static int with_initial(struct vm *vm, enum reduce_op op, struct value initial, struct var **result)
{
	static const int joins[] = {[REDUCE_SUM] = BINARY_ADD, [REDUCE_PROD] = BINARY_MUL,
	    [REDUCE_MAX] = BINARY_MAXIMUM, [REDUCE_MIN] = BINARY_MINIMUM};
	struct var *other, *joined;
	struct diag diag;
	int r = numpy_array(vm, initial, &other);

	if (r < 0)
		return r;
	r = var_binary((enum binary_op)joins[op], *result, other, &joined, &diag);
	var_unref(other);
	if (r < 0)
		return vm_engine_error(vm, &diag, true);
	var_unref(*result);
	*result = joined;
	return 0;
}

static int reduce_where(struct vm *vm, const struct reduce_spec *spec, struct var *x, struct var *mask,
    struct var **ret)
{
	struct reduce_spec sum = *spec, count = *spec;
	struct var *parts[2] = {NULL}, *ones = NULL;
	struct diag diag;
	int r;

	sum.op = REDUCE_SUM;
	count.op = REDUCE_COUNT_NONZERO;
	r = var_expand(mask, x->value->ndim, x->value->shape, &ones, &diag);
	if (r == 0)
		r = var_reduce(&sum, x, &parts[0], &diag);
	if (r == 0)
		r = var_reduce(&count, ones, &parts[1], &diag);
	if (r == 0)
		r = var_binary(BINARY_DIV, parts[0], parts[1], ret, &diag);
	var_unref(ones);
	var_unref(parts[0]);
	var_unref(parts[1]);
	return r < 0 ? vm_engine_error(vm, &diag, true) : 0;
}

// The mean of the squared distances from the mean, step by step as NumPy does it: the last digit shows.
static int variance(const struct reduce_spec *spec, struct var *x, struct var **ret, struct diag *diag)
{
	struct reduce_spec mean = *spec, sum = *spec;
	struct var *at[5] = {NULL}, *divisor = NULL;
	double count;
	int r = var_cast(x, promote_float(WORLD_NUMPY, x->value->dtype), &at[0], diag);

	mean.op = REDUCE_MEAN;
	mean.keepdim = true;
	sum.op = REDUCE_SUM;
	if (r == 0)
		r = var_reduce(&mean, at[0], &at[1], diag);
	if (r == 0)
		r = var_binary(BINARY_SUB, at[0], at[1], &at[2], diag);
	if (r == 0)
		r = var_binary(BINARY_MUL, at[2], at[2], &at[3], diag);
	if (r == 0)
		r = var_reduce(&sum, at[3], &at[4], diag);
	if (r == 0) {
		count = (double)tensor_count(x->value) / (double)tensor_count(at[4]->value) - spec->correction;
		divisor = var_number(count > 0 ? count : 0);
		r = var_binary(BINARY_DIV, at[4], divisor, ret, diag);
	}
	for (size_t i = 0; i < ARRAY_LEN(at); i++)
		var_unref(at[i]);
	var_unref(divisor);
	if (r == 0 && spec->op == REDUCE_STD) {
		at[0] = *ret;
		r = var_unary(UNARY_SQRT, at[0], ret, diag);
		var_unref(at[0]);
	}
	return r;
}

static int empty_extreme(struct vm *vm, enum reduce_op op)
{
	vm_raise(vm, "ValueError", "zero-size array has no %s", op == REDUCE_MAX ? "maximum" : "minimum");
	return vm_hint(vm, "give initial=, or look at x.size first");
}

// `x` reduced as `spec` says, with where= and initial= of `args`.
static int reduce(struct vm *vm, const struct reduce_spec *spec, const struct args *args,
    const struct places *p, struct var **x, struct var **ret)
{
	struct value initial = at(args, p->initial), where = p->where < 0 ? value_bool(true) : args->v[p->where];
	bool extreme = spec->op == REDUCE_MAX || spec->op == REDUCE_MIN;
	bool squares = spec->op == REDUCE_VAR || spec->op == REDUCE_STD;
	struct var *mask = NULL;
	struct diag diag;
	int r = 0;

	if (extreme && tensor_count((*x)->value) == 0 && spec->count == 0) {
		if (initial.kind == VALUE_NONE)
			return empty_extreme(vm, spec->op);
		return numpy_array_as(vm, initial, (int)(*x)->value->dtype, ret);
	}
	if (!is_true(where)) {
		r = numpy_array_as(vm, where, DTYPE_BOOL, &mask);
		if (r == 0)
			r = masked(vm, spec->op, initial, mask, x);
	}
	if (r == 0 && mask && spec->op == REDUCE_MEAN)
		r = reduce_where(vm, spec, *x, mask, ret);
	else if (r == 0 && (squares ? variance : var_reduce)(spec, *x, ret, &diag) < 0)
		r = vm_engine_error(vm, &diag, true);
	var_unref(mask);
	if (r == 0 && initial.kind != VALUE_NONE)
		r = with_initial(vm, spec->op, initial, ret);
	return r;
}

// which: an enum reduce_op and, from bit 8, an enum shape
static int reduction(struct vm *vm, const struct args *args, struct value *ret)
{
	const struct places *p = &places[args->def->which >> 8];
	struct reduce_spec spec = {.op = (enum reduce_op)(args->def->which & 0xff)};
	struct var *x = NULL, *result = NULL;
	int dtype, r = array_arg_dims(vm, at(args, p->axis), spec.dims, &spec.count);

	if (r == 0)
		r = truth(vm, at(args, p->keepdims), &spec.keepdim);
	if (r == 0 && p->ddof >= 0)
		r = vm_to_number(vm, args->v[p->ddof], "ddof", &spec.correction);
	if (r == 0)
		r = array_arg_dtype(vm, at(args, p->dtype), &dtype);
	if (r == 0)
		r = numpy_array_as(vm, args->self, dtype, &x);
	if (r == 0)
		r = reduce(vm, &spec, args, p, &x, &result);
	if (r == 0)
		r = numpy_result_out(vm, 0, NULL, result, at(args, p->out), ret);
	var_unref(x);
	return r;
}

// The array itself, flat where the axis is None.
static int along(struct vm *vm, struct value self, struct value axis, int dtype, int *ret_dim,
    struct var **ret)
{
	struct var *x, *flat;
	struct diag diag;
	int r = numpy_array_as(vm, self, dtype, &x);

	*ret_dim = 0;
	if (r < 0)
		return r;
	if (axis.kind != VALUE_NONE) {
		r = array_arg_dim(vm, axis, ret_dim);
		if (r == 0 && reduce_dim(*ret_dim, x->value->ndim, ret_dim, &diag) < 0)
			r = vm_engine_error(vm, &diag, true);
		*ret = x;
	} else {
		r = var_flatten(x, 0, -1, &flat, &diag) < 0 ? vm_engine_error(vm, &diag, true) : 0;
		*ret = r == 0 ? flat : NULL;
		var_unref(x);
		return r;
	}
	if (r < 0)
		var_unref(x);
	return r;
}

// which: an enum reduce_op; v: axis, dtype, out
static int cumulative(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x, *result = NULL;
	struct diag diag;
	int dim, dtype, r = array_arg_dtype(vm, args->v[1], &dtype);

	if (r == 0)
		r = along(vm, args->self, args->v[0], dtype, &dim, &x);
	if (r < 0)
		return r;
	r = var_cumulative((enum reduce_op)args->def->which, x, dim, &result, &diag);
	var_unref(x);
	return numpy_result_out(vm, r, &diag, result, args->v[2], ret);
}

// which: 0 np.sort, 1 argsort, 2 x.sort(), in place; v: axis, kind, order
static int sorted(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x, *values = NULL, *indices = NULL;
	struct diag diag;
	int dim, which = args->def->which, r = along(vm, args->self, args->v[0], -1, &dim, &x);

	if (r < 0)
		return r;
	r = var_sort(x, dim, false, &values, &indices, &diag);
	var_unref(x);
	if (r == 0 && which == 2) {
		r = var_assign(AS_VAR(args->self), values, &diag);
		*ret = value_none();
	}
	if (r == 0 && which != 2)
		return array_result(vm, 0, NULL, which ? (var_unref(values), indices) : (var_unref(indices), values),
		    WORLD_NUMPY, ret);
	var_unref(values);
	var_unref(indices);
	return r < 0 ? vm_engine_error(vm, &diag, true) : 0;
}

// v: decimals, out. Scaled, rounded to even, scaled back, as NumPy does.
static int rounded(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x = NULL, *scale = NULL, *steps[3] = {NULL};
	struct diag diag;
	int64_t decimals;
	bool down;
	int r = vm_to_int(vm, args->v[0], "decimals", &decimals);

	if (r == 0)
		r = numpy_array(vm, args->self, &x);
	if (r < 0)
		return r;
	down = decimals < 0;
	if (!dtype_is_float(x->value->dtype) && !down) {
		r = var_clone(x, &steps[0], &diag);
		var_unref(x);
		return numpy_result_out(vm, r, &diag, steps[0], args->v[1], ret);
	}
	scale = var_number(pow(10, (double)(down ? -decimals : decimals)));
	r = var_binary(down ? BINARY_DIV : BINARY_MUL, x, scale, &steps[0], &diag);
	if (r == 0)
		r = var_unary(UNARY_ROUND, steps[0], &steps[1], &diag);
	if (r == 0)
		r = var_binary(down ? BINARY_MUL : BINARY_DIV, steps[1], scale, &steps[2], &diag);
	if (r == 0 && steps[2]->value->dtype != x->value->dtype) {
		var_unref(steps[1]);
		steps[1] = steps[2];
		steps[2] = NULL;
		r = var_cast(steps[1], x->value->dtype, &steps[2], &diag);
	}
	var_unref(steps[0]);
	var_unref(steps[1]);
	var_unref(scale);
	var_unref(x);
	return numpy_result_out(vm, r, &diag, steps[2], args->v[1], ret);
}

// v: min, max, out: numbers, arrays or None
static int clipped(struct vm *vm, const struct args *args, struct value *ret)
{
	static const enum binary_op ops[] = {BINARY_MAXIMUM, BINARY_MINIMUM};
	struct var *x = NULL, *bound, *result;
	struct diag diag;
	int r = numpy_array(vm, args->self, &x);

	if (r == 0 && args->v[0].kind == VALUE_NONE && args->v[1].kind == VALUE_NONE) {
		r = vm_raise(vm, "ValueError", "clip() needs a lower or an upper bound");
	}
	for (int i = 0; r == 0 && i < 2; i++) {
		if (args->v[i].kind == VALUE_NONE)
			continue;
		r = numpy_array(vm, args->v[i], &bound);
		if (r < 0)
			break;
		r = var_binary(ops[i], x, bound, &result, &diag);
		var_unref(bound);
		if (r < 0) {
			r = vm_engine_error(vm, &diag, true);
			break;
		}
		var_unref(x);
		x = result;
	}
	if (r < 0) {
		var_unref(x);
		return r;
	}
	return numpy_result_out(vm, 0, NULL, x, args->v[2], ret);
}

#define REDUCTION(name, shape, help, op) \
	{name, SIGNATURE_##shape, help, reduction, REDUCE_##op | SHAPE_##shape << 8}
#define SORT "axis=-1, kind=None, order=None"

const struct builtin numpy_reductions[] = {
    REDUCTION("sum", SUM, "sum of all elements, or along an axis", SUM),
    REDUCTION("prod", SUM, "product of all elements, or along an axis", PROD),
    REDUCTION("mean", MEAN, "mean of all elements, or along an axis", MEAN),
    REDUCTION("var", VAR, "variance; the divisor is n - ddof", VAR),
    REDUCTION("std", VAR, "standard deviation; the divisor is n - ddof", STD),
    REDUCTION("max", MAX, "largest element", MAX),
    REDUCTION("min", MAX, "smallest element", MIN),
    REDUCTION("all", ALL, "are all elements true?", ALL),
    REDUCTION("any", ALL, "is any element true?", ANY),
    REDUCTION("argmax", ARG, "index of the largest element", ARGMAX),
    REDUCTION("argmin", ARG, "index of the smallest element", ARGMIN),
    {"cumsum", "axis=None, dtype=None, out=None", "running sums", cumulative, REDUCE_SUM},
    {"cumprod", "axis=None, dtype=None, out=None", "running products", cumulative, REDUCE_PROD},
    {"argsort", SORT, "the indices that sort it", sorted, 1},
    {"round", "decimals=0, out=None", "rounded, halves to the even neighbour", rounded, 0},
    TABLE_END,
};

/* What np has besides: as functions, whose first argument is self. */
const struct builtin numpy_functions[] = {
    REDUCTION("amax", MAX, "largest element", MAX),
    REDUCTION("amin", MAX, "smallest element", MIN),
    REDUCTION("count_nonzero", ARG, "number of elements that are not 0", COUNT_NONZERO),
    {"sort", SORT, "a sorted copy", sorted, 0},
    {"around", "decimals=0, out=None", "rounded, halves to the even neighbour", rounded, 0},
    {"round_", "decimals=0, out=None", "rounded, halves to the even neighbour", rounded, 0},
    {"clip", "a_min, a_max, out=None", "each element kept within [a_min, a_max]", clipped, 0},
    TABLE_END,
};

const struct builtin numpy_methods[] = {
    {"sort", SORT, "sorts in place", sorted, 2},
    {"clip", "min=None, max=None, out=None", "each element kept within [min, max]", clipped, 0},
    TABLE_END,
};
