// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Layers without weights, on blocks of 16 images: sigmoid, tanh, ReLU, pooling, flatten. Activations
 * may work in place (dst is src, diff_src is diff_dst): their derivative is computed from the output.
 */
#include "config.h"

#include "engine/kernel_act.h"
#include "engine/kernel_parts.h"

// The row-th row of all channels.
ALWAYS_INLINE float *view_row(const struct view *view, int row)
{
	return view_to(view, row / view->height, row % view->height, 0);
}

#define ACTIVATION(NAME, KIND, VALUE, SLOPE)                                                       \
	static bool NAME##_accepts(const struct layer *layer)                                      \
	{                                                                                          \
		return layer->spec.kind == KIND;                                                   \
	}                                                                                          \
	static void NAME##_forward(const struct layer_work *work)                                  \
	{                                                                                          \
		ptrdiff_t width = (ptrdiff_t)work->dst.width * BLOCK;                              \
		for (int row = 0; row < work->dst.channels * work->dst.height; row++) {            \
			const float *src = view_row(&work->src, row);                              \
			float *dst = view_row(&work->dst, row);                                    \
			for (ptrdiff_t i = 0; i < width; i += VEC_LANES)                           \
				vec_store(dst + i, VALUE(vec_load(src + i)));                      \
		}                                                                                  \
	}                                                                                          \
	static void NAME##_backward(const struct layer_work *work)                                 \
	{                                                                                          \
		ptrdiff_t width = (ptrdiff_t)work->dst.width * BLOCK;                              \
		for (int row = 0; row < work->dst.channels * work->dst.height; row++) {            \
			const float *dst = view_row(&work->dst, row);                              \
			const float *diff_dst = view_row(&work->diff_dst, row);                    \
			float *diff_src = view_row(&work->diff_src, row);                          \
			for (ptrdiff_t i = 0; i < width; i += VEC_LANES)                           \
				vec_store(diff_src + i,                                            \
				    vec_load(diff_dst + i) * SLOPE(vec_load(dst + i)));            \
		}                                                                                  \
	}                                                                                          \
	const struct layer_impl KERNEL(impl_##NAME) = {                                            \
	    .name = #NAME,                                                                         \
	    .accepts = NAME##_accepts,                                                             \
	    .forward = NAME##_forward,                                                             \
	    .backward = NAME##_backward,                                                           \
	};
ACTIVATION(sigmoid, LAYER_KIND_SIGMOID, act_sigmoid, act_sigmoid_slope)
ACTIVATION(tanh, LAYER_KIND_TANH, act_tangent, act_tangent_slope)
ACTIVATION(relu, LAYER_KIND_RELU, act_relu, act_relu_slope)

/* -- flatten: the same floats with another shape, unless a border lies between them --------------- */

static bool flatten_accepts(const struct layer *layer)
{
	return layer->spec.kind == LAYER_KIND_FLATTEN;
}

static void flatten_copy(const struct view *image, float *flat, bool forward)
{
	size_t row = (size_t)image->width * BLOCK;

	for (int c = 0; c < image->channels; c++) {
		for (int y = 0; y < image->height; y++, flat += row) {
			float *at = view_to(image, c, y, 0);

			if (at == flat)
				continue;
			memcpy(forward ? flat : at, forward ? at : flat, row * sizeof(*flat));
		}
	}
}

static void flatten_forward(const struct layer_work *work)
{
	flatten_copy(&work->src, work->dst.data, true);
}

static void flatten_backward(const struct layer_work *work)
{
	flatten_copy(&work->diff_src, work->diff_dst.data, false);
}

const struct layer_impl KERNEL(impl_flatten) = {
    .name = "flatten",
    .accepts = flatten_accepts,
    .forward = flatten_forward,
    .backward = flatten_backward,
};
