// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What is on a canvas, written down: as text for tests and screenshots, and as SVG. In SVG a cell is
 * 10 by 20 units; block characters become rectangles, so that pictures have no seams.
 */
#include "config.h"

#include <string.h>

#include "base/color.h"
#include "base/utf8.h"
#include "ui/canvas.h"

static const char style_letters[] = {
#define STYLE_LETTER(name, letter) letter,
    STYLE_TABLE(STYLE_LETTER)
#undef STYLE_LETTER
};

static const struct cell *row_cells(const struct canvas *canvas, int row)
{
	return canvas->cells + (size_t)row * (size_t)canvas->cols;
}

static void add_cell(const struct cell *cell, struct strbuf *out)
{
	if (cell->width == 0)
		return;
	strbuf_add_utf8(out, cell->ch);
	if (cell->mark)
		strbuf_add_utf8(out, cell->mark);
}

/* Drop the blanks that were added since `from`. */
static void trim_blanks(struct strbuf *out, size_t from)
{
	while (out->len > from && out->data[out->len - 1] == ' ')
		strbuf_truncate(out, out->len - 1);
}

static void dump_row(const struct canvas *canvas, int row, int flags, bool styles,
    struct strbuf *out)
{
	const struct cell *cells = row_cells(canvas, row);
	size_t start = out->len;

	if (flags & CANVAS_DUMP_FRAME)
		strbuf_addch(out, '|');
	for (int col = 0; col < canvas->cols; col++) {
		if (styles)
			strbuf_addch(out, style_letters[cells[col].style]);
		else
			add_cell(&cells[col], out);
	}
	if (flags & CANVAS_DUMP_FRAME)
		strbuf_addch(out, '|');
	else
		trim_blanks(out, start);
	strbuf_addch(out, '\n');
}

static void dump_block(const struct canvas *canvas, int flags, bool styles, struct strbuf *out)
{
	for (int row = 0; row < canvas->rows; row++) {
		dump_row(canvas, row, flags, styles, out);
		if (!styles && (flags & CANVAS_DUMP_FRAME) && row == canvas->cursor_row) {
			strbuf_add_repeat(out, ' ', canvas->cursor_col + 1);
			strbuf_add(out, "^\n");
		}
	}
}

void canvas_dump(const struct canvas *canvas, int flags, struct strbuf *out)
{
	dump_block(canvas, flags, false, out);
	if (flags & CANVAS_DUMP_STYLES)
		dump_block(canvas, flags, true, out);
}

/* -- SVG ----------------------------------------------------------------------------------------- */

#define CELL_WIDTH 10
#define CELL_HEIGHT 20
#define BASELINE 15

struct svg_style {
	const char *ink, *paper; // paper NULL: the screen's
	bool bold;
};

static const struct svg_style svg_styles[STYLE_COUNT] = {
    [STYLE_NORMAL] = {"#222222", NULL, false},
    [STYLE_TITLE] = {"#ffffff", "#335577", true},
    [STYLE_STRONG] = {"#000000", NULL, true},
    [STYLE_DIM] = {"#888888", NULL, false},
    [STYLE_CODE] = {"#005f87", NULL, false},
    [STYLE_MATH] = {"#5f0087", NULL, false},
    [STYLE_LABEL] = {"#777777", NULL, false},
    [STYLE_WINDOW] = {"#000000", "#ffe9a8", true},
    [STYLE_CURRENT] = {"#000000", "#ffd75f", true},
    [STYLE_FOCUS] = {"#ffffff", "#222222", false},
    [STYLE_POSITIVE] = {"#005fd7", NULL, true},
    [STYLE_NEGATIVE] = {"#c75000", NULL, true},
    [STYLE_RIGHT] = {"#00702f", NULL, true},
    [STYLE_WRONG] = {"#b00020", NULL, true},
    [STYLE_HINT] = {"#6c5300", NULL, false},
    [STYLE_ERROR] = {"#b00020", NULL, true},
    [STYLE_PROMPT] = {"#335577", NULL, true},
    [STYLE_KEY] = {"#000000", "#dddddd", false},
    [STYLE_SERIES_A] = {"#0067a5", NULL, false},
    [STYLE_SERIES_B] = {"#c75000", NULL, false},
    [STYLE_SERIES_C] = {"#00702f", NULL, false},
};

/* The colour of an ink or paper number. */
static void add_ink(int ink, struct strbuf *out)
{
	int cube = ink - INK_CUBE(0, 0, 0);
	uint32_t color;

	if (cube >= 0)
		color = color_rgb(cube / 36 / 5.0, cube / 6 % 6 / 5.0, cube % 6 / 5.0);
	else if (ink < INK_GRAY(INK_GRAYS))
		color = color_gray((double)(ink - INK_GRAY(0)) / (INK_GRAYS - 1));
	else
		color = color_signed((double)(ink - INK_SIGNED(0)) / INK_SIGNED_MAX);
	strbuf_addf(out, "#%06x", color);
}

