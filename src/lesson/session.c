// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The state of a session: entering steps, questions opening and closing. Entering a step runs the
 * code of all steps up to it in the same notebook, so that the lesson's names have the step's
 * values while the learner's own names live on.
 */
#include "config.h"

#include "lesson/session.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "lesson/fill.h"
#include "lesson/session_internal.h"
#include "notebook/notebook.h"

#define NO_STEP SIZE_MAX
#define LIMIT_MEMORY (512u * 1024 * 1024)
#define LIMIT_OUTPUT (64u * 1024)

void session__feedback(struct session *session, enum feedback_kind kind, const char *fmt, ...)
{
	va_list ap;

	session->feedback_kind = kind;
	strbuf_clear(&session->feedback);
	va_start(ap, fmt);
	strbuf_vaddf(&session->feedback, fmt, ap);
	va_end(ap);
	strbuf_trim(&session->feedback);
}

void session__error(struct session *session, const struct diag *diag)
{
	struct diag shown = *diag;

	if (strcmp(shown.file, session->lesson->file)) {
		shown.file[0] = '\0';
		shown.line = 0;
	}
	session__feedback(session, FEEDBACK_KIND_ERROR, "%s", "");
	diag_format(&shown, &session->feedback);
}

static void sink_text(void *self, const char *bytes, size_t len)
{
	struct session *session = self;

	strbuf_addn(&session->output, bytes, len);
	if (!session->live)
		return;
	session->feedback_kind = FEEDBACK_KIND_NOTE;
	strbuf_addn(&session->feedback, bytes, len);
	if (session->screen && session->screen->text)
		session->screen->text(session->screen->self, bytes, len);
}

static void sink_figure(void *self, struct figure *figure)
{
	const struct nb_sink *screen = ((struct session *)self)->screen;

	if (screen && screen->figure)
		screen->figure(screen->self, figure);
}

static void sink_value(void *self, const struct tensor *tensor)
{
	const struct nb_sink *screen = ((struct session *)self)->screen;

	if (screen && screen->value)
		screen->value(screen->self, tensor);
}

static void sink_plot(void *self, const char *title, size_t series, const char *const *names,
    double x, const double *y)
{
	const struct nb_sink *screen = ((struct session *)self)->screen;

	if (screen && screen->plot)
		screen->plot(screen->self, title, series, names, x, y);
}

static void sink_progress(void *self, const char *what, double fraction)
{
	const struct nb_sink *screen = ((struct session *)self)->screen;

	if (screen && screen->progress)
		screen->progress(screen->self, what, fraction);
}

static struct nb_sink make_sink(struct session *session)
{
	return (struct nb_sink){.self = session,
		.text = sink_text,
		.figure = sink_figure,
		.value = sink_value,
		.plot = sink_plot,
		.progress = sink_progress};
}

static int open_notebook(struct session *session, struct diag *diag)
{
	const struct nb_sink sink = make_sink(session);
	const struct nb_limits limits = {
		.memory_bytes = LIMIT_MEMORY, .seconds = SESSION_LESSON_SECONDS, .output_bytes = LIMIT_OUTPUT};

	return notebook_new(&sink, &limits, &session->notebook, diag);
}

/* One block of the lesson's code; what it prints is left in session->output. */
static int run_code(struct session *session, const struct step *step, size_t n, struct diag *diag)
{
	const char *file = session->lesson->file;
	struct diag own = {.code = 0};
	int r, line = step->code_lines[n];

	strbuf_clear(&session->output);
	r = notebook_run(session->notebook, file, step->code[n], step->code_shown[n], NULL, &own);
	if (r < 0 && diag) {
		*diag = own;
		diag_at(diag, file, line + (own.line > 0 ? own.line - 1 : 0), own.col);
	}
	return r;
}

static void free_outputs(char **outputs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		mem_free(outputs[i]);
	mem_free(outputs);
}

/* Run the code of steps 0..last; *ret_outputs gets what the last one's shown code prints. */
static int run_steps(struct session *session, size_t last, char ***ret_outputs, struct diag *diag)
{
	const struct step *step = &session->lesson->steps[last];
	char **outputs = xzalloc(step->code_count + 1, sizeof(*outputs));
	int r = 0;

	for (size_t s = 0; r == 0 && s <= last; s++) {
		const struct step *each = &session->lesson->steps[s];

		for (size_t n = 0; r == 0 && n < each->code_count; n++) {
			r = run_code(session, each, n, diag);
			if (r == 0 && s == last && step->code_shown[n])
				outputs[n] = xstrdup(session->output.data);
		}
	}
	if (r < 0)
		free_outputs(outputs, step->code_count);
	else
		*ret_outputs = outputs;
	return r;
}

