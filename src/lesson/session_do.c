// SPDX-License-Identifier: GPL-3.0-or-later
/* The words of a session, and who gets a line: the session, the stage, the question, the notebook. */
#include "config.h"

#include <string.h>

#include "base/alloc.h"
#include "lesson/lesson_internal.h"
#include "lesson/session.h"
#include "lesson/session_internal.h"
#include "notebook/notebook.h"

static const char no_question[] = "No question is open here; next goes on.";

static void do_next(struct session *session, const char *args);
static void do_previous(struct session *session, const char *args);
static void do_jump(struct session *session, const char *args);
static void do_hint(struct session *session, const char *args);
static void do_solution(struct session *session, const char *args);
static void do_skip(struct session *session, const char *args);
static void do_undo(struct session *session, const char *args);
static void do_say(struct session *session, const char *args);
static void do_help(struct session *session, const char *args);
static void do_reset(struct session *session, const char *args);

const struct session_word session_words[] = {
	{"next", "", "to the next step"},
	{"previous", "", "to the step before"},
	{"back-step", "", "the same as previous"},
	{"step", "N", "to step N"},
	{"jump", "N", "to step N, where the stage has a step of its own"},
	{"hint", "", "a hint; each is stronger than the one before"},
	{"solution", "", "shows the answer"},
	{"skip", "", "leaves the question and goes on"},
	{"answer", "TEXT", "takes TEXT as the answer, whatever it looks like"},
	{"undo", "", "takes back the last statement, or the last answer of this step"},
	{"say", "", "describes the stage in words"},
	{"help", "[NAME]", "lists these words; or what NAME is in the notebook"},
	{"reset", "", "variables and stage as at the beginning of the step"},
	{NULL, NULL, NULL},
};

/* In the order of session_words. */
static void (*const actions[])(struct session *session, const char *args) = {
	do_next, do_previous, do_previous, do_jump, do_jump, do_hint, do_solution, do_skip,
	session_answer, do_undo, do_say, do_help, do_reset,
};

static void clear_feedback(struct session *session)
{
	session->feedback_kind = FEEDBACK_KIND_NONE;
	strbuf_clear(&session->feedback);
}

void session_goto_step(struct session *session, size_t step)
{
	struct diag diag = {.code = 0};

	if (step >= session->lesson->step_count) {
		session__feedback(session, FEEDBACK_KIND_ERROR, "This lesson has steps 1 to %zu.",
		    session->lesson->step_count);
		return;
	}
	clear_feedback(session);
	if (session__enter(session, step, &diag) < 0)
		session__error(session, &diag);
	session__save(session);
}

/* At the end: what is still open, by step. */
static void say_what_is_open(struct session *session)
{
	struct strbuf steps = STRBUF_INIT;

	for (size_t s = 0; s < session->lesson->step_count; s++)
		if (session__open_count(session, s))
			strbuf_addf(&steps, "%s%zu", steps.len ? ", " : "", s + 1);
	if (steps.len)
		session__feedback(session, FEEDBACK_KIND_NOTE,
		    "The end of the lesson. Questions are still open in step %s.", steps.data);
	else
		session__feedback(session, FEEDBACK_KIND_NOTE,
		    "The end of the lesson, and every question is answered. Well done!");
	strbuf_release(&steps);
}

static void do_next(struct session *session, const char *args)
{
	(void)args;
	if (session->step + 1 < session->lesson->step_count) {
		session_goto_step(session, session->step + 1);
		return;
	}
	session->finished = true;
	say_what_is_open(session);
	session__save(session);
}

static void do_previous(struct session *session, const char *args)
{
	(void)args;
	if (session->step)
		session_goto_step(session, session->step - 1);
	else
		session__feedback(session, FEEDBACK_KIND_NOTE, "This is the first step.");
}

static void do_jump(struct session *session, const char *args)
{
	long number;

	if (lesson__read_int(args, 1, (long)session->lesson->step_count, &number) < 0)
		session__feedback(session, FEEDBACK_KIND_ERROR, "This lesson has steps 1 to %zu.",
		    session->lesson->step_count);
	else
		session_goto_step(session, (size_t)number - 1);
}

