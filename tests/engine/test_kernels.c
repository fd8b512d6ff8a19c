// SPDX-License-Identifier: GPL-3.0-or-later
/* The kernels of each instruction set that this processor has, against each other and against libm. */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "engine/batch.h"
#include "engine/net64.h"
#include "engine/trainer.h"
#include "support/check.h"

static const char *const isas[] = {"avx512", "avx2", "baseline"};

#define CONV(n, k, p, s) {.kind = LAYER_KIND_CONV2D, .outputs = n, .kernel_h = k, .kernel_w = k, .padding_h = p, .padding_w = p, .stride_h = s, .stride_w = s}
#define POOL(how, k, s) {.kind = LAYER_KIND_##how##_POOL, .kernel_h = k, .kernel_w = k, .stride_h = s, .stride_w = s}
#define ACT(how) {.kind = LAYER_KIND_##how}

// Between them every form of every layer, with tails on all sides.
static const struct layer_spec busy[] = {CONV(6, 5, 2, 1), ACT(SIGMOID), POOL(AVG, 2, 2), CONV(7, 3, 1, 1),
    ACT(TANH), POOL(MAX, 3, 2), CONV(5, 1, 0, 1), ACT(RELU), CONV(3, 2, 1, 2), POOL(AVG, 3, 1),
    {.kind = LAYER_KIND_FLATTEN}, {.kind = LAYER_KIND_LINEAR, .outputs = 37}, ACT(SIGMOID),
    {.kind = LAYER_KIND_LINEAR, .outputs = 5}};

static const struct kernels *kernels_of(const char *isa)
{
	const struct kernels *kernels;

	return kernels_by_name(isa, &kernels, NULL) < 0 ? NULL : kernels;
}

static struct net *make_net(bool lenet)
{
	const int in[3] = {1, 24, 26};
	struct net *net;
	struct rng rng;

	assert_int_equal(lenet ? net_new_named("lenet5", &net, NULL)
			       : net_new("busy", in, busy, ARRAY_LEN(busy), &net, NULL), 0);
	rng_seed(&rng, 1);
	net_init_xavier(net, &rng);
	return net;
}

// The net after some steps with kernels of that name.
static struct net *train(const char *isa, bool lenet, int threads)
{
	const struct recipe recipe = {.batch = 250,
	    .lr = 0.5f,
	    .momentum = 0.5f,
	    .weight_decay = 0.001f,
	    .shuffle = true,
	    .threads = threads};
	struct net *net = make_net(lenet);
	struct images images = images_random(300, net->in[1], net->in[2], net->classes, 2);
	struct trainer *trainer;
	struct step_report report;

	setenv("CONVTUTOR_ISA", isa, 1);
	assert_int_equal(trainer_new(net, &recipe, &images, &trainer, NULL), 0);
	unsetenv("CONVTUTOR_ISA");
	for (int i = 0; i < 5; i++)
		assert_int_equal(trainer_step(trainer, &report, NULL), 0);
	trainer_free(trainer);
	images_free(&images);
	return net;
}

static void test_avx2_and_avx512_train_the_same_bits(void **state)
{
	(void)state;
	if (!kernels_of("avx512") || !kernels_of("avx2"))
		skip();
	for (int lenet = 0; lenet < 2; lenet++) {
		struct net *wide = train("avx512", lenet, 1), *narrow = train("avx2", lenet, 2);

		assert_memory_equal(wide->params, narrow->params, wide->param_count * sizeof(float));
		net_free(wide);
		net_free(narrow);
	}
}

static void test_all_instruction_sets_train_alike(void **state)
{
	struct net *base = train("baseline", true, 1);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(isas); i++) {
		struct net *net;

		if (!kernels_of(isas[i]))
			continue;
		net = train(isas[i], true, 1);
		check_floats(net->params, base->params, net->param_count, 1e-3, 1e-4);
		net_free(net);
	}
	net_free(base);
}

