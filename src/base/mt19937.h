// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The Mersenne Twister (Matsumoto and Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed
 * uniform pseudorandom number generator", 1998), with the ways in which NumPy's np.random.seed, rand, randn
 * and randint use it: the same seed gives the numbers that NumPy gives. Nothing of our own uses it; our
 * generator is rng.h.
 */
#ifndef BASE_MT19937_H
#define BASE_MT19937_H

#include <stdint.h>

#define MT19937_WORDS 624

/* Plain data; any contents are safe, if not random. */
struct mt19937 {
	uint32_t key[MT19937_WORDS];
	uint32_t at;	    // the next word; MT19937_WORDS: make new ones
	uint32_t has_normal;
	double normal;	    // the second of a pair of normal numbers
};

void mt19937_seed(struct mt19937 *mt, uint32_t seed);
uint32_t mt19937_u32(struct mt19937 *mt);
double mt19937_double(struct mt19937 *mt);	     // uniform in [0, 1), 53 bits
double mt19937_normal(struct mt19937 *mt);	     // mean 0, variance 1 (Marsaglia's polar method)
uint64_t mt19937_up_to(struct mt19937 *mt, uint64_t largest); // uniform in [0, largest]

#endif
