// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "engine/shape.h"
#include "support/check.h"

static struct window_axis axis(int64_t size, int64_t kernel, int64_t stride, int64_t padding)
{
	return (struct window_axis){size, kernel, stride, padding, padding, 1};
}

static struct window_result compute(struct window_axis a)
{
	struct window_result result;

	assert_int_equal(window_compute(&a, &result, NULL), 0);
	return result;
}

/* The window put down by hand, step by step. */
static int64_t count_by_stepping(const struct window_axis *a)
{
	int64_t count = 0;

	for (int64_t at = -a->before; at + a->dilation * (a->kernel - 1) < a->size + a->after;
	     at += a->stride)
		count++;
	return count;
}

static void test_the_documents_shapes_come_out(void **state)
{
	(void)state;
	assert_int_equal(compute(axis(28, 5, 1, 2)).count, 28); // LeNet-5, first layer
	assert_int_equal(compute(axis(14, 5, 1, 0)).count, 10);
	assert_int_equal(compute(axis(28, 2, 2, 0)).count, 14);
	assert_int_equal(compute(axis(256, 3, 1, 1)).count, 256);
	assert_int_equal(compute(axis(8, 3, 1, 1)).count, 8);
	assert_int_equal(compute(axis(8, 3, 3, 0)).count, 2);	   // document D4: height
	assert_int_equal(compute(axis(8, 5, 4, 1)).count, 2);	   // and width
	assert_int_equal(compute(axis(8, 3, 3, 0)).remainder, 2);
	assert_int_equal(compute(axis(9, 3, 3, 0)).remainder, 0);
}

static void test_every_small_window_agrees_with_stepping(void **state)
{
	(void)state;
	for (int64_t n = 0; n < 10 * 5 * 4 * 3 * 3 * 3; n++) {
		struct window_axis a = {n % 10, 1 + n / 10 % 5, 1 + n / 50 % 4, n / 200 % 3,
		    n / 600 % 3, 1 + n / 1800 % 3};
		struct window_result result;
		int64_t expected = count_by_stepping(&a);

		if (expected == 0) {
			assert_int_equal(window_compute(&a, &result, NULL), ERR_SHAPE);
			continue;
		}
		assert_int_equal(window_compute(&a, &result, NULL), 0);
		assert_int_equal(result.count, expected);
		assert_int_equal(result.span, (expected - 1) * a.stride + result.remainder);
		assert_true(result.remainder < a.stride);
	}
}

static void test_a_kernel_too_large_is_explained_with_numbers(void **state)
{
	struct window_axis a = axis(2, 5, 1, 1);
	struct window_result result = {.count = 77};
	struct diag diag;

	(void)state;
	assert_int_equal(window_compute(&a, &result, &diag), ERR_SHAPE);
	assert_string_equal(
	    diag.msg, "a kernel of 5 does not fit into 4 (input 2 + padding 1 + 1)");
	assert_string_equal(diag.hint, "make the kernel smaller, or pad by 1 more in all");
	assert_int_equal(result.count, 77);
	a = (struct window_axis){4, 3, 1, 0, 0, 2};
	assert_int_equal(window_compute(&a, &result, &diag), ERR_SHAPE);
	assert_string_equal(
	    diag.msg, "a kernel of 3 with dilation 2 covers 5 and does not fit into 4");
}

static void test_parameters_out_of_range_are_refused(void **state)
{
	const struct {
		struct window_axis axis;
		const char *message;
	} cases[] = {
	    {{8, 0, 1, 0, 0, 1}, "the kernel size is 0"},
	    {{8, 3, 0, 0, 0, 1}, "the stride is 0"},
	    {{8, 3, 1, -1, 0, 1}, "the padding is -1"},
	    {{8, 3, 1, 0, -2, 1}, "the padding is -2"},
	    {{8, 3, 1, 0, 0, 0}, "the dilation is 0"},
	    {{-8, 3, 1, 0, 0, 1}, "the input size is -8"},
	    {{8, 3, 1, INT64_MAX, 0, 1}, "the padding is 9223372036854775807"},
	    {{8, INT64_MAX, 1, 0, 0, INT64_MAX}, "the kernel size is 9223372036854775807"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct window_result result;
		struct diag diag;

		assert_int_equal(window_compute(&cases[i].axis, &result, &diag), ERR_SHAPE);
		assert_string_equal(diag.msg, cases[i].message);
		check_contains(diag.hint, "it must be at");
	}
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_the_documents_shapes_come_out),
    cmocka_unit_test(test_every_small_window_agrees_with_stepping),
    cmocka_unit_test(test_a_kernel_too_large_is_explained_with_numbers),
    cmocka_unit_test(test_parameters_out_of_range_are_refused),
};

CHECK_MAIN(tests)
