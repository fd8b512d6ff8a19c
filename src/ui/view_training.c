// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The training room: a line that says what trains on which data, the curves as they grow (test
 * accuracy on its own scale at the right, the loss of every batch faintly behind), the figures, and
 * from 100 columns and 14 rows on the first layer's kernels, the size of each layer's gradient and the
 * most frequent confusions. On small screens the figures alone.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>

#include "base/alloc.h"
#include "lesson/stage_training.h"
#include "ui/event.h"
#include "ui/picture.h"
#include "ui/plot.h"
#include "ui/view_internal.h"

#define FIGURES_COLS 22
#define CURVES_COLS_LEAST 36
#define CURVES_ROWS_LEAST 6
#define WIDE_COLS 100
#define WIDE_ROWS 14
#define KERNELS_COLS 38
#define KERNEL_GAP 2
#define BAR_COLS 12

/* -- what trains, on which data ------------------------------------------------------------------ */

static enum style state_style(enum room_state state)
{
	if (state == ROOM_STATE_FAILED)
		return STYLE_WRONG;
	return state == ROOM_STATE_RUNNING ? STYLE_RIGHT : STYLE_STRONG;
}

static void draw_head(const struct stage_training *training, struct canvas *canvas, struct rect area)
{
	const struct room_snapshot *snapshot = &training->snapshot;
	int col = canvas_textf(canvas, area, 0, 0, state_style(snapshot->state), "%s",
	    room_state_name(snapshot->state));

	canvas_textf(canvas, area, 0, col, STYLE_NORMAL, ": %s%s%s", training->net,
	    *snapshot->data ? " on " : "", snapshot->data);
}

/* The failure and how to repair it, over as many rows as it takes. */
static void draw_failure(const struct room_snapshot *snapshot, struct canvas *canvas, struct rect area,
    int row)
{
	struct strbuf sb = STRBUF_INIT;

	diag_format(&snapshot->diag, &sb);
	for (size_t at = 0; at < sb.len && row < area.rows && area.cols > 0; at += (size_t)area.cols)
		canvas_text(canvas, area, row++, 0, STYLE_WRONG, sb.data + at);
	strbuf_release(&sb);
}

/* -- the figures --------------------------------------------------------------------------------- */

static void draw_bar(double share, struct canvas *canvas, struct rect area, int row, int col)
{
	int full = (int)(share * BAR_COLS + 0.5);

	canvas_char(canvas, area, row, col, STYLE_LABEL, '[');
	for (int i = 0; i < BAR_COLS; i++)
		canvas_char(canvas, area, row, col + 1 + i, STYLE_NORMAL, i < full ? '#' : '.');
	canvas_char(canvas, area, row, col + 1 + BAR_COLS, STYLE_LABEL, ']');
	canvas_textf(canvas, area, row, col + 3 + BAR_COLS, STYLE_NORMAL, "%3.0f%%", share * 100);
}

static double progress(const struct room_snapshot *snapshot)
{
	if (snapshot->evaluating)
		return snapshot->evaluated;
	return snapshot->batches ? (double)snapshot->batch / (double)snapshot->batches : 0;
}

static void draw_speed(const struct room_snapshot *snapshot, struct canvas *canvas, struct rect area,
    int row)
{
	long left = lround(snapshot->seconds_left);

	if (!(snapshot->images_per_second > 0))
		return;
	canvas_textf(canvas, area, row, 0, STYLE_NORMAL, "%.0f images/s", snapshot->images_per_second);
	if (snapshot->state == ROOM_STATE_RUNNING)
		canvas_textf(canvas, area, row + 1, 0, STYLE_NORMAL, "%ld:%02ld left", left / 60, left % 60);
}

