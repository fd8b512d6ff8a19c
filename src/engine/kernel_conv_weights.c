// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The weight gradient of convolution on blocks of 16 images: tiles of kernel columns by output
 * channels run over the plane; the lanes, which are images, are added up once at the end.
 */
#include "config.h"

#include "engine/kernel_parts.h"

#define BIAS_CHANNELS 16
#define SLAB_BYTES (10 << 10) // of gradients that stay in the first-level cache

#define MAX_SUMS (CONV_MAX_HEIGHT * WEIGHTS_CHANNELS * CONV_MAX_WIDTH) // a multiple of 16

struct weights_args {
	ptrdiff_t row;	    // of src
	ptrdiff_t diff_row;
	int width, height;  // pixels of the output to go through
};

typedef void weights_fn(const struct weights_args *a, const float *src, const float *const *diff,
    float *sums);

// acc[channel][kernel column] += the products of `count` pixels side by side.
ALWAYS_INLINE void weights_pixels(vec *acc, const float *src, const float *const *diff, ptrdiff_t at,
    const int kw, const int oc, const int count)
{
	vec s[CONV_MAX_WIDTH + 1];

	FORGET_LOADS();
	UNROLL for (int k = 0; k < kw + count - 1; k++)
		s[k] = vec_load(src + k * BLOCK);
	UNROLL for (int o = 0; o < oc; o++) {
		UNROLL for (int p = 0; p < count; p++) {
			vec d = vec_load(diff[o] + at + p * BLOCK);

			UNROLL for (int k = 0; k < kw; k++)
				vec_fma(&acc[o * kw + k], s[p + k], d);
		}
	}
}

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
		int x = 0;

		for (; x + 2 <= a->width; x += 2, s += 2 * BLOCK, at += 2 * BLOCK)
			weights_pixels(acc, s, diff, at, kw, oc, 2);
		if (x < a->width)
			weights_pixels(acc, s, diff, at, kw, oc, 1);
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

// Rounded up to whole vectors of sums.
static size_t sums_bytes(const struct weights_job *job)
{
	int count = job->layer->spec.kernel_h * job->layer->spec.kernel_w * job->tile;

	return (size_t)((count + VEC_LANES - 1) / VEC_LANES * VEC_LANES) * BLOCK * sizeof(float);
}

// Rows y .. y + height of the output; job->diff starts at row `above`.
static void weights_rows(const struct weights_job *job, int y, int above, int height, float *sums)
{
	const struct layer_spec *spec = &job->layer->spec;
	const float *diff[WEIGHTS_CHANNELS];
	weights_fn *tile = weights_tile(job->layer);
	struct weights_args args = {.row = job->src->row,
	    .diff_row = job->diff->row,
	    .width = job->layer->out[2],
	    .height = height};

	for (int o = 0; o < job->tile; o++) // a tile too wide counts its last channel twice
		diff[o] = view_at(job->diff, job->from + (o < job->count ? o : job->count - 1), y - above, 0);
	for (int k = 0; k < spec->kernel_h; k++)
		tile(&args, view_at(job->src, job->channel, y + k, 0), diff,
		    sums + k * job->tile * spec->kernel_w * BLOCK);
}

// Through the plane in slabs of rows, so that the gradients are read from memory once.
static void weights_sums(const struct weights_job *job, float *sums)
{
	int height = job->layer->out[1];
	int slab = SLAB_BYTES / (job->tile * job->layer->out[2] * BLOCK * 4) + 1;

	for (int y = 0; y < height; y += slab)
		weights_rows(job, y, 0, height - y < slab ? height - y : slab, sums);
}

static void next_tile(struct weights_job *job)
{
	job->count = job->layer->out[0] - job->from;
	if (job->count > job->tile)
		job->count = job->tile;
}

// The lanes of `count` sums, which is rounded up to whole vectors, to one float each.
static void add_lanes(const float *sums, int count, float *dst)
{
	for (int i = 0; i < count; i += VEC_LANES)
		vec_store(dst + i, block_sums(sums + i * BLOCK));
}

