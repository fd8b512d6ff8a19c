// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Chains of layers. Forward leaves every block's activations in a workspace of its own, which the
 * node keeps; backward goes through them again. A workspace that no node holds any more is used
 * anew: its borders of zeros are still there.
 */
#include "config.h"

#include "engine/chain.h"

#include <string.h>

#include "base/alloc.h"
#include "engine/plan.h"

#define PARAMS_MAX 64

struct chain {
	int refs;
	struct net *net;
	struct plan *plan;
	float *packed;
	struct tensor *spare; // the newest workspaces, in use while others hold its storage
	bool flat;	      // results are [batch][features]
};

/* What a node remembers. */
struct chain_args {
	struct chain *chain;
	bool *used; // backward has been through the workspaces
};

static size_t block_floats(const struct chain *chain)
{
	return chain->plan->workspace_count + chain->plan->kept_count;
}

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
		if (!chain->packed || chain->net->named_count > PARAMS_MAX ||
		    !chain->net->named_count)
			err = diag_set(
			    diag, ERR_UNSUPPORTED, "a chain has 1 to %d parameters", PARAMS_MAX);
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
	tensor_free(chain->spare);
	mem_free(chain);
}

size_t chain_param_count(const struct chain *chain)
{
	return chain->net->named_count;
}

static float *workspace_of(const struct chain *chain, const struct tensor *memory, size_t block)
{
	return (float *)memory->data + block * block_floats(chain);
}

/* [lanes][C][H][W] to or from a view's [C][H][W][16]; missing lanes are read as zeros. */
static void load_block(struct view view, const float *src, int lanes)
{
	ptrdiff_t image = (ptrdiff_t)view.channels * view.height * view.width;

	for (int c = 0; c < view.channels; c++) {
		for (int h = 0; h < view.height; h++) {
			float *row = view.data + c * view.plane + h * view.row;
			const float *from = src + ((ptrdiff_t)c * view.height + h) * view.width;

			for (int w = 0; w < view.width; w++) {
				for (int lane = 0; lane < BLOCK; lane++)
					row[w * BLOCK + lane] =
					    lane < lanes ? from[lane * image + w] : 0;
			}
		}
	}
}

