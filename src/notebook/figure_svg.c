// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Figures as SVG 1.1, one unit a pixel. A small image is a table of numbers on its colours, a larger one
 * squares of colour, runs of the same colour as one; curves are polylines over axes with ticks at round
 * numbers, bars rectangles. Nothing but basic shapes and text, so that every viewer shows them.
 */
#include "config.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/color.h"
#include "base/utf8.h"
#include "notebook/figure.h"

#define MARGIN 12	// around the figure, and half of the gap between panels
#define TITLE_HEIGHT 22
#define LINE_HEIGHT 16
#define CHAR_WIDTH 7	// about, of text of 12 units
#define CELL_WIDTH 44	// of a number
#define CELL_HEIGHT 26
#define RULER 24	// of indices beside numbers
#define IMAGE_SIDE 224	// an image is scaled to about this
#define IMAGE_SIDE_MAX 256 // larger ones are thinned
#define PLOT_WIDTH 460
#define PLOT_HEIGHT 300
#define SCALE_LEFT 62	// of the y axis' numbers
#define TICKS_MAX 12
#define FLOW_COLS 8

struct box {
	double x, y, width, height;
};

/* -- pieces ---------------------------------------------------------------------------------------- */

static void add_escaped(struct strbuf *out, const char *text)
{
	size_t len = strlen(text), n;

	for (; len > 0; text += n, len -= n) {
		uint32_t c;

		n = utf8_decode(text, len, &c);
		if (c == '<')
			strbuf_add(out, "&lt;");
		else if (c == '>')
			strbuf_add(out, "&gt;");
		else if (c == '&')
			strbuf_add(out, "&amp;");
		else
			strbuf_add_utf8(out, c < 0x20 || c == 0x7f || c == 0xfffe || c == 0xffff ? ' ' : c);
	}
}

static void add_rect(struct strbuf *out, struct box box, unsigned fill)
{
	strbuf_addf(out, "<rect x=\"%.6g\" y=\"%.6g\" width=\"%.6g\" height=\"%.6g\" fill=\"#%06x\"/>\n", box.x, box.y,
	    box.width, box.height, fill);
}

static void add_line(struct strbuf *out, double x1, double y1, double x2, double y2, unsigned color)
{
	strbuf_addf(out, "<line x1=\"%.6g\" y1=\"%.6g\" x2=\"%.6g\" y2=\"%.6g\" stroke=\"#%06x\"/>\n", x1, y1, x2, y2,
	    color);
}

/* `anchor`: start, middle or end. */
static void add_text(struct strbuf *out, double x, double y, const char *anchor, const char *more,
    const char *text)
{
	strbuf_addf(out, "<text x=\"%.6g\" y=\"%.6g\" text-anchor=\"%s\"%s>", x, y, anchor, more);
	add_escaped(out, text);
	strbuf_add(out, "</text>\n");
}

/* -- images ---------------------------------------------------------------------------------------- */

static bool has_numbers(const struct figure_panel *panel)
{
	const struct figure_image *image = &panel->image;

	return !panel->bare && image->map != FIGURE_MAP_RGB && image->height <= FIGURE_NUMBERS_ROWS &&
	    image->width <= FIGURE_NUMBERS_COLS;
}

static double image_scale(const struct figure_image *image)
{
	int side = image->height > image->width ? image->height : image->width;
	double scale = floor((double)IMAGE_SIDE / side);

	return scale < 1 ? 1 : scale > 32 ? 32 : scale;
}

/* Six characters at the most, but for what is very large. */
static void number_text(double value, char text[32])
{
	size_t len;

	snprintf(text, 32, fabs(value) < 100 ? "%.3f" : "%.3g", value == 0 ? 0 : value);
	len = strlen(text);
	while (strchr(text, '.') && !strchr(text, 'e') && (text[len - 1] == '0' || text[len - 1] == '.')) {
		bool point = text[len - 1] == '.';

		text[--len] = '\0';
		if (point)
			break;
	}
	if (!strcmp(text, "-0"))
		strcpy(text, "0");
}

