// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The sliding window: image, kernel and output side by side where they fit, else the output below,
 * else all below one another, else the focused one alone. Cells are as wide as the place allows.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "lesson/stage_window.h"
#include "ui/event.h"
#include "ui/matrix.h"
#include "ui/view_internal.h"

#define NUMBER_WIDTH_MAX 6 // columns; beyond it numbers are rounded
#define CELL_SPARE_MAX 3   // a cell is at most so much wider than its number
#define GAP 2
#define GAP_MAX 8

enum pane { PANE_IMAGE, PANE_KERNEL, PANE_OUTPUT, PANE_COUNT };

struct panes {
	const struct stage_window *window;
	char titles[PANE_COUNT][80];
	struct matrix_view views[PANE_COUNT];
};

/* -- what stands in the cells -------------------------------------------------------------------- */

static enum style sign_style(double value)
{
	if (value == 0)
		return STYLE_NORMAL;
	return value > 0 ? STYLE_POSITIVE : STYLE_NEGATIVE;
}

static void image_cell(const void *self, int row, int col, int width, struct matrix_cell *ret)
{
	const struct stage_window *window = self;

	matrix_number(*stage_matrix_at(&window->image, row, col), width, ret->text);
	ret->style = STYLE_NORMAL;
}

static void kernel_cell(const void *self, int row, int col, int width, struct matrix_cell *ret)
{
	double value = stage_window_weight(self, row, col);

	matrix_number(value, width, ret->text);
	ret->style = sign_style(value);
}

static void output_cell(const void *self, int row, int col, int width, struct matrix_cell *ret)
{
	const struct stage_window *window = self;
	enum stage_window_cell cell = stage_window_cell(window, row, col);
	double value = *stage_matrix_at(&window->output, row, col);

	if (cell == STAGE_WINDOW_CELL_SHOWN) {
		matrix_number(value, width, ret->text);
		ret->style = sign_style(value);
	} else {
		strcpy(ret->text, cell == STAGE_WINDOW_CELL_HIDDEN ? "?" : ".");
		ret->style = cell == STAGE_WINDOW_CELL_HIDDEN ? STYLE_STRONG : STYLE_DIM;
	}
}

/* -- the panes ----------------------------------------------------------------------------------- */

static void set_window(struct matrix_view *view, int row, int col, int rows, int cols)
{
	view->window = (struct rect){.row = row, .col = col, .rows = rows, .cols = cols};
	view->anchor_row = row + rows / 2;
	view->anchor_col = col + cols / 2;
}

/* The cursor's place in the pane: a kernel turned over shows its cells in the opposite corner. */
static void set_cursor(struct matrix_view *view, const struct stage_window *window)
{
	int row = window->cursor_row[window->focus], col = window->cursor_col[window->focus];

	if (view->reversed) {
		row = view->rows - 1 - row;
		col = view->cols - 1 - col;
	}
	view->cursor = (struct rect){.row = row, .col = col, .rows = 1, .cols = 1};
	view->anchor_row = row;
	view->anchor_col = col;
}

static void fill_pane(struct panes *panes, enum pane pane, const struct stage_matrix *matrix,
    void (*cell_at)(const void *, int, int, int, struct matrix_cell *))
{
	struct matrix_view *view = &panes->views[pane];
	bool turned = pane == PANE_KERNEL && panes->window->convolution;

	snprintf(panes->titles[pane], sizeof(panes->titles[pane]), "%s  %dx%d%s", matrix->name,
	    matrix->rows, matrix->cols, turned ? " turned" : "");
	*view = (struct matrix_view){
	    .title = panes->titles[pane],
	    .rows = matrix->rows,
	    .cols = matrix->cols,
	    .reversed = turned,
	    .row_ruler = matrix->rows > 1,
	    .cell_at = cell_at,
	    .self = panes->window,
	};
}

static void fill_panes(struct panes *panes, const struct stage_window *window)
{
	static const enum pane focused[] = {
	    [STAGE_WINDOW_FOCUS_KERNEL] = PANE_KERNEL, [STAGE_WINDOW_FOCUS_IMAGE] = PANE_IMAGE};

	panes->window = window;
	fill_pane(panes, PANE_IMAGE, &window->image, image_cell);
	fill_pane(panes, PANE_KERNEL, &window->kernel, kernel_cell);
	fill_pane(panes, PANE_OUTPUT, &window->output, output_cell);
	if (window->row >= 0) {
		set_window(&panes->views[PANE_IMAGE], window->row, window->col, window->kernel.rows,
		    window->kernel.cols);
		set_window(&panes->views[PANE_OUTPUT], window->row, window->col, 1, 1);
	}
	if (window->focus != STAGE_WINDOW_FOCUS_OUTPUT)
		set_cursor(&panes->views[focused[window->focus]], window);
}

