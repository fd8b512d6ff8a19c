// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A line being typed: editing, history and completion by readline, which is known here alone. It comes
 * in two forms, of which a process uses one. On the screen it is fed key by key and draws nothing:
 * whoever shows the line asks for its text and cursor. On a terminal without the screen (the repl)
 * readline reads the keys and draws by itself.
 *
 * Both share the history, in which a program of many lines is one entry, and what Tab does: it completes,
 * and moves to the next four columns where nothing but blanks stands before the cursor. Erasing takes
 * four such blanks back at once.
 */
#ifndef UI_LINEEDIT_H
#define UI_LINEEDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Calls `add` for each word that may stand at the end of `text`; *ret_start is where the word begins.
typedef void (*lineedit_complete_fn)(void *self, const char *text, size_t *ret_start,
    void (*add)(void *to, const char *word), void *to);

// Where the user's history is kept; for the caller to mem_free. NULL: there is no home.
char *lineedit_history_path(void);
// `history` is a file to read and, at the end, to write; NULL: none is kept.
void lineedit_start(const char *history, lineedit_complete_fn complete, void *self);
void lineedit_stop(void);

/* On the screen. */
void lineedit_key(uint32_t key); // an event's key
const char *lineedit_text(void); // what stands on the line now
size_t lineedit_cursor(void);	 // bytes of it before the cursor
void lineedit_set(const char *text); // replaces it; "" clears
void lineedit_insert(const char *text); // at the cursor
// The line that Enter accepted since the last call, or NULL; for the caller to mem_free. `remember`
// puts it into the history.
char *lineedit_take(bool remember);
// The completions of the last Tab, "" when there is nothing to choose from.
const char *lineedit_matches(void);

/* On a terminal. */
enum lineedit_outcome {
	LINEEDIT_OUTCOME_LINE,	  // *ret is for the caller to mem_free; pasted text may have many lines
	LINEEDIT_OUTCOME_DROPPED, // by Ctrl-C
	LINEEDIT_OUTCOME_END,	  // Ctrl-D on an empty line, hang-up
};
void lineedit_start_terminal(const char *history, lineedit_complete_fn complete, void *self);
// `initial` stands on the line already. Signals are handled as above while it waits.
enum lineedit_outcome lineedit_read(const char *prompt, const char *initial, char **ret);

// Puts an entry, of any number of lines, into the history.
void lineedit_remember(const char *text);

#endif
