// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Reductions over some or all dimensions.
 *
 * float32 sums add in the order that PyTorch's kernels do (eight lanes, four rows of them,
 * cascaded), NumPy's float64 and float32 sums pairwise in blocks of 128, so that printed digits
 * agree with both.
 */
#ifndef ENGINE_REDUCE_H
#define ENGINE_REDUCE_H

#include "engine/promote.h"
#include "engine/tensor.h"

#define REDUCE_TABLE(X)                                                                            \
	X(SUM, "sum")                                                                              \
	X(MEAN, "mean")                                                                            \
	X(PROD, "prod")                                                                            \
	X(MAX, "max")                                                                              \
	X(MIN, "min")                                                                              \
	X(ARGMAX, "argmax")                                                                        \
	X(ARGMIN, "argmin")                                                                        \
	X(ALL, "all")                                                                              \
	X(ANY, "any")                                                                              \
	X(VAR, "var")                                                                              \
	X(STD, "std")                                                                              \
	X(NORM, "norm")                                                                            \
	X(LOGSUMEXP, "logsumexp")                                                                  \
	X(COUNT_NONZERO, "count_nonzero")

enum reduce_op {
#define REDUCE_ENUM(name, text) REDUCE_##name,
	REDUCE_TABLE(REDUCE_ENUM)
#undef REDUCE_ENUM
	REDUCE_COUNT
};

/* {.op = REDUCE_SUM} sums everything. */
struct reduce_spec {
	enum reduce_op op;
	int count;		    // of dims; 0: all dimensions
	int dims[TENSOR_MAX_DIMS];  // negative ones count from the end
	bool keepdim;
	double correction; // var, std: divide by n - correction (PyTorch's default 1, NumPy's 0)
	double order;		    // norm: p; INFINITY allowed; 0 means 2
};

const char *reduce_op_name(enum reduce_op op);
int reduce_op_find(const char *name); // or -1

// ARGMAX and ARGMIN take one dimension or all (then an index into the flattened tensor). ERR_SHAPE
// for a dimension out of range or the extreme of nothing.
int reduce_tensor(const struct reduce_spec *spec, enum world world, const struct tensor *src,
    struct tensor **ret, struct diag *diag) WARN_UNUSED;
// Maximum or minimum along one dimension with its index, the first among equals.
int reduce_extreme(enum reduce_op op, const struct tensor *src, int dim, bool keepdim,
    struct tensor **ret_values, struct tensor **ret_indices, struct diag *diag) WARN_UNUSED;
int reduce_cumulative(enum reduce_op op, const struct tensor *src, int dim, struct tensor **ret,
    struct diag *diag) WARN_UNUSED; // SUM or PROD
// Sum a broadcast tensor back to a shape it was broadcast from (gradients).
int reduce_to_shape(const struct tensor *src, int ndim, const int64_t *shape, struct tensor **ret,
    struct diag *diag) WARN_UNUSED;
// softmax along a dimension, or its logarithm; src float.
int reduce_softmax(const struct tensor *src, int dim, bool log, struct tensor **ret,
    struct diag *diag) WARN_UNUSED;
// A dimension counted from either end, checked: 0 <= *ret < ndim.
int reduce_dim(int dim, int ndim, int *ret, struct diag *diag) WARN_UNUSED;

#endif
