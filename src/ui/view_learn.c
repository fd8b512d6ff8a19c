// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Learning a kernel: the numbers of the present frame with the losses that led to it, the error map,
 * the curve of the loss, and on large screens, for a kernel of two weights, the loss over both of them
 * with the path of the descent. In a row from 76 columns on, else below one another as far as they
 * fit, the numbers first.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>

#include "base/alloc.h"
#include "lesson/stage_learn.h"
#include "ui/event.h"
#include "ui/matrix.h"
#include "ui/plot.h"
#include "ui/view_internal.h"

#define NUMBERS_COLS 27
#define NUMBERS_ROWS 7
#define ERROR_CELL 4 // columns: a blank, a sign, two digits
#define CURVE_COLS_LEAST 18
#define CURVE_ROWS_LEAST 6
#define LOSS_COLS 9 // of one loss in the list
#define MAP_ROWS_LEAST 10
#define MAP_COLS_LEAST 30

/* -- the numbers --------------------------------------------------------------------------------- */

static void format_loss(double loss, char text[16])
{
	snprintf(text, 16, fabs(loss) < 1e3 ? "%.4f" : fabs(loss) < 1e5 ? "%.1f" : "%.2g", loss);
}

static void draw_param(const char *name, int index, double value, double gradient,
    struct canvas *canvas, struct rect area, int row)
{
	char label[16], number[32], slope[32];

	snprintf(label, sizeof(label), index < 0 ? "%s" : "%s%d", name, index);
	snprintf(number, sizeof(number), fabs(value) < 1e4 ? "%.4f" : "%.2g", value);
	if (value != 0 && fabs(value) < 5e-5)
		snprintf(number, sizeof(number), "%.1e", value);
	snprintf(slope, sizeof(slope), "%.4g", gradient);
	canvas_text(canvas, area, row, 0, STYLE_LABEL, label);
	canvas_text_right(canvas, area, row, 12, STYLE_STRONG, number);
	canvas_textf(canvas, area, row, 14, STYLE_NORMAL, "grad %s", slope);
}

static int draw_params(const struct stage_learn *learn, struct canvas *canvas, struct rect area, int row)
{
	const struct learn_point *point = &learn->points[learn->now];
	int count = stage_learn_weights(learn), shown = count > 4 ? 3 : count;

	for (int i = 0; i < shown; i++)
		draw_param("w", i, point->weights[i], learn->gradient.weights[i], canvas, area, row++);
	if (shown < count)
		canvas_textf(canvas, area, row++, 0, STYLE_DIM, "and %d more weights", count - shown);
	if (learn->has_bias)
		draw_param("b", -1, point->bias, learn->gradient.bias, canvas, area, row++);
	return row;
}

static int draw_settings(const struct stage_learn *learn, struct canvas *canvas, struct rect area, int row)
{
	bool steep = learn->lr >= learn->limit;

	canvas_textf(canvas, area, row++, 0, steep ? STYLE_WRONG : STYLE_NORMAL, "lr %.4g %s limit %.4g",
	    learn->lr, steep ? ">=" : "<", learn->limit);
	if (learn->decay > 0)
		canvas_textf(canvas, area, row++, 0, STYLE_NORMAL, "weight decay %.4g", learn->decay);
	return row;
}

/* As many losses as fit, up to the present one, in reading order. */
static void draw_losses(const struct stage_learn *learn, struct canvas *canvas, struct rect area, int row)
{
	int per_row = area.cols / LOSS_COLS;
	size_t room, first;

	if (area.rows - row < 1 || per_row < 1)
		return;
	room = (size_t)(area.rows - row) * (size_t)per_row;
	first = learn->now + 1 > room ? learn->now + 1 - room : 0;
	for (size_t i = first; i <= learn->now; i++) {
		int place = (int)(i - first);
		char text[16];

		format_loss(learn->points[i].loss, text);
		canvas_text_right(canvas, area, row + place / per_row,
		    (place % per_row + 1) * LOSS_COLS - 1, i == learn->now ? STYLE_CURRENT : STYLE_DIM, text);
	}
}

