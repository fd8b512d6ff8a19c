// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Batch normalisation and dropout of variables. Batch normalisation of dense float32 is one node of the
 * tape, channel by channel; the formula, of which it is the short form, serves all else.
 */
#include "config.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "engine/kernels.h"
#include "engine/reduce.h"
#include "engine/var_calc.h"
#include "engine/var_nn.h"
#include "engine/workers.h"

#define NORM_PARALLEL 100000 // numbers below which threads are not worth waking up

/* v as [1][channels][1]..., to go with x. */
static struct var *along_channels(struct var_calc *c, struct var *v, const struct tensor *x)
{
	int64_t shape[TENSOR_MAX_DIMS] = {1, x->shape[1], 1, 1, 1, 1};
	struct var *view;

	if (c->err < 0)
		return NULL;
	return vcalc_keep(c, var_reshape(v, x->ndim, shape, &view, c->diag), &view);
}

static struct var *channel_statistic(struct var_calc *c, enum reduce_op op, struct var *x)
{
	struct reduce_spec spec = {.op = op, .keepdim = true};
	struct var *result;

	for (int d = 0; d < x->value->ndim; d++) {
		if (d != 1)
			spec.dims[spec.count++] = d;
	}
	return c->err < 0 ? NULL : vcalc_keep(c, var_reduce(&spec, x, &result, c->diag), &result);
}

/* running = (1 - momentum) * running + momentum * now * factor, without history. */
static int update_running(struct var *running, struct var *now, double momentum, double factor,
    struct diag *diag)
{
	bool was = autograd_set_enabled(false);
	struct var_calc c = {.diag = diag};
	struct var *flat, *next;
	int err;

	if (vcalc_keep(&c, var_reshape(now, 1, running->value->shape, &flat, diag), &flat))
		flat = vcalc_number(&c, BINARY_MUL, flat, momentum * factor);
	next =
	    vcalc_binary(&c, BINARY_ADD, vcalc_number(&c, BINARY_MUL, running, 1 - momentum), flat);
	if (c.err == 0)
		c.err = var_assign(running, next, diag);
	err = vcalc_end(&c, next, &flat);
	if (err == 0)
		var_unref(flat);
	autograd_set_enabled(was);
	return err;
}

static int check_batch_norm(const struct batch_norm_args *args, const struct tensor *x,
    struct diag *diag)
{
	struct var *const vectors[] = {
	    args->weights, args->bias, args->running_mean, args->running_var};
	char text[TENSOR_SHAPE_TEXT];

	if (x->ndim < 2 || !dtype_is_float(x->dtype))
		return diag_set(diag, ERR_SHAPE,
		    "batch norm needs a float input (batch, channels, ...), not %s",
		    tensor_shape_text(x->ndim, x->shape, text));
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		if (vectors[i] &&
		    (vectors[i]->value->ndim != 1 || vectors[i]->value->shape[0] != x->shape[1]))
			return diag_set(diag, ERR_SHAPE,
			    "batch norm of %" PRId64 " channels got an input of shape %s",
			    vectors[i]->value->ndim ? vectors[i]->value->shape[0] : 1,
			    tensor_shape_text(x->ndim, x->shape, text));
	}
	if (args->training && x->shape[1] && tensor_count(x) / (size_t)x->shape[1] <= 1)
		return diag_set(
		    diag, ERR_SHAPE, "expected more than 1 value per channel when training");
	return 0;
}

/* -- the formula ------------------------------------------------------------------------------ */

