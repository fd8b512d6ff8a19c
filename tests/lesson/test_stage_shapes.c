// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "lesson/block.h"
#include "lesson/stage_shapes.h"
#include "support/fake_notebook.h"
#include "support/check.h"

static struct strbuf said = STRBUF_INIT;
static struct diag diag;

static int say(struct stage *stage, const char *line)
{
	char word[32];
	size_t len = strcspn(line, " ");

	memcpy(word, line, len);
	word[len] = '\0';
	strbuf_clear(&said);
	diag_clear(&diag);
	return stage->ops->command(stage, word, line + len, &said, &diag);
}

static int setup(void **state)
{
	*state = stage_shapes_new(8, 3, 1, 2);
	return 0;
}

static int teardown(void **state)
{
	struct stage *stage = *state;

	stage->ops->close(stage);
	strbuf_release(&said);
	return 0;
}

static double number(struct stage *stage, const char *name)
{
	double value = -99;

	assert_true(stage->ops->state(stage, name, &value));
	return value;
}

static void check_formula(struct stage *stage, enum shapes_axis axis, const char *expected)
{
	struct strbuf sb = STRBUF_INIT;

	stage_shapes_formula((struct stage_shapes *)stage, axis, &sb);
	assert_string_equal(sb.data, expected);
	strbuf_release(&sb);
}

static void test_the_formula_has_its_numbers_put_in(void **state)
{
	check_formula(*state, SHAPES_AXIS_W, "floor((8 - 3 + 2*1) / 2) + 1 = floor(3.5) + 1 = 4");
	assert_int_equal(say(*state, "set s 1"), 0);
	check_formula(*state, SHAPES_AXIS_W, "(8 - 3 + 2*1) / 1 + 1 = 8");
	assert_int_equal(say(*state, "set d 2"), 0);
	check_formula(*state, SHAPES_AXIS_W, "(8 - (2*(3 - 1) + 1) + 2*1) / 1 + 1 = 6");
}

/* Document D4's example: conv2d(8x8, 3x5, padding (0,1), stride (3,4)) is 2x2. */
static void test_height_and_width_go_apart(void **state)
{
	struct strbuf sb = STRBUF_INIT;
	struct stage *stage = *state;

	assert_int_equal(say(stage, "set k w 5"), 0);
	assert_int_equal(say(stage, "set p h 0"), 0);
	assert_int_equal(say(stage, "set s h 3"), 0);
	assert_int_equal(say(stage, "set s w 4"), 0);
	assert_int_equal(number(stage, "nh"), 2);
	assert_int_equal(number(stage, "nw"), 2);
	assert_int_equal(number(stage, "rh"), 2);
	assert_int_equal(number(stage, "rw"), 1);
	stage->ops->sum(stage, &sb);
	assert_string_equal(sb.data, "height: floor((8 - 3 + 2*0) / 3) + 1 = floor(1.6667) + 1 = 2\n"
				     "width: floor((8 - 5 + 2*1) / 4) + 1 = floor(1.25) + 1 = 2");
	strbuf_release(&sb);
}

static void test_impossible_settings_say_why(void **state)
{
	struct strbuf sb = STRBUF_INIT;
	struct shapes_result result;
	struct stage *stage = *state;

	assert_int_equal(say(stage, "set k 11"), 0);
	check_contains(said.data, "no window fits: ");
	stage_shapes_result(*state, SHAPES_AXIS_H, &result);
	assert_false(result.possible);
	assert_true(result.reason[0] != '\0');
	assert_int_equal(number(stage, "nh"), 0);
	stage->ops->describe(stage, &sb);
	check_contains(sb.data, "no window fits");
	assert_int_equal(say(stage, "set k 3"), 0);
	assert_int_equal(say(stage, "set s 0"), 0);
	assert_int_equal(number(stage, "nw"), 0);
	strbuf_release(&sb);
}

static void test_padding_is_counted_either_way(void **state)
{
	struct stage *stage = *state;

	assert_int_equal(say(stage, "convention"), 0);
	assert_int_equal(number(stage, "pw"), 2);
	assert_int_equal(number(stage, "nw"), 4);
	check_formula(stage, SHAPES_AXIS_W, "floor((8 - 3 + 2) / 2) + 1 = floor(3.5) + 1 = 4");
	assert_int_equal(say(stage, "more"), 0);
	assert_int_equal(say(stage, "set p 3"), 0);
	assert_int_equal(say(stage, "convention side"), 0);
	check_contains(said.data, "one was dropped");
	assert_int_equal(number(stage, "pw"), 1);
	assert_int_equal(say(stage, "convention side"), 0);
	assert_int_equal(number(stage, "pw"), 1);
}

static void test_same_keeps_the_size(void **state)
{
	struct stage *stage = *state;

	assert_int_equal(say(stage, "set s 1"), 0);
	for (int kernel = 1; kernel <= 6; kernel++) {
		struct shapes_result result;
		char line[32];

		snprintf(line, sizeof(line), "set k %d", kernel);
		assert_int_equal(say(stage, line), 0);
		assert_int_equal(say(stage, "same"), 0);
		assert_int_equal(number(stage, "nw"), 8);
		stage_shapes_result(*state, SHAPES_AXIS_W, &result);
		assert_int_equal(result.axis.before - result.axis.after, kernel % 2 == 0);
	}
	assert_int_equal(say(stage, "valid"), 0);
	assert_int_equal(number(stage, "nw"), 3);
}

