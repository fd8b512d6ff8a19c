// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Losses on variables, as formulas.
 *
 * Cross entropy of class indices t: with w the classes' weights and s the label smoothing,
 *
 *	loss_i = -(1 - s) * w[t_i] * log p_i[t_i] - s / C * sum_c w[c] * log p_i[c]
 *
 * and the mean divides by the sum of w[t_i]; ignored places count nowhere.
 */
#include "config.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "engine/var_calc.h"
#include "engine/var_nn.h"

static struct var *reduced(struct var_calc *c, enum reduction reduction, struct var *x)
{
	if (c->err < 0 || reduction == REDUCTION_NONE)
		return x;
	return vcalc_reduce(c, reduction == REDUCTION_MEAN ? REDUCE_MEAN : REDUCE_SUM, x);
}

static struct var *clamped(struct var_calc *c, struct var *x, double low)
{
	struct var *result;

	return c->err < 0 ? NULL : vcalc_keep(c, var_clamp(x, low, NAN, &result, c->diag), &result);
}

static struct var *smooth_l1(struct var_calc *c, struct var *diff)
{
	struct var *size = vcalc_unary(c, UNARY_ABS, diff), *result;
	struct var *near = vcalc_number(c, BINARY_MUL, vcalc_unary(c, UNARY_SQUARE, diff), 0.5);
	struct var *far = vcalc_number(c, BINARY_SUB, size, 0.5);
	struct var *is_near = vcalc_number(c, BINARY_LT, size, 1);

	return c->err < 0 ? NULL
			  : vcalc_keep(c, var_where(is_near, near, far, &result, c->diag), &result);
}

/* 1 - x */
static struct var *complement(struct var_calc *c, struct var *x)
{
	return vcalc_number(c, BINARY_ADD, vcalc_unary(c, UNARY_NEG, x), 1);
}

/* -(t log x + (1 - t) log(1 - x)), logarithms not below -100. */
static struct var *bce(struct var_calc *c, struct var *x, struct var *t)
{
	struct var *yes = clamped(c, vcalc_unary(c, UNARY_LOG, x), -100);
	struct var *no = clamped(c, vcalc_unary(c, UNARY_LOG, complement(c, x)), -100);

	yes = vcalc_binary(c, BINARY_MUL, t, yes);
	no = vcalc_binary(c, BINARY_MUL, complement(c, t), no);
	return vcalc_unary(c, UNARY_NEG, vcalc_binary(c, BINARY_ADD, yes, no));
}

/* (1 - t) x - log sigmoid(x) */
static struct var *bce_logits(struct var_calc *c, struct var *x, struct var *t)
{
	struct var *first = vcalc_binary(c, BINARY_MUL, complement(c, t), x);

	return vcalc_binary(c, BINARY_SUB, first, vcalc_unary(c, UNARY_LOGSIGMOID, x));
}

int var_loss(enum loss_kind kind, enum reduction reduction, struct var *x, struct var *target,
    struct var **ret, struct diag *diag)
{
	struct var_calc c = {.diag = diag};
	struct var *y = NULL;

	switch (kind) {
	case LOSS_KIND_MSE:
		y = vcalc_unary(&c, UNARY_SQUARE, vcalc_binary(&c, BINARY_SUB, x, target));
		break;
	case LOSS_KIND_L1:
		y = vcalc_unary(&c, UNARY_ABS, vcalc_binary(&c, BINARY_SUB, x, target));
		break;
	case LOSS_KIND_SMOOTH_L1: y = smooth_l1(&c, vcalc_binary(&c, BINARY_SUB, x, target)); break;
	case LOSS_KIND_BCE: y = bce(&c, x, target); break;
	case LOSS_KIND_BCE_LOGITS: y = bce_logits(&c, x, target); break;
	}
	return vcalc_end(&c, reduced(&c, reduction, y), ret);
}

static int check_target(const struct tensor *logits, const struct tensor *target, struct diag *diag)
{
	char a[TENSOR_SHAPE_TEXT], b[TENSOR_SHAPE_TEXT];
	int class_dim = logits->ndim > 1;
	bool fits = target->ndim == logits->ndim - 1;

	for (int d = 0; fits && d < target->ndim; d++)
		fits = target->shape[d] == logits->shape[d < class_dim ? d : d + 1];
	if (fits && target->dtype == DTYPE_I64)
		return 0;
	diag_set(diag, ERR_SHAPE, "a %s target of shape %s does not fit predictions of shape %s",
	    dtype_name(target->dtype), tensor_shape_text(target->ndim, target->shape, b),
	    tensor_shape_text(logits->ndim, logits->shape, a));
	diag_hint(diag, "the target has one class number (int64) for each prediction");
	return ERR_SHAPE;
}

