// SPDX-License-Identifier: GPL-3.0-or-later
/* The methods of lists, tuples and ranges. */
#include "config.h"

#include <string.h>

#include "base/alloc.h"
#include "notebook/builtin.h"

#define END {NULL, NULL, NULL, NULL, 0}

/* -- lists and tuples ------------------------------------------------------------------------ */

static int list_append(struct vm *vm, const struct args *args, struct value *ret)
{
	*ret = value_none();
	return list_push(AS_LIST(args->self), value_ref(args->v[0])) < 0 ? vm_no_memory(vm) : 0;
}

static int list_extend(struct vm *vm, const struct args *args, struct value *ret)
{
	struct value result;
	int r = operate_in_place(vm, OP_ADD, args->self, args->v[0], &result);

	if (r == 0)
		value_drop(result);
	*ret = value_none();
	return r;
}

static int list_insert(struct vm *vm, const struct args *args, struct value *ret)
{
	struct list *list = AS_LIST(args->self);
	int64_t at;
	int r = vm_to_int(vm, args->v[0], "the index", &at);

	if (r < 0)
		return r;
	if (list_push(list, value_ref(args->v[1])) < 0)
		return vm_no_memory(vm);
	if (at < 0)
		at += (int64_t)list->count - 1;
	if (at < 0)
		at = 0;
	if ((size_t)at < list->count - 1) {
		struct value v = list->items[list->count - 1];

		memmove(&list->items[at + 1], &list->items[at], (list->count - 1 - (size_t)at) * sizeof(v));
		list->items[at] = v;
	}
	*ret = value_none();
	return 0;
}

static int list_pop(struct vm *vm, const struct args *args, struct value *ret)
{
	struct list *list = AS_LIST(args->self);
	int64_t at;
	int r = vm_to_int(vm, args->v[0], "the index", &at);

	if (r < 0)
		return r;
	if (list->count == 0)
		return vm_raise(vm, "IndexError", "pop() from an empty list");
	if (at < 0)
		at += (int64_t)list->count;
	if (at < 0 || (size_t)at >= list->count)
		return vm_raise(vm, "IndexError", "pop() beyond the list's end");
	*ret = list->items[at];
	memmove(&list->items[at], &list->items[at + 1], (list->count - 1 - (size_t)at) * sizeof(*ret));
	list->count--;
	return 0;
}

// Where args->v[0] first is, between args->v[1] and args->v[2] if given: 0 and *ret_at, or an error.
static int find_item(struct vm *vm, const struct args *args, size_t *ret_at)
{
	struct slice part = {.start = value_none(), .stop = value_none(), .step = value_none()};
	struct value *items;
	int64_t start, step, among;
	size_t count;
	int r;

	if (args->v[1].kind != VALUE_UNSET)
		part.start = args->v[1];
	if (args->v[2].kind != VALUE_UNSET)
		part.stop = args->v[2];
	value_items(args->self, &items, &count);
	r = slice_resolve(vm, &part, (int64_t)count, &start, &step, &among);
	if (r < 0)
		return r;
	for (size_t i = (size_t)start; i < count && i < (size_t)(start + among); i++) {
		struct value item = value_ref(items[i]); // __eq__ may take it out
		bool equal;

		r = compare_equal(vm, item, args->v[0], &equal);
		value_drop(item);
		if (r < 0)
			return r;
		value_items(args->self, &items, &count);
		if (equal && i < count) {
			*ret_at = i;
			return 0;
		}
	}
	return vm_raise(vm, "ValueError", "the value is not in the %s", value_type_name(args->self));
}

static int sequence_index(struct vm *vm, const struct args *args, struct value *ret)
{
	size_t at;
	int r = find_item(vm, args, &at);

	if (r == 0)
		*ret = value_int((int64_t)at);
	return r;
}

static int sequence_count(struct vm *vm, const struct args *args, struct value *ret)
{
	struct value *items;
	size_t count;
	int64_t found = 0;

	value_items(args->self, &items, &count);
	for (size_t i = 0; i < count; i++) {
		struct value item = value_ref(items[i]);
		bool equal;
		int r = compare_equal(vm, item, args->v[0], &equal);

		value_drop(item);
		if (r < 0)
			return r;
		found += equal;
		value_items(args->self, &items, &count);
	}
	*ret = value_int(found);
	return 0;
}

static int list_remove(struct vm *vm, const struct args *args, struct value *ret)
{
	struct list *list = AS_LIST(args->self);
	struct value gone;
	size_t at;
	int r = find_item(vm, args, &at);

	if (r < 0)
		return r;
	gone = list->items[at];
	memmove(&list->items[at], &list->items[at + 1], (list->count - 1 - at) * sizeof(gone));
	list->count--;
	value_drop(gone);
	*ret = value_none();
	return 0;
}

static int list_reverse(struct vm *vm, const struct args *args, struct value *ret)
{
	struct list *list = AS_LIST(args->self);

	(void)vm;
	for (size_t i = 0; i < list->count / 2; i++) {
		struct value swap = list->items[i];

		list->items[i] = list->items[list->count - 1 - i];
		list->items[list->count - 1 - i] = swap;
	}
	*ret = value_none();
	return 0;
}

static int list_clear(struct vm *vm, const struct args *args, struct value *ret)
{
	struct list *list = AS_LIST(args->self);

	(void)vm;
	while (list->count > 0)
		value_drop(list->items[--list->count]);
	*ret = value_none();
	return 0;
}

static int list_copy(struct vm *vm, const struct args *args, struct value *ret)
{
	return iter_to_list(vm, args->self, ret);
}

