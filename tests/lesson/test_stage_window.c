// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <string.h>

#include "lesson/block.h"
#include "lesson/stage_window.h"
#include "support/fake_notebook.h"
#include "support/check.h"

/* Image A of the documents: ones with two blocks of zeros; row 2 stays all ones. */
static const float image_a[6 * 8] = {
    1, 1, 0, 0, 0, 0, 1, 1, //
    1, 1, 0, 0, 0, 0, 1, 1, //
    1, 1, 1, 1, 1, 1, 1, 1, //
    1, 1, 0, 0, 0, 0, 1, 1, //
    1, 1, 0, 0, 0, 0, 1, 1, //
    1, 1, 0, 0, 0, 0, 1, 1, //
};
static const float edge_kernel[2] = {1, -1};

struct fixture {
	struct stage *stage;
	struct strbuf say;
	struct diag diag;
};

static struct stage_window *window_of(struct fixture *f)
{
	return (struct stage_window *)f->stage;
}

static int setup(void **state)
{
	struct fixture *f = test_calloc(1, sizeof(*f));
	struct stage_window_params params = {.row = -1, .col = -1};

	stage_matrix_init(&params.image, "X", 6, 8, image_a);
	stage_matrix_init(&params.kernel, "K", 1, 2, edge_kernel);
	strbuf_init(&f->say);
	assert_int_equal(stage_window_new(&params, &f->stage, &f->diag), 0);
	stage_matrix_release(&params.image);
	stage_matrix_release(&params.kernel);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	f->stage->ops->close(f->stage);
	strbuf_release(&f->say);
	test_free(f);
	return 0;
}

/* Say "word args"; returns the code. */
static int say(struct fixture *f, const char *line)
{
	char word[32];
	size_t len = strcspn(line, " ");

	memcpy(word, line, len);
	word[len] = '\0';
	strbuf_clear(&f->say);
	diag_clear(&f->diag);
	return f->stage->ops->command(f->stage, word, line + len, &f->say, &f->diag);
}

static double number(struct fixture *f, const char *name)
{
	double value = -99;

	f->stage->ops->state(f->stage, name, &value);
	return value;
}

static void describe(struct fixture *f, struct strbuf *out)
{
	strbuf_clear(out);
	f->stage->ops->describe(f->stage, out);
}

static void test_the_output_is_the_correlation(void **state)
{
	static const float row[7] = {0, 1, 0, 0, 0, -1, 0};
	struct stage_window *window = window_of(*state);

	assert_int_equal(window->output.rows, 6);
	assert_int_equal(window->output.cols, 7);
	check_floats(window->output.values, row, 7, 0, 0);
	check_close(window->output.values[2 * 7 + 1], 0, 0, 0);
}

static void test_steps_there_and_back_meet_the_same_frames(void **state)
{
	struct fixture *f = *state;
	struct strbuf there[43], back = STRBUF_INIT;

	for (int i = 0; i <= 42; i++) {
		strbuf_init(&there[i]);
		describe(f, &there[i]);
		assert_int_equal(number(f, "index"), i);
		assert_int_equal(say(f, "step"), 0);
	}
	assert_string_equal(f->say.data, "This is the last cell.");
	for (int i = 42; i >= 0; i--) {
		describe(f, &back);
		assert_string_equal(back.data, there[i].data);
		assert_int_equal(say(f, "back"), 0);
		strbuf_release(&there[i]);
	}
	strbuf_release(&back);
}

static void test_goto_is_as_many_steps(void **state)
{
	struct fixture *f = *state;
	struct strbuf jumped = STRBUF_INIT, walked = STRBUF_INIT;

	assert_int_equal(say(f, "goto 3 2"), 0);
	describe(f, &jumped);
	assert_int_equal(say(f, "back 99"), 0);
	assert_int_equal(number(f, "row"), -1);
	assert_int_equal(say(f, "step 24"), 0);
	describe(f, &walked);
	assert_string_equal(walked.data, jumped.data);
	assert_int_equal(say(f, "last"), 0);
	assert_int_equal(number(f, "index"), 42);
	assert_int_equal(say(f, "first"), 0);
	assert_int_equal(number(f, "index"), 1);
	strbuf_release(&jumped);
	strbuf_release(&walked);
}

