// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What surrounds the layers: sixteen images into a block, the loss, the update of the weights, and a
 * loop of multiply-adds that shows what the processor could do. Ends in the table of all kernels.
 */
#include "config.h"

#include <math.h>

#include "engine/kernel_parts.h"

/* -- gather ------------------------------------------------------------------------------------ */

typedef uint8_t bytes __attribute__((vector_size(16), aligned(1), may_alias));

#define LOW 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define HIGH 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31

// rows[image] of 16 pixels to rows[pixel] of 16 images: a perfect shuffle, four times.
static void transpose_bytes(bytes rows[16])
{
	bytes next[16];

	UNROLL for (int stage = 0; stage < 4; stage++) {
		UNROLL for (int i = 0; i < 8; i++) {
			next[2 * i] = __builtin_shufflevector(rows[i], rows[i + 8], LOW);
			next[2 * i + 1] = __builtin_shufflevector(rows[i], rows[i + 8], HIGH);
		}
		memcpy(rows, next, sizeof(next));
	}
}

#define GATHER_PIXELS 1024 // of each image at a time

// pixels[image] + at, `width` of at most 16, to dst [width][16 images]
ALWAYS_INLINE void gather_square(const uint8_t *const pixels[BLOCK], size_t at, size_t width,
    uint8_t *dst)
{
	bytes rows[16] = {{0}};

	UNROLL for (int image = 0; image < BLOCK; image++) {
		if (pixels[image])
			memcpy(&rows[image], pixels[image] + at, width);
	}
	transpose_bytes(rows);
	memcpy(dst, rows, width * BLOCK);
}

// pixels[image] + at, `count` of them, to dst [count][16 images]; whole squares with their width
// known, since calls of memcpy would take longer than all the rest.
static void gather_bytes(const uint8_t *const pixels[BLOCK], size_t at, size_t count, uint8_t *dst)
{
	size_t i = 0;

	for (; i + 16 <= count; i += 16)
		gather_square(pixels, at + i, 16, dst + i * BLOCK);
	if (i < count)
		gather_square(pixels, at + i, count - i, dst + i * BLOCK);
}

// pixel / 255, correctly rounded: a product and its correction, since division is slow. A test goes
// through all 256.
void KERNEL(block_to_floats)(const uint8_t *src, float *dst, size_t count)
{
	const float inverse = 1.0f / 255.0f;

#pragma omp simd
	for (size_t i = 0; i < count; i++) {
		float pixel = (float)src[i], quotient = pixel * inverse, rest = pixel;

		rest -= quotient * 255.0f;
		quotient += rest * inverse;
		dst[i] = quotient;
	}
}

void KERNEL(block_gather)(const uint8_t *const pixels[BLOCK], struct view dst)
{
	uint8_t buffer[GATHER_PIXELS * BLOCK];
	size_t width = (size_t)dst.width, rows = width < GATHER_PIXELS ? GATHER_PIXELS / width : 1;

	for (size_t y = 0; y < (size_t)dst.height; y += rows) {
		size_t some = (size_t)dst.height - y < rows ? (size_t)dst.height - y : rows;

		for (size_t x = 0; x < width; x += GATHER_PIXELS) { // one turn, but for very wide images
			size_t run = width - x < GATHER_PIXELS ? width - x : GATHER_PIXELS;

			gather_bytes(pixels, y * width + x, run == width ? some * width : run, buffer);
			for (size_t r = 0; r < some; r++)
				KERNEL(block_to_floats)(buffer + r * run * BLOCK, view_to(&dst, 0, (int)(y + r), (int)x),
				    run * BLOCK);
		}
	}
}

/* -- loss --------------------------------------------------------------------------------------- */

static void largest(const struct view *logits, float max[BLOCK], int index[BLOCK])
{
	for (int lane = 0; lane < BLOCK; lane++) {
		max[lane] = logits->data[lane];
		index[lane] = 0;
		for (int c = 1; c < logits->channels; c++) {
			float here = logits->data[c * BLOCK + lane];

			if (here > max[lane]) {
				max[lane] = here;
				index[lane] = c;
			}
		}
	}
}

// diff[c] = e^(logit - max); returns their sums
static void exponentials(const struct loss_work *work, const float max[BLOCK], float *dst, float sums[BLOCK])
{
	for (int part = 0; part < BLOCK; part += VEC_LANES) {
		vec sum = vec_set(0.0f);

		for (int c = 0; c < work->logits.channels; c++) {
			vec e = vec_exp(vec_load(work->logits.data + c * BLOCK + part) - vec_load(max + part));

			sum += e;
			if (dst)
				vec_store(dst + c * BLOCK + part, e);
		}
		vec_store(sums + part, sum);
	}
}

