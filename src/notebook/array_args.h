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
// A dtype by its name in a world ("int" is int64 in NumPy's, int32 in PyTorch's); -1: there is none.
int array_dtype_find(const char *name, enum world world);
// torch.float32 and the others.
int array_dtype_constants(struct vm *vm, struct dict *into) WARN_UNUSED;
extern const struct builtin array_dtype_methods[];
// One dimension or several; *ret_count 0 for None.
int array_arg_dims(struct vm *vm, struct value v, int *ret_dims, int *ret_count) WARN_UNUSED;
int array_arg_dim(struct vm *vm, struct value v, int *ret) WARN_UNUSED;
// The shape given by v[0] and what follows it: zeros(2, 3) or zeros((2, 3)).
int array_arg_shape(struct vm *vm, const struct args *args, struct value first, int *ret_ndim,
    int64_t *ret_shape) WARN_UNUSED;
// `self` in another dtype: a copy.
int array_cast(struct vm *vm, struct value self, enum dtype dtype, struct value *ret) WARN_UNUSED;
// Two results as a tuple; both are taken over. With a name of array_fields() it is a named tuple.
int array_pair(struct vm *vm, struct var *a, struct var *b, const char *name,
    struct value *ret) WARN_UNUSED;
// The fields of torch.return_types.NAME; NULL: there is no such type.
const struct tuple_fields *array_fields(const char *name);

// A fresh tensor as a value: code `r` with `diag`, or `made`, which is taken over.
int array_made(struct vm *vm, int r, const struct diag *diag, struct tensor *made, enum world world,
    struct value *ret) WARN_UNUSED;

extern const struct builtin array_math_methods[], array_shape_methods[], array_value_methods[],
    array_place_methods[];
// Functions of torch and np, by the file they are in.
extern const struct builtin array_make_torch[], array_random_torch[], array_join_torch[];
#define ARRAY_PRINT_SETTINGS "precision=None, threshold=None, edgeitems=None, linewidth=None, notation=None"
int array_print_settings(struct vm *vm, const struct args *args, struct value *ret) WARN_UNUSED; // array_modules.c
int array_install_nn(struct vm *vm) WARN_UNUSED;	// array_nn.c

#endif
