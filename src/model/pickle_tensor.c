// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Tensors out of a pickle's arguments. A record must have exactly the size that its storage needs,
 * and a tensor must lie wholly inside its storage; torch checks neither.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "model/pickle_internal.h"

#define ELEMENTS_MAX ((int64_t)1 << 28)
#define DIMS_MAX 8 // of torch; the engine takes fewer
#define ARGS_MAX 8

/* The items of a tuple with exactly `count` of them; false otherwise. */
static bool unpack(const struct pth_value *tuple, size_t count, const struct pth_value **items)
{
	if (tuple->kind != PTH_KIND_TUPLE || tuple->items.count != count)
		return false;
	for (const struct pth_item *item = tuple->items.first; item; item = item->next)
		*items++ = item->value;
	return true;
}

static bool is_text(const struct pth_value *value, const char *text)
{
	return value->kind == PTH_KIND_TEXT && (!text || strcmp(value->text, text) == 0);
}

static bool is_count(const struct pth_value *value)
{
	return value->kind == PTH_KIND_INT && value->integer >= 0 && value->integer <= ELEMENTS_MAX;
}

/* Reads the record and turns it into elements of ours. */
static int load_elements(struct machine *m, const struct container_record *record,
    enum element element, int64_t count, struct tensor **ret)
{
	char *bytes;
	int err;

	if (record->size != (uint64_t)count * element_size(element)) {
		diag_set(m->diag, ERR_FORMAT,
		    "not a sound .pth file: record '%.*s' has %llu bytes, its tensor needs %llu",
		    (int)(record->name_len < 100 ? record->name_len : 100), record->name,
		    (unsigned long long)record->size,
		    (unsigned long long)((uint64_t)count * element_size(element)));
		return diag_hint(m->diag, "copy or save the file again"), ERR_FORMAT;
	}
	err = container__read(m->container, record, &bytes, m->diag);
	if (err < 0)
		return err;
	err = tensor_new_raw(element_dtype(element), 1, &count, ret, m->diag);
	if (err == 0)
		element_decode(element, bytes, (size_t)count, (*ret)->data);
	mem_free(bytes);
	return err;
}

int pickle__load_storage(struct machine *m, const struct pth_value *id, size_t *ret_position)
{
	const struct pth_value *items[5]; // 'storage', class, key, place, elements
	const struct container_record *record;
	struct machine_storage *storage;
	char name[32];

	if (!unpack(id, 5, items) || !is_text(items[0], "storage") ||
	    !pickle__is_token(items[1], TOKEN_STORAGE_CLASS) || !is_text(items[2], NULL) ||
	    !is_text(items[3], NULL) || !is_count(items[4]))
		return pickle__bad(m, "a reference to something other than a storage");
	snprintf(name, sizeof(name), "data/%.20s", items[2]->text);
	record = strlen(items[2]->text) <= 20 ? container__find(m->container, name) : NULL;
	if (!record)
		return pickle__bad(m, "a reference to a storage that is not there");
	*ret_position = container__position(m->container, record);
	storage = &m->storages[*ret_position];
	if (!storage->elements) {
		storage->storage_class = items[1]->integer;
		return load_elements(m, record, pth__storage_classes[items[1]->integer].element,
		    items[4]->integer, &storage->elements);
	}
	if (storage->storage_class != items[1]->integer ||
	    storage->elements->shape[0] != items[4]->integer)
		return pickle__bad(m, "two views of one storage that differ");
	return 0;
}

/* A tuple of sizes or strides. */
static int read_sizes(struct machine *m, const struct pth_value *tuple, int *ret_count,
    int64_t sizes[TENSOR_MAX_DIMS])
{
	size_t count = tuple->kind == PTH_KIND_TUPLE ? tuple->items.count : SIZE_MAX;
	int i = 0;

	if (count > DIMS_MAX)
		return pickle__bad(m, "a shape that is none");
	if (count > TENSOR_MAX_DIMS) {
		diag_set(
		    m->diag, ERR_UNSUPPORTED, "a tensor with %zu dimensions cannot be read", count);
		return diag_hint(m->diag, "up to %d dimensions can", TENSOR_MAX_DIMS),
		       ERR_UNSUPPORTED;
	}
	for (const struct pth_item *item = tuple->items.first; item; item = item->next) {
		if (!is_count(item->value))
			return pickle__bad(m, "a shape that is none");
		sizes[i++] = item->value->integer;
	}
	*ret_count = i;
	return 0;
}

/* All elements of the view lie in the storage: offset + sum of (size - 1) * stride < elements. */
static bool lies_inside(const struct tensor *view, int64_t offset, int64_t elements)
{
	int64_t last =
	    offset; // sizes, strides and offset are at most 2^28, so this stays below 2^59

	for (int i = 0; i < view->ndim; i++) {
		if (view->shape[i] == 0)
			return offset <= elements;
		last += (view->shape[i] - 1) * view->stride[i];
	}
	return last < elements;
}

/* A broadcast view may have far more elements than its storage; the same limit holds for it. */
static bool has_few_elements(const struct tensor *view)
{
	int64_t count = 1;

	for (int i = 0; i < view->ndim; i++) {
		if (view->shape[i] && count > ELEMENTS_MAX / view->shape[i])
			return false;
		count *= view->shape[i] ? view->shape[i] : 1;
	}
	return true;
}

static int make_view(struct machine *m, const struct pth_value *const *args, struct tensor *view)
{
	int64_t offset = args[1]->integer, elements = view->shape[0];
	int strides, err = read_sizes(m, args[2], &view->ndim, view->shape);

	if (err == 0)
		err = read_sizes(m, args[3], &strides, view->stride);
	if (err < 0)
		return err;
	if (strides != view->ndim || !lies_inside(view, offset, elements) ||
	    !has_few_elements(view))
		return pickle__bad(m, "a tensor that does not fit its storage");
	view->data = (char *)view->data + (size_t)offset * dtype_size(view->dtype);
	return 0;
}

int pickle__make_tensor(struct machine *m, const struct pth_value *args, struct pth_value **ret)
{
	const struct pth_value *items[6]; // storage, offset, sizes, strides, requires_grad, hooks
	struct tensor *view;
	int err;

	if (!unpack(args, 6, items) || !pickle__is_token(items[0], TOKEN_STORAGE) ||
	    !is_count(items[1]) || items[4]->kind != PTH_KIND_BOOL ||
	    items[5]->kind != PTH_KIND_DICT)
		return pickle__bad(m, "a tensor with strange arguments");
	view = tensor_share(m->storages[items[0]->integer].elements);
	err = make_view(m, items, view);
	if (err == 0) {
		*ret = pth_tensor(m->tree, view);
		if (*ret)
			(*ret)->requires_grad = items[4]->truth;
	}
	tensor_free(view);
	return err;
}

int pickle__make_parameter(struct machine *m, const struct pth_value *args, struct pth_value **ret)
{
	const struct pth_value *items[3]; // tensor, requires_grad, hooks

	if (!unpack(args, 3, items) || items[0]->kind != PTH_KIND_TENSOR ||
	    items[1]->kind != PTH_KIND_BOOL || items[2]->kind != PTH_KIND_DICT)
		return pickle__bad(m, "a parameter with strange arguments");
	*ret = pth_tensor(m->tree, items[0]->tensor);
	if (*ret) {
		(*ret)->parameter = true;
		(*ret)->requires_grad = items[1]->truth;
	}
	return 0;
}

void pickle__release_storages(struct machine *m)
{
	for (size_t i = 0; i < PTH_RECORDS_MAX; i++)
		tensor_free(m->storages[i].elements);
}
