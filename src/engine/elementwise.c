// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Element-wise operators: broadcasting, conversion of the operands, and the walk over rows. The
 * rows' functions are in elementwise_unary.c and elementwise_binary.c.
 *
 * Small tensors are what the documents' loops work on, so set-up counts: contiguous operands of one
 * shape go straight to the row function.
 */
#include "config.h"

#include "engine/elementwise.h"

#include <math.h>
#include <string.h>

#include "engine/elementwise_internal.h"
#include "engine/strided.h"

#define DIRECT_MAX 65536 // more elements are walked in pieces, so that they can be cancelled

enum result_kind {
	RESULT_KIND_KEEP,
	RESULT_KIND_ARITH,
	RESULT_KIND_FLOAT,
	RESULT_KIND_BOOL,
	RESULT_KIND_BITS
};

static const struct {
	const char *name;
	enum result_kind kind;
} unary_ops[] = {
#define UNARY_ENTRY(name, text, kind) {text, RESULT_KIND_##kind},
    UNARY_TABLE(UNARY_ENTRY)
#undef UNARY_ENTRY
};

static const struct {
	const char *name;
	enum result_kind kind;
} binary_ops[] = {
#define BINARY_ENTRY(name, text, kind) {text, RESULT_KIND_##kind},
    BINARY_TABLE(BINARY_ENTRY)
#undef BINARY_ENTRY
};

/* Other spellings of NumPy and PyTorch. */
static const struct {
	const char *name;
	int op;
} unary_aliases[] =
    {
	{"negative", UNARY_NEG},
	{"absolute", UNARY_ABS},
	{"fabs", UNARY_ABS},
	{"invert", UNARY_INVERT},
	{"arcsin", UNARY_ASIN},
	{"arccos", UNARY_ACOS},
	{"arctan", UNARY_ATAN},
	{"sgn", UNARY_SIGN},
	{"rint", UNARY_ROUND},
	{"fix", UNARY_TRUNC},
},
  binary_aliases[] = {
      {"subtract", BINARY_SUB},
      {"multiply", BINARY_MUL},
      {"divide", BINARY_DIV},
      {"true_divide", BINARY_DIV},
      {"mod", BINARY_MOD},
      {"power", BINARY_POW},
      {"arctan2", BINARY_ATAN2},
      {"equal", BINARY_EQ},
      {"not_equal", BINARY_NE},
      {"less", BINARY_LT},
      {"less_equal", BINARY_LE},
      {"greater", BINARY_GT},
      {"greater_equal", BINARY_GE},
};

const char *unary_op_name(enum unary_op op)
{
	return unary_ops[op].name;
}

const char *binary_op_name(enum binary_op op)
{
	return binary_ops[op].name;
}

int unary_op_find(const char *name)
{
	for (int i = 0; i < UNARY_COUNT; i++) {
		if (strcmp(unary_ops[i].name, name) == 0)
			return i;
	}
	for (size_t i = 0; i < sizeof(unary_aliases) / sizeof(unary_aliases[0]); i++) {
		if (strcmp(unary_aliases[i].name, name) == 0)
			return unary_aliases[i].op;
	}
	return -1;
}

int binary_op_find(const char *name)
{
	for (int i = 0; i < BINARY_COUNT; i++) {
		if (strcmp(binary_ops[i].name, name) == 0)
			return i;
	}
	for (size_t i = 0; i < sizeof(binary_aliases) / sizeof(binary_aliases[0]); i++) {
		if (strcmp(binary_aliases[i].name, name) == 0)
			return binary_aliases[i].op;
	}
	return -1;
}

int elementwise_shape(const struct tensor *a, const struct tensor *b, int *ret_ndim,
    int64_t *ret_shape, struct diag *diag)
{
	const struct tensor *big = a->ndim >= b->ndim ? a : b, *small = big == a ? b : a;
	char first[TENSOR_SHAPE_TEXT], second[TENSOR_SHAPE_TEXT];
	int lead = big->ndim - small->ndim;

	for (int d = 0; d < big->ndim; d++) {
		int64_t size = d < lead ? 1 : small->shape[d - lead];

		if (size != 1 && big->shape[d] != 1 && size != big->shape[d]) {
			diag_set(diag, ERR_SHAPE, "shapes %s and %s do not fit together",
			    tensor_shape_text(a->ndim, a->shape, first),
			    tensor_shape_text(b->ndim, b->shape, second));
			diag_hint(diag,
			    "compared from the right, two sizes must be equal or one of them 1");
			return ERR_SHAPE;
		}
		ret_shape[d] = size == 1 ? big->shape[d] : size;
	}
	*ret_ndim = big->ndim;
	return 0;
}

