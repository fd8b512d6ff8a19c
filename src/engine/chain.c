// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Chains of layers. Forward leaves every block's activations in a place of its own, which the node
 * keeps; backward goes through them again. Memory that no node holds any more is used anew: its
 * borders of zeros are still there.
 */
#include "config.h"

#include "engine/chain.h"

#include <string.h>

#include "base/alloc.h"
#include "engine/plan.h"
#include "engine/workers.h"

#define PARAMS_MAX 64
#define PACK_PARALLEL 10000 // parameters below which one thread packs them sooner

/* What a node saves, in order. */
enum { SAVED_ACTIVATIONS, SAVED_X, SAVED_PARAMS };

struct chain {
	int refs;
	struct net *net;
	struct plan *plan;
	float *packed;
	uint64_t packed_by; // number of the run whose parameters are packed
	uint64_t runs;
	struct tensor *activations, *scratch; // the newest, in use while others hold their storage
	bool flat; // results are [batch][features]
};

/* What a node remembers. */
struct chain_args {
	struct chain *chain;
	uint64_t run;
};

/* A pass over the blocks of a batch. */
struct pass {
	const struct chain *chain;
	int64_t batch;
	const float *src; // images, or the outputs' gradients
	float *dst;	  // outputs, or the inputs' gradients; NULL: not wanted
	float *activations; // of all blocks, or of each thread where nobody goes back through them
	bool each_thread;
	float *diffs; // of each thread
	float *kept;  // of all blocks
	float *gradient;
};

static size_t block_count(int64_t batch)
{
	return ((size_t)batch + BLOCK - 1) / BLOCK;
}

/* A net ends in features: planes are flattened in it, and get their shape back in new_result. */
static int build_net(struct chain *chain, const int in[3], const struct layer_spec *specs,
    size_t count, struct diag *diag)
{
	struct layer_spec *all = xmalloc(count + 1, sizeof(*all));
	int err;

	if (count > 0)
		memcpy(all, specs, count * sizeof(*all));
	all[count] = (struct layer_spec){.kind = LAYER_KIND_FLATTEN};
	err = net_new("chain", in, all, count + !chain->flat, &chain->net, diag);
	mem_free(all);
	return err;
}

int chain_new(const int in[3], const struct layer_spec *specs, size_t count, struct chain **ret,
    struct diag *diag)
{
	struct chain *chain = mem_zalloc(1, sizeof(*chain));
	const struct kernels *kernels;
	int err;

	if (!chain)
		return diag_set(diag, ERR_NOMEM, "no memory for a chain of layers");
	chain->refs = 1;
	chain->flat = in[1] == 1 && in[2] == 1;
	for (size_t i = 0; i < count; i++)
		chain->flat |= specs[i].kind == LAYER_KIND_FLATTEN;
	if ((err = kernels_pick(&kernels, diag)) == 0 &&
	    (err = build_net(chain, in, specs, count, diag)) == 0 &&
	    (err = plan_new(chain->net, kernels, &chain->plan, diag)) == 0) {
		chain->packed = mem_aligned(chain->plan->packed_count, sizeof(float));
		if (!chain->packed || chain->net->named_count > PARAMS_MAX)
			err = diag_set(
			    diag, ERR_UNSUPPORTED, "a chain has up to %d parameters", PARAMS_MAX);
	}
	if (err < 0) {
		chain_unref(chain);
		return err;
	}
	memset(chain->packed, 0, chain->plan->packed_count * sizeof(float));
	*ret = chain;
	return 0;
}

void chain_unref(struct chain *chain)
{
	if (!chain || --chain->refs > 0)
		return;
	plan_free(chain->plan);
	net_free(chain->net);
	mem_free(chain->packed);
	tensor_free(chain->activations);
	tensor_free(chain->scratch);
	mem_free(chain);
}

size_t chain_param_count(const struct chain *chain)
{
	return chain->net->named_count;
}

