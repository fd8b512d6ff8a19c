// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "notebook/dict.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"

#define FIRST_INDEX 8
#define DEPTH_MAX 200 // of nested containers that are compared or hashed; deeper ones are different
// Items looked at for one ==: more than any memory holds, unless they are shared many times.
#define STEPS_MAX (1L << 27)

static _Thread_local long steps; // of the comparison that runs

static bool equal_at(struct value a, struct value b, int depth);

static uint64_t mix(uint64_t x)
{
	x ^= x >> 33;
	x *= 0xff51afd7ed558ccdull;
	x ^= x >> 33;
	return x;
}

static uint64_t hash_number(double f)
{
	uint64_t bits;

	if (f == floor(f) && fabs(f) < 9e18)
		return mix((uint64_t)(int64_t)f);
	memcpy(&bits, &f, sizeof(bits));
	return mix(bits);
}

static uint64_t hash_at(struct value key, int depth)
{
	uint64_t hash = 7;

	switch (key.kind) {
	case VALUE_STR:
		return AS_STR(key)->hash;
	case VALUE_FLOAT:
		return hash_number(key.f);
	case VALUE_BOOL:
	case VALUE_INT:
		return mix((uint64_t)key.i);
	case VALUE_TUPLE:
		if (AS_TUPLE(key)->hashed)
			return AS_TUPLE(key)->hash;
		for (size_t i = 0; i < AS_TUPLE(key)->count && depth < DEPTH_MAX; i++)
			hash = mix(hash * 31 + hash_at(AS_TUPLE(key)->items[i], depth + 1));
		return hash;
	case VALUE_DICT: // a frozenset: in any order
		for (size_t i = 0; i < AS_DICT(key)->used; i++)
			if (AS_DICT(key)->entries[i].key.kind != VALUE_UNSET)
				hash += mix(AS_DICT(key)->entries[i].hash);
		return hash;
	default:
		return value_is_object(key) ? mix((uintptr_t)key.o) : mix((uint64_t)key.i + key.kind);
	}
}

static uint64_t hash_value(struct value key)
{
	return hash_at(key, 0);
}

uint64_t dict_hash(struct value key)
{
	return hash_value(key);
}

// Objects are keys by identity: those with an equality of their own cannot be.
static bool class_says(const struct class *class, const char *name)
{
	for (; class; class = class->parent)
		if (dict_get_text(class->attrs, name))
			return true;
	return false;
}

/*
 * A tuple that has been found to be a key remembers its hash: one that holds another twice, which
 * holds another twice, and so on, would otherwise take forever.
 */
static bool hashable_at(struct value key, int depth)
{
	struct tuple *tuple;

	switch (key.kind) {
	case VALUE_DICT:
		return AS_DICT(key)->is_frozen;
	case VALUE_INSTANCE:
		return !class_says(AS_INSTANCE(key)->class, "__eq__");
	case VALUE_LIST:
	case VALUE_VIEW:
	case VALUE_SLICE:
	case VALUE_UNSET:
		return false;
	case VALUE_TUPLE:
		tuple = AS_TUPLE(key);
		for (size_t i = 0; i < tuple->count && !tuple->hashed; i++)
			if (depth > DEPTH_MAX || !hashable_at(tuple->items[i], depth + 1))
				return false;
		tuple->hash = hash_at(key, 0);
		tuple->hashed = true;
		return true;
	default:
		return true;
	}
}

bool dict_hashable(struct value key)
{
	return hashable_at(key, 0);
}

static bool equal_items(const struct value *a, const struct value *b, size_t count, int depth)
{
	for (size_t i = 0; i < count; i++)
		if (!equal_at(a[i], b[i], depth + 1))
			return false;
	return true;
}

