// SPDX-License-Identifier: GPL-3.0-or-later
/* Layers that are not computed yet: a tree of steps, each after the one before it. */
#include "config.h"

#include "engine/deferred.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cancel.h"
#include "engine/chain.h"
#include "engine/var_nn.h"
#include "engine/var_ops.h"

#define STEPS_MAX 32  // of a chain
#define LEAST_BATCH 8 // images, below which blocks of 16 are mostly empty
#define FULL_BATCH 32 // images, from which on they are mostly full
#define KEPT 8	      // chains: a training loop asks for the same ones in each step

struct deferred {
	int refs;    // holders, and the steps after this one
	int holders;
	struct deferred_list *list;
	struct deferred *earlier, *later; // in the list
	struct deferred *before; // whose result goes in, or NULL: x
	struct var *x;
	struct layer_spec spec;
	struct var *params[2]; // weight, bias
	int length;	       // steps from x
	bool recorded;	       // gradients were when it was put down
	struct tensor outline; // of the result
	struct var *value;     // once it is computed
};

struct chain_key {
	struct layer_spec specs[STEPS_MAX];
	size_t count;
	int in[3];
};

struct deferred_chains {
	struct {
		struct chain_key key;
		struct chain *chain;
	} kept[KEPT];
	size_t next;
};

/* Uncomputed steps in a row, the first first. */
struct run {
	struct deferred *steps[STEPS_MAX];
	size_t count;
	struct var *x;
};

void deferred_list_init(struct deferred_list *list)
{
	*list = (struct deferred_list){.first = NULL};
}

void deferred_list_release(struct deferred_list *list)
{
	if (list->first)
		BUG("results that are not computed are still held");
	for (size_t i = 0; list->chains && i < KEPT; i++)
		chain_unref(list->chains->kept[i].chain);
	mem_free(list->chains);
	tensor_free(list->unknown);
	list->chains = NULL;
	list->unknown = NULL;
}

/* -- putting down ----------------------------------------------------------------------------- */

static bool is_pool(enum layer_kind kind)
{
	return kind == LAYER_KIND_AVG_POOL || kind == LAYER_KIND_MAX_POOL;
}

static bool has_weights(enum layer_kind kind)
{
	return kind == LAYER_KIND_CONV2D || kind == LAYER_KIND_LINEAR;
}

static bool is_plain(const struct var *var)
{
	return var->world == WORLD_TORCH && var->value->dtype == DTYPE_F32 &&
	    tensor_is_contiguous(var->value);
}

static bool params_fit(const struct layer_spec *spec, const struct tensor *in,
    struct var *const params[2])
{
	const struct var *weights = params[0], *bias = params[1];
	int ndim = spec->kind == LAYER_KIND_CONV2D ? 4 : 2;

	if (!weights || !is_plain(weights) || weights->value->ndim != ndim || in->ndim != ndim ||
	    weights->value->shape[1] != in->shape[1])
		return false;
	return !bias || (is_plain(bias) && bias->value->ndim == 1 &&
			    bias->value->shape[0] == weights->value->shape[0]);
}

static void take_sizes(struct layer_spec *spec, const struct tensor *weights)
{
	spec->outputs = weights->shape[0] < INT_MAX ? (int)weights->shape[0] : 0;
	if (spec->kind == LAYER_KIND_LINEAR)
		return;
	spec->kernel_h = weights->shape[2] < INT_MAX ? (int)weights->shape[2] : 0;
	spec->kernel_w = weights->shape[3] < INT_MAX ? (int)weights->shape[3] : 0;
}

static int64_t windows(int64_t size, int kernel, int stride, int padding)
{
	int64_t room = size + 2 * (int64_t)padding - kernel;

	return kernel < 1 || stride < 1 || room < 0 ? 0 : room / stride + 1;
}

/* The shape of the result; false where layer and input do not go together. */
static bool outline_of(const struct layer_spec *s, const struct tensor *in, struct tensor *ret)
{
	*ret = (struct tensor){.dtype = DTYPE_F32, .ndim = in->ndim};
	memcpy(ret->shape, in->shape, sizeof(ret->shape));
	if (has_weights(s->kind))
		ret->shape[1] = s->outputs;
	if (s->kind == LAYER_KIND_CONV2D || is_pool(s->kind)) {
		ret->shape[2] = windows(in->shape[2], s->kernel_h, s->stride_h, s->padding_h);
		ret->shape[3] = windows(in->shape[3], s->kernel_w, s->stride_w, s->padding_w);
	} else if (s->kind == LAYER_KIND_FLATTEN) {
		ret->ndim = 2;
		ret->shape[1] = in->shape[1] * in->shape[2] * in->shape[3];
	}
	for (int i = 0; i < ret->ndim; i++) {
		if (ret->shape[i] < 1 || ret->shape[i] > INT_MAX)
			return false;
	}
	return true;
}

