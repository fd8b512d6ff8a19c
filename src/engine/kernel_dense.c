// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Dense layers. Forward and the gradient of the input are one product on a block of 16 images; the
 * weight gradient is one product over the whole batch, split by rows of the weights, in which the
 * images are what is summed over, one after the other.
 */
#include "config.h"

#include "engine/kernel_parts.h"

#define PANEL (TILE_REGS / VEC_PARTS) // features a tile makes, of all 16 images
/* Rows of the weight gradient, and of packing, that a thread takes at once: whole panels of every
 * instruction set, or two threads would write into the same cache lines. */
#define PIECE 24
#define TILE_ROWS 6		      // of these, in registers
#define TILE_VECTORS (TILE_REGS / TILE_ROWS)

static size_t round_up(size_t n, size_t to)
{
	return (n + to - 1) / to * to;
}

static size_t inputs(const struct layer *layer)
{
	return (size_t)layer->in[0];
}

static size_t outputs(const struct layer *layer)
{
	return (size_t)layer->out[0];
}

// packed: [panels of outputs][in][PANEL], then [panels of inputs][out][PANEL]; zeros beyond the edge.
static size_t packed_forward(const struct layer *layer)
{
	return round_up(outputs(layer), PANEL) * inputs(layer);
}

// kept per block: the input as [16 images][in, in whole vectors], then the output's gradient
// [out, in whole tiles][16].
static size_t kept_inputs(const struct layer *layer)
{
	return BLOCK * round_up(inputs(layer), BLOCK);
}

static bool accepts(const struct layer *layer)
{
	return layer->spec.kind == LAYER_KIND_LINEAR;
}

static struct impl_sizes sizes(const struct layer *layer)
{
	return (struct impl_sizes){
	    .packed = packed_forward(layer) + round_up(inputs(layer), PANEL) * outputs(layer),
	    .kept = kept_inputs(layer) + round_up(outputs(layer), TILE_ROWS) * BLOCK,
	    .pieces = (outputs(layer) + PIECE - 1) / PIECE,
	};
}

static size_t piece_end(const struct layer *layer, size_t piece)
{
	return (piece + 1) * PIECE < outputs(layer) ? (piece + 1) * PIECE : outputs(layer);
}

static void extent(const struct layer *layer, size_t piece, size_t ret[2][2])
{
	size_t rows = piece_end(layer, piece) - piece * PIECE;

	ret[0][0] = layer->weight_at + piece * PIECE * inputs(layer);
	ret[0][1] = rows * inputs(layer);
	ret[1][0] = layer->bias_at + piece * PIECE;
	ret[1][1] = rows;
}

static void pack(const struct layer *layer, const float *params, float *packed, size_t piece)
{
	size_t in = inputs(layer), out = outputs(layer);
	float *back = packed + packed_forward(layer);

	for (size_t o = piece * PIECE; o < piece_end(layer, piece); o++) {
		const float *row = params + layer->weight_at + o * in;
		float *panel = packed + o / PANEL * PANEL * in + o % PANEL;

		for (size_t i = 0; i < in; i++)
			panel[i * PANEL] = row[i];
		for (size_t i = 0; i < in; i += PANEL) {
			for (size_t j = 0; j < PANEL && i + j < in; j++)
				back[i * out + o * PANEL + j] = row[i + j];
		}
	}
}

/* -- products on a block ------------------------------------------------------------------------ */

// dst[j] = start[j] + sum over k of panel[k][j] * src[k], for the first `count` of PANEL features j;
// src [depth][16], dst [PANEL][16]. `start` may be NULL.
static void product_panel(const float *src, const float *panel, size_t depth, const float *start,
    float *dst, size_t count)
{
	vec acc[TILE_REGS];

	UNROLL for (int j = 0; j < PANEL; j++) {
		UNROLL for (int part = 0; part < VEC_PARTS; part++)
			acc[j * VEC_PARTS + part] = vec_set(start && (size_t)j < count ? start[j] : 0.0f);
	}
	for (size_t k = 0; k < depth; k++, src += BLOCK, panel += PANEL) {
		UNROLL for (int j = 0; j < PANEL; j++) {
			vec w = vec_set(panel[j]);

			UNROLL for (int part = 0; part < VEC_PARTS; part++)
				vec_fma(&acc[j * VEC_PARTS + part], vec_load(src + part * VEC_LANES), w);
		}
	}
	UNROLL for (int j = 0; j < PANEL; j++) {
		if ((size_t)j >= count)
			break;
		UNROLL for (int part = 0; part < VEC_PARTS; part++)
			vec_store(dst + j * BLOCK + part * VEC_LANES, acc[j * VEC_PARTS + part]);
	}
}

