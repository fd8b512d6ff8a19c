// SPDX-License-Identifier: GPL-3.0-or-later
/* Iteration, length and membership. */
#include "config.h"

#include <string.h>

#include "base/utf8.h"
#include "notebook/array.h"
#include "notebook/dict_methods.h"
#include "notebook/vm.h"

int iter_make(struct vm *vm, int (*next)(struct vm *, struct iter *, struct value *), struct value source,
    struct value other, struct value *ret)
{
	struct iter *iter = object_new(&vm->heap, VALUE_ITER, sizeof(*iter));

	if (!iter)
		return vm_no_memory(vm);
	iter->next = next;
	iter->source = value_ref(source);
	iter->other = value_ref(other);
	*ret = value_object(iter);
	return 0;
}

static int next_list(struct vm *vm, struct iter *iter, struct value *ret)
{
	const struct list *list = AS_LIST(iter->source);

	(void)vm;
	if ((size_t)iter->at >= list->count)
		return 0;
	*ret = value_ref(list->items[iter->at++]);
	return 1;
}

static int next_tuple(struct vm *vm, struct iter *iter, struct value *ret)
{
	const struct tuple *tuple = AS_TUPLE(iter->source);

	(void)vm;
	if ((size_t)iter->at >= tuple->count)
		return 0;
	*ret = value_ref(tuple->items[iter->at++]);
	return 1;
}

static int next_range(struct vm *vm, struct iter *iter, struct value *ret)
{
	const struct range *range = AS_RANGE(iter->source);

	(void)vm;
	if (iter->at >= range->count)
		return 0;
	*ret = value_int(range->start + iter->at++ * range->step);
	return 1;
}

static int next_str(struct vm *vm, struct iter *iter, struct value *ret)
{
	const struct str *str = AS_STR(iter->source);
	uint32_t cp;
	size_t used;
	int r;

	if ((size_t)iter->at >= str->len)
		return 0;
	used = utf8_decode(str->text + iter->at, str->len - (size_t)iter->at, &cp);
	r = vm_str(vm, str->text + iter->at, used, ret);
	iter->at += (int64_t)used;
	return r < 0 ? r : 1;
}

static int next_dict(struct vm *vm, struct iter *iter, struct value *ret)
{
	size_t at = (size_t)iter->at;
	struct dict_entry *entry = dict_next(AS_DICT(iter->source), &at);

	(void)vm;
	iter->at = (int64_t)at;
	if (!entry)
		return 0;
	*ret = value_ref(entry->key);
	return 1;
}

static int next_array(struct vm *vm, struct iter *iter, struct value *ret)
{
	int r;

	if (iter->at >= AS_VAR(iter->source)->value->shape[0])
		return 0;
	r = array_get(vm, iter->source, value_int(iter->at++), ret);
	return r < 0 ? r : 1;
}

// An object with __getitem__ (source), asked for 0, 1, 2, ... until IndexError.
static int next_item(struct vm *vm, struct iter *iter, struct value *ret)
{
	int r = subscript_get(vm, iter->source, value_int(iter->at++), ret);

	if (r == 0)
		return 1;
	if (!vm->error.type || strcmp(vm->error.type, "IndexError") != 0)
		return r;
	vm_clear_error(vm);
	return 0;
}

// A function (source) that is called until it gives `other`.
static int next_until(struct vm *vm, struct iter *iter, struct value *ret)
{
	struct call none = {.count = 0};
	bool done;
	int r = vm_call(vm, iter->source, &none, ret);

	if (r < 0)
		return r;
	r = compare_equal(vm, *ret, iter->other, &done);
	if (r == 0 && !done)
		return 1;
	value_drop(*ret);
	return r;
}

int iter_until(struct vm *vm, struct value function, struct value last, struct value *ret)
{
	return iter_make(vm, next_until, function, last, ret);
}

