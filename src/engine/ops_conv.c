// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Convolution and correlation, the reference forms: one window after the other, as one would by
 * hand.
 *
 * Every product is src[input] * weights[tap], added to dst[window]. Forward sums the products of a
 * window; backwards each product hands the window's gradient on, times the weight to the input and
 * times the input to the weight. So the three share their loops and differ in one line.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cancel.h"
#include "engine/ops.h"
#include "engine/shape.h"
#include "engine/tensor.h"

static const char *const axis_names[3] = {"depth", "height", "width"};

static int check_channels(const struct conv_shape *s, struct diag *diag)
{
	if (s->batch < 0 || s->in_channels < 1 || s->out_channels < 1 || s->groups < 1)
		return diag_set(diag, ERR_SHAPE,
		    "%" PRId64 " images, %" PRId64 " to %" PRId64 " channels in %" PRId64 " groups",
		    s->batch, s->in_channels, s->out_channels, s->groups);
	if (s->in_channels % s->groups || s->out_channels % s->groups) {
		diag_set(diag, ERR_SHAPE,
		    "%" PRId64 " input and %" PRId64
		    " output channels cannot be split into %" PRId64 " groups",
		    s->in_channels, s->out_channels, s->groups);
		diag_hint(diag, "groups must divide both numbers of channels");
		return ERR_SHAPE;
	}
	return 0;
}

/* Puts the name of the axis in front of what window_compute said. */
static int name_axis(struct diag *diag, int axis)
{
	char text[sizeof(diag->msg)];

	if (!diag)
		return ERR_SHAPE;
	snprintf(text, sizeof(text), "%s: %.400s", axis_names[axis], diag->msg);
	snprintf(diag->msg, sizeof(diag->msg), "%s", text);
	return diag->code;
}

int conv_shape_init(struct conv_shape *s, struct diag *diag)
{
	struct window_result window;
	size_t count;
	int err = check_channels(s, diag);

	for (int a = 0; a < 3 && err == 0; a++) {
		struct window_axis axis = {s->in[a], s->kernel[a], s->stride[a], s->before[a],
		    s->after[a], s->dilation[a]};

		if (window_compute(&axis, &window, diag) < 0)
			return name_axis(diag, a);
		s->out[a] = window.count;
	}
	if (err < 0)
		return err;
	return tensor_shape_count(5,
	    (int64_t[]){s->batch, s->out_channels, s->out[0], s->out[1], s->out[2]}, DTYPE_F32,
	    &count, diag);
}

struct conv_shape conv_shape_2d(int64_t batch, int64_t in_channels, int64_t height, int64_t width,
    int64_t out_channels, int64_t kernel_h, int64_t kernel_w)
{
	return (struct conv_shape){
	    .batch = batch,
	    .in_channels = in_channels,
	    .out_channels = out_channels,
	    .groups = 1,
	    .in = {1, height, width},
	    .kernel = {1, kernel_h, kernel_w},
	    .stride = {1, 1, 1},
	    .dilation = {1, 1, 1},
	};
}

static int64_t volume(const int64_t size[3])
{
	return size[0] * size[1] * size[2];
}

/* The input position of a window's first tap; negative where it lies in the padding. */
static void window_corner(const struct conv_shape *s, int64_t window, int64_t corner[3])
{
	int64_t column = window % s->out[2];
	int64_t row = window / s->out[2] % s->out[1];
	int64_t slice = window / s->out[2] / s->out[1];

	corner[0] = slice * s->stride[0] - s->before[0];
	corner[1] = row * s->stride[1] - s->before[1];
	corner[2] = column * s->stride[2] - s->before[2];
}

/*
 * Where row (kd, kh) of the kernel reads in the input: the flat index of column 0 of that input
 * row; -1 where the row lies in the padding.
 */
static int64_t input_row(
    const struct conv_shape *s, const int64_t corner[3], int64_t kd, int64_t kh)
{
	int64_t d = corner[0] + kd * s->dilation[0];
	int64_t h = corner[1] + kh * s->dilation[1];

	if (d < 0 || d >= s->in[0] || h < 0 || h >= s->in[1])
		return -1;
	return (d * s->in[1] + h) * s->in[2];
}

/* One window over one channel: src [in], kernel [kernel]. */
static float window_sum(const struct conv_shape *s, const int64_t corner[3], const float *src,
    const float *kernel)
{
	float sum = 0;

	for (int64_t kd = 0; kd < s->kernel[0]; kd++) {
		for (int64_t kh = 0; kh < s->kernel[1]; kh++, kernel += s->kernel[2]) {
			int64_t row = input_row(s, corner, kd, kh);

			for (int64_t kw = 0; row >= 0 && kw < s->kernel[2]; kw++) {
				int64_t w = corner[2] + kw * s->dilation[2];

				if (w >= 0 && w < s->in[2])
					sum += src[row + w] * kernel[kw];
			}
		}
	}
	return sum;
}

/* diff_src [in] += gradient of the window * kernel [kernel]. */
static void window_spread(const struct conv_shape *s, const int64_t corner[3], float diff,
    const float *kernel, float *diff_src)
{
	for (int64_t kd = 0; kd < s->kernel[0]; kd++) {
		for (int64_t kh = 0; kh < s->kernel[1]; kh++, kernel += s->kernel[2]) {
			int64_t row = input_row(s, corner, kd, kh);

			for (int64_t kw = 0; row >= 0 && kw < s->kernel[2]; kw++) {
				int64_t w = corner[2] + kw * s->dilation[2];

				if (w >= 0 && w < s->in[2])
					diff_src[row + w] += diff * kernel[kw];
			}
		}
	}
}

