// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "ui/canvas.h"
#include "support/check.h"

static void check_dump(const struct canvas *canvas, int flags, const char *expected)
{
	struct strbuf sb = STRBUF_INIT;

	canvas_dump(canvas, flags, &sb);
	assert_string_equal(sb.data, expected);
	strbuf_release(&sb);
}

static void test_text_is_clipped_at_the_area(void **state)
{
	struct canvas canvas;
	struct rect area;

	(void)state;
	canvas_init(&canvas, 3, 8);
	area = rect_sub(canvas_area(&canvas), 1, 2, 1, 4);
	assert_int_equal(canvas_text(&canvas, area, 0, 1, STYLE_NORMAL, "abcdef"), 4);
	canvas_text(&canvas, area, 1, 0, STYLE_NORMAL, "below");
	canvas_text(&canvas, area, 0, -2, STYLE_NORMAL, "xyz");
	check_dump(&canvas, CANVAS_DUMP_FRAME, "|        |\n|  zabc  |\n|        |\n");
	canvas_release(&canvas);
}

static void test_a_rect_is_clipped_to_its_parent(void **state)
{
	struct rect parent = {.row = 5, .col = 5, .rows = 4, .cols = 4};
	struct rect inside = rect_sub(parent, 2, -1, 10, 3);
	struct rect outside = rect_sub(parent, 9, 9, 2, 2);

	(void)state;
	assert_int_equal(inside.row, 7);
	assert_int_equal(inside.col, 5);
	assert_int_equal(inside.rows, 2);
	assert_int_equal(inside.cols, 2);
	assert_int_equal(outside.rows, 0);
	assert_int_equal(outside.cols, 0);
}

static void test_a_wide_character_is_never_split(void **state)
{
	struct canvas canvas;
	struct rect all;

	(void)state;
	canvas_init(&canvas, 1, 5);
	all = canvas_area(&canvas);
	assert_int_equal(canvas_text(&canvas, all, 0, 0, STYLE_NORMAL, "卷积核"), 4);
	check_dump(&canvas, CANVAS_DUMP_FRAME, "|卷积 |\n");
	canvas_text(&canvas, all, 0, 1, STYLE_NORMAL, "x");
	check_dump(&canvas, CANVAS_DUMP_FRAME, "| x积 |\n");
	canvas_text(&canvas, all, 0, 2, STYLE_NORMAL, "y");
	check_dump(&canvas, CANVAS_DUMP_FRAME, "| xy  |\n");
	canvas_text(&canvas, all, 0, -1, STYLE_NORMAL, "卷z");
	check_dump(&canvas, CANVAS_DUMP_FRAME, "| zy  |\n");
	canvas_release(&canvas);
}

static void test_marks_join_and_controls_are_harmless(void **state)
{
	struct canvas canvas;

	(void)state;
	canvas_init(&canvas, 1, 6);
	canvas_text(&canvas, canvas_area(&canvas), 0, 0, STYLE_NORMAL,
	    "e\xcc\x81\033\n\xe2\x80\x8b\xff" "b");
	check_dump(&canvas, 0, "e\xcc\x81??\xef\xbf\xbd" "b\n");
	canvas_release(&canvas);
}

static void test_dumps_show_cursor_and_styles(void **state)
{
	struct canvas canvas;
	struct rect all;

	(void)state;
	canvas_init(&canvas, 2, 4);
	all = canvas_area(&canvas);
	canvas_textf(&canvas, all, 0, 0, STYLE_TITLE, "%d", 12);
	canvas_text_right(&canvas, all, 1, 4, STYLE_NEGATIVE, "-1");
	canvas_restyle(&canvas, all, 1, 3, 9, STYLE_WINDOW);
	canvas_cursor(&canvas, all, 0, 2);
	check_dump(&canvas, CANVAS_DUMP_FRAME | CANVAS_DUMP_STYLES,
	    "|12  |\n   ^\n|  -1|\n|TT..|\n|..-W|\n");
	canvas_release(&canvas);
}