static void draw_figures(const struct stage_training *training, struct canvas *canvas, struct rect area)
{
	const struct room_snapshot *snapshot = &training->snapshot;
	const struct room_epoch *last = stage_training_last(training);

	canvas_textf(canvas, area, 0, 0, STYLE_STRONG, "epoch %zu/%zu  %s", snapshot->epoch,
	    snapshot->epochs, snapshot->evaluating ? "testing" : "");
	draw_bar(progress(snapshot), canvas, area, 1, 0);
	canvas_textf(canvas, area, 2, 0, STYLE_NORMAL, "batch %zu/%zu", snapshot->batch, snapshot->batches);
	canvas_textf(canvas, area, 3, 0, STYLE_NORMAL, "loss  %.4f", snapshot->loss);
	if (last)
		canvas_textf(canvas, area, 4, 0, STYLE_STRONG, "TestAcc %.3f", last->test_accuracy);
	else
		canvas_text(canvas, area, 4, 0, STYLE_DIM, "TestAcc: none yet");
	canvas_textf(canvas, area, 5, 0, STYLE_NORMAL, "lr %.4g", snapshot->lr);
	draw_speed(snapshot, canvas, area, 6);
}

/* -- the curves ---------------------------------------------------------------------------------- */

enum curve { CURVE_TRAIN_LOSS, CURVE_TEST_LOSS, CURVE_TEST_ACC, CURVE_BATCH, CURVE_COUNT };

static double *fill_epochs(const struct room_snapshot *snapshot, struct plot *plot)
{
	size_t count = snapshot->epoch_count;
	double *values = xmalloc(4 * (count + 1), sizeof(*values));
	double *x = values, *columns[] = {x + count, x + 2 * count, x + 3 * count};

	for (size_t i = 0; i < count; i++) {
		x[i] = (double)(i + 1);
		columns[CURVE_TRAIN_LOSS][i] = snapshot->history[i].train_loss;
		columns[CURVE_TEST_LOSS][i] = snapshot->history[i].test_loss;
		columns[CURVE_TEST_ACC][i] = snapshot->history[i].test_accuracy;
	}
	for (int c = 0; c < CURVE_BATCH; c++) {
		plot->series[c].count = count;
		plot->series[c].x = x;
		plot->series[c].y = columns[c];
	}
	return values;
}

static double *fill_batches(const struct room_snapshot *snapshot, struct plot *plot)
{
	size_t count = snapshot->loss_count;
	double *x = xmalloc(2 * (count + 1), sizeof(*x)), *y = x + count;

	for (size_t i = 0; i < count; i++) {
		x[i] = (double)(i + 1) / (double)snapshot->batches;
		y[i] = snapshot->losses[i];
	}
	plot->series[CURVE_BATCH].count = count;
	plot->series[CURVE_BATCH].x = x;
	plot->series[CURVE_BATCH].y = y;
	return x;
}

static double greatest_loss(const struct room_snapshot *snapshot)
{
	double greatest = 2.4; // where an untrained net of ten classes begins: ln 10 = 2.30

	for (size_t i = 0; i < snapshot->loss_count; i++) {
		if (isfinite(snapshot->losses[i]))
			greatest = fmax(greatest, (double)snapshot->losses[i]);
	}
	return greatest;
}

static void draw_curves(const struct stage_training *training, const struct look *look,
    struct canvas *canvas, struct rect area)
{
	const struct room_snapshot *snapshot = &training->snapshot;
	struct plot plot = {
	    .x_label = "epoch",
	    .x_max = (double)(snapshot->epochs ? snapshot->epochs : 1),
	    .y_max = greatest_loss(snapshot),
	    .right_max = 1,
	    .count = CURVE_COUNT,
	    .series = {
		[CURVE_TRAIN_LOSS] = {.name = "TrainLoss", .style = STYLE_SERIES_A, .value_format = "%.3f"},
		[CURVE_TEST_LOSS] = {.name = "TestLoss", .style = STYLE_SERIES_B, .value_format = "%.3f"},
		[CURVE_TEST_ACC] = {.name = "TestAcc", .style = STYLE_SERIES_C, .value_format = "%.3f",
		    .right = true},
		[CURVE_BATCH] = {.name = "batch", .style = STYLE_DIM},
	    },
	};
	double *epochs = fill_epochs(snapshot, &plot), *batches = fill_batches(snapshot, &plot);

	plot_draw(&plot, look, canvas, area);
	mem_free(epochs);
	mem_free(batches);
}

/* -- the net inside ------------------------------------------------------------------------------ */