// An object with __next__.
static int next_object(struct vm *vm, struct iter *iter, struct value *ret)
{
	struct value *method = class_find_text(vm, AS_INSTANCE(iter->source)->class, "__next__"), held;
	int r;

	if (!method) {
		vm_raise(vm, "TypeError", "%s has no __next__", value_a_type(iter->source));
		return vm_blame(vm, iter->source);
	}
	held = value_ref(*method);
	r = vm_call1(vm, held, iter->source, ret);
	value_drop(held);
	if (r == 0)
		return 1;
	if (vm->error.type && strcmp(vm->error.type, "StopIteration") == 0) {
		vm_clear_error(vm);
		return 0;
	}
	return r;
}

static int iter_instance(struct vm *vm, struct value source, struct value *ret)
{
	const struct class *class = AS_INSTANCE(source)->class;
	struct value *method = class_find_text(vm, class, "__iter__"), held, made;
	int r;

	if (method) {
		held = value_ref(*method);
		r = vm_call1(vm, held, source, &made);
		value_drop(held);
		if (r < 0)
			return r;
		if (made.kind == VALUE_INSTANCE)
			r = iter_make(vm, next_object, made, value_unset(), ret);
		else
			r = iter_new(vm, made, ret);
		value_drop(made);
		return r;
	}
	if (class_find_text(vm, class, "__getitem__"))
		return iter_make(vm, next_item, source, value_unset(), ret);
	vm_raise(vm, "TypeError", "%s cannot be iterated over", value_a_type(source));
	return vm_blame(vm, source);
}

static int iter_set(struct vm *vm, struct value source, struct value *ret)
{
	struct value members;
	int r = set_members(vm, AS_DICT(source), &members);

	if (r < 0)
		return r;
	r = iter_make(vm, next_list, members, value_unset(), ret);
	value_drop(members);
	return r;
}

int iter_new(struct vm *vm, struct value source, struct value *ret)
{
	struct value none = value_unset();

	switch (source.kind) {
	case VALUE_LIST:
		return iter_make(vm, next_list, source, none, ret);
	case VALUE_TUPLE:
		return iter_make(vm, next_tuple, source, none, ret);
	case VALUE_RANGE:
		return iter_make(vm, next_range, source, none, ret);
	case VALUE_STR:
		return iter_make(vm, next_str, source, none, ret);
	case VALUE_DICT:
		if (AS_DICT(source)->is_set)
			return iter_set(vm, source, ret);
		return iter_make(vm, next_dict, source, none, ret);
	case VALUE_VIEW:
		return iter_make(vm, view_next, source, none, ret);
	case VALUE_TENSOR:
		if (AS_VAR(source)->value->ndim == 0) {
			vm_raise(vm, "TypeError", "a tensor without dimensions cannot be iterated over");
			return vm_hint(vm, "it is a single number: use .item()");
		}
		return iter_make(vm, next_array, source, none, ret);
	case VALUE_ITER:
		*ret = value_ref(source);
		return 0;
	case VALUE_INSTANCE:
		return iter_instance(vm, source, ret);
	default:
		vm_raise(vm, "TypeError", "%s cannot be iterated over", value_a_type(source));
		vm_blame(vm, source);
		return source.kind == VALUE_INT ? vm_hint(vm, "write range(n) to count to n") : vm->error.diag.code;
	}
}

int iter_next(struct vm *vm, struct value iter, struct value *ret)
{
	return AS_ITER(iter)->next(vm, AS_ITER(iter), ret);
}

int iter_to_list(struct vm *vm, struct value source, struct value *ret)
{
	struct list *list = list_new(&vm->heap, 0);
	struct value iter, item;
	int r;

	if (!list)
		return vm_no_memory(vm);
	r = iter_new(vm, source, &iter);
	if (r < 0) {
		object_drop(list);
		return r;
	}
	while ((r = iter_next(vm, iter, &item)) == 1) {
		r = list_push(list, item) < 0 ? vm_no_memory(vm) : vm_tick(vm);
		if (r < 0)
			break;
	}
	value_drop(iter);
	if (r < 0) {
		object_drop(list);
		return r;
	}
	*ret = value_object(list);
	return 0;
}

