// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Layers on variables: convolution and linear layers through the fast forms for float32, by plain
 * loops for float64. Pooling is in var_pool.c, normalisation and dropout in var_norm.c, the losses are
 * in var_loss.c.
 */
#include "config.h"

#include "engine/var_nn.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "engine/conv_impl.h"
#include "engine/gemm.h"
#include "engine/reduce.h"
#include "engine/var_calc.h"

static int64_t or_one(int64_t n)
{
	return n ? n : 1;
}

int conv_args_same(struct conv_args *args, const struct tensor *weights, struct diag *diag)
{
	for (int i = 0; i < args->axes; i++) {
		int64_t kernel = weights->shape[weights->ndim - args->axes + i], total;

		if (or_one(args->stride[i]) != 1) {
			diag_set(diag, ERR_SHAPE,
			    "padding='same' is not supported for strided convolutions");
			diag_hint(diag, "give the padding as numbers");
			return ERR_SHAPE;
		}
		total = or_one(args->dilation[i]) * (kernel - 1);
		args->before[i] = total / 2;
		args->after[i] = total - total / 2;
	}
	return 0;
}

static int report_conv(const struct conv_args *args, const struct tensor *x,
    const struct tensor *weights, struct diag *diag)
{
	char got[TENSOR_SHAPE_TEXT], kernel[TENSOR_SHAPE_TEXT];
	int64_t channels = weights->ndim > 1 ? weights->shape[1] * or_one(args->groups) : 0;

	diag_set(diag, ERR_SHAPE, "conv%dd of an input of shape %s with weights of shape %s",
	    args->axes, tensor_shape_text(x->ndim, x->shape, got),
	    tensor_shape_text(weights->ndim, weights->shape, kernel));
	diag_hint(diag, "it needs (batch, %" PRId64 " channels, %d sizes)", channels, args->axes);
	return ERR_SHAPE;
}

/* The shape of the plain arrays; axes that are not there have size 1. */
static int conv_shape_of(const struct conv_args *args, const struct tensor *x,
    const struct tensor *weights, struct conv_shape *ret, struct diag *diag)
{
	bool batched = x->ndim == args->axes + 2;
	int lead = 3 - args->axes;

	*ret = conv_shape_2d(batched ? x->shape[0] : 1, 1, 1, 1, 1, 1, 1);
	if ((!batched && x->ndim != args->axes + 1) || weights->ndim != args->axes + 2)
		return report_conv(args, x, weights, diag);
	ret->groups = or_one(args->groups);
	ret->in_channels = x->shape[batched];
	ret->out_channels = weights->shape[0];
	if (ret->in_channels != weights->shape[1] * ret->groups)
		return report_conv(args, x, weights, diag);
	for (int i = 0; i < args->axes; i++) {
		ret->in[lead + i] = x->shape[batched + 1 + i];
		ret->kernel[lead + i] = weights->shape[2 + i];
		ret->stride[lead + i] = or_one(args->stride[i]);
		ret->dilation[lead + i] = or_one(args->dilation[i]);
		ret->before[lead + i] = args->before[i];
		ret->after[lead + i] = args->after[i];
	}
	return conv_shape_init(ret, diag);
}

/* The arrays of a pass in double; one of dst, diff_src and diff_weights is computed. */
struct conv_double {
	const double *src, *weights, *diff_dst;
	double *dst, *diff_src, *diff_weights;
};

/* All taps of one window over one channel: s input plane, w kernel slice, at the window's place. */
static void window_double(const struct conv_shape *s, const struct conv_double *a,
    const int64_t corner[3], int64_t plane, int64_t slice, int64_t at)
{
	for (int64_t tap = 0; tap < s->kernel[0] * s->kernel[1] * s->kernel[2]; tap++) {
		int64_t d = corner[0] + tap / s->kernel[2] / s->kernel[1] * s->dilation[0];
		int64_t h = corner[1] + tap / s->kernel[2] % s->kernel[1] * s->dilation[1];
		int64_t w = corner[2] + tap % s->kernel[2] * s->dilation[2], from;

		if (d < 0 || d >= s->in[0] || h < 0 || h >= s->in[1] || w < 0 || w >= s->in[2])
			continue;
		from = plane + (d * s->in[1] + h) * s->in[2] + w;
		if (a->dst)
			a->dst[at] += a->src[from] * a->weights[slice + tap];
		else if (a->diff_src)
			a->diff_src[from] += a->diff_dst[at] * a->weights[slice + tap];
		else
			a->diff_weights[slice + tap] += a->diff_dst[at] * a->src[from];
	}
}

