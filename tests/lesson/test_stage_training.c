// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/paths.h"
#include "data/dataset.h"
#include "lesson/block.h"
#include "lesson/stage_training.h"
#include "support/fake_notebook.h"
#include "support/check.h"

#define PATIENCE 60.0 // seconds; what is waited for comes within a fraction of one

#define TRAIN_IMAGES 700
#define TEST_IMAGES 300

static char folder[512]; // with a small dataset

static void write_idx(const char *name, const uint8_t *bytes, size_t count, int pixels)
{
	char *path = xasprintf("%s/%s", folder, name);
	uint8_t head[16] = {0, 0, 8, pixels ? 3 : 1, 0, 0, (uint8_t)(count >> 8), (uint8_t)count, 0, 0, 0, 28,
	    0, 0, 0, 28};
	size_t head_size = pixels ? 16 : 8, size = count * (pixels ? (size_t)pixels : 1);
	uint8_t *file = xmalloc(head_size + size, 1);

	memcpy(file, head, head_size);
	memcpy(file + head_size, bytes, size);
	assert_int_equal(paths_make_parents(path, NULL), 0);
	assert_int_equal(file_write(path, file, head_size + size, NULL), 0);
	mem_free(file);
	mem_free(path);
}

/* Drawing sixty thousand garments takes longer than all else here: draw a few, once. */
static int make_dataset(void **state)
{
	struct dataset *dataset;

	(void)state;
	snprintf(folder, sizeof(folder), "%s", check_scratch_path("training-data"));
	assert_int_equal(dataset_synthesise(1, TRAIN_IMAGES, TEST_IMAGES, &dataset, NULL), 0);
	write_idx("train-images-idx3-ubyte", dataset->train.pixels, TRAIN_IMAGES, 784);
	write_idx("train-labels-idx1-ubyte", dataset->train.labels, TRAIN_IMAGES, 0);
	write_idx("t10k-images-idx3-ubyte", dataset->test.pixels, TEST_IMAGES, 784);
	write_idx("t10k-labels-idx1-ubyte", dataset->test.labels, TEST_IMAGES, 0);
	dataset_free(dataset);
	return 0;
}

static struct room_config small_config(void)
{
	return (struct room_config){
	    .data = folder,
	    .epochs = 2,
	    .limit = 640,
	    .recipe = {.batch = 64, .lr = 0.9f, .seed = 1, .shuffle = true, .threads = 1},
	};
}

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

static double number(struct stage *stage, const char *name)
{
	double value = -99;

	assert_true(stage->ops->state(stage, name, &value));
	return value;
}

static void await(struct stage *stage, const char *name, double least)
{
	struct stage_training *training = (struct stage_training *)stage;
	double start = clock_real();

	while (number(stage, name) < least) {
		if (clock_real() - start > PATIENCE)
			fail_msg("'%s' is still %g", name, number(stage, name));
		room_wait(training->room, &training->snapshot, 1);
	}
}

static struct stage *open_small(void)
{
	struct room_config config = small_config();
	struct stage *stage = NULL;

	assert_int_equal(stage_training_new(&config, &stage, &diag), 0);
	return stage;
}

static void finish(struct stage *stage)
{
	stage->ops->close(stage);
	strbuf_release(&said);
}

static void test_a_run_ends_with_all_its_figures(void **state)
{
	struct stage *stage = open_small();
	struct room_snapshot *snapshot = &((struct stage_training *)stage)->snapshot;

	(void)state;
	assert_true(stage->ops->busy(stage));
	assert_int_equal(say(stage, "start"), 0);
	await(stage, "done", 1);
	assert_false(stage->ops->busy(stage));
	assert_int_equal(number(stage, "epochs_done"), 2);
	assert_int_equal(number(stage, "step"), 20);
	assert_int_equal(snapshot->loss_count, 20);
	assert_false(number(stage, "synthetic"));
	for (int i = 0; i < 2; i++) {
		assert_true(isfinite(snapshot->history[i].train_loss));
		assert_true(isfinite(snapshot->history[i].test_loss));
		assert_true(snapshot->history[i].test_accuracy >= 0 &&
			    snapshot->history[i].test_accuracy <= 1);
	}
	assert_int_equal(snapshot->kernel_count, 6);
	assert_int_equal(snapshot->kernel_rows, 5);
	assert_int_equal(snapshot->layer_count, 5);
	assert_string_equal(snapshot->layer_names[1], "conv2");
	assert_string_equal(snapshot->layer_names[4], "fc3");
	assert_true(snapshot->gradients[0] > 0);
	assert_true(snapshot->has_confusion);
	assert_true(snapshot->images_per_second > 0);
	assert_int_equal(say(stage, "start"), 0);
	check_contains(said.data, "All epochs are done");
	finish(stage);
}

