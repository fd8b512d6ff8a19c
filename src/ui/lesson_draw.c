// SPDX-License-Identifier: GPL-3.0-or-later
/* The lesson screen, part by part; lesson_layout.c says where they stand. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "ui/app_internal.h"
#include "ui/lesson_draw.h"
#include "ui/lesson_layout.h"
#include "ui/lineedit.h"
#include "ui/textpane.h"

static int imin(int a, int b)
{
	return a < b ? a : b;
}

static int imax(int a, int b)
{
	return a > b ? a : b;
}

/* Text, then the question as a paragraph of its own with its choices in one line each. */
static struct text whole_text(const struct session *session, struct span *ask_span, struct para *ask)
{
	struct text text = session->text;
	struct para *paras = xmalloc(text.para_count + 1, sizeof(*paras));

	if (text.para_count)
		memcpy(paras, text.paras, text.para_count * sizeof(*paras));
	if (session->ask) {
		*ask_span = (struct span){SPAN_KIND_STRONG, session->ask};
		*ask = (struct para){.kind = PARA_KIND_TEXT, .span_count = 1, .spans = ask_span};
		paras[text.para_count++] = *ask;
	}
	text.paras = paras;
	return text;
}

/* ------------------------------------------------------------------ parts */

static void draw_lesson_title(struct app *app)
{
	const struct session *session = app->session;
	char left[160], right[64], bar[16] = "";
	size_t step = session->step + 1, steps = session->lesson->step_count;

	for (size_t i = 0; i < 10; i++)
		strcat(bar, i < step * 10 / steps ? "#" : ".");
	snprintf(left, sizeof(left), "convtutor - %s: %s", session->lesson->title,
	    session_step(session)->title);
	if (app->canvas.cols >= 60)
		snprintf(right, sizeof(right), "step %zu/%zu [%s]", step, steps, bar);
	else
		snprintf(right, sizeof(right), "%zu/%zu", step, steps);
	app__draw_title(app, left, right);
}

static void draw_text(struct app *app, const struct text *text, const struct lesson_layout *lay)
{
	int needed = textpane_rows(text, lay->text.cols, lay->spacious);
	int last = imax(0, needed - lay->text.rows);

	app->text_first = imin(app->text_first, last);
	textpane_draw(text, app->text_first, lay->spacious, &app->canvas, lay->text);
	if (app->text_first < last)
		canvas_text_right(&app->canvas, lay->text, lay->text.rows - 1, lay->text.cols, STYLE_HINT,
		    " PgDn ");
}

/* What a program drew has the rows of the sum, too, and grows over the text where it needs more. */
static void draw_result(struct app *app, const struct lesson_layout *lay)
{
	struct rect area = lay->stage;
	int needed, more;

	if (lay->sum.row == area.row + area.rows)
		area.rows += lay->sum.rows;
	needed = result_rows(&app->result, &app->options.look, area.cols);
	more = imin(needed - area.rows, area.row - 1);
	if (more > 0) {
		area.row -= more;
		area.rows += more;
	}
	for (int row = 0; row < area.rows; row++)
		for (int col = 0; col < area.cols; col++)
			canvas_char(&app->canvas, area, row, col, STYLE_NORMAL, ' ');
	result_draw(&app->result, &app->options.look, &app->canvas, area);
}

static void draw_stage(struct app *app, const struct lesson_layout *lay)
{
	const struct stage *stage = app->session->stage;
	struct strbuf sum = STRBUF_INIT;

	if (app->result.kind != RESULT_KIND_NONE) {
		draw_result(app, lay);
		return;
	}
	view_find(stage->ops->name)->draw(stage, &app->options.look, &app->canvas, lay->stage);
	if (stage->ops->sum)
		stage->ops->sum(stage, &sum);
	textpane_verbatim(sum.data, 0, STYLE_STRONG, &app->canvas, lay->sum);
	strbuf_release(&sum);
}

