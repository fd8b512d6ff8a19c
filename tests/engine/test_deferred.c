// SPDX-License-Identifier: GPL-3.0-or-later
/* Layers that are computed when somebody looks: what they give is what they give at once. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/budget.h"
#include "base/rng.h"
#include "engine/deferred.h"
#include "engine/tensor_text.h"
#include "engine/var_nn.h"
#include "engine/var_ops.h"
#include "support/check.h"

static const struct layer_spec conv = {.kind = LAYER_KIND_CONV2D, .stride_h = 1, .stride_w = 1};
static const struct layer_spec relu = {.kind = LAYER_KIND_RELU};
static const struct layer_spec pool = {
    .kind = LAYER_KIND_MAX_POOL, .kernel_h = 2, .kernel_w = 2, .stride_h = 2, .stride_w = 2};
static const struct layer_spec flatten = {.kind = LAYER_KIND_FLATTEN};
static const struct layer_spec linear = {.kind = LAYER_KIND_LINEAR};

struct fixture {
	struct deferred_list list;
	struct var *x, *kernel, *weights, *bias;
	size_t used, nodes;
};

static struct diag diag;

static struct var *random_var(const char *shape, uint64_t seed)
{
	int64_t sizes[TENSOR_MAX_DIMS];
	struct tensor *tensor;
	struct rng rng;
	int ndim = 0;
	char *next = (char *)shape;

	for (; *next; next += *next == ',')
		sizes[ndim++] = strtoll(next, &next, 10);
	rng_seed(&rng, seed);
	assert_int_equal(tensor_new(DTYPE_F32, ndim, sizes, &tensor, &diag), 0);
	assemble_random(tensor, &rng, FILL_KIND_UNIFORM, -0.5, 0.5);
	return var_new_take(WORLD_TORCH, tensor);
}

static int setup(void **state)
{
	struct fixture *f = xzalloc(1, sizeof(*f));

	f->used = tensor_memory_used();
	f->nodes = autograd_live_nodes();
	deferred_list_init(&f->list);
	f->x = random_var("20,2,8,8", 1);
	f->kernel = random_var("3,2,3,3", 2);
	f->weights = random_var("4,27", 3);
	f->bias = random_var("4", 4);
	f->kernel->requires_grad = f->weights->requires_grad = f->bias->requires_grad = true;
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	var_unref(f->x);
	var_unref(f->kernel);
	var_unref(f->weights);
	var_unref(f->bias);
	deferred_list_release(&f->list);
	assert_int_equal(tensor_memory_used(), f->used);
	assert_int_equal(autograd_live_nodes(), f->nodes);
	mem_free(f);
	return 0;
}

static struct deferred *first(struct fixture *f, const struct layer_spec *spec, struct var *x,
    struct var *weights, struct var *bias)
{
	struct deferred_input input = {.x = x};

	return deferred_new(&f->list, &input, spec, (struct var *const[2]){weights, bias});
}

static struct deferred *after(struct fixture *f, struct deferred *before,
    const struct layer_spec *spec, struct var *weights, struct var *bias)
{
	struct deferred_input input = {.before = before};

	return deferred_new(&f->list, &input, spec, (struct var *const[2]){weights, bias});
}

/* x -> conv -> relu -> pool -> flatten -> linear; results in between are let go. */
static struct deferred *small_net(struct fixture *f)
{
	static const struct layer_spec *const rest[] = {&relu, &pool, &flatten, &linear};
	struct deferred *d = first(f, &conv, f->x, f->kernel, NULL), *next;

	for (size_t i = 0; i < ARRAY_LEN(rest); i++) {
		assert_non_null(d);
		next = after(f, d, rest[i], f->weights, f->bias);
		deferred_drop(d);
		d = next;
	}
	assert_non_null(d);
	return d;
}

static struct var *at_once(struct fixture *f, size_t layers)
{
	struct conv_args conv2d = {.axes = 2};
	struct pool_args max = {.kind = POOL_KIND_MAX, .axes = 2, .kernel = {2, 2}};
	struct var *y[5];
	struct var *last;

	assert_int_equal(var_conv(&conv2d, f->x, f->kernel, NULL, &y[0], &diag), 0);
	assert_int_equal(var_unary(UNARY_RELU, y[0], &y[1], &diag), 0);
	assert_int_equal(var_pool(&max, y[1], &y[2], &diag), 0);
	assert_int_equal(var_flatten(y[2], 1, -1, &y[3], &diag), 0);
	assert_int_equal(var_linear(y[3], f->weights, f->bias, &y[4], &diag), 0);
	last = var_ref(y[layers - 1]);
	for (size_t i = 0; i < ARRAY_LEN(y); i++)
		var_unref(y[i]);
	return last;
}