static bool equal_dicts(const struct dict *a, const struct dict *b, int depth)
{
	struct dict_entry *entry;
	size_t at = 0;

	if (a->count != b->count || a->is_set != b->is_set)
		return false;
	while ((entry = dict_next(a, &at))) {
		struct value *other = dict_get(b, entry->key);

		if (!other || !equal_at(entry->value, *other, depth + 1))
			return false;
	}
	return true;
}

static bool equal_objects(struct value a, struct value b, int depth)
{
	const struct range *r = AS_RANGE(a), *s = AS_RANGE(b);

	switch (a.kind) {
	case VALUE_STR:
		return AS_STR(a)->len == AS_STR(b)->len &&
		    memcmp(AS_STR(a)->text, AS_STR(b)->text, AS_STR(a)->len) == 0;
	case VALUE_TUPLE:
		return AS_TUPLE(a)->count == AS_TUPLE(b)->count &&
		    equal_items(AS_TUPLE(a)->items, AS_TUPLE(b)->items, AS_TUPLE(a)->count, depth);
	case VALUE_LIST:
		return AS_LIST(a)->count == AS_LIST(b)->count &&
		    equal_items(AS_LIST(a)->items, AS_LIST(b)->items, AS_LIST(a)->count, depth);
	case VALUE_DICT:
		return equal_dicts(AS_DICT(a), AS_DICT(b), depth);
	case VALUE_RANGE:
		return r->count == s->count && (r->count == 0 || r->start == s->start) &&
		    (r->count < 2 || r->step == s->step);
	default:
		return false;
	}
}

int compare_int_float(int64_t i, double f)
{
	int64_t whole;

	if (f != f)
		return -1; // neither
	if (f >= 0x1p63 || f < -0x1p63)
		return f > 0 ? -1 : 1;
	whole = (int64_t)f;
	if (i != whole)
		return i < whole ? -1 : 1;
	return ((double)whole > f) - ((double)whole < f);
}

static bool equal_at(struct value a, struct value b, int depth)
{
	if (value_is_number(a) && value_is_number(b)) {
		if (a.kind != VALUE_FLOAT && b.kind != VALUE_FLOAT)
			return a.i == b.i;
		if (a.kind != b.kind)
			return a.kind == VALUE_FLOAT ? compare_int_float(b.i, a.f) == 0 : compare_int_float(a.i, b.f) == 0;
		return a.f == b.f;
	}
	if (a.kind != b.kind || ++steps > STEPS_MAX)
		return false;
	if (!value_is_object(a))
		return a.i == b.i;
	return a.o == b.o || (depth < DEPTH_MAX && equal_objects(a, b, depth));
}

bool value_equal(struct value a, struct value b)
{
	static _Thread_local bool inside; // by way of a dict's keys
	bool outermost = !inside, equal;

	if (outermost)
		steps = 0;
	inside = true;
	equal = equal_at(a, b, 0);
	inside = !outermost;
	return equal;
}

struct dict *dict_new(struct heap *heap)
{
	return object_new(heap, VALUE_DICT, sizeof(struct dict));
}

// The slot of the index that holds `key`, or the empty one where it belongs.
static size_t find_slot(const struct dict *dict, struct value key, uint64_t hash)
{
	size_t at = hash & (dict->index_size - 1);

	while (dict->index[at]) {
		const struct dict_entry *entry = &dict->entries[dict->index[at] - 1];

		if (entry->hash == hash && entry->key.kind != VALUE_UNSET &&
		    ((value_is_object(key) && entry->key.o == key.o) || value_equal(entry->key, key)))
			break;
		at = (at + 1) & (dict->index_size - 1);
	}
	return at;
}

struct value *dict_get(const struct dict *dict, struct value key)
{
	size_t at;

	if (dict->count == 0)
		return NULL;
	at = find_slot(dict, key, hash_value(key));
	return dict->index[at] ? &dict->entries[dict->index[at] - 1].value : NULL;
}

