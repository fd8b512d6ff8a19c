// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Writing: metadata first, tensors with wider elements before narrower ones and else by name, the
 * header padded with spaces to a multiple of 8, so that every element lies aligned in the file.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/strbuf.h"
#include "model/model_internal.h"
#include "model/safetensors.h"

static const char *const dtype_labels[] = {[DTYPE_F32] = "F32",
    [DTYPE_F64] = "F64",
    [DTYPE_I64] = "I64",
    [DTYPE_BOOL] = "BOOL",
    [DTYPE_I32] = "I32",
    [DTYPE_I16] = "I16",
    [DTYPE_I8] = "I8",
    [DTYPE_U8] = "U8"};

/* Wider elements first, so that every tensor lies at a multiple of its element's size. */
static int by_width(const void *left, const void *right)
{
	const struct named_tensor *a = left, *b = right;
	size_t wa = dtype_size(a->tensor->dtype), wb = dtype_size(b->tensor->dtype);

	return wa != wb ? (wa > wb ? -1 : 1) : strcmp(a->name, b->name);
}

static json_t *describe(const struct tensor *tensor, size_t begin, size_t end)
{
	json_t *shape = json_array();

	for (int i = 0; i < tensor->ndim; i++)
		json_array_append_new(shape, json_integer(tensor->shape[i]));
	return json_pack("{s:s, s:o, s:[I, I]}", "dtype", dtype_labels[tensor->dtype], "shape",
	    shape, "data_offsets", (json_int_t)begin, (json_int_t)end);
}

/* The JSON header, padded with spaces; NULL when memory ran out or a text is not UTF-8. */
static char *write_header(
    const struct tensor_file *file, const struct named_tensor *order, size_t *ret_len)
{
	json_t *header = json_object(), *meta = json_object();
	struct strbuf text = STRBUF_INIT;
	size_t at = 0;
	char *json;
	int r = 0;

	for (size_t i = 0; i < file->meta_count; i++)
		r |= json_object_set_new(meta, file->meta[i].key, json_string(file->meta[i].value));
	r |= file->meta_count ? json_object_set(header, "__metadata__", meta) : 0;
	for (size_t i = 0; i < file->count; i++) {
		size_t bytes = tensor_count(order[i].tensor) * dtype_size(order[i].tensor->dtype);

		r |= json_object_set_new(
		    header, order[i].name, describe(order[i].tensor, at, at + bytes));
		at += bytes;
	}
	json = r == 0 ? json_dumps(header, JSON_COMPACT) : NULL;
	json_decref(meta);
	json_decref(header);
	if (!json)
		return NULL;
	strbuf_add(&text, json);
	free(json);
	strbuf_add_repeat(&text, ' ', (int)(-text.len & 7));
	*ret_len = text.len;
	return strbuf_detach(&text);
}

static int write_tensor(struct file_out *out, const struct tensor *tensor, struct diag *diag)
{
	struct tensor *copy = NULL;
	int r = 0;

	if (!tensor_is_contiguous(tensor)) {
		r = tensor_copy(tensor, &copy, diag);
		tensor = copy;
	}
	if (r == 0 && tensor_count(tensor))
		r = file_out_write(
		    out, tensor->data, tensor_count(tensor) * dtype_size(tensor->dtype), diag);
	tensor_free(copy);
	return r;
}

static int write_all(const char *path, const struct named_tensor *order, size_t count,
    const char *header, size_t header_len, struct diag *diag)
{
	struct file_out *out;
	uint8_t head[8];
	int r = file_out_open(path, &out, diag);

	if (r < 0)
		return r;
	for (int i = 0; i < 8; i++)
		head[i] = (uint8_t)((uint64_t)header_len >> 8 * i);
	r = file_out_write(out, head, sizeof(head), diag);
	if (r == 0)
		r = file_out_write(out, header, header_len, diag);
	for (size_t i = 0; i < count && r == 0; i++)
		r = write_tensor(out, order[i].tensor, diag);
	if (r == 0)
		return file_out_commit(out, diag);
	file_out_abort(out);
	return r;
}

int safetensors_write(const char *path, const struct tensor_file *file, struct diag *diag)
{
	struct named_tensor *order = mem_alloc(file->count, sizeof(*order));
	char *header = NULL;
	size_t len = 0;
	int r;

	if (!order)
		return diag_set(diag, ERR_NOMEM, "out of memory while writing '%s'", path);
	if (file->count) {
		memcpy(order, file->tensors, file->count * sizeof(*order));
		qsort(order, file->count, sizeof(*order), by_width);
	}
	header = write_header(file, order, &len);
	if (header)
		r = write_all(path, order, file->count, header, len, diag);
	else
		r = diag_set(diag, ERR_FORMAT, "cannot write '%s': a name is not UTF-8", path);
	mem_free(header);
	mem_free(order);
	return r;
}