/* The prompt's label and, behind it, what fits of the typed text's line that begins at `start`. */
static void draw_typed(struct app *app, struct rect area, const char *label, size_t start)
{
	const char *text = lineedit_text() + start;
	int col = canvas_text(&app->canvas, area, 0, 0, STYLE_PROMPT, label), room = area.cols - col - 1;
	char *before = xstrndup(text, lineedit_cursor() - start), *line = xstrndup(text, strcspn(text, "\n"));
	size_t skip = 0;

	while (room > 0 && utf8_text_width(before + skip) > room)
		skip += utf8_prefix(before + skip, 2) ? utf8_prefix(before + skip, 2) : 1;
	canvas_text(&app->canvas, area, 0, col, STYLE_NORMAL, line + skip);
	canvas_cursor(&app->canvas, area, 0, col + utf8_text_width(before + skip));
	mem_free(before);
	mem_free(line);
}

/* A program of several lines grows upwards from the line, over whatever stands there. */
static void draw_program_line(struct app *app, int row, const char *label, const char *text, size_t len)
{
	struct rect area = rect_sub(canvas_area(&app->canvas), row, 0, 1, app->canvas.cols);
	char *line = xstrndup(text, len);

	for (int col = 0; col < area.cols; col++)
		canvas_char(&app->canvas, area, 0, col, STYLE_NORMAL, ' ');
	canvas_text(&app->canvas, area, 0, 1, STYLE_PROMPT, label);
	canvas_text(&app->canvas, area, 0, 5, STYLE_NORMAL, line);
	mem_free(line);
}

/* What was typed before, above `row`, as far as there is room; the oldest lines go. */
static void draw_lines_above(struct app *app, int row, const char *text)
{
	const char *end = text + strlen(text);

	for (row--; row > 0 && end >= text; row--) {
		const char *start = end;

		while (start > text && start[-1] != '\n')
			start--;
		draw_program_line(app, row, start == text ? ">>> " : "... ", start, (size_t)(end - start));
		end = start - 1;
	}
}

/* A line of the history may have many: the cursor's stands at the prompt, those before it above. */
static void draw_prompt(struct app *app, struct rect area)
{
	const char *text = lineedit_text();
	size_t start = lineedit_cursor();
	struct strbuf above = STRBUF_INIT;

	if (app->running) {
		canvas_text(&app->canvas, area, 0, 0, STYLE_DIM, "running ...");
		canvas_cursor(&app->canvas, area, 0, 0);
		return;
	}
	while (start > 0 && text[start - 1] != '\n')
		start--;
	strbuf_addf(&above, "%s", app->pending.data ? app->pending.data : "");
	if (start > 0)
		strbuf_addf(&above, "%s%.*s", above.len ? "\n" : "", (int)start - 1, text);
	if (above.len)
		draw_lines_above(app, area.row, above.data);
	draw_typed(app, area, above.len ? "... " : ">>> ", start);
	strbuf_release(&above);
}

static void draw_line(struct app *app, struct rect area)
{
	const struct session *session = app->session;
	bool is_last = session->step + 1 == session->lesson->step_count;

	switch (app->line_mode) {
	case LINE_MODE_PROMPT:
		draw_prompt(app, area);
		break;
	case LINE_MODE_VALUE:
		draw_typed(app, area, app->value_label, 0);
		break;
	case LINE_MODE_ANSWER:
		draw_typed(app, area, "your answer> ", 0);
		break;
	case LINE_MODE_KEYS:
		canvas_text(&app->canvas, area, 0, 0, STYLE_PROMPT,
		    is_last ? "Enter: finish this lesson" : "Enter: go on to the next step");
		canvas_cursor(&app->canvas, area, 0, 0);
		break;
	}
}

