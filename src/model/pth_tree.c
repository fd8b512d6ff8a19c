// SPDX-License-Identifier: GPL-3.0-or-later
/* The values of a .pth file: building them and finding one's way. */
#include "config.h"

#include "model/pth.h"

#include <string.h>

void pth_tree_release(struct pth_tree *tree)
{
	for (struct pth_value *value = tree->tensors; value; value = value->next_tensor)
		tensor_free(value->tensor);
	arena_release(&tree->arena);
	memset(tree, 0, sizeof(*tree));
}

static void *take(struct pth_tree *tree, size_t size)
{
	void *piece = tree->failed ? NULL : arena_alloc(&tree->arena, 1, size);

	if (piece)
		memset(piece, 0, size);
	else
		tree->failed = true;
	return piece;
}

static struct pth_value *make(struct pth_tree *tree, enum pth_kind kind)
{
	struct pth_value *value = take(tree, sizeof(*value));

	if (value)
		value->kind = kind;
	return value;
}

static const char *copy_text(struct pth_tree *tree, const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = take(tree, size);

	return copy ? memcpy(copy, text, size) : NULL;
}

struct pth_value *pth_none(struct pth_tree *tree)
{
	return make(tree, PTH_KIND_NONE);
}

struct pth_value *pth_bool(struct pth_tree *tree, bool truth)
{
	struct pth_value *value = make(tree, PTH_KIND_BOOL);

	if (value)
		value->truth = truth;
	return value;
}

struct pth_value *pth_int(struct pth_tree *tree, int64_t integer)
{
	struct pth_value *value = make(tree, PTH_KIND_INT);

	if (value)
		value->integer = integer;
	return value;
}

struct pth_value *pth_float(struct pth_tree *tree, double number)
{
	struct pth_value *value = make(tree, PTH_KIND_FLOAT);

	if (value)
		value->number = number;
	return value;
}

struct pth_value *pth_text(struct pth_tree *tree, const char *text)
{
	struct pth_value *value = make(tree, PTH_KIND_TEXT);
	const char *copy = copy_text(tree, text);

	if (!value || !copy)
		return NULL;
	value->text = copy;
	return value;
}

struct pth_value *pth_tensor(struct pth_tree *tree, const struct tensor *tensor)
{
	struct pth_value *value = make(tree, PTH_KIND_TENSOR);

	if (value) {
		value->tensor = tensor_share(tensor);
		value->next_tensor = tree->tensors;
		tree->tensors = value;
	}
	return value;
}

struct pth_value *pth_list(struct pth_tree *tree)
{
	return make(tree, PTH_KIND_LIST);
}

struct pth_value *pth_tuple(struct pth_tree *tree)
{
	return make(tree, PTH_KIND_TUPLE);
}

struct pth_value *pth_dict(struct pth_tree *tree, bool ordered)
{
	struct pth_value *value = make(tree, PTH_KIND_DICT);

	if (value)
		value->ordered = ordered;
	return value;
}

static void append(struct pth_tree *tree, struct pth_value *to, struct pth_value *key,
    struct pth_value *value)
{
	struct pth_item *item = take(tree, sizeof(*item));

	if (!item || !to || !value)
		return;
	item->key = key;
	item->value = value;
	if (to->items.last)
		to->items.last->next = item;
	else
		to->items.first = item;
	to->items.last = item;
	to->items.count++;
}

void pth_add(struct pth_tree *tree, struct pth_value *list, struct pth_value *value)
{
	append(tree, list, NULL, value);
}

void pth_put(struct pth_tree *tree, struct pth_value *dict, struct pth_value *key,
    struct pth_value *value)
{
	if (key)
		append(tree, dict, key, value);
}

void pth_set(
    struct pth_tree *tree, struct pth_value *dict, const char *key, struct pth_value *value)
{
	pth_put(tree, dict, pth_text(tree, key), value);
}

const struct pth_value *pth_get(const struct pth_value *dict, const char *key)
{
	if (dict->kind != PTH_KIND_DICT)
		return NULL;
	for (const struct pth_item *item = dict->items.first; item; item = item->next) {
		if (item->key->kind == PTH_KIND_TEXT && strcmp(item->key->text, key) == 0)
			return item->value;
	}
	return NULL;
}

struct pth_value *pth_module(
    struct pth_tree *tree, const char *class_module, const char *class_name)
{
	struct pth_value *value = make(tree, PTH_KIND_MODULE);
	struct pth_module *module = take(tree, sizeof(*module));

	if (!value || !module)
		return NULL;
	module->class_module = copy_text(tree, class_module);
	module->class_name = copy_text(tree, class_name);
	module->parameters = pth_dict(tree, true);
	module->buffers = pth_dict(tree, true);
	module->children = pth_dict(tree, true);
	module->attributes = pth_dict(tree, false);
	value->module = module;
	return tree->failed ? NULL : value;
}

void pth_module_set(struct pth_tree *tree, struct pth_value *module, const char *attribute,
    struct pth_value *value)
{
	if (module)
		pth_set(tree, module->module->attributes, attribute, value);
}

void pth_module_set_parameter(struct pth_tree *tree, struct pth_value *module, const char *name,
    const struct tensor *tensor)
{
	struct pth_value *value = tensor ? pth_tensor(tree, tensor) : pth_none(tree);

	if (value && tensor)
		value->parameter = value->requires_grad = true;
	if (module)
		pth_set(tree, module->module->parameters, name, value);
}

void pth_module_set_buffer(struct pth_tree *tree, struct pth_value *module, const char *name,
    const struct tensor *tensor)
{
	struct pth_value *value = tensor ? pth_tensor(tree, tensor) : pth_none(tree);

	if (module)
		pth_set(tree, module->module->buffers, name, value);
}

void pth_module_set_child(struct pth_tree *tree, struct pth_value *module, const char *name,
    struct pth_value *child)
{
	if (module)
		pth_set(tree, module->module->children, name, child);
}
