// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a learner has done: for each lesson the step to resume at, the steps seen and the questions
 * answered, with the answers given. One JSON file below the user's state folder, written atomically
 * at each change. A damaged file, or one of a future version, is kept aside under another name and
 * that is said; the learner then starts afresh.
 */
#ifndef LESSON_PROGRESS_H
#define LESSON_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum answer_state {
	ANSWER_STATE_OPEN,
	ANSWER_STATE_RIGHT,
	ANSWER_STATE_SHOWN,   // the solution was shown
	ANSWER_STATE_SKIPPED,
};

struct progress;

// `path` NULL: the user's; "": kept in memory only. *ret is always usable, even on an error (then it starts empty and, if the
// file could not be moved aside or the folder not be written, keeps to memory): show the diag, go on.
int progress_open(const char *path, struct progress **ret, struct diag *diag);
void progress_free(struct progress *progress); // NULL is a no-op
int progress_save(struct progress *progress, struct diag *diag);
void progress_reset(struct progress *progress, const char *lesson); // NULL: all

size_t progress_step(const struct progress *progress, const char *lesson); // to resume at, from 0
size_t progress_seen(const struct progress *progress, const char *lesson); // steps got to, so far
void progress_set_step(struct progress *progress, const char *lesson, size_t step);
const char *progress_last_lesson(const struct progress *progress); // "" at first
bool progress_is_done(const struct progress *progress, const char *lesson);
void progress_set_done(struct progress *progress, const char *lesson, bool done);
enum answer_state progress_answer(const struct progress *progress, const char *lesson,
    const char *question, const char **ret_text);
void progress_set_answer(struct progress *progress, const char *lesson, const char *question,
    enum answer_state state, const char *text);

#endif
