// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "ui/picture.h"
#include "ui/plot.h"
#include "support/check.h"

static const struct look braille = {.glyphs = GLYPH_SET_BLOCK, .colors = 256};
static const struct look ascii = {.glyphs = GLYPH_SET_ASCII, .colors = 1};

static double xs[40], falling[40], rising[40];

static struct plot two_curves(size_t count)
{
	for (size_t i = 0; i < 40; i++) {
		xs[i] = (double)i;
		falling[i] = 2.3 * exp(-(double)i / 10);
		rising[i] = 1 - exp(-(double)i / 10);
	}
	return (struct plot){
	    .x_label = "epoch",
	    .y_min = 0,
	    .y_max = 2.5,
	    .right_min = 0,
	    .right_max = 1,
	    .count = 2,
	    .series = {{"TrainLoss", count, xs, falling, STYLE_SERIES_A, "%.3f", false},
		{"TestAcc", count, xs, rising, STYLE_SERIES_C, "%.2f", true}},
	};
}

static void check_plot(const struct plot *plot, const struct look *look, int rows, int cols,
    const char *name)
{
	struct strbuf sb = STRBUF_INIT;
	struct canvas canvas;
	char path[64];

	canvas_init(&canvas, rows, cols);
	plot_draw(plot, look, &canvas, canvas_area(&canvas));
	canvas_dump(&canvas, CANVAS_DUMP_FRAME, &sb);
	snprintf(path, sizeof(path), "ui/plot-%s-%dx%d.txt", name, cols, rows);
	check_golden(path, sb.data);
	strbuf_release(&sb);
	canvas_release(&canvas);
}

static void test_curves_have_scales_and_a_legend(void **state)
{
	struct plot plot = two_curves(40);

	(void)state;
	check_plot(&plot, &braille, 12, 60, "braille");
	check_plot(&plot, &ascii, 12, 60, "ascii");
	check_plot(&plot, &ascii, 3, 30, "legend");
}

static void test_gaps_and_few_points_are_drawn_as_they_are(void **state)
{
	struct plot plot = two_curves(1);

	(void)state;
	check_plot(&plot, &ascii, 6, 40, "one-point");
	plot = two_curves(10);
	falling[4] = NAN;
	rising[9] = INFINITY;
	check_plot(&plot, &ascii, 8, 40, "gap");
	plot = two_curves(0);
	check_plot(&plot, &ascii, 6, 40, "empty");
}

/* A spike of one point among thousands must be seen. */
static void test_no_point_is_dropped(void **state)
{
	static double x[5000], y[5000];
	struct plot plot = {.x_label = "batch", .count = 1,
	    .series = {{"loss", 5000, x, y, STYLE_SERIES_A, "%.3f", false}}};
	struct canvas canvas;
	bool seen = false;

	(void)state;
	for (int i = 0; i < 5000; i++)
		x[i] = i;
	y[2517] = 9;
	canvas_init(&canvas, 10, 40);
	plot_draw(&plot, &ascii, &canvas, canvas_area(&canvas));
	for (int c = 6; c < 40; c++)
		seen |= canvas_at(&canvas, 1, c)->ch == '*';
	assert_true(seen);
	canvas_release(&canvas);
}

static void test_a_plot_of_any_size_stays_inside(void **state)
{
	struct plot plot = two_curves(40);

	(void)state;
	for (int rows = 0; rows <= 12; rows++) {
		for (int cols = 0; cols <= 40; cols++) {
			struct canvas canvas;

			canvas_init(&canvas, 14, 44);
			plot_draw(&plot, &braille, &canvas,
			    rect_sub(canvas_area(&canvas), 1, 2, rows, cols));
			for (int r = 0; r < 14; r++)
				for (int c = 0; c < 44; c++)
					if (r < 1 || r > rows || c < 2 || c >= 2 + cols)
						assert_int_equal(canvas_at(&canvas, r, c)->ch, ' ');
			canvas_release(&canvas);
		}
	}
}

static void test_any_data_can_be_drawn(void **state)
{
	static const double x[3] = {0, 1, 2}, bad[3] = {NAN, INFINITY, 1}, same[3] = {5, 5, 5};
	static const double *const data[] = {bad, same};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		for (size_t count = 0; count <= 3; count++) {
			struct plot plot = {.x_label = "x", .count = 1,
			    .series = {{"data", count, i ? same : x, data[i], STYLE_SERIES_A, NULL, false}}};
			struct strbuf sb = STRBUF_INIT;
			struct canvas canvas;

			canvas_init(&canvas, 8, 30);
			plot_draw(&plot, &braille, &canvas, canvas_area(&canvas));
			plot_describe(&plot, &sb);
			assert_true(sb.len > 0);
			strbuf_release(&sb);
			canvas_release(&canvas);
		}
	}
}

static void test_curves_in_words(void **state)
{
	struct plot plot = two_curves(40);
	struct strbuf sb = STRBUF_INIT;

	(void)state;
	plot_describe(&plot, &sb);
	check_contains(sb.data, "TrainLoss: 40 values, from 0.047 to 2.300; it falls. By epoch: 0: 2.300, 5: 1.395,");
	check_contains(sb.data, " 39: 0.047.\n");
	check_contains(sb.data, "TestAcc: 40 values, from 0.00 to 0.98; it rises.");
	strbuf_clear(&sb);
	plot = two_curves(0);
	plot_describe(&plot, &sb);
	check_contains(sb.data, "TrainLoss: no values yet.\n");
	strbuf_release(&sb);
}

static void check_picture(const struct picture *picture, const struct look *look, const char *expected)
{
	struct strbuf sb = STRBUF_INIT;
	struct canvas canvas;
	int rows, cols;

	picture_size(picture, look, &rows, &cols);
	canvas_init(&canvas, rows, cols);
	picture_draw(picture, look, &canvas, canvas_area(&canvas));
	canvas_dump(&canvas, 0, &sb);
	assert_string_equal(sb.data, expected);
	strbuf_release(&sb);
	canvas_release(&canvas);
}

static void test_pictures_have_their_scale(void **state)
{
	static const float grey[3 * 4] = {0, 0.25f, 0.5f, 1, 0, 0.25f, 0.5f, 1, 1, 1, 0, NAN};
	static const float kernel[2 * 2] = {0.5f, -0.25f, 0, -0.5f};
	struct picture picture = {.height = 3, .width = 4, .values = grey, .low = 0, .high = 1};

	(void)state;
	check_picture(&picture, &ascii, " :+@\n@@\nblank 0, @ 1\n");
	check_picture(&picture, &braille, "\u2580\u2580\u2580\u2580\n\u2580\u2580\u2580\u2580\nblack 0, white 1\n");
	picture = (struct picture){.height = 2, .width = 2, .values = kernel, .is_signed = true};
	check_picture(&picture, &ascii, "+9-5\n 0-9\n9 stands for 0.5\n");
	picture.bare = true;
	check_picture(&picture, &braille, "+9-5\n 0-9\n");
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_curves_have_scales_and_a_legend),
    cmocka_unit_test(test_gaps_and_few_points_are_drawn_as_they_are),
    cmocka_unit_test(test_no_point_is_dropped),
    cmocka_unit_test(test_a_plot_of_any_size_stays_inside),
    cmocka_unit_test(test_any_data_can_be_drawn),
    cmocka_unit_test(test_curves_in_words),
    cmocka_unit_test(test_pictures_have_their_scale),
};

CHECK_MAIN(tests)
