// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "notebook/characters.h"

#include <stddef.h>

#include "base/alloc.h"

struct range32 {
	uint32_t first, last;
};

/* Letters whose small form is `shift` further; where it is 1, capitals are the even ones (odd: true the
 * odd ones) of pairs. */
static const struct {
	uint32_t first, last; // capitals
	uint32_t shift;
	bool odd;
} cases[] = {
	{'A', 'Z', 32, false}, {0xc0, 0xd6, 32, false}, {0xd8, 0xde, 32, false}, {0x100, 0x12e, 1, false},
	{0x132, 0x136, 1, false}, {0x139, 0x147, 1, true}, {0x14a, 0x176, 1, false}, {0x179, 0x17d, 1, true},
	{0x391, 0x3a1, 32, false}, {0x3a3, 0x3ab, 32, false}, {0x410, 0x42f, 32, false}, {0x400, 0x40f, 80, false},
	{0x460, 0x480, 1, false}, {0x48a, 0x4be, 1, false}, {0x4d0, 0x52e, 1, false}, {0x1e00, 0x1e94, 1, false},
	{0x1ea0, 0x1efe, 1, false},
};

/* What is no letter above ASCII: signs, punctuation, spaces, symbols. */
static const struct range32 signs[] = {
	{0x80, 0xa9}, {0xab, 0xb4}, {0xb6, 0xb9}, {0xbb, 0xbf}, {0xd7, 0xd7}, {0xf7, 0xf7}, {0x2c2, 0x2c5}, {0x300, 0x36f},
	{0x2000, 0x2070}, {0x2072, 0x207e}, {0x2080, 0x208f}, {0x20a0, 0x2101}, {0x2190, 0x2bff}, {0x3000, 0x3004},
	{0x3007, 0x3030}, {0xd800, 0xf8ff}, {0xfe00, 0xfe6f}, {0xff00, 0xff20}, {0xff3b, 0xff40}, {0xff5b, 0xff65},
	{0xffe0, 0xffff}, {0x1d000, 0x1d3ff}, {0x1f000, 0x1ffff}, {0xe0000, 0x10ffff},
};

/* What repr() escapes above ASCII. */
static const struct range32 hidden[] = {
	{0x7f, 0xa0}, {0xad, 0xad}, {0x378, 0x379}, {0x600, 0x605}, {0x61c, 0x61c}, {0x6dd, 0x6dd}, {0x70f, 0x70f},
	{0x1680, 0x1680}, {0x180e, 0x180e}, {0x2000, 0x200f}, {0x2028, 0x202f}, {0x205f, 0x206f}, {0x3000, 0x3000},
	{0xd800, 0xf8ff}, {0xfeff, 0xfeff}, {0xfff0, 0xfffb}, {0xfffe, 0xffff}, {0xe0000, 0xe00ff}, {0xe01f0, 0x10ffff},
};

static const struct range32 spaces[] = {
	{'\t', '\r'}, {0x1c, ' '}, {0x85, 0x85}, {0xa0, 0xa0}, {0x1680, 0x1680}, {0x2000, 0x200a}, {0x2028, 0x2029},
	{0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000},
};

static bool within(uint32_t cp, const struct range32 *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (cp >= ranges[i].first && cp <= ranges[i].last)
			return true;
	return false;
}

uint32_t char_lower(uint32_t cp)
{
	if (cp == 0x178)
		return 0xff;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (cp >= cases[i].first && cp <= cases[i].last)
			return cases[i].shift > 1 || (cp & 1) == cases[i].odd ? cp + cases[i].shift : cp;
	return cp;
}

uint32_t char_upper(uint32_t cp)
{
	if (cp == 0xff || cp == 0xb5 || cp == 0x3c2)
		return cp == 0xff ? 0x178 : cp == 0xb5 ? 0x39c : 0x3a3;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		if (cp >= cases[i].first + cases[i].shift && cp <= cases[i].last + cases[i].shift)
			return cases[i].shift > 1 || (cp & 1) != cases[i].odd ? cp - cases[i].shift : cp;
	return cp;
}

bool char_is_lower(uint32_t cp)
{
	return char_upper(cp) != cp || cp == 0xdf;
}

bool char_is_upper(uint32_t cp)
{
	return char_lower(cp) != cp;
}

bool char_is_letter(uint32_t cp)
{
	if (cp < 0x80)
		return (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z');
	return !within(cp, signs, ARRAY_LEN(signs));
}

bool char_is_digit(uint32_t cp)
{
	return cp >= '0' && cp <= '9';
}

bool char_is_space(uint32_t cp)
{
	return within(cp, spaces, ARRAY_LEN(spaces));
}

bool char_is_printable(uint32_t cp)
{
	return cp >= ' ' && !within(cp, hidden, ARRAY_LEN(hidden));
}
