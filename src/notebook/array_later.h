// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Layers that are computed when somebody looks (engine/deferred.h). Each of these tries to put a layer
 * down: 1 and *ret when it did, 0 where the layer is to be computed now, or an error.
 */
#ifndef NOTEBOOK_ARRAY_LATER_H
#define NOTEBOOK_ARRAY_LATER_H

#include "notebook/array_args.h"

// The arguments of torch._conv, torch._pool and torch._linear.
int later_conv(struct vm *vm, const struct args *args, struct value *ret) WARN_UNUSED;
int later_pool(struct vm *vm, const struct args *args, struct value *ret) WARN_UNUSED;
int later_linear(struct vm *vm, const struct args *args, struct value *ret) WARN_UNUSED;
// Methods.
int later_unary(struct vm *vm, struct value self, enum unary_op op, struct value *ret) WARN_UNUSED;
// Images as rows of features: flatten(1), or a view or reshape that comes to that.
int later_flatten(struct vm *vm, struct value self, struct value *ret) WARN_UNUSED;
int later_reshape(struct vm *vm, struct value self, int ndim, const int64_t *shape,
    struct value *ret) WARN_UNUSED;

// The error of a layer that could not be computed, once.
int later_check(struct vm *vm) WARN_UNUSED;

#endif
