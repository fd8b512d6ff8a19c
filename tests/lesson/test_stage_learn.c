// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "lesson/block.h"
#include "lesson/stage_learn.h"
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

static struct stage *recipe(const char *name)
{
	struct stage *stage = NULL;

	assert_int_equal(stage_learn_new_recipe(name, &stage, &diag), 0);
	return stage;
}

static void finish(struct stage *stage)
{
	stage->ops->close(stage);
	strbuf_release(&said);
}

static double number(struct stage *stage, const char *name)
{
	double value = -99;

	assert_true(stage->ops->state(stage, name, &value));
	return value;
}

/* Document D4 prints the loss that each of its first eight updates begins with. */
static void test_recipe_d4_shows_the_printed_losses(void **state)
{
	static const char *const printed[] = {
	    "23.8259", "9.5828", "6.6669", "4.9749", "3.7512", "2.8428", "2.1634", "1.6526"};
	struct stage *stage = recipe("d4");
	char shown[32];

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		snprintf(shown, sizeof(shown), "%.4f", number(stage, "loss"));
		assert_string_equal(shown, printed[i]);
		assert_int_equal(say(stage, "step"), 0);
	}
	assert_int_equal(say(stage, "last"), 0);
	assert_int_equal(number(stage, "step"), 50);
	check_close(number(stage, "w0"), -0.9904, 0, 5e-5);
	check_close(number(stage, "w1"), 0.9904, 0, 5e-5);
	check_close(number(stage, "bias"), -5.57e-06, 0, 2e-7);
	finish(stage);
}

static void test_recipe_d0_ends_near_the_edge_kernel(void **state)
{
	struct stage *stage = recipe("d0");

	(void)state;
	assert_int_equal(say(stage, "step"), 0);
	check_close(number(stage, "loss"), 11.540, 0, 5e-4);
	assert_int_equal(say(stage, "goto 19"), 0);
	check_close(number(stage, "loss"), 0.003, 0, 5e-4);
	assert_int_equal(say(stage, "last"), 0);
	check_close(number(stage, "w0"), 0.9870, 0, 5e-5);
	check_close(number(stage, "w1"), -0.9870, 0, 5e-5);
	finish(stage);
}

static void test_recipe_d1_ends_at_the_printed_weights(void **state)
{
	struct stage *stage = recipe("d1");

	(void)state;
	assert_int_equal(say(stage, "last"), 0);
	assert_int_equal(number(stage, "step"), 400);
	check_close(number(stage, "w0"), 0.9910, 0, 5e-5);
	check_close(number(stage, "w1"), -0.9910, 0, 5e-5);
	assert_int_equal(say(stage, "start 0.3 0.5"), 0);
	assert_int_equal(say(stage, "last"), 0);
	check_close(number(stage, "w0"), 0.9912, 0, 5e-5);
	finish(stage);
}

/* The curvature on image B has eigenvalues 60 and 12: the cliff stands at 2/60. */
static void test_the_learning_rate_has_a_cliff(void **state)
{
	static const double losses[] = {24.12, 12.09, 6.37, 3.51, 2.02, 1.20, 0.73, 0.45, 0.28, 0.18};
	struct stage *stage = recipe("d1");

	(void)state;
	check_close(number(stage, "limit"), 1 / 30.0, 1e-9, 0);
	assert_int_equal(say(stage, "lr 0.03"), 0);
	check_contains(said.data, "from 0.03333 on the descent diverges");
	assert_int_equal(say(stage, "start 0.3 0.5"), 0);
	for (size_t i = 0; i < 10; i++) {
		check_close(number(stage, "loss"), losses[i], 0, 5.1e-3);
		say(stage, "step");
	}
	assert_int_equal(say(stage, "lr 0.04"), 0);
	assert_int_equal(say(stage, "restart"), 0);
	assert_int_equal(say(stage, "goto 9"), 0);
	check_close(number(stage, "loss"), 4098, 0, 0.5);
	assert_int_equal(say(stage, "step 1000"), 0);
	check_contains(said.data, "beyond all bounds: the learning rate 0.04 is above 0.03333");
	assert_true(number(stage, "diverged"));
	assert_true(isfinite(number(stage, "loss")));
	assert_int_equal(say(stage, "run"), 0);
	assert_false(stage->ops->busy(stage));
	assert_int_equal(say(stage, "back 20"), 0);
	assert_int_equal(say(stage, "lr 0.02"), 0);
	assert_int_equal(say(stage, "step 100"), 0);
	check_close(number(stage, "loss"), 0, 0, 1e-3);
	finish(stage);
}

