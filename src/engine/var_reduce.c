// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Reductions, softmax, sorting and running sums of variables, with their gradients. A reduced
 * gradient is first given the reduced dimensions back, with size 1, so that it broadcasts.
 */
#include "config.h"

#include <math.h>
#include <string.h>

#include "engine/grad_calc.h"
#include "engine/index.h"
#include "engine/var_ops.h"

struct reduce_args {
	struct reduce_spec spec; // dims counted from 0; all of them listed
	int ndim;
	int64_t shape[TENSOR_MAX_DIMS];	 // of x
	int64_t narrow[TENSOR_MAX_DIMS]; // of the result, with the reduced dimensions kept
	double count;			 // elements that one result is made of
};

static void reduce_args_init(struct reduce_args *args, const struct reduce_spec *spec,
    const struct tensor *x)
{
	args->spec = *spec;
	args->ndim = x->ndim;
	args->count = 1;
	memcpy(args->shape, x->shape, sizeof(args->shape));
	memcpy(args->narrow, x->shape, sizeof(args->narrow));
	args->spec.count = spec->count ? spec->count : x->ndim;
	for (int i = 0; i < args->spec.count; i++) {
		int dim = spec->count ? spec->dims[i] : i;

		dim = dim < 0 && x->ndim > 0 ? dim + x->ndim : dim;
		args->spec.dims[i] = dim;
		if (x->ndim > 0) { // the dimension of a single number is nowhere
			args->count *= (double)x->shape[dim];
			args->narrow[dim] = 1;
		}
	}
	args->spec.keepdim = true;
}

static const struct tensor *narrow(struct grad_calc *c, const struct reduce_args *args,
    const struct tensor *t)
{
	return calc_reshaped(c, t, args->ndim, args->narrow);
}

static int backward_sum(const struct grad_call *call, struct diag *diag)
{
	const struct reduce_args *args = call->args;
	struct grad_calc c = {.diag = diag};
	const struct tensor *g = narrow(&c, args, call->grad);

	calc_yield(&c, calc_broadcast(&c, g, args->ndim, args->shape), &call->grads[0]);
	return calc_end(&c);
}

static int backward_mean(const struct grad_call *call, struct diag *diag)
{
	const struct reduce_args *args = call->args;
	struct grad_calc c = {.diag = diag};
	const struct tensor *g = narrow(&c, args, call->grad);

	g = calc_binary(&c, BINARY_DIV, g, calc_number(&c, call->grad->dtype, args->count));
	calc_yield(&c, calc_broadcast(&c, g, args->ndim, args->shape), &call->grads[0]);
	return calc_end(&c);
}

/* All elements that equal the extreme share its gradient. */
static const struct tensor *share_out(struct grad_calc *c, const struct reduce_args *args,
    const struct tensor *g, const struct tensor *equal)
{
	struct reduce_spec count = args->spec;
	const struct tensor *n;

	if (c->err < 0)
		return NULL;
	count.op = REDUCE_COUNT_NONZERO;
	n = calc_cast(c, calc_reduce(c, &count, equal), g->dtype);
	g = calc_binary(c, BINARY_DIV, g, n);
	return calc_where(c, equal, g, calc_number(c, g ? g->dtype : DTYPE_F32, 0));
}

static int backward_extreme(const struct grad_call *call, struct diag *diag)
{
	const struct reduce_args *args = call->args;
	struct grad_calc c = {.diag = diag};
	const struct tensor *g = narrow(&c, args, call->grad),
			    *y = narrow(&c, args, call->saved[1]);

	calc_yield(&c, share_out(&c, args, g, calc_binary(&c, BINARY_EQ, call->saved[0], y)),
	    &call->grads[0]);
	return calc_end(&c);
}

/* g * y / x; where x is 0, the product of the others. */
static int backward_prod(const struct grad_call *call, struct diag *diag)
{
	const struct reduce_args *args = call->args;
	struct reduce_spec spec = args->spec;
	struct grad_calc c = {.diag = diag};
	const struct tensor *x = call->saved[0], *g = narrow(&c, args, call->grad), *t, *others;
	const struct tensor *is_zero = calc_unary(&c, UNARY_NOT, x), *zeros, *one;

	one = calc_number(&c, x->dtype, 1);
	t = calc_where(&c, is_zero, one, x);
	spec.op = REDUCE_PROD;
	others = calc_binary(&c, BINARY_DIV, calc_reduce(&c, &spec, t), t); // without the zeros
	spec.op = REDUCE_COUNT_NONZERO;
	zeros = calc_cast(&c, calc_reduce(&c, &spec, is_zero), x->dtype);
	// An element's other factors have no zero: none at all, or the only one is the element.
	zeros = calc_binary(&c, BINARY_SUB, zeros, calc_cast(&c, is_zero, x->dtype));
	t = calc_binary(&c, BINARY_MUL, g, others);
	t = calc_where(&c, calc_unary(&c, UNARY_NOT, zeros), t, calc_number(&c, x->dtype, 0));
	calc_yield(&c, t, &call->grads[0]);
	return calc_end(&c);
}

