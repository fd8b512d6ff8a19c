// SPDX-License-Identifier: GPL-3.0-or-later
/* The synthetic garments: repeatable, balanced, inside their frame, and told apart by simple means. */
#include "config.h"

#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "data/dataset.h"
#include "data/raster.h"
#include "support/check.h"

#define PIXELS 784
#define DEFAULT_CHECKSUM 0x86bcf4edu

static struct diag diag;

static struct dataset *draw(uint64_t seed, size_t train, size_t test)
{
	struct dataset *dataset = NULL;

	assert_int_equal(dataset_synthesise(seed, train, test, &dataset, &diag), 0);
	return dataset;
}

static void test_a_polygon_covers_its_area(void **state)
{
	static struct raster raster;
	struct outline square = {.count = 0}, all = {.count = 0};
	float sum = 0;

	(void)state;
	raster_clear(&raster);
	raster.place = (struct placement){.xx = 1, .yy = 1};
	outline_point(&square, 3.25f, 4.5f);
	outline_point(&square, 6.75f, 4.5f);
	outline_point(&square, 6.75f, 9.25f);
	outline_point(&square, 3.25f, 9.25f);
	raster_fill(&raster, &square, 1);
	for (int i = 0; i < PIXELS; i++)
		sum += raster.light[i];
	check_close(sum, 3.5 * 4.75, 1e-5, 0);
	check_close(raster.light[4 * 28 + 3], 0.75 * 0.5, 1e-5, 0);
	check_close(raster.light[6 * 28 + 5], 1, 1e-5, 0);
	outline_point(&all, -50, -40); // a triangle far beyond every border
	outline_point(&all, 100, -40);
	outline_point(&all, 14, 200);
	raster_fill(&raster, &all, 0.5f);
	for (int i = 0; i < PIXELS; i++)
		check_close(raster.light[i], 0.5, 1e-4, 0);
	for (size_t i = 0; i < ARRAY_LEN(raster.edge); i++)
		assert_true(raster.edge[i] == 0);
}

static void test_a_slanted_edge_is_smooth(void **state)
{
	static struct raster raster;
	struct outline triangle = {.count = 0};
	float sum = 0;

	(void)state;
	raster_clear(&raster);
	raster.place = (struct placement){.xx = 1, .yy = 1};
	outline_point(&triangle, 2, 2);
	outline_point(&triangle, 26, 5);
	outline_point(&triangle, 7, 25);
	raster_fill(&raster, &triangle, 1);
	for (int i = 0; i < PIXELS; i++)
		sum += raster.light[i];
	check_close(sum, 0.5 * (24 * 23 - 5 * 3), 1e-4, 0);
}

static void test_the_same_seed_draws_the_same_images(void **state)
{
	struct dataset *a = draw(1, 200, 50), *b = draw(1, 120, 10), *c = draw(2, 120, 10);

	(void)state;
	assert_memory_equal(a->train.pixels, b->train.pixels, 120 * PIXELS);
	assert_memory_equal(a->train.labels, b->train.labels, 120);
	assert_memory_equal(a->test.pixels, b->test.pixels, 10 * PIXELS);
	assert_memory_not_equal(a->train.pixels, c->train.pixels, 120 * PIXELS);
	assert_memory_not_equal(a->train.pixels, a->test.pixels, 50 * PIXELS);
	dataset_free(a);
	dataset_free(b);
	dataset_free(c);
}

static void test_classes_are_balanced_and_every_image_shows_something(void **state)
{
	struct dataset *d = draw(3, 2000, 10);
	int counts[10] = {0};

	(void)state;
	for (size_t i = 0; i < d->train.count; i++) {
		const uint8_t *image = d->train.pixels + i * PIXELS;
		int lit = 0;

		counts[d->train.labels[i]]++;
		for (int p = 0; p < PIXELS; p++)
			lit += image[p] > 30;
		assert_true(lit > 20 && lit < 650);
	}
	for (int c = 0; c < 10; c++)
		assert_int_equal(counts[c], 200);
	dataset_free(d);
}

/* The checksum of the default set's first images: they are the same on every machine. */
static void test_the_default_set_never_changes(void **state)
{
	struct dataset *d = draw(DATASET_SYNTHETIC_SEED, 1000, 100);
	uint32_t sum = 1, weighted = 0;

	(void)state;
	for (size_t i = 0; i < d->train.count * PIXELS; i++) {
		sum = (sum + d->train.pixels[i]) % 65521;
		weighted = (weighted + sum) % 65521;
	}
	assert_int_equal(weighted << 16 | sum, DEFAULT_CHECKSUM);
	dataset_free(d);
}

/* Nearest class mean: far better than chance, far from perfect. */
static void test_class_means_tell_garments_apart_but_not_well(void **state)
{
	struct dataset *d = draw(4, 3000, 1000);
	static double means[10][PIXELS];
	int right = 0;

	(void)state;
	for (size_t i = 0; i < d->train.count; i++)
		for (int p = 0; p < PIXELS; p++)
			means[d->train.labels[i]][p] += d->train.pixels[i * PIXELS + (size_t)p] / 300.0;
	for (size_t i = 0; i < d->test.count; i++) {
		double best = 1e30;
		int nearest = 0;

		for (int c = 0; c < 10; c++) {
			double sum = 0;

			for (int p = 0; p < PIXELS; p++) {
				double x = d->test.pixels[i * PIXELS + (size_t)p] - means[c][p];

				sum += x * x;
			}
			if (sum < best) {
				best = sum;
				nearest = c;
			}
		}
		right += nearest == d->test.labels[i];
	}
	assert_in_range(right, 400, 800);
	dataset_free(d);
}

static void test_impossible_counts_and_lack_of_memory_are_reported(void **state)
{
	struct dataset *d = NULL;
	long n = 1;

	(void)state;
	assert_int_equal(dataset_synthesise(1, 0, 10, &d, &diag), ERR_RANGE);
	check_contains(diag.msg, "cannot draw 0 training");
	assert_int_equal(dataset_synthesise(1, 10, SIZE_MAX, &d, &diag), ERR_RANGE);
	for (;; n++) {
		mem_fail_nth(n);
		if (dataset_synthesise(1, 10, 10, &d, &diag) == 0)
			break;
		assert_int_equal(diag.code, ERR_NOMEM);
		assert_null(d);
	}
	mem_fail_nth(0);
	assert_int_equal(n, 6);
	dataset_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_polygon_covers_its_area),
		cmocka_unit_test(test_a_slanted_edge_is_smooth),
		cmocka_unit_test(test_the_same_seed_draws_the_same_images),
		cmocka_unit_test(test_classes_are_balanced_and_every_image_shows_something),
		cmocka_unit_test(test_the_default_set_never_changes),
		cmocka_unit_test(test_class_means_tell_garments_apart_but_not_well),
		cmocka_unit_test(test_impossible_counts_and_lack_of_memory_are_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
