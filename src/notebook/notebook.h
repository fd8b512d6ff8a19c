// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The notebook language: a small, closed Python over the engine (HACKING.md, 'The notebook'). A
 * notebook holds the variables of one lesson or one program. Whatever a program prints, draws or
 * reports goes to the sink, which the command line implements as text and the screen as its stage.
 *
 * A program can never do more than its limits allow: memory, time, recursion, output; and it can be
 * interrupted from a signal handler or another thread at any time. After any error the notebook is
 * intact and usable.
 */
#ifndef NOTEBOOK_NOTEBOOK_H
#define NOTEBOOK_NOTEBOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "engine/tensor.h"

struct figure;
struct notebook;

/* Where results go. Every function may be NULL: that kind is dropped. Nothing passed is kept. */
struct nb_sink {
	void *self;
	void (*text)(void *self, const char *bytes, size_t len); // what print writes
	// show, plot(y), matplotlib. It may be kept with figure_ref.
	void (*figure)(void *self, struct figure *figure);
	// The same as lines of text, for show(x, file='x.txt').
	void (*figure_text)(void *self, const struct figure *figure, struct strbuf *out);
	// The prompt's value, where it is an array; it has been printed, too.
	void (*value)(void *self, const struct tensor *tensor);
	// A curve grows by one point per series: visdom's line.
	void (*plot)(void *self, const char *title, size_t series, const char *const *names, double x,
	    const double *y);
	void (*progress)(void *self, const char *what, double fraction); // long work, 0..1
	bool drafts; // of echoed programs: matplotlib's figure is drawn as it is, before show() is called
};

struct nb_limits {
	size_t memory_bytes; // tensors and values; 0: 1 GiB
	double seconds;	     // 0: none
	int recursion;	     // 0: 200 calls
	size_t output_bytes; // 0: 16 MiB
	bool files;	     // load, save and the like may use the current directory and below
};

int notebook_new(const struct nb_sink *sink, const struct nb_limits *limits, struct notebook **ret,
    struct diag *diag) WARN_UNUSED;
void notebook_free(struct notebook *nb); // NULL is a no-op
void notebook_reset(struct notebook *nb); // forget all variables
void notebook_set_sink(struct notebook *nb, const struct nb_sink *sink);
void notebook_set_seconds(struct notebook *nb, double seconds); // nb_limits.seconds of later programs
// Make whatever runs now, or the next program, end with ERR_INTERRUPTED as soon as it can. Safe in a signal
// handler.
void notebook_interrupt(struct notebook *nb);

// Run a program; `name` stands in messages ("<prompt>", "demo.py"). With `echo`, the values of statements
// that are expressions are printed as the interactive prompt does, unless a semicolon ends their line. On
// an error *diag has
// file, line, column, message and hint; `traceback` (may be NULL) gets the many-line form with the
// source line and a caret.
int notebook_run(struct notebook *nb, const char *name, const char *source, bool echo,
    struct strbuf *traceback, struct diag *diag) WARN_UNUSED;
// True when `source` is the beginning of something longer (open bracket, block, string): ask for more.
bool notebook_is_incomplete(const char *source);
// How many blanks the line that follows an incomplete `source` should begin with.
size_t notebook_indent(const char *source);

// Evaluate one expression and print its value as str() would, or as "{expr:spec}" of an f-string
// when `spec` is not NULL.
int notebook_format(struct notebook *nb, const char *expr, const char *spec, struct strbuf *out,
    struct diag *diag) WARN_UNUSED;
// Evaluate to a number, or to a tensor (numbers and nested lists are converted; the caller frees).
int notebook_number(struct notebook *nb, const char *expr, double *ret, struct diag *diag) WARN_UNUSED;
int notebook_tensor(struct notebook *nb, const char *expr, struct tensor **ret,
    struct diag *diag) WARN_UNUSED;
int notebook_set_tensor(struct notebook *nb, const char *name, const struct tensor *tensor,
    struct diag *diag) WARN_UNUSED; // a copy
int notebook_set_number(struct notebook *nb, const char *name, double value,
    struct diag *diag) WARN_UNUSED;

/* For the prompt. */
// Names, attributes or keyword arguments that may stand at the end of `text`: calls `add` for each;
// *ret_start is where in `text` the word to be completed begins.
void notebook_complete(struct notebook *nb, const char *text, size_t *ret_start,
    void (*add)(void *self, const char *word), void *self);
// help(name): signature and text of whatever has that name, from the same tables that calls use; "" is the
// overview. ERR_NOT_FOUND.
int notebook_help(struct notebook *nb, const char *name, struct strbuf *out, struct diag *diag) WARN_UNUSED;

/* Every name that a program may use, for the manual. */
struct nb_name {
	const char *group; // "": everywhere; "torch.nn"; "methods of tensors and arrays"
	const char *name;
	const char *signature; // NULL: it cannot be called
	const char *help;      // "": none
	bool is_value;	       // a constant, which explains itself
};
void notebook_each_name(struct notebook *nb, void (*add)(void *self, const struct nb_name *name), void *self);

#endif
