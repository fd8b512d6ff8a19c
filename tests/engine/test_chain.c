// SPDX-License-Identifier: GPL-3.0-or-later
/* A chain of layers as one node: against the same layers one by one. */
#include "config.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "engine/chain.h"
#include "engine/kernels.h"
#include "engine/tensor_text.h"
#include "engine/var_nn.h"
#include "engine/var_ops.h"
#include "engine/workers.h"
#include "support/check.h"

/* Two convolutions (one padded), pooling, two linear layers: LeNet-5 in small, on 1x12x12. */
static const struct layer_spec specs[] = {
    {.kind = LAYER_KIND_CONV2D,
	.outputs = 3,
	.kernel_h = 5,
	.kernel_w = 5,
	.padding_h = 2,
	.padding_w = 2},
    {.kind = LAYER_KIND_SIGMOID},
    {.kind = LAYER_KIND_AVG_POOL, .kernel_h = 2, .kernel_w = 2},
    {.kind = LAYER_KIND_CONV2D, .outputs = 4, .kernel_h = 3, .kernel_w = 3},
    {.kind = LAYER_KIND_TANH},
    {.kind = LAYER_KIND_MAX_POOL, .kernel_h = 2, .kernel_w = 2},
    {.kind = LAYER_KIND_FLATTEN},
    {.kind = LAYER_KIND_LINEAR, .outputs = 6},
    {.kind = LAYER_KIND_RELU},
    {.kind = LAYER_KIND_LINEAR, .outputs = 5},
};
static const char *const param_shapes[] = {
    "3,1,5,5", "3", "4,3,3,3", "4", "6,16", "6", "5,6", "5"};
#define PARAMS ARRAY_LEN(param_shapes)

static struct diag diag;

static struct var *random_var(int ndim, const int64_t *shape, uint64_t seed)
{
	struct tensor *tensor;
	struct rng rng;

	rng_seed(&rng, seed);
	assert_int_equal(tensor_new(DTYPE_F32, ndim, shape, &tensor, &diag), 0);
	assemble_random(tensor, &rng, FILL_KIND_UNIFORM, -0.5, 0.5);
	return var_new_take(WORLD_TORCH, tensor);
}

static void make_params(struct var **params)
{
	for (size_t i = 0; i < PARAMS; i++) {
		int64_t shape[4];
		int ndim = 0;
		char *next = (char *)param_shapes[i];

		for (; *next; next += *next == ',')
			shape[ndim++] = strtoll(next, &next, 10);
		params[i] = random_var(ndim, shape, i + 1);
		params[i]->requires_grad = true;
	}
}

static struct chain *make_chain(void)
{
	struct chain *chain;

	if (chain_new((int[]){1, 12, 12}, specs, ARRAY_LEN(specs), &chain, &diag) < 0)
		fail_msg("%s", diag.msg);
	assert_int_equal(chain_param_count(chain), PARAMS);
	return chain;
}

static int apply_layer(const struct layer_spec *spec, struct var *x, struct var **params, int *used,
    struct var **ret)
{
	struct conv_args conv = {.axes = 2, .before = {spec->padding_h, spec->padding_w},
	    .after = {spec->padding_h, spec->padding_w}};
	struct pool_args pool = {.axes = 2, .kernel = {2, 2}, .count_padding = true,
	    .kind = spec->kind == LAYER_KIND_MAX_POOL ? POOL_KIND_MAX : POOL_KIND_AVG};

	switch (spec->kind) {
	case LAYER_KIND_CONV2D:
		*used += 2;
		return var_conv(&conv, x, params[*used - 2], params[*used - 1], ret, &diag);
	case LAYER_KIND_LINEAR:
		*used += 2;
		return var_linear(x, params[*used - 2], params[*used - 1], ret, &diag);
	case LAYER_KIND_SIGMOID: return var_unary(UNARY_SIGMOID, x, ret, &diag);
	case LAYER_KIND_TANH: return var_unary(UNARY_TANH, x, ret, &diag);
	case LAYER_KIND_RELU: return var_unary(UNARY_RELU, x, ret, &diag);
	case LAYER_KIND_FLATTEN: return var_flatten(x, 1, -1, ret, &diag);
	case LAYER_KIND_AVG_POOL:
	case LAYER_KIND_MAX_POOL: return var_pool(&pool, x, ret, &diag);
	}
	return ERR_UNSUPPORTED;
}

static int params_before(size_t layer)
{
	int count = 0;

	for (size_t i = 0; i < layer; i++)
		count += 2 * (specs[i].kind == LAYER_KIND_CONV2D || specs[i].kind == LAYER_KIND_LINEAR);
	return count;
}

static struct var *layers_from(size_t first, struct var *x, struct var **params)
{
	struct var *y;
	int used = params_before(first);