static float greatest_weight(const struct room_snapshot *snapshot)
{
	float greatest = 0;

	for (int k = 0; k < snapshot->kernel_count; k++)
		for (int i = 0; i < snapshot->kernel_rows * snapshot->kernel_cols; i++)
			greatest = fmaxf(greatest, fabsf(snapshot->kernels[k][i]));
	return greatest;
}

/* The kernels beside and below one another, on one scale; returns the row behind them. */
static int draw_kernels(const struct room_snapshot *snapshot, const struct look *look,
    struct canvas *canvas, struct rect area)
{
	float greatest = greatest_weight(snapshot);
	int width = 2 * snapshot->kernel_cols + KERNEL_GAP, height = snapshot->kernel_rows + 1;
	int across = snapshot->kernel_count ? area.cols / width : 0, row = 1;

	if (across < 1)
		return 0;
	canvas_textf(canvas, area, 0, 0, STYLE_LABEL, "kernels of the first layer, 9 is %.2f",
	    (double)greatest);
	for (int k = 0; k < snapshot->kernel_count; k++) {
		const struct picture picture = {
		    .height = snapshot->kernel_rows,
		    .width = snapshot->kernel_cols,
		    .values = snapshot->kernels[k],
		    .low = -greatest,
		    .high = greatest,
		    .is_signed = true,
		    .bare = true,
		};
		int top = 1 + k / across * height;

		if (top + snapshot->kernel_rows > area.rows)
			return row;
		picture_draw(&picture, look, canvas,
		    rect_sub(area, top, k % across * width, snapshot->kernel_rows, width - KERNEL_GAP));
		row = top + height;
	}
	return row;
}

/* Bars against the largest: what of the gradient reaches the first layers. */
static int draw_gradients(const struct room_snapshot *snapshot, struct canvas *canvas, struct rect area,
    int row)
{
	double greatest = 0;

	if (!snapshot->layer_count || row + 2 > area.rows)
		return row;
	for (int i = 0; i < snapshot->layer_count; i++)
		greatest = fmax(greatest, snapshot->gradients[i]);
	canvas_text(canvas, area, row++, 0, STYLE_LABEL, "gradient, first to last layer");
	for (int i = 0; i < snapshot->layer_count && row < area.rows; i++, row++) {
		int bar = greatest > 0 ? (int)ceil(snapshot->gradients[i] / greatest * BAR_COLS) : 0;
		int col = canvas_textf(canvas, area, row, 0, STYLE_NORMAL, "%-6s %.1e ",
		    snapshot->layer_names[i], snapshot->gradients[i]);

		for (int b = 0; b < bar; b++)
			canvas_char(canvas, area, row, col + b, STYLE_SERIES_A, '#');
	}
	return row;
}

struct confusion {
	int truth, guess;
	uint32_t count;
};

/* The most frequent confusion among those that are fewer than `below`, or as many but come later. */
static struct confusion next_confusion(const struct room_snapshot *snapshot, struct confusion after)
{
	struct confusion found = {.count = 0};

	for (int t = 0; t < 16; t++) {
		for (int g = 0; g < 16; g++) {
			uint32_t count = snapshot->confusion[t][g];
			bool later = count == after.count && 16 * t + g > 16 * after.truth + after.guess;

			if (t != g && count > found.count && (count < after.count || later))
				found = (struct confusion){t, g, count};
		}
	}
	return found;
}

static void draw_confusions(const struct room_snapshot *snapshot, struct canvas *canvas,
    struct rect area, int row)
{
	struct confusion at = {.count = UINT32_MAX};

	if (!snapshot->has_confusion || row + 2 > area.rows)
		return;
	canvas_text(canvas, area, row++, 0, STYLE_LABEL, "most confused: is, taken for");
	for (; row < area.rows; row++) {
		at = next_confusion(snapshot, at);
		if (!at.count)
			return;
		canvas_textf(canvas, area, row, 0, STYLE_NORMAL, "%s, %s: %u", snapshot->class_names[at.truth],
		    snapshot->class_names[at.guess], (unsigned)at.count);
	}
}

static void draw_inside(const struct room_snapshot *snapshot, const struct look *look,
    struct canvas *canvas, struct rect area)
{
	int row = draw_kernels(snapshot, look, canvas, area);

	row = draw_gradients(snapshot, canvas, area, row);
	draw_confusions(snapshot, canvas, area, row + 1);
}