static void add_numbers(struct strbuf *out, const struct figure_image *image, struct box at)
{
	char text[32];

	for (int c = 0; c < image->width; c++) {
		snprintf(text, sizeof(text), "%d", c);
		add_text(out, at.x + RULER + (c + 0.5) * CELL_WIDTH, at.y + LINE_HEIGHT - 4, "middle", " fill=\"#777777\"",
		    text);
	}
	for (int r = 0; r < image->height; r++) {
		double y = at.y + LINE_HEIGHT + r * CELL_HEIGHT;

		snprintf(text, sizeof(text), "%d", r);
		add_text(out, at.x + RULER - 8, y + 17, "end", " fill=\"#777777\"", text);
		for (int c = 0; c < image->width; c++) {
			double value = image->pixels[r * image->width + c];
			unsigned color = figure_pixel(image, r, c);
			struct box cell = {at.x + RULER + c * CELL_WIDTH, y, CELL_WIDTH, CELL_HEIGHT};

			add_rect(out, cell, color);
			number_text(value, text);
			add_text(out, cell.x + CELL_WIDTH / 2.0, y + 17, "middle",
			    color_brightness(color) < 0.5 ? " fill=\"#ffffff\"" : "", text);
		}
	}
}

static void add_pixels(struct strbuf *out, const struct figure_image *image, struct box at)
{
	double scale = image_scale(image);

	strbuf_add(out, "<g shape-rendering=\"crispEdges\">\n");
	for (int r = 0; r < image->height; r++) {
		for (int c = 0, end; c < image->width; c = end) {
			unsigned color = figure_pixel(image, r, c);

			for (end = c + 1; end < image->width && figure_pixel(image, r, end) == color;)
				end++;
			add_rect(out, (struct box){at.x + c * scale, at.y + r * scale, (end - c) * scale, scale}, color);
		}
	}
	strbuf_add(out, "</g>\n");
}

static void add_image_scale(struct strbuf *out, const struct figure_image *image, double x, double y)
{
	char text[120];

	if (image->map == FIGURE_MAP_SIGNED)
		snprintf(text, sizeof(text), "orange %.3g, white 0, blue %.3g", image->low, image->high);
	else if (image->map == FIGURE_MAP_RGB)
		return;
	else
		snprintf(text, sizeof(text), "%s %.3g, %s %.3g", image->map == FIGURE_MAP_GRAY ? "black" : "white",
		    image->low, image->map == FIGURE_MAP_GRAY ? "white" : "black", image->high);
	add_text(out, x, y, "start", " fill=\"#777777\" font-size=\"11\"", text);
}

static void add_image(struct strbuf *out, const struct figure_panel *panel, struct box at)
{
	struct figure_image small;
	bool made = figure_shrink(&panel->image, IMAGE_SIDE_MAX, IMAGE_SIDE_MAX, &small);
	double scale = image_scale(&small), height = small.height * scale;

	if (has_numbers(panel)) {
		add_numbers(out, &small, at);
		height = LINE_HEIGHT + small.height * CELL_HEIGHT;
	} else {
		add_pixels(out, &small, at);
		strbuf_addf(out, "<rect x=\"%.6g\" y=\"%.6g\" width=\"%.6g\" height=\"%.6g\" fill=\"none\" stroke=\"#999999\"/>\n",
		    at.x, at.y, small.width * scale, height);
	}
	if (!panel->bare)
		add_image_scale(out, &small, at.x + (has_numbers(panel) ? RULER : 0), at.y + height + LINE_HEIGHT);
	if (made)
		mem_free(small.pixels);
}

static void image_size(const struct figure_panel *panel, double *ret_width, double *ret_height)
{
	struct figure_image small;
	bool made = figure_shrink(&panel->image, IMAGE_SIDE_MAX, IMAGE_SIDE_MAX, &small);
	double scale = image_scale(&small);

	*ret_width = small.width * scale;
	*ret_height = small.height * scale;
	if (has_numbers(panel)) {
		*ret_width = RULER + small.width * CELL_WIDTH;
		*ret_height = LINE_HEIGHT + small.height * CELL_HEIGHT;
	}
	if (!panel->bare)
		*ret_height += LINE_HEIGHT + 6;
	if (made)
		mem_free(small.pixels);
}

/* -- curves ---------------------------------------------------------------------------------------- */

/* From values to units: value `low` lies at `from`, `high` at `to`. */
struct scale {
	double low, high, from, to;
	bool log;
};

