// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Questions, checked by effect: an answer is right when its value is, however it is written.
 *
 *	id: first-edge                  stable, unique in the lesson
 *	kind: number                    number | shape | choice | matrix | text
 *	ask: What will Y[0,1] be?       may hold {expr}
 *	cell: 0 1                       (stage window) stays hidden until answered
 *	answer: Y[0,1]                  an expression of the notebook; kind text: the text itself
 *	digits: 3                       number, matrix: places after the point; the tolerance is half a
 *	                                unit of the last one (default 4)
 *	choice: it grows                choice: in order, answered by number; answer: 2
 *	accept: 1.0                     further ways to write it, which the tests try; kind text: they
 *	                                count as right too
 *	refuse: -K[0,0] | kernel flipped | The kernel is not turned over here: ...
 *	hint: ...                       growing strength, as many as help
 *	right: Yes: white to black.     said when it is right
 *
 * `refuse` gives the value that a misconception leads to (an expression), its name, and what to say.
 * .5, 0.50 and 1/2 are the same; "6x7", "6 7" and "(6, 7)" are the same shape (answer.h). A choice's
 * refused value is its number. All texts may hold {expr}.
 */
#ifndef LESSON_QUESTION_H
#define LESSON_QUESTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "lesson/block.h"

struct notebook;

enum question_kind {
	QUESTION_KIND_NUMBER,
	QUESTION_KIND_SHAPE,
	QUESTION_KIND_CHOICE,
	QUESTION_KIND_MATRIX,
	QUESTION_KIND_TEXT,
};

struct refusal {
	char *value, *misconception, *say;
};

struct question {
	char *id;
	int line;
	enum question_kind kind;
	char *ask, *answer, *right;
	char *cell;    // NULL, or "row col"
	int digits;
	double tolerance;
	size_t choice_count, accept_count, refusal_count, hint_count;
	char **choices, **accepts, **hints;
	struct refusal *refusals;
};

struct verdict {
	bool understood;	  // false: not a number, a shape, ...: `say` tells the form
	bool right;
	const char *misconception; // the refusal's name, or NULL; borrowed from the question
	struct strbuf say;	  // feedback, with {expr} filled in
};
#define VERDICT_INIT {.say = STRBUF_INIT}

const char *question_kind_name(enum question_kind kind); // as it stands in a lesson

int question_parse(const struct block *block, const char *file, struct question *ret,
    struct diag *diag) WARN_UNUSED;
void question_release(struct question *question);
// Judge `answer`. Errors are those of the lesson (its expressions), never of the learner.
int question_check(const struct question *question, struct notebook *nb, const char *answer,
    struct verdict *ret, struct diag *diag) WARN_UNUSED;
// The question as it is put: `ask` with its values, and each choice in a line behind it: "1) ...".
int question_ask(const struct question *question, struct notebook *nb, struct strbuf *out,
    struct diag *diag) WARN_UNUSED;
// The right answer as a learner would type it.
int question_solution(const struct question *question, struct notebook *nb, struct strbuf *out,
    struct diag *diag) WARN_UNUSED;
// The value of one of the question's expressions (a refusal's) in the form that a learner would type.
int question_type(const struct question *question, struct notebook *nb, const char *expr,
    struct strbuf *out, struct diag *diag) WARN_UNUSED;
// `text` with every {expr} and {expr:spec} replaced by its value; {{ and }} are braces.
int question_fill(const char *text, struct notebook *nb, struct strbuf *out,
    struct diag *diag) WARN_UNUSED;

#endif