/* -- where they stand ---------------------------------------------------------------------------- */

/* The most needed figures in one line. */
static void draw_figures_line(const struct stage_training *training, struct canvas *canvas,
    struct rect area)
{
	const struct room_snapshot *snapshot = &training->snapshot;
	const struct room_epoch *last = stage_training_last(training);
	int col = canvas_textf(canvas, area, 0, 0, STYLE_STRONG, "%zu/%zu %.0f%% loss %.3f ",
	    snapshot->epoch, snapshot->epochs, progress(snapshot) * 100, snapshot->loss);

	if (last)
		col = canvas_textf(canvas, area, 0, col, STYLE_STRONG, "acc %.3f ", last->test_accuracy);
	canvas_textf(canvas, area, 0, col, STYLE_NORMAL, "lr %.3g", snapshot->lr);
}

/* Curves with the figures at their right; where only the curves fit, the figures shrink to a line. */
static void draw_curves_and_figures(const struct stage_training *training, const struct look *look,
    struct canvas *canvas, struct rect area)
{
	int room = area.cols - FIGURES_COLS - 1;

	if (room >= CURVES_COLS_LEAST && area.rows >= CURVES_ROWS_LEAST) {
		draw_curves(training, look, canvas, rect_sub(area, 0, 0, area.rows, room));
		draw_figures(training, canvas, rect_sub(area, 0, room + 1, area.rows, FIGURES_COLS));
		return;
	}
	if (area.cols < CURVES_COLS_LEAST || area.rows <= CURVES_ROWS_LEAST) {
		draw_figures(training, canvas, area);
		return;
	}
	draw_figures_line(training, canvas, area);
	draw_curves(training, look, canvas, rect_sub(area, 1, 0, area.rows - 1, area.cols));
}

static void draw(const struct stage *stage, const struct look *look, struct canvas *canvas,
    struct rect area)
{
	const struct stage_training *training = (const struct stage_training *)stage;
	const struct room_snapshot *snapshot = &training->snapshot;
	struct rect below = rect_sub(area, 1, 0, area.rows - 1, area.cols);
	bool wide = below.cols >= WIDE_COLS && below.rows >= WIDE_ROWS;
	int left = wide ? below.cols - KERNELS_COLS - 2 : below.cols, top = 0;

	draw_head(training, canvas, area);
	if (snapshot->state == ROOM_STATE_FAILED) {
		draw_failure(snapshot, canvas, rect_sub(below, 0, 0, 2, below.cols), 0);
		top = 2;
	}
	if (!snapshot->train_images)
		return;
	draw_curves_and_figures(training, look, canvas, rect_sub(below, top, 0, below.rows - top, left));
	if (wide)
		draw_inside(snapshot, look, canvas,
		    rect_sub(below, top, left + 2, below.rows - top, KERNELS_COLS));
}

/* -- the keys ------------------------------------------------------------------------------------ */

static const struct view_key *keys(const struct stage *stage, char *buffer)
{
	static const struct view_key resting[] = {
	    {'p', "start", "start", NULL},
	    {' ', "start", NULL, NULL},
	    {KEY_ARROW_RIGHT, "step", "one batch", NULL},
	    {KEY_ARROW_UP, "lr up", "lr up", NULL},
	    {KEY_ARROW_DOWN, "lr down", "lr down", NULL},
	    {'r', "lr", "rate", "learning rate: "},
	    {'o', "restart", "restart", NULL},
	    {.key = 0},
	};
	static const struct view_key training[] = {
	    {'p', "pause", "pause", NULL},
	    {' ', "pause", NULL, NULL},
	    {'x', "stop", "stop", NULL},
	    {KEY_ARROW_UP, "lr up", "lr up", NULL},
	    {KEY_ARROW_DOWN, "lr down", "lr down", NULL},
	    {'r', "lr", "rate", "learning rate: "},
	    {'o', "restart", "restart", NULL},
	    {.key = 0},
	};

	(void)buffer;
	return ((const struct stage_training *)stage)->snapshot.state == ROOM_STATE_RUNNING ? training : resting;
}

const struct view_ops view_training = {.stage = "training", .draw = draw, .keys = keys};
