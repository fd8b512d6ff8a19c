// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "engine/net.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "base/strbuf.h"
#include "engine/shape.h"

#define NET_MAX_LAYERS 1024
#define NET_MAX_FLOATS ((size_t)1 << 28) // 1 GiB of parameters, and as much for one image's layer

/* The networks known by name. */
struct net_recipe {
	const char *name;
	int in[3];
	const struct layer_spec *specs;
	size_t count;
};

// LeCun et al. 1998 as the documents build it: sigmoids, average pooling, all of C3's connections.
static const struct layer_spec lenet5[] = {
    {.kind = LAYER_KIND_CONV2D, .outputs = 6, .kernel_h = 5, .kernel_w = 5, .padding_h = 2, .padding_w = 2},
    {.kind = LAYER_KIND_SIGMOID},
    {.kind = LAYER_KIND_AVG_POOL, .kernel_h = 2, .kernel_w = 2},
    {.kind = LAYER_KIND_CONV2D, .outputs = 16, .kernel_h = 5, .kernel_w = 5},
    {.kind = LAYER_KIND_SIGMOID},
    {.kind = LAYER_KIND_AVG_POOL, .kernel_h = 2, .kernel_w = 2},
    {.kind = LAYER_KIND_FLATTEN},
    {.kind = LAYER_KIND_LINEAR, .outputs = 120},
    {.kind = LAYER_KIND_SIGMOID},
    {.kind = LAYER_KIND_LINEAR, .outputs = 84},
    {.kind = LAYER_KIND_SIGMOID},
    {.kind = LAYER_KIND_LINEAR, .outputs = 10},
};

static const struct net_recipe recipes[] = {
    {.name = "lenet5", .in = {1, 28, 28}, .specs = lenet5, .count = ARRAY_LEN(lenet5)},
};

const char *layer_kind_name(enum layer_kind kind)
{
	static const char *const names[] = {
	    [LAYER_KIND_CONV2D] = "Conv2d",
	    [LAYER_KIND_SIGMOID] = "Sigmoid",
	    [LAYER_KIND_TANH] = "Tanh",
	    [LAYER_KIND_RELU] = "ReLU",
	    [LAYER_KIND_AVG_POOL] = "AvgPool2d",
	    [LAYER_KIND_MAX_POOL] = "MaxPool2d",
	    [LAYER_KIND_FLATTEN] = "Flatten",
	    [LAYER_KIND_LINEAR] = "Linear",
	};

	return names[kind];
}

static bool is_pool(enum layer_kind kind)
{
	return kind == LAYER_KIND_AVG_POOL || kind == LAYER_KIND_MAX_POOL;
}

static void fill_defaults(struct layer_spec *spec)
{
	if (spec->kind == LAYER_KIND_CONV2D) {
		spec->stride_h = spec->stride_h ? spec->stride_h : 1;
		spec->stride_w = spec->stride_w ? spec->stride_w : 1;
	} else if (is_pool(spec->kind)) {
		spec->stride_h = spec->stride_h ? spec->stride_h : spec->kernel_h;
		spec->stride_w = spec->stride_w ? spec->stride_w : spec->kernel_w;
	}
}

static int window_out(int size, int kernel, int stride, int padding, int *ret, struct diag *diag)
{
	struct window_axis axis = {.size = size,
	    .kernel = kernel,
	    .stride = stride,
	    .before = padding,
	    .after = padding,
	    .dilation = 1};
	struct window_result result;
	int err = window_compute(&axis, &result, diag);

	if (err < 0)
		return err;
	*ret = (int)result.count;
	return 0;
}

static int shape_windows(struct layer *layer, struct diag *diag)
{
	const struct layer_spec *spec = &layer->spec;
	int err;

	if (is_pool(spec->kind) &&
	    (spec->padding_h * 2 > spec->kernel_h || spec->padding_w * 2 > spec->kernel_w))
		return diag_set(diag, ERR_SHAPE, "pooling pads more than half its kernel");
	layer->out[0] = spec->kind == LAYER_KIND_CONV2D ? spec->outputs : layer->in[0];
	err = window_out(layer->in[1], spec->kernel_h, spec->stride_h, spec->padding_h, &layer->out[1], diag);
	if (err < 0)
		return err;
	return window_out(layer->in[2], spec->kernel_w, spec->stride_w, spec->padding_w, &layer->out[2], diag);
}

static int require_outputs(const struct layer *layer, struct diag *diag)
{
	if (layer->spec.outputs >= 1 && layer->spec.outputs <= 1 << 20)
		return 0;
	return diag_set(diag, ERR_SHAPE, "%d outputs are not possible", layer->spec.outputs);
}