/* diff_kernel [kernel] += gradient of the window * src [in]. */
static void window_collect(const struct conv_shape *s, const int64_t corner[3], float diff,
    const float *src, float *diff_kernel)
{
	for (int64_t kd = 0; kd < s->kernel[0]; kd++) {
		for (int64_t kh = 0; kh < s->kernel[1]; kh++, diff_kernel += s->kernel[2]) {
			int64_t row = input_row(s, corner, kd, kh);

			for (int64_t kw = 0; row >= 0 && kw < s->kernel[2]; kw++) {
				int64_t w = corner[2] + kw * s->dilation[2];

				if (w >= 0 && w < s->in[2])
					diff_kernel[kw] += diff * src[row + w];
			}
		}
	}
}

/*
 * One kernel slice: output channel `out`, and its c-th input channel, which is plane `in` of src.
 */
struct slice {
	int64_t in, out, c;
};

static struct slice slice_of(const struct conv_shape *s, int64_t out, int64_t c)
{
	int64_t group = out / (s->out_channels / s->groups);

	return (struct slice){group * (s->in_channels / s->groups) + c, out, c};
}

static const float *kernel_of(const struct conv_shape *s, const float *weights, struct slice slice)
{
	return weights + (slice.out * (s->in_channels / s->groups) + slice.c) * volume(s->kernel);
}

void conv_forward(const struct conv_shape *s, const float *src, const float *weights,
    const float *bias, float *dst)
{
	int64_t windows = volume(s->out), pixels = volume(s->in), corner[3];

	for (int64_t n = 0; n < s->batch; n++, src += s->in_channels * pixels) {
		for (int64_t oc = 0; oc < s->out_channels; oc++, dst += windows) {
			for (int64_t i = 0; i < windows && !cancelled_at(i); i++) {
				float sum = 0;

				window_corner(s, i, corner);
				for (int64_t c = 0; c < s->in_channels / s->groups; c++) {
					struct slice slice = slice_of(s, oc, c);

					sum += window_sum(s, corner, src + slice.in * pixels,
					    kernel_of(s, weights, slice));
				}
				dst[i] = bias ? sum + bias[oc] : sum;
			}
		}
	}
}

void conv_backward_data(const struct conv_shape *s, const float *diff_dst, const float *weights,
    float *diff_src)
{
	int64_t windows = volume(s->out), pixels = volume(s->in), corner[3];

	memset(diff_src, 0, (size_t)(s->batch * s->in_channels * pixels) * sizeof(*diff_src));
	for (int64_t n = 0; n < s->batch; n++, diff_src += s->in_channels * pixels) {
		for (int64_t oc = 0; oc < s->out_channels; oc++, diff_dst += windows) {
			for (int64_t i = 0; i < windows && !cancelled_at(i); i++) {
				window_corner(s, i, corner);
				for (int64_t c = 0; c < s->in_channels / s->groups; c++) {
					struct slice slice = slice_of(s, oc, c);

					window_spread(s, corner, diff_dst[i],
					    kernel_of(s, weights, slice),
					    diff_src + slice.in * pixels);
				}
			}
		}
	}
}

/* The bias reaches every output of its channel: its gradient is their sum. */
static void backward_bias(const struct conv_shape *s, const float *diff_dst, float *diff_bias)
{
	int64_t windows = volume(s->out);

	for (int64_t oc = 0; oc < s->out_channels; oc++) {
		float sum = 0;

		for (int64_t n = 0; n < s->batch; n++) {
			for (int64_t i = 0; i < windows; i++)
				sum += diff_dst[(n * s->out_channels + oc) * windows + i];
		}
		diff_bias[oc] = sum;
	}
}

void conv_backward_weights(const struct conv_shape *s, const float *src, const float *diff_dst,
    float *diff_weights, float *diff_bias)
{
	int64_t windows = volume(s->out), pixels = volume(s->in), corner[3];
	int64_t channels = s->in_channels / s->groups, taps = volume(s->kernel);

	if (diff_bias)
		backward_bias(s, diff_dst, diff_bias);
	memset(
	    diff_weights, 0, (size_t)(s->out_channels * channels * taps) * sizeof(*diff_weights));
	for (int64_t n = 0; n < s->batch; n++, src += s->in_channels * pixels) {
		for (int64_t oc = 0; oc < s->out_channels; oc++, diff_dst += windows) {
			for (int64_t i = 0; i < windows && !cancelled_at(i); i++) {
				window_corner(s, i, corner);
				for (int64_t c = 0; c < channels; c++)
					window_collect(s, corner, diff_dst[i],
					    src + slice_of(s, oc, c).in * pixels,
					    diff_weights + (oc * channels + c) * taps);
			}
		}
	}
}

void corr2d_forward(const float *src, int64_t h, int64_t w, const float *kernel, int64_t kh,
    int64_t kw, bool flip, float *dst)
{
	int64_t last = kh * kw - 1;

	for (int64_t i = 0; i + kh <= h && !cancelled(); i++) {
		for (int64_t j = 0; j + kw <= w; j++) {
			float sum = 0;

			for (int64_t a = 0; a < kh; a++) {
				for (int64_t b = 0; b < kw; b++) {
					int64_t tap = a * kw + b;

					sum += src[(i + a) * w + j + b] *
					       kernel[flip ? last - tap : tap];
				}
			}
			*dst++ = sum;
		}
	}
}
