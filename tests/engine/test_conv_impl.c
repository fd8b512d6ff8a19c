// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Every implementation of convolution, over a table of shapes and hundreds of random ones, in three
 * modes: against the reference, gradients against central differences, and speed. The last one runs
 * only when CONVTUTOR_SPEED is set; it prints ratios and fails nothing.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef _OPENMP
#include <omp.h>
#endif

#include "base/alloc.h"
#include "base/clock.h"
#include "base/rng.h"
#include "engine/conv_impl.h"
#include "engine/flat.h"
#include "engine/oracle.h"
#include "support/check.h"

#define ROUNDS 360
#define RTOL 2e-5
#define ATOL 5e-5

static const enum conv_pass passes[] = {
    CONV_PASS_FORWARD, CONV_PASS_BACKWARD_DATA, CONV_PASS_BACKWARD_WEIGHTS};
static const char *const pass_names[] = {"forward", "backward data", "backward weights"};
static const char *const isas[] = {"baseline", "avx2", "avx512"};

/* What a pass computes, each with its own array. */
struct results {
	size_t count[3];
	float *out[3]; // dst, diff_src, diff_weights
	float *bias;
	size_t bias_count;
};

static void results_init(struct results *r, const struct conv_case *c)
{
	const size_t count[3] = {c->dst_count, c->src_count, c->weight_count};

	for (int i = 0; i < 3; i++) {
		r->count[i] = count[i];
		r->out[i] = xmalloc(count[i], sizeof(float));
		memset(r->out[i], 0x7f, count[i] * sizeof(float)); // what nobody writes shows
	}
	r->bias_count = (size_t)c->shape.out_channels;
	r->bias = xzalloc(r->bias_count, sizeof(float));
}

static void results_release(struct results *r)
{
	for (int i = 0; i < 3; i++)
		mem_free(r->out[i]);
	mem_free(r->bias);
}

static void run(const struct conv_impl *impl, enum conv_pass pass, const struct conv_case *c,
    struct results *r)
{
	struct arena scratch = ARENA_INIT;
	struct conv_arrays arrays = {c->src, c->weights, c->bias, c->diff_dst, r->out[0], r->out[1],
	    r->out[2], r->bias};

	assert_int_equal(impl->run(&c->shape, pass, &arrays, &scratch), 0);
	arena_release(&scratch);
}

/* The flat form accepts only what is worth it, but can do everything that has elements. */
static bool can(const struct conv_impl *impl, const struct conv_shape *shape, enum conv_pass pass)
{
	return impl == &conv_impl_flat || impl->accepts(shape, pass);
}

/*
 * The reference adds thousands of floats one after the other: that is allowed its rounding errors.
 */
static double tolerance(const struct results *r, enum conv_pass pass)
{
	return pass == CONV_PASS_BACKWARD_WEIGHTS ? ATOL + 3e-8 * (double)r->count[0] : ATOL;
}

static void compare(const char *what, const struct results *got, const struct results *expected,
    enum conv_pass pass)
{
	double atol = tolerance(expected, pass);

	for (size_t i = 0; i < expected->count[pass]; i++)
		check_close_at(__FILE__, __LINE__, what, got->out[pass][i], expected->out[pass][i],
		    RTOL, atol);
	for (size_t i = 0; pass == CONV_PASS_BACKWARD_WEIGHTS && i < expected->bias_count; i++)
		check_close_at(
		    __FILE__, __LINE__, what, got->bias[i], expected->bias[i], RTOL, atol);
}

static void check_against_reference(const struct conv_case *c)
{
	struct results expected, got;
	char shape[256], what[320];

	results_init(&expected, c);
	results_init(&got, c);
	oracle_describe(&c->shape, shape, sizeof(shape));
	for (size_t p = 0; p < ARRAY_LEN(passes); p++) {
		run(&conv_impl_reference, passes[p], c, &expected);
		for (size_t i = 0; conv_impls[i] != &conv_impl_reference; i++) {
			if (!can(conv_impls[i], &c->shape, passes[p]))
				continue;
			snprintf(what, sizeof(what), "%s %s: %s", conv_impls[i]->name,
			    pass_names[p], shape);
			run(conv_impls[i], passes[p], c, &got);
			compare(what, &got, &expected, passes[p]);
		}
	}
	results_release(&expected);
	results_release(&got);
}

