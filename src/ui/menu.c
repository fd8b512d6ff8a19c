// SPDX-License-Identifier: GPL-3.0-or-later
/* The menu of lessons: what there is, what is done, where the learner left. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "ui/app_internal.h"

#define BAR_CELLS 10

static const struct lesson *selected_lesson(const struct app *app)
{
	const struct shelf *shelf = app->options.shelf;

	return app->selected < shelf->count ? shelf->lessons[app->selected] : NULL;
}

static void draw_entry(struct app *app, struct rect area, int row, size_t index)
{
	const struct lesson *lesson = app->options.shelf->lessons[index];
	const struct progress *progress = app->options.progress;
	bool is_selected = index == app->selected, done = progress_is_done(progress, lesson->id);
	size_t step = progress_step(progress, lesson->id);
	enum style style = is_selected ? STYLE_FOCUS : STYLE_NORMAL;
	double fraction = done ? 1 : (double)step / (double)lesson->step_count;
	int title_cols = area.cols >= 60 ? 22 : area.cols - BAR_CELLS - 8;

	canvas_textf(&app->canvas, area, row, 0, style, "%s%2zu ", is_selected ? ">" : " ", index + 1);
	canvas_text(&app->canvas, rect_sub(area, row, 4, 1, title_cols), 0, 0, style, lesson->title);
	if (area.cols < 30)
		return;
	app__draw_bar(app, area, row, 5 + title_cols, BAR_CELLS, fraction);
	if (area.cols < 60)
		return;
	if (done)
		canvas_text(&app->canvas, area, row, 29 + BAR_CELLS, STYLE_RIGHT, "done");
	else if (step)
		canvas_textf(&app->canvas, area, row, 29 + BAR_CELLS, STYLE_NORMAL, "%zu/%zu", step + 1,
		    lesson->step_count);
	canvas_textf(&app->canvas, rect_sub(area, row, 0, 1, area.cols - 1), 0, 36 + BAR_CELLS, STYLE_DIM,
	    "%2d min  %s", lesson->minutes, area.cols >= 110 ? lesson->summary : "");
}

static void draw_entries(struct app *app, struct rect area)
{
	size_t count = app->options.shelf->count, first = 0, rows = (size_t)(area.rows > 0 ? area.rows : 0);

	if (rows && app->selected >= rows)
		first = app->selected - rows + 1;
	for (size_t i = first; i < count && i - first < rows; i++)
		draw_entry(app, area, (int)(i - first), i);
	if (rows && count)
		canvas_cursor(&app->canvas, area, (int)(app->selected - first), 0);
}

static void draw_menu(struct app *app)
{
	static const struct key_label keys[] = {
		{"Enter", "open"}, {"Up/Down", "choose"}, {"?", "help"}, {"q", "leave"},
	};
	struct rect area = canvas_area(&app->canvas);
	const struct lesson *lesson = selected_lesson(app);
	int top = area.rows >= 12 ? 4 : 1, below = area.rows >= 12 ? 4 : 2;

	app__draw_title(app, "convtutor", "how convolution works, and how a network learns");
	if (top > 1)
		canvas_text(&app->canvas, area, 2, 2, STYLE_STRONG,
		    "Lessons: choose with the arrow keys, open with Enter");
	draw_entries(app, rect_sub(area, top, 2, area.rows - top - below, area.cols - 2));
	if (lesson && below > 2)
		canvas_text(&app->canvas, area, area.rows - 3, 2, STYLE_NORMAL, lesson->summary);
	if (app->note)
		canvas_text(&app->canvas, area, area.rows - 2, 2, STYLE_HINT, app->note);
	app__draw_keys(app, area, keys, ARRAY_LEN(keys));
}

static void open_selected(struct app *app)
{
	const struct lesson *lesson = selected_lesson(app);
	size_t step = APP_STEP_RESUME;
	struct diag diag;

	if (!lesson)
		return;
	if (progress_is_done(app->options.progress, lesson->id))
		step = 0;
	if (app_open_lesson(app, lesson, step, &diag) < 0) {
		struct strbuf sb = STRBUF_INIT;

		diag_format(&diag, &sb);
		app__note(app, "%s", sb.data);
		strbuf_release(&sb);
	}
}

static void menu_key(struct app *app, uint32_t key)
{
	size_t count = app->options.shelf->count;

	app__note(app, "%s", "");
	if (key == KEY_ARROW_DOWN || key == 'j' || key == KEY_TABULATOR)
		app->selected = count ? (app->selected + 1) % count : 0;
	else if (key == KEY_ARROW_UP || key == 'k' || key == KEY_BACK_TAB)
		app->selected = count ? (app->selected + count - 1) % count : 0;
	else if (key == KEY_FIRST)
		app->selected = 0;
	else if (key == KEY_LAST)
		app->selected = count ? count - 1 : 0;
	else if (key >= '1' && key <= '9' && key - '1' < count)
		app->selected = key - '1';
	else if (key == KEY_ENTER_RETURN || key == KEY_ARROW_RIGHT || key == ' ')
		open_selected(app);
	else if (key == '?')
		app__show(app, &screen_help);
	else if (key == 'q' || key == KEY_ESCAPE || key == KEY_CTRL('c') || key == KEY_CTRL('d'))
		app->over = true;
}

const struct screen screen_menu = {.name = "menu", .draw = draw_menu, .key = menu_key};
