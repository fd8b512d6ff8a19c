// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The lines of a view, read into numbers and matrices. A key that is not there leaves the value as
 * it was: fill in the defaults first. Literal numbers are read as they are, all else is evaluated by
 * the notebook; errors carry the line they stand in.
 */
#ifndef LESSON_PARAMS_H
#define LESSON_PARAMS_H

#include <stdbool.h>

#include "base/error.h"
#include "lesson/block.h"
#include "lesson/stage_matrix.h"

struct notebook;

/* Where the lines stand and what evaluates them. */
struct params {
	const struct block *block;
	const char *file;
	struct notebook *nb;
};

int params_number(const struct params *params, const char *key, double *value,
    struct diag *diag) WARN_UNUSED;
// A whole number within [low, high].
int params_int(const struct params *params, const char *key, int low, int high, int *value,
    struct diag *diag) WARN_UNUSED;
// Up to `max` literal numbers; *count is how many.
int params_numbers(const struct params *params, const char *key, int max, double *values, int *count,
    struct diag *diag) WARN_UNUSED;
// One of `names` (ending with NULL): its index.
int params_one_of(const struct params *params, const char *key, const char *const *names, int *value,
    struct diag *diag) WARN_UNUSED;
// The matrix of `key`, or of `expr` where the key is absent; named after the expression if that is a
// plain name, else `name`.
int params_matrix(const struct params *params, const char *key, const char *expr, const char *name,
    struct stage_matrix *ret, struct diag *diag) WARN_UNUSED;
// Report something about the line of `key` (or the block's first line): returns diag->code.
int params_at(const struct params *params, const char *key, int code, struct diag *diag);
bool params_is_name(const char *text); // a plain name of the notebook language

#endif
