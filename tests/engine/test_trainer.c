// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "engine/net64.h"
#include "engine/trainer.h"
#include "support/check.h"

/* Small nets that between them have every kind of layer, fast forms and plain ones, odd planes. */
#define NET_MAX 10
struct small_net {
	const char *what;
	int size[2];
	size_t count;
	struct layer_spec specs[NET_MAX];
};

#define CONV(n, k, p) {.kind = LAYER_KIND_CONV2D, .outputs = n, .kernel_h = k, .kernel_w = k, .padding_h = p, .padding_w = p}
#define STRIDED(n, k, p, s) {.kind = LAYER_KIND_CONV2D, .outputs = n, .kernel_h = k, .kernel_w = k, .padding_h = p, .padding_w = p, .stride_h = s, .stride_w = s}
#define POOL(k, s, p, how) {.kind = LAYER_KIND_##how##_POOL, .kernel_h = k, .kernel_w = k, .stride_h = s, .stride_w = s, .padding_h = p, .padding_w = p}
#define ACT(how) {.kind = LAYER_KIND_##how}
#define LINEAR(n) {.kind = LAYER_KIND_LINEAR, .outputs = n}
#define FLATTEN {.kind = LAYER_KIND_FLATTEN}

static const struct small_net small_nets[] = {
    {"linear alone", {5, 4}, 2, {FLATTEN, LINEAR(3)}},
    {"lenet in small", {12, 12}, 9,
	{CONV(6, 5, 2), ACT(SIGMOID), POOL(2, 2, 0, AVG), CONV(5, 3, 0), ACT(SIGMOID), POOL(2, 2, 0, AVG),
	    FLATTEN, LINEAR(7), LINEAR(4)}},
    {"relu, maxima, padding everywhere", {9, 7}, 9,
	{CONV(3, 3, 1), ACT(RELU), CONV(4, 3, 1), ACT(RELU), POOL(3, 2, 1, MAX), CONV(2, 1, 0), ACT(TANH),
	    FLATTEN, LINEAR(5)}},
    {"strides and wide kernels", {11, 13}, 7,
	{STRIDED(3, 3, 1, 2), ACT(TANH), STRIDED(2, 4, 2, 1), ACT(SIGMOID), POOL(3, 1, 1, AVG), FLATTEN,
	    LINEAR(3)}},
    {"wider than a tile", {6, 27}, 6,
	{CONV(7, 5, 2), ACT(SIGMOID), CONV(2, 5, 1), ACT(TANH), FLATTEN, LINEAR(2)}},
    {"activations in a row", {6, 6}, 7,
	{ACT(TANH), CONV(2, 3, 0), ACT(SIGMOID), ACT(TANH), FLATTEN, ACT(SIGMOID), LINEAR(30)}},
};

static struct net *make_net(const struct small_net *small, uint64_t seed)
{
	const int in[3] = {1, small->size[0], small->size[1]};
	struct net *net;
	struct diag diag;
	struct rng rng;

	if (net_new("small", in, small->specs, small->count, &net, &diag) < 0)
		fail_msg("%s: %s", small->what, diag.msg);
	rng_seed(&rng, seed);
	net_init_xavier(net, &rng);
	return net;
}

static struct net *make_lenet(uint64_t seed)
{
	struct net *net;
	struct rng rng;

	assert_int_equal(net_new_named("lenet5", &net, NULL), 0);
	rng_seed(&rng, seed);
	net_init_xavier(net, &rng);
	return net;
}

// The mean loss's slope along one parameter, by central differences.
static double slope(struct net64 *twin, const struct images *images, size_t param)
{
	double keep = twin->params[param], step = 1e-5, change = 0;

	for (size_t i = 0; i < images->count; i++) {
		twin->params[param] = keep + step;
		change += net64_loss(twin, images, i);
		twin->params[param] = keep - step;
		change -= net64_loss(twin, images, i);
	}
	twin->params[param] = keep;
	return change / (2 * step) / (double)images->count;
}

