// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The canvas: a grid of cells that the whole interface draws into. Only term_curses.c copies it to a
 * terminal; tests and screenshots dump it. Columns count cells; a wide character takes two, and is
 * never split: what does not fit before a border is left out.
 *
 * Drawing is clipped to the area given (struct rect) and to the canvas; coordinates are row, column
 * from 0, relative to the area.
 */
#ifndef UI_CANVAS_H
#define UI_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strbuf.h"

/*
 * What a text means; the terminal file decides how that looks. Nothing may depend on it alone.
 * The letter stands for the style in dumps.
 */
#define STYLE_TABLE(X)                                                                             \
	X(NORMAL, '.')                                                                             \
	X(TITLE, 'T')	 /* the title row */                                                       \
	X(STRONG, 'S')	                                                                           \
	X(DIM, 'd')                                                                                \
	X(CODE, 'c')                                                                               \
	X(MATH, 'm')                                                                               \
	X(LABEL, 'l')	 /* names and rulers of matrices, axes of plots */                         \
	X(WINDOW, 'W')	 /* the sliding window */                                                  \
	X(CURRENT, 'C')	 /* the cell being made */                                                 \
	X(FOCUS, 'F')	 /* where the cursor is */                                                 \
	X(POSITIVE, '+')                                                                           \
	X(NEGATIVE, '-')                                                                           \
	X(RIGHT, 'r')	 /* feedback */                                                            \
	X(WRONG, 'w')                                                                              \
	X(HINT, 'h')                                                                               \
	X(ERROR, 'E')                                                                              \
	X(PROMPT, 'p')                                                                             \
	X(KEY, 'k')	 /* a key in the key row */                                                \
	X(SERIES_A, '1')                                                                           \
	X(SERIES_B, '2')                                                                           \
	X(SERIES_C, '3')

enum style {
#define STYLE_CONSTANT(name, letter) STYLE_##name,
	STYLE_TABLE(STYLE_CONSTANT)
#undef STYLE_CONSTANT
	STYLE_COUNT
};

/* Colours of pictures, beside styles: 0 the terminal's own, 1..24 black to white, a scale for
 * signed values, and a cube of red, green and blue. They only ever support a glyph or a number. */
#define INK_DEFAULT 0
#define INK_GRAYS 24
#define INK_GRAY(level) (1 + (level))	       // level 0..23
#define INK_SIGNED_MAX 5
#define INK_SIGNED(level) (30 + (level))       // level -5 (negative, orange) .. 5 (positive, blue)
#define INK_CUBE(r, g, b) (40 + 36 * (r) + 6 * (g) + (b)) // each 0..5

struct cell {
	uint32_t ch;	// 0 in the right half of a wide character
	uint32_t mark;	// one combining character, or 0
	uint8_t width;	// 1 or 2; 0 in the right half of a wide character
	uint8_t style;	// enum style
	uint8_t ink, paper;
};

struct rect {
	int row, col, rows, cols;
};

struct canvas {
	int rows, cols;
	struct cell *cells;
	int cursor_row, cursor_col; // -1: nowhere
};

// At least 1x1. Resizing empties it.
void canvas_init(struct canvas *canvas, int rows, int cols);
void canvas_release(struct canvas *canvas);
void canvas_resize(struct canvas *canvas, int rows, int cols);
void canvas_erase(struct canvas *canvas);
struct rect canvas_area(const struct canvas *canvas);
struct cell *canvas_at(struct canvas *canvas, int row, int col); // NULL outside

// Parts of a rect, clipped to it.
struct rect rect_sub(struct rect area, int row, int col, int rows, int cols);

// Write UTF-8 (control characters as ?); returns the column behind it, clipped at the area's end.
int canvas_text(struct canvas *canvas, struct rect area, int row, int col, enum style style,
    const char *text);
int canvas_textf(struct canvas *canvas, struct rect area, int row, int col, enum style style,
    const char *fmt, ...) PRINTF_LIKE(6, 7);
// Right-aligned so that it ends before column `end`.
void canvas_text_right(struct canvas *canvas, struct rect area, int row, int end, enum style style,
    const char *text);
void canvas_char(struct canvas *canvas, struct rect area, int row, int col, enum style style,
    uint32_t ch);
// One cell with colours of its own (pictures).
void canvas_pixel(struct canvas *canvas, struct rect area, int row, int col, uint32_t ch, int ink,
    int paper);
void canvas_restyle(struct canvas *canvas, struct rect area, int row, int col, int cols,
    enum style style);
void canvas_cursor(struct canvas *canvas, struct rect area, int row, int col);

/*
 * Dumps. Text: the rows without blanks at their ends, each ended by a newline. With frame: rows
 * between bars, the cursor marked by ^ below its row; with styles: a second block of style letters.
 */
#define CANVAS_DUMP_FRAME 1
#define CANVAS_DUMP_STYLES 2
void canvas_dump(const struct canvas *canvas, int flags, struct strbuf *out);
// For a terminal of 256 colours: the rows with escape sequences.
void canvas_ansi(const struct canvas *canvas, struct strbuf *out);
int ink_palette(int ink); // its number among 256 colours, -1: the terminal's own
// A picture of the screen as SVG, with a monospaced font.
void canvas_svg(const struct canvas *canvas, struct strbuf *out);

#endif
