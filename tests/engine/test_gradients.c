// SPDX-License-Identifier: GPL-3.0-or-later
/* The gradient of every operator of var_ops.h against central differences, from one table. */
#include "config.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "engine/gradcheck.h"
#include "engine/tensor_text.h"
#include "engine/var_ops.h"
#include "support/check.h"

#define SIZES(...) ((int64_t[]){__VA_ARGS__})
#define DIMS(...) ((int[]){__VA_ARGS__})

#define APPLY(name, call)                                                                          \
	static int name(struct var *const *in, struct var **ret, struct diag *diag)                \
	{                                                                                          \
		return call;                                                                       \
	}

#define UNARY_APPLY(op) APPLY(unary_##op, var_unary(UNARY_##op, in[0], ret, diag))
#define UNARY_CHECK(op)                                                                            \
	{.name = "unary " #op, .apply = unary_##op, .shapes = {"2,3"}, .distinct = true},
#define ANYWHERE(X)                                                                                \
	X(NEG) X(ABS) X(SIGN) X(SQUARE) X(RELU) X(FLOOR) X(CEIL) X(ROUND) X(TRUNC) X(EXP) X(EXPM1) X(SIN) X(COS)   \
	X(TAN) X(ASIN) X(ACOS) X(ATAN) X(SINH) X(COSH) X(TANH) X(SIGMOID) X(LOGSIGMOID)            \
	X(SOFTPLUS) X(SILU) X(GELU) X(ERF)
#define POSITIVE(X) X(LOG) X(LOG2) X(LOG10) X(LOG1P) X(SQRT) X(RSQRT) X(RECIPROCAL)
#define POSITIVE_CHECK(op)                                                                         \
	{.name = "unary " #op, .apply = unary_##op, .shapes = {"2,3"}, .low = 0.5, .high = 2},
ANYWHERE(UNARY_APPLY)
POSITIVE(UNARY_APPLY)

#define BINARY_APPLY(op) APPLY(binary_##op, var_binary(BINARY_##op, in[0], in[1], ret, diag))
#define ARITHMETIC(X) X(ADD) X(SUB) X(MUL) X(DIV) X(POW) X(MAXIMUM) X(MINIMUM) X(ATAN2) X(MOD)
#define BINARY_CHECKS(op)                                                                          \
	{.name = "binary " #op,                                                                    \
	    .apply = binary_##op,                                                                  \
	    .shapes = {"2,3", "2,3"},                                                              \
	    .low = 0.5,                                                                            \
	    .high = 2},                                                                            \
	    {.name = "binary spread " #op,                                                         \
		.apply = binary_##op,                                                              \
		.shapes = {"2,1,3", "4,1"},                                                        \
		.low = 0.5,                                                                        \
		.high = 2},                                                                        \
	    {.name = "binary scalar " #op,                                                         \
		.apply = binary_##op,                                                              \
		.shapes = {"3", "-"},                                                              \
		.low = 0.5,                                                                        \
		.high = 2},
ARITHMETIC(BINARY_APPLY)

static int constant_power(struct var *const *in, struct var **ret, struct diag *diag)
{
	struct var *two = var_integer(2);
	int err = var_binary(BINARY_POW, in[0], two, ret, diag);

	var_unref(two);
	return err;
}

static int product_with_itself(struct var *const *in, struct var **ret, struct diag *diag)
{
	return var_binary(BINARY_MUL, in[0], in[0], ret, diag);
}

static int where(struct var *const *in, struct var **ret, struct diag *diag)
{
	struct var *condition = var_new_take(WORLD_TORCH, tensor_parse("bool 2,3 1 0 1 0 0 1"));
	int err = var_where(condition, in[0], in[1], ret, diag);

	var_unref(condition);
	return err;
}

static int masked_fill(struct var *const *in, struct var **ret, struct diag *diag)
{
	struct var *mask = var_new_take(WORLD_TORCH, tensor_parse("bool 3 1 0 1"));
	int err = var_masked_fill(in[0], mask, -3, ret, diag);

	var_unref(mask);
	return err;
}

APPLY(clamp, var_clamp(in[0], -0.5, 0.45, ret, diag))
APPLY(clamp_low, var_clamp(in[0], 0.1, NAN, ret, diag))
APPLY(leaky_relu, var_leaky_relu(in[0], 0.1, ret, diag))
APPLY(elu, var_elu(in[0], 1.3, ret, diag))
APPLY(clone, var_clone(in[0], ret, diag))

#define REDUCE_APPLY(tag)                                                                           \
	APPLY(all_##tag,                                                                            \
	    var_reduce(&(struct reduce_spec){.op = REDUCE_##tag, .correction = 1}, in[0], ret, diag)) \
	APPLY(some_##tag,                                                                           \
	    var_reduce(&(struct reduce_spec){.op = REDUCE_##tag, .correction = 1, .count = 2,       \
			   .dims = {0, -1}},                                                       \
		in[0], ret, diag))                                                                 \
	APPLY(kept_##tag,                                                                           \
	    var_reduce(&(struct reduce_spec){.op = REDUCE_##tag, .count = 1, .dims = {1}, .keepdim = true}, \
		in[0], ret, diag))
#define REDUCTIONS(X) X(SUM) X(MEAN) X(PROD) X(MAX) X(MIN) X(VAR) X(STD) X(NORM) X(LOGSUMEXP)
#define REDUCE_CHECKS(op)                                                                          \
	{.name = "all " #op, .apply = all_##op, .shapes = {"2,3,2"}, .distinct = true},                                       \
	{.name = "some " #op, .apply = some_##op, .shapes = {"2,3,2"}, .distinct = true},                                     \
	{.name = "kept " #op, .apply = kept_##op, .shapes = {"2,3,2"}, .distinct = true},
REDUCTIONS(REDUCE_APPLY)
#define NORM(p)                                                                                    \
	var_reduce(&(struct reduce_spec){.op = REDUCE_NORM, .order = p, .count = 1, .dims = {1}},  \
	    in[0], ret, diag)
APPLY(norm_1, NORM(1))
APPLY(norm_3, NORM(3))
APPLY(norm_most, NORM(INFINITY))
APPLY(running_sum, var_cumulative(REDUCE_SUM, in[0], 1, ret, diag))
APPLY(running_product, var_cumulative(REDUCE_PROD, in[0], 0, ret, diag))
APPLY(softmax, var_softmax(in[0], 1, false, ret, diag))
APPLY(softmax_first, var_softmax(in[0], 0, false, ret, diag))
APPLY(log_softmax, var_softmax(in[0], -1, true, ret, diag))
APPLY(product, var_matmul(in[0], in[1], ret, diag))

static int extreme(enum reduce_op op, int dim, bool keep, struct var *x, struct var **ret,
    struct diag *diag)
{
	struct var *indices;
	int err = var_extreme(op, x, dim, keep, ret, &indices, diag);

	if (err == 0)
		var_unref(indices);
	return err;
}
APPLY(largest, extreme(REDUCE_MAX, 1, false, in[0], ret, diag))
APPLY(smallest, extreme(REDUCE_MIN, -1, true, in[0], ret, diag))

static int sort(struct var *const *in, struct var **ret, struct diag *diag)
{
	struct var *indices;
	int err = var_sort(in[0], 1, true, ret, &indices, diag);

	if (err == 0)
		var_unref(indices);
	return err;
}

static int topk(struct var *const *in, struct var **ret, struct diag *diag)
{
	struct var *indices;
	int err = var_topk(in[0], 2, 0, true, ret, &indices, diag);

	if (err == 0)
		var_unref(indices);
	return err;
}

APPLY(reshape, var_reshape(in[0], 2, SIZES(3, -1), ret, diag))
APPLY(transpose, var_transpose(in[0], 0, 2, ret, diag))
APPLY(permute, var_permute(in[0], DIMS(2, 0, 1), 3, ret, diag))
APPLY(expand, var_expand(in[0], 3, SIZES(4, 2, 3), ret, diag))
APPLY(squeeze, var_squeeze(in[0], 1, ret, diag))
APPLY(squeeze_all, var_squeeze_all(in[0], ret, diag))
APPLY(unsqueeze, var_unsqueeze(in[0], -1, ret, diag))
APPLY(flatten, var_flatten(in[0], 1, -1, ret, diag))
APPLY(select_one, var_select(in[0], 1, -1, ret, diag))
APPLY(diagonal, var_diagonal(in[0], ret, diag))
APPLY(flip, var_flip(in[0], DIMS(0, 1), 2, ret, diag))
APPLY(roll, var_roll(in[0], 2, 1, ret, diag))
APPLY(repeat, var_repeat(in[0], SIZES(2, 1, 2), 3, ret, diag))
APPLY(triangle, var_triangle(in[0], false, 0, ret, diag))
APPLY(cat, var_cat(in, 3, 1, ret, diag))
APPLY(stack, var_stack(in, 2, -1, ret, diag))
#define PAD(mode, fill) var_pad(in[0], SIZES(0, 2), SIZES(1, 1), PAD_MODE_##mode, fill, ret, diag)
APPLY(pad_constant, PAD(CONSTANT, 3))
APPLY(pad_reflect, PAD(REFLECT, 0))
APPLY(pad_replicate, PAD(REPLICATE, 0))
APPLY(pad_circular, PAD(CIRCULAR, 0))
APPLY(pad_crop, var_pad(in[0], SIZES(0, -1), SIZES(2, -1), PAD_MODE_CONSTANT, 0, ret, diag))

/* Transposed, then reshaped: the reshape must copy. */
static int reshape_of_transposed(struct var *const *in, struct var **ret, struct diag *diag)
{
	struct var *turned;
	int err = var_transpose(in[0], 0, 1, &turned, diag);

	if (err == 0)
		err = var_reshape(turned, 1, SIZES(-1), ret, diag);
	var_unref(turned);
	return err;
}

static int windows(struct var *const *in, struct var **ret, struct diag *diag)
{
	struct index_item items[] = {
	    {.kind = INDEX_KIND_SLICE, .has_start = true, .start = 1, .step = 1},
	    {.kind = INDEX_KIND_NEW_AXIS},
	    {.kind = INDEX_KIND_SLICE, .step = 2},
	};

	return var_index(in[0], items, 3, ret, diag);
}

static int picked(struct var *x, const char *index, struct var **ret, struct diag *diag)
{
	struct tensor *tensor = tensor_parse(index);
	struct index_item items[] = {INDEX_ALL, {.kind = INDEX_KIND_TENSOR, .tensor = tensor}};
	int err = var_index(x, items, 2, ret, diag);

	tensor_free(tensor);
	return err;
}
APPLY(pick, picked(in[0], "i64 4 0 2 2 -1", ret, diag))
APPLY(mask, picked(in[0], "bool 3 1 0 1", ret, diag))

static int backwards(struct var *const *in, struct var **ret, struct diag *diag)
{
	struct index_item items[] = {INDEX_ALL, {.kind = INDEX_KIND_SLICE, .step = -1}};

	return var_index(in[0], items, 2, ret, diag);
}

static int gather(struct var *const *in, struct var **ret, struct diag *diag)
{
	struct tensor *index = tensor_parse("i64 2,2 0 0 2 1");
	int err = var_gather(in[0], 1, index, ret, diag);

	tensor_free(index);
	return err;
}

static int scattered(struct var *const *in, bool add, struct var **ret, struct diag *diag)
{
	struct tensor *index = tensor_parse("i64 2,2 0 1 2 1");
	int err = var_clone(in[0], ret, diag);

	if (err == 0)
		err = var_scatter(*ret, 1, index, in[1], add, diag);
	tensor_free(index);
	return err;
}
APPLY(scatter, scattered(in, false, ret, diag))
APPLY(scatter_add, scattered(in, true, ret, diag))

/* y = clone(x); y[items] = value, then y * y. */
static int written(struct var *const *in, const struct index_item *items, int count,
    struct var **ret, struct diag *diag)
{
	struct var *y;
	int err = var_clone(in[0], &y, diag);

	if (err < 0)
		return err;
	err = var_index_set(y, items, count, in[1], diag);
	if (err == 0)
		err = var_binary(BINARY_MUL, y, y, ret, diag);
	var_unref(y);
	return err;
}

static int write_slice(struct var *const *in, struct var **ret, struct diag *diag)
{
	struct index_item items[] = {INDEX_ALL, {.kind = INDEX_KIND_SLICE,
						    .has_start = true,
						    .start = 1,
						    .has_stop = true,
						    .stop = 3,
						    .step = 1}};

	return written(in, items, 2, ret, diag);
}

static int write_element(struct var *const *in, struct var **ret, struct diag *diag)
{
	struct index_item items[] = {
	    {.kind = INDEX_KIND_INT, .start = 1}, {.kind = INDEX_KIND_INT, .start = -1}};

	return written(in, items, 2, ret, diag);
}

static int write_picked(struct var *const *in, struct var **ret, struct diag *diag)
{
	struct tensor *index = tensor_parse("i64 2 0 2");
	struct index_item items[] = {INDEX_ALL, {.kind = INDEX_KIND_TENSOR, .tensor = index}};
	int err = written(in, items, 2, ret, diag);

	tensor_free(index);
	return err;
}

/* v = y[0] made before y changes: v must see the change, and pass its gradient on. */
static int view_made_before(struct var *const *in, struct var **ret, struct diag *diag)
{
	struct var *y = NULL, *v = NULL;
	int err;

	if ((err = var_clone(in[0], &y, diag)) < 0 || (err = var_select(y, 0, 0, &v, diag)) < 0 ||
	    (err = var_binary_in_place(BINARY_ADD, y, in[1], diag)) < 0)
		goto out;
	err = var_binary(BINARY_MUL, v, v, ret, diag);
out:
	var_unref(y);
	var_unref(v);
	return err;
}

/* v = y.t()[1]; v += x1: the change goes through two views into y. */
static int change_through_views(struct var *const *in, struct var **ret, struct diag *diag)
{
	struct var *y = NULL, *t = NULL, *v = NULL;
	int err;

	if ((err = var_clone(in[0], &y, diag)) < 0 ||
	    (err = var_transpose(y, 0, 1, &t, diag)) < 0 ||
	    (err = var_select(t, 0, 1, &v, diag)) < 0 ||
	    (err = var_binary_in_place(BINARY_ADD, v, in[1], diag)) < 0 ||
	    (err = var_binary_in_place(BINARY_ADD, v, v, diag)) < 0)
		goto out;
	err = var_binary(BINARY_MUL, y, y, ret, diag);
out:
	var_unref(y);
	var_unref(t);
	var_unref(v);
	return err;
}

static const struct gradcheck checks[] = {
    ANYWHERE(UNARY_CHECK) POSITIVE(POSITIVE_CHECK) ARITHMETIC(BINARY_CHECKS){
	.name = "constant power", .apply = constant_power, .shapes = {"2,3"}},
    {.name = "product with itself", .apply = product_with_itself, .shapes = {"2,3"}},
    {.name = "where", .apply = where, .shapes = {"2,3", "3"}},
    {.name = "masked fill", .apply = masked_fill, .shapes = {"2,3"}},
    {.name = "clamp", .apply = clamp, .shapes = {"3,3"}, .distinct = true},
    {.name = "clamp low", .apply = clamp_low, .shapes = {"3,3"}, .distinct = true},
    {.name = "leaky relu", .apply = leaky_relu, .shapes = {"3,3"}, .distinct = true},
    {.name = "elu", .apply = elu, .shapes = {"3,3"}, .distinct = true},
    {.name = "clone", .apply = clone, .shapes = {"2,3"}},
    REDUCTIONS(REDUCE_CHECKS){.name = "norm 1", .apply = norm_1, .shapes = {"2,3"}},
    {.name = "norm 3", .apply = norm_3, .shapes = {"2,3"}},
    {.name = "norm inf", .apply = norm_most, .shapes = {"2,3"}, .distinct = true},
    {.name = "running sum", .apply = running_sum, .shapes = {"2,3,2"}},
    {.name = "running product", .apply = running_product, .shapes = {"3,2"}, .low = 0.5, .high = 2},
    {.name = "softmax", .apply = softmax, .shapes = {"2,3,2"}},
    {.name = "softmax of the first", .apply = softmax_first, .shapes = {"3,2"}},
    {.name = "log softmax", .apply = log_softmax, .shapes = {"2,3"}},
    {.name = "matrices", .apply = product, .shapes = {"2,3", "3,4"}},
    {.name = "vectors", .apply = product, .shapes = {"3", "3"}},
    {.name = "matrix and vector", .apply = product, .shapes = {"2,3", "3"}},
    {.name = "vector and matrix", .apply = product, .shapes = {"3", "3,2"}},
    {.name = "batches", .apply = product, .shapes = {"2,2,3", "3,2"}},
    {.name = "vector and batch", .apply = product, .shapes = {"3", "2,3,2"}},
    {.name = "batch and vector", .apply = product, .shapes = {"2,2,3", "3"}},
    {.name = "batches that spread", .apply = product, .shapes = {"2,1,2,3", "2,3,2"}},
    {.name = "largest", .apply = largest, .shapes = {"2,3,2"}, .distinct = true},
    {.name = "smallest", .apply = smallest, .shapes = {"2,3"}, .distinct = true},
    {.name = "sort", .apply = sort, .shapes = {"2,4"}, .distinct = true},
    {.name = "topk", .apply = topk, .shapes = {"4,2"}, .distinct = true},
    {.name = "reshape", .apply = reshape, .shapes = {"2,3"}},
    {.name = "reshape of transposed", .apply = reshape_of_transposed, .shapes = {"2,3"}},
    {.name = "transpose", .apply = transpose, .shapes = {"2,3,2"}},
    {.name = "permute", .apply = permute, .shapes = {"2,3,4"}},
    {.name = "expand", .apply = expand, .shapes = {"2,1"}},
    {.name = "squeeze", .apply = squeeze, .shapes = {"2,1,3"}},
    {.name = "squeeze all", .apply = squeeze_all, .shapes = {"1,2,1"}},
    {.name = "unsqueeze", .apply = unsqueeze, .shapes = {"2,3"}},
    {.name = "flatten", .apply = flatten, .shapes = {"2,3,2"}},
    {.name = "select", .apply = select_one, .shapes = {"2,3,2"}},
    {.name = "diagonal", .apply = diagonal, .shapes = {"3,4"}},
    {.name = "flip", .apply = flip, .shapes = {"2,3"}},
    {.name = "roll", .apply = roll, .shapes = {"2,3"}},
    {.name = "repeat", .apply = repeat, .shapes = {"2,3"}},
    {.name = "triangle", .apply = triangle, .shapes = {"3,3"}},
    {.name = "cat", .apply = cat, .shapes = {"2,1", "2,3", "2,2"}},
    {.name = "stack", .apply = stack, .shapes = {"2,3", "2,3"}},
    {.name = "pad", .apply = pad_constant, .shapes = {"2,3"}},
    {.name = "pad reflect", .apply = pad_reflect, .shapes = {"3,3"}},
    {.name = "pad replicate", .apply = pad_replicate, .shapes = {"2,3"}},
    {.name = "pad circular", .apply = pad_circular, .shapes = {"2,3"}},
    {.name = "pad negative", .apply = pad_crop, .shapes = {"2,4"}},
    {.name = "slices", .apply = windows, .shapes = {"3,4"}},
    {.name = "integer tensor", .apply = pick, .shapes = {"2,3"}},
    {.name = "mask", .apply = mask, .shapes = {"2,3"}},
    {.name = "negative step", .apply = backwards, .shapes = {"2,3"}},
    {.name = "gather", .apply = gather, .shapes = {"2,3"}},
    {.name = "scatter", .apply = scatter, .shapes = {"2,3", "2,2"}},
    {.name = "scatter add", .apply = scatter_add, .shapes = {"2,3", "2,2"}},
    {.name = "write a slice", .apply = write_slice, .shapes = {"2,4", "2,2"}},
    {.name = "write a slice, spread", .apply = write_slice, .shapes = {"2,4", "2,1"}},
    {.name = "write an element", .apply = write_element, .shapes = {"2,4", "-"}},
    {.name = "write picked", .apply = write_picked, .shapes = {"2,4", "2,2"}},
    {.name = "view made before", .apply = view_made_before, .shapes = {"2,3", "2,3"}},
    {.name = "change through views", .apply = change_through_views, .shapes = {"2,3", "2"}},
};

static void test_every_gradient_agrees_with_central_differences(void **state)
{
	size_t before = tensor_memory_used();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(checks); i++)
		gradcheck_run(&checks[i]);
	assert_int_equal(tensor_memory_used(), before);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_every_gradient_agrees_with_central_differences),
};

CHECK_MAIN(tests)
