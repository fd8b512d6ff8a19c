// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A net made ready for the fast path: which kernel computes each layer, where activations and
 * gradients of a block lie in a thread's workspace, what is packed and what is kept.
 *
 * Boundary i lies before layer i, boundary layer_count after the last. Activations share the buffer
 * of what comes before them where that is free; a buffer read by a padded convolution has a border
 * of zeros around it, which nobody writes.
 */
#ifndef ENGINE_PLAN_H
#define ENGINE_PLAN_H

#include <stddef.h>

#include "engine/kernels.h"

struct plan_boundary {
	struct view shape; // data is NULL: the geometry alone
	size_t origin;	   // floats from the buffer's start to pixel (0, 0, 0)
	size_t floats;	   // of the buffer, border included
	size_t at, diff_at; // buffers of activations, and among those of their gradients
	bool shared;	   // with the boundary before
};

struct plan_layer {
	const struct layer_impl *impl; // NULL: computed with a layer before it
	size_t span;		       // layers it computes
	struct impl_sizes sizes;
	size_t packed_at, kept_at;
};

/* A piece of some layer's weight gradient. */
struct plan_piece {
	size_t layer, piece;
};

struct plan {
	const struct net *net; // borrowed
	const struct kernels *kernels;
	struct plan_layer *layers;
	struct plan_boundary *boundaries; // [layer_count + 1]
	struct plan_piece *pieces;
	size_t piece_count;
	size_t packed_count; // floats of all packed weights
	size_t kept_count;   // floats kept per block
	size_t activation_count; // floats of a block's activations, which start zeroed
	size_t diff_count;	 // floats of their gradients, which need not
	size_t workspace_count;	 // floats of both
};

/*
 * Where a block's numbers lie. Activations are what backward reads; gradients are of no use after it,
 * so that a thread needs them once.
 */
struct plan_memory {
	float *activations, *diffs;
	float *kept; // backward's
};

int plan_new(const struct net *net, const struct kernels *kernels, struct plan **ret,
    struct diag *diag) WARN_UNUSED;
void plan_free(struct plan *plan); // NULL is a no-op

void plan_pack(const struct plan *plan, const struct plan_piece *piece, float *packed);
// Both in one workspace; `kept` is for the caller to set.
struct plan_memory plan_memory_at(const struct plan *plan, float *workspace);
struct view plan_input(const struct plan *plan, float *activations);
struct view plan_logits(const struct plan *plan, float *activations);
struct view plan_diff_input(const struct plan *plan, float *diffs);
struct view plan_diff_logits(const struct plan *plan, float *diffs);
// A layer's work on a block.
struct layer_work plan_work(const struct plan *plan, size_t layer, const float *packed,
    const struct plan_memory *memory);
void plan_forward(const struct plan *plan, const float *packed, float *activations);
// Down to the input's gradient where that is asked for, else to the first layer with weights.
void plan_backward(const struct plan *plan, const float *packed, const struct plan_memory *memory,
    bool input);
// The first layer whose output is not finite; layer_count where all are.
size_t plan_find_bad(const struct plan *plan, float *activations);

#endif
