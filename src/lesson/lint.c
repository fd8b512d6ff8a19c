// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "lesson/lint.h"

#include <string.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "lesson/plain.h"
#include "lesson/session.h"

/* What is being looked at. */
struct looking {
	struct lint *lint;
	struct session *session;
	const struct question *question; // NULL: the step as a whole
};

static void report(struct lint *lint, const char *file, int line, const char *fmt, ...)
    PRINTF_LIKE(4, 5);

/* Code that fails does so in every step after it, too: that is told once. */
static void add_report(struct lint *lint, const struct diag *diag)
{
	const struct diag *last = lint->count ? &lint->reports[lint->count - 1] : NULL;

	if (last && last->line == diag->line && !strcmp(last->file, diag->file) &&
	    !strcmp(last->msg, diag->msg))
		return;
	lint->reports = xrealloc(lint->reports, lint->count + 1, sizeof(*lint->reports));
	lint->reports[lint->count++] = *diag;
}

static void report(struct lint *lint, const char *file, int line, const char *fmt, ...)
{
	struct diag diag;
	va_list ap;

	va_start(ap, fmt);
	diag_vset(&diag, ERR_FORMAT, fmt, ap);
	va_end(ap);
	diag_at(&diag, file, line, 0);
	add_report(lint, &diag);
}

/* About the question looked at. */
static void report_question(const struct looking *at, const char *fmt, ...) PRINTF_LIKE(2, 3);

static void report_question(const struct looking *at, const char *fmt, ...)
{
	struct strbuf what = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&what, fmt, ap);
	va_end(ap);
	report(at->lint, at->session->lesson->file, at->question->line, "%s: %s", at->question->id,
	    what.data);
	strbuf_release(&what);
}

static int count_rows(const char *text)
{
	int rows = 0;

	for (; *text; text++)
		rows += *text == '\n';
	return rows;
}

/* Rows of one running text; its own line breaks do not count. */
static int rows_of(const char *text, int cols)
{
	struct strbuf joined = STRBUF_INIT, wrapped = STRBUF_INIT;
	int rows;

	for (; *text; text++)
		strbuf_addch(&joined, *text == '\n' ? ' ' : *text);
	plain_wrap(joined.data, cols, &wrapped);
	rows = count_rows(wrapped.data);
	strbuf_release(&joined);
	strbuf_release(&wrapped);
	return rows;
}

static int text_rows(const struct session *session)
{
	struct strbuf text = STRBUF_INIT;
	int rows;

	plain_text(&session->text, LINT_TEXT_COLS, &text);
	rows = count_rows(text.data);
	strbuf_release(&text);
	return rows;
}

static void check_fit(const struct looking *at, const char *ask)
{
	const struct session *session = at->session;
	const struct step *step = session_step(session);
	int rows = text_rows(session), more = ask ? rows_of(ask, LINT_TEXT_COLS) : 0;

	if (rows + more > LINT_TEXT_ROWS)
		report(at->lint, session->lesson->file, at->question ? at->question->line : step->line,
		    "step '%.60s' takes %d lines of %d columns%s, where %d fit", step->title, rows + more,
		    LINT_TEXT_COLS, ask ? " with its question" : "", LINT_TEXT_ROWS);
}

/* A text that is said: its values exist, and it fits the lines of the feedback. */
static void check_said(const struct looking *at, const char *what, const char *text)
{
	struct strbuf said = STRBUF_INIT;
	struct diag diag = {.code = 0};
	int rows;

	if (question_fill(text, at->session->notebook, &said, &diag) < 0)
		report_question(at, "%s: %s", what, diag.msg);
	rows = rows_of(said.data, LINT_SAY_COLS);
	if (rows > LINT_SAY_ROWS)
		report_question(at, "%s takes %d lines of %d columns, where %d fit: '%.40s...'", what, rows,
		    LINT_SAY_COLS, LINT_SAY_ROWS, said.data);
	strbuf_release(&said);
}

/* Judge `answer` and complain unless it is right, or wrong for the reason given. */
static void check_verdict(const struct looking *at, const char *answer, bool right,
    const char *misconception)
{
	struct verdict verdict = VERDICT_INIT;
	struct diag diag = {.code = 0};

	if (question_check(at->question, at->session->notebook, answer, &verdict, &diag) < 0)
		report_question(at, "'%.60s' cannot be judged: %s", answer, diag.msg);
	else if (right && !verdict.right)
		report_question(at, "'%.60s' ought to be right but is %s: %s", answer,
		    verdict.understood ? "refused" : "not understood", verdict.say.data);
	else if (!right && verdict.right)
		report_question(at, "'%.60s' ought to be refused but is right", answer);
	else if (misconception && (!verdict.misconception || strcmp(misconception, verdict.misconception)))
		report_question(at, "'%.60s' ought to be refused as '%s' but is as '%s'", answer,
		    misconception, verdict.misconception ? verdict.misconception
			: verdict.understood		 ? "wrong in no particular way"
							 : "not understood");
	strbuf_release(&verdict.say);
}

static void check_solution(const struct looking *at)
{
	struct strbuf solution = STRBUF_INIT;
	struct diag diag = {.code = 0};

	if (question_solution(at->question, at->session->notebook, &solution, &diag) < 0)
		report_question(at, "no solution: %s", diag.msg);
	else
		check_verdict(at, solution.data, true, NULL);
	strbuf_release(&solution);
}

static void check_refusal(const struct looking *at, const struct refusal *refusal)
{
	struct strbuf typed = STRBUF_INIT;
	struct diag diag = {.code = 0};

	if (question_type(at->question, at->session->notebook, refusal->value, &typed, &diag) < 0)
		report_question(at, "refuse '%.60s': %s", refusal->value, diag.msg);
	else
		check_verdict(at, typed.data, false, refusal->misconception);
	check_said(at, "what a refusal says", refusal->say);
	strbuf_release(&typed);
}

