// SPDX-License-Identifier: GPL-3.0-or-later
/* How the functions on arrays read their arguments. Private to the array_*.c files. */
#ifndef NOTEBOOK_ARRAY_ARGS_H
#define NOTEBOOK_ARRAY_ARGS_H

#include "notebook/array.h"
#include "notebook/builtin.h"

#define TABLE_END {NULL, NULL, NULL, NULL, 0}
#define ARRAY_NUMPY 0x1000 // in `which` of a builtin: the function is NumPy's

static inline enum world array_arg_world(const struct args *args)
{
	return args->def->which & ARRAY_NUMPY ? WORLD_NUMPY : WORLD_TORCH;
}

// The array that a method works on: a new reference. A list or number becomes a NumPy array.
int array_arg_self(struct vm *vm, const struct args *args, struct var **ret) WARN_UNUSED;
// A dtype, int, float, bool or its name; *ret is -1 for None or nothing.
int array_arg_dtype(struct vm *vm, struct value v, int *ret) WARN_UNUSED;
// One dimension or several; *ret_count 0 for None.
int array_arg_dims(struct vm *vm, struct value v, int *ret_dims, int *ret_count) WARN_UNUSED;
int array_arg_dim(struct vm *vm, struct value v, int *ret) WARN_UNUSED;
// The shape given by v[0] and what follows it: zeros(2, 3) or zeros((2, 3)).
int array_arg_shape(struct vm *vm, const struct args *args, struct value first, int *ret_ndim,
    int64_t *ret_shape) WARN_UNUSED;
// Two results as a tuple (values, indices); both are taken over.
int array_pair(struct vm *vm, struct var *a, struct var *b, struct value *ret) WARN_UNUSED;

// A fresh tensor as a value: code `r` with `diag`, or `made`, which is taken over.
int array_made(struct vm *vm, int r, const struct diag *diag, struct tensor *made, enum world world,
    struct value *ret) WARN_UNUSED;

extern const struct builtin array_math_methods[], array_shape_methods[], array_value_methods[],
    array_place_methods[];
// Functions of torch and np, by the file they are in.
extern const struct builtin array_make_torch[], array_make_numpy[], array_make_random[],
    array_random_torch[], array_random_numpy[], array_join_torch[], array_join_numpy[];
int array_install_nn(struct vm *vm) WARN_UNUSED;	// array_nn.c

#endif