static double place(const struct scale *scale, double value)
{
	double low = scale->low, high = scale->high;

	if (scale->log) {
		low = log10(low);
		high = log10(high);
		value = log10(value);
	}
	return scale->from + (value - low) / (high - low) * (scale->to - scale->from);
}

static struct scale make_scale(const struct figure_panel *panel, const struct figure_axis *axis, double from,
    double to)
{
	struct scale scale = {.from = from, .to = to, .log = axis->log};

	figure_range(panel, axis, &scale.low, &scale.high);
	if (!(axis->low < axis->high) && !axis->log) { // a little air beside the data
		double air = (scale.high - scale.low) * 0.04;

		scale.low -= air;
		scale.high += air;
	}
	return scale;
}

/* Round numbers within the scale: 1, 2 or 5 times a power of ten apart; powers of ten where it is log. */
static int find_ticks(const struct scale *scale, double ticks[TICKS_MAX])
{
	double raw = (scale->high - scale->low) / 5, power = pow(10, floor(log10(raw))), step = 10 * power;
	int count = 0;

	if (scale->log) {
		for (double p = ceil(log10(scale->low) - 1e-9); p <= log10(scale->high) + 1e-9 && count < TICKS_MAX; p++)
			ticks[count++] = pow(10, p);
		return count;
	}
	if (raw <= power)
		step = power;
	else if (raw <= 2 * power)
		step = 2 * power;
	else if (raw <= 5 * power)
		step = 5 * power;
	for (double at = ceil(scale->low / step); at * step <= scale->high && count < TICKS_MAX; at++)
		ticks[count++] = at == 0 ? 0 : at * step;
	return count;
}

static void add_ticks(struct strbuf *out, const struct figure_panel *panel, const struct scale *x,
    const struct scale *y)
{
	double ticks[TICKS_MAX];
	char text[32];
	int count = find_ticks(x, ticks);

	for (int i = 0; i < count; i++) {
		double at = place(x, ticks[i]);

		if (panel->grid)
			add_line(out, at, y->from, at, y->to, 0xdddddd);
		add_line(out, at, y->from, at, y->from + 4, 0x444444);
		snprintf(text, sizeof(text), "%.6g", ticks[i]);
		add_text(out, at, y->from + LINE_HEIGHT + 2, "middle", "", text);
	}
	count = find_ticks(y, ticks);
	for (int i = 0; i < count; i++) {
		double at = place(y, ticks[i]);

		if (panel->grid)
			add_line(out, x->from, at, x->to, at, 0xdddddd);
		add_line(out, x->from - 4, at, x->from, at, 0x444444);
		snprintf(text, sizeof(text), "%.6g", ticks[i]);
		add_text(out, x->from - 8, at + 4, "end", "", text);
	}
}

static bool can_stand(const struct scale *x, const struct scale *y, double vx, double vy)
{
	return isfinite(vx) && isfinite(vy) && (!x->log || vx > 0) && (!y->log || vy > 0);
}

static void add_polyline(struct strbuf *out, const struct figure_curve *curve, const struct scale *x,
    const struct scale *y)
{
	static const char *const dashes[FIGURE_MARK_COUNT] = {
	    [FIGURE_MARK_DASHED] = " stroke-dasharray=\"7 4\"", [FIGURE_MARK_DOTTED] = " stroke-dasharray=\"2 3\""};
	bool open = false;

	for (size_t i = 0; i < curve->count; i++) {
		bool here = can_stand(x, y, curve->x[i], curve->y[i]);

		if (open && !here)
			strbuf_add(out, "\"/>\n");
		if (here && !open)
			strbuf_addf(out, "<polyline fill=\"none\" stroke-width=\"1.8\" stroke=\"#%06x\"%s points=\"",
			    figure_colors[curve->color], dashes[curve->mark] ? dashes[curve->mark] : "");
		if (here)
			strbuf_addf(out, "%.2f,%.2f ", place(x, curve->x[i]), place(y, curve->y[i]));
		open = here;
	}
	if (open)
		strbuf_add(out, "\"/>\n");
}

