// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What keys do in a lesson. While something stands on the line, or the prompt is open, keys edit it;
 * otherwise they act: those of the lesson (the table below) first, then those of the view. Digits and
 * signs begin an answer when a question is open. Every key stands for a word, which the prompt, demos
 * and the plain mode know too.
 */
#include "config.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "notebook/notebook.h"
#include "ui/app_internal.h"
#include "ui/lesson_draw.h"
#include "ui/lesson_layout.h"
#include "ui/lineedit.h"

#define OUTPUT_BEGINNING 1000000 // scrolled back, more than there ever is

bool lesson_line_is_open(const struct app *app)
{
	return app->line_mode == LINE_MODE_PROMPT || app->line_mode == LINE_MODE_VALUE ||
	    lineedit_text()[0] != '\0';
}

static bool has_question(const struct app *app)
{
	return session_question(app->session) != NULL;
}

/* After anything that may have opened or answered a question. */
static void settle_line(struct app *app)
{
	const struct question *question = app->session ? session_question(app->session) : NULL;

	app->line_mode = question ? LINE_MODE_ANSWER : LINE_MODE_KEYS;
	lineedit_set("");
}

/* What a line says may be a program: Ctrl-C must reach it. */
static void do_line(struct app *app, const char *line,
    void (*act)(struct session *session, const char *line))
{
	app->output_back = 0;
	app->stage_shown = false;
	if (app->options.work)
		app->options.work(app->session->notebook);
	app->running = true;
	if (app->present) // it may take long
		app->present(app_draw(app));
	act(app->session, line);
	app->running = false;
	if (app->options.work)
		app->options.work(NULL);
}

/* Back to the menu, which says how the lesson ended and points at the next one. */
static void finish(struct app *app)
{
	char *ending = xstrdup(app->session->feedback.data);
	const struct shelf *shelf = app->options.shelf;

	for (size_t i = 0; i + 1 < shelf->count; i++) {
		if (shelf->lessons[i] == app->lesson) {
			app->selected = i + 1;
			break;
		}
	}
	app__close_lesson(app);
	app__show(app, &screen_menu);
	app__note(app, "%s", ending);
	mem_free(ending);
}

static void do_words(struct app *app, const char *words)
{
	size_t step = app->session->step;

	result_clear(&app->result);
	do_line(app, words, session_do);
	if (app->session->step != step) {
		app->text_first = 0;
		app->show_text = true;
	}
	if (app->session->finished)
		finish(app);
	else
		settle_line(app);
}

/* ------------------------------------------------------------------ the lesson's own keys */

static void act_continue(struct app *app)
{
	if (has_question(app))
		app__note(app, "Type your answer, then Enter. h gives a hint, s shows the solution, n goes on.");
	else
		do_words(app, "next");
}

static void act_next(struct app *app)
{
	do_words(app, "next");
}

static void act_previous(struct app *app)
{
	do_words(app, "previous");
}

static void act_hint(struct app *app)
{
	do_words(app, "hint");
}

static void act_solution(struct app *app)
{
	if (!app->solution_asked) {
		app->solution_asked = true;
		app__note(app, "Press s again to see the solution; any other key: no.");
		return;
	}
	do_words(app, "solution");
}

static void act_undo(struct app *app)
{
	do_words(app, "undo");
}

static void act_menu(struct app *app)
{
	app__close_lesson(app);
	app__show(app, &screen_menu);
}

static void act_help(struct app *app)
{
	app->help_first = 0;
	app__show(app, &screen_help);
}

static void act_prompt(struct app *app)
{
	app->line_mode = LINE_MODE_PROMPT;
	strbuf_clear(&app->pending);
}

static void act_quit(struct app *app)
{
	app->over = true;
}

/* Scrolls the text, and long output on the stage's place; drawing keeps both within their ends. */
static void act_page(struct app *app, int rows)
{
	app->text_first = app->text_first + rows > 0 ? app->text_first + rows : 0;
	app->output_back = app->output_back > rows ? app->output_back - rows : 0;
}

static void act_switch_pane(struct app *app)
{
	app->show_text = !app->show_text;
}

static bool no_question(const struct app *app)
{
	return !has_question(app);
}

static bool is_small(const struct app *app)
{
	struct lesson_layout lay;

	lesson_lay_out(app->canvas.rows, app->canvas.cols, 1, app->session->stage != NULL, &lay);
	return lay.one_pane;
}

const struct lesson_key lesson_keys[] = {
	{KEY_ENTER_RETURN, "go on", "go on to the next step, or hand in the answer", act_continue, no_question, false},
	{'h', "hint", "a hint; more of them help more", act_hint, has_question, true},
	{'s', "solution", "show the solution (asks once)", act_solution, has_question, true},
	{'?', NULL, "what can be done here", act_help, NULL, false},
	{'b', "back", "the step before", act_previous, NULL, false},
	{'n', NULL, "the next step, even with the question open", act_next, NULL, false},
	{'u', NULL, "take the last answer back", act_undo, NULL, false},
	{':', "prompt", "the prompt: words and the notebook language; Esc leaves it", act_prompt, NULL, false},
	{'l', "lessons", "back to the menu of lessons; everything is kept", act_menu, NULL, false},
	{'q', NULL, "leave; everything is kept", act_quit, NULL, false},
	{KEY_TABULATOR, "text/stage", "switch between text and stage on a small screen", act_switch_pane, is_small, false},
	{0},
};