static void do_hint(struct session *session, const char *args)
{
	const struct question *question = session_question(session);
	struct strbuf hint = STRBUF_INIT;
	struct diag diag = {.code = 0};
	size_t n;

	(void)args;
	if (!question) {
		session__feedback(session, FEEDBACK_KIND_NOTE, "%s", no_question);
		return;
	}
	if (!question->hint_count) {
		session__feedback(session, FEEDBACK_KIND_HINT,
		    "There is no hint for this one; solution shows the answer.");
		return;
	}
	session->hints += session->hints < question->hint_count;
	n = session->hints;
	if (session__publish(session, &diag) < 0 ||
	    question_fill(question->hints[n - 1], session->notebook, &hint, &diag) < 0)
		session__error(session, &diag);
	else
		session__feedback(session, FEEDBACK_KIND_HINT, "%s (%zu of %zu)", hint.data, n,
		    question->hint_count);
	strbuf_release(&hint);
}

/* The answer as it would be typed; of a choice its text, too. */
static int solution_of(struct session *session, struct strbuf *out, struct diag *diag)
{
	const struct question *question = session_question(session);
	int r = question_solution(question, session->notebook, out, diag);
	long which;

	if (r < 0 || question->kind != QUESTION_KIND_CHOICE ||
	    lesson__read_int(out->data, 1, (long)question->choice_count, &which) < 0)
		return r;
	strbuf_add(out, ", ");
	return question_fill(question->choices[which - 1], session->notebook, out, diag);
}

static void do_solution(struct session *session, const char *args)
{
	const struct question *question = session_question(session);
	struct strbuf solution = STRBUF_INIT, why = STRBUF_INIT;
	struct diag diag = {.code = 0};

	(void)args;
	if (!question) {
		session__feedback(session, FEEDBACK_KIND_NOTE, "%s", no_question);
		return;
	}
	if (session__publish(session, &diag) < 0 ||
	    solution_of(session, &solution, &diag) < 0 ||
	    (question->right && question_fill(question->right, session->notebook, &why, &diag) < 0)) {
		session__error(session, &diag);
	} else {
		session__feedback(session, FEEDBACK_KIND_NOTE, "The answer is %s. %s", solution.data,
		    why.data);
		session__close_question(session, ANSWER_STATE_SHOWN, NULL);
	}
	strbuf_release(&solution);
	strbuf_release(&why);
}

static void do_skip(struct session *session, const char *args)
{
	(void)args;
	if (!session_question(session)) {
		session__feedback(session, FEEDBACK_KIND_NOTE, "%s", no_question);
		return;
	}
	session__feedback(session, FEEDBACK_KIND_NOTE,
	    "Skipped; it counts as seen. undo asks it again.");
	session__close_question(session, ANSWER_STATE_SKIPPED, NULL);
}

static void do_undo(struct session *session, const char *args)
{
	const struct step *step = session_step(session);
	struct diag diag = {.code = 0};
	size_t n = step->question_count;

	(void)args;
	if (session__undo_statement(session))
		return;
	while (n > 0 && session_answer_state(session, n - 1) == ANSWER_STATE_OPEN)
		n--;
	if (!n) {
		session__feedback(session, FEEDBACK_KIND_NOTE, "No answer to undo in this step.");
		return;
	}
	progress_set_answer(session->progress, session->lesson->id, step->questions[n - 1].id,
	    ANSWER_STATE_OPEN, NULL);
	progress_set_done(session->progress, session->lesson->id, false);
	session__feedback(session, FEEDBACK_KIND_NOTE, "The question is open again.");
	if (session__open_question(session, &diag) < 0)
		session__error(session, &diag);
	session__save(session);
}

static void do_say(struct session *session, const char *args)
{
	(void)args;
	session__feedback(session, FEEDBACK_KIND_NOTE, "%s",
	    session->stage ? "" : "Nothing stands on the stage.");
	if (session->stage)
		session->stage->ops->describe(session->stage, &session->feedback);
	strbuf_trim(&session->feedback);
}

/* What a name of the notebook is, from its own table. */
static void help_on_name(struct session *session, const char *name)
{
	struct strbuf text = STRBUF_INIT;
	struct diag diag = {.code = 0};

	if (notebook_help(session->notebook, name, &text, &diag) < 0)
		session__error(session, &diag);
	else
		session__feedback(session, FEEDBACK_KIND_NOTE, "%s", text.data);
	strbuf_release(&text);
}

