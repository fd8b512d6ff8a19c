// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The inner loops of flat convolutions, in register tiles; see flat.h. Compiled once for each
 * instruction set.
 *
 * A sum has one accumulator for each position, or sixteen for a weight's gradient, whatever the
 * width of the registers: so all instruction sets add in the same order.
 */
#include "config.h"

#include "engine/kernel_flat.h"

/* -- outputs: tiles of channels by vectors of positions ------------------------------------- */

#define MAX_VECTORS 8

typedef void tile_fn(const struct flat_tile *t, int64_t at);

/*
 * One tap. The accumulators leave few registers: of weights and positions the fewer are held, the
 * others come one at a time.
 */
ALWAYS_INLINE void add_tap(const float *src, const float *panel, vec *acc, const int channels,
    const int vectors)
{
	vec held[MAX_VECTORS];

	if (channels < vectors) {
		UNROLL for (int c = 0; c < channels; c++)
			held[c] = vec_set(panel[c]);
		UNROLL for (int v = 0; v < vectors; v++) {
			vec s = vec_load_unaligned(src + v * VEC_LANES);

			UNROLL for (int c = 0; c < channels; c++)
				acc[c * vectors + v] += s * held[c];
		}
		return;
	}
	UNROLL for (int v = 0; v < vectors; v++)
		held[v] = vec_load_unaligned(src + v * VEC_LANES);
	UNROLL for (int c = 0; c < channels; c++) {
		vec weight = vec_set(panel[c]);

		UNROLL for (int v = 0; v < vectors; v++)
			acc[c * vectors + v] += held[v] * weight;
	}
}

ALWAYS_INLINE void tile_at(
    const struct flat_tile *t, int64_t at, const int channels, const int vectors)
{
	const float *panel = t->panel, *src = t->src + at;
	const ptrdiff_t *offset = t->offsets, *end = offset + t->taps;
	vec acc[TILE_REGS];

	UNROLL for (int i = 0; i < channels * vectors; i++)
		acc[i] = vec_set(0.0f);
#if TILE_REGS == 24 // with fewer registers, the second tap's operands would not stay in them
	for (; offset + 2 <= end; offset += 2, panel += 2 * channels) {
		add_tap(src + offset[0], panel, acc, channels, vectors);
		add_tap(src + offset[1], panel + channels, acc, channels, vectors);
	}
#endif
	for (; offset < end; offset++, panel += channels)
		add_tap(src + *offset, panel, acc, channels, vectors);
	UNROLL for (int c = 0; c < channels; c++) {
		float *row = t->dst + c * t->pitch + at;

		UNROLL for (int v = 0; v < vectors; v++)
			vec_store_unaligned(row + v * VEC_LANES, acc[c * vectors + v]);
	}
}

#define TILE(C, V)                                                                                 \
	static void tile_##C##_##V(const struct flat_tile *t, int64_t at)                          \
	{                                                                                          \
		tile_at(t, at, C, V);                                                              \
	}
#define TILES_4(C) TILE(C, 1) TILE(C, 2) TILE(C, 3) TILE(C, 4)
#define NAMES_4(C) tile_##C##_1, tile_##C##_2, tile_##C##_3, tile_##C##_4
#define TILES_6(C) TILES_4(C) TILE(C, 5) TILE(C, 6)
#define NAMES_6(C) NAMES_4(C), tile_##C##_5, tile_##C##_6
#define TILES_8(C) TILES_6(C) TILE(C, 7) TILE(C, 8)
#define NAMES_8(C) NAMES_6(C), tile_##C##_7, tile_##C##_8

struct tile_row {
	int most; // vectors
	tile_fn *fn[MAX_VECTORS];
};

#if TILE_REGS == 24
#define TILE_CHANNELS 6
#define OUTER_CHANNELS 6
#define OUTER_TAPS 4
TILES_8(1) TILES_8(2) TILES_8(3) TILES_6(4) TILES_4(5) TILES_4(6)
static const struct tile_row tile_rows[TILE_CHANNELS] = {{8, {NAMES_8(1)}}, {8, {NAMES_8(2)}},
    {8, {NAMES_8(3)}}, {6, {NAMES_6(4)}}, {4, {NAMES_4(5)}}, {4, {NAMES_4(6)}}};
#else
#define TILE_CHANNELS 4
#define OUTER_CHANNELS 4
#define OUTER_TAPS 3
TILES_8(1) TILES_6(2) TILES_4(3) TILE(4, 1) TILE(4, 2) TILE(4, 3)
static const struct tile_row tile_rows[TILE_CHANNELS] = {{8, {NAMES_8(1)}}, {6, {NAMES_6(2)}},
    {4, {NAMES_4(3)}}, {3, {tile_4_1, tile_4_2, tile_4_3}}};
