// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "notebook/value.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/budget.h"
#include "engine/autograd.h"
#include "notebook/descriptor.h"
#include "notebook/dict.h"
#include "notebook/dict_methods.h"
#include "notebook/syntax.h"

#define BUDGET_STEP ((size_t)64 << 10) // bytes taken from the budget at a time

static bool heap_take(struct heap *heap, size_t bytes)
{
	size_t missing;

	if (heap->used > heap->limit || bytes > heap->limit - heap->used)
		return false;
	if (heap->used + bytes > heap->taken) {
		missing = heap->used + bytes - heap->taken;
		missing = (missing + BUDGET_STEP - 1) / BUDGET_STEP * BUDGET_STEP;
		if (!budget_take(missing))
			return false;
		heap->taken += missing;
	}
	heap->used += bytes;
	return true;
}

static void heap_give(struct heap *heap, size_t bytes)
{
	heap->used -= bytes;
	if (heap->taken - heap->used < 4 * BUDGET_STEP)
		return;
	budget_give(heap->taken - heap->used - BUDGET_STEP);
	heap->taken = heap->used + BUDGET_STEP;
}

void *object_new(struct heap *heap, enum value_kind kind, size_t size)
{
	struct object *object;

	if (!heap_take(heap, size))
		return NULL;
	object = mem_zalloc(1, size);
	if (!object) {
		heap_give(heap, size);
		return NULL;
	}
	object->refs = 1;
	object->kind = kind;
	object->heap = heap;
	object->size = size;
	object->next = heap->first;
	if (heap->first)
		heap->first->prev = object;
	heap->first = object;
	return object;
}

void *heap_resize(struct heap *heap, void *ptr, size_t old_size, size_t new_size)
{
	void *grown;

	if (new_size > old_size && !heap_take(heap, new_size - old_size))
		return NULL;
	grown = mem_realloc(ptr, 1, new_size);
	if (!grown && new_size > old_size)
		heap_give(heap, new_size - old_size);
	else if (grown && new_size < old_size)
		heap_give(heap, old_size - new_size);
	return grown;
}

void heap_give_back(struct heap *heap, void *ptr, size_t size)
{
	mem_free(ptr);
	heap_give(heap, size);
}

static void drop_array(struct heap *heap, struct value *items, size_t count, size_t cap)
{
	for (size_t i = 0; i < count; i++)
		value_drop(items[i]);
	heap_give_back(heap, items, cap * sizeof(items[0]));
}

static void release_dict(struct dict *dict)
{
	dict_clear(dict);
	heap_give_back(dict->base.heap, dict->entries, dict->cap * sizeof(dict->entries[0]));
	heap_give_back(dict->base.heap, dict->index, dict->index_size * sizeof(dict->index[0]));
	dict->entries = NULL;
	dict->index = NULL;
	dict->cap = dict->index_size = 0;
}

static void release_function(struct function *function)
{
	const struct funcdef *def = function->def;

	for (size_t i = 0; function->defaults && i < def->param_count; i++)
		value_drop(function->defaults[i]);
	mem_free(function->defaults);
	for (size_t i = 0; function->cells && i < def->free_count; i++)
		object_drop(function->cells[i]);
	mem_free(function->cells);
	object_drop(function->attrs);
	object_drop(function->owner);
	program_drop(def->program);
}

// Drop what the object refers to; the object's own memory stays.
static void release_contents(struct object *object)
{
	struct value v = {.kind = object->kind, .o = object};

	switch (object->kind) {
	case VALUE_TUPLE:
		for (size_t i = 0; i < AS_TUPLE(v)->count; i++)
			value_drop(AS_TUPLE(v)->items[i]);
		break;
	case VALUE_LIST:
		drop_array(object->heap, AS_LIST(v)->items, AS_LIST(v)->count, AS_LIST(v)->cap);
		break;
	case VALUE_VIEW:
		value_drop(AS_VIEW(v)->dict);
		break;
	case VALUE_DICT:
		object_drop(AS_DICT(v)->class);
		object_drop(AS_DICT(v)->attrs);
		release_dict(AS_DICT(v));
		break;
	case VALUE_SLICE:
		value_drop(AS_SLICE(v)->start);
		value_drop(AS_SLICE(v)->stop);
		value_drop(AS_SLICE(v)->step);
		break;
	case VALUE_TENSOR:
		var_unref(AS_ARRAY(v)->var);
		deferred_drop(AS_ARRAY(v)->later);
		object_drop(AS_ARRAY(v)->of);
		break;
	case VALUE_FUNCTION:
		release_function(AS_FUNCTION(v));
		break;
	case VALUE_BOUND:
		value_drop(AS_BOUND(v)->self);
		value_drop(AS_BOUND(v)->callee);
		break;
	case VALUE_CLASS:
		object_drop(AS_CLASS(v)->name);
		object_drop(AS_CLASS(v)->module);
		object_drop(AS_CLASS(v)->attrs);
		object_drop(AS_CLASS(v)->parent);
		break;
	case VALUE_INSTANCE:
		object_drop(AS_INSTANCE(v)->class);
		object_drop(AS_INSTANCE(v)->attrs);
		break;
	case VALUE_MODULE:
		object_drop(AS_MODULE(v)->name);
		object_drop(AS_MODULE(v)->attrs);
		break;
	case VALUE_ITER:
		value_drop(AS_ITER(v)->source);
		value_drop(AS_ITER(v)->other);
		break;
	case VALUE_CELL:
		value_drop(AS_CELL(v)->value);
		break;
	case VALUE_DESCRIPTOR:
		value_drop(AS_DESCRIPTOR(v)->get);
		value_drop(AS_DESCRIPTOR(v)->set);
		break;
	case VALUE_BUILTIN:
		for (size_t i = 0; AS_NATIVE(v)->fallbacks && i < AS_NATIVE(v)->param_count; i++)
			value_drop(AS_NATIVE(v)->fallbacks[i]);
		mem_free(AS_NATIVE(v)->params);
		mem_free(AS_NATIVE(v)->fallbacks);
		break;
	default:
		break;
	}
}

