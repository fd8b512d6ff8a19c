// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The lessons that are built into the program, as bytes: tools/embed-lessons makes the table from
 * lessons/ while the program is built.
 */
#ifndef LESSON_BUILTIN_H
#define LESSON_BUILTIN_H

#include <stddef.h>

struct builtin_lesson {
	const char *name; // "en/edges.md"
	const char *bytes;
	size_t len;
};

extern const struct builtin_lesson builtin_lessons[]; // ends with a NULL name

#endif