/* Shapes that cross the borders at which work is cut into pieces. */
static struct conv_shape table_shape(size_t i)
{
	static const struct conv_shape shapes[] = {
	    // batch in out groups | in | kernel | stride | before | after | dilation
	    {16, 1, 6, 1, {1, 28, 28}, {1, 5, 5}, {1, 1, 1}, {0, 2, 2}, {0, 2, 2}, {1, 1, 1}, {0}},
	    {16, 6, 16, 1, {1, 14, 14}, {1, 5, 5}, {1, 1, 1}, {0}, {0}, {1, 1, 1}, {0}},
	    {3, 1, 1, 1, {1, 1, 5000}, {1, 1, 3}, {1, 1, 1}, {0}, {0}, {1, 1, 1}, {0}},
	    {2, 2, 7, 1, {1, 1, 3000}, {1, 1, 9}, {1, 1, 4}, {0, 0, 4}, {0, 0, 4}, {1, 1, 2}, {0}},
	    {2, 40, 3, 1, {1, 64, 60}, {1, 3, 3}, {1, 1, 1}, {0, 1, 1}, {0, 1, 1}, {1, 1, 1}, {0}},
	    {1, 3, 3, 3, {1, 70, 90}, {1, 7, 7}, {1, 1, 1}, {0}, {0}, {1, 1, 1}, {0}},
	    {2, 2, 2, 2, {1, 9, 200}, {1, 1, 2}, {1, 1, 1}, {0}, {0}, {1, 1, 1}, {0}},
	    {1, 2, 2, 2, {1, 40, 33}, {1, 3, 2}, {1, 1, 1}, {0}, {0}, {1, 1, 1}, {0}},
	    {1, 2, 3, 1, {9, 20, 21}, {3, 3, 3}, {2, 2, 2}, {1, 1, 1}, {1, 1, 1}, {1, 1, 1}, {0}},
	    {4, 13, 13, 1, {1, 7, 7}, {1, 3, 3}, {1, 1, 1}, {0, 1, 1}, {0, 1, 1}, {1, 1, 1}, {0}},
	    {5, 20, 11, 1, {1, 30, 30}, {1, 1, 1}, {1, 1, 1}, {0}, {0}, {1, 1, 1}, {0}},
	    {1, 1, 2, 1, {1, 40, 40}, {1, 3, 3}, {1, 50, 7}, {0, 30, 30}, {0, 30, 30}, {1, 11, 5},
		{0}},
	    {2, 3, 4, 1, {1, 6, 6}, {1, 2, 2}, {1, 5, 5}, {0, 20, 20}, {0, 0, 3}, {1, 1, 1}, {0}},
	    // large enough for several threads
	    {2, 12, 24, 1, {1, 60, 60}, {1, 5, 5}, {1, 1, 1}, {0, 2, 2}, {0, 2, 2}, {1, 1, 1}, {0}},
	    {1, 1, 1, 1, {1, 600, 500}, {1, 9, 9}, {1, 1, 1}, {0}, {0}, {1, 1, 1}, {0}},
	};
	struct conv_shape shape = {0};

	if (i < ARRAY_LEN(shapes)) {
		shape = shapes[i];
		assert_int_equal(conv_shape_init(&shape, NULL), 0);
	}
	return shape;
}

/* Runs `check` once for each instruction set this machine has. */
static void for_each_isa(void (*check)(const char *isa))
{
	for (size_t i = 0; i < ARRAY_LEN(isas); i++) {
		if (flat_kernels_use(isas[i], NULL) == 0)
			check(isas[i]);
	}
	assert_int_equal(flat_kernels_use(NULL, NULL), 0);
}

static void check_table(const char *isa)
{
	struct conv_shape shape;
	struct rng rng;

	(void)isa;
	rng_seed(&rng, 21);
	for (size_t i = 0; (shape = table_shape(i)).batch; i++) {
		struct conv_case c;

		conv_case_init(&c, &shape, &rng);
		check_against_reference(&c);
		conv_case_release(&c);
	}
}

static void check_random(const char *isa)
{
	struct rng rng;

	rng_seed(&rng, 22 + (uint64_t)isa[0]);
	for (int round = 0; round < ROUNDS; round++) {
		struct conv_shape shape =
		    oracle_random_shape(&rng, 1 + round % 3, round % 3 == 2 ? 8 : 20);
		struct conv_case c;

		conv_case_init(&c, &shape, &rng);
		check_against_reference(&c);
		conv_case_release(&c);
	}
}