static const struct {
	enum style style;
	const char *mark;
} feedback_kinds[] = {
	[FEEDBACK_KIND_NONE] = {STYLE_NORMAL, ""},
	[FEEDBACK_KIND_RIGHT] = {STYLE_RIGHT, "\u2713 "},
	[FEEDBACK_KIND_WRONG] = {STYLE_WRONG, "\u2717 "},
	[FEEDBACK_KIND_HINT] = {STYLE_HINT, "Hint: "},
	[FEEDBACK_KIND_NOTE] = {STYLE_NORMAL, ""},
	[FEEDBACK_KIND_ERROR] = {STYLE_ERROR, "Error: "},
};

/* What a program printed, and tracebacks, have lines of their own and keep their columns. */
static bool is_output(const struct session *session)
{
	return session->feedback_kind != FEEDBACK_KIND_NONE && strchr(session->feedback.data, '\n');
}

/* Lines longer than the pane go on in the next row, as on any terminal; where it can be, at a blank. */
static void fold_lines(const char *text, int cols, struct strbuf *out)
{
	while (*text) {
		size_t len = strcspn(text, "\n"), fits = utf8_prefix(text, cols), cut;

		if (fits >= len) {
			strbuf_addn(out, text, len);
			text += len + (text[len] == '\n');
			strbuf_addch(out, '\n');
			continue;
		}
		for (cut = fits; cut > fits * 2 / 3 && text[cut] != ' ';)
			cut--;
		if (text[cut] != ' ')
			cut = fits ? fits : 1;
		strbuf_addn(out, text, cut);
		strbuf_addch(out, '\n');
		text += cut + (text[cut] == ' ');
	}
}

/* Output too long for the feedback takes the stage's place until the next word. True: it did. */
static bool draw_output(struct app *app, const struct lesson_layout *lay)
{
	const struct session *session = app->session;
	enum style style = feedback_kinds[session->feedback_kind].style;
	struct rect area = lay->stage.rows ? lay->stage : lay->text;
	struct strbuf text = STRBUF_INIT;
	int lines, last;

	if (!is_output(session) || app->result.kind != RESULT_KIND_NONE || app->stage_shown)
		return false;
	fold_lines(session->feedback.data, area.cols, &text);
	lines = textpane_verbatim(text.data, 0, style, NULL, area);
	last = imax(0, lines - area.rows);
	app->output_back = imin(app->output_back, last);
	if (lines > lay->feedback.rows)
		textpane_verbatim(text.data, last - app->output_back, style, &app->canvas, area);
	strbuf_release(&text);
	if (lines <= lay->feedback.rows)
		return false;
	if (last > 0 && lay->sum.rows > 0)
		canvas_textf(&app->canvas, lay->sum, lay->sum.rows - 1, 0, STYLE_HINT, "lines %d to %d of %d: PgUp, PgDn",
		    last - app->output_back + 1, imin(lines, last - app->output_back + area.rows), lines);
	return true;
}

static void draw_feedback(struct app *app, struct rect area, bool has_output)
{
	const struct session *session = app->session;
	enum style style = feedback_kinds[session->feedback_kind].style;
	const char *mark = feedback_kinds[session->feedback_kind].mark, *matches = lineedit_matches();
	struct strbuf sb = STRBUF_INIT;
	int lines;

	if (*matches) {
		textpane_plain(matches, STYLE_HINT, &app->canvas, area);
	} else if (app->note && *app->note) {
		textpane_plain(app->note, STYLE_HINT, &app->canvas, area);
	} else if (is_output(session) && !has_output) {
		fold_lines(session->feedback.data, area.cols, &sb);
		lines = textpane_verbatim(sb.data, 0, style, NULL, area);
		// Of an error the end counts, which says what it is.
		textpane_verbatim(sb.data, session->feedback_kind == FEEDBACK_KIND_ERROR ? imax(0, lines - area.rows) : 0, style,
		    &app->canvas, area);
	} else if (!has_output && session->feedback_kind != FEEDBACK_KIND_NONE) {
		strbuf_addf(&sb, "%s%s", mark, session->feedback.data);
		textpane_plain(sb.data, style, &app->canvas, area);
	}
	strbuf_release(&sb);
}

