// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What stands on the stage of a step: a model with state, driven by words. The screen draws it and
 * turns keys into its words; the plain mode prints its description; demos and the prompt use the
 * same words. So nothing can be done by key alone, and any frame can be reproduced.
 *
 * A concrete stage is a struct whose first member is a struct stage; its header shows its state,
 * which views read.
 */
#ifndef LESSON_STAGE_H
#define LESSON_STAGE_H

#include <stdbool.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "lesson/block.h"

struct notebook;
struct stage;

struct stage_command {
	const char *word;
	const char *args; // "ROW COLUMN", "" where it takes none
	const char *help; // one line
};

struct stage_ops {
	const char *name; // in the lesson: ```view NAME
	const char *title;
	const struct stage_command *commands; // ends with a NULL word
	// The keys that the view's lines may have, ended by NULL: a lesson with another is refused when
	// it is read. NULL: any.
	const char *const *params;
	// Make one from the view's lines; expressions in them are evaluated by `nb`.
	int (*open)(const struct block *params, const char *file, struct notebook *nb,
	    struct stage **ret, struct diag *diag);
	void (*close)(struct stage *stage);
	// Do what a word says. `say` gets a sentence for the learner about what happened (plain mode
	// prints it, the screen shows it if it is not obvious). ERR_USAGE: unknown word or bad args.
	// Beside its own commands the session may say "hide ROW COL" (that cell of the result is asked
	// for) and "reveal" (it has been answered); a stage without such cells answers ERR_USAGE.
	int (*command)(struct stage *stage, const char *word, const char *args, struct strbuf *say,
	    struct diag *diag);
	// Time passed: go on with an animation. True when anything to be seen has changed.
	bool (*tick)(struct stage *stage, double now);
	bool (*busy)(const struct stage *stage); // an animation or training is under way
	void (*describe)(const struct stage *stage, struct strbuf *out); // all of it, in words
	void (*sum)(const struct stage *stage, struct strbuf *out); // the arithmetic, at most two lines
	// Set the variables that questions and text may use ("row", "loss", ...).
	int (*publish)(const struct stage *stage, struct notebook *nb, struct diag *diag);
	// A number of the state by name ("row", "epoch", "accuracy"): for demos that wait and expect.
	bool (*state)(const struct stage *stage, const char *name, double *ret);
};

struct stage {
	const struct stage_ops *ops;
};

// By the name that stands in the lesson; NULL: unknown.
const struct stage_ops *stage_find(const char *name);

#endif
