// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Element-wise operators with broadcasting, for every dtype. Results are fresh and contiguous;
 * inputs may be any views. Integer division and remainder follow the sign of the divisor as in
 * Python. An integer divided by zero gives ERR_RANGE in PyTorch's world and 0 in NumPy's.
 */
#ifndef ENGINE_ELEMENTWISE_H
#define ENGINE_ELEMENTWISE_H

#include "engine/promote.h"
#include "engine/tensor.h"

/* name, name in NumPy and PyTorch, class: KEEP the dtype, FLOAT at least, BOOL */
#define UNARY_TABLE(X)                                                                             \
	X(NEG, "neg", KEEP)                                                                        \
	X(ABS, "abs", KEEP)                                                                        \
	X(SIGN, "sign", KEEP)                                                                      \
	X(SQUARE, "square", KEEP)                                                                  \
	X(RELU, "relu", KEEP)                                                                      \
	X(FLOOR, "floor", KEEP)                                                                    \
	X(CEIL, "ceil", KEEP)                                                                      \
	X(ROUND, "round", KEEP)                                                                    \
	X(TRUNC, "trunc", KEEP)                                                                    \
	X(INVERT, "bitwise_not", KEEP)                                                             \
	X(EXP, "exp", FLOAT)                                                                       \
	X(EXPM1, "expm1", FLOAT)                                                                   \
	X(LOG, "log", FLOAT)                                                                       \
	X(LOG2, "log2", FLOAT)                                                                     \
	X(LOG10, "log10", FLOAT)                                                                   \
	X(LOG1P, "log1p", FLOAT)                                                                   \
	X(SQRT, "sqrt", FLOAT)                                                                     \
	X(RSQRT, "rsqrt", FLOAT)                                                                   \
	X(RECIPROCAL, "reciprocal", FLOAT)                                                         \
	X(SIN, "sin", FLOAT)                                                                       \
	X(COS, "cos", FLOAT)                                                                       \
	X(TAN, "tan", FLOAT)                                                                       \
	X(ASIN, "asin", FLOAT)                                                                     \
	X(ACOS, "acos", FLOAT)                                                                     \
	X(ATAN, "atan", FLOAT)                                                                     \
	X(SINH, "sinh", FLOAT)                                                                     \
	X(COSH, "cosh", FLOAT)                                                                     \
	X(TANH, "tanh", FLOAT)                                                                     \
	X(SIGMOID, "sigmoid", FLOAT)                                                               \
	X(LOGSIGMOID, "logsigmoid", FLOAT)                                                         \
	X(SOFTPLUS, "softplus", FLOAT)                                                             \
	X(SILU, "silu", FLOAT)                                                                     \
	X(GELU, "gelu", FLOAT)                                                                     \
	X(ERF, "erf", FLOAT)                                                                       \
	X(NOT, "logical_not", BOOL)                                                                \
	X(ISNAN, "isnan", BOOL)                                                                    \
	X(ISINF, "isinf", BOOL)                                                                    \
	X(ISFINITE, "isfinite", BOOL)

/* class: ARITH in the promoted dtype, FLOAT at least, BOOL result, BITS integers and bool only */
#define BINARY_TABLE(X)                                                                            \
	X(ADD, "add", ARITH)                                                                       \
	X(SUB, "sub", ARITH)                                                                       \
	X(MUL, "mul", ARITH)                                                                       \
	X(DIV, "div", FLOAT)                                                                       \
	X(FLOOR_DIV, "floor_divide", ARITH)                                                        \
	X(MOD, "remainder", ARITH)                                                                 \
	X(POW, "pow", ARITH)                                                                       \
	X(MAXIMUM, "maximum", ARITH)                                                               \
	X(MINIMUM, "minimum", ARITH)                                                               \
	X(ATAN2, "atan2", FLOAT)                                                                   \
	X(EQ, "eq", BOOL)                                                                          \
	X(NE, "ne", BOOL)                                                                          \
	X(LT, "lt", BOOL)                                                                          \
	X(LE, "le", BOOL)                                                                          \
	X(GT, "gt", BOOL)                                                                          \
	X(GE, "ge", BOOL)                                                                          \
	X(LOGICAL_AND, "logical_and", BOOL)                                                        \
	X(LOGICAL_OR, "logical_or", BOOL)                                                          \
	X(LOGICAL_XOR, "logical_xor", BOOL)                                                        \
	X(BIT_AND, "bitwise_and", BITS)                                                            \
	X(BIT_OR, "bitwise_or", BITS)                                                              \
	X(BIT_XOR, "bitwise_xor", BITS)

enum unary_op {
#define UNARY_ENUM(name, text, kind) UNARY_##name,
	UNARY_TABLE(UNARY_ENUM)
#undef UNARY_ENUM
	UNARY_COUNT
};

enum binary_op {
#define BINARY_ENUM(name, text, kind) BINARY_##name,
	BINARY_TABLE(BINARY_ENUM)
#undef BINARY_ENUM
	BINARY_COUNT
};

const char *unary_op_name(enum unary_op op);
const char *binary_op_name(enum binary_op op);
// By the name in the tables above, NumPy's spellings too ("negative", "multiply", ...); -1: none.
int unary_op_find(const char *name);
int binary_op_find(const char *name);

int elementwise_unary(enum unary_op op, enum world world, const struct tensor *src,
    struct tensor **ret, struct diag *diag) WARN_UNUSED;
// `common` is the dtype of the computation: what promote_operands says of the operands.
int elementwise_binary(enum binary_op op, enum world world, enum dtype common,
    const struct tensor *a, const struct tensor *b, struct tensor **ret,
    struct diag *diag) WARN_UNUSED;
// dst op= b, computed in dst's dtype; b broadcasts to dst's shape.
int elementwise_in_place(enum binary_op op, enum world world, struct tensor *dst,
    const struct tensor *b, struct diag *diag) WARN_UNUSED;
// condition ? a : b, all three broadcast; a and b have one dtype.
int elementwise_where(const struct tensor *condition, const struct tensor *a,
    const struct tensor *b, struct tensor **ret, struct diag *diag) WARN_UNUSED;
// min(max(src, low), high); NAN for no bound.
int elementwise_clamp(const struct tensor *src, double low, double high, struct tensor **ret,
    struct diag *diag) WARN_UNUSED;
// The shape that two shapes broadcast to; ret_shape has TENSOR_MAX_DIMS places.
int elementwise_shape(const struct tensor *a, const struct tensor *b, int *ret_ndim,
    int64_t *ret_shape, struct diag *diag) WARN_UNUSED;

#endif