static int shape_linear(struct layer *layer, bool flat, struct diag *diag)
{
	if (!flat) {
		diag_set(diag, ERR_SHAPE, "linear needs features, not an image of %dx%dx%d", layer->in[0],
		    layer->in[1], layer->in[2]);
		diag_hint(diag, "put a flatten layer before it");
		return ERR_SHAPE;
	}
	layer->out[0] = layer->spec.outputs;
	layer->out[1] = layer->out[2] = 1;
	layer->macs = (double)layer->in[0] * layer->out[0];
	layer->weight_count = (size_t)layer->in[0] * (size_t)layer->out[0];
	layer->bias_count = (size_t)layer->out[0];
	return 0;
}

static int shape_conv(struct layer *layer, struct diag *diag)
{
	const struct layer_spec *spec = &layer->spec;
	int err = shape_windows(layer, diag);
	size_t kernel = (size_t)spec->kernel_h * (size_t)spec->kernel_w * (size_t)layer->in[0];

	if (err < 0)
		return err;
	layer->macs = (double)kernel * layer->out[0] * layer->out[1] * layer->out[2];
	layer->weight_count = kernel * (size_t)spec->outputs;
	layer->bias_count = (size_t)spec->outputs;
	return 0;
}

// Fill out, counts and macs of a layer whose spec and in are set. `flat`: flatten came before.
static int shape_layer(struct layer *layer, bool flat, struct diag *diag)
{
	enum layer_kind kind = layer->spec.kind;

	memcpy(layer->out, layer->in, sizeof(layer->out));
	if (flat && (kind == LAYER_KIND_CONV2D || is_pool(kind)))
		return diag_set(diag, ERR_SHAPE, "it needs an image, and flatten came before it");
	switch (kind) {
	case LAYER_KIND_CONV2D:
		return require_outputs(layer, diag) < 0 ? ERR_SHAPE : shape_conv(layer, diag);
	case LAYER_KIND_LINEAR:
		return require_outputs(layer, diag) < 0 ? ERR_SHAPE : shape_linear(layer, flat, diag);
	case LAYER_KIND_AVG_POOL:
	case LAYER_KIND_MAX_POOL:
		return shape_windows(layer, diag);
	case LAYER_KIND_FLATTEN:
		layer->out[0] = layer->in[0] * layer->in[1] * layer->in[2];
		layer->out[1] = layer->out[2] = 1;
		return 0;
	case LAYER_KIND_SIGMOID:
	case LAYER_KIND_TANH:
	case LAYER_KIND_RELU:
		return 0;
	}
	return diag_set(diag, ERR_SHAPE, "unknown kind %d", (int)kind);
}

static bool count_fits(const int shape[3])
{
	size_t count = 1;

	for (int i = 0; i < 3; i++) {
		if (shape[i] < 1 || !size_mul(count, (size_t)shape[i], &count) || count > NET_MAX_FLOATS)
			return false;
	}
	return true;
}

static size_t place(struct net *net, size_t count)
{
	size_t at = net->param_count;

	net->param_count += count;
	return at;
}

// Prefix what the layer complained about with its place in the net.
static int blame_layer(size_t index, enum layer_kind kind, struct diag *diag)
{
	struct diag copy;

	if (!diag)
		return ERR_SHAPE;
	copy = *diag;
	diag_set(diag, copy.code, "layer %zu (%s): %s", index,
	    (unsigned)kind <= LAYER_KIND_LINEAR ? layer_kind_name(kind) : "?", copy.msg);
	if (copy.hint[0])
		diag_hint(diag, "%s", copy.hint);
	return copy.code;
}

static int add_layer(struct net *net, const struct layer_spec *spec, bool *flat, struct diag *diag)
{
	size_t index = net->layer_count;
	struct layer *layer = &net->layers[index];
	struct diag local;
	const int *in = index > 0 ? net->layers[index - 1].out : net->in;
	int err;

	layer->spec = *spec;
	fill_defaults(&layer->spec);
	memcpy(layer->in, in, sizeof(layer->in));
	err = shape_layer(layer, *flat, diag ? diag : &local);
	if (err == 0 && (!count_fits(layer->out) || layer->weight_count > NET_MAX_FLOATS ||
			    net->param_count > NET_MAX_FLOATS))
		err = diag_set(diag, ERR_SHAPE, "it would be too large");
	if (err < 0)
		return blame_layer(index, spec->kind, diag);
	layer->weight_at = place(net, layer->weight_count);
	layer->bias_at = place(net, layer->bias_count);
	net->named_count += 2 * (layer->weight_count > 0);
	*flat |= spec->kind == LAYER_KIND_FLATTEN;
	net->layer_count++;
	return 0;
}

static void name_weight(struct net *net, const struct layer *layer, size_t index, struct net_param *param)
{
	bool conv = layer->spec.kind == LAYER_KIND_CONV2D;

	snprintf(param->name, sizeof(param->name), "%s.%zu.weight", net->name, index);
	param->ndim = conv ? 4 : 2;
	param->shape[0] = layer->out[0];
	param->shape[1] = layer->in[0];
	param->shape[2] = conv ? layer->spec.kernel_h : 1;
	param->shape[3] = conv ? layer->spec.kernel_w : 1;
	param->data = net->params + layer->weight_at;
	param->count = layer->weight_count;
}

