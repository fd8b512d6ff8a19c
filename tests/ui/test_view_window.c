// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <string.h>

#include "base/rng.h"
#include "lesson/stage_window.h"
#include "ui/matrix.h"
#include "ui/view_check.h"
#include "support/check.h"

static const struct look look = {.glyphs = GLYPH_SET_BLOCK, .colors = 256, .motion = true};

static const float image_a[6 * 8] = {
    1, 1, 0, 0, 0, 0, 1, 1, //
    1, 1, 0, 0, 0, 0, 1, 1, //
    1, 1, 1, 1, 1, 1, 1, 1, //
    1, 1, 0, 0, 0, 0, 1, 1, //
    1, 1, 0, 0, 0, 0, 1, 1, //
    1, 1, 0, 0, 0, 0, 1, 1, //
};
static const float edge_kernel[2] = {1, -1};

static struct stage *make(int rows, int cols, const float *image, int kernel_rows, int kernel_cols,
    const float *kernel)
{
	struct stage_window_params params = {.row = -1, .col = -1};
	struct stage *stage;

	stage_matrix_init(&params.image, "X", rows, cols, image);
	stage_matrix_init(&params.kernel, "K", kernel_rows, kernel_cols, kernel);
	assert_int_equal(stage_window_new(&params, &stage, NULL), 0);
	stage_matrix_release(&params.image);
	stage_matrix_release(&params.kernel);
	return stage;
}

static int setup(void **state)
{
	*state = make(6, 8, image_a, 1, 2, edge_kernel);
	return 0;
}

static int teardown(void **state)
{
	struct stage *stage = *state;

	stage->ops->close(stage);
	return 0;
}

static void test_the_edge_image_fits_a_small_screen(void **state)
{
	view_say(*state, "hide 0 1");
	view_say(*state, "goto 0 1");
	view_check_golden(*state, &look, 9, 78, "window-edges");
	view_check_golden(*state, &look, 10, 40, "window-edges");
	view_check_golden(*state, &look, 5, 20, "window-edges");
}

static void test_a_large_screen_gives_wider_cells(void **state)
{
	view_say(*state, "goto 3 4");
	view_check_golden(*state, &look, 24, 118, "window-edges");
	view_check_golden(*state, &look, 26, 60, "window-edges");
}

static void test_the_cursor_shows_without_colour(void **state)
{
	view_say(*state, "focus image");
	view_say(*state, "cursor down");
	view_check_golden(*state, &look, 9, 78, "window-edit-image");
}

static void test_a_kernel_turned_over_says_so(void **state)
{
	view_say(*state, "mode convolution");
	view_say(*state, "focus kernel");
	view_say(*state, "step 2");
	view_check_golden(*state, &look, 9, 78, "window-convolution");
}

static void test_a_transposed_image_still_fits(void **state)
{
	view_say(*state, "transpose image");
	view_say(*state, "step");
	view_check_golden(*state, &look, 9, 78, "window-transposed");
}

static void test_any_window_at_any_size_stays_inside(void **state)
{
	static float big[64 * 64];
	static const float kernel[25] = {1.25f, -0.125f, 1000, 3e-7f, -123456};
	struct stage *stage;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 1);
	for (size_t i = 0; i < 64 * 64; i++)
		big[i] = rng_uniform(&rng, -2, 2);
	stage = make(64, 64, big, 5, 5, kernel);
	view_say(stage, "goto 30 41");
	view_check_properties(stage);
	stage->ops->close(stage);
	view_check_properties(*state);
	view_say(*state, "step");
	view_check_properties(*state);
	view_say(*state, "focus kernel");
	view_check_properties(*state);
}

static void test_a_big_image_scrolls_with_the_window(void **state)
{
	static float big[20 * 64];
	struct stage *stage;

	(void)state;
	for (int i = 0; i < 20 * 64; i++)
		big[i] = (float)(i % 64) / 8;
	stage = make(20, 64, big, 1, 2, edge_kernel);
	view_say(stage, "goto 12 40");
	view_check_golden(stage, &look, 9, 78, "window-scrolled");
	stage->ops->close(stage);
}

static void test_every_key_is_a_word(void **state)
{
	view_check_keys(*state);
	view_say(*state, "play");
	view_check_keys(*state);
	view_say(*state, "focus kernel");
	view_check_keys(*state);
}

static void test_enter_asks_for_the_cell_under_the_cursor(void **state)
{
	char buffer[256];
	const struct view_key *keys;

	view_say(*state, "focus kernel");
	view_say(*state, "cursor right");
	keys = view_find("window")->keys(*state, buffer);
	assert_string_equal(keys[0].command, "set kernel 0 1");
	assert_string_equal(keys[0].ask, "K[0,1] = ");
}

static void test_numbers_are_rounded_to_their_place(void **state)
{
	static const struct {
		double value;
		int width;
		const char *text;
	} cases[] = {
	    {1, 2, "1"},
	    {-0.0, 2, "0"},
	    {-1, 2, "-1"},
	    {0.5, 3, "0.5"},
	    {0.5, 2, ".5"},
	    {-0.125, 4, "-.12"},
	    {-0.125, 6, "-0.125"},
	    {3.14159, 4, "3.14"},
	    {0.0001, 3, "0"},
	    {-0.0001, 3, "0"},
	    {12.96, 4, "13"},
	    {123456, 4, "####"},
	    {123456, 5, "1e+05"},
	    {1e300, 3, "###"},
	    {0.1f, 3, "0.1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[MATRIX_TEXT_MAX];

		matrix_number(cases[i].value, cases[i].width, text);
		assert_string_equal(text, cases[i].text);
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

static const struct CMUnitTest tests[] = {
    TEST(test_the_edge_image_fits_a_small_screen),
    TEST(test_a_large_screen_gives_wider_cells),
    TEST(test_the_cursor_shows_without_colour),
    TEST(test_a_kernel_turned_over_says_so),
    TEST(test_a_transposed_image_still_fits),
    TEST(test_any_window_at_any_size_stays_inside),
    cmocka_unit_test(test_a_big_image_scrolls_with_the_window),
    TEST(test_every_key_is_a_word),
    TEST(test_enter_asks_for_the_cell_under_the_cursor),
    cmocka_unit_test(test_numbers_are_rounded_to_their_place),
};

CHECK_MAIN(tests)