static int norm_formula(
    const struct batch_norm_args *args, struct var *x, struct var **ret, struct diag *diag)
{
	bool own = args->training || !args->running_mean || !args->running_var;
	struct var_calc c = {.diag = diag};
	struct var *mean, *variance, *y;
	double n;
	mean = own ? channel_statistic(&c, REDUCE_MEAN, x)
		   : along_channels(&c, args->running_mean, x->value);
	variance = own ? channel_statistic(&c, REDUCE_VAR, x)
		       : along_channels(&c, args->running_var, x->value);
	n = x->value->shape[1] ? (double)tensor_count(x->value) / (double)x->value->shape[1] : 1;
	if (c.err == 0 && args->training && args->running_mean)
		c.err = update_running(args->running_mean, mean, args->momentum, 1, diag);
	if (c.err == 0 && args->training && args->running_var)
		c.err =
		    update_running(args->running_var, variance, args->momentum, n / (n - 1), diag);
	y = vcalc_binary(&c, BINARY_SUB, x, mean);
	y = vcalc_binary(&c, BINARY_MUL, y,
	    vcalc_unary(&c, UNARY_RSQRT, vcalc_number(&c, BINARY_ADD, variance, args->eps)));
	if (args->weights)
		y = vcalc_binary(&c, BINARY_MUL, y, along_channels(&c, args->weights, x->value));
	if (args->bias)
		y = vcalc_binary(&c, BINARY_ADD, y, along_channels(&c, args->bias, x->value));
	return vcalc_end(&c, y, ret);
}

/* -- dense float32: one node ------------------------------------------------------------------- */

/* Channels of x [batch][channels][pixels], and of their gradients on the way back. */
struct norm_job {
	const struct kernels *kernels;
	size_t batch, channels, pixels;
	bool training;
	double eps;
	const float *x, *weights, *bias; // weights and bias may be NULL
	double *mean, *variance, *scale; // [channels]; scale: 1 / sqrt(variance + eps)
	float *y;
	const float *diff_y;
	float *diff_x, *diff_weights, *diff_bias; // each may be NULL
};

struct norm_node {
	double eps;
	bool training, has_weights, has_bias;
};

static size_t plane_at(const struct norm_job *j, size_t image, size_t channel)
{
	return (image * j->channels + channel) * j->pixels;
}

/* Sums over a channel, image after image: of a - shift_a, and of its products with b - shift_b. */
static struct norm_sums channel_sums(const struct norm_job *j, size_t channel,
    const struct norm_sums *of)
{
	struct norm_sums sums = *of;

	sums.count = j->pixels;
	for (size_t n = 0; n < j->batch; n++) {
		sums.a = of->a + plane_at(j, n, channel);
		sums.b = of->b + plane_at(j, n, channel);
		j->kernels->norm_sums(&sums);
	}
	return sums;
}

static void channel_statistics(const struct norm_job *j, size_t c)
{
	struct norm_sums of = {.a = j->x, .b = j->x};
	double count = (double)(j->batch * j->pixels);

	if (j->training) {
		j->mean[c] = channel_sums(j, c, &of).sum / count;
		of.shift_a = of.shift_b = (float)j->mean[c];
		j->variance[c] = channel_sums(j, c, &of).product / count;
	}
	j->scale[c] = 1 / sqrt(j->variance[c] + j->eps);
}

static void forward_channel(void *arg, size_t c, int thread)
{
	const struct norm_job *j = arg;
	double scale;
	struct norm_combine work = {.count = j->pixels};

	(void)thread;
	channel_statistics(j, c);
	scale = j->scale[c] * (j->weights ? (double)j->weights[c] : 1);
	work.scale_a = (float)scale;
	work.shift = (float)((j->bias ? (double)j->bias[c] : 0) - j->mean[c] * scale);
	for (size_t n = 0; n < j->batch; n++) {
		work.a = j->x + plane_at(j, n, c);
		work.dst = j->y + plane_at(j, n, c);
		j->kernels->norm_combine(&work);
	}
}

/*
 * With z = (x - mean) * scale and g the gradient of y: that of x is scale * weight * (g - mean(g) - z *
 * mean(g * z)); without the two means where the statistics did not come from x.
 */
static void backward_channel(void *arg, size_t c, int thread)
{
	const struct norm_job *j = arg;
	const struct norm_sums of = {.a = j->diff_y, .b = j->x, .shift_b = (float)j->mean[c]};
	struct norm_sums sums = channel_sums(j, c, &of);
	double scale = j->scale[c], factor = scale * (j->weights ? (double)j->weights[c] : 1);
	double count = (double)(j->batch * j->pixels), slope = 0;
	struct norm_combine work = {.count = j->pixels, .scale_a = (float)factor};

	(void)thread;
	if (j->diff_weights)
		j->diff_weights[c] = (float)(sums.product * scale);
	if (j->diff_bias)
		j->diff_bias[c] = (float)sums.sum;
	if (!j->diff_x)
		return;
	if (j->training) {
		slope = factor * scale * scale * sums.product / count;
		work.scale_b = (float)-slope;
		work.shift = (float)(slope * j->mean[c] - factor * sums.sum / count);
	}
	for (size_t n = 0; n < j->batch; n++) {
		work.a = j->diff_y + plane_at(j, n, c);
		work.b = j->training ? j->x + plane_at(j, n, c) : NULL;
		work.dst = j->diff_x + plane_at(j, n, c);
		j->kernels->norm_combine(&work);
	}
}

