// SPDX-License-Identifier: GPL-3.0-or-later
/* The tape: what is recorded, what is refused, and that nothing is left behind. */
#include "config.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "base/budget.h"
#include "engine/autograd.h"
#include "engine/tensor_text.h"
#include "engine/var_ops.h"
#include "support/check.h"

static size_t memory_before, nodes_before;
static struct diag diag;

static int setup(void **state)
{
	(void)state;
	memory_before = tensor_memory_used();
	nodes_before = autograd_live_nodes();
	diag_clear(&diag);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	assert_int_equal(tensor_memory_used(), memory_before);
	assert_int_equal(autograd_live_nodes(), nodes_before);
	assert_true(autograd_enabled());
	return 0;
}

static struct var *plain(const char *text)
{
	return var_new_take(WORLD_TORCH, tensor_parse(text));
}

static struct var *leaf(const char *text)
{
	struct var *var = plain(text);

	assert_int_equal(var_set_requires_grad(var, true, &diag), 0);
	return var;
}

static struct var *binary(enum binary_op op, struct var *a, struct var *b)
{
	struct var *result = NULL;

	if (var_binary(op, a, b, &result, &diag) < 0)
		fail_msg("%s", diag.msg);
	return result;
}

static struct var *times(struct var *a, double b)
{
	struct var *number = var_number(b), *result = binary(BINARY_MUL, a, number);

	var_unref(number);
	return result;
}

static struct var *sum(struct var *x)
{
	struct reduce_spec spec = {.op = REDUCE_SUM};
	struct var *result = NULL;

	assert_int_equal(var_reduce(&spec, x, &result, &diag), 0);
	return result;
}

static void backward(struct var *x, bool retain)
{
	if (var_backward(x, NULL, retain, &diag) < 0)
		fail_msg("%s", diag.msg);
}

static void check_grad(const struct var *x, const char *expected)
{
	struct tensor *tensor = tensor_parse(expected);

	assert_non_null(x->grad);
	check_tensor("gradient", x->grad->value, tensor, 1e-6, 1e-7);
	tensor_free(tensor);
}

static void release(struct var *a, struct var *b, struct var *c, struct var *d)
{
	var_unref(a);
	var_unref(b);
	var_unref(c);
	var_unref(d);
}

static void test_gradients_add_up_in_leaves_until_cleared(void **state)
{
	struct var *x = leaf("f32 2 3 4"), *y = binary(BINARY_MUL, x, x), *l = sum(y);

	(void)state;
	backward(l, true);
	check_grad(x, "f32 2 6 8");
	backward(l, false);
	check_grad(x, "f32 2 12 16");
	assert_null(y->grad);
	var_zero_grad(x, false);
	check_grad(x, "f32 2 0 0");
	var_zero_grad(x, true);
	assert_null(x->grad);
	release(x, y, l, NULL);
}

static void test_a_graph_is_used_up_unless_kept(void **state)
{
	struct var *x = leaf("f32 2 3 4"), *y = binary(BINARY_MUL, x, x), *l = sum(y);

	(void)state;
	backward(l, false);
	assert_int_equal(var_backward(l, NULL, false, &diag), ERR_STATE);
	check_contains(diag.msg, "backward through the graph a second time");
	check_contains(diag.hint, "retain_graph=True");
	check_grad(x, "f32 2 6 8");
	release(x, y, l, NULL);
}

static void test_backward_starts_from_a_number_or_a_gradient(void **state)
{
	struct var *x = leaf("f32 2 3 4"), *y = times(x, 2), *g = plain("f32 2 1 10"),
		   *bad = plain("f32 3 1 1 1");

	(void)state;
	assert_int_equal(var_backward(y, NULL, false, &diag), ERR_STATE);
	check_contains(diag.msg, "grad can be implicitly created only for scalar outputs");
	assert_int_equal(var_backward(y, bad, false, &diag), ERR_SHAPE);
	check_contains(diag.msg, "the gradient has shape (3,) where the tensor has (2,)");
	assert_int_equal(var_backward(y, g, false, &diag), 0);
	check_grad(x, "f32 2 2 20");
	assert_int_equal(var_backward(bad, g, false, &diag), ERR_STATE);
	check_contains(diag.msg, "does not require grad");
	release(x, y, g, bad);
}