static void list_words(struct session *session)
{
	const struct stage_command *command = session->stage ? session->stage->ops->commands : NULL;
	struct strbuf *out = &session->feedback;

	session__feedback(session, FEEDBACK_KIND_NOTE, "Words:");
	for (const struct session_word *word = session_words; word->word; word++)
		strbuf_addf(out, "\n  %-9s %-6s %s", word->word, word->args, word->help);
	if (command && command->word)
		strbuf_addf(out, "\nWords of the stage:");
	for (; command && command->word; command++)
		strbuf_addf(out, "\n  %s%s%s: %s", command->word, command->args[0] ? " " : "",
		    command->args, command->help);
	strbuf_add(out, "\nAnything else is an answer, or code for the notebook; help() tells what that knows.");
}

static void do_help(struct session *session, const char *args)
{
	if (args[0])
		help_on_name(session, args);
	else
		list_words(session);
}

static void do_reset(struct session *session, const char *args)
{
	struct diag diag = {.code = 0};

	(void)args;
	notebook_reset(session->notebook);
	session__forget_statements(session);
	session->view_step = session->lesson->step_count; // none: the stage is made anew
	session__feedback(session, FEEDBACK_KIND_NOTE, "Variables and stage are as at the beginning.");
	if (session__enter(session, session->step, &diag) < 0)
		session__error(session, &diag);
}

void session_answer(struct session *session, const char *text)
{
	const struct question *question = session_question(session);
	struct verdict verdict = VERDICT_INIT;
	struct diag diag = {.code = 0};

	if (!question) {
		session__feedback(session, FEEDBACK_KIND_NOTE, "%s", no_question);
		return;
	}
	if (session__publish(session, &diag) < 0 ||
	    question_check(question, session->notebook, text, &verdict, &diag) < 0) {
		session__error(session, &diag);
	} else if (verdict.right) {
		session__feedback(session, FEEDBACK_KIND_RIGHT, "%s", verdict.say.data);
		session->statement_last = false;
		session__close_question(session, ANSWER_STATE_RIGHT, text);
	} else {
		session__feedback(session,
		    verdict.understood ? FEEDBACK_KIND_WRONG : FEEDBACK_KIND_ERROR, "%s",
		    verdict.say.data);
	}
	strbuf_release(&verdict.say);
}

/* A word and what follows it. */
struct line {
	char *word;
	const char *args; // "" where nothing follows
};

/* False for what cannot be words: an assignment, a call, an attribute. */
static bool split_line(const char *text, struct line *ret)
{
	size_t len = strcspn(text, " \t");
	const char *args = text + len + strspn(text + len, " \t");

	if (strspn(text, "abcdefghijklmnopqrstuvwxyz-") != len || (*args && strchr("=([.,:*/", *args)))
		return false;
	ret->word = xstrndup(text, len);
	ret->args = args;
	return true;
}

static const struct stage_command *stage_word(const struct session *session, const char *word)
{
	const struct stage_command *command = session->stage ? session->stage->ops->commands : NULL;

	for (; command && command->word; command++)
		if (!strcmp(command->word, word))
			return command;
	return NULL;
}

static bool takes(const struct session_word *word, const char *args)
{
	return word->args[0] == '[' || !word->args[0] == !args[0];
}

/* The session's word, unless the line is rather the stage's or code. */
static bool do_session_word(struct session *session, const struct line *line)
{
	const struct stage_command *other = stage_word(session, line->word);
	size_t n = 0;

	while (session_words[n].word && strcmp(session_words[n].word, line->word))
		n++;
	if (!session_words[n].word || !takes(&session_words[n], line->args))
		return false;
	if (actions[n] == do_jump && other && other->args[0])
		return false;
	actions[n](session, line->args);
	return true;
}

static bool do_stage_word(struct session *session, const struct line *line)
{
	struct stage *stage = session->stage;
	struct strbuf say = STRBUF_INIT;
	struct diag diag = {.code = 0};

	if (!stage_word(session, line->word))
		return false;
	if (stage->ops->command(stage, line->word, line->args, &say, &diag) < 0)
		session__error(session, &diag);
	else
		session__feedback(session, FEEDBACK_KIND_NOTE, "%s", say.data);
	strbuf_release(&say);
	return true;
}