/* A chain may begin with x: images, or features before a linear layer. Flat images cost nothing. */
static bool may_begin(const struct var *x, enum layer_kind kind)
{
	const struct tensor *value = x->value;

	if (!is_plain(x) || value->ndim < 2 || value->shape[0] < LEAST_BATCH)
		return false;
	if (kind == LAYER_KIND_LINEAR)
		return value->ndim == 2;
	// Planes of one pixel keep their dimensions; a chain would drop them.
	return kind != LAYER_KIND_FLATTEN && value->ndim == 4 &&
	    (value->shape[2] > 1 || value->shape[3] > 1);
}

static bool layer_fits(const struct layer_spec *spec, const struct tensor *in,
    struct var *const params[2])
{
	if (has_weights(spec->kind))
		return params_fit(spec, in, params);
	if (is_pool(spec->kind))
		return in->ndim == 4 && spec->padding_h * 2 <= spec->kernel_h &&
		    spec->padding_w * 2 <= spec->kernel_w;
	return spec->kind != LAYER_KIND_FLATTEN || in->ndim == 4;
}

static void enlist(struct deferred *d)
{
	struct deferred_list *list = d->list;

	d->earlier = list->last;
	d->later = NULL;
	*(list->last ? &list->last->later : &list->first) = d;
	list->last = d;
}

static void strike(struct deferred *d)
{
	struct deferred_list *list = d->list;

	*(d->earlier ? &d->earlier->later : &list->first) = d->later;
	*(d->later ? &d->later->earlier : &list->last) = d->earlier;
}

/* Made while there is memory. */
static bool has_unknown(struct deferred_list *list)
{
	struct diag diag;

	if (!list->unknown && tensor_new(DTYPE_F32, 0, NULL, &list->unknown, &diag) == 0)
		tensor_fill(list->unknown, NAN);
	return list->unknown;
}

struct deferred *deferred_new(struct deferred_list *list, const struct deferred_input *input,
    const struct layer_spec *spec, struct var *const params[2])
{
	const struct deferred *before = input->before;
	const struct tensor *in = before ? &before->outline : input->x->value;
	struct layer_spec sized = *spec;
	struct tensor outline;
	struct deferred *d;

	if (before ? before->length == STEPS_MAX || before->recorded != autograd_enabled()
		   : !may_begin(input->x, spec->kind))
		return NULL;
	if (!layer_fits(spec, in, params))
		return NULL;
	if (has_weights(spec->kind))
		take_sizes(&sized, params[0]->value);
	if (!outline_of(&sized, in, &outline) || !has_unknown(list))
		return NULL;
	d = xmalloc(1, sizeof(*d));
	*d = (struct deferred){.refs = 1,
	    .holders = 1,
	    .list = list,
	    .before = input->before,
	    .x = before ? NULL : var_ref(input->x),
	    .spec = sized,
	    .length = before ? before->length + 1 : 1,
	    .recorded = autograd_enabled(),
	    .outline = outline};
	for (int i = 0; i < 2 && has_weights(spec->kind); i++)
		d->params[i] = params[i] ? var_ref(params[i]) : NULL;
	if (d->before)
		d->before->refs++;
	enlist(d);
	return d;
}

static void unref(struct deferred *d);

/* What went into it: of no use once it is computed. */
static void forget_input(struct deferred *d)
{
	var_unref(d->x);
	var_unref(d->params[0]);
	var_unref(d->params[1]);
	d->x = d->params[0] = d->params[1] = NULL;
	unref(d->before); // at most STEPS_MAX deep
	d->before = NULL;
}

static void unref(struct deferred *d)
{
	if (!d || --d->refs > 0)
		return;
	forget_input(d);
	var_unref(d->value);
	mem_free(d);
}

void deferred_hold(struct deferred *d)
{
	d->refs++;
	if (d->holders++ == 0 && !d->value)
		enlist(d);
}

void deferred_drop(struct deferred *d)
{
	if (!d)
		return;
	if (--d->holders == 0 && !d->value)
		strike(d);
	unref(d);
}

struct var *deferred_value(const struct deferred *d)
{
	return d->value;
}

const struct tensor *deferred_outline(const struct deferred *d)
{
	return &d->outline;
}

/* -- computing -------------------------------------------------------------------------------- */

static void run_init(struct run *run, struct deferred *last)
{
	struct deferred *d = last;
	size_t at;

	run->count = 0;
	for (; d && !d->value; d = d->before)
		run->count++;
	run->x = d ? d->value : NULL;
	at = run->count;
	for (d = last; at > 0; d = d->before) {
		run->steps[--at] = d;
		run->x = d->x ? d->x : run->x;
	}
}

static void key_init(struct chain_key *key, const struct run *run)
{
	const struct tensor *x = run->x->value;

	memset(key, 0, sizeof(*key)); // padding, too: keys are compared as bytes
	key->count = run->count;
	for (size_t i = 0; i < run->count; i++)
		key->specs[i] = run->steps[i]->spec;
	for (int i = 0; i < 3; i++)
		key->in[i] = i + 1 < x->ndim ? (int)x->shape[i + 1] : 1;
}

/* Borrowed. */
static int find_chain(struct deferred_list *list, const struct chain_key *key, struct chain **ret,
    struct diag *diag)
{
	struct deferred_chains *chains = list->chains;
	int err;