static int job_init(struct norm_job *j, const struct tensor *x, struct tensor *statistics,
    struct diag *diag)
{
	j->channels = (size_t)x->shape[1];
	j->batch = (size_t)x->shape[0];
	j->pixels = tensor_count(x) / j->batch / j->channels;
	j->x = x->data;
	j->mean = statistics->data;
	j->variance = j->mean + j->channels;
	j->scale = j->variance + j->channels;
	return kernels_pick(&j->kernels, diag);
}

/* saved: x, the statistics, the weights or NULL; inputs: x, then weights and bias if they are there. */
static int backward_norm(const struct grad_call *call, struct diag *diag)
{
	const struct norm_node *node = call->args;
	const struct tensor *x = call->saved[0], *weights = call->saved[2];
	int bias_at = 1 + node->has_weights, err;
	struct norm_job job = {
	    .training = node->training, .eps = node->eps, .diff_y = call->grad->data};

	err = job_init(&job, x, call->saved[1], diag);
	job.weights = weights ? weights->data : NULL;
	if (err == 0 && call->needed[0] &&
	    (err = tensor_new_raw(DTYPE_F32, x->ndim, x->shape, &call->grads[0], diag)) == 0)
		job.diff_x = call->grads[0]->data;
	if (err == 0 && node->has_weights && call->needed[1] &&
	    (err = tensor_new_raw(DTYPE_F32, 1, &x->shape[1], &call->grads[1], diag)) == 0)
		job.diff_weights = call->grads[1]->data;
	if (err == 0 && node->has_bias && call->needed[bias_at] &&
	    (err = tensor_new_raw(DTYPE_F32, 1, &x->shape[1], &call->grads[bias_at], diag)) == 0)
		job.diff_bias = call->grads[bias_at]->data;
	if (err == 0)
		workers_each_if(
		    tensor_count(x) > NORM_PARALLEL, job.channels, backward_channel, &job);
	return err;
}

static bool is_dense(const struct var *v)
{
	return !v || (v->value->dtype == DTYPE_F32 && tensor_is_contiguous(v->value));
}

static bool norm_accepts(const struct batch_norm_args *args, const struct var *x)
{
	return tensor_count(x->value) > 0 && is_dense(x) && is_dense(args->weights) &&
	    is_dense(args->bias) && is_dense(args->running_mean) && is_dense(args->running_var);
}

/* Mean, variance and scale of each channel: the running ones, or room for the batch's own. */
static int new_statistics(const struct batch_norm_args *args, int64_t channels, bool own,
    struct tensor **ret, struct diag *diag)
{
	int64_t count = 3 * channels;
	int err = tensor_new_raw(DTYPE_F64, 1, &count, ret, diag);
	double *at;

	if (err < 0 || own)
		return err;
	at = (*ret)->data;
	for (int64_t c = 0; c < channels; c++) {
		at[c] = (double)tensor_const_floats(args->running_mean->value)[c];
		at[channels + c] = (double)tensor_const_floats(args->running_var->value)[c];
	}
	return 0;
}

/* A running statistic goes a little towards the batch's. */
static int follow(struct var *running, const double *now, const struct batch_norm_args *args,
    double factor, struct diag *diag)
{
	struct tensor *value;
	struct var *batch;
	int err;

	if (!running)
		return 0;
	err = tensor_new_raw(DTYPE_F32, 1, running->value->shape, &value, diag);
	if (err < 0)
		return err;
	for (int64_t c = 0; c < running->value->shape[0]; c++)
		((float *)value->data)[c] = (float)now[c];
	batch = var_new_take(WORLD_TORCH, value);
	err = update_running(running, batch, args->momentum, factor, diag);
	var_unref(batch);
	return err;
}