static void check_against_differences(const struct small_net *small, size_t images_count)
{
	struct net *net = make_net(small, 5);
	struct images images = images_random(images_count, small->size[0], small->size[1], net->classes, 9);
	struct net64 *twin = net64_new(net);
	float *gradient = xmalloc(net->param_count, sizeof(*gradient));
	double loss, expected = 0;

	assert_int_equal(net_gradient(net, &images, NULL, images.count, 2, gradient, &loss, NULL), 0);
	for (size_t i = 0; i < images.count; i++)
		expected += net64_loss(twin, &images, i) / (double)images.count;
	check_close(loss, expected, 1e-6, 0);
	for (size_t i = 0; i < net->param_count; i += 1 + net->param_count / 100) {
		double wanted = slope(twin, &images, i);

		if (!(fabs(gradient[i] - wanted) <= 2e-6 + 1e-4 * fabs(wanted)))
			fail_msg("%s, %zu images: d loss / d param %zu is %.9g, expected %.9g", small->what,
			    images.count, i, gradient[i], wanted);
	}
	mem_free(gradient);
	net64_free(twin);
	images_free(&images);
	net_free(net);
}

static void test_gradients_match_central_differences(void **state)
{
	static const size_t counts[] = {1, 15, 17};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(small_nets); i++) {
		for (size_t j = 0; j < ARRAY_LEN(counts); j++)
			check_against_differences(&small_nets[i], counts[j]);
	}
}

// The largest difference relative to the largest value.
static double distance(const float *got, const double *expected, size_t n)
{
	double worst = 0, scale = 0;

	for (size_t i = 0; i < n; i++) {
		worst = fmax(worst, fabs(got[i] - expected[i]));
		scale = fmax(scale, fabs(expected[i]));
	}
	return worst / scale;
}

static void test_lenet_gradient_matches_float64(void **state)
{
	struct net *net = make_lenet(2);
	struct images images = images_random(40, 28, 28, 10, 4);
	struct net64 *twin = net64_new(net);
	float *got = xmalloc(net->param_count, sizeof(*got));
	double *expected = xmalloc(net->param_count, sizeof(*expected)), loss;

	(void)state;
	assert_int_equal(net_gradient(net, &images, NULL, images.count, 1, got, &loss, NULL), 0);
	check_close(loss, net64_gradient(twin, &images, NULL, images.count, expected), 1e-6, 0);
	for (size_t i = 0; i < net->named_count; i++) {
		size_t at = (size_t)(net->named[i].data - net->params);

		check_close(distance(got + at, expected + at, net->named[i].count), 0, 0, 3e-6);
	}
	mem_free(got);
	mem_free(expected);
	net64_free(twin);
	images_free(&images);
	net_free(net);
}

/* SGD in double beside the trainer. */
struct sgd64 {
	struct net64 *twin;
	double *gradient, *velocity;
};

static void sgd64_step(struct sgd64 *sgd, const struct images *images, const struct recipe *recipe,
    size_t step)
{
	size_t batches = (images->count + recipe->batch - 1) / recipe->batch, first, count;
	uint32_t indices[256];

	first = step % batches * recipe->batch;
	count = images->count - first < recipe->batch ? images->count - first : recipe->batch;
	for (size_t i = 0; i < count; i++)
		indices[i] = (uint32_t)(first + i);
	net64_gradient(sgd->twin, images, indices, count, sgd->gradient);
	for (size_t i = 0; i < sgd->twin->net->param_count; i++) {
		double g = sgd->gradient[i] + (double)recipe->weight_decay * sgd->twin->params[i];

		sgd->velocity[i] = (double)recipe->momentum * sgd->velocity[i] + g;
		sgd->twin->params[i] -= (double)recipe->lr * sgd->velocity[i];
	}
}

static void check_steps(const struct recipe *recipe)
{
	struct net *net = make_lenet(7);
	struct images images = images_random(45, 28, 28, 10, 8);
	struct sgd64 sgd = {.twin = net64_new(net),
	    .gradient = xzalloc(net->param_count, sizeof(double)),
	    .velocity = xzalloc(net->param_count, sizeof(double))};
	struct trainer *trainer;
	struct step_report report;

	assert_int_equal(trainer_new(net, recipe, &images, &trainer, NULL), 0);
	for (size_t step = 0; step < 20; step++) {
		sgd64_step(&sgd, &images, recipe, step);
		assert_int_equal(trainer_step(trainer, &report, NULL), 0);
	}
	for (size_t i = 0; i < net->param_count; i++)
		check_close(net->params[i], sgd.twin->params[i], 1e-4, 1e-4);
	trainer_free(trainer);
	net64_free(sgd.twin);
	mem_free(sgd.gradient);
	mem_free(sgd.velocity);
	images_free(&images);
	net_free(net);
}

