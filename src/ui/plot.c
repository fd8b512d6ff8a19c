// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A plot is drawn into a raster of points first (2x4 a cell in braille, 1x1 in ASCII), then copied to
 * the canvas. From the top: legend, curves with their scales, the x axis and its ends.
 */
#include "config.h"

#include "ui/plot.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "ui/matrix.h"

#define SCALE_COLS 6	// of the numbers beside an axis, with the axis itself
#define LEAST_ROWS 4	// below it only the legend is drawn
#define LEAST_COLS 16

struct range {
	double low, high;
};

/* How a series' line is drawn: `on` points of every `period` along it. */
struct line_kind {
	int on, period;
	char ascii;
	const char *sample, *ascii_sample;
};

static const struct line_kind line_kinds[] = {
    {1, 1, '*', "\u28c0\u28c0", "**"},	// solid
    {1, 3, 'o', "\u2840\u2840", "oo"},	// dotted
    {4, 6, '+', "\u28c0\u2840", "++"},	// dashed
    {1, 2, 'x', "\u2880\u2880", "xx"},
    {1, 1, '#', "\u28c0\u28c0", "##"},
    {1, 3, '%', "\u2840\u2840", "%%"},
    {4, 6, '@', "\u28c0\u2840", "@@"},
    {1, 2, '&', "\u2880\u2880", "&&"},
    {1, 1, '$', "\u28c0\u28c0", "$$"},
    {1, 3, '~', "\u2840\u2840", "~~"},
};

_Static_assert(ARRAY_LEN(line_kinds) == PLOT_SERIES_MAX, "a kind of line for each series");

struct raster {
	int rows, cols;	       // cells
	int across, down;      // points of a cell
	uint8_t *dots, *style; // [rows][cols]; ASCII: dots is the character
	struct range x, y, right;
};

/* -- ranges -------------------------------------------------------------------------------------- */

static void widen(struct range *range, double value)
{
	if (!isfinite(value))
		return;
	range->low = value < range->low ? value : range->low;
	range->high = value > range->high ? value : range->high;
}

/* What was asked for, or the data's extremes; never empty. */
static struct range settle(double low, double high, struct range data)
{
	if (low < high)
		return (struct range){low, high};
	if (!(data.low <= data.high))
		return (struct range){0, 1};
	if (data.low == data.high)
		return (struct range){data.low - 0.5, data.high + 0.5};
	return data;
}

static void find_ranges(const struct plot *plot, struct raster *raster)
{
	struct range x = {INFINITY, -INFINITY}, y = x, right = x;

	for (size_t s = 0; s < plot->count; s++) {
		const struct plot_series *series = &plot->series[s];

		for (size_t i = 0; i < series->count; i++) {
			if (!isfinite(series->y[i]))
				continue;
			widen(&x, series->x[i]);
			widen(series->right ? &right : &y, series->y[i]);
		}
	}
	raster->x = settle(plot->x_min, plot->x_max, x);
	raster->y = settle(plot->y_min, plot->y_max, y);
	raster->right = settle(plot->right_min, plot->right_max, right);
}

/* -- points -------------------------------------------------------------------------------------- */

/* Braille: dots 1 2 3 7 go down the left column, 4 5 6 8 down the right one. */
static uint8_t braille_dot(int x, int y)
{
	static const uint8_t dots[2][4] = {{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}};

	return dots[x][y];
}

static void set_point(struct raster *raster, int x, int y, const struct plot_series *series, char ascii)
{
	int col = x / raster->across, row = y / raster->down;
	size_t at = (size_t)row * (size_t)raster->cols + (size_t)col;

	if (x < 0 || y < 0 || col >= raster->cols || row >= raster->rows)
		return;
	if (raster->across == 1)
		raster->dots[at] = (uint8_t)ascii;
	else
		raster->dots[at] |= braille_dot(x % 2, y % 4);
	raster->style[at] = (uint8_t)series->style;
}

static int scaled(double value, struct range range, int points)
{
	double at = (value - range.low) / (range.high - range.low) * (points - 1);

	if (at < 0)
		return 0;
	return at > points - 1 ? points - 1 : (int)lround(at);
}

static int point_x(const struct raster *raster, double x)
{
	return scaled(x, raster->x, raster->cols * raster->across);
}

static int point_y(const struct raster *raster, const struct plot_series *series, double y)
{
	int points = raster->rows * raster->down;

	return points - 1 - scaled(y, series->right ? raster->right : raster->y, points);
}

struct pen {
	int x, y;
	bool down;	// there is a point to draw from
	int travelled;	// along the line, for its pattern
};

static void draw_to(struct raster *raster, const struct plot_series *series,
    const struct line_kind *kind, struct pen *pen, int x, int y)
{
	int dx = x - pen->x, dy = y - pen->y;
	int steps = abs(dx) > abs(dy) ? abs(dx) : abs(dy);

	for (int i = 1; i <= steps; i++) {
		if (raster->across == 1 || pen->travelled++ % kind->period < kind->on)
			set_point(raster, pen->x + (int)lround((double)dx * i / steps),
			    pen->y + (int)lround((double)dy * i / steps), series, kind->ascii);
	}
	pen->x = x;
	pen->y = y;
}