static int lanes_of(int64_t batch, size_t block)
{
	int64_t left = batch - (int64_t)block * BLOCK;

	return left < BLOCK ? (int)left : BLOCK;
}

static ptrdiff_t image_floats(struct view view)
{
	return (ptrdiff_t)view.channels * view.height * view.width;
}

/* The block's place in a batch of `image` floats each. */
static ptrdiff_t block_at(size_t block, struct view view)
{
	return (ptrdiff_t)block * BLOCK * image_floats(view);
}

static void pack_piece(void *arg, size_t piece, int thread)
{
	struct chain *chain = arg;

	(void)thread;
	plan_pack(chain->plan, &chain->plan->pieces[piece], chain->packed);
}

/* A run's parameters into the net, and from there into the kernels' order. NULL is a bias of 0. */
static void set_params(struct chain *chain, uint64_t run, struct tensor *const *params)
{
	if (chain->packed_by == run)
		return;
	for (size_t i = 0; i < chain->net->named_count; i++) {
		struct net_param *param = &chain->net->named[i];

		if (params[i])
			memcpy(param->data, params[i]->data, param->count * sizeof(float));
		else
			memset(param->data, 0, param->count * sizeof(float));
	}
	workers_each_if(
	    chain->net->param_count > PACK_PARALLEL, chain->plan->piece_count, pack_piece, chain);
	chain->packed_by = run;
}

static void forward_block(void *arg, size_t block, int thread)
{
	const struct pass *pass = arg;
	const struct plan *plan = pass->chain->plan;
	size_t place = pass->each_thread ? (size_t)thread : block;
	float *activations = pass->activations + place * plan->activation_count;
	struct view in = plan_input(plan, activations), out = plan_logits(plan, activations);
	int lanes = lanes_of(pass->batch, block);

	plan->kernels->load(pass->src + block_at(block, in), lanes, in);
	plan_forward(plan, pass->chain->packed, activations);
	plan->kernels->store(out, lanes, pass->dst + block_at(block, out));
}

/* From the last block to the first: what forward did last is still in the cache. */
static void backward_block(void *arg, size_t item, int thread)
{
	const struct pass *pass = arg;
	const struct plan *plan = pass->chain->plan;
	size_t block = block_count(pass->batch) - 1 - item;
	struct plan_memory memory = {
	    .activations = pass->activations + block * plan->activation_count,
	    .diffs = pass->diffs + (size_t)thread * plan->diff_count,
	    .kept = pass->kept + block * plan->kept_count,
	};
	struct view out = plan_diff_logits(plan, memory.diffs);
	struct view in = plan_diff_input(plan, memory.diffs);
	int lanes = lanes_of(pass->batch, block);

	plan->kernels->load(pass->src + block_at(block, out), lanes, out);
	plan_backward(plan, pass->chain->packed, &memory, pass->dst);
	if (pass->dst)
		plan->kernels->store(in, lanes, pass->dst + block_at(block, in));
}

static void gradient_piece(void *arg, size_t index, int thread)
{
	const struct pass *pass = arg;
	const struct plan *plan = pass->chain->plan;
	const struct plan_piece *piece = &plan->pieces[index];
	const struct plan_layer *layer = &plan->layers[piece->layer];
	struct gradient_work work = {
	    .layer = &plan->net->layers[piece->layer],
	    .kept = pass->kept + layer->kept_at,
	    .kept_stride = plan->kept_count,
	    .blocks = block_count(pass->batch),
	    .gradient = pass->gradient,
	};

	(void)thread;
	layer->impl->gradient(&work, piece->piece);
}

/* Each variable's part of the net's gradient; input 0 is x. */
static int hand_out(const struct chain *chain, const struct grad_call *call, const float *gradient,
    struct diag *diag)
{
	const struct net *net = chain->net;
	int err = 0, input = 0;

