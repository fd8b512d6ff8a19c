// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The words of a stage and their arguments: looking a word up in the stage's table, reading its
 * arguments one by one, and the errors that say how it is used.
 */
#ifndef LESSON_WORDS_H
#define LESSON_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "lesson/stage.h"

#define WORDS_MAX 32 // bytes of one word with its NUL

// The word's index in the table, or -1.
int words_find(const struct stage_command *commands, const char *word);
// ERR_USAGE: "'goto' is used as: goto ROW COLUMN".
int words_usage(const struct stage_command *command, struct diag *diag);
// ERR_USAGE: no such word; the hint lists those that there are.
int words_unknown(const struct stage_ops *ops, const char *word, struct diag *diag);

/* Each takes one argument off the front of *args; false, and nothing taken, where it is not there. */
bool words_take(const char **args, char word[WORDS_MAX]);
bool words_take_number(const char **args, double *ret); // finite; "1/2" is a number, too
bool words_take_int(const char **args, int *ret);
bool words_at_end(const char *args); // nothing but blanks is left
// The argument is one of `names` (ending with NULL): its index, taken off; else -1.
int words_take_one_of(const char **args, const char *const *names);

/*
 * What a word's function returned: WORDS_BAD_ARGS without a report of its own becomes the word's usage,
 * any other error is passed on from `ours`.
 */
#define WORDS_BAD_ARGS ERR_USAGE
int words_result(const struct stage_command *command, int code, const struct diag *ours,
    struct diag *diag);

/*
 * A stage's table of words with what they run. WORDS(X) lists X(function, word, args, help); the
 * functions are word_FUNCTION(stage, args, say, diag).
 */
#define WORDS_COMMAND(function, word, args, help) {word, args, help},
#define WORDS_FUNCTION(function, word, args, help) word_##function,

#endif
