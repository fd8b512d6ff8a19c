// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Curves on the canvas: up to ten series over a common x, each with its own line (solid, dotted,
 * dashed; in ASCII its own character) and style, with axes, numbers at their ends and a legend that
 * names each series and its last value. Braille dots where the look allows (2x4 points a cell), else
 * one character a point. A series may belong to a second scale on the right.
 *
 * Raw points are never dropped: where several fall into one column all of them are drawn. A point that
 * is not finite is a gap.
 */
#ifndef UI_PLOT_H
#define UI_PLOT_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/canvas.h"
#include "ui/look.h"

#define PLOT_SERIES_MAX 10

struct plot_series {
	const char *name;
	size_t count;
	const double *x, *y;
	enum style style;
	const char *value_format; // of the last value in the legend, e.g. "%.3f"
	bool right;		  // measured on the right scale
	bool points;		  // without lines between them
};

struct plot {
	const char *x_label;
	double x_min, x_max, y_min, y_max; // equal: from the data
	double right_min, right_max;	   // likewise
	size_t count;
	struct plot_series series[PLOT_SERIES_MAX];
};

void plot_draw(const struct plot *plot, const struct look *look, struct canvas *canvas,
    struct rect area);
// The same in words, for the plain mode: ends, extremes, trend.
void plot_describe(const struct plot *plot, struct strbuf *out);

#endif
