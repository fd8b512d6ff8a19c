// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A small anti-aliasing rasteriser for 28x28 pictures: polygons become the exact share of every
 * pixel that they cover. Only + - * / and square roots of floats are used, so that the same numbers
 * come out on every machine.
 *
 * Coordinates: x to the right, y down, pixel (0, 0) covers [0, 1) x [0, 1). What lies outside is
 * cut.
 */
#ifndef DATA_RASTER_H
#define DATA_RASTER_H

#define RASTER_SIZE 28
#define RASTER_EDGE_PITCH (RASTER_SIZE + 2) // what an edge at the right border spills over
#define RASTER_POINTS_MAX 64

/* A closed polygon. */
struct outline {
	int count;
	float x[RASTER_POINTS_MAX], y[RASTER_POINTS_MAX];
};

/* Shape space to pixels: turned and scaled about (cx, cy), then moved there. */
struct placement {
	float cx, cy;
	float xx, xy, yx, yy; // px = cx + xx * x + xy * y, py = cy + yx * x + yy * y
};

struct raster {
	float light[RASTER_SIZE * RASTER_SIZE]; // 0 background .. 1
	float inside[RASTER_SIZE * RASTER_SIZE]; // how far the garment covers the pixel, 0..1
	float edge[RASTER_SIZE * RASTER_EDGE_PITCH]; // scratch: zero between calls
	struct placement place;
};

void raster_clear(struct raster *raster);
void outline_point(struct outline *outline, float x, float y);
// A quadratic curve from the last point to (x, y), bent towards (bx, by).
void outline_curve(struct outline *outline, float bx, float by, float x, float y);
// Append the mirror image (x -> -x) of all points, last to first: one half makes the whole.
void outline_mirror(struct outline *outline);

// Paint the polygon with one brightness; 0 cuts a hole into what is there.
void raster_fill(struct raster *raster, const struct outline *outline, float light);
// A line of some width, with square ends.
void raster_stroke(struct raster *raster, float x0, float y0, float x1, float y1, float width,
    float light);
// Make what is inside the polygon brighter or darker by a factor; the silhouette stays.
void raster_shade(struct raster *raster, const struct outline *outline, float factor);

#endif
