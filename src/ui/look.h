// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What the terminal can show, decided once at the start, and passed to everything that draws: which
 * glyphs, how many colours, whether things may move. Tests set it as they like.
 */
#ifndef UI_LOOK_H
#define UI_LOOK_H

#include <stdbool.h>

enum glyph_set {
	GLYPH_SET_ASCII,   // LANG=C, --ascii
	GLYPH_SET_BLOCK,   // UTF-8: half blocks, box lines; curves still in braille
	GLYPH_SET_BRAILLE, // UTF-8 where half blocks may be two cells wide (CJK locales)
};

struct look {
	enum glyph_set glyphs;
	int colors;  // 256, 16, 8, or 1: none
	bool motion; // false: animations jump to their end, step only
};

#endif
