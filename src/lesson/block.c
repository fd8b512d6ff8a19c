// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "lesson/block.h"

#include <string.h>

#include "base/alloc.h"

#define KEY_MAX 32

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void trim(const char **start, const char **end)
{
	while (*start < *end && is_blank(**start))
		(*start)++;
	while (*end > *start && is_blank((*end)[-1]))
		(*end)--;
}

static size_t key_length(const char *text, const char *end)
{
	const char *p = text;

	while (p < end && ((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '-' ||
			      *p == '_'))
		p++;
	return (size_t)(p - text);
}

static int continue_value(struct block *block, const char *start, const char *end,
    struct diag *diag)
{
	struct block_line *last = &block->lines[block->count - 1];
	char *joined;

	if (strlen(last->value) + (size_t)(end - start) > BLOCK_VALUE_MAX)
		return diag_set(diag, ERR_LIMIT, "the value of '%s' is longer than %d bytes", last->key,
		    BLOCK_VALUE_MAX);
	joined = xasprintf("%s%s%.*s", last->value, last->value[0] ? " " : "", (int)(end - start),
	    start);
	mem_free(last->value);
	last->value = joined;
	return 0;
}

static int add_line(struct block *block, const char *start, const char *end, int line,
    struct diag *diag)
{
	size_t len = key_length(start, end);
	const char *value = start + len + 1;

	if (len == 0 || len > KEY_MAX || start + len == end || start[len] != ':') {
		diag_set(diag, ERR_FORMAT, "expected 'key: value' but found '%.*s'",
		    (int)(end - start > 40 ? 40 : end - start), start);
		diag_hint(diag, "a key is a word in small letters, followed by a colon");
		return ERR_FORMAT;
	}
	if (block->count == BLOCK_LINES_MAX)
		return diag_set(diag, ERR_LIMIT, "more than %d lines in one block", BLOCK_LINES_MAX);
	trim(&value, &end);
	block->lines = xrealloc(block->lines, block->count + 1, sizeof(*block->lines));
	block->lines[block->count++] = (struct block_line){
		.key = xstrndup(start, len),
		.value = xstrndup(value, (size_t)(end - value)),
		.line = line,
	};
	return 0;
}

int block_parse(const char *body, size_t len, const char *file, int line, struct block *ret,
    struct diag *diag)
{
	struct block block = {.kind = xstrdup(""), .line = line};
	const char *p = body, *end = body + len;

	for (; p < end; line++) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		const char *stop = newline ? newline : end, *start = p;
		bool indented = is_blank(*p);
		int r;

		p = newline ? newline + 1 : end;
		trim(&start, &stop);
		if (start == stop || *start == '#')
			continue;
		if (indented && block.count)
			r = continue_value(&block, start, stop, diag);
		else
			r = add_line(&block, start, stop, line, diag);
		if (r < 0) {
			diag_at(diag, file, line, 0);
			block_release(&block);
			return r;
		}
	}
	*ret = block;
	return 0;
}

void block_release(struct block *block)
{
	for (size_t i = 0; i < block->count; i++) {
		mem_free(block->lines[i].key);
		mem_free(block->lines[i].value);
	}
	mem_free(block->lines);
	mem_free(block->kind);
	*block = (struct block){.kind = NULL};
}

const struct block_line *block_nth(const struct block *block, const char *key, size_t n)
{
	for (size_t i = 0; i < block->count; i++)
		if (!strcmp(block->lines[i].key, key) && n-- == 0)
			return &block->lines[i];
	return NULL;
}

const char *block_get(const struct block *block, const char *key)
{
	const struct block_line *line = block_nth(block, key, 0);

	return line ? line->value : NULL;
}
