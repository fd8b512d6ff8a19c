// SPDX-License-Identifier: GPL-3.0-or-later
/* The colours of pictures, the same on every medium: greys, and a scale for signed values. */
#ifndef BASE_COLOR_H
#define BASE_COLOR_H

#include <stdint.h>

// 0xRRGGBB. `share` 0: black, 1: white; what lies outside, and NaN, is moved to the nearer end.
uint32_t color_gray(double share);
// -1: orange, 0: white, 1: blue.
uint32_t color_signed(double share);
uint32_t color_rgb(double red, double green, double blue); // each 0..1
double color_brightness(uint32_t color);		   // 0..1, as the eye sees it

#endif
