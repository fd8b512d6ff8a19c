// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "lesson/stage_shapes.h"
#include "ui/view_check.h"
#include "support/check.h"

static const struct look look = {.glyphs = GLYPH_SET_BLOCK, .colors = 256, .motion = true};

static int setup(void **state)
{
	*state = stage_shapes_new(8, 3, 1, 2);
	return 0;
}

static int teardown(void **state)
{
	struct stage *stage = *state;

	stage->ops->close(stage);
	return 0;
}

static void test_windows_and_remainder_are_drawn(void **state)
{
	view_check_golden(*state, &look, 9, 78, "shapes");
	view_check_golden(*state, &look, 10, 40, "shapes");
	view_check_golden(*state, &look, 5, 20, "shapes");
}

static void test_a_large_screen_shows_both_axes(void **state)
{
	view_say(*state, "set k w 5");
	view_say(*state, "set p h 0");
	view_say(*state, "set s h 3");
	view_say(*state, "set s w 4");
	view_say(*state, "axis h");
	view_check_golden(*state, &look, 24, 118, "shapes-both");
}

static void test_dilation_and_impossible_settings_are_drawn(void **state)
{
	view_say(*state, "set d w 2");
	view_say(*state, "set s w 1");
	view_say(*state, "set k h 12");
	view_check_golden(*state, &look, 20, 78, "shapes-dilated");
	view_say(*state, "axis h");
	view_check_golden(*state, &look, 9, 78, "shapes-impossible");
}

static void test_a_long_axis_is_cut_with_a_sign(void **state)
{
	view_say(*state, "set w 100");
	view_say(*state, "convention");
	view_say(*state, "set s 7");
	view_check_golden(*state, &look, 9, 78, "shapes-long");
}

static void test_any_setting_at_any_size_stays_inside(void **state)
{
	static const char *const settings[] = {
	    "set w 4096", "set k 4096", "set s 0", "set s 4096", "set k 1", "set d 9", "set p 4000", "set k 0"};

	view_check_properties(*state);
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		view_say(*state, settings[i]);
		view_check_properties(*state);
	}
	view_check_keys(*state);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

static const struct CMUnitTest tests[] = {
    TEST(test_windows_and_remainder_are_drawn),
    TEST(test_a_large_screen_shows_both_axes),
    TEST(test_dilation_and_impossible_settings_are_drawn),
    TEST(test_a_long_axis_is_cut_with_a_sign),
    TEST(test_any_setting_at_any_size_stays_inside),
};

CHECK_MAIN(tests)
