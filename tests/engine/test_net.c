// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "engine/net.h"
#include "support/check.h"

static void test_lenet5_has_the_documents_shapes_and_names(void **state)
{
	static const char *const names[] = {"lenet5.0.weight", "lenet5.0.bias", "lenet5.3.weight",
	    "lenet5.3.bias", "lenet5.7.weight", "lenet5.7.bias", "lenet5.9.weight", "lenet5.9.bias",
	    "lenet5.11.weight", "lenet5.11.bias"};
	struct net *net;
	const struct net_param *param;

	(void)state;
	assert_int_equal(net_new_named("lenet5", &net, NULL), 0);
	assert_int_equal(net->param_count, 61706);
	assert_int_equal(net->named_count, ARRAY_LEN(names));
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_string_equal(net->named[i].name, names[i]);
	param = net_find_param(net, "lenet5.3.weight");
	assert_int_equal(param->ndim, 4);
	assert_int_equal(param->shape[0], 16);
	assert_int_equal(param->shape[1], 6);
	assert_int_equal(param->count, 2400);
	assert_null(net_find_param(net, "lenet5.1.weight"));
	assert_int_equal(net->layers[0].out[1], 28);
	assert_int_equal(net->layers[5].out[1], 5);
	assert_int_equal(net->classes, 10);
	check_close(net->layers[0].macs, 117600, 0, 0);
	net_free(net);
}

static void test_xavier_stays_within_its_bounds(void **state)
{
	struct net *net;
	struct rng rng;
	const struct net_param *weight, *bias;
	double bound = sqrt(6.0 / (400 + 120)), most = 0, mean = 0;

	(void)state;
	assert_int_equal(net_new_named("lenet5", &net, NULL), 0);
	rng_seed(&rng, 3);
	net_init_xavier(net, &rng);
	weight = net_find_param(net, "lenet5.7.weight");
	for (size_t i = 0; i < weight->count; i++) {
		most = fmax(most, fabs((double)weight->data[i]));
		mean += weight->data[i] / (double)weight->count;
	}
	check_close(most, bound, 1e-3, 0);
	check_close(mean, 0, 0, bound / 100);
	bias = net_find_param(net, "lenet5.7.bias");
	for (size_t i = 0; i < bias->count; i++)
		assert_true(fabsf(bias->data[i]) <= 0.05f);
	net_free(net);
}

static void test_layers_that_do_not_fit_are_named(void **state)
{
	static const struct layer_spec no_flatten[] = {
	    {.kind = LAYER_KIND_CONV2D, .outputs = 2, .kernel_h = 3, .kernel_w = 3},
	    {.kind = LAYER_KIND_LINEAR, .outputs = 10}};
	static const struct layer_spec too_large[] = {
	    {.kind = LAYER_KIND_SIGMOID},
	    {.kind = LAYER_KIND_CONV2D, .outputs = 2, .kernel_h = 30, .kernel_w = 3}};
	static const struct layer_spec open_end[] = {
	    {.kind = LAYER_KIND_CONV2D, .outputs = 2, .kernel_h = 3, .kernel_w = 3}};
	const int in[3] = {1, 28, 28};
	struct net *net = NULL;
	struct diag diag;

	(void)state;
	assert_int_equal(net_new("x", in, no_flatten, 2, &net, &diag), ERR_SHAPE);
	check_contains(diag.msg, "layer 1 (Linear)");
	check_contains(diag.hint, "flatten");
	assert_int_equal(net_new("x", in, too_large, 2, &net, &diag), ERR_SHAPE);
	check_contains(diag.msg, "layer 1 (Conv2d)");
	assert_int_equal(net_new("x", in, open_end, 1, &net, &diag), ERR_SHAPE);
	check_contains(diag.msg, "2x26x26");
	assert_int_equal(net_new("x", in, open_end, 0, &net, &diag), ERR_SHAPE);
	assert_null(net);
}

static void test_sizes_that_overflow_are_refused(void **state)
{
	static const struct layer_spec wide[] = {
	    {.kind = LAYER_KIND_CONV2D, .outputs = 1 << 20, .kernel_h = 20, .kernel_w = 20},
	    {.kind = LAYER_KIND_CONV2D, .outputs = 1 << 20, .kernel_h = 9, .kernel_w = 9},
	    {.kind = LAYER_KIND_FLATTEN}};
	static const struct layer_spec padded[] = {{.kind = LAYER_KIND_CONV2D,
	    .outputs = 1, .kernel_h = 3, .kernel_w = 3, .padding_h = 1 << 29, .padding_w = 1}};
	const int in[3] = {1, 28, 28}, huge[3] = {1 << 20, 1 << 20, 1 << 20};
	struct net *net = NULL;
	struct diag diag;

	(void)state;
	assert_int_equal(net_new("x", in, wide, 3, &net, &diag), ERR_SHAPE);
	assert_int_equal(net_new("x", in, padded, 1, &net, &diag), ERR_SHAPE);
	assert_int_equal(net_new("x", huge, wide, 3, &net, &diag), ERR_SHAPE);
	assert_int_equal(net_new_named("resnet", &net, &diag), ERR_NOT_FOUND);
	check_contains(diag.hint, "lenet5");
	assert_null(net);
}

static void test_every_failed_allocation_is_reported(void **state)
{
	struct net *net = NULL;
	struct diag diag;
	long n = 0;
	int err;

	(void)state;
	do {
		mem_fail_nth(++n);
		err = net_new_named("lenet5", &net, &diag);
		assert_true(err == 0 || err == ERR_NOMEM);
	} while (err < 0);
	mem_fail_nth(0);
	assert_true(n > 3);
	net_free(net);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lenet5_has_the_documents_shapes_and_names),
	    cmocka_unit_test(test_xavier_stays_within_its_bounds),
	    cmocka_unit_test(test_layers_that_do_not_fit_are_named),
	    cmocka_unit_test(test_sizes_that_overflow_are_refused),
	    cmocka_unit_test(test_every_failed_allocation_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
