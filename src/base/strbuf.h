// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A growing string. `data` is always NUL-terminated and never NULL, so it can be printed at any
 * time; it may also hold NUL bytes, `len` counts. Grows by doubling; running out of memory dies.
 *
 *	struct strbuf sb = STRBUF_INIT;
 *	strbuf_addf(&sb, "%d rows", rows);
 *	strbuf_release(&sb);
 */
#ifndef BASE_STRBUF_H
#define BASE_STRBUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct strbuf {
	char *data;
	size_t len;
	size_t cap; // 0: data is the shared empty string
};

extern char strbuf_empty[];
#define STRBUF_INIT {.data = strbuf_empty}

void strbuf_init(struct strbuf *sb);
void strbuf_release(struct strbuf *sb); // frees and initialises
void strbuf_clear(struct strbuf *sb);	// empties, keeps the memory
char *strbuf_detach(struct strbuf *sb); // the caller owns the result; *sb is initialised

void strbuf_reserve(struct strbuf *sb, size_t extra);
void strbuf_addch(struct strbuf *sb, int ch);
void strbuf_add(struct strbuf *sb, const char *text);
void strbuf_addn(struct strbuf *sb, const void *bytes, size_t len);
void strbuf_addf(struct strbuf *sb, const char *fmt, ...) PRINTF_LIKE(2, 3);
void strbuf_vaddf(struct strbuf *sb, const char *fmt, va_list ap);
void strbuf_add_repeat(struct strbuf *sb, int ch, int count);
void strbuf_add_utf8(struct strbuf *sb, uint32_t code_point);
void strbuf_truncate(struct strbuf *sb, size_t len);
void strbuf_trim(struct strbuf *sb); // drops white space at the end

#endif
