// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Random numbers: xoshiro256** (Blackman and Vigna, "Scrambled Linear Pseudorandom Number
 * Generators", 2018), seeded through splitmix64. The same seed gives the same numbers on every
 * machine. The state is plain data: a checkpoint keeps it.
 */
#ifndef BASE_RNG_H
#define BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

struct rng {
	uint64_t s[4];
};

void rng_seed(struct rng *rng, uint64_t seed);
// Another, independent sequence of the same seed: one for weights, one for shuffling, ...
void rng_seed_stream(struct rng *rng, uint64_t seed, uint64_t stream);
uint64_t rng_u64(struct rng *rng);
uint64_t rng_below(struct rng *rng, uint64_t bound); // uniform in [0, bound), bound > 0
void rng_fill(struct rng *rng, float *dst, size_t count); // so many times rng_float
float rng_float(struct rng *rng);		     // uniform in [0, 1), 24 bits
double rng_double(struct rng *rng);		     // uniform in [0, 1), 53 bits
float rng_uniform(struct rng *rng, float low, float high);
float rng_normal(struct rng *rng); // mean 0, variance 1 (Marsaglia's polar method)
void rng_shuffle(struct rng *rng, uint32_t *items, size_t count); // Fisher-Yates

#endif