static void test_more_and_less_are_inverse(void **state)
{
	struct stage *stage = *state;

	assert_int_equal(say(stage, "focus k"), 0);
	assert_int_equal(say(stage, "axis h"), 0);
	assert_int_equal(say(stage, "more"), 0);
	assert_int_equal(number(stage, "kh"), 4);
	assert_int_equal(number(stage, "kw"), 3);
	assert_int_equal(say(stage, "less"), 0);
	assert_int_equal(number(stage, "kh"), 3);
	assert_int_equal(say(stage, "axis"), 0);
	assert_int_equal(say(stage, "axis"), 0);
	assert_int_equal(say(stage, "focus next"), 0);
	assert_int_equal(say(stage, "less"), 0);
	assert_int_equal(say(stage, "less"), 0);
	assert_int_equal(number(stage, "ph"), 0);
	assert_int_equal(number(stage, "pw"), 0);
	assert_int_equal(say(stage, "focus previous"), 0);
	assert_int_equal(((struct stage_shapes *)stage)->focus, SHAPES_PARAM_K);
}

static void test_the_windows_are_told_in_words(void **state)
{
	struct strbuf sb = STRBUF_INIT;
	struct stage *stage = *state;

	stage->ops->describe(stage, &sb);
	check_contains(sb.data, "Width: size 8, kernel 3, padding 1 before and 1 behind, stride 2, dilation 1.\n");
	check_contains(sb.data, "4 windows, beginning at column -1, 1, 3, 5 (0 is the first of the image). "
				"1 column at the end no window reaches.\n");
	strbuf_release(&sb);
}

static void test_wrong_words_say_how_it_is_used(void **state)
{
	static const struct {
		const char *line;
		int code;
		const char *part;
	} cases[] = {
	    {"dance", ERR_USAGE, "not a word"},
	    {"set", ERR_USAGE, "set w|k|p|s|d [h|w|both] VALUE"},
	    {"set w", ERR_USAGE, "set w"},
	    {"set x 3", ERR_USAGE, "set w"},
	    {"set w h 3 4", ERR_USAGE, "set w"},
	    {"set w 2.5", ERR_USAGE, "set w"},
	    {"set w -1", ERR_RANGE, "size must be a whole number from 0 to 4096"},
	    {"set s w 5000", ERR_RANGE, "stride must be"},
	    {"more x", ERR_USAGE, "more"},
	    {"less 2", ERR_USAGE, "less"},
	    {"focus", ERR_USAGE, "focus"},
	    {"axis d", ERR_USAGE, "axis"},
	    {"convention both", ERR_USAGE, "convention"},
	    {"same x", ERR_USAGE, "same"},
	    {"valid x", ERR_USAGE, "valid"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(say(*state, cases[i].line), cases[i].code);
		check_contains(diag.msg, cases[i].part);
	}
}

static int open_lines(const char *lines, struct notebook *nb, struct stage **ret)
{
	struct block block;
	int code;

	diag_clear(&diag);
	assert_int_equal(block_parse(lines, strlen(lines), "x.md", 10, &block, &diag), 0);
	code = stage_shapes_ops.open(&block, "x.md", nb, ret, &diag);
	block_release(&block);
	return code;
}

static void test_a_view_opens_and_publishes(void **state)
{
	struct notebook *nb = fake_notebook_new();
	struct stage *stage = NULL;

	(void)state;
	assert_int_equal(open_lines("w: 6 8\nk: 1 2\np: 0\ns: 1\naxis: w\nfocus: k\n", nb, &stage), 0);
	assert_int_equal(stage->ops->publish(stage, nb, &diag), 0);
	check_close(fake_notebook_value(nb, "nh"), 6, 0, 0);
	check_close(fake_notebook_value(nb, "nw"), 7, 0, 0);
	stage->ops->close(stage);
	stage = NULL;
	assert_true(open_lines("w: 8\n\nk: 1 2 3\n", nb, &stage) < 0);
	assert_int_equal(diag.line, 12);
	assert_true(open_lines("w: 1.5\n", nb, &stage) < 0);
	assert_true(open_lines("p: -1\n", nb, &stage) < 0);
	assert_true(open_lines("axis: z\n", nb, &stage) < 0);
	assert_null(stage);
	fake_notebook_free(nb);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

static const struct CMUnitTest tests[] = {
    TEST(test_the_formula_has_its_numbers_put_in),
    TEST(test_height_and_width_go_apart),
    TEST(test_impossible_settings_say_why),
    TEST(test_padding_is_counted_either_way),
    TEST(test_same_keeps_the_size),
    TEST(test_more_and_less_are_inverse),
    TEST(test_the_windows_are_told_in_words),
    TEST(test_wrong_words_say_how_it_is_used),
    cmocka_unit_test(test_a_view_opens_and_publishes),
};

CHECK_MAIN(tests)