	for (size_t i = 0; i < net->named_count && err == 0; i++) {
		const struct net_param *param = &net->named[i];

		if (!call->saved[SAVED_PARAMS + i] || !call->needed[++input])
			continue;
		err = tensor_from_floats(param->ndim, param->shape,
		    gradient + (param->data - net->params), &call->grads[input], diag);
	}
	return err;
}

/* `floats` zeros, or what was left in the memory used last where nobody holds that. */
static int take_memory(struct tensor **spare, size_t floats, struct tensor **ret, struct diag *diag)
{
	int64_t shape = (int64_t)floats;

	if (*spare && ((*spare)->storage->refs > 1 || (*spare)->shape[0] < shape)) {
		tensor_free(*spare);
		*spare = NULL;
	}
	if (!*spare) {
		int err = tensor_new(DTYPE_F32, 1, &shape, spare, diag);

		if (err < 0)
			return err;
	}
	*ret = tensor_share(*spare);
	return 0;
}

/* saved: the activations, x, the parameters. inputs: x, the parameters that are there. */
static int backward_chain(const struct grad_call *call, struct diag *diag)
{
	const struct chain_args *args = call->args;
	struct chain *chain = args->chain;
	const struct plan *plan = chain->plan;
	const struct tensor *x = call->saved[SAVED_X];
	size_t blocks = block_count(x->shape[0]), params = chain->net->param_count;
	size_t diffs = (size_t)workers_threads() * plan->diff_count;
	struct pass pass = {.chain = chain, .batch = x->shape[0], .src = call->grad->data,
	    .activations = call->saved[SAVED_ACTIVATIONS]->data};
	struct tensor *scratch;
	int err = take_memory(
	    &chain->scratch, diffs + blocks * plan->kept_count + params, &scratch, diag);

	if (err == 0 && call->needed[0])
		err = tensor_new_raw(DTYPE_F32, x->ndim, x->shape, &call->grads[0], diag);
	if (err == 0) {
		pass.dst = call->needed[0] ? call->grads[0]->data : NULL;
		pass.diffs = scratch->data;
		pass.kept = pass.diffs + diffs;
		pass.gradient = pass.kept + blocks * plan->kept_count;
		set_params(chain, args->run, call->saved + SAVED_PARAMS);
		workers_each(blocks, backward_block, &pass);
		workers_each(plan->piece_count, gradient_piece, &pass);
		err = hand_out(chain, call, pass.gradient, diag);
	}
	tensor_free(scratch);
	return err;
}

static void release_args(void *data)
{
	struct chain_args *args = data;

	chain_unref(args->chain);
}

/* A chain is named after its last layer, as PyTorch's results are. */
#define OP(text)                                                                                   \
	{                                                                                          \
		.name = text, .backward = backward_chain, .args_size = sizeof(struct chain_args),  \
		.release = release_args                                                            \
	}
static const struct grad_op chain_ops[] = {
    [LAYER_KIND_CONV2D] = OP("ConvolutionBackward0"),
    [LAYER_KIND_SIGMOID] = OP("SigmoidBackward0"),
    [LAYER_KIND_TANH] = OP("TanhBackward0"),
    [LAYER_KIND_RELU] = OP("ReluBackward0"),
    [LAYER_KIND_AVG_POOL] = OP("AvgPool2DBackward0"),
    [LAYER_KIND_MAX_POOL] = OP("MaxPool2DWithIndicesBackward0"),
    [LAYER_KIND_FLATTEN] = OP("ReshapeAliasBackward0"),
    [LAYER_KIND_LINEAR] = OP("AddmmBackward0"),
};

static bool fits(const struct chain *chain, const struct tensor *x)
{
	const int *in = chain->net->in;

	if (x->dtype != DTYPE_F32 || !tensor_is_contiguous(x) || x->ndim < 2 || x->shape[0] < 1 ||
	    x->shape[1] != in[0])
		return false;
	if (x->ndim == 2)
		return in[1] == 1 && in[2] == 1;
	return x->ndim == 4 && x->shape[2] == in[1] && x->shape[3] == in[2];
}

