// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "engine/oracle.h"
#include "engine/ops.h"
#include "support/check.h"

#define RTOL 1e-5
#define ATOL 2e-5

// check_floats against values written out.
#define check_list(got, rtol, ...)                                                                 \
	do {                                                                                       \
		const float list[] = {__VA_ARGS__};                                                \
		check_floats(got, list, ARRAY_LEN(list), rtol, 0);                                 \
	} while (0)

/* Document D0's image A and the others' image B: 6x8 ones with black columns 2 to 5. */
static void edge_image(bool white_row, float image[48])
{
	for (int i = 0; i < 48; i++)
		image[i] = i % 8 < 2 || i % 8 > 5 || (white_row && i / 8 == 2);
}

static void test_the_documents_square_gives_19_25_37_43(void **state)
{
	const float src[] = {0, 1, 2, 3, 4, 5, 6, 7, 8}, kernel[] = {0, 1, 2, 3};
	const float correlated[] = {19, 25, 37, 43}, convolved[] = {5, 11, 23, 29};
	struct conv_shape shape = conv_shape_2d(1, 1, 3, 3, 1, 2, 2);
	float dst[4];

	(void)state;
	corr2d_forward(src, 3, 3, kernel, 2, 2, false, dst);
	check_floats(dst, correlated, 4, 0, 0);
	corr2d_forward(src, 3, 3, kernel, 2, 2, true, dst);
	check_floats(dst, convolved, 4, 0, 0);
	assert_int_equal(conv_shape_init(&shape, NULL), 0);
	conv_forward(&shape, src, kernel, NULL, dst);
	check_floats(dst, correlated, 4, 0, 0);
}

static void test_vertical_edges_are_found_and_horizontal_ones_not(void **state)
{
	const float kernel[] = {1, -1}, edges[] = {0, 1, 0, 0, 0, -1, 0}, none[7] = {0};
	float image[48], turned[48], dst[42];

	(void)state;
	edge_image(false, image);
	corr2d_forward(image, 6, 8, kernel, 1, 2, false, dst);
	for (int i = 0; i < 6; i++)
		check_floats(dst + 7 * i, edges, 7, 0, 0);
	for (int i = 0; i < 48; i++)
		turned[i] = image[i % 6 * 8 + i / 6];
	corr2d_forward(turned, 8, 6, kernel, 1, 2, false, dst);
	for (int i = 0; i < 40; i++)
		check_close(dst[i], 0, 0, 0);
	edge_image(true, image);
	corr2d_forward(image, 6, 8, kernel, 1, 2, false, dst);
	check_floats(dst + 14, none, 7, 0, 0);
	check_floats(dst + 21, edges, 7, 0, 0);
	corr2d_forward(image, 6, 8, kernel, 2, 1, false, dst); // transposed: row 2's edges
	check_list(dst + 8, 0, 0, 0, -1, -1, -1, -1, 0, 0);
	check_list(dst + 16, 0, 0, 0, 1, 1, 1, 1, 0, 0);
}

static void check_gradients(struct conv_case *c, struct rng *rng)
{
	float *diff_src = xmalloc(c->src_count, sizeof(float));
	float *diff_weights = xmalloc(c->weight_count, sizeof(float));
	float *diff_bias = xmalloc((size_t)c->shape.out_channels, sizeof(float));

	conv_backward_data(&c->shape, c->diff_dst, c->weights, diff_src);
	conv_backward_weights(&c->shape, c->src, c->diff_dst, diff_weights, diff_bias);
	for (int i = 0; i < 4; i++) {
		size_t at = rng_below(rng, c->src_count);

		check_close(diff_src[at], oracle_gradient(c, c->src + at), RTOL, ATOL);
		at = rng_below(rng, c->weight_count);
		check_close(diff_weights[at], oracle_gradient(c, c->weights + at), RTOL, ATOL);
		at = rng_below(rng, (uint64_t)c->shape.out_channels);
		check_close(diff_bias[at], oracle_gradient(c, c->bias + at), RTOL, ATOL);
	}
	mem_free(diff_src);
	mem_free(diff_weights);
	mem_free(diff_bias);
}

