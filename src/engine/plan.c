// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "engine/plan.h"

#include <math.h>

#include "base/alloc.h"

static bool is_activation(enum layer_kind kind)
{
	return kind == LAYER_KIND_SIGMOID || kind == LAYER_KIND_TANH || kind == LAYER_KIND_RELU;
}

static size_t round_up(size_t n)
{
	return (n + BLOCK - 1) / BLOCK * BLOCK;
}

// An activation needs its own output for the way back, so nothing may overwrite that in place.
static void find_shared(struct plan *plan)
{
	bool precious = true; // the input

	for (size_t i = 0; i < plan->net->layer_count; i++) {
		enum layer_kind kind = plan->net->layers[i].spec.kind;
		bool flatten = kind == LAYER_KIND_FLATTEN;

		plan->boundaries[i + 1].shared = flatten || (is_activation(kind) && !precious);
		precious = is_activation(kind) || (flatten && precious);
	}
}

static void set_shape(struct plan_boundary *boundary, const int shape[3], int border_h, int border_w)
{
	struct view *view = &boundary->shape;

	view->channels = shape[0];
	view->height = shape[1];
	view->width = shape[2];
	view->row = (ptrdiff_t)(shape[2] + 2 * border_w) * BLOCK;
	view->plane = (shape[1] + 2 * border_h) * view->row;
	boundary->origin = (size_t)(border_h * view->row + (ptrdiff_t)border_w * BLOCK);
	boundary->floats = (size_t)shape[0] * (size_t)view->plane;
}

// From the end: a border is what the next layer asks for, and whoever shares the buffer has it too.
static void set_shapes(struct plan *plan)
{
	const struct net *net = plan->net;
	int border_h = 0, border_w = 0;

	for (size_t i = net->layer_count + 1; i-- > 0;) {
		const struct layer *next = i < net->layer_count ? &net->layers[i] : NULL;

		if (next && next->spec.kind == LAYER_KIND_CONV2D) {
			border_h = next->spec.padding_h;
			border_w = next->spec.padding_w;
		} else if (!next || !plan->boundaries[i + 1].shared) {
			border_h = border_w = 0;
		}
		set_shape(&plan->boundaries[i], next ? next->in : net->layers[i - 1].out, border_h, border_w);
	}
}

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

// Activations one after the other; their gradients in two buffers that take turns.
static void place_buffers(struct plan *plan)
{
	size_t count = plan->net->layer_count + 1, turn[2] = {0, 0}, at = 0, which = 0;

	for (size_t i = 0; i < count; i++) {
		struct plan_boundary *b = &plan->boundaries[i];

		if (b->shared) {
			b->at = b[-1].at;
		} else {
			b->at = at;
			at += b->floats;
			which = !which;
		}
		turn[which] = larger(turn[which], b->floats);
		b->diff_at = which;
	}
	for (size_t i = 0; i < count; i++)
		plan->boundaries[i].diff_at = plan->boundaries[i].diff_at ? turn[0] : 0;
	plan->activation_count = at;
	plan->diff_count = turn[0] + turn[1];
	plan->workspace_count = plan->activation_count + plan->diff_count;
}

static void choose_impl(struct plan *plan, size_t index)
{
	struct plan_layer *layer = &plan->layers[index];
	const struct layer *shape = &plan->net->layers[index];

	layer->impl = kernels_choose(plan->kernels, shape, plan->net->layer_count - index);
	layer->span = layer->impl->span > 1 ? layer->impl->span : 1;
	if (layer->impl->sizes)
		layer->sizes = layer->impl->sizes(shape);
	layer->packed_at = plan->packed_count;
	layer->kept_at = plan->kept_count;
	plan->packed_count += round_up(layer->sizes.packed);
	plan->kept_count += round_up(layer->sizes.kept);
	plan->piece_count += layer->sizes.pieces;
}

static void choose_impls(struct plan *plan)
{
	for (size_t i = 0; i < plan->net->layer_count; i += plan->layers[i].span)
		choose_impl(plan, i);
}

static int list_pieces(struct plan *plan, struct diag *diag)
{
	struct plan_piece *piece = mem_alloc(plan->piece_count, sizeof(*piece));

	if (!piece)
		return diag_set(diag, ERR_NOMEM, "no memory for a plan of the net");
	plan->pieces = piece;
	for (size_t i = 0; i < plan->net->layer_count; i++) {
		for (size_t j = 0; j < plan->layers[i].sizes.pieces; j++)
			*piece++ = (struct plan_piece){.layer = i, .piece = j};
	}
	return 0;
}