static void test_the_sum_has_the_numbers_put_in(void **state)
{
	struct fixture *f = *state;
	struct strbuf sb = STRBUF_INIT;

	assert_int_equal(say(f, "goto 0 1"), 0);
	f->stage->ops->sum(f->stage, &sb);
	assert_string_equal(sb.data, "Y[0,1] = 1*1 + 0*(-1) = 1\n"
				     "(6 - 1 + 2*0) / 1 + 1 = 6 rows     (8 - 2 + 2*0) / 1 + 1 = 7 columns");
	assert_string_equal(f->say.data,
	    "Window at row 0, columns 1 to 2: 1 0. Y[0,1] = 1*1 + 0*(-1) = 1");
	strbuf_release(&sb);
}

static void test_a_hidden_cell_stays_unknown_until_revealed(void **state)
{
	struct fixture *f = *state;
	struct strbuf sb = STRBUF_INIT;

	assert_int_equal(say(f, "hide 0 1"), 0);
	assert_int_equal(say(f, "goto 0 1"), 0);
	check_contains(f->say.data, "0*(-1) = ?");
	assert_int_equal(say(f, "show all"), 0);
	describe(f, &sb);
	check_contains(sb.data, "row 0: 0 ? 0 0 0 -1 0\n");
	assert_int_equal(number(f, "value"), 0);
	assert_int_equal(say(f, "reveal"), 0);
	assert_string_equal(f->say.data, "Y[0,1] is 1.");
	assert_int_equal(number(f, "value"), 1);
	assert_int_equal(say(f, "reveal"), 0);
	assert_string_equal(f->say.data, "");
	strbuf_release(&sb);
}

static void test_play_makes_four_cells_a_second(void **state)
{
	struct fixture *f = *state;

	assert_false(f->stage->ops->tick(f->stage, 0));
	assert_int_equal(say(f, "play"), 0);
	assert_true(f->stage->ops->busy(f->stage));
	assert_false(f->stage->ops->tick(f->stage, 100));
	assert_false(f->stage->ops->tick(f->stage, 100.2));
	assert_true(f->stage->ops->tick(f->stage, 100.25));
	assert_int_equal(number(f, "index"), 1);
	assert_true(f->stage->ops->tick(f->stage, 101));
	assert_int_equal(number(f, "index"), 4);
	assert_int_equal(say(f, "faster"), 0);
	assert_int_equal(number(f, "speed"), 8);
	assert_int_equal(say(f, "slower"), 0);
	assert_int_equal(say(f, "stop"), 0);
	assert_int_equal(number(f, "index"), 4);
	assert_false(f->stage->ops->tick(f->stage, 200));
	assert_int_equal(say(f, "play"), 0);
	assert_false(f->stage->ops->tick(f->stage, 200));
	assert_true(f->stage->ops->tick(f->stage, 300));
	assert_int_equal(number(f, "index"), 42);
	assert_false(f->stage->ops->busy(f->stage));
	assert_int_equal(say(f, "play"), 0);
	assert_int_equal(number(f, "index"), 0);
}

static void test_play_waits_at_the_hidden_cell(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(say(f, "hide 1 0"), 0);
	assert_int_equal(say(f, "play"), 0);
	f->stage->ops->tick(f->stage, 0);
	f->stage->ops->tick(f->stage, 100);
	assert_int_equal(number(f, "row"), 1);
	assert_int_equal(number(f, "col"), 0);
	assert_int_equal(number(f, "playing"), 0);
}

static void test_cells_of_kernel_and_image_can_be_changed(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(say(f, "set kernel 0 1 -2"), 0);
	assert_string_equal(f->say.data, "K[0,1] is now -2.");
	check_close(window_of(f)->output.values[0], -1, 0, 0);
	assert_int_equal(say(f, "set image 0 0 1/2"), 0);
	check_close(window_of(f)->output.values[0], -1.5, 0, 0);
}

static void test_convolution_turns_the_kernel_over(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(say(f, "mode"), 0);
	assert_int_equal(say(f, "goto 0 1"), 0);
	check_contains(f->say.data, "Y[0,1] = 1*(-1) + 0*1 = -1");
	assert_int_equal(say(f, "mode correlation"), 0);
	check_close(window_of(f)->output.values[1], 1, 0, 0);
}

static void test_transposing_begins_the_walk_anew(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(say(f, "goto 5 6"), 0);
	assert_int_equal(say(f, "transpose"), 0);
	assert_string_equal(f->say.data, "K is now 2x1, Y 5x8.");
	assert_int_equal(number(f, "index"), 1);
	assert_int_equal(say(f, "transpose image"), 0);
	assert_string_equal(f->say.data, "X is now 8x6, Y 7x6.");
}

