// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Windows of two by two pixels that lie side by side: their four vectors, what they pool to, and each
 * pixel's share of the result's gradient.
 */
#ifndef ENGINE_KERNEL_WINDOW_H
#define ENGINE_KERNEL_WINDOW_H

#include "engine/kernel_vec.h"

ALWAYS_INLINE void window_load(const float *at, ptrdiff_t row, vec window[4])
{
	window[0] = vec_load(at);
	window[1] = vec_load(at + BLOCK);
	window[2] = vec_load(at + row);
	window[3] = vec_load(at + row + BLOCK);
}

ALWAYS_INLINE void window_store(float *at, ptrdiff_t row, const vec window[4])
{
	vec_store(at, window[0]);
	vec_store(at + BLOCK, window[1]);
	vec_store(at + row, window[2]);
	vec_store(at + row + BLOCK, window[3]);
}

ALWAYS_INLINE vec window_avg(const vec window[4])
{
	return ((window[0] + window[1]) + (window[2] + window[3])) * vec_set(0.25f);
}

ALWAYS_INLINE void window_avg_share(const vec window[4], vec diff, vec share[4])
{
	(void)window;
	UNROLL for (int i = 0; i < 4; i++)
		share[i] = diff * vec_set(0.25f);
}

ALWAYS_INLINE vec window_max(const vec window[4])
{
	return vec_max(vec_max(vec_max(window[0], window[1]), window[2]), window[3]);
}

// All of it goes to the first among equals.
ALWAYS_INLINE void window_max_share(const vec window[4], vec diff, vec share[4])
{
	vec max = window_max(window), none = vec_set(0.0f);

	UNROLL for (int i = 0; i < 4; i++) {
		ivec here = window[i] == max;

		share[i] = vec_select(here, diff, none);
		diff = vec_select(here, none, diff);
	}
}

#endif
