// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What normalisation does to runs of numbers. Sums are made in sixteen lanes, whatever the registers'
 * width, and the lanes added in order.
 */
#include "config.h"

#include "engine/kernel_parts.h"

void KERNEL(norm_sums)(struct norm_sums *s)
{
	float lanes[2][BLOCK] __attribute__((aligned(64)));
	vec sums[2][VEC_PARTS];
	size_t i = 0;

	UNROLL for (int part = 0; part < VEC_PARTS; part++)
		sums[0][part] = sums[1][part] = vec_set(0.0f);
	for (; i + BLOCK <= s->count; i += BLOCK) {
		UNROLL for (int part = 0; part < VEC_PARTS; part++) {
			size_t at = i + (size_t)part * VEC_LANES;
			vec a = vec_load_unaligned(s->a + at) - vec_set(s->shift_a);
			vec b = vec_load_unaligned(s->b + at) - vec_set(s->shift_b);

			sums[0][part] += a;
			sums[1][part] += a * b;
		}
	}
	UNROLL for (int part = 0; part < VEC_PARTS; part++) {
		vec_store(lanes[0] + part * VEC_LANES, sums[0][part]);
		vec_store(lanes[1] + part * VEC_LANES, sums[1][part]);
	}
	for (; i < s->count; i++) {
		float a = s->a[i] - s->shift_a, b = s->b[i] - s->shift_b;

		lanes[0][i % BLOCK] += a;
		lanes[1][i % BLOCK] += a * b;
	}
	for (int lane = 0; lane < BLOCK; lane++) {
		s->sum += (double)lanes[0][lane];
		s->product += (double)lanes[1][lane];
	}
}

void KERNEL(norm_combine)(const struct norm_combine *c)
{
#pragma omp simd
	for (size_t i = 0; i < c->count; i++) {
		float v = c->shift;

		v += c->scale_a * c->a[i];
		c->dst[i] = v;
	}
	if (!c->b)
		return;
#pragma omp simd
	for (size_t i = 0; i < c->count; i++)
		c->dst[i] += c->scale_b * c->b[i];
}
