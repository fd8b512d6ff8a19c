// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/matrix.h"

#include <stdio.h>
#include <string.h>

/* -- numbers ------------------------------------------------------------------------------------- */

/* "0.5" becomes ".5" where that saves the column needed. */
static void drop_leading_zero(char *text)
{
	char *digits = text + (*text == '-');

	if (digits[0] == '0' && digits[1] == '.')
		memmove(digits, digits + 1, strlen(digits));
}

/* Zeros behind the point say nothing in a narrow cell. */
static void drop_trailing_zeros(char *text)
{
	size_t len = strlen(text);

	if (!strchr(text, '.'))
		return;
	while (text[len - 1] == '0')
		len--;
	text[len - (text[len - 1] == '.')] = '\0';
}

static bool fits(const char *text, int width)
{
	return (int)strlen(text) <= width;
}

void matrix_number(double value, int width, char text[MATRIX_TEXT_MAX])
{
	if (value == 0)
		value = 0; // never -0
	snprintf(text, MATRIX_TEXT_MAX, "%.6g", value);
	for (int digits = 5; digits >= 0 && !fits(text, width); digits--) {
		char longer[400];

		snprintf(longer, sizeof(longer), "%.*f", digits, value);
		drop_trailing_zeros(longer);
		if (!fits(longer, width))
			drop_leading_zero(longer);
		if (fits(longer, width) && width < MATRIX_TEXT_MAX)
			memcpy(text, longer, strlen(longer) + 1);
	}
	for (int digits = 3; digits >= 1 && !fits(text, width); digits--)
		snprintf(text, MATRIX_TEXT_MAX, "%.*g", digits, value);
	if (strcmp(text, "-") == 0 || strcmp(text, "-0") == 0 || strcmp(text, "") == 0)
		strcpy(text, "0");
	if (!fits(text, width)) {
		memset(text, '#', (size_t)width);
		text[width] = '\0';
	}
}

int matrix_number_width(double value, int max)
{
	char text[MATRIX_TEXT_MAX];
	int width;

	matrix_number(value, MATRIX_TEXT_MAX - 1, text);
	width = (int)strlen(text);
	return width < max ? width : max;
}

/* -- geometry ------------------------------------------------------------------------------------ */

static int ruler_width(const struct matrix_view *view)
{
	if (!view->row_ruler)
		return 0;
	return view->rows > 10 ? 3 : 2;
}

int matrix_width(const struct matrix_view *view)
{
	return ruler_width(view) + view->cols * view->cell + 1;
}

int matrix_height(const struct matrix_view *view)
{
	return 1 + view->col_ruler + view->rows;
}

/* The part of an axis that is in sight. */
struct span_shown {
	int first, count;
};

static struct span_shown show_span(int size, int room, int anchor)
{
	struct span_shown span = {.count = room < size ? room : size};

	if (span.count < 1)
		span.count = 0;
	span.first = anchor - span.count / 2;
	if (span.first + span.count > size)
		span.first = size - span.count;
	if (span.first < 0)
		span.first = 0;
	return span;
}

struct placing {
	const struct matrix_view *view;
	struct canvas *canvas;
	struct rect area;
	struct span_shown rows, cols;
	int top, left; // of the first cell, in the area
};

static int row_of(const struct placing *at, int row)
{
	return at->top + row - at->rows.first;
}

/* The column behind the cell's last character. */
static int end_of(const struct placing *at, int col)
{
	return at->left + (col - at->cols.first + 1) * at->view->cell;
}

static bool in_sight(const struct placing *at, int row, int col)
{
	return row >= at->rows.first && row < at->rows.first + at->rows.count &&
	       col >= at->cols.first && col < at->cols.first + at->cols.count;
}

/* -- drawing ------------------------------------------------------------------------------------- */

static void draw_index(const struct placing *at, int row, int end, int index, int size)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", at->view->reversed ? size - 1 - index : index);
	canvas_text_right(at->canvas, at->area, row, end, STYLE_LABEL, text);
}