static bool press_lesson_key(struct app *app, uint32_t key)
{
	for (const struct lesson_key *entry = lesson_keys; entry->key; entry++) {
		bool decides_itself = entry->act == act_continue;

		if (entry->key != key)
			continue;
		if (entry->useful && !decides_itself && !entry->useful(app))
			return false;
		entry->act(app);
		return true;
	}
	return false;
}

/* ------------------------------------------------------------------ the view's keys */

/* Without motion an animation goes to its end at once. */
static const char *without_motion(const char *command)
{
	static const char *const animations[] = {"play", "run"};

	for (size_t i = 0; i < ARRAY_LEN(animations); i++) {
		if (!strcmp(command, animations[i]))
			return "last";
	}
	return command;
}

static bool press_view_key(struct app *app, uint32_t key)
{
	const struct stage *stage = app->session->stage;
	char buffer[256];

	if (!stage)
		return false;
	for (const struct view_key *entry = view_find(stage->ops->name)->keys(stage, buffer); entry->key;
	     entry++) {
		if (entry->key != key)
			continue;
		if (!entry->ask) {
			do_words(app, app->options.look.motion ? entry->command
							       : without_motion(entry->command));
			app->show_text = false;
			return true;
		}
		app->line_mode = LINE_MODE_VALUE;
		snprintf(app->value_label, sizeof(app->value_label), "%s", entry->ask);
		snprintf(app->value_command, sizeof(app->value_command), "%s", entry->command);
		return true;
	}
	return false;
}

/* ------------------------------------------------------------------ the line */

/* The next line of a block begins where it should. */
static void indent_next(const char *source)
{
	struct strbuf spaces = STRBUF_INIT;

	strbuf_add_repeat(&spaces, ' ', (int)notebook_indent(source));
	lineedit_set(spaces.data);
	strbuf_release(&spaces);
}

/* A program is one entry of the history. */
static void remember(const char *program)
{
	size_t len = strlen(program);
	char *entry;

	while (len > 0 && strchr(" \n", program[len - 1]))
		len--;
	entry = xstrndup(program, len);
	lineedit_remember(entry);
	mem_free(entry);
}

static bool asks_for_help(const char *line)
{
	size_t len = strlen(line);

	return line[0] == '?' || !strncmp(line, "help", 4) || (len && line[len - 1] == '?');
}

static bool is_farewell(const char *line)
{
	return !strcmp(line, "exit()") || !strcmp(line, "quit()") || !strcmp(line, "exit") || !strcmp(line, "quit");
}

static void run_prompt_line(struct app *app, const char *line)
{
	bool is_blank = !line[strspn(line, " ")];
	const struct stage *stage;

	if (is_blank && !app->pending.len)
		return;
	if (!app->pending.len && is_farewell(line)) {
		act_quit(app);
		return;
	}
	strbuf_addf(&app->pending, "%s%s", app->pending.len ? "\n" : "", line);
	if (!is_blank && notebook_is_incomplete(app->pending.data)) {
		indent_next(app->pending.data);
		return;
	}
	remember(app->pending.data);
	if (strchr(app->pending.data, '\n'))
		strbuf_addch(&app->pending, '\n');
	result_clear(&app->result);
	stage = app->session->stage;
	do_line(app, app->pending.data, session_prompt);
	app->stage_shown = app->session->stage && app->session->stage != stage;
	if (app->stage_shown) // a window to be walked, rather than its map
		result_clear(&app->result);
	if (app->stage_shown || app->result.kind != RESULT_KIND_NONE)
		app->show_text = false; // where only one pane fits
	if (asks_for_help(app->pending.data))
		app->output_back = OUTPUT_BEGINNING;
	strbuf_clear(&app->pending);
	if (app->session->finished)
		finish(app);
}

static void accept(struct app *app, const char *line)
{
	char command[512];

	switch (app->line_mode) {
	case LINE_MODE_PROMPT:
		run_prompt_line(app, line);
		break;
	case LINE_MODE_VALUE:
		snprintf(command, sizeof(command), "%s %s", app->value_command, line);
		do_words(app, command);
		break;
	case LINE_MODE_ANSWER:
	case LINE_MODE_KEYS:
		session_answer(app->session, line);
		settle_line(app);
		break;
	}
}

bool lesson_line_walks(const struct app *app)
{
	return app->line_mode == LINE_MODE_PROMPT && !*lineedit_text() && !app->pending.len && app->session->stage &&
	    app->result.kind == RESULT_KIND_NONE;
}

