// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Flat products: tiles of channels by chunks of positions, dealt to threads.
 */
#include "config.h"

#include "engine/flat_product.h"

#include "engine/workers.h"

#define CHUNK 768 // positions of a tile: their sums stay in the first cache

static int64_t at_most(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

int flat_product_alloc(struct flat_product *p, int64_t channels, size_t taps, struct arena *scratch)
{
	p->channels = channels;
	p->taps = taps;
	p->offsets = arena_alloc(scratch, taps, sizeof(*p->offsets));
	p->weight_at = arena_alloc(scratch, taps, sizeof(*p->weight_at));
	p->panels = arena_alloc(scratch, taps * (size_t)channels, sizeof(*p->panels));
	return p->offsets && p->weight_at && p->panels ? 0 : ERR_NOMEM;
}

/* Channels are dealt evenly to tiles: tile i has [start(i), start(i + 1)). */
static int64_t tile_count(int64_t channels)
{
	int64_t most = flat_kernels_get()->channels;

	return (channels + most - 1) / most;
}

static int64_t tile_start(int64_t channels, int64_t tile)
{
	return channels * tile / tile_count(channels);
}

void flat_product_set_weights(struct flat_product *p, const float *weights)
{
	for (int64_t i = 0; i < tile_count(p->channels); i++) {
		int64_t first = tile_start(p->channels, i), end = tile_start(p->channels, i + 1);
		float *panel = p->panels + (size_t)first * p->taps;

		for (size_t t = 0; t < p->taps; t++) {
			for (int64_t c = first; c < end; c++)
				*panel++ = weights[p->weight_at[t] + (size_t)c * p->weight_step];
		}
	}
}

int64_t flat_positions(const struct flat_layout *l, const int64_t count[3])
{
	int64_t last = ((l->images - 1) * l->size[0] + count[0] - 1) * l->size[1] + count[1] - 1;

	return last * l->size[2] + count[2];
}

int64_t flat_whole_vectors(int64_t count)
{
	return (count + FLAT_LANES - 1) / FLAT_LANES * FLAT_LANES;
}

struct product_job {
	const struct flat_product *product;
	const float *packed;
	int64_t total, tiles; // positions, tiles of channels
};

/* A tile of channels of a chunk of positions. */
static void product_item(void *arg, size_t item, int thread)
{
	float sums[FLAT_MAX_CHANNELS * CHUNK] __attribute__((aligned(64)));
	const struct product_job *job = arg;
	const struct flat_product *p = job->product;
	int64_t i = (int64_t)item / job->tiles, j = (int64_t)item % job->tiles;
	int64_t first = tile_start(p->channels, j), from = i * CHUNK;
	int64_t count = at_most(CHUNK, job->total - from);
	struct flat_tile tile = {
	    .src = job->packed + from,
	    .offsets = p->offsets,
	    .taps = p->taps,
	    .panel = p->panels + (size_t)first * p->taps,
	    .channels = (int)(tile_start(p->channels, j + 1) - first),
	    .count = flat_whole_vectors(count),
	    .dst = sums,
	    .pitch = CHUNK,
	};

	(void)thread;
	flat_kernels_get()->tile(&tile);
	for (int c = 0; c < tile.channels; c++)
		flat_store(
		    &p->layout, &p->sink, first + c, from, from + count, sums + c * CHUNK);
}

void flat_product_run(const struct flat_product *p, const float *packed)
{
	struct product_job job = {p, packed, flat_positions(&p->layout, p->sink.count),
	    tile_count(p->channels)};
	int64_t chunks = (job.total + CHUNK - 1) / CHUNK;
	double work = (double)job.total * (double)p->taps * (double)p->channels;

	workers_each_if(
	    work > FLAT_PARALLEL, (size_t)(chunks * job.tiles), product_item, &job);
}

struct pack_job {
	const struct flat_layout *layout;
	const struct flat_source *source;
	float *packed;
};

static void pack_channel(void *arg, size_t channel, int thread)
{
	const struct pack_job *job = arg;

	(void)thread;
	flat_pack(job->layout, job->source, (int64_t)channel, (int64_t)channel + 1, job->packed);
}

void flat_pack_all(const struct flat_layout *l, const struct flat_source *source, float *packed)
{
	struct pack_job job = {l, source, packed};

	workers_each_if(l->channels * l->channel > FLAT_PARALLEL / 8, (size_t)l->channels,
	    pack_channel, &job);
}
