// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/result.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "engine/tensor.h"
#include "ui/matrix.h"
#include "ui/picture.h"

#define NUMBERS_ROWS 16 // a tensor up to this size is drawn as numbers
#define NUMBERS_COLS 20
#define POINTS_MAX 100000
#define CELL_MAX 9 // columns of a number

void result_clear(struct result *result)
{
	tensor_free(result->tensor);
	mem_free(result->x);
	for (size_t i = 0; i < PLOT_SERIES_MAX; i++)
		mem_free(result->y[i]);
	*result = (struct result){0};
}

/* The last two dimensions of the first of whatever stands before them; a vector is one row. */
static struct tensor *as_matrix(const struct tensor *tensor)
{
	struct tensor *view = tensor_share(tensor), *next = NULL, *flat = NULL;
	int64_t shape[2];

	while (view->ndim > 2) {
		if (tensor_view_select(view, 0, 0, &next, NULL) < 0)
			goto out;
		tensor_free(view);
		view = next;
	}
	shape[0] = view->ndim == 2 ? view->shape[0] : 1;
	shape[1] = view->ndim ? view->shape[view->ndim - 1] : 1;
	if (tensor_cast(view, DTYPE_F32, &next, NULL) < 0)
		goto out;
	if (tensor_view_reshape(next, 2, shape, &flat, NULL) < 0)
		flat = NULL;
	tensor_free(next);
out:
	tensor_free(view);
	return flat;
}

static void take_image(void *self, const char *title, const struct tensor *tensor)
{
	struct result *result = self;
	struct tensor *matrix = tensor_count(tensor) ? as_matrix(tensor) : NULL;

	result_clear(result);
	if (!matrix)
		return;
	result->kind = RESULT_KIND_TENSOR;
	result->tensor = matrix;
	snprintf(result->title, sizeof(result->title), "%s", title ? title : "");
}

/* The prompt's value: a single number needs no picture. */
static void take_value(void *self, const struct tensor *tensor)
{
	if (tensor->ndim > 0 && tensor_count(tensor) > 1)
		take_image(self, "_", tensor);
}

static void begin_curves(struct result *result, const char *title, size_t series, const char *const *names)
{
	result_clear(result);
	result->kind = RESULT_KIND_CURVES;
	result->series = series < PLOT_SERIES_MAX ? series : PLOT_SERIES_MAX;
	snprintf(result->title, sizeof(result->title), "%s", title ? title : "");
	for (size_t i = 0; i < result->series; i++)
		snprintf(result->names[i], sizeof(result->names[i]), "%s", names && names[i] ? names[i] : "");
}

static void take_point(void *self, const char *title, size_t series, const char *const *names, double x,
    const double *y)
{
	struct result *result = self;
	bool is_same = result->kind == RESULT_KIND_CURVES && !strcmp(result->title, title ? title : "");

	if (!is_same || (result->count && x <= result->x[result->count - 1]))
		begin_curves(result, title, series, names);
	if (result->count >= POINTS_MAX)
		return;
	result->x = xrealloc(result->x, result->count + 1, sizeof(double));
	result->x[result->count] = x;
	for (size_t i = 0; i < result->series; i++) {
		result->y[i] = xrealloc(result->y[i], result->count + 1, sizeof(double));
		result->y[i][result->count] = i < series ? y[i] : NAN;
	}
	result->count++;
}

struct nb_sink result_sink(struct result *result)
{
	return (struct nb_sink){.self = result, .image = take_image, .value = take_value,
	    .plot = take_point};
}

static void number_at(const void *self, int row, int col, int width, struct matrix_cell *ret)
{
	const struct tensor *tensor = self;
	double value = tensor_const_floats(tensor)[row * tensor->shape[1] + col];

	matrix_number(value, width, ret->text);
	ret->style = STYLE_NORMAL;
}

static void draw_numbers(const struct result *result, struct canvas *canvas, struct rect area)
{
	const float *values = tensor_const_floats(result->tensor);
	int cell = 2;
	struct matrix_view view = {
		.title = result->title,
		.rows = (int)result->tensor->shape[0],
		.cols = (int)result->tensor->shape[1],
		.col_ruler = true,
		.row_ruler = true,
		.cell_at = number_at,
		.self = result->tensor,
	};

	for (size_t i = 0; i < tensor_count(result->tensor); i++) {
		int width = matrix_number_width(values[i], CELL_MAX) + 1;

		cell = width > cell ? width : cell;
	}
	while (cell > 4 && cell * view.cols > area.cols - 4)
		cell--;
	view.cell = cell;
	matrix_draw(&view, canvas, area);
}

static void draw_picture(const struct result *result, const struct look *look, struct canvas *canvas,
    struct rect area)
{
	const float *values = tensor_const_floats(result->tensor);
	struct picture picture = {
		.height = (int)result->tensor->shape[0],
		.width = (int)result->tensor->shape[1],
		.values = values,
	};

	for (size_t i = 0; i < tensor_count(result->tensor); i++)
		picture.is_signed |= values[i] < 0;
	canvas_text(canvas, area, 0, 0, STYLE_LABEL, result->title);
	picture_draw(&picture, look, canvas, rect_sub(area, 1, 0, area.rows - 1, area.cols));
}

static void draw_curves(const struct result *result, const struct look *look, struct canvas *canvas,
    struct rect area)
{
	static const enum style styles[] = {STYLE_SERIES_A, STYLE_SERIES_B, STYLE_SERIES_C, STYLE_NORMAL};
	struct plot plot = {.x_label = result->title, .count = result->series};

	for (size_t i = 0; i < result->series; i++)
		plot.series[i] = (struct plot_series){.name = result->names[i], .count = result->count,
		    .x = result->x, .y = result->y[i], .style = styles[i], .value_format = "%.4g"};
	plot_draw(&plot, look, canvas, area);
}

void result_draw(const struct result *result, const struct look *look, struct canvas *canvas,
    struct rect area)
{
	const int64_t *shape = result->tensor ? result->tensor->shape : NULL;

	if (result->kind == RESULT_KIND_CURVES)
		draw_curves(result, look, canvas, area);
	else if (shape && shape[0] <= NUMBERS_ROWS && shape[1] <= NUMBERS_COLS)
		draw_numbers(result, canvas, area);
	else if (shape)
		draw_picture(result, look, canvas, area);
}