static void test_twenty_steps_agree_with_float64(void **state)
{
	const struct recipe plain = {.batch = 20, .lr = 0.9f, .threads = 2};
	const struct recipe heavy = {.batch = 24, .lr = 0.1f, .momentum = 0.9f, .weight_decay = 0.01f};

	(void)state;
	check_steps(&plain);
	check_steps(&heavy);
}

static void train(struct net *net, const struct images *images, struct recipe recipe, size_t steps)
{
	struct trainer *trainer;
	struct step_report report;

	assert_int_equal(trainer_new(net, &recipe, images, &trainer, NULL), 0);
	while (steps-- > 0)
		assert_int_equal(trainer_step(trainer, &report, NULL), 0);
	trainer_free(trainer);
}

static void assert_same_bits(const struct net *a, const struct net *b)
{
	assert_memory_equal(a->params, b->params, a->param_count * sizeof(float));
}

static void test_weights_have_the_same_bits_for_any_threads(void **state)
{
	static const size_t batches[] = {200, 250, 256, 1100};
	static const int threads[] = {2, 3, 8};
	struct images images = images_random(1400, 28, 28, 10, 11);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(batches); i++) {
		struct recipe recipe = {.batch = batches[i], .lr = 0.9f, .shuffle = true, .threads = 1};
		struct net *one = make_lenet(1);

		train(one, &images, recipe, 3);
		for (size_t j = 0; j < ARRAY_LEN(threads); j++) {
			struct net *many = make_lenet(1);

			recipe.threads = threads[j];
			train(many, &images, recipe, 3);
			assert_same_bits(one, many);
			net_free(many);
		}
		net_free(one);
	}
	images_free(&images);
}

static void test_a_state_goes_on_bit_for_bit(void **state)
{
	const struct recipe recipe = {
	    .batch = 32, .lr = 0.1f, .momentum = 0.9f, .shuffle = true, .seed = 3, .threads = 2};
	struct images images = images_random(100, 28, 28, 10, 12);
	struct net *whole = make_lenet(1), *parts = make_lenet(1);
	struct trainer *first, *second;
	struct trainer_state kept;
	struct step_report report;

	(void)state;
	train(whole, &images, recipe, 9);
	assert_int_equal(trainer_new(parts, &recipe, &images, &first, NULL), 0);
	for (int i = 0; i < 6; i++)
		assert_int_equal(trainer_step(first, &report, NULL), 0);
	trainer_get_state(first, &kept);
	assert_int_equal(kept.epoch, 1);
	assert_int_equal(trainer_new(parts, &recipe, &images, &second, NULL), 0);
	assert_int_equal(trainer_set_state(second, &kept, NULL), 0);
	trainer_free(first);
	for (int i = 0; i < 3; i++)
		assert_int_equal(trainer_step(second, &report, NULL), 0);
	assert_int_equal(report.epoch, 3);
	assert_int_equal(report.step, 9);
	assert_same_bits(whole, parts);
	kept.step = 1000;
	assert_int_equal(trainer_set_state(second, &kept, NULL), ERR_RANGE);
	trainer_free(second);
	net_free(whole);
	net_free(parts);
	images_free(&images);
}

static void test_divergence_keeps_the_weights_and_says_where(void **state)
{
	const struct recipe recipe = {.batch = 16, .lr = 3e38f, .momentum = 0.5f};
	struct images images = images_random(16, 28, 28, 10, 13);
	struct net *net = make_lenet(1), *same = make_lenet(1);
	struct trainer *trainer;
	struct step_report report;
	struct diag diag;
	int err = 0;

	(void)state;
	assert_int_equal(trainer_new(net, &recipe, &images, &trainer, NULL), 0);
	for (int i = 0; i < 10 && err == 0; i++) {
		memcpy(same->params, net->params, net->param_count * sizeof(float));
		err = trainer_step(trainer, &report, &diag);
	}
	assert_int_equal(err, ERR_DIVERGED);
	assert_same_bits(net, same);
	check_contains(diag.msg, "step");
	check_contains(diag.msg, "layer");
	check_contains(diag.hint, "learning rate");
	net->params[0] = NAN;
	assert_int_equal(trainer_step(trainer, &report, &diag), ERR_DIVERGED);
	check_contains(diag.msg, "layer 0 (Conv2d)");
	trainer_free(trainer);
	net_free(net);
	net_free(same);
	images_free(&images);
}

