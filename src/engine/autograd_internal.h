// SPDX-License-Identifier: GPL-3.0-or-later
/* The tape's nodes: autograd.c makes them, autograd_run.c walks them, autograd_view.c rewrites
 * them. */
#ifndef ENGINE_AUTOGRAD_INTERNAL_H
#define ENGINE_AUTOGRAD_INTERNAL_H

#include <stdint.h>

#include "engine/autograd.h"

/* Where the gradient of an input goes: to the node that made it, to a leaf, or nowhere. */
struct grad_edge {
	struct grad_node *node;
	struct var *leaf;
	enum dtype dtype; // of the input
	int ndim;
	int64_t shape[TENSOR_MAX_DIMS];
};

struct grad_node {
	int refs;
	size_t size; // bytes of all, counted against the budget
	bool used_up; // what it saved is gone
	bool queued;  // in the queue of a backward pass
	uint64_t number; // larger than those of the nodes it depends on
	const struct grad_op *op;
	struct tensor *grad; // of the output, as far as it is known in a backward pass
	struct grad_node *next; // to be freed
	int input_count, saved_count;
	struct grad_edge *edges;   // [input_count]
	struct tensor **saved;	   // [saved_count]
	unsigned *versions;	   // [saved_count]
	void *args;
};

struct grad_node *autograd__node_new(const struct grad_record *record);
void autograd__node_unref(struct grad_node *node);
// Brings the node of a view up to date with what happened to its base.
void autograd__refresh(struct var *var);
void autograd__release_args(const struct grad_record *record);

/* A view inside another tensor, both as strides; offsets in elements. */
struct grad_span {
	struct tensor outer, inner; // dtype, shape and stride only
	int64_t offset;		    // of inner's first element from outer's
	int64_t extent;		    // elements from outer's first to its last
};
void autograd__span(struct grad_span *span, const struct tensor *outer, const struct tensor *inner);
extern const struct grad_op autograd__view_op; // args: struct grad_span

// `view` (a view of x's value, taken) as a variable, recorded; it remembers its base.
struct var *autograd__view(struct var *x, struct tensor *view);
// May `var` be changed in place to what came from `source`?
int autograd__check_change(struct var *var, struct var *source, struct diag *diag);
// What follows a change of `part`, a view of var's value, to `source`: version and history.
void autograd__changed(struct var *var, const struct tensor *part, struct var *source);

#endif
