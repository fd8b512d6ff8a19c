// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The reader. The header is a Python dict literal of three known keys, so it is parsed as exactly
 * that: no other literal, no nesting, nothing is evaluated.
 */
#include "config.h"

#include "model/npy.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "model/element.h"

#define FILE_MAX ((size_t)2 << 30)
#define HEADER_MAX ((size_t)64 << 10)
#define MAGIC "\x93NUMPY"
#define MAGIC_LEN 6

static const struct {
	const char *descr;
	enum element element;
} descrs[] = {
    {"<f4", ELEMENT_F32},
    {"<f8", ELEMENT_F64},
    {"<i8", ELEMENT_I64},
    {"<i4", ELEMENT_I32},
    {"<i2", ELEMENT_I16},
    {"|i1", ELEMENT_I8},
    {"|u1", ELEMENT_U8},
    {"|b1", ELEMENT_BOOL},
};

struct parser {
	const unsigned char *bytes; // the whole file
	size_t at, end;             // where the header is read, and ends
	struct diag *diag;
};

enum key { KEY_DESCR, KEY_FORTRAN, KEY_SHAPE, KEY_COUNT };

struct header {
	bool seen[KEY_COUNT];
	enum element element;
	bool fortran;
	int ndim;
	int64_t shape[TENSOR_MAX_DIMS];
};

#define HINT_SAVE "save the array again with numpy.save"

static int expected(struct parser *parser, const char *what)
{
	diag_set(parser->diag, ERR_FORMAT, "not a readable .npy header: %s expected at byte %zu",
	    what, parser->at);
	return diag_hint(parser->diag, HINT_SAVE), ERR_FORMAT;
}

static int unsupported(struct parser *parser, const char *what, const char *hint)
{
	diag_set(parser->diag, ERR_UNSUPPORTED, "%s cannot be read", what);
	return diag_hint(parser->diag, "%s", hint), ERR_UNSUPPORTED;
}

static int peek(struct parser *parser)
{
	while (parser->at < parser->end && strchr(" \t\n", parser->bytes[parser->at]) &&
	       parser->bytes[parser->at])
		parser->at++;
	return parser->at < parser->end ? parser->bytes[parser->at] : -1;
}

static bool accept(struct parser *parser, int ch)
{
	if (peek(parser) != ch)
		return false;
	parser->at++;
	return true;
}

static bool accept_word(struct parser *parser, const char *word)
{
	size_t len = strlen(word);

	peek(parser);
	if (parser->end - parser->at < len || memcmp(parser->bytes + parser->at, word, len) != 0)
		return false;
	parser->at += len;
	return true;
}

/* A quoted string without escapes, of less than `size` bytes. */
static int parse_string(struct parser *parser, char *text, size_t size)
{
	int quote = peek(parser);
	size_t len = 0;

	if (quote != '\'' && quote != '"')
		return expected(parser, "a quoted string");
	for (parser->at++; parser->at < parser->end && parser->bytes[parser->at] != quote;
	     parser->at++) {
		unsigned char ch = parser->bytes[parser->at];

		if (len + 1 >= size || ch < 0x20 || ch > 0x7e || ch == '\\')
			return expected(parser, "a short plain string");
		text[len++] = (char)ch;
	}
	if (parser->at == parser->end)
		return expected(parser, "a closing quote");
	parser->at++;
	text[len] = '\0';
	return 0;
}

static int parse_descr(struct parser *parser, struct header *header)
{
	char text[32], what[64];
	int err;

	if (peek(parser) == '[')
		return unsupported(
		    parser, "an array with named fields", "save each field on its own");
	err = parse_string(parser, text, sizeof(text));
	if (err < 0)
		return err;
	for (size_t i = 0; i < ARRAY_LEN(descrs); i++) {
		if (strcmp(text, descrs[i].descr) == 0) {
			header->element = descrs[i].element;
			return 0;
		}
	}
	snprintf(what, sizeof(what), "an array of type '%s'", text);
	return unsupported(
	    parser, what, "convert it before saving, for example with astype('float32')");
}

static int parse_bool(struct parser *parser, struct header *header)
{
	if (accept_word(parser, "True"))
		header->fortran = true;
	else if (!accept_word(parser, "False"))
		return expected(parser, "True or False");
	return 0;
}

static int parse_size(struct parser *parser, int64_t *ret)
{
	int64_t value = 0;
	int digits = 0;

	for (peek(parser); parser->at < parser->end; parser->at++, digits++) {
		unsigned char ch = parser->bytes[parser->at];

		if (ch < '0' || ch > '9')
			break;
		if (digits == 18)
			return expected(parser, "a smaller size");
		value = value * 10 + (ch - '0');
	}
	if (!digits)
		return expected(parser, "a size");
	*ret = value;
	return 0;
}

/* "()", "(3,)", "(2, 3)", "(2, 3,)"; not "(3)", which is a number in Python. */
static int parse_shape(struct parser *parser, struct header *header)
{
	bool comma = true;
	int err;

	if (!accept(parser, '('))
		return expected(parser, "a tuple of sizes");
	for (header->ndim = 0; !accept(parser, ')'); header->ndim++) {
		if (!comma)
			return expected(parser, "',' or ')'");
		if (header->ndim == TENSOR_MAX_DIMS)
			return unsupported(parser, "an array with more than 6 dimensions",
			    "reshape it before saving");
		err = parse_size(parser, &header->shape[header->ndim]);
		if (err < 0)
			return err;
		comma = accept(parser, ',');
	}
	if (header->ndim == 1 && !comma)
		return expected(parser, "a tuple of sizes, such as (3,)");
	return 0;
}

