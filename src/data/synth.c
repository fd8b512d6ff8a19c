// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The synthetic dataset. Image i depends on the seed and on i alone, so that a smaller set is the
 * beginning of a larger one and several threads may draw.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "data/data_internal.h"
#include "data/dataset.h"
#include "data/garments.h"

#define PIXELS ((size_t)RASTER_SIZE * RASTER_SIZE)
#define STREAM_LABELS ((uint64_t)1 << 40)
#define STREAM_TEST ((uint64_t)1 << 41) // training images are streams 0, 1, 2, ...
#define COUNT_MAX ((size_t)600000)

/* Every ten images hold every class once, in an order of their own. */
static void draw_labels(uint64_t seed, uint64_t stream, uint8_t *labels, size_t count)
{
	uint32_t order[GARMENTS_CLASSES];
	struct rng rng;

	rng_seed_stream(&rng, seed, stream + STREAM_LABELS);
	for (size_t i = 0; i < count; i++) {
		if (i % GARMENTS_CLASSES == 0) {
			for (uint32_t c = 0; c < GARMENTS_CLASSES; c++)
				order[c] = c;
			rng_shuffle(&rng, order, GARMENTS_CLASSES);
		}
		labels[i] = (uint8_t)order[i % GARMENTS_CLASSES];
	}
}

static void draw_images(uint64_t seed, uint64_t stream, const uint8_t *labels, uint8_t *pixels,
    size_t count)
{
#pragma omp parallel for schedule(static, 256)
	for (size_t i = 0; i < count; i++) {
		struct rng rng;

		rng_seed_stream(&rng, seed, stream + i);
		garment_draw(labels[i], &rng, pixels + i * PIXELS);
	}
}

static int draw_set(uint64_t seed, uint64_t stream, size_t count, void *owned[2],
    struct images *ret)
{
	uint8_t *pixels = mem_alloc(count, PIXELS), *labels = mem_alloc(count, 1);

	owned[0] = pixels;
	owned[1] = labels;
	if (!pixels || !labels)
		return ERR_NOMEM;
	draw_labels(seed, stream, labels, count);
	draw_images(seed, stream, labels, pixels, count);
	*ret = (struct images){.pixels = pixels, .labels = labels, .count = count,
	    .height = RASTER_SIZE, .width = RASTER_SIZE, .classes = GARMENTS_CLASSES};
	return 0;
}

int dataset_synthesise(uint64_t seed, size_t train_count, size_t test_count, struct dataset **ret,
    struct diag *diag)
{
	static const char *const names[] = DATA__GARMENTS;
	struct dataset *dataset;
	int r;

	if (!train_count || !test_count || train_count > COUNT_MAX || test_count > COUNT_MAX) {
		diag_set(diag, ERR_RANGE, "cannot draw %zu training and %zu test images",
		    train_count,
		    test_count);
		diag_hint(diag, "1 to %zu of each are possible", COUNT_MAX);
		return ERR_RANGE;
	}
	dataset = mem_zalloc(1, sizeof(*dataset));
	if (!dataset)
		return diag_set(diag, ERR_NOMEM, "out of memory for the synthetic garments");
	r = draw_set(seed, 0, train_count, dataset->owned, &dataset->train);
	if (r == 0)
		r = draw_set(seed, STREAM_TEST, test_count, dataset->owned + 2, &dataset->test);
	if (r < 0) {
		dataset_free(dataset);
		return diag_set(diag, r, "out of memory for %zu synthetic garments",
		    train_count + test_count);
	}
	dataset->synthetic = true;
	strcpy(dataset->name, "synthetic garments");
	snprintf(dataset->origin, sizeof(dataset->origin), "drawn by convtutor from seed %llu",
	    (unsigned long long)seed);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		strcpy(dataset->class_names[i], names[i]);
	*ret = dataset;
	return 0;
}
