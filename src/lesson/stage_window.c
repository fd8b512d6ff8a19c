// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The window's state and its walk. Positions are counted as "cells made": 0 means no window yet, n
 * that the window stands on cell n - 1 of the output in reading order. Its words are in
 * stage_window_words.c, what it says about itself in stage_window_text.c.
 */
#include "config.h"

#include "lesson/stage_window.h"

#include <string.h>

#include "base/alloc.h"
#include "engine/ops.h"
#include "lesson/params.h"
#include "lesson/stage_internal.h"
#include "notebook/notebook.h"

#define SPEED_START 4.0 // cells a second

const char *const window__focus_names[] = {"output", "kernel", "image", NULL};
const char *const window__mode_names[] = {"correlation", "convolution", NULL};
const char *const window__show_names[] = {"visited", "all", NULL};

static struct stage_window *window_of(struct stage *stage)
{
	return (struct stage_window *)stage;
}

static const struct stage_window *const_window_of(const struct stage *stage)
{
	return (const struct stage_window *)stage;
}

/* -- the model ----------------------------------------------------------------------------------- */

int window__made(const struct stage_window *window)
{
	return window->row < 0 ? 0 : window->row * window->output.cols + window->col + 1;
}

int window__cells(const struct stage_window *window)
{
	return window->output.rows * window->output.cols;
}

void window__set_made(struct stage_window *window, int made)
{
	if (made < 0)
		made = 0;
	if (made > window__cells(window))
		made = window__cells(window);
	window->row = made ? (made - 1) / window->output.cols : -1;
	window->col = made ? (made - 1) % window->output.cols : -1;
	if (made) {
		window->cursor_row[STAGE_WINDOW_FOCUS_OUTPUT] = window->row;
		window->cursor_col[STAGE_WINDOW_FOCUS_OUTPUT] = window->col;
	}
}

int window__check_fit(const struct stage_matrix *image, const struct stage_matrix *kernel,
    struct diag *diag)
{
	if (kernel->rows <= image->rows && kernel->cols <= image->cols)
		return 0;
	diag_set(diag, ERR_SHAPE, "the kernel %s (%dx%d) does not fit into the image %s (%dx%d)",
	    kernel->name, kernel->rows, kernel->cols, image->name, image->rows, image->cols);
	diag_hint(diag, "no side of the kernel may be longer than the image's");
	return ERR_SHAPE;
}

void window__compute(struct stage_window *window)
{
	const struct stage_matrix *image = &window->image, *kernel = &window->kernel;

	corr2d_forward(image->values, image->rows, image->cols, kernel->values, kernel->rows,
	    kernel->cols, window->convolution, window->output.values);
}

/* Make the output anew after a change of shapes; the walk begins again. */
void window__reshape(struct stage_window *window)
{
	struct stage_matrix old = window->output;
	bool walking = window->row >= 0;

	stage_matrix_init(&window->output, old.name, window->image.rows - window->kernel.rows + 1,
	    window->image.cols - window->kernel.cols + 1, NULL);
	stage_matrix_release(&old);
	memset(window->cursor_row, 0, sizeof(window->cursor_row));
	memset(window->cursor_col, 0, sizeof(window->cursor_col));
	window->hidden_row = window->hidden_col = -1;
	window->playing = false;
	window__compute(window);
	window__set_made(window, walking);
}

int stage_window_new(const struct stage_window_params *params, struct stage **ret,
    struct diag *diag)
{
	struct stage_window *window;
	int code = window__check_fit(&params->image, &params->kernel, diag);

	if (code < 0)
		return code;
	window = xzalloc(1, sizeof(*window));
	window->stage.ops = &stage_window_ops;
	stage_matrix_copy(&window->image, &params->image);
	stage_matrix_copy(&window->kernel, &params->kernel);
	stage_matrix_init(&window->output, params->output_name ? params->output_name : "Y", 1, 1, NULL);
	window->convolution = params->convolution;
	window->show_all = params->show_all;
	window->speed = SPEED_START;
	window->row = window->col = -1;
	window__reshape(window);
	if (params->row >= 0 && params->row < window->output.rows && params->col >= 0 &&
	    params->col < window->output.cols)
		window__set_made(window, params->row * window->output.cols + params->col + 1);
	*ret = &window->stage;
	return 0;
}