static void name_params(struct net *net)
{
	struct net_param *param = net->named;

	for (size_t i = 0; i < net->layer_count; i++) {
		const struct layer *layer = &net->layers[i];

		if (layer->weight_count == 0)
			continue;
		name_weight(net, layer, i, param++);
		snprintf(param->name, sizeof(param->name), "%s.%zu.bias", net->name, i);
		param->ndim = 1;
		param->shape[0] = layer->out[0];
		param->data = net->params + layer->bias_at;
		param->count = layer->bias_count;
		param++;
	}
}

static int finish(struct net *net, struct diag *diag)
{
	const struct layer *last = &net->layers[net->layer_count - 1];

	if (last->out[1] != 1 || last->out[2] != 1) {
		diag_set(diag, ERR_SHAPE, "the net ends in %dx%dx%d, not in one number per class",
		    last->out[0], last->out[1], last->out[2]);
		diag_hint(diag, "end it with flatten and linear");
		return ERR_SHAPE;
	}
	net->classes = last->out[0];
	net->params = mem_aligned(net->param_count ? net->param_count : 1, sizeof(float));
	net->named = mem_zalloc(net->named_count, sizeof(*net->named));
	if (!net->params || !net->named)
		return diag_set(diag, ERR_NOMEM, "no memory for %zu parameters", net->param_count);
	memset(net->params, 0, net->param_count * sizeof(float));
	name_params(net);
	return 0;
}

static int build(struct net *net, const struct layer_spec *specs, size_t count, struct diag *diag)
{
	bool flat = net->in[1] == 1 && net->in[2] == 1;

	if (!count_fits(net->in))
		return diag_set(diag, ERR_SHAPE, "an image of %dx%dx%d is not possible", net->in[0],
		    net->in[1], net->in[2]);
	if (count == 0 || count > NET_MAX_LAYERS)
		return diag_set(diag, ERR_SHAPE, "a net has 1 to %d layers, not %zu", NET_MAX_LAYERS, count);
	net->layers = mem_zalloc(count, sizeof(*net->layers));
	if (!net->layers)
		return diag_set(diag, ERR_NOMEM, "no memory for %zu layers", count);
	for (size_t i = 0; i < count; i++) {
		int err = add_layer(net, &specs[i], &flat, diag);

		if (err < 0)
			return err;
	}
	return finish(net, diag);
}

int net_new(const char *name, const int in[3], const struct layer_spec *specs, size_t count,
    struct net **ret, struct diag *diag)
{
	struct net *net = mem_zalloc(1, sizeof(*net));
	int err;

	if (!net)
		return diag_set(diag, ERR_NOMEM, "no memory for a net");
	snprintf(net->name, sizeof(net->name), "%s", name);
	memcpy(net->in, in, sizeof(net->in));
	err = build(net, specs, count, diag);
	if (err < 0) {
		net_free(net);
		return err;
	}
	*ret = net;
	return 0;
}

int net_new_named(const char *name, struct net **ret, struct diag *diag)
{
	struct strbuf known = STRBUF_INIT;

	for (size_t i = 0; i < ARRAY_LEN(recipes); i++) {
		const struct net_recipe *recipe = &recipes[i];

		if (strcmp(name, recipe->name) == 0)
			return net_new(recipe->name, recipe->in, recipe->specs, recipe->count, ret, diag);
		strbuf_addf(&known, "%s%s", i > 0 ? ", " : "", recipe->name);
	}
	diag_set(diag, ERR_NOT_FOUND, "no net is called '%s'", name);
	diag_hint(diag, "there is %s", known.data);
	strbuf_release(&known);
	return ERR_NOT_FOUND;
}

void net_free(struct net *net)
{
	if (!net)
		return;
	mem_free(net->layers);
	mem_free(net->params);
	mem_free(net->named);
	mem_free(net);
}

static void fill_uniform(float *values, size_t count, double bound, struct rng *rng)
{
	for (size_t i = 0; i < count; i++)
		values[i] = rng_uniform(rng, (float)-bound, (float)bound);
}

void net_init_xavier(struct net *net, struct rng *rng)
{
	for (size_t i = 0; i < net->layer_count; i++) {
		const struct layer *layer = &net->layers[i];
		double fan_in, fan_out;

		if (layer->weight_count == 0)
			continue;
		fan_in = (double)layer->weight_count / layer->out[0];
		fan_out = (double)layer->weight_count / layer->in[0];
		fill_uniform(net->params + layer->weight_at, layer->weight_count, sqrt(6 / (fan_in + fan_out)),
		    rng);
		fill_uniform(net->params + layer->bias_at, layer->bias_count, 1 / sqrt(fan_in), rng);
	}
}

const struct net_param *net_find_param(const struct net *net, const char *name)
{
	for (size_t i = 0; i < net->named_count; i++) {
		if (strcmp(net->named[i].name, name) == 0)
			return &net->named[i];
	}
	return NULL;
}
