// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Sets a lesson's text into lines: wraps at spaces and between wide characters, hangs list items,
 * keeps code as it is.
 */
#ifndef UI_TEXTPANE_H
#define UI_TEXTPANE_H

#include "lesson/text.h"
#include "ui/canvas.h"

// Rows that the text takes at a width of `cols` cells. `spacious`: a blank row between paragraphs.
int textpane_rows(const struct text *text, int cols, bool spacious);
// Draw the rows from `first` on into the area.
void textpane_draw(const struct text *text, int first, bool spacious, struct canvas *canvas,
    struct rect area);
// The same for one plain text in one style; returns the rows it takes (canvas may be NULL: count only).
int textpane_plain(const char *plain, enum style style, struct canvas *canvas, struct rect area);

// Verbatim, as programs print: lines are cut at the border, not wrapped. Draws from line `first` on;
// returns the number of lines.
int textpane_verbatim(const char *plain, int first, enum style style, struct canvas *canvas,
    struct rect area);

#endif
