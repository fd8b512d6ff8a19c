// SPDX-License-Identifier: GPL-3.0-or-later
/* x[i], x[a:b:c] and assignment to them, for strings, tuples, lists, dicts, ranges and objects. */
#include "config.h"

#include <string.h>

#include "notebook/array_numpy.h"
#include "notebook/builtin.h"
#include "notebook/vm.h"

static int slice_bound(struct vm *vm, struct value v, int64_t length, int64_t low, int64_t high,
    int64_t fallback, int64_t *ret)
{
	int64_t i;
	int r;

	if (v.kind == VALUE_NONE) {
		*ret = fallback;
		return 0;
	}
	r = vm_to_int(vm, v, "a slice's bound", &i);
	if (r < 0)
		return r;
	if (i < 0)
		i = i < -length ? low : i + length;
	*ret = i < low ? low : i > high ? high : i;
	return 0;
}

int slice_resolve(struct vm *vm, const struct slice *slice, int64_t length, int64_t *ret_start,
    int64_t *ret_step, int64_t *ret_count)
{
	int64_t step = 1, start = 0, stop = 0;
	int r = 0;

	if (slice->step.kind != VALUE_NONE)
		r = vm_to_int(vm, slice->step, "a slice's step", &step);
	if (r == 0 && step == 0)
		r = vm_raise(vm, "ValueError", "a slice's step cannot be 0");
	if (r == 0)
		r = slice_bound(vm, slice->start, length, step < 0 ? -1 : 0, step < 0 ? length - 1 : length,
		    step < 0 ? length - 1 : 0, &start);
	if (r == 0)
		r = slice_bound(vm, slice->stop, length, step < 0 ? -1 : 0, step < 0 ? length - 1 : length,
		    step < 0 ? -1 : length, &stop);
	if (r < 0)
		return r;
	*ret_start = start;
	*ret_step = step;
	if (step > 0)
		*ret_count = stop > start ? (stop - start - 1) / step + 1 : 0;
	else
		*ret_count = start > stop ? (start - stop - 1) / (step == INT64_MIN ? INT64_MAX : -step) + 1 : 0;
	return 0;
}

// An index into `length` items, negative ones from the end.
static int resolve_index(struct vm *vm, struct value object, struct value index, int64_t length,
    int64_t *ret)
{
	int64_t i;
	int r;

	if (index.kind != VALUE_INT && index.kind != VALUE_BOOL && index.kind != VALUE_TENSOR) {
		vm_raise(vm, "TypeError", "an index of %s must be an integer or a slice, not %s",
		    value_a_type(object), value_a_type(index));
		vm_blame(vm, index);
		if (index.kind == VALUE_TUPLE)
			return vm_hint(vm, "write x[i][j]; only arrays and tensors take x[i, j]");
		return vm->error.diag.code;
	}
	r = vm_to_int(vm, index, "an index", &i);
	if (r < 0)
		return r;
	if (i < -length || i >= length) {
		vm_raise(vm, "IndexError", "index %lld is out of range for %s of length %lld", (long long)i,
		    value_a_type(object), (long long)length);
		if (length == 0)
			return vm_hint(vm, "it is empty");
		return vm_hint(vm, "indices go from 0 to %lld", (long long)length - 1);
	}
	*ret = i < 0 ? i + length : i;
	return 0;
}

static bool is_inside(const struct str *str, size_t at)
{
	return ((unsigned char)str->text[at] & 0xc0) == 0x80;
}

static size_t char_end(const struct str *str, size_t at)
{
	do
		at++;
	while (is_inside(str, at));
	return at;
}

// Where character number `index` begins.
size_t str_offset(const struct str *str, int64_t index)
{
	size_t at = 0;

	if (str->chars == str->len)
		return (size_t)index;
	for (; index > 0; index--)
		at = char_end(str, at);
	return at;
}

// From the beginning of a character to that of the one `by` further, which exists.
static size_t char_move(const struct str *str, size_t at, int64_t by)
{
	if (str->chars == str->len)
		return (size_t)((int64_t)at + by);
	for (; by > 0; by--)
		at = char_end(str, at);
	for (; by < 0; by++)
		do
			at--;
		while (at > 0 && is_inside(str, at));
	return at;
}

static int str_slice(struct vm *vm, const struct str *str, const struct slice *slice, struct value *ret)
{
	struct strbuf out = STRBUF_INIT;
	int64_t start, step, count;
	size_t from = 0;
	int r = slice_resolve(vm, slice, (int64_t)str->chars, &start, &step, &count);

	if (r < 0)
		return r;
	if (step == 1) {
		from = str_offset(str, start);
		return vm_str(vm, str->text + from, str_offset(str, start + count) - from, ret);
	}
	for (int64_t i = 0; i < count; i++) {
		from = i == 0 ? str_offset(str, start) : char_move(str, from, step);
		strbuf_addn(&out, str->text + from, char_end(str, from) - from);
	}
	return vm_str_take(vm, &out, 0, ret);
}

