// SPDX-License-Identifier: GPL-3.0-or-later
/* What the commands around lessons share: the shelf, the learner's progress, and what to say of them. */
#ifndef CLI_LEARNING_H
#define CLI_LEARNING_H

#include <stddef.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "lesson/lesson.h"
#include "lesson/progress.h"

struct arguments;

struct learning {
	struct shelf shelf;
	struct progress *progress;
	struct strbuf notice; // problems found on the way, one line; "" when there were none
};

// `scratch`: leave the user's own progress alone (demos).
int learning_open(const struct arguments *args, bool scratch, struct learning *ret, struct diag *diag)
    WARN_UNUSED;
void learning_release(struct learning *learning);

// "edges", "edges:3" (steps from 1) or the path of a lesson file. A lesson read from a file goes to
// *ret_owned for the caller to free; else that is NULL. *ret_step is APP_STEP_RESUME if none is named.
int learning_find(const struct learning *learning, const char *operand, const struct lesson **ret,
    struct lesson **ret_owned, size_t *ret_step, struct diag *diag) WARN_UNUSED;

// The same lessons line by line on standard input and output. Returns an exit status.
int learn_plainly(const struct learning *learning, const struct lesson *lesson, size_t step);

#endif
