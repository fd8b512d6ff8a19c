// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Pooling: windows of two by two side by side, which nearly all networks have, and the reference.
 */
#include "config.h"

#include "engine/pool_impl.h"

#include <stddef.h>
#include <string.h>

#include "engine/flat.h"

static bool accepts_2x2(const struct pool_shape *s)
{
	for (int a = 0; a < 2; a++) {
		if (s->kernel[a] != 2 || s->stride[a] != 2 || s->padding[a] != 0)
			return false;
	}
	return true;
}

static void forward_2x2(const struct pool_shape *s, const float *src, float *dst, int32_t *argmax)
{
	const struct flat_kernels *kernels = flat_kernels_get();
	int64_t width = s->in[1], count = s->out[1];

	for (int64_t p = 0; p < s->planes; p++, src += s->in[0] * width) {
		for (int64_t i = 0; i < s->out[0]; i++, dst += count) {
			int64_t first = 2 * i * width;

			if (s->kind == POOL_KIND_AVG) {
				kernels->avg_2x2(src + first, width, count, dst);
				continue;
			}
			kernels->max_2x2(src + first, width, count, first, dst, argmax);
			if (argmax)
				argmax += count;
		}
	}
}

static void backward_2x2(const struct pool_shape *s, const float *diff_dst, const int32_t *argmax,
    float *diff_src)
{
	const struct flat_kernels *kernels = flat_kernels_get();
	int64_t width = s->in[1], count = s->out[1];

	if (s->kind == POOL_KIND_MAX) { // one addition for each window, wherever it goes
		pool_backward(s, diff_dst, argmax, diff_src);
		return;
	}
	if (s->in[0] % 2 || s->in[1] % 2)
		memset(diff_src, 0, (size_t)(s->planes * s->in[0] * width) * sizeof(*diff_src));
	for (int64_t p = 0; p < s->planes; p++, diff_src += s->in[0] * width) {
		for (int64_t i = 0; i < s->out[0]; i++, diff_dst += count)
			kernels->spread_2x2(diff_dst, count, width, diff_src + 2 * i * width);
	}
}

static bool accepts_all(const struct pool_shape *s)
{
	(void)s;
	return true;
}

static const struct pool_impl two_by_two = {"2x2", accepts_2x2, forward_2x2, backward_2x2};
static const struct pool_impl reference = {"reference", accepts_all, pool_forward, pool_backward};
const struct pool_impl *const pool_impls[] = {&two_by_two, &reference, NULL};

static const struct pool_impl *choose(const struct pool_shape *s)
{
	size_t i = 0;

	while (!pool_impls[i]->accepts(s))
		i++;
	return pool_impls[i];
}

void pool_best_forward(const struct pool_shape *s, const float *src, float *dst, int32_t *argmax)
{
	choose(s)->forward(s, src, dst, argmax);
}

void pool_best_backward(const struct pool_shape *s, const float *diff_dst, const int32_t *argmax,
    float *diff_src)
{
	choose(s)->backward(s, diff_dst, argmax, diff_src);
}