static void unlink_object(struct object *object)
{
	if (object->prev)
		object->prev->next = object->next;
	else
		object->heap->first = object->next;
	if (object->next)
		object->next->prev = object->prev;
}

/*
 * Objects that die while another one is being taken apart wait in a queue: however deeply lists are
 * nested, freeing them takes no stack.
 */
void object_free(struct object *object)
{
	struct heap *heap = object->heap;

	unlink_object(object);
	object->next = heap->dying;
	heap->dying = object;
	if (heap->freeing)
		return;
	heap->freeing = true;
	while (heap->dying) {
		object = heap->dying;
		heap->dying = object->next;
		release_contents(object);
		heap_give(heap, object->size);
		mem_free(object);
	}
	heap->freeing = false;
}

void object_drop(void *o)
{
	struct object *object = o;

	if (object && --object->refs == 0)
		object_free(object);
}

size_t heap_release(struct heap *heap)
{
	size_t referenced = 0;

	// Each keeps a reference of its own while contents are dropped, so that cycles come apart.
	for (struct object *object = heap->first; object; object = object->next)
		object->refs++;
	for (struct object *object = heap->first; object; object = object->next) {
		release_contents(object);
		object->kind = VALUE_UNSET;
	}
	while (heap->first) {
		struct object *object = heap->first;

		unlink_object(object);
		referenced += object->refs != 1;
		heap->used -= object->size;
		mem_free(object);
	}
	referenced += heap->used != 0;
	budget_give(heap->taken);
	heap->used = heap->taken = 0;
	return referenced;
}

uint64_t str_hash(const char *text, size_t len)
{
	uint64_t hash = 0xcbf29ce484222325ull;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3ull;
	return hash;
}

struct str *str_new_sized(struct heap *heap, size_t len)
{
	struct str *str;

	if (len > SIZE_MAX / 2)
		return NULL;
	str = object_new(heap, VALUE_STR, sizeof(*str) + len + 1);
	if (str) {
		str->len = len;
		str->symbol = -1;
	}
	return str;
}

void str_finish(struct str *str)
{
	str->chars = 0;
	for (size_t i = 0; i < str->len; i++)
		str->chars += ((unsigned char)str->text[i] & 0xc0) != 0x80;
	str->hash = str_hash(str->text, str->len);
}

struct str *str_new(struct heap *heap, const char *text, size_t len)
{
	struct str *str = str_new_sized(heap, len);

	if (str) {
		memcpy(str->text, text, len);
		str_finish(str);
	}
	return str;
}

struct tuple *tuple_new(struct heap *heap, size_t count)
{
	struct tuple *tuple;

	if (count > SIZE_MAX / 2 / sizeof(struct value))
		return NULL;
	tuple = object_new(heap, VALUE_TUPLE, sizeof(*tuple) + count * sizeof(struct value));
	if (tuple)
		tuple->count = count;
	return tuple;
}

struct list *list_new(struct heap *heap, size_t count)
{
	struct list *list = object_new(heap, VALUE_LIST, sizeof(*list));

	if (!list || count == 0)
		return list;
	if (count < SIZE_MAX / 2 / sizeof(struct value))
		list->items = heap_resize(heap, NULL, 0, count * sizeof(struct value));
	if (!list->items) {
		object_drop(list);
		return NULL;
	}
	memset(list->items, 0, count * sizeof(struct value));
	list->count = list->cap = count;
	return list;
}

