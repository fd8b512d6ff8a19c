// SPDX-License-Identifier: GPL-3.0-or-later
/* The methods of dictionaries, and the views that keys(), values() and items() give. */
#include "config.h"

#include <string.h>

#include "notebook/builtin.h"
#include "notebook/dict_methods.h"

#define END {NULL, NULL, NULL, NULL, 0}

/* -- views ------------------------------------------------------------------------------------- */

static int view_entry(struct vm *vm, enum view_kind kind, const struct dict_entry *entry, struct value *ret)
{
	struct tuple *pair;

	if (kind != VIEW_ITEMS) {
		*ret = value_ref(kind == VIEW_KEYS ? entry->key : entry->value);
		return 0;
	}
	pair = tuple_new(&vm->heap, 2);
	if (!pair)
		return vm_no_memory(vm);
	pair->items[0] = value_ref(entry->key);
	pair->items[1] = value_ref(entry->value);
	*ret = value_object(pair);
	return 0;
}

int view_next(struct vm *vm, struct iter *iter, struct value *ret)
{
	const struct view *view = AS_VIEW(iter->source);
	size_t at = (size_t)iter->at;
	struct dict_entry *entry = dict_next(AS_DICT(view->dict), &at);
	int r;

	iter->at = (int64_t)at;
	if (!entry)
		return 0;
	r = view_entry(vm, view->kind, entry, ret);
	return r < 0 ? r : 1;
}

static int dict_view(struct vm *vm, const struct args *args, struct value *ret)
{
	struct view *view = object_new(&vm->heap, VALUE_VIEW, sizeof(*view));

	if (!view)
		return vm_no_memory(vm);
	view->kind = (enum view_kind)args->def->which;
	view->dict = value_ref(args->self);
	*ret = value_object(view);
	return 0;
}

/* -- dictionaries ------------------------------------------------------------------------------- */

// which: 0 get, 1 setdefault, 2 pop
static int dict_find(struct vm *vm, const struct args *args, struct value *ret)
{
	struct dict *dict = AS_DICT(args->self);
	struct value *found = dict_hashable(args->v[0]) ? dict_get(dict, args->v[0]) : NULL;

	if (found) {
		*ret = value_ref(*found);
		if (args->def->which == 2)
			dict_delete(dict, args->v[0]);
		return 0;
	}
	if (args->v[1].kind == VALUE_UNSET)
		return vm_raise_key(vm, args->v[0]);
	*ret = value_ref(args->v[1]);
	if (args->def->which == 1) {
		int r = vm_dict_set(vm, dict, args->v[0], args->v[1]);

		if (r < 0)
			value_drop(*ret);
		return r;
	}
	return 0;
}

static int dict_popitem(struct vm *vm, const struct args *args, struct value *ret)
{
	struct dict *dict = AS_DICT(args->self);
	struct dict_entry *entry, *last = NULL;
	struct value key;
	size_t at = 0;
	int r;

	while ((entry = dict_next(dict, &at)))
		last = entry;
	if (!last)
		return vm_raise(vm, "KeyError", "the dict is empty");
	r = view_entry(vm, VIEW_ITEMS, last, ret);
	key = AS_TUPLE(*ret)->items[0];
	if (r == 0)
		dict_delete(dict, key);
	return r;
}

static int add_pairs(struct vm *vm, struct dict *dict, struct value source)
{
	struct value list, pair, *items;
	size_t count;
	int r = iter_to_list(vm, source, &list);

	if (r < 0)
		return r;
	for (size_t i = 0; r == 0 && i < AS_LIST(list)->count; i++) {
		r = iter_to_list(vm, AS_LIST(list)->items[i], &pair);
		if (r < 0)
			break;
		if (value_items(pair, &items, &count) && count == 2)
			r = vm_dict_set(vm, dict, items[0], items[1]);
		else
			r = vm_raise(vm, "ValueError", "dict() needs pairs of key and value");
		value_drop(pair);
	}
	value_drop(list);
	return r;
}

int dict_fill(struct vm *vm, struct dict *dict, struct value source, const struct call *keywords)
{
	struct dict_entry *entry;
	size_t at = 0;
	int r = 0;

	if (source.kind == VALUE_DICT && !AS_DICT(source)->is_set) {
		while (r == 0 && source.o != &dict->base && (entry = dict_next(AS_DICT(source), &at)))
			r = vm_dict_set(vm, dict, entry->key, entry->value);
	} else if (source.kind != VALUE_UNSET) {
		r = add_pairs(vm, dict, source);
	}
	for (size_t i = 0; r == 0 && i < keywords->keywords; i++)
		r = vm_dict_set(vm, dict, (struct value){.kind = VALUE_STR, .o = &keywords->names[i]->base}, keywords->values[i]);
	return r;
}

