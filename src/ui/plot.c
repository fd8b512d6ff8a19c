// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A plot is drawn into a bitmap of dots, 2x4 to a cell, which then become braille characters; without
 * braille the grid has one dot a cell and each series its own letter. Series also differ in their
 * line (solid, dotted, dashed), so that they are told apart without colour.
 */
#include "config.h"

#include "ui/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"

#define Y_LABEL_COLS 7

struct grid {
	struct rect area; // of the curves
	int dots_x, dots_y; // dots a cell: 2x4 or 1x1
	int width, height;  // in dots
	uint8_t *dots;	    // [rows][cols] bits of a cell (braille), or 1 + series
	uint8_t *styles;    // [rows][cols]
	double x_min, x_max, y_min, y_max;
};

static const char letters[PLOT_SERIES_MAX] = {'*', 'o', '+', 'x'};

/* Along a line, dot n is set when the pattern says so: solid, dotted, dashed, dash-dotted. */
static bool pattern_sets(size_t series, int n)
{
	static const char *const patterns[PLOT_SERIES_MAX] = {"1", "10", "11110", "1110100"};
	const char *pattern = patterns[series];

	return pattern[(size_t)n % strlen(pattern)] == '1';
}

/* ------------------------------------------------------------------ ranges */

static void widen(double value, double *low, double *high)
{
	if (!isfinite(value))
		return;
	if (!(value >= *low))
		*low = value;
	if (!(value <= *high))
		*high = value;
}

static void settle(double *low, double *high)
{
	if (!isfinite(*low) || !isfinite(*high)) {
		*low = 0;
		*high = 1;
	} else if (*low == *high) {
		*low -= *low == 0 ? 0 : fabs(*low) / 2;
		*high += *high == 0 ? 1 : fabs(*high) / 2;
	}
}

static void find_ranges(const struct plot *plot, struct grid *grid)
{
	grid->x_min = grid->y_min = NAN;
	grid->x_max = grid->y_max = NAN;
	for (size_t s = 0; s < plot->count; s++) {
		for (size_t i = 0; i < plot->series[s].count; i++) {
			widen(plot->series[s].x[i], &grid->x_min, &grid->x_max);
			widen(plot->series[s].y[i], &grid->y_min, &grid->y_max);
		}
	}
	if (plot->x_min < plot->x_max) {
		grid->x_min = plot->x_min;
		grid->x_max = plot->x_max;
	}
	if (plot->y_min < plot->y_max) {
		grid->y_min = plot->y_min;
		grid->y_max = plot->y_max;
	}
	settle(&grid->x_min, &grid->x_max);
	settle(&grid->y_min, &grid->y_max);
}

/* ------------------------------------------------------------------ dots */

static void set_dot(struct grid *grid, int x, int y, size_t series, enum style style)
{
	static const uint8_t bits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
	int col = x / grid->dots_x, row = y / grid->dots_y;
	size_t at = (size_t)row * (size_t)grid->area.cols + (size_t)col;

	if (x < 0 || y < 0 || x >= grid->width || y >= grid->height)
		return;
	if (grid->dots_x == 2)
		grid->dots[at] |= bits[y % 4][x % 2];
	else
		grid->dots[at] = (uint8_t)(1 + series);
	grid->styles[at] = (uint8_t)style;
}

static int to_dot(double value, double low, double high, int count)
{
	double at = (value - low) / (high - low) * (count - 1);

	return (int)lround(fmin(fmax(at, -1), count)); // just outside stays outside
}

/* From one point to the next, one dot a column or row, whichever is finer. */
static void draw_line(struct grid *grid, const int from[2], const int to[2], size_t series, int *length,
    enum style style)
{
	int dx = to[0] - from[0], dy = to[1] - from[1];
	int steps = abs(dx) > abs(dy) ? abs(dx) : abs(dy);

	for (int i = 0; i <= steps; i++) {
		double part = steps ? (double)i / steps : 0;
		int x = from[0] + (int)lround(part * dx), y = from[1] + (int)lround(part * dy);

		if (grid->dots_x == 1 || pattern_sets(series, (*length)++) || i == steps)
			set_dot(grid, x, y, series, style);
	}
}

static void draw_series(struct grid *grid, const struct plot *plot, size_t index)
{
	const struct plot_series *series = &plot->series[index];
	int last[2], length = 0;
	bool has_last = false;

	for (size_t i = 0; i < series->count; i++) {
		int here[2];

		if (!isfinite(series->x[i]) || !isfinite(series->y[i])) {
			has_last = false;
			continue;
		}
		here[0] = to_dot(series->x[i], grid->x_min, grid->x_max, grid->width);
		here[1] = grid->height - 1 - to_dot(series->y[i], grid->y_min, grid->y_max, grid->height);
		draw_line(grid, has_last ? last : here, here, index, &length, series->style);
		memcpy(last, here, sizeof(last));
		has_last = true;
	}
}