static void test_updates_there_and_back_meet_the_same_frames(void **state)
{
	struct stage *stage = recipe("d4");
	struct strbuf there[21], back = STRBUF_INIT;

	(void)state;
	for (int i = 0; i <= 20; i++) {
		strbuf_init(&there[i]);
		stage->ops->describe(stage, &there[i]);
		assert_int_equal(say(stage, "step"), 0);
	}
	for (int i = 20; i >= 0; i--) {
		assert_int_equal(say(stage, "back"), 0);
		strbuf_clear(&back);
		stage->ops->describe(stage, &back);
		assert_string_equal(back.data, there[i].data);
		strbuf_release(&there[i]);
	}
	assert_int_equal(say(stage, "back"), 0);
	assert_int_equal(number(stage, "step"), 0);
	strbuf_release(&back);
	finish(stage);
}

/* The gradient written out against central differences of the loss. */
static void test_the_gradient_is_the_slope_of_the_loss(void **state)
{
	struct stage *stage = recipe("d4");
	struct stage_learn *learn = (struct stage_learn *)stage;
	double h = 1e-5;

	(void)state;
	assert_int_equal(say(stage, "step 3"), 0);
	for (int i = 0; i < 2; i++) {
		struct learn_point up = learn->points[3], down = learn->points[3];

		up.weights[i] += h;
		down.weights[i] -= h;
		check_close((stage_learn_loss(learn, up.weights, up.bias) -
				stage_learn_loss(learn, down.weights, down.bias)) / (2 * h),
		    learn->gradient.weights[i], 1e-6, 1e-6);
	}
	finish(stage);
}

static void test_running_stops_where_it_was_planned(void **state)
{
	struct stage *stage = recipe("d0");

	(void)state;
	assert_int_equal(say(stage, "run"), 0);
	assert_true(stage->ops->busy(stage));
	assert_false(stage->ops->tick(stage, 10));
	assert_true(stage->ops->tick(stage, 10.25));
	assert_int_equal(number(stage, "step"), 1);
	assert_int_equal(say(stage, "faster"), 0);
	assert_int_equal(say(stage, "slower"), 0);
	assert_int_equal(say(stage, "stop"), 0);
	assert_false(stage->ops->tick(stage, 20));
	assert_int_equal(say(stage, "run"), 0);
	stage->ops->tick(stage, 20);
	stage->ops->tick(stage, 1000);
	assert_int_equal(number(stage, "step"), 20);
	assert_false(stage->ops->busy(stage));
	assert_int_equal(say(stage, "run"), 0);
	check_contains(said.data, "All 20 updates are done");
	assert_int_equal(say(stage, "steps 25"), 0);
	assert_int_equal(say(stage, "last"), 0);
	assert_int_equal(number(stage, "step"), 25);
	assert_int_equal(say(stage, "first"), 0);
	assert_int_equal(number(stage, "step"), 0);
	finish(stage);
}

static void test_a_new_rate_voids_the_frames_that_follow(void **state)
{
	struct stage *stage = recipe("d0");

	(void)state;
	assert_int_equal(say(stage, "step 10"), 0);
	assert_int_equal(say(stage, "back 5"), 0);
	assert_int_equal(say(stage, "lr up"), 0);
	check_close(number(stage, "lr"), 0.025, 1e-12, 0);
	assert_int_equal(((struct stage_learn *)stage)->last, 5);
	assert_int_equal(say(stage, "lr down"), 0);
	check_close(number(stage, "lr"), 0.02, 1e-12, 0);
	assert_int_equal(say(stage, "decay 0.1"), 0);
	assert_int_equal(say(stage, "bias on"), 0);
	assert_int_equal(number(stage, "step"), 0);
	assert_int_equal(say(stage, "step"), 0);
	assert_true(number(stage, "bias") != 0);
	assert_int_equal(say(stage, "bias off"), 0);
	assert_int_equal(number(stage, "bias"), 0);
	finish(stage);
}

