// SPDX-License-Identifier: GPL-3.0-or-later
/* Models and checkpoints: named as document D0 names them, refused when they do not fit, exact. */
#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/rng.h"
#include "data/dataset.h"
#include "model/model_file.h"
#include "support/check.h"

static struct net *net;
static struct diag diag;
static char path[512];

static int setup(void **state)
{
	struct rng rng;

	(void)state;
	snprintf(path, sizeof(path), "%s", check_scratch_path("net.safetensors"));
	diag_clear(&diag);
	if (net_new_named("lenet5", &net, &diag) < 0)
		return -1;
	rng_seed(&rng, 3);
	net_init_xavier(net, &rng);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	net_free(net);
	return 0;
}

static void test_a_model_has_the_documents_names(void **state)
{
	static const char *const names[] = {"lenet5.0.bias", "lenet5.0.weight", "lenet5.11.bias",
	    "lenet5.11.weight", "lenet5.3.bias", "lenet5.3.weight", "lenet5.7.bias",
	    "lenet5.7.weight", "lenet5.9.bias", "lenet5.9.weight"};
	struct tensor_file file;

	(void)state;
	assert_int_equal(model_save(net, path, &diag), 0);
	assert_int_equal(safetensors_read(path, &file, &diag), 0);
	assert_int_equal(file.count, ARRAY_LEN(names));
	for (size_t i = 0; i < file.count; i++)
		assert_string_equal(file.tensors[i].name, names[i]);
	assert_int_equal(tensor_file_find(&file, "lenet5.3.weight")->shape[1], 6);
	assert_string_equal(tensor_file_meta(&file, "net"), "lenet5");
	tensor_file_release(&file);
}

static void test_what_was_saved_is_opened_bit_for_bit(void **state)
{
	struct net *other;

	(void)state;
	assert_int_equal(model_save(net, path, &diag), 0);
	assert_int_equal(model_open(path, &other, &diag), 0);
	assert_memory_equal(other->params, net->params, net->param_count * sizeof(float));
	memset(other->params, 0, other->param_count * sizeof(float));
	assert_int_equal(model_load(other, path, &diag), 0);
	assert_memory_equal(other->params, net->params, net->param_count * sizeof(float));
	net_free(other);
}

/* Save the net's tensors without, or with another form of, some of them. */
static void save_changed(const char *drop, const char *reshape, const char *extra)
{
	struct tensor_file file, out = {0};
	struct tensor *odd;

	assert_int_equal(model_save(net, path, &diag), 0);
	assert_int_equal(safetensors_read(path, &file, &diag), 0);
	assert_int_equal(tensor_new(DTYPE_F32, 2, (int64_t[]){2, 3}, &odd, &diag), 0);
	for (size_t i = 0; i < file.count; i++) {
		const char *name = file.tensors[i].name;

		if (drop && strstr(name, drop))
			continue;
		assert_int_equal(tensor_file_add(&out, name,
				     reshape && strcmp(name, reshape) == 0 ? odd
									   : file.tensors[i].tensor,
				     &diag), 0);
	}
	if (extra)
		assert_int_equal(tensor_file_add(&out, extra, odd, &diag), 0);
	assert_int_equal(safetensors_write(path, &out, &diag), 0);
	tensor_file_release(&out);
	tensor_file_release(&file);
	tensor_free(odd);
}

static void refuse(int code, const char *msg)
{
	size_t bytes = net->param_count * sizeof(float);
	float *before = malloc(bytes);

	memcpy(before, net->params, bytes);
	diag_clear(&diag);
	assert_int_equal(model_load(net, path, &diag), code);
	check_contains(diag.msg, msg);
	assert_true(diag.hint[0]);
	assert_memory_equal(net->params, before, bytes);
	free(before);
}

static void test_a_model_that_does_not_fit_leaves_the_net_alone(void **state)
{
	(void)state;
	save_changed("11.bias", NULL, NULL);
	refuse(ERR_SHAPE, "it does not fit the net lenet5; missing: lenet5.11.bias");
	save_changed(".bias", NULL, NULL);
	refuse(ERR_SHAPE, "missing: lenet5.0.bias, lenet5.3.bias and 3 more");
	save_changed(NULL, NULL, "lenet5.12.weight");
	refuse(ERR_SHAPE, "left over: lenet5.12.weight");
	save_changed(NULL, "lenet5.7.weight", NULL);
	refuse(ERR_SHAPE, "other shapes: lenet5.7.weight is [2, 3], should be [120, 400]");
}