static void test_resizing_empties_and_is_at_least_one_cell(void **state)
{
	struct canvas canvas;

	(void)state;
	canvas_init(&canvas, 0, -3);
	assert_int_equal(canvas.rows * canvas.cols, 1);
	canvas_char(&canvas, canvas_area(&canvas), 0, 0, STYLE_NORMAL, 'x');
	canvas_resize(&canvas, 1, 3);
	check_dump(&canvas, CANVAS_DUMP_FRAME, "|   |\n");
	canvas_release(&canvas);
}

static void test_svg_escapes_and_draws_blocks_as_rectangles(void **state)
{
	struct canvas canvas;
	struct strbuf sb = STRBUF_INIT;
	struct rect all;

	(void)state;
	canvas_init(&canvas, 1, 8);
	all = canvas_area(&canvas);
	canvas_text(&canvas, all, 0, 0, STYLE_STRONG, "a<&>");
	canvas_pixel(&canvas, all, 0, 5, 0x2580, INK_GRAY(0), INK_GRAY(23));
	canvas_pixel(&canvas, all, 0, 6, ' ', INK_DEFAULT, INK_SIGNED(-5));
	canvas_cursor(&canvas, all, 0, 7);
	canvas_svg(&canvas, &sb);
	check_contains(sb.data, "font-weight=\"bold\">a&lt;&amp;&gt;</text>");
	check_contains(sb.data, "<rect x=\"50\" y=\"0\" width=\"10\" height=\"10\" fill=\"#000000\"/>");
	check_contains(sb.data, "<rect x=\"50\" y=\"0\" width=\"10\" height=\"20\" fill=\"#ffffff\"/>");
	check_contains(sb.data, "fill=\"#ff8000\"/>");
	check_contains(sb.data, "</svg>\n");
	strbuf_release(&sb);
	canvas_release(&canvas);
}

/* Whatever is written where, every right half has its left half and the row's widths add up. */
static void check_halves(struct canvas *canvas)
{
	for (int row = 0; row < canvas->rows; row++) {
		int width = 0;

		for (int col = 0; col < canvas->cols; col++) {
			const struct cell *cell = canvas_at(canvas, row, col);

			width += cell->width;
			if (cell->width == 0)
				assert_int_equal(canvas_at(canvas, row, col - 1)->width, 2);
			if (cell->width == 2)
				assert_int_equal(canvas_at(canvas, row, col + 1)->width, 0);
		}
		assert_int_equal(width, canvas->cols);
	}
}

static void test_any_order_of_writing_keeps_halves_together(void **state)
{
	static const char *const texts[] = {"卷", "ab", "x卷积", "e\xcc\x81", "\xff卷"};
	struct canvas canvas;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 7);
	canvas_init(&canvas, 3, 9);
	for (int i = 0; i < 20000; i++) {
		struct rect area = rect_sub(canvas_area(&canvas), (int)rng_below(&rng, 3),
		    (int)rng_below(&rng, 9), (int)rng_below(&rng, 4), (int)rng_below(&rng, 10));

		canvas_text(&canvas, area, (int)rng_below(&rng, 3), (int)rng_below(&rng, 12) - 3,
		    STYLE_NORMAL, texts[rng_below(&rng, 5)]);
		if (i % 16 == 0)
			check_halves(&canvas);
	}
	canvas_release(&canvas);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_text_is_clipped_at_the_area),
    cmocka_unit_test(test_a_rect_is_clipped_to_its_parent),
    cmocka_unit_test(test_a_wide_character_is_never_split),
    cmocka_unit_test(test_marks_join_and_controls_are_harmless),
    cmocka_unit_test(test_dumps_show_cursor_and_styles),
    cmocka_unit_test(test_resizing_empties_and_is_at_least_one_cell),
    cmocka_unit_test(test_svg_escapes_and_draws_blocks_as_rectangles),
    cmocka_unit_test(test_any_order_of_writing_keeps_halves_together),
};

CHECK_MAIN(tests)
