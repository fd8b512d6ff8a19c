// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "base/mt19937.h"

#include <math.h>
#include <string.h>

#define SHIFTED 397

void mt19937_seed(struct mt19937 *mt, uint32_t seed)
{
	memset(mt, 0, sizeof(*mt));
	for (uint32_t i = 0; i < MT19937_WORDS; i++) {
		mt->key[i] = seed;
		seed = 1812433253u * (seed ^ (seed >> 30)) + i + 1;
	}
	mt->at = MT19937_WORDS;
}

static void make_words(struct mt19937 *mt)
{
	for (int i = 0; i < MT19937_WORDS; i++) {
		uint32_t y = (mt->key[i] & 0x80000000u) | (mt->key[(i + 1) % MT19937_WORDS] & 0x7fffffffu);

		mt->key[i] = mt->key[(i + SHIFTED) % MT19937_WORDS] ^ (y >> 1) ^ (y & 1 ? 0x9908b0dfu : 0);
	}
	mt->at = 0;
}

uint32_t mt19937_u32(struct mt19937 *mt)
{
	uint32_t y;

	if (mt->at >= MT19937_WORDS)
		make_words(mt);
	y = mt->key[mt->at++];
	y ^= y >> 11;
	y ^= (y << 7) & 0x9d2c5680u;
	y ^= (y << 15) & 0xefc60000u;
	return y ^ (y >> 18);
}

double mt19937_double(struct mt19937 *mt)
{
	uint32_t high = mt19937_u32(mt) >> 5, low = mt19937_u32(mt) >> 6;

	return (high * 67108864.0 + low) / 9007199254740992.0;
}

double mt19937_normal(struct mt19937 *mt)
{
	double x, y, r, scale;

	if (mt->has_normal) {
		mt->has_normal = 0;
		return mt->normal;
	}
	do {
		x = 2.0 * mt19937_double(mt) - 1.0;
		y = 2.0 * mt19937_double(mt) - 1.0;
		r = x * x + y * y;
	} while (r >= 1.0 || r == 0.0);
	scale = sqrt(-2.0 * log(r) / r);
	mt->normal = scale * x;
	mt->has_normal = 1;
	return scale * y;
}

uint64_t mt19937_up_to(struct mt19937 *mt, uint64_t largest)
{
	uint64_t mask = largest, value;

	for (int shift = 1; shift < 64; shift *= 2)
		mask |= mask >> shift;
	if (largest == 0)
		return 0;
	do {
		value = mt19937_u32(mt);
		if (largest > UINT32_MAX)
			value = value << 32 | mt19937_u32(mt);
		value &= mask;
	} while (value > largest);
	return value;
}