static void test_it_says_all_of_it_in_words(void **state)
{
	struct stage *stage = recipe("d4");
	struct strbuf sb = STRBUF_INIT;

	(void)state;
	stage->ops->sum(stage, &sb);
	check_contains(sb.data, "next w0 = 0.3621 - 0.01*(");
	check_contains(sb.data, " + 0.1*0.3621) = ");
	strbuf_clear(&sb);
	assert_int_equal(say(stage, "step"), 0);
	check_contains(said.data, "After 1 update: loss 9.5828, weights ");
	stage->ops->describe(stage, &sb);
	check_contains(sb.data, "Recipe d4. A 1x2 kernel and a bias, learning rate 0.01, weight decay 0.1, "
				"50 updates planned.");
	check_contains(sb.data, "Losses from step 0 to 1: 23.8259 9.5828\n");
	check_contains(sb.data, "Error Y_hat - Y, 6 rows by 7 columns:\nrow 0:");
	strbuf_release(&sb);
	finish(stage);
}

static void test_wrong_words_say_how_it_is_used(void **state)
{
	static const struct {
		const char *line;
		int code;
		const char *part;
	} cases[] = {
	    {"dance", ERR_USAGE, "not a word of the stage learn"},
	    {"step 0", ERR_USAGE, "step [N]"},
	    {"step 1000000", ERR_USAGE, "step [N]"},
	    {"back x", ERR_USAGE, "back [N]"},
	    {"goto", ERR_USAGE, "goto N"},
	    {"goto -1", ERR_USAGE, "goto N"},
	    {"first x", ERR_USAGE, "first"},
	    {"last x", ERR_USAGE, "last"},
	    {"run x", ERR_USAGE, "run"},
	    {"stop x", ERR_USAGE, "stop"},
	    {"restart x", ERR_USAGE, "restart"},
	    {"faster x", ERR_USAGE, "faster"},
	    {"lr", ERR_USAGE, "lr RATE|up|down"},
	    {"lr 0", ERR_RANGE, "the learning rate must be above 0"},
	    {"lr 1e9", ERR_RANGE, "at most 1000"},
	    {"lr up 2", ERR_USAGE, "lr RATE"},
	    {"start", ERR_USAGE, "start W0 W1"},
	    {"start 1", ERR_USAGE, "start takes 2 numbers"},
	    {"start 1 2 3", ERR_USAGE, "start takes 2 numbers"},
	    {"recipe d9", ERR_USAGE, "recipe d0|d1|d4"},
	    {"bias maybe", ERR_USAGE, "bias on|off"},
	    {"decay -1", ERR_RANGE, "the weight decay"},
	    {"decay x", ERR_USAGE, "decay RATE"},
	    {"steps 0", ERR_USAGE, "steps N"},
	};
	struct stage *stage = recipe("d0");

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(say(stage, cases[i].line), cases[i].code);
		check_contains(diag.msg, cases[i].part);
		assert_int_equal(number(stage, "step"), 0);
	}
	assert_int_equal(say(stage, "recipe d4"), 0);
	assert_int_equal(number(stage, "steps"), 50);
	assert_int_equal(stage_learn_new_recipe("d9", &stage, &diag), ERR_NOT_FOUND);
	finish(stage);
}

static int open_lines(const char *lines, struct notebook *nb, struct stage **ret)
{
	struct block block;
	int code;

	diag_clear(&diag);
	assert_int_equal(block_parse(lines, strlen(lines), "x.md", 10, &block, &diag), 0);
	code = stage_learn_ops.open(&block, "x.md", nb, ret, &diag);
	block_release(&block);
	return code;
}

