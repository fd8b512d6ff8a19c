// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Pictures on the canvas: grey images (two pixels a cell by half blocks, or an ASCII ramp) and maps of
 * signed values, with a line that says what the darkest and the brightest glyph stand for.
 */
#ifndef UI_PICTURE_H
#define UI_PICTURE_H

#include "ui/canvas.h"
#include "ui/look.h"

struct picture {
	int height, width;
	const float *values; // [height][width]
	float low, high;     // what black and white stand for; equal: the data's extremes
	bool is_signed;	     // around 0, with sign
};

// Rows and columns of cells that it takes.
void picture_size(const struct picture *picture, const struct look *look, int *ret_rows, int *ret_cols);
void picture_draw(const struct picture *picture, const struct look *look, struct canvas *canvas,
    struct rect area);

#endif
