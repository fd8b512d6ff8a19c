// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * x[...] as NumPy and PyTorch have it: integers, slices, an ellipsis, new axes, integer tensors and
 * boolean masks, mixed. Integers, slices and new axes give a view; tensors and negative steps copy.
 */
#ifndef ENGINE_INDEX_H
#define ENGINE_INDEX_H

#include "engine/promote.h"
#include "engine/tensor.h"

enum index_kind {
	INDEX_KIND_INT,
	INDEX_KIND_SLICE,
	INDEX_KIND_ELLIPSIS,
	INDEX_KIND_NEW_AXIS, // None
	INDEX_KIND_TENSOR,   // int64, or bool (a mask over as many dimensions as it has)
};

struct index_item {
	enum index_kind kind;
	bool has_start,
	    has_stop; // slice: bounds given; as in Python, negative ones count from the end
	int64_t start, stop;	  // slice; INT: start is the index
	int64_t step;		  // slice: not 0; 1 where none is given
	const struct tensor *tensor;
};

#define INDEX_ALL {.kind = INDEX_KIND_SLICE, .step = 1}

// True when the items select a view.
bool index_is_view(const struct index_item *items, int count);
int index_get(const struct tensor *src, const struct index_item *items, int count,
    struct tensor **ret, struct diag *diag) WARN_UNUSED;
// dst[items] = value, which broadcasts and is converted.
int index_set(struct tensor *dst, const struct index_item *items, int count,
    const struct tensor *value, struct diag *diag) WARN_UNUSED;
// dst[items] += value, repeated indices adding up (the gradient of index_get).
int index_add(struct tensor *dst, const struct index_item *items, int count,
    const struct tensor *value, struct diag *diag) WARN_UNUSED;

// dst[i][j] = src[i][index[i][j]] along `dim`, as torch.gather.
int index_gather(const struct tensor *src, int dim, const struct tensor *index,
    struct tensor **ret, struct diag *diag) WARN_UNUSED;
// dst[i][index[i][j]] = (or +=) value[i][j].
int index_scatter(struct tensor *dst, int dim, const struct tensor *index,
    const struct tensor *value, bool add, struct diag *diag) WARN_UNUSED;
int index_nonzero(const struct tensor *src, struct tensor **ret,
    struct diag *diag) WARN_UNUSED; // [n][ndim], in row-major order
int index_one_hot(const struct tensor *labels, int64_t classes, struct tensor **ret,
    struct diag *diag) WARN_UNUSED; // classes -1: the largest label + 1

#endif