static void test_a_transpose_that_does_not_fit_changes_nothing(void **state)
{
	static const float wide[8] = {1};
	struct stage_window_params params = {.row = -1, .col = -1};
	struct fixture *f = *state;

	f->stage->ops->close(f->stage);
	stage_matrix_init(&params.image, "X", 6, 8, image_a);
	stage_matrix_init(&params.kernel, "K", 1, 8, wide);
	assert_int_equal(stage_window_new(&params, &f->stage, &f->diag), 0);
	assert_int_equal(say(f, "transpose"), ERR_SHAPE);
	check_contains(f->diag.msg, "the kernel K (8x1) does not fit into the image X (6x8)");
	assert_int_equal(window_of(f)->kernel.cols, 8);
	stage_matrix_release(&params.image);
	stage_matrix_release(&params.kernel);
}

static void test_cursor_moves_in_the_focused_matrix(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(say(f, "focus image"), 0);
	assert_int_equal(say(f, "cursor up"), 0);
	assert_string_equal(f->say.data, "X[5,0] is 1.");
	assert_int_equal(say(f, "cursor left"), 0);
	assert_string_equal(f->say.data, "X[5,7] is 1.");
	assert_int_equal(number(f, "index"), 0);
	assert_int_equal(say(f, "focus next"), 0);
	assert_int_equal(window_of(f)->focus, STAGE_WINDOW_FOCUS_OUTPUT);
	assert_int_equal(say(f, "cursor down"), 0);
	assert_int_equal(number(f, "row"), 1);
}