static void draw_numbers(const struct stage_learn *learn, struct canvas *canvas, struct rect area)
{
	char text[16];
	int row = 1, col;

	format_loss(learn->points[learn->now].loss, text);
	col = canvas_textf(canvas, area, 0, 0, learn->running ? STYLE_RIGHT : STYLE_NORMAL, "%s %zu/%d",
	    learn->running ? "running" : "update", learn->now, learn->steps);
	canvas_textf(canvas, area, 0, col + 1, STYLE_STRONG, "loss %s", text);
	row = draw_params(learn, canvas, area, row);
	row = draw_settings(learn, canvas, area, row);
	draw_losses(learn, canvas, area, row);
}

/* -- the error map ------------------------------------------------------------------------------- */

/* In narrow cells errors are told in hundredths, as whole numbers. */
struct error_map {
	const struct stage_learn *learn;
	bool hundredths;
	struct matrix_view view;
};

static void error_cell(const void *self, int row, int col, int width, struct matrix_cell *ret)
{
	const struct error_map *map = self;
	double hundredths = round(*stage_matrix_at(&map->learn->error, row, col) * 100.0);
	double value = map->hundredths ? hundredths : hundredths / 100;

	matrix_number(value, width, ret->text);
	ret->style = value == 0 ? STYLE_DIM : value > 0 ? STYLE_POSITIVE : STYLE_NEGATIVE;
}

static double greatest_error(const struct stage_learn *learn)
{
	double greatest = 0;

	for (int i = 0; i < learn->error.rows * learn->error.cols; i++)
		greatest = fmax(greatest, fabs(learn->error.values[i]));
	return greatest;
}

static void make_error_map(struct error_map *map, const struct stage_learn *learn, int cell)
{
	map->learn = learn;
	map->hundredths = cell == ERROR_CELL && greatest_error(learn) < 9.99;
	map->view = (struct matrix_view){
	    .title = map->hundredths ? "Y_hat - Y, in hundredths" : "Y_hat - Y",
	    .rows = learn->error.rows,
	    .cols = learn->error.cols,
	    .cell = cell,
	    .row_ruler = true,
	    .col_ruler = true,
	    .cell_at = error_cell,
	    .self = map,
	};
}

/* -- the curve ----------------------------------------------------------------------------------- */

static void draw_curve(const struct stage_learn *learn, const struct look *look,
    struct canvas *canvas, struct rect area)
{
	size_t count = learn->now + 1;
	double *x = xmalloc(2 * count, sizeof(*x)), *y = x + count;
	struct plot plot = {
	    .x_label = "update",
	    .x_min = 0,
	    .x_max = fmax(learn->steps, (double)learn->now),
	    .y_max = learn->points[0].loss,
	    .count = 1,
	    .series = {{"loss", count, x, y, STYLE_SERIES_A, NULL, false}},
	};

	for (size_t i = 0; i < count; i++) {
		x[i] = (double)i;
		y[i] = learn->points[i].loss;
		plot.y_max = fmax(plot.y_max, y[i]);
	}
	plot_draw(&plot, look, canvas, area);
	mem_free(x);
}

/* -- the loss over both weights ------------------------------------------------------------------ */

struct map {
	struct rect area;      // of the map itself
	double low[2], high[2]; // of w0 and w1
};

static int map_col(const struct map *map, double w0)
{
	return (int)lround((w0 - map->low[0]) / (map->high[0] - map->low[0]) * (map->area.cols - 1));
}

static int map_row(const struct map *map, double w1)
{
	return (int)lround((map->high[1] - w1) / (map->high[1] - map->low[1]) * (map->area.rows - 1));
}

/* Wide enough for the path; points that have run away do not count. */
static void choose_bounds(const struct stage_learn *learn, struct map *map)
{
	for (int axis = 0; axis < 2; axis++) {
		map->low[axis] = -1.5;
		map->high[axis] = 1.5;
		for (size_t i = 0; i <= learn->now; i++) {
			double value = learn->points[i].weights[axis];

			if (!(fabs(value) < 4))
				continue;
			map->low[axis] = fmin(map->low[axis], value - 0.25);
			map->high[axis] = fmax(map->high[axis], value + 0.25);
		}
	}
}

