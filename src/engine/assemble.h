// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Making tensors from numbers and from other tensors: ranges, joining, padding, sorting. All
 * results are fresh.
 */
#ifndef ENGINE_ASSEMBLE_H
#define ENGINE_ASSEMBLE_H

#include "base/rng.h"
#include "engine/promote.h"
#include "engine/tensor.h"

int assemble_full(enum dtype dtype, int ndim, const int64_t *shape, double value,
    struct tensor **ret, struct diag *diag) WARN_UNUSED;
// start, start + step, ... below (or above) stop.
int assemble_arange(enum dtype dtype, double start, double stop, double step, struct tensor **ret,
    struct diag *diag) WARN_UNUSED;
int assemble_linspace(enum dtype dtype, double start, double stop, int64_t count,
    struct tensor **ret, struct diag *diag) WARN_UNUSED; // both ends included
int assemble_eye(enum dtype dtype, int64_t rows, int64_t cols, struct tensor **ret,
    struct diag *diag) WARN_UNUSED;

enum fill_kind { FILL_KIND_UNIFORM, FILL_KIND_NORMAL, FILL_KIND_INTEGERS, FILL_KIND_BERNOULLI };
// In place: uniform in [a, b), normal with mean a and deviation b, integers in [a, b), 1 with
// probability a.
void assemble_random(struct tensor *dst, struct rng *rng, enum fill_kind kind, double a, double b);
int assemble_permutation(int64_t n, struct rng *rng, struct tensor **ret,
    struct diag *diag) WARN_UNUSED;

// All have one dtype.
int assemble_cat(const struct tensor *const *src, size_t count, int dim, struct tensor **ret,
    struct diag *diag) WARN_UNUSED;
int assemble_stack(const struct tensor *const *src, size_t count, int dim, struct tensor **ret,
    struct diag *diag) WARN_UNUSED;
int assemble_flip(const struct tensor *src, const int *dims, int count, struct tensor **ret,
    struct diag *diag) WARN_UNUSED; // count 0: all dimensions
int assemble_roll(const struct tensor *src, int64_t shift, int dim, struct tensor **ret,
    struct diag *diag) WARN_UNUSED;
int assemble_repeat(const struct tensor *src, const int64_t *times, int count,
    struct tensor **ret, struct diag *diag) WARN_UNUSED; // as Tensor.repeat and np.tile
int assemble_triangle(const struct tensor *src, bool upper, int64_t diagonal,
    struct tensor **ret, struct diag *diag) WARN_UNUSED; // tril, triu

enum pad_mode { PAD_MODE_CONSTANT, PAD_MODE_REFLECT, PAD_MODE_REPLICATE, PAD_MODE_CIRCULAR };
// before[d], after[d] for each dimension of src; negative ones crop (constant mode only).
int assemble_pad(const struct tensor *src, const int64_t *before, const int64_t *after,
    enum pad_mode mode, double value, struct tensor **ret, struct diag *diag) WARN_UNUSED;

// Sorted along a dimension, stable, NaN last; ret_indices may be NULL.
int assemble_sort(const struct tensor *src, int dim, bool descending, struct tensor **ret_values,
    struct tensor **ret_indices, struct diag *diag) WARN_UNUSED;

#endif
