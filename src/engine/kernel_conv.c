// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Convolution on blocks of 16 images, in register tiles; stride 1 and kernel widths 1, 3 and 5.
 *
 * All three passes read planes that lie in a border of zeros, so no tile asks whether a pixel
 * exists. The order of every sum is part of the design: it is the same for each instruction set,
 * whatever the shape of its tiles.
 */
#include "config.h"

#include "engine/kernel_parts.h"

#define SLAB_BYTES (32 << 10) // of gradients that stay in the first-level cache
#define MAX_PIXELS (TILE_REGS / 4) // of a tile
#define CHUNK 10    // columns of the output's gradient a tile takes; five would be bound by latency

// Multiply-adds per load grow with both sides of a tile; 6 channels suit LeNet's first layer.
static int tile_channels(const struct layer *layer)
{
	return layer->out[0] % 6 == 0 && layer->out[0] % 4 != 0 ? 6 : 4;
}

static int tile_count(const struct layer *layer)
{
	return (layer->out[0] + tile_channels(layer) - 1) / tile_channels(layer);
}

static bool accepts(const struct layer *layer)
{
	const struct layer_spec *spec = &layer->spec;

	return spec->kind == LAYER_KIND_CONV2D && spec->stride_h == 1 && spec->stride_w == 1 &&
	    spec->kernel_h <= CONV_MAX_HEIGHT &&
	    (spec->kernel_w == 1 || spec->kernel_w == 3 || spec->kernel_w == 5);
}

static struct impl_sizes sizes(const struct layer *layer)
{
	size_t panel = (size_t)tile_channels(layer) * (1 + conv_taps(layer));

	struct impl_sizes ret = KERNEL(conv_sizes)(layer);

	ret.packed = (size_t)tile_count(layer) * panel;
	return ret;
}

// packed [tile][1 + in_channels * kernel_h * kernel_w][tile channels]: the biases, then the weights.
static void pack(const struct layer *layer, const float *params, float *packed, size_t piece)
{
	size_t oc = (size_t)tile_channels(layer), taps = conv_taps(layer);

	(void)piece;
	for (size_t o = 0; o < (size_t)layer->out[0]; o++) {
		const float *weights = params + layer->weight_at + o * taps;
		float *panel = packed + o / oc * oc * (1 + taps) + o % oc;

		panel[0] = params[layer->bias_at + o];
		for (size_t i = 0; i < taps; i++)
			panel[(1 + i) * oc] = weights[i];
	}
}

/* -- forward ------------------------------------------------------------------------------ */

struct forward_args {
	int channels, kernel_h;
	ptrdiff_t plane, row, dst_plane;
	int valid; // of the tile's channels
};

// `tiles` of them side by side.
typedef void forward_fn(const struct forward_args *a, const float *src, const float *panel, float *dst,
    int tiles);

// src: the window of the tile's first pixel; dst: that pixel in the tile's first channel.
ALWAYS_INLINE void forward_part(const struct forward_args *a, const float *src, const float *panel,
    float *dst, const int kw, const int oc, const int px)
{
	vec acc[TILE_REGS], s[MAX_PIXELS];

	UNROLL for (int o = 0; o < oc; o++) {
		UNROLL for (int p = 0; p < px; p++)
			acc[o * px + p] = vec_set(panel[o]);
	}
	for (int c = 0; c < a->channels; c++) {
		for (int y = 0; y < a->kernel_h; y++) {
			const float *row = src + c * a->plane + y * a->row;

			UNROLL for (int p = 1; p < px; p++) // a pixel is loaded once and slides
				s[p] = vec_load(row + (p - 1) * BLOCK);
			UNROLL for (int x = 0; x < kw; x++) {
				FORGET_LOADS();
				panel += oc;
				UNROLL for (int p = 1; p < px; p++)
					s[p - 1] = s[p];
				s[px - 1] = vec_load(row + (x + px - 1) * BLOCK);
				UNROLL for (int o = 0; o < oc; o++) {
					vec w = vec_set(panel[o]);

					UNROLL for (int p = 0; p < px; p++)
						vec_fma(&acc[o * px + p], s[p], w);
				}
			}
		}
	}
	UNROLL for (int o = 0; o < oc; o++) {
		if (o >= a->valid)
			break;
		UNROLL for (int p = 0; p < px; p++)
			vec_store(dst + o * a->dst_plane + p * BLOCK, acc[o * px + p]);
	}
}

