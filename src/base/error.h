// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Errors: codes, and the one-line report that every parser fills.
 *
 * A function that can fail returns int: 0, or one of the negative codes below. Out-parameters are
 * called ret_x, come last and are untouched on failure. Whatever reads files or users' text also
 * takes a `struct diag *` (NULL is allowed) and says there what is wrong, where, and how to repair
 * it. Library code never prints and never exits; only cli/ and ui/ do.
 *
 * Messages are lower case, without a full stop: cannot open 'x': reason.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdarg.h>
#include <stddef.h>

struct strbuf;

#define WARN_UNUSED __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

#define ERR_TABLE(X)                                                                               \
	X(NOMEM, "out of memory")                                                                  \
	X(IO, "input or output failed")                                                            \
	X(NOT_FOUND, "not found")                                                                  \
	X(FORMAT, "malformed")                                                                     \
	X(RANGE, "out of range")                                                                   \
	X(SHAPE, "shapes do not fit")                                                              \
	X(LIMIT, "beyond a limit")                                                                 \
	X(USAGE, "wrong usage")                                                                    \
	X(STATE, "not possible now")                                                               \
	X(UNSUPPORTED, "not supported")                                                            \
	X(INTERRUPTED, "interrupted")                                                              \
	X(DIVERGED, "the numbers are no longer finite")

enum err__ordinal {
	ERR__NONE,
#define ERR_ORDINAL(name, text) ERR__##name,
	ERR_TABLE(ERR_ORDINAL)
#undef ERR_ORDINAL
	ERR__COUNT
};

enum err {
#define ERR_CODE(name, text) ERR_##name = -(int)ERR__##name,
	ERR_TABLE(ERR_CODE)
#undef ERR_CODE
};

// The text of a code; "success" for 0.
const char *err_text(int code);

/* Where and why something failed. Plain data: set with diag_set, printed by diag_format. */
struct diag {
	int code;	 // 0: nothing reported
	char file[256];	 // "" where there is no file
	int line, col;	 // from 1; 0: unknown
	char msg[512];	 // one line
	char hint[256];	 // how to repair it; "" where there is nothing to say
};

void diag_clear(struct diag *diag);
// Fill *diag (which may be NULL) and return `code`, so that callers can `return diag_set(...)`.
int diag_set(struct diag *diag, int code, const char *fmt, ...) PRINTF_LIKE(3, 4);
int diag_vset(struct diag *diag, int code, const char *fmt, va_list ap);
// Add the place or the hint to what diag_set reported. They return nothing, so that the code cannot get
// lost where `diag` is NULL.
void diag_at(struct diag *diag, const char *file, int line, int col);
void diag_hint(struct diag *diag, const char *fmt, ...) PRINTF_LIKE(2, 3);
// Append "file:line:col: message (hint)" in one line, control characters made harmless.
void diag_format(const struct diag *diag, struct strbuf *out);

/*
 * die: a fault outside our control that leaves nothing to go on with (a small allocation failed).
 * BUG: our own fault. Both first run the hook that restores the terminal, then print one line.
 */
_Noreturn void die(const char *fmt, ...) PRINTF_LIKE(1, 2);
_Noreturn void bug_at(const char *file, int line, const char *fmt, ...) PRINTF_LIKE(3, 4);
#define BUG(...) bug_at(__FILE__, __LINE__, __VA_ARGS__)
void die_set_hook(void (*hook)(void)); // NULL: none

#endif
