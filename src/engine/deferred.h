// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Layers that are not computed yet. A network's layers, called one after the other, are only put
 * down; who first wants to see a result has them computed together, as a chain (chain.h), whose
 * numbers stay in the cache from layer to layer. What nobody holds any more when that happens, the
 * results in between, is never stored.
 *
 * Whoever reads or changes any variable must settle the list first: then it makes no difference when
 * a layer was computed.
 */
#ifndef ENGINE_DEFERRED_H
#define ENGINE_DEFERRED_H

#include "engine/autograd.h"
#include "engine/net.h"

struct deferred;

/* Results that are held and not computed, oldest first; and the chains made last. */
struct deferred_list {
	struct deferred *first, *last;
	struct deferred_chains *chains;
	struct tensor *unknown; // NaN, a single number
	int failed; // code of the first that could not be computed since this was set to 0
	struct diag diag;
};

void deferred_list_init(struct deferred_list *list);
void deferred_list_release(struct deferred_list *list); // nothing is held any more

/* What goes in: a variable, or a result that is not there yet. */
struct deferred_input {
	struct var *x; // NULL: `before`
	struct deferred *before;
};

// The sizes of conv2d and linear layers are those of their weights; `bias` may be NULL. All are
// borrowed. The result is held once; NULL: compute it now (a layer or input that chains do not have,
// too few images, sizes that do not fit one another).
struct deferred *deferred_new(struct deferred_list *list, const struct deferred_input *input,
    const struct layer_spec *spec, struct var *const params[2]);
void deferred_hold(struct deferred *deferred);
void deferred_drop(struct deferred *deferred); // NULL is a no-op

// Computes all that are held. One for which there is no memory, or which is cancelled, becomes NaN
// everywhere, and the list says so.
void deferred_settle(struct deferred_list *list);
struct var *deferred_value(const struct deferred *deferred); // borrowed; NULL before it is settled
// Dtype and shape; it has no data.
const struct tensor *deferred_outline(const struct deferred *deferred);

#endif
