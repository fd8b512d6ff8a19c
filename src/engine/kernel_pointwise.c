// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Layers without weights, on blocks of 16 images: sigmoid, tanh, ReLU, pooling, flatten. Activations
 * may work in place (dst is src, diff_src is diff_dst): their derivative is computed from the output.
 */
#include "config.h"

#include "engine/kernel_parts.h"

/* -- activations -------------------------------------------------------------------------- */

ALWAYS_INLINE vec sigmoid(vec x)
{
	return vec_sigmoid(x);
}

ALWAYS_INLINE vec sigmoid_slope(vec y)
{
	return y * (vec_set(1.0f) - y);
}

ALWAYS_INLINE vec tangent(vec x)
{
	return vec_set(1.0f) - vec_set(2.0f) * vec_sigmoid(vec_set(-2.0f) * x);
}

ALWAYS_INLINE vec tangent_slope(vec y)
{
	return vec_set(1.0f) - y * y;
}

ALWAYS_INLINE vec relu(vec x)
{
	return vec_max(vec_set(0.0f), x);
}

ALWAYS_INLINE vec relu_slope(vec y)
{
	return vec_select(y > vec_set(0.0f), vec_set(1.0f), vec_set(0.0f));
}

// Each pixel of dst is `value` of the same pixel of src.
#define FOR_EACH_VECTOR(view, body)                                                                \
	for (int c = 0; c < (view).channels; c++) {                                                \
		for (int y = 0; y < (view).height; y++) {                                          \
			for (ptrdiff_t i = 0; i < (ptrdiff_t)(view).width * BLOCK; i += VEC_LANES) \
				body;                                                              \
		}                                                                                  \
	}
#define ACTIVATION(NAME, KIND, VALUE, SLOPE)                                                       \
	static bool NAME##_accepts(const struct layer *layer)                                      \
	{                                                                                          \
		return layer->spec.kind == KIND;                                                   \
	}                                                                                          \
	static void NAME##_forward(const struct layer_work *work)                                  \
	{                                                                                          \
		FOR_EACH_VECTOR(work->dst, vec_store(view_to(&work->dst, c, y, 0) + i,             \
		    VALUE(vec_load(view_at(&work->src, c, y, 0) + i))))                            \
	}                                                                                          \
	static void NAME##_backward(const struct layer_work *work)                                 \
	{                                                                                          \
		FOR_EACH_VECTOR(work->dst, vec_store(view_to(&work->diff_src, c, y, 0) + i,        \
		    vec_load(view_at(&work->diff_dst, c, y, 0) + i) *                              \
			SLOPE(vec_load(view_at(&work->dst, c, y, 0) + i))))                        \
	}                                                                                          \
	const struct layer_impl KERNEL(impl_##NAME) = {                                            \
	    .name = #NAME,                                                                         \
	    .accepts = NAME##_accepts,                                                             \
	    .forward = NAME##_forward,                                                             \
	    .backward = NAME##_backward,                                                           \
	};
ACTIVATION(sigmoid, LAYER_KIND_SIGMOID, sigmoid, sigmoid_slope)
ACTIVATION(tanh, LAYER_KIND_TANH, tangent, tangent_slope)
ACTIVATION(relu, LAYER_KIND_RELU, relu, relu_slope)

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
