// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Values to a pickle of protocol 2, the one that torch.save uses (opcodes: Python's pickletools).
 * Nothing is memorised: what occurs twice is written twice, which every reader takes.
 */
#include "config.h"

#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "model/pth_internal.h"

const struct pth_storage_class pth__storage_classes[PTH_STORAGE_CLASSES] = {
    {"FloatStorage", ELEMENT_F32},
    {"DoubleStorage", ELEMENT_F64},
    {"LongStorage", ELEMENT_I64},
    {"BoolStorage", ELEMENT_BOOL},
    {"HalfStorage", ELEMENT_F16},
    {"BFloat16Storage", ELEMENT_BF16},
    {"IntStorage", ELEMENT_I32},
    {"ShortStorage", ELEMENT_I16},
    {"CharStorage", ELEMENT_I8},
    {"ByteStorage", ELEMENT_U8},
};

static int write_value(struct pickle_out *out, const struct pth_value *value);

static void put(struct pickle_out *out, const char *opcodes)
{
	strbuf_add(&out->bytes, opcodes);
}

static void put_little(struct pickle_out *out, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		strbuf_addch(&out->bytes, (int)(value >> 8 * i & 0xff));
}

/* BININT1, BININT2, BININT or LONG1, the shortest that holds it. */
static void put_int(struct pickle_out *out, int64_t value)
{
	if (value >= 0 && value <= UINT8_MAX) {
		put(out, "K");
		put_little(out, (uint64_t)value, 1);
	} else if (value >= 0 && value <= UINT16_MAX) {
		put(out, "M");
		put_little(out, (uint64_t)value, 2);
	} else if (value >= INT32_MIN && value <= INT32_MAX) {
		put(out, "J");
		put_little(out, (uint64_t)value, 4);
	} else {
		put(out, "\x8a\x08");
		put_little(out, (uint64_t)value, 8);
	}
}

static void put_float(struct pickle_out *out, double number)
{
	uint64_t bits;

	memcpy(&bits, &number, sizeof(bits));
	put(out, "G");
	for (int i = 7; i >= 0; i--)
		strbuf_addch(&out->bytes, (int)(bits >> 8 * i & 0xff));
}

static void put_text(struct pickle_out *out, const char *text)
{
	put(out, "X");
	put_little(out, strlen(text), 4);
	put(out, text);
}

static void put_bool(struct pickle_out *out, bool truth)
{
	put(out, truth ? "\x88" : "\x89");
}

static void put_global(struct pickle_out *out, const char *module, const char *name)
{
	strbuf_addf(&out->bytes, "c%s\n%s\n", module, name);
}

static void put_ordered_dict(struct pickle_out *out)
{
	put_global(out, "collections", "OrderedDict");
	put(out, ")R");
}

static void put_sizes(struct pickle_out *out, int count, const int64_t *sizes)
{
	if (!count) {
		put(out, ")");
		return;
	}
	put(out, "(");
	for (int i = 0; i < count; i++)
		put_int(out, sizes[i]);
	put(out, "t");
}

/* The index of the tensor's storage; each is listed once. */
static int find_storage(struct pickle_out *out, const struct tensor *tensor, size_t *ret)
{
	struct pickle_storage *more;

	for (size_t i = 0; i < out->storage_count; i++) {
		if (out->storages[i].storage == tensor->storage &&
		    out->storages[i].dtype == tensor->dtype) {
			*ret = i;
			return 0;
		}
	}
	if (out->storage_count == PTH_RECORDS_MAX - 3)
		return diag_set(out->diag, ERR_LIMIT,
		    "more than %d tensors do not go into one .pth file", PTH_RECORDS_MAX - 3);
	if (out->storage_count == out->storage_cap) {
		more = mem_realloc(out->storages, 2 * out->storage_cap + 16, sizeof(*more));
		if (!more)
			return diag_set(
			    out->diag, ERR_NOMEM, "out of memory for a list of tensors");
		out->storages = more;
		out->storage_cap = 2 * out->storage_cap + 16;
	}
	out->storages[out->storage_count] =
	    (struct pickle_storage){.storage = tensor->storage, .dtype = tensor->dtype};
	*ret = out->storage_count++;
	return 0;
}

static const char *storage_class(enum dtype dtype)
{
	enum element element = element_of_dtype(dtype);

	for (size_t i = 0; i < PTH_STORAGE_CLASSES; i++) {
		if (pth__storage_classes[i].element == element)
			return pth__storage_classes[i].name;
	}
	BUG("no storage class for %s", dtype_name(dtype));
}

/* The persistent id ('storage', CLASS, KEY, 'cpu', elements). */
static void put_storage(struct pickle_out *out, const struct tensor *tensor, size_t index)
{
	char *key = xasprintf("%zu", index);

	put(out, "(");
	put_text(out, "storage");
	put_global(out, "torch", storage_class(tensor->dtype));
	put_text(out, key);
	put_text(out, "cpu");
	put_int(out, (int64_t)(tensor->storage->bytes / dtype_size(tensor->dtype)));
	put(out, "tQ");
	mem_free(key);
}