static void test_a_pth_file_is_saved_and_opened(void **state)
{
	char *pth = xstrdup(check_scratch_path("net.pth"));
	struct net *other;

	(void)state;
	assert_int_equal(model_save(net, pth, &diag), 0);
	assert_int_equal(model_open(pth, &other, &diag), 0);
	assert_memory_equal(other->params, net->params, net->param_count * sizeof(float));
	net_free(other);
	mem_free(pth);
}

static void test_files_that_are_no_model_are_named(void **state)
{
	(void)state;
	assert_int_equal(file_write(path, "PK\3\4 and so on", 14, NULL), 0);
	refuse(ERR_FORMAT, "not a sound .pth file: it is cut off");
	assert_int_equal(file_write(path, "\x93NUMPY\1", 7, NULL), 0);
	refuse(ERR_UNSUPPORTED, "this is a NumPy file, which cannot be read yet");
	assert_int_equal(file_write(path, "<!DOCTYPE html>", 15, NULL), 0);
	refuse(ERR_FORMAT, "this is a web page, not a model file");
	assert_int_equal(file_write(path, "hello, world", 12, NULL), 0);
	refuse(ERR_FORMAT, "not a safetensors file");
	assert_int_equal(file_write(path, "", 0, NULL), 0);
	refuse(ERR_FORMAT, "the file is empty");
	remove(path);
	assert_true(model_load(net, path, &diag) < 0);
	check_contains(diag.msg, "No such file");
}

static void test_the_ending_says_what_is_written(void **state)
{
	(void)state;
	assert_int_equal(model_save(net, "x.npy", &diag), ERR_UNSUPPORTED);
	check_contains(diag.msg, "a NumPy file cannot be written yet");
	check_contains(diag.hint, ".safetensors");
	assert_int_equal(model_save(net, "model", &diag), ERR_UNSUPPORTED);
	check_contains(diag.msg, "cannot tell from its ending");
}

/* -- checkpoints ------------------------------------------------------------------------------- */

static struct dataset *dataset;

static struct trainer *start(struct net *of, const struct recipe *recipe)
{
	struct trainer *trainer = NULL;

	if (!dataset)
		assert_int_equal(dataset_synthesise(1, 70, 10, &dataset, &diag), 0);
	assert_int_equal(trainer_new(of, recipe, &dataset->train, &trainer, &diag), 0);
	return trainer;
}

static void steps(struct trainer *trainer, int count)
{
	struct step_report report;

	for (int i = 0; i < count; i++)
		assert_int_equal(trainer_step(trainer, &report, &diag), 0);
}

/* Stopping after `before` of nine steps and going on from the file changes nothing. */
static void resume_after(const struct recipe *recipe, int before)
{
	struct trainer *whole = start(net, recipe), *first, *second;
	struct net *part, *rest;

	assert_int_equal(net_new_named("lenet5", &part, &diag), 0);
	assert_int_equal(net_new_named("lenet5", &rest, &diag), 0);
	memcpy(part->params, net->params, net->param_count * sizeof(float));
	first = start(part, recipe);
	steps(first, before);
	assert_int_equal(checkpoint_save(part, first, 70, path, &diag), 0);
	second = start(rest, recipe);
	assert_int_equal(checkpoint_load(rest, second, path, &diag), 0);
	steps(second, 9 - before);
	steps(whole, 9);
	assert_memory_equal(rest->params, net->params, net->param_count * sizeof(float));
	trainer_free(whole);
	trainer_free(first);
	trainer_free(second);
	net_free(part);
	net_free(rest);
}

static void test_going_on_from_a_checkpoint_changes_no_bit(void **state)
{
	const struct recipe recipe = {.batch = 20, .lr = 0.3f, .momentum = 0.9f,
	    .weight_decay = 1e-3f, .seed = 7, .shuffle = true, .threads = 1};
	const struct recipe plain = {.batch = 20, .lr = 0.9f, .seed = 7, .threads = 1};

	(void)state;
	resume_after(&recipe, 4); // an epoch has four steps
	resume_after(&recipe, 6);
	resume_after(&plain, 5);
}

