// SPDX-License-Identifier: GPL-3.0-or-later
/* The methods of dictionaries, their views, and sets. */
#include "config.h"

#include <string.h>

#include "notebook/builtin.h"

#define END {NULL, NULL, NULL, NULL, 0}

// which: 0 keys, 1 values, 2 pairs
static int dict_list(struct vm *vm, const struct args *args, struct value *ret)
{
	const struct dict *dict = AS_DICT(args->self);
	struct list *list = list_new(&vm->heap, 0);
	struct dict_entry *entry;
	size_t at = 0;
	int r = list ? 0 : vm_no_memory(vm);

	while (r == 0 && (entry = dict_next(dict, &at))) {
		struct value v = value_ref(args->def->which == 1 ? entry->value : entry->key);

		if (args->def->which == 2) {
			struct tuple *pair = tuple_new(&vm->heap, 2);

			if (!pair) {
				value_drop(v);
				r = vm_no_memory(vm);
				break;
			}
			pair->items[0] = v;
			pair->items[1] = value_ref(entry->value);
			v = value_object(pair);
		}
		if (list_push(list, v) < 0)
			r = vm_no_memory(vm);
	}
	if (r < 0) {
		object_drop(list);
		return r;
	}
	*ret = value_object(list);
	return 0;
}

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
		return vm_raise(vm, "KeyError", "the dict has no such key");
	*ret = value_ref(args->v[1]);
	if (args->def->which == 1) {
		int r = vm_dict_set(vm, dict, args->v[0], args->v[1]);

		if (r < 0)
			value_drop(*ret);
		return r;
	}
	return 0;
}

static int dict_update(struct vm *vm, const struct args *args, struct value *ret)
{
	struct dict_entry *entry;
	size_t at = 0;
	int r = 0;

	if (args->v[0].kind != VALUE_DICT) {
		vm_raise(vm, "TypeError", "update() needs a dict, not %s", value_a_type(args->v[0]));
		return vm_blame(vm, args->v[0]);
	}
	while (r == 0 && args->v[0].o != args->self.o && (entry = dict_next(AS_DICT(args->v[0]), &at)))
		r = vm_dict_set(vm, AS_DICT(args->self), entry->key, entry->value);
	*ret = value_none();
	return r;
}

static int dict_clear_method(struct vm *vm, const struct args *args, struct value *ret)
{
	(void)vm;
	dict_clear(AS_DICT(args->self));
	*ret = value_none();
	return 0;
}

static int dict_copy(struct vm *vm, const struct args *args, struct value *ret)
{
	struct dict *copy = dict_new(&vm->heap);
	struct dict_entry *entry;
	size_t at = 0;
	int r = copy ? 0 : vm_no_memory(vm);

	while (r == 0 && (entry = dict_next(AS_DICT(args->self), &at)))
		r = vm_dict_set(vm, copy, entry->key, entry->value);
	if (r < 0) {
		object_drop(copy);
		return r;
	}
	copy->is_set = AS_DICT(args->self)->is_set;
	*ret = value_object(copy);
	return 0;
}

static int set_add(struct vm *vm, const struct args *args, struct value *ret)
{
	*ret = value_none();
	return vm_dict_set(vm, AS_DICT(args->self), args->v[0], value_none());
}

const struct builtin dict_methods[] = {
	{"keys", "", "the keys", dict_list, 0},
	{"values", "", "the values", dict_list, 1},
	{"items", "", "pairs of key and value", dict_list, 2},
	{"get", "key, default=None", "the key's value, or the default", dict_find, 0},
	{"setdefault", "key, default=None", "the key's value; sets the default if there is none", dict_find, 1},
	{"pop", "key, default=...", "takes a key out and gives its value", dict_find, 2},
	{"update", "other", "takes over all that `other` has", dict_update, 0},
	{"clear", "", "takes everything out", dict_clear_method, 0},
	{"copy", "", "a dict with the same items", dict_copy, 0},
	{"add", "x", "puts x into a set", set_add, 0},
	END,
};
