// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Putting values into texts: {expr} and {expr:spec} are evaluated by the notebook, {{ and }} are
 * braces. In Markdown the values go in after it has been parsed, so that a -1 at the beginning of a
 * line is a number and not the item of a list.
 */
#ifndef LESSON_FILL_H
#define LESSON_FILL_H

#include <stddef.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "lesson/text.h"

struct notebook;

// Code whose output belongs into the text stands there as this character plus its number.
#define FILL_OUTPUT_FIRST 0xf1000u
#define FILL_OUTPUT_MAX 64

// The form of the braces only: ERR_FORMAT for one that is not closed or empty.
int fill_check(const char *text, struct diag *diag) WARN_UNUSED;
int fill_string(const char *text, struct notebook *nb, struct strbuf *out,
    struct diag *diag) WARN_UNUSED;
// `outputs` are the outputs of the step's code, NULL or "" where there is none. A value of several
// lines in verbatim text becomes several lines.
int fill_markdown(const char *markdown, struct notebook *nb, char *const *outputs,
    size_t output_count, struct text *ret, struct diag *diag) WARN_UNUSED;

#endif