static void copy_dots(const struct grid *grid, struct canvas *canvas)
{
	for (int row = 0; row < grid->area.rows; row++) {
		for (int col = 0; col < grid->area.cols; col++) {
			size_t at = (size_t)row * (size_t)grid->area.cols + (size_t)col;
			uint32_t ch;

			if (!grid->dots[at])
				continue;
			ch = grid->dots_x == 2 ? 0x2800u + grid->dots[at] : (uint32_t)letters[grid->dots[at] - 1];
			canvas_char(canvas, grid->area, row, col, grid->styles[at], ch);
		}
	}
}

/* ------------------------------------------------------------------ around the curves */

static void draw_legend(const struct plot *plot, bool braille, struct canvas *canvas, struct rect area)
{
	static const char *const samples[PLOT_SERIES_MAX] = {"\u28d2\u28d2", "\u2802\u2802", "\u28d2 \u28d2",
	    "\u28d2\u2802"};
	int col = 0;

	for (size_t i = 0; i < plot->count; i++) {
		const struct plot_series *series = &plot->series[i];
		const char ascii[2] = {letters[i], '\0'};
		char value[32] = "";
		int need;

		if (series->count && isfinite(series->y[series->count - 1]))
			snprintf(value, sizeof(value), series->value_format ? series->value_format : "%.4g",
			    series->y[series->count - 1]);
		need = utf8_text_width(series->name) + (int)strlen(value) + 5;
		if (col && col + need > area.cols)
			break;
		col = canvas_text(canvas, area, 0, col, series->style, braille ? samples[i] : ascii) + 1;
		col = canvas_text(canvas, area, 0, col, STYLE_LABEL, series->name) + 1;
		col = canvas_text(canvas, area, 0, col, STYLE_STRONG, value) + 3;
	}
}

static void draw_axes(const struct plot *plot, const struct grid *grid, struct canvas *canvas,
    struct rect area)
{
	int left = grid->area.col - area.col, bottom = area.rows - 1, middle = grid->area.rows / 2;
	char low[24], high[24];

	snprintf(low, sizeof(low), "%.3g", grid->y_min);
	snprintf(high, sizeof(high), "%.3g", grid->y_max);
	canvas_text_right(canvas, area, 1, left - 1, STYLE_LABEL, high);
	canvas_text_right(canvas, area, bottom - 1, left - 1, STYLE_LABEL, low);
	if (grid->area.rows >= 7) {
		snprintf(high, sizeof(high), "%.3g", (grid->y_min + grid->y_max) / 2);
		canvas_text_right(canvas, area, 1 + middle, left - 1, STYLE_LABEL, high);
	}
	snprintf(low, sizeof(low), "%g", grid->x_min);
	snprintf(high, sizeof(high), "%g", grid->x_max);
	canvas_text(canvas, area, bottom, left, STYLE_LABEL, low);
	canvas_text_right(canvas, area, bottom, area.cols, STYLE_LABEL, high);
	if (plot->x_label)
		canvas_text(canvas, area, bottom, left + (area.cols - left - utf8_text_width(plot->x_label)) / 2,
		    STYLE_LABEL, plot->x_label);
}

void plot_draw(const struct plot *plot, const struct look *look, struct canvas *canvas, struct rect area)
{
	bool braille = look->glyphs != GLYPH_SET_ASCII;
	int left = area.cols >= 24 ? Y_LABEL_COLS : 0;
	struct grid grid = {.dots_x = braille ? 2 : 1, .dots_y = braille ? 4 : 1};
	size_t cells;

	if (area.rows < 3 || area.cols < 4)
		return;
	grid.area = rect_sub(area, 1, left, area.rows - 2, area.cols - left);
	grid.width = grid.area.cols * grid.dots_x;
	grid.height = grid.area.rows * grid.dots_y;
	cells = (size_t)grid.area.rows * (size_t)grid.area.cols;
	grid.dots = xzalloc(cells, 1);
	grid.styles = xzalloc(cells, 1);
	find_ranges(plot, &grid);
	for (size_t i = 0; i < plot->count; i++)
		draw_series(&grid, plot, i);
	copy_dots(&grid, canvas);
	draw_legend(plot, braille, canvas, area);
	if (left)
		draw_axes(plot, &grid, canvas, area);
	mem_free(grid.dots);
	mem_free(grid.styles);
}

/* ------------------------------------------------------------------ in words */

static void describe_series(const struct plot_series *series, struct strbuf *out)
{
	double first = NAN, last = NAN, low = NAN, high = NAN;
	const char *trend = "stays";

	for (size_t i = 0; i < series->count; i++) {
		if (!isfinite(series->y[i]))
			continue;
		if (!isfinite(first))
			first = series->y[i];
		last = series->y[i];
		widen(last, &low, &high);
	}
	if (!isfinite(first)) {
		strbuf_addf(out, "%s: no points yet.\n", series->name);
		return;
	}
	if (fabs(last - first) > 0.02 * fmax(fabs(first), fabs(last)))
		trend = last < first ? "falls" : "rises";
	strbuf_addf(out, "%s %s from %.4g to %.4g; least %.4g, greatest %.4g.\n", series->name, trend, first,
	    last, low, high);
}

void plot_describe(const struct plot *plot, struct strbuf *out)
{
	for (size_t i = 0; i < plot->count; i++)
		describe_series(&plot->series[i], out);
}
