// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Sums over taps of packed planes (flat.h): weights put in the order of the tiles, and all tiles
 * run.
 */
#ifndef ENGINE_FLAT_PRODUCT_H
#define ENGINE_FLAT_PRODUCT_H

#include "base/arena.h"
#include "engine/flat.h"

/* One flat convolution: `channels` outputs, each a sum of the same taps with weights of its own. */
struct flat_product {
	struct flat_layout layout; // of the packed array
	int64_t channels;
	size_t taps;
	ptrdiff_t *offsets; // [taps]
	size_t *weight_at;  // [taps] of channel 0, floats into the group's weights
	size_t weight_step; // from channel to channel
	float *panels;	    // [tile][taps][the tile's channels]
	struct flat_sink sink;
};

// ERR_NOMEM when `scratch` cannot grow. Layout, taps and sink are for the caller to fill in.
int flat_product_alloc(struct flat_product *product, int64_t channels, size_t taps,
    struct arena *scratch) WARN_UNUSED;
void flat_product_set_weights(struct flat_product *product, const float *weights);
void flat_product_run(const struct flat_product *product, const float *packed);

// Positions from the first window to the last, of `count` windows along each axis.
int64_t flat_positions(const struct flat_layout *layout, const int64_t count[3]);
int64_t flat_whole_vectors(int64_t count); // rounded up to FLAT_LANES
void flat_pack_all(
    const struct flat_layout *layout, const struct flat_source *source, float *packed);

#endif
