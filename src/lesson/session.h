// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * One learner walking through one lesson: the current step with its text filled in, its stage, its
 * open question, the last feedback. Everything is done by words, through session_do; the screen, the
 * plain mode and the demos only differ in where the words come from and how the state is shown.
 *
 * Entering a step runs its code; jumping ahead first runs what the steps before it run, so that a
 * step always starts from the same state. Progress is saved at each step and each answer.
 */
#ifndef LESSON_SESSION_H
#define LESSON_SESSION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "lesson/lesson.h"
#include "lesson/progress.h"
#include "lesson/stage.h"
#include "lesson/text.h"

struct nb_sink;
struct notebook;

enum feedback_kind {
	FEEDBACK_KIND_NONE,
	FEEDBACK_KIND_RIGHT,
	FEEDBACK_KIND_WRONG,
	FEEDBACK_KIND_HINT,
	FEEDBACK_KIND_NOTE,  // what a word did
	FEEDBACK_KIND_ERROR, // what could not be done
};

/* Open for reading; changed only by the functions below. */
struct session {
	const struct lesson *lesson; // borrowed
	struct progress *progress;   // borrowed
	struct notebook *notebook;   // owned
	size_t step;		     // from 0
	struct text text;	     // of the step, filled in
	struct stage *stage;	     // owned; NULL: the step has none
	size_t question;	     // the open one; == question_count: all answered
	char *ask;		     // its question, filled in, with its choices; NULL where none is open
	size_t hints;		     // shown for it so far
	enum feedback_kind feedback_kind;
	struct strbuf feedback;
	bool finished; // "next" was said at the last step

	/* Private. */
	size_t statement_count;	      // that ran at the prompt
	char **statements;	      // owned
	bool statement_last;	      // undo means the last of them, not the last answer
	size_t view_step;	      // whose view the stage shows; SIZE_MAX: none
	struct strbuf output;	      // what the notebook printed last
	bool live;		      // a typed program runs: what it prints is feedback at once
	const struct nb_sink *screen; // borrowed; NULL: pictures and curves are dropped
	bool save_failed;	      // and that has been said
	bool hiding;		      // the stage hides a cell for the open question
};

// ERR_RANGE: `step` is none of the lesson's. What fails in the lesson's code is told by file and line.
int session_open(const struct lesson *lesson, struct progress *progress, size_t step,
    struct session **ret, struct diag *diag) WARN_UNUSED;
void session_free(struct session *session); // NULL is a no-op
const struct step *session_step(const struct session *session);
const struct question *session_question(const struct session *session); // NULL: none open
enum answer_state session_answer_state(const struct session *session, size_t question);

// Give pictures, curves, progress, and the text of typed programs as they print it, to `screen`, which must outlive the session.
void session_set_screen(struct session *session, const struct nb_sink *screen);

/*
 * Do what one line says: a word of the session (below), a word of the stage ("step", "goto 1 2"), or,
 * when a question is open, an answer; anything else runs in the notebook. Never fails: what went
 * wrong is the feedback. Words of the session:
 *
 *	next   back-step (previous)   step N (where the stage has a `step N` of its own: jump N)
 *	hint   solution   skip   answer TEXT   undo (reopens the last question answered in this step)
 *	say (describes the stage)   help [NAME] (or ?NAME)   reset (the step's variables and stage as at its beginning)
 */
void session_do(struct session *session, const char *line);
// The same for a line typed at the prompt, which is never an answer.
void session_prompt(struct session *session, const char *line);
// Judge `text` as the answer, whatever words it may look like.
void session_answer(struct session *session, const char *text);
void session_goto_step(struct session *session, size_t step);
// Time passed; true when anything to be seen has changed.
bool session_tick(struct session *session, double now);

/* The words of the session, for help and completion; ends with a NULL word. */
struct session_word {
	const char *word, *args, *help;
};
extern const struct session_word session_words[];

#endif
