// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * One row function for each unary operator and dtype it exists for. tgmath picks expf or exp after
 * the operand's type.
 */
#include "config.h"

#include <math.h>
#include <tgmath.h>

#include "engine/elementwise_internal.h"
#include "engine/exp_float.h"

#ifdef __clang__
#pragma clang diagnostic ignored "-Wpass-failed" // what calls libm stays scalar
#endif

#define ROW(name, from, to, expr)                                                                  \
	static void name(void *dst, const void *src, int64_t step, int64_t n)                      \
	{                                                                                          \
		const from *in = src;                                                              \
		to *out = dst;                                                                     \
                                                                                                   \
		if (step == 1) {                                                                   \
			_Pragma("omp simd")                                                        \
			for (int64_t i = 0; i < n; i++) {                                          \
				from x = in[i];                                                    \
				out[i] = (to)(expr);                                               \
			}                                                                          \
			return;                                                                    \
		}                                                                                  \
		for (int64_t i = 0; i < n; i++) {                                                  \
			from x = in[i * step];                                                     \
			out[i] = (to)(expr);                                                       \
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

FLOAT_ROWS(neg, -x)
FLOAT_ROWS(abs_, fabs(x))
FLOAT_ROWS(sign, x != x ? x : (x > 0) - (x < 0))
FLOAT_ROWS(square, x * x)
FLOAT_ROWS(relu, x < 0 ? 0 : x)
FLOAT_ROWS(floor_, floor(x))
FLOAT_ROWS(ceil_, ceil(x))
FLOAT_ROWS(round_, nearbyint(x))
FLOAT_ROWS(trunc_, trunc(x))
FLOAT_ROWS(exp_, exp(x))
FLOAT_ROWS(expm1_, expm1(x))
FLOAT_ROWS(log_, log(x))
FLOAT_ROWS(log2_, log2(x))
FLOAT_ROWS(log10_, log10(x))
FLOAT_ROWS(log1p_, log1p(x))
FLOAT_ROWS(sqrt_, sqrt(x))
FLOAT_ROWS(rsqrt, 1 / sqrt(x))
FLOAT_ROWS(reciprocal, 1 / x)
FLOAT_ROWS(sin_, sin(x))
FLOAT_ROWS(cos_, cos(x))
FLOAT_ROWS(tan_, tan(x))
FLOAT_ROWS(asin_, asin(x))
FLOAT_ROWS(acos_, acos(x))
FLOAT_ROWS(atan_, atan(x))
FLOAT_ROWS(sinh_, sinh(x))
FLOAT_ROWS(cosh_, cosh(x))
FLOAT_ROWS(tanh_, tanh(x))
ROW(sigmoid_f32, float, float, 1 / (1 + exp_float(-x)))
ROW(sigmoid_f64, double, double, 1 / (1 + exp(-x)))
FLOAT_ROWS(logsigmoid, (x < 0 ? x : 0) - log1p(exp(-fabs(x))))
FLOAT_ROWS(softplus, x > 20 ? x : log1p(exp(x)))
ROW(silu_f32, float, float, x / (1 + exp_float(-x)))
ROW(silu_f64, double, double, x / (1 + exp(-x)))
FLOAT_ROWS(gelu, x * (1 + erf(x * 0.70710678118654752440)) / 2)
FLOAT_ROWS(erf_, erf(x))
FLAG_ROWS(not_, x == 0)
FLAG_ROWS(isnan_, x != x)
ROW(isinf_f32, float, uint8_t, fabs(x) == INFINITY)
ROW(isinf_f64, double, uint8_t, fabs(x) == INFINITY)
ROW(isinf_i64, int64_t, uint8_t, x != x)
ROW(isinf_bool, uint8_t, uint8_t, x != x)
ROW(isfinite_f32, float, uint8_t, fabs(x) < INFINITY)
ROW(isfinite_f64, double, uint8_t, fabs(x) < INFINITY)
ROW(isfinite_i64, int64_t, uint8_t, x == x)
ROW(isfinite_bool, uint8_t, uint8_t, x == x)
// Through unsigned: the negative of the smallest integer wraps around.
ROW(neg_i64, int64_t, int64_t, 0 - (uint64_t)x)
ROW(abs_i64, int64_t, int64_t, x < 0 ? 0 - (uint64_t)x : (uint64_t)x)
ROW(sign_i64, int64_t, int64_t, (x > 0) - (x < 0))
ROW(square_i64, int64_t, int64_t, (uint64_t)x * (uint64_t)x)
ROW(relu_i64, int64_t, int64_t, x < 0 ? 0 : x)
ROW(same_i64, int64_t, int64_t, x)
ROW(same_bool, uint8_t, uint8_t, x)
ROW(invert_i64, int64_t, int64_t, ~x)

#define FLOATS(name) [DTYPE_F32] = name##_f32, [DTYPE_F64] = name##_f64
#define INTS(name) [DTYPE_I64] = name##_i64
#define BOOLS(name) [DTYPE_BOOL] = name##_bool

static unary_row *const rows[UNARY_COUNT][DTYPE_COUNT] = {
    [UNARY_NEG] = {FLOATS(neg), INTS(neg)},
    [UNARY_ABS] = {FLOATS(abs_), INTS(abs), BOOLS(same)},
    [UNARY_SIGN] = {FLOATS(sign), INTS(sign), BOOLS(same)},
    [UNARY_SQUARE] = {FLOATS(square), INTS(square)},
    [UNARY_RELU] = {FLOATS(relu), INTS(relu)},
    [UNARY_FLOOR] = {FLOATS(floor_), INTS(same)},
    [UNARY_CEIL] = {FLOATS(ceil_), INTS(same)},
    [UNARY_ROUND] = {FLOATS(round_), INTS(same)},
    [UNARY_TRUNC] = {FLOATS(trunc_), INTS(same)},
    [UNARY_INVERT] = {INTS(invert), BOOLS(not_)},
    [UNARY_EXP] = {FLOATS(exp_)},
    [UNARY_EXPM1] = {FLOATS(expm1_)},
    [UNARY_LOG] = {FLOATS(log_)},
    [UNARY_LOG2] = {FLOATS(log2_)},
    [UNARY_LOG10] = {FLOATS(log10_)},
    [UNARY_LOG1P] = {FLOATS(log1p_)},
    [UNARY_SQRT] = {FLOATS(sqrt_)},
    [UNARY_RSQRT] = {FLOATS(rsqrt)},
    [UNARY_RECIPROCAL] = {FLOATS(reciprocal)},
    [UNARY_SIN] = {FLOATS(sin_)},
    [UNARY_COS] = {FLOATS(cos_)},
    [UNARY_TAN] = {FLOATS(tan_)},
    [UNARY_ASIN] = {FLOATS(asin_)},
    [UNARY_ACOS] = {FLOATS(acos_)},
    [UNARY_ATAN] = {FLOATS(atan_)},
    [UNARY_SINH] = {FLOATS(sinh_)},
    [UNARY_COSH] = {FLOATS(cosh_)},
    [UNARY_TANH] = {FLOATS(tanh_)},
    [UNARY_SIGMOID] = {FLOATS(sigmoid)},
    [UNARY_LOGSIGMOID] = {FLOATS(logsigmoid)},
    [UNARY_SOFTPLUS] = {FLOATS(softplus)},
    [UNARY_SILU] = {FLOATS(silu)},
    [UNARY_GELU] = {FLOATS(gelu)},
    [UNARY_ERF] = {FLOATS(erf_)},
    [UNARY_NOT] = {FLOATS(not_), INTS(not_), BOOLS(not_)},
    [UNARY_ISNAN] = {FLOATS(isnan_), INTS(isnan_), BOOLS(isnan_)},
    [UNARY_ISINF] = {FLOATS(isinf), INTS(isinf), BOOLS(isinf)},
    [UNARY_ISFINITE] = {FLOATS(isfinite), INTS(isfinite), BOOLS(isfinite)},
};

unary_row *elementwise__unary_row(enum unary_op op, enum dtype dtype)
{
	return rows[op][dtype];
}
