// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * One row function for each binary operator and dtype it exists for. Integers wrap around: they are
 * added and multiplied as unsigned numbers. Division by zero is refused before it comes here, or
 * gives 0.
 */
#include "config.h"

#include <math.h>
#include <tgmath.h>

#include "engine/elementwise_internal.h"

#ifdef __clang__
#pragma clang diagnostic ignored "-Wpass-failed" // what calls libm stays scalar
#endif

/* Without OpenMP the pragma is ignored and the compiler decides about vectors by itself. */
#define LOOP(from, to, a_at, b_at, expr)                                                           \
	_Pragma("omp simd")                                                                        \
	for (int64_t i = 0; i < n; i++) {                                                          \
		from x = a_in[a_at], y = b_in[b_at];                                               \
		out[i] = (to)(expr);                                                               \
	}

#define ROW(name, from, to, expr)                                                                  \
	static void name(void *dst, const void *a, int64_t a_step, const void *b, int64_t b_step,  \
	    int64_t n)                                                                             \
	{                                                                                          \
		const from *a_in = a, *b_in = b;                                                   \
		to *out = dst;                                                                     \
                                                                                                   \
		if (a_step == 1 && b_step == 1) {                                                  \
			LOOP(from, to, i, i, expr)                                                 \
		} else if (a_step == 1 && b_step == 0) {                                           \
			LOOP(from, to, i, 0, expr)                                                 \
		} else {                                                                           \
			LOOP(from, to, i * a_step, i * b_step, expr)                               \
		}                                                                                  \
	}

