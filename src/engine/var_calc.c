// SPDX-License-Identifier: GPL-3.0-or-later
/* Formulas over variables. */
#include "config.h"

#include "engine/var_calc.h"

struct var *vcalc_keep(struct var_calc *c, int err, struct var **result)
{
	if (c->err < 0 || err < 0) {
		c->err = c->err < 0 ? c->err : err;
		return NULL;
	}
	if (c->count == VAR_CALC_MAX)
		BUG("a formula of more than %d steps", VAR_CALC_MAX);
	c->owned[c->count++] = *result;
	return *result;
}

struct var *vcalc_binary(struct var_calc *c, enum binary_op op, struct var *a, struct var *b)
{
	struct var *result;

	if (c->err < 0)
		return NULL;
	return vcalc_keep(c, var_binary(op, a, b, &result, c->diag), &result);
}

struct var *vcalc_number(struct var_calc *c, enum binary_op op, struct var *a, double b)
{
	struct var *number, *result;
	int err;

	if (c->err < 0)
		return NULL;
	number = var_number(b);
	err = var_binary(op, a, number, &result, c->diag);
	var_unref(number);
	return vcalc_keep(c, err, &result);
}

struct var *vcalc_unary(struct var_calc *c, enum unary_op op, struct var *a)
{
	struct var *result;

	if (c->err < 0)
		return NULL;
	return vcalc_keep(c, var_unary(op, a, &result, c->diag), &result);
}

struct var *vcalc_reduce(struct var_calc *c, enum reduce_op op, struct var *a)
{
	struct reduce_spec spec = {.op = op};
	struct var *result;

	if (c->err < 0)
		return NULL;
	return vcalc_keep(c, var_reduce(&spec, a, &result, c->diag), &result);
}

struct var *vcalc_take(struct var_calc *c, struct tensor *value)
{
	struct var *constant = var_new_take(WORLD_TORCH, value);

	return vcalc_keep(c, 0, &constant);
}

int vcalc_end(struct var_calc *c, struct var *result, struct var **ret)
{
	if (c->err == 0)
		*ret = var_ref(result);
	for (int i = 0; i < c->count; i++)
		var_unref(c->owned[i]);
	c->count = 0;
	return c->err;
}
