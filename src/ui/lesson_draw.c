// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The lesson's frame, from the top: title, text with the question, stage, the sum, the line, feedback,
 * keys. At 80x24 these take 1, 6, 9 or more, 2, 1, 3 and 1 rows; text and stage share what a larger
 * screen has; at 130 columns they stand side by side; where there is no room for both, Tab switches.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "ui/app_internal.h"
#include "ui/lesson_draw.h"
#include "ui/lineedit.h"
#include "ui/textpane.h"

#define TEXT_ROWS 6	  // at 80x24
#define TEXT_COLS_MAX 100 // longer lines are hard to read
#define STAGE_ROWS_LEAST 9
#define SIDE_COLS 130 // from here on text and stage stand side by side
#define SIDE_TEXT_COLS 48

static int imin(int a, int b)
{
	return a < b ? a : b;
}

static int imax(int a, int b)
{
	return a > b ? a : b;
}

/* ------------------------------------------------------------------ layout */

static void lay_out_stack(struct lesson_layout *lay, struct rect middle, int text_rows, bool has_stage)
{
	int most = imax(TEXT_ROWS, middle.rows - STAGE_ROWS_LEAST - 3);

	if (!has_stage) {
		lay->text = middle;
		return;
	}
	if (middle.rows < TEXT_ROWS + STAGE_ROWS_LEAST) {
		lay->one_pane = true;
		lay->text = lay->stage = middle;
		return;
	}
	text_rows = imin(imin(text_rows, most), middle.rows - STAGE_ROWS_LEAST);
	lay->text = rect_sub(middle, 0, 0, text_rows, imin(middle.cols, TEXT_COLS_MAX));
	lay->stage = rect_sub(middle, text_rows, 0, middle.rows - text_rows, middle.cols);
	if (middle.rows - text_rows > STAGE_ROWS_LEAST) // a blank row between them
		lay->stage = rect_sub(middle, text_rows + 1, 0, middle.rows - text_rows - 1, middle.cols);
}

