// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "lesson/plain.h"

#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"

/* Lines being filled. */
struct wrapper {
	struct strbuf *out;
	int width;
	int indent; // of the lines after a paragraph's first one
	int col;
	bool want_space;
};

static void new_line(struct wrapper *w)
{
	strbuf_addch(w->out, '\n');
	strbuf_add_repeat(w->out, ' ', w->indent);
	w->col = w->indent;
	w->want_space = false;
}

/* What is not broken: narrow characters up to a blank, or one wide character. */
static size_t piece_length(const char *text, int *ret_cells)
{
	size_t len = strlen(text), at = 0, used;
	int cells = 0;
	uint32_t cp;

	while ((used = utf8_decode(text + at, len - at, &cp)) > 0 && cp != ' ') {
		if (utf8_width(cp) == 2) {
			if (at)
				break;
			*ret_cells = 2;
			return used;
		}
		cells += utf8_width(cp);
		at += used;
	}
	*ret_cells = cells;
	return at;
}

static void add_words(struct wrapper *w, const char *text)
{
	while (*text) {
		int cells;
		size_t len = piece_length(text, &cells);

		if (!len) {
			w->want_space = true;
			text++;
			continue;
		}
		w->want_space = w->want_space && w->col > w->indent;
		if (w->col > w->indent && w->col + w->want_space + cells > w->width)
			new_line(w);
		if (w->want_space)
			strbuf_addch(w->out, ' ');
		strbuf_addn(w->out, text, len);
		w->col += w->want_space + cells;
		w->want_space = false;
		text += len;
	}
}

void plain_wrap(const char *text, int width, struct strbuf *out)
{
	while (*text) {
		struct wrapper w = {.out = out, .width = width};
		size_t len = strcspn(text, "\n");
		char *line = xstrndup(text, len);

		add_words(&w, line);
		mem_free(line);
		strbuf_addch(out, '\n');
		text += len + (text[len] == '\n');
	}
}

static void add_para(const struct para *para, int width, struct strbuf *out)
{
	struct wrapper w = {.out = out, .width = width};

	if (para->kind == PARA_KIND_CODE) {
		strbuf_addf(out, "  %s\n", para->span_count ? para->spans[0].text : "");
		return;
	}
	if (para->kind == PARA_KIND_ITEM) {
		strbuf_addf(out, "%s ", para->marker);
		w.indent = w.col = utf8_text_width(para->marker) + 1;
	}
	for (size_t i = 0; i < para->span_count; i++) {
		if (para->kind == PARA_KIND_ROW && i)
			add_words(&w, " | ");
		add_words(&w, para->spans[i].text);
	}
	strbuf_addch(out, '\n');
}

void plain_text(const struct text *text, int width, struct strbuf *out)
{
	for (size_t i = 0; i < text->para_count; i++)
		add_para(&text->paras[i], width, out);
}

static void describe_step(const struct session *session, struct strbuf *out)
{
	struct strbuf title = STRBUF_INIT;

	strbuf_addf(&title, "%s, step %zu of %zu: %s", session->lesson->title, session->step + 1,
	    session->lesson->step_count, session_step(session)->title);
	plain_wrap(title.data, PLAIN_WIDTH, out);
	plain_text(&session->text, PLAIN_WIDTH, out);
	strbuf_release(&title);
}

static void describe_stage(const struct session *session, bool sum_only, struct strbuf *out)
{
	const struct stage *stage = session->stage;
	struct strbuf words = STRBUF_INIT;

	if (stage && sum_only && stage->ops->sum)
		stage->ops->sum(stage, &words);
	else if (stage && !sum_only)
		stage->ops->describe(stage, &words);
	strbuf_trim(&words);
	plain_wrap(words.data, PLAIN_WIDTH, out);
	strbuf_release(&words);
}

static void describe_feedback(const struct session *session, struct strbuf *out)
{
	static const char *const marks[] = {
		[FEEDBACK_KIND_NONE] = "", [FEEDBACK_KIND_RIGHT] = "",
		[FEEDBACK_KIND_WRONG] = "Not right: ", [FEEDBACK_KIND_HINT] = "Hint: ",
		[FEEDBACK_KIND_NOTE] = "", [FEEDBACK_KIND_ERROR] = "Error: ",
	};
	struct strbuf line = STRBUF_INIT;

	if (session->feedback_kind == FEEDBACK_KIND_NONE || !session->feedback.len)
		return;
	// Text of several lines (a matrix, the list of words) keeps its form.
	if (strchr(session->feedback.data, '\n')) {
		strbuf_addf(out, "%s%s\n", session->feedback_kind == FEEDBACK_KIND_ERROR ? "" : marks[session->feedback_kind],
		    session->feedback.data);
		return;
	}
	strbuf_addf(&line, "%s%s", marks[session->feedback_kind], session->feedback.data);
	plain_wrap(line.data, PLAIN_WIDTH, out);
	strbuf_release(&line);
}

static void describe_question(const struct session *session, struct strbuf *out)
{
	struct strbuf line = STRBUF_INIT;

	if (!session->ask)
		return;
	strbuf_addf(&line, "Question %zu.%zu: %s", session->step + 1, session->question + 1,
	    session->ask);
	plain_wrap(line.data, PLAIN_WIDTH, out);
	strbuf_release(&line);
}

void session_describe_plain(const struct session *session, int parts, struct strbuf *out)
{
	if (parts & PLAIN_PART_FEEDBACK)
		describe_feedback(session, out);
	if (parts & PLAIN_PART_STEP)
		describe_step(session, out);
	if (parts & PLAIN_PART_STAGE)
		describe_stage(session, false, out);
	if (parts & PLAIN_PART_SUM)
		describe_stage(session, true, out);
	if (parts & PLAIN_PART_QUESTION)
		describe_question(session, out);
}

static void add_sum(const struct session *session, struct strbuf *out)
{
	const struct stage *stage = session->stage;

	if (stage && stage->ops->sum)
		stage->ops->sum(stage, out);
}

/* The lines of the sum that are new: neither there before nor said by the feedback. */
static void describe_new_sum(const struct session *session, const char *before, struct strbuf *out)
{
	struct strbuf sum = STRBUF_INIT;

	add_sum(session, &sum);
	for (const char *p = sum.data; *p; p += strcspn(p, "\n"), p += *p == '\n') {
		char *line = xstrndup(p, strcspn(p, "\n"));

		if (!strstr(before, line) && !strstr(session->feedback.data, line))
			plain_wrap(line, PLAIN_WIDTH, out);
		mem_free(line);
	}
	strbuf_release(&sum);
}

static void describe_change(const struct session *session, size_t question, struct strbuf *out)
{
	if (session->question == question)
		return;
	describe_question(session, out);
	if (!session->ask)
		strbuf_add(out, session->step + 1 < session->lesson->step_count
		    ? "Say next to go on.\n"
		    : "Say next to finish the lesson.\n");
}

void session_do_plain(struct session *session, const char *line, struct strbuf *out)
{
	size_t step = session->step, question = session->question;
	struct strbuf sum = STRBUF_INIT;

	add_sum(session, &sum);
	session_do(session, line);
	session_describe_plain(session, PLAIN_PART_FEEDBACK, out);
	if (session->step != step) {
		session_describe_plain(session, PLAIN_STEP_WHOLE, out);
	} else {
		describe_new_sum(session, sum.data, out);
		describe_change(session, question, out);
	}
	strbuf_release(&sum);
}
