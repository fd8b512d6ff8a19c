// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "engine/images.h"

#include "engine/kernels.h"
#include "engine/workers.h"

#define TOGETHER 16	    // images of an item of work
#define PREFETCH_BYTES 4096 // of an image

struct gather {
	const struct images *images;
	const int64_t *indices;
	size_t count;
	float *pixels;
	int64_t *labels;
	const struct kernels *kernels;
};

static size_t image_bytes(const struct images *images)
{
	return (size_t)images->height * (size_t)images->width;
}

static const uint8_t *image_at(const struct gather *g, size_t i)
{
	return g->images->pixels + (size_t)g->indices[i] * image_bytes(g->images);
}

/* Shuffled images lie anywhere in memory: all are asked for before the first is read. */
static void gather_some(void *arg, size_t item, int thread)
{
	const struct gather *g = arg;
	size_t first = item * TOGETHER, size = image_bytes(g->images);
	size_t end = g->count - first < TOGETHER ? g->count : first + TOGETHER;

	(void)thread;
	for (size_t i = first; i < end; i++) {
		for (size_t at = 0; at < size && at < PREFETCH_BYTES; at += 64)
			__builtin_prefetch(image_at(g, i) + at, 0, 2);
	}
	for (size_t i = first; i < end; i++) {
		g->kernels->to_floats(image_at(g, i), g->pixels + i * size, size);
		g->labels[i] = g->images->labels[g->indices[i]];
	}
}

int images_gather(const struct images *images, const int64_t *indices, size_t count, float *pixels,
    int64_t *labels, struct diag *diag)
{
	struct gather g = {images, indices, count, pixels, labels, NULL};
	int err = kernels_pick(&g.kernels, diag);

	if (err == 0)
		workers_each((count + TOGETHER - 1) / TOGETHER, gather_some, &g);
	return err;
}