static void test_wrong_words_say_how_it_is_used(void **state)
{
	static const struct {
		const char *line;
		int code;
		const char *part;
	} cases[] = {
	    {"dance", ERR_USAGE, "'dance' is not a word of the stage window"},
	    {"goto", ERR_USAGE, "'goto' is used as: goto ROW COLUMN"},
	    {"goto 1 x", ERR_USAGE, "goto ROW COLUMN"},
	    {"goto 1 2 3", ERR_USAGE, "goto ROW COLUMN"},
	    {"goto 6 0", ERR_RANGE, "Y has no cell at row 6, column 0"},
	    {"goto 0 -1", ERR_RANGE, "Y has no cell"},
	    {"step -1", ERR_USAGE, "step [N]"},
	    {"step 99999999999999999999", ERR_USAGE, "step [N]"},
	    {"back x", ERR_USAGE, "back [N]"},
	    {"set output 0 0 1", ERR_USAGE, "set image|kernel"},
	    {"set kernel 0 2 1", ERR_RANGE, "K has no cell at row 0, column 2"},
	    {"set kernel 0 1 nan", ERR_USAGE, "set image|kernel"},
	    {"set kernel 0 1 1/0", ERR_USAGE, "set image|kernel"},
	    {"set kernel 0 1", ERR_USAGE, "set image|kernel"},
	    {"focus moon", ERR_USAGE, "focus output|kernel|image|next"},
	    {"cursor", ERR_USAGE, "cursor up|down|left|right"},
	    {"mode x", ERR_USAGE, "mode [correlation|convolution]"},
	    {"transpose output", ERR_USAGE, "transpose [image|kernel]"},
	    {"show some", ERR_USAGE, "show visited|all"},
	    {"play x", ERR_USAGE, "play"},
	    {"stop x", ERR_USAGE, "stop"},
	    {"faster x", ERR_USAGE, "faster"},
	    {"first x", ERR_USAGE, "first"},
	    {"last x", ERR_USAGE, "last"},
	    {"hide 9 9", ERR_RANGE, "Y has no cell"},
	    {"reveal x", ERR_USAGE, "reveal"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(say(f, cases[i].line), cases[i].code);
		check_contains(f->diag.msg, cases[i].part);
		assert_int_equal(number(f, "index"), 0);
	}
	assert_int_equal(
	    f->stage->ops->command(f->stage, "dance", "", &f->say, NULL), ERR_USAGE);
	assert_int_equal(f->stage->ops->command(f->stage, "goto", "", &f->say, NULL), ERR_USAGE);
}

static void test_long_sums_are_shortened_in_the_middle(void **state)
{
	static const float image[49] = {1, 2, 3}, kernel[49] = {-1};
	struct stage_window_params params = {.row = 0, .col = 0};
	struct strbuf sb = STRBUF_INIT;
	struct stage *stage;

	(void)state;
	stage_matrix_init(&params.image, "X", 7, 7, image);
	stage_matrix_init(&params.kernel, "K", 7, 7, kernel);
	assert_int_equal(stage_window_new(&params, &stage, NULL), 0);
	stage->ops->sum(stage, &sb);
	check_contains(sb.data, "Y[0,0] = 1*(-1) + 2*0 + 3*0 + ");
	check_contains(sb.data, "... + 0*0 = -1\n");
	assert_true(strcspn(sb.data, "\n") <= 76);
	stage->ops->close(stage);
	stage_matrix_release(&params.image);
	stage_matrix_release(&params.kernel);
	strbuf_release(&sb);
}

static int open_lines(const char *lines, struct notebook *nb, struct stage **ret, struct diag *diag)
{
	struct block block;
	int code;

	assert_int_equal(block_parse(lines, strlen(lines), "x.md", 10, &block, diag), 0);
	code = stage_window_ops.open(&block, "x.md", nb, ret, diag);
	block_release(&block);
	return code;
}

static void test_a_view_opens_and_publishes(void **state)
{
	static const float two[2] = {2, -2};
	struct notebook *nb = fake_notebook_new();
	struct strbuf sb = STRBUF_INIT;
	struct diag diag;
	struct stage *stage;

	(void)state;
	fake_notebook_matrix(nb, "A", 6, 8, image_a);
	fake_notebook_matrix(nb, "K", 1, 2, edge_kernel);
	assert_int_equal(open_lines("image: A\noutput: Z\nat: 0 1\nhide: 0 5\nfocus: kernel\n"
				    "mode: convolution\nshow: all\n",
			     nb, &stage, &diag), 0);
	stage->ops->sum(stage, &sb);
	check_contains(sb.data, "Z[0,1] = 1*(-1) + 0*1 = -1\n");
	assert_int_equal(((struct stage_window *)stage)->hidden_col, 5);
	assert_int_equal(stage->ops->publish(stage, nb, &diag), 0);
	check_close(fake_notebook_value(nb, "col"), 1, 0, 0);
	check_close(tensor_const_floats(fake_notebook_tensor(nb, "Z"))[1], -1, 0, 0);
	check_floats(tensor_const_floats(fake_notebook_tensor(nb, "K")), edge_kernel, 2, 0, 0);
	stage->ops->command(stage, "set", "kernel 0 0 2", &sb, &diag);
	stage->ops->command(stage, "set", "kernel 0 1 -2", &sb, &diag);
	assert_int_equal(stage->ops->publish(stage, nb, &diag), 0);
	check_floats(tensor_const_floats(fake_notebook_tensor(nb, "K")), two, 2, 0, 0);
	stage->ops->close(stage);
	strbuf_release(&sb);
	fake_notebook_free(nb);
}

static void test_a_broken_view_names_its_line(void **state)
{
	static const struct {
		const char *lines, *part;
		int line;
	} cases[] = {
	    {"\nimage: moon\n", "name 'moon' is not defined", 11},
	    {"mode: sideways\n", "'mode' cannot be 'sideways'", 10},
	    {"\n\nat: 6 0\n", "'at' must be a row from 0 to 5 and a column from 0 to 6", 12},
	    {"at: 1\n", "'at' must be a row", 10},
	    {"hide: x\n", "'hide' must be 1 to 2 numbers", 10},
	    {"kernel: X\nimage: K\n", "does not fit", 10},
	};
	struct notebook *nb = fake_notebook_new();
	struct stage *stage = NULL;
	struct diag diag;

	(void)state;
	fake_notebook_matrix(nb, "X", 6, 8, image_a);
	fake_notebook_matrix(nb, "K", 1, 2, edge_kernel);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		diag_clear(&diag);
		assert_true(open_lines(cases[i].lines, nb, &stage, &diag) < 0);
		check_contains(diag.msg, cases[i].part);
		assert_int_equal(diag.line, cases[i].line);
		assert_null(stage);
	}
	fake_notebook_free(nb);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

static const struct CMUnitTest tests[] = {
    TEST(test_the_output_is_the_correlation),
    TEST(test_steps_there_and_back_meet_the_same_frames),
    TEST(test_goto_is_as_many_steps),
    TEST(test_the_sum_has_the_numbers_put_in),
    TEST(test_a_hidden_cell_stays_unknown_until_revealed),
    TEST(test_play_makes_four_cells_a_second),
    TEST(test_play_waits_at_the_hidden_cell),
    TEST(test_cells_of_kernel_and_image_can_be_changed),
    TEST(test_convolution_turns_the_kernel_over),
    TEST(test_transposing_begins_the_walk_anew),
    TEST(test_a_transpose_that_does_not_fit_changes_nothing),
    TEST(test_cursor_moves_in_the_focused_matrix),
    TEST(test_wrong_words_say_how_it_is_used),
    cmocka_unit_test(test_long_sums_are_shortened_in_the_middle),
    cmocka_unit_test(test_a_view_opens_and_publishes),
    cmocka_unit_test(test_a_broken_view_names_its_line),
};

CHECK_MAIN(tests)
