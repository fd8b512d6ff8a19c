// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Operators of two operands on variables, in place too; where, clamp and their like; conversions
 * and copies. Unary operators are in var_unary.c.
 */
#include "config.h"

#include <math.h>

#include "engine/autograd_internal.h"
#include "engine/grad_calc.h"
#include "engine/var_ops.h"

/* Operators of two operands: call->saved is a, b, y. */

static int backward_add(const struct grad_call *call, struct diag *diag)
{
	(void)diag;
	for (int i = 0; i < 2; i++) {
		if (call->needed[i])
			call->grads[i] = tensor_share(call->grad);
	}
	return 0;
}

static int backward_sub(const struct grad_call *call, struct diag *diag)
{
	if (call->needed[0])
		call->grads[0] = tensor_share(call->grad);
	if (!call->needed[1])
		return 0;
	return elementwise_unary(UNARY_NEG, WORLD_TORCH, call->grad, &call->grads[1], diag);
}

static int backward_mul(const struct grad_call *call, struct diag *diag)
{
	int err = 0;

	for (int i = 0; i < 2 && err == 0; i++) {
		if (call->needed[i])
			err = elementwise_binary(BINARY_MUL, WORLD_TORCH, call->grad->dtype,
			    call->grad, call->saved[1 - i], &call->grads[i], diag);
	}
	return err;
}

static int backward_div(const struct grad_call *call, struct diag *diag)
{
	const struct tensor *g = call->grad, *a = call->saved[0], *b = call->saved[1], *t;
	struct grad_calc c = {.diag = diag};

	if (call->needed[0])
		calc_yield(&c, calc_binary(&c, BINARY_DIV, g, b), &call->grads[0]);
	if (call->needed[1]) {
		t = calc_binary(&c, BINARY_DIV, calc_cast(&c, a, g->dtype), b);
		t = calc_binary(&c, BINARY_DIV, t, b);
		t = calc_binary(&c, BINARY_MUL, g, t);
		calc_yield(&c, calc_unary(&c, UNARY_NEG, t), &call->grads[1]);
	}
	return calc_end(&c);
}

static int backward_mod(const struct grad_call *call, struct diag *diag)
{
	const struct tensor *g = call->grad, *t;
	struct grad_calc c = {.diag = diag};

	if (call->needed[0])
		calc_yield(&c, g, &call->grads[0]);
	if (call->needed[1]) {
		t = calc_cast(&c, call->saved[0], g->dtype);
		t = calc_binary(&c, BINARY_FLOOR_DIV, t, call->saved[1]);
		t = calc_binary(&c, BINARY_MUL, g, t);
		calc_yield(&c, calc_unary(&c, UNARY_NEG, t), &call->grads[1]);
	}
	return calc_end(&c);
}

/* g * b * a^(b-1), 0 where b is 0; g * y * log(a), 0 where a is 0 and b is not negative. */
static int backward_pow(const struct grad_call *call, struct diag *diag)
{
	const struct tensor *g = call->grad, *a, *b, *t, *zero;
	struct grad_calc c = {.diag = diag};

	a = call->saved[0] ? calc_cast(&c, call->saved[0], g->dtype) : NULL;
	b = call->saved[1] ? calc_cast(&c, call->saved[1], g->dtype) : NULL;
	zero = calc_number(&c, g->dtype, 0);
	if (call->needed[0]) {
		t = calc_binary(&c, BINARY_POW, a, calc_plus(&c, b, -1));
		t = calc_binary(&c, BINARY_MUL, g, calc_binary(&c, BINARY_MUL, b, t));
		t = calc_where(&c, calc_binary(&c, BINARY_EQ, b, zero), zero, t);
		calc_yield(&c, t, &call->grads[0]);
	}
	if (call->needed[1]) {
		t = calc_binary(&c, BINARY_MUL, call->saved[2], calc_unary(&c, UNARY_LOG, a));
		t = calc_where(&c,
		    calc_binary(&c, BINARY_LOGICAL_AND, calc_binary(&c, BINARY_EQ, a, zero),
			calc_binary(&c, BINARY_GE, b, zero)),
		    zero, t);
		calc_yield(&c, calc_binary(&c, BINARY_MUL, g, t), &call->grads[1]);
	}
	return calc_end(&c);
}

