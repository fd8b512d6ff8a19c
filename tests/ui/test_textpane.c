// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "base/strbuf.h"
#include "ui/canvas.h"
#include "ui/lesson_layout.h"
#include "ui/textpane.h"
#include "support/check.h"

static void check_plain(const char *text, int cols, int rows, const char *expected)
{
	struct strbuf sb = STRBUF_INIT;
	struct canvas canvas;

	canvas_init(&canvas, 6, cols);
	assert_int_equal(textpane_plain(text, STYLE_NORMAL, &canvas, canvas_area(&canvas)), rows);
	assert_int_equal(textpane_plain(text, STYLE_NORMAL, NULL, canvas_area(&canvas)), rows);
	canvas_dump(&canvas, 0, &sb);
	strbuf_trim(&sb);
	assert_string_equal(sb.data, expected);
	strbuf_release(&sb);
	canvas_release(&canvas);
}

static void test_lines_break_at_spaces(void **state)
{
	(void)state;
	check_plain("", 10, 0, "");
	check_plain("one two three", 8, 2, "one two\nthree");
	check_plain("one\ntwo", 8, 2, "one\ntwo");
	check_plain("a  b", 8, 1, "a b");
}

static void test_a_word_longer_than_the_line_is_cut(void **state)
{
	(void)state;
	check_plain("abcdefghij k", 4, 3, "abcd\nefgh\nij k");
}

static void test_wide_characters_break_anywhere_and_stay_whole(void **state)
{
	(void)state;
	check_plain("\xe5\x8d\xb7\xe7\xa7\xaf\xe6\xa0\xb8", 5, 2, "\xe5\x8d\xb7\xe7\xa7\xaf\n\xe6\xa0\xb8");
	check_plain("a\xe5\x8d\xb7", 2, 2, "a\n\xe5\x8d\xb7");
}

static void test_paragraphs_hang_and_code_stays(void **state)
{
	struct span item = {SPAN_KIND_PLAIN, "one two three"}, code = {SPAN_KIND_CODE, "x  = 1"};
	struct para paras[] = {
		{.kind = PARA_KIND_ITEM, .marker = "-", .span_count = 1, .spans = &item},
		{.kind = PARA_KIND_CODE, .span_count = 1, .spans = &code},
	};
	struct text text = {2, paras};
	struct strbuf sb = STRBUF_INIT;
	struct canvas canvas;

	(void)state;
	canvas_init(&canvas, 5, 10);
	assert_int_equal(textpane_rows(&text, 10, false), 3);
	assert_int_equal(textpane_rows(&text, 10, true), 4);
	textpane_draw(&text, 0, false, &canvas, canvas_area(&canvas));
	canvas_dump(&canvas, 0, &sb);
	check_contains(sb.data, "- one two\n  three\n  x  = 1\n");
	strbuf_release(&sb);
	canvas_release(&canvas);
}

static void check_inside(struct rect part, int rows, int cols)
{
	assert_true(part.row >= 0 && part.col >= 0 && part.rows >= 0 && part.cols >= 0);
	assert_true(part.row + part.rows <= rows && part.col + part.cols <= cols);
}

static void test_the_frame_fits_every_size(void **state)
{
	(void)state;
	for (int rows = 5; rows <= 60; rows++) {
		for (int cols = 20; cols <= 200; cols += 3) {
			struct lesson_layout lay;

			lesson_lay_out(rows, cols, 6, true, &lay);
			check_inside(lay.text, rows, cols);
			check_inside(lay.stage, rows, cols);
			check_inside(lay.sum, rows, cols);
			check_inside(lay.line, rows, cols);
			check_inside(lay.feedback, rows, cols);
			assert_int_equal(lay.line.rows, 1);
			assert_true(lay.text.rows >= 1 && lay.stage.rows >= 1);
			if (!lay.one_pane && lay.stage.col == lay.text.col)
				assert_true(lay.text.row + lay.text.rows <= lay.stage.row);
			assert_true(lay.stage.row + lay.stage.rows <= lay.line.row);
		}
	}
}

static void test_the_frame_at_80x24_is_that_of_the_design(void **state)
{
	struct lesson_layout lay;

	(void)state;
	lesson_lay_out(24, 80, 6, true, &lay);
	assert_false(lay.one_pane);
	assert_int_equal(lay.text.row, 1);
	assert_int_equal(lay.text.rows, 6);
	assert_int_equal(lay.stage.cols, 78);
	assert_true(lay.stage.rows >= 9);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_lines_break_at_spaces),
	cmocka_unit_test(test_a_word_longer_than_the_line_is_cut),
	cmocka_unit_test(test_wide_characters_break_anywhere_and_stay_whole),
	cmocka_unit_test(test_paragraphs_hang_and_code_stays),
	cmocka_unit_test(test_the_frame_fits_every_size),
	cmocka_unit_test(test_the_frame_at_80x24_is_that_of_the_design),
};

CHECK_MAIN(tests)
