// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Lessons: one Markdown file each, with "key: value" front matter between two lines of three hyphens.
 *
 *	---
 *	id: edges
 *	title: Edges
 *	order: 20
 *	minutes: 10
 *	needs: cross-correlation        (ids, comma separated; may be left out)
 *	summary: Two numbers find where an image changes.
 *	language: en                    (may be left out: the folder's name, else en)
 *	---
 *	## A kernel of two numbers      each heading of level two begins a step
 *	Text in CommonMark; {Y[0,1]} and {loss:.4f} are evaluated by the notebook when shown.
 *	```run                          code that the step runs when it is entered, not shown
 *	```show                         code that it runs and shows, with what it prints
 *	```view window                  opens a view on the stage; "key: value" lines
 *	```question                     asks; "key: value" lines (question.h)
 *	```text                         shown as it stands; {expr} works there too
 *
 * A file is parsed as a whole before anything of it runs; what is wrong is reported with file, line,
 * and reason. The same file serves the learner, the demo and the tests.
 */
#ifndef LESSON_LESSON_H
#define LESSON_LESSON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "lesson/block.h"
#include "lesson/question.h"
#include "lesson/text.h"

#define LESSON_BYTES_MAX (1024 * 1024)
#define LESSON_STEPS_MAX 99
#define LESSON_QUESTIONS_MAX 20 // a step

struct step {
	char *title;
	int line;	// of its heading
	char *markdown; // its prose with {expr} still in it; fill_markdown makes the text of it
	size_t code_count;
	char **code; // what it runs, in order
	int *code_lines;
	bool *code_shown; // with what it prints
	struct block *view; // NULL: the stage stays as it is
	size_t question_count;
	struct question *questions;
};

struct lesson {
	char *file; // where it was read from
	char *id, *title, *summary, *language;
	int order, minutes;
	size_t needs_count;
	char **needs;
	size_t step_count;
	struct step *steps;
};

int lesson_parse(const char *file, const char *bytes, size_t len, struct lesson **ret,
    struct diag *diag) WARN_UNUSED;
int lesson_read(const char *path, struct lesson **ret, struct diag *diag) WARN_UNUSED;
void lesson_free(struct lesson *lesson); // NULL is a no-op

/*
 * The shelf: every lesson that can be found, in teaching order: those built into the program, then
 * those of CONVTUTOR_LESSONS (a folder with DIR/NAME.md or DIR/LANGUAGE/NAME.md), which win over
 * built-in ones with the same id. A lesson that is not there in `language` ("zh_CN"; NULL: English)
 * is there in English. A broken file, and a lesson that needs itself, is left out and its report
 * kept; all others are there.
 */
struct shelf {
	size_t count;
	struct lesson **lessons;
	size_t problem_count;
	struct diag *problems;
};
int shelf_open(const char *language, struct shelf *ret, struct diag *diag) WARN_UNUSED;
void shelf_release(struct shelf *shelf);
struct lesson *shelf_find(const struct shelf *shelf, const char *id); // or NULL

#endif