static void test_convolutions_of_random_shapes_agree_with_the_oracle(void **state)
{
	struct rng rng;

	(void)state;
	rng_seed(&rng, 11);
	for (int round = 0; round < 240; round++) {
		struct conv_shape shape =
		    oracle_random_shape(&rng, 1 + round % 3, round % 3 == 2 ? 6 : 12);
		struct conv_case c;
		char text[256];

		conv_case_init(&c, &shape, &rng);
		oracle_describe(&shape, text, sizeof(text));
		double *expected = xmalloc(c.dst_count, sizeof(*expected));
		float *dst = xmalloc(c.dst_count, sizeof(*dst));

		oracle_conv(&c, expected);
		conv_forward(&shape, c.src, c.weights, c.bias, dst);
		for (size_t i = 0; i < c.dst_count; i++)
			check_close_at(__FILE__, __LINE__, text, dst[i], expected[i], RTOL, ATOL);
		check_gradients(&c, &rng);
		mem_free(expected);
		mem_free(dst);
		conv_case_release(&c);
	}
}

static void test_convolution_shapes_that_do_not_fit_are_explained(void **state)
{
	struct conv_shape shape = conv_shape_2d(1, 3, 8, 4, 4, 3, 5);
	struct diag diag;

	(void)state;
	assert_int_equal(conv_shape_init(&shape, &diag), ERR_SHAPE);
	assert_string_equal(diag.msg, "width: a kernel of 5 does not fit into 4");
	shape.in[2] = 8;
	shape.groups = 2;
	assert_int_equal(conv_shape_init(&shape, &diag), ERR_SHAPE);
	assert_string_equal(
	    diag.msg, "3 input and 4 output channels cannot be split into 2 groups");
	shape.groups = 1;
	shape.before[0] = shape.before[1] = shape.before[2] = INT32_MAX;
	assert_int_equal(conv_shape_init(&shape, &diag), ERR_RANGE);
	check_contains(diag.msg, "more than can be addressed");
	shape.out_channels = 0;
	assert_int_equal(conv_shape_init(&shape, NULL), ERR_SHAPE);
}

static struct pool_shape pool(enum pool_kind kind, int64_t size, int64_t kernel, int64_t stride,
    int64_t padding)
{
	struct pool_shape shape = {kind, 1, {size, size}, {kernel, kernel}, {stride, stride},
	    {padding, padding}, {0}, true};

	assert_int_equal(pool_shape_init(&shape, NULL), 0);
	return shape;
}

static void test_nine_by_nine_pooled_by_three(void **state)
{
	struct pool_shape shape = pool(POOL_KIND_MAX, 9, 3, 3, 0);
	float src[81], dst[9];
	int32_t argmax[9];

	(void)state;
	for (int i = 0; i < 81; i++)
		src[i] = (float)i;
	pool_forward(&shape, src, dst, argmax);
	check_list(dst, 0, 20, 23, 26, 47, 50, 53, 74, 77, 80);
	assert_int_equal(argmax[4], 50);
	shape.kind = POOL_KIND_AVG;
	pool_forward(&shape, src, dst, NULL);
	check_list(dst, 0, 10, 13, 16, 37, 40, 43, 64, 67, 70);
}

