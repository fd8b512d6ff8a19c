// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The real terminal: the only part that knows curses. It copies a canvas to the screen, turns what
 * the terminal sends into events, and puts the terminal back as it was, whatever happens: at the end,
 * in die(), on SIGHUP and SIGTERM (which arrive as EVENT_KIND_END), in a crash, around Ctrl-Z.
 *
 * There is at most one, since there is one screen.
 */
#ifndef UI_TERMINAL_H
#define UI_TERMINAL_H

#include <stdbool.h>

#include "base/error.h"
#include "ui/canvas.h"
#include "ui/event.h"
#include "ui/look.h"

enum color_when { COLOR_WHEN_AUTO, COLOR_WHEN_ALWAYS, COLOR_WHEN_NEVER };

struct terminal_options {
	enum color_when color; // auto: colours unless NO_COLOR is set and not empty
	bool ascii, no_motion;
};

// ERR_UNSUPPORTED when standard input or output is no terminal, or TERM is unknown or cannot move
// the cursor: the caller then falls back to the plain mode.
int terminal_open(const struct terminal_options *options, struct diag *diag) WARN_UNUSED;
void terminal_close(void); // may be called at any time, also twice
void terminal_size(int *ret_rows, int *ret_cols);
struct look terminal_look(void);
void terminal_present(const struct canvas *canvas); // copies what changed, in one update
struct event_source terminal_events(void);
// While a program runs and nobody reads keys: Ctrl-C calls `handler` at once (it must be safe in a signal
// handler) instead of becoming a key. NULL: keys again.
void terminal_catch_interrupt(void (*handler)(void *self), void *self);
// The signal that made EVENT_KIND_END, 0: none.
int terminal_end_signal(void);

#endif
