// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What the files behind the module np share. NumPy's functions have tables of their own, not PyTorch's
 * under other names: their signatures (axis, keepdims, ddof, out), their defaults and their results
 * differ. A method serves as function, too, where NumPy has both: its self is then whatever was given.
 *
 * What needs no speed is written in the language itself: library/numpy.py and its neighbours.
 */
#ifndef NOTEBOOK_ARRAY_NUMPY_H
#define NOTEBOOK_ARRAY_NUMPY_H

#include "notebook/array_args.h"

// Whatever can be an array as one: numbers, nested lists, tensors (whose memory is shared).
int numpy_array(struct vm *vm, struct value v, struct var **ret) WARN_UNUSED;
// The same, as dtype `dtype` unless that is negative.
int numpy_array_as(struct vm *vm, struct value v, int dtype, struct var **ret) WARN_UNUSED;
// Code `r` with `diag`, or `var` (taken): an array, or a number where it has no dimensions.
int numpy_result(struct vm *vm, int r, const struct diag *diag, struct var *var,
    struct value *ret) WARN_UNUSED;
// The same, written into the array `out` unless that is None; *ret is then `out`.
int numpy_result_out(struct vm *vm, int r, const struct diag *diag, struct var *var,
    struct value out, struct value *ret) WARN_UNUSED;
// Several results, all taken over, as a tuple.
int numpy_tuple(struct vm *vm, struct var **vars, size_t count, struct value *ret) WARN_UNUSED;

/*
 * Tables: functions of np; what is a method of arrays and a function of np alike; functions whose
 * first argument is self; methods alone.
 */
extern const struct builtin numpy_ufuncs[], numpy_make[], numpy_join[], numpy_core[];
extern const struct builtin numpy_reductions[], numpy_shapes[], numpy_products[];
extern const struct builtin numpy_functions[], numpy_shape_functions[], numpy_value_functions[],
    numpy_product_functions[];
extern const struct builtin numpy_methods[], numpy_shape_methods[], numpy_value_methods[];
extern const struct builtin numpy_dtype_methods[], numpy_random[];

/* array_numpy_scalar.c: numbers that are NumPy's. */
int numpy_scalar_operate(struct vm *vm, enum op op, struct value a, struct value b,
    struct value *ret) WARN_UNUSED;
int numpy_scalar_unary(struct vm *vm, enum op op, struct value a, struct value *ret) WARN_UNUSED;
int numpy_scalar_index(struct vm *vm, struct value scalar, struct value index, struct value *ret) WARN_UNUSED;
int numpy_scalar_install(struct vm *vm, struct dict *into) WARN_UNUSED;
int numpy_scalar_class(struct vm *vm, enum dtype dtype, struct value *ret) WARN_UNUSED;
// Do both name the same dtype? One of them is a dtype of NumPy.
int numpy_dtype_equal(struct vm *vm, struct value a, struct value b, bool *ret) WARN_UNUSED;

int numpy_install(struct vm *vm) WARN_UNUSED;

#endif
