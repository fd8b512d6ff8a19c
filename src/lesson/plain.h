// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A session as plain text: what a screen reader, a pipe or a dumb terminal gets. Only sentences and
 * lines, appended; every picture is told in words.
 */
#ifndef LESSON_PLAIN_H
#define LESSON_PLAIN_H

#include "base/strbuf.h"
#include "lesson/session.h"
#include "lesson/text.h"

#define PLAIN_WIDTH 76

enum plain_part {
	PLAIN_PART_STEP = 1,	 // "Edges, step 3 of 8: title." and the text
	PLAIN_PART_STAGE = 2,	 // the stage in words
	PLAIN_PART_SUM = 4,	 // its arithmetic
	PLAIN_PART_FEEDBACK = 8, // "Hint: ..."
	PLAIN_PART_QUESTION = 16, // "Question 3.1: ..."
};
#define PLAIN_STEP_WHOLE (PLAIN_PART_STEP | PLAIN_PART_STAGE | PLAIN_PART_QUESTION)

void session_describe_plain(const struct session *session, int parts, struct strbuf *out);
// session_do, and what it changed.
void session_do_plain(struct session *session, const char *line, struct strbuf *out);

// `text` in lines of at most `width` cells, broken at blanks and between wide characters; newlines
// in it are kept.
void plain_wrap(const char *text, int width, struct strbuf *out);
// A lesson's text, without blank lines between its paragraphs; code is indented, not broken.
void plain_text(const struct text *text, int width, struct strbuf *out);

#endif