static void test_nothing_is_recorded_where_it_is_switched_off(void **state)
{
	struct var *x = leaf("f32 2 3 4"), *y, *d;
	bool was = autograd_set_enabled(false);

	(void)state;
	assert_true(was);
	y = times(x, 2);
	assert_false(y->requires_grad);
	assert_null(var_node(y));
	autograd_set_enabled(was);
	var_unref(y);
	d = var_detach(x);
	y = times(d, 2);
	assert_false(y->requires_grad);
	release(x, y, d, NULL);
}

static void test_a_leaf_is_not_changed_in_place_but_without_recording(void **state)
{
	struct var *x = leaf("f32 2 3 4"), *one = var_number(1), *v = NULL, *data;
	bool was;

	(void)state;
	assert_int_equal(var_binary_in_place(BINARY_ADD, x, one, &diag), ERR_STATE);
	check_contains(
	    diag.msg, "a leaf Variable that requires grad is being used in an in-place operation");
	assert_int_equal(var_select(x, 0, 0, &v, &diag), 0);
	assert_int_equal(var_binary_in_place(BINARY_ADD, v, one, &diag), ERR_STATE);
	check_contains(diag.msg, "a view of a leaf");
	was = autograd_set_enabled(false);
	assert_int_equal(var_binary_in_place(BINARY_ADD, x, one, &diag), 0);
	autograd_set_enabled(was);
	data = var_data(x);
	assert_int_equal(var_binary_in_place(BINARY_ADD, data, one, &diag), 0);
	check_close(((float *)x->value->data)[1], 6, 0, 0);
	assert_true(x->requires_grad);
	release(x, one, v, data);
}

static void test_a_saved_tensor_that_changed_is_noticed(void **state)
{
	struct var *x = leaf("f32 2 3 4"), *y = times(x, 2), *l = binary(BINARY_MUL, y, y),
		   *s = sum(l);
	struct var *one = var_number(1);

	(void)state;
	assert_int_equal(var_binary_in_place(BINARY_ADD, y, one, &diag), 0);
	assert_int_equal(var_backward(s, NULL, false, &diag), ERR_STATE);
	check_contains(diag.msg, "has been modified by an inplace operation");
	check_contains(diag.msg, "version 1; expected version 0");
	assert_null(x->grad);
	release(x, y, l, s);
	var_unref(one);
}

static void test_in_place_changes_keep_history(void **state)
{
	struct var *x = leaf("f32 2 3 4"), *y = times(x, 2), *l;

	(void)state;
	assert_int_equal(var_binary_in_place(BINARY_ADD, y, x, &diag), 0);
	assert_int_equal(var_binary_in_place(BINARY_ADD, y, y, &diag), 0);
	l = sum(y);
	backward(l, false);
	check_grad(x, "f32 2 6 6");
	release(x, y, l, NULL);
}

static void test_only_floats_require_gradients(void **state)
{
	struct var *x = plain("i64 2 3 4"), *y = leaf("f32 1 1"), *z = times(y, 2);

	(void)state;
	assert_int_equal(var_set_requires_grad(x, true, &diag), ERR_STATE);
	check_contains(diag.msg, "floating point");
	assert_int_equal(var_set_requires_grad(z, false, &diag), ERR_STATE);
	check_contains(diag.msg, "leaf");
	release(x, y, z, NULL);
}

/* The documents' corr2d, element by element into a fresh tensor. */
static struct var *corr2d(struct var *x, struct var *k)
{
	int64_t h = k->value->shape[0], w = k->value->shape[1], shape[2];
	struct tensor *value;
	struct var *y;

