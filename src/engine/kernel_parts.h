// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What the kernel files of one instruction set share: names end in the set's own (KERNEL), since each
 * file is compiled once per set.
 */
#ifndef ENGINE_KERNEL_PARTS_H
#define ENGINE_KERNEL_PARTS_H

#include "engine/kernel_vec.h"

#define CONV_MAX_WIDTH 5   // of kernels that the tiles take
#define CONV_MAX_HEIGHT 16

static inline size_t conv_taps(const struct layer *layer) // of one output channel
{
	return (size_t)layer->in[0] * (size_t)layer->spec.kernel_h * (size_t)layer->spec.kernel_w;
}

// A convolution's input with the border of zeros that its buffer has around it.
static inline struct view conv_padded(const struct view *view, const struct layer_spec *spec)
{
	struct view padded = *view;

	padded.data -= spec->padding_h * view->row + (ptrdiff_t)spec->padding_w * BLOCK;
	padded.height += 2 * spec->padding_h;
	padded.width += 2 * spec->padding_w;
	return padded;
}

// Shared by the forms of convolution; they keep a whole gradient per block.
struct impl_sizes KERNEL(conv_sizes)(const struct layer *layer);
void KERNEL(conv_extent)(const struct layer *layer, size_t piece, size_t ret[2][2]);
void KERNEL(conv_gradient)(const struct gradient_work *work, size_t piece);
void KERNEL(conv_forward_rows)(const struct layer_work *work, int from, int to); // of the output
void KERNEL(conv_backward_bias)(const struct layer_work *work);
void KERNEL(conv_backward_weights)(const struct layer_work *work); // stride 1, tiles

/*
 * The weight gradient of a convolution of one channel, given its output's gradient in slabs of rows
 * from top to bottom, so that nobody needs that gradient as a whole.
 */
#define CONV_SLAB_CHANNELS 16
struct conv_slabs {
	const struct layer_work *work;
	struct view src;
	float sums[320 * BLOCK] __attribute__((aligned(64)));
	float bias[CONV_SLAB_CHANNELS * BLOCK] __attribute__((aligned(64)));
};
bool KERNEL(conv_slabs_fit)(const struct layer *layer);
void KERNEL(conv_slabs_init)(struct conv_slabs *slabs, const struct layer_work *work);
void KERNEL(conv_slabs_add)(struct conv_slabs *slabs, const struct view *diff, int y); // y: diff's first row
void KERNEL(conv_slabs_store)(const struct conv_slabs *slabs);

extern const struct layer_impl KERNEL(impl_conv), KERNEL(impl_conv_any), KERNEL(impl_linear),
    KERNEL(impl_sigmoid), KERNEL(impl_tanh), KERNEL(impl_relu), KERNEL(impl_pool_2x2),
    KERNEL(impl_avg_pool_any), KERNEL(impl_max_pool_any), KERNEL(impl_flatten),
    KERNEL(impl_max_pool_2x2), KERNEL(impl_group_sigmoid_avg), KERNEL(impl_group_tanh_avg),
    KERNEL(impl_group_relu_avg), KERNEL(impl_group_sigmoid_max), KERNEL(impl_group_tanh_max),
    KERNEL(impl_group_relu_max);

void KERNEL(block_gather)(const uint8_t *const pixels[BLOCK], struct view dst);
void KERNEL(block_to_floats)(const uint8_t *src, float *dst, size_t count);
void KERNEL(lanes_load)(const float *src, int lanes, struct view dst);
void KERNEL(lanes_store)(struct view src, int lanes, float *dst);
void KERNEL(norm_sums)(struct norm_sums *sums);
void KERNEL(norm_combine)(const struct norm_combine *work);
void KERNEL(block_loss)(struct loss_work *work);
bool KERNEL(block_update)(const struct update_work *work);
double KERNEL(block_peak)(size_t rounds);

#endif
