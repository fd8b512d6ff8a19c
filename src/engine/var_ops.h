// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The operators on variables: the engine's operators, with dtype promotion, and recorded on the
 * tape. What PyTorch's functional API and NumPy offer; names are theirs. This is what the notebook
 * calls.
 *
 * Arguments are borrowed, *ret is a new reference.
 */
#ifndef ENGINE_VAR_OPS_H
#define ENGINE_VAR_OPS_H

#include "engine/assemble.h"
#include "engine/autograd.h"
#include "engine/elementwise.h"
#include "engine/index.h"
#include "engine/reduce.h"

int var_unary(enum unary_op op, struct var *x, struct var **ret, struct diag *diag) WARN_UNUSED;
int var_binary(enum binary_op op, struct var *a, struct var *b, struct var **ret,
    struct diag *diag) WARN_UNUSED;
// a op= b. ERR_STATE for leaves that require gradients, ERR_FORMAT when the result's dtype does not
// fit a's.
int var_binary_in_place(enum binary_op op, struct var *a, struct var *b,
    struct diag *diag) WARN_UNUSED;
int var_where(struct var *condition, struct var *a, struct var *b, struct var **ret,
    struct diag *diag) WARN_UNUSED;
int var_clamp(struct var *x, double low, double high, struct var **ret,
    struct diag *diag) WARN_UNUSED; // NAN: no bound
int var_leaky_relu(struct var *x, double slope, struct var **ret, struct diag *diag) WARN_UNUSED;
int var_elu(struct var *x, double alpha, struct var **ret, struct diag *diag) WARN_UNUSED;
int var_cast(
    struct var *x, enum dtype dtype, struct var **ret, struct diag *diag) WARN_UNUSED; // copies
int var_clone(struct var *x, struct var **ret, struct diag *diag) WARN_UNUSED;
// x itself where it is contiguous, else a copy.
int var_contiguous(struct var *x, struct var **ret, struct diag *diag) WARN_UNUSED;
int var_fill(struct var *x, double value, struct diag *diag) WARN_UNUSED; // in place

int var_reduce(const struct reduce_spec *spec, struct var *x, struct var **ret,
    struct diag *diag) WARN_UNUSED;
// x.max(dim), x.min(dim): values and indices.
int var_extreme(enum reduce_op op, struct var *x, int dim, bool keepdim, struct var **ret_values,
    struct var **ret_indices, struct diag *diag) WARN_UNUSED;
int var_cumulative(enum reduce_op op, struct var *x, int dim, struct var **ret,
    struct diag *diag) WARN_UNUSED;
int var_softmax(struct var *x, int dim, bool log, struct var **ret, struct diag *diag) WARN_UNUSED;
int var_matmul(struct var *a, struct var *b, struct var **ret, struct diag *diag) WARN_UNUSED;

/* Views. */
int var_reshape(struct var *x, int ndim, const int64_t *shape, struct var **ret,
    struct diag *diag) WARN_UNUSED; // one -1 allowed; copies where no view is possible
int var_view(struct var *x, int ndim, const int64_t *shape, struct var **ret,
    struct diag *diag) WARN_UNUSED; // the same, but an error where it would copy
int var_transpose(struct var *x, int a, int b, struct var **ret, struct diag *diag) WARN_UNUSED;
int var_permute(struct var *x, const int *dims, int count, struct var **ret,
    struct diag *diag) WARN_UNUSED;
int var_expand(struct var *x, int ndim, const int64_t *shape, struct var **ret,
    struct diag *diag) WARN_UNUSED; // -1 keeps a size
int var_squeeze(struct var *x, int dim, struct var **ret, struct diag *diag) WARN_UNUSED;
int var_squeeze_all(struct var *x, struct var **ret, struct diag *diag) WARN_UNUSED;
int var_unsqueeze(struct var *x, int dim, struct var **ret, struct diag *diag) WARN_UNUSED;
int var_flatten(struct var *x, int first, int last, struct var **ret,
    struct diag *diag) WARN_UNUSED;
int var_select(struct var *x, int dim, int64_t index, struct var **ret,
    struct diag *diag) WARN_UNUSED;
int var_diagonal(struct var *x, struct var **ret, struct diag *diag) WARN_UNUSED; // of a matrix

/* x[items] and x[items] = value. The tensors in items are plain: indices have no gradients. */
int var_index(struct var *x, const struct index_item *items, int count, struct var **ret,
    struct diag *diag) WARN_UNUSED;
int var_index_set(struct var *x, const struct index_item *items, int count, struct var *value,
    struct diag *diag) WARN_UNUSED;
int var_gather(struct var *x, int dim, const struct tensor *index, struct var **ret,
    struct diag *diag) WARN_UNUSED;
int var_scatter(struct var *x, int dim, const struct tensor *index, struct var *value, bool add,
    struct diag *diag) WARN_UNUSED; // in place: scatter_, scatter_add_
int var_masked_fill(struct var *x, struct var *mask, double value, struct var **ret,
    struct diag *diag) WARN_UNUSED;

int var_cat(struct var *const *x, size_t count, int dim, struct var **ret,
    struct diag *diag) WARN_UNUSED;
int var_stack(struct var *const *x, size_t count, int dim, struct var **ret,
    struct diag *diag) WARN_UNUSED;
int var_flip(struct var *x, const int *dims, int count, struct var **ret,
    struct diag *diag) WARN_UNUSED;
int var_pad(struct var *x, const int64_t *before, const int64_t *after, enum pad_mode mode,
    double value, struct var **ret, struct diag *diag) WARN_UNUSED;
int var_repeat(struct var *x, const int64_t *times, int count, struct var **ret,
    struct diag *diag) WARN_UNUSED;
int var_roll(struct var *x, int64_t shift, int dim, struct var **ret,
    struct diag *diag) WARN_UNUSED;
int var_triangle(struct var *x, bool upper, int64_t diagonal, struct var **ret,
    struct diag *diag) WARN_UNUSED;
int var_sort(struct var *x, int dim, bool descending, struct var **ret_values,
    struct var **ret_indices, struct diag *diag) WARN_UNUSED;
int var_topk(struct var *x, int64_t k, int dim, bool largest, struct var **ret_values,
    struct var **ret_indices, struct diag *diag) WARN_UNUSED;

#endif