static void add_dots(struct strbuf *out, const struct figure_curve *curve, const struct scale *x,
    const struct scale *y)
{
	for (size_t i = 0; i < curve->count; i++)
		if (can_stand(x, y, curve->x[i], curve->y[i]))
			strbuf_addf(out, "<circle cx=\"%.2f\" cy=\"%.2f\" r=\"3\" fill=\"#%06x\"/>\n", place(x, curve->x[i]),
			    place(y, curve->y[i]), figure_colors[curve->color]);
}

static void add_bars(struct strbuf *out, const struct figure_curve *curve, const struct scale *x,
    const struct scale *y)
{
	double half = x->log ? 8 : figure_half_bar(curve) * (x->to - x->from) / (x->high - x->low);
	double base = y->log ? y->from : place(y, 0);

	for (size_t i = 0; i < curve->count; i++) {
		double at, top;

		if (!can_stand(x, y, curve->x[i], curve->y[i]))
			continue;
		at = place(x, curve->x[i]);
		top = place(y, curve->y[i]);
		add_rect(out, (struct box){at - half, fmin(top, base), 2 * half, fabs(base - top)},
		    figure_colors[curve->color]);
	}
}

static void add_legend(struct strbuf *out, const struct figure_panel *panel, struct box plot)
{
	size_t longest = 0, rows = 0;
	double x, y = plot.y + 8;

	for (size_t i = 0; i < panel->curve_count; i++) {
		size_t len = strlen(panel->curves[i].name);

		longest = len > longest ? len : longest;
		rows += len > 0;
	}
	if (!panel->legend || !rows)
		return;
	x = plot.x + plot.width - 8 - (double)longest * CHAR_WIDTH - 40;
	strbuf_addf(out,
	    "<rect x=\"%.6g\" y=\"%.6g\" width=\"%.6g\" height=\"%.6g\" fill=\"#ffffff\" fill-opacity=\"0.85\" "
	    "stroke=\"#cccccc\"/>\n",
	    x, y, (double)longest * CHAR_WIDTH + 40, (double)rows * LINE_HEIGHT + 8);
	for (size_t i = 0; i < panel->curve_count; i++) {
		const struct figure_curve *curve = &panel->curves[i];

		if (!curve->name[0])
			continue;
		strbuf_addf(out, "<rect x=\"%.6g\" y=\"%.6g\" width=\"22\" height=\"3\" fill=\"#%06x\"/>\n", x + 6, y + 11,
		    figure_colors[curve->color]);
		add_text(out, x + 34, y + 16, "start", "", curve->name);
		y += LINE_HEIGHT;
	}
}

static void add_plot(struct strbuf *out, const struct figure_panel *panel, struct box at, int clip)
{
	struct box plot = {at.x + SCALE_LEFT, at.y, at.width - SCALE_LEFT - MARGIN, at.height - 3 * LINE_HEIGHT};
	struct scale x = make_scale(panel, &panel->x, plot.x, plot.x + plot.width);
	struct scale y = make_scale(panel, &panel->y, plot.y + plot.height, plot.y);
	char turn[80];

	if (!panel->bare)
		add_ticks(out, panel, &x, &y);
	strbuf_addf(out, "<clipPath id=\"c%d\"><rect x=\"%.6g\" y=\"%.6g\" width=\"%.6g\" height=\"%.6g\"/></clipPath>\n"
	    "<g clip-path=\"url(#c%d)\">\n", clip, plot.x, plot.y, plot.width, plot.height, clip);
	for (size_t i = 0; i < panel->curve_count; i++) {
		const struct figure_curve *curve = &panel->curves[i];

		if (curve->mark == FIGURE_MARK_BARS)
			add_bars(out, curve, &x, &y);
		else if (curve->mark == FIGURE_MARK_POINTS || curve->count == 1)
			add_dots(out, curve, &x, &y);
		else
			add_polyline(out, curve, &x, &y);
	}
	strbuf_add(out, "</g>\n");
	if (!panel->bare)
		strbuf_addf(out, "<rect x=\"%.6g\" y=\"%.6g\" width=\"%.6g\" height=\"%.6g\" fill=\"none\" stroke=\"#444444\"/>\n",
		    plot.x, plot.y, plot.width, plot.height);
	add_legend(out, panel, plot);
	add_text(out, plot.x + plot.width / 2, plot.y + plot.height + 2.4 * LINE_HEIGHT, "middle", "", panel->x.label);
	snprintf(turn, sizeof(turn), " transform=\"rotate(-90 %.6g %.6g)\"", at.x + 10, plot.y + plot.height / 2);
	add_text(out, at.x + 10, plot.y + plot.height / 2, "middle", turn, panel->y.label);
}

