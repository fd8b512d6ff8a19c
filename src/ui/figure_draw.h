// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Figures on the canvas: a small image as numbers, a larger one as a picture, thinned where there is too
 * little room, curves as a plot; side by side as the figure says, or as many in a row as fit.
 */
#ifndef UI_FIGURE_DRAW_H
#define UI_FIGURE_DRAW_H

#include "notebook/figure.h"
#include "ui/canvas.h"
#include "ui/look.h"

// The rows and columns that it takes in a width of `cols`.
void figure_size(const struct figure *figure, const struct look *look, int cols, int *ret_rows, int *ret_cols);
void figure_draw(const struct figure *figure, const struct look *look, struct canvas *canvas, struct rect area);
// Without a screen: as lines of at most `cols` columns.
void figure_print(const struct figure *figure, const struct look *look, int cols, struct strbuf *out);

#endif
