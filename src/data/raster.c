// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Each edge adds, row by row, how the covered area changes from one pixel to the next; the running
 * sum along a row is then the covered share of each pixel. (The method of several font
 * rasterisers.)
 */
#include "config.h"

#include "data/raster.h"

#include <math.h>
#include <string.h>

#include "base/error.h"

#define EDGE_PITCH RASTER_EDGE_PITCH
#define CURVE_PARTS 5

#ifdef __clang__
#pragma STDC FP_CONTRACT OFF // as GCC does with -std=c11
#endif

void raster_clear(struct raster *raster)
{
	memset(raster, 0, sizeof(*raster));
}

void outline_point(struct outline *outline, float x, float y)
{
	if (outline->count == RASTER_POINTS_MAX)
		BUG("an outline has more than %d points", RASTER_POINTS_MAX);
	outline->x[outline->count] = x;
	outline->y[outline->count++] = y;
}

void outline_curve(struct outline *outline, float bx, float by, float x, float y)
{
	float x0 = outline->x[outline->count - 1], y0 = outline->y[outline->count - 1];

	for (int i = 1; i <= CURVE_PARTS; i++) {
		float t = (float)i / CURVE_PARTS, u = 1 - t;

		outline_point(outline, u * u * x0 + 2 * u * t * bx + t * t * x,
		    u * u * y0 + 2 * u * t * by + t * t * y);
	}
}

void outline_mirror(struct outline *outline)
{
	for (int i = outline->count - 1; i >= 0; i--)
		outline_point(outline, -outline->x[i], outline->y[i]);
}

static float clamp(float value, float low, float high)
{
	return value < low ? low : value > high ? high : value;
}

/* One edge inside one row, between columns x0 and x1; it climbs `dy` (signed) of that row. */
static void add_span(float *row, float x0, float x1, float dy)
{
	float left = x0 < x1 ? x0 : x1, right = x0 < x1 ? x1 : x0;
	float slope = right > left ? dy / (right - left) : 0;
	float before = 0, covered = 0; // by what lies left of pixel x; of the pixel before it
	int first = (int)left, last = (int)right;

	for (int x = first; x <= last; x++) {
		float a = left > (float)x ? left : (float)x;
		float b = right < (float)(x + 1) ? right : (float)(x + 1);
		float part = first == last ? dy : slope * (b - a);
		float now = before + part * ((float)(x + 1) - 0.5f * (a + b));

		row[x] += now - covered;
		covered = now;
		before += part;
	}
	row[last + 1] += dy - covered;
}

static void add_edge(struct raster *raster, float x0, float y0, float x1, float y1)
{
	float sign = y0 < y1 ? 1 : -1;
	float top = y0 < y1 ? y0 : y1, bottom = y0 < y1 ? y1 : y0;
	float start = y0 < y1 ? x0 : x1, slope;

	if (!(bottom > top) || bottom <= 0 || top >= RASTER_SIZE)
		return;
	slope = (y0 < y1 ? x1 - x0 : x0 - x1) / (bottom - top);
	for (int y = top > 0 ? (int)top : 0; y < RASTER_SIZE && (float)y < bottom; y++) {
		float from = top > (float)y ? top : (float)y;
		float to = bottom < (float)(y + 1) ? bottom : (float)(y + 1);

		add_span(raster->edge + (size_t)y * EDGE_PITCH,
		    clamp(start + slope * (from - top), 0, RASTER_SIZE),
		    clamp(start + slope * (to - top), 0, RASTER_SIZE), sign * (to - from));
	}
}

/* Columns and rows that a polygon may touch. */
struct box {
	int left, right, top, bottom; // right and bottom: one behind
};

static struct box add_outline(struct raster *raster, const struct outline *outline)
{
	const struct placement *at = &raster->place;
	float x[RASTER_POINTS_MAX], y[RASTER_POINTS_MAX];
	float low[2] = {RASTER_SIZE, RASTER_SIZE}, high[2] = {0, 0};

	for (int i = 0; i < outline->count; i++) {
		x[i] = at->cx + at->xx * outline->x[i] + at->xy * outline->y[i];
		y[i] = at->cy + at->yx * outline->x[i] + at->yy * outline->y[i];
		low[0] = x[i] < low[0] ? x[i] : low[0];
		low[1] = y[i] < low[1] ? y[i] : low[1];
		high[0] = x[i] > high[0] ? x[i] : high[0];
		high[1] = y[i] > high[1] ? y[i] : high[1];
	}
	for (int i = 0; i < outline->count; i++) {
		int next = i + 1 < outline->count ? i + 1 : 0;

		add_edge(raster, x[i], y[i], x[next], y[next]);
	}
	return (struct box){.left = (int)clamp(low[0], 0, RASTER_SIZE),
	    .right = (int)clamp(high[0] + 1, 0, RASTER_SIZE),
	    .top = (int)clamp(low[1], 0, RASTER_SIZE),
	    .bottom = (int)clamp(high[1] + 1, 0, RASTER_SIZE)};
}

enum mode { MODE_FILL, MODE_SHADE };

static void blend(struct raster *raster, int at, float covered, enum mode mode, float value)
{
	float *light = &raster->light[at], *inside = &raster->inside[at];

	if (mode == MODE_SHADE) {
		*light *= 1 + covered * (value - 1);
		return;
	}
	*light += covered * (value - *light);
	*inside += covered * ((value > 0 ? 1.0f : 0.0f) - *inside);
}

static void paint(struct raster *raster, const struct outline *outline, enum mode mode, float value)
{
	struct box box = add_outline(raster, outline);

	for (int y = box.top; y < box.bottom; y++) {
		float *row = raster->edge + (size_t)y * EDGE_PITCH, sum = 0;

		for (int x = box.left; x < box.right; x++) {
			float covered;

			sum += row[x];
			covered = sum < 0 ? -sum : sum;
			blend(raster, y * RASTER_SIZE + x, covered < 1 ? covered : 1, mode, value);
		}
		memset(row + box.left, 0, sizeof(*row) * (size_t)(box.right - box.left + 2));
	}
}

void raster_fill(struct raster *raster, const struct outline *outline, float light)
{
	paint(raster, outline, MODE_FILL, light);
}

void raster_shade(struct raster *raster, const struct outline *outline, float factor)
{
	paint(raster, outline, MODE_SHADE, factor);
}

void raster_stroke(struct raster *raster, float x0, float y0, float x1, float y1, float width,
    float light)
{
	float dx = x1 - x0, dy = y1 - y0, length = sqrtf(dx * dx + dy * dy);
	struct outline outline = {.count = 0};

	if (!(length > 0))
		return;
	dx *= 0.5f * width / length;
	dy *= 0.5f * width / length;
	outline_point(&outline, x0 - dy, y0 + dx);
	outline_point(&outline, x1 - dy, y1 + dx);
	outline_point(&outline, x1 + dy, y1 - dx);
	outline_point(&outline, x0 + dy, y0 - dx);
	raster_fill(raster, &outline, light);
}
