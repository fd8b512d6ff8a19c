// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/figure_draw.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "ui/matrix.h"
#include "ui/picture.h"
#include "ui/plot.h"

#define GAP 2		// columns between panels
#define PLOT_COLS 72	// of curves, where there is room
#define PLOT_ROWS 16
#define PLOT_COLS_LEAST 24
#define NUMBER_COLS 6	// of a number at the most
#define NUMBER_COLS_MANY 5 // where several matrices stand side by side
#define PICTURE_COLS_LEAST 26 // the scale's line
#define PLENTY 1000	// rows, where they are not limited

enum form { FORM_NUMBERS, FORM_PICTURE, FORM_CURVES };

/* How a panel is drawn in the room that it has. */
struct fit {
	enum form form;
	int rows, cols; // taken, with the title's row
	int cell;	// FORM_NUMBERS: columns of one
	int height, width; // FORM_PICTURE: pixels left
};

static int imin(int a, int b)
{
	return a < b ? a : b;
}

static int imax(int a, int b)
{
	return a > b ? a : b;
}

static int title_rows(const struct figure_panel *panel)
{
	return panel->title[0] != '\0' || (panel->image.height == 0 && (panel->y.label[0] != '\0' || panel->y.log));
}

/* -- fitting --------------------------------------------------------------------------------------- */

static int cell_width(const struct figure_image *image, int digits)
{
	int cell = 2;

	for (int i = 0; i < image->height * image->width; i++)
		cell = imax(cell, matrix_number_width(image->pixels[i], digits) + 1);
	return cell;
}

static bool has_scale(const struct figure_panel *panel)
{
	return !panel->bare && panel->image.map != FIGURE_MAP_RGB;
}

static bool fit_numbers(const struct figure_panel *panel, int digits, int rows, int cols, struct fit *ret)
{
	const struct figure_image *image = &panel->image;
	int cell;

	if (panel->bare || image->map == FIGURE_MAP_RGB || image->height > FIGURE_NUMBERS_ROWS ||
	    image->width > FIGURE_NUMBERS_COLS || image->height + 2 > rows)
		return false;
	cell = cell_width(image, digits);
	while (cell > 4 && cell * image->width + 4 > cols)
		cell--;
	if (cell * image->width + 4 > cols)
		return false;
	*ret = (struct fit){.form = FORM_NUMBERS, .cell = cell, .rows = image->height + 2, .cols = cell * image->width + 4};
	return true;
}

static void fit_picture(const struct figure_panel *panel, int rows, int cols, struct fit *ret)
{
	const struct figure_image *image = &panel->image;
	bool is_signed = image->map == FIGURE_MAP_SIGNED;
	int room = imax(1, rows - title_rows(panel) - has_scale(panel));
	struct figure_image small;

	if (figure_shrink(image, is_signed ? room : 2 * room, imax(1, is_signed ? cols / 2 : cols), &small))
		mem_free(small.pixels);
	*ret = (struct fit){.form = FORM_PICTURE, .height = small.height, .width = small.width};
	ret->rows = (is_signed ? small.height : (small.height + 1) / 2) + title_rows(panel) + has_scale(panel);
	ret->cols = imax(is_signed ? 2 * small.width : small.width, utf8_text_width(panel->title));
	if (has_scale(panel))
		ret->cols = imax(ret->cols, imin(cols, PICTURE_COLS_LEAST));
}

static void fit_panel(const struct figure *figure, size_t i, int rows, int cols, struct fit *ret)
{
	const struct figure_panel *panel = &figure->panels[i];
	int digits = figure->count > 1 ? NUMBER_COLS_MANY : NUMBER_COLS;

	if (panel->image.height == 0)
		*ret = (struct fit){.form = FORM_CURVES, .rows = imin(rows, PLOT_ROWS + title_rows(panel)),
		    .cols = imin(cols, PLOT_COLS)};
	else if (!fit_numbers(panel, digits, rows, cols, ret))
		fit_picture(panel, rows, cols, ret);
}

/* -- the grid -------------------------------------------------------------------------------------- */

struct grid {
	int rows, cols;
	int height[FIGURE_PANELS_MAX], width[FIGURE_PANELS_MAX];
	struct fit fits[FIGURE_PANELS_MAX];
};

static void cell_of(const struct figure *figure, const struct grid *grid, size_t i, int *ret_row, int *ret_col)
{
	*ret_row = figure->cols ? figure->panels[i].row : (int)i / grid->cols;
	*ret_col = figure->cols ? figure->panels[i].col : (int)i % grid->cols;
}

/* As many in a row as fit, if all are as wide as the widest. */
static int flow_cols(const struct figure *figure, int cols)
{
	int widest = 1;

	for (size_t i = 0; i < figure->count; i++) {
		struct fit fit;

		fit_panel(figure, i, PLENTY, cols, &fit);
		widest = imax(widest, fit.cols);
	}
	return imax(1, imin((int)figure->count, (cols + GAP) / (widest + GAP)));
}