	shape[0] = x->value->shape[0] - h + 1;
	shape[1] = x->value->shape[1] - w + 1;
	assert_int_equal(tensor_new(DTYPE_F32, 2, shape, &value, &diag), 0);
	y = var_new_take(WORLD_TORCH, value);
	for (int64_t i = 0; i < shape[0]; i++) {
		for (int64_t j = 0; j < shape[1]; j++) {
			struct index_item window[] = {
			    {.kind = INDEX_KIND_SLICE,
				.has_start = true,
				.start = i,
				.has_stop = true,
				.stop = i + h,
				.step = 1},
			    {.kind = INDEX_KIND_SLICE,
				.has_start = true,
				.start = j,
				.has_stop = true,
				.stop = j + w,
				.step = 1},
			};
			struct index_item place[] = {{.kind = INDEX_KIND_INT, .start = i},
			    {.kind = INDEX_KIND_INT, .start = j}};
			struct var *part, *product, *s;

			assert_int_equal(var_index(x, window, 2, &part, &diag), 0);
			product = binary(BINARY_MUL, part, k);
			s = sum(product);
			assert_int_equal(var_index_set(y, place, 2, s, &diag), 0);
			release(part, product, s, NULL);
		}
	}
	return y;
}

static void test_assigning_element_by_element_records_gradients(void **state)
{
	struct var *x = leaf("f32 3,3 0 1 2 3 4 5 6 7 8"), *k = leaf("f32 2,2 0 1 2 3"),
		   *y = corr2d(x, k), *l;
	struct tensor *expected = tensor_parse("f32 2,2 19 25 37 43");

	(void)state;
	check_tensor("corr2d", y->value, expected, 0, 0);
	l = sum(y);
	backward(l, false);
	check_grad(k, "f32 2,2 8 12 20 24");
	check_grad(x, "f32 3,3 0 1 1 2 6 4 2 5 3");
	tensor_free(expected);
	release(x, k, y, l);
}

/* Document D4's recipe from the start that gives its printed losses. */
static void test_the_documents_recipe_learns_the_kernel_digit_by_digit(void **state)
{
	static const double losses[] = {
	    23.8259, 9.5828, 6.6669, 4.9749, 3.7512, 2.8428, 2.1634, 1.6526};
	struct var *x = plain("f32 3,8 1 1 0 0 0 0 1 1 1 1 0 0 0 0 1 1 1 1 0 0 0 0 1 1");
	struct var *k = plain("f32 1,2 -1 1"), *target, *w = leaf("f32 1,2 0.3621364 0.63308825"),
		   *b = leaf("f32 1 0");
	struct var *image, *images[2] = {x, x};

	(void)state;
	assert_int_equal(var_cat(images, 2, 0, &image, &diag), 0);
	target = corr2d(image, k);
	for (int epoch = 0; epoch < 50; epoch++) {
		struct var *map = corr2d(image, w), *y = binary(BINARY_ADD, map, b);
		struct var *d = binary(BINARY_SUB, y, target), *two = var_integer(2);
		struct var *squares = binary(BINARY_POW, d, two), *l = sum(squares),
			   *params[] = {w, b};

		if (epoch < 8)
			check_close(var_item(l), losses[epoch], 0, 5e-5);
		backward(l, false);
		for (int i = 0; i < 2; i++) {
			struct var *data = var_data(params[i]), *decay = times(data, 0.1);
			struct var *g = binary(BINARY_ADD, params[i]->grad, decay),
				   *step = times(g, 0.01);

			assert_int_equal(var_binary_in_place(BINARY_SUB, data, step, &diag), 0);
			var_zero_grad(params[i], false);
			release(data, decay, g, step);
		}
		release(map, y, d, two);
		var_unref(squares);
		var_unref(l);
	}
	check_close(((float *)w->value->data)[0], -0.9904, 0, 5e-5);
	check_close(var_item(b), -5.5487e-06, 0, 5e-11); // the bits of PyTorch's order of summation
	release(x, k, target, w);
	var_unref(b);
	var_unref(image);
}

static void test_long_chains_neither_recurse_nor_leak(void **state)
{
	struct var *x = leaf("f32 1 1"), *y = times(x, 1), *next;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		next = times(y, 1);
		var_unref(y);
		y = next;
	}
	backward(y, true);
	check_grad(x, "f32 1 1");
	assert_true(autograd_live_nodes() - nodes_before > 100000);
	release(x, y, NULL, NULL);
}

static void test_long_histories_of_changes_do_not_recurse(void **state)
{
	struct var *x = leaf("f32 1 1"), *y = times(x, 1), *part = times(x, 0.5), *half = sum(part),
		   *v;

	(void)state;
	for (int i = 0; i < 50000; i++) {
		assert_int_equal(var_select(y, 0, 0, &v, &diag), 0);
		assert_int_equal(var_binary_in_place(BINARY_ADD, v, half, &diag), 0);
		var_unref(v);
	}
	backward(y, false);
	check_grad(x, "f32 1 25001");
	release(x, y, half, part);
}