static const struct tensor *var_slope(struct grad_calc *c, const struct reduce_args *args,
    const struct tensor *g, const struct tensor *x)
{
	struct reduce_spec mean = args->spec;
	const struct tensor *t;

	mean.op = REDUCE_MEAN;
	t = calc_binary(c, BINARY_SUB, x, calc_reduce(c, &mean, x));
	return calc_binary(
	    c, BINARY_MUL, g, calc_scaled(c, t, 2 / (args->count - args->spec.correction)));
}

static int backward_var(const struct grad_call *call, struct diag *diag)
{
	const struct reduce_args *args = call->args;
	struct grad_calc c = {.diag = diag};
	const struct tensor *g = narrow(&c, args, call->grad);

	calc_yield(&c, var_slope(&c, args, g, call->saved[0]), &call->grads[0]);
	return calc_end(&c);
}

/* The gradient of a root is infinite at 0; PyTorch makes it 0 there. */
static const struct tensor *safe_div(struct grad_calc *c, const struct tensor *a,
    const struct tensor *b)
{
	const struct tensor *t = calc_binary(c, BINARY_DIV, a, b);

	return c->err < 0 ? NULL :
	    calc_where(c, calc_unary(c, UNARY_NOT, b), calc_number(c, a->dtype, 0), t);
}

static int backward_std(const struct grad_call *call, struct diag *diag)
{
	const struct reduce_args *args = call->args;
	struct grad_calc c = {.diag = diag};
	const struct tensor *g = narrow(&c, args, call->grad),
			    *y = narrow(&c, args, call->saved[1]);

	g = safe_div(&c, g, calc_scaled(&c, y, 2));
	calc_yield(&c, var_slope(&c, args, g, call->saved[0]), &call->grads[0]);
	return calc_end(&c);
}

static int backward_norm(const struct grad_call *call, struct diag *diag)
{
	const struct reduce_args *args = call->args;
	double p = args->spec.order ? args->spec.order : 2;
	struct grad_calc c = {.diag = diag};
	const struct tensor *g = narrow(&c, args, call->grad),
			    *y = narrow(&c, args, call->saved[1]), *t;
	const struct tensor *x = call->saved[0], *size = calc_unary(&c, UNARY_ABS, x);

	if (isinf(p)) {
		t = share_out(&c, args, g, calc_binary(&c, BINARY_EQ, size, y));
		t = calc_binary(&c, BINARY_MUL, t, calc_unary(&c, UNARY_SIGN, x));
	} else if (p == 1) {
		t = calc_binary(&c, BINARY_MUL, g, calc_unary(&c, UNARY_SIGN, x));
	} else if (p == 2) {
		t = calc_binary(&c, BINARY_MUL, x, safe_div(&c, g, y));
	} else {
		t = calc_binary(
		    &c, BINARY_MUL, calc_power(&c, size, p - 1), calc_unary(&c, UNARY_SIGN, x));
		t = calc_binary(&c, BINARY_MUL, t, safe_div(&c, g, calc_power(&c, y, p - 1)));
	}
	calc_yield(&c, t, &call->grads[0]);
	return calc_end(&c);
}

static int backward_logsumexp(const struct grad_call *call, struct diag *diag)
{
	const struct reduce_args *args = call->args;
	struct grad_calc c = {.diag = diag};
	const struct tensor *g = narrow(&c, args, call->grad),
			    *y = narrow(&c, args, call->saved[1]), *t;

	t = calc_unary(&c, UNARY_EXP, calc_binary(&c, BINARY_SUB, call->saved[0], y));
	calc_yield(&c, calc_binary(&c, BINARY_MUL, g, t), &call->grads[0]);
	return calc_end(&c);
}

#define SAVES_NOTHING 0
#define SAVES_X 1
#define SAVES_BOTH 2

#define REDUCE_GRAD(text, fn, saves)                                                               \
	{                                                                                          \
		{.name = text "Backward0", .backward = fn, .args_size = sizeof(struct reduce_args)}, \
		    saves                                                                          \
	}

