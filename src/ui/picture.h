// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Pictures on the canvas. Grey images: two pixels a cell by half blocks where the look allows, else a
 * ramp of ASCII characters, one for two pixels that stand above each other. Signed maps: two columns a
 * pixel, its sign and a digit from 0 to 9 for its size ("-4"), so that nothing depends on colour. The
 * last row says what the ends stand for.
 */
#ifndef UI_PICTURE_H
#define UI_PICTURE_H

#include <stdbool.h>

#include "ui/canvas.h"
#include "ui/look.h"

struct picture {
	int height, width;
	const float *values; // [height][width]; is_rgb: [height][width][3] from 0 to 1
	float low, high;     // what black and white stand for; equal: the data's extremes
	bool is_signed;	     // around 0, with sign; then 9 stands for the larger of |low| and |high|
	bool is_reversed;    // black stands for the high end
	bool is_rgb;	     // in colour, where the look has 256 colours; else grey
	bool bare;	     // without the line about the scale
};

// Rows and columns of cells that it takes.
void picture_size(const struct picture *picture, const struct look *look, int *ret_rows, int *ret_cols);
void picture_draw(const struct picture *picture, const struct look *look, struct canvas *canvas,
    struct rect area);

#endif