static void check_value(const struct deferred *d, const struct var *expected)
{
	assert_non_null(deferred_value(d));
	check_tensor("result", deferred_value(d)->value, expected->value, 1e-5, 1e-5);
}

static void backward(struct var *y)
{
	struct var *g = var_new_take(WORLD_TORCH, tensor_share(y->value));

	if (var_backward(y, g, false, &diag) < 0)
		fail_msg("%s", diag.msg);
	var_unref(g);
}

static void test_what_is_put_down_has_a_shape_and_no_value(void **state)
{
	struct fixture *f = *state;
	struct deferred *d = small_net(f);

	assert_null(deferred_value(d));
	assert_int_equal(deferred_outline(d)->ndim, 2);
	assert_int_equal(deferred_outline(d)->shape[0], 20);
	assert_int_equal(deferred_outline(d)->shape[1], 4);
	deferred_drop(d);
	assert_null(f->list.first);
}

static void test_settled_it_is_what_its_layers_give(void **state)
{
	struct fixture *f = *state;
	struct deferred *d = small_net(f);
	struct var *expected = at_once(f, 5);
	struct tensor *grad;

	deferred_settle(&f->list);
	check_value(d, expected);
	backward(expected);
	grad = tensor_share(f->kernel->grad->value);
	var_zero_grad(f->kernel, true);
	backward(deferred_value(d));
	check_tensor("the kernel's gradient", f->kernel->grad->value, grad, 2e-5, 2e-5);
	tensor_free(grad);
	var_unref(expected);
	deferred_drop(d);
}

/* What somebody holds in between is computed once, and gradients go through it. */
static void test_a_result_in_between_may_be_held(void **state)
{
	struct fixture *f = *state;
	struct deferred *a = first(f, &conv, f->x, f->kernel, NULL), *b = after(f, a, &relu, NULL, NULL);
	struct deferred *c = after(f, b, &pool, NULL, NULL);
	struct var *expected = at_once(f, 1);

	deferred_drop(b);
	deferred_settle(&f->list);
	check_value(a, expected);
	var_unref(expected);
	expected = at_once(f, 3);
	check_value(c, expected);
	backward(deferred_value(c));
	assert_non_null(f->kernel->grad);
	var_unref(expected);
	deferred_drop(a);
	deferred_drop(c);
}

static void test_gradients_are_recorded_as_when_it_was_put_down(void **state)
{
	struct fixture *f = *state;
	struct deferred *with = small_net(f), *without, *mixed;

	autograd_set_enabled(false);
	without = small_net(f);
	mixed = after(f, with, &relu, NULL, NULL);
	autograd_set_enabled(true);
	assert_null(mixed);
	deferred_settle(&f->list);
	assert_true(deferred_value(with)->requires_grad);
	assert_false(deferred_value(without)->requires_grad);
	deferred_drop(with);
	deferred_drop(without);
}

static void test_what_does_not_fit_is_left_to_the_operators(void **state)
{
	struct fixture *f = *state;
	struct var *few = random_var("7,2,8,8", 5), *other = random_var("20,3,8,8", 5);
	struct var *rows = random_var("20,27", 5), *turned;
	struct deferred *d = first(f, &conv, f->x, f->kernel, NULL);

	assert_null(first(f, &conv, few, f->kernel, NULL));
	assert_null(first(f, &conv, other, f->kernel, NULL));
	assert_null(first(f, &conv, f->x, f->kernel, f->bias));
	assert_null(first(f, &conv, rows, f->kernel, NULL));
	assert_null(first(f, &relu, rows, NULL, NULL));
	assert_null(first(f, &flatten, f->x, NULL, NULL));
	assert_null(after(f, d, &linear, f->weights, f->bias));
	assert_int_equal(var_transpose(f->x, 2, 3, &turned, &diag), 0);
	assert_null(first(f, &conv, turned, f->kernel, NULL));
	var_unref(turned);
	var_unref(few);
	var_unref(other);
	var_unref(rows);
	deferred_drop(d);
}

static void test_too_little_memory_is_said(void **state)
{
	struct fixture *f = *state;
	struct deferred *d = small_net(f);

	budget_set_limit(budget_used() + 1000);
	deferred_settle(&f->list);
	budget_set_limit(0);
	assert_int_equal(f->list.failed, ERR_LIMIT);
	assert_int_equal(deferred_value(d)->value->shape[1], 4);
	deferred_drop(d);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static const struct CMUnitTest tests[] = {
	TEST(test_what_is_put_down_has_a_shape_and_no_value),
	TEST(test_settled_it_is_what_its_layers_give),
	TEST(test_a_result_in_between_may_be_held),
	TEST(test_gradients_are_recorded_as_when_it_was_put_down),
	TEST(test_what_does_not_fit_is_left_to_the_operators),
	TEST(test_too_little_memory_is_said),
};

CHECK_MAIN(tests)
