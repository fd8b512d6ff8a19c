// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Arguments that do not fit a function's parameters, and which argument of a call an error is about.
 * Functions are called by the name that a program knows: Linear(), not __init__(); self is not counted.
 */
#ifndef NOTEBOOK_ARITY_H
#define NOTEBOOK_ARITY_H

#include "notebook/vm.h"

/* Each raises a TypeError and returns its code. */
int arity_too_many(struct vm *vm, const struct function *function, size_t given);
int arity_no_parameter(struct vm *vm, const struct function *function, const struct str *name);
int arity_twice(struct vm *vm, const struct function *function, const struct str *name);
int arity_missing(struct vm *vm, const struct function *function, const struct str *name);
// The same for built-in functions.
int arity_builtin_too_many(struct vm *vm, const struct native *native, size_t given);
int arity_builtin_no_parameter(struct vm *vm, const struct native *native, const struct str *name);
int arity_builtin_twice(struct vm *vm, const struct native *native, const struct str *name);
int arity_builtin_missing(struct vm *vm, const struct native *native, const struct str *name);

// The error of a call gets the place of the argument that is to blame, where that is known. `node` is the
// call; `method`: the first of the arguments is not written in it.
void arity_place(struct vm *vm, const struct node *node, const struct call *call, bool method);
void arity_forget_blame(struct vm *vm);

#endif
