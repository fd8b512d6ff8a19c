// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The weight gradient of convolution on blocks of 16 images: tiles of kernel columns by output
 * channels run over the plane; the lanes, which are images, are added up once at the end.
 */
#include "config.h"

#include "engine/kernel_parts.h"

#define SLAB_BYTES (10 << 10) // of gradients that stay in the first-level cache

struct weights_args {
	ptrdiff_t row;	    // of src
	ptrdiff_t diff_row;
	int width, height;  // pixels of the output to go through
};

typedef void weights_fn(const struct weights_args *a, const float *src, const float *const *diff,
    float *sums);

// sums [channels][kernel width][16] go on from what they hold; diff: one pointer per channel.
ALWAYS_INLINE void weights_part(const struct weights_args *a, const float *src,
    const float *const *diff, float *sums, const int part, const int kw, const int oc)
{
	vec acc[TILE_REGS];

	UNROLL for (int i = 0; i < oc * kw; i++)
		acc[i] = vec_load(sums + i * BLOCK + part);
	for (int y = 0; y < a->height; y++) {
		const float *s = src + y * a->row + part;
		ptrdiff_t at = y * a->diff_row + part;

		for (int x = 0; x < a->width; x++, s += BLOCK, at += BLOCK) {
			UNROLL for (int o = 0; o < oc; o++) {
				vec d = vec_load(diff[o] + at);

				UNROLL for (int k = 0; k < kw; k++)
					acc[o * kw + k] += vec_load(s + k * BLOCK) * d;
			}
		}
	}
	UNROLL for (int i = 0; i < oc * kw; i++)
		vec_store(sums + i * BLOCK + part, acc[i]);
}

#define WEIGHTS(K, O)                                                                              \
	static void weights_##K##_##O(const struct weights_args *a, const float *src,                    \
	    const float *const *diff, float *sums)                                                 \
	{                                                                                          \
		for (int part = 0; part < BLOCK; part += VEC_LANES)                                \
			weights_part(a, src, diff, sums, part, K, O);                              \
	}
#if TILE_REGS == 24
#define WEIGHTS_CHANNELS 4
WEIGHTS(1, 3)
WEIGHTS(3, 3)
WEIGHTS(5, 3)
WEIGHTS(1, 4)
WEIGHTS(3, 4)
WEIGHTS(5, 4)
// [channels - 3][kernel width / 2]
static weights_fn *const weights_tiles[2][3] = {
    {weights_1_3, weights_3_3, weights_5_3}, {weights_1_4, weights_3_4, weights_5_4}};

static int weights_channels(const struct layer *layer)
{
	return layer->out[0] % 4 != 0 && layer->out[0] % 3 == 0 ? 3 : 4;
}

static weights_fn *weights_tile(const struct layer *layer)
{
	return weights_tiles[weights_channels(layer) - 3][layer->spec.kernel_w / 2];
}
#else
#define WEIGHTS_CHANNELS 2
WEIGHTS(1, 2)
WEIGHTS(3, 2)
WEIGHTS(5, 2)
static weights_fn *const weights_tiles[3] = {weights_1_2, weights_3_2, weights_5_2};

static int weights_channels(const struct layer *layer)
{
	(void)layer;
	return 2;
}

static weights_fn *weights_tile(const struct layer *layer)
{
	return weights_tiles[layer->spec.kernel_w / 2];
}
#endif

/* Some output channels against one input channel, all kernel rows. */
struct weights_job {
	const struct layer *layer;
	const struct view *src, *diff; // src with its border
	int channel, from, count;      // input channel; output channels
	int tile;		       // output channels of a tile, some of which may not exist
};