static void test_every_pixel_is_its_255th(void **state)
{
	uint8_t pixels[256];
	float block[256 * BLOCK] __attribute__((aligned(64)));
	const struct view view = {block, 1, 16, 16, 16 * BLOCK, 256 * BLOCK};
	const uint8_t *images[BLOCK] = {NULL};

	(void)state;
	for (int i = 0; i < 256; i++)
		pixels[i] = (uint8_t)i;
	images[3] = pixels;
	for (size_t k = 0; k < ARRAY_LEN(isas); k++) {
		if (!kernels_of(isas[k]))
			continue;
		kernels_of(isas[k])->gather(images, view);
		for (int i = 0; i < 256; i++) {
			assert_true(block[i * BLOCK + 3] == (float)i / 255.0f);
			assert_true(block[i * BLOCK + 2] == 0);
		}
	}
}

// Runs `values` through an activation of the kernels, in one block.
static void activate(const struct kernels *kernels, enum layer_kind kind, float *values, int pixels)
{
	const struct view view = {values, 1, 1, pixels, (ptrdiff_t)pixels * BLOCK, (ptrdiff_t)pixels * BLOCK};
	const struct layer layer = {.spec = {.kind = kind}};
	const struct layer_work work = {.layer = &layer, .src = view, .dst = view};

	kernels_choose(kernels, &layer, 1)->forward(&work);
}

static void test_sigmoid_and_tanh_are_close_to_libm(void **state)
{
	float values[64 * BLOCK] __attribute__((aligned(64)));
	int n = 64 * BLOCK;

	(void)state;
	for (size_t k = 0; k < ARRAY_LEN(isas); k++) {
		if (!kernels_of(isas[k]))
			continue;
		for (int i = 0; i < n; i++)
			values[i] = (float)(i - n / 2) * 0.05f;
		activate(kernels_of(isas[k]), LAYER_KIND_SIGMOID, values, 64);
		for (int i = 0; i < n; i++)
			check_close(values[i], 1 / (1 + exp(-(double)((float)(i - n / 2) * 0.05f))), 4e-6, 0); // without FMA
		for (int i = 0; i < n; i++)
			values[i] = (float)(i - n / 2) * 0.02f;
		activate(kernels_of(isas[k]), LAYER_KIND_TANH, values, 64);
		for (int i = 0; i < n; i++)
			check_close(values[i], tanh((double)((float)(i - n / 2) * 0.02f)), 0, 5e-7);
	}
}

static void test_sigmoid_of_extremes(void **state)
{
	static const float extremes[] = {INFINITY, 1e30f, 100, -100, -1e30f, -INFINITY, NAN, 0};
	float values[BLOCK] __attribute__((aligned(64)));

	(void)state;
	for (size_t k = 0; k < ARRAY_LEN(isas); k++) {
		if (!kernels_of(isas[k]))
			continue;
		memset(values, 0, sizeof(values));
		memcpy(values, extremes, sizeof(extremes));
		activate(kernels_of(isas[k]), LAYER_KIND_SIGMOID, values, 1);
		for (int i = 0; i < 3; i++)
			check_close(values[i], 1, 1e-7, 0);
		for (int i = 3; i < 6; i++)
			check_close(values[i], 0, 0, 1e-37);
		assert_true(isnan(values[6]));
		check_close(values[7], 0.5, 1e-7, 0);
	}
}

static void test_an_unknown_instruction_set_is_refused(void **state)
{
	const struct kernels *kernels = NULL;
	struct diag diag;

	(void)state;
	assert_int_equal(kernels_by_name("neon9", &kernels, &diag), ERR_UNSUPPORTED);
	check_contains(diag.msg, "neon9");
	check_contains(diag.hint, "baseline");
	assert_null(kernels);
	assert_int_equal(kernels_by_name(NULL, &kernels, &diag), 0);
	assert_non_null(kernels);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_avx2_and_avx512_train_the_same_bits),
	    cmocka_unit_test(test_all_instruction_sets_train_alike),
	    cmocka_unit_test(test_every_pixel_is_its_255th),
	    cmocka_unit_test(test_sigmoid_and_tanh_are_close_to_libm),
	    cmocka_unit_test(test_sigmoid_of_extremes),
	    cmocka_unit_test(test_an_unknown_instruction_set_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