static bool do_word(struct session *session, const char *text)
{
	struct line line;
	bool done;

	if (!split_line(text, &line))
		return false;
	done = do_session_word(session, &line) || do_stage_word(session, &line);
	mem_free(line.word);
	return done;
}

static bool looks_like_code(const char *text)
{
	return strpbrk(text, "=([.:_\"'") != NULL;
}

/* True when the open question took the line as an answer, right or wrong. */
static bool do_answer(struct session *session, const char *text)
{
	const struct question *question = session_question(session);
	struct verdict verdict = VERDICT_INIT;
	bool understood;

	if (!question || (question->kind == QUESTION_KIND_TEXT && looks_like_code(text)))
		return false;
	understood = session__publish(session, NULL) == 0 &&
	    question_check(question, session->notebook, text, &verdict, NULL) == 0 &&
	    verdict.understood;
	strbuf_release(&verdict.say);
	if (understood)
		session_answer(session, text);
	return understood;
}

/* What a learner runs may take as long as it likes: it can be interrupted. */
static int run_line(struct session *session, const char *text, struct strbuf *traceback, struct diag *diag)
{
	int r = session__publish(session, diag);

	if (r < 0)
		return r;
	strbuf_clear(&session->output);
	notebook_set_seconds(session->notebook, 0);
	session->live = true;
	r = notebook_run(session->notebook, "<prompt>", text, true, traceback, diag);
	session->live = false;
	notebook_set_seconds(session->notebook, SESSION_LESSON_SECONDS);
	return r;
}

/* Where there is but one place it needs no headlines: the line, the caret below it, the message. */
static const char *without_headlines(const char *traceback)
{
	const char *first = strstr(traceback, "  File \""), *line = strchr(traceback, '\n');

	if (!first)
		return line && line[1] ? line + 1 : traceback;
	if (strstr(first + 1, "\n  File \""))
		return traceback;
	line = strchr(first, '\n');
	return line && !strncmp(line, "\n    ", 5) ? line + 1 : traceback;
}

/* What the program printed before, then what went wrong and where. */
static void show_failure(struct session *session, const char *text, const char *traceback,
    const struct diag *diag)
{
	const char *what = strchr(text, '\n') ? traceback : without_headlines(traceback);

	if (!*traceback) {
		session__error(session, diag);
		return;
	}
	session__feedback(session, FEEDBACK_KIND_ERROR, "%s", session->output.data ? session->output.data : "");
	strbuf_addf(&session->feedback, "%s%s", session->feedback.len ? "\n" : "", what);
	strbuf_trim(&session->feedback);
}

static void run_in_notebook(struct session *session, const char *text, bool may_answer)
{
	struct strbuf traceback = STRBUF_INIT;
	struct diag diag = {.code = 0};

	if (run_line(session, text, &traceback, &diag) == 0) {
		session__feedback(session, FEEDBACK_KIND_NOTE, "%s", session->output.data);
		session__remember_statement(session, text);
		session__show_window(session, text);
	} else if (may_answer && session_question(session) && !looks_like_code(text)) {
		// Neither an answer nor a program: what was meant was rather an answer.
		session_answer(session, text);
	} else {
		show_failure(session, text, traceback.data ? traceback.data : "", &diag);
	}
	strbuf_release(&traceback);
}

static void do_line(struct session *session, const char *line, bool may_answer)
{
	char *text = lesson__trimmed(line, line + strlen(line));
	size_t len = strlen(text);

	clear_feedback(session);
	if (len > 1 && text[len - 1] == '?' && !strpbrk(text, "'\"# \n")) {
		text[len - 1] = '\0';
		do_help(session, text);
	} else if (text[0] == '?')
		do_help(session, text + 1 + strspn(text + 1, " "));
	else if (text[0] && !do_word(session, text) && !(may_answer && do_answer(session, text)))
		run_in_notebook(session, text, may_answer);
	mem_free(text);
}

void session_do(struct session *session, const char *line)
{
	do_line(session, line, true);
}

void session_prompt(struct session *session, const char *line)
{
	do_line(session, line, false);
}
