// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Convolution, activation and 2x2 average pooling as one: forward by pairs of rows, which stay in the
 * first-level cache from the convolution to the pooled row; backward, pooling and activation in one
 * pass over the plane.
 */
#include "config.h"

#include "engine/kernel_act.h"
#include "engine/kernel_parts.h"

#define SLAB_BYTES (24 << 10) // of gradients that stay in the first-level cache

static bool accepts(const struct layer *layers, enum layer_kind activation)
{
	return KERNEL(impl_conv).accepts(&layers[0]) && layers[1].spec.kind == activation &&
	    KERNEL(impl_pool_2x2).accepts(&layers[2]);
}

static struct impl_sizes sizes(const struct layer *layer)
{
	return KERNEL(impl_conv).sizes(layer);
}

static void pack(const struct layer *layer, const float *params, float *packed, size_t piece)
{
	KERNEL(impl_conv).pack(layer, params, packed, piece);
}

// The convolution's part of the work.
static struct layer_work conv_work(const struct layer_work *work)
{
	struct layer_work conv = *work;

	conv.dst = work->mid;
	conv.diff_dst = work->diff_mid;
	return conv;
}

typedef vec act_fn(vec x);

// Two rows of src through the activation, in place, and their average to dst.
ALWAYS_INLINE void forward_pair(float *src, ptrdiff_t row, float *dst, int width, act_fn *value)
{
	for (int x = 0; x < width; x++, src += 2 * BLOCK, dst += BLOCK) {
		UNROLL for (int part = 0; part < BLOCK; part += VEC_LANES) {
			float *at = src + part;
			vec a = value(vec_load(at)), b = value(vec_load(at + BLOCK));
			vec c = value(vec_load(at + row)), d = value(vec_load(at + row + BLOCK));

			vec_store(at, a);
			vec_store(at + BLOCK, b);
			vec_store(at + row, c);
			vec_store(at + row + BLOCK, d);
			vec_store(dst + part, ((a + b) + (c + d)) * vec_set(0.25f));
		}
	}
}

ALWAYS_INLINE void forward(const struct layer_work *work, act_fn *value)
{
	struct layer_work conv = conv_work(work);

	for (int y = 0; y < work->dst.height; y++) {
		KERNEL(conv_forward_rows)(&conv, 2 * y, 2 * y + 2);
		for (int c = 0; c < work->dst.channels; c++)
			forward_pair(view_to(&work->mid, c, 2 * y, 0), work->mid.row,
			    view_to(&work->dst, c, y, 0), work->dst.width, value);
	}
}

ALWAYS_INLINE void spread(const float *out, float *diff, vec quarter, act_fn *slope)
{
	vec_store(diff, quarter * slope(vec_load(out)));
}

ALWAYS_INLINE void backward_row(const float *diff, const float *out, ptrdiff_t out_row, float *dst,
    ptrdiff_t row, int width, act_fn *slope)
{
	for (int x = 0; x < width; x++, diff += BLOCK, out += 2 * BLOCK, dst += 2 * BLOCK) {
		UNROLL for (int part = 0; part < BLOCK; part += VEC_LANES) {
			vec quarter = vec_load(diff + part) * vec_set(0.25f);

			spread(out + part, dst + part, quarter, slope);
			spread(out + part + BLOCK, dst + part + BLOCK, quarter, slope);
			spread(out + part + out_row, dst + part + row, quarter, slope);
			spread(out + part + out_row + BLOCK, dst + part + row + BLOCK, quarter, slope);
		}
	}
}

// Rows y .. y + diff->height of the convolution's gradient.
ALWAYS_INLINE void backward_rows(const struct layer_work *work, const struct view *diff, int y, act_fn *slope)
{
	for (int c = 0; c < diff->channels; c++) {
		for (int i = 0; i < diff->height; i += 2)
			backward_row(view_at(&work->diff_dst, c, (y + i) / 2, 0),
			    view_at(&work->mid, c, y + i, 0), work->mid.row, view_to(diff, c, i, 0), diff->row,
			    work->diff_dst.width, slope);
	}
}

// Nobody asks for the gradient of the input: the convolution's own gradient never leaves the cache.
ALWAYS_INLINE void backward_slabs(const struct layer_work *work, const struct layer_work *conv, act_fn *slope)
{
	struct conv_slabs slabs;
	struct view diff = work->diff_mid;
	int rows = SLAB_BYTES / (diff.channels * diff.width * BLOCK * 8) * 2;

	rows = rows < 2 ? 2 : rows;
	diff.row = (ptrdiff_t)diff.width * BLOCK;
	diff.plane = rows * diff.row;
	KERNEL(conv_slabs_init)(&slabs, conv);
	for (int y = 0; y < work->mid.height; y += rows) {
		diff.height = work->mid.height - y < rows ? work->mid.height - y : rows;
		backward_rows(work, &diff, y, slope);
		KERNEL(conv_slabs_add)(&slabs, &diff, y);
	}
	KERNEL(conv_slabs_store)(&slabs);
}

ALWAYS_INLINE void backward(const struct layer_work *work, act_fn *slope)
{
	struct layer_work conv = conv_work(work);

	if (!work->diff_src.data && KERNEL(conv_slabs_fit)(work->layer)) {
		backward_slabs(work, &conv, slope);
		return;
	}
	backward_rows(work, &work->diff_mid, 0, slope);
	KERNEL(impl_conv).backward(&conv);
}

#define GROUP(NAME, KIND, VALUE, SLOPE)                                                            \
	static bool NAME##_accepts(const struct layer *layers)                                     \
	{                                                                                          \
		return accepts(layers, KIND);                                                      \
	}                                                                                          \
	static void NAME##_forward(const struct layer_work *work)                                  \
	{                                                                                          \
		forward(work, VALUE);                                                              \
	}                                                                                          \
	static void NAME##_backward(const struct layer_work *work)                                 \
	{                                                                                          \
		backward(work, SLOPE);                                                             \
	}                                                                                          \
	const struct layer_impl KERNEL(impl_group_##NAME) = {                                      \
	    .name = "conv2d tiles, " #NAME ", avgpool 2x2",                                        \
	    .span = 3,                                                                             \
	    .accepts = NAME##_accepts,                                                             \
	    .sizes = sizes,                                                                        \
	    .pack = pack,                                                                          \
	    .forward = NAME##_forward,                                                             \
	    .backward = NAME##_backward,                                                           \
	    .gradient = KERNEL(conv_gradient),                                                     \
	    .extent = KERNEL(conv_extent),                                                         \
	};
GROUP(sigmoid, LAYER_KIND_SIGMOID, act_sigmoid, act_sigmoid_slope)
GROUP(tanh, LAYER_KIND_TANH, act_tangent, act_tangent_slope)
GROUP(relu, LAYER_KIND_RELU, act_relu, act_relu_slope)