static const struct {
	struct grad_op op;
	int saved; // of x, y
} reduce_grads[REDUCE_COUNT] = {
    [REDUCE_SUM] = REDUCE_GRAD("Sum", backward_sum, SAVES_NOTHING),
    [REDUCE_MEAN] = REDUCE_GRAD("Mean", backward_mean, SAVES_NOTHING),
    [REDUCE_PROD] = REDUCE_GRAD("Prod", backward_prod, SAVES_X),
    [REDUCE_MAX] = REDUCE_GRAD("Max", backward_extreme, SAVES_BOTH),
    [REDUCE_MIN] = REDUCE_GRAD("Min", backward_extreme, SAVES_BOTH),
    [REDUCE_VAR] = REDUCE_GRAD("Var", backward_var, SAVES_X),
    [REDUCE_STD] = REDUCE_GRAD("Std", backward_std, SAVES_BOTH),
    [REDUCE_NORM] = REDUCE_GRAD("Norm", backward_norm, SAVES_BOTH),
    [REDUCE_LOGSUMEXP] = REDUCE_GRAD("Logsumexp", backward_logsumexp, SAVES_BOTH),
};

int var_reduce(const struct reduce_spec *spec, struct var *x, struct var **ret, struct diag *diag)
{
	struct tensor *value, *saved[2];
	struct reduce_args args;
	struct grad_record record = {.op = &reduce_grads[spec->op].op,
	    .inputs = &x,
	    .input_count = 1,
	    .saved = saved,
	    .saved_count = reduce_grads[spec->op].saved,
	    .args = &args};
	int err;

	err = reduce_tensor(spec, x->world, x->value, &value, diag);
	if (err < 0)
		return err;
	if (!record.op->name || !autograd_needs(&x, 1)) {
		*ret = var_new_take(x->world, value);
		return 0;
	}
	saved[0] = x->value;
	saved[1] = value;
	reduce_args_init(&args, spec, x->value);
	*ret = autograd_result(&record, value);
	return 0;
}

struct line_args {
	int dim;
	bool keepdim;
	int ndim;
	int64_t shape[TENSOR_MAX_DIMS];
};

static struct line_args line_args(const struct var *x, int dim)
{
	struct line_args args = {
	    .dim = dim < 0 ? dim + x->value->ndim : dim, .ndim = x->value->ndim};

	args.dim = args.ndim ? args.dim : 0;
	memcpy(args.shape, x->value->shape, sizeof(args.shape));
	return args;
}

/* The chosen places get the gradient. saved: the indices. */
static int backward_pick(const struct grad_call *call, struct diag *diag)
{
	const struct line_args *args = call->args;
	struct tensor index = *call->saved[0], grad = *call->grad;
	int err = tensor_new(grad.dtype, args->ndim, args->shape, &call->grads[0], diag);

	if (err < 0)
		return err;
	if (!args->keepdim && args->ndim > 0) {
		for (int d = args->ndim - 1; d > args->dim; d--) {
			index.shape[d] = grad.shape[d] = index.shape[d - 1];
			index.stride[d] = index.stride[d - 1];
			grad.stride[d] = grad.stride[d - 1];
		}
		index.shape[args->dim] = grad.shape[args->dim] = 1;
		index.stride[args->dim] = grad.stride[args->dim] = 1;
		index.ndim = grad.ndim = args->ndim;
	}
	return index_scatter(call->grads[0], args->dim, &index, &grad, true, diag);
}

static const struct grad_op pick_op = {
    .name = "MaxBackward0", .backward = backward_pick, .args_size = sizeof(struct line_args)};

int var_extreme(enum reduce_op op, struct var *x, int dim, bool keepdim, struct var **ret_values,
    struct var **ret_indices, struct diag *diag)
{
	struct line_args args = line_args(x, dim);
	struct tensor *values, *indices;
	struct grad_record record = {.op = &pick_op,
	    .inputs = &x,
	    .input_count = 1,
	    .saved = &indices,
	    .saved_count = 1,
	    .args = &args};
	int err = reduce_extreme(op, x->value, dim, keepdim, &values, &indices, diag);

	if (err < 0)
		return err;
	args.keepdim = keepdim;
	*ret_values = autograd_result(&record, values);
	*ret_indices = var_new_take(x->world, indices);
	return 0;
}

static int sorted(struct var *x, int dim, bool descending, int64_t k, struct var **ret_values,
    struct var **ret_indices, struct diag *diag)
{
	struct line_args args = line_args(x, dim);
	struct tensor *values, *indices, *whole;
	struct grad_record record = {.op = &pick_op,
	    .inputs = &x,
	    .input_count = 1,
	    .saved = &indices,
	    .saved_count = 1,
	    .args = &args};
	int err = assemble_sort(x->value, dim, descending, &values, &indices, diag);

	if (err < 0)
		return err;
	args.keepdim = true;
	if (k >= 0 && x->value->ndim > 0) {
		struct tensor **both[] = {&values, &indices};

		for (int i = 0; i < 2 && err == 0; i++) {
			whole = *both[i];
			err = tensor_view_slice(whole, args.dim, 0, k, 1, both[i], diag);
			tensor_free(err == 0 ? whole : NULL);
		}
	}
	if (err < 0) {
		tensor_free(values);
		tensor_free(indices);
		return err;
	}
	*ret_values = autograd_result(&record, values);
	*ret_indices = var_new_take(x->world, indices);
	return 0;
}

