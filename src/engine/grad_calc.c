// SPDX-License-Identifier: GPL-3.0-or-later
/* Formulas over tensors; each step is one call of an operator. */
#include "config.h"

#include "engine/grad_calc.h"

#include "engine/matmul.h"

const struct tensor *calc_keep(struct grad_calc *c, int err, struct tensor **result)
{
	if (c->err < 0 || err < 0) {
		c->err = c->err < 0 ? c->err : err;
		return NULL;
	}
	if (c->count == GRAD_CALC_MAX)
		BUG("a formula of more than %d steps", GRAD_CALC_MAX);
	c->owned[c->count++] = *result;
	return *result;
}

const struct tensor *calc_binary(struct grad_calc *c, enum binary_op op, const struct tensor *a,
    const struct tensor *b)
{
	struct tensor *result;

	if (c->err < 0)
		return NULL;
	return calc_keep(
	    c, elementwise_binary(op, WORLD_TORCH, a->dtype, a, b, &result, c->diag), &result);
}

const struct tensor *calc_number(struct grad_calc *c, enum dtype dtype, double value)
{
	struct tensor *result;
	int err;

	if (c->err < 0)
		return NULL;
	err = tensor_new_raw(dtype, 0, NULL, &result, c->diag);
	if (err == 0)
		tensor_fill(result, value);
	return calc_keep(c, err, &result);
}

static const struct tensor *with_number(
    struct grad_calc *c, enum binary_op op, const struct tensor *a, double value)
{
	return c->err < 0 ? NULL : calc_binary(c, op, a, calc_number(c, a->dtype, value));
}

const struct tensor *calc_scaled(struct grad_calc *c, const struct tensor *a, double factor)
{
	return with_number(c, BINARY_MUL, a, factor);
}

const struct tensor *calc_plus(struct grad_calc *c, const struct tensor *a, double summand)
{
	return with_number(c, BINARY_ADD, a, summand);
}

const struct tensor *calc_power(struct grad_calc *c, const struct tensor *a, double exponent)
{
	return with_number(c, BINARY_POW, a, exponent);
}

const struct tensor *calc_unary(struct grad_calc *c, enum unary_op op, const struct tensor *a)
{
	struct tensor *result;

	if (c->err < 0)
		return NULL;
	return calc_keep(c, elementwise_unary(op, WORLD_TORCH, a, &result, c->diag), &result);
}

const struct tensor *calc_where(struct grad_calc *c, const struct tensor *condition,
    const struct tensor *a, const struct tensor *b)
{
	struct tensor *result;

	if (c->err < 0)
		return NULL;
	return calc_keep(c, elementwise_where(condition, a, b, &result, c->diag), &result);
}

const struct tensor *calc_reduce(struct grad_calc *c, const struct reduce_spec *spec,
    const struct tensor *a)
{
	struct tensor *result;

	if (c->err < 0)
		return NULL;
	return calc_keep(c, reduce_tensor(spec, WORLD_TORCH, a, &result, c->diag), &result);
}

const struct tensor *calc_sum(struct grad_calc *c, const struct tensor *a, int dim)
{
	struct reduce_spec spec = {.op = REDUCE_SUM, .count = 1, .dims = {dim}, .keepdim = true};

	return calc_reduce(c, &spec, a);
}

const struct tensor *calc_matmul(
    struct grad_calc *c, const struct tensor *a, const struct tensor *b)
{
	struct tensor *result;

	if (c->err < 0)
		return NULL;
	return calc_keep(c, matmul(a, b, &result, c->diag), &result);
}

const struct tensor *calc_transposed(struct grad_calc *c, const struct tensor *a)
{
	struct tensor *result;

	if (c->err < 0)
		return NULL;
	return calc_keep(
	    c, tensor_view_transpose(a, a->ndim - 2, a->ndim - 1, &result, c->diag), &result);
}

const struct tensor *calc_reshaped(struct grad_calc *c, const struct tensor *a, int ndim,
    const int64_t *shape)
{
	struct tensor *result;

	if (c->err < 0)
		return NULL;
	return calc_keep(c, tensor_view_reshape(a, ndim, shape, &result, c->diag), &result);
}

const struct tensor *calc_broadcast(struct grad_calc *c, const struct tensor *a, int ndim,
    const int64_t *shape)
{
	struct tensor *result;

	if (c->err < 0)
		return NULL;
	return calc_keep(c, tensor_view_broadcast(a, ndim, shape, &result, c->diag), &result);
}

const struct tensor *calc_cast(struct grad_calc *c, const struct tensor *a, enum dtype dtype)
{
	struct tensor *result;

	if (c->err < 0 || a->dtype == dtype)
		return c->err < 0 ? NULL : a;
	return calc_keep(c, tensor_cast(a, dtype, &result, c->diag), &result);
}

void calc_yield(struct grad_calc *c, const struct tensor *result, struct tensor **ret)
{
	if (c->err == 0)
		*ret = tensor_share(result);
}

int calc_end(struct grad_calc *c)
{
	for (int i = 0; i < c->count; i++)
		tensor_free(c->owned[i]);
	c->count = 0;
	return c->err;
}