#define FORWARD(K, O, P)                                                                           \
	static void forward_##K##_##O##_##P(const struct forward_args *a, const float *src,        \
	    const float *panel, float *dst, int tiles)                                             \
	{                                                                                          \
		for (int t = 0; t < tiles; t++, src += P * BLOCK, dst += P * BLOCK) {              \
			for (int part = 0; part < BLOCK; part += VEC_LANES)                        \
				forward_part(a, src + part, panel, dst + part, K, O, P);           \
		}                                                                                  \
	}
#if TILE_REGS == 24
#define FORWARD_WIDTH(K)                                                                           \
	FORWARD(K, 4, 1) FORWARD(K, 4, 2) FORWARD(K, 4, 3)                                         \
	FORWARD(K, 4, 4) FORWARD(K, 4, 5) FORWARD(K, 4, 6)                                         \
	FORWARD(K, 6, 1) FORWARD(K, 6, 2) FORWARD(K, 6, 3) FORWARD(K, 6, 4)
#define FORWARD_NAMES(K)                                                                           \
	{{forward_##K##_4_1, forward_##K##_4_2, forward_##K##_4_3, forward_##K##_4_4,              \
	     forward_##K##_4_5, forward_##K##_4_6},                                                \
	    {forward_##K##_6_1, forward_##K##_6_2, forward_##K##_6_3, forward_##K##_6_4}}
#else
#define FORWARD_WIDTH(K)                                                                           \
	FORWARD(K, 4, 1) FORWARD(K, 4, 2) FORWARD(K, 4, 3) FORWARD(K, 6, 1) FORWARD(K, 6, 2)
#define FORWARD_NAMES(K)                                                                           \
	{{forward_##K##_4_1, forward_##K##_4_2, forward_##K##_4_3},                                \
	    {forward_##K##_6_1, forward_##K##_6_2}}
#endif
FORWARD_WIDTH(1)
FORWARD_WIDTH(3)
FORWARD_WIDTH(5)

// [kernel width / 2][4 or 6 channels][pixels - 1]
static forward_fn *const forward_tiles[3][2][MAX_PIXELS] = {
    FORWARD_NAMES(1), FORWARD_NAMES(3), FORWARD_NAMES(5)};

// A row of `width` pixels in balanced tiles of at most `most`: some of one width, the rest one less.
static void forward_row(const struct forward_args *a, forward_fn *const *tiles, const float *src,
    const float *panel, float *dst, int width, int most)
{
	int count = (width + most - 1) / most, narrow = width / count, wide = width % count;
	ptrdiff_t at = (ptrdiff_t)wide * (narrow + 1) * BLOCK;

	if (wide > 0)
		tiles[narrow](a, src, panel, dst, wide);
	tiles[narrow - 1](a, src + at, panel, dst + at, count - wide);
}

void KERNEL(conv_forward_rows)(const struct layer_work *work, int from, int to)
{
	const struct layer *layer = work->layer;
	const struct layer_spec *spec = &layer->spec;
	struct view src = conv_padded(&work->src, spec);
	int oc = tile_channels(layer), most = TILE_REGS / oc;
	size_t panel = (size_t)oc * (1 + conv_taps(layer));
	struct forward_args args = {.channels = layer->in[0],
	    .kernel_h = spec->kernel_h,
	    .plane = src.plane,
	    .row = src.row,
	    .dst_plane = work->dst.plane};

	for (int y = from; y < to; y++) {
		for (int t = 0; t < tile_count(layer); t++) {
			args.valid = layer->out[0] - t * oc;
			forward_row(&args, forward_tiles[spec->kernel_w / 2][oc == 6],
			    view_at(&src, 0, y, 0), work->packed + (size_t)t * panel,
			    view_to(&work->dst, t * oc, y, 0), layer->out[2], most);
		}
	}
}

static void forward(const struct layer_work *work)
{
	KERNEL(conv_forward_rows)(work, 0, work->layer->out[1]);
}

/* -- gradient of the input ------------------------------------------------------------------ */

struct data_args {
	int from, to;		 // channels of the output
	ptrdiff_t plane, row;	 // of the output's gradient
	ptrdiff_t filter;	 // weights from one output channel to the next
	int taps_from, taps_to;	 // kernel rows that meet this row
	int carried;		 // columns of dst to go on from: begun by the chunk before, or all
};

typedef void data_fn(const struct data_args *a, const float *diff, const float *weights, float *dst);

// diff: the chunk's first column in the row that kernel row 0 meets; dst: its column of the padded row.
ALWAYS_INLINE void data_part(const struct data_args *a, const float *diff, const float *weights,
    float *dst, const int kw, const int cols)
{
	vec acc[CHUNK + CONV_MAX_WIDTH - 1];

	UNROLL for (int x = 0; x < cols + kw - 1; x++)
		acc[x] = x < a->carried ? vec_load(dst + x * BLOCK) : vec_set(0.0f);
	for (int o = a->from; o < a->to; o++) {
		for (int y = a->taps_from; y < a->taps_to; y++) {
			const float *row = diff + o * a->plane - y * a->row;
			const float *taps = weights + o * a->filter + y * kw;

			UNROLL for (int k = 0; k < kw; k++) {
				vec w = vec_set(taps[k]);

				UNROLL for (int x = 0; x < cols; x++)
					vec_fma(&acc[x + k], vec_load(row + x * BLOCK), w);
			}
		}
	}
	UNROLL for (int x = 0; x < cols + kw - 1; x++)
		vec_store(dst + x * BLOCK, acc[x]);
}

#define DATA(K, N)                                                                                 \
	static void data_##K##_##N(const struct data_args *a, const float *diff,                   \
	    const float *weights, float *dst)                                                      \
	{                                                                                          \
		for (int part = 0; part < BLOCK; part += VEC_LANES)                                \
			data_part(a, diff + part, weights, dst + part, K, N);                      \
	}
#define DATA_WIDTH(K)                                                                              \
	DATA(K, 1) DATA(K, 2) DATA(K, 3) DATA(K, 4) DATA(K, 5)                                     \
	DATA(K, 6) DATA(K, 7) DATA(K, 8) DATA(K, 9) DATA(K, 10)
#define DATA_NAMES(K)                                                                              \
	{data_##K##_1, data_##K##_2, data_##K##_3, data_##K##_4, data_##K##_5, data_##K##_6,       \
	    data_##K##_7, data_##K##_8, data_##K##_9, data_##K##_10}
DATA_WIDTH(1)
DATA_WIDTH(3)
DATA_WIDTH(5)

// [kernel width / 2][columns - 1]
static data_fn *const data_tiles[3][CHUNK] = {DATA_NAMES(1), DATA_NAMES(3), DATA_NAMES(5)};

/* A row of the input's gradient in all channels. */
struct data_row {
	const struct layer_work *work;
	struct view dst; // with its border
	int y;		 // in dst
};

// One chunk of columns: a slab of the output's channels, which stays in the first-level cache, for
// each channel of the input in turn.
static void data_chunk(const struct data_row *row, struct data_args *a, int from, int to)
{
	const struct layer *layer = row->work->layer;
	const struct layer_spec *spec = &layer->spec;
	const float *weights = row->work->params + layer->weight_at;
	const float *diff = view_at(&row->work->diff_dst, 0, row->y, from);
	int begun = from > 0 ? spec->kernel_w - 1 : 0;
	int slab = SLAB_BYTES / (spec->kernel_h * (to - from) * BLOCK * 4) + 1;

	for (a->from = 0; a->from < layer->out[0]; a->from = a->to) {
		a->to = layer->out[0] - a->from < slab ? layer->out[0] : a->from + slab;
		a->carried = a->from > 0 ? to - from + spec->kernel_w - 1 : begun;
		for (int c = 0; c < layer->in[0]; c++)
			data_tiles[spec->kernel_w / 2][to - from - 1](a, diff,
			    weights + c * spec->kernel_h * spec->kernel_w,
			    view_to(&row->dst, c, row->y, from));
	}
}

// Chunks from left to right; the last columns of each are those that the next one goes on with.
static void backward_data(const struct layer_work *work)
{
	const struct layer *layer = work->layer;
	const struct layer_spec *spec = &layer->spec;
	struct data_row row = {.work = work, .dst = conv_padded(&work->diff_src, spec)};
	struct data_args args = {.plane = work->diff_dst.plane,
	    .row = work->diff_dst.row,
	    .filter = (ptrdiff_t)conv_taps(layer)};
	int width = layer->out[2], chunks = (width + CHUNK - 1) / CHUNK;

	for (row.y = spec->padding_h; row.y < row.dst.height - spec->padding_h; row.y++) {
		args.taps_from = row.y < layer->out[1] ? 0 : row.y - layer->out[1] + 1;
		args.taps_to = row.y < spec->kernel_h ? row.y + 1 : spec->kernel_h;
		for (int i = 0; i < chunks; i++)
			data_chunk(&row, &args, width * i / chunks, width * (i + 1) / chunks);
	}
}

static void backward(const struct layer_work *work)
{
	KERNEL(conv_backward_weights)(work);
	if (work->diff_src.data)
		backward_data(work);
}

const struct layer_impl KERNEL(impl_conv) = {
    .name = "conv2d, tiles",
    .accepts = accepts,
    .sizes = sizes,
    .pack = pack,
    .forward = forward,
    .backward = backward,
    .gradient = KERNEL(conv_gradient),
    .extent = KERNEL(conv_extent),
};
