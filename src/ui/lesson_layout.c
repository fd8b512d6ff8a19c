// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The lesson's frame, from the top: title, text with the question, stage, the sum, the line, feedback,
 * keys. At 80x24 these take 1, 6, 9 or more, 2, 1, 3 and 1 rows; text and stage share what a larger
 * screen has; at 130 columns they stand side by side; where there is no room for both, Tab switches.
 */
#include "config.h"

#include "ui/lesson_layout.h"

#define TEXT_ROWS 6	  // at 80x24
#define STAGE_ROWS_LEAST 9
#define SIDE_COLS 130 // from here on text and stage stand side by side
#define SIDE_TEXT_COLS 48

static int imin(int a, int b)
{
	return a < b ? a : b;
}

static int imax(int a, int b)
{
	return a > b ? a : b;
}

static void lay_out_stack(struct lesson_layout *lay, struct rect middle, int text_rows, bool has_stage)
{
	int most = imax(TEXT_ROWS, middle.rows - STAGE_ROWS_LEAST - 3);

	if (!has_stage) {
		lay->text = middle;
		return;
	}
	if (middle.rows < TEXT_ROWS + STAGE_ROWS_LEAST) {
		lay->one_pane = true;
		lay->text = lay->stage = middle;
		return;
	}
	text_rows = imin(imin(text_rows, most), middle.rows - STAGE_ROWS_LEAST);
	lay->text = rect_sub(middle, 0, 0, text_rows, imin(middle.cols, TEXT_COLS_MAX));
	lay->stage = rect_sub(middle, text_rows, 0, middle.rows - text_rows, middle.cols);
	if (middle.rows - text_rows > STAGE_ROWS_LEAST) // a blank row between them
		lay->stage = rect_sub(middle, text_rows + 1, 0, middle.rows - text_rows - 1, middle.cols);
}

void lesson_lay_out(int rows, int cols, int text_rows, bool has_stage, struct lesson_layout *ret)
{
	struct rect area = {0, 0, rows, cols}, middle;
	bool is_small = rows < 20;
	int feedback = rows >= 24 ? 3 : rows >= 16 ? 2 : 1, sum = is_small ? 1 : 2, bottom;

	*ret = (struct lesson_layout){0};
	if (rows < 8)
		sum = 0;
	bottom = sum + 1 + feedback + 1;
	ret->spacious = rows >= 34;
	middle = rect_sub(area, 1, 1, rows - 1 - bottom, cols - 2);
	ret->sum = rect_sub(area, rows - bottom, 1, sum, cols - 2);
	ret->line = rect_sub(area, rows - bottom + sum, 1, 1, cols - 2);
	ret->feedback = rect_sub(area, rows - bottom + sum + 1, 1, feedback, cols - 2);
	if (has_stage && cols >= SIDE_COLS) {
		ret->text = rect_sub(middle, 0, 0, middle.rows, SIDE_TEXT_COLS);
		ret->stage = rect_sub(middle, 0, SIDE_TEXT_COLS + 2, middle.rows,
		    middle.cols - SIDE_TEXT_COLS - 2);
		return;
	}
	lay_out_stack(ret, middle, text_rows, has_stage);
}
