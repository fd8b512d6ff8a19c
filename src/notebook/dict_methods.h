// SPDX-License-Identifier: GPL-3.0-or-later
/* Dictionaries and sets as programs use them; dict.h has what they are made of. */
#ifndef NOTEBOOK_DICT_METHODS_H
#define NOTEBOOK_DICT_METHODS_H

#include "notebook/vm.h"

enum view_kind { VIEW_KEYS, VIEW_VALUES, VIEW_ITEMS };

/* What keys(), values() and items() give: it shows the dictionary as it is when it is looked at. */
struct view {
	struct object base;
	enum view_kind kind;
	struct value dict;
};

#define AS_VIEW(v) ((struct view *)(v).o)

int view_next(struct vm *vm, struct iter *iter, struct value *ret) WARN_UNUSED; // of an iterator over a view
// Takes over a dict or pairs (or nothing, UNSET), and the keywords of a call.
int dict_fill(struct vm *vm, struct dict *dict, struct value source, const struct call *keywords) WARN_UNUSED;
int dict_copy_of(struct vm *vm, const struct dict *dict, struct value *ret) WARN_UNUSED;

/* sets.c */
// A set of the values of any sequence; in_place: sets stay as they are.
int set_of(struct vm *vm, struct value source, struct value *ret) WARN_UNUSED;
// & | - ^ on sets and views, | on dicts: 1 with *ret, 0 where the operands are neither.
int set_operate(struct vm *vm, enum op op, struct value a, struct value b, struct value *ret) WARN_UNUSED;
// |= &= -= ^= on sets, |= on dicts: likewise.
int set_operate_in_place(struct vm *vm, enum op op, struct value a, struct value b, struct value *ret) WARN_UNUSED;
// < <= > >= == != on sets and views: likewise.
int set_compare(struct vm *vm, enum op op, struct value a, struct value b, bool *ret) WARN_UNUSED;
// Its members as a list, small integers in Python's order.
int set_members(struct vm *vm, const struct dict *set, struct value *ret) WARN_UNUSED;

#endif
