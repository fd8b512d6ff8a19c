// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "base/rng.h"

#include <math.h>

static uint64_t splitmix64(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15u);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

void rng_seed_stream(struct rng *rng, uint64_t seed, uint64_t stream)
{
	uint64_t state = stream;

	state = seed ^ splitmix64(&state);
	for (int i = 0; i < 4; i++)
		rng->s[i] = splitmix64(&state);
}

void rng_seed(struct rng *rng, uint64_t seed)
{
	rng_seed_stream(rng, seed, 0);
}

static uint64_t rotate_left(uint64_t x, int bits)
{
	return x << bits | x >> (64 - bits);
}

static inline uint64_t next(struct rng *rng)
{
	uint64_t *s = rng->s, result = rotate_left(s[1] * 5, 7) * 9, t = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate_left(s[3], 45);
	return result;
}

uint64_t rng_u64(struct rng *rng)
{
	return next(rng);
}

static inline float to_float(uint64_t bits)
{
	return (float)(bits >> 40) * 0x1p-24f;
}

void rng_fill(struct rng *rng, float *dst, size_t count)
{
	struct rng own = *rng; // in registers

	for (size_t i = 0; i < count; i++)
		dst[i] = to_float(next(&own));
	*rng = own;
}

uint64_t rng_below(struct rng *rng, uint64_t bound)
{
	uint64_t x, limit = -bound % bound; // 2^64 mod bound: reject what would favour low values

	do {
		x = rng_u64(rng);
	} while (x < limit);
	return x % bound;
}

float rng_float(struct rng *rng)
{
	return to_float(next(rng));
}

double rng_double(struct rng *rng)
{
	return (double)(rng_u64(rng) >> 11) * 0x1p-53;
}

float rng_uniform(struct rng *rng, float low, float high)
{
	return low + (high - low) * rng_float(rng);
}

float rng_normal(struct rng *rng)
{
	double u, v, s;

	do {
		u = 2 * rng_double(rng) - 1;
		v = 2 * rng_double(rng) - 1;
		s = u * u + v * v;
	} while (s >= 1 || s == 0);
	return (float)(u * sqrt(-2 * log(s) / s));
}

void rng_shuffle(struct rng *rng, uint32_t *items, size_t count)
{
	for (size_t i = count; i > 1; i--) {
		size_t j = rng_below(rng, i);
		uint32_t swap = items[i - 1];

		items[i - 1] = items[j];
		items[j] = swap;
	}
}
