// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What the passes of the flat convolution (conv_flat.c, conv_flat_data.c) share.
 */
#ifndef ENGINE_CONV_FLAT_H
#define ENGINE_CONV_FLAT_H

#include "engine/conv_impl.h"
#include "engine/flat.h"

/*
 * The taps of one axis. A tap at distance d = k * dilation from the window's corner lies in phase
 * d % stride, d / stride elements on.
 */
struct conv_taps {
	int64_t *phase;	  // [kernel] index into residues
	int64_t *step;	  // [kernel]
	int64_t *residue; // [phases], each below the stride
	int64_t phases;
};

int conv_taps_init(struct conv_taps *taps, const struct conv_shape *shape, int axis,
    struct arena *scratch) WARN_UNUSED;

static inline int64_t conv_volume(const int64_t size[3])
{
	return size[0] * size[1] * size[2];
}

// Of one group: [out_channels / groups][in_channels / groups][kernel].
static inline int64_t conv_group_weights(const struct conv_shape *s)
{
	return s->out_channels / s->groups * (s->in_channels / s->groups) * conv_volume(s->kernel);
}

// How many images are packed at once: few enough for the cache.
int64_t conv_images_at_once(const struct conv_shape *shape, const struct flat_layout *layout);
int conv_flat_backward_data(const struct conv_shape *shape, const struct conv_arrays *arrays,
    struct arena *scratch) WARN_UNUSED;

#endif
