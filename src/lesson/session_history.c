// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What was run at the prompt, so that undo can take the last statement back: all is forgotten, the
 * lesson's own code runs again, then every statement but the last. A notebook starts from the same
 * random numbers each time, so the variables come back as they were.
 */
#include "config.h"

#include "base/alloc.h"
#include "lesson/session_internal.h"
#include "notebook/notebook.h"

#define STATEMENTS_MAX 1000 // the oldest are then forgotten

void session__forget_statements(struct session *session)
{
	for (size_t i = 0; i < session->statement_count; i++)
		mem_free(session->statements[i]);
	mem_free(session->statements);
	session->statements = NULL;
	session->statement_count = 0;
	session->statement_last = false;
}

void session__remember_statement(struct session *session, const char *text)
{
	char **all = session->statements;

	if (session->statement_count == STATEMENTS_MAX) {
		mem_free(all[0]);
		for (size_t i = 1; i < STATEMENTS_MAX; i++)
			all[i - 1] = all[i];
		session->statement_count--;
	}
	all = xrealloc(all, session->statement_count + 1, sizeof(*all));
	all[session->statement_count++] = xstrdup(text);
	session->statements = all;
	session->statement_last = true;
}

/* They ran before; what fails now depended on what was taken back, and is passed over. */
static int run_again(struct session *session, struct diag *diag)
{
	int r = 0;

	notebook_set_seconds(session->notebook, 0);
	for (size_t i = 0; i < session->statement_count && r != ERR_INTERRUPTED; i++)
		r = notebook_run(session->notebook, "<prompt>", session->statements[i], false, NULL, diag);
	notebook_set_seconds(session->notebook, SESSION_LESSON_SECONDS);
	return r == ERR_INTERRUPTED ? r : 0;
}

bool session__undo_statement(struct session *session)
{
	struct diag diag = {.code = 0};
	char *taken;
	int r;

	if (!session->statement_last || session->statement_count == 0)
		return false;
	taken = session->statements[--session->statement_count];
	notebook_reset(session->notebook);
	r = session__enter(session, session->step, &diag);
	if (r == 0)
		r = run_again(session, &diag);
	if (r < 0)
		session__error(session, &diag);
	else
		session__feedback(session, FEEDBACK_KIND_NOTE, "Taken back: %s", taken);
	session->statement_last = session->statement_count > 0;
	mem_free(taken);
	return true;
}