/* An operand in the dtype of the computation. */
struct operand {
	struct tensor tensor; // a borrowed view, of `cast`, of `number`, or of what was given
	struct tensor *cast;
	union {
		float f32;
		double f64;
		int64_t i64;
		uint8_t flag;
	} number;
};

static int64_t number_as_int(const struct tensor *src)
{
	static const int64_t zeros[TENSOR_MAX_DIMS];

	return tensor_int_at(src, zeros);
}

static void convert_number(struct operand *op, const struct tensor *src, enum dtype dtype)
{
	static const int64_t zeros[TENSOR_MAX_DIMS];

	if (dtype == DTYPE_I64)
		op->number.i64 = number_as_int(src);
	else
		dtype_write(dtype, &op->number, tensor_at(src, zeros));
	op->tensor.dtype = dtype;
	op->tensor.data = &op->number;
}

static int operand_init(
    struct operand *op, const struct tensor *src, enum dtype dtype, struct diag *diag)
{
	int err;

	op->cast = NULL;
	op->tensor = *src;
	if (src->dtype == dtype)
		return 0;
	if (src->ndim == 0) {
		convert_number(op, src, dtype);
		return 0;
	}
	err = tensor_cast(src, dtype, &op->cast, diag);
	if (err == 0)
		op->tensor = *op->cast;
	return err;
}

/* What was computed in int64 for a narrow dtype, cut off; *tensor is replaced. */
static int narrow(struct tensor **tensor, enum dtype dtype, struct diag *diag)
{
	struct tensor *wide = *tensor;
	int err = tensor_cast(wide, dtype, tensor, diag);

	tensor_free(wide);
	return err;
}

static int refuse(const char *name, enum dtype dtype, struct diag *diag)
{
	diag_set(diag, ERR_FORMAT, "'%s' is not possible on %s tensors", name, dtype_name(dtype));
	diag_hint(diag, "convert it first, for example with .float()");
	return ERR_FORMAT;
}

static enum dtype unary_dtype(enum unary_op op, enum world world, enum dtype dtype)
{
	bool rounds = op == UNARY_FLOOR || op == UNARY_CEIL || op == UNARY_TRUNC;

	if (unary_ops[op].kind == RESULT_KIND_FLOAT || (rounds && world == WORLD_NUMPY))
		return promote_float(world, dtype);
	return op == UNARY_SQUARE && dtype == DTYPE_BOOL ? DTYPE_I64 : dtype;
}

int elementwise_unary(enum unary_op op, enum world world, const struct tensor *src,
    struct tensor **ret, struct diag *diag)
{
	enum dtype dtype = unary_dtype(op, world, src->dtype);
	enum dtype wide = dtype_wide(dtype);
	bool flag = unary_ops[op].kind == RESULT_KIND_BOOL;
	unary_row *row = elementwise__unary_row(op, wide);
	struct operand in;
	struct tensor *dst;
	struct strided loop;
	int err;

	if (!row)
		return refuse(unary_ops[op].name, dtype, diag);
	err = operand_init(&in, src, wide, diag);
	if (err < 0)
		return err;
	err = tensor_new_raw(flag ? DTYPE_BOOL : wide, src->ndim, src->shape, &dst, diag);
	if (err < 0) {
		tensor_free(in.cast);
		return err;
	}
	if (tensor_count(dst) > 0) {
		strided_init(&loop, dst->ndim, dst->shape);
		strided_add(&loop, dst);
		strided_add(&loop, &in.tensor);
		strided_merge(&loop);
		do {
			row(loop.at[0], loop.at[1], loop.step[1], loop.row);
		} while (strided_next(&loop));
	}
	tensor_free(in.cast);
	if (wide != dtype && !flag && (err = narrow(&dst, dtype, diag)) < 0)
		return err;
	*ret = dst;
	return 0;
}

/* dst is fresh, or the same view as a. */
static void run_binary(
    binary_row *row, struct tensor *dst, const struct tensor *a, const struct tensor *b)
{
	struct strided loop;
	int64_t n = (int64_t)tensor_count(dst);

	if (n == 0)
		return;
	if (tensor_same_shape(a, dst) && tensor_is_contiguous(a) &&
	    n <= DIRECT_MAX &&
	    (b->ndim == 0 || (tensor_same_shape(b, dst) && tensor_is_contiguous(b)))) {
		row(dst->data, a->data, 1, b->data, b->ndim != 0, n);
		return;
	}
	strided_init(&loop, dst->ndim, dst->shape);
	strided_add(&loop, dst);
	strided_add(&loop, a);
	strided_add(&loop, b);
	strided_merge(&loop);
	do {
		row(loop.at[0], loop.at[1], loop.step[1], loop.at[2], loop.step[2], loop.row);
	} while (strided_next(&loop));
}

