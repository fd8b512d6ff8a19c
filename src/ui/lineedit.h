// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The line at the bottom: editing, history and completion by readline, which is known here alone. It
 * draws nothing: whoever shows the line asks for its text and cursor. Readline is one per process, and
 * so is this.
 */
#ifndef UI_LINEEDIT_H
#define UI_LINEEDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Calls `add` for each word that may stand at the end of `text`; *ret_start is where the word begins.
typedef void (*lineedit_complete_fn)(void *self, const char *text, size_t *ret_start,
    void (*add)(void *to, const char *word), void *to);

// `history` is a file to read and, at the end, to write; NULL: none is kept.
void lineedit_start(const char *history, lineedit_complete_fn complete, void *self);
void lineedit_stop(void);

void lineedit_key(uint32_t key); // an event's key
const char *lineedit_text(void); // what stands on the line now
size_t lineedit_cursor(void);	 // bytes of it before the cursor
void lineedit_set(const char *text); // replaces it; "" clears
// The line that Enter accepted since the last call, or NULL; for the caller to mem_free. `remember`
// puts it into the history.
char *lineedit_take(bool remember);
// The completions of the last Tab, "" when there is nothing to choose from.
const char *lineedit_matches(void);

#endif
