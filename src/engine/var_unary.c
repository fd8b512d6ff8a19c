// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Unary operators on variables. The gradient of each is one expression of x, y = f(x) and g, the
 * gradient of y; the table says which of x and y it needs.
 */
#include "config.h"

#include <math.h>
#include <tgmath.h>

#include "engine/strided.h"
#include "engine/var_ops.h"

/* name, class in PyTorch, what is saved, the gradient */
#define DERIVATIVES(X)                                                                             \
	X(NEG, "Neg", SAVE_NOTHING, -g)                                                            \
	X(ABS, "Abs", SAVE_X, g * ((x > 0) - (x < 0)))                                             \
	X(SIGN, "Sign", SAVE_NOTHING, 0 * g)                                                       \
	X(SQUARE, "Pow", SAVE_X, g * (2 * x))                                                      \
	X(RELU, "Relu", SAVE_Y, y > 0 ? g : 0)                                                     \
	X(FLOOR, "Floor", SAVE_NOTHING, 0 * g)                                                     \
	X(CEIL, "Ceil", SAVE_NOTHING, 0 * g)                                                       \
	X(ROUND, "Round", SAVE_NOTHING, 0 * g)                                                     \
	X(TRUNC, "Trunc", SAVE_NOTHING, 0 * g)                                                     \
	X(EXP, "Exp", SAVE_Y, g * y)                                                               \
	X(EXPM1, "Expm1", SAVE_Y, g * (y + 1))                                                     \
	X(LOG, "Log", SAVE_X, g / x)                                                               \
	X(LOG2, "Log2", SAVE_X, g / (x * LN2))                                                     \
	X(LOG10, "Log10", SAVE_X, g / (x * LN10))                                                  \
	X(LOG1P, "Log1P", SAVE_X, g / (x + 1))                                                     \
	X(SQRT, "Sqrt", SAVE_Y, g / (2 * y))                                                       \
	X(RSQRT, "Rsqrt", SAVE_Y, g * -y * y * y / 2)                                              \
	X(RECIPROCAL, "Reciprocal", SAVE_Y, -g * y * y)                                            \
	X(SIN, "Sin", SAVE_X, g * cos(x))                                                          \
	X(COS, "Cos", SAVE_X, g * -sin(x))                                                         \
	X(TAN, "Tan", SAVE_Y, g * (1 + y * y))                                                     \
	X(ASIN, "Asin", SAVE_X, g / sqrt(1 - x * x))                                               \
	X(ACOS, "Acos", SAVE_X, -g / sqrt(1 - x * x))                                              \
	X(ATAN, "Atan", SAVE_X, g / (x * x + 1))                                                   \
	X(SINH, "Sinh", SAVE_X, g * cosh(x))                                                       \
	X(COSH, "Cosh", SAVE_X, g * sinh(x))                                                       \
	X(TANH, "Tanh", SAVE_Y, g * (1 - y * y))                                                   \
	X(SIGMOID, "Sigmoid", SAVE_Y, g * (1 - y) * y)                                             \
	X(LOGSIGMOID, "LogSigmoid", SAVE_X, g / (1 + exp(x)))                                      \
	X(SOFTPLUS, "Softplus", SAVE_X, x > 20 ? g : g / (1 + exp(-x)))                            \
	X(SILU, "Silu", SAVE_X, silu_slope(x) * g)                                                 \
	X(GELU, "Gelu", SAVE_X, gelu_slope(x) * g)                                                 \
	X(ERF, "Erf", SAVE_X, g * TWO_BY_SQRT_PI * exp(-x * x))

#define LN2 0.69314718055994530942
#define LN10 2.30258509299404568402
#define TWO_BY_SQRT_PI 1.12837916709551257390
#define BY_SQRT_2PI 0.39894228040143267794
#define BY_SQRT_2 0.70710678118654752440

enum saves { SAVE_NOTHING, SAVE_X, SAVE_Y };

static inline double silu_slope(double x)
{
	double s = 1 / (1 + exp(-x));

	return s * (1 + x * (1 - s));
}

static inline double gelu_slope(double x)
{
	return (1 + erf(x * BY_SQRT_2)) / 2 + x * BY_SQRT_2PI * exp(-x * x / 2);
}

/* One row: dst, the saved tensor (x or y, or the gradient where nothing is saved), the gradient. */
typedef void slope_row(
    void *dst, const void *saved, int64_t step, const void *grad, int64_t grad_step, int64_t n);

#define DEFINE_SLOPE(name, type, expr)                                                             \
	static void name(void *dst, const void *saved, int64_t step, const void *grad,             \
	    int64_t grad_step, int64_t n)                                                          \
	{                                                                                          \
		type *to = dst;                                                                    \
		const type *from = saved, *grads = grad;                                           \
                                                                                                   \
		for (int64_t i = 0; i < n; i++) {                                                  \
			type x = from[i * step], y = x, g = grads[i * grad_step];                  \
                                                                                                   \
			(void)x;                                                                   \
			(void)y;                                                                   \
			to[i] = (type)(expr);                                                      \
		}                                                                                  \
	}

#define DEFINE_SLOPES(op, name, saves, expr)                                                       \
	DEFINE_SLOPE(slope_##op##_f32, float, expr)                                                \
	DEFINE_SLOPE(slope_##op##_f64, double, expr)
DERIVATIVES(DEFINE_SLOPES)

static int slope_backward(const struct grad_call *call, slope_row *f32, slope_row *f64,
    struct diag *diag)
{
	const struct tensor *grad = call->grad, *saved = call->saved[0] ? call->saved[0] : grad;
	struct strided loop;
	int err;

	err = tensor_new_raw(grad->dtype, grad->ndim, grad->shape, &call->grads[0], diag);
	if (err < 0 || tensor_count(grad) == 0)
		return err;
	strided_init(&loop, grad->ndim, grad->shape);
	strided_add(&loop, call->grads[0]);
	strided_add(&loop, saved);
	strided_add(&loop, grad);
	strided_merge(&loop);
	do {
		(grad->dtype == DTYPE_F32 ? f32 : f64)(
		    loop.at[0], loop.at[1], loop.step[1], loop.at[2], loop.step[2], loop.row);
	} while (strided_next(&loop));
	return 0;
}

#define DEFINE_BACKWARD(op, name, saves, expr)                                                     \
	static int backward_##op(const struct grad_call *call, struct diag *diag)                  \
	{                                                                                          \
		return slope_backward(call, slope_##op##_f32, slope_##op##_f64, diag);             \
	}
DERIVATIVES(DEFINE_BACKWARD)

static const struct {
	struct grad_op op;
	enum saves saves;
} unary_grads[UNARY_COUNT] = {
#define UNARY_GRAD(tag, text, what, expr)                                                          \
	[UNARY_##tag] = {{.name = text "Backward0", .backward = backward_##tag}, what},
    DERIVATIVES(UNARY_GRAD)
#undef UNARY_GRAD
};

int var_unary(enum unary_op op, struct var *x, struct var **ret, struct diag *diag)
{
	struct tensor *value, *saved;
	struct grad_record record = {.op = &unary_grads[op].op,
	    .inputs = &x,
	    .input_count = 1,
	    .saved = &saved,
	    .saved_count = 1};
	int err;

	err = elementwise_unary(op, x->world, x->value, &value, diag);
	if (err < 0)
		return err;
	saved = unary_grads[op].saves == SAVE_X   ? x->value
		: unary_grads[op].saves == SAVE_Y ? value
						  : NULL;
	*ret = autograd_result(&record, value);
	return 0;
}
