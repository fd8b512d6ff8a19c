// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Reading follows the order of checks that the format's README gives: length, header length, UTF-8,
 * JSON, offsets without hole or overlap, sizes, end of the file. Beyond it, headers are limited in
 * the number of their elements, since JSON takes far more memory parsed than written.
 */
#include "config.h"

#include "model/safetensors.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/utf8.h"
#include "model/element.h"
#include "model/model_internal.h"

#define HEADER_MAX ((uint64_t)100000000) // the format's own limit
#define ELEMENTS_MAX 500000		 // of JSON: brackets and commas
#define FILE_MAX ((size_t)1 << 31)
#define NAME_MAX_BYTES 4096

/* What is read. */
static const struct kind {
	const char *name;
	enum element element;
} kinds[] = {
    {"F32", ELEMENT_F32},   {"F64", ELEMENT_F64}, {"I64", ELEMENT_I64},
    {"BOOL", ELEMENT_BOOL}, {"F16", ELEMENT_F16}, {"BF16", ELEMENT_BF16},
    {"I32", ELEMENT_I32},   {"I16", ELEMENT_I16}, {"I8", ELEMENT_I8},
    {"U8", ELEMENT_U8},
};

static const char *const unread_kinds[] = {"F4", "F6_E2M3", "F6_E3M2", "F8_E5M2",
    "F8_E4M3", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ", "U16", "U32", "C64", "U64"};

/* A file being read. */
struct reader {
	const char *name;
	struct diag *diag;
	const uint8_t *buffer; // the tensors' bytes
	size_t buffer_len;
};

/* A tensor as the header describes it. */
struct entry {
	const char *name; // inside the JSON
	const struct kind *kind;
	int ndim;
	int64_t shape[TENSOR_MAX_DIMS];
	uint64_t begin, end;
};

#define HINT_BROKEN "the file is damaged or was not copied whole; use another copy"

static int bad(const struct reader *reader, const char *fmt, ...) PRINTF_LIKE(2, 3);
static int bad(const struct reader *reader, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	diag_vset(reader->diag, ERR_FORMAT, fmt, ap);
	va_end(ap);
	diag_at(reader->diag, reader->name, 0, 0);
	diag_hint(reader->diag, HINT_BROKEN);
	return ERR_FORMAT;
}

static int no_memory(const struct reader *reader)
{
	diag_set(reader->diag, ERR_NOMEM, "out of memory while reading");
	diag_at(reader->diag, reader->name, 0, 0);
	return ERR_NOMEM;
}

static int read_kind(const struct reader *reader, const char *tensor, const json_t *value,
    const struct kind **ret)
{
	const char *name = json_string_value(value);

	if (!name)
		return bad(reader, "the tensor '%s' has no dtype", tensor);
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (strcmp(kinds[i].name, name) == 0) {
			*ret = &kinds[i];
			return 0;
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(unread_kinds); i++) {
		if (strcmp(unread_kinds[i], name) == 0) {
			diag_set(reader->diag, ERR_UNSUPPORTED, "the tensor '%s' has dtype %s",
			    tensor,
			    name);
			diag_at(reader->diag, reader->name, 0, 0);
			diag_hint(reader->diag,
			    "F32, F64, F16, BF16, I64 to I8, U8 and BOOL can be read; convert it");
			return ERR_UNSUPPORTED;
		}
	}
	return bad(reader, "the tensor '%s' has the unknown dtype '%.20s'", tensor, name);
}

static int read_shape(const struct reader *reader, const json_t *value, struct entry *entry)
{
	size_t ndim = json_array_size(value);

	if (!json_is_array(value))
		return bad(reader, "the tensor '%s' has no shape", entry->name);
	if (ndim > TENSOR_MAX_DIMS)
		return bad(reader, "the tensor '%s' has %zu dimensions, at most %d are possible",
		    entry->name, ndim, TENSOR_MAX_DIMS);
	for (size_t i = 0; i < ndim; i++) {
		const json_t *size = json_array_get(value, i);

		if (!json_is_integer(size) || json_integer_value(size) < 0)
			return bad(reader, "the shape of the tensor '%s' is not made of sizes",
			    entry->name);
		entry->shape[i] = json_integer_value(size);
	}
	entry->ndim = (int)ndim;
	return 0;
}

static int read_offsets(const struct reader *reader, const json_t *value, struct entry *entry)
{
	const json_t *begin = json_array_get(value, 0), *end = json_array_get(value, 1);

	if (json_array_size(value) != 2 || !json_is_integer(begin) || !json_is_integer(end) ||
	    json_integer_value(begin) < 0 || json_integer_value(end) < json_integer_value(begin))
		return bad(reader, "the tensor '%s' has no valid data_offsets", entry->name);
	entry->begin = (uint64_t)json_integer_value(begin);
	entry->end = (uint64_t)json_integer_value(end);
	return 0;
}

static int read_entry(const struct reader *reader, const char *name, const json_t *value,
    struct entry *entry)
{
	int r;

	entry->name = name;
	if (!json_is_object(value) || json_object_size(value) != 3)
		return bad(reader,
		    "the tensor '%s' is not described by dtype, shape and data_offsets",
		    name);
	if (!*name || strlen(name) > NAME_MAX_BYTES)
		return bad(reader, "a tensor has a name of %zu bytes", strlen(name));
	r = read_kind(reader, name, json_object_get(value, "dtype"), &entry->kind);
	if (r == 0)
		r = read_shape(reader, json_object_get(value, "shape"), entry);
	if (r == 0)
		r = read_offsets(reader, json_object_get(value, "data_offsets"), entry);
	return r;
}

static int by_offset(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;

	if (a->begin != b->begin)
		return a->begin < b->begin ? -1 : 1;
	return a->end < b->end ? -1 : a->end > b->end;
}

static int check_size(const struct reader *reader, const struct entry *entry)
{
	uint64_t bytes = element_size(entry->kind->element);
	bool empty = false;

	for (int i = 0; i < entry->ndim; i++)
		empty |= entry->shape[i] == 0;
	for (int i = 0; i < entry->ndim && !empty; i++)
		if (__builtin_mul_overflow(bytes, (uint64_t)entry->shape[i], &bytes))
			return bad(reader, "the shape of the tensor '%s' is too large",
			    entry->name);
	if (empty)
		bytes = 0;
	if (bytes != entry->end - entry->begin)
		return bad(reader,
		    "the tensor '%s' takes %llu bytes by its shape, %llu by its offsets",
		    entry->name, (unsigned long long)bytes,
		    (unsigned long long)(entry->end - entry->begin));
	return 0;
}

/* No hole, no overlap, nothing behind the last. */
static int check_layout(const struct reader *reader, struct entry *entries, size_t count)
{
	uint64_t at = 0;
	int r = 0;

	qsort(entries, count, sizeof(*entries), by_offset);
	for (size_t i = 0; i < count && r == 0; i++) {
		if (entries[i].begin != at)
			return bad(reader,
			    "the tensor '%s' begins at %llu, not where the one before ends",
			    entries[i].name, (unsigned long long)entries[i].begin);
		at = entries[i].end;
		r = check_size(reader, &entries[i]);
	}
	if (r == 0 && at != reader->buffer_len)
		r = bad(reader, "the tensors take %llu bytes, but %zu follow the header",
		    (unsigned long long)at, reader->buffer_len);
	return r;
}

static int load_entry(const struct reader *reader, const struct entry *entry,
    struct tensor_file *file)
{
	enum element element = entry->kind->element;
	size_t bytes = (size_t)(entry->end - entry->begin);
	struct tensor *tensor;
	int r = tensor_new_raw(element_dtype(element), entry->ndim, entry->shape, &tensor,
	    reader->diag);

	if (r < 0) {
		diag_at(reader->diag, reader->name, 0, 0);
		return r;
	}
	element_decode(element, reader->buffer + entry->begin, bytes / element_size(element),
	    tensor->data);
	r = tensor_file__take(file, entry->name, tensor, reader->diag);
	if (r < 0)
		diag_at(reader->diag, reader->name, 0, 0);
	return r;
}

static int read_meta(const struct reader *reader, json_t *meta, struct tensor_file *file)
{
	const char *key;
	json_t *value;

	if (!json_is_object(meta))
		return bad(reader, "__metadata__ is not an object");
	json_object_foreach (meta, key, value) {
		int r = 0;

		if (!json_is_string(value))
			return bad(reader, "the entry '%.40s' of __metadata__ is not a text", key);
		r = tensor_file_add_meta(file, key, json_string_value(value), reader->diag);
		if (r < 0)
			return diag_at(reader->diag, reader->name, 0, 0), r;
	}
	return 0;
}

static int read_tensors(const struct reader *reader, json_t *header, struct tensor_file *file)
{
	struct entry *entries = mem_zalloc(json_object_size(header), sizeof(*entries));
	size_t count = 0;
	const char *name;
	json_t *value;
	int r = 0;

	if (!entries)
		return no_memory(reader);
	json_object_foreach (header, name, value) {
		if (strcmp(name, "__metadata__") == 0)
			r = read_meta(reader, value, file);
		else
			r = read_entry(reader, name, value, &entries[count++]);
		if (r < 0)
			break;
	}
	if (r == 0)
		r = check_layout(reader, entries, count);
	for (size_t i = 0; i < count && r == 0; i++)
		r = load_entry(reader, &entries[i], file);
	mem_free(entries);
	return r;
}

/* Brackets and commas outside of texts. */
static bool has_too_many_elements(const char *json, size_t len)
{
	size_t elements = 0;
	bool in_text = false;

	for (size_t i = 0; i < len; i++) {
		if (in_text && json[i] == '\\')
			i++;
		else if (json[i] == '"')
			in_text = !in_text;
		else if (!in_text && (json[i] == '[' || json[i] == '{' || json[i] == ','))
			elements++;
	}
	return elements > ELEMENTS_MAX;
}

static int parse_header(const struct reader *reader, const char *json, size_t len, json_t **ret)
{
	json_error_t error;
	size_t offset;

	if (len == 0 || json[0] != '{')
		return bad(reader, "the header does not begin with '{'");
	if (!utf8_valid(json, len, &offset))
		return bad(reader, "the header is not UTF-8 at byte %zu", offset);
	if (has_too_many_elements(json, len))
		return bad(reader, "the header has more than %d elements", ELEMENTS_MAX);
	*ret = json_loadb(json, len, JSON_REJECT_DUPLICATES, &error);
	if (*ret)
		return 0;
	if (json_error_code(&error) == json_error_out_of_memory)
		return no_memory(reader);
	return bad(reader, "the header is not valid: %.120s at byte %d", error.text,
	    error.position);
}

static int not_safetensors(const struct reader *reader, const uint8_t *bytes, size_t len)
{
	if (len == 0)
		return bad(reader, "the file is empty");
	if (bytes[0] == '<')
		return bad(reader, "this is a web page, not a model file");
	if (len < 8)
		return bad(reader, "the file has %zu bytes only", len);
	return 0;
}

int safetensors_parse(const char *name, const void *bytes, size_t len, struct tensor_file *ret,
    struct diag *diag)
{
	struct reader reader = {.name = name, .diag = diag};
	const uint8_t *head = bytes;
	struct tensor_file file = {0};
	json_t *header = NULL;
	uint64_t n = 0;
	int r = not_safetensors(&reader, head, len);

	if (r < 0)
		return r;
	for (int i = 0; i < 8; i++)
		n |= (uint64_t)head[i] << 8 * i;
	if (n > HEADER_MAX)
		return bad(&reader, "not a safetensors file: its header would take %llu bytes",
		    (unsigned long long)n);
	if (n > len - 8)
		return bad(&reader,
		    "the file is cut off: its header takes %llu bytes, %zu are there",
		    (unsigned long long)n, len - 8);
	reader.buffer = head + 8 + n;
	reader.buffer_len = len - 8 - (size_t)n;
	r = parse_header(&reader, (const char *)head + 8, (size_t)n, &header);
	if (r == 0)
		r = read_tensors(&reader, header, &file);
	json_decref(header);
	if (r < 0)
		tensor_file_release(&file);
	else
		*ret = file;
	return r;
}

int safetensors_read(const char *path, struct tensor_file *ret, struct diag *diag)
{
	char *bytes;
	size_t len;
	int r = file_read(path, FILE_MAX, &bytes, &len, diag);

	if (r < 0)
		return r;
	r = safetensors_parse(path, bytes, len, ret, diag);
	mem_free(bytes);
	return r;
}
