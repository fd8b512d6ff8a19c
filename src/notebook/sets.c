// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Sets: dictionaries of which only the keys count. They keep the order of insertion, but those of
 * whole numbers are shown and walked in the order of Python's hash table.
 */
#include "config.h"

#include <string.h>

#include "base/alloc.h"
#include "notebook/builtin.h"
#include "notebook/dict_methods.h"

#define END {NULL, NULL, NULL, NULL, 0}

static bool is_set(struct value v)
{
	return v.kind == VALUE_DICT && AS_DICT(v)->is_set;
}

// Sets, and the views that behave like them.
static bool is_setlike(struct value v)
{
	return is_set(v) || (v.kind == VALUE_VIEW && AS_VIEW(v)->kind != VIEW_VALUES);
}

/* -- order --------------------------------------------------------------------------------------- */

#define PROBES 9

static uint64_t hash_of_int(int64_t i)
{
	return (uint64_t)(i == -1 ? -2 : i);
}

// Python's place for a number in a table whose slots hold numbers of keys + 1: an empty one.
static size_t find_place(const uint32_t *slots, size_t mask, uint64_t hash)
{
	uint64_t perturb = hash;
	size_t at = hash & mask;

	for (;;) {
		size_t end = at + PROBES <= mask ? at + PROBES : at;

		for (size_t i = at; i <= end; i++)
			if (!slots[i])
				return i;
		perturb >>= 5;
		at = (at * 5 + 1 + perturb) & mask;
	}
}

// As Python adds them one by one: the table grows when it is three fifths full. The order is left in keys.
static void order_ints(struct value *keys, size_t count, uint32_t *slots, uint32_t *spare, struct value *scratch)
{
	size_t mask = 7, at = 0;

	memset(slots, 0, 8 * sizeof(*slots));
	for (size_t i = 0; i < count; i++) {
		uint32_t *swap = slots;
		size_t size = 8;

		slots[find_place(slots, mask, hash_of_int(keys[i].i))] = (uint32_t)i + 1;
		if ((i + 1) * 5 < mask * 3)
			continue;
		while (size <= (i + 1) * 4)
			size *= 2;
		memset(spare, 0, size * sizeof(*spare));
		for (size_t k = 0; k <= mask; k++)
			if (slots[k])
				spare[find_place(spare, size - 1, hash_of_int(keys[slots[k] - 1].i))] = slots[k];
		slots = spare;
		spare = swap;
		mask = size - 1;
	}
	for (size_t k = 0; k <= mask; k++)
		if (slots[k])
			scratch[at++] = keys[slots[k] - 1];
	memcpy(keys, scratch, count * sizeof(*keys));
}

int set_members(struct vm *vm, const struct dict *set, struct value *ret)
{
	struct list *list = list_new(&vm->heap, set->count);
	struct dict_entry *entry;
	bool ints = true;
	size_t at = 0, count = 0;

	if (!list)
		return vm_no_memory(vm);
	while ((entry = dict_next(set, &at))) {
		ints = ints && (entry->key.kind == VALUE_INT || entry->key.kind == VALUE_BOOL);
		list->items[count++] = value_ref(entry->key);
	}
	if (ints && count > 1 && count <= 50000) { // larger ones grow less, and take long to print
		size_t size = count * 8 + 64;
		uint32_t *slots = mem_alloc(size * 2, sizeof(*slots));
		struct value *scratch = mem_alloc(count, sizeof(*scratch));

		if (slots && scratch)
			order_ints(list->items, count, slots, slots + size, scratch);
		mem_free(slots);
		mem_free(scratch);
	}
	*ret = value_object(list);
	return 0;
}

/* -- operators ------------------------------------------------------------------------------------ */

static struct dict *new_set(struct vm *vm, bool frozen)
{
	struct dict *set = dict_new(&vm->heap);

	if (set) {
		set->is_set = true;
		set->is_frozen = frozen;
	}
	return set;
}

static int add_all(struct vm *vm, struct dict *set, struct value source)
{
	struct value iter, item;
	int r = iter_new(vm, source, &iter);

	if (r < 0)
		return r;
	while ((r = iter_next(vm, iter, &item)) == 1) {
		r = vm_dict_set(vm, set, item, value_none());
		value_drop(item);
		if (r == 0)
			r = vm_tick(vm);
		if (r < 0)
			break;
	}
	value_drop(iter);
	return r;
}

int set_of(struct vm *vm, struct value source, struct value *ret)
{
	struct dict *set;
	int r;

	if (is_set(source)) {
		*ret = value_ref(source);
		return 0;
	}
	set = new_set(vm, false);
	r = set ? add_all(vm, set, source) : vm_no_memory(vm);
	if (r < 0) {
		object_drop(set);
		return r;
	}
	*ret = value_object(set);
	return 0;
}