/* Every second band of the loss is dotted; a band is a doubling. */
static void draw_bands(const struct stage_learn *learn, const struct map *map, struct canvas *canvas)
{
	double bias = learn->points[learn->now].bias;

	for (int r = 0; r < map->area.rows; r++) {
		for (int c = 0; c < map->area.cols; c++) {
			const double weights[2] = {
			    map->low[0] + (map->high[0] - map->low[0]) * c / (map->area.cols - 1),
			    map->high[1] - (map->high[1] - map->low[1]) * r / (map->area.rows - 1)};
			int band = (int)floor(log2(stage_learn_loss(learn, weights, bias) + 1e-9));

			canvas_char(canvas, map->area, r, c, STYLE_DIM, band % 2 ? '.' : ' ');
		}
	}
}

static void draw_path(const struct stage_learn *learn, const struct map *map, struct canvas *canvas)
{
	for (size_t i = 0; i <= learn->now; i++) {
		const double *weights = learn->points[i].weights;

		if (!(fabs(weights[0]) < 1e3) || !(fabs(weights[1]) < 1e3))
			continue;
		canvas_char(canvas, map->area, map_row(map, weights[1]), map_col(map, weights[0]),
		    i == learn->now ? STYLE_CURRENT : STYLE_SERIES_B, i == learn->now ? '@' : 'o');
	}
}

static void draw_map(const struct stage_learn *learn, struct canvas *canvas, struct rect area)
{
	struct map map = {.area = rect_sub(area, 1, 0, area.rows - 2, area.cols)};

	choose_bounds(learn, &map);
	canvas_textf(canvas, area, 0, 0, STYLE_LABEL, "loss over w0 (across) and w1 (up): %.2g to %.2g",
	    map.low[1], map.high[1]);
	draw_bands(learn, &map, canvas);
	draw_path(learn, &map, canvas);
	canvas_textf(canvas, area, area.rows - 1, 0, STYLE_LABEL, "%.2g", map.low[0]);
	canvas_text(canvas, area, area.rows - 1, area.cols / 2 - 10, STYLE_LABEL, "@ now, o on the way");
	canvas_textf(canvas, area, area.rows - 1, area.cols - 4, STYLE_LABEL, "%4.2g", map.high[0]);
}

/* -- where they stand ---------------------------------------------------------------------------- */

static int least(int a, int b)
{
	return a < b ? a : b;
}

static bool has_map(const struct stage_learn *learn)
{
	return stage_learn_weights(learn) == 2;
}

/* Numbers, error map and curve in one row. */
static void draw_side_by_side(const struct stage_learn *learn, const struct look *look,
    struct canvas *canvas, struct rect area)
{
	int room = area.cols - NUMBERS_COLS - CURVE_COLS_LEAST - 2, width, left;
	struct error_map error;

	make_error_map(&error, learn, room > (ERROR_CELL + 2) * learn->error.cols + 3
					 ? ERROR_CELL + 2
					 : ERROR_CELL);
	width = least(matrix_width(&error.view), room);
	left = NUMBERS_COLS + 1 + width + 1;
	draw_numbers(learn, canvas, rect_sub(area, 0, 0, area.rows, NUMBERS_COLS));
	matrix_draw(&error.view, canvas, rect_sub(area, 0, NUMBERS_COLS + 1, area.rows, width));
	draw_curve(learn, look, canvas, rect_sub(area, 0, left, area.rows, area.cols - left));
}

/* Large: numbers and error map above, curve and map of the loss below. */
static void draw_large(const struct stage_learn *learn, const struct look *look,
    struct canvas *canvas, struct rect area)
{
	int half = area.cols / 2, top;
	struct error_map error;
	struct rect below;

