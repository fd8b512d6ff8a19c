// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Max and average pooling, the reference forms. Padding holds no values: it never wins a maximum,
 * and adds nothing to a sum; whether an average counts it is `count_padding`.
 */
#include "config.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/cancel.h"
#include "engine/ops.h"
#include "engine/shape.h"
#include "engine/tensor.h"

static int check_padding(const struct pool_shape *s, int axis, struct diag *diag)
{
	if (s->padding[axis] <= s->kernel[axis] / 2)
		return 0;
	diag_set(diag, ERR_SHAPE,
	    "%s: padding %" PRId64 " is more than half the pooling window of %" PRId64,
	    axis ? "width" : "height", s->padding[axis], s->kernel[axis]);
	diag_hint(diag, "else a window would see nothing but padding; at most %" PRId64,
	    s->kernel[axis] / 2);
	return ERR_SHAPE;
}

int pool_shape_init(struct pool_shape *s, struct diag *diag)
{
	struct window_result window;
	size_t count;
	int err;

	for (int a = 0; a < 2; a++) {
		struct window_axis axis = {s->in[a], s->kernel[a], s->stride[a], s->padding[a],
		    s->padding[a], 1};

		err = window_compute(&axis, &window, diag);
		if (err == 0)
			err = check_padding(s, a, diag);
		if (err < 0)
			return err;
		s->out[a] = window.count;
	}
	if (s->in[0] * s->in[1] > INT32_MAX)
		return diag_set(diag, ERR_SHAPE,
		    "a plane of %" PRId64 " x %" PRId64 " is too large to pool", s->in[0],
		    s->in[1]);
	return tensor_shape_count(
	    3, (int64_t[]){s->planes, s->out[0], s->out[1]}, DTYPE_F32, &count, diag);
}

/* The part of a window that lies in the plane, and what an average over it divides by. */
struct window {
	int64_t top, bottom, left, right; // rows [top, bottom), columns [left, right)
	int64_t divisor;
};

static int64_t at_least(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t at_most(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static struct window window_at(const struct pool_shape *s, int64_t row, int64_t column)
{
	int64_t top = row * s->stride[0] - s->padding[0];
	int64_t left = column * s->stride[1] - s->padding[1];
	struct window window = {
	    .top = at_least(top, 0),
	    .bottom = at_most(top + s->kernel[0], s->in[0]),
	    .left = at_least(left, 0),
	    .right = at_most(left + s->kernel[1], s->in[1]),
	};

	window.divisor = s->count_padding ? s->kernel[0] * s->kernel[1] :
	    (window.bottom - window.top) * (window.right - window.left);
	return window;
}

/*
 * The flat index of a window's largest element, the first among equals; but NaN wins, the last one.
 */
static int64_t find_max(const struct pool_shape *s, const struct window *window, const float *plane)
{
	int64_t best = window->top * s->in[1] + window->left;

	for (int64_t i = window->top; i < window->bottom; i++) {
		for (int64_t j = window->left; j < window->right; j++) {
			int64_t at = i * s->in[1] + j;

			if (plane[at] > plane[best] || isnan(plane[at]))
				best = at;
		}
	}
	return best;
}

static float average(const struct pool_shape *s, const struct window *window, const float *plane)
{
	float sum = 0;

	for (int64_t i = window->top; i < window->bottom; i++) {
		for (int64_t j = window->left; j < window->right; j++)
			sum += plane[i * s->in[1] + j];
	}
	return sum / (float)window->divisor;
}

void pool_forward(const struct pool_shape *s, const float *src, float *dst, int32_t *argmax)
{
	for (int64_t p = 0; p < s->planes; p++, src += s->in[0] * s->in[1]) {
		for (int64_t i = 0; i < s->out[0] * s->out[1] && !cancelled_at(i); i++, dst++) {
			struct window window = window_at(s, i / s->out[1], i % s->out[1]);

			if (s->kind == POOL_KIND_AVG) {
				*dst = average(s, &window, src);
				continue;
			}
			int64_t best = find_max(s, &window, src);

			*dst = src[best];
			if (argmax)
				*argmax++ = (int32_t)best;
		}
	}
}

/* Every element of the window takes an equal share of the gradient. */
static void share_out(
    const struct pool_shape *s, const struct window *window, float diff, float *plane)
{
	float share = diff / (float)window->divisor;

	for (int64_t i = window->top; i < window->bottom; i++) {
		for (int64_t j = window->left; j < window->right; j++)
			plane[i * s->in[1] + j] += share;
	}
}

void pool_backward(const struct pool_shape *s, const float *diff_dst, const int32_t *argmax,
    float *diff_src)
{
	int64_t pixels = s->in[0] * s->in[1];

	memset(diff_src, 0, (size_t)(s->planes * pixels) * sizeof(*diff_src));
	for (int64_t p = 0; p < s->planes; p++, diff_src += pixels) {
		for (int64_t i = 0; i < s->out[0] * s->out[1] && !cancelled_at(i); i++, diff_dst++) {
			if (s->kind == POOL_KIND_MAX) {
				diff_src[*argmax++] += *diff_dst;
				continue;
			}
			struct window window = window_at(s, i / s->out[1], i % s->out[1]);

			share_out(s, &window, *diff_dst, diff_src);
		}
	}
}