static void store_block(struct view view, float *dst, int lanes)
{
	ptrdiff_t image = (ptrdiff_t)view.channels * view.height * view.width;

	for (int c = 0; c < view.channels; c++) {
		for (int h = 0; h < view.height; h++) {
			const float *row = view.data + c * view.plane + h * view.row;
			float *to = dst + ((ptrdiff_t)c * view.height + h) * view.width;

			for (int w = 0; w < view.width; w++) {
				for (int lane = 0; lane < lanes; lane++)
					to[lane * image + w] = row[w * BLOCK + lane];
			}
		}
	}
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

/* The parameters into the net, and from there into the kernels' order. */
static void set_params(struct chain *chain, struct tensor *const *params)
{
	for (size_t i = 0; i < chain->net->named_count; i++)
		memcpy(chain->net->named[i].data, params[i]->data,
		    chain->net->named[i].count * sizeof(float));
	for (size_t i = 0; i < chain->plan->piece_count; i++)
		plan_pack(chain->plan, &chain->plan->pieces[i], chain->packed);
}

/* dst may be NULL: only the activations are wanted. */
static void forward(const struct chain *chain, const struct tensor *x, struct tensor *memory,
    float *dst)
{
	int64_t batch = x->shape[0];

#pragma omp parallel for schedule(dynamic, 1)
	for (size_t b = 0; b < block_count(batch); b++) {
		float *workspace = workspace_of(chain, memory, b);
		struct view in = plan_input(chain->plan, workspace);
		struct view out = plan_logits(chain->plan, workspace);

		load_block(in, (const float *)x->data + (ptrdiff_t)b * BLOCK * image_floats(in),
		    lanes_of(batch, b));
		plan_forward(chain->plan, chain->packed, workspace);
		if (dst)
			store_block(out, dst + (ptrdiff_t)b * BLOCK * image_floats(out),
			    lanes_of(batch, b));
	}
}

static void backward(const struct chain *chain, const struct tensor *grad, struct tensor *memory,
    float *gradient)
{
	const struct plan *plan = chain->plan;
	size_t blocks = block_count(grad->shape[0]);

#pragma omp parallel for schedule(dynamic, 1)
	for (size_t b = 0; b < blocks; b++) {
		float *workspace = workspace_of(chain, memory, b);
		struct view diff = plan_diff_logits(plan, workspace);

		load_block(diff,
		    (const float *)grad->data + (ptrdiff_t)b * BLOCK * image_floats(diff),
		    lanes_of(grad->shape[0], b));
		plan_backward(plan, chain->packed, workspace, workspace + plan->workspace_count);
	}
#pragma omp parallel for schedule(dynamic, 1)
	for (size_t i = 0; i < plan->piece_count; i++) {
		const struct plan_layer *layer = &plan->layers[plan->pieces[i].layer];
		struct gradient_work work = {
		    .layer = &chain->net->layers[plan->pieces[i].layer],
		    .kept = workspace_of(chain, memory, 0) + plan->workspace_count + layer->kept_at,
		    .kept_stride = block_floats(chain),
		    .blocks = blocks,
		    .gradient = gradient,
		};

		layer->impl->gradient(&work, plan->pieces[i].piece);
	}
}

/* Each variable's part of the net's gradient. */
static int hand_out(const struct chain *chain, const struct grad_call *call, const float *gradient,
    struct diag *diag)
{
	const struct net *net = chain->net;
	int err = 0;

	for (size_t i = 0; i < net->named_count && err == 0; i++) {
		const struct net_param *param = &net->named[i];

		if (!call->needed[i])
			continue;
		err = tensor_from_floats(param->ndim, param->shape,
		    gradient + (param->data - net->params), &call->grads[i], diag);
	}
	return err;
}

/* saved: the workspaces, x, the parameters. inputs: the parameters. */
static int backward_chain(const struct grad_call *call, struct diag *diag)
{
	const struct chain_args *args = call->args;
	struct chain *chain = args->chain;
	float *gradient = mem_aligned(chain->net->param_count, sizeof(float));
	int err;

	if (!gradient)
		return diag_set(diag, ERR_NOMEM, "no memory for a gradient");
	set_params(chain, call->saved + 2);
	if (*args->used)
		forward(chain, call->saved[1], call->saved[0], NULL);
	*args->used = true;
	backward(chain, call->grad, call->saved[0], gradient);
	err = hand_out(chain, call, gradient, diag);
	mem_free(gradient);
	return err;
}

static void release_args(void *data)
{
	struct chain_args *args = data;

	chain_unref(args->chain);
	mem_free(args->used);
}

static const struct grad_op chain_op = {.name = "SequentialBackward0",
    .backward = backward_chain,
    .args_size = sizeof(struct chain_args),
    .release = release_args};

static int check(const struct chain *chain, const struct var *input, struct var *const *params,
    struct diag *diag)
{
	const struct tensor *x = input->value;
	const int *in = chain->net->in;
	char text[TENSOR_SHAPE_TEXT];
	bool fits = x->dtype == DTYPE_F32 && tensor_is_contiguous(x) && x->ndim >= 2 &&
	    x->shape[0] > 0 && x->shape[1] == in[0];

	if (input->requires_grad && autograd_enabled())
		return diag_set(
		    diag, ERR_UNSUPPORTED, "a chain of layers has no gradient of its input");
	if (x->ndim == 4)
		fits &= x->shape[2] == in[1] && x->shape[3] == in[2];
	else
		fits &= x->ndim == 2 && in[1] == 1 && in[2] == 1;
	if (!fits)
		return diag_set(diag, ERR_SHAPE,
		    "%s input of shape %s for layers that take (batch, %d, %d, %d)",
		    dtype_name(x->dtype), tensor_shape_text(x->ndim, x->shape, text), in[0], in[1],
		    in[2]);
	for (size_t i = 0; i < chain->net->named_count; i++) {
		const struct tensor *value = params[i]->value;

		if (value->dtype != DTYPE_F32 || !tensor_is_contiguous(value) ||
		    tensor_count(value) != chain->net->named[i].count)
			return diag_set(diag, ERR_SHAPE, "parameter %zu does not fit its layer", i);
	}
	return 0;
}

/* Zeroed workspaces for all blocks: the spare ones where nobody holds them. */
static int take_workspaces(
    struct chain *chain, int64_t batch, struct tensor **ret, struct diag *diag)
{
	int64_t floats = (int64_t)(block_count(batch) * block_floats(chain));
	struct tensor *fresh;
	int err;

	if (!chain->spare || chain->spare->storage->refs > 1 || chain->spare->shape[0] < floats) {
		err = tensor_new(DTYPE_F32, 1, &floats, &fresh, diag);
		if (err < 0)
			return err;
		tensor_free(chain->spare);
		chain->spare = fresh;
	}
	*ret = tensor_share(chain->spare);
	return 0;
}

static int new_result(
    const struct chain *chain, int64_t batch, struct tensor **ret, struct diag *diag)
{
	const struct layer *last = &chain->net->layers[chain->net->layer_count - 1];
	const int *out = chain->flat ? last->out : last->in;
	int64_t shape[4] = {batch, out[0], out[1], out[2]};

	if (chain->flat)
		shape[1] = (int64_t)out[0] * out[1] * out[2];
	return tensor_new_raw(DTYPE_F32, chain->flat ? 2 : 4, shape, ret, diag);
}

int chain_run(struct chain *chain, struct var *x, struct var *const *params, struct var **ret,
    struct diag *diag)
{
	size_t count = chain->net->named_count;
	struct tensor *saved[PARAMS_MAX + 2], *value, *memory;
	struct chain_args args = {.chain = chain};
	struct grad_record record = {.op = &chain_op,
	    .inputs = params,
	    .input_count = (int)count,
	    .saved = saved,
	    .saved_count = (int)count + 2,
	    .args = &args};
	int err;

	if ((err = check(chain, x, params, diag)) < 0 ||
	    (err = take_workspaces(chain, x->value->shape[0], &memory, diag)) < 0)
		return err;
	err = new_result(chain, x->value->shape[0], &value, diag);
	if (err < 0) {
		tensor_free(memory);
		return err;
	}
	saved[0] = memory;
	saved[1] = x->value;
	for (size_t i = 0; i < count; i++)
		saved[2 + i] = params[i]->value;
	set_params(chain, saved + 2);
	forward(chain, x->value, memory, value->data);
	chain->refs++;
	args.used = xzalloc(1, sizeof(*args.used));
	*ret = autograd_result(&record, value);
	tensor_free(memory);
	return 0;
}