static int str_get(struct vm *vm, struct value object, struct value index, struct value *ret)
{
	const struct str *str = AS_STR(object);
	size_t from, to;
	int64_t i;
	int r;

	if (index.kind == VALUE_SLICE)
		return str_slice(vm, str, AS_SLICE(index), ret);
	r = resolve_index(vm, object, index, (int64_t)str->chars, &i);
	if (r < 0)
		return r;
	from = str_offset(str, i);
	to = char_end(str, from);
	return vm_str(vm, str->text + from, to - from, ret);
}

static int sequence_slice(struct vm *vm, struct value object, const struct slice *slice, struct value *ret)
{
	struct value *from, *to;
	size_t length;
	int64_t start, step, count;
	void *made;
	int r;

	value_items(object, &from, &length);
	r = slice_resolve(vm, slice, (int64_t)length, &start, &step, &count);
	if (r < 0)
		return r;
	made = object.kind == VALUE_LIST ? (void *)list_new(&vm->heap, (size_t)count)
					 : (void *)tuple_new(&vm->heap, (size_t)count);
	if (!made)
		return vm_no_memory(vm);
	to = object.kind == VALUE_LIST ? ((struct list *)made)->items : ((struct tuple *)made)->items;
	for (int64_t i = 0; i < count; i++)
		to[i] = value_ref(from[start + i * step]);
	if (object.kind == VALUE_TUPLE)
		((struct tuple *)made)->is_size = AS_TUPLE(object)->is_size;
	*ret = value_object(made);
	return 0;
}

static int sequence_get(struct vm *vm, struct value object, struct value index, struct value *ret)
{
	struct value *items;
	size_t count;
	int64_t i;
	int r;

	if (index.kind == VALUE_SLICE)
		return sequence_slice(vm, object, AS_SLICE(index), ret);
	value_items(object, &items, &count);
	r = resolve_index(vm, object, index, (int64_t)count, &i);
	if (r == 0)
		*ret = value_ref(items[i]);
	return r;
}

int vm_raise_key(struct vm *vm, struct value key)
{
	struct value class = vm->builtins[vm_intern(vm, "KeyError", 8)->symbol], exception;
	struct strbuf text = STRBUF_INIT;
	int r = value_repr(vm, key, &text);

	if (r == 0)
		r = vm_call1(vm, class, key, &exception);
	if (r == 0) {
		r = vm_raise(vm, "KeyError", "%s", text.data);
		vm->error.exception = exception;
		vm_hint(vm, "the dict has no such key");
	}
	strbuf_release(&text);
	return r;
}

static int dict_lookup(struct vm *vm, struct value object, struct value key, struct value *ret)
{
	struct value *found = dict_hashable(key) ? dict_get(AS_DICT(object), key) : NULL;

	int r;

	if (AS_DICT(object)->class && (r = instance_call(vm, object, found ? "__getitem__" : "__missing__", &key, 1, ret)) != 0)
		return r < 0 ? r : 0;
	if (!found)
		return vm_raise_key(vm, key);
	*ret = value_ref(*found);
	return 0;
}

static int by_method(struct vm *vm, struct value object, const char *name, const struct value *args,
    size_t count, struct value *ret)
{
	struct value *method = class_find_text(vm, AS_INSTANCE(object)->class, name), held;
	struct call call = {.args = args, .count = count};
	int r;

	if (!method) {
		vm_raise(vm, "TypeError", "%s cannot be indexed", value_a_type(object));
		vm_blame(vm, object);
		return vm_hint(vm, "its class has no %s", name);
	}
	held = value_ref(*method);
	r = vm_call(vm, held, &call, ret);
	value_drop(held);
	return r;
}

static int range_slice(struct vm *vm, const struct range *range, const struct slice *slice, struct value *ret)
{
	int64_t start, step, count, first, end;
	struct range *made;
	int r = slice_resolve(vm, slice, range->count, &start, &step, &count);

	if (r < 0)
		return r;
	if (__builtin_mul_overflow(start, range->step, &first) || __builtin_add_overflow(range->start, first, &first) ||
	    __builtin_mul_overflow(range->step, step, &step) || __builtin_mul_overflow(count, step, &end) ||
	    __builtin_add_overflow(first, end, &end))
		return vm_raise(vm, "OverflowError", "this range is too long");
	made = object_new(&vm->heap, VALUE_RANGE, sizeof(*made));
	if (!made)
		return vm_no_memory(vm);
	made->start = first;
	made->step = step;
	made->count = count;
	made->stop = end;
	*ret = value_object(made);
	return 0;
}