/* Values that PyTorch gives for max_pool2d and avg_pool2d with padding 1. */
static void test_padding_counts_in_averages_and_never_wins(void **state)
{
	const float src[] = {-1, -2, -3, -4, -5, -6, -7, -8, -9};
	struct pool_shape max = pool(POOL_KIND_MAX, 3, 3, 2, 1),
			  avg = pool(POOL_KIND_AVG, 3, 3, 2, 1);
	float dst[4], diff_src[9];
	const float ones[] = {1, 1, 1, 1};
	int32_t argmax[4];

	(void)state;
	pool_forward(&max, src, dst, argmax);
	check_list(dst, 0, -1, -2, -4, -5);
	pool_backward(&max, ones, argmax, diff_src);
	check_list(diff_src, 0, 1, 1, 0, 1, 1, 0, 0, 0, 0);
	pool_forward(&avg, src, dst, NULL);
	check_list(dst, 1e-6, -12 / 9.f, -16 / 9.f, -24 / 9.f, -28 / 9.f);
	avg.count_padding = false;
	pool_forward(&avg, src, dst, NULL);
	check_list(dst, 0, -3, -4, -6, -7);
	pool_backward(&avg, ones, NULL, diff_src);
	check_list(diff_src, 0, .25f, .5f, .25f, .5f, 1, .5f, .25f, .5f, .25f);
}

static void test_the_first_of_equal_maxima_wins_and_nan_beats_all(void **state)
{
	const float equal[] = {2, 2, 2, 2}, nans[] = {1, NAN, 7, NAN};
	struct pool_shape shape = pool(POOL_KIND_MAX, 2, 2, 2, 0);
	float dst[1];
	int32_t argmax[1];

	(void)state;
	pool_forward(&shape, equal, dst, argmax);
	assert_int_equal(argmax[0], 0);
	pool_forward(&shape, nans, dst, argmax);
	assert_true(isnan(dst[0]));
	assert_int_equal(argmax[0], 3); // as PyTorch has it: the last NaN
}

/* A window's value in double, by looking at every element of the plane. */
static double pool_oracle(
    const struct pool_shape *s, const float *plane, int64_t row, int64_t column)
{
	int64_t top = row * s->stride[0] - s->padding[0],
		left = column * s->stride[1] - s->padding[1];
	double largest = -INFINITY, sum = 0;
	int64_t inside = 0;

	for (int64_t i = 0; i < s->in[0] * s->in[1]; i++) {
		int64_t h = i / s->in[1] - top, w = i % s->in[1] - left;

		if (h < 0 || h >= s->kernel[0] || w < 0 || w >= s->kernel[1])
			continue;
		largest = fmax(largest, plane[i]);
		sum += plane[i];
		inside++;
	}
	if (s->kind == POOL_KIND_MAX)
		return largest;
	return sum / (double)(s->count_padding ? s->kernel[0] * s->kernel[1] : inside);
}

/* d (sum of diff_dst * dst) / d src[at] by central difference; the step changes no maximum. */
static double pool_gradient(
    const struct pool_shape *s, float *src, const float *diff_dst, size_t at)
{
	double sums[2] = {0, 0};
	float kept = src[at], step[2] = {1e-4f, -1e-4f}, moved[2];
	int64_t windows = s->out[0] * s->out[1];

	for (int side = 0; side < 2; side++) {
		moved[side] = src[at] = kept + step[side];
		for (int64_t i = 0; i < s->planes * windows; i++)
			sums[side] += diff_dst[i] *
			    pool_oracle(s, src + i / windows * s->in[0] * s->in[1],
				i % windows / s->out[1], i % windows % s->out[1]);
	}
	src[at] = kept;
	return (sums[0] - sums[1]) / ((double)moved[0] - moved[1]);
}

static struct pool_shape random_pool(struct rng *rng)
{
	struct pool_shape s;

	do {
		s = (struct pool_shape){.kind = rng_below(rng, 2) ? POOL_KIND_MAX : POOL_KIND_AVG,
		    .planes = 1 + (int64_t)rng_below(rng, 3), .count_padding = rng_below(rng, 2)};
		for (int a = 0; a < 2; a++) {
			s.in[a] = 1 + (int64_t)rng_below(rng, 9);
			s.kernel[a] = 1 + (int64_t)rng_below(rng, 4);
			s.stride[a] = 1 + (int64_t)rng_below(rng, 4);
			s.padding[a] = (int64_t)rng_below(rng, (uint64_t)s.kernel[a] / 2 + 1);
		}
	} while (pool_shape_init(&s, NULL) < 0);
	return s;
}

