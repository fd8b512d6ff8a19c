// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A matrix on the canvas: a title, rulers with the indices of rows and columns, one cell beside the
 * other, and a window around some of them in brackets, so that it is seen without colour, too:
 *
 *	X  6x8
 *	      0   1   2   3
 *	0     1  [1   0]  0
 *	1     1   1   0   0
 *
 * What does not fit into the area is scrolled: the anchor stays in sight, the indices tell the rest.
 */
#ifndef UI_MATRIX_H
#define UI_MATRIX_H

#include <stdbool.h>

#include "ui/canvas.h"

#define MATRIX_TEXT_MAX 16

/* What stands in a cell. */
struct matrix_cell {
	char text[MATRIX_TEXT_MAX]; // ASCII
	enum style style;
};

struct matrix_view {
	const char *title;
	int rows, cols;
	int cell;	   // columns of a cell, with the one before it that brackets use; at least 2
	bool col_ruler, row_ruler;
	bool reversed;	   // rulers count down: a kernel turned over
	struct rect window; // in brackets; rows 0: none
	struct rect cursor; // one cell between > and <; rows 0: none
	int anchor_row, anchor_col;
	// The cell's text in at most `width` columns.
	void (*cell_at)(const void *self, int row, int col, int width, struct matrix_cell *ret);
	const void *self;
};

int matrix_width(const struct matrix_view *view); // of all of it
int matrix_height(const struct matrix_view *view);
void matrix_draw(const struct matrix_view *view, struct canvas *canvas, struct rect area);

// A number in at most `width` columns: rounded where it must be ("-.13"), # where nothing helps.
void matrix_number(double value, int width, char text[MATRIX_TEXT_MAX]);
// The columns that the number takes unrounded, at most `max`.
int matrix_number_width(double value, int max);

#endif