static void count_cells(const struct figure *figure, int cols, struct grid *grid)
{
	*grid = (struct grid){.cols = figure->cols ? figure->cols : flow_cols(figure, cols)};
	for (size_t i = 0; i < figure->count; i++) {
		int row, col;

		cell_of(figure, grid, i, &row, &col);
		grid->rows = imax(grid->rows, row + 1);
		grid->cols = imax(grid->cols, col + 1);
	}
}

static void lay_out(const struct figure *figure, int rows, int cols, struct grid *grid)
{
	int title = figure->title[0] != '\0', each_rows, each_cols;

	count_cells(figure, cols, grid);
	each_rows = rows == PLENTY ? PLENTY : imax(2, (rows - title) / imax(1, grid->rows));
	each_cols = imax(4, (cols + GAP) / imax(1, grid->cols) - GAP);
	for (size_t i = 0; i < figure->count; i++) {
		struct fit *fit = &grid->fits[i];
		int row, col;

		cell_of(figure, grid, i, &row, &col);
		fit_panel(figure, i, each_rows, each_cols, fit);
		grid->height[row] = imax(grid->height[row], fit->rows);
		grid->width[col] = imax(grid->width[col], fit->cols);
	}
}

static int sum(const int *sizes, int count, int gap)
{
	int total = 0;

	for (int i = 0; i < count; i++)
		total += sizes[i] + (i ? gap : 0);
	return total;
}

static int row_gap(const struct grid *grid, int rows)
{
	return sum(grid->height, grid->rows, 1) <= rows;
}

void figure_size(const struct figure *figure, const struct look *look, int cols, int *ret_rows, int *ret_cols)
{
	struct grid grid;

	(void)look;
	lay_out(figure, PLENTY, cols, &grid);
	*ret_rows = sum(grid.height, grid.rows, 1) + (figure->title[0] != '\0');
	*ret_cols = imax(sum(grid.width, grid.cols, GAP), utf8_text_width(figure->title));
}

/* -- drawing --------------------------------------------------------------------------------------- */

static void number_at(const void *self, int row, int col, int width, struct matrix_cell *ret)
{
	const struct figure_image *image = self;

	float value = image->pixels[row * image->width + col];

	matrix_number(value, width, ret->text);
	ret->style = STYLE_NORMAL;
	if (image->map == FIGURE_MAP_SIGNED && value != 0)
		ret->style = value < 0 ? STYLE_NEGATIVE : STYLE_POSITIVE;
}

static void draw_numbers(const struct figure_panel *panel, int cell, struct canvas *canvas, struct rect area)
{
	char shape[32];
	struct matrix_view view = {
		.title = panel->title[0] ? panel->title : shape,
		.rows = panel->image.height,
		.cols = panel->image.width,
		.cell = cell,
		.col_ruler = true,
		.row_ruler = true,
		.cell_at = number_at,
		.self = &panel->image,
	};

	snprintf(shape, sizeof(shape), "%dx%d", panel->image.height, panel->image.width);
	matrix_draw(&view, canvas, area);
}

static void draw_picture(const struct figure_panel *panel, const struct fit *fit, const struct look *look,
    struct canvas *canvas, struct rect area)
{
	struct figure_image small;
	bool made = figure_shrink(&panel->image, fit->height, fit->width, &small);
	struct picture picture = {
		.height = small.height,
		.width = small.width,
		.values = small.pixels,
		.low = (float)small.low,
		.high = (float)small.high,
		.is_signed = small.map == FIGURE_MAP_SIGNED,
		.is_reversed = small.map == FIGURE_MAP_REVERSED,
		.is_rgb = small.map == FIGURE_MAP_RGB,
		.bare = !has_scale(panel),
	};

	canvas_text(canvas, area, 0, 0, STYLE_LABEL, panel->title);
	picture_draw(&picture, look, canvas,
	    rect_sub(area, title_rows(panel), 0, area.rows - title_rows(panel), area.cols));
	if (made)
		mem_free(small.pixels);
}

/* Each bar as the line around it. */
static void outline_bars(const struct figure_curve *curve, struct plot_series *series)
{
	double half = figure_half_bar(curve);
	double *x = xmalloc(4 * curve->count + 1, sizeof(*x)), *y = xmalloc(4 * curve->count + 1, sizeof(*y));

	for (size_t i = 0; i < curve->count; i++) {
		for (int k = 0; k < 4; k++) {
			x[4 * i + (size_t)k] = curve->x[i] + (k < 2 ? -half : half);
			y[4 * i + (size_t)k] = k == 0 || k == 3 ? 0 : curve->y[i];
		}
	}
	series->count = 4 * curve->count;
	series->x = x;
	series->y = y;
}

static const double *logarithms(const double *values, size_t count)
{
	double *logs = xmalloc(count + 1, sizeof(*logs));

	for (size_t i = 0; i < count; i++)
		logs[i] = values[i] > 0 ? log10(values[i]) : NAN;
	return logs;
}