static void test_a_checkpoint_tells_its_recipe(void **state)
{
	const struct recipe recipe = {.batch = 33, .lr = 0.1f, .momentum = 0.5f, .seed = 1ull << 63,
	    .shuffle = true, .threads = 1};
	struct trainer *trainer = start(net, &recipe);
	struct checkpoint_info info;

	(void)state;
	steps(trainer, 4);
	assert_int_equal(checkpoint_save(net, trainer, 70, path, &diag), 0);
	assert_int_equal(checkpoint_info(path, &info, &diag), 0);
	assert_int_equal(info.recipe.batch, 33);
	assert_true(info.recipe.lr == 0.1f && info.recipe.momentum == 0.5f && info.recipe.shuffle);
	assert_true(info.recipe.seed == 1ull << 63);
	assert_int_equal(info.images, 70);
	assert_int_equal(info.epoch, 1);
	assert_int_equal(info.step, 4);
	trainer_free(trainer);
	assert_int_equal(model_load(net, path, &diag), 0); // it is an ordinary model too
}

static void test_a_model_is_not_taken_for_a_checkpoint(void **state)
{
	const struct recipe recipe = {.batch = 20, .lr = 0.1f, .seed = 7, .threads = 1};
	const struct recipe other = {.batch = 10, .lr = 0.1f, .seed = 7, .threads = 1};
	struct trainer *trainer = start(net, &recipe), *wrong = start(net, &other);
	struct checkpoint_info info;

	(void)state;
	assert_int_equal(model_save(net, path, &diag), 0);
	assert_int_equal(checkpoint_info(path, &info, &diag), ERR_FORMAT);
	check_contains(diag.msg, "no checkpoint to go on from");
	check_contains(diag.hint, "--init");
	assert_int_equal(checkpoint_save(net, trainer, 70, path, &diag), 0);
	assert_int_equal(checkpoint_load(net, wrong, path, &diag), ERR_STATE);
	check_contains(diag.msg, "another batch, seed or shuffling");
	trainer_free(trainer);
	trainer_free(wrong);
}

/* Every entry of the metadata, replaced by nonsense, is missed by name. */
static void test_a_damaged_checkpoint_says_which_entry(void **state)
{
	const struct recipe recipe = {.batch = 20, .lr = 0.1f, .momentum = 0.9f, .seed = 7,
	    .threads = 1};
	struct trainer *trainer = start(net, &recipe);
	struct tensor_file file;
	int refused = 0;

	(void)state;
	assert_int_equal(checkpoint_save(net, trainer, 70, path, &diag), 0);
	assert_int_equal(safetensors_read(path, &file, &diag), 0);
	for (size_t i = 0; i < file.meta_count; i++) {
		char *kept = file.meta[i].value, nonsense[] = "12x";

		file.meta[i].value = nonsense;
		assert_int_equal(safetensors_write(path, &file, &diag), 0);
		file.meta[i].value = kept;
		if (checkpoint_load(net, trainer, path, &diag) == 0)
			continue;
		refused++;
		check_contains(diag.msg, file.meta[i].key);
	}
	assert_int_equal(refused, 15); // all but format, net and producer
	tensor_file_release(&file);
	trainer_free(trainer);
}

static int load_saved(struct diag *report)
{
	return model_load(net, path, report);
}

static int save_again(struct diag *report)
{
	return model_save(net, path, report);
}

static int open_saved(struct diag *report)
{
	struct net *opened = NULL;
	int r = model_open(path, &opened, report);

	net_free(opened);
	return r;
}

static void test_every_failing_allocation_is_reported(void **state)
{
	(void)state;
	assert_int_equal(model_save(net, path, &diag), 0);
	check_allocations(load_saved, 20);
	check_allocations(open_saved, 20);
	check_allocations(save_again, 20);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_model_has_the_documents_names),
		TEST(test_what_was_saved_is_opened_bit_for_bit),
		TEST(test_a_model_that_does_not_fit_leaves_the_net_alone),
		TEST(test_a_pth_file_is_saved_and_opened),
		TEST(test_files_that_are_no_model_are_named),
		TEST(test_the_ending_says_what_is_written),
		TEST(test_going_on_from_a_checkpoint_changes_no_bit),
		TEST(test_a_checkpoint_tells_its_recipe),
		TEST(test_a_model_is_not_taken_for_a_checkpoint),
		TEST(test_a_damaged_checkpoint_says_which_entry),
		TEST(test_every_failing_allocation_is_reported),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	dataset_free(dataset);
	return failed != 0;
}