static void draw_rulers(const struct placing *at)
{
	const struct matrix_view *view = at->view;

	for (int c = 0; at->top == 2 && c < at->cols.count; c++)
		draw_index(at, at->top - 1, end_of(at, at->cols.first + c), at->cols.first + c,
		    view->cols);
	for (int r = 0; view->row_ruler && r < at->rows.count; r++)
		draw_index(at, at->top + r, ruler_width(view), at->rows.first + r, view->rows);
}

static void draw_cells(const struct placing *at)
{
	const struct matrix_view *view = at->view;
	struct matrix_cell cell;

	for (int r = at->rows.first; r < at->rows.first + at->rows.count; r++) {
		for (int c = at->cols.first; c < at->cols.first + at->cols.count; c++) {
			view->cell_at(view->self, r, c, view->cell - 1, &cell);
			canvas_text_right(at->canvas, at->area, row_of(at, r), end_of(at, c), cell.style,
			    cell.text);
		}
	}
}

/* The longest text in a column of the window: brackets stand right before it, one below the other. */
static int longest_text(const struct matrix_view *view, int col)
{
	struct matrix_cell cell;
	int longest = 1;

	for (int r = view->window.row; r < view->window.row + view->window.rows; r++) {
		view->cell_at(view->self, r, col, view->cell - 1, &cell);
		if ((int)strlen(cell.text) > longest)
			longest = (int)strlen(cell.text);
	}
	return longest;
}

static void draw_window(const struct placing *at)
{
	const struct matrix_view *view = at->view;
	const struct rect *window = &view->window;
	int last = window->col + window->cols - 1;
	int open = end_of(at, window->col) - longest_text(view, window->col) - 1;

	for (int r = window->row; r < window->row + window->rows; r++) {
		int left = in_sight(at, r, window->col) ? open : at->left;
		int right = in_sight(at, r, last) ? end_of(at, last) : end_of(at, at->cols.first) +
									  (at->cols.count - 1) * view->cell;

		if (r < at->rows.first || r >= at->rows.first + at->rows.count || left > right)
			continue;
		canvas_restyle(at->canvas, at->area, row_of(at, r), left, right - left + 1, STYLE_WINDOW);
		if (in_sight(at, r, window->col))
			canvas_char(at->canvas, at->area, row_of(at, r), left, STYLE_WINDOW, '[');
		if (in_sight(at, r, last))
			canvas_char(at->canvas, at->area, row_of(at, r), right, STYLE_WINDOW, ']');
	}
}

static void draw_cursor(const struct placing *at)
{
	const struct matrix_view *view = at->view;
	int row = view->cursor.row, col = view->cursor.col, end, start;
	struct matrix_cell cell;

	if (!in_sight(at, row, col))
		return;
	view->cell_at(view->self, row, col, view->cell - 1, &cell);
	end = end_of(at, col);
	start = end - (int)strlen(cell.text);
	canvas_restyle(at->canvas, at->area, row_of(at, row), start, end - start, STYLE_FOCUS);
	canvas_char(at->canvas, at->area, row_of(at, row), start - 1, STYLE_FOCUS, '>');
	canvas_char(at->canvas, at->area, row_of(at, row), end, STYLE_FOCUS, '<');
	canvas_cursor(at->canvas, at->area, row_of(at, row), end - 1);
}

void matrix_draw(const struct matrix_view *view, struct canvas *canvas, struct rect area)
{
	struct placing at = {.view = view, .canvas = canvas, .area = area};
	int col;

	at.top = area.rows > 2 ? 1 + view->col_ruler : area.rows > 1;
	at.left = ruler_width(view);
	at.rows = show_span(view->rows, area.rows - at.top, view->anchor_row);
	at.cols = show_span(view->cols, (area.cols - at.left - 1) / view->cell, view->anchor_col);
	if (at.top > 0) {
		col = canvas_text(canvas, area, 0, 0, STYLE_LABEL, view->title);
		if (at.rows.count < view->rows || at.cols.count < view->cols)
			canvas_text(canvas, area, 0, col, STYLE_LABEL, ", a part");
	}
	draw_rulers(&at);
	draw_cells(&at);
	if (view->window.rows > 0)
		draw_window(&at);
	if (view->cursor.rows > 0)
		draw_cursor(&at);
}