/* A curve's points as they are drawn: copies, so that each may be changed. */
static void make_series(const struct figure_panel *panel, const struct figure_curve *curve,
    struct plot_series *series)
{
	static const enum style styles[] = {STYLE_SERIES_A, STYLE_SERIES_B, STYLE_SERIES_C, STYLE_NORMAL};
	const double *x, *y;

	*series = (struct plot_series){.name = curve->name, .count = curve->count,
	    .style = styles[curve->color % (int)ARRAY_LEN(styles)], .value_format = curve->name[0] ? "%.4g" : NULL,
	    .points = curve->mark == FIGURE_MARK_POINTS};
	if (curve->mark == FIGURE_MARK_BARS) {
		outline_bars(curve, series);
		series->value_format = NULL;
		return;
	}
	x = xmalloc(curve->count + 1, sizeof(*x));
	y = xmalloc(curve->count + 1, sizeof(*y));
	memcpy((double *)x, curve->x, curve->count * sizeof(*x));
	memcpy((double *)y, curve->y, curve->count * sizeof(*y));
	series->x = panel->x.log ? logarithms(curve->x, curve->count) : x;
	series->y = panel->y.log ? logarithms(curve->y, curve->count) : y;
	if (panel->x.log)
		mem_free((double *)x);
	if (panel->y.log)
		mem_free((double *)y);
}

static void axis_ends(const struct figure_axis *axis, double *low, double *high)
{
	if (!(axis->low < axis->high) || (axis->log && axis->low <= 0))
		return;
	*low = axis->log ? log10(axis->low) : axis->low;
	*high = axis->log ? log10(axis->high) : axis->high;
}

static void draw_curves(const struct figure_panel *panel, const struct look *look, struct canvas *canvas,
    struct rect area)
{
	char x_label[80], y_label[80];
	struct plot plot = {.x_label = x_label, .count = panel->curve_count};
	int title = title_rows(panel);

	snprintf(x_label, sizeof(x_label), "%s%s", panel->x.log ? "log10 " : "", panel->x.label);
	snprintf(y_label, sizeof(y_label), "%s%s%s", panel->y.label[0] || panel->y.log ? "y: " : "",
	    panel->y.log ? "log10 " : "", panel->y.label);
	axis_ends(&panel->x, &plot.x_min, &plot.x_max);
	axis_ends(&panel->y, &plot.y_min, &plot.y_max);
	for (size_t i = 0; i < panel->curve_count; i++)
		make_series(panel, &panel->curves[i], &plot.series[i]);
	if (title)
		canvas_textf(canvas, area, 0, 0, STYLE_LABEL, "%s%s%s", panel->title,
		    panel->title[0] && y_label[0] ? ", " : "", y_label);
	plot_draw(&plot, look, canvas, rect_sub(area, title, 0, area.rows - title, area.cols));
	for (size_t i = 0; i < panel->curve_count; i++) {
		mem_free((double *)plot.series[i].x);
		mem_free((double *)plot.series[i].y);
	}
}

static void draw_panel(const struct figure_panel *panel, const struct fit *fit, const struct look *look,
    struct canvas *canvas, struct rect area)
{
	switch (fit->form) {
	case FORM_NUMBERS:
		draw_numbers(panel, fit->cell, canvas, area);
		break;
	case FORM_PICTURE:
		draw_picture(panel, fit, look, canvas, area);
		break;
	case FORM_CURVES:
		draw_curves(panel, look, canvas, area);
		break;
	}
}

static void draw_grid(const struct figure *figure, const struct grid *grid, const struct look *look,
    struct canvas *canvas, struct rect area)
{
	int title = figure->title[0] != '\0', gap = row_gap(grid, area.rows - title);

	canvas_text(canvas, area, 0, 0, STYLE_LABEL, figure->title);
	for (size_t i = 0; i < figure->count; i++) {
		const struct fit *fit = &grid->fits[i];
		int row, col;

		cell_of(figure, grid, i, &row, &col);
		draw_panel(&figure->panels[i], fit, look, canvas,
		    rect_sub(area, title + sum(grid->height, row, gap) + (row ? gap : 0),
			sum(grid->width, col, GAP) + (col ? GAP : 0), fit->rows, fit->cols));
	}
}

void figure_draw(const struct figure *figure, const struct look *look, struct canvas *canvas, struct rect area)
{
	struct grid grid;

	lay_out(figure, area.rows, area.cols, &grid);
	draw_grid(figure, &grid, look, canvas, area);
}

void figure_print(const struct figure *figure, const struct look *look, int cols, struct strbuf *out)
{
	struct canvas canvas;
	struct grid grid;
	int rows, used;

	figure_size(figure, look, cols, &rows, &used);
	canvas_init(&canvas, imax(1, rows), imax(1, imin(used, cols)));
	lay_out(figure, PLENTY, cols, &grid);
	draw_grid(figure, &grid, look, &canvas, canvas_area(&canvas));
	if (look->colors >= 256)
		canvas_ansi(&canvas, out);
	else
		canvas_dump(&canvas, 0, out);
	canvas_release(&canvas);
}
