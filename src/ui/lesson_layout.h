// SPDX-License-Identifier: GPL-3.0-or-later
/* Where the parts of the lesson screen stand, at any size. */
#ifndef UI_LESSON_LAYOUT_H
#define UI_LESSON_LAYOUT_H

#include <stdbool.h>

#include "ui/canvas.h"

#define TEXT_COLS_MAX 100 // longer lines are hard to read

struct lesson_layout {
	struct rect text, stage, sum, line, feedback;
	bool one_pane; // text and stage share one place: show either
	bool spacious; // blank rows between paragraphs
};

// `text_rows`: what the text would take; `has_stage`: the step has one.
void lesson_lay_out(int rows, int cols, int text_rows, bool has_stage, struct lesson_layout *ret);

#endif