static void draw_series(struct raster *raster, const struct plot_series *series,
    const struct line_kind *kind)
{
	struct pen pen = {.down = false};

	for (size_t i = 0; i < series->count; i++) {
		int x, y;

		if (!isfinite(series->x[i]) || !isfinite(series->y[i])) {
			pen.down = false;
			continue;
		}
		x = point_x(raster, series->x[i]);
		y = point_y(raster, series, series->y[i]);
		if (!pen.down) {
			pen = (struct pen){.x = x, .y = y, .down = true};
			set_point(raster, x, y, series, kind->ascii);
		}
		if (!series->points)
			draw_to(raster, series, kind, &pen, x, y);
		set_point(raster, x, y, series, kind->ascii);
	}
}

static void copy_raster(const struct raster *raster, struct canvas *canvas, struct rect area)
{
	for (int r = 0; r < raster->rows; r++) {
		for (int c = 0; c < raster->cols; c++) {
			size_t at = (size_t)r * (size_t)raster->cols + (size_t)c;
			uint32_t ch = raster->across == 1 ? raster->dots[at] : 0x2800u + raster->dots[at];

			if (raster->dots[at])
				canvas_char(canvas, area, r, c, (enum style)raster->style[at], ch);
		}
	}
}

static void draw_curves(const struct plot *plot, struct raster *raster, struct canvas *canvas,
    struct rect area)
{
	size_t count = (size_t)raster->rows * (size_t)raster->cols;

	raster->dots = xzalloc(2 * count, 1);
	raster->style = raster->dots + count;
	for (size_t s = plot->count; s > 0; s--) // the first on top
		draw_series(raster, &plot->series[s - 1], &line_kinds[s - 1]);
	copy_raster(raster, canvas, area);
	mem_free(raster->dots);
}

/* -- around the curves --------------------------------------------------------------------------- */

static double last_value(const struct plot_series *series)
{
	for (size_t i = series->count; i > 0; i--) {
		if (isfinite(series->y[i - 1]))
			return series->y[i - 1];
	}
	return NAN;
}

/* "0.512", or "" where there is none. */
static void format_last(const struct plot_series *series, char text[32])
{
	double value = last_value(series);

	*text = '\0';
	if (isfinite(value) && series->value_format)
		snprintf(text, 32, series->value_format, value);
}

static int legend_width(const struct plot_series *series, bool with_value)
{
	char text[32];

	format_last(series, text);
	return 3 + utf8_text_width(series->name) +
	       (with_value && *text ? 1 + utf8_text_width(text) : 0);
}

/* Is there room for the values of all series that have one? */
static bool legend_fits(const struct plot *plot, int cols)
{
	int used = 0;

	for (size_t s = 0; s < plot->count; s++) {
		if (plot->series[s].value_format)
			used += legend_width(&plot->series[s], true) + (used ? 2 : 0);
	}
	return used <= cols;
}

/* Names with their last values, or the names alone, as many as fit whole. */
static void draw_legend(const struct plot *plot, const struct look *look, struct canvas *canvas,
    struct rect area)
{
	bool ascii = look->glyphs == GLYPH_SET_ASCII, values = legend_fits(plot, area.cols);
	int col = 0;

	for (size_t s = 0; s < plot->count; s++) {
		const struct plot_series *series = &plot->series[s];
		char text[32];

		if (!series->name[0] && !series->value_format)
			continue;
		if (s && col + legend_width(series, values) > area.cols)
			break;
		format_last(series, text);
		col = canvas_textf(canvas, area, 0, col, series->style, "%s ",
		    ascii ? line_kinds[s].ascii_sample : line_kinds[s].sample);
		col = canvas_text(canvas, area, 0, col, STYLE_NORMAL, series->name);
		if (values && *text)
			col = canvas_textf(canvas, area, 0, col, STYLE_NORMAL, " %s", text);
		col += 2;
	}
}

static void draw_scale(const struct raster *raster, struct range range, int end, struct canvas *canvas,
    struct rect area)
{
	int rows[] = {0, raster->rows / 2, raster->rows - 1};
	int points = raster->rows - 1;

	for (int i = 0; i < 3; i++) {
		double share = points ? 1 - (double)rows[i] / points : 1;
		double value = range.low + share * (range.high - range.low);
		char text[MATRIX_TEXT_MAX];

		if (i == 1 && raster->rows < 5)
			continue;
		matrix_number(value, fabs(value) < 100 ? SCALE_COLS - 2 : SCALE_COLS - 1, text);
		canvas_text_right(canvas, area, rows[i], end, STYLE_LABEL, text);
	}
}

static void draw_axes(const struct raster *raster, const struct look *look, bool right,
    struct canvas *canvas, struct rect area)
{
	bool lines = look->glyphs == GLYPH_SET_BLOCK;
	uint32_t upright = lines ? 0x2502 : '|', level = lines ? 0x2500 : '-', corner = lines ? 0x2514 : '+';

