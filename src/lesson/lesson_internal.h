// SPDX-License-Identifier: GPL-3.0-or-later
/* What the parsers of lessons and of questions share. */
#ifndef LESSON_LESSON_INTERNAL_H
#define LESSON_LESSON_INTERNAL_H

#include <stdbool.h>

#include "base/error.h"
#include "lesson/block.h"

struct lesson;

enum block_key_flags {
	BLOCK_KEY_REQUIRED = 1,
	BLOCK_KEY_REPEATS = 2,
};

/* A key that a block may have; tables end with a NULL name. */
struct block_key {
	const char *name;
	int flags;
};

// Unknown, doubled, missing and empty keys; fills the line in *diag, not the file.
int lesson__check_keys(const struct block *block, const struct block_key *keys,
    struct diag *diag) WARN_UNUSED;
// An id: small letters, digits and hyphens, a letter first, at most 40.
bool lesson__is_id(const char *text);
int lesson__read_int(const char *text, long low, long high, long *ret) WARN_UNUSED;
char *lesson__trimmed(const char *start, const char *end); // a copy, for the caller to free
// Fill the lesson from its front matter; lesson->file is set already.
int lesson__take_front(struct lesson *lesson, const struct block *block,
    struct diag *diag) WARN_UNUSED;

#endif