static int length_of_instance(struct vm *vm, struct value v, int64_t *ret)
{
	struct value *method = class_find_text(vm, AS_INSTANCE(v)->class, "__len__"), held, length;
	int r;

	if (!method) {
		vm_raise(vm, "TypeError", "%s has no length", value_a_type(v));
		return vm_blame(vm, v);
	}
	held = value_ref(*method);
	r = vm_call1(vm, held, v, &length);
	value_drop(held);
	if (r < 0)
		return r;
	r = vm_to_int(vm, length, "what __len__ returns", ret);
	value_drop(length);
	return r;
}

int value_length(struct vm *vm, struct value v, int64_t *ret)
{
	switch (v.kind) {
	case VALUE_STR:
		*ret = (int64_t)AS_STR(v)->chars;
		return 0;
	case VALUE_TUPLE:
		*ret = (int64_t)AS_TUPLE(v)->count;
		return 0;
	case VALUE_LIST:
		*ret = (int64_t)AS_LIST(v)->count;
		return 0;
	case VALUE_DICT:
		*ret = (int64_t)AS_DICT(v)->count;
		return 0;
	case VALUE_VIEW:
		*ret = (int64_t)AS_DICT(AS_VIEW(v)->dict)->count;
		return 0;
	case VALUE_RANGE:
		*ret = AS_RANGE(v)->count;
		return 0;
	case VALUE_TENSOR:
		if (array_outline(v)->ndim > 0) {
			*ret = array_outline(v)->shape[0];
			return 0;
		}
		return vm_raise(vm, "TypeError", "a tensor without dimensions has no length");
	case VALUE_INSTANCE:
		return length_of_instance(vm, v, ret);
	default:
		vm_raise(vm, "TypeError", "%s has no length", value_a_type(v));
		return vm_blame(vm, v);
	}
}

static int contains_by_walking(struct vm *vm, struct value container, struct value v, bool *ret)
{
	struct value iter, item;
	int r = iter_new(vm, container, &iter);

	*ret = false;
	if (r < 0)
		return r;
	while ((r = iter_next(vm, iter, &item)) == 1) {
		r = compare_equal(vm, item, v, ret);
		value_drop(item);
		if (r == 0)
			r = vm_tick(vm);
		if (r < 0 || *ret)
			break;
	}
	value_drop(iter);
	return r < 0 ? r : 0;
}

static bool range_contains(const struct range *range, struct value v)
{
	int64_t offset;

	return range->count > 0 && !__builtin_sub_overflow(v.i, range->start, &offset) && offset % range->step == 0 && offset / range->step >= 0 &&
	    offset / range->step < range->count;
}

int value_contains(struct vm *vm, struct value container, struct value v, bool *ret)
{
	struct value *method, held, args[2] = {container, v}, answer;
	struct call call = {.args = args, .count = 2};
	int r;

	switch (container.kind) {
	case VALUE_STR:
		if (v.kind != VALUE_STR) {
			vm_raise(vm, "TypeError", "'in' a str needs a str before it, not %s", value_a_type(v));
			return vm_blame(vm, v);
		}
		*ret = strstr(AS_STR(container)->text, AS_STR(v)->text) != NULL;
		return 0;
	case VALUE_DICT:
		*ret = dict_hashable(v) && dict_get(AS_DICT(container), v) != NULL;
		return 0;
	case VALUE_RANGE:
		if (v.kind != VALUE_INT)
			break;
		*ret = range_contains(AS_RANGE(container), v);
		return 0;
	case VALUE_INSTANCE:
		method = class_find_text(vm, AS_INSTANCE(container)->class, "__contains__");
		if (!method)
			break;
		held = value_ref(*method);
		r = vm_call(vm, held, &call, &answer);
		value_drop(held);
		if (r == 0) {
			r = truth(vm, answer, ret);
			value_drop(answer);
		}
		return r;
	default:
		break;
	}
	return contains_by_walking(vm, container, v, ret);
}