static void conv_double(const struct conv_shape *s, const struct conv_double *a)
{
	int64_t windows = s->out[0] * s->out[1] * s->out[2],
		taps = s->kernel[0] * s->kernel[1] * s->kernel[2];
	int64_t pixels = s->in[0] * s->in[1] * s->in[2], depth = s->in_channels / s->groups;

	for (int64_t at = 0; at < s->batch * s->out_channels * windows; at++) {
		int64_t window = at % windows, oc = at / windows % s->out_channels;
		int64_t n = at / windows / s->out_channels,
			group = oc / (s->out_channels / s->groups);
		int64_t corner[3] = {
		    window / s->out[2] / s->out[1] * s->stride[0] - s->before[0],
		    window / s->out[2] % s->out[1] * s->stride[1] - s->before[1],
		    window % s->out[2] * s->stride[2] - s->before[2],
		};

		for (int64_t c = 0; c < depth; c++)
			window_double(s, a, corner,
			    (n * s->in_channels + group * depth + c) * pixels,
			    (oc * depth + c) * taps, at);
	}
}

struct conv_node {
	struct conv_shape shape;
	int x_ndim, weights_ndim;
	int64_t x_shape[TENSOR_MAX_DIMS], weights_shape[TENSOR_MAX_DIMS];
};

/* saved: x, weights (contiguous); inputs: x, weights, bias if there is one. */
static int backward_conv(const struct grad_call *call, struct diag *diag)
{
	const struct conv_node *node = call->args;
	const struct tensor *x = call->saved[0], *weights = call->saved[1], *g = call->grad;
	bool bias = call->input_count > 2 && call->needed[2];
	struct tensor *diff_weights = NULL;
	int err = 0;

	if (call->needed[0])
		err = tensor_new(g->dtype, node->x_ndim, node->x_shape, &call->grads[0], diag);
	if (err == 0 && (call->needed[1] || bias))
		err = tensor_new(
		    g->dtype, node->weights_ndim, node->weights_shape, &diff_weights, diag);
	if (err == 0 && bias)
		err = tensor_new(g->dtype, 1, node->weights_shape, &call->grads[2], diag);
	if (err < 0)
		goto out;
	if (g->dtype == DTYPE_F64) {
		if (call->needed[0])
			conv_double(&node->shape, &(struct conv_double){.weights = weights->data,
						      .diff_dst = g->data,
						      .diff_src = call->grads[0]->data});
		if (diff_weights)
			conv_double(&node->shape, &(struct conv_double){.src = x->data,
						      .diff_dst = g->data,
						      .diff_weights = diff_weights->data});
	} else {
		if (call->needed[0])
			conv_best_backward_data(
			    &node->shape, g->data, weights->data, call->grads[0]->data);
		if (diff_weights)
			conv_best_backward_weights(&node->shape, x->data, g->data,
			    diff_weights->data, bias ? call->grads[2]->data : NULL);
	}
	if (call->needed[1]) {
		call->grads[1] = diff_weights;
		diff_weights = NULL;
	}
out:
	tensor_free(diff_weights);
	return err;
}

static const struct grad_op conv_op = {.name = "ConvolutionBackward0",
    .backward = backward_conv,
    .args_size = sizeof(struct conv_node)};

static int check_same_dtype(const struct var *x, const struct var *weights, const struct var *bias,
    struct diag *diag)
{
	enum dtype dtype = x->value->dtype;

	if (dtype_is_float(dtype) && weights->value->dtype == dtype &&
	    (!bias || bias->value->dtype == dtype))
		return 0;
	diag_set(diag, ERR_FORMAT, "the input is %s but the weights are %s", dtype_name(dtype),
	    dtype_name(weights->value->dtype));
	diag_hint(diag, "convert the input, for example with .float()");
	return ERR_FORMAT;
}

static int check_bias(const struct var *bias, int64_t channels, struct diag *diag)
{
	char text[TENSOR_SHAPE_TEXT];

	if (!bias || (bias->value->ndim == 1 && bias->value->shape[0] == channels))
		return 0;
	return diag_set(diag, ERR_SHAPE, "the bias has shape %s where (%" PRId64 ",) is needed",
	    tensor_shape_text(bias->value->ndim, bias->value->shape, text), channels);
}

