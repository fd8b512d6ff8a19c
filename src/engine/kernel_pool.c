// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Pooling on blocks of 16 images: the common 2x2 average with stride 2, and any window. Averages
 * count the padding (PyTorch's default); maxima take the first among equals.
 */
#include "config.h"

#include <math.h>

#include "engine/kernel_parts.h"
#include "engine/kernel_window.h"

/* -- average of 2x2, stride 2 ----------------------------------------------------------------- */

static bool pool_2x2_accepts(const struct layer *layer)
{
	const struct layer_spec *s = &layer->spec;

	return s->kind == LAYER_KIND_AVG_POOL && s->kernel_h == 2 && s->kernel_w == 2 &&
	    s->stride_h == 2 && s->stride_w == 2 && s->padding_h == 0 && s->padding_w == 0 &&
	    layer->in[1] % 2 == 0 && layer->in[2] % 2 == 0;
}

static void pool_2x2_row(const float *src, ptrdiff_t row, float *dst, int width)
{
	for (int x = 0; x < width; x++, src += 2 * BLOCK, dst += BLOCK) {
		UNROLL for (int part = 0; part < BLOCK; part += VEC_LANES) {
			const float *at = src + part;
			vec upper = vec_load(at) + vec_load(at + BLOCK);
			vec lower = vec_load(at + row) + vec_load(at + row + BLOCK);

			vec_store(dst + part, (upper + lower) * vec_set(0.25f));
		}
	}
}

static void pool_2x2_forward(const struct layer_work *work)
{
	for (int c = 0; c < work->dst.channels; c++) {
		for (int y = 0; y < work->dst.height; y++)
			pool_2x2_row(view_at(&work->src, c, 2 * y, 0), work->src.row,
			    view_to(&work->dst, c, y, 0), work->dst.width);
	}
}

static void pool_2x2_spread(const float *diff, float *dst, ptrdiff_t row, int width)
{
	for (int x = 0; x < width; x++, diff += BLOCK, dst += 2 * BLOCK) {
		UNROLL for (int part = 0; part < BLOCK; part += VEC_LANES) {
			vec quarter = vec_load(diff + part) * vec_set(0.25f);

			vec_store(dst + part, quarter);
			vec_store(dst + part + BLOCK, quarter);
			vec_store(dst + part + row, quarter);
			vec_store(dst + part + row + BLOCK, quarter);
		}
	}
}

static void pool_2x2_backward(const struct layer_work *work)
{
	for (int c = 0; c < work->diff_dst.channels; c++) {
		for (int y = 0; y < work->diff_dst.height; y++)
			pool_2x2_spread(view_at(&work->diff_dst, c, y, 0),
			    view_to(&work->diff_src, c, 2 * y, 0), work->diff_src.row,
			    work->diff_dst.width);
	}
}

const struct layer_impl KERNEL(impl_pool_2x2) = {
    .name = "avgpool 2x2",
    .accepts = pool_2x2_accepts,
    .forward = pool_2x2_forward,
    .backward = pool_2x2_backward,
};

/* -- maximum of 2x2, stride 2 ----------------------------------------------------------------- */

static bool max_2x2_accepts(const struct layer *layer)
{
	struct layer twin = *layer; // the same windows

	twin.spec.kind = LAYER_KIND_AVG_POOL;
	return layer->spec.kind == LAYER_KIND_MAX_POOL && pool_2x2_accepts(&twin);
}

static void max_2x2_row(const float *src, ptrdiff_t row, float *dst, int width)
{
	for (int x = 0; x < width; x++, src += 2 * BLOCK, dst += BLOCK) {
		UNROLL for (int part = 0; part < BLOCK; part += VEC_LANES) {
			vec window[4];

			window_load(src + part, row, window);
			vec_store(dst + part, window_max(window));
		}
	}
}

static void max_2x2_forward(const struct layer_work *work)
{
	for (int c = 0; c < work->dst.channels; c++) {
		for (int y = 0; y < work->dst.height; y++)
			max_2x2_row(view_at(&work->src, c, 2 * y, 0), work->src.row,
			    view_to(&work->dst, c, y, 0), work->dst.width);
	}
}

static void max_2x2_spread(const struct layer_work *work, int c, int y)
{
	const float *diff = view_at(&work->diff_dst, c, y, 0);
	const float *src = view_at(&work->src, c, 2 * y, 0);
	float *dst = view_to(&work->diff_src, c, 2 * y, 0);

	for (int x = 0; x < work->diff_dst.width; x++) {
		for (int part = 0; part < BLOCK; part += VEC_LANES) {
			vec window[4], share[4];

			window_load(src + 2 * x * BLOCK + part, work->src.row, window);
			window_max_share(window, vec_load(diff + x * BLOCK + part), share);
			window_store(dst + 2 * x * BLOCK + part, work->diff_src.row, share);
		}
	}
}

static void max_2x2_backward(const struct layer_work *work)
{
	for (int c = 0; c < work->diff_dst.channels; c++) {
		for (int y = 0; y < work->diff_dst.height; y++)
			max_2x2_spread(work, c, y);
	}
}

const struct layer_impl KERNEL(impl_max_pool_2x2) = {
    .name = "maxpool 2x2",
    .accepts = max_2x2_accepts,
    .forward = max_2x2_forward,
    .backward = max_2x2_backward,
};

/* -- any window ------------------------------------------------------------------------------- */

struct window {
	int y0, y1, x0, x1; // the part inside the image
};

static struct window window_at(const struct layer *layer, int y, int x)
{
	const struct layer_spec *s = &layer->spec;
	struct window w = {.y0 = y * s->stride_h - s->padding_h, .x0 = x * s->stride_w - s->padding_w};

	w.y1 = w.y0 + s->kernel_h < layer->in[1] ? w.y0 + s->kernel_h : layer->in[1];
	w.x1 = w.x0 + s->kernel_w < layer->in[2] ? w.x0 + s->kernel_w : layer->in[2];
	w.y0 = w.y0 > 0 ? w.y0 : 0;
	w.x0 = w.x0 > 0 ? w.x0 : 0;
	return w;
}

typedef void window_fn(const struct layer_work *work, const struct window *w, int c, ptrdiff_t at);

// `at`: floats from a view's plane to the window's output pixel; done for each part of the lanes.
static void for_each_window(const struct layer_work *work, window_fn *visit)
{
	for (int c = 0; c < work->dst.channels; c++) {
		for (int y = 0; y < work->dst.height; y++) {
			for (int x = 0; x < work->dst.width; x++) {
				struct window w = window_at(work->layer, y, x);

				for (int part = 0; part < BLOCK; part += VEC_LANES)
					visit(work, &w, c, y * work->dst.row + x * BLOCK + part);
			}
		}
	}
}

static void clear_planes(const struct view *view)
{
	for (int c = 0; c < view->channels; c++) {
		for (int y = 0; y < view->height; y++)
			memset(view_to(view, c, y, 0), 0, (size_t)view->width * BLOCK * sizeof(float));
	}
}

#define FOR_EACH_PIXEL(w)                                                                          \
	for (int wy = (w)->y0; wy < (w)->y1; wy++)                                                 \
		for (int wx = (w)->x0; wx < (w)->x1; wx++)

static int lane_part(ptrdiff_t at)
{
	return (int)(at % BLOCK);
}

static float avg_scale(const struct layer *layer)
{
	return 1.0f / (float)(layer->spec.kernel_h * layer->spec.kernel_w);
}

static void avg_window(const struct layer_work *work, const struct window *w, int c, ptrdiff_t at)
{
	vec sum = vec_set(0.0f);

	FOR_EACH_PIXEL(w)
		sum += vec_load(view_at(&work->src, c, wy, wx) + lane_part(at));
	vec_store(view_to(&work->dst, c, 0, 0) + at, sum * vec_set(avg_scale(work->layer)));
}

static void add_to(float *at, vec v)
{
	vec_store(at, vec_load(at) + v);
}

static void avg_spread(const struct layer_work *work, const struct window *w, int c, ptrdiff_t at)
{
	vec share = vec_load(view_at(&work->diff_dst, c, 0, 0) + at) * vec_set(avg_scale(work->layer));

	FOR_EACH_PIXEL(w)
		add_to(view_to(&work->diff_src, c, wy, wx) + lane_part(at), share);
}

static void max_window(const struct layer_work *work, const struct window *w, int c, ptrdiff_t at)
{
	vec max = vec_set(-INFINITY);

	FOR_EACH_PIXEL(w)
		max = vec_max(max, vec_load(view_at(&work->src, c, wy, wx) + lane_part(at)));
	vec_store(view_to(&work->dst, c, 0, 0) + at, max);
}

// The maximum is found again: `dst` may have gone through an activation in place since.
static void max_spread(const struct layer_work *work, const struct window *w, int c, ptrdiff_t at)
{
	vec max = vec_set(-INFINITY), left = vec_load(view_at(&work->diff_dst, c, 0, 0) + at);

	FOR_EACH_PIXEL(w)
		max = vec_max(max, vec_load(view_at(&work->src, c, wy, wx) + lane_part(at)));
	FOR_EACH_PIXEL(w) {
		vec here = vec_load(view_at(&work->src, c, wy, wx) + lane_part(at));
		vec taken = vec_select(here == max, left, vec_set(0.0f));

		add_to(view_to(&work->diff_src, c, wy, wx) + lane_part(at), taken);
		left = vec_select(here == max, vec_set(0.0f), left);
	}
}

static bool avg_accepts(const struct layer *layer)
{
	return layer->spec.kind == LAYER_KIND_AVG_POOL;
}

static void avg_forward(const struct layer_work *work)
{
	for_each_window(work, avg_window);
}

static void avg_backward(const struct layer_work *work)
{
	clear_planes(&work->diff_src);
	for_each_window(work, avg_spread);
}

static bool max_accepts(const struct layer *layer)
{
	return layer->spec.kind == LAYER_KIND_MAX_POOL;
}

static void max_forward(const struct layer_work *work)
{
	for_each_window(work, max_window);
}

static void max_backward(const struct layer_work *work)
{
	clear_planes(&work->diff_src);
	for_each_window(work, max_spread);
}

const struct layer_impl KERNEL(impl_avg_pool_any) = {
    .name = "avgpool, loops",
    .accepts = avg_accepts,
    .forward = avg_forward,
    .backward = avg_backward,
};
const struct layer_impl KERNEL(impl_max_pool_any) = {
    .name = "maxpool, loops",
    .accepts = max_accepts,
    .forward = max_forward,
    .backward = max_backward,
};
