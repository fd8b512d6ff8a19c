// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Writing gradients as formulas. A calculation owns all intermediate tensors and remembers the
 *first error, after which every further step is a no-op that gives NULL:
 *
 *	struct grad_calc c = {.diag = diag};
 *	const struct tensor *t = calc_binary(&c, BINARY_MUL, grad, y);
 *
 *	calc_yield(&c, calc_binary(&c, BINARY_SUB, grad, t), &grads[0]);
 *	return calc_end(&c);
 */
#ifndef ENGINE_GRAD_CALC_H
#define ENGINE_GRAD_CALC_H

#include "engine/elementwise.h"
#include "engine/reduce.h"

#define GRAD_CALC_MAX 24

struct grad_calc {
	struct diag *diag;
	int err;
	int count;
	struct tensor *owned[GRAD_CALC_MAX];
};

// In the dtype of `a`; comparisons give bool.
const struct tensor *calc_binary(struct grad_calc *c, enum binary_op op, const struct tensor *a,
    const struct tensor *b);
const struct tensor *calc_scaled(struct grad_calc *c, const struct tensor *a, double factor);
const struct tensor *calc_plus(struct grad_calc *c, const struct tensor *a, double summand);
const struct tensor *calc_power(struct grad_calc *c, const struct tensor *a, double exponent);
const struct tensor *calc_unary(struct grad_calc *c, enum unary_op op, const struct tensor *a);
const struct tensor *calc_where(struct grad_calc *c, const struct tensor *condition,
    const struct tensor *a, const struct tensor *b);
const struct tensor *calc_number(struct grad_calc *c, enum dtype dtype, double value);
const struct tensor *calc_sum(
    struct grad_calc *c, const struct tensor *a, int dim); // keeps the dim
const struct tensor *calc_reduce(struct grad_calc *c, const struct reduce_spec *spec,
    const struct tensor *a);
const struct tensor *calc_matmul(
    struct grad_calc *c, const struct tensor *a, const struct tensor *b);
const struct tensor *calc_transposed(struct grad_calc *c, const struct tensor *a); // last two dims
const struct tensor *calc_reshaped(struct grad_calc *c, const struct tensor *a, int ndim,
    const int64_t *shape); // of a contiguous tensor
const struct tensor *calc_broadcast(struct grad_calc *c, const struct tensor *a, int ndim,
    const int64_t *shape);
const struct tensor *calc_cast(struct grad_calc *c, const struct tensor *a, enum dtype dtype);
// For results of other functions: calc_keep(&c, f(..., &t, c.diag), &t).
const struct tensor *calc_keep(struct grad_calc *c, int err, struct tensor **result);

void calc_yield(struct grad_calc *c, const struct tensor *result, struct tensor **ret);
int calc_end(struct grad_calc *c) WARN_UNUSED;

#endif
