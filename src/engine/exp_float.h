// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * e to the x for floats, written so that loops over it become vector code on any machine: no branches,
 * no calls. Within 2 units in the last place; infinity, 0 and NaN where expf has them.
 *
 * x = n ln 2 + r with |r| <= ln 2 / 2; e^r by its Taylor series to r^7 (the rest is below 2^-27); 2^n
 * is put together in two halves, so that results below the smallest normal number come out right.
 */
#ifndef ENGINE_EXP_FLOAT_H
#define ENGINE_EXP_FLOAT_H

#include <stdint.h>

#define EXP_FLOAT_ROUND 12582912.0f // 1.5 * 2^23: adding it leaves no room for a fraction

static inline float exp_float_power_of_two(int32_t n)
{
	union {
		int32_t bits;
		float value;
	} power = {.bits = (n + 127) * (1 << 23)};

	return power.value;
}

static inline float exp_float(float x)
{
	float low = x > -105.0f ? x : -105.0f; // e^-105 is 0; NaN becomes -105 too
	float safe = low < 89.0f ? low : 89.0f;	// e^89 is infinite
	float whole = (safe * 1.44269504f + EXP_FLOAT_ROUND) - EXP_FLOAT_ROUND;
	float r = (safe - whole * 0.693145752f) - whole * 1.42860677e-6f;
	float sum = 1.0f / 5040;
	int32_t n = (int32_t)whole, half = n >> 1;

	sum = sum * r + 1.0f / 720;
	sum = sum * r + 1.0f / 120;
	sum = sum * r + 1.0f / 24;
	sum = sum * r + 1.0f / 6;
	sum = sum * r + 0.5f;
	sum = (sum * r) * r + r + 1.0f;
	sum = sum * exp_float_power_of_two(half) * exp_float_power_of_two(n - half);
	return x == x ? sum : x;
}

#endif
