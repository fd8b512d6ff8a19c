// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Every implementation of pooling against the reference, whose own gradients test_ops compares with
 * central differences: they must have the same bits. Speed is printed when CONVTUTOR_SPEED is set.
 */
#include "config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/rng.h"
#include "engine/flat.h"
#include "engine/oracle.h"
#include "engine/pool_impl.h"
#include "support/check.h"

static const char *const isas[] = {"baseline", "avx2", "avx512"};

struct pool_case {
	struct pool_shape shape;
	size_t src_count, dst_count;
	float *src, *diff_dst, *dst, *diff_src;
	int32_t *argmax;
};

static void pool_case_init(struct pool_case *c, const struct pool_shape *shape, struct rng *rng)
{
	c->shape = *shape;
	c->src_count = (size_t)(shape->planes * shape->in[0] * shape->in[1]);
	c->dst_count = (size_t)(shape->planes * shape->out[0] * shape->out[1]);
	c->src = oracle_floats(rng, c->src_count);
	c->diff_dst = oracle_floats(rng, c->dst_count);
	c->dst = oracle_floats(rng, c->dst_count);
	c->diff_src = oracle_floats(rng, c->src_count);
	c->argmax = xzalloc(c->dst_count, sizeof(*c->argmax));
	for (size_t i = 0; i < c->src_count; i++) { // ties, and now and then no number
		c->src[i] = roundf(4 * c->src[i]);
		if (rng_below(rng, 50) == 0)
			c->src[i] = NAN;
	}
}

static void pool_case_release(struct pool_case *c)
{
	mem_free(c->src);
	mem_free(c->diff_dst);
	mem_free(c->dst);
	mem_free(c->diff_src);
	mem_free(c->argmax);
}

static void run(const struct pool_impl *impl, struct pool_case *c)
{
	memset(c->dst, 0x7f, c->dst_count * sizeof(float));
	memset(c->diff_src, 0x7f, c->src_count * sizeof(float));
	impl->forward(&c->shape, c->src, c->dst, c->argmax);
	impl->backward(&c->shape, c->diff_dst, c->argmax, c->diff_src);
}

static const struct pool_impl *reference(void)
{
	size_t i = 0;

	while (pool_impls[i + 1])
		i++;
	return pool_impls[i];
}

static bool same_float(float a, float b)
{
	return a == b || (isnan(a) && isnan(b));
}

static void check_against_reference(struct pool_case *c)
{
	float *dst = xmalloc(c->dst_count, sizeof(float)),
	      *diff_src = xmalloc(c->src_count, sizeof(float));
	int32_t *argmax = xmalloc(c->dst_count, sizeof(*argmax));

	run(reference(), c);
	memcpy(dst, c->dst, c->dst_count * sizeof(float));
	memcpy(diff_src, c->diff_src, c->src_count * sizeof(float));
	memcpy(argmax, c->argmax, c->dst_count * sizeof(*argmax));
	for (size_t i = 0; pool_impls[i]; i++) {
		if (!pool_impls[i]->accepts(&c->shape))
			continue;
		run(pool_impls[i], c);
		for (size_t k = 0; k < c->dst_count; k++)
			assert_true(same_float(c->dst[k], dst[k]));
		assert_memory_equal(c->diff_src, diff_src, c->src_count * sizeof(float));
		assert_memory_equal(c->argmax, argmax, c->dst_count * sizeof(*argmax));
		if (c->shape.kind == POOL_KIND_MAX)
			pool_impls[i]->forward(&c->shape, c->src, c->dst, NULL);
	}
	mem_free(dst);
	mem_free(diff_src);
	mem_free(argmax);
}

static struct pool_shape random_shape(struct rng *rng)
{
	struct pool_shape s;

	do {
		bool plain = rng_below(rng, 2);

		s = (struct pool_shape){.kind = rng_below(rng, 2) ? POOL_KIND_MAX : POOL_KIND_AVG,
		    .planes = 1 + (int64_t)rng_below(rng, 3), .count_padding = rng_below(rng, 2)};
		for (int a = 0; a < 2; a++) {
			s.in[a] = 1 + (int64_t)rng_below(rng, 80);
			s.kernel[a] = plain ? 2 : 1 + (int64_t)rng_below(rng, 4);
			s.stride[a] = plain ? 2 : 1 + (int64_t)rng_below(rng, 4);
			s.padding[a] =
			    plain ? 0 : (int64_t)rng_below(rng, (uint64_t)s.kernel[a] / 2 + 1);
		}
	} while (pool_shape_init(&s, NULL) < 0);
	return s;
}

static void test_random_shapes_have_the_references_bits(void **state)
{
	struct rng rng;

	(void)state;
	rng_seed(&rng, 41);
	for (int round = 0; round < 400; round++) {
		struct pool_shape shape = random_shape(&rng);
		struct pool_case c;

		pool_case_init(&c, &shape, &rng);
		for (size_t i = 0; i < ARRAY_LEN(isas); i++) {
			if (flat_kernels_use(isas[i], NULL) == 0)
				check_against_reference(&c);
		}
		pool_case_release(&c);
	}
	assert_int_equal(flat_kernels_use(NULL, NULL), 0);
}

static double seconds_of(const struct pool_impl *impl, struct pool_case *c)
{
	double best = 1e9;

	for (int i = 0; i < 9; i++) {
		double start = clock_real();

		impl->forward(&c->shape, c->src, c->dst, c->argmax);
		start = clock_real() - start;
		best = start < best ? start : best;
	}
	return best;
}

static void test_speed_against_the_reference(void **state)
{
	struct pool_shape shape = {
	    POOL_KIND_AVG, 96, {28, 28}, {2, 2}, {2, 2}, {0, 0}, {0, 0}, true};
	struct pool_case c;
	struct rng rng;

	(void)state;
	if (!getenv("CONVTUTOR_SPEED"))
		skip();
	rng_seed(&rng, 42);
	assert_int_equal(pool_shape_init(&shape, NULL), 0);
	pool_case_init(&c, &shape, &rng);
	for (size_t i = 0; i < 2 * ARRAY_LEN(isas); i++) {
		if (flat_kernels_use(isas[i / 2], NULL) < 0)
			continue;
		c.shape.kind = i % 2 ? POOL_KIND_MAX : POOL_KIND_AVG;
		print_message("%8s %s %5.1f times the reference\n", isas[i / 2],
		    i % 2 ? "max" : "average",
		    seconds_of(reference(), &c) / seconds_of(pool_impls[0], &c));
	}
	pool_case_release(&c);
	assert_int_equal(flat_kernels_use(NULL, NULL), 0);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_random_shapes_have_the_references_bits),
    cmocka_unit_test(test_speed_against_the_reference),
};

CHECK_MAIN(tests)
