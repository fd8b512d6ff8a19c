// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Dictionaries: they keep the order of insertion, as Python's do. Also what modules, classes and
 * instances keep their attributes in. Keys are None, booleans, numbers, strings, tuples of those,
 * and classes and functions by identity; 1, 1.0 and True are one key.
 */
#ifndef NOTEBOOK_DICT_H
#define NOTEBOOK_DICT_H

#include "notebook/value.h"

struct dict_entry {
	struct value key; // VALUE_UNSET: deleted
	struct value value;
	uint64_t hash;
};

struct dict {
	struct object base;
	bool is_set; // a set: only the keys count
	bool is_frozen; // a frozenset
	struct class *class; // derived from dict, or NULL
	struct dict *attrs;  // of an object of such a class, or NULL
	size_t count;		 // live entries
	size_t used, cap;	 // entries in use, deleted ones too
	struct dict_entry *entries;
	uint32_t *index;	 // index_size slots: 0 empty, else entry + 1
	size_t index_size;	 // a power of two
};

struct dict *dict_new(struct heap *heap) WARN_UNUSED; // NULL: no memory
bool dict_hashable(struct value key);
uint64_t dict_hash(struct value key); // of a hashable one
// Borrowed, or NULL. The pointer is valid until the next dict_set.
struct value *dict_get(const struct dict *dict, struct value key);
struct value *dict_get_str(const struct dict *dict, const struct str *key);
struct value *dict_get_text(const struct dict *dict, const char *key);
// Takes a reference of key and value each; ERR_NOMEM.
int dict_set(struct dict *dict, struct value key, struct value value) WARN_UNUSED;
bool dict_delete(struct dict *dict, struct value key);
void dict_clear(struct dict *dict);
// The next live entry from *at on, or NULL; advances *at.
struct dict_entry *dict_next(const struct dict *dict, size_t *at);

// Equality as == has it, for everything that needs no code to run (arrays compare by identity).
int compare_int_float(int64_t i, double f); // exactly: -1 less, 0 equal, 1 greater; -1 for NaN
bool value_equal(struct value a, struct value b);

#endif