int list_push(struct list *list, struct value item)
{
	if (list->count == list->cap) {
		size_t cap = list->cap ? list->cap * 2 : 8;
		void *items = heap_resize(list->base.heap, list->items, list->cap * sizeof(item),
		    cap * sizeof(item));

		if (!items) {
			value_drop(item);
			return ERR_NOMEM;
		}
		list->items = items;
		list->cap = cap;
	}
	list->items[list->count++] = item;
	return 0;
}

static const char *type_of_array(const struct array *array)
{
	static const char *const scalars[DTYPE_COUNT] = {[DTYPE_F32] = "numpy.float32", [DTYPE_I32] = "numpy.int32",
	    [DTYPE_I16] = "numpy.int16", [DTYPE_I8] = "numpy.int8", [DTYPE_U8] = "numpy.uint8"};
	const struct var *var = array->var;

	if (array->scalar && scalars[var->value->dtype])
		return scalars[var->value->dtype];
	if (var && var->world == WORLD_NUMPY)
		return "numpy.ndarray";
	return var && var->parameter ? "Parameter" : "Tensor";
}

const char *value_type_name(struct value v)
{
	static const char *const names[] = {
		[VALUE_UNSET] = "unset", [VALUE_NONE] = "NoneType", [VALUE_BOOL] = "bool",
		[VALUE_INT] = "int", [VALUE_FLOAT] = "float", [VALUE_ELLIPSIS] = "ellipsis",
		[VALUE_DTYPE] = "dtype", [VALUE_STR] = "str", [VALUE_TUPLE] = "tuple",
		[VALUE_LIST] = "list", [VALUE_DICT] = "dict", [VALUE_RANGE] = "range",
		[VALUE_SLICE] = "slice", [VALUE_FUNCTION] = "function",
		[VALUE_BUILTIN] = "builtin_function_or_method", [VALUE_BOUND] = "method",
		[VALUE_CLASS] = "type", [VALUE_MODULE] = "module", [VALUE_ITER] = "iterator",
		[VALUE_CELL] = "cell", [VALUE_DESCRIPTOR] = "property", [VALUE_IMAGES] = "images",
	};

	static const char *const views[] = {"dict_keys", "dict_values", "dict_items"};

	if (v.kind == VALUE_INSTANCE)
		return AS_INSTANCE(v)->class->name->text;
	if (v.numpy && value_is_number(v))
		return v.kind == VALUE_FLOAT ? "numpy.float64" : v.kind == VALUE_INT ? "numpy.int64" : "numpy.bool_";
	if (v.kind == VALUE_TENSOR)
		return type_of_array(AS_ARRAY(v));
	if (v.kind == VALUE_TUPLE && AS_TUPLE(v)->is_size)
		return "torch.Size";
	if (v.kind == VALUE_DICT && AS_DICT(v)->class)
		return AS_DICT(v)->class->name->text;
	if (v.kind == VALUE_TUPLE && AS_TUPLE(v)->fields)
		return AS_TUPLE(v)->fields->type;
	if (v.kind == VALUE_DICT && AS_DICT(v)->is_set)
		return AS_DICT(v)->is_frozen ? "frozenset" : "set";
	if (v.kind == VALUE_VIEW)
		return views[AS_VIEW(v)->kind];
	return names[v.kind];
}

const char *value_a_type(struct value v)
{
	static _Thread_local char texts[4][80];
	static _Thread_local unsigned next;
	const char *name = value_type_name(v);
	char *text = texts[next++ % ARRAY_LEN(texts)];

	switch (v.kind) {
	case VALUE_NONE:
		return "None";
	case VALUE_BUILTIN:
		return "a built-in function";
	case VALUE_CLASS:
		return "a class";
	default:
		snprintf(text, sizeof(texts[0]), "%s %s", strchr("aeiouAEIO", name[0]) ? "an" : "a", name);
		return text;
	}
}

bool value_items(struct value v, struct value **ret_items, size_t *ret_count)
{
	if (v.kind == VALUE_TUPLE) {
		*ret_items = AS_TUPLE(v)->items;
		*ret_count = AS_TUPLE(v)->count;
		return true;
	}
	if (v.kind == VALUE_LIST) {
		*ret_items = AS_LIST(v)->items;
		*ret_count = AS_LIST(v)->count;
		return true;
	}
	return false;
}

bool value_is_number(struct value v)
{
	return v.kind == VALUE_INT || v.kind == VALUE_FLOAT || v.kind == VALUE_BOOL;
}

double value_number(struct value v)
{
	return v.kind == VALUE_FLOAT ? v.f : (double)v.i;
}

bool value_is_str(struct value v, const char *text)
{
	return v.kind == VALUE_STR && strcmp(AS_STR(v)->text, text) == 0;
}
