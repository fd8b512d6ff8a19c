// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * An independent network in double, for tests: one image at a time, plain loops, its own backward
 * pass. It shares with the engine only the description of the layers.
 */
#ifndef TESTS_ENGINE_NET64_H
#define TESTS_ENGINE_NET64_H

#include <stddef.h>
#include <stdint.h>

#include "engine/images.h"
#include "engine/net.h"

struct net64 {
	const struct net *net;
	double *params;	    // [param_count]
	double **values;    // [layer_count + 1]: one image's activations before each layer
	double **gradients; // the same shapes
};

struct net64 *net64_new(const struct net *net); // with the net's parameters
void net64_free(struct net64 *twin);

// Cross entropy of one image.
double net64_loss(struct net64 *twin, const struct images *images, size_t index);
// Mean loss over images; adds nothing, fills gradient [param_count] of the mean.
double net64_gradient(struct net64 *twin, const struct images *images, const uint32_t *indices,
    size_t count, double *gradient);

// Images of random pixels and labels from a seed; images_free releases them.
struct images images_random(size_t count, int height, int width, int classes, uint64_t seed);
void images_free(struct images *images);

#endif
