// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Stage `window`: a kernel slides over an image and makes the output cell by cell. The position is
 * the whole state of the walk: cells up to the window, in reading order, are made, those behind it
 * are not yet; so stepping back undoes a step exactly, and a frame is named by its position.
 *
 * Lines of a view (EXPR: evaluated by the notebook):
 *	image: EXPR         a matrix, by default X
 *	kernel: EXPR        by default K
 *	output: NAME        by default Y
 *	mode: correlation | convolution
 *	at: ROW COLUMN      the window's first position; without it there is none yet
 *	show: visited | all
 *	hide: ROW COLUMN    this output cell shows ? until `reveal`
 *	focus: output | kernel | image
 *
 * Numbers of the state: row, col (-1: no window yet), index (cells made so far), cells, value (of the
 * current cell), playing, speed, hidden. publish sets row, col and the output under its name; image
 * and kernel too where they are plain names, so that lessons see what a learner changed.
 */
#ifndef LESSON_STAGE_WINDOW_H
#define LESSON_STAGE_WINDOW_H

#include <stdbool.h>

#include "base/error.h"
#include "lesson/stage.h"
#include "lesson/stage_matrix.h"

enum stage_window_focus {
	STAGE_WINDOW_FOCUS_OUTPUT,
	STAGE_WINDOW_FOCUS_KERNEL,
	STAGE_WINDOW_FOCUS_IMAGE,
	STAGE_WINDOW_FOCUS_COUNT
};

struct stage_window {
	struct stage stage;
	struct stage_matrix image, kernel, output; // the output is always whole; what of it is
						   // shown is told by stage_window_cell
	bool image_changed, kernel_changed; // by the learner
	bool convolution; // the kernel is turned up-down and left-right
	bool show_all;
	int row, col; // of the window, in the output; -1: none yet
	int hidden_row, hidden_col; // -1: none
	enum stage_window_focus focus;
	int cursor_row[STAGE_WINDOW_FOCUS_COUNT], cursor_col[STAGE_WINDOW_FOCUS_COUNT];
	bool playing;
	double speed;	// cells a second
	double next_at; // of the next cell; negative: play has just begun
};

enum stage_window_cell {
	STAGE_WINDOW_CELL_EMPTY,  // not made yet
	STAGE_WINDOW_CELL_HIDDEN, // a question asks for it
	STAGE_WINDOW_CELL_SHOWN,
};

/* What `open` translates a view's lines into. The matrices are copied. */
struct stage_window_params {
	struct stage_matrix image, kernel;
	const char *output_name; // NULL: "Y"
	bool convolution, show_all;
	int row, col; // -1: no window
};

// ERR_SHAPE where the kernel does not fit into the image.
int stage_window_new(const struct stage_window_params *params, struct stage **ret,
    struct diag *diag) WARN_UNUSED;
enum stage_window_cell stage_window_cell(const struct stage_window *window, int row, int col);
// The kernel's element that meets element (row, col) of the window: turned over in a convolution.
float stage_window_weight(const struct stage_window *window, int row, int col);
struct stage_matrix *stage_window_matrix(struct stage_window *window, enum stage_window_focus focus);

extern const struct stage_ops stage_window_ops;

#endif
