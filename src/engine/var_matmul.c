// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Matrix products of variables: with G the product's gradient, A's is G B^T and B's is A^T G, the
 * dimensions that vectors lost put back first.
 */
#include "config.h"

#include "engine/grad_calc.h"
#include "engine/matmul.h"
#include "engine/var_ops.h"

/* `t` as matrices: a vector becomes a row or a column. */
static const struct tensor *as_matrix(struct grad_calc *c, const struct tensor *t, bool column)
{
	int64_t shape[2] = {1, 1};
	struct tensor *copy;

	if (t->ndim != 1)
		return t;
	shape[!column] = t->shape[0];
	if (!calc_keep(c, tensor_copy(t, &copy, c->diag), &copy))
		return NULL;
	return calc_reshaped(c, copy, 2, shape);
}

/* A product's gradient with the dimensions that vectors lost. */
static const struct tensor *as_product(struct grad_calc *c, const struct grad_call *call)
{
	bool row = call->saved[0]->ndim == 1, column = call->saved[1]->ndim == 1;
	const struct tensor *g = call->grad;
	int64_t shape[TENSOR_MAX_DIMS];
	int ndim = 0;

	for (int d = 0; d < g->ndim - (row && !column); d++)
		shape[ndim++] = g->shape[d];
	if (row)
		shape[ndim++] = 1;
	if (row && !column)
		shape[ndim++] = g->shape[g->ndim - 1];
	if (column)
		shape[ndim++] = 1;
	return calc_reshaped(c, g, ndim, shape);
}

static int backward_matmul(const struct grad_call *call, struct diag *diag)
{
	struct grad_calc c = {.diag = diag};
	const struct tensor *g = as_product(&c, call), *t;
	const struct tensor *a = as_matrix(&c, call->saved[0], false);
	const struct tensor *b = as_matrix(&c, call->saved[1], true);

	if (call->needed[0] && c.err == 0)
		calc_yield(&c, calc_matmul(&c, g, calc_transposed(&c, b)), &call->grads[0]);
	if (call->needed[1] && c.err == 0) {
		t = calc_matmul(&c, calc_transposed(&c, a), g);
		if (call->saved[1]->ndim == 1 && t)
			t = calc_reshaped(&c, t, t->ndim - 1, t->shape);
		calc_yield(&c, t, &call->grads[1]);
	}
	return calc_end(&c);
}

int var_matmul(struct var *a, struct var *b, struct var **ret, struct diag *diag)
{
	static const struct grad_op op = {.name = "MmBackward0", .backward = backward_matmul};
	struct var *inputs[] = {a, b};
	struct tensor *value, *saved[] = {a->value, b->value};
	struct grad_record record = {
	    .op = &op, .inputs = inputs, .input_count = 2, .saved = saved, .saved_count = 2};
	struct grad_calc c = {.diag = diag};
	enum dtype dtype = a->value->dtype;
	int err;

	// NumPy mixes dtypes and multiplies matrices of flags as integers; PyTorch asks for one
	// dtype.
	if (a->world == WORLD_NUMPY && (dtype != b->value->dtype || dtype == DTYPE_BOOL)) {
		struct promote_operand operands[] = {{.dtype = dtype}, {.dtype = b->value->dtype}};

		dtype = promote_operands(WORLD_NUMPY, operands, 2);
		dtype = dtype == DTYPE_BOOL ? DTYPE_I64 : dtype;
	}
	calc_yield(&c,
	    calc_matmul(&c, calc_cast(&c, a->value, dtype),
		a->world == WORLD_NUMPY ? calc_cast(&c, b->value, dtype) : b->value),
	    &value);
	err = calc_end(&c);
	if (err == 0)
		*ret = autograd_result(&record, value);
	return err;
}