static int widest(const struct stage_matrix *matrix, int width)
{
	for (int i = 0; i < matrix->rows * matrix->cols; i++) {
		int needed = matrix_number_width(matrix->values[i], NUMBER_WIDTH_MAX);

		if (needed > width)
			width = needed;
	}
	return width;
}

/* Columns that a number needs; the same in all three, and at least 2 so that signs move nothing. */
static int number_width(const struct stage_window *window)
{
	return widest(&window->output, widest(&window->kernel, widest(&window->image, 2)));
}

static void set_cells(struct panes *panes, int cell, bool rulers)
{
	for (int i = 0; i < PANE_COUNT; i++) {
		panes->views[i].cell = cell;
		panes->views[i].col_ruler = rulers;
	}
}

static int pane_width(const struct panes *panes, enum pane pane)
{
	int title = (int)strlen(panes->titles[pane]), width = matrix_width(&panes->views[pane]);

	return title > width ? title : width;
}

/* -- where they stand ---------------------------------------------------------------------------- */

typedef bool arrangement(const struct panes *panes, struct rect area, struct rect places[PANE_COUNT]);

static int least(int a, int b)
{
	return a < b ? a : b;
}

static int greatest(int a, int b)
{
	return a > b ? a : b;
}

/* Panes side by side from column 0 on; false where they do not fit. */
static bool place_row(const struct panes *panes, struct rect area, int count,
    struct rect places[PANE_COUNT])
{
	int used = 0, col = 0, gap;

	for (int i = 0; i < count; i++)
		used += pane_width(panes, (enum pane)i);
	gap = least((area.cols - used) / (count - 1), GAP_MAX);
	if (gap < GAP - 1) // the last column of a matrix is blank but for a bracket
		return false;
	for (int i = 0; i < count; i++) {
		int height = matrix_height(&panes->views[i]);

		if (height > area.rows)
			return false;
		places[i] = rect_sub(area, 0, col, height, pane_width(panes, (enum pane)i));
		col += pane_width(panes, (enum pane)i) + gap;
	}
	return true;
}

static bool place_side_by_side(const struct panes *panes, struct rect area,
    struct rect places[PANE_COUNT])
{
	return place_row(panes, area, PANE_COUNT, places);
}

static bool place_output_below(const struct panes *panes, struct rect area,
    struct rect places[PANE_COUNT])
{
	int top, height = matrix_height(&panes->views[PANE_OUTPUT]);

	if (!place_row(panes, area, PANE_OUTPUT, places))
		return false;
	top = greatest(places[PANE_IMAGE].rows, places[PANE_KERNEL].rows) + 1;
	if (top + height > area.rows || pane_width(panes, PANE_OUTPUT) > area.cols)
		return false;
	places[PANE_OUTPUT] = rect_sub(area, top, 0, height, area.cols);
	return true;
}

static bool place_below_one_another(const struct panes *panes, struct rect area,
    struct rect places[PANE_COUNT])
{
	int top = 0;

	for (int i = 0; i < PANE_COUNT; i++) {
		int height = matrix_height(&panes->views[i]);

		if (top + height > area.rows || pane_width(panes, (enum pane)i) > area.cols)
			return false;
		places[i] = rect_sub(area, top, 0, height, area.cols);
		top += height + 1;
	}
	return true;
}

/* The first arrangement that holds all three, with the widest cells that it has room for. */
static bool arrange(struct panes *panes, struct rect area, struct rect places[PANE_COUNT])
{
	static arrangement *const arrangements[] = {
	    place_side_by_side, place_output_below, place_below_one_another};
	int narrow = number_width(panes->window) + 1;

	for (int rulers = 1; rulers >= 0; rulers--) {
		for (size_t i = 0; i < sizeof(arrangements) / sizeof(arrangements[0]); i++) {
			for (int cell = narrow + CELL_SPARE_MAX; cell >= narrow; cell--) {
				set_cells(panes, cell, rulers);
				if (arrangements[i](panes, area, places))
					return true;
			}
		}
	}
	return false;
}

/* -- the view ------------------------------------------------------------------------------------ */

static void draw_status(const struct stage_window *window, struct canvas *canvas, struct rect area,
    int row)
{
	int made = window->row < 0 ? 0 : window->row * window->output.cols + window->col + 1;

	canvas_textf(canvas, area, row, 0, STYLE_DIM, "%s   cell %d of %d%s",
	    window->convolution ? "convolution" : "cross-correlation", made,
	    window->output.rows * window->output.cols, window->playing ? "   playing" : "");
}