static void test_pools_of_random_shapes_agree_with_the_oracle(void **state)
{
	struct rng rng;

	(void)state;
	rng_seed(&rng, 12);
	for (int round = 0; round < 300; round++) {
		struct pool_shape s = random_pool(&rng);
		int64_t windows = s.out[0] * s.out[1], pixels = s.in[0] * s.in[1];
		float *src = oracle_floats(&rng, (size_t)(s.planes * pixels));
		float *diff_dst = oracle_floats(&rng, (size_t)(s.planes * windows));
		float *dst = oracle_floats(&rng, (size_t)(s.planes * windows));
		float *diff_src = oracle_floats(&rng, (size_t)(s.planes * pixels));
		int32_t *argmax = xmalloc((size_t)(s.planes * windows), sizeof(*argmax));

		for (int64_t i = s.planes * pixels - 1; i > 0; i--) // distinct, 1e-2 apart
			src[i] = (float)((i * 7919) % (s.planes * pixels)) * 0.01f;
		pool_forward(&s, src, dst, argmax);
		for (int64_t i = 0; i < s.planes * windows; i++)
			check_close(dst[i], pool_oracle(&s, src + i / windows * pixels,
			    i % windows / s.out[1], i % windows % s.out[1]), RTOL, ATOL);
		pool_backward(&s, diff_dst, argmax, diff_src);
		for (int i = 0; i < 3; i++) {
			size_t at = rng_below(&rng, (uint64_t)(s.planes * pixels));
			bool tie = false;

			for (int64_t j = 0; j < s.planes * pixels; j++)
				tie |= j != (int64_t)at && fabsf(src[j] - src[at]) < 1e-3f;
			if (!tie)
				check_close(
				    diff_src[at], pool_gradient(&s, src, diff_dst, at), 1e-4, 1e-4);
		}
		mem_free(src);
		mem_free(diff_dst);
		mem_free(dst);
		mem_free(diff_src);
		mem_free(argmax);
	}
}

static void test_pool_shapes_that_do_not_fit_are_explained(void **state)
{
	struct pool_shape shape = {POOL_KIND_MAX, 1, {4, 4}, {2, 2}, {2, 2}, {0, 2}, {0}, true};
	struct diag diag;

	(void)state;
	assert_int_equal(pool_shape_init(&shape, &diag), ERR_SHAPE);
	assert_string_equal(diag.msg, "width: padding 2 is more than half the pooling window of 2");
	shape.padding[1] = 0;
	shape.kernel[0] = 5;
	assert_int_equal(pool_shape_init(&shape, &diag), ERR_SHAPE);
	check_contains(diag.msg, "a kernel of 5 does not fit into 4");
}

static void test_a_dense_layer_and_its_gradients(void **state)
{
	const float src[] = {1, 2, 3, -1, 0, 1}, weights[] = {1, 0, -1, 2, 1, 0}, bias[] = {10, 20};
	const float diff_dst[] = {1, 2, 3, -1};
	float dst[4], diff_src[6], diff_weights[6], diff_bias[2];

	(void)state;
	linear_forward(2, 3, 2, src, weights, bias, dst);
	check_list(dst, 0, 8, 24, 8, 18);
	linear_forward(2, 3, 2, src, weights, NULL, dst);
	check_list(dst, 0, -2, 4, -2, -2);
	linear_backward_data(2, 3, 2, diff_dst, weights, diff_src);
	check_list(diff_src, 0, 5, 2, -1, 1, -1, -3);
	linear_backward_weights(2, 3, 2, src, diff_dst, diff_weights, diff_bias);
	check_list(diff_weights, 0, -2, 2, 6, 3, 4, 5);
	check_list(diff_bias, 0, 4, 1);
	linear_backward_weights(2, 3, 2, src, diff_dst, diff_weights, NULL);
}