	var_ref(x);
	for (size_t i = first; i < ARRAY_LEN(specs); i++) {
		if (apply_layer(&specs[i], x, params, &used, &y) < 0)
			fail_msg("%s", diag.msg);
		var_unref(x);
		x = y;
	}
	return x;
}

static struct var *one_by_one(struct var *x, struct var **params)
{
	return layers_from(0, x, params);
}

static struct var *run(struct chain *chain, struct var *x, struct var **params)
{
	struct var *y = NULL;

	if (chain_run(chain, x, params, &y, &diag) < 0)
		fail_msg("%s", diag.msg);
	return y;
}

static void backward(struct var *y, bool retain)
{
	struct var *g = random_var(y->value->ndim, y->value->shape, 99);

	if (var_backward(y, g, retain, &diag) < 0)
		fail_msg("%s", diag.msg);
	var_unref(g);
}

static void take_grads(struct var **params, struct tensor **grads)
{
	for (size_t i = 0; i < PARAMS; i++) {
		grads[i] = NULL;
		if (!params[i])
			continue;
		assert_non_null(params[i]->grad);
		grads[i] = tensor_share(params[i]->grad->value);
		var_zero_grad(params[i], true);
	}
}

static void check_grads(struct var **params, struct tensor **grads, double rtol)
{
	for (size_t i = 0; i < PARAMS; i++) {
		if (!params[i])
			continue;
		assert_non_null(params[i]->grad);
		check_tensor(param_shapes[i], params[i]->grad->value, grads[i], rtol, rtol);
		var_zero_grad(params[i], true);
	}
}

static void release(struct var **params, struct tensor **grads)
{
	for (size_t i = 0; i < PARAMS; i++) {
		var_unref(params[i]);
		if (grads)
			tensor_free(grads[i]);
	}
}

static void test_a_chain_gives_what_its_layers_give(void **state)
{
	static const int64_t batches[] = {37, 1, 16, 530, 40};
	size_t before = tensor_memory_used(), nodes = autograd_live_nodes();
	struct chain *chain = make_chain();
	struct var *params[PARAMS];
	struct tensor *grads[PARAMS];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(batches); i++) {
		int64_t shape[] = {batches[i], 1, 12, 12};
		struct var *x = random_var(4, shape, 7 + i), *expected, *got;

		make_params(params);
		if (i % 2) { // layers without a bias
			var_unref(params[1]);
			var_unref(params[5]);
			params[1] = params[5] = NULL;
		}
		expected = one_by_one(x, params);
		got = run(chain, x, params);
		check_tensor("outputs", got->value, expected->value, 1e-5, 1e-5);
		backward(expected, false);
		take_grads(params, grads);
		backward(got, false);
		check_grads(params, grads, 2e-5);
		var_unref(x);
		var_unref(expected);
		var_unref(got);
		release(params, grads);
	}
	chain_unref(chain);
	assert_int_equal(tensor_memory_used(), before);
	assert_int_equal(autograd_live_nodes(), nodes);
}

/* Two graphs at once have workspaces of their own; a graph that is kept can be walked again. */
static void test_graphs_do_not_disturb_one_another(void **state)
{
	struct chain *chain = make_chain();
	int64_t shape[] = {20, 1, 12, 12};
	struct var *params[PARAMS], *a = random_var(4, shape, 5), *b = random_var(4, shape, 6),
				    *first, *second;
	struct tensor *grads[PARAMS];

	(void)state;
	make_params(params);
	first = run(chain, a, params);
	backward(first, true);
	take_grads(params, grads);
	second = run(chain, b, params);
	backward(first, true);
	check_grads(params, grads, 0);
	chain_unref(chain); // the results keep it
	backward(second, false);
	var_zero_grad(params[0], true);
	backward(first, false);
	assert_int_equal(var_backward(first, first, false, &diag), ERR_STATE);
	check_contains(diag.msg, "second time");
	var_unref(a);
	var_unref(b);
	var_unref(first);
	var_unref(second);
	release(params, grads);
}

/* The first three layers only: the result keeps its planes. */
static void test_a_chain_may_end_in_planes(void **state)
{
	int64_t shape[] = {18, 1, 12, 12};
	struct var *params[PARAMS], *x = random_var(4, shape, 5), *y, *step = x, *next;
	struct chain *chain;
	int used = 0;

	(void)state;
	make_params(params);
	assert_int_equal(chain_new((int[]){1, 12, 12}, specs, 3, &chain, &diag), 0);
	y = run(chain, x, params);
	var_ref(step);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(apply_layer(&specs[i], step, params, &used, &next), 0);
		var_unref(step);
		step = next;
	}
	check_tensor("planes", y->value, step->value, 1e-5, 1e-5);
	backward(y, false);
	assert_non_null(params[0]->grad);
	var_unref(x);
	var_unref(y);
	var_unref(step);
	release(params, NULL);
	chain_unref(chain);
}