static int norm_node(const struct batch_norm_args *args, struct var *x, struct var **ret,
    struct diag *diag)
{
	static const struct grad_op op = {.name = "NativeBatchNormBackward0",
	    .backward = backward_norm,
	    .args_size = sizeof(struct norm_node)};
	bool own = args->training || !args->running_mean || !args->running_var;
	struct norm_node node = {args->eps, own, args->weights, args->bias};
	struct var *inputs[3] = {x};
	struct tensor *saved[3] = {x->value}, *value = NULL;
	struct grad_record record = {.op = &op,
	    .inputs = inputs,
	    .input_count = 1,
	    .saved = saved,
	    .saved_count = 3,
	    .args = &node};
	struct norm_job job = {.training = own, .eps = args->eps};
	double count = (double)tensor_count(x->value) / (double)x->value->shape[1];
	int err;

	if (args->weights)
		inputs[record.input_count++] = args->weights;
	if (args->bias)
		inputs[record.input_count++] = args->bias;
	saved[2] = args->weights ? args->weights->value : NULL;
	if ((err = new_statistics(args, x->value->shape[1], own, &saved[1], diag)) < 0)
		return err;
	if ((err = job_init(&job, x->value, saved[1], diag)) < 0 ||
	    (err = tensor_new_raw(DTYPE_F32, x->value->ndim, x->value->shape, &value, diag)) < 0)
		goto out;
	job.weights = args->weights ? args->weights->value->data : NULL;
	job.bias = args->bias ? args->bias->value->data : NULL;
	job.y = value->data;
	workers_each_if(
	    tensor_count(x->value) > NORM_PARALLEL, job.channels, forward_channel, &job);
	if (args->training &&
	    ((err = follow(args->running_mean, job.mean, args, 1, diag)) < 0 ||
		(err = follow(args->running_var, job.variance, args, count / (count - 1),
		     diag)) < 0)) {
		tensor_free(value);
		goto out;
	}
	*ret = autograd_result(&record, value);
out:
	tensor_free(saved[1]);
	return err;
}

int var_batch_norm(const struct batch_norm_args *args, struct var *x, struct var **ret,
    struct diag *diag)
{
	int err = check_batch_norm(args, x->value, diag);

	if (err < 0)
		return err;
	return norm_accepts(args, x) ? norm_node(args, x, ret, diag)
				     : norm_formula(args, x, ret, diag);
}

/* -- dropout ---------------------------------------------------------------------------------- */

/* 0 where a random number is not below `keep`, else 1 / keep: what x is multiplied by. */
static void fill_mask(struct tensor *mask, double keep, struct rng *rng)
{
	float *at = mask->data, scale = keep > 0 ? (float)(1 / keep) : 0;
	float below = (float)(ceil(keep * 0x1p24) * 0x1p-24); // random floats are multiples of this
	size_t count = tensor_count(mask);

	rng_fill(rng, at, count);
	for (size_t i = 0; i < count; i++)
		at[i] = at[i] < below ? scale : 0;
}

int var_dropout(struct var *x, double p, bool training, struct rng *rng, struct var **ret,
    struct diag *diag)
{
	struct tensor *mask;
	struct var_calc c = {.diag = diag};
	struct var *keep;
	int err;

	if (!(p >= 0 && p <= 1))
		return diag_set(
		    diag, ERR_RANGE, "a dropout probability of %g is not between 0 and 1", p);
	if (!training || p == 0) {
		*ret = var_ref(x);
		return 0;
	}
	err = tensor_new_raw(x->value->dtype, x->value->ndim, x->value->shape, &mask, diag);
	if (err < 0)
		return err;
	if (mask->dtype == DTYPE_F32) {
		fill_mask(mask, 1 - p, rng);
		keep = vcalc_take(&c, mask);
	} else {
		assemble_random(mask, rng, FILL_KIND_BERNOULLI, 1 - p, 0);
		keep = vcalc_take(&c, mask);
		if (p < 1)
			keep = vcalc_number(&c, BINARY_MUL, keep, 1 / (1 - p));
	}
	return vcalc_end(&c, vcalc_binary(&c, BINARY_MUL, x, keep), ret);
}
