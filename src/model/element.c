// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "model/element.h"

#include <stdint.h>
#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
    "tensors are copied to and from files as they lie in memory");

static const struct {
	size_t size;
	enum dtype dtype;
} elements[] = {
    [ELEMENT_F32] = {4, DTYPE_F32},
    [ELEMENT_F64] = {8, DTYPE_F64},
    [ELEMENT_F16] = {2, DTYPE_F32},
    [ELEMENT_BF16] = {2, DTYPE_F32},
    [ELEMENT_I64] = {8, DTYPE_I64},
    [ELEMENT_I32] = {4, DTYPE_I32},
    [ELEMENT_I16] = {2, DTYPE_I16},
    [ELEMENT_I8] = {1, DTYPE_I8},
    [ELEMENT_U8] = {1, DTYPE_U8},
    [ELEMENT_BOOL] = {1, DTYPE_BOOL},
};

size_t element_size(enum element element)
{
	return elements[element].size;
}

enum dtype element_dtype(enum element element)
{
	return elements[element].dtype;
}

enum element element_of_dtype(enum dtype dtype)
{
	static const enum element written[] = {
	    [DTYPE_F32] = ELEMENT_F32,
	    [DTYPE_F64] = ELEMENT_F64,
	    [DTYPE_I64] = ELEMENT_I64,
	    [DTYPE_BOOL] = ELEMENT_BOOL,
	    [DTYPE_I32] = ELEMENT_I32,
	    [DTYPE_I16] = ELEMENT_I16,
	    [DTYPE_I8] = ELEMENT_I8,
	    [DTYPE_U8] = ELEMENT_U8,
	};

	return written[dtype];
}

static float float_of_bits(uint32_t bits)
{
	float value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

/* IEEE 754 binary16: 1 sign, 5 exponent (bias 15), 10 fraction bits. */
static float float_of_half(uint16_t half)
{
	uint32_t sign = (uint32_t)(half & 0x8000) << 16;
	uint32_t exponent = half >> 10 & 0x1f, fraction = half & 0x3ff;

	if (exponent == 0x1f)
		return float_of_bits(sign | 0x7f800000 | fraction << 13);
	if (exponent)
		return float_of_bits(sign | (exponent + 112) << 23 | fraction << 13);
	return (sign ? -1.0f : 1.0f) * (float)fraction * 0x1p-24f;
}

static void decode_halves(enum element element, const unsigned char *src, size_t count, float *dst)
{
	for (size_t i = 0; i < count; i++) {
		uint16_t bits;

		memcpy(&bits, src + 2 * i, sizeof(bits));
		dst[i] = element == ELEMENT_F16 ? float_of_half(bits)
						: float_of_bits((uint32_t)bits << 16);
	}
}

void element_decode(enum element element, const void *src, size_t count, void *dst)
{
	const unsigned char *from = src;
	size_t size = elements[element].size;

	if (!count)
		return;
	switch (element) {
	case ELEMENT_F16:
	case ELEMENT_BF16:
		decode_halves(element, from, count, dst);
		break;
	case ELEMENT_BOOL:
		for (size_t i = 0; i < count; i++)
			((unsigned char *)dst)[i] = from[i] != 0;
		break;
	default:
		memcpy(dst, src, count * size);
	}
}
