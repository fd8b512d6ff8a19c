// SPDX-License-Identifier: GPL-3.0-or-later
/* The help screen: keys and words of what is on the screen now, from the tables that obey them. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "ui/app_internal.h"
#include "ui/textpane.h"

static void add_lesson_part(struct strbuf *sb)
{
	char name[16];

	strbuf_add(sb, "Keys of a lesson\nPgUp, PgDn scroll the text, and long output\n");
	strbuf_add(sb, "At the prompt: Tab completes or indents, Up and Down go through the history, C-c drops the line or "
	    "stops the program, Left and Right walk the window while the line is empty; help() tells what is known\n");
	for (const struct lesson_key *key = lesson_keys; key->key; key++)
		strbuf_addf(sb, "%s: %s\n", event_key_name(key->key, name), key->help);
}

static void add_stage_part(const struct stage *stage, struct strbuf *sb)
{
	char buffer[256], name[16];

	strbuf_addf(sb, " \nKeys of the stage\n");
	for (const struct view_key *key = view_find(stage->ops->name)->keys(stage, buffer); key->key; key++)
		strbuf_addf(sb, "%s: %s\n", event_key_name(key->key, name), key->command);
	strbuf_add(sb, " \nWords of the stage, for the prompt (:) and for scripts\n");
	for (const struct stage_command *command = stage->ops->commands; command->word; command++)
		strbuf_addf(sb, "%s %s - %s\n", command->word, command->args, command->help);
}

static void add_menu_part(struct strbuf *sb)
{
	strbuf_add(sb,
	    "convtutor teaches how convolution works and how a convolutional network learns.\n"
	    "Choose a lesson with the arrow keys and open it with Enter. In a lesson, each step asks you "
	    "to predict something first; type your answer and press Enter. Everything you do is kept: you "
	    "may leave at any time with q and go on later where you left.\n \n"
	    "The key row at the bottom always shows what the keys do now.\n");
}

static void draw_help(struct app *app)
{
	static const struct key_label keys[] = {{"Up/Down", "scroll"}, {"Esc", "back"}};
	struct rect area = canvas_area(&app->canvas), page = rect_sub(area, 1, 2, area.rows - 2, area.cols - 4);
	struct strbuf sb = STRBUF_INIT;
	struct canvas tall;
	int rows;

	if (app->session) {
		add_lesson_part(&sb);
		if (app->session->stage)
			add_stage_part(app->session->stage, &sb);
	} else {
		add_menu_part(&sb);
	}
	rows = textpane_plain(sb.data, STYLE_NORMAL, NULL, page);
	if (app->help_first > rows - page.rows)
		app->help_first = rows > page.rows ? rows - page.rows : 0;
	canvas_init(&tall, rows > 0 ? rows : 1, page.cols);
	textpane_plain(sb.data, STYLE_NORMAL, &tall, canvas_area(&tall));
	for (int row = 0; row < page.rows && row + app->help_first < rows; row++) {
		for (int col = 0; col < page.cols; col++) {
			struct cell *to = canvas_at(&app->canvas, page.row + row, page.col + col);

			*to = *canvas_at(&tall, row + app->help_first, col);
		}
	}
	canvas_release(&tall);
	strbuf_release(&sb);
	app__draw_title(app, "convtutor - help", "");
	app__draw_keys(app, area, keys, ARRAY_LEN(keys));
	canvas_cursor(&app->canvas, page, 0, 0);
}

static void help_key(struct app *app, uint32_t key)
{
	int page = app->canvas.rows - 3;

	if (key == KEY_ARROW_DOWN || key == KEY_ENTER_RETURN)
		app->help_first++;
	else if (key == KEY_PAGE_DOWN || key == ' ')
		app->help_first += page;
	else if (key == KEY_ARROW_UP && app->help_first > 0)
		app->help_first--;
	else if (key == KEY_PAGE_UP)
		app->help_first = app->help_first > page ? app->help_first - page : 0;
	else if (key == KEY_ESCAPE || key == 'q' || key == '?' || key == KEY_CTRL('c'))
		app__show(app, app->session ? &screen_lesson : &screen_menu);
}

const struct screen screen_help = {.name = "help", .draw = draw_help, .key = help_key};
