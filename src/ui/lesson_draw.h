// SPDX-License-Identifier: GPL-3.0-or-later
/* Drawing of the lesson screen, and where its parts stand. */
#ifndef UI_LESSON_DRAW_H
#define UI_LESSON_DRAW_H

#include <stdbool.h>

#include "ui/canvas.h"

struct app;

struct lesson_layout {
	struct rect text, stage, sum, line, feedback;
	bool one_pane; // text and stage share one place: show either
	bool spacious; // blank rows between paragraphs
};

// `text_rows`: what the text would take; `has_stage`: the step has one.
void lesson_lay_out(int rows, int cols, int text_rows, bool has_stage, struct lesson_layout *ret);
void lesson_draw(struct app *app);

#endif