static int parse_item(struct parser *parser, struct header *header)
{
	static const struct {
		const char *name;
		int (*parse)(struct parser *, struct header *);
	} keys[KEY_COUNT] = {
	    [KEY_DESCR] = {"descr", parse_descr},
	    [KEY_FORTRAN] = {"fortran_order", parse_bool},
	    [KEY_SHAPE] = {"shape", parse_shape},
	};
	char name[16];
	int err = parse_string(parser, name, sizeof(name));

	if (err < 0)
		return err;
	for (size_t i = 0; i < KEY_COUNT; i++) {
		if (strcmp(name, keys[i].name) != 0 || header->seen[i])
			continue;
		header->seen[i] = true;
		if (!accept(parser, ':'))
			return expected(parser, "':'");
		return keys[i].parse(parser, header);
	}
	return expected(parser, "each of 'descr', 'fortran_order' and 'shape' once");
}

static int parse_header(struct parser *parser, struct header *header)
{
	bool comma = true;
	int err;

	if (!accept(parser, '{'))
		return expected(parser, "'{'");
	while (!accept(parser, '}')) {
		if (!comma)
			return expected(parser, "',' or '}'");
		err = parse_item(parser, header);
		if (err < 0)
			return err;
		comma = accept(parser, ',');
	}
	for (int i = 0; i < KEY_COUNT; i++) {
		if (!header->seen[i])
			return expected(parser, "'descr', 'fortran_order' and 'shape'");
	}
	if (peek(parser) >= 0)
		return expected(parser, "the end of the header");
	return 0;
}

/* Magic, version and header length; afterwards the parser stands on the header. */
static int parse_prologue(struct parser *parser, size_t len)
{
	const unsigned char *bytes = parser->bytes;
	size_t header_len;

	if (len < MAGIC_LEN + 4 || memcmp(bytes, MAGIC, MAGIC_LEN) != 0) {
		diag_set(parser->diag, ERR_FORMAT, "not a .npy file");
		return diag_hint(parser->diag, "numpy.save writes such files"), ERR_FORMAT;
	}
	header_len = bytes[8] | (size_t)bytes[9] << 8;
	parser->at = 10;
	if (bytes[6] == 2 && len >= 12) {
		header_len |= (size_t)bytes[10] << 16 | (size_t)bytes[11] << 24;
		parser->at = 12;
	} else if (bytes[6] != 1) {
		diag_set(parser->diag, ERR_UNSUPPORTED,
		    "version %d of the .npy format cannot be read", bytes[6]);
		return diag_hint(parser->diag, "versions 1 and 2 can"), ERR_UNSUPPORTED;
	}
	if (header_len > HEADER_MAX || header_len > len - parser->at)
		return expected(parser, "a header that fits the file");
	parser->end = parser->at + header_len;
	return 0;
}

static void set_fortran_strides(struct tensor *tensor)
{
	int64_t step = 1;

	for (int i = 0; i < tensor->ndim; i++) {
		tensor->stride[i] = step;
		step *= tensor->shape[i] ? tensor->shape[i] : 1;
	}
}

static int make_tensor(
    struct parser *parser, const struct header *header, size_t len, struct tensor **ret)
{
	enum dtype dtype = element_dtype(header->element);
	size_t count, bytes, there = len - parser->end;
	int err = tensor_shape_count(header->ndim, header->shape, dtype, &count, parser->diag);

	if (err < 0)
		return err;
	if (!size_mul(count, element_size(header->element), &bytes) || bytes != there) {
		diag_set(parser->diag, ERR_FORMAT,
		    "%zu bytes follow the header, its shape needs %zu", there, bytes);
		return diag_hint(parser->diag, "the file is cut off or damaged; " HINT_SAVE),
		       ERR_FORMAT;
	}
	err = tensor_new_raw(dtype, header->ndim, header->shape, ret, parser->diag);
	if (err < 0)
		return err;
	element_decode(header->element, parser->bytes + parser->end, count, (*ret)->data);
	if (header->fortran)
		set_fortran_strides(*ret);
	return 0;
}

int npy_parse(
    const char *name, const void *bytes, size_t len, struct tensor **ret, struct diag *diag)
{
	struct parser parser = {.bytes = bytes, .diag = diag};
	struct header header = {.ndim = 0};
	int err = parse_prologue(&parser, len);

	if (err == 0)
		err = parse_header(&parser, &header);
	if (err == 0)
		err = make_tensor(&parser, &header, len, ret);
	if (err < 0)
		diag_at(diag, name, 0, 0);
	return err;
}

int npy_read(const char *path, struct tensor **ret, struct diag *diag)
{
	char *bytes;
	size_t len;
	int err = file_read(path, FILE_MAX, &bytes, &len, diag);

	if (err < 0)
		return err;
	err = npy_parse(path, bytes, len, ret, diag);
	mem_free(bytes);
	return err;
}