/* Where both are equal each gets half. */
static int backward_extreme(const struct grad_call *call, enum binary_op wins, struct diag *diag)
{
	const struct tensor *g = call->grad, *t, *half;
	struct grad_calc c = {.diag = diag};

	half = calc_scaled(&c, g, 0.5);
	for (int i = 0; i < 2; i++) {
		const struct tensor *x, *y;

		if (!call->needed[i])
			continue;
		x = calc_cast(&c, call->saved[i], g->dtype);
		y = calc_cast(&c, call->saved[1 - i], g->dtype);
		t = calc_where(
		    &c, calc_binary(&c, BINARY_EQ, x, y), half, calc_number(&c, g->dtype, 0));
		t = calc_where(&c, calc_binary(&c, wins, x, y), g, t);
		calc_yield(&c, t, &call->grads[i]);
	}
	return calc_end(&c);
}

static int backward_maximum(const struct grad_call *call, struct diag *diag)
{
	return backward_extreme(call, BINARY_GT, diag);
}

static int backward_minimum(const struct grad_call *call, struct diag *diag)
{
	return backward_extreme(call, BINARY_LT, diag);
}

static int backward_atan2(const struct grad_call *call, struct diag *diag)
{
	struct grad_calc c = {.diag = diag};
	const struct tensor *g = call->grad, *t, *a, *b;

	a = calc_cast(&c, call->saved[0], g->dtype);
	b = calc_cast(&c, call->saved[1], g->dtype);
	t = calc_binary(
	    &c, BINARY_ADD, calc_binary(&c, BINARY_MUL, a, a), calc_binary(&c, BINARY_MUL, b, b));
	t = calc_binary(&c, BINARY_DIV, g, t);
	if (call->needed[0])
		calc_yield(&c, calc_binary(&c, BINARY_MUL, t, b), &call->grads[0]);
	if (call->needed[1])
		calc_yield(&c, calc_unary(&c, UNARY_NEG, calc_binary(&c, BINARY_MUL, t, a)),
		    &call->grads[1]);
	return calc_end(&c);
}

#define KEEP_OTHER 1 // a is saved for b's gradient and b for a's
#define KEEP_BOTH 2
#define KEEP_RESULT 4

static const struct {
	struct grad_op op;
	int saves;
} binary_grads[BINARY_COUNT] = {
    [BINARY_ADD] = {{.name = "AddBackward0", .backward = backward_add}, 0},
    [BINARY_SUB] = {{.name = "SubBackward0", .backward = backward_sub}, 0},
    [BINARY_MUL] = {{.name = "MulBackward0", .backward = backward_mul}, KEEP_OTHER},
    [BINARY_DIV] = {{.name = "DivBackward0", .backward = backward_div}, KEEP_BOTH},
    [BINARY_MOD] = {{.name = "RemainderBackward0", .backward = backward_mod}, KEEP_BOTH},
    [BINARY_POW] = {{.name = "PowBackward0", .backward = backward_pow}, KEEP_BOTH | KEEP_RESULT},
    [BINARY_MAXIMUM] = {{.name = "MaximumBackward0", .backward = backward_maximum}, KEEP_BOTH},
    [BINARY_MINIMUM] = {{.name = "MinimumBackward0", .backward = backward_minimum}, KEEP_BOTH},
    [BINARY_ATAN2] = {{.name = "Atan2Backward0", .backward = backward_atan2}, KEEP_BOTH},
};

static enum world common_world(const struct var *a, const struct var *b)
{
	return a->weak ? b->world : a->world;
}

static enum dtype common_dtype(const struct var *a, const struct var *b)
{
	struct promote_operand operands[2];

	if (a->value->dtype == b->value->dtype && !a->weak && !b->weak)
		return a->value->dtype;
	operands[0] = promote_operand_of(a->value, a->weak);
	operands[1] = promote_operand_of(b->value, b->weak);
	return promote_operands(common_world(a, b), operands, 2);
}

int var_binary(enum binary_op op, struct var *a, struct var *b, struct var **ret, struct diag *diag)
{
	struct var *inputs[] = {a, b};
	int saves = binary_grads[op].saves, err;
	struct tensor *value, *saved[3] = {NULL};
	struct grad_record record = {.op = &binary_grads[op].op,
	    .inputs = inputs,
	    .input_count = 2,
	    .saved = saved,
	    .saved_count = saves & KEEP_RESULT ? 3 : saves ? 2 : 0};

	err = elementwise_binary(
	    op, common_world(a, b), common_dtype(a, b), a->value, b->value, &value, diag);
	if (err < 0)
		return err;
	if (!binary_grads[op].op.name || !autograd_needs(inputs, 2)) {
		*ret = var_new_take(common_world(a, b), value);
		return 0;
	}
	autograd_needs(&b, 1);
	if (saves & KEEP_BOTH || b->requires_grad)
		saved[0] = a->value;
	if (saves & KEEP_BOTH || a->requires_grad)
		saved[1] = b->value;
	if (b->requires_grad)
		saved[2] = value;
	if (op == BINARY_DIV && !b->requires_grad)
		saved[0] = NULL;
	*ret = autograd_result(&record, value);
	return 0;
}