/* What the target says of each place; all contiguous, [batch][1][...]. */
struct targets {
	struct tensor *index;	// int64, 0 where ignored
	struct tensor *weight;	// float64: w[t], 0 where ignored
	struct tensor *counted; // float64: 1, 0 where ignored
	double total;		// sum of `weight`
};

static void targets_release(struct targets *t)
{
	tensor_free(t->index);
	tensor_free(t->weight);
	tensor_free(t->counted);
}

static int fill_targets(const struct cross_entropy_args *args, int64_t classes,
    const int64_t *labels, struct targets *t, struct diag *diag)
{
	size_t count = tensor_count(t->index);

	for (size_t i = 0; i < count; i++) {
		int64_t label = labels[i];
		double weight;

		if (args->has_ignore && label == args->ignore_index)
			continue;
		if (label < 0 || label >= classes) {
			diag_set(diag, ERR_RANGE, "target %" PRId64 " is out of bounds", label);
			diag_hint(diag, "there are %" PRId64 " classes, from 0 to %" PRId64,
			    classes, classes - 1);
			return ERR_RANGE;
		}
		weight = args->weight ? tensor_at(args->weight->value, &label) : 1;
		((int64_t *)t->index->data)[i] = label;
		((double *)t->weight->data)[i] = weight;
		((double *)t->counted->data)[i] = 1;
		t->total += weight;
	}
	return 0;
}

static int targets_init(const struct cross_entropy_args *args, const struct tensor *logits,
    const struct tensor *target, struct targets *t, struct diag *diag)
{
	int class_dim = logits->ndim > 1, err;
	int64_t shape[TENSOR_MAX_DIMS], classes = logits->shape[class_dim];
	struct tensor *labels;

	*t = (struct targets){.index = NULL};
	if (args->weight &&
	    (args->weight->value->ndim != 1 || args->weight->value->shape[0] != classes))
		return diag_set(diag, ERR_SHAPE,
		    "the weight must have one number for each of %" PRId64 " classes", classes);
	err = tensor_copy(target, &labels, diag);
	if (err < 0)
		return err;
	memcpy(shape, logits->shape, sizeof(shape));
	shape[class_dim] = 1;
	if ((err = tensor_new(DTYPE_I64, logits->ndim, shape, &t->index, diag)) == 0 &&
	    (err = tensor_new(DTYPE_F64, logits->ndim, shape, &t->weight, diag)) == 0 &&
	    (err = tensor_new(DTYPE_F64, logits->ndim, shape, &t->counted, diag)) == 0)
		err = fill_targets(args, classes, labels->data, t, diag);
	tensor_free(labels);
	if (err < 0)
		targets_release(t);
	return err;
}

/* A constant in x's dtype, of x's shape without the class dimension's size. */
static struct var *constant(struct var_calc *c, const struct tensor *value, enum dtype dtype)
{
	struct tensor *cast;
	int err;

	if (c->err < 0)
		return NULL;
	err = tensor_cast(value, dtype, &cast, c->diag);
	if (err == 0)
		return vcalc_take(c, cast);
	c->err = err;
	return NULL;
}

/* sum over classes of w[c] * log p[c], [batch][1][...] */
static struct var *smooth_part(struct var_calc *c, const struct cross_entropy_args *args,
    struct var *log_probs)
{
	const struct tensor *value = log_probs->value;
	int class_dim = value->ndim > 1;
	struct reduce_spec sum = {
	    .op = REDUCE_SUM, .count = 1, .dims = {class_dim}, .keepdim = true};
	int64_t shape[TENSOR_MAX_DIMS] = {1, 1, 1, 1, 1, 1};
	struct var *view, *result;

	if (args->weight) {
		shape[class_dim] = value->shape[class_dim];
		if (!vcalc_keep(
			c, var_reshape(args->weight, value->ndim, shape, &view, c->diag), &view))
			return NULL;
		log_probs = vcalc_binary(c, BINARY_MUL, log_probs, view);
	}
	return c->err < 0 ? NULL
			  : vcalc_keep(c, var_reduce(&sum, log_probs, &result, c->diag), &result);
}