#endif

static void tile(const struct flat_tile *t)
{
	const struct tile_row *row = &tile_rows[t->channels - 1];
	int64_t vectors = t->count / VEC_LANES, pieces = (vectors + row->most - 1) / row->most;

	for (int64_t i = 0; i < pieces; i++) {
		int64_t from = vectors * i / pieces, to = vectors * (i + 1) / pieces;

		row->fn[to - from - 1](t, from * VEC_LANES);
	}
}

/* -- weight gradients: tiles of channels by taps ---------------------------------------------- */

typedef void outer_fn(const struct flat_outer *o);

// Lanes [part, part + VEC_LANES) of each of the sums' sixteen; lanes [channels * taps][16].
ALWAYS_INLINE void outer_part(
    const struct flat_outer *o, int part, const int channels, const int taps, float *lanes)
{
	const float *src[OUTER_TAPS];
	vec acc[TILE_REGS];

	UNROLL for (int t = 0; t < taps; t++)
		src[t] = o->src + part + o->offsets[t];
	UNROLL for (int i = 0; i < channels * taps; i++)
		acc[i] = vec_set(0.0f);
	for (int64_t at = 0; at < o->count; at += FLAT_LANES) {
		const float *diff = o->diff + part + at;
		vec s[OUTER_TAPS];

		UNROLL for (int t = 0; t < taps; t++)
			s[t] = vec_load_unaligned(src[t] + at);
		UNROLL for (int c = 0; c < channels; c++) {
			vec d = vec_load_unaligned(diff + c * o->diff_channel);

			UNROLL for (int t = 0; t < taps; t++)
				acc[c * taps + t] += d * s[t];
		}
	}
	UNROLL for (int i = 0; i < channels * taps; i++)
		vec_store(lanes + i * FLAT_LANES + part, acc[i]);
}

#define OUTER(C, T)                                                                                \
	static void outer_##C##_##T(const struct flat_outer *o)                                    \
	{                                                                                          \
		float lanes[(C) * (T) * FLAT_LANES] __attribute__((aligned(64)));                  \
                                                                                                   \
		for (int part = 0; part < FLAT_LANES; part += VEC_LANES)                           \
			outer_part(o, part, C, T, lanes);                                          \
		for (int i = 0; i < (C) * (T); i++)                                                \
			o->sums[i] = block_sum(lanes + i * FLAT_LANES);                            \
	}
#if OUTER_TAPS == 4
#define OUTERS(C) OUTER(C, 1) OUTER(C, 2) OUTER(C, 3) OUTER(C, 4)
#define OUTER_NAMES(C) {outer_##C##_1, outer_##C##_2, outer_##C##_3, outer_##C##_4}
OUTERS(1) OUTERS(2) OUTERS(3) OUTERS(4) OUTERS(5) OUTERS(6)
static outer_fn *const outers[OUTER_CHANNELS][OUTER_TAPS] = {OUTER_NAMES(1), OUTER_NAMES(2),
    OUTER_NAMES(3), OUTER_NAMES(4), OUTER_NAMES(5), OUTER_NAMES(6)};
#else
#define OUTERS(C) OUTER(C, 1) OUTER(C, 2) OUTER(C, 3)
#define OUTER_NAMES(C) {outer_##C##_1, outer_##C##_2, outer_##C##_3}
OUTERS(1) OUTERS(2) OUTERS(3) OUTERS(4)
static outer_fn *const outers[OUTER_CHANNELS][OUTER_TAPS] = {OUTER_NAMES(1), OUTER_NAMES(2),
    OUTER_NAMES(3), OUTER_NAMES(4)};
#endif

static void outer(const struct flat_outer *o)
{
	outers[o->channels - 1][o->taps - 1](o);
}

#if defined __AVX512F__
#define ISA "avx512"
#define POOL(name) name##_avx2 // see kernel_pool_plane.c
#elif defined __AVX2__
#define ISA "avx2"
#define POOL(name) KERNEL(name)
#else
#define ISA "baseline"
#define POOL(name) KERNEL(name)
#endif

const struct flat_kernels KERNEL(flat_kernels) = {
    .isa = ISA,
    .channels = TILE_CHANNELS,
    .taps = OUTER_TAPS,
    .tile = tile,
    .outer = outer,
    .corr2d = KERNEL(flat_corr2d),
    .avg_2x2 = POOL(pool_avg_2x2),
    .max_2x2 = POOL(pool_max_2x2),
    .spread_2x2 = POOL(pool_spread_2x2),
};