/* No room for all: a line that says which there are, and the focused one below it. */
static void draw_one(struct panes *panes, struct canvas *canvas, struct rect area)
{
	static const enum pane shown[] = {[STAGE_WINDOW_FOCUS_OUTPUT] = PANE_OUTPUT,
	    [STAGE_WINDOW_FOCUS_KERNEL] = PANE_KERNEL, [STAGE_WINDOW_FOCUS_IMAGE] = PANE_IMAGE};
	const struct stage_window *window = panes->window;
	int top = area.rows > 3, col = 0, cell = number_width(window) + 1;
	enum pane pane = shown[window->focus];

	for (int i = 0; top && i < PANE_COUNT; i++) {
		const char *form = i == (int)pane ? "[%s] " : " %s  ";

		col = canvas_textf(canvas, area, 0, col, i == (int)pane ? STYLE_STRONG : STYLE_DIM, form,
		    stage_window_matrix((struct stage_window *)window,
			i == PANE_IMAGE	   ? STAGE_WINDOW_FOCUS_IMAGE
			: i == PANE_KERNEL ? STAGE_WINDOW_FOCUS_KERNEL
					   : STAGE_WINDOW_FOCUS_OUTPUT)
			->name);
	}
	set_cells(panes, cell, area.rows - top > 4);
	matrix_draw(&panes->views[pane], canvas, rect_sub(area, top, 0, area.rows - top, area.cols));
}

static void draw(const struct stage *stage, const struct look *look, struct canvas *canvas,
    struct rect area)
{
	const struct stage_window *window = (const struct stage_window *)stage;
	struct rect places[PANE_COUNT];
	struct panes panes;
	int bottom = 0;

	(void)look;
	fill_panes(&panes, window);
	if (!arrange(&panes, area, places)) {
		draw_one(&panes, canvas, area);
		return;
	}
	for (int i = 0; i < PANE_COUNT; i++) {
		matrix_draw(&panes.views[i], canvas, places[i]);
		bottom = greatest(bottom, places[i].row - area.row + places[i].rows);
	}
	if (bottom + 1 < area.rows)
		draw_status(window, canvas, area, bottom + 1);
}

/* -- the keys ------------------------------------------------------------------------------------ */

/* Walking the window, in the output. */
static const struct view_key walk_keys[] = {
    {KEY_ARROW_RIGHT, "step", "step", NULL},
    {KEY_ARROW_LEFT, "back", "back", NULL},
    {'p', "play", "play", NULL},
    {'g', "goto", "go to", "go to row and column: "},
    {'e', "focus kernel", "edit kernel", NULL},
    {'i', "focus image", "edit image", NULL},
    {'c', "mode", "convolution", NULL},
    {' ', "step", NULL, NULL},
    {KEY_ARROW_UP, "cursor up", NULL, NULL},
    {KEY_ARROW_DOWN, "cursor down", NULL, NULL},
    {KEY_FIRST, "first", NULL, NULL},
    {KEY_LAST, "last", NULL, NULL},
    {'t', "transpose", NULL, NULL},
    {'f', "faster", NULL, NULL},
    {'d', "slower", NULL, NULL},
    {.key = 0},
};

static const struct view_key playing_keys[] = {
    {'p', "stop", "stop", NULL},
    {'f', "faster", "faster", NULL},
    {'d', "slower", "slower", NULL},
    {' ', "stop", NULL, NULL},
    {KEY_ARROW_RIGHT, "step", NULL, NULL},
    {KEY_ARROW_LEFT, "back", NULL, NULL},
    {.key = 0},
};

/* Editing: the commands of the first key are written for the cell under the cursor. */
static const struct view_key *edit_keys(const struct stage_window *window, char *buffer)
{
	static struct view_key keys[] = {
	    {KEY_ENTER_RETURN, NULL, "change the cell", NULL},
	    {'e', "focus next", "next", NULL},
	    {'o', "focus output", "done", NULL},
	    {'t', NULL, "transpose", NULL},
	    {'c', "mode", NULL, NULL},
	    {' ', "step", NULL, NULL},
	    {KEY_ARROW_UP, "cursor up", NULL, NULL},
	    {KEY_ARROW_DOWN, "cursor down", NULL, NULL},
	    {KEY_ARROW_LEFT, "cursor left", NULL, NULL},
	    {KEY_ARROW_RIGHT, "cursor right", NULL, NULL},
	    {.key = 0},
	};
	bool image = window->focus == STAGE_WINDOW_FOCUS_IMAGE;
	int row = window->cursor_row[window->focus], col = window->cursor_col[window->focus];
	char *ask = buffer + 128;

	snprintf(buffer, 128, "set %s %d %d", image ? "image" : "kernel", row, col);
	snprintf(ask, 128, "%s[%d,%d] = ", image ? window->image.name : window->kernel.name, row, col);
	keys[0].command = buffer;
	keys[0].ask = ask;
	keys[3].command = image ? "transpose image" : "transpose kernel";
	return keys;
}

static const struct view_key *keys(const struct stage *stage, char *buffer)
{
	const struct stage_window *window = (const struct stage_window *)stage;

	if (window->playing)
		return playing_keys;
	if (window->focus != STAGE_WINDOW_FOCUS_OUTPUT)
		return edit_keys(window, buffer);
	return walk_keys;
}

const struct view_ops view_window = {.stage = "window", .draw = draw, .keys = keys};
