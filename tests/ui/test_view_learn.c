// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "lesson/stage_learn.h"
#include "ui/view_check.h"
#include "support/check.h"

static const struct look look = {.glyphs = GLYPH_SET_BLOCK, .colors = 256, .motion = true};
static const struct look plain = {.glyphs = GLYPH_SET_ASCII, .colors = 1};

static int setup(void **state)
{
	return stage_learn_new_recipe("d4", (struct stage **)state, NULL);
}

static int teardown(void **state)
{
	struct stage *stage = *state;

	stage->ops->close(stage);
	return 0;
}

static void test_numbers_errors_and_curve_fit_a_small_screen(void **state)
{
	view_say(*state, "step 7");
	view_check_golden(*state, &look, 9, 78, "learn");
	view_check_golden(*state, &look, 10, 40, "learn");
	view_check_golden(*state, &look, 5, 20, "learn");
}

static void test_a_large_screen_has_the_loss_over_both_weights(void **state)
{
	view_say(*state, "step 20");
	view_check_golden(*state, &plain, 26, 118, "learn-map");
	view_check_golden(*state, &plain, 24, 45, "learn-stacked");
}

static void test_a_rate_beyond_the_cliff_is_named(void **state)
{
	view_say(*state, "recipe d1");
	view_say(*state, "lr 0.04");
	view_say(*state, "step 12");
	view_check_golden(*state, &plain, 9, 78, "learn-diverges");
}

static void test_any_frame_at_any_size_stays_inside(void **state)
{
	view_check_properties(*state);
	view_check_keys(*state);
	view_say(*state, "lr 0.05");
	view_say(*state, "step 1000");
	view_check_properties(*state);
	view_say(*state, "restart");
	view_say(*state, "run");
	view_check_keys(*state);
}

static void test_a_kernel_of_many_weights_has_no_map(void **state)
{
	static const float image[64] = {1, 0, 1}, target[16] = {1};
	static const double start[25] = {0.5};
	struct stage_learn_params params = {
	    .kernel_rows = 5, .kernel_cols = 5, .start = start, .lr = 0.01, .steps = 10};
	struct stage *stage;

	(void)state;
	stage_matrix_init(&params.image, "X", 8, 8, image);
	stage_matrix_init(&params.target, "Y", 4, 4, target);
	assert_int_equal(stage_learn_new(&params, &stage, NULL), 0);
	view_say(stage, "step 3");
	view_check_golden(stage, &plain, 26, 100, "learn-5x5");
	view_check_properties(stage);
	stage->ops->close(stage);
	stage_matrix_release(&params.image);
	stage_matrix_release(&params.target);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

static const struct CMUnitTest tests[] = {
    TEST(test_numbers_errors_and_curve_fit_a_small_screen),
    TEST(test_a_large_screen_has_the_loss_over_both_weights),
    TEST(test_a_rate_beyond_the_cliff_is_named),
    TEST(test_any_frame_at_any_size_stays_inside),
    cmocka_unit_test(test_a_kernel_of_many_weights_has_no_map),
};

CHECK_MAIN(tests)