static int dict_update(struct vm *vm, const struct args *args, struct value *ret)
{
	if (args->rest_count > 1)
		return vm_raise(vm, "TypeError", "%s() takes one argument and keywords", args->def->name);
	*ret = value_none();
	return dict_fill(vm, AS_DICT(args->self), args->rest_count ? args->rest[0] : value_unset(), args->call);
}

static int dict_clear_method(struct vm *vm, const struct args *args, struct value *ret)
{
	(void)vm;
	dict_clear(AS_DICT(args->self));
	*ret = value_none();
	return 0;
}

int dict_copy_of(struct vm *vm, const struct dict *dict, struct value *ret)
{
	struct dict *copy = dict_new(&vm->heap);
	struct dict_entry *entry;
	size_t at = 0;
	int r = copy ? 0 : vm_no_memory(vm);

	while (r == 0 && (entry = dict_next(dict, &at)))
		r = vm_dict_set(vm, copy, entry->key, entry->value);
	if (r < 0) {
		object_drop(copy);
		return r;
	}
	copy->is_set = dict->is_set;
	copy->is_frozen = dict->is_frozen;
	copy->class = dict->class ? object_ref(dict->class) : NULL;
	*ret = value_object(copy);
	return 0;
}

static int dict_copy(struct vm *vm, const struct args *args, struct value *ret)
{
	return dict_copy_of(vm, AS_DICT(args->self), ret);
}

// which: 0 __getitem__, 1 __setitem__, 2 __delitem__, 3 __contains__, as super() reaches them.
static int dict_plain(struct vm *vm, const struct args *args, struct value *ret)
{
	struct dict *dict = AS_DICT(args->self);
	struct value *found = dict_hashable(args->v[0]) ? dict_get(dict, args->v[0]) : NULL;

	*ret = value_none();
	if (args->def->which == 1)
		return vm_dict_set(vm, dict, args->v[0], args->v[1]);
	if (args->def->which == 3) {
		*ret = value_bool(found);
		return 0;
	}
	if (!found)
		return vm_raise_key(vm, args->v[0]);
	if (args->def->which == 0)
		*ret = value_ref(*found);
	else
		dict_delete(dict, args->v[0]);
	return 0;
}

static int dict_fromkeys(struct vm *vm, const struct args *args, struct value *ret)
{
	struct dict *dict = dict_new(&vm->heap);
	struct value keys;
	int r = dict ? iter_to_list(vm, args->v[0], &keys) : vm_no_memory(vm);

	if (r < 0) {
		object_drop(dict);
		return r;
	}
	for (size_t i = 0; r == 0 && i < AS_LIST(keys)->count; i++)
		r = vm_dict_set(vm, dict, AS_LIST(keys)->items[i], args->v[1]);
	value_drop(keys);
	if (r < 0) {
		object_drop(dict);
		return r;
	}
	*ret = value_object(dict);
	return 0;
}

const struct builtin dict_methods[] = {
	{"keys", "", "the keys", dict_view, VIEW_KEYS},
	{"values", "", "the values", dict_view, VIEW_VALUES},
	{"items", "", "pairs of key and value", dict_view, VIEW_ITEMS},
	{"get", "key, default=None", "the key's value, or the default", dict_find, 0},
	{"setdefault", "key, default=None", "the key's value; sets the default if there is none", dict_find, 1},
	{"pop", "key, default=...", "takes a key out and gives its value", dict_find, 2},
	{"popitem", "", "takes the last pair of key and value out", dict_popitem, 0},
	{"update", "*other, **names", "takes over all that `other` (a dict or pairs) has, and the keywords", dict_update, 0},
	{"clear", "", "takes everything out", dict_clear_method, 0},
	{"copy", "", "a dict with the same items", dict_copy, 0},
	{"__init__", "*other, **names", "the first items", dict_update, 0},
	{"__getitem__", "key", "d[key]", dict_plain, 0},
	{"__setitem__", "key, value", "d[key] = value", dict_plain, 1},
	{"__delitem__", "key", "del d[key]", dict_plain, 2},
	{"__contains__", "key", "key in d", dict_plain, 3},
	END,
};

const struct builtin dict_functions[] = {
	{"fromkeys", "keys, value=None", "a dict with these keys and one value", dict_fromkeys, 0},
	END,
};
