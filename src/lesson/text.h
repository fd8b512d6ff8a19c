// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Text of a lesson, ready to be set: paragraphs of spans, without any layout. Made from CommonMark
 * (md4c); drawn by the screen and printed by the plain mode, each in its own way.
 */
#ifndef LESSON_TEXT_H
#define LESSON_TEXT_H

#include <stddef.h>

#include "base/error.h"

#define TEXT_BYTES_MAX (64 * 1024) // of one step

enum span_kind {
	SPAN_KIND_PLAIN,
	SPAN_KIND_STRONG,
	SPAN_KIND_EMPHASIS,
	SPAN_KIND_CODE,
	SPAN_KIND_MATH,
};

struct span {
	enum span_kind kind;
	char *text; // UTF-8, one line, owned
};

enum para_kind {
	PARA_KIND_TEXT,
	PARA_KIND_ITEM, // of a list; `marker` is "-" or "3."
	PARA_KIND_CODE, // verbatim, one para a line
	PARA_KIND_ROW,	// of a table; spans are its cells
};

struct para {
	enum para_kind kind;
	char marker[8];
	size_t span_count;
	struct span *spans;
};

struct text {
	size_t para_count;
	struct para *paras;
};

#define TEXT_INIT {.paras = NULL}

// `line` is where the Markdown begins in `file`, for messages.
int text_parse(const char *markdown, size_t len, const char *file, int line, struct text *ret,
    struct diag *diag) WARN_UNUSED;
void text_release(struct text *text);

#endif
