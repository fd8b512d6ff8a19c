// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A figure as data: what show(), plot() and matplotlib's show() draw. Panels stand in rows and columns;
 * each holds an image or curves over two axes. The sink draws it on whatever it has; figure_svg() writes it as
 * a picture.
 */
#ifndef NOTEBOOK_FIGURE_H
#define NOTEBOOK_FIGURE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/strbuf.h"

#define FIGURE_PANELS_MAX 100
#define FIGURE_CURVES_MAX 10
#define FIGURE_NUMBERS_ROWS 16 // an image up to this size is drawn as numbers, too
#define FIGURE_NUMBERS_COLS 20

enum figure_map {
	FIGURE_MAP_GRAY,     // the lowest value is black
	FIGURE_MAP_REVERSED, // the lowest value is white
	FIGURE_MAP_SIGNED,   // around 0: orange below, blue above
	FIGURE_MAP_RGB,	     // three channels, 0..1
};

enum figure_mark {
	FIGURE_MARK_LINE,
	FIGURE_MARK_DASHED,
	FIGURE_MARK_DOTTED,
	FIGURE_MARK_POINTS,
	FIGURE_MARK_BARS,
	FIGURE_MARK_COUNT,
};

struct figure_axis {
	char *label; // "": none
	double low, high; // equal: from the data
	bool log;
};

struct figure_curve {
	char *name; // "": none
	enum figure_mark mark;
	int color; // 0.. FIGURE_COLORS - 1
	size_t count;
	double *x, *y;
};

struct figure_image {
	int height, width; // 0: none
	float *pixels;	   // [height][width], FIGURE_MAP_RGB: [height][width][3]
	enum figure_map map;
	double low, high; // what the map's ends stand for
};

struct figure_panel {
	int row, col;
	char *title; // "": none
	bool bare;   // without axes, rulers and scale
	bool legend, grid;
	struct figure_axis x, y;
	struct figure_image image;
	size_t curve_count;
	struct figure_curve curves[FIGURE_CURVES_MAX];
};

struct figure {
	int refs;
	char *title;
	double width, height; // inches that were asked for; 0: as it likes
	int rows, cols;	      // cols 0: the panels flow, as many in a row as there is room for
	size_t count;
	struct figure_panel *panels;
};

#define FIGURE_COLORS 11
extern const unsigned figure_colors[FIGURE_COLORS]; // 0xRRGGBB; the last is black

struct figure *figure_new(size_t panel_count); // one reference, every text empty
struct figure *figure_ref(struct figure *figure);
void figure_unref(struct figure *figure); // NULL is a no-op
// The colour of the image's pixel, 0xRRGGBB.
unsigned figure_pixel(const struct figure_image *image, int row, int col);
double figure_half_bar(const struct figure_curve *curve); // half of a bar's width
// Both ends of an axis: as asked for, or the data's; never empty, never infinite.
void figure_range(const struct figure_panel *panel, const struct figure_axis *axis, double *ret_low,
    double *ret_high);
// An image with at most so many rows and columns: the same, or one of means over squares, whose pixels
// are then for the caller to mem_free.
bool figure_shrink(const struct figure_image *image, int height, int width, struct figure_image *ret);

// figure_svg.c
void figure_svg(const struct figure *figure, struct strbuf *out);

#endif