// Keys of `from` whose being in `other` is `wanted`.
static int add_filtered(struct vm *vm, struct dict *into, const struct dict *from, const struct dict *other, bool wanted)
{
	struct dict_entry *entry;
	size_t at = 0;
	int r = 0;

	while (r == 0 && (entry = dict_next(from, &at)))
		if ((dict_get(other, entry->key) != NULL) == wanted)
			r = vm_dict_set(vm, into, entry->key, value_none());
	return r;
}

static int combine(struct vm *vm, enum op op, struct value a, struct value b, bool frozen, struct value *ret)
{
	struct dict *made = new_set(vm, frozen);
	const struct dict *x = AS_DICT(a), *y = AS_DICT(b);
	int r = made ? 0 : vm_no_memory(vm);

	if (r == 0 && op == OP_OR)
		r = add_filtered(vm, made, x, made, false);
	else if (r == 0)
		r = add_filtered(vm, made, x, y, op == OP_AND);
	if (r == 0 && (op == OP_OR || op == OP_XOR))
		r = add_filtered(vm, made, y, x, false);
	if (r < 0) {
		object_drop(made);
		return r;
	}
	*ret = value_object(made);
	return 0;
}

static bool is_set_operator(enum op op)
{
	return op == OP_OR || op == OP_AND || op == OP_SUB || op == OP_XOR;
}

static int join_dicts(struct vm *vm, struct value a, struct value b, struct value *ret)
{
	int r = dict_copy_of(vm, AS_DICT(a), ret);

	if (r < 0)
		return r;
	r = dict_fill(vm, AS_DICT(*ret), b, &(struct call){.count = 0});
	if (r < 0)
		value_drop(*ret);
	return r < 0 ? r : 1;
}

int set_operate(struct vm *vm, enum op op, struct value a, struct value b, struct value *ret)
{
	struct value x, y;
	int r;

	if (op == OP_OR && a.kind == VALUE_DICT && b.kind == VALUE_DICT && !is_set(a) && !is_set(b))
		return join_dicts(vm, a, b, ret);
	if (!is_set_operator(op) || !is_setlike(a) || !is_setlike(b))
		return 0;
	r = set_of(vm, a, &x);
	if (r < 0)
		return r;
	r = set_of(vm, b, &y);
	if (r == 0) {
		r = combine(vm, op, x, y, AS_DICT(x)->is_frozen, ret);
		value_drop(y);
	}
	value_drop(x);
	return r < 0 ? r : 1;
}

// `set` becomes what `made` is, which is taken over.
static void become(struct dict *set, struct value made)
{
	struct dict *other = AS_DICT(made), swap = *set;

	set->count = other->count;
	set->used = other->used;
	set->cap = other->cap;
	set->entries = other->entries;
	set->index = other->index;
	set->index_size = other->index_size;
	other->count = swap.count;
	other->used = swap.used;
	other->cap = swap.cap;
	other->entries = swap.entries;
	other->index = swap.index;
	other->index_size = swap.index_size;
	value_drop(made);
}

int set_operate_in_place(struct vm *vm, enum op op, struct value a, struct value b, struct value *ret)
{
	struct value made;
	int r;

	if (a.kind != VALUE_DICT || (is_set(a) && (AS_DICT(a)->is_frozen || !is_setlike(b))))
		return 0;
	if (!is_set(a)) {
		if (op != OP_OR)
			return 0;
		r = dict_fill(vm, AS_DICT(a), b, &(struct call){.count = 0});
	} else {
		r = set_operate(vm, op, a, b, &made);
		if (r == 0)
			return 0;
		if (r > 0)
			become(AS_DICT(a), made);
	}
	if (r < 0)
		return r;
	*ret = value_ref(a);
	return 1;
}

static bool is_subset(const struct dict *a, const struct dict *b)
{
	struct dict_entry *entry;
	size_t at = 0;

	while ((entry = dict_next(a, &at)))
		if (!dict_get(b, entry->key))
			return false;
	return true;
}

static bool holds(enum op op, const struct dict *a, const struct dict *b)
{
	switch (op) {
	case OP_LE:
		return is_subset(a, b);
	case OP_LT:
		return a->count < b->count && is_subset(a, b);
	case OP_GE:
		return is_subset(b, a);
	case OP_GT:
		return b->count < a->count && is_subset(b, a);
	default:
		return (a->count == b->count && is_subset(a, b)) == (op == OP_EQ);
	}
}

int set_compare(struct vm *vm, enum op op, struct value a, struct value b, bool *ret)
{
	struct value x, y;
	int r;

	if (!is_setlike(a) || !is_setlike(b))
		return 0;
	r = set_of(vm, a, &x);
	if (r < 0)
		return r;
	r = set_of(vm, b, &y);
	if (r == 0) {
		*ret = holds(op, AS_DICT(x), AS_DICT(y));
		value_drop(y);
	}
	value_drop(x);
	return r < 0 ? r : 1;
}

/* -- methods --------------------------------------------------------------------------------------- */

