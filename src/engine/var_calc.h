// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Operators made of other operators: formulas over variables, with one error check at the end (as
 * grad_calc.h has them over tensors).
 */
#ifndef ENGINE_VAR_CALC_H
#define ENGINE_VAR_CALC_H

#include "engine/var_ops.h"

#define VAR_CALC_MAX 24

struct var_calc {
	struct diag *diag;
	int err;
	int count;
	struct var *owned[VAR_CALC_MAX];
};

// Each gives a variable that the calculation owns, NULL after an error.
struct var *vcalc_keep(struct var_calc *c, int err, struct var **result);
struct var *vcalc_binary(struct var_calc *c, enum binary_op op, struct var *a, struct var *b);
struct var *vcalc_number(struct var_calc *c, enum binary_op op, struct var *a, double b); // a op b
struct var *vcalc_unary(struct var_calc *c, enum unary_op op, struct var *a);
struct var *vcalc_reduce(struct var_calc *c, enum reduce_op op, struct var *a); // everything
struct var *vcalc_take(struct var_calc *c, struct tensor *value); // a constant
// The result as a new reference, or the first error.
int vcalc_end(struct var_calc *c, struct var *result, struct var **ret) WARN_UNUSED;

#endif
