// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/picture.h"

#include <math.h>

#define HALF_BLOCK 0x2580 // the upper half in ink, the lower in paper
#define SCALE_LINE_COLS 26

static const char ramp[] = " .:-=+*#%@";
#define RAMP_LAST ((int)sizeof(ramp) - 2)

struct scale {
	float low, high;
};

static struct scale scale_of(const struct picture *picture)
{
	struct scale scale = {picture->low, picture->high};
	bool found = false;

	for (int i = 0; picture->low == picture->high && !picture->is_rgb && i < picture->height * picture->width; i++) {
		float value = picture->values[i];

		if (!isfinite(value))
			continue;
		scale.low = found ? fminf(scale.low, value) : value;
		scale.high = found ? fmaxf(scale.high, value) : value;
		found = true;
	}
	if (picture->is_signed) {
		scale.high = fmaxf(fabsf(scale.low), fabsf(scale.high));
		scale.low = -scale.high;
	}
	return scale;
}

/* 0 at the scale's low end, 1 at its high end; 0 for what is no number. */
static float share(struct scale scale, float value)
{
	float at = scale.high > scale.low ? (value - scale.low) / (scale.high - scale.low) : 0;

	if (!(at > 0))
		return 0;
	return at > 1 ? 1 : at;
}

static bool has_grey_blocks(const struct look *look)
{
	return look->glyphs == GLYPH_SET_BLOCK && look->colors >= 256;
}

void picture_size(const struct picture *picture, const struct look *look, int *ret_rows, int *ret_cols)
{
	(void)look;
	*ret_rows = (picture->is_signed ? picture->height : (picture->height + 1) / 2) + !picture->bare;
	*ret_cols = picture->is_signed ? 2 * picture->width : picture->width;
	if (!picture->bare && *ret_cols < SCALE_LINE_COLS)
		*ret_cols = SCALE_LINE_COLS;
}

static float pixel(const struct picture *picture, int row, int col)
{
	return picture->values[row * picture->width + col];
}

/* How bright a pixel is, from 0 to 1. */
static float brightness(const struct picture *picture, struct scale scale, int row, int col)
{
	const float *rgb;
	float at;

	if (picture->is_rgb) {
		rgb = picture->values + 3 * (row * picture->width + col);
		return share((struct scale){0, 1}, 0.299F * rgb[0] + 0.587F * rgb[1] + 0.114F * rgb[2]);
	}
	at = share(scale, pixel(picture, row, col));
	return picture->is_reversed ? 1 - at : at;
}

/* The nearest of a terminal's six steps of a colour. */
static int cube_level(float value)
{
	static const float steps[] = {0, 0.373F, 0.529F, 0.686F, 0.843F, 1};
	int best = 0;

	for (int i = 1; i < 6; i++)
		if (fabsf(value - steps[i]) < fabsf(value - steps[best]))
			best = i;
	return best;
}

static int ink_at(const struct picture *picture, struct scale scale, int row, int col)
{
	const float *rgb;

	if (row >= picture->height)
		return INK_DEFAULT;
	rgb = picture->values + 3 * (row * picture->width + col);
	if (picture->is_rgb)
		return INK_CUBE(cube_level(rgb[0]), cube_level(rgb[1]), cube_level(rgb[2]));
	return INK_GRAY((int)lroundf(brightness(picture, scale, row, col) * (INK_GRAYS - 1)));
}

static void draw_grey(const struct picture *picture, struct scale scale, const struct look *look,
    struct canvas *canvas, struct rect area)
{
	for (int r = 0; r < (picture->height + 1) / 2; r++) {
		for (int c = 0; c < picture->width; c++) {
			float top = brightness(picture, scale, 2 * r, c);
			bool odd = 2 * r + 1 == picture->height;
			float below = odd ? 0 : brightness(picture, scale, 2 * r + 1, c);

			if (has_grey_blocks(look))
				canvas_pixel(canvas, area, r, c, HALF_BLOCK, ink_at(picture, scale, 2 * r, c),
				    ink_at(picture, scale, 2 * r + 1, c));
			else
				canvas_char(canvas, area, r, c, STYLE_NORMAL,
				    (uint32_t)ramp[lroundf((odd ? top : (top + below) / 2) * RAMP_LAST)]);
		}
	}
}

static void draw_signed(const struct picture *picture, struct scale scale, const struct look *look,
    struct canvas *canvas, struct rect area)
{
	for (int r = 0; r < picture->height; r++) {
		for (int c = 0; c < picture->width; c++) {
			float size = scale.high > 0 ? pixel(picture, r, c) / scale.high : 0;
			int digit = isfinite(size) ? (int)lroundf(fminf(fabsf(size), 1) * 9) : 0;
			int level = (int)lroundf((float)digit * INK_SIGNED_MAX / 9) * (size < 0 ? -1 : 1);
			uint32_t sign = digit == 0 ? ' ' : size < 0 ? '-' : '+';
			int paper = look->colors >= 256 && level ? INK_SIGNED(level) : INK_DEFAULT;
			int ink = paper == INK_DEFAULT ? INK_DEFAULT : INK_GRAY(digit > 5 ? INK_GRAYS - 1 : 0);

			canvas_pixel(canvas, area, r, 2 * c, sign, ink, paper);
			canvas_pixel(canvas, area, r, 2 * c + 1, (uint32_t)('0' + digit), ink, paper);
		}
	}
}

static void draw_scale_line(const struct picture *picture, struct scale scale, const struct look *look,
    struct canvas *canvas, struct rect area, int row)
{
	if (picture->is_signed)
		canvas_textf(canvas, area, row, 0, STYLE_LABEL, "9 stands for %.3g", scale.high);
	else if (has_grey_blocks(look))
		canvas_textf(canvas, area, row, 0, STYLE_LABEL, "black %.3g, white %.3g",
		    picture->is_reversed ? scale.high : scale.low, picture->is_reversed ? scale.low : scale.high);
	else
		canvas_textf(canvas, area, row, 0, STYLE_LABEL, "blank %.3g, %c %.3g",
		    picture->is_reversed ? scale.high : scale.low, ramp[RAMP_LAST],
		    picture->is_reversed ? scale.low : scale.high);
}

void picture_draw(const struct picture *picture, const struct look *look, struct canvas *canvas,
    struct rect area)
{
	struct scale scale = scale_of(picture);
	int rows, cols;

	picture_size(picture, look, &rows, &cols);
	if (picture->is_signed)
		draw_signed(picture, scale, look, canvas, area);
	else
		draw_grey(picture, scale, look, canvas, area);
	if (!picture->bare)
		draw_scale_line(picture, scale, look, canvas, area, rows - 1);
}
