// SPDX-License-Identifier: GPL-3.0-or-later
/* Finding, reading, checking and writing whole datasets, on small synthetic ones. */
#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/paths.h"
#include "data/dataset.h"
#include "support/check.h"

#define TRAIN_IMAGES "train-images-idx3-ubyte"
#define TRAIN_LABELS "train-labels-idx1-ubyte"
#define TEST_IMAGES "t10k-images-idx3-ubyte"
#define TEST_LABELS "t10k-labels-idx1-ubyte"

static char folder[512];
static struct diag diag;
static struct dataset *dataset;

/* A fresh folder with 30 training and 20 test garments. */
static int setup(void **state)
{
	struct dataset *made;

	(void)state;
	snprintf(folder, sizeof(folder), "%s", check_scratch_path("small-set"));
	if (dataset_synthesise(5, 30, 20, &made, &diag) < 0 ||
	    dataset_write(made, folder, &diag) < 0)
		return -1;
	dataset_free(made);
	dataset = NULL;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	dataset_free(dataset);
	unsetenv("CONVTUTOR_DATA");
	return 0;
}

static const char *in_folder(const char *name)
{
	static char path[600];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void put(const char *name, const void *bytes, size_t len)
{
	assert_int_equal(file_write(in_folder(name), bytes, len, NULL), 0);
}

static void change_byte(const char *name, size_t at, char value)
{
	char *bytes;
	size_t len;

	assert_int_equal(file_read(in_folder(name), 1 << 20, &bytes, &len, NULL), 0);
	bytes[at] = value;
	put(name, bytes, len);
	mem_free(bytes);
}

static void test_what_is_written_is_read_back(void **state)
{
	struct dataset *made;
	char text[256], expected[1024];

	(void)state;
	assert_int_equal(dataset_synthesise(5, 30, 20, &made, &diag), 0);
	assert_int_equal(dataset_open(folder, &dataset, &diag), 0);
	assert_int_equal(dataset->train.count, 30);
	assert_int_equal(dataset->test.count, 20);
	assert_int_equal(dataset->train.classes, 10);
	assert_memory_equal(dataset->train.pixels, made->train.pixels, 30 * 784);
	assert_memory_equal(dataset->test.labels, made->test.labels, 20);
	assert_string_equal(dataset->class_names[9], "Ankle boot");
	assert_false(dataset->synthetic);
	dataset_describe(dataset, text, sizeof(text));
	snprintf(expected, sizeof(expected), "small-set (30 training and 20 test images from %s)",
	    folder);
	assert_string_equal(text, expected);
	dataset_describe(made, text, sizeof(text));
	assert_string_equal(text, "synthetic garments (30 training and 20 test images, drawn by "
				  "convtutor from seed 5)");
	dataset_free(made);
}

static void test_class_names_come_from_the_file_beside(void **state)
{
	(void)state;
	put("classes.txt", "a\nb\n\nc\r\nd\ne\nf\ng\nh\ni\nj\nk\n", 25);
	assert_int_equal(dataset_open(folder, &dataset, &diag), 0);
	assert_int_equal(dataset->train.classes, 11);
	assert_string_equal(dataset->class_names[2], "c");
	dataset_free(dataset);
	dataset = NULL;
	unlink(in_folder("classes.txt"));
	assert_int_equal(dataset_open(folder, &dataset, &diag), 0);
	assert_int_equal(dataset->train.classes, 10);
	assert_string_equal(dataset->class_names[9], "9");
}

static void refuse(const char *name, int code, const char *msg)
{
	assert_int_equal(dataset_open(name, &dataset, &diag), code);
	check_contains(diag.msg, msg);
	assert_true(diag.hint[0]);
	assert_null(dataset);
}

static void test_bad_class_names_are_refused(void **state)
{
	(void)state;
	put("classes.txt", "\n\n", 2);
	refuse(folder, ERR_FORMAT, "it names no class");
	put("classes.txt", "a\n\xff\n", 4);
	refuse(folder, ERR_FORMAT, "class 1 cannot be");
	put("classes.txt", "a\nb\n", 4);
	refuse(folder, ERR_FORMAT, "but there are 2 classes");
}

static void test_files_that_do_not_belong_together_are_refused(void **state)
{
	(void)state;
	change_byte(TRAIN_LABELS, 8, 77);
	refuse(folder, ERR_FORMAT,
	    "label 0 of the training labels is 77, but there are 10 classes");
	change_byte(TRAIN_LABELS, 8, 0);
	put(TEST_LABELS, "\0\0\10\1\0\0\0\2\1\2", 10);
	refuse(folder, ERR_FORMAT, "20 test images, but 2 labels");
	put(TEST_IMAGES, "\0\0\10\3\0\0\0\2\0\0\0\1\0\0\0\1\0\0", 18);
	refuse(folder, ERR_FORMAT, "training images are 28x28, test images 1x1");
	put(TEST_IMAGES, "\0\0\10\1\0\0\0\2\1\2", 10);
	refuse(folder, ERR_FORMAT, "it holds labels where images belong: files are swapped");
	check_contains(diag.file, TEST_IMAGES);
	unlink(in_folder(TEST_IMAGES));
	refuse(folder, ERR_NOT_FOUND, "lacks t10k-images-idx3-ubyte");
}

static void test_what_was_asked_for_is_never_replaced(void **state)
{
	(void)state;
	refuse("/no/such/folder", ERR_NOT_FOUND, "there is no folder '/no/such/folder'");
	refuse("no-such-set", ERR_NOT_FOUND, "there is no dataset 'no-such-set'");
	refuse("/", ERR_NOT_FOUND, "there is no dataset in the folder '/'");
	refuse("", ERR_NOT_FOUND, "there is no dataset ''");
}

static void test_the_environment_names_a_folder(void **state)
{
	char *found;

	(void)state;
	setenv("CONVTUTOR_DATA", folder, 1);
	assert_int_equal(dataset_find(NULL, &found, &diag), 0);
	assert_string_equal(found, folder);
	mem_free(found);
	assert_int_equal(dataset_open(NULL, &dataset, &diag), 0);
	assert_int_equal(dataset->train.count, 30);
	dataset_free(dataset);
	dataset = NULL;
	setenv("CONVTUTOR_DATA", check_scratch_path("."), 1); // one that holds several sets
	assert_int_equal(dataset_open("small-set", &dataset, &diag), 0);
	assert_int_equal(dataset->train.count, 30);
	dataset_free(dataset);
	dataset = NULL;
	setenv("CONVTUTOR_DATA", folder, 1); // broken files are not passed over
	put(TRAIN_IMAGES, "<html>", 6);
	refuse(NULL, ERR_FORMAT, "this is a web page");
}

static void test_the_users_folder_comes_before_the_systems(void **state)
{
	struct dataset_places places;
	size_t user = 99, system = 99;

	(void)state;
	dataset_places_init(&places, "some-set");
	for (size_t i = 0; i < places.count; i++) {
		if (strstr(places.folders[i], "/.local/share/convtutor/datasets/some-set"))
			user = i;
		if (strcmp(places.folders[i], "/usr/share/convtutor/datasets/some-set") == 0)
			system = i;
	}
	assert_true(user < system && system < places.count);
	assert_string_equal(places.folders[system + 1], "../shared/datasets/some-set");
	dataset_places_release(&places);
}

static int open_small_set(struct diag *report)
{
	return dataset_open(folder, &dataset, report);
}

static void test_every_failing_allocation_is_reported(void **state)
{
	(void)state;
	check_allocations(open_small_set, 10);
}

static void test_fashion_mnist_reads_as_described(void **state)
{
	const char *path = check_shared_path("datasets/fashion-mnist");
	static uint8_t labels[10000];
	struct dataset changed;
	char text[256];
	bool published;

	(void)state;
	if (!path)
		skip();
	assert_int_equal(dataset_open(path, &dataset, &diag), 0);
	assert_int_equal(dataset->train.count, 60000);
	assert_int_equal(dataset->test.count, 10000);
	assert_int_equal(dataset->train.labels[0], 9);
	assert_string_equal(dataset->class_names[0], "T-shirt/top");
	dataset_describe(dataset, text, sizeof(text));
	check_contains(text, "Fashion-MNIST (60,000 training and 10,000 test images from /");
	assert_int_equal(dataset_verify(dataset, &published, &diag), 0);
	assert_true(published);
	memcpy(&changed, dataset, sizeof(changed));
	memcpy(labels, dataset->test.labels, sizeof(labels));
	labels[9999] ^= 1;
	changed.test.labels = labels;
	assert_int_equal(dataset_verify(&changed, &published, &diag), ERR_FORMAT);
	check_contains(diag.msg, "t10k-labels-idx1-ubyte is not the published file");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_what_is_written_is_read_back),
		TEST(test_class_names_come_from_the_file_beside),
		TEST(test_bad_class_names_are_refused),
		TEST(test_files_that_do_not_belong_together_are_refused),
		TEST(test_what_was_asked_for_is_never_replaced),
		TEST(test_the_environment_names_a_folder),
		TEST(test_the_users_folder_comes_before_the_systems),
		TEST(test_every_failing_allocation_is_reported),
		TEST(test_fashion_mnist_reads_as_described),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