static void test_a_table_of_shapes_agrees_with_the_reference(void **state)
{
	(void)state;
	for_each_isa(check_table);
}

static void test_random_shapes_agree_with_the_reference(void **state)
{
	(void)state;
	for_each_isa(check_random);
}

static void test_gradients_agree_with_central_differences(void **state)
{
	struct rng rng;

	(void)state;
	rng_seed(&rng, 23);
	for (int round = 0; round < 120; round++) {
		struct conv_shape shape =
		    oracle_random_shape(&rng, 1 + round % 3, round % 3 == 2 ? 6 : 12);
		struct conv_case c;
		struct results r;

		conv_case_init(&c, &shape, &rng);
		results_init(&r, &c);
		run(&conv_impl_flat, CONV_PASS_BACKWARD_DATA, &c, &r);
		run(&conv_impl_flat, CONV_PASS_BACKWARD_WEIGHTS, &c, &r);
		for (int i = 0; i < 4; i++) {
			size_t at = rng_below(&rng, c.src_count);

			check_close(r.out[1][at], oracle_gradient(&c, c.src + at), RTOL, ATOL);
			at = rng_below(&rng, c.weight_count);
			check_close(r.out[2][at], oracle_gradient(&c, c.weights + at), RTOL, ATOL);
			at = rng_below(&rng, r.bias_count);
			check_close(r.bias[at], oracle_gradient(&c, c.bias + at), RTOL, ATOL);
		}
		results_release(&r);
		conv_case_release(&c);
	}
}

/* All passes of one case by the public entry points. */
static void run_best(const struct conv_case *c, struct results *r)
{
	conv_best_forward(&c->shape, c->src, c->weights, c->bias, r->out[0]);
	conv_best_backward_data(&c->shape, c->diff_dst, c->weights, r->out[1]);
	conv_best_backward_weights(&c->shape, c->src, c->diff_dst, r->out[2], r->bias);
}

static void check_same_bits(const struct results *a, const struct results *b)
{
	for (int i = 0; i < 3; i++)
		assert_memory_equal(a->out[i], b->out[i], a->count[i] * sizeof(float));
	assert_memory_equal(a->bias, b->bias, a->bias_count * sizeof(float));
}

static void test_bits_do_not_depend_on_vectors_or_threads(void **state)
{
	struct conv_shape shape;
	struct rng rng;

	(void)state;
	if (flat_kernels_use("avx512", NULL) < 0 || flat_kernels_use("avx2", NULL) < 0)
		skip();
	rng_seed(&rng, 24);
	for (size_t i = 0; (shape = table_shape(i)).batch; i++) {
		struct conv_case c;
		struct results narrow, wide;

		conv_case_init(&c, &shape, &rng);
		results_init(&narrow, &c);
		results_init(&wide, &c);
		assert_int_equal(flat_kernels_use("avx2", NULL), 0);
		run_best(&c, &narrow);
		assert_int_equal(flat_kernels_use("avx512", NULL), 0);
		run_best(&c, &wide);
		check_same_bits(&narrow, &wide);
#ifdef _OPENMP
		int threads = omp_get_max_threads();

		for (int n = 1; n <= 8; n += n) {
			omp_set_num_threads(n);
			run_best(&c, &narrow);
			check_same_bits(&narrow, &wide);
		}
		omp_set_num_threads(threads);
#endif
		results_release(&narrow);
		results_release(&wide);
		conv_case_release(&c);
	}
	assert_int_equal(flat_kernels_use(NULL, NULL), 0);
}

static void test_without_memory_the_reference_does_the_work(void **state)
{
	struct conv_shape shape = table_shape(1);
	struct conv_case c;
	struct results expected, got;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 25);
	conv_case_init(&c, &shape, &rng);
	results_init(&expected, &c);
	results_init(&got, &c);
	for (size_t p = 0; p < ARRAY_LEN(passes); p++)
		run(&conv_impl_reference, passes[p], &c, &expected);
	for (long n = 1; n <= 4; n++) {
		mem_fail_nth(n);
		run_best(&c, &got);
		mem_fail_nth(0);
		for (size_t p = 0; p < ARRAY_LEN(passes); p++)
			compare("after a failed allocation", &got, &expected, passes[p]);
	}
	results_release(&expected);
	results_release(&got);
	conv_case_release(&c);
}

