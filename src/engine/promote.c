// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The promotion rules: NumPy's value-based casting (before NEP 50) and PyTorch's categories of
 * tensors, 0-d tensors and Python numbers.
 */
#include "config.h"

#include "engine/promote.h"

enum category { CATEGORY_NONE, CATEGORY_BOOL, CATEGORY_INT, CATEGORY_FLOAT };

#define DTYPE_NONE ((enum dtype) - 1)

static enum category category_of(enum dtype dtype)
{
	if (dtype == DTYPE_BOOL)
		return CATEGORY_BOOL;
	return dtype_is_float(dtype) ? CATEGORY_FLOAT : CATEGORY_INT;
}

bool dtype_is_float(enum dtype dtype)
{
	return dtype == DTYPE_F32 || dtype == DTYPE_F64;
}

enum dtype promote_default_float(enum world world)
{
	return world == WORLD_TORCH ? DTYPE_F32 : DTYPE_F64;
}

enum dtype promote_float(enum world world, enum dtype dtype)
{
	return dtype_is_float(dtype) ? dtype : promote_default_float(world);
}

/* The smallest integer dtype that holds both. */
static enum dtype promote_integers(enum dtype a, enum dtype b)
{
	if (dtype_size(a) == 1 && dtype_size(b) == 1)
		return DTYPE_I16; // int8 and uint8
	return dtype_size(a) > dtype_size(b) ? a : b;
}

static enum dtype promote_pair(enum world world, enum dtype a, enum dtype b)
{
	enum category ca, cb;

	if (a == b || b == DTYPE_NONE)
		return a;
	if (a == DTYPE_NONE)
		return b;
	ca = category_of(a);
	cb = category_of(b);
	if (ca == CATEGORY_FLOAT && cb == CATEGORY_FLOAT)
		return DTYPE_F64;
	if (ca == CATEGORY_INT && cb == CATEGORY_INT)
		return promote_integers(a, b);
	if (world == WORLD_NUMPY && (ca == CATEGORY_INT || cb == CATEGORY_INT) &&
	    (ca == CATEGORY_FLOAT || cb == CATEGORY_FLOAT))
		return dtype_size(ca == CATEGORY_INT ? a : b) < 4 ? (ca == CATEGORY_INT ? b : a)
								  : DTYPE_F64;
	return ca > cb ? a : b;
}

/* `low` counts only where it is of a higher category than `high`. */
static enum dtype combine_categories(enum dtype high, enum dtype low)
{
	if (high != DTYPE_NONE && dtype_is_float(high))
		return high;
	if (high == DTYPE_BOOL || (low != DTYPE_NONE && dtype_is_float(low)))
		return promote_pair(WORLD_TORCH, high, low);
	return high != DTYPE_NONE ? high : low;
}

static enum dtype promote_torch(const struct promote_operand *operands, size_t count)
{
	enum dtype sized = DTYPE_NONE, scalar = DTYPE_NONE, weak = DTYPE_NONE;

	for (size_t i = 0; i < count; i++) {
		enum dtype dtype = operands[i].dtype;
		enum dtype *which = operands[i].weak     ? &weak
				    : operands[i].scalar ? &scalar
							 : &sized;

		if (operands[i].weak && dtype_is_float(dtype))
			dtype = promote_default_float(WORLD_TORCH);
		*which = promote_pair(WORLD_TORCH, *which, dtype);
	}
	return combine_categories(sized, combine_categories(scalar, weak));
}

struct promote_operand promote_operand_of(const struct tensor *tensor, bool weak)
{
	struct promote_operand made = {.dtype = tensor->dtype, .scalar = tensor->ndim == 0, .weak = weak};

	made.known = made.scalar && !dtype_is_float(tensor->dtype);
	if (made.known)
		made.value = tensor_int_at(tensor, NULL);
	return made;
}

// Does an integer fit a dtype of integers?
static bool holds(enum dtype dtype, int64_t value)
{
	int bits = (int)dtype_size(dtype) * 8;

	if (dtype == DTYPE_U8)
		return value >= 0 && value <= UINT8_MAX;
	return bits == 64 || (value >= -((int64_t)1 << (bits - 1)) && value < (int64_t)1 << (bits - 1));
}

// An array of integers with an integer that it may not hold. NumPy would have uint16 and uint32 for some;
// the next signed dtype holds their values.
static enum dtype widen(enum dtype dtype, int64_t value)
{
	static const enum dtype wider[] = {DTYPE_I16, DTYPE_I32, DTYPE_I64};
	int64_t twice = value > 0 && value > INT64_MAX / 2 ? INT64_MAX : value * (value > 0 ? 2 : 1);

	if (holds(dtype, value))
		return dtype;
	for (size_t i = 0; i < sizeof(wider) / sizeof(wider[0]); i++)
		if (dtype_size(wider[i]) > dtype_size(dtype) && holds(wider[i], value > 0 && value > UINT8_MAX ? twice : value))
			return wider[i];
	return DTYPE_I64;
}

static enum dtype promote_numpy(const struct promote_operand *operands, size_t count)
{
	enum dtype arrays = DTYPE_NONE, scalars = DTYPE_NONE;
	enum category array_category = CATEGORY_NONE, scalar_category = CATEGORY_NONE;

	for (size_t i = 0; i < count; i++) {
		bool scalar = operands[i].weak || operands[i].scalar;
		enum dtype *which = scalar ? &scalars : &arrays;
		enum category *category = scalar ? &scalar_category : &array_category;

		*which = promote_pair(WORLD_NUMPY, *which, operands[i].dtype);
		if (category_of(operands[i].dtype) > *category)
			*category = category_of(operands[i].dtype);
	}
	if (arrays != DTYPE_NONE && scalar_category <= array_category) {
		for (size_t i = 0; i < count && array_category == CATEGORY_INT; i++)
			if (operands[i].known && category_of(operands[i].dtype) == CATEGORY_INT)
				arrays = widen(arrays, operands[i].value);
		return arrays;
	}
	return promote_pair(WORLD_NUMPY, arrays, scalars);
}

enum dtype promote_operands(enum world world, const struct promote_operand *operands, size_t count)
{
	return world == WORLD_TORCH ? promote_torch(operands, count)
				    : promote_numpy(operands, count);
}
