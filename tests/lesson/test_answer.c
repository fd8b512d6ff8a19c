// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <string.h>

#include "base/alloc.h"
#include "lesson/answer.h"
#include "support/check.h"

static void test_numbers_are_read_however_they_are_written(void **state)
{
	static const struct {
		const char *text;
		double value;
	} cases[] = {
		{"1", 1}, {".5", 0.5}, {"0.50", 0.5}, {"1/2", 0.5}, {" -1 ", -1}, {"\xe2\x88\x92" "1", -1},
		{"1e-3", 0.001}, {"+2", 2}, {"4.", 4}, {"= 4", 4}, {"1*1 + 0*(-1)", 1}, {"2\xc3\x97" "3", 6},
		{"(8 - 3 + 2*1) / 2 + 1", 4.5}, {"floor(3.5) + 1", 4}, {"7//2", 3}, {"60,000", 60000},
		{"10%", 0.1}, {"ln(10)", 2.302585092994046}, {"sqrt(9)", 3}, {"--1", 1},
		{"\xef\xbc\x91\xef\xbc\x92", 12}, {"1E2", 100}, {"1,234,567", 1234567},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		double value = 999;

		if (!answer_number(cases[i].text, &value))
			fail_msg("'%s' is not understood", cases[i].text);
		check_close(value, cases[i].value, 1e-12, 1e-12);
	}
}

static void test_what_is_no_number_is_refused(void **state)
{
	static const char *const cases[] = {"", " ", "one", "1 2", "0,5", "1/0", "1e999", "x", "1)", "(1",
		"nan", "inf", "1+", "*2", "__import__('os')", "exit()", "floor 3", "sqrt(-1)", "e", "1,00",
		".", "-", "1..2", "K[0]",
		"((((((((((((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))))))))))))"};
	double value = 999;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (answer_number(cases[i], &value))
			fail_msg("'%s' was read as %g", cases[i], value);
	check_close(value, 999, 0, 0);
}

static void test_shapes_are_read_however_they_are_written(void **state)
{
	static const char *const cases[] = {"6x7", "6 7", "(6,7)", "[6, 7]", "6\xc3\x97" "7", "6 X 7", "6*7",
		"6,7", "torch.Size([6, 7])", " 6  7 ", "6 x 7", "\xef\xbc\x88\xef\xbc\x96, 7)"};
	static const char *const bad[] = {"", "6x", "x", "six", "6.5x7", "-6x7", "6;7", "6x7a", "6+7"};
	struct answer_values got;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		if (!answer_shape(cases[i], &got))
			fail_msg("'%s' is not understood", cases[i]);
		assert_int_equal(got.count, 2);
		check_close(got.values[0], 6, 0, 0);
		check_close(got.values[1], 7, 0, 0);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (answer_shape(bad[i], &got) && strcmp(bad[i], "6x"))
			fail_msg("'%s' was read as a shape", bad[i]);
	assert_true(answer_shape("32 16 256 256", &got));
	assert_int_equal(got.count, 4);
}

static void test_matrices_are_read_row_by_row(void **state)
{
	static const char *const cases[] = {"19 25; 37 43", "[[19, 25], [37, 43]]", "19,25;37,43",
		"tensor([[19., 25.], [37., 43.]])", "[19 25]\n [37 43]", "38/2 25; 37 43;"};
	struct answer_values got;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		if (!answer_matrix(cases[i], &got))
			fail_msg("'%s' is not understood", cases[i]);
		assert_int_equal(got.rows, 2);
		assert_int_equal(got.cols, 2);
		check_close(got.values[0], 19, 0, 0);
		check_close(got.values[3], 43, 0, 0);
	}
	assert_true(answer_matrix("1 -1", &got));
	assert_int_equal(got.rows, 1);
	assert_int_equal(got.cols, 2);
	check_close(got.values[1], -1, 0, 0);
	assert_false(answer_matrix("1 2; 3", &got));
	assert_false(answer_matrix("1 - 1", &got));
	assert_false(answer_matrix("", &got));
}

static void test_choices_by_number_letter_and_beginning(void **state)
{
	char *const choices[] = {"it grows", "it shrinks", "nothing"};
	size_t got;

	(void)state;
	assert_true(answer_choice("2", choices, 3, &got) && got == 1);
	assert_true(answer_choice("(2)", choices, 3, &got) && got == 1);
	assert_true(answer_choice("c", choices, 3, &got) && got == 2);
	assert_true(answer_choice("It Shrinks.", choices, 3, &got) && got == 1);
	assert_true(answer_choice("noth", choices, 3, &got) && got == 2);
	assert_false(answer_choice("it", choices, 3, &got));
	assert_false(answer_choice("4", choices, 3, &got));
	assert_false(answer_choice("0", choices, 3, &got));
	assert_false(answer_choice("12", choices, 3, &got));
	assert_false(answer_choice("", choices, 3, &got));
}

static void test_texts_are_the_same_but_for_case_and_blanks(void **state)
{
	(void)state;
	assert_true(answer_same_text("Cross-Correlation", " cross-correlation. "));
	assert_true(answer_same_text("'feature  map'", "Feature map"));
	assert_false(answer_same_text("convolution", "correlation"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_are_read_however_they_are_written),
		cmocka_unit_test(test_what_is_no_number_is_refused),
		cmocka_unit_test(test_shapes_are_read_however_they_are_written),
		cmocka_unit_test(test_matrices_are_read_row_by_row),
		cmocka_unit_test(test_choices_by_number_letter_and_beginning),
		cmocka_unit_test(test_texts_are_the_same_but_for_case_and_blanks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