static void weights_store(const struct weights_job *job, const float *sums, float *kept)
{
	int kh = job->layer->spec.kernel_h, kw = job->layer->spec.kernel_w;
	float weights[MAX_SUMS] __attribute__((aligned(64)));

	add_lanes(sums, kh * job->tile * kw, weights);
	for (int o = 0; o < job->count; o++) {
		float *dst = kept + (size_t)(job->from + o) * conv_taps(job->layer) +
		    (size_t)job->channel * (size_t)(kh * kw);

		for (int y = 0; y < kh; y++) {
			for (int x = 0; x < kw; x++)
				*dst++ = weights[(y * job->tile + o) * kw + x];
		}
	}
}

void KERNEL(conv_backward_bias)(const struct layer_work *work)
{
	float *kept = work->kept + work->layer->weight_count;
	float sums[BIAS_CHANNELS * BLOCK] __attribute__((aligned(64)));
	struct view some = work->diff_dst;

	for (int from = 0; from < work->diff_dst.channels; from += BIAS_CHANNELS) {
		some.data = view_to(&work->diff_dst, from, 0, 0);
		some.channels = work->diff_dst.channels - from;
		if (some.channels > BIAS_CHANNELS)
			some.channels = BIAS_CHANNELS;
		memset(sums, 0, sizeof(sums));
		view_sum(&some, sums);
		for (int o = 0; o < some.channels; o++)
			kept[from + o] = block_sum(sums + o * BLOCK);
	}
}

void KERNEL(conv_backward_weights)(const struct layer_work *work)
{
	const struct layer *layer = work->layer;
	const struct view src = conv_padded(&work->src, &layer->spec);
	struct weights_job job = {
	    .layer = layer, .src = &src, .diff = &work->diff_dst, .tile = weights_channels(layer)};
	float sums[MAX_SUMS * BLOCK] __attribute__((aligned(64)));

	for (; job.from < layer->out[0]; job.from += job.tile) {
		next_tile(&job);
		for (job.channel = 0; job.channel < layer->in[0]; job.channel++) {
			memset(sums, 0, sums_bytes(&job));
			weights_sums(&job, sums);
			weights_store(&job, sums, work->kept);
		}
	}
	KERNEL(conv_backward_bias)(work);
}

/* -- the same, of a gradient that arrives in slabs of rows --------------------------------------- */

static struct weights_job slab_job(const struct conv_slabs *slabs, const struct view *diff)
{
	return (struct weights_job){.layer = slabs->work->layer,
	    .src = &slabs->src,
	    .diff = diff,
	    .tile = weights_channels(slabs->work->layer)};
}

bool KERNEL(conv_slabs_fit)(const struct layer *layer)
{
	struct weights_job job = {.layer = layer, .tile = weights_channels(layer)};
	size_t tiles = (size_t)(layer->out[0] + job.tile - 1) / (size_t)job.tile;

	return layer->in[0] == 1 && layer->out[0] <= CONV_SLAB_CHANNELS &&
	    tiles * sums_bytes(&job) <= sizeof(((struct conv_slabs *)NULL)->sums);
}

void KERNEL(conv_slabs_init)(struct conv_slabs *slabs, const struct layer_work *work)
{
	slabs->work = work;
	slabs->src = conv_padded(&work->src, &work->layer->spec);
	memset(slabs->sums, 0, sizeof(slabs->sums));
	memset(slabs->bias, 0, sizeof(slabs->bias));
}

void KERNEL(conv_slabs_add)(struct conv_slabs *slabs, const struct view *diff, int y)
{
	struct weights_job job = slab_job(slabs, diff);
	float *sums = slabs->sums;

	for (; job.from < job.layer->out[0]; job.from += job.tile) {
		next_tile(&job);
		weights_rows(&job, y, y, diff->height, sums);
		sums += sums_bytes(&job) / sizeof(*sums);
	}
	view_sum(diff, slabs->bias);
}

void KERNEL(conv_slabs_store)(const struct conv_slabs *slabs)
{
	struct weights_job job = slab_job(slabs, NULL);
	const float *sums = slabs->sums;
	float *bias = slabs->work->kept + job.layer->weight_count;

	for (; job.from < job.layer->out[0]; job.from += job.tile) {
		next_tile(&job);
		weights_store(&job, sums, slabs->work->kept);
		sums += sums_bytes(&job) / sizeof(*sums);
	}
	for (int o = 0; o < job.layer->out[0]; o++)
		bias[o] = block_sum(slabs->bias + o * BLOCK);
}

/* -- over a batch --------------------------------------------------------------------------------- */

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
