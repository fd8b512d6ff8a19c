// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "notebook/figure.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/color.h"

const unsigned figure_colors[FIGURE_COLORS] = {0x0067a5, 0xc75000, 0x00702f, 0xb00020, 0x7a4fa3, 0x8a5a2b,
    0xc2408a, 0x6b6b6b, 0x8a8a00, 0x008b8b, 0x222222};

struct figure *figure_new(size_t panel_count)
{
	struct figure *figure = xzalloc(1, sizeof(*figure));

	figure->refs = 1;
	figure->title = xstrdup("");
	figure->rows = figure->cols = 1;
	figure->count = panel_count;
	figure->panels = xzalloc(panel_count + 1, sizeof(*figure->panels));
	for (size_t i = 0; i < panel_count; i++) {
		figure->panels[i].title = xstrdup("");
		figure->panels[i].x.label = xstrdup("");
		figure->panels[i].y.label = xstrdup("");
	}
	return figure;
}

struct figure *figure_ref(struct figure *figure)
{
	figure->refs++;
	return figure;
}

static void release_panel(struct figure_panel *panel)
{
	mem_free(panel->title);
	mem_free(panel->x.label);
	mem_free(panel->y.label);
	mem_free(panel->image.pixels);
	for (size_t i = 0; i < panel->curve_count; i++) {
		mem_free(panel->curves[i].name);
		mem_free(panel->curves[i].x);
		mem_free(panel->curves[i].y);
	}
}

void figure_unref(struct figure *figure)
{
	if (!figure || --figure->refs > 0)
		return;
	for (size_t i = 0; i < figure->count; i++)
		release_panel(&figure->panels[i]);
	mem_free(figure->panels);
	mem_free(figure->title);
	mem_free(figure);
}

unsigned figure_pixel(const struct figure_image *image, int row, int col)
{
	size_t at = (size_t)row * (size_t)image->width + (size_t)col;
	double span = image->high - image->low, share;

	if (image->map == FIGURE_MAP_RGB)
		return color_rgb(image->pixels[3 * at], image->pixels[3 * at + 1], image->pixels[3 * at + 2]);
	share = span > 0 ? (image->pixels[at] - image->low) / span : 0;
	if (image->map == FIGURE_MAP_SIGNED)
		return color_signed(image->high > 0 ? image->pixels[at] / image->high : 0);
	return color_gray(image->map == FIGURE_MAP_REVERSED ? 1 - share : share);
}

static void widen(double value, bool log, double *low, double *high)
{
	if (!isfinite(value) || (log && value <= 0))
		return;
	*low = fmin(*low, value);
	*high = fmax(*high, value);
}

double figure_half_bar(const struct figure_curve *curve)
{
	return curve->count > 1 ? fabs(curve->x[1] - curve->x[0]) * 0.4 : 0.4;
}

// Bars stand on 0 and reach beyond their middles.
static void widen_for_bars(const struct figure_curve *curve, bool upright, bool log, double *low, double *high)
{
	double half = figure_half_bar(curve);

	if (upright)
		widen(0, log, low, high);
	for (size_t k = 0; !upright && k < curve->count; k++) {
		widen(curve->x[k] - half, log, low, high);
		widen(curve->x[k] + half, log, low, high);
	}
}

void figure_range(const struct figure_panel *panel, const struct figure_axis *axis, double *ret_low,
    double *ret_high)
{
	double low = INFINITY, high = -INFINITY;

	for (size_t i = 0; i < panel->curve_count; i++) {
		const struct figure_curve *curve = &panel->curves[i];
		const double *values = axis == &panel->x ? curve->x : curve->y;

		for (size_t k = 0; k < curve->count; k++)
			widen(values[k], axis->log, &low, &high);
		if (curve->mark == FIGURE_MARK_BARS)
			widen_for_bars(curve, axis == &panel->y, axis->log, &low, &high);
	}
	if (axis->low < axis->high && (!axis->log || axis->low > 0)) {
		low = axis->low;
		high = axis->high;
	}
	if (!(low <= high))
		low = axis->log ? 0.1 : 0, high = 1;
	if (low == high) {
		low = axis->log ? low / 2 : low - 0.5 * fmax(1, fabs(low));
		high = axis->log ? high * 2 : high + 0.5 * fmax(1, fabs(high));
	}
	*ret_low = fmax(low, -1e300);
	*ret_high = fmin(high, 1e300);
}

static float mean_of(const struct figure_image *image, int step, int row, int col, int channel)
{
	int channels = image->map == FIGURE_MAP_RGB ? 3 : 1, count = 0;
	double sum = 0;

	for (int r = row * step; r < (row + 1) * step && r < image->height; r++)
		for (int c = col * step; c < (col + 1) * step && c < image->width; c++, count++)
			sum += image->pixels[((size_t)r * (size_t)image->width + (size_t)c) * (size_t)channels +
			    (size_t)channel];
	return (float)(sum / count);
}

bool figure_shrink(const struct figure_image *image, int height, int width, struct figure_image *ret)
{
	int channels = image->map == FIGURE_MAP_RGB ? 3 : 1, step = 1;
	float *to;

	*ret = *image;
	while ((image->height + step - 1) / step > height || (image->width + step - 1) / step > width)
		step++;
	if (step == 1)
		return false;
	ret->height = (image->height + step - 1) / step;
	ret->width = (image->width + step - 1) / step;
	to = ret->pixels = xmalloc((size_t)(ret->height * ret->width * channels), sizeof(*to));
	for (int r = 0; r < ret->height; r++)
		for (int c = 0; c < ret->width; c++)
			for (int k = 0; k < channels; k++)
				*to++ = mean_of(image, step, r, c, k);
	return true;
}