static int set_add(struct vm *vm, const struct args *args, struct value *ret)
{
	*ret = value_none();
	return vm_dict_set(vm, AS_DICT(args->self), args->v[0], value_none());
}

// which: 0 discard, 1 remove
static int set_remove(struct vm *vm, const struct args *args, struct value *ret)
{
	*ret = value_none();
	if (dict_hashable(args->v[0]) && dict_delete(AS_DICT(args->self), args->v[0]))
		return 0;
	return args->def->which ? vm_raise_key(vm, args->v[0]) : 0;
}

static int set_pop(struct vm *vm, const struct args *args, struct value *ret)
{
	struct value members;
	int r = set_members(vm, AS_DICT(args->self), &members);

	if (r < 0)
		return r;
	if (AS_LIST(members)->count == 0) {
		r = vm_raise(vm, "KeyError", "the set is empty");
	} else {
		*ret = value_ref(AS_LIST(members)->items[0]);
		dict_delete(AS_DICT(args->self), *ret);
	}
	value_drop(members);
	return r;
}

static int set_clear(struct vm *vm, const struct args *args, struct value *ret)
{
	(void)vm;
	dict_clear(AS_DICT(args->self));
	*ret = value_none();
	return 0;
}

static int set_copy(struct vm *vm, const struct args *args, struct value *ret)
{
	return dict_copy_of(vm, AS_DICT(args->self), ret);
}

// self op each of the arguments, whatever sequences they are: a new set.
static int fold(struct vm *vm, const struct args *args, enum op op, struct value *ret)
{
	struct value total, other, next;
	int r = dict_copy_of(vm, AS_DICT(args->self), &total);

	for (size_t i = 0; r == 0 && i < args->rest_count; i++) {
		r = set_of(vm, args->rest[i], &other);
		if (r < 0)
			break;
		r = combine(vm, op, total, other, AS_DICT(args->self)->is_frozen, &next);
		value_drop(other);
		if (r == 0)
			value_set(&total, next);
	}
	if (r == 0)
		*ret = total;
	else if (r < 0 && total.kind == VALUE_DICT)
		value_drop(total);
	return r;
}

static int set_combine(struct vm *vm, const struct args *args, struct value *ret)
{
	return fold(vm, args, (enum op)args->def->which, ret);
}

static int set_update(struct vm *vm, const struct args *args, struct value *ret)
{
	struct value made;
	int r = fold(vm, args, (enum op)args->def->which, &made);

	if (r < 0)
		return r;
	become(AS_DICT(args->self), made);
	*ret = value_none();
	return 0;
}

enum { QUESTION_SUBSET, QUESTION_SUPERSET, QUESTION_DISJOINT };

static int set_question(struct vm *vm, const struct args *args, struct value *ret)
{
	const struct dict *self = AS_DICT(args->self);
	struct value other, both;
	int r = set_of(vm, args->v[0], &other);

	if (r < 0)
		return r;
	if (args->def->which == QUESTION_SUBSET) {
		*ret = value_bool(is_subset(self, AS_DICT(other)));
	} else if (args->def->which == QUESTION_SUPERSET) {
		*ret = value_bool(is_subset(AS_DICT(other), self));
	} else {
		r = combine(vm, OP_AND, args->self, other, false, &both);
		if (r == 0) {
			*ret = value_bool(AS_DICT(both)->count == 0);
			value_drop(both);
		}
	}
	value_drop(other);
	return r;
}

const struct builtin frozenset_methods[] = {
	{"copy", "", "a set of the same members", set_copy, 0},
	{"union", "*others", "the members of this and the others", set_combine, OP_OR},
	{"intersection", "*others", "the members that all have", set_combine, OP_AND},
	{"difference", "*others", "the members that the others do not have", set_combine, OP_SUB},
	{"symmetric_difference", "*others", "the members that only one of both has", set_combine, OP_XOR},
	{"issubset", "other", "does `other` have every member?", set_question, QUESTION_SUBSET},
	{"issuperset", "other", "has it every member of `other`?", set_question, QUESTION_SUPERSET},
	{"isdisjoint", "other", "have both no member in common?", set_question, QUESTION_DISJOINT},
	END,
};

const struct builtin set_methods[] = {
	{"add", "x", "puts x into the set", set_add, 0},
	{"discard", "x", "takes x out, if it is there", set_remove, 0},
	{"remove", "x", "takes x out, or KeyError", set_remove, 1},
	{"pop", "", "takes some member out", set_pop, 0},
	{"clear", "", "takes everything out", set_clear, 0},
	{"update", "*others", "takes over the members of the others", set_update, OP_OR},
	{"intersection_update", "*others", "keeps the members that all have", set_update, OP_AND},
	{"difference_update", "*others", "takes out the members of the others", set_update, OP_SUB},
	{"symmetric_difference_update", "*others", "keeps the members that only one of both has", set_update, OP_XOR},
	END,
};
