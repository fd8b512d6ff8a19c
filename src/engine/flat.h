// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Flat convolution: planes laid out in memory so that a window's move along any axis is a move
 * along one and the same axis.
 *
 * Planes are copied with their padding, rows at one pitch, images and planes one behind the other.
 * Then window (n, z, y, x) starts at position ((n * depth + z) * height + y) * width + x, every tap
 * of the kernel lies at a fixed distance from it, and a convolution is, for 16 or so positions at a
 * time,
 *
 *	dst[position] = sum over taps of weight[tap] * src[position + offset[tap]]
 *
 * for any number of axes, any padding and any dilation. A stride s splits a plane into s phases
 * (the columns x with x % s = 0, 1, ...), each a plane of its own; so windows are neighbours again.
 * Between the rows lie positions where no window starts; what is computed there is not stored.
 *
 * The same serves the gradients: that of the input is a convolution of the outputs' gradient, one
 * for each phase of the input; that of the weights is, for each tap, the product of two flat
 * arrays.
 */
#ifndef ENGINE_FLAT_H
#define ENGINE_FLAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define FLAT_PARALLEL 20000000 // multiply-adds below which threads are not worth waking up
#define FLAT_LANES 16	    // positions are counted up to multiples of this
#define FLAT_MAX_CHANNELS 6 // of a tile of outputs
#define FLAT_MAX_TAPS 4	    // of a tile of weight gradients

/* How planes lie in a packed array: [channel][phase][image][size]. */
struct flat_layout {
	int64_t images, channels, phases;
	int64_t size[3]; // pitch of an axis: from a window to that one row, plane, ... further
	int64_t plane;	 // floats from phase to phase: images * size
	int64_t channel; // floats from channel to channel
	int64_t tail;	 // zeros behind the last channel, which are read too
};

/*
 * Where packed planes come from: element q of an axis in phase p is src[q * stride + p - before].
 */
struct flat_source {
	const float *src; // of the first image and channel; rows and planes are dense
	int64_t image, channel; // floats from one to the next
	int64_t size[3];
	int64_t stride[3], before[3];
	int64_t *residues[3]; // [phases of the axis] p
	int64_t phases[3];    // the layout's phases are their product
};
/*
 * Fills `plane`, `channel` and `tail`. `size` comes in as what a row of `count` windows reads of an
 * axis; the zeros that one row ends with and those that the next begins with are then made the
 * same.
 */
void flat_layout_init(struct flat_layout *layout, const struct flat_source *source,
    const int64_t count[3]);
int64_t flat_floats(const struct flat_layout *layout); // of the array, tail included
// Packs channels [from, to); what lies outside the source is zero.
void flat_pack(const struct flat_layout *layout, const struct flat_source *source, int64_t from,
    int64_t to, float *packed);

/* Where positions go to: q along an axis is element q * stride + shift, if there is one. */
struct flat_sink {
	float *dst; // of the first image and channel
	const float *bias; // [channels] or NULL
	int64_t image, channel;
	int64_t size[3];
	int64_t stride[3], shift[3];
	int64_t count[3]; // q at most
	int64_t from[3], to[3]; // the q that exist, by flat_sink_init
};
void flat_sink_init(struct flat_sink *sink);
// Stores positions [from, to) of one channel; values [to - from].
void flat_store(const struct flat_layout *layout, const struct flat_sink *sink, int64_t channel,
    int64_t from, int64_t to, const float *values);

/* A tile of outputs: all taps of up to FLAT_MAX_CHANNELS channels at `count` positions. */
struct flat_tile {
	const float *src; // at the first position
	const ptrdiff_t *offsets; // [taps]
	size_t taps;
	const float *panel; // [taps][channels]
	int channels;
	int64_t count; // a multiple of FLAT_LANES
	float *dst;	   // [channels][pitch]
	int64_t pitch;
};

/*
 * A tile of weight gradients: sums[c * taps + t] = sum over positions of diff[c] * src[offset[t]].
 */
struct flat_outer {
	const float *src, *diff; // at the first position
	const ptrdiff_t *offsets; // [taps]
	int taps, channels;
	int64_t diff_channel; // floats from channel to channel
	int64_t count;
	float *sums;
};

/*
 * The kernels of one instruction set. All sets give the same bits where they have fused
 * multiply-add.
 */
struct flat_kernels {
	const char *isa;
	int channels, taps; // of the largest tiles
	void (*tile)(const struct flat_tile *tile);
	void (*outer)(const struct flat_outer *outer);
	// Correlation of one plane: src [h][w], kernel [kh][kw]; dst rows [from, to), of
	// w - kw + 1 columns.
	void (*corr2d)(const float *src, int64_t w, const float *kernel, int64_t kh, int64_t kw,
	    int64_t from, int64_t to, float *dst);
	// Pooling 2x2 by 2: two rows of `width` at src to `count` results; `first` is src's index.
	void (*avg_2x2)(const float *src, int64_t width, int64_t count, float *dst);
	void (*max_2x2)(const float *src, int64_t width, int64_t count, int64_t first, float *dst,
	    int32_t *argmax); // argmax may be NULL
	void (*spread_2x2)(const float *diff_dst, int64_t count, int64_t width, float *diff_src);
};

extern const struct flat_kernels flat_kernels_baseline;
#ifdef SIMD_X86
extern const struct flat_kernels flat_kernels_avx2, flat_kernels_avx512;
#endif
// Those of the instruction set that kernels_pick chooses.
const struct flat_kernels *flat_kernels_get(void);
// From now on those of a given set, as kernels_by_name has it (NULL: the fastest).
int flat_kernels_use(const char *isa, struct diag *diag) WARN_UNUSED;

#endif
