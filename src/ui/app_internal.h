// SPDX-License-Identifier: GPL-3.0-or-later
/* What the screens of the app share. */
#ifndef UI_APP_INTERNAL_H
#define UI_APP_INTERNAL_H

#include "base/strbuf.h"
#include "ui/app.h"
#include "ui/result.h"
#include "ui/view.h"

struct app;

/* A screen: how it is drawn and what a key does. Screens are stateless; their state is in the app. */
struct screen {
	const char *name;
	void (*draw)(struct app *app);
	void (*key)(struct app *app, uint32_t key);
	void (*paste)(struct app *app, const char *text); // NULL: nothing can be pasted
};

extern const struct screen screen_menu, screen_lesson, screen_help;

/* What the line at the bottom of a lesson is for. */
enum line_mode {
	LINE_MODE_KEYS,	  // nothing is typed: keys act
	LINE_MODE_ANSWER, // to the open question
	LINE_MODE_PROMPT, // >>> for the notebook and for words
	LINE_MODE_VALUE,  // for a command of the view
};

struct app {
	struct app_options options;
	struct canvas canvas;
	const struct screen *screen;
	bool over;

	/* menu */
	size_t selected;

	/* lesson */
	const struct lesson *lesson;
	struct session *session;
	enum line_mode line_mode;
	char value_label[64], value_command[128]; // LINE_MODE_VALUE
	struct result result;  // what a program at the prompt drew, in the stage's place
	struct nb_sink sink;   // fills it
	void (*present)(const struct canvas *canvas); // while app_run runs; may be NULL
	bool running;          // a program; keys are not read, C-c stops it
	double presented;      // real time of the last refresh from within a program
	struct strbuf pending; // earlier lines of a program typed at the prompt
	int text_first;	       // the text pane is scrolled to this row
	bool stage_shown;      // the prompt's line put something on the stage: its output does not cover that
	int output_back;       // lines of long output scrolled back from its end
	bool show_text;	       // where only one pane fits: the text rather than the stage
	bool solution_asked;   // s was pressed once
	bool leave_asked;      // C-c was pressed once
	char *note;	       // one line of the interface itself, gone with the next key

	/* help */
	int help_first;
};

void app__show(struct app *app, const struct screen *screen);
void app__note(struct app *app, const char *fmt, ...) PRINTF_LIKE(2, 3); // "" clears
void app__close_lesson(struct app *app);
// The key row: pairs of key and label, as many as fit, at the bottom row of the area.
struct key_label {
	const char *key, *label;
};
void app__draw_keys(struct app *app, struct rect area, const struct key_label *keys, size_t count);
void app__draw_title(struct app *app, const char *left, const char *right);
// A bar of `cols` cells with `part` of `whole` filled.
void app__draw_bar(struct app *app, struct rect area, int row, int col, int cols, double fraction);

/* The keys of the lesson screen that are not the view's, for the key row and the help. */
struct lesson_key {
	uint32_t key;
	const char *label; // NULL: not in the key row
	const char *help;
	void (*act)(struct app *app);
	bool (*useful)(const struct app *app); // NULL: always
	bool for_question; // in the key row, before the view's keys
};
extern const struct lesson_key lesson_keys[]; // ends with key 0
bool lesson_line_is_open(const struct app *app); // typed characters go to the line
bool lesson_line_walks(const struct app *app); // the prompt is empty: arrows go to the stage

#endif