/* The same; when a learner's own names are in the way, once more without them. */
static int prepare(struct session *session, size_t last, char ***ret_outputs, struct diag *diag)
{
	int r = run_steps(session, last, ret_outputs, diag);

	if (r == 0 || r == ERR_LIMIT || r == ERR_INTERRUPTED)
		return r;
	notebook_reset(session->notebook);
	return run_steps(session, last, ret_outputs, diag);
}

static void close_stage(struct session *session)
{
	if (session->stage)
		session->stage->ops->close(session->stage);
	session->stage = NULL;
	session->view_step = NO_STEP;
	session->hiding = false;
}

/* The step at or before `step` whose view stands on the stage there; NO_STEP: none. */
static size_t find_view(const struct lesson *lesson, size_t step)
{
	for (size_t s = step + 1; s-- > 0;)
		if (lesson->steps[s].view)
			return s;
	return NO_STEP;
}

static int open_view(struct session *session, size_t view, struct stage **ret, struct diag *diag)
{
	const struct block *block = session->lesson->steps[view].view;
	const char *name = block->kind + strcspn(block->kind, " ");
	const struct stage_ops *ops = stage_find(name + strspn(name, " "));
	struct diag own = {.code = 0};
	int r;

	if (!ops)
		BUG("a lesson with the unknown view '%s'", block->kind);
	r = ops->open(block, session->lesson->file, session->notebook, ret, &own);
	if (r < 0 && diag) {
		*diag = own;
		diag_at(diag, session->lesson->file, own.line > 0 ? own.line : block->line, own.col);
	}
	return r;
}

void session__set_stage(struct session *session, struct stage *stage)
{
	close_stage(session);
	session->stage = stage;
	session->view_step = NO_STEP;
}

/* A view belongs to its step and to those after it that have none: walking on keeps its state. */
static int set_stage(struct session *session, size_t step, struct diag *diag)
{
	size_t view = find_view(session->lesson, step);
	struct stage *stage = NULL;
	bool kept = session->stage && view == session->view_step && step > session->step;
	int r = 0;

	if (kept)
		return session__publish(session, diag);
	if (view != NO_STEP)
		r = open_view(session, view, &stage, diag);
	if (r < 0)
		return r;
	close_stage(session);
	session->stage = stage;
	session->view_step = view;
	return session__publish(session, diag);
}

int session__publish(struct session *session, struct diag *diag)
{
	const struct stage *stage = session->stage;

	if (!stage || !stage->ops->publish)
		return 0;
	return stage->ops->publish(stage, session->notebook, diag);
}

static int fill_text(struct session *session, const struct step *step, char **outputs,
    struct diag *diag)
{
	struct text text = TEXT_INIT;
	int r = fill_markdown(step->markdown, session->notebook, outputs, step->code_count, &text,
	    diag);

	if (r < 0) {
		diag_at(diag, session->lesson->file, step->line, 0);
		return r;
	}
	text_release(&session->text);
	session->text = text;
	return 0;
}

static bool tell_stage(struct session *session, const char *word, const char *args)
{
	struct strbuf ignored = STRBUF_INIT;
	struct diag diag;
	struct stage *stage = session->stage;
	bool done = stage && stage->ops->command(stage, word, args, &ignored, &diag) == 0;

	strbuf_release(&ignored);
	return done;
}

/* The cell that the question asks for (NULL: none) is hidden until it is answered. On a stage without
 * cells the question stands in the text alone. */
static void hide_cell(struct session *session, const char *cell)
{
	if (session->hiding)
		tell_stage(session, "reveal", "");
	session->hiding = cell && tell_stage(session, "hide", cell);
}

int session__open_question(struct session *session, struct diag *diag)
{
	const struct step *step = session_step(session);
	struct strbuf ask = STRBUF_INIT;
	size_t n = 0;
	int r;

	while (n < step->question_count && session_answer_state(session, n) != ANSWER_STATE_OPEN)
		n++;
	session->question = n;
	session->hints = 0;
	mem_free(session->ask);
	session->ask = NULL;
	hide_cell(session, n < step->question_count ? step->questions[n].cell : NULL);
	if (n == step->question_count)
		return 0;
	r = session__publish(session, diag);
	if (r == 0)
		r = question_ask(&step->questions[n], session->notebook, &ask, diag);
	if (r < 0) {
		diag_at(diag, session->lesson->file, step->questions[n].line, 0);
		strbuf_release(&ask);
		return r;
	}
	session->ask = strbuf_detach(&ask);
	return 0;
}