/* Whatever layer comes first, and whether the parameters are learnt or not. */
static void test_a_chain_has_a_gradient_of_its_input(void **state)
{
	static const size_t firsts[] = {0, 1, 2, 3, 4, 5};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(firsts); i++) {
		size_t first = firsts[i];
		int64_t size = first < 3 ? 12 : first == 3 ? 6 : 4;
		int64_t shape[] = {21, first == 0 ? 1 : first < 4 ? 3 : 4, size, size};
		struct var *params[PARAMS], *x = random_var(4, shape, 50 + first), *y, *step;
		struct tensor *expected;
		struct chain *chain;

		make_params(params);
		for (size_t j = 0; j < PARAMS; j++)
			params[j]->requires_grad = first % 2 == 0;
		x->requires_grad = true;
		step = layers_from(first, x, params);
		backward(step, false);
		expected = tensor_share(x->grad->value);
		var_zero_grad(x, true);
		assert_int_equal(chain_new((int[]){(int)shape[1], (int)size, (int)size},
				     specs + first, ARRAY_LEN(specs) - first, &chain, &diag),
		    0);
		y = run(chain, x, params + params_before(first));
		check_tensor("outputs", y->value, step->value, 1e-5, 1e-5);
		backward(y, false);
		check_tensor("the input's gradient", x->grad->value, expected, 2e-5, 2e-5);
		tensor_free(expected);
		var_unref(x);
		var_unref(y);
		var_unref(step);
		release(params, NULL);
		chain_unref(chain);
	}
}

/* Bit for bit: neither which thread did what, nor how wide the registers are. */
static void test_threads_and_instruction_sets_do_not_show(void **state)
{
	static const char *const isas[] = {"avx512", "avx2"};
	int64_t shape[] = {100, 1, 12, 12};
	struct var *params[PARAMS], *x = random_var(4, shape, 5), *y;
	struct tensor *grads[PARAMS], *input = NULL;

	(void)state;
	make_params(params);
	x->requires_grad = true;
	for (int i = 0; i < 6; i++) {
		const struct kernels *kernels;
		struct chain *chain;

		if (kernels_by_name(isas[i % 2], &kernels, &diag) < 0)
			continue;
		setenv("CONVTUTOR_ISA", isas[i % 2], 1);
		assert_int_equal(workers_set_threads(1 + i / 2, &diag), 0);
		chain = make_chain();
		y = run(chain, x, params);
		backward(y, false);
		if (!input) {
			take_grads(params, grads);
			input = tensor_share(x->grad->value);
		} else {
			check_grads(params, grads, 0);
			check_tensor("the input's gradient", x->grad->value, input, 0, 0);
		}
		var_zero_grad(x, true);
		var_unref(y);
		chain_unref(chain);
	}
	unsetenv("CONVTUTOR_ISA");
	assert_int_equal(workers_set_threads(0, &diag), 0);
	tensor_free(input);
	var_unref(x);
	release(params, input ? grads : NULL);
}

static void test_what_a_chain_cannot_do_is_said(void **state)
{
	struct chain *chain = make_chain();
	int64_t shape[] = {2, 1, 11, 12};
	struct var *params[PARAMS], *x = random_var(4, shape, 5), *y, *one = var_number(1);
	bool was;

	(void)state;
	make_params(params);
	assert_int_equal(chain_run(chain, x, params, &y, &diag), ERR_SHAPE);
	check_contains(diag.msg, "input of shape (2, 1, 11, 12)");
	var_unref(x);
	shape[2] = 12;
	x = random_var(4, shape, 5);
	y = run(chain, x, params);
	was = autograd_set_enabled(false);
	assert_int_equal(var_binary_in_place(BINARY_ADD, params[1], one, &diag), 0);
	autograd_set_enabled(was);
	assert_int_equal(var_backward(y, y, false, &diag), ERR_STATE);
	check_contains(diag.msg, "modified by an inplace operation");
	var_unref(y);
	var_unref(x);
	var_unref(one);
	release(params, NULL);
	chain_unref(chain);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_a_chain_gives_what_its_layers_give),
	cmocka_unit_test(test_graphs_do_not_disturb_one_another),
	cmocka_unit_test(test_a_chain_may_end_in_planes),
	cmocka_unit_test(test_a_chain_has_a_gradient_of_its_input),
	cmocka_unit_test(test_threads_and_instruction_sets_do_not_show),
	cmocka_unit_test(test_what_a_chain_cannot_do_is_said),
};

CHECK_MAIN(tests)