static bool any_integer(const struct tensor *src, bool (*test)(int64_t))
{
	struct strided loop;

	if (tensor_count(src) == 0)
		return false;
	strided_init(&loop, src->ndim, src->shape);
	strided_add(&loop, src);
	strided_merge(&loop);
	do {
		const int64_t *row = (const int64_t *)loop.at[0];

		for (int64_t i = 0; i < loop.row; i++) {
			if (test(row[i * loop.step[0]]))
				return true;
		}
	} while (strided_next(&loop));
	return false;
}

static bool is_zero(int64_t x)
{
	return x == 0;
}

static bool is_negative(int64_t x)
{
	return x < 0;
}

/* What integers cannot do. */
static int check_integers(
    enum binary_op op, enum world world, const struct tensor *b, struct diag *diag)
{
	if (op == BINARY_POW && any_integer(b, is_negative)) {
		diag_set(diag, ERR_SHAPE, "integers to negative integer powers are not allowed");
		diag_hint(diag, "make the base a float");
		return ERR_SHAPE;
	}
	if (world == WORLD_TORCH && (op == BINARY_FLOOR_DIV || op == BINARY_MOD) &&
	    any_integer(b, is_zero))
		return diag_set(diag, ERR_SHAPE, "integer division by zero");
	return 0;
}

static enum dtype binary_dtype(enum binary_op op, enum world world, enum dtype common)
{
	if (binary_ops[op].kind == RESULT_KIND_FLOAT)
		return promote_float(world, common);
	if (common == DTYPE_BOOL &&
	    (op == BINARY_FLOOR_DIV || op == BINARY_MOD || op == BINARY_POW))
		return DTYPE_I64;
	return common;
}

int elementwise_binary(enum binary_op op, enum world world, enum dtype common,
    const struct tensor *a, const struct tensor *b, struct tensor **ret, struct diag *diag)
{
	enum dtype dtype = binary_dtype(op, world, common);
	enum dtype wide = dtype_wide(dtype);
	bool flag = binary_ops[op].kind == RESULT_KIND_BOOL;
	binary_row *row = elementwise__binary_row(op, wide);
	struct operand x = {.cast = NULL}, y = {.cast = NULL};
	int64_t shape[TENSOR_MAX_DIMS];
	struct tensor *dst = NULL;
	int ndim, err;

	if (!row)
		return refuse(binary_ops[op].name, dtype, diag);
	if ((err = elementwise_shape(a, b, &ndim, shape, diag)) < 0 ||
	    (err = operand_init(&x, a, wide, diag)) < 0 ||
	    (err = operand_init(&y, b, wide, diag)) < 0)
		goto out;
	if (wide == DTYPE_I64 && (err = check_integers(op, world, &y.tensor, diag)) < 0)
		goto out;
	err = tensor_new_raw(flag ? DTYPE_BOOL : wide, ndim, shape, &dst, diag);
	if (err < 0)
		goto out;
	run_binary(row, dst, &x.tensor, &y.tensor);
	if (wide != dtype && !flag)
		err = narrow(&dst, dtype, diag);
	if (err == 0)
		*ret = dst;
out:
	tensor_free(x.cast);
	tensor_free(y.cast);
	return err;
}

static int check_fits(const struct tensor *dst, const struct tensor *b, struct diag *diag)
{
	int64_t shape[TENSOR_MAX_DIMS];
	char from[TENSOR_SHAPE_TEXT], to[TENSOR_SHAPE_TEXT];
	int ndim, err;

	err = elementwise_shape(dst, b, &ndim, shape, diag);
	if (err < 0)
		return err;
	for (int d = 0; d < ndim; d++) {
		if (ndim != dst->ndim || shape[d] != dst->shape[d])
			return diag_set(diag, ERR_SHAPE,
			    "a result of shape %s does not fit in place of %s",
			    tensor_shape_text(ndim, shape, from),
			    tensor_shape_text(dst->ndim, dst->shape, to));
	}
	return 0;
}

