// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Cells and the text in them. A wide character owns two cells; whoever overwrites one of them turns
 * the other into a blank, so that no half is ever left. Dumps and pictures: canvas_dump.c.
 */
#include "config.h"

#include "ui/canvas.h"

#include <stdarg.h>

#include "base/alloc.h"
#include "base/utf8.h"

static const struct cell blank = {.ch = ' ', .width = 1, .style = STYLE_NORMAL};

void canvas_init(struct canvas *canvas, int rows, int cols)
{
	*canvas = (struct canvas){.cells = NULL};
	canvas_resize(canvas, rows, cols);
}

void canvas_release(struct canvas *canvas)
{
	mem_free(canvas->cells);
	*canvas = (struct canvas){.cursor_row = -1, .cursor_col = -1};
}

void canvas_resize(struct canvas *canvas, int rows, int cols)
{
	canvas->rows = rows < 1 ? 1 : rows;
	canvas->cols = cols < 1 ? 1 : cols;
	mem_free(canvas->cells);
	canvas->cells =
	    xmalloc((size_t)canvas->rows * (size_t)canvas->cols, sizeof(*canvas->cells));
	canvas_erase(canvas);
}

void canvas_erase(struct canvas *canvas)
{
	size_t count = (size_t)canvas->rows * (size_t)canvas->cols;

	for (size_t i = 0; i < count; i++)
		canvas->cells[i] = blank;
	canvas->cursor_row = canvas->cursor_col = -1;
}

struct rect canvas_area(const struct canvas *canvas)
{
	return (struct rect){.rows = canvas->rows, .cols = canvas->cols};
}

struct cell *canvas_at(struct canvas *canvas, int row, int col)
{
	if (row < 0 || col < 0 || row >= canvas->rows || col >= canvas->cols)
		return NULL;
	return &canvas->cells[(size_t)row * (size_t)canvas->cols + (size_t)col];
}

static int clamp(int value, int low, int high)
{
	if (value > high)
		value = high;
	return value < low ? low : value;
}

struct rect rect_sub(struct rect area, int row, int col, int rows, int cols)
{
	int top = clamp(row, 0, area.rows), left = clamp(col, 0, area.cols);
	int bottom = clamp(row + rows, top, area.rows), right = clamp(col + cols, left, area.cols);

	return (struct rect){
	    .row = area.row + top, .col = area.col + left, .rows = bottom - top, .cols = right - left};
}

/* The cell at (row, col) of the area, or NULL outside the area or the canvas. */
static struct cell *cell_in(struct canvas *canvas, struct rect area, int row, int col)
{
	if (row < 0 || col < 0 || row >= area.rows || col >= area.cols)
		return NULL;
	return canvas_at(canvas, area.row + row, area.col + col);
}

/* Blank the half that a wide character would be left with when `cell` is overwritten. */
static void drop_other_half(struct cell *cell)
{
	if (cell->width == 2)
		cell[1] = blank;
	else if (cell->width == 0)
		cell[-1] = blank;
}

/* Put one character; false when not all of it fits. */
static bool put(struct canvas *canvas, struct rect area, int row, int col, const struct cell *what)
{
	struct cell *cell = cell_in(canvas, area, row, col);

	if (!cell)
		return false;
	if (what->width == 2) {
		struct cell *right = cell_in(canvas, area, row, col + 1);

		if (!right)
			return false;
		drop_other_half(right);
		drop_other_half(cell);
		*right = *what;
		right->ch = right->mark = 0;
		right->width = 0;
	} else {
		drop_other_half(cell);
	}
	*cell = *what;
	return true;
}

/* Direction marks, joiners and the like: they have no place on a grid. */
static bool is_invisible(uint32_t cp)
{
	return (cp >= 0x200b && cp <= 0x200f) || (cp >= 0x202a && cp <= 0x202e) ||
	       (cp >= 0x2060 && cp <= 0x206f) || (cp >= 0xfe00 && cp <= 0xfe0f) || cp == 0xfeff;
}

static bool is_control(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0);
}

static void put_mark(struct canvas *canvas, struct rect area, int row, int col, uint32_t mark)
{
	struct cell *cell = cell_in(canvas, area, row, col);

	if (cell && cell->width == 0 && col > 0)
		cell--;
	if (cell && cell->mark == 0)
		cell->mark = mark;
}

int canvas_text(struct canvas *canvas, struct rect area, int row, int col, enum style style,
    const char *text)
{
	uint32_t cp;

	while (*text) {
		struct cell cell = {.style = (uint8_t)style};

		text += utf8_decode(text, UTF8_MAX, &cp);
		if (is_control(cp))
			cp = '?';
		if (is_invisible(cp))
			continue;
		cell.ch = cp;
		cell.width = (uint8_t)utf8_width(cp);
		if (cell.width == 0) {
			put_mark(canvas, area, row, col - 1, cp);
			continue;
		}
		if (col + cell.width > area.cols)
			break;
		put(canvas, area, row, col, &cell);
		col += cell.width;
	}
	return clamp(col, 0, area.cols);
}

int canvas_textf(struct canvas *canvas, struct rect area, int row, int col, enum style style,
    const char *fmt, ...)
{
	struct strbuf sb = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(&sb, fmt, ap);
	va_end(ap);
	col = canvas_text(canvas, area, row, col, style, sb.data);
	strbuf_release(&sb);
	return col;
}

void canvas_text_right(struct canvas *canvas, struct rect area, int row, int end, enum style style,
    const char *text)
{
	canvas_text(canvas, area, row, end - utf8_text_width(text), style, text);
}

void canvas_char(struct canvas *canvas, struct rect area, int row, int col, enum style style,
    uint32_t ch)
{
	struct cell cell = {.ch = is_control(ch) ? '?' : ch, .style = (uint8_t)style};

	cell.width = (uint8_t)utf8_width(cell.ch);
	if (cell.width > 0)
		put(canvas, area, row, col, &cell);
}

void canvas_pixel(struct canvas *canvas, struct rect area, int row, int col, uint32_t ch, int ink,
    int paper)
{
	struct cell cell = {
	    .ch = ch, .width = 1, .ink = (uint8_t)ink, .paper = (uint8_t)paper, .style = STYLE_NORMAL};

	put(canvas, area, row, col, &cell);
}

void canvas_restyle(struct canvas *canvas, struct rect area, int row, int col, int cols,
    enum style style)
{
	for (int c = col; c < col + cols; c++) {
		struct cell *cell = cell_in(canvas, area, row, c);

		if (cell)
			cell->style = (uint8_t)style;
	}
}

void canvas_cursor(struct canvas *canvas, struct rect area, int row, int col)
{
	if (!cell_in(canvas, area, row, col))
		return;
	canvas->cursor_row = area.row + row;
	canvas->cursor_col = area.col + col;
}