static int check(const struct chain *chain, const struct tensor *x, struct var *const *params,
    struct diag *diag)
{
	const int *in = chain->net->in;
	char text[TENSOR_SHAPE_TEXT];

	if (!fits(chain, x))
		return diag_set(diag, ERR_SHAPE,
		    "%s input of shape %s for layers that take (batch, %d, %d, %d)",
		    dtype_name(x->dtype), tensor_shape_text(x->ndim, x->shape, text), in[0], in[1],
		    in[2]);
	for (size_t i = 0; i < chain->net->named_count; i++) {
		const struct tensor *value = params[i] ? params[i]->value : NULL;

		if (!value && i % 2 == 1)
			continue;
		if (!value || value->dtype != DTYPE_F32 || !tensor_is_contiguous(value) ||
		    tensor_count(value) != chain->net->named[i].count)
			return diag_set(diag, ERR_SHAPE, "parameter %zu does not fit its layer", i);
	}
	return 0;
}

static const struct layer *last_layer(const struct chain *chain)
{
	return &chain->net->layers[chain->net->layer_count - 1 - !chain->flat];
}

static int new_result(
    const struct chain *chain, int64_t batch, struct tensor **ret, struct diag *diag)
{
	const int *out = last_layer(chain)->out;
	int64_t shape[4] = {batch, out[0], out[1], out[2]};

	if (chain->flat)
		shape[1] = (int64_t)out[0] * out[1] * out[2];
	return tensor_new_raw(DTYPE_F32, chain->flat ? 2 : 4, shape, ret, diag);
}

/* `recorded`: every block's activations are kept, for the way back. */
static int forward(struct chain *chain, bool recorded, struct tensor *const *saved,
    struct tensor **ret_activations, struct tensor **ret, struct diag *diag)
{
	const struct tensor *x = saved[SAVED_X];
	size_t blocks = block_count(x->shape[0]);
	size_t places = recorded ? blocks : (size_t)workers_threads();
	struct pass pass = {.chain = chain, .batch = x->shape[0], .src = x->data,
	    .each_thread = !recorded};
	int err = take_memory(
	    &chain->activations, places * chain->plan->activation_count, ret_activations, diag);

	if (err < 0)
		return err;
	err = new_result(chain, pass.batch, ret, diag);
	if (err < 0) {
		tensor_free(*ret_activations);
		return err;
	}
	pass.activations = (*ret_activations)->data;
	pass.dst = (*ret)->data;
	set_params(chain, ++chain->runs, saved + SAVED_PARAMS);
	workers_each(blocks, forward_block, &pass);
	return 0;
}

int chain_run(struct chain *chain, struct var *x, struct var *const *params, struct var **ret,
    struct diag *diag)
{
	size_t count = chain->net->named_count;
	struct tensor *saved[PARAMS_MAX + SAVED_PARAMS] = {[SAVED_X] = x->value}, *value;
	struct var *inputs[PARAMS_MAX + 1] = {x};
	struct chain_args args = {.chain = chain};
	struct grad_record record = {.op = &chain_ops[last_layer(chain)->spec.kind],
	    .inputs = inputs,
	    .input_count = 1,
	    .saved = saved,
	    .saved_count = (int)count + SAVED_PARAMS,
	    .args = &args};
	int err = check(chain, x->value, params, diag);

	for (size_t i = 0; i < count && err == 0; i++) {
		if (!params[i])
			continue;
		saved[SAVED_PARAMS + i] = params[i]->value;
		inputs[record.input_count++] = params[i];
	}
	if (err == 0)
		err = forward(chain, autograd_needs(inputs, record.input_count), saved,
		    &saved[SAVED_ACTIVATIONS], &value, diag);
	if (err < 0)
		return err;
	chain->refs++;
	args.run = chain->runs;
	*ret = autograd_result(&record, value);
	tensor_free(saved[SAVED_ACTIVATIONS]);
	return 0;
}