static void add_rect(int x, int y, int width, int height, struct strbuf *out)
{
	strbuf_addf(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"", x, y, width,
	    height);
}

static void add_paper(const struct cell *cell, int row, int col, struct strbuf *out)
{
	const char *paper = svg_styles[cell->style].paper;

	if (cell->paper == INK_DEFAULT && !paper)
		return;
	add_rect(col * CELL_WIDTH, row * CELL_HEIGHT, CELL_WIDTH, CELL_HEIGHT, out);
	if (cell->paper != INK_DEFAULT)
		add_ink(cell->paper, out);
	else
		strbuf_add(out, paper);
	strbuf_add(out, "\"/>\n");
}

static void add_cell_ink(const struct cell *cell, struct strbuf *out)
{
	if (cell->ink != INK_DEFAULT)
		add_ink(cell->ink, out);
	else
		strbuf_add(out, svg_styles[cell->style].ink);
}

/* Upper half, lower half and full blocks as rectangles; true when it was one of them. */
static bool add_block(const struct cell *cell, int row, int col, struct strbuf *out)
{
	int top = cell->ch == 0x2584 ? CELL_HEIGHT / 2 : 0;
	int height = cell->ch == 0x2588 ? CELL_HEIGHT : CELL_HEIGHT / 2;

	if (cell->ch != 0x2580 && cell->ch != 0x2584 && cell->ch != 0x2588)
		return false;
	add_rect(col * CELL_WIDTH, row * CELL_HEIGHT + top, CELL_WIDTH, height, out);
	add_cell_ink(cell, out);
	strbuf_add(out, "\"/>\n");
	return true;
}

static void add_escaped(const struct cell *cell, struct strbuf *out)
{
	static const struct {
		uint32_t ch;
		const char *entity;
	} entities[] = {{'<', "&lt;"}, {'>', "&gt;"}, {'&', "&amp;"}};

	for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
		if (cell->ch == entities[i].ch) {
			strbuf_add(out, entities[i].entity);
			return;
		}
	}
	add_cell(cell, out);
}

static bool same_run(const struct cell *a, const struct cell *b)
{
	return b->ch != ' ' && a->style == b->style && a->ink == b->ink && a->width == 1 &&
	       b->width == 1;
}

/* The run of characters that begins at `col`, as one text of fixed length; returns its end. */
static int add_run(const struct canvas *canvas, int row, int col, struct strbuf *out)
{
	const struct cell *cells = row_cells(canvas, row), *first = &cells[col];
	int end = col + (first->width ? first->width : 1);

	while (end < canvas->cols && same_run(first, &cells[end]))
		end++;
	strbuf_addf(out, "<text x=\"%d\" y=\"%d\" textLength=\"%d\" fill=\"", col * CELL_WIDTH,
	    row * CELL_HEIGHT + BASELINE, (end - col) * CELL_WIDTH);
	add_cell_ink(first, out);
	strbuf_add(out, svg_styles[first->style].bold ? "\" font-weight=\"bold\">" : "\">");
	for (int i = col; i < end; i++)
		add_escaped(&cells[i], out);
	strbuf_add(out, "</text>\n");
	return end;
}

static void add_svg_row(const struct canvas *canvas, int row, struct strbuf *out)
{
	const struct cell *cells = row_cells(canvas, row);
	int col = 0;

	for (int i = 0; i < canvas->cols; i++)
		add_paper(&cells[i], row, i, out);
	while (col < canvas->cols) {
		if (cells[col].ch == ' ' || cells[col].width == 0 ||
		    add_block(&cells[col], row, col, out))
			col++;
		else
			col = add_run(canvas, row, col, out);
	}
}

void canvas_svg(const struct canvas *canvas, struct strbuf *out)
{
	int width = canvas->cols * CELL_WIDTH, height = canvas->rows * CELL_HEIGHT;

	strbuf_addf(out,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
	    "font-family=\"DejaVu Sans Mono, Noto Sans Mono CJK SC, monospace\" font-size=\"16\">\n",
	    width, height, width, height);
	add_rect(0, 0, width, height, out);
	strbuf_add(out, "#fdfdfb\"/>\n");
	for (int row = 0; row < canvas->rows; row++)
		add_svg_row(canvas, row, out);
	if (canvas->cursor_row >= 0) {
		add_rect(canvas->cursor_col * CELL_WIDTH,
		    canvas->cursor_row * CELL_HEIGHT + CELL_HEIGHT - 3, CELL_WIDTH, 2, out);
		strbuf_add(out, "#222222\"/>\n");
	}
	strbuf_add(out, "</svg>\n");
}