	make_error_map(&error, learn, ERROR_CELL + 2);
	top = least(matrix_height(&error.view), area.rows / 2);
	below = rect_sub(area, top + 1, 0, area.rows - top - 1, area.cols);
	draw_numbers(learn, canvas, rect_sub(area, 0, 0, top, half - 2));
	matrix_draw(&error.view, canvas, rect_sub(area, 0, half, top, area.cols - half));
	draw_curve(learn, look, canvas, rect_sub(below, 0, 0, below.rows, half - 2));
	draw_map(learn, canvas, rect_sub(below, 0, half, below.rows, below.cols - half));
}

/* Below one another: the numbers, the error map if it fits, the curve in what is left. */
static void draw_stacked(const struct stage_learn *learn, const struct look *look,
    struct canvas *canvas, struct rect area)
{
	int row = least(NUMBERS_ROWS, area.rows);
	struct error_map error;
	bool wide;

	make_error_map(&error, learn, ERROR_CELL);
	wide = matrix_width(&error.view) + NUMBERS_COLS + 1 <= area.cols;
	draw_numbers(learn, canvas,
	    rect_sub(area, 0, 0, wide || area.rows < 12 ? area.rows : row, NUMBERS_COLS));
	if (wide)
		matrix_draw(&error.view, canvas, rect_sub(area, 0, NUMBERS_COLS + 1, area.rows, area.cols));
	if (wide || area.rows < 12)
		return;
	row++;
	if (row + matrix_height(&error.view) <= area.rows && matrix_width(&error.view) <= area.cols) {
		matrix_draw(&error.view, canvas, rect_sub(area, row, 0, matrix_height(&error.view), area.cols));
		row += matrix_height(&error.view) + 1;
	}
	if (area.rows - row >= CURVE_ROWS_LEAST)
		draw_curve(learn, look, canvas, rect_sub(area, row, 0, area.rows - row, area.cols));
}

static void draw(const struct stage *stage, const struct look *look, struct canvas *canvas,
    struct rect area)
{
	const struct stage_learn *learn = (const struct stage_learn *)stage;
	bool tall = area.rows >= 2 * MAP_ROWS_LEAST && area.cols >= 2 * MAP_COLS_LEAST;

	if (tall && has_map(learn))
		draw_large(learn, look, canvas, area);
	else if (area.cols >= NUMBERS_COLS + CURVE_COLS_LEAST + 31)
		draw_side_by_side(learn, look, canvas, area);
	else
		draw_stacked(learn, look, canvas, area);
}

/* -- the keys ------------------------------------------------------------------------------------ */

static const struct view_key *keys(const struct stage *stage, char *buffer)
{
	static const struct view_key still[] = {
	    {KEY_ARROW_RIGHT, "step", "step", NULL},
	    {KEY_ARROW_LEFT, "back", "back", NULL},
	    {'p', "run", "run", NULL},
	    {'o', "restart", "restart", NULL},
	    {KEY_ARROW_UP, "lr up", "lr up", NULL},
	    {KEY_ARROW_DOWN, "lr down", "lr down", NULL},
	    {'r', "lr", "rate", "learning rate: "},
	    {'w', "start", "weights", "start from the weights: "},
	    {'g', "goto", NULL, "show update: "},
	    {'d', "recipe", NULL, "recipe (d0, d1 or d4): "},
	    {' ', "step", NULL, NULL},
	    {KEY_FIRST, "first", NULL, NULL},
	    {KEY_LAST, "last", NULL, NULL},
	    {.key = 0},
	};
	static const struct view_key running[] = {
	    {'p', "stop", "stop", NULL},
	    {'f', "faster", "faster", NULL},
	    {'d', "slower", "slower", NULL},
	    {' ', "stop", NULL, NULL},
	    {KEY_ARROW_RIGHT, "step", NULL, NULL},
	    {KEY_ARROW_LEFT, "back", NULL, NULL},
	    {.key = 0},
	};

	(void)buffer;
	return ((const struct stage_learn *)stage)->running ? running : still;
}

const struct view_ops view_learn = {.stage = "learn", .draw = draw, .keys = keys};