// Through the plane in slabs of rows, so that the gradients are read from memory once.
static void weights_sums(const struct weights_job *job, float *sums)
{
	const struct layer_spec *spec = &job->layer->spec;
	int width = job->layer->out[2], height = job->layer->out[1];
	int slab = SLAB_BYTES / (job->tile * width * BLOCK * 4) + 1;
	const float *diff[WEIGHTS_CHANNELS];
	weights_fn *tile = weights_tile(job->layer);

	for (int y = 0; y < height; y += slab) {
		struct weights_args args = {.row = job->src->row,
		    .diff_row = job->diff->row,
		    .width = width,
		    .height = height - y < slab ? height - y : slab};

		for (int o = 0; o < job->tile; o++) // a tile too wide counts its last channel twice
			diff[o] = view_at(job->diff, job->from + (o < job->count ? o : job->count - 1), y, 0);
		for (int k = 0; k < spec->kernel_h; k++)
			tile(&args,
			    view_at(job->src, job->channel, y + k, 0), diff,
			    sums + k * job->tile * spec->kernel_w * BLOCK);
	}
}

static void weights_store(const struct weights_job *job, const float *sums, float *kept)
{
	int kh = job->layer->spec.kernel_h, kw = job->layer->spec.kernel_w;

	for (int o = 0; o < job->count; o++) {
		float *dst = kept + (size_t)(job->from + o) * conv_taps(job->layer) +
		    (size_t)job->channel * (size_t)(kh * kw);

		for (int y = 0; y < kh; y++) {
			for (int x = 0; x < kw; x++)
				*dst++ = block_sum(sums + ((y * job->tile + o) * kw + x) * BLOCK);
		}
	}
}

void KERNEL(conv_backward_bias)(const struct layer_work *work)
{
	float *kept = work->kept + work->layer->weight_count;
	float sums[BLOCK] __attribute__((aligned(64)));

	for (int o = 0; o < work->diff_dst.channels; o++) {
		view_sum(&work->diff_dst, o, sums);
		kept[o] = block_sum(sums);
	}
}

void KERNEL(conv_backward_weights)(const struct layer_work *work)
{
	const struct layer *layer = work->layer;
	const struct view src = conv_padded(&work->src, &layer->spec);
	struct weights_job job = {.layer = layer, .src = &src, .diff = &work->diff_dst, .tile = weights_channels(layer)};
	float sums[CONV_MAX_HEIGHT * WEIGHTS_CHANNELS * CONV_MAX_WIDTH * BLOCK] __attribute__((aligned(64)));

	for (; job.from < layer->out[0]; job.from += job.tile) {
		job.count = layer->out[0] - job.from;
		if (job.count > job.tile)
			job.count = job.tile;
		for (job.channel = 0; job.channel < layer->in[0]; job.channel++) {
			memset(sums, 0, (size_t)(layer->spec.kernel_h * job.tile *
				layer->spec.kernel_w * BLOCK) * sizeof(float));
			weights_sums(&job, sums);
			weights_store(&job, sums, work->kept);
		}
	}
	KERNEL(conv_backward_bias)(work);
}

struct impl_sizes KERNEL(conv_sizes)(const struct layer *layer)
{
	return (struct impl_sizes){.kept = layer->weight_count + layer->bias_count, .pieces = 1};
}

void KERNEL(conv_extent)(const struct layer *layer, size_t piece, size_t ret[2][2])
{
	(void)piece;
	ret[0][0] = layer->weight_at;
	ret[0][1] = layer->weight_count;
	ret[1][0] = layer->bias_at;
	ret[1][1] = layer->bias_count;
}

static void add_blocks(const struct gradient_work *work, const float *kept, size_t at, size_t count)
{
	float *dst = work->gradient + at;

	if (!work->add)
		memset(dst, 0, count * sizeof(*dst));
	for (size_t b = 0; b < work->blocks; b++, kept += work->kept_stride) {
#pragma omp simd
		for (size_t i = 0; i < count; i++)
			dst[i] += kept[i];
	}
}

// The blocks' gradients are added in the order of the blocks.
void KERNEL(conv_gradient)(const struct gradient_work *work, size_t piece)
{
	const struct layer *layer = work->layer;

	(void)piece;
	add_blocks(work, work->kept, layer->weight_at, layer->weight_count);
	add_blocks(work, work->kept + layer->weight_count, layer->bias_at, layer->bias_count);
}