static int range_get(struct vm *vm, struct value object, struct value index, struct value *ret)
{
	const struct range *range = AS_RANGE(object);
	int64_t i;
	int r;

	if (index.kind == VALUE_SLICE)
		return range_slice(vm, range, AS_SLICE(index), ret);
	r = resolve_index(vm, object, index, range->count, &i);
	if (r == 0)
		*ret = value_int(range->start + i * range->step);
	return r;
}

int subscript_get(struct vm *vm, struct value object, struct value index, struct value *ret)
{
	struct value args[2] = {object, index};

	if (object.numpy)
		return numpy_scalar_index(vm, object, index, ret);
	switch (object.kind) {
	case VALUE_TENSOR:
		return array_get(vm, object, index, ret);
	case VALUE_LIST:
	case VALUE_TUPLE:
		return sequence_get(vm, object, index, ret);
	case VALUE_STR:
		return str_get(vm, object, index, ret);
	case VALUE_DICT:
		if (!AS_DICT(object)->is_set)
			return dict_lookup(vm, object, index, ret);
		return vm_raise(vm, "TypeError", "a set cannot be indexed");
	case VALUE_RANGE:
		return range_get(vm, object, index, ret);
	case VALUE_INSTANCE:
		return by_method(vm, object, "__getitem__", args, 2, ret);
	default:
		vm_raise(vm, "TypeError", "%s cannot be indexed", value_a_type(object));
		vm_blame(vm, object);
		if (object.kind == VALUE_FUNCTION || object.kind == VALUE_BUILTIN || object.kind == VALUE_BOUND)
			return vm_hint(vm, "call it with (...)");
		return vm->error.diag.code;
	}
}

static int list_set_slice(struct vm *vm, struct list *list, const struct slice *slice, struct value v)
{
	struct value made;
	struct list *from;
	int64_t start, step, count;
	int r = iter_to_list(vm, v, &made); // first: it may change the list

	if (r < 0)
		return r;
	from = AS_LIST(made);
	r = slice_resolve(vm, slice, (int64_t)list->count, &start, &step, &count);
	if (r < 0) {
		value_drop(made);
		return r;
	}
	if (step != 1 && from->count != (size_t)count) {
		r = vm_raise(vm, "ValueError", "cannot assign %zu items to a slice of %lld with steps", from->count,
		    (long long)count);
	} else if (step != 1) {
		for (int64_t i = 0; i < count; i++)
			value_set(&list->items[start + i * step], value_ref(from->items[i]));
	} else {
		struct list *whole = list_new(&vm->heap, list->count - (size_t)count + from->count);
		size_t at = 0;

		if (!whole) {
			value_drop(made);
			return vm_no_memory(vm);
		}
		for (int64_t i = 0; i < start; i++)
			whole->items[at++] = value_ref(list->items[i]);
		for (size_t i = 0; i < from->count; i++)
			whole->items[at++] = value_ref(from->items[i]);
		for (size_t i = (size_t)(start + count); i < list->count; i++)
			whole->items[at++] = value_ref(list->items[i]);
		struct list swap = *list;

		list->items = whole->items;
		list->count = whole->count;
		list->cap = whole->cap;
		whole->items = swap.items;
		whole->count = swap.count;
		whole->cap = swap.cap;
		object_drop(whole);
	}
	value_drop(made);
	return r;
}

int subscript_set(struct vm *vm, struct value object, struct value index, struct value v)
{
	struct value args[3] = {object, index, v}, result;
	int64_t i;
	int r;

	switch (object.kind) {
	case VALUE_TENSOR:
		return array_set(vm, object, index, v);
	case VALUE_LIST:
		if (index.kind == VALUE_SLICE)
			return list_set_slice(vm, AS_LIST(object), AS_SLICE(index), v);
		r = resolve_index(vm, object, index, (int64_t)AS_LIST(object)->count, &i);
		if (r == 0)
			value_set(&AS_LIST(object)->items[i], value_ref(v));
		return r;
	case VALUE_DICT:
		if (AS_DICT(object)->is_set)
			return vm_raise(vm, "TypeError", "the items of a set cannot be changed");
		r = AS_DICT(object)->class ? instance_call(vm, object, "__setitem__", args + 1, 2, &result) : 0;
		if (r > 0)
			value_drop(result);
		return r == 0 ? vm_dict_set(vm, AS_DICT(object), index, v) : r < 0 ? r : 0;
	case VALUE_INSTANCE:
		r = by_method(vm, object, "__setitem__", args, 3, &result);
		if (r == 0)
			value_drop(result);
		return r;
	default:
		vm_raise(vm, "TypeError", "the items of %s cannot be changed", value_a_type(object));
		vm_blame(vm, object);
		if (object.kind == VALUE_TUPLE)
			return vm_hint(vm, "use a list: [1, 2] instead of (1, 2)");
		if (object.kind == VALUE_STR)
			return vm_hint(vm, "make a new string");
		return vm->error.diag.code;
	}
}

