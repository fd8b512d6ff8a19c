// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Convolution on blocks of 16 images with any kernel, stride and padding: plain loops, the last of
 * the forms that may take a layer.
 */
#include "config.h"

#include "engine/kernel_parts.h"

/* One weight, and the run of output pixels in one row whose window has it inside the image. */
struct tap {
	const struct layer_work *work;
	int o, c, ky, kx;
	size_t weight;	    // its index
	int y, from, to;    // output row, columns
	int src_y, src_x;   // input pixel of the first
	float sums[BLOCK] __attribute__((aligned(64)));
};

typedef void visit_fn(struct tap *tap);

static bool accepts(const struct layer *layer)
{
	return layer->spec.kind == LAYER_KIND_CONV2D;
}

// The output columns whose window has this tap inside the image.
static void find_columns(struct tap *tap)
{
	const struct layer *layer = tap->work->layer;
	const struct layer_spec *spec = &layer->spec;
	int first = tap->kx - spec->padding_w; // input column that output column 0 meets

	tap->from = 0;
	tap->to = layer->out[2];
	while (tap->from < tap->to && tap->from * spec->stride_w + first < 0)
		tap->from++;
	while (tap->to > tap->from && (tap->to - 1) * spec->stride_w + first >= layer->in[2])
		tap->to--;
	tap->src_x = tap->from * spec->stride_w + first;
}

static void visit_rows(struct tap *tap, visit_fn *visit)
{
	const struct layer *layer = tap->work->layer;
	const struct layer_spec *spec = &layer->spec;

	find_columns(tap);
	for (tap->y = 0; tap->y < layer->out[1]; tap->y++) {
		tap->src_y = tap->y * spec->stride_h + tap->ky - spec->padding_h;
		if (tap->src_y >= 0 && tap->src_y < layer->in[1] && tap->from < tap->to)
			visit(tap);
	}
}

static void visit_taps(const struct layer_work *work, visit_fn *visit, float *sums)
{
	const struct layer *layer = work->layer;
	struct tap tap = {.work = work};

	for (tap.o = 0; tap.o < layer->out[0]; tap.o++) {
		for (tap.c = 0; tap.c < layer->in[0]; tap.c++) {
			for (tap.ky = 0; tap.ky < layer->spec.kernel_h; tap.ky++) {
				for (tap.kx = 0; tap.kx < layer->spec.kernel_w; tap.kx++, tap.weight++) {
					memset(tap.sums, 0, sizeof(tap.sums));
					visit_rows(&tap, visit);
					if (sums)
						sums[tap.weight] = block_sum(tap.sums);
				}
			}
		}
	}
}

// dst[i] += src[i] * weight, pixel by pixel; steps in floats
static void multiply_add(float *dst, ptrdiff_t dst_step, const float *src, ptrdiff_t src_step, int count,
    float weight)
{
	for (int i = 0; i < count; i++, dst += dst_step, src += src_step) {
		for (int part = 0; part < BLOCK; part += VEC_LANES) {
			vec sum = vec_load(dst + part);

			sum += vec_load(src + part) * vec_set(weight);
			vec_store(dst + part, sum);
		}
	}
}

static void forward_run(struct tap *tap)
{
	const struct layer_work *work = tap->work;

	multiply_add(view_to(&work->dst, tap->o, tap->y, tap->from), BLOCK,
	    view_at(&work->src, tap->c, tap->src_y, tap->src_x),
	    (ptrdiff_t)work->layer->spec.stride_w * BLOCK, tap->to - tap->from,
	    work->params[work->layer->weight_at + tap->weight]);
}

static void data_run(struct tap *tap)
{
	const struct layer_work *work = tap->work;

	multiply_add(view_to(&work->diff_src, tap->c, tap->src_y, tap->src_x),
	    (ptrdiff_t)work->layer->spec.stride_w * BLOCK,
	    view_at(&work->diff_dst, tap->o, tap->y, tap->from), BLOCK, tap->to - tap->from,
	    work->params[work->layer->weight_at + tap->weight]);
}

static void weights_run(struct tap *tap)
{
	const struct layer_work *work = tap->work;
	const float *src = view_at(&work->src, tap->c, tap->src_y, tap->src_x);
	const float *diff = view_at(&work->diff_dst, tap->o, tap->y, tap->from);

	for (int i = tap->from; i < tap->to; i++) {
		for (int part = 0; part < BLOCK; part += VEC_LANES) {
			vec sum = vec_load(tap->sums + part);

			sum += vec_load(src + part) * vec_load(diff + part);
			vec_store(tap->sums + part, sum);
		}
		src += (ptrdiff_t)work->layer->spec.stride_w * BLOCK;
		diff += BLOCK;
	}
}

static void fill(const struct view *view, int c, float value)
{
	for (int y = 0; y < view->height; y++) {
		float *row = view_to(view, c, y, 0);

		for (int i = 0; i < view->width * BLOCK; i++)
			row[i] = value;
	}
}

static void forward(const struct layer_work *work)
{
	for (int o = 0; o < work->dst.channels; o++)
		fill(&work->dst, o, work->params[work->layer->bias_at + (size_t)o]);
	visit_taps(work, forward_run, NULL);
}

static void backward(const struct layer_work *work)
{
	visit_taps(work, weights_run, work->kept);
	KERNEL(conv_backward_bias)(work);
	if (!work->diff_src.data)
		return;
	for (int c = 0; c < work->diff_src.channels; c++)
		fill(&work->diff_src, c, 0);
	visit_taps(work, data_run, NULL);
}

const struct layer_impl KERNEL(impl_conv_any) = {
    .name = "conv2d, loops",
    .accepts = accepts,
    .sizes = KERNEL(conv_sizes),
    .forward = forward,
    .backward = backward,
    .gradient = KERNEL(conv_gradient),
    .extent = KERNEL(conv_extent),
};