static void product(const float *src, size_t depth, const float *packed, const float *start, float *dst,
    size_t features)
{
	for (size_t j = 0; j < features; j += PANEL)
		product_panel(src, packed + j * depth, depth, start ? start + j : NULL, dst + j * BLOCK,
		    features - j < PANEL ? features - j : PANEL);
}

static void forward(const struct layer_work *work)
{
	const struct layer *layer = work->layer;

	product(work->src.data, inputs(layer), work->packed, work->params + layer->bias_at, work->dst.data,
	    outputs(layer));
}

#if VEC_LANES == 16
#define LOW 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define HIGH 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#elif VEC_LANES == 8
#define LOW 0, 8, 1, 9, 2, 10, 3, 11
#define HIGH 4, 12, 5, 13, 6, 14, 7, 15
#else
#define LOW 0, 4, 1, 5
#define HIGH 2, 6, 3, 7
#endif

// A square of vectors: the perfect shuffle of rows, done as often as lanes can be halved.
ALWAYS_INLINE void transpose_square(const float *src, float *dst, size_t stride, size_t rows)
{
	vec square[VEC_LANES], next[VEC_LANES];

	UNROLL for (int i = 0; i < VEC_LANES; i++)
		square[i] = (size_t)i < rows ? vec_load(src + i * BLOCK) : vec_set(0.0f);
	UNROLL for (int lanes = VEC_LANES; lanes > 1; lanes /= 2) {
		UNROLL for (int i = 0; i < VEC_LANES / 2; i++) {
			vec a = square[i], b = square[i + VEC_LANES / 2];

			next[2 * i] = __builtin_shufflevector(a, b, LOW);
			next[2 * i + 1] = __builtin_shufflevector(a, b, HIGH);
		}
		UNROLL for (int i = 0; i < VEC_LANES; i++)
			square[i] = next[i];
	}
	UNROLL for (int i = 0; i < VEC_LANES; i++)
		vec_store(dst + (size_t)i * stride, square[i]);
}

// src [count][16] to dst [16][stride]; zeros follow up to a whole vector.
static void transpose(const float *src, size_t count, float *dst, size_t stride)
{
	for (size_t i = 0; i < count; i += VEC_LANES) {
		for (size_t part = 0; part < BLOCK; part += VEC_LANES)
			transpose_square(src + i * BLOCK + part, dst + part * stride + i, stride,
			    count - i);
	}
}

static void backward(const struct layer_work *work)
{
	const struct layer *layer = work->layer;

	transpose(work->src.data, inputs(layer), work->kept, round_up(inputs(layer), BLOCK));
	memcpy(work->kept + kept_inputs(layer), work->diff_dst.data,
	    outputs(layer) * BLOCK * sizeof(float));
	if (work->diff_src.data)
		product(work->diff_dst.data, outputs(layer), work->packed + packed_forward(layer), NULL,
		    work->diff_src.data, inputs(layer));
}

/* -- the weight gradient over a batch ------------------------------------------------------------ */

/* A tile of it: rows of the weights by vectors of inputs. */
struct rows_tile {
	const struct gradient_work *work;
	const float *src, *diff; // in the first block's `kept`, from the tile's first input and row
	size_t src_stride;	 // floats from an image to the next
	float *dst;		 // gradient of the tile's first weight
	size_t dst_stride;	 // of a row
	size_t rows, columns;	 // that exist
};

static vec load_some(const float *at, size_t count)
{
	float some[VEC_LANES] __attribute__((aligned(64))) = {0};

	if (count >= VEC_LANES)
		return vec_load_unaligned(at);
	memcpy(some, at, count * sizeof(*at));
	return vec_load(some);
}

static void store_some(float *at, vec v, size_t count)
{
	float some[VEC_LANES] __attribute__((aligned(64)));

	if (count >= VEC_LANES) {
		vec_store_unaligned(at, v);
		return;
	}
	vec_store(some, v);
	memcpy(at, some, count * sizeof(*at));
}

ALWAYS_INLINE size_t columns_left(const struct rows_tile *tile, int vector)
{
	size_t before = (size_t)vector * VEC_LANES;

	return tile->columns > before ? tile->columns - before : 0;
}