void lesson_lay_out(int rows, int cols, int text_rows, bool has_stage, struct lesson_layout *ret)
{
	struct rect area = {0, 0, rows, cols}, middle;
	bool is_small = rows < 20;
	int feedback = rows >= 24 ? 3 : rows >= 16 ? 2 : 1, sum = is_small ? 1 : 2, bottom;

	*ret = (struct lesson_layout){0};
	if (rows < 8)
		sum = 0;
	bottom = sum + 1 + feedback + 1;
	ret->spacious = rows >= 34;
	middle = rect_sub(area, 1, 1, rows - 1 - bottom, cols - 2);
	ret->sum = rect_sub(area, rows - bottom, 1, sum, cols - 2);
	ret->line = rect_sub(area, rows - bottom + sum, 1, 1, cols - 2);
	ret->feedback = rect_sub(area, rows - bottom + sum + 1, 1, feedback, cols - 2);
	if (has_stage && cols >= SIDE_COLS) {
		ret->text = rect_sub(middle, 0, 0, middle.rows, SIDE_TEXT_COLS);
		ret->stage = rect_sub(middle, 0, SIDE_TEXT_COLS + 2, middle.rows,
		    middle.cols - SIDE_TEXT_COLS - 2);
		return;
	}
	lay_out_stack(ret, middle, text_rows, has_stage);
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

static void draw_stage(struct app *app, const struct lesson_layout *lay)
{
	const struct stage *stage = app->session->stage;
	struct strbuf sum = STRBUF_INIT;

	view_find(stage->ops->name)->draw(stage, &app->options.look, &app->canvas, lay->stage);
	if (stage->ops->sum)
		stage->ops->sum(stage, &sum);
	textpane_plain(sum.data, STYLE_STRONG, &app->canvas, lay->sum);
	strbuf_release(&sum);
}

/* The prompt's label and, behind it, the part of the text around the cursor that fits. */
static void draw_typed(struct app *app, struct rect area, const char *label)
{
	const char *text = lineedit_text();
	int col = canvas_text(&app->canvas, area, 0, 0, STYLE_PROMPT, label), room = area.cols - col - 1;
	char *before = xstrndup(text, lineedit_cursor());
	size_t skip = 0;

	while (room > 0 && utf8_text_width(before + skip) > room)
		skip += utf8_prefix(before + skip, 2) ? utf8_prefix(before + skip, 2) : 1;
	canvas_text(&app->canvas, area, 0, col, STYLE_NORMAL, text + skip);
	canvas_cursor(&app->canvas, area, 0, col + utf8_text_width(before + skip));
	mem_free(before);
}

static void draw_line(struct app *app, struct rect area)
{
	const struct session *session = app->session;
	bool is_last = session->step + 1 == session->lesson->step_count;

	switch (app->line_mode) {
	case LINE_MODE_PROMPT:
		draw_typed(app, area, app->pending.len ? "... " : ">>> ");
		break;
	case LINE_MODE_VALUE:
		draw_typed(app, area, app->value_label);
		break;
	case LINE_MODE_ANSWER:
		draw_typed(app, area, "your answer> ");
		break;
	case LINE_MODE_KEYS:
		canvas_text(&app->canvas, area, 0, 0, STYLE_PROMPT,
		    is_last ? "Enter: finish this lesson" : "Enter: go on to the next step");
		canvas_cursor(&app->canvas, area, 0, 0);
		break;
	}
}

static void draw_feedback(struct app *app, struct rect area)
{
	static const struct {
		enum style style;
		const char *mark;
	} kinds[] = {
		[FEEDBACK_KIND_NONE] = {STYLE_NORMAL, ""},	[FEEDBACK_KIND_RIGHT] = {STYLE_RIGHT, "\u2713 "},
		[FEEDBACK_KIND_WRONG] = {STYLE_WRONG, "\u2717 "}, [FEEDBACK_KIND_HINT] = {STYLE_HINT, "Hint: "},
		[FEEDBACK_KIND_NOTE] = {STYLE_NORMAL, ""},	[FEEDBACK_KIND_ERROR] = {STYLE_ERROR, "Error: "},
	};
	const struct session *session = app->session;
	const char *matches = lineedit_matches();
	struct strbuf sb = STRBUF_INIT;
	enum style style = STYLE_HINT;

	if (*matches) {
		strbuf_add(&sb, matches);
	} else if (app->note && *app->note) {
		strbuf_add(&sb, app->note);
	} else {
		style = kinds[session->feedback_kind].style;
		if (session->feedback_kind != FEEDBACK_KIND_NONE)
			strbuf_addf(&sb, "%s%s", kinds[session->feedback_kind].mark, session->feedback.data);
	}
	textpane_plain(sb.data, style, &app->canvas, area);
	strbuf_release(&sb);
}

/* ------------------------------------------------------------------ the key row */

#define KEYS_SHOWN 24

static size_t add_view_keys(const struct app *app, struct key_label *keys, char names[][16])
{
	const struct stage *stage = app->session->stage;
	size_t count = 0;
	char buffer[256];

	if (!stage)
		return 0;
	for (const struct view_key *key = view_find(stage->ops->name)->keys(stage, buffer);
	     key->key && count < KEYS_SHOWN / 2; key++) {
		if (!key->label)
			continue;
		keys[count] = (struct key_label){event_key_name(key->key, names[count]), key->label};
		count++;
	}
	return count;
}

static size_t add_lesson_keys(const struct app *app, struct key_label *keys, char names[][16], size_t count)
{
	for (const struct lesson_key *key = lesson_keys; key->key && count < KEYS_SHOWN; key++) {
		if (!key->label || (key->useful && !key->useful(app)))
			continue;
		keys[count] = (struct key_label){event_key_name(key->key, names[count]), key->label};
		count++;
	}
	return count;
}

static void draw_lesson_keys(struct app *app)
{
	static const struct key_label typing[] = {
		{"Enter", "accept"}, {"Esc", "leave the line"}, {"Up/Down", "history"}, {"Tab", "complete"},
	};
	struct key_label keys[KEYS_SHOWN];
	char names[KEYS_SHOWN][16];
	size_t count = 0, shown;
	struct rect area = canvas_area(&app->canvas);

	if (lesson_line_is_open(app)) {
		app__draw_keys(app, area, typing, ARRAY_LEN(typing));
		return;
	}
	if (app->session->question < session_step(app->session)->question_count)
		keys[count++] = (struct key_label){"0-9", "answer"};
	shown = add_view_keys(app, keys + count, names + count) + count;
	count = add_lesson_keys(app, keys, names, shown);
	app__draw_keys(app, area, keys, count);
}

void lesson_draw(struct app *app)
{
	struct lesson_layout lay;
	struct span ask_span;
	struct para ask;
	struct text text = whole_text(app->session, &ask_span, &ask);
	int cols = imin(app->canvas.cols - 2, TEXT_COLS_MAX);
	bool has_stage = app->session->stage != NULL;

	lesson_lay_out(app->canvas.rows, app->canvas.cols,
	    textpane_rows(&text, cols, app->canvas.rows >= 34), has_stage, &lay);
	draw_lesson_title(app);
	if (!lay.one_pane || app->show_text)
		draw_text(app, &text, &lay);
	if (has_stage && (!lay.one_pane || !app->show_text))
		draw_stage(app, &lay);
	draw_feedback(app, lay.feedback);
	draw_line(app, lay.line);
	draw_lesson_keys(app);
	mem_free(text.paras);
}
