// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The fast path's seam: what a layer's kernel is given, and the tables of kernels per instruction set.
 *
 * Images travel in blocks of 16. An activation is [C][H][W][16]: sixteen floats, one of each image,
 * lie side by side, so that one vector register (or two, or four) holds one pixel of all images and
 * a weight is a broadcast scalar. A lane never meets its neighbours before the very end of a weight
 * gradient, where lanes are added in a fixed order: results do not depend on the registers' width.
 *
 * The same source is compiled once per instruction set (kernel_*.c); kernels_pick chooses at run
 * time. Kernels allocate nothing, print nothing and modify none of their inputs.
 */
#ifndef ENGINE_KERNELS_H
#define ENGINE_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/net.h"

#define BLOCK 16 // images; TRAINER_BLOCK

/* Activations or their gradients. Rows and planes may be apart (a border of zeros for padding). */
struct view {
	float *data;	    // of pixel (0, 0, 0), image 0
	int channels, height, width;
	ptrdiff_t row, plane; // floats from a row to the next, from a channel to the next
};

/* The work of one layer, or of several that are computed as one, on one block. */
struct layer_work {
	const struct layer *layer;
	struct view src, dst;		// what went in, what came out; dst is src where done in place
	struct view diff_dst, diff_src; // backward; diff_src.data is NULL where nobody asks for it
	struct view mid, diff_mid;	// of several layers as one: after the first
	const float *params;		// the net's block
	const float *packed;		// what `pack` made of this layer's weights
	float *kept;			// this block's share of the weight gradient, see impl
};

/* Sizes in floats. */
struct impl_sizes {
	size_t packed; // weights as the kernels want them, made anew after each update
	size_t kept;   // what backward leaves behind per block, from which `gradient` is computed
	size_t pieces; // the weight gradient is computed in so many independent pieces
};

/* The weight gradient of one layer over several blocks. */
struct gradient_work {
	const struct layer *layer;
	const float *kept;  // [blocks][sizes.kept]
	size_t kept_stride; // floats from block to block
	size_t blocks;
	bool add;	// to what `gradient` holds, which then are the blocks before these
	float *gradient; // [param_count], of the whole net
};

/*
 * One way to compute one kind of layer, or some layers in a row as one. Lists of them are ordered by
 * speed, and the first that accepts a layer gets it; the last of each kind accepts every layer of its
 * kind. Of layers computed as one only the first may have weights.
 */
struct layer_impl {
	const char *name;
	size_t span; // layers computed as one; 0 is 1
	bool (*accepts)(const struct layer *layers); // [span]
	struct impl_sizes (*sizes)(const struct layer *layer); // NULL: nothing is packed or kept
	void (*pack)(const struct layer *layer, const float *params, float *packed, size_t piece);
	void (*forward)(const struct layer_work *work);
	void (*backward)(const struct layer_work *work); // diff_src, and `kept` where there are weights
	void (*gradient)(const struct gradient_work *work, size_t piece);
	// The parameters, from the start of the net's, that a piece of the gradient covers: at most two
	// runs (weights, bias), {at, count} each.
	void (*extent)(const struct layer *layer, size_t piece, size_t ret[2][2]);
};

/* The loss of one block and its gradient. */
struct loss_work {
	struct view logits, diff; // diff.data NULL: not wanted
	const uint8_t *labels;	  // [lanes]
	int lanes;		  // images in the block, 1 .. 16; the others get no gradient
	float scale;		  // of the gradient: 1 / images of the batch
	double loss;		  // out: sum over the lanes
	int correct;		  // out
	int predicted[BLOCK];	  // out
};

/* One step of SGD on a run of parameters. */
struct update_work {
	float *params, *gradient, *velocity; // velocity NULL: no momentum
	size_t count;
	float lr, momentum, weight_decay;
};

/* Sums over runs of plain numbers: of a - shift_a, and of its products with b - shift_b. */
struct norm_sums {
	const float *a, *b;
	float shift_a, shift_b;
	size_t count;
	double sum, product; // added to
};

/* dst = scale_a * a + scale_b * b + shift; b may be NULL. */
struct norm_combine {
	const float *a, *b;
	float scale_a, scale_b, shift;
	size_t count;
	float *dst;
};

struct kernels {
	const char *isa; // "avx512", "avx2", "baseline"
	int lanes;	 // floats of a vector
	const struct layer_impl *const *impls; // NULL ends
	// Sixteen images' bytes (those missing are NULL) to floats pixel / 255.
	void (*gather)(const uint8_t *const pixels[BLOCK], struct view dst);
	void (*to_floats)(const uint8_t *src, float *dst, size_t count); // the same of one image
	// Images [lanes][C][H][W] to a block, missing ones as zeros, and back.
	void (*load)(const float *src, int lanes, struct view dst);
	void (*store)(struct view src, int lanes, float *dst);
	void (*loss)(struct loss_work *work);
	void (*norm_sums)(struct norm_sums *sums);
	void (*norm_combine)(const struct norm_combine *work);
	bool (*update)(const struct update_work *work); // false: a parameter is no longer finite
	double (*peak)(size_t rounds);			// flop done by a loop of multiply-adds alone
};

extern const struct kernels kernels_baseline;
#ifdef SIMD_X86
extern const struct kernels kernels_avx2, kernels_avx512;
#endif

// The fastest this processor runs, or what CONVTUTOR_ISA names; ERR_UNSUPPORTED when it cannot.
int kernels_pick(const struct kernels **ret, struct diag *diag) WARN_UNUSED;
// The same by name; NULL: the fastest.
int kernels_by_name(const char *isa, const struct kernels **ret, struct diag *diag) WARN_UNUSED;
// For the first of `count` layers.
const struct layer_impl *kernels_choose(const struct kernels *kernels, const struct layer *layers,
    size_t count);

#endif
