// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Matrix products: both matrices are packed, then multiplied tile by tile.
 */
#include "config.h"

#include "engine/gemm.h"

#include <string.h>

#include "base/cancel.h"
#include "engine/flat.h"
#include "engine/workers.h"

#define SLAB_FLOATS 65536 // of the right matrix: half of a small second cache
#define SLAB_COLUMNS 768  // at most: a tile's sums stay in the first cache

/* The work cut into slabs of b's columns and tiles of a's rows. */
struct gemm_plan {
	const struct gemm *g;
	int64_t slabs, width; // columns of a slab, a multiple of the lanes
	int64_t tiles;
	float *b_packed; // [slab][k][width]
	float *a_packed; // [tile][k][rows of the tile]
	ptrdiff_t *offsets; // [k]
};

static int64_t at_most(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t whole_vectors(int64_t count)
{
	return (count + FLAT_LANES - 1) / FLAT_LANES * FLAT_LANES;
}

static int plan_init(struct gemm_plan *p, const struct gemm *g, struct arena *scratch)
{
	int64_t most = at_most(SLAB_COLUMNS, SLAB_FLOATS / g->k / FLAT_LANES * FLAT_LANES);
	int64_t rows = flat_kernels_get()->channels;

	if (most < 4 * FLAT_LANES)
		most = 4 * FLAT_LANES;
	p->g = g;
	p->slabs = (g->n + most - 1) / most;
	p->width = whole_vectors((g->n + p->slabs - 1) / p->slabs);
	p->slabs = (g->n + p->width - 1) / p->width;
	p->tiles = (g->m + rows - 1) / rows;
	p->b_packed =
	    arena_alloc(scratch, (size_t)(p->slabs * g->k), (size_t)p->width * sizeof(float));
	p->a_packed = arena_alloc(scratch, (size_t)g->m, (size_t)g->k * sizeof(float));
	p->offsets = arena_alloc(scratch, (size_t)g->k, sizeof(*p->offsets));
	if (!p->b_packed || !p->a_packed || !p->offsets)
		return ERR_NOMEM;
	for (int64_t t = 0; t < g->k; t++)
		p->offsets[t] = t * p->width;
	return 0;
}

static int64_t tile_start(const struct gemm_plan *p, int64_t tile)
{
	return p->g->m * tile / p->tiles;
}

/* Copies rows [from, from + rows) of `src`, column by column: dst [columns][rows]. */
static void pack_columns(
    const float *src, ptrdiff_t row, ptrdiff_t col, int64_t rows, int64_t columns, float *dst)
{
	for (int64_t j = 0; j < columns; j++) {
		for (int64_t i = 0; i < rows; i++)
			*dst++ = src[i * row + j * col];
	}
}

static void pack_tile(void *arg, size_t item, int thread)
{
	const struct gemm_plan *p = arg;
	int64_t tile = (int64_t)item;
	const struct gemm *g = p->g;
	int64_t first = tile_start(p, tile);

	(void)thread;
	pack_columns(g->a + first * g->a_row, g->a_row, g->a_col, tile_start(p, tile + 1) - first,
	    g->k, p->a_packed + first * g->k);
}

static void pack_slab(void *arg, size_t item, int thread)
{
	const struct gemm_plan *p = arg;
	int64_t slab = (int64_t)item;
	const struct gemm *g = p->g;
	int64_t first = slab * p->width, columns = at_most(p->width, g->n - first);
	const float *src = g->b + first * g->b_col;
	float *dst = p->b_packed + slab * g->k * p->width;

	(void)thread;
	if (g->b_col != 1 && columns < p->width)
		memset(dst, 0, (size_t)(g->k * p->width) * sizeof(*dst));
	if (g->b_col != 1) { // reads along b's rows, which then are the contiguous ones
		for (int64_t j = 0; j < columns; j++) {
			for (int64_t t = 0; t < g->k; t++)
				dst[t * p->width + j] = src[t * g->b_row + j * g->b_col];
		}
		return;
	}
	for (int64_t t = 0; t < g->k; t++, dst += p->width) {
		memcpy(dst, src + t * g->b_row, (size_t)columns * sizeof(*dst));
		memset(dst + columns, 0, (size_t)(p->width - columns) * sizeof(*dst));
	}
}

static void multiply(void *arg, size_t item, int thread)
{
	float sums[FLAT_MAX_CHANNELS * SLAB_COLUMNS] __attribute__((aligned(64)));
	const struct gemm_plan *p = arg;
	const struct gemm *g = p->g;
	int64_t slab = (int64_t)item / p->tiles, tile = (int64_t)item % p->tiles;
	int64_t first = tile_start(p, tile), column = slab * p->width;
	struct flat_tile work = {
	    .src = p->b_packed + slab * g->k * p->width,
	    .offsets = p->offsets,
	    .taps = (size_t)g->k,
	    .panel = p->a_packed + first * g->k,
	    .channels = (int)(tile_start(p, tile + 1) - first),
	    .count = whole_vectors(at_most(p->width, g->n - column)),
	    .dst = sums,
	    .pitch = p->width,
	};

	(void)thread;
	flat_kernels_get()->tile(&work);
	for (int i = 0; i < work.channels; i++)
		memcpy(g->c + (first + i) * g->c_row + column, sums + i * p->width,
		    (size_t)at_most(p->width, g->n - column) * sizeof(float));
}

static void clear(const struct gemm *g)
{
	for (int64_t i = 0; i < g->m; i++) {
		for (int64_t j = 0; j < g->n; j++)
			g->c[i * g->c_row + j] = 0;
	}
}

int gemm_run(const struct gemm *g, struct arena *scratch)
{
	double work = (double)g->m * (double)g->n * (double)g->k;
	struct gemm_plan plan;

	if (work == 0) {
		clear(g);
		return 0;
	}
	if (plan_init(&plan, g, scratch) < 0)
		return ERR_NOMEM;
	workers_each_if(work > FLAT_PARALLEL, (size_t)plan.tiles, pack_tile, &plan);
	workers_each_if(work > FLAT_PARALLEL, (size_t)plan.slabs, pack_slab, &plan);
	workers_each_if(
	    work > FLAT_PARALLEL, (size_t)(plan.slabs * plan.tiles), multiply, &plan);
	return 0;
}

static void plain(const struct gemm *g)
{
	for (int64_t i = 0; i < g->m && !cancelled(); i++) {
		for (int64_t j = 0; j < g->n; j++) {
			float sum = 0;

			for (int64_t t = 0; t < g->k; t++)
				sum += g->a[i * g->a_row + t * g->a_col] *
				       g->b[t * g->b_row + j * g->b_col];
			g->c[i * g->c_row + j] = sum;
		}
	}
}

void gemm_best(const struct gemm *g)
{
	struct arena scratch = ARENA_INIT;

	if (gemm_run(g, &scratch) < 0)
		plain(g);
	arena_release(&scratch);
}

void linear_best_forward(int64_t batch, int64_t in, int64_t out, const float *src,
    const float *weights, const float *bias, float *dst)
{
	struct gemm g = {batch, out, in, src, in, 1, weights, 1, in, dst, out};

	gemm_best(&g);
	for (int64_t n = 0; bias && n < batch; n++) {
		for (int64_t o = 0; o < out; o++)
			dst[n * out + o] += bias[o];
	}
}

void linear_best_backward_data(int64_t batch, int64_t in, int64_t out, const float *diff_dst,
    const float *weights, float *diff_src)
{
	struct gemm g = {batch, in, out, diff_dst, out, 1, weights, in, 1, diff_src, in};

	gemm_best(&g);
}

void linear_best_backward_weights(int64_t batch, int64_t in, int64_t out, const float *src,
    const float *diff_dst, float *diff_weights, float *diff_bias)
{
	struct gemm g = {out, in, batch, diff_dst, 1, out, src, in, 1, diff_weights, in};

	gemm_best(&g);
	if (!diff_bias)
		return;
	memset(diff_bias, 0, (size_t)out * sizeof(*diff_bias));
	for (int64_t n = 0; n < batch; n++) {
		for (int64_t o = 0; o < out; o++)
			diff_bias[o] += diff_dst[n * out + o];
	}
}