static void test_activations_and_their_slopes(void **state)
{
	static const struct {
		void (*forward)(int64_t, const float *, float *);
		void (*backward)(int64_t, const float *, const float *, float *);
		double at_one; // the value at 1
	} cases[] = {
	    {sigmoid_forward, sigmoid_backward, 0.7310585786300049},
	    {tanh_forward, tanh_backward, 0.7615941559557649},
	    {relu_forward, relu_backward, 1},
	};
	const float points[] = {1, -100, -3, -0.5f, 0.25f, 2, 100};
	const float step = 1.f / 256;

	(void)state;
	for (size_t k = 0; k < ARRAY_LEN(cases); k++) {
		for (size_t i = 0; i < ARRAY_LEN(points); i++) {
			float around[3] = {points[i] - step, points[i], points[i] + step}, out[3];
			float diff = 3, slope;

			cases[k].forward(3, around, out);
			if (i == 0)
				check_close(out[1], cases[k].at_one, 6e-8, 0);
			cases[k].backward(1, out + 1, &diff, &slope);
			check_close(slope, diff * (out[2] - out[0]) / (2 * step), 1e-3, 1e-4);
		}
	}
	float nan = NAN, out;

	relu_forward(1, &nan, &out);
	assert_true(isnan(out));
}

static void test_cross_entropy_and_its_gradient(void **state)
{
	float logits[] = {1, 2, 3, 1000, 0, -1000}, diff[6];
	const int64_t labels[] = {1, 0};
	double loss = softmax_cross_entropy(2, 3, logits, labels, diff);

	(void)state;
	check_close(loss, 1.4076059644443801 / 2, 1e-12, 0);
	check_close(diff[1], (0.24472847105479764 - 1) / 2, 1e-6, 0);
	for (int i = 0; i < 3; i++) {
		float kept = logits[i];
		double above, below;

		logits[i] = kept + 1.f / 128;
		above = softmax_cross_entropy(2, 3, logits, labels, NULL);
		logits[i] = kept - 1.f / 128;
		below = softmax_cross_entropy(2, 3, logits, labels, NULL);
		logits[i] = kept;
		check_close(diff[i], (above - below) * 64, 1e-4, 1e-6);
	}
	check_close(diff[3], 0, 0, 0);
	check_close(softmax_cross_entropy(1, 3, logits + 3, &labels[0], NULL), 1000, 0, 0);
}

static void test_squared_error_and_its_gradient(void **state)
{
	const float a[] = {1, 2, 3}, b[] = {0, 4, 3};
	float diff[3];

	(void)state;
	check_close(squared_error(3, a, b, diff), 5, 0, 0);
	check_list(diff, 0, 2, -4, 0);
	check_close(squared_error(3, a, b, NULL), 5, 0, 0);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(test_the_documents_square_gives_19_25_37_43),
    cmocka_unit_test(test_vertical_edges_are_found_and_horizontal_ones_not),
    cmocka_unit_test(test_convolutions_of_random_shapes_agree_with_the_oracle),
    cmocka_unit_test(test_convolution_shapes_that_do_not_fit_are_explained),
    cmocka_unit_test(test_nine_by_nine_pooled_by_three),
    cmocka_unit_test(test_padding_counts_in_averages_and_never_wins),
    cmocka_unit_test(test_the_first_of_equal_maxima_wins_and_nan_beats_all),
    cmocka_unit_test(test_pools_of_random_shapes_agree_with_the_oracle),
    cmocka_unit_test(test_pool_shapes_that_do_not_fit_are_explained),
    cmocka_unit_test(test_a_dense_layer_and_its_gradients),
    cmocka_unit_test(test_activations_and_their_slopes),
    cmocka_unit_test(test_cross_entropy_and_its_gradient),
    cmocka_unit_test(test_squared_error_and_its_gradient),
};

CHECK_MAIN(tests)
