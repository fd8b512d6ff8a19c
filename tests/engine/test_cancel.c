// SPDX-License-Identifier: GPL-3.0-or-later
/* Operators that are cancelled: soon over, and nothing that was there is spoilt. */
#include "config.h"

#include <stdbool.h>
#include <time.h>

#include "base/cancel.h"
#include "base/clock.h"
#include "engine/assemble.h"
#include "engine/autograd.h"
#include "engine/conv_impl.h"
#include "engine/elementwise.h"
#include "engine/matmul.h"
#include "engine/ops.h"
#include "engine/reduce.h"
#include "engine/var_ops.h"
#include "support/check.h"

#define SHAPE(...) ((int64_t[]){__VA_ARGS__})
#define DEADLINE 0.03 // seconds
#define SOON 0.2      // seconds of computing by all threads, the time until the deadline included

static double computed(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static struct cancel cancel;
static double begun;

static void begin(void)
{
	cancel = (struct cancel){.deadline = clock_real() + DEADLINE};
	begun = computed();
	cancel_watch(&cancel);
}

static void end(void)
{
	cancel_watch(NULL);
	begun = computed() - begun;
}

static struct tensor *ones(int ndim, const int64_t *shape)
{
	struct tensor *tensor;

	assert_int_equal(assemble_full(DTYPE_F32, ndim, shape, 1, &tensor, NULL), 0);
	return tensor;
}

/* A vector of 10^12 ones, all in one place. */
static struct tensor *endless(void)
{
	struct tensor *one = ones(1, SHAPE(1)), *wide;

	assert_int_equal(tensor_view_broadcast(one, 1, SHAPE(1000000000000), &wide, NULL), 0);
	tensor_free(one);
	return wide;
}

// On a slow machine the deadline may have passed before the operator begins, which says so.
static void assert_stops(int err)
{
	assert_true(err == 0 || err == ERR_INTERRUPTED);
}

static void multiply(void)
{
	struct tensor *a = ones(2, SHAPE(4096, 4096)), *product = NULL;

	begin();
	assert_stops(matmul(a, a, &product, NULL));
	end();
	tensor_free(a);
	tensor_free(product);
}

static void convolve(void)
{
	struct conv_shape shape = conv_shape_2d(4, 64, 96, 96, 256, 5, 5);
	struct tensor *src = ones(4, SHAPE(4, 64, 96, 96)), *weights = ones(4, SHAPE(256, 64, 5, 5));
	struct tensor *dst = ones(4, SHAPE(4, 256, 92, 92));

	assert_int_equal(conv_shape_init(&shape, NULL), 0);
	begin();
	conv_best_forward(&shape, src->data, weights->data, NULL, dst->data);
	end();
	tensor_free(src);
	tensor_free(weights);
	tensor_free(dst);
}

static void convolve_by_reference(void)
{
	static float pixels[512 * 512], kernel[200 * 200], dst[313 * 313];

	begin();
	corr2d_forward(pixels, 512, 512, kernel, 200, 200, false, dst);
	end();
}

static void reduce(enum reduce_op op, enum world world)
{
	struct tensor *src = endless(), *result = NULL;
	struct reduce_spec spec = {.op = op};

	begin();
	assert_stops(reduce_tensor(&spec, world, src, &result, NULL));
	end();
	tensor_free(src);
	tensor_free(result);
}

static void sum_as_torch(void) { reduce(REDUCE_SUM, WORLD_TORCH); }
static void sum_as_numpy(void) { reduce(REDUCE_SUM, WORLD_NUMPY); }
static void find_the_largest(void) { reduce(REDUCE_ARGMAX, WORLD_TORCH); }
static void compute_a_norm(void) { reduce(REDUCE_NORM, WORLD_TORCH); }
static void compute_the_variance(void) { reduce(REDUCE_VAR, WORLD_TORCH); }

static void sort(void)
{
	struct tensor *src = ones(1, SHAPE(4000000)), *values = NULL;

	begin();
	assert_int_equal(assemble_sort(src, 0, false, &values, NULL, NULL), ERR_INTERRUPTED);
	end();
	tensor_free(src);
}

static void test_long_operators_end_soon_after_their_deadline(void **state)
{
	static void (*const works[])(void) = {multiply, convolve, convolve_by_reference, sum_as_torch,
	    sum_as_numpy, find_the_largest, compute_a_norm, compute_the_variance, sort};

	(void)state;
	for (size_t i = 0; i < sizeof(works) / sizeof(works[0]); i++) {
		works[i]();
		assert_int_equal(cancel.reason, CANCEL_LATE);
		if (!(begun < SOON))
			fail_msg("operator %zu took %g seconds", i, begun);
	}
}

static void test_what_is_assigned_after_a_request_to_stop_changes_nothing(void **state)
{
	struct var *kept = var_new_take(WORLD_TORCH, ones(1, SHAPE(3))), *two = var_number(2), *doubled;
	struct diag diag;

	(void)state;
	assert_int_equal(var_binary(BINARY_MUL, kept, two, &doubled, NULL), 0);
	cancel = (struct cancel){.reason = CANCEL_ASKED};
	cancel_watch(&cancel);
	assert_int_equal(var_assign(kept, doubled, &diag), ERR_INTERRUPTED);
	cancel_watch(NULL);
	check_close(tensor_at(kept->value, SHAPE(0)), 1, 0, 0);
	assert_int_equal(var_assign(kept, doubled, &diag), 0);
	check_close(tensor_at(kept->value, SHAPE(0)), 2, 0, 0);
	var_unref(kept);
	var_unref(two);
	var_unref(doubled);
}

static void test_a_backward_pass_that_is_stopped_leaves_no_gradient(void **state)
{
	struct var *leaf = var_new_take(WORLD_TORCH, ones(1, SHAPE(3))), *two = var_number(2), *loss;
	struct diag diag;

	(void)state;
	assert_int_equal(var_set_requires_grad(leaf, true, NULL), 0);
	assert_int_equal(var_binary(BINARY_MUL, leaf, two, &loss, NULL), 0);
	cancel = (struct cancel){.reason = CANCEL_ASKED};
	cancel_watch(&cancel);
	assert_int_equal(var_backward(loss, leaf, true, &diag), ERR_INTERRUPTED);
	cancel_watch(NULL);
	assert_null(leaf->grad);
	assert_int_equal(var_backward(loss, leaf, true, &diag), 0);
	assert_non_null(leaf->grad);
	var_unref(leaf);
	var_unref(two);
	var_unref(loss);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_long_operators_end_soon_after_their_deadline),
	cmocka_unit_test(test_what_is_assigned_after_a_request_to_stop_changes_nothing),
	cmocka_unit_test(test_a_backward_pass_that_is_stopped_leaves_no_gradient),
};

CHECK_MAIN(tests)
