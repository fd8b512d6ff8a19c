// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "base/color.h"

static uint32_t level(double share)
{
	if (!(share > 0))
		return 0;
	return share < 1 ? (uint32_t)(share * 255 + 0.5) : 255;
}

static uint32_t mix(uint32_t red, uint32_t green, uint32_t blue)
{
	return red << 16 | green << 8 | blue;
}

uint32_t color_rgb(double red, double green, double blue)
{
	return mix(level(red), level(green), level(blue));
}

uint32_t color_gray(double share)
{
	return color_rgb(share, share, share);
}

uint32_t color_signed(double share)
{
	uint32_t fade = 255 - level(share < 0 ? -share : share);

	if (share < 0)
		return mix(255, 128 + fade / 2, fade);
	return share > 0 ? mix(fade, 96 + fade * 5 / 8, 255) : 0xffffff;
}

double color_brightness(uint32_t color)
{
	return (0.299 * (color >> 16 & 255) + 0.587 * (color >> 8 & 255) + 0.114 * (color & 255)) / 255;
}