/* Zero padding only. `x` and `weights` are contiguous. */
static int conv_zero_padded(const struct conv_args *args, struct var *x, struct var *weights,
    struct var *bias, struct var **ret, struct diag *diag)
{
	bool batched = x->value->ndim == args->axes + 2;
	struct var *inputs[] = {x, weights, bias};
	struct tensor *value, *saved[] = {x->value, weights->value};
	struct conv_node node = {.x_ndim = x->value->ndim, .weights_ndim = weights->value->ndim};
	struct grad_record record = {.op = &conv_op,
	    .inputs = inputs,
	    .input_count = bias ? 3 : 2,
	    .saved = saved,
	    .saved_count = 2,
	    .args = &node};
	int64_t shape[TENSOR_MAX_DIMS];
	int err;

	if ((err = conv_shape_of(args, x->value, weights->value, &node.shape, diag)) < 0 ||
	    (err = check_bias(bias, node.shape.out_channels, diag)) < 0)
		return err;
	shape[0] = node.shape.batch;
	shape[batched] = node.shape.out_channels;
	for (int i = 0; i < args->axes; i++)
		shape[batched + 1 + i] = node.shape.out[3 - args->axes + i];
	err = tensor_new(x->value->dtype, x->value->ndim, shape, &value, diag);
	if (err < 0)
		return err;
	if (value->dtype == DTYPE_F64)
		conv_double(&node.shape, &(struct conv_double){.src = x->value->data,
					     .weights = weights->value->data, .dst = value->data});
	else
		conv_best_forward(&node.shape, x->value->data, weights->value->data,
		    bias ? bias->value->data : NULL, value->data);
	memcpy(node.x_shape, x->value->shape, sizeof(node.x_shape));
	memcpy(node.weights_shape, weights->value->shape, sizeof(node.weights_shape));
	*ret = autograd_result(&record, value);
	return 0;
}

/* y + bias, one number a channel. */
static struct var *add_bias(struct var_calc *c, const struct conv_args *args, struct var *y,
    struct var *bias)
{
	int64_t shape[TENSOR_MAX_DIMS] = {bias->value->shape[0], 1, 1, 1};
	struct var *view;

	if ((c->err = check_bias(bias, y->value->shape[y->value->ndim - args->axes - 1], c->diag)) <
	    0)
		return NULL;
	if (!vcalc_keep(c, var_reshape(bias, args->axes + 1, shape, &view, c->diag), &view))
		return NULL;
	return vcalc_binary(c, BINARY_ADD, y, view);
}

static struct var *pad_spatial(struct var_calc *c, struct conv_args *args, struct var *x)
{
	int64_t before[TENSOR_MAX_DIMS] = {0}, after[TENSOR_MAX_DIMS] = {0};
	int lead = x->value->ndim - args->axes;
	struct var *padded;

	for (int i = 0; i < args->axes && lead >= 0; i++) {
		before[lead + i] = args->before[i];
		after[lead + i] = args->after[i];
		args->before[i] = args->after[i] = 0;
	}
	return vcalc_keep(c, var_pad(x, before, after, args->mode, 0, &padded, c->diag), &padded);
}

int var_conv(const struct conv_args *args, struct var *x, struct var *weights, struct var *bias,
    struct var **ret, struct diag *diag)
{
	bool in_kernel = bias && x->value->dtype == DTYPE_F32 && tensor_is_contiguous(bias->value);
	struct conv_args plain = *args;
	struct var_calc c = {.diag = diag};
	struct var *dense, *dense_weights, *y = NULL;
	int err = check_same_dtype(x, weights, bias, diag);

	if (err < 0)
		return err;
	if (args->mode != PAD_MODE_CONSTANT)
		x = pad_spatial(&c, &plain, x);
	if (c.err == 0 && vcalc_keep(&c, var_contiguous(x, &dense, diag), &dense) &&
	    vcalc_keep(&c, var_contiguous(weights, &dense_weights, diag), &dense_weights))
		vcalc_keep(&c,
		    conv_zero_padded(
			&plain, dense, dense_weights, in_kernel ? bias : NULL, &y, diag),
		    &y);
	if (c.err == 0 && bias && !in_kernel)
		y = add_bias(&c, args, y, bias);
	return vcalc_end(&c, y, ret);
}

