// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * "key: value" lines, the one form of data in lesson files: front matter, views and questions. Keys
 * may repeat (hint, refuse); order is kept; every line knows where it stands. An indented line goes
 * on with the value above it; empty lines and lines that begin with # are passed over.
 */
#ifndef LESSON_BLOCK_H
#define LESSON_BLOCK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define BLOCK_LINES_MAX 500
#define BLOCK_VALUE_MAX 4000 // bytes

struct block_line {
	char *key, *value; // owned; value trimmed, may be ""
	int line;	   // in the file, from 1
};

struct block {
	char *kind; // what follows the fence: "view window", "question"; "" for front matter
	int line;
	size_t count;
	struct block_line *lines;
};

// `line` is where `body` begins in `file`. ret->kind is "" and ret->line is `line`: the caller knows
// better and may replace them (kind is freed with mem_free). ERR_FORMAT, ERR_LIMIT.
int block_parse(const char *body, size_t len, const char *file, int line, struct block *ret,
    struct diag *diag) WARN_UNUSED;
void block_release(struct block *block);
// The value of the first such key, or NULL; block_nth: of the n-th (from 0).
const char *block_get(const struct block *block, const char *key);
const struct block_line *block_nth(const struct block *block, const char *key, size_t n);

#endif