// Every item of the slice, whatever its step.
static void remove_items(struct list *list, int64_t start, int64_t step, int64_t count)
{
	size_t kept = 0;
	int64_t first = step < 0 ? start + (count - 1) * step : start, stride = step < 0 ? -step : step;

	for (size_t i = 0; i < list->count; i++) {
		int64_t from = (int64_t)i - first;
		bool gone = count > 0 && from >= 0 && from % stride == 0 && from / stride < count;

		if (!gone) {
			struct value swap = list->items[kept];

			list->items[kept++] = list->items[i];
			list->items[i] = swap;
		}
	}
	while (list->count > kept)
		value_drop(list->items[--list->count]);
}

static int list_delete(struct vm *vm, struct list *list, struct value index)
{
	struct value gone;
	int64_t i, start, step, count;
	int r;

	if (index.kind == VALUE_SLICE) {
		r = slice_resolve(vm, AS_SLICE(index), (int64_t)list->count, &start, &step, &count);
		if (r == 0)
			remove_items(list, start, step, count);
		return r;
	}
	r = resolve_index(vm, (struct value){.kind = VALUE_LIST, .o = &list->base}, index, (int64_t)list->count, &i);
	if (r < 0)
		return r;
	gone = list->items[i];
	memmove(&list->items[i], &list->items[i + 1], (list->count - (size_t)i - 1) * sizeof(gone));
	list->count--;
	value_drop(gone);
	return 0;
}

int subscript_delete(struct vm *vm, struct value object, struct value index)
{
	struct value result;
	int r;

	if (object.kind == VALUE_LIST)
		return list_delete(vm, AS_LIST(object), index);
	r = instance_call(vm, object, "__delitem__", &index, 1, &result);
	if (r > 0)
		value_drop(result);
	if (r != 0)
		return r < 0 ? r : 0;
	if (object.kind != VALUE_DICT || AS_DICT(object)->is_set)
		return vm_raise(vm, "TypeError", "the items of %s cannot be deleted", value_a_type(object)), vm_blame(vm, object);
	return dict_hashable(index) && dict_delete(AS_DICT(object), index) ? 0 : vm_raise_key(vm, index);
}

static int slice_part(struct vm *vm, const struct args *args, struct value *ret)
{
	const struct slice *slice = AS_SLICE(args->self);

	(void)vm;
	*ret = value_ref(args->def->which == 0 ? slice->start : args->def->which == 1 ? slice->stop : slice->step);
	return 0;
}

// Start, stop and step as they apply to so many items.
static int slice_indices(struct vm *vm, const struct args *args, struct value *ret)
{
	int64_t parts[3], length, count;
	struct tuple *tuple;
	int r = vm_to_int(vm, args->v[0], "the length", &length);

	if (r == 0 && length < 0)
		r = vm_raise(vm, "ValueError", "a length cannot be negative");
	if (r == 0)
		r = slice_resolve(vm, AS_SLICE(args->self), length, &parts[0], &parts[2], &count);
	if (r < 0)
		return r;
	if (slice_bound(vm, AS_SLICE(args->self)->stop, length, parts[2] < 0 ? -1 : 0, parts[2] < 0 ? length - 1 : length,
		parts[2] < 0 ? -1 : length, &parts[1]) < 0)
		return vm->error.diag.code;
	tuple = tuple_new(&vm->heap, 3);
	if (!tuple)
		return vm_no_memory(vm);
	for (size_t i = 0; i < 3; i++)
		tuple->items[i] = value_int(parts[i]);
	*ret = value_object(tuple);
	return 0;
}

const struct builtin slice_methods[] = {
	{"indices", "length", "start, stop and step as they apply to so many items", slice_indices, 0},
	{"start", NULL, "where it begins, or None", slice_part, 0},
	{"stop", NULL, "where it ends, or None", slice_part, 1},
	{"step", NULL, "how far it goes each time, or None", slice_part, 2},
	{NULL, NULL, NULL, NULL, 0},
};
