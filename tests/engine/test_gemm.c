// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <stdio.h>
#include <string.h>

#ifdef _OPENMP
#include <omp.h>
#endif

#include "base/alloc.h"
#include "base/rng.h"
#include "engine/flat.h"
#include "engine/gemm.h"
#include "engine/oracle.h"
#include "engine/ops.h"
#include "support/check.h"

static const int64_t sizes[][3] = { // m n k
    {1, 1, 1}, {1, 10, 84}, {256, 10, 84}, {7, 5, 3}, {6, 16, 1}, {13, 17, 19}, {5, 800, 9},
    {3, 1600, 33}, {2, 70, 3000}, {100, 33, 47}, {16, 768, 100}, {0, 4, 4}, {4, 0, 4}, {4, 4, 0}};

/*
 * a is stored as [m][k] or its transpose, b as [k][n] or its transpose; `fail`: see mem_fail_nth.
 */
static void check_product(const int64_t size[3], int transposed, long fail, struct rng *rng)
{
	int64_t m = size[0], n = size[1], k = size[2], pitch = n + 3;
	float *a = oracle_floats(rng, (size_t)(m * k)), *b = oracle_floats(rng, (size_t)(k * n));
	float *c = oracle_floats(rng, (size_t)(m * pitch));
	struct gemm g = {m, n, k, a, k, 1, b, n, 1, c, pitch};
	char what[128];

	if (transposed & 1) {
		g.a_row = 1;
		g.a_col = m;
	}
	if (transposed & 2) {
		g.b_row = 1;
		g.b_col = k;
	}
	for (int64_t i = 0; i < m * pitch; i++)
		c[i] = 99;
	mem_fail_nth(fail);
	gemm_best(&g);
	mem_fail_nth(0);
	for (int64_t i = 0; i < m; i++) {
		for (int64_t j = 0; j < pitch; j++) {
			double sum = j < n ? 0 : 99;

			for (int64_t t = 0; j < n && t < k; t++)
				sum += (double)a[i * g.a_row + t * g.a_col] *
				       b[t * g.b_row + j * g.b_col];
			snprintf(what, sizeof(what), "%ldx%ldx%ld (%d) at %ld,%ld", (long)m,
			    (long)n, (long)k, transposed, (long)i, (long)j);
			check_close_at(__FILE__, __LINE__, what, c[i * pitch + j], sum, 1e-5, 5e-5);
		}
	}
	mem_free(a);
	mem_free(b);
	mem_free(c);
}

static void test_products_of_any_size_and_layout(void **state)
{
	const char *const isas[] = {"baseline", "avx2", "avx512"};
	struct rng rng;

	(void)state;
	rng_seed(&rng, 31);
	for (size_t isa = 0; isa < ARRAY_LEN(isas); isa++) {
		if (flat_kernels_use(isas[isa], NULL) < 0)
			continue;
		for (size_t i = 0; i < 4 * ARRAY_LEN(sizes); i++)
			check_product(sizes[i / 4], (int)(i % 4), 0, &rng);
	}
	assert_int_equal(flat_kernels_use(NULL, NULL), 0);
}

static void test_products_without_memory_for_scratch(void **state)
{
	struct rng rng;

	(void)state;
	rng_seed(&rng, 32);
	check_product(sizes[5], 0, 1, &rng);
}

static void test_bits_do_not_depend_on_vectors_or_threads(void **state)
{
	enum { SIZE = 300 };
	float *a, *b, *wide, *narrow;
	struct rng rng;

	(void)state;
	if (flat_kernels_use("avx512", NULL) < 0 || flat_kernels_use("avx2", NULL) < 0)
		skip();
	rng_seed(&rng, 34);
	a = oracle_floats(&rng, SIZE * SIZE);
	b = oracle_floats(&rng, SIZE * SIZE);
	wide = oracle_floats(&rng, SIZE * SIZE);
	narrow = oracle_floats(&rng, SIZE * SIZE);
	struct gemm g = {SIZE, SIZE, SIZE, a, SIZE, 1, b, 1, SIZE, narrow, SIZE};

	gemm_best(&g);
	assert_int_equal(flat_kernels_use("avx512", NULL), 0);
	g.c = wide;
	gemm_best(&g);
	assert_memory_equal(wide, narrow, SIZE * SIZE * sizeof(float));
#ifdef _OPENMP
	int threads = omp_get_max_threads();

	omp_set_num_threads(3);
	gemm_best(&g);
	assert_memory_equal(wide, narrow, SIZE * SIZE * sizeof(float));
	omp_set_num_threads(threads);
#endif
	assert_int_equal(flat_kernels_use(NULL, NULL), 0);
	for (size_t i = 0; i < 4; i++)
		mem_free((float *[]){a, b, wide, narrow}[i]);
}

static void test_dense_layers_agree_with_the_reference(void **state)
{
	enum { BATCH = 37, IN = 45, OUT = 29 };
	float dst[2][BATCH * OUT], diff_src[2][BATCH * IN], diff_weights[2][OUT * IN],
	    diff_bias[2][OUT];
	float *src, *weights, *bias, *diff_dst;
	struct rng rng;

	(void)state;
	rng_seed(&rng, 33);
	src = oracle_floats(&rng, BATCH * IN);
	weights = oracle_floats(&rng, OUT * IN);
	bias = oracle_floats(&rng, OUT);
	diff_dst = oracle_floats(&rng, BATCH * OUT);
	linear_forward(BATCH, IN, OUT, src, weights, bias, dst[0]);
	linear_best_forward(BATCH, IN, OUT, src, weights, bias, dst[1]);
	check_floats(dst[1], dst[0], BATCH * OUT, 1e-5, 1e-5);
	linear_backward_data(BATCH, IN, OUT, diff_dst, weights, diff_src[0]);
	linear_best_backward_data(BATCH, IN, OUT, diff_dst, weights, diff_src[1]);
	check_floats(diff_src[1], diff_src[0], BATCH * IN, 1e-5, 1e-5);
	linear_backward_weights(BATCH, IN, OUT, src, diff_dst, diff_weights[0], diff_bias[0]);
	linear_best_backward_weights(BATCH, IN, OUT, src, diff_dst, diff_weights[1], diff_bias[1]);
	check_floats(diff_weights[1], diff_weights[0], OUT * IN, 1e-5, 1e-5);
	check_floats(diff_bias[1], diff_bias[0], OUT, 1e-5, 1e-5);
	linear_best_forward(BATCH, IN, OUT, src, weights, NULL, dst[1]);
	linear_best_backward_weights(BATCH, IN, OUT, src, diff_dst, diff_weights[1], NULL);
	mem_free(src);
	mem_free(weights);
	mem_free(bias);
	mem_free(diff_dst);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_products_of_any_size_and_layout),
    cmocka_unit_test(test_products_without_memory_for_scratch),
    cmocka_unit_test(test_bits_do_not_depend_on_vectors_or_threads),
    cmocka_unit_test(test_dense_layers_agree_with_the_reference),
};

CHECK_MAIN(tests)