static void loss_gradient(struct loss_work *work, const float sums[BLOCK])
{
	float scale[BLOCK] __attribute__((aligned(64)));

	for (int lane = 0; lane < BLOCK; lane++)
		scale[lane] = lane < work->lanes ? work->scale / sums[lane] : 0.0f;
	for (int c = 0; c < work->diff.channels; c++) {
		for (int part = 0; part < BLOCK; part += VEC_LANES) {
			float *at = work->diff.data + c * BLOCK + part;

			vec_store(at, vec_load(at) * vec_load(scale + part));
		}
	}
	for (int lane = 0; lane < work->lanes; lane++)
		work->diff.data[work->labels[lane] * BLOCK + lane] -= work->scale;
}

void KERNEL(block_loss)(struct loss_work *work)
{
	float max[BLOCK] __attribute__((aligned(64))), sums[BLOCK] __attribute__((aligned(64)));

	largest(&work->logits, max, work->predicted);
	exponentials(work, max, work->diff.data, sums);
	work->loss = 0;
	work->correct = 0;
	for (int lane = 0; lane < work->lanes; lane++) {
		float own = work->logits.data[work->labels[lane] * BLOCK + lane];

		work->loss += log((double)sums[lane]) + ((double)max[lane] - (double)own);
		work->correct += work->predicted[lane] == work->labels[lane];
	}
	if (work->diff.data)
		loss_gradient(work, sums);
}

/* -- update ------------------------------------------------------------------------------------ */

static void update_gradient(const struct update_work *work)
{
	const float *p = work->params;
	float *g = work->gradient, *v = work->velocity;

	if (work->weight_decay != 0) {
#pragma omp simd
		for (size_t i = 0; i < work->count; i++)
			g[i] += work->weight_decay * p[i];
	}
	if (!v)
		return;
#pragma omp simd
	for (size_t i = 0; i < work->count; i++) {
		float sum = g[i];

		sum += work->momentum * v[i];
		v[i] = sum;
	}
}

bool KERNEL(block_update)(const struct update_work *work)
{
	const float *direction = work->velocity ? work->velocity : work->gradient;
	float *p = work->params, step = -work->lr, check = 0;

	update_gradient(work);
#pragma omp simd
	for (size_t i = 0; i < work->count; i++)
		p[i] += step * direction[i];
#pragma omp simd reduction(+ : check)
	for (size_t i = 0; i < work->count; i++)
		check += p[i] * 0.0f; // stays 0 unless one is infinite or NaN
	return check == 0;
}

/* -- the processor's limit ---------------------------------------------------------------------- */

double KERNEL(block_peak)(size_t rounds)
{
	vec acc[12], x = vec_set(0.999f), y = vec_set(1e-3f);
	volatile float keep;

	UNROLL for (int i = 0; i < 12; i++)
		acc[i] = vec_set((float)i);
	for (size_t r = 0; r < rounds; r++) {
		UNROLL for (int i = 0; i < 12; i++)
			acc[i] = y + acc[i] * x;
	}
	UNROLL for (int i = 1; i < 12; i++)
		acc[0] += acc[i];
	keep = acc[0][0];
	(void)keep;
	return (double)rounds * 12 * VEC_LANES * 2;
}

static const struct layer_impl *const impls[] = {
    &KERNEL(impl_group_sigmoid_avg),
    &KERNEL(impl_group_tanh_avg),
    &KERNEL(impl_group_relu_avg),
    &KERNEL(impl_group_sigmoid_max),
    &KERNEL(impl_group_tanh_max),
    &KERNEL(impl_group_relu_max),
    &KERNEL(impl_conv),
    &KERNEL(impl_conv_any),
    &KERNEL(impl_linear),
    &KERNEL(impl_sigmoid),
    &KERNEL(impl_tanh),
    &KERNEL(impl_relu),
    &KERNEL(impl_pool_2x2),
    &KERNEL(impl_max_pool_2x2),
    &KERNEL(impl_avg_pool_any),
    &KERNEL(impl_max_pool_any),
    &KERNEL(impl_flatten),
    NULL,
};

const struct kernels KERNEL(kernels) = {
    .isa = KERNEL_ISA,
    .lanes = VEC_LANES,
    .impls = impls,
    .gather = KERNEL(block_gather),
    .to_floats = KERNEL(block_to_floats),
    .load = KERNEL(lanes_load),
    .store = KERNEL(lanes_store),
    .loss = KERNEL(block_loss),
    .norm_sums = KERNEL(norm_sums),
    .norm_combine = KERNEL(norm_combine),
    .update = KERNEL(block_update),
    .peak = KERNEL(block_peak),
};
