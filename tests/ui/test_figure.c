// SPDX-License-Identifier: GPL-3.0-or-later
/* Figures as letters, on canvases of any size, and as SVG. */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/color.h"
#include "ui/figure_draw.h"
#include "support/check.h"

static const struct look letters = {.glyphs = GLYPH_SET_ASCII, .colors = 1};

static void set_image(struct figure_panel *panel, int height, int width, const float *pixels)
{
	struct figure_image *image = &panel->image;
	size_t count = (size_t)(height * width);

	image->height = height;
	image->width = width;
	image->pixels = xmalloc(count, sizeof(float));
	for (size_t i = 0; i < count; i++)
		image->pixels[i] = pixels ? pixels[i] : (float)i / (float)count;
	image->high = 1;
}

static void set_title(struct figure_panel *panel, const char *title)
{
	mem_free(panel->title);
	panel->title = xstrdup(title);
}

static void add_curve(struct figure_panel *panel, enum figure_mark mark, size_t count)
{
	struct figure_curve *curve = &panel->curves[panel->curve_count];

	*curve = (struct figure_curve){.name = xstrdup("n"), .mark = mark, .color = (int)panel->curve_count, .count = count,
	    .x = xmalloc(count + 1, sizeof(double)), .y = xmalloc(count + 1, sizeof(double))};
	for (size_t i = 0; i < count; i++) {
		curve->x[i] = (double)i;
		curve->y[i] = (double)(i * i + panel->curve_count);
	}
	panel->curve_count++;
}

static char *printed(const struct figure *figure, const struct look *look, int cols)
{
	struct strbuf out = STRBUF_INIT;

	figure_print(figure, look, cols, &out);
	return strbuf_detach(&out);
}

static struct figure *make_course_figure(void)
{
	static const float edges[] = {0, 1, 0, -1, 0, 0.25F};
	struct figure *figure = figure_new(3);

	figure->cols = 3;
	figure->panels[1].col = 1;
	figure->panels[2].col = 2;
	set_image(&figure->panels[0], 2, 3, edges);
	figure->panels[0].image.map = FIGURE_MAP_SIGNED;
	figure->panels[0].image.low = -1;
	set_title(&figure->panels[0], "edges");
	set_image(&figure->panels[1], 20, 24, NULL);
	set_title(&figure->panels[1], "ramp");
	add_curve(&figure->panels[2], FIGURE_MARK_LINE, 6);
	add_curve(&figure->panels[2], FIGURE_MARK_POINTS, 6);
	set_title(&figure->panels[2], "curves");
	return figure;
}

static void test_panels_stand_side_by_side(void **state)
{
	struct figure *figure = make_course_figure();
	char *text = printed(figure, &letters, 90);

	(void)state;
	check_golden("ui/figure-90.txt", text);
	mem_free(text);
	figure_unref(figure);
}

static void test_maps_flow_into_as_many_rows_as_they_need(void **state)
{
	struct figure *figure = figure_new(5);
	char *text;

	(void)state;
	figure->cols = 0;
	for (int i = 0; i < 5; i++) {
		set_image(&figure->panels[i], 2, 2, NULL);
		set_title(&figure->panels[i], (char[]){(char)('a' + i), '\0'});
	}
	text = printed(figure, &letters, 40);
	check_golden("ui/figure-flow-40.txt", text);
	mem_free(text);
	figure_unref(figure);
}

static void test_a_figure_of_any_size_stays_inside(void **state)
{
	struct figure *figure = make_course_figure();
	struct canvas canvas;

	(void)state;
	canvas_init(&canvas, 40, 130);
	for (int rows = 0; rows < 40; rows += 3) {
		for (int cols = 1; cols < 130; cols += 7) {
			struct rect area = {0, 0, rows, cols};

			canvas_erase(&canvas);
			figure_draw(figure, &letters, &canvas, area);
			for (int r = 0; r < 40; r++)
				for (int c = 0; c < 130; c++)
					if (r >= rows || c >= cols)
						assert_int_equal(canvas_at(&canvas, r, c)->ch, ' ');
		}
	}
	canvas_release(&canvas);
	figure_unref(figure);
}

static void test_a_terminal_of_256_colours_gets_them(void **state)
{
	static const float rgb[] = {1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1};
	const struct look look = {.glyphs = GLYPH_SET_BLOCK, .colors = 256};
	struct figure *figure = figure_new(1);
	struct figure_image *image = &figure->panels[0].image;
	char *text;

	(void)state;
	*image = (struct figure_image){.height = 2, .width = 2, .map = FIGURE_MAP_RGB, .pixels = xmalloc(12, sizeof(float))};
	memcpy(image->pixels, rgb, sizeof(rgb));
	text = printed(figure, &look, 40);
	assert_string_equal(text, "\033[0;38;5;196;48;5;21m\u2580\033[0;38;5;46;48;5;231m\u2580\033[0m\n");
	mem_free(text);
	text = printed(figure, &letters, 40);
	assert_int_equal(strlen(text), 3);
	mem_free(text);
	figure_unref(figure);
}

static void test_the_signed_colours_are_those_of_every_map(void **state)
{
	(void)state;
	assert_int_equal(color_signed(-1), 0xff8000);
	assert_int_equal(color_signed(0), 0xffffff);
	assert_int_equal(color_signed(1), 0x0060ff);
	assert_int_equal(color_gray(NAN), 0);
	assert_int_equal(color_gray(2), 0xffffff);
	assert_true(color_brightness(0xffffff) > 0.99);
}

static void test_a_large_image_becomes_means(void **state)
{
	struct figure *figure = figure_new(1);
	struct figure_image small;

	(void)state;
	set_image(&figure->panels[0], 4, 6, NULL);
	assert_false(figure_shrink(&figure->panels[0].image, 4, 6, &small));
	assert_true(figure_shrink(&figure->panels[0].image, 2, 6, &small));
	assert_int_equal(small.height, 2);
	assert_int_equal(small.width, 3);
	assert_float_equal(small.pixels[0], (0 + 1 + 6 + 7) / 4.0F / 24, 1e-6F);
	mem_free(small.pixels);
	figure_unref(figure);
}

static void test_ranges_are_never_empty_or_infinite(void **state)
{
	struct figure *figure = figure_new(1);
	struct figure_panel *panel = &figure->panels[0];
	double low, high;

	(void)state;
	figure_range(panel, &panel->y, &low, &high);
	assert_true(low < high);
	add_curve(panel, FIGURE_MARK_LINE, 3);
	panel->curves[0].y[0] = NAN;
	panel->curves[0].y[1] = INFINITY;
	figure_range(panel, &panel->y, &low, &high);
	assert_true(low < high && isfinite(low) && isfinite(high));
	panel->y.log = true;
	panel->curves[0].y[2] = -5;
	figure_range(panel, &panel->y, &low, &high);
	assert_true(low > 0 && low < high);
	figure_unref(figure);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_panels_stand_side_by_side),
	cmocka_unit_test(test_maps_flow_into_as_many_rows_as_they_need),
	cmocka_unit_test(test_a_figure_of_any_size_stays_inside),
	cmocka_unit_test(test_a_terminal_of_256_colours_gets_them),
	cmocka_unit_test(test_the_signed_colours_are_those_of_every_map),
	cmocka_unit_test(test_a_large_image_becomes_means),
	cmocka_unit_test(test_ranges_are_never_empty_or_infinite),
};

CHECK_MAIN(tests)