int elementwise_in_place(enum binary_op op, enum world world, struct tensor *dst,
    const struct tensor *b, struct diag *diag)
{
	binary_row *row = elementwise__binary_row(op, dst->dtype);
	bool direct = row && dst->storage != b->storage && tensor_is_contiguous(dst) &&
		      binary_ops[op].kind != RESULT_KIND_BOOL && dst->dtype != DTYPE_BOOL;
	struct operand y;
	struct tensor *result;
	int err;

	err = check_fits(dst, b, diag);
	if (err < 0)
		return err;
	if (!direct) {
		err = elementwise_binary(op, world, dst->dtype, dst, b, &result, diag);
		if (err < 0)
			return err;
		err = tensor_assign(dst, result, diag);
		tensor_free(result);
		return err;
	}
	err = operand_init(&y, b, dst->dtype, diag);
	if (err == 0 && dst->dtype == DTYPE_I64)
		err = check_integers(op, world, &y.tensor, diag);
	if (err == 0)
		run_binary(row, dst, dst, &y.tensor);
	tensor_free(y.cast);
	return err;
}

#define DEFINE_PICK(name, type)                                                                    \
	static void name(struct strided *loop)                                                     \
	{                                                                                          \
		do {                                                                               \
			type *dst = (type *)loop->at[0];                                           \
			const uint8_t *flag = (const uint8_t *)loop->at[1];                        \
			const type *a = (const type *)loop->at[2];                                 \
			const type *b = (const type *)loop->at[3];                                 \
                                                                                                   \
			for (int64_t i = 0; i < loop->row; i++)                                    \
				dst[i] = flag[i * loop->step[1]] ? a[i * loop->step[2]]            \
								 : b[i * loop->step[3]];           \
		} while (strided_next(loop));                                                      \
	}

DEFINE_PICK(pick_1, uint8_t)
DEFINE_PICK(pick_2, uint16_t)
DEFINE_PICK(pick_4, uint32_t)
DEFINE_PICK(pick_8, uint64_t)

static int where_shape(const struct tensor *condition, const struct tensor *a,
    const struct tensor *b, struct tensor *ret, struct diag *diag)
{
	struct tensor both = {.ndim = 0};
	int err = elementwise_shape(a, b, &both.ndim, both.shape, diag);

	return err < 0 ? err : elementwise_shape(condition, &both, &ret->ndim, ret->shape, diag);
}

int elementwise_where(const struct tensor *condition, const struct tensor *a,
    const struct tensor *b, struct tensor **ret, struct diag *diag)
{
	struct tensor shape = {.ndim = 0}, *dst;
	struct operand flag;
	struct strided loop;
	int err;

	if (a->dtype != b->dtype)
		BUG("where of %s and %s", dtype_name(a->dtype), dtype_name(b->dtype));
	if ((err = where_shape(condition, a, b, &shape, diag)) < 0 ||
	    (err = operand_init(&flag, condition, DTYPE_BOOL, diag)) < 0)
		return err;
	err = tensor_new_raw(a->dtype, shape.ndim, shape.shape, &dst, diag);
	if (err == 0 && tensor_count(dst) > 0) {
		strided_init(&loop, dst->ndim, dst->shape);
		strided_add(&loop, dst);
		strided_add(&loop, &flag.tensor);
		strided_add(&loop, a);
		strided_add(&loop, b);
		strided_merge(&loop);
		if (loop.size[0] == 1)
			pick_1(&loop);
		else if (loop.size[0] == 2)
			pick_2(&loop);
		else if (loop.size[0] == 4)
			pick_4(&loop);
		else
			pick_8(&loop);
	}
	tensor_free(flag.cast);
	if (err == 0)
		*ret = dst;
	return err;
}

int elementwise_clamp(
    const struct tensor *src, double low, double high, struct tensor **ret, struct diag *diag)
{
	struct tensor *dst, *bound, *next;
	const double bounds[] = {low, high};
	int err;

	err = tensor_copy(src, &dst, diag);
	for (int i = 0; i < 2 && err == 0; i++) {
		if (isnan(bounds[i]))
			continue;
		err = tensor_new_raw(DTYPE_F64, 0, NULL, &bound, diag);
		if (err < 0)
			break;
		*(double *)bound->data = bounds[i];
		err = elementwise_binary(i ? BINARY_MINIMUM : BINARY_MAXIMUM, WORLD_TORCH,
		    src->dtype, dst, bound, &next, diag);
		tensor_free(bound);
		if (err == 0) {
			tensor_free(dst);
			dst = next;
		}
	}
	if (err < 0)
		tensor_free(dst);
	else
		*ret = dst;
	return err;
}
