// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "engine/net64.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/rng.h"

static size_t count_of(const int shape[3])
{
	return (size_t)shape[0] * (size_t)shape[1] * (size_t)shape[2];
}

static const int *shape_before(const struct net *net, size_t layer)
{
	return layer < net->layer_count ? net->layers[layer].in : net->layers[layer - 1].out;
}

struct net64 *net64_new(const struct net *net)
{
	struct net64 *twin = xzalloc(1, sizeof(*twin));

	twin->net = net;
	twin->params = xmalloc(net->param_count + 1, sizeof(double));
	for (size_t i = 0; i < net->param_count; i++)
		twin->params[i] = net->params[i];
	twin->values = xmalloc(net->layer_count + 1, sizeof(double *));
	twin->gradients = xmalloc(net->layer_count + 1, sizeof(double *));
	for (size_t i = 0; i <= net->layer_count; i++) {
		twin->values[i] = xzalloc(count_of(shape_before(net, i)), sizeof(double));
		twin->gradients[i] = xzalloc(count_of(shape_before(net, i)), sizeof(double));
	}
	return twin;
}

void net64_free(struct net64 *twin)
{
	for (size_t i = 0; i <= twin->net->layer_count; i++) {
		mem_free(twin->values[i]);
		mem_free(twin->gradients[i]);
	}
	mem_free(twin->values);
	mem_free(twin->gradients);
	mem_free(twin->params);
	mem_free(twin);
}

/* One layer of one image; the gradients are NULL on the way forward. */
struct pass {
	const struct layer *layer;
	const double *params;
	double *src, *dst, *diff_src, *diff_dst, *gradient;
};

// Index of input (c, y, x), or -1 where that lies in the padding.
static long input_at(const struct layer *layer, int c, int y, int x)
{
	if (y < 0 || y >= layer->in[1] || x < 0 || x >= layer->in[2])
		return -1;
	return ((long)c * layer->in[1] + y) * layer->in[2] + x;
}

typedef void window_fn(struct pass *pass, int c, int y, int x, size_t out);

static void for_each_output(struct pass *pass, window_fn *visit)
{
	size_t out = 0;

	for (int c = 0; c < pass->layer->out[0]; c++) {
		for (int y = 0; y < pass->layer->out[1]; y++) {
			for (int x = 0; x < pass->layer->out[2]; x++)
				visit(pass, c, y, x, out++);
		}
	}
}

// Forward where diff_dst is NULL, else backward: the same products seen from three sides.
static void conv_output(struct pass *pass, int o, int y, int x, size_t out)
{
	const struct layer *layer = pass->layer;
	const struct layer_spec *s = &layer->spec;
	size_t w = layer->weight_at + (size_t)(o * layer->in[0] * s->kernel_h * s->kernel_w);
	double sum = pass->params[layer->bias_at + (size_t)o];

	for (int c = 0; c < layer->in[0]; c++) {
		for (int i = 0; i < s->kernel_h * s->kernel_w; i++, w++) {
			long at = input_at(layer, c, y * s->stride_h - s->padding_h + i / s->kernel_w,
			    x * s->stride_w - s->padding_w + i % s->kernel_w);

			if (at < 0)
				continue;
			sum += pass->src[at] * pass->params[w];
			if (pass->diff_dst) {
				pass->diff_src[at] += pass->diff_dst[out] * pass->params[w];
				pass->gradient[w] += pass->diff_dst[out] * pass->src[at];
			}
		}
	}
	if (pass->diff_dst)
		pass->gradient[layer->bias_at + (size_t)o] += pass->diff_dst[out];
	else
		pass->dst[out] = sum;
}

static void pool_output(struct pass *pass, int c, int y, int x, size_t out)
{
	const struct layer_spec *s = &pass->layer->spec;
	double sum = 0, max = -INFINITY, cells = s->kernel_h * s->kernel_w;
	long best = -1;

	for (int i = 0; i < s->kernel_h * s->kernel_w; i++) {
		long at = input_at(pass->layer, c, y * s->stride_h - s->padding_h + i / s->kernel_w,
		    x * s->stride_w - s->padding_w + i % s->kernel_w);

		if (at < 0)
			continue;
		sum += pass->src[at];
		if (pass->src[at] > max) {
			max = pass->src[at];
			best = at;
		}
		if (pass->diff_dst && s->kind == LAYER_KIND_AVG_POOL)
			pass->diff_src[at] += pass->diff_dst[out] / cells;
	}
	if (!pass->diff_dst)
		pass->dst[out] = s->kind == LAYER_KIND_AVG_POOL ? sum / cells : max;
	else if (s->kind == LAYER_KIND_MAX_POOL)
		pass->diff_src[best] += pass->diff_dst[out];
}

