// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "ui/picture.h"
#include "ui/plot.h"
#include "support/check.h"

static const struct look braille = {GLYPH_SET_BLOCK, 256, true}, ascii = {GLYPH_SET_ASCII, 1, true};

static double xs[11], falling[11], rising[11];

static struct plot make_plot(void)
{
	struct plot plot = {.x_label = "epoch", .count = 2};

	for (int i = 0; i <= 10; i++) {
		xs[i] = i;
		falling[i] = 2.3 * exp(-0.3 * i);
		rising[i] = 0.8 - 0.7 * exp(-0.5 * i);
	}
	plot.series[0] = (struct plot_series){"TrainLoss", 11, xs, falling, STYLE_SERIES_A, "%.3f"};
	plot.series[1] = (struct plot_series){"TestAcc", 11, xs, rising, STYLE_SERIES_B, "%.3f"};
	return plot;
}

static void draw(const struct plot *plot, const struct look *look, int rows, int cols, struct strbuf *out)
{
	struct canvas canvas;

	canvas_init(&canvas, rows, cols);
	plot_draw(plot, look, &canvas, canvas_area(&canvas));
	canvas_dump(&canvas, CANVAS_DUMP_FRAME, out);
	canvas_release(&canvas);
}

static void test_curves_are_drawn_with_axes_and_legend(void **state)
{
	struct plot plot = make_plot();
	struct strbuf sb = STRBUF_INIT;

	(void)state;
	draw(&plot, &braille, 10, 60, &sb);
	draw(&plot, &ascii, 10, 60, &sb);
	check_golden("ui/plot.txt", sb.data);
	strbuf_release(&sb);
}

static void test_any_size_and_any_data_stay_inside(void **state)
{
	double bad[3] = {NAN, INFINITY, 1}, same[3] = {5, 5, 5};
	struct plot plots[4] = {make_plot(), {.count = 1}, {.count = 1}, {.count = 1}};
	struct strbuf sb = STRBUF_INIT;

	(void)state;
	plots[1].series[0] = (struct plot_series){"bad", 3, xs, bad, STYLE_SERIES_A, NULL};
	plots[2].series[0] = (struct plot_series){"same", 3, same, same, STYLE_SERIES_A, NULL};
	plots[3].series[0] = (struct plot_series){"empty", 0, xs, same, STYLE_SERIES_A, NULL};
	for (size_t i = 0; i < ARRAY_LEN(plots); i++) {
		for (int rows = 1; rows < 20; rows += 3) {
			for (int cols = 1; cols < 90; cols += 7)
				draw(&plots[i], cols % 2 ? &braille : &ascii, rows, cols, &sb);
		}
	}
	strbuf_release(&sb);
}

static void test_words_tell_ends_extremes_and_trend(void **state)
{
	struct plot plot = make_plot();
	struct strbuf sb = STRBUF_INIT;

	(void)state;
	plot_describe(&plot, &sb);
	check_contains(sb.data, "TrainLoss falls from 2.3 to 0.1145; least 0.1145, greatest 2.3.");
	check_contains(sb.data, "TestAcc rises from 0.1 to ");
	strbuf_release(&sb);
}

static void test_pictures_carry_values_in_glyphs(void **state)
{
	float values[6 * 4];
	struct picture grey = {.height = 6, .width = 4, .values = values}, sign = grey;
	struct strbuf sb = STRBUF_INIT;
	struct canvas canvas;

	(void)state;
	for (int i = 0; i < 24; i++)
		values[i] = (float)i - 12;
	sign.is_signed = true;
	canvas_init(&canvas, 8, 20);
	picture_draw(&grey, &ascii, &canvas, canvas_area(&canvas));
	canvas_dump(&canvas, CANVAS_DUMP_FRAME, &sb);
	canvas_erase(&canvas);
	picture_draw(&sign, &ascii, &canvas, canvas_area(&canvas));
	canvas_dump(&canvas, CANVAS_DUMP_FRAME, &sb);
	check_golden("ui/picture.txt", sb.data);
	canvas_erase(&canvas);
	picture_draw(&grey, &braille, &canvas, canvas_area(&canvas));
	assert_int_equal(canvas_at(&canvas, 0, 0)->ch, 0x2580);
	assert_int_equal(canvas_at(&canvas, 0, 0)->ink, INK_GRAY(0));
	assert_int_equal(canvas_at(&canvas, 2, 3)->paper, INK_GRAY(INK_GRAYS - 1));
	canvas_release(&canvas);
	strbuf_release(&sb);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_curves_are_drawn_with_axes_and_legend),
	cmocka_unit_test(test_any_size_and_any_data_stay_inside),
	cmocka_unit_test(test_words_tell_ends_extremes_and_trend),
	cmocka_unit_test(test_pictures_carry_values_in_glyphs),
};

CHECK_MAIN(tests)