	if (!chains)
		chains = list->chains = xzalloc(1, sizeof(*chains));
	for (size_t i = 0; i < KEPT; i++) {
		*ret = chains->kept[i].chain;
		if (*ret && memcmp(&chains->kept[i].key, key, sizeof(*key)) == 0)
			return 0;
	}
	err = chain_new(key->in, key->specs, key->count, ret, diag);
	if (err < 0)
		return err;
	chain_unref(chains->kept[chains->next].chain);
	chains->kept[chains->next].key = *key;
	chains->kept[chains->next].chain = *ret;
	chains->next = (chains->next + 1) % KEPT;
	return 0;
}

/*
 * One layer alone pays for turning images into blocks and back: a convolution for which there are
 * tiles, of blocks that are full.
 */
static bool worth_blocks(const struct deferred *d)
{
	const struct layer_spec *s = &d->spec;

	return s->kind == LAYER_KIND_CONV2D && s->stride_h == 1 && s->stride_w == 1 &&
	    s->kernel_w <= 5 && s->kernel_w % 2 == 1 && d->outline.shape[0] >= FULL_BATCH;
}

static int run_chain(struct deferred_list *list, const struct run *run, struct var **ret,
    struct diag *diag)
{
	struct var *params[2 * STEPS_MAX];
	struct chain_key key;
	struct chain *chain;
	size_t count = 0;
	int err;

	for (size_t i = 0; i < run->count; i++) {
		for (int j = 0; j < 2 && has_weights(run->steps[i]->spec.kind); j++)
			params[count++] = run->steps[i]->params[j];
	}
	if (run->count == 1 && !worth_blocks(run->steps[0]))
		return ERR_UNSUPPORTED;
	key_init(&key, run);
	err = find_chain(list, &key, &chain, diag);
	return err < 0 ? err : chain_run(chain, run->x, params, ret, diag);
}

static int run_layer(const struct deferred *d, struct var *x, struct var **ret, struct diag *diag)
{
	const struct layer_spec *s = &d->spec;
	struct conv_args conv = {.axes = 2, .stride = {s->stride_h, s->stride_w},
	    .before = {s->padding_h, s->padding_w}, .after = {s->padding_h, s->padding_w}};
	struct pool_args pool = {.axes = 2, .kernel = {s->kernel_h, s->kernel_w},
	    .stride = {s->stride_h, s->stride_w}, .padding = {s->padding_h, s->padding_w},
	    .kind = s->kind == LAYER_KIND_MAX_POOL ? POOL_KIND_MAX : POOL_KIND_AVG,
	    .count_padding = true};

	switch (s->kind) {
	case LAYER_KIND_CONV2D:
		return var_conv(&conv, x, d->params[0], d->params[1], ret, diag);
	case LAYER_KIND_LINEAR:
		return var_linear(x, d->params[0], d->params[1], ret, diag);
	case LAYER_KIND_SIGMOID: return var_unary(UNARY_SIGMOID, x, ret, diag);
	case LAYER_KIND_TANH: return var_unary(UNARY_TANH, x, ret, diag);
	case LAYER_KIND_RELU: return var_unary(UNARY_RELU, x, ret, diag);
	case LAYER_KIND_FLATTEN: return var_flatten(x, 1, -1, ret, diag);
	case LAYER_KIND_AVG_POOL:
	case LAYER_KIND_MAX_POOL: return var_pool(&pool, x, ret, diag);
	}
	BUG("layer kind %d", s->kind);
}

static int run_layers(const struct run *run, struct var **ret, struct diag *diag)
{
	struct var *x = var_ref(run->x), *y = NULL;

	for (size_t i = 0; i < run->count; i++) {
		int err = run_layer(run->steps[i], x, &y, diag);

		var_unref(x);
		if (err < 0)
			return err;
		x = y;
	}
	*ret = x;
	return 0;
}

static int compute(struct deferred *d, struct diag *diag)
{
	bool was = autograd_set_enabled(d->recorded);
	struct run run;
	int err;

	run_init(&run, d);
	err = run_chain(d->list, &run, &d->value, diag);
	if (err == ERR_SHAPE || err == ERR_UNSUPPORTED)
		err = run_layers(&run, &d->value, diag);
	autograd_set_enabled(was);
	return err;
}

/* NaN in the right shape, which takes no memory. */
static struct var *nothing(const struct deferred *d)
{
	struct tensor *value;
	struct diag diag;

	if (tensor_view_broadcast(
		d->list->unknown, d->outline.ndim, d->outline.shape, &value, &diag) < 0)
		BUG("%s", diag.msg);
	return var_new_take(WORLD_TORCH, value);
}

void deferred_settle(struct deferred_list *list)
{
	struct deferred *d;

	while ((d = list->first)) {
		struct diag diag;
		int err = compute(d, &diag);

		if (err == 0 && (err = cancel_check(&diag)) < 0)
			var_unref(d->value);
		if (err < 0) {
			d->value = nothing(d);
			if (list->failed == 0) {
				list->failed = err;
				list->diag = diag;
			}
		}
		strike(d);
		forget_input(d);
	}
}
