// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The view reads a copy of the room's state only, so that a made-up copy is all it takes to test it.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "lesson/stage_training.h"
#include "ui/view_check.h"
#include "support/check.h"

#define BATCHES 20
#define EPOCHS 4

static const struct look look = {.glyphs = GLYPH_SET_BLOCK, .colors = 256, .motion = true};
static const struct look plain = {.glyphs = GLYPH_SET_ASCII, .colors = 1};

static void fill_curves(struct room_snapshot *s)
{
	s->loss_capacity = s->loss_count = BATCHES * EPOCHS + 5;
	s->losses = xmalloc(s->loss_count, sizeof(*s->losses));
	for (size_t i = 0; i < s->loss_count; i++)
		s->losses[i] = 0.6f + 1.7f * expf(-(float)i / 30) + (i % 3 ? 0 : 0.1f);
	s->history_capacity = s->epoch_count = EPOCHS;
	s->history = xmalloc(EPOCHS, sizeof(*s->history));
	for (int i = 0; i < EPOCHS; i++)
		s->history[i] = (struct room_epoch){2.2 - 0.4 * i, 0.2 * i, 2.0 - 0.35 * i, 0.2 + 0.18 * i, 1};
}

static void fill_inside(struct room_snapshot *s)
{
	static const char *const layers[] = {"conv1", "conv2", "fc1", "fc2", "fc3"};

	s->kernel_count = 6;
	s->kernel_rows = s->kernel_cols = 5;
	for (int k = 0; k < 6; k++)
		for (int i = 0; i < 25; i++)
			s->kernels[k][i] = sinf((float)(k * 25 + i)) * 0.5f;
	s->layer_count = 5;
	for (int i = 0; i < 5; i++) {
		strcpy(s->layer_names[i], layers[i]);
		s->gradients[i] = pow(10, i - 5);
	}
	strcpy(s->class_names[0], "T-shirt/top");
	strcpy(s->class_names[4], "Coat");
	strcpy(s->class_names[6], "Shirt");
	s->has_confusion = true;
	s->confusion[6][0] = s->confusion[4][6] = 187;
	s->confusion[0][6] = 214;
	s->confusion[0][0] = 700;
}

static int setup(void **state)
{
	struct stage_training *training = xzalloc(1, sizeof(*training));
	struct room_snapshot *s = &training->snapshot;

	training->stage.ops = &stage_training_ops;
	training->net = xstrdup("lenet5");
	s->state = ROOM_STATE_RUNNING;
	snprintf(s->data, sizeof(s->data), "synthetic garments (5120 training and 1000 test images)");
	s->train_images = 5120;
	s->epochs = 10;
	s->epoch = 5;
	s->batch = 5;
	s->batches = BATCHES;
	s->step = 85;
	s->lr = 0.9;
	s->loss = 0.6789;
	s->images_per_second = 12345;
	s->seconds_left = 83;
	fill_curves(s);
	fill_inside(s);
	*state = training;
	return 0;
}

static int teardown(void **state)
{
	struct stage_training *training = *state;

	room_snapshot_release(&training->snapshot);
	mem_free(training->net);
	mem_free(training);
	return 0;
}

static void test_curves_and_figures_fit_a_small_screen(void **state)
{
	view_check_golden(*state, &look, 9, 78, "training");
	view_check_golden(*state, &look, 10, 40, "training");
	view_check_golden(*state, &look, 5, 20, "training");
}

static void test_a_large_screen_shows_the_net_inside(void **state)
{
	view_check_golden(*state, &plain, 28, 118, "training-inside");
}

static void test_failures_say_what_to_do(void **state)
{
	struct room_snapshot *s = &((struct stage_training *)*state)->snapshot;

	s->state = ROOM_STATE_FAILED;
	diag_set(&s->diag, ERR_DIVERGED, "the loss is no longer finite at step 85, first in layer 11");
	diag_hint(&s->diag, "try a smaller learning rate");
	view_check_golden(*state, &plain, 12, 78, "training-diverged");
	s->train_images = 0;
	s->data[0] = '\0';
	diag_set(&s->diag, ERR_NOT_FOUND, "cannot open '/nowhere': No such file or directory");
	view_check_golden(*state, &plain, 9, 78, "training-no-data");
}

static void test_nothing_trained_yet_is_drawn_too(void **state)
{
	struct room_snapshot *s = &((struct stage_training *)*state)->snapshot;

	s->state = ROOM_STATE_READY;
	s->epoch = s->batch = s->step = s->loss_count = s->epoch_count = 0;
	s->images_per_second = 0;
	s->has_confusion = false;
	s->layer_count = 0;
	view_check_golden(*state, &plain, 9, 78, "training-ready");
	view_check_properties(*state);
	s->kernel_count = 0;
	view_check_properties(*state);
	view_check_keys(*state);
}

static void test_any_state_at_any_size_stays_inside(void **state)
{
	struct room_snapshot *s = &((struct stage_training *)*state)->snapshot;

	view_check_properties(*state);
	view_check_keys(*state);
	s->evaluating = true;
	s->evaluated = 0.4;
	s->state = ROOM_STATE_FAILED;
	diag_set(&s->diag, ERR_DIVERGED, "%0400d", 1);
	s->losses[40] = NAN;
	view_check_properties(*state);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

static const struct CMUnitTest tests[] = {
    TEST(test_curves_and_figures_fit_a_small_screen),
    TEST(test_a_large_screen_shows_the_net_inside),
    TEST(test_failures_say_what_to_do),
    TEST(test_nothing_trained_yet_is_drawn_too),
    TEST(test_any_state_at_any_size_stays_inside),
};

CHECK_MAIN(tests)