/* A cell can only be hidden on a stage that has cells. */
static void check_cell(const struct looking *at)
{
	const struct stage *stage = at->session->stage;
	const struct stage_command *command = stage ? stage->ops->commands : NULL;

	if (!at->question->cell)
		return;
	while (command && command->word && strcmp(command->word, "hide"))
		command++;
	if (!command || !command->word)
		report_question(at, "it hides a cell, but the stage has none");
}

static void check_question(const struct looking *at)
{
	const struct question *q = at->question;
	struct strbuf ask = STRBUF_INIT;
	struct diag diag = {.code = 0};

	at->lint->questions++;
	if (question_ask(q, at->session->notebook, &ask, &diag) < 0)
		report_question(at, "ask: %s", diag.msg);
	check_fit(at, ask.data);
	strbuf_release(&ask);
	check_cell(at);
	check_verdict(at, "", false, NULL);
	check_solution(at);
	if (q->accept_count < LINT_ACCEPTS_MIN)
		report_question(at, "no accepted form beside the solution");
	for (size_t i = 0; i < q->accept_count; i++)
		check_verdict(at, q->accepts[i], true, NULL);
	if (q->refusal_count < LINT_REFUSALS_MIN)
		report_question(at, "%zu refused values, where %d are asked for", q->refusal_count,
		    LINT_REFUSALS_MIN);
	for (size_t i = 0; i < q->refusal_count; i++)
		check_refusal(at, &q->refusals[i]);
	if (!q->hint_count)
		report_question(at, "no hint");
	for (size_t i = 0; i < q->hint_count; i++) {
		char *hint = xasprintf("Hint: %s (%zu of %zu)", q->hints[i], i + 1, q->hint_count);

		check_said(at, "a hint", hint);
		mem_free(hint);
	}
	if (q->right)
		check_said(at, "what is said when it is right", q->right);
}

static void check_step(struct lint *lint, struct session *session)
{
	const struct step *step = session_step(session);
	struct looking at = {lint, session, NULL};

	lint->steps++;
	if (!step->question_count)
		check_fit(&at, NULL);
	for (size_t q = 0; q < step->question_count; q++) {
		at.question = &step->questions[q];
		check_question(&at);
	}
}

void lint_lesson(struct lint *lint, const struct lesson *lesson)
{
	struct progress *progress;
	struct session *session = NULL;
	struct diag diag = {.code = 0};

	lint->lessons++;
	if (progress_open("", &progress, &diag) < 0)
		BUG("progress in memory: %s", diag.msg);
	for (size_t s = 0; s < lesson->step_count; s++) {
		if (session)
			session_goto_step(session, s);
		if (session && session->step == s && session->feedback_kind != FEEDBACK_KIND_ERROR) {
			check_step(lint, session);
			continue;
		}
		// A session of its own tells what is wrong with the step, by file and line.
		session_free(session);
		session = NULL;
		if (session_open(lesson, progress, s, &session, &diag) < 0)
			add_report(lint, &diag);
		else
			check_step(lint, session);
	}
	session_free(session);
	progress_free(progress);
}

/* The code of every step, for comparing two languages. */
static void add_all_code(const struct lesson *lesson, struct strbuf *out)
{
	for (size_t s = 0; s < lesson->step_count; s++)
		for (size_t n = 0; n < lesson->steps[s].code_count; n++)
			strbuf_addf(out, "%zu:%s", s, lesson->steps[s].code[n]);
}

static void compare(struct lint *lint, const struct lesson *a, const struct lesson *b)
{
	struct strbuf x = STRBUF_INIT, y = STRBUF_INIT;

	if (strcmp(a->id, b->id))
		return;
	add_all_code(a, &x);
	add_all_code(b, &y);
	if (!strcmp(a->language, b->language))
		report(lint, b->file, 1, "the id '%s' is that of %s too", b->id, a->file);
	else if (strcmp(x.data, y.data))
		report(lint, b->file, 1, "its code differs from that of %s", a->file);
	strbuf_release(&x);
	strbuf_release(&y);
}

static bool is_known(const char *id, struct lesson *const *lessons, size_t count,
    const struct shelf *shelf)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(lessons[i]->id, id))
			return true;
	return shelf_find(shelf, id) != NULL;
}

static void check_together(struct lint *lint, struct lesson *const *lessons, size_t count)
{
	struct shelf shelf = {.count = 0};

	if (shelf_open(NULL, &shelf, NULL) < 0)
		return;
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < i; k++)
			compare(lint, lessons[k], lessons[i]);
		for (size_t n = 0; n < lessons[i]->needs_count; n++)
			if (!is_known(lessons[i]->needs[n], lessons, count, &shelf))
				report(lint, lessons[i]->file, 1, "it needs the unknown lesson '%s'",
				    lessons[i]->needs[n]);
	}
	shelf_release(&shelf);
}

void lint_files(struct lint *lint, char *const *paths, size_t count)
{
	struct lesson **lessons = xzalloc(count + 1, sizeof(*lessons));
	size_t sound = 0;

	for (size_t i = 0; i < count; i++) {
		struct diag diag = {.code = 0};

		if (lesson_read(paths[i], &lessons[sound], &diag) < 0)
			add_report(lint, &diag);
		else
			lint_lesson(lint, lessons[sound++]);
	}
	check_together(lint, lessons, sound);
	for (size_t i = 0; i < sound; i++)
		lesson_free(lessons[i]);
	mem_free(lessons);
}

void lint_release(struct lint *lint)
{
	mem_free(lint->reports);
	*lint = (struct lint)LINT_INIT;
}
