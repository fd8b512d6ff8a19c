// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/result.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "engine/tensor.h"
#include "ui/figure_draw.h"

#define POINTS_MAX 100000
#define MAPS_MAX 64 // of a tensor with channels

void result_clear(struct result *result)
{
	figure_unref(result->figure);
	mem_free(result->x);
	for (size_t i = 0; i < PLOT_SERIES_MAX; i++)
		mem_free(result->y[i]);
	*result = (struct result){0};
}

static void take_figure(void *self, struct figure *figure)
{
	struct result *result = self;

	result_clear(result);
	result->kind = RESULT_KIND_FIGURE;
	result->figure = figure_ref(figure);
}

/* How many maps of a tensor are drawn: one for each channel, of the first of what stands before them. */
static size_t map_count(const struct tensor *tensor)
{
	int64_t channels = tensor->ndim > 2 ? tensor->shape[tensor->ndim - 3] : 1;

	return (size_t)(channels < MAPS_MAX ? channels : MAPS_MAX);
}

static void fill_map(const struct tensor *values, size_t which, struct figure_panel *panel)
{
	int64_t height = values->ndim > 1 ? values->shape[values->ndim - 2] : 1;
	int64_t width = values->shape[values->ndim - 1];
	size_t count = (size_t)(height * width);
	struct figure_image *image = &panel->image;

	image->pixels = xmalloc(count, sizeof(float));
	memcpy(image->pixels, tensor_const_floats(values) + which * count, count * sizeof(float));
	image->height = (int)height;
	image->width = (int)width;
}

/* One scale for all of them, so that they can be compared. */
static void set_scale(struct figure *figure)
{
	double low = INFINITY, high = -INFINITY;

	for (size_t i = 0; i < figure->count; i++) {
		const struct figure_image *image = &figure->panels[i].image;

		for (int k = 0; k < image->height * image->width; k++) {
			if (!isfinite(image->pixels[k]))
				continue;
			low = fmin(low, image->pixels[k]);
			high = fmax(high, image->pixels[k]);
		}
	}
	for (size_t i = 0; low <= high && i < figure->count; i++) {
		struct figure_image *image = &figure->panels[i].image;

		image->map = low < 0 ? FIGURE_MAP_SIGNED : FIGURE_MAP_GRAY;
		image->high = low < 0 ? fmax(-low, fabs(high)) : high;
		image->low = low < 0 ? -image->high : low;
	}
}

/* The prompt's value: a single number needs no picture, and beyond POINTS_MAX it would be none. */
static void take_value(void *self, const struct tensor *tensor)
{
	size_t count = tensor_count(tensor), maps = map_count(tensor);
	struct tensor *values;
	struct figure *figure;

	if (tensor->ndim == 0 || count <= 1 || count > POINTS_MAX || tensor_cast(tensor, DTYPE_F32, &values, NULL) < 0)
		return;
	figure = figure_new(maps);
	figure->cols = maps > 1 ? 0 : 1;
	for (size_t i = 0; i < maps; i++) {
		fill_map(values, i, &figure->panels[i]);
		mem_free(figure->panels[i].title);
		figure->panels[i].title = maps > 1 ? xasprintf("%zu", i) : xstrdup("_");
	}
	set_scale(figure);
	take_figure(self, figure);
	figure_unref(figure);
	tensor_free(values);
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
	return (struct nb_sink){.self = result, .figure = take_figure, .value = take_value,
	    .plot = take_point};
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

int result_rows(const struct result *result, const struct look *look, int cols)
{
	int rows = 0, used;

	if (result->kind == RESULT_KIND_FIGURE)
		figure_size(result->figure, look, cols, &rows, &used);
	return rows;
}

void result_draw(const struct result *result, const struct look *look, struct canvas *canvas,
    struct rect area)
{
	if (result->kind == RESULT_KIND_CURVES)
		draw_curves(result, look, canvas, area);
	else if (result->kind == RESULT_KIND_FIGURE)
		figure_draw(result->figure, look, canvas, area);
}