/* -log probabilities of the targets, smoothed, then reduced. */
static int picked_loss(const struct cross_entropy_args *args, struct var *log_probs,
    const struct targets *t, struct var **ret, struct diag *diag)
{
	enum dtype dtype = log_probs->value->dtype;
	int class_dim = log_probs->value->ndim > 1;
	double smoothing = args->label_smoothing;
	struct var_calc c = {.diag = diag};
	struct var *y, *smooth;

	if (!vcalc_keep(&c, var_gather(log_probs, class_dim, t->index, &y, diag), &y))
		return vcalc_end(&c, NULL, ret);
	y = vcalc_binary(&c, BINARY_MUL, y, constant(&c, t->weight, dtype));
	if (smoothing != 0) {
		smooth = smooth_part(&c, args, log_probs);
		smooth = vcalc_binary(&c, BINARY_MUL, smooth, constant(&c, t->counted, dtype));
		smooth = vcalc_number(&c, BINARY_MUL, smooth,
		    smoothing / (double)log_probs->value->shape[class_dim]);
		y = vcalc_binary(
		    &c, BINARY_ADD, vcalc_number(&c, BINARY_MUL, y, 1 - smoothing), smooth);
	}
	y = vcalc_unary(&c, UNARY_NEG, y);
	if (args->reduction == REDUCTION_NONE) {
		if (c.err == 0)
			vcalc_keep(&c, var_squeeze(y, class_dim, &y, diag), &y);
		return vcalc_end(&c, y, ret);
	}
	y = vcalc_reduce(&c, REDUCE_SUM, y);
	if (args->reduction == REDUCTION_MEAN)
		y = vcalc_number(&c, BINARY_DIV, y, t->total);
	return vcalc_end(&c, y, ret);
}

int var_nll_loss(const struct cross_entropy_args *args, struct var *log_probs, struct var *target,
    struct var **ret, struct diag *diag)
{
	struct cross_entropy_args plain = *args;
	struct targets t;
	int err;

	plain.label_smoothing = 0;
	if (log_probs->value->ndim == 0 || !dtype_is_float(log_probs->value->dtype))
		return diag_set(
		    diag, ERR_SHAPE, "the predictions need a dimension of classes, and floats");
	if ((err = check_target(log_probs->value, target->value, diag)) < 0 ||
	    (err = targets_init(args, log_probs->value, target->value, &t, diag)) < 0)
		return err;
	err = picked_loss(&plain, log_probs, &t, ret, diag);
	targets_release(&t);
	return err;
}

/* The target is probabilities of the logits' shape: -sum_c q[c] w[c] log p[c], the mean over
 * places. */
static int soft_target_loss(const struct cross_entropy_args *args, struct var *log_probs,
    struct var *target, struct var **ret, struct diag *diag)
{
	const struct tensor *value = log_probs->value;
	int class_dim = value->ndim > 1;
	double classes = (double)value->shape[class_dim], smoothing = args->label_smoothing;
	struct cross_entropy_args sum = {.weight = args->weight};
	struct var_calc c = {.diag = diag};
	struct var *y, *q = target;

	if (smoothing != 0)
		q = vcalc_number(&c, BINARY_ADD, vcalc_number(&c, BINARY_MUL, q, 1 - smoothing),
		    smoothing / classes);
	y = vcalc_unary(&c, UNARY_NEG, vcalc_binary(&c, BINARY_MUL, q, log_probs));
	y = c.err < 0 ? NULL : smooth_part(&c, &sum, y);
	if (c.err == 0 && args->reduction == REDUCTION_NONE)
		vcalc_keep(&c, var_squeeze(y, class_dim, &y, diag), &y);
	return vcalc_end(&c, reduced(&c, args->reduction, y), ret);
}

int var_cross_entropy(const struct cross_entropy_args *args, struct var *logits,
    struct var *target, struct var **ret, struct diag *diag)
{
	bool soft = dtype_is_float(target->value->dtype) &&
	    tensor_same_shape(logits->value, target->value);
	struct var *log_probs;
	struct targets t;
	int err;

	if (logits->value->ndim == 0 || !dtype_is_float(logits->value->dtype))
		return diag_set(
		    diag, ERR_SHAPE, "the predictions need a dimension of classes, and floats");
	if (!soft && ((err = check_target(logits->value, target->value, diag)) < 0 ||
			 (err = targets_init(args, logits->value, target->value, &t, diag)) < 0))
		return err;
	err = var_softmax(logits, logits->value->ndim > 1, true, &log_probs, diag);
	if (err == 0) {
		err = soft ? soft_target_loss(args, log_probs, target, ret, diag) :
			     picked_loss(args, log_probs, &t, ret, diag);
		var_unref(log_probs);
	}
	if (!soft)
		targets_release(&t);
	return err;
}
