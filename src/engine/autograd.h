// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Variables and the tape.
 *
 * A variable is a counted handle on a tensor, of PyTorch's or NumPy's world, which remembers how it
 * came about: an operator on variables that require gradients makes a node of the tape and keeps
 * what its backward pass will need. var_backward walks the nodes from the newest to the oldest (a
 * node's number is larger than those it depends on), so that each has all its gradient when its
 * turn comes, and sums are made in PyTorch's order. Neither walking nor freeing recurses: a chain
 * may be as long as memory allows.
 *
 * Storage counts its versions: an in-place operator makes the next one, and a node whose saved
 * tensor is no longer the version it saved refuses to run. An in-place operator on a view rewrites
 * the history of the view's base: the base then comes from a node that lets the gradient of the
 * overwritten part through to what was written, and of the rest to what was there before.
 *
 * Functions named var_* borrow their arguments; results are new references. A variable belongs to
 * one thread at a time.
 */
#ifndef ENGINE_AUTOGRAD_H
#define ENGINE_AUTOGRAD_H

#include "engine/promote.h"
#include "engine/tensor.h"

struct grad_node;

struct var {
	int refs;
	enum world world;
	bool requires_grad;  // a leaf that asks for a gradient, or made from one
	bool weak;	     // a Python number (see promote.h)
	bool parameter;	     // an nn.Parameter
	bool detached_data;  // x.data: in-place operators on it make no new version
	struct tensor *value; // owned
	struct var *grad;    // of leaves, NULL before the first backward
	struct grad_node *node; // what made it; NULL for leaves. Ask var_node: views may be stale
	struct var *base;    // of views that gradients can pass: what they look into
	unsigned edges;	     // of the tape, that end at this leaf or at a leaf that looks into it
	unsigned base_version; // of the storage when `node` was made
	struct tensor *incoming; // of leaves, during a backward pass
};

/* Life. */
struct var *var_new_take(enum world world, struct tensor *value); // owns `value`; never NULL
struct var *var_number(double value);  // a Python float, weak; likewise the next two
struct var *var_integer(int64_t value);
struct var *var_boolean(bool value);
struct var *var_ref(struct var *var);
void var_unref(struct var *var); // NULL is a no-op

/* Attributes. */
bool var_is_leaf(const struct var *var);
struct grad_node *var_node(struct var *var); // borrowed, NULL for leaves
const char *var_node_name(struct var *var);  // "MulBackward0", NULL for leaves
// ERR_STATE for a non-leaf set to false, or a dtype that has no gradients.
int var_set_requires_grad(struct var *var, bool on, struct diag *diag) WARN_UNUSED;
double var_item(const struct var *var); // the only element, as double; BUG when there are more
int64_t var_item_int(const struct var *var); // likewise, exact for integers
struct var *var_detach(const struct var *var); // shares storage and version, no history
struct var *var_data(const struct var *var);   // shares storage only: x.data
void var_set_value_take(struct var *var, struct tensor *value); // x.data = ...
void var_zero_grad(struct var *var, bool to_none);

/* Gradients are recorded unless this thread switched them off. */
bool autograd_enabled(void);
bool autograd_set_enabled(bool on); // returns what it was

// Gradients of `var` with respect to the leaves it came from are added to their `grad`. `gradient`
// (NULL: 1, for a single element) has var's shape. Unless `retain`, the graph is used up.
int var_backward(struct var *var, const struct var *gradient, bool retain,
    struct diag *diag) WARN_UNUSED;
// The same for given inputs only: ret_grads[i] is a new reference or NULL; leaves' grads are
// untouched.
int var_gradients(struct var *var, const struct var *gradient, struct var *const *inputs,
    size_t count, bool retain, struct var **ret_grads, struct diag *diag) WARN_UNUSED;

/*
 * In place: var[...] = source, with history. `var` keeps its identity. Every other in-place
 * operator computes its result and assigns it.
 */
int var_assign(struct var *var, struct var *source, struct diag *diag) WARN_UNUSED;
// May `var` be changed in place now? ERR_STATE for a leaf that requires a gradient, or a view of
// one.
int var_check_in_place(const struct var *var, struct diag *diag) WARN_UNUSED;

/*
 * Recording an operator of one's own: a whole network as one node, say. `backward` gets the
 * gradient of the output (contiguous, of the output's dtype) and sets grads[i] to a fresh tensor
 * for each input i with needed[i]; leaving NULL means zero. The gradient may have any shape that
 * the input broadcasts to. Saved tensors are shared, not copied.
 */
struct grad_call {
	struct tensor *grad; // of the output
	struct tensor *const *saved;
	const void *args; // grad_op.args_size bytes, as recorded
	int input_count;
	const bool *needed;	// [input_count]
	struct tensor **grads;	// [input_count], NULL at first; owned by the tape afterwards
};

struct grad_op {
	const char *name; // "MulBackward0"
	int (*backward)(const struct grad_call *call, struct diag *diag);
	size_t args_size;
	void (*release)(void *args); // what args own; may be NULL
};

struct grad_record {
	const struct grad_op *op;
	struct var *const *inputs;
	int input_count;
	struct tensor *const *saved; // NULL entries are allowed
	int saved_count;
	const void *args; // copied
};

// True when an operator on these must be recorded.
bool autograd_needs(struct var *const *inputs, int count);
// Wrap `value` (taken, on failure too) as the result of an operator on record->inputs, recorded
// where needed. The world is the first non-weak input's. When nothing is recorded args are
// released.
struct var *autograd_result(const struct grad_record *record, struct tensor *value);

size_t autograd_live_nodes(void); // for tests

#endif