static int write_tensor(struct pickle_out *out, const struct pth_value *value)
{
	const struct tensor *tensor = value->tensor;
	size_t index = 0, offset = (size_t)((char *)tensor->data - (char *)tensor->storage->data);
	int err = find_storage(out, tensor, &index);

	if (err < 0)
		return err;
	if (value->parameter) {
		put_global(out, "torch._utils", "_rebuild_parameter");
		put(out, "(");
	}
	put_global(out, "torch._utils", "_rebuild_tensor_v2");
	put(out, "(");
	put_storage(out, tensor, index);
	put_int(out, (int64_t)(offset / dtype_size(tensor->dtype)));
	put_sizes(out, tensor->ndim, tensor->shape);
	put_sizes(out, tensor->ndim, tensor->stride);
	put_bool(out, value->requires_grad && !value->parameter);
	put_ordered_dict(out);
	put(out, "tR");
	if (value->parameter) {
		put_bool(out, value->requires_grad);
		put_ordered_dict(out);
		put(out, "tR");
	}
	return 0;
}

static int write_items(struct pickle_out *out, const struct pth_value *value)
{
	for (const struct pth_item *item = value->items.first; item; item = item->next) {
		int err = item->key ? write_value(out, item->key) : 0;

		if (err == 0)
			err = write_value(out, item->value);
		if (err < 0)
			return err;
	}
	return 0;
}

/* A container: what makes it empty, then its items between MARK and what takes them in. */
static int write_container(struct pickle_out *out, const struct pth_value *value)
{
	int err;

	if (value->kind == PTH_KIND_LIST)
		put(out, "]");
	else if (value->kind == PTH_KIND_DICT && value->ordered)
		put_ordered_dict(out);
	else if (value->kind == PTH_KIND_DICT)
		put(out, "}");
	else if (!value->items.count)
		put(out, ")");
	if (!value->items.count)
		return 0;
	put(out, "(");
	err = write_items(out, value);
	put(out, value->kind == PTH_KIND_LIST ? "e" : value->kind == PTH_KIND_DICT ? "u" : "t");
	return err;
}

/*
 * What torch 1.13 keeps in every module beside its parameters, children and own attributes; newer
 * torch adds what it misses when it loads.
 */
static void put_hooks(struct pickle_out *out)
{
	static const char *const hooks[] = {"_backward_hooks", "_forward_hooks",
	    "_forward_pre_hooks", "_state_dict_hooks", "_load_state_dict_pre_hooks",
	    "_load_state_dict_post_hooks"};

	put_text(out, "_non_persistent_buffers_set");
	put_global(out, "__builtin__", "set");
	put(out, "]\x85R");
	put_text(out, "_is_full_backward_hook");
	put(out, "N");
	for (size_t i = 0; i < ARRAY_LEN(hooks); i++) {
		put_text(out, hooks[i]);
		put_ordered_dict(out);
	}
}

/* CLASS.__new__(CLASS), then BUILD with its __dict__. */
static int write_module(struct pickle_out *out, const struct pth_value *value)
{
	const struct pth_module *module = value->module;
	const struct {
		const char *name;
		const struct pth_value *dict;
	} parts[] = {{"_parameters", module->parameters}, {"_buffers", module->buffers},
	    {"_modules", module->children}};
	int err;

	put_global(out, module->class_module, module->class_name);
	put(out, ")\x81}(");
	if (!pth_get(module->attributes, "training")) {
		put_text(out, "training");
		put_bool(out, true);
	}
	put_hooks(out);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		put_text(out, parts[i].name);
		err = write_value(out, parts[i].dict);
		if (err < 0)
			return err;
	}
	err = write_items(out, module->attributes);
	put(out, "ub");
	return err;
}

static int write_text(struct pickle_out *out, const char *text)
{
	if (!utf8_valid(text, strlen(text), NULL))
		return diag_set(
		    out->diag, ERR_FORMAT, "a text that is not UTF-8 does not go into a .pth file");
	put_text(out, text);
	return 0;
}

static int write_simple(struct pickle_out *out, const struct pth_value *value)
{
	switch (value->kind) {
	case PTH_KIND_NONE:
		put(out, "N");
		return 0;
	case PTH_KIND_BOOL:
		put_bool(out, value->truth);
		return 0;
	case PTH_KIND_INT:
		put_int(out, value->integer);
		return 0;
	case PTH_KIND_FLOAT:
		put_float(out, value->number);
		return 0;
	case PTH_KIND_TEXT:
		return write_text(out, value->text);
	case PTH_KIND_TENSOR:
		return write_tensor(out, value);
	default:
		BUG("a value of kind %d in a .pth tree", (int)value->kind);
	}
}

static int write_value(struct pickle_out *out, const struct pth_value *value)
{
	int err;

	if (value->kind < PTH_KIND_LIST)
		return write_simple(out, value);
	if (out->depth == PTH_DEPTH_MAX)
		return diag_set(out->diag, ERR_LIMIT,
		    "values nested deeper than %d do not go into a .pth file", PTH_DEPTH_MAX);
	out->depth++;
	err =
	    value->kind == PTH_KIND_MODULE ? write_module(out, value) : write_container(out, value);
	out->depth--;
	return err;
}

int pickle__write(struct pickle_out *out, const struct pth_value *root)
{
	int err;

	put(out, "\x80\x02");
	err = write_value(out, root);
	put(out, ".");
	return err;
}

void pickle__release(struct pickle_out *out)
{
	strbuf_release(&out->bytes);
	mem_free(out->storages);
}