/* What the room trains is what trainer_step trains, bit for bit, and restart repeats it. */
static void test_the_same_seed_gives_the_same_losses(void **state)
{
	struct stage *stage = open_small();
	struct room_snapshot *snapshot = &((struct stage_training *)stage)->snapshot;
	struct room_config config = small_config();
	struct dataset *dataset;
	struct trainer *trainer;
	struct step_report report;
	struct rng rng;
	struct net *net;
	float first[20];

	(void)state;
	say(stage, "start");
	await(stage, "done", 1);
	memcpy(first, snapshot->losses, sizeof(first));
	assert_int_equal(say(stage, "restart"), 0);
	await(stage, "running", 1);
	await(stage, "done", 1);
	assert_int_equal(snapshot->run, 2);
	assert_memory_equal(first, snapshot->losses, sizeof(first));

	assert_int_equal(dataset_open(folder, &dataset, &diag), 0);
	dataset->train.count = config.limit;
	assert_int_equal(net_new_named("lenet5", &net, &diag), 0);
	rng_seed(&rng, 1);
	net_init_xavier(net, &rng);
	assert_int_equal(trainer_new(net, &config.recipe, &dataset->train, &trainer, &diag), 0);
	for (int i = 0; i < 20; i++) {
		assert_int_equal(trainer_step(trainer, &report, &diag), 0);
		assert_true((float)report.loss == first[i]);
	}
	trainer_free(trainer);
	net_free(net);
	dataset_free(dataset);
	finish(stage);
}

static void test_steps_are_counted_and_pauses_kept(void **state)
{
	struct stage *stage = open_small();

	(void)state;
	await(stage, "images", 640);
	assert_int_equal(say(stage, "step 3"), 0);
	await(stage, "paused", 1);
	assert_int_equal(number(stage, "step"), 3);
	assert_int_equal(say(stage, "step"), 0);
	await(stage, "step", 4);
	await(stage, "paused", 1);
	assert_int_equal(number(stage, "step"), 4);
	/* The tenth batch ends the epoch: the evaluation that is due comes before the rest. */
	assert_int_equal(say(stage, "step 6"), 0);
	await(stage, "epochs_done", 1);
	await(stage, "paused", 1);
	assert_int_equal(number(stage, "step"), 10);
	assert_true(number(stage, "accuracy") >= 0);
	assert_int_equal(say(stage, "resume"), 0);
	await(stage, "done", 1);
	finish(stage);
}

static void test_stop_and_the_rate_act_while_it_trains(void **state)
{
	struct room_config config = small_config();
	struct stage *stage = NULL;
	double start;

	(void)state;
	config.epochs = 1000;
	assert_int_equal(stage_training_new(&config, &stage, &diag), 0);
	assert_int_equal(say(stage, "start"), 0);
	await(stage, "step", 2);
	assert_int_equal(say(stage, "lr 0.5"), 0);
	assert_int_equal(say(stage, "lr down"), 0);
	check_contains(said.data, "The learning rate is 0.4 from the next batch on.");
	start = clock_real();
	assert_int_equal(say(stage, "stop"), 0);
	await(stage, "stopped", 1);
	assert_true(clock_real() - start < 5); // 0.2 s on an idle machine; this one may be busy
	check_close(number(stage, "lr"), 0.4, 1e-6, 0);
	assert_int_equal(say(stage, "pause"), 0);
	assert_true(number(stage, "stopped"));
	assert_int_equal(say(stage, "lr up"), 0);
	assert_int_equal(say(stage, "start"), 0);
	await(stage, "running", 1);
	finish(stage); // while it trains
}

static void test_divergence_is_explained_and_can_be_left(void **state)
{
	struct room_config config = small_config();
	struct stage *stage = NULL;
	struct strbuf sb = STRBUF_INIT;

	(void)state;
	config.recipe.lr = 3e38f;
	assert_int_equal(stage_training_new(&config, &stage, &diag), 0);
	assert_int_equal(say(stage, "start"), 0);
	await(stage, "failed", 1);
	assert_false(stage->ops->busy(stage));
	assert_int_equal(((struct stage_training *)stage)->snapshot.diag.code, ERR_DIVERGED);
	stage->ops->describe(stage, &sb);
	check_contains(sb.data, ((struct stage_training *)stage)->snapshot.diag.msg);
	assert_int_equal(say(stage, "lr 0.1"), 0);
	assert_int_equal(say(stage, "restart"), 0);
	await(stage, "done", 1);
	strbuf_release(&sb);
	finish(stage);
}

