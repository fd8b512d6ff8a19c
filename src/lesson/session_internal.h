// SPDX-License-Identifier: GPL-3.0-or-later
/* What session.c (the state of a session) gives to session_do.c (its words). */
#ifndef LESSON_SESSION_INTERNAL_H
#define LESSON_SESSION_INTERNAL_H

#include "lesson/session.h"

#define SESSION_LESSON_SECONDS 5 // that a block of a lesson's code may take

void session__feedback(struct session *session, enum feedback_kind kind, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
// What went wrong, as feedback; the place only where it is one of the lesson's file.
void session__error(struct session *session, const struct diag *diag);
// Enter a step afresh. On an error the session stays as it was, but for the notebook.
int session__enter(struct session *session, size_t step, struct diag *diag) WARN_UNUSED;
// Give the notebook what the stage knows.
int session__publish(struct session *session, struct diag *diag) WARN_UNUSED;
// Open the first question of the step that is still to be answered, if any.
int session__open_question(struct session *session, struct diag *diag) WARN_UNUSED;
// Note how the open question ended, and open the next. `text` may be NULL.
void session__close_question(struct session *session, enum answer_state state, const char *text);
// Put another stage in the place of the present one; it is taken over. The step's own comes back when it
// is entered again.
void session__set_stage(struct session *session, struct stage *stage);
// session_history.c: the statements that ran at the prompt. False: there is none to take back, or the
// last thing done was an answer.
void session__remember_statement(struct session *session, const char *text);
void session__forget_statements(struct session *session);
bool session__undo_statement(struct session *session);
// session_window.c: the window of a corr2d call that was typed; anything else is passed over.
void session__show_window(struct session *session, const char *text);
void session__save(struct session *session);
size_t session__open_count(const struct session *session, size_t step); // questions still open

#endif