static int check_result_fits(enum binary_op op, const struct var *a, const struct var *b,
    struct diag *diag)
{
	enum dtype to = a->value->dtype, from = common_dtype(a, b);

	if (op == BINARY_DIV)
		from = promote_float(a->world, from);
	if ((dtype_is_float(from) && !dtype_is_float(to)) ||
	    (to == DTYPE_BOOL && from != DTYPE_BOOL)) {
		diag_set(diag, ERR_FORMAT,
		    "a result of dtype %s cannot be put into a %s tensor in place",
		    dtype_name(from), dtype_name(to));
		diag_hint(diag, "make a new tensor, or convert this one first");
		return ERR_FORMAT;
	}
	return 0;
}

int var_binary_in_place(enum binary_op op, struct var *a, struct var *b, struct diag *diag)
{
	struct var *inputs[] = {a, b}, *result;
	int err;

	if ((err = var_check_in_place(a, diag)) < 0 ||
	    (err = check_result_fits(op, a, b, diag)) < 0)
		return err;
	if (!autograd_needs(inputs, 2)) {
		err = elementwise_in_place(op, a->world, a->value, b->value, diag);
		if (err == 0)
			autograd__changed(a, a->value, a);
		return err;
	}
	err = var_binary(op, a, b, &result, diag);
	if (err < 0)
		return err;
	err = tensor_same_shape(a->value, result->value) ? var_assign(a, result, diag) :
		diag_set(diag, ERR_SHAPE, "the result's shape does not fit in place");
	var_unref(result);
	return err;
}

static int backward_where(const struct grad_call *call, struct diag *diag)
{
	struct grad_calc c = {.diag = diag};
	const struct tensor *g = call->grad, *zero = calc_number(&c, g->dtype, 0);

	if (call->needed[0])
		calc_yield(&c, calc_where(&c, call->saved[0], g, zero), &call->grads[0]);
	if (call->needed[1])
		calc_yield(&c, calc_where(&c, call->saved[0], zero, g), &call->grads[1]);
	return calc_end(&c);
}

int var_where(struct var *condition, struct var *a, struct var *b, struct var **ret,
    struct diag *diag)
{
	static const struct grad_op op = {.name = "WhereBackward0", .backward = backward_where};
	struct var *inputs[] = {a, b};
	enum dtype dtype = common_dtype(a, b);
	struct grad_calc c = {.diag = diag};
	struct tensor *value;
	struct grad_record record = {.op = &op,
	    .inputs = inputs,
	    .input_count = 2,
	    .saved = &condition->value,
	    .saved_count = 1};
	int err;

	calc_yield(&c,
	    calc_where(&c, condition->value, calc_cast(&c, a->value, dtype),
		calc_cast(&c, b->value, dtype)),
	    &value);
	err = calc_end(&c);
	if (err == 0)
		*ret = autograd_result(&record, value);
	return err;
}

struct slope_args {
	double low, high; // clamp's bounds; a slope for leaky_relu, alpha for elu
};

static int backward_clamp(const struct grad_call *call, struct diag *diag)
{
	const struct slope_args *args = call->args;
	struct grad_calc c = {.diag = diag};
	const struct tensor *x = call->saved[0], *t = call->grad,
			    *zero = calc_number(&c, t->dtype, 0);

	if (!isnan(args->low))
		t = calc_where(&c,
		    calc_binary(&c, BINARY_GE, x, calc_number(&c, x->dtype, args->low)), t, zero);
	if (!isnan(args->high))
		t = calc_where(&c,
		    calc_binary(&c, BINARY_LE, x, calc_number(&c, x->dtype, args->high)), t, zero);
	calc_yield(&c, t, &call->grads[0]);
	return calc_end(&c);
}

static int record_slope(const struct grad_op *op, struct var *x, struct slope_args args,
    struct tensor *value, struct var **ret)
{
	struct grad_record record = {.op = op,
	    .inputs = &x,
	    .input_count = 1,
	    .saved = &x->value,
	    .saved_count = 1,
	    .args = &args};

	*ret = autograd_result(&record, value);
	return 0;
}