int var_sort(struct var *x, int dim, bool descending, struct var **ret_values,
    struct var **ret_indices, struct diag *diag)
{
	return sorted(x, dim, descending, -1, ret_values, ret_indices, diag);
}

int var_topk(struct var *x, int64_t k, int dim, bool largest, struct var **ret_values,
    struct var **ret_indices, struct diag *diag)
{
	int at, err = reduce_dim(dim, x->value->ndim, &at, diag);

	if (err < 0)
		return err;
	if (k < 0 || k > (x->value->ndim ? x->value->shape[at] : 1))
		return diag_set(
		    diag, ERR_RANGE, "there are not that many elements along dimension %d", at);
	return sorted(x, dim, largest, k, ret_values, ret_indices, diag);
}

/* Running sums backwards: turn round, sum, turn back. */
static const struct tensor *sum_from_end(struct grad_calc *c, const struct tensor *g, int dim)
{
	struct tensor *turned, *sums, *result;

	if (c->err < 0 || !calc_keep(c, assemble_flip(g, &dim, 1, &turned, c->diag), &turned) ||
	    !calc_keep(c, reduce_cumulative(REDUCE_SUM, turned, dim, &sums, c->diag), &sums))
		return NULL;
	return calc_keep(c, assemble_flip(sums, &dim, 1, &result, c->diag), &result);
}

static int backward_cumulative(const struct grad_call *call, struct diag *diag)
{
	const struct line_args *args = call->args;
	const struct tensor *t = call->grad, *x = call->saved[0];
	struct grad_calc c = {.diag = diag};

	if (args->ndim == 0) {
		call->grads[0] = tensor_share(call->grad);
		return 0;
	}
	if (x)
		t = calc_binary(&c, BINARY_MUL, t, call->saved[1]);
	t = sum_from_end(&c, t, args->dim);
	calc_yield(&c, x ? calc_binary(&c, BINARY_DIV, t, x) : t, &call->grads[0]);
	return calc_end(&c);
}

int var_cumulative(enum reduce_op op, struct var *x, int dim, struct var **ret, struct diag *diag)
{
	static const struct grad_op grad_op = {.name = "CumulativeBackward0",
	    .backward = backward_cumulative,
	    .args_size = sizeof(struct line_args)};
	struct line_args args = line_args(x, dim);
	struct tensor *value, *saved[2] = {NULL};
	struct grad_record record = {.op = &grad_op,
	    .inputs = &x,
	    .input_count = 1,
	    .saved = saved,
	    .saved_count = 2,
	    .args = &args};
	int err = reduce_cumulative(op, x->value, dim, &value, diag);

	if (err < 0)
		return err;
	if (op == REDUCE_PROD) {
		saved[0] = x->value;
		saved[1] = value;
	}
	*ret = autograd_result(&record, value);
	return 0;
}

static int backward_softmax(const struct grad_call *call, struct diag *diag)
{
	const struct line_args *args = call->args;
	const struct tensor *g = call->grad, *y = call->saved[0], *t;
	struct grad_calc c = {.diag = diag};

	t = calc_sum(&c, calc_binary(&c, BINARY_MUL, g, y), args->dim);
	t = calc_binary(&c, BINARY_MUL, y, calc_binary(&c, BINARY_SUB, g, t));
	calc_yield(&c, t, &call->grads[0]);
	return calc_end(&c);
}

static int backward_log_softmax(const struct grad_call *call, struct diag *diag)
{
	const struct line_args *args = call->args;
	const struct tensor *g = call->grad, *t;
	struct grad_calc c = {.diag = diag};

	t = calc_unary(&c, UNARY_EXP, call->saved[0]);
	t = calc_binary(&c, BINARY_MUL, t, calc_sum(&c, g, args->dim));
	calc_yield(&c, calc_binary(&c, BINARY_SUB, g, t), &call->grads[0]);
	return calc_end(&c);
}

int var_softmax(struct var *x, int dim, bool log, struct var **ret, struct diag *diag)
{
	static const struct grad_op ops[] = {
	    {.name = "SoftmaxBackward0",
		.backward = backward_softmax,
		.args_size = sizeof(struct line_args)},
	    {.name = "LogSoftmaxBackward0",
		.backward = backward_log_softmax,
		.args_size = sizeof(struct line_args)},
	};
	struct line_args args = line_args(x, dim);
	struct tensor *value;
	struct grad_record record = {.op = &ops[log],
	    .inputs = &x,
	    .input_count = 1,
	    .saved = &value,
	    .saved_count = 1,
	    .args = &args};
	int err = reduce_softmax(x->value, dim, log, &value, diag);

	if (err == 0)
		*ret = autograd_result(&record, value);
	return err;
}