static void test_evaluation_counts_what_the_logits_say(void **state)
{
	struct net *net = make_lenet(1);
	struct images images = images_random(37, 28, 28, 10, 14);
	struct evaluation all, threads;
	float logits[37][10], some[5][10];
	size_t correct = 0, confused = 0;

	(void)state;
	assert_int_equal(net_evaluate(net, &images, 1, &all, NULL), 0);
	assert_int_equal(net_evaluate(net, &images, 2, &threads, NULL), 0);
	assert_int_equal(net_logits(net, &images, 0, 37, 2, logits[0], NULL), 0);
	assert_int_equal(net_logits(net, &images, 20, 5, 1, some[0], NULL), 0);
	assert_memory_equal(some, logits[20], sizeof(some));
	assert_memory_equal(&all, &threads, sizeof(all));
	for (size_t i = 0; i < 37; i++) {
		size_t best = 0;

		for (size_t c = 1; c < 10; c++)
			best = logits[i][c] > logits[i][best] ? c : best;
		correct += best == images.labels[i];
	}
	for (size_t i = 0; i < 16 * 16; i++)
		confused += all.confusion[i / 16][i % 16];
	check_close(all.accuracy, (double)correct / 37, 1e-12, 0);
	assert_int_equal(confused, 37);
	assert_int_equal(net_logits(net, &images, 36, 2, 1, logits[0], NULL), ERR_RANGE);
	images_free(&images);
	net_free(net);
}

static void test_impossible_settings_are_refused(void **state)
{
	struct net *net = make_lenet(1);
	struct images images = images_random(16, 28, 28, 10, 15), other = images_random(16, 8, 8, 10, 16);
	struct trainer *trainer = NULL;
	struct diag diag;
	const struct recipe recipes[] = {{.batch = 0, .lr = 1}, {.batch = 1, .lr = NAN},
	    {.batch = 1, .momentum = 1}, {.batch = 1, .weight_decay = -1}, {.batch = 1, .threads = -1},
	    {.batch = 1, .threads = 1025}};
	const struct recipe good = {.batch = 8, .lr = 1};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(recipes); i++)
		assert_int_equal(trainer_new(net, &recipes[i], &images, &trainer, &diag), ERR_RANGE);
	assert_int_equal(trainer_new(net, &good, &other, &trainer, &diag), ERR_SHAPE);
	check_contains(diag.msg, "1x8x8");
	setenv("CONVTUTOR_ISA", "mmx", 1);
	assert_int_equal(trainer_new(net, &good, &images, &trainer, &diag), ERR_UNSUPPORTED);
	check_contains(diag.msg, "mmx");
	check_contains(diag.hint, "baseline");
	unsetenv("CONVTUTOR_ISA");
	assert_null(trainer);
	images_free(&images);
	images_free(&other);
	net_free(net);
}

static void test_every_failed_allocation_is_reported(void **state)
{
	const struct recipe recipe = {.batch = 8, .lr = 1, .momentum = 0.5f};
	struct net *net = make_lenet(1);
	struct images images = images_random(16, 28, 28, 10, 17);
	struct trainer *trainer = NULL;
	long n = 0;
	int err;

	(void)state;
	do {
		mem_fail_nth(++n);
		err = trainer_new(net, &recipe, &images, &trainer, NULL);
		assert_true(err == 0 || err == ERR_NOMEM);
	} while (err < 0);
	mem_fail_nth(0);
	assert_true(n > 8);
	trainer_free(trainer);
	images_free(&images);
	net_free(net);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_gradients_match_central_differences),
	    cmocka_unit_test(test_lenet_gradient_matches_float64),
	    cmocka_unit_test(test_twenty_steps_agree_with_float64),
	    cmocka_unit_test(test_weights_have_the_same_bits_for_any_threads),
	    cmocka_unit_test(test_a_state_goes_on_bit_for_bit),
	    cmocka_unit_test(test_divergence_keeps_the_weights_and_says_where),
	    cmocka_unit_test(test_evaluation_counts_what_the_logits_say),
	    cmocka_unit_test(test_impossible_settings_are_refused),
	    cmocka_unit_test(test_every_failed_allocation_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