static void linear_output(struct pass *pass, int o, int y, int x, size_t out)
{
	const struct layer *layer = pass->layer;
	size_t in = (size_t)layer->in[0], row = layer->weight_at + (size_t)o * in;
	double sum = pass->params[layer->bias_at + (size_t)o];

	(void)y;
	(void)x;
	for (size_t i = 0; i < in; i++) {
		sum += pass->src[i] * pass->params[row + i];
		if (pass->diff_dst) {
			pass->diff_src[i] += pass->diff_dst[out] * pass->params[row + i];
			pass->gradient[row + i] += pass->diff_dst[out] * pass->src[i];
		}
	}
	if (pass->diff_dst)
		pass->gradient[layer->bias_at + (size_t)o] += pass->diff_dst[out];
	else
		pass->dst[out] = sum;
}

static void simple_output(struct pass *pass, int c, int y, int x, size_t out)
{
	double in = pass->src[out], value = in, slope = 1;

	(void)c;
	(void)y;
	(void)x;
	if (pass->layer->spec.kind == LAYER_KIND_SIGMOID) {
		value = 1 / (1 + exp(-in));
		slope = value * (1 - value);
	} else if (pass->layer->spec.kind == LAYER_KIND_TANH) {
		value = tanh(in);
		slope = 1 - value * value;
	} else if (pass->layer->spec.kind == LAYER_KIND_RELU) {
		value = in > 0 ? in : 0;
		slope = in > 0;
	}
	if (pass->diff_dst)
		pass->diff_src[out] += slope * pass->diff_dst[out];
	else
		pass->dst[out] = value;
}

static window_fn *output_of(enum layer_kind kind)
{
	switch (kind) {
	case LAYER_KIND_CONV2D:
		return conv_output;
	case LAYER_KIND_LINEAR:
		return linear_output;
	case LAYER_KIND_AVG_POOL:
	case LAYER_KIND_MAX_POOL:
		return pool_output;
	default:
		return simple_output;
	}
}

static void run_layer(struct net64 *twin, size_t i, double *gradient)
{
	struct pass pass = {.layer = &twin->net->layers[i],
	    .params = twin->params,
	    .src = twin->values[i],
	    .dst = twin->values[i + 1],
	    .gradient = gradient};

	if (gradient) {
		pass.diff_src = twin->gradients[i];
		pass.diff_dst = twin->gradients[i + 1];
		memset(pass.diff_src, 0, count_of(pass.layer->in) * sizeof(double));
	}
	for_each_output(&pass, output_of(pass.layer->spec.kind));
}

double net64_loss(struct net64 *twin, const struct images *images, size_t index)
{
	size_t plane = (size_t)images->height * (size_t)images->width, layers = twin->net->layer_count;
	double *logits = twin->values[layers], *diff = twin->gradients[layers], sum = 0, max = -INFINITY;

	for (size_t i = 0; i < plane; i++)
		twin->values[0][i] = images->pixels[index * plane + i] / 255.0;
	for (size_t i = 0; i < layers; i++)
		run_layer(twin, i, NULL);
	for (int c = 0; c < twin->net->classes; c++)
		max = fmax(max, logits[c]);
	for (int c = 0; c < twin->net->classes; c++)
		sum += exp(logits[c] - max);
	for (int c = 0; c < twin->net->classes; c++)
		diff[c] = exp(logits[c] - max) / sum - (c == images->labels[index]);
	return log(sum) + max - logits[images->labels[index]];
}

double net64_gradient(struct net64 *twin, const struct images *images, const uint32_t *indices,
    size_t count, double *gradient)
{
	double loss = 0;

	memset(gradient, 0, twin->net->param_count * sizeof(double));
	for (size_t n = 0; n < count; n++) {
		loss += net64_loss(twin, images, indices ? indices[n] : n);
		for (size_t i = twin->net->layer_count; i-- > 0;)
			run_layer(twin, i, gradient);
	}
	for (size_t i = 0; i < twin->net->param_count; i++)
		gradient[i] /= (double)count;
	return loss / (double)count;
}

struct images images_random(size_t count, int height, int width, int classes, uint64_t seed)
{
	size_t pixels = count * (size_t)height * (size_t)width;
	uint8_t *bytes = xmalloc(pixels, 1), *labels = xmalloc(count, 1);
	struct rng rng;

	rng_seed(&rng, seed);
	for (size_t i = 0; i < pixels; i++)
		bytes[i] = (uint8_t)rng_below(&rng, 256);
	for (size_t i = 0; i < count; i++)
		labels[i] = (uint8_t)rng_below(&rng, (uint64_t)classes);
	return (struct images){bytes, labels, count, height, width, classes};
}

void images_free(struct images *images)
{
	mem_free((void *)images->pixels);
	mem_free((void *)images->labels);
}