#define FLOAT_ROWS(name, expr)                                                                     \
	ROW(name##_f32, float, float, expr)                                                        \
	ROW(name##_f64, double, double, expr)
#define FLAG_ROWS(name, expr)                                                                      \
	ROW(name##_f32, float, uint8_t, expr)                                                      \
	ROW(name##_f64, double, uint8_t, expr)                                                     \
	ROW(name##_i64, int64_t, uint8_t, expr)                                                    \
	ROW(name##_bool, uint8_t, uint8_t, expr)

/* Python's floor division and remainder: the remainder has the sign of the divisor. */
#define DEFINE_DIVISION(type, suffix)                                                              \
	static inline type remainder_##suffix(type x, type y)                                      \
	{                                                                                          \
		type mod = fmod(x, y);                                                             \
                                                                                                   \
		if (mod == 0)                                                                      \
			return copysign((type)0, y);                                               \
		return (y < 0) != (mod < 0) ? mod + y : mod;                                       \
	}                                                                                          \
	static inline type floor_div_##suffix(type x, type y)                                      \
	{                                                                                          \
		type mod, div, whole;                                                              \
                                                                                                   \
		if (y == 0)                                                                        \
			return x / y;                                                              \
		mod = fmod(x, y);                                                                  \
		div = (x - mod) / y;                                                               \
		if (mod != 0 && (y < 0) != (mod < 0))                                              \
			div -= 1;                                                                  \
		if (div == 0)                                                                      \
			return copysign((type)0, x / y);                                           \
		whole = floor(div);                                                                \
		return div - whole > (type)0.5 ? whole + 1 : whole;                                \
	}                                                                                          \
	static inline type power_##suffix(type x, type y)                                          \
	{                                                                                          \
		return y == 2 ? x * x : y == 1 ? x : y == 3 ? x * x * x : pow(x, y);               \
	}

DEFINE_DIVISION(float, f32)
DEFINE_DIVISION(double, f64)

static inline int64_t floor_div_i64(int64_t x, int64_t y)
{
	if (y == 0)
		return 0;
	if (y == -1)
		return (int64_t)(0 - (uint64_t)x);
	return x / y - (x % y != 0 && (x < 0) != (y < 0));
}

static inline int64_t remainder_i64(int64_t x, int64_t y)
{
	int64_t mod;

	if (y == 0 || y == -1)
		return 0;
	mod = x % y;
	return mod != 0 && (y < 0) != (mod < 0) ? mod + y : mod;
}

static inline int64_t power_i64(int64_t x, int64_t y)
{
	uint64_t result = 1, factor = (uint64_t)x;

	for (; y > 0; y >>= 1) {
		if (y & 1)
			result *= factor;
		factor *= factor;
	}
	return (int64_t)result;
}

FLOAT_ROWS(add, x + y)
FLOAT_ROWS(sub, x - y)
FLOAT_ROWS(mul, x *y)
FLOAT_ROWS(div, x / y)
FLOAT_ROWS(max, x > y || x != x ? x : y)
FLOAT_ROWS(min, x < y || x != x ? x : y)
FLOAT_ROWS(atan2_, atan2(x, y))
ROW(floor_div_row_f32, float, float, floor_div_f32(x, y))
ROW(floor_div_row_f64, double, double, floor_div_f64(x, y))
ROW(remainder_row_f32, float, float, remainder_f32(x, y))
ROW(remainder_row_f64, double, double, remainder_f64(x, y))
ROW(power_row_f32, float, float, power_f32(x, y))
ROW(power_row_f64, double, double, power_f64(x, y))

ROW(add_i64, int64_t, int64_t, (uint64_t)x + (uint64_t)y)
ROW(sub_i64, int64_t, int64_t, (uint64_t)x - (uint64_t)y)
ROW(mul_i64, int64_t, int64_t, (uint64_t)x *(uint64_t)y)
ROW(max_i64, int64_t, int64_t, x > y ? x : y)
ROW(min_i64, int64_t, int64_t, x < y ? x : y)
ROW(floor_div_row_i64, int64_t, int64_t, floor_div_i64(x, y))
ROW(remainder_row_i64, int64_t, int64_t, remainder_i64(x, y))
ROW(power_row_i64, int64_t, int64_t, power_i64(x, y))
ROW(and_i64, int64_t, int64_t, x &y)
ROW(or_i64, int64_t, int64_t, x | y)
ROW(xor_i64, int64_t, int64_t, x ^ y)
ROW(and_bool, uint8_t, uint8_t, x &y)
ROW(or_bool, uint8_t, uint8_t, x | y)
ROW(xor_bool, uint8_t, uint8_t, x ^ y)

FLAG_ROWS(eq, x == y)
FLAG_ROWS(ne, x != y)
FLAG_ROWS(lt, x < y)
FLAG_ROWS(le, x <= y)
FLAG_ROWS(gt, x > y)
FLAG_ROWS(ge, x >= y)
FLAG_ROWS(both, x != 0 && y != 0)
FLAG_ROWS(either, x != 0 || y != 0)
FLAG_ROWS(differ, (x != 0) != (y != 0))

#define FLOATS(name) [DTYPE_F32] = name##_f32, [DTYPE_F64] = name##_f64
#define INTS(name) [DTYPE_I64] = name##_i64
#define BOOLS(name) [DTYPE_BOOL] = name##_bool
#define NUMBERS(name) FLOATS(name), INTS(name)
#define ALL(name) FLOATS(name), INTS(name), BOOLS(name)

static binary_row *const rows[BINARY_COUNT][DTYPE_COUNT] = {
    [BINARY_ADD] = {NUMBERS(add), BOOLS(or)},
    [BINARY_SUB] = {NUMBERS(sub)},
    [BINARY_MUL] = {NUMBERS(mul), BOOLS(and)},
    [BINARY_DIV] = {FLOATS(div)},
    [BINARY_FLOOR_DIV] = {NUMBERS(floor_div_row)},
    [BINARY_MOD] = {NUMBERS(remainder_row)},
    [BINARY_POW] = {NUMBERS(power_row)},
    [BINARY_MAXIMUM] = {NUMBERS(max), BOOLS(or)},
    [BINARY_MINIMUM] = {NUMBERS(min), BOOLS(and)},
    [BINARY_ATAN2] = {FLOATS(atan2_)},
    [BINARY_EQ] = {ALL(eq)},
    [BINARY_NE] = {ALL(ne)},
    [BINARY_LT] = {ALL(lt)},
    [BINARY_LE] = {ALL(le)},
    [BINARY_GT] = {ALL(gt)},
    [BINARY_GE] = {ALL(ge)},
    [BINARY_LOGICAL_AND] = {ALL(both)},
    [BINARY_LOGICAL_OR] = {ALL(either)},
    [BINARY_LOGICAL_XOR] = {ALL(differ)},
    [BINARY_BIT_AND] = {INTS(and), BOOLS(and)},
    [BINARY_BIT_OR] = {INTS(or), BOOLS(or)},
    [BINARY_BIT_XOR] = {INTS(xor), BOOLS(xor)},
};

binary_row *elementwise__binary_row(enum binary_op op, enum dtype dtype)
{
	return rows[op][dtype];
}