// Merge sort of order[0..count): stable, and it may stop at an error at any time.
static int merge_sort(struct vm *vm, const struct value *keys, size_t *order, size_t *scratch, size_t count,
    bool reverse)
{
	size_t half = count / 2, i = 0, j = half, at = 0;
	int r = 0;

	if (count < 2)
		return 0;
	r = merge_sort(vm, keys, order, scratch, half, reverse);
	if (r == 0)
		r = merge_sort(vm, keys, order + half, scratch, count - half, reverse);
	while (r == 0 && i < half && j < count) {
		struct value before;
		bool take_right = false;

		// A later item goes first only when it is strictly before.
		r = compare(vm, reverse ? OP_GT : OP_LT, keys[order[j]], keys[order[i]], &before);
		if (r == 0) {
			r = truth(vm, before, &take_right);
			value_drop(before);
		}
		if (r == 0)
			scratch[at++] = take_right ? order[j++] : order[i++];
	}
	if (r < 0)
		return r;
	while (i < half)
		scratch[at++] = order[i++];
	while (j < count)
		scratch[at++] = order[j++];
	memcpy(order, scratch, count * sizeof(order[0]));
	return vm_tick(vm);
}

static int list_changed(struct vm *vm)
{
	return vm_raise(vm, "ValueError", "the list changed while it was sorted");
}

// The key function may take the item out of its list.
static int call_key(struct vm *vm, struct value key, struct value item, struct value *ret)
{
	int r;

	value_ref(item);
	r = vm_call1(vm, key, item, ret);
	value_drop(item);
	return r;
}

int list_sort(struct vm *vm, struct list *list, struct value key, struct value reverse)
{
	size_t count = list->count, *order = mem_alloc(count * 2 + 1, sizeof(*order));
	struct list *keys = list_new(&vm->heap, count);
	struct value *sorted = mem_alloc(count + 1, sizeof(*sorted));
	bool down = false;
	int r = order && keys && sorted ? truth(vm, reverse, &down) : vm_no_memory(vm);

	for (size_t i = 0; r == 0 && i < count; i++) {
		order[i] = i;
		if (key.kind == VALUE_NONE)
			keys->items[i] = value_ref(list->items[i]);
		else if (list->count == count)
			r = call_key(vm, key, list->items[i], &keys->items[i]);
		else
			r = list_changed(vm);
	}
	if (r == 0)
		r = merge_sort(vm, keys->items, order, order + count, count, down);
	if (r == 0 && list->count != count)
		r = list_changed(vm);
	if (r == 0 && count) {
		for (size_t i = 0; i < count; i++)
			sorted[i] = list->items[order[i]];
		memcpy(list->items, sorted, count * sizeof(*sorted));
	}
	object_drop(keys);
	mem_free(order);
	mem_free(sorted);
	return r;
}

static int list_sort_method(struct vm *vm, const struct args *args, struct value *ret)
{
	*ret = value_none();
	return list_sort(vm, AS_LIST(args->self), args->v[0], args->v[1]);
}

static int size_numel(struct vm *vm, const struct args *args, struct value *ret)
{
	const struct tuple *tuple = AS_TUPLE(args->self);
	int64_t count = 1;

	for (size_t i = 0; i < tuple->count; i++)
		if (tuple->items[i].kind != VALUE_INT || __builtin_mul_overflow(count, tuple->items[i].i, &count))
			return vm_raise(vm, "TypeError", "numel() is for shapes");
	*ret = value_int(count);
	return 0;
}

const struct builtin list_methods[] = {
	{"append", "x", "adds x at the end", list_append, 0},
	{"extend", "values", "adds all of the values at the end", list_extend, 0},
	{"insert", "index, x", "puts x before that index", list_insert, 0},
	{"pop", "index=-1", "takes an item out, the last if no index is given", list_pop, 0},
	{"remove", "x", "takes the first x out", list_remove, 0},
	{"index", "x, start=..., stop=...", "where x first is", sequence_index, 0},
	{"count", "x", "how often x is in it", sequence_count, 0},
	{"reverse", "", "turns the order round", list_reverse, 0},
	{"sort", "*, key=None, reverse=False", "sorts the list", list_sort_method, 0},
	{"clear", "", "takes everything out", list_clear, 0},
	{"copy", "", "a list of the same items", list_copy, 0},
	END,
};

const struct builtin tuple_methods[] = {
	{"index", "x, start=..., stop=...", "where x first is", sequence_index, 0},
	{"count", "x", "how often x is in it", sequence_count, 0},
	{"numel", "", "the product of a shape's sizes", size_numel, 0},
	END,
};

/* -- ranges --------------------------------------------------------------------------------------- */

// which: 0 start, 1 stop, 2 step
static int range_part(struct vm *vm, const struct args *args, struct value *ret)
{
	const struct range *range = AS_RANGE(args->self);

	(void)vm;
	*ret = value_int(args->def->which == 0 ? range->start : args->def->which == 1 ? range->stop : range->step);
	return 0;
}

// which: 0 index, 1 count
static int range_find(struct vm *vm, const struct args *args, struct value *ret)
{
	bool found;
	int r = value_contains(vm, args->self, args->v[0], &found);

	if (r < 0)
		return r;
	if (args->def->which == 0 && !found)
		return vm_raise(vm, "ValueError", "the value is not in the range");
	*ret = value_int(args->def->which ? found : ((int64_t)value_number(args->v[0]) - AS_RANGE(args->self)->start) /
		    AS_RANGE(args->self)->step);
	return 0;
}

const struct builtin range_methods[] = {
	{"start", NULL, "where it begins", range_part, 0},
	{"stop", NULL, "where it ends; this number is not in it", range_part, 1},
	{"step", NULL, "how far it goes each time", range_part, 2},
	{"index", "x", "where x is", range_find, 0},
	{"count", "x", "how often x is in it: once or not", range_find, 1},
	END,
};