/* ------------------------------------------------------------------ the key row */

#define KEYS_SHOWN 24
#define ALWAYS_CELLS 17 // " ? help  q leave "

static size_t add_view_keys(const struct app *app, struct key_label *keys, char names[][16], size_t count)
{
	const struct stage *stage = app->session->stage;
	char buffer[256];

	if (!stage)
		return count;
	for (const struct view_key *key = view_find(stage->ops->name)->keys(stage, buffer);
	     key->key && count < KEYS_SHOWN; key++) {
		if (!key->label)
			continue;
		keys[count] = (struct key_label){event_key_name(key->key, names[count]), key->label};
		count++;
	}
	return count;
}

/* Those for the question, or those for going about. */
static size_t add_lesson_keys(const struct app *app, struct key_label *keys, char names[][16], size_t count,
    bool for_question)
{
	for (const struct lesson_key *key = lesson_keys; key->key && count < KEYS_SHOWN; key++) {
		if (!key->label || key->for_question != for_question || (key->useful && !key->useful(app)))
			continue;
		keys[count] = (struct key_label){event_key_name(key->key, names[count]), key->label};
		count++;
	}
	return count;
}

/* The last two are always there, at the right; the others as far as they fit before them. */
static void draw_lesson_keys(struct app *app)
{
	static const struct key_label typing[] = {
		{"Enter", "accept"}, {"Esc", "leave the line"}, {"Up/Down", "history"}, {"Tab", "complete"},
		{"Left/Right", "walk"},
	}, running[] = {{"C-c", "stop"}}, always[] = {{"?", "help"}, {"q", "leave"}};
	struct rect area = canvas_area(&app->canvas), left = area, right;
	struct key_label keys[KEYS_SHOWN];
	char names[KEYS_SHOWN][16];
	size_t count = 0;

	if (app->running) {
		app__draw_keys(app, area, running, ARRAY_LEN(running));
		return;
	}
	if (lesson_line_is_open(app)) {
		app__draw_keys(app, area, typing, ARRAY_LEN(typing) - !lesson_line_walks(app));
		return;
	}
	if (area.cols >= 40) {
		left.cols = area.cols - ALWAYS_CELLS;
		right = rect_sub(area, 0, left.cols, area.rows, ALWAYS_CELLS);
		app__draw_keys(app, right, always, ARRAY_LEN(always));
	}
	if (session_question(app->session))
		keys[count++] = (struct key_label){"0-9", "answer"};
	count = add_lesson_keys(app, keys, names, count, true);
	count = add_view_keys(app, keys, names, count);
	count = add_lesson_keys(app, keys, names, count, false);
	app__draw_keys(app, left, keys, count);
}

void lesson_draw(struct app *app)
{
	struct lesson_layout lay;
	struct span ask_span;
	struct para ask;
	struct text text = whole_text(app->session, &ask_span, &ask);
	int cols = imin(app->canvas.cols - 2, TEXT_COLS_MAX);
	bool has_stage = app->session->stage != NULL || app->result.kind != RESULT_KIND_NONE, has_output;

	lesson_lay_out(app->canvas.rows, app->canvas.cols,
	    textpane_rows(&text, cols, app->canvas.rows >= 34), has_stage, &lay);
	draw_lesson_title(app);
	has_output = draw_output(app, &lay);
	if (lay.one_pane ? app->show_text && !has_output : !has_output || lay.stage.rows)
		draw_text(app, &text, &lay);
	if (has_stage && !has_output && (!lay.one_pane || !app->show_text))
		draw_stage(app, &lay);
	draw_feedback(app, lay.feedback, has_output);
	draw_line(app, lay.line);
	draw_lesson_keys(app);
	mem_free(text.paras);
}
