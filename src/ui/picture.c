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

	for (int i = 0; picture->low == picture->high && i < picture->height * picture->width; i++) {
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

static void draw_grey(const struct picture *picture, struct scale scale, const struct look *look,
    struct canvas *canvas, struct rect area)
{
	for (int r = 0; r < (picture->height + 1) / 2; r++) {
		for (int c = 0; c < picture->width; c++) {
			float top = share(scale, pixel(picture, 2 * r, c));
			bool odd = 2 * r + 1 == picture->height;
			float below = odd ? 0 : share(scale, pixel(picture, 2 * r + 1, c));

			if (has_grey_blocks(look))
				canvas_pixel(canvas, area, r, c, HALF_BLOCK,
				    INK_GRAY((int)lroundf(top * (INK_GRAYS - 1))),
				    odd ? INK_DEFAULT : INK_GRAY((int)lroundf(below * (INK_GRAYS - 1))));
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
		canvas_textf(canvas, area, row, 0, STYLE_LABEL, "black %.3g, white %.3g", scale.low,
		    scale.high);
	else
		canvas_textf(canvas, area, row, 0, STYLE_LABEL, "blank %.3g, %c %.3g", scale.low,
		    ramp[RAMP_LAST], scale.high);
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
