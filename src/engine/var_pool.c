// SPDX-License-Identifier: GPL-3.0-or-later
/* Pooling of variables: float32 by the operators of ops.h, float64 through the same loops in
 * double. */
#include "config.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "engine/pool_impl.h"
#include "engine/var_nn.h"
#include "engine/var_ops.h"

struct pool_node {
	struct pool_shape shape;
	int ndim;
	int64_t in_shape[TENSOR_MAX_DIMS];
};

/* The places [from, to) of one axis that window i covers inside the plane. */
static void window_range(
    const struct pool_shape *s, int axis, int64_t i, int64_t *from, int64_t *to)
{
	int64_t start = i * s->stride[axis] - s->padding[axis], end = start + s->kernel[axis];

	*from = start < 0 ? 0 : start;
	*to = end > s->in[axis] ? s->in[axis] : end;
}

/* Elements that an average divides by. */
static double window_size(const struct pool_shape *s, const int64_t from[2], const int64_t to[2])
{
	if (s->count_padding)
		return (double)(s->kernel[0] * s->kernel[1]);
	return (double)((to[0] - from[0]) * (to[1] - from[1]));
}

/* One window. Forward: its value, and in *ret_at the place of the largest. */
static double window_value(const struct pool_shape *s, const double *src, const int64_t from[2],
    const int64_t to[2], int32_t *ret_at)
{
	double sum = 0, top = -INFINITY;

	for (int64_t h = from[0]; h < to[0]; h++) {
		for (int64_t w = from[1]; w < to[1]; w++) {
			double x = src[h * s->in[1] + w];

			sum += x;
			if (x > top || isnan(x) || (h == from[0] && w == from[1])) {
				top = x;
				*ret_at = (int32_t)(h * s->in[1] + w);
			}
		}
	}
	return s->kind == POOL_KIND_MAX ? top : sum / window_size(s, from, to);
}

static void window_spread(const struct pool_shape *s, double diff, const int64_t from[2],
    const int64_t to[2], double *diff_src)
{
	for (int64_t h = from[0]; h < to[0]; h++) {
		for (int64_t w = from[1]; w < to[1]; w++)
			diff_src[h * s->in[1] + w] += diff / window_size(s, from, to);
	}
}

/* Forward where src is given, backward (into diff_src) where it is not. */
static void pool_double(
    const struct pool_shape *s, const double *src, double *dst, double *diff_src, int32_t *argmax)
{
	int64_t pixels = s->in[0] * s->in[1], windows = s->out[0] * s->out[1];

	for (int64_t i = 0; i < s->planes * windows; i++) {
		int64_t plane = i / windows * pixels, from[2], to[2];

		window_range(s, 0, i % windows / s->out[1], &from[0], &to[0]);
		window_range(s, 1, i % s->out[1], &from[1], &to[1]);
		if (src)
			dst[i] = window_value(s, src + plane, from, to, &argmax[i]);
		else if (s->kind == POOL_KIND_MAX)
			diff_src[plane + argmax[i]] += dst[i];
		else
			window_spread(s, dst[i], from, to, diff_src + plane);
	}
}

/* saved: where the largest were, two int32 in each int64 place. */
static int backward_pool(const struct grad_call *call, struct diag *diag)
{
	const struct pool_node *node = call->args;
	int32_t *argmax = call->saved[0]->data;
	int err = tensor_new(call->grad->dtype, node->ndim, node->in_shape, &call->grads[0], diag);

	if (err < 0)
		return err;
	if (call->grad->dtype == DTYPE_F64)
		pool_double(&node->shape, NULL, call->grad->data, call->grads[0]->data, argmax);
	else
		pool_best_backward(&node->shape, call->grad->data, argmax, call->grads[0]->data);
	return 0;
}

static int pool_shape_of(const struct pool_args *args, const struct tensor *x,
    struct pool_shape *ret, struct diag *diag)
{
	char text[TENSOR_SHAPE_TEXT];
	int lead = 2 - args->axes;

	if ((x->ndim != args->axes + 2 && x->ndim != args->axes + 1) || !dtype_is_float(x->dtype)) {
		diag_set(diag, ERR_SHAPE, "%dd pooling of a %s input of shape %s", args->axes,
		    dtype_name(x->dtype), tensor_shape_text(x->ndim, x->shape, text));
		diag_hint(diag, "it needs floats (batch, channels, %s)",
		    lead ? "length" : "height, width");
		return ERR_SHAPE;
	}
	*ret = (struct pool_shape){.kind = args->kind,
	    .planes = 1,
	    .in = {1, 1},
	    .kernel = {1, 1},
	    .stride = {1, 1},
	    .count_padding = args->count_padding};
	for (int d = 0; d < x->ndim - args->axes; d++)
		ret->planes *= x->shape[d];
	for (int i = 0; i < args->axes; i++) {
		ret->in[lead + i] = x->shape[x->ndim - args->axes + i];
		ret->kernel[lead + i] = args->kernel[i];
		ret->stride[lead + i] = args->stride[i] ? args->stride[i] : args->kernel[i];
		ret->padding[lead + i] = args->padding[i];
	}
	return pool_shape_init(ret, diag);
}

static int pool_dense(const struct pool_args *args, struct var *x, struct var **ret,
    struct diag *diag)
{
	static const struct grad_op op = {.name = "PoolBackward0",
	    .backward = backward_pool,
	    .args_size = sizeof(struct pool_node)};
	struct pool_node node = {.ndim = x->value->ndim};
	struct tensor *value, *argmax;
	struct grad_record record = {.op = &op,
	    .inputs = &x,
	    .input_count = 1,
	    .saved = &argmax,
	    .saved_count = 1,
	    .args = &node};
	int64_t shape[TENSOR_MAX_DIMS], places;
	int err = pool_shape_of(args, x->value, &node.shape, diag);

	if (err < 0)
		return err;
	memcpy(node.in_shape, x->value->shape, sizeof(node.in_shape));
	memcpy(shape, x->value->shape, sizeof(shape));
	for (int i = 0; i < args->axes; i++)
		shape[node.ndim - args->axes + i] = node.shape.out[2 - args->axes + i];
	err = tensor_new(x->value->dtype, node.ndim, shape, &value, diag);
	if (err < 0)
		return err;
	places = (int64_t)(tensor_count(value) + 1) / 2;
	err = tensor_new(DTYPE_I64, 1, &places, &argmax, diag);
	if (err < 0) {
		tensor_free(value);
		return err;
	}
	if (value->dtype == DTYPE_F64)
		pool_double(&node.shape, x->value->data, value->data, NULL, argmax->data);
	else
		pool_best_forward(&node.shape, x->value->data, value->data, argmax->data);
	*ret = autograd_result(&record, value);
	tensor_free(argmax);
	return 0;
}

int var_pool(const struct pool_args *args, struct var *x, struct var **ret, struct diag *diag)
{
	struct var *dense;
	int err = var_contiguous(x, &dense, diag);

	if (err < 0)
		return err;
	err = pool_dense(args, dense, ret, diag);
	var_unref(dense);
	return err;
}