static void test_missing_data_is_named(void **state)
{
	struct room_config config = small_config();
	struct stage *stage = NULL;
	struct strbuf sb = STRBUF_INIT;

	(void)state;
	config.data = "/nowhere/at/all";
	assert_int_equal(stage_training_new(&config, &stage, &diag), 0);
	await(stage, "failed", 1);
	stage->ops->describe(stage, &sb);
	check_contains(sb.data, "/nowhere/at/all");
	assert_true(say(stage, "start") < 0);
	check_contains(diag.msg, "/nowhere/at/all");
	assert_true(say(stage, "restart") < 0);
	assert_int_equal(number(stage, "accuracy"), -1);
	strbuf_release(&sb);
	finish(stage);
}

static void test_an_unknown_net_is_named(void **state)
{
	struct room_config config = small_config();
	struct stage *stage = NULL;

	(void)state;
	config.net = "lenet9";
	assert_int_equal(stage_training_new(&config, &stage, &diag), 0);
	await(stage, "failed", 1);
	check_contains(((struct stage_training *)stage)->snapshot.diag.msg, "lenet9");
	finish(stage);
}

static void test_it_says_all_of_it_in_words(void **state)
{
	struct stage *stage = open_small();
	struct strbuf sb = STRBUF_INIT;

	(void)state;
	say(stage, "step 10");
	await(stage, "epochs_done", 1);
	stage->ops->describe(stage, &sb);
	check_contains(sb.data, "Data: ");
	check_contains(sb.data, "batches of 64, seed 1.\n");
	check_contains(sb.data, "Epoch 1: train loss ");
	check_contains(sb.data, "Size of the gradient, first to last layer: conv1 ");
	check_contains(sb.data, "Kernel 5 of the first layer: from ");
	strbuf_clear(&sb);
	stage->ops->sum(stage, &sb);
	check_contains(sb.data, "640 images / 64 = 10 batches an epoch");
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
	    {"dance", ERR_USAGE, "not a word of the stage training"},
	    {"start now", ERR_USAGE, "start"},
	    {"pause x", ERR_USAGE, "pause"},
	    {"step 0", ERR_USAGE, "step [N]"},
	    {"step x", ERR_USAGE, "step [N]"},
	    {"stop x", ERR_USAGE, "stop"},
	    {"restart x", ERR_USAGE, "restart"},
	    {"lr", ERR_USAGE, "lr RATE|up|down"},
	    {"lr 0", ERR_RANGE, "above 0"},
	    {"lr up 3", ERR_USAGE, "lr RATE"},
	};
	struct stage *stage = open_small();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(say(stage, cases[i].line), cases[i].code);
		check_contains(diag.msg, cases[i].part);
	}
	finish(stage);
}

static int open_lines(const char *lines, struct notebook *nb, struct stage **ret)
{
	struct block block;
	int code;

	diag_clear(&diag);
	assert_int_equal(block_parse(lines, strlen(lines), "x.md", 10, &block, &diag), 0);
	code = stage_training_ops.open(&block, "x.md", nb, ret, &diag);
	block_release(&block);
	return code;
}

static void test_a_view_opens_and_publishes(void **state)
{
	struct notebook *nb = fake_notebook_new();
	struct stage *stage = NULL;

	(void)state;
	assert_int_equal(open_lines("data: synthetic\nepochs: 3\nbatch: 50\nlr: 0.5\nseed: 7\nlimit: 100\n"
				    "threads: 1\nstart: yes\n", nb, &stage), 0);
	await(stage, "epochs_done", 1);
	assert_true(number(stage, "synthetic"));
	assert_int_equal(number(stage, "batches"), 2);
	assert_int_equal(number(stage, "epochs"), 3);
	assert_int_equal(stage->ops->publish(stage, nb, &diag), 0);
	check_close(fake_notebook_value(nb, "lr"), 0.5, 0, 0);
	assert_true(fake_notebook_value(nb, "accuracy") >= 0);
	stage->ops->close(stage);
	stage = NULL;
	assert_true(open_lines("batch: 5\nepochs: 0\n", nb, &stage) < 0);
	assert_int_equal(diag.line, 11);
	assert_true(open_lines("lr: fast\n", nb, &stage) < 0);
	assert_null(stage);
	fake_notebook_free(nb);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_run_ends_with_all_its_figures),
    cmocka_unit_test(test_the_same_seed_gives_the_same_losses),
    cmocka_unit_test(test_steps_are_counted_and_pauses_kept),
    cmocka_unit_test(test_stop_and_the_rate_act_while_it_trains),
    cmocka_unit_test(test_divergence_is_explained_and_can_be_left),
    cmocka_unit_test(test_missing_data_is_named),
    cmocka_unit_test(test_an_unknown_net_is_named),
    cmocka_unit_test(test_it_says_all_of_it_in_words),
    cmocka_unit_test(test_wrong_words_say_how_it_is_used),
    cmocka_unit_test(test_a_view_opens_and_publishes),
};

int main(void)
{
	return cmocka_run_group_tests(tests, make_dataset, NULL) != 0;
}