static void test_the_list_ends_with_the_reference(void **state)
{
	struct conv_shape tiny = conv_shape_2d(1, 1, 3, 3, 1, 2, 2),
			  image = conv_shape_2d(1, 1, 100, 100, 1, 3, 3);

	(void)state;
	assert_int_equal(conv_shape_init(&tiny, NULL), 0);
	assert_int_equal(conv_shape_init(&image, NULL), 0);
	assert_ptr_equal(conv_impl_choose(&tiny, CONV_PASS_FORWARD), &conv_impl_reference);
	assert_ptr_equal(conv_impl_choose(&image, CONV_PASS_FORWARD), &conv_impl_plane);
	assert_ptr_equal(conv_impl_choose(&image, CONV_PASS_BACKWARD_DATA), &conv_impl_flat);
}

static void check_corr2d(const char *isa)
{
	const int64_t sizes[][4] = {{3, 3, 2, 2}, {6, 8, 1, 2}, {40, 15, 3, 3}, {40, 18, 3, 3},
	    {37, 131, 4, 5}, {64, 400, 11, 11}, {9, 200, 9, 1}, {50, 97, 2, 7}, {16, 16, 16, 16}};
	struct rng rng;

	rng_seed(&rng, 26);
	for (size_t i = 0; i < 2 * ARRAY_LEN(sizes); i++) {
		const int64_t *s = sizes[i / 2];
		size_t count = (size_t)((s[0] - s[2] + 1) * (s[1] - s[3] + 1));
		float *src = oracle_floats(&rng, (size_t)(s[0] * s[1]));
		float *kernel = oracle_floats(&rng, (size_t)(s[2] * s[3]));
		float *expected = oracle_floats(&rng, count), *got = oracle_floats(&rng, count);

		corr2d_forward(src, s[0], s[1], kernel, s[2], s[3], i % 2, expected);
		corr2d_best(src, s[0], s[1], kernel, s[2], s[3], i % 2, got);
		for (size_t k = 0; k < count; k++)
			check_close_at(__FILE__, __LINE__, isa, got[k], expected[k], RTOL, ATOL);
		mem_free(src);
		mem_free(kernel);
		mem_free(expected);
		mem_free(got);
	}
}

static void test_corr2d_agrees_with_the_four_loops(void **state)
{
	(void)state;
	for_each_isa(check_corr2d);
}

static double seconds_of(
    const struct conv_impl *impl, enum conv_pass pass, const struct conv_case *c, struct results *r)
{
	double best = 1e9;

	for (int i = 0; i < 5; i++) {
		double start = clock_real();

		run(impl, pass, c, r);
		start = clock_real() - start;
		best = start < best ? start : best;
	}
	return best;
}

static void print_speed(const char *isa)
{
	struct conv_shape shape;
	struct rng rng;

	rng_seed(&rng, 27);
	for (size_t i = 0; (shape = table_shape(i)).batch; i++) {
		struct conv_case c;
		struct results r;
		char text[256];

		conv_case_init(&c, &shape, &rng);
		results_init(&r, &c);
		oracle_describe(&shape, text, sizeof(text));
		for (size_t p = 0; p < ARRAY_LEN(passes); p++) {
			const struct conv_impl *impl = conv_impl_choose(&shape, passes[p]);

			print_message("%8s %-9s %-16s %6.1f times the reference: %s\n", isa,
			    impl->name, pass_names[p],
			    seconds_of(&conv_impl_reference, passes[p], &c, &r) /
				seconds_of(impl, passes[p], &c, &r),
			    text);
		}
		results_release(&r);
		conv_case_release(&c);
	}
}

static void test_speed_against_the_reference(void **state)
{
	(void)state;
	if (!getenv("CONVTUTOR_SPEED"))
		skip();
	for_each_isa(print_speed);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_a_table_of_shapes_agrees_with_the_reference),
    cmocka_unit_test(test_random_shapes_agree_with_the_reference),
    cmocka_unit_test(test_gradients_agree_with_central_differences),
    cmocka_unit_test(test_bits_do_not_depend_on_vectors_or_threads),
    cmocka_unit_test(test_without_memory_the_reference_does_the_work),
    cmocka_unit_test(test_the_list_ends_with_the_reference),
    cmocka_unit_test(test_corr2d_agrees_with_the_four_loops),
    cmocka_unit_test(test_speed_against_the_reference),
};

CHECK_MAIN(tests)
