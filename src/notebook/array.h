// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Tensors and arrays as values: wrapping the engine's variables, converting from and to numbers and
 * nested lists, indexing. The functions on them are in the tables of array_methods.c and its like.
 */
#ifndef NOTEBOOK_ARRAY_H
#define NOTEBOOK_ARRAY_H

#include "engine/index.h"
#include "engine/var_ops.h"
#include "notebook/vm.h"

#define AS_VAR(v) array_var(AS_ARRAY(v))

// Borrowed. Whatever is not computed yet is computed now: this may be somebody who changes a variable
// that goes into it.
struct var *array_var_settled(struct array *array);
static inline struct var *array_var(struct array *array)
{
	if (array->base.heap->later.first || !array->var)
		return array_var_settled(array);
	return array->var;
}
// Dtype and shape, which are known without that.
const struct tensor *array_outline(struct value v);

// Wrap a variable, whose reference is taken over, on failure too.
int array_take(struct vm *vm, struct var *var, struct value *ret) WARN_UNUSED;
// Where `view` shows the elements of NumPy's `array`, it remembers that.
void array_note_base(struct value array, struct value view);
// Wrap the result of an engine call: code `r` with `diag`, or `var`.
int array_result(struct vm *vm, int r, const struct diag *diag, struct var *var, enum world world,
    struct value *ret) WARN_UNUSED;
// The same for NumPy reductions: a single element becomes a Python number.
int array_scalar_result(struct vm *vm, int r, const struct diag *diag, struct var *var,
    enum world world, struct value *ret) WARN_UNUSED;
// A new reference to `v`'s variable, or to a weak one for a number; TypeError for anything else.
int array_operand(struct vm *vm, struct value v, struct var **ret) WARN_UNUSED;
// The same, but nested lists and tuples of numbers are converted, too.
int array_convert(struct vm *vm, struct value v, enum world world, struct var **ret) WARN_UNUSED;
// A fresh tensor of numbers, nested lists, arrays; dtype -1: what the elements ask for.
int array_build(struct vm *vm, struct value v, enum world world, int dtype, struct var **ret) WARN_UNUSED;

int array_binary(struct vm *vm, enum op op, struct value a, struct value b, struct value *ret) WARN_UNUSED;
int array_in_place(struct vm *vm, enum op op, struct value a, struct value b, struct value *ret) WARN_UNUSED;
int array_set_attribute(struct vm *vm, struct value array, const struct str *name, struct value v) WARN_UNUSED;
int array_unary(struct vm *vm, enum op op, struct value a, struct value *ret) WARN_UNUSED;
int array_get(struct vm *vm, struct value array, struct value index, struct value *ret) WARN_UNUSED;
int array_set(struct vm *vm, struct value array, struct value index, struct value v) WARN_UNUSED;
int array_truth(struct vm *vm, struct value v, bool *ret) WARN_UNUSED;
// The only element as a Python number.
int array_item(struct vm *vm, struct value v, struct value *ret) WARN_UNUSED;
int array_to_list(struct vm *vm, struct value v, struct value *ret) WARN_UNUSED;
// A shape from separate integers or one tuple or list: zeros(2, 3), zeros((2, 3)).
int array_shape(struct vm *vm, const struct value *values, size_t count, int *ret_ndim,
    int64_t *ret_shape) WARN_UNUSED;
int array_shape_value(struct vm *vm, const struct tensor *tensor, bool is_size, struct value *ret) WARN_UNUSED;

int arrays_install(struct vm *vm) WARN_UNUSED;

#endif