size_t session__open_count(const struct session *session, size_t step)
{
	const struct lesson *lesson = session->lesson;
	const struct step *s = &lesson->steps[step];
	size_t count = 0;

	for (size_t q = 0; q < s->question_count; q++)
		count += progress_answer(session->progress, lesson->id, s->questions[q].id, NULL) ==
		    ANSWER_STATE_OPEN;
	return count;
}

/* A lesson is done once its last step was reached and no question is open. */
static void note_done(struct session *session)
{
	const struct lesson *lesson = session->lesson;

	if (session->step + 1 < lesson->step_count)
		return;
	for (size_t s = 0; s < lesson->step_count; s++)
		if (session__open_count(session, s))
			return;
	progress_set_done(session->progress, lesson->id, true);
}

void session__save(struct session *session)
{
	struct diag diag = {.code = 0};

	note_done(session);
	if (progress_save(session->progress, &diag) == 0 || session->save_failed)
		return;
	session->save_failed = true;
	strbuf_addf(&session->feedback, "%sYour progress is not saved: ",
	    session->feedback.len ? " " : "");
	diag_format(&diag, &session->feedback);
	if (session->feedback_kind == FEEDBACK_KIND_NONE)
		session->feedback_kind = FEEDBACK_KIND_ERROR;
}

void session__close_question(struct session *session, enum answer_state state, const char *text)
{
	const struct question *question = session_question(session);
	struct diag diag = {.code = 0};

	progress_set_answer(session->progress, session->lesson->id, question->id, state, text);
	if (session__open_question(session, &diag) < 0)
		session__error(session, &diag);
	session__save(session);
}

int session__enter(struct session *session, size_t step, struct diag *diag)
{
	const struct step *entered = &session->lesson->steps[step];
	size_t before = session->step;
	char **outputs;
	int r = prepare(session, step, &outputs, diag);

	if (r < 0)
		return r;
	r = set_stage(session, step, diag);
	if (r == 0)
		r = fill_text(session, entered, outputs, diag);
	free_outputs(outputs, entered->code_count);
	session->step = step;
	if (r == 0)
		r = session__open_question(session, diag);
	if (r < 0) {
		session->step = before;
		return r;
	}
	session->finished = false;
	progress_set_step(session->progress, session->lesson->id, step);
	return 0;
}

int session_open(const struct lesson *lesson, struct progress *progress, size_t step,
    struct session **ret, struct diag *diag)
{
	struct session *session;
	int r;

	if (step >= lesson->step_count)
		return diag_set(diag, ERR_RANGE, "the lesson '%s' has %zu steps", lesson->id,
		    lesson->step_count);
	session = xzalloc(1, sizeof(*session));
	session->lesson = lesson;
	session->progress = progress;
	session->view_step = NO_STEP;
	strbuf_init(&session->feedback);
	strbuf_init(&session->output);
	r = open_notebook(session, diag);
	if (r == 0)
		r = session__enter(session, step, diag);
	if (r < 0) {
		session_free(session);
		return r;
	}
	session__save(session);
	*ret = session;
	return 0;
}

void session_free(struct session *session)
{
	if (!session)
		return;
	close_stage(session);
	session__forget_statements(session);
	text_release(&session->text);
	mem_free(session->ask);
	strbuf_release(&session->feedback);
	strbuf_release(&session->output);
	notebook_free(session->notebook);
	mem_free(session);
}

void session_set_screen(struct session *session, const struct nb_sink *screen)
{
	struct nb_sink sink = make_sink(session);

	session->screen = screen;
	sink.drafts = screen && screen->drafts;
	notebook_set_sink(session->notebook, &sink);
}

const struct step *session_step(const struct session *session)
{
	return &session->lesson->steps[session->step];
}

const struct question *session_question(const struct session *session)
{
	const struct step *step = session_step(session);

	return session->question < step->question_count ? &step->questions[session->question] : NULL;
}

enum answer_state session_answer_state(const struct session *session, size_t question)
{
	const struct step *step = session_step(session);

	if (question >= step->question_count)
		return ANSWER_STATE_OPEN;
	return progress_answer(session->progress, session->lesson->id, step->questions[question].id,
	    NULL);
}

bool session_tick(struct session *session, double now)
{
	struct stage *stage = session->stage;

	return stage && stage->ops->tick && stage->ops->tick(stage, now);
}