static bool is_walk(uint32_t key)
{
	return key == KEY_ARROW_LEFT || key == KEY_ARROW_RIGHT || key == KEY_FIRST || key == KEY_LAST;
}

static void edit_line(struct app *app, uint32_t key)
{
	char *line;

	if (key == KEY_CTRL('c') && app->line_mode == LINE_MODE_PROMPT && (*lineedit_text() || app->pending.len)) {
		strbuf_clear(&app->pending); // as at any prompt: the line goes, the prompt stays
		lineedit_set("");
		return;
	}
	if (key == KEY_ESCAPE || key == KEY_CTRL('c') || (key == KEY_CTRL('d') && !*lineedit_text())) {
		strbuf_clear(&app->pending);
		settle_line(app);
		return;
	}
	if (lesson_line_walks(app) && is_walk(key) && press_view_key(app, key)) {
		app->line_mode = LINE_MODE_PROMPT;
		return;
	}
	lineedit_key(key);
	line = lineedit_take(false);
	if (!line)
		return;
	lineedit_set("");
	accept(app, line);
	mem_free(line);
}

/* Does this key begin an answer to the open question? */
static bool begins_answer(const struct app *app, uint32_t key)
{
	const struct question *question = session_question(app->session);

	if (!question || key >= 0x80)
		return question && key == 0x2212; // a real minus sign
	if (question->kind == QUESTION_KIND_TEXT)
		return isalnum((int)key);
	return key != 0 && strchr("0123456789-+.([", (int)key) != NULL;
}

/* Many lines wait for Enter as a program, the last of them on the line. */
static void paste_program(struct app *app, const char *text, size_t len)
{
	const char *typed = lineedit_text();
	struct strbuf all = STRBUF_INIT;
	char *last;

	strbuf_addf(&all, "%s%.*s", typed[strspn(typed, " ")] ? typed : "", (int)len, text);
	last = strrchr(all.data, '\n');
	*last = '\0';
	strbuf_addf(&app->pending, "%s%s", app->pending.len ? "\n" : "", all.data);
	lineedit_set(last + 1);
	strbuf_release(&all);
	app__note(app, "Pasted; Enter runs it, Esc drops it.");
}

/* The line is open, or opens: for the answer where the text looks like one, else for the prompt. */
static void open_line_for(struct app *app, const char *text, bool is_program)
{
	uint32_t first = (unsigned char)text[0];

	if (app->line_mode == LINE_MODE_PROMPT || app->line_mode == LINE_MODE_VALUE || (lineedit_text()[0] && !is_program))
		return;
	if (!is_program && begins_answer(app, first))
		app->line_mode = LINE_MODE_ANSWER;
	else
		act_prompt(app);
}

static void lesson_paste(struct app *app, const char *text)
{
	size_t len;
	char *line;

	text += strspn(text, "\n");
	len = strlen(text);
	while (len > 0 && text[len - 1] == '\n')
		len--;
	if (len == 0)
		return;
	open_line_for(app, text, memchr(text, '\n', len) != NULL);
	if (memchr(text, '\n', len) && app->line_mode == LINE_MODE_PROMPT) {
		paste_program(app, text, len);
		return;
	}
	line = xstrndup(text, strcspn(text, "\n"));
	lineedit_insert(line);
	mem_free(line);
}

static void interrupt(struct app *app)
{
	if (app_is_busy(app)) {
		do_words(app, "stop");
	} else if (app->leave_asked) {
		app->over = true;
	} else {
		app->leave_asked = true;
		app__note(app, "Ctrl-C again leaves convtutor; any other key: go on.");
	}
}

static void lesson_key(struct app *app, uint32_t key)
{
	bool solution_asked = app->solution_asked, leave_asked = app->leave_asked;

	if (app->note && *app->note)
		app__note(app, "%s", "");
	if (key == KEY_PAGE_UP || key == KEY_PAGE_DOWN) {
		act_page(app, key == KEY_PAGE_DOWN ? 4 : -4);
	} else if (lesson_line_is_open(app)) {
		edit_line(app, key);
	} else if (key == KEY_CTRL('c')) {
		interrupt(app);
	} else if (begins_answer(app, key)) {
		app->line_mode = LINE_MODE_ANSWER;
		edit_line(app, key);
	} else if (key != KEY_ENTER_RETURN || !press_view_key(app, key)) {
		if (!press_lesson_key(app, key) && !press_view_key(app, key))
			app__note(app, "That key does nothing here; ? shows what can be done.");
	}
	if (solution_asked)
		app->solution_asked = false;
	if (leave_asked)
		app->leave_asked = false;
}

static void enter_draw(struct app *app)
{
	if (app->line_mode == LINE_MODE_KEYS && has_question(app))
		app->line_mode = LINE_MODE_ANSWER;
	lesson_draw(app);
}

const struct screen screen_lesson = {.name = "lesson", .draw = enter_draw, .key = lesson_key, .paste = lesson_paste};
