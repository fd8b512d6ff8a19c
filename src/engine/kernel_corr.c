// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Correlation of one large plane with one kernel, in register tiles of rows by vectors of columns.
 * Compiled once for each instruction set.
 *
 * A tile of ROWS output rows walks down the input: each vector of an input row is loaded once for
 * each column of the kernel and serves all the output rows whose windows it lies in. Every output
 * sums its products in the order of the kernel's rows and columns, whatever the tile.
 */
#include "config.h"

#include "engine/kernel_flat.h"

#define ROWS 4
#define COLUMNS (TILE_REGS / ROWS) // vectors

struct corr {
	const float *src, *kernel;
	int64_t w, kh, kw, out_w;
	float *dst;
};

/*
 * Input row `i` of a tile at `src` serves its output rows [low, high): of row r's window it is row
 * i - r.
 */
ALWAYS_INLINE void add_row(const struct corr *c, const float *src, int64_t i, vec *acc,
    const int low, const int high, const int columns)
{
	const float *row = src + i * c->w, *kernel = c->kernel + i * c->kw;

	for (int64_t b = 0; b < c->kw; b++) {
		vec s[8];

		UNROLL for (int v = 0; v < columns; v++)
			s[v] = vec_load_unaligned(row + b + v * VEC_LANES);
		UNROLL for (int r = low; r < high; r++) {
			vec k = vec_set(kernel[b - r * c->kw]);

			UNROLL for (int v = 0; v < columns; v++)
				acc[r * columns + v] += s[v] * k;
		}
	}
}

/* A tile of ROWS rows; the kernel has at least ROWS - 1. */
ALWAYS_INLINE void tall_tile(const struct corr *c, int64_t y, int64_t x, const int columns)
{
	const float *src = c->src + y * c->w + x;
	vec acc[TILE_REGS];

	UNROLL for (int i = 0; i < ROWS * columns; i++)
		acc[i] = vec_set(0.0f);
	UNROLL for (int i = 0; i < ROWS - 1; i++)
		add_row(c, src, i, acc, 0, i + 1, columns);
	for (int64_t i = ROWS - 1; i < c->kh; i++)
		add_row(c, src, i, acc, 0, ROWS, columns);
	UNROLL for (int i = 0; i < ROWS - 1; i++)
		add_row(c, src, c->kh + i, acc, i + 1, ROWS, columns);
	UNROLL for (int r = 0; r < ROWS; r++) {
		float *row = c->dst + (y + r) * c->out_w + x;

		UNROLL for (int v = 0; v < columns; v++)
			vec_store_unaligned(row + v * VEC_LANES, acc[r * columns + v]);
	}
}

/* A tile of one row. */
ALWAYS_INLINE void single_tile(const struct corr *c, int64_t y, int64_t x, const int columns)
{
	const float *src = c->src + y * c->w + x;
	vec acc[8];

	UNROLL for (int v = 0; v < columns; v++)
		acc[v] = vec_set(0.0f);
	for (int64_t i = 0; i < c->kh; i++)
		add_row(c, src, i, acc, 0, 1, columns);
	UNROLL for (int v = 0; v < columns; v++)
		vec_store_unaligned(c->dst + y * c->out_w + x + v * VEC_LANES, acc[v]);
}

static void tall_wide(const struct corr *c, int64_t y, int64_t x)
{
	tall_tile(c, y, x, COLUMNS);
}

static void tall_narrow(const struct corr *c, int64_t y, int64_t x)
{
	tall_tile(c, y, x, 1);
}

static void single_wide(const struct corr *c, int64_t y, int64_t x)
{
	single_tile(c, y, x, 8);
}

static void single_narrow(const struct corr *c, int64_t y, int64_t x)
{
	single_tile(c, y, x, 1);
}

/* Planes narrower than a vector. */
static void scalar_row(const struct corr *c, int64_t y)
{
	for (int64_t x = 0; x < c->out_w; x++) {
		float sum = 0;

		for (int64_t i = 0; i < c->kh; i++) {
			for (int64_t b = 0; b < c->kw; b++)
				sum += c->src[(y + i) * c->w + x + b] * c->kernel[i * c->kw + b];
		}
		c->dst[y * c->out_w + x] = sum;
	}
}

typedef void tile_fn(const struct corr *c, int64_t y, int64_t x);

/*
 * The last tile of a row reaches back over the one before: it writes the same values there again.
 */
static void across(const struct corr *c, int64_t y, tile_fn *wide, int64_t width, tile_fn *narrow)
{
	int64_t x = 0;

	for (; x + width <= c->out_w; x += width)
		wide(c, y, x);
	if (x < c->out_w && c->out_w >= width) {
		wide(c, y, c->out_w - width);
		return;
	}
	for (; x + VEC_LANES <= c->out_w; x += VEC_LANES)
		narrow(c, y, x);
	if (x < c->out_w)
		narrow(c, y, c->out_w - VEC_LANES);
}

void KERNEL(flat_corr2d)(const float *src, int64_t w, const float *kernel, int64_t kh, int64_t kw,
    int64_t from, int64_t to, float *dst)
{
	const struct corr c = {src, kernel, w, kh, kw, w - kw + 1, dst};
	int64_t y = from;

	if (c.out_w < VEC_LANES) {
		for (; y < to; y++)
			scalar_row(&c, y);
		return;
	}
	for (; kh >= ROWS - 1 && y + ROWS <= to; y += ROWS)
		across(&c, y, tall_wide, COLUMNS * VEC_LANES, tall_narrow);
	for (; y < to; y++)
		across(&c, y, single_wide, 8 * VEC_LANES, single_narrow);
}