static void close_window(struct stage *stage)
{
	struct stage_window *window = window_of(stage);

	stage_matrix_release(&window->image);
	stage_matrix_release(&window->kernel);
	stage_matrix_release(&window->output);
	mem_free(window);
}

enum stage_window_cell stage_window_cell(const struct stage_window *window, int row, int col)
{
	if (row == window->hidden_row && col == window->hidden_col)
		return STAGE_WINDOW_CELL_HIDDEN;
	if (window->show_all || row * window->output.cols + col < window__made(window))
		return STAGE_WINDOW_CELL_SHOWN;
	return STAGE_WINDOW_CELL_EMPTY;
}

float stage_window_weight(const struct stage_window *window, int row, int col)
{
	const struct stage_matrix *kernel = &window->kernel;

	if (window->convolution)
		return *stage_matrix_at(kernel, kernel->rows - 1 - row, kernel->cols - 1 - col);
	return *stage_matrix_at(kernel, row, col);
}

struct stage_matrix *stage_window_matrix(struct stage_window *window, enum stage_window_focus focus)
{
	switch (focus) {
	case STAGE_WINDOW_FOCUS_KERNEL:
		return &window->kernel;
	case STAGE_WINDOW_FOCUS_IMAGE:
		return &window->image;
	default:
		return &window->output;
	}
}

void window__mark_changed(struct stage_window *window, const struct stage_matrix *matrix)
{
	window->image_changed |= matrix == &window->image;
	window->kernel_changed |= matrix == &window->kernel;
}

bool window__on_hidden_cell(const struct stage_window *window)
{
	return window->row >= 0 && window->row == window->hidden_row &&
	       window->col == window->hidden_col;
}

static bool tick(struct stage *stage, double now)
{
	struct stage_window *window = window_of(stage);
	bool moved = false;

	if (!window->playing)
		return false;
	if (window->next_at < 0)
		window->next_at = now + 1 / window->speed;
	while (window->playing && now >= window->next_at) {
		window__set_made(window, window__made(window) + 1);
		window->next_at += 1 / window->speed;
		moved = true;
		if (window__made(window) == window__cells(window) || window__on_hidden_cell(window))
			window->playing = false;
	}
	return moved;
}

static bool busy(const struct stage *stage)
{
	return const_window_of(stage)->playing;
}

/* -- the lesson's side --------------------------------------------------------------------------- */

/* Variables follow what a learner changes here, so that questions and text agree with the stage. */
static int publish_matrix(const struct stage_matrix *matrix, struct notebook *nb, struct diag *diag)
{
	struct tensor *tensor = NULL;
	int code;

	if (!params_is_name(matrix->name))
		return 0;
	code = stage_matrix_to_tensor(matrix, &tensor, diag);
	if (code == 0)
		code = notebook_set_tensor(nb, matrix->name, tensor, diag);
	tensor_free(tensor);
	return code;
}

static int publish(const struct stage *stage, struct notebook *nb, struct diag *diag)
{
	const struct stage_window *window = const_window_of(stage);
	int code = notebook_set_number(nb, "row", window->row, diag);

	if (code == 0)
		code = notebook_set_number(nb, "col", window->col, diag);
	if (code == 0 && window->image_changed)
		code = publish_matrix(&window->image, nb, diag);
	if (code == 0 && window->kernel_changed)
		code = publish_matrix(&window->kernel, nb, diag);
	if (code == 0)
		code = publish_matrix(&window->output, nb, diag);
	return code;
}