static void test_gradients_of_chosen_inputs_leave_leaves_alone(void **state)
{
	struct var *x = leaf("f32 2 3 4"), *y = times(x, 2), *l = sum(y), *grads[2],
		   *inputs[] = {x, y};

	(void)state;
	assert_int_equal(var_gradients(l, NULL, inputs, 2, false, grads, &diag), 0);
	assert_null(x->grad);
	check_close(var_item(l), 14, 0, 0);
	check_close(((float *)grads[0]->value->data)[1], 2, 0, 0);
	check_close(((float *)grads[1]->value->data)[1], 1, 0, 0);
	release(x, y, l, grads[0]);
	var_unref(grads[1]);
}

static void test_mixed_dtypes_give_each_leaf_its_own(void **state)
{
	struct var *x = leaf("f32 2 3 4"), *y = leaf("f64 2 1 2"), *z = binary(BINARY_MUL, x, y),
		   *l = sum(z);

	(void)state;
	assert_int_equal(z->value->dtype, DTYPE_F64);
	backward(l, false);
	check_grad(x, "f32 2 1 2");
	check_grad(y, "f64 2 3 4");
	release(x, y, z, l);
}

static void test_in_place_results_must_fit(void **state)
{
	struct var *x = plain("i64 2 3 4"), *half = var_number(0.5),
		   *wide = plain("f32 2,2 1 2 3 4"), *y = plain("f32 2 0 0");

	(void)state;
	assert_int_equal(var_binary_in_place(BINARY_ADD, x, half, &diag), ERR_FORMAT);
	check_contains(diag.msg, "float32 cannot be put into a int64 tensor");
	assert_int_equal(var_binary_in_place(BINARY_ADD, y, wide, &diag), ERR_SHAPE);
	release(x, half, wide, y);
}

/* A pass that ends for want of memory leaves no gradient behind, and can be run again. */
static void test_running_out_of_memory_is_an_error(void **state)
{
	struct var *k, *y, *l;
	struct tensor *value;
	int64_t n = 200;

	(void)state;
	assert_int_equal(tensor_new(DTYPE_F32, 1, &n, &value, &diag), 0);
	k = var_new_take(WORLD_TORCH, value);
	assert_int_equal(var_set_requires_grad(k, true, &diag), 0);
	budget_set_limit(budget_used() + 100);
	assert_int_equal(var_binary(BINARY_MUL, k, k, &y, &diag), ERR_LIMIT);
	budget_set_limit(0);
	y = binary(BINARY_MUL, k, k);
	l = sum(y);
	budget_set_limit(budget_used() + 100);
	assert_int_equal(var_backward(l, NULL, false, &diag), ERR_LIMIT);
	assert_null(k->grad);
	budget_set_limit(0);
	backward(l, false);
	release(k, y, l, NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
static const struct CMUnitTest tests[] = {
	TEST(test_gradients_add_up_in_leaves_until_cleared),
	TEST(test_a_graph_is_used_up_unless_kept),
	TEST(test_backward_starts_from_a_number_or_a_gradient),
	TEST(test_nothing_is_recorded_where_it_is_switched_off),
	TEST(test_a_leaf_is_not_changed_in_place_but_without_recording),
	TEST(test_a_saved_tensor_that_changed_is_noticed),
	TEST(test_in_place_changes_keep_history),
	TEST(test_only_floats_require_gradients),
	TEST(test_assigning_element_by_element_records_gradients),
	TEST(test_the_documents_recipe_learns_the_kernel_digit_by_digit),
	TEST(test_long_chains_neither_recurse_nor_leak),
	TEST(test_long_histories_of_changes_do_not_recurse),
	TEST(test_gradients_of_chosen_inputs_leave_leaves_alone),
	TEST(test_mixed_dtypes_give_each_leaf_its_own),
	TEST(test_in_place_results_must_fit),
	TEST(test_running_out_of_memory_is_an_error),
};

CHECK_MAIN(tests)