int var_clamp(struct var *x, double low, double high, struct var **ret, struct diag *diag)
{
	static const struct grad_op op = {.name = "ClampBackward0",
	    .backward = backward_clamp,
	    .args_size = sizeof(struct slope_args)};
	struct tensor *value;
	int err = elementwise_clamp(x->value, low, high, &value, diag);

	return err < 0 ? err : record_slope(&op, x, (struct slope_args){low, high}, value, ret);
}

static int backward_leaky_relu(const struct grad_call *call, struct diag *diag)
{
	const struct slope_args *args = call->args;
	const struct tensor *x = call->saved[0], *g = call->grad;
	struct grad_calc c = {.diag = diag};

	calc_yield(&c,
	    calc_where(&c, calc_binary(&c, BINARY_GT, x, calc_number(&c, x->dtype, 0)), g,
		calc_scaled(&c, g, args->low)),
	    &call->grads[0]);
	return calc_end(&c);
}

int var_leaky_relu(struct var *x, double slope, struct var **ret, struct diag *diag)
{
	static const struct grad_op op = {.name = "LeakyReluBackward0",
	    .backward = backward_leaky_relu,
	    .args_size = sizeof(struct slope_args)};
	struct grad_calc c = {.diag = diag};
	const struct tensor *t = x->value;
	struct tensor *value;
	int err;

	t = calc_where(&c, calc_binary(&c, BINARY_GT, t, calc_number(&c, t->dtype, 0)), t,
	    calc_scaled(&c, t, slope));
	calc_yield(&c, t, &value);
	err = calc_end(&c);
	return err < 0 ? err : record_slope(&op, x, (struct slope_args){.low = slope}, value, ret);
}

static int backward_elu(const struct grad_call *call, struct diag *diag)
{
	const struct slope_args *args = call->args;
	const struct tensor *x = call->saved[0], *g = call->grad, *t;
	struct grad_calc c = {.diag = diag};

	t = calc_scaled(&c, calc_unary(&c, UNARY_EXP, x), args->low);
	t = calc_binary(&c, BINARY_MUL, g, t);
	t = calc_where(&c, calc_binary(&c, BINARY_GT, x, calc_number(&c, x->dtype, 0)), g, t);
	calc_yield(&c, t, &call->grads[0]);
	return calc_end(&c);
}

int var_elu(struct var *x, double alpha, struct var **ret, struct diag *diag)
{
	static const struct grad_op op = {.name = "EluBackward0",
	    .backward = backward_elu,
	    .args_size = sizeof(struct slope_args)};
	struct grad_calc c = {.diag = diag};
	const struct tensor *t = x->value;
	struct tensor *value;
	int err;

	if (!dtype_is_float(t->dtype)) {
		diag_set(diag, ERR_FORMAT, "elu needs floats, not %s", dtype_name(t->dtype));
		diag_hint(diag, "convert it, for example with .float()");
		return ERR_FORMAT;
	}
	t = calc_where(&c, calc_binary(&c, BINARY_GT, t, calc_number(&c, t->dtype, 0)), t,
	    calc_scaled(&c, calc_unary(&c, UNARY_EXPM1, t), alpha));
	calc_yield(&c, t, &value);
	err = calc_end(&c);
	return err < 0 ? err : record_slope(&op, x, (struct slope_args){.low = alpha}, value, ret);
}

static int backward_same(const struct grad_call *call, struct diag *diag)
{
	(void)diag;
	call->grads[0] = tensor_share(call->grad);
	return 0;
}

int var_cast(struct var *x, enum dtype dtype, struct var **ret, struct diag *diag)
{
	static const struct grad_op op = {.name = "ToCopyBackward0", .backward = backward_same};
	struct grad_record record = {.op = &op, .inputs = &x, .input_count = 1};
	struct tensor *value;
	int err = tensor_cast(x->value, dtype, &value, diag);

	if (err == 0)
		*ret = autograd_result(&record, value);
	return err;
}

int var_clone(struct var *x, struct var **ret, struct diag *diag)
{
	return var_cast(x, x->value->dtype, ret, diag);
}

int var_contiguous(struct var *x, struct var **ret, struct diag *diag)
{
	if (!tensor_is_contiguous(x->value))
		return var_clone(x, ret, diag);
	*ret = var_ref(x);
	return 0;
}

int var_fill(struct var *x, double value, struct diag *diag)
{
	struct var *source;
	int err = var_check_in_place(x, diag);

	if (err < 0)
		return err;
	tensor_fill(x->value, value);
	source = var_number(value);
	autograd__changed(x, x->value, source);
	var_unref(source);
	return 0;
}
