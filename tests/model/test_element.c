// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "model/element.h"
#include "support/check.h"

static void test_sixteen_bit_floats_become_float32(void **state)
{
	static const uint16_t bits[] = {0x3c00, 0xc000, 0x0001, 0x03ff, 0x7bff, 0x7c00, 0xfc00, 0x8000};
	static const float halves[] = {1, -2, 0x1p-24f, 0x3ffp-24f, 65504, INFINITY, -INFINITY, -0.0f};
	static const uint16_t upper[] = {0x3f80, 0xc040, 0x7f80};
	static const float brains[] = {1, -3, INFINITY};
	static const uint16_t nan_bits = 0x7e01;
	float got[ARRAY_LEN(bits)];

	(void)state;
	element_decode(ELEMENT_F16, bits, ARRAY_LEN(bits), got);
	assert_memory_equal(got, halves, sizeof(halves)); // the sign of zero too
	element_decode(ELEMENT_BF16, upper, ARRAY_LEN(upper), got);
	assert_memory_equal(got, brains, sizeof(brains));
	element_decode(ELEMENT_F16, &nan_bits, 1, got);
	assert_true(isnan(got[0]));
}

static void test_narrow_integers_keep_their_dtype(void **state)
{
	static const struct {
		enum element element;
		char bytes[4];
		enum dtype dtype;
		double value;
	} cases[] = {
	    {ELEMENT_I32, "\xfe\xff\xff\xff", DTYPE_I32, -2},
	    {ELEMENT_I16, "\x00\x80", DTYPE_I16, -32768},
	    {ELEMENT_I8, "\x80", DTYPE_I8, -128},
	    {ELEMENT_U8, "\xff", DTYPE_U8, 255},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char unaligned[9] = {0};
		char got[8];
		size_t size = element_size(cases[i].element);

		memcpy(unaligned + 1, cases[i].bytes, 4);
		memcpy(unaligned + 1 + size, cases[i].bytes, 4);
		element_decode(cases[i].element, unaligned + 1, 2, got);
		assert_int_equal(element_dtype(cases[i].element), cases[i].dtype);
		assert_true(dtype_read(cases[i].dtype, got) == cases[i].value);
		assert_true(dtype_read(cases[i].dtype, got + size) == cases[i].value);
	}
}

static void test_bools_are_zero_or_one(void **state)
{
	unsigned char got[3];

	(void)state;
	element_decode(ELEMENT_BOOL, "\0\1\377", 3, got);
	assert_memory_equal(got, "\0\1\1", 3);
	element_decode(ELEMENT_F32, NULL, 0, NULL);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_sixteen_bit_floats_become_float32),
	cmocka_unit_test(test_narrow_integers_keep_their_dtype),
	cmocka_unit_test(test_bools_are_zero_or_one),
};

CHECK_MAIN(tests)
