// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Checking lessons, for their authors and for the tests: everything that a learner could stumble
 * over is found by walking through the whole lesson as a learner would.
 *
 * For each file: it can be read; every step can be entered (its code runs, its view opens, every
 * {expr} has a value) and fits an 80x24 screen. For each question: nothing typed is not right; the
 * solution and every accepted form are; there are at least one accepted form and three refused
 * values, and each of these is refused for its own reason; what is said fits its two lines. Over all
 * files: ids differ, lessons in two languages have the same code, needs are known.
 */
#ifndef LESSON_LINT_H
#define LESSON_LINT_H

#include <stddef.h>

#include "base/error.h"
#include "lesson/lesson.h"

#define LINT_TEXT_ROWS 6
#define LINT_TEXT_COLS 76
#define LINT_SAY_ROWS 2
#define LINT_SAY_COLS 74 // beside the mark of right and wrong
#define LINT_ACCEPTS_MIN 1
#define LINT_REFUSALS_MIN 3

struct lint {
	size_t lessons, steps, questions; // checked
	size_t count;
	struct diag *reports; // in the order found; each with file and line
};
#define LINT_INIT {.reports = NULL}

// Add to *lint what is wrong with these files, or with one lesson that was read already.
void lint_files(struct lint *lint, char *const *paths, size_t count);
void lint_lesson(struct lint *lint, const struct lesson *lesson);
void lint_release(struct lint *lint);

#endif