int plan_new(const struct net *net, const struct kernels *kernels, struct plan **ret, struct diag *diag)
{
	struct plan *plan = mem_zalloc(1, sizeof(*plan));
	int err;

	if (!plan)
		return diag_set(diag, ERR_NOMEM, "no memory for a plan of the net");
	plan->net = net;
	plan->kernels = kernels;
	plan->layers = mem_zalloc(net->layer_count, sizeof(*plan->layers));
	plan->boundaries = mem_zalloc(net->layer_count + 1, sizeof(*plan->boundaries));
	if (!plan->layers || !plan->boundaries) {
		plan_free(plan);
		return diag_set(diag, ERR_NOMEM, "no memory for a plan of the net");
	}
	find_shared(plan);
	set_shapes(plan);
	place_buffers(plan);
	choose_impls(plan);
	err = list_pieces(plan, diag);
	if (err < 0) {
		plan_free(plan);
		return err;
	}
	*ret = plan;
	return 0;
}

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	mem_free(plan->layers);
	mem_free(plan->boundaries);
	mem_free(plan->pieces);
	mem_free(plan);
}

void plan_pack(const struct plan *plan, const struct plan_piece *piece, float *packed)
{
	const struct plan_layer *layer = &plan->layers[piece->layer];

	if (layer->impl->pack)
		layer->impl->pack(&plan->net->layers[piece->layer], plan->net->params,
		    packed + layer->packed_at, piece->piece);
}

struct plan_memory plan_memory_at(const struct plan *plan, float *workspace)
{
	return (struct plan_memory){workspace, workspace + plan->activation_count, NULL};
}

static struct view view_of(const struct plan_boundary *boundary, float *buffer)
{
	struct view view = boundary->shape;

	view.data = buffer + boundary->origin;
	return view;
}

static struct view activations_of(const struct plan *plan, size_t boundary, float *activations)
{
	const struct plan_boundary *b = &plan->boundaries[boundary];

	return view_of(b, activations + b->at);
}

static struct view diffs_of(const struct plan *plan, size_t boundary, float *diffs)
{
	const struct plan_boundary *b = &plan->boundaries[boundary];

	return view_of(b, diffs + b->diff_at);
}

struct view plan_input(const struct plan *plan, float *activations)
{
	return activations_of(plan, 0, activations);
}

struct view plan_logits(const struct plan *plan, float *activations)
{
	return activations_of(plan, plan->net->layer_count, activations);
}

struct view plan_diff_input(const struct plan *plan, float *diffs)
{
	return diffs_of(plan, 0, diffs);
}

struct view plan_diff_logits(const struct plan *plan, float *diffs)
{
	return diffs_of(plan, plan->net->layer_count, diffs);
}

struct layer_work plan_work(const struct plan *plan, size_t index, const float *packed,
    const struct plan_memory *memory)
{
	size_t after = index + plan->layers[index].span;
	struct layer_work work = {
	    .layer = &plan->net->layers[index],
	    .src = activations_of(plan, index, memory->activations),
	    .dst = activations_of(plan, after, memory->activations),
	    .mid = activations_of(plan, index + 1, memory->activations),
	    .params = plan->net->params,
	    .packed = packed + plan->layers[index].packed_at,
	};

	if (memory->diffs) {
		work.diff_src = diffs_of(plan, index, memory->diffs);
		work.diff_dst = diffs_of(plan, after, memory->diffs);
		work.diff_mid = diffs_of(plan, index + 1, memory->diffs);
	}
	if (memory->kept)
		work.kept = memory->kept + plan->layers[index].kept_at;
	return work;
}

void plan_forward(const struct plan *plan, const float *packed, float *activations)
{
	const struct plan_memory memory = {.activations = activations};

	for (size_t i = 0; i < plan->net->layer_count; i += plan->layers[i].span) {
		struct layer_work work = plan_work(plan, i, packed, &memory);

		plan->layers[i].impl->forward(&work);
	}
}

// Layers before the first with weights have nothing to learn from a gradient.
static size_t first_learning(const struct plan *plan)
{
	size_t i = 0;

	while (i < plan->net->layer_count && plan->layers[i].sizes.pieces == 0)
		i++;
	return i;
}

void plan_backward(const struct plan *plan, const float *packed, const struct plan_memory *memory,
    bool input)
{
	size_t first = input ? 0 : first_learning(plan);

	for (size_t i = plan->net->layer_count; i-- > first;) {
		struct layer_work work;

		if (!plan->layers[i].impl)
			continue;
		work = plan_work(plan, i, packed, memory);
		if (i == first && !input)
			work.diff_src.data = NULL;
		plan->layers[i].impl->backward(&work);
	}
}

static bool view_is_finite(const struct view *view)
{
	for (int c = 0; c < view->channels; c++) {
		for (int y = 0; y < view->height; y++) {
			const float *row = view->data + c * view->plane + y * view->row;

			for (int i = 0; i < view->width * BLOCK; i++) {
				if (!isfinite(row[i]))
					return false;
			}
		}
	}
	return true;
}

size_t plan_find_bad(const struct plan *plan, float *activations)
{
	for (size_t i = 0; i < plan->net->layer_count; i++) {
		struct view view = activations_of(plan, i + 1, activations);

		if (!view_is_finite(&view))
			return i;
	}
	return plan->net->layer_count;
}