struct value *dict_get_str(const struct dict *dict, const struct str *key)
{
	return dict_get(dict, (struct value){.kind = VALUE_STR, .o = (struct object *)&key->base});
}

struct value *dict_get_text(const struct dict *dict, const char *key)
{
	struct dict_entry *entry;
	size_t at = 0;

	while ((entry = dict_next(dict, &at)))
		if (value_is_str(entry->key, key))
			return &entry->value;
	return NULL;
}

static void reindex(struct dict *dict)
{
	size_t kept = 0;

	memset(dict->index, 0, dict->index_size * sizeof(dict->index[0]));
	for (size_t i = 0; i < dict->used; i++) {
		size_t at;

		if (dict->entries[i].key.kind == VALUE_UNSET)
			continue;
		dict->entries[kept] = dict->entries[i];
		at = dict->entries[kept].hash & (dict->index_size - 1);
		while (dict->index[at])
			at = (at + 1) & (dict->index_size - 1);
		dict->index[at] = (uint32_t)++kept;
	}
	dict->used = kept;
}

static int grow(struct dict *dict)
{
	size_t index_size = dict->index_size ? dict->index_size : FIRST_INDEX;
	size_t cap;
	void *index, *entries;

	while (index_size * 2 / 3 <= dict->count + 1)
		index_size *= 2;
	if (index_size > UINT32_MAX / 2)
		return ERR_NOMEM;
	cap = index_size * 2 / 3;
	entries = heap_resize(dict->base.heap, dict->entries, dict->cap * sizeof(dict->entries[0]),
	    cap * sizeof(dict->entries[0]));
	if (!entries)
		return ERR_NOMEM;
	dict->entries = entries;
	dict->cap = cap;
	index = heap_resize(dict->base.heap, dict->index, dict->index_size * sizeof(dict->index[0]),
	    index_size * sizeof(dict->index[0]));
	if (!index)
		return ERR_NOMEM;
	dict->index = index;
	dict->index_size = index_size;
	reindex(dict);
	return 0;
}

int dict_set(struct dict *dict, struct value key, struct value value)
{
	uint64_t hash = hash_value(key);
	size_t at;

	if (dict->index_size) {
		at = find_slot(dict, key, hash);
		if (dict->index[at]) {
			value_set(&dict->entries[dict->index[at] - 1].value, value_ref(value));
			return 0;
		}
	}
	if (!dict->index_size || dict->used >= dict->index_size * 2 / 3) {
		if (grow(dict) < 0)
			return ERR_NOMEM;
	}
	at = find_slot(dict, key, hash);
	dict->entries[dict->used] = (struct dict_entry){value_ref(key), value_ref(value), hash};
	dict->index[at] = (uint32_t)++dict->used;
	dict->count++;
	return 0;
}

bool dict_delete(struct dict *dict, struct value key)
{
	struct dict_entry *entry;
	struct value old_key, old_value;
	size_t at;

	if (dict->count == 0)
		return false;
	at = find_slot(dict, key, hash_value(key));
	if (!dict->index[at])
		return false;
	entry = &dict->entries[dict->index[at] - 1];
	old_key = entry->key;
	old_value = entry->value;
	entry->key = value_unset();
	entry->value = value_unset();
	dict->count--;
	value_drop(old_key);
	value_drop(old_value);
	return true;
}

void dict_clear(struct dict *dict)
{
	size_t used = dict->used;

	dict->used = dict->count = 0;
	if (dict->index)
		memset(dict->index, 0, dict->index_size * sizeof(dict->index[0]));
	for (size_t i = 0; i < used; i++) {
		value_drop(dict->entries[i].key);
		value_drop(dict->entries[i].value);
	}
}

struct dict_entry *dict_next(const struct dict *dict, size_t *at)
{
	while (*at < dict->used) {
		struct dict_entry *entry = &dict->entries[(*at)++];

		if (entry->key.kind != VALUE_UNSET)
			return entry;
	}
	return NULL;
}