ALWAYS_INLINE void rows_product(const struct rows_tile *tile, const int vectors)
{
	vec acc[TILE_REGS];
	const float *src = tile->src, *diff = tile->diff;

	UNROLL for (int r = 0; r < TILE_ROWS; r++) {
		UNROLL for (int v = 0; v < vectors; v++)
			acc[r * vectors + v] = tile->work->add && (size_t)r < tile->rows
			    ? load_some(tile->dst + (size_t)r * tile->dst_stride + v * VEC_LANES,
				  columns_left(tile, v))
			    : vec_set(0.0f);
	}
	for (size_t b = 0; b < tile->work->blocks; b++) {
		const float *s = src;

		for (int lane = 0; lane < BLOCK; lane++, s += tile->src_stride) {
			UNROLL for (int r = 0; r < TILE_ROWS; r++) {
				vec d = vec_set(diff[r * BLOCK + lane]);

				UNROLL for (int v = 0; v < vectors; v++)
					vec_fma(&acc[r * vectors + v], vec_load(s + v * VEC_LANES), d);
			}
		}
		src += tile->work->kept_stride;
		diff += tile->work->kept_stride;
	}
	UNROLL for (int r = 0; r < TILE_ROWS; r++) {
		if ((size_t)r >= tile->rows)
			break;
		UNROLL for (int v = 0; v < vectors; v++)
			store_some(tile->dst + (size_t)r * tile->dst_stride + v * VEC_LANES,
			    acc[r * vectors + v], columns_left(tile, v));
	}
}

#define ROWS(N)                                                                                    \
	static void rows_##N(const struct rows_tile *tile)                                         \
	{                                                                                          \
		rows_product(tile, N);                                                             \
	}
ROWS(1)
ROWS(2)
#if TILE_VECTORS == 4
ROWS(3)
ROWS(4)
#endif

static void (*const rows_tiles[TILE_VECTORS])(const struct rows_tile *) = {
    rows_1,
    rows_2,
#if TILE_VECTORS == 4
    rows_3,
    rows_4,
#endif
};

// All inputs of some rows, in balanced tiles.
static void gradient_rows(struct rows_tile *tile, const struct layer *layer)
{
	size_t vectors = (inputs(layer) + VEC_LANES - 1) / VEC_LANES;
	size_t pieces = (vectors + TILE_VECTORS - 1) / TILE_VECTORS;
	const float *src = tile->src;
	float *dst = tile->dst;

	for (size_t i = 0; i < pieces; i++) {
		size_t from = vectors * i / pieces, to = vectors * (i + 1) / pieces;

		tile->src = src + from * VEC_LANES;
		tile->dst = dst + from * VEC_LANES;
		tile->columns = inputs(layer) - from * VEC_LANES;
		rows_tiles[to - from - 1](tile);
	}
}

// Of a tile's rows side by side: each sum waits for its last addition, image by image.
static void bias_gradient(const struct rows_tile *tile, float *bias)
{
	const float *diff = tile->diff;
	float sums[TILE_ROWS];

	UNROLL for (int r = 0; r < TILE_ROWS; r++)
		sums[r] = tile->work->add && (size_t)r < tile->rows ? bias[r] : 0.0f;
	for (size_t b = 0; b < tile->work->blocks; b++, diff += tile->work->kept_stride) {
		for (int lane = 0; lane < BLOCK; lane++) {
			UNROLL for (int r = 0; r < TILE_ROWS; r++)
				sums[r] += diff[r * BLOCK + lane];
		}
	}
	memcpy(bias, sums, tile->rows * sizeof(*bias));
}

static void gradient(const struct gradient_work *work, size_t piece)
{
	const struct layer *layer = work->layer;
	const float *diff = work->kept + kept_inputs(layer);
	size_t end = piece_end(layer, piece);

	for (size_t o = piece * PIECE; o < end; o += TILE_ROWS) {
		struct rows_tile tile = {.work = work,
		    .src = work->kept,
		    .diff = diff + o * BLOCK,
		    .src_stride = round_up(inputs(layer), BLOCK),
		    .dst = work->gradient + layer->weight_at + o * inputs(layer),
		    .dst_stride = inputs(layer),
		    .rows = end - o < TILE_ROWS ? end - o : TILE_ROWS};

		bias_gradient(&tile, work->gradient + layer->bias_at + o);
		gradient_rows(&tile, layer);
	}
}

const struct layer_impl KERNEL(impl_linear) = {
    .name = "linear, tiles",
    .accepts = accepts,
    .sizes = sizes,
    .pack = pack,
    .forward = forward,
    .backward = backward,
    .gradient = gradient,
    .extent = extent,
};