static void test_a_view_opens_and_publishes(void **state)
{
	static const float image[9] = {0, 1, 2, 3, 4, 5, 6, 7, 8}, kernel[4] = {0, 1, 2, 3};
	static const float target[4] = {19, 25, 37, 43};
	struct notebook *nb = fake_notebook_new();
	struct stage *stage = NULL;

	(void)state;
	fake_notebook_matrix(nb, "I", 3, 3, image);
	fake_notebook_matrix(nb, "K", 2, 2, kernel);
	fake_notebook_matrix(nb, "T", 2, 2, target);
	assert_int_equal(open_lines("image: I\nstart: 0 1 2 3\nlr: 0.001\nsteps: 7\n", nb, &stage), 0);
	check_close(number(stage, "loss"), 0, 0, 0);
	check_close(number(stage, "steps"), 7, 0, 0);
	stage->ops->close(stage);
	assert_int_equal(open_lines("image: I\ntarget: T\nbias: yes\ndecay: 0.5\n", nb, &stage), 0);
	check_close(number(stage, "loss"), 19 * 19 + 25 * 25 + 37 * 37 + 43 * 43, 0, 0);
	assert_int_equal(stage->ops->publish(stage, nb, &diag), 0);
	check_close(fake_notebook_value(nb, "loss"), number(stage, "loss"), 0, 0);
	assert_int_equal(fake_notebook_tensor(nb, "W")->shape[0], 2);
	stage->ops->close(stage);
	assert_int_equal(open_lines("recipe: d4\nlr: 0.02\nstart: 0 0\n", nb, &stage), 0);
	check_close(number(stage, "loss"), 12, 0, 0);
	check_close(number(stage, "lr"), 0.02, 0, 0);
	finish(stage);
	fake_notebook_free(nb);
}

static void test_a_broken_view_names_its_line(void **state)
{
	static const float image[9] = {0}, wide[4 * 4] = {0};
	static const struct {
		const char *lines, *part;
		int line;
	} cases[] = {
	    {"\nrecipe: d9\n", "'recipe' cannot be 'd9'", 11},
	    {"image: moon\n", "not defined", 10},
	    {"image: I\ntarget: B\n", "larger than the image", 10},
	    {"image: I\nkernel: B\n", "does not fit", 10},
	    {"recipe: d0\n\nstart: 1\n", "'start' has 1 numbers, the kernel has 2 weights", 12},
	    {"recipe: d0\nsteps: 0\n", "'steps' must be", 11},
	    {"recipe: d0\nbias: 3\n", "'bias' cannot be '3'", 11},
	};
	struct notebook *nb = fake_notebook_new();
	struct stage *stage = NULL;

	(void)state;
	fake_notebook_matrix(nb, "I", 3, 3, image);
	fake_notebook_matrix(nb, "B", 4, 4, wide);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(open_lines(cases[i].lines, nb, &stage) < 0);
		check_contains(diag.msg, cases[i].part);
		assert_int_equal(diag.line, cases[i].line);
	}
	fake_notebook_free(nb);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_recipe_d4_shows_the_printed_losses),
    cmocka_unit_test(test_recipe_d0_ends_near_the_edge_kernel),
    cmocka_unit_test(test_recipe_d1_ends_at_the_printed_weights),
    cmocka_unit_test(test_the_learning_rate_has_a_cliff),
    cmocka_unit_test(test_updates_there_and_back_meet_the_same_frames),
    cmocka_unit_test(test_the_gradient_is_the_slope_of_the_loss),
    cmocka_unit_test(test_running_stops_where_it_was_planned),
    cmocka_unit_test(test_a_new_rate_voids_the_frames_that_follow),
    cmocka_unit_test(test_it_says_all_of_it_in_words),
    cmocka_unit_test(test_wrong_words_say_how_it_is_used),
    cmocka_unit_test(test_a_view_opens_and_publishes),
    cmocka_unit_test(test_a_broken_view_names_its_line),
};

CHECK_MAIN(tests)
