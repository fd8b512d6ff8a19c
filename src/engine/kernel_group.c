// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Convolution, activation and 2x2 pooling as one: forward by pairs of rows, which stay in the
 * first-level cache from the convolution to the pooled row; backward, pooling and activation in one
 * pass over the plane.
 */
#include "config.h"

#include "engine/kernel_act.h"
#include "engine/kernel_parts.h"
#include "engine/kernel_window.h"

#define SLAB_BYTES (24 << 10) // of gradients that stay in the first-level cache

static bool accepts(const struct layer *layers, enum layer_kind activation,
    const struct layer_impl *pool)
{
	return KERNEL(impl_conv).accepts(&layers[0]) && layers[1].spec.kind == activation &&
	    pool->accepts(&layers[2]);
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
typedef vec pool_fn(const vec window[4]);
typedef void share_fn(const vec window[4], vec diff, vec share[4]);

/* What a group does between the convolution and its result, and back. */
struct steps {
	act_fn *value, *slope;
	pool_fn *pool;
	share_fn *share;
};

// Two rows of src through the activation, in place, and pooled to dst.
ALWAYS_INLINE void forward_pair(float *src, ptrdiff_t row, float *dst, int width, struct steps steps)
{
	for (int x = 0; x < width; x++, src += 2 * BLOCK, dst += BLOCK) {
		UNROLL for (int part = 0; part < BLOCK; part += VEC_LANES) {
			vec window[4];

			window_load(src + part, row, window);
			UNROLL for (int i = 0; i < 4; i++)
				window[i] = steps.value(window[i]);
			window_store(src + part, row, window);
			vec_store(dst + part, steps.pool(window));
		}
	}
}

ALWAYS_INLINE void forward(const struct layer_work *work, struct steps steps)
{
	struct layer_work conv = conv_work(work);

	for (int y = 0; y < work->dst.height; y++) {
		KERNEL(conv_forward_rows)(&conv, 2 * y, 2 * y + 2);
		for (int c = 0; c < work->dst.channels; c++)
			forward_pair(view_to(&work->mid, c, 2 * y, 0), work->mid.row,
			    view_to(&work->dst, c, y, 0), work->dst.width, steps);
	}
}

ALWAYS_INLINE void backward_row(const float *diff, const float *out, ptrdiff_t out_row, float *dst,
    ptrdiff_t row, int width, struct steps steps)
{
	for (int x = 0; x < width; x++, diff += BLOCK, out += 2 * BLOCK, dst += 2 * BLOCK) {
		UNROLL for (int part = 0; part < BLOCK; part += VEC_LANES) {
			vec window[4], share[4];

			window_load(out + part, out_row, window);
			steps.share(window, vec_load(diff + part), share);
			UNROLL for (int i = 0; i < 4; i++)
				share[i] = share[i] * steps.slope(window[i]);
			window_store(dst + part, row, share);
		}
	}
}

// Rows y .. y + diff->height of the convolution's gradient.
ALWAYS_INLINE void backward_rows(const struct layer_work *work, const struct view *diff, int y, struct steps steps)
{
	for (int c = 0; c < diff->channels; c++) {
		for (int i = 0; i < diff->height; i += 2)
			backward_row(view_at(&work->diff_dst, c, (y + i) / 2, 0),
			    view_at(&work->mid, c, y + i, 0), work->mid.row, view_to(diff, c, i, 0), diff->row,
			    work->diff_dst.width, steps);
	}
}

// Nobody asks for the gradient of the input: the convolution's own gradient never leaves the cache.
ALWAYS_INLINE void backward_slabs(const struct layer_work *work, const struct layer_work *conv, struct steps steps)
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
		backward_rows(work, &diff, y, steps);
		KERNEL(conv_slabs_add)(&slabs, &diff, y);
	}
	KERNEL(conv_slabs_store)(&slabs);
}

ALWAYS_INLINE void backward(const struct layer_work *work, struct steps steps)
{
	struct layer_work conv = conv_work(work);

	if (!work->diff_src.data && KERNEL(conv_slabs_fit)(work->layer)) {
		backward_slabs(work, &conv, steps);
		return;
	}
	backward_rows(work, &work->diff_mid, 0, steps);
	KERNEL(impl_conv).backward(&conv);
}

#define GROUP(NAME, KIND, POOL, ACT, WINDOW)                                                       \
	static const struct steps NAME##_steps = {ACT, ACT##_slope, WINDOW, WINDOW##_share};       \
	static bool NAME##_accepts(const struct layer *layers)                                     \
	{                                                                                          \
		return accepts(layers, KIND, &KERNEL(POOL));                                       \
	}                                                                                          \
	static void NAME##_forward(const struct layer_work *work)                                  \
	{                                                                                          \
		forward(work, NAME##_steps);                                                       \
	}                                                                                          \
	static void NAME##_backward(const struct layer_work *work)                                 \
	{                                                                                          \
		backward(work, NAME##_steps);                                                      \
	}                                                                                          \
	const struct layer_impl KERNEL(impl_group_##NAME) = {                                      \
	    .name = "conv2d tiles, " #NAME "pool 2x2",                                             \
	    .span = 3,                                                                             \
	    .accepts = NAME##_accepts,                                                             \
	    .sizes = sizes,                                                                        \
	    .pack = pack,                                                                          \
	    .forward = NAME##_forward,                                                             \
	    .backward = NAME##_backward,                                                           \
	    .gradient = KERNEL(conv_gradient),                                                     \
	    .extent = KERNEL(conv_extent),                                                         \
	};
GROUP(sigmoid_avg, LAYER_KIND_SIGMOID, impl_pool_2x2, act_sigmoid, window_avg)
GROUP(tanh_avg, LAYER_KIND_TANH, impl_pool_2x2, act_tangent, window_avg)
GROUP(relu_avg, LAYER_KIND_RELU, impl_pool_2x2, act_relu, window_avg)
GROUP(sigmoid_max, LAYER_KIND_SIGMOID, impl_max_pool_2x2, act_sigmoid, window_max)
GROUP(tanh_max, LAYER_KIND_TANH, impl_max_pool_2x2, act_tangent, window_max)
GROUP(relu_max, LAYER_KIND_RELU, impl_max_pool_2x2, act_relu, window_max)