	for (int r = 0; r < raster->rows; r++) {
		canvas_char(canvas, area, r, SCALE_COLS - 1, STYLE_LABEL, upright);
		if (right)
			canvas_char(canvas, area, r, SCALE_COLS + raster->cols, STYLE_LABEL, upright);
	}
	canvas_char(canvas, area, raster->rows, SCALE_COLS - 1, STYLE_LABEL, corner);
	for (int c = 0; c < raster->cols; c++)
		canvas_char(canvas, area, raster->rows, SCALE_COLS + c, STYLE_LABEL, level);
	if (right)
		canvas_char(canvas, area, raster->rows, SCALE_COLS + raster->cols, STYLE_LABEL,
		    lines ? 0x2518 : '+');
}

/* The ends of x and its name stand on the axis itself. */
static void draw_x_labels(const struct plot *plot, const struct raster *raster, struct canvas *canvas,
    struct rect area)
{
	char text[16];
	int middle = SCALE_COLS + (raster->cols - utf8_text_width(plot->x_label)) / 2;

	canvas_textf(canvas, area, raster->rows, SCALE_COLS, STYLE_LABEL, "%.4g", raster->x.low);
	snprintf(text, sizeof(text), "%.4g", raster->x.high);
	canvas_text_right(canvas, area, raster->rows, SCALE_COLS + raster->cols, STYLE_LABEL, text);
	if (raster->cols >= 24 && plot->x_label[0])
		canvas_textf(canvas, area, raster->rows, middle - 1, STYLE_LABEL, " %s ", plot->x_label);
}

static bool uses_right(const struct plot *plot)
{
	for (size_t s = 0; s < plot->count; s++) {
		if (plot->series[s].right)
			return true;
	}
	return false;
}

void plot_draw(const struct plot *plot, const struct look *look, struct canvas *canvas,
    struct rect area)
{
	bool ascii = look->glyphs == GLYPH_SET_ASCII, right = uses_right(plot);
	struct raster raster = {
	    .rows = area.rows - 2,
	    .cols = area.cols - SCALE_COLS - (right ? SCALE_COLS : 0),
	    .across = ascii ? 1 : 2,
	    .down = ascii ? 1 : 4,
	};
	struct rect below = rect_sub(area, 1, 0, area.rows - 1, area.cols);

	draw_legend(plot, look, canvas, area);
	if (area.rows < LEAST_ROWS || raster.cols < LEAST_COLS - SCALE_COLS)
		return;
	find_ranges(plot, &raster);
	draw_axes(&raster, look, right, canvas, below);
	draw_scale(&raster, raster.y, SCALE_COLS - 1, canvas, below);
	if (right)
		draw_scale(&raster, raster.right, area.cols, canvas, below);
	draw_x_labels(plot, &raster, canvas, below);
	draw_curves(plot, &raster, canvas, rect_sub(below, 0, SCALE_COLS, raster.rows, raster.cols));
}

/* -- in words ------------------------------------------------------------------------------------ */

#define VALUES_TOLD 8

static void add_value(const struct plot_series *series, double value, struct strbuf *out)
{
	char text[64];

	snprintf(text, sizeof(text), series->value_format ? series->value_format : "%.4g", value);
	strbuf_add(out, text);
}

static double first_value(const struct plot_series *series)
{
	for (size_t i = 0; i < series->count; i++) {
		if (isfinite(series->y[i]))
			return series->y[i];
	}
	return NAN;
}

static const char *trend(const struct plot_series *series, struct range range)
{
	double change = last_value(series) - first_value(series), size = range.high - range.low;

	if (!(size > 0) || fabs(change) < 0.05 * size)
		return "it ends about where it began";
	return change < 0 ? "it falls" : "it rises";
}

static void describe_series(const struct plot *plot, const struct plot_series *series,
    struct strbuf *out)
{
	struct range range = {INFINITY, -INFINITY};
	size_t every = (series->count + VALUES_TOLD - 1) / VALUES_TOLD;

	strbuf_addf(out, "%s: ", series->name);
	for (size_t i = 0; i < series->count; i++)
		widen(&range, series->y[i]);
	if (!(range.low <= range.high)) {
		strbuf_add(out, "no values yet.\n");
		return;
	}
	strbuf_addf(out, "%zu value%s, from ", series->count, series->count == 1 ? "" : "s");
	add_value(series, range.low, out);
	strbuf_add(out, " to ");
	add_value(series, range.high, out);
	strbuf_addf(out, "; %s. By %s:", trend(series, range), plot->x_label);
	for (size_t i = 0; i < series->count; i++) {
		if (i % every != 0 && i + 1 != series->count)
			continue;
		strbuf_addf(out, " %.4g: ", series->x[i]);
		add_value(series, series->y[i], out);
		strbuf_add(out, i + 1 == series->count ? ".\n" : ",");
	}
}

void plot_describe(const struct plot *plot, struct strbuf *out)
{
	for (size_t s = 0; s < plot->count; s++)
		describe_series(plot, &plot->series[s], out);
}