/* -- the whole ------------------------------------------------------------------------------------- */

/* Where columns and rows begin, and how large they are. */
struct grid {
	int rows, cols;
	double width[FIGURE_PANELS_MAX], height[FIGURE_PANELS_MAX];
};

static void cell_of(const struct figure *figure, size_t i, int *ret_row, int *ret_col)
{
	*ret_row = figure->cols ? figure->panels[i].row : (int)i / FLOW_COLS;
	*ret_col = figure->cols ? figure->panels[i].col : (int)i % FLOW_COLS;
}

static void panel_size(const struct figure *figure, const struct figure_panel *panel, double *ret_width,
    double *ret_height)
{
	double cols = figure->cols ? figure->cols : 1, rows = figure->cols ? figure->rows : 1;

	if (panel->image.height > 0) {
		image_size(panel, ret_width, ret_height);
	} else {
		*ret_width = figure->width > 0 ? fmax(200, figure->width * 80 / cols) : PLOT_WIDTH;
		*ret_height = figure->height > 0 ? fmax(140, figure->height * 80 / rows) : PLOT_HEIGHT;
	}
	*ret_width = fmax(*ret_width, (double)strlen(panel->title) * CHAR_WIDTH);
	*ret_height += panel->title[0] ? TITLE_HEIGHT : 0;
}

static void lay_out(const struct figure *figure, struct grid *grid)
{
	*grid = (struct grid){.rows = 0};
	for (size_t i = 0; i < figure->count; i++) {
		double width, height;
		int row, col;

		cell_of(figure, i, &row, &col);
		panel_size(figure, &figure->panels[i], &width, &height);
		grid->rows = row >= grid->rows ? row + 1 : grid->rows;
		grid->cols = col >= grid->cols ? col + 1 : grid->cols;
		grid->width[col] = fmax(grid->width[col], width);
		grid->height[row] = fmax(grid->height[row], height);
	}
}

static double total(const double *sizes, int count)
{
	double sum = 0;

	for (int i = 0; i < count; i++)
		sum += sizes[i] + 2 * MARGIN;
	return sum;
}

static void add_panel(struct strbuf *out, const struct figure *figure, size_t i, struct box at)
{
	const struct figure_panel *panel = &figure->panels[i];
	double width, height;

	panel_size(figure, panel, &width, &height);
	if (panel->title[0]) {
		add_text(out, at.x + width / 2, at.y + 15, "middle", " font-size=\"14\"", panel->title);
		at.y += TITLE_HEIGHT;
		height -= TITLE_HEIGHT;
	}
	at.width = width;
	at.height = height;
	if (panel->image.height > 0)
		add_image(out, panel, at);
	else
		add_plot(out, panel, at, (int)i);
}

void figure_svg(const struct figure *figure, struct strbuf *out)
{
	double top = figure->title[0] ? 30 : 0, width, height;
	struct grid grid;

	lay_out(figure, &grid);
	width = fmax(total(grid.width, grid.cols), (double)strlen(figure->title) * 9 + 2 * MARGIN);
	height = total(grid.height, grid.rows) + top;
	strbuf_addf(out,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.6g\" height=\"%.6g\" viewBox=\"0 0 %.6g %.6g\" "
	    "font-family=\"DejaVu Sans, Noto Sans CJK SC, sans-serif\" font-size=\"12\">\n",
	    width, height, width, height);
	add_rect(out, (struct box){0, 0, width, height}, 0xffffff);
	if (figure->title[0])
		add_text(out, width / 2, 24, "middle", " font-size=\"17\"", figure->title);
	for (size_t i = 0; i < figure->count; i++) {
		int row, col;

		cell_of(figure, i, &row, &col);
		add_panel(out, figure, i,
		    (struct box){total(grid.width, col) + MARGIN, top + total(grid.height, row) + MARGIN, 0, 0});
	}
	strbuf_add(out, "</svg>\n");
}