/* x [rows][in]: saved x and weights; inputs x, weights, bias if there is one. */
static int backward_linear(const struct grad_call *call, struct diag *diag)
{
	const struct tensor *x = call->saved[0], *weights = call->saved[1], *g = call->grad;
	int64_t out = weights->shape[0], in = weights->shape[1];
	int64_t rows = out ? (int64_t)tensor_count(g) / out : 0;
	bool bias = call->input_count > 2 && call->needed[2];
	int err = 0;

	if (call->needed[0]) {
		err = tensor_new(DTYPE_F32, x->ndim, x->shape, &call->grads[0], diag);
		if (err == 0)
			linear_best_backward_data(rows, in, out, g->data, weights->data,
			    call->grads[0]->data);
	}
	if (err == 0 && bias)
		err = tensor_new(DTYPE_F32, 1, &out, &call->grads[2], diag);
	if (err == 0 && (call->needed[1] || bias)) {
		err = tensor_new(DTYPE_F32, 2, weights->shape, &call->grads[1], diag);
		if (err == 0)
			linear_best_backward_weights(rows, in, out, x->data, g->data,
			    call->grads[1]->data, bias ? call->grads[2]->data : NULL);
	}
	return err;
}

static int linear_float(struct var *x, struct var *weights, struct var *bias, struct var **ret,
    struct diag *diag)
{
	static const struct grad_op op = {.name = "AddmmBackward0", .backward = backward_linear};
	struct var *inputs[] = {x, weights, bias};
	struct tensor *value, *saved[] = {x->value, weights->value};
	struct grad_record record = {.op = &op,
	    .inputs = inputs,
	    .input_count = bias ? 3 : 2,
	    .saved = saved,
	    .saved_count = 2};
	int64_t shape[TENSOR_MAX_DIMS], in = weights->value->shape[1],
					out = weights->value->shape[0];
	int ndim = x->value->ndim, err;

	memcpy(shape, x->value->shape, sizeof(shape));
	shape[ndim - 1] = out;
	err = tensor_new(DTYPE_F32, ndim, shape, &value, diag);
	if (err < 0)
		return err;
	if (tensor_count(value) > 0)
		linear_best_forward((int64_t)tensor_count(value) / out, in, out, x->value->data,
		    weights->value->data, bias ? bias->value->data : NULL, value->data);
	*ret = autograd_result(&record, value);
	return 0;
}

static int check_linear(const struct var *x, const struct var *weights, const struct var *bias,
    struct diag *diag)
{
	const struct tensor *value = x->value, *w = weights->value;
	char got[TENSOR_SHAPE_TEXT];

	if (w->ndim != 2 || value->ndim == 0 || value->shape[value->ndim - 1] != w->shape[1]) {
		diag_set(diag, ERR_SHAPE,
		    "a linear layer of %" PRId64 " inputs got a tensor of shape %s",
		    w->ndim == 2 ? w->shape[1] : 0,
		    tensor_shape_text(value->ndim, value->shape, got));
		diag_hint(diag, "its last size must be the number of inputs; flatten images first");
		return ERR_SHAPE;
	}
	return check_bias(bias, w->shape[0], diag);
}

int var_linear(struct var *x, struct var *weights, struct var *bias, struct var **ret,
    struct diag *diag)
{
	struct var_calc c = {.diag = diag};
	struct var *dense, *dense_weights, *turned, *y = NULL;
	int err;

	if ((err = check_same_dtype(x, weights, bias, diag)) < 0 ||
	    (err = check_linear(x, weights, bias, diag)) < 0)
		return err;
	if (x->value->dtype == DTYPE_F32 && (!bias || tensor_is_contiguous(bias->value))) {
		if (vcalc_keep(&c, var_contiguous(x, &dense, diag), &dense) &&
		    vcalc_keep(&c, var_contiguous(weights, &dense_weights, diag), &dense_weights))
			vcalc_keep(&c, linear_float(dense, dense_weights, bias, &y, diag), &y);
		return vcalc_end(&c, y, ret);
	}
	if (vcalc_keep(&c, var_transpose(weights, 0, 1, &turned, diag), &turned))
		vcalc_keep(&c, var_matmul(x, turned, &y, diag), &y);
	return vcalc_end(&c, bias ? vcalc_binary(&c, BINARY_ADD, y, bias) : y, ret);
}
