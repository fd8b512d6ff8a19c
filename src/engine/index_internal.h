// SPDX-License-Identifier: GPL-3.0-or-later
/* Resolving x[...] against a shape; shared by index.c and the gradients of indexing. */
#ifndef ENGINE_INDEX_INTERNAL_H
#define ENGINE_INDEX_INTERNAL_H

#include "engine/index.h"

/* What the items select. Integers, slices and new axes have been applied to `view`. */
struct index_plan {
	struct tensor view;	 // not counted: it lives as long as the source
	int flips[TENSOR_MAX_DIMS]; // dimensions of the view to be read backwards
	int flip_count;
	int count; // of tensors below; 0: a view (but for the flips)
	struct tensor *tensors[TENSOR_MAX_DIMS]; // int64, owned
	int dims[TENSOR_MAX_DIMS];		 // the view's dimension that each indexes
};

int index__plan(const struct tensor *src, const struct index_item *items, int count,
    struct index_plan *ret, struct diag *diag) WARN_UNUSED;
void index__plan_release(struct index_plan *plan);

/* The copying of elements that integer tensors select. */
enum index_mode { INDEX_MODE_GET, INDEX_MODE_SET, INDEX_MODE_ADD };
// GET: *ret is fresh. SET and ADD: `value` goes into the view's storage.
int index__pick(const struct index_plan *plan, enum index_mode mode, const struct tensor *value,
    struct tensor **ret, struct diag *diag) WARN_UNUSED;

#endif