static bool state(const struct stage *stage, const char *name, double *ret)
{
	const struct stage_window *w = const_window_of(stage);
	bool shown = w->row >= 0 && !window__on_hidden_cell(w);
	const struct {
		const char *name;
		double value;
	} values[] = {
	    {"row", w->row},
	    {"col", w->col},
	    {"index", window__made(w)},
	    {"cells", window__cells(w)},
	    {"playing", w->playing},
	    {"speed", w->speed},
	    {"hidden", w->hidden_row >= 0},
	    {"value", shown ? (double)*stage_matrix_at(&w->output, w->row, w->col) : 0},
	};

	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		if (strcmp(values[i].name, name) != 0)
			continue;
		*ret = values[i].value;
		return i + 1 < ARRAY_LEN(values) || shown;
	}
	return false;
}

static const char *const param_keys[] = {
    "image", "kernel", "output", "mode", "at", "show", "hide", "focus", NULL};

/* `at` and `hide`: a cell of the output. */
static int open_cell(const struct params *params, const char *key, const struct stage_matrix *output,
    int cell[2], struct diag *diag)
{
	double values[2] = {-1, -1};
	int count = 2, code = params_numbers(params, key, 2, values, &count, diag);

	if (code < 0 || !block_get(params->block, key))
		return code;
	if (count != 2 || !(values[0] >= 0 && values[0] < output->rows) ||
	    !(values[1] >= 0 && values[1] < output->cols)) {
		diag_set(diag, ERR_RANGE, "'%s' must be a row from 0 to %d and a column from 0 to %d", key,
		    output->rows - 1, output->cols - 1);
		return params_at(params, key, ERR_RANGE, diag);
	}
	cell[0] = (int)values[0];
	cell[1] = (int)values[1];
	return 0;
}

static int open_place(const struct params *params, struct stage_window *window, struct diag *diag)
{
	int at[2] = {-1, 0}, hide[2] = {-1, -1}, focus = 0;
	int code = open_cell(params, "at", &window->output, at, diag);

	if (code == 0)
		code = open_cell(params, "hide", &window->output, hide, diag);
	if (code == 0)
		code = params_one_of(params, "focus", window__focus_names, &focus, diag);
	if (code < 0)
		return code;
	if (at[0] >= 0)
		window__set_made(window, at[0] * window->output.cols + at[1] + 1);
	window->hidden_row = hide[0];
	window->hidden_col = hide[1];
	window->focus = (enum stage_window_focus)focus;
	return 0;
}

static int open_stage(const struct params *params, struct stage_window_params *wanted,
    struct stage **ret, struct diag *diag)
{
	int mode = 0, show = 0;
	int code = params_matrix(params, "image", "X", "image", &wanted->image, diag);

	if (code == 0)
		code = params_matrix(params, "kernel", "K", "kernel", &wanted->kernel, diag);
	if (code == 0)
		code = params_one_of(params, "mode", window__mode_names, &mode, diag);
	if (code == 0)
		code = params_one_of(params, "show", window__show_names, &show, diag);
	if (code < 0)
		return code;
	wanted->convolution = mode;
	wanted->show_all = show;
	code = stage_window_new(wanted, ret, diag);
	return code < 0 ? params_at(params, "kernel", code, diag) : 0;
}

static int open_window(const struct block *block, const char *file, struct notebook *nb,
    struct stage **ret, struct diag *diag)
{
	const struct params params = {.block = block, .file = file, .nb = nb};
	struct stage_window_params wanted = {
	    .output_name = block_get(block, "output"), .row = -1, .col = -1};
	struct stage *stage = NULL;
	int code = open_stage(&params, &wanted, &stage, diag);

	stage_matrix_release(&wanted.image);
	stage_matrix_release(&wanted.kernel);
	if (code == 0)
		code = open_place(&params, window_of(stage), diag);
	if (code == 0)
		*ret = stage;
	else if (stage)
		close_window(stage);
	return code;
}

const struct stage_ops stage_window_ops = {
    .name = "window",
    .title = "Sliding window",
    .commands = window__commands,
    .params = param_keys,
    .open = open_window,
    .close = close_window,
    .command = window__command,
    .tick = tick,
    .busy = busy,
    .describe = window__describe,
    .sum = window__sum,
    .publish = publish,
    .state = state,
};
