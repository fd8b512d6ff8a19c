// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Grey pictures: where half blocks and 256 colours are there, a cell shows two pixels, one above the
 * other; elsewhere a cell shows the mean of the two as a glyph of growing darkness, or, for signed
 * values, a sign and a size. A glyph always carries the value; colour comes on top.
 */
#include "config.h"

#include "ui/picture.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char ascii_ramp[] = " .:-=+*#%@";
static const uint32_t block_ramp[] = {' ', 0x2591, 0x2592, 0x2593, 0x2588};
static const char negative_ramp[] = " ,cCG";
static const char positive_ramp[] = " .oO@";

struct range {
	double low, high;
};

static struct range find_range(const struct picture *picture)
{
	struct range range = {picture->low, picture->high};

	if (picture->low < picture->high)
		return range;
	range = (struct range){INFINITY, -INFINITY};
	for (int i = 0; i < picture->height * picture->width; i++) {
		range.low = fmin(range.low, picture->values[i]);
		range.high = fmax(range.high, picture->values[i]);
	}
	if (picture->is_signed) {
		range.high = fmax(fabs(range.low), fabs(range.high));
		range.low = -range.high;
	}
	if (!(range.low < range.high))
		range = (struct range){range.low - 1, range.low + 1};
	return range;
}

/* 0 (low) .. 1 (high); not finite counts as low. */
static double part_of(double value, struct range range)
{
	double part = (value - range.low) / (range.high - range.low);

	return part >= 0 ? fmin(part, 1) : 0;
}

static bool uses_half_blocks(const struct picture *picture, const struct look *look)
{
	return look->glyphs == GLYPH_SET_BLOCK && look->colors >= 256 && !picture->is_signed;
}

void picture_size(const struct picture *picture, const struct look *look, int *ret_rows, int *ret_cols)
{
	(void)look;
	*ret_rows = picture->is_signed ? picture->height : (picture->height + 1) / 2;
	*ret_cols = picture->width;
	*ret_rows += 1; // the scale line
}

static double pixel(const struct picture *picture, int row, int col)
{
	return row < picture->height ? picture->values[row * picture->width + col] : NAN;
}

static void draw_half_blocks(const struct picture *picture, struct range range, struct canvas *canvas,
    struct rect area)
{
	for (int row = 0; row * 2 < picture->height && row < area.rows; row++) {
		for (int col = 0; col < picture->width; col++) {
			double top = part_of(pixel(picture, 2 * row, col), range);
			double bottom = part_of(pixel(picture, 2 * row + 1, col), range);

			canvas_pixel(canvas, area, row, col, 0x2580,
			    INK_GRAY((int)lround(top * (INK_GRAYS - 1))),
			    INK_GRAY((int)lround(bottom * (INK_GRAYS - 1))));
		}
	}
}

static void draw_ramp(const struct picture *picture, struct range range, bool ascii, struct canvas *canvas,
    struct rect area)
{
	int steps = ascii ? (int)strlen(ascii_ramp) : (int)(sizeof(block_ramp) / sizeof(block_ramp[0]));

	for (int row = 0; row * 2 < picture->height && row < area.rows; row++) {
		for (int col = 0; col < picture->width; col++) {
			double top = pixel(picture, 2 * row, col), bottom = pixel(picture, 2 * row + 1, col);
			double part = part_of(isfinite(bottom) ? (top + bottom) / 2 : top, range);
			int step = (int)fmin(part * steps, steps - 1);

			canvas_pixel(canvas, area, row, col,
			    ascii ? (uint32_t)ascii_ramp[step] : block_ramp[step], INK_DEFAULT, INK_DEFAULT);
		}
	}
}

static void draw_signed(const struct picture *picture, struct range range, struct canvas *canvas,
    struct rect area)
{
	double most = fmax(fabs(range.low), fabs(range.high));

	for (int row = 0; row < picture->height && row < area.rows; row++) {
		for (int col = 0; col < picture->width; col++) {
			double value = pixel(picture, row, col) / most;
			int step = (int)lround(fmin(fabs(value), 1) * 4);
			int ink = (int)lround(fmin(fmax(value, -1), 1) * INK_SIGNED_MAX);
			const char *ramp = value < 0 ? negative_ramp : positive_ramp;

			canvas_pixel(canvas, area, row, col, (uint32_t)ramp[isfinite(value) ? step : 0],
			    INK_SIGNED(ink), INK_DEFAULT);
		}
	}
}

static void draw_scale(const struct picture *picture, const struct look *look, struct range range,
    struct canvas *canvas, struct rect area, int row)
{
	if (picture->is_signed)
		canvas_textf(canvas, area, row, 0, STYLE_LABEL, "@ %.3g  blank 0  G %.3g", range.high,
		    range.low);
	else if (look->glyphs == GLYPH_SET_ASCII)
		canvas_textf(canvas, area, row, 0, STYLE_LABEL, "blank %.3g  @ %.3g", range.low, range.high);
	else
		canvas_textf(canvas, area, row, 0, STYLE_LABEL, "dark %.3g  bright %.3g", range.low,
		    range.high);
}

void picture_draw(const struct picture *picture, const struct look *look, struct canvas *canvas,
    struct rect area)
{
	struct range range = find_range(picture);
	int rows, cols;
	struct rect pixels;

	picture_size(picture, look, &rows, &cols);
	rows = rows - 1 < area.rows ? rows - 1 : area.rows - 1;
	if (rows < 1)
		return;
	pixels = rect_sub(area, 0, 0, rows, area.cols);
	if (picture->is_signed)
		draw_signed(picture, range, canvas, pixels);
	else if (uses_half_blocks(picture, look))
		draw_half_blocks(picture, range, canvas, pixels);
	else
		draw_ramp(picture, range, look->glyphs == GLYPH_SET_ASCII, canvas, pixels);
	draw_scale(picture, look, range, canvas, area, rows);
}
