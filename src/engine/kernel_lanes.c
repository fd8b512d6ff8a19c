// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Images one behind the other, as tensors have them, to and from a block, where sixteen images lie
 * side by side: squares of as many images as pixels, turned in registers.
 */
#include "config.h"

#include "engine/kernel_parts.h"

#if VEC_LANES == 16
#define LOW 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define HIGH 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#define STAGES 4
#elif VEC_LANES == 8
#define LOW 0, 8, 1, 9, 2, 10, 3, 11
#define HIGH 4, 12, 5, 13, 6, 14, 7, 15
#define STAGES 3
#else
#define LOW 0, 4, 1, 5
#define HIGH 2, 6, 3, 7
#define STAGES 2
#endif

// rows[i][j] to rows[j][i]: a perfect shuffle for each bit of an index.
ALWAYS_INLINE void turn(vec rows[VEC_LANES])
{
	vec next[VEC_LANES];

	UNROLL for (int stage = 0; stage < STAGES; stage++) {
		UNROLL for (int i = 0; i < VEC_LANES / 2; i++) {
			next[2 * i] = __builtin_shufflevector(rows[i], rows[i + VEC_LANES / 2], LOW);
			next[2 * i + 1] =
			    __builtin_shufflevector(rows[i], rows[i + VEC_LANES / 2], HIGH);
		}
		UNROLL for (int i = 0; i < VEC_LANES; i++)
			rows[i] = next[i];
	}
}

/* A run of pixels of all images: src [lanes] `image` floats apart, dst [count][16]. */
struct run {
	ptrdiff_t image;
	int lanes;
	ptrdiff_t count;
};

ALWAYS_INLINE void load_square(const struct run *run, const float *src, float *dst, int part)
{
	vec rows[VEC_LANES];

	UNROLL for (int i = 0; i < VEC_LANES; i++)
		rows[i] = part + i < run->lanes ? vec_load_unaligned(src + (part + i) * run->image)
						: vec_set(0.0f);
	turn(rows);
	UNROLL for (int i = 0; i < VEC_LANES; i++)
		vec_store(dst + i * BLOCK + part, rows[i]);
}

ALWAYS_INLINE void store_square(const struct run *run, const float *src, float *dst, int part)
{
	vec rows[VEC_LANES];

	UNROLL for (int i = 0; i < VEC_LANES; i++)
		rows[i] = vec_load(src + i * BLOCK + part);
	turn(rows);
	for (int i = 0; i < VEC_LANES && part + i < run->lanes; i++)
		vec_store_unaligned(dst + (part + i) * run->image, rows[i]);
}

static void load_run(const struct run *run, const float *src, float *dst)
{
	ptrdiff_t at = 0;

	for (; at + VEC_LANES <= run->count; at += VEC_LANES) {
		for (int part = 0; part < BLOCK; part += VEC_LANES)
			load_square(run, src + at, dst + at * BLOCK, part);
	}
	for (; at < run->count; at++) {
		for (int lane = 0; lane < BLOCK; lane++)
			dst[at * BLOCK + lane] =
			    lane < run->lanes ? src[lane * run->image + at] : 0;
	}
}

static void store_run(const struct run *run, const float *src, float *dst)
{
	ptrdiff_t at = 0;

	for (; at + VEC_LANES <= run->count; at += VEC_LANES) {
		for (int part = 0; part < BLOCK; part += VEC_LANES)
			store_square(run, src + at * BLOCK, dst + at, part);
	}
	for (; at < run->count; at++) {
		for (int lane = 0; lane < run->lanes; lane++)
			dst[lane * run->image + at] = src[at * BLOCK + lane];
	}
}

/* How a view's pixels lie in runs: all of them, where there is no border. */
struct runs {
	struct run run;
	int planes, rows; // runs of each plane
};

static struct runs runs_of(const struct view *view, int lanes)
{
	ptrdiff_t row = view->width, plane = row * view->height;
	struct runs runs = {{plane * view->channels, lanes, row}, view->channels, view->height};

	if (view->row == row * BLOCK && view->plane == plane * BLOCK) {
		runs.run.count = runs.run.image;
		runs.planes = runs.rows = 1;
	}
	return runs;
}

void KERNEL(lanes_load)(const float *src, int lanes, struct view dst)
{
	struct runs runs = runs_of(&dst, lanes);

	for (int c = 0; c < runs.planes; c++) {
		for (int y = 0; y < runs.rows; y++, src += runs.run.count)
			load_run(&runs.run, src, view_to(&dst, c, y, 0));
	}
}

void KERNEL(lanes_store)(struct view src, int lanes, float *dst)
{
	struct runs runs = runs_of(&src, lanes);

	for (int c = 0; c < runs.planes; c++) {
		for (int y = 0; y < runs.rows; y++, dst += runs.run.count)
			store_run(&runs.run, view_at(&src, c, y, 0), dst);
	}
}
