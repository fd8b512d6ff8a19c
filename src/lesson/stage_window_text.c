// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The stage `window` in words: the whole picture for those who cannot see it, the sum of the current
 * cell, the formula of the output's shape. A hidden cell's value never appears.
 */
#include "config.h"

#include "engine/shape.h"
#include "lesson/stage_internal.h"
#include "lesson/stage_window.h"

#define SUM_LINE_MAX 76 // bytes: fits the narrowest full frame

/* -- the position -------------------------------------------------------------------------------- */

static void add_range(const char *one, int first, int count, struct strbuf *out)
{
	if (count == 1)
		strbuf_addf(out, "%s %d", one, first);
	else
		strbuf_addf(out, "%ss %d to %d", one, first, first + count - 1);
}

static void add_window_values(const struct stage_window *window, struct strbuf *out)
{
	for (int r = 0; r < window->kernel.rows; r++) {
		if (r)
			strbuf_addch(out, ';');
		for (int c = 0; c < window->kernel.cols; c++) {
			if (r || c)
				strbuf_addch(out, ' ');
			stage_add_number(out,
			    *stage_matrix_at(&window->image, window->row + r, window->col + c));
		}
	}
}

void window__describe_position(const struct stage_window *window, struct strbuf *out)
{
	if (window->row < 0) {
		strbuf_add(out, "The window is not on the image yet.");
		return;
	}
	strbuf_add(out, "Window at ");
	add_range("row", window->row, window->kernel.rows, out);
	strbuf_add(out, ", ");
	add_range("column", window->col, window->kernel.cols, out);
	strbuf_add(out, ": ");
	add_window_values(window, out);
	strbuf_addch(out, '.');
}

/* -- the sum ------------------------------------------------------------------------------------- */

static void add_product(const struct stage_window *window, int index, struct strbuf *out)
{
	int r = index / window->kernel.cols, c = index % window->kernel.cols;

	stage_add_factor(out, *stage_matrix_at(&window->image, window->row + r, window->col + c));
	strbuf_addch(out, '*');
	stage_add_factor(out, stage_window_weight(window, r, c));
}

static void add_products(const struct stage_window *window, int shown, struct strbuf *out)
{
	int count = window->kernel.rows * window->kernel.cols;

	for (int i = 0; i < count; i++) {
		if (i >= shown - 1 && shown < count && i < count - 1) {
			strbuf_addf(out, " + ...(%d)...", count - shown);
			i = count - 1;
		}
		if (i)
			strbuf_add(out, " + ");
		add_product(window, i, out);
	}
}

static void add_whole_sum(const struct stage_window *window, int shown, struct strbuf *out)
{
	strbuf_addf(out, "%s[%d,%d] = ", window->output.name, window->row, window->col);
	add_products(window, shown, out);
	strbuf_add(out, " = ");
	if (window__on_hidden_cell(window))
		strbuf_addch(out, '?');
	else
		stage_add_number(out, *stage_matrix_at(&window->output, window->row, window->col));
}

void window__add_sum(const struct stage_window *window, size_t max_bytes, struct strbuf *out)
{
	int shown = window->kernel.rows * window->kernel.cols;
	size_t start = out->len;

	add_whole_sum(window, shown, out);
	while (max_bytes && out->len - start > max_bytes && shown > 2) {
		strbuf_truncate(out, start);
		add_whole_sum(window, --shown, out);
	}
}

static void add_formula(int size, int kernel, const char *what, struct strbuf *out)
{
	const struct window_axis axis = {.size = size, .kernel = kernel, .stride = 1, .dilation = 1};
	struct window_result result = {.count = 0};

	if (window_compute(&axis, &result, NULL) == 0)
		strbuf_addf(out, "(%d - %d + 2*0) / 1 + 1 = %lld %s%s", size, kernel,
		    (long long)result.count, what, result.count == 1 ? "" : "s");
}

void window__sum(const struct stage *stage, struct strbuf *out)
{
	const struct stage_window *window = (const struct stage_window *)stage;

	if (window->row >= 0) {
		window__add_sum(window, SUM_LINE_MAX, out);
		strbuf_addch(out, '\n');
	}
	add_formula(window->image.rows, window->kernel.rows, "row", out);
	strbuf_add(out, "     ");
	add_formula(window->image.cols, window->kernel.cols, "column", out);
}

/* -- the whole picture --------------------------------------------------------------------------- */

static void describe_image(const struct stage_window *window, struct strbuf *out)
{
	const struct stage_matrix *image = &window->image;

	strbuf_addf(out, "Image %s, %d rows by %d columns:\n", image->name, image->rows, image->cols);
	for (int r = 0; r < image->rows; r++) {
		bool inside = window->row >= 0 && r >= window->row &&
			      r < window->row + window->kernel.rows;

		strbuf_addf(out, "row %d:", r);
		for (int c = 0; c < image->cols; c++) {
			strbuf_add(out, inside && c == window->col ? " [" : " ");
			stage_add_number(out, *stage_matrix_at(image, r, c));
			if (inside && c == window->col + window->kernel.cols - 1)
				strbuf_addch(out, ']');
		}
		strbuf_addch(out, '\n');
	}
}

static void describe_kernel(const struct stage_window *window, struct strbuf *out)
{
	const struct stage_matrix *kernel = &window->kernel;

	strbuf_addf(out, "Kernel %s, %d rows by %d columns%s:\n", kernel->name, kernel->rows,
	    kernel->cols, window->convolution ? ", as it is used, turned over" : "");
	for (int r = 0; r < kernel->rows; r++) {
		strbuf_addf(out, "row %d:", r);
		for (int c = 0; c < kernel->cols; c++) {
			strbuf_addch(out, ' ');
			stage_add_number(out, stage_window_weight(window, r, c));
		}
		strbuf_addch(out, '\n');
	}
}

static void describe_output(const struct stage_window *window, struct strbuf *out)
{
	const struct stage_matrix *output = &window->output;

	strbuf_addf(out, "Output %s, %d rows by %d columns, %d of %d cells made:\n", output->name,
	    output->rows, output->cols, window->show_all ? window__cells(window) : window__made(window),
	    window__cells(window));
	for (int r = 0; r < output->rows; r++) {
		strbuf_addf(out, "row %d:", r);
		for (int c = 0; c < output->cols; c++) {
			enum stage_window_cell cell = stage_window_cell(window, r, c);

			strbuf_addch(out, ' ');
			if (cell == STAGE_WINDOW_CELL_SHOWN)
				stage_add_number(out, *stage_matrix_at(output, r, c));
			else
				strbuf_addch(out, cell == STAGE_WINDOW_CELL_HIDDEN ? '?' : '.');
		}
		strbuf_addch(out, '\n');
	}
}

void window__describe(const struct stage *stage, struct strbuf *out)
{
	const struct stage_window *window = (const struct stage_window *)stage;

	describe_image(window, out);
	describe_kernel(window, out);
	describe_output(window, out);
	window__describe_position(window, out);
	if (window->row >= 0) {
		strbuf_addch(out, ' ');
		window__add_sum(window, 0, out);
	}
	strbuf_addch(out, '\n');
}
