// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "engine/oracle.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "support/check.h"

static int64_t between(struct rng *rng, int64_t low, int64_t high)
{
	return low + (int64_t)rng_below(rng, (uint64_t)(high - low + 1));
}

struct conv_shape oracle_random_shape(struct rng *rng, int axes, int64_t size)
{
	for (;;) {
		int64_t groups = between(rng, 1, 3);
		struct conv_shape s = {
		    .batch = between(rng, 1, 3),
		    .groups = groups,
		    .in_channels = groups * between(rng, 1, 3),
		    .out_channels = groups * between(rng, 1, 6),
		};

		for (int a = 0; a < 3; a++) {
			bool used = a >= 3 - axes;

			s.in[a] = used ? between(rng, 1, size) : 1;
			s.kernel[a] = used ? between(rng, 1, 5) : 1;
			s.stride[a] = used ? between(rng, 1, 3) : 1;
			s.dilation[a] = used && between(rng, 0, 2) == 0 ? between(rng, 2, 3) : 1;
			s.before[a] = used ? between(rng, 0, 3) : 0;
			s.after[a] = used ? between(rng, 0, 3) : 0;
		}
		if (conv_shape_init(&s, NULL) == 0)
			return s;
	}
}

void oracle_describe(const struct conv_shape *s, char *text, size_t size)
{
	int len = snprintf(text, size,
	    "batch %" PRId64 " channels %" PRId64 ">%" PRId64 " groups %" PRId64, s->batch,
	    s->in_channels, s->out_channels, s->groups);

	for (int a = 0; a < 3; a++) {
		if (s->in[a] == 1 && s->kernel[a] == 1)
			continue;
		len += snprintf(text + len, size - (size_t)len,
		    " | in %" PRId64 " k %" PRId64 " s %" PRId64 " p %" PRId64 "+%" PRId64
		    " d %" PRId64,
		    s->in[a], s->kernel[a], s->stride[a], s->before[a], s->after[a],
		    s->dilation[a]);
	}
}

float *oracle_floats(struct rng *rng, size_t count)
{
	float *values = xmalloc(count ? count : 1, sizeof(*values));

	for (size_t i = 0; i < count; i++)
		values[i] = rng_uniform(rng, -1, 1);
	return values;
}

static size_t volume(const int64_t size[3])
{
	return (size_t)(size[0] * size[1] * size[2]);
}

void conv_case_init(struct conv_case *c, const struct conv_shape *s, struct rng *rng)
{
	c->shape = *s;
	c->src_count = (size_t)(s->batch * s->in_channels) * volume(s->in);
	c->weight_count =
	    (size_t)(s->out_channels * s->in_channels / s->groups) * volume(s->kernel);
	c->dst_count = (size_t)(s->batch * s->out_channels) * volume(s->out);
	c->src = oracle_floats(rng, c->src_count);
	c->weights = oracle_floats(rng, c->weight_count);
	c->bias = oracle_floats(rng, (size_t)s->out_channels);
	c->diff_dst = oracle_floats(rng, c->dst_count);
}

void conv_case_release(struct conv_case *c)
{
	mem_free(c->src);
	mem_free(c->weights);
	mem_free(c->bias);
	mem_free(c->diff_dst);
}

/* One input plane inside its padding, all in double. */
static double *padded_plane(const struct conv_shape *s, const float *plane, int64_t size[3])
{
	double *padded;

	for (int a = 0; a < 3; a++)
		size[a] = s->before[a] + s->in[a] + s->after[a];
	padded = xzalloc(volume(size), sizeof(*padded));
	for (int64_t d = 0; d < s->in[0]; d++) {
		for (int64_t h = 0; h < s->in[1]; h++) {
			for (int64_t w = 0; w < s->in[2]; w++)
				padded[((d + s->before[0]) * size[1] + h + s->before[1]) * size[2] +
				       w + s->before[2]] = plane[(d * s->in[1] + h) * s->in[2] + w];
		}
	}
	return padded;
}

/* Adds one tap of one kernel slice to all outputs of a plane. */
static void add_tap(const struct conv_shape *s, const double *padded, const int64_t size[3],
    const int64_t tap[3], double weight, double *dst)
{
	for (int64_t d = 0; d < s->out[0]; d++) {
		for (int64_t h = 0; h < s->out[1]; h++) {
			for (int64_t w = 0; w < s->out[2]; w++) {
				int64_t at = d * s->stride[0] + tap[0] * s->dilation[0];

				at = at * size[1] + h * s->stride[1] + tap[1] * s->dilation[1];
				at = at * size[2] + w * s->stride[2] + tap[2] * s->dilation[2];
				dst[(d * s->out[1] + h) * s->out[2] + w] += weight * padded[at];
			}
		}
	}
}

/* Adds input channel ic (its c-th) to output plane oc. */
static void add_slice(
    const struct conv_shape *s, const float *plane, const float *kernel, double *dst)
{
	int64_t size[3], tap[3];
	double *padded = padded_plane(s, plane, size);

	for (tap[0] = 0; tap[0] < s->kernel[0]; tap[0]++) {
		for (tap[1] = 0; tap[1] < s->kernel[1]; tap[1]++) {
			for (tap[2] = 0; tap[2] < s->kernel[2]; tap[2]++)
				add_tap(s, padded, size, tap, *kernel++, dst);
		}
	}
	mem_free(padded);
}

void oracle_conv(const struct conv_case *c, double *dst)
{
	const struct conv_shape *s = &c->shape;
	int64_t per_group_in = s->in_channels / s->groups,
		per_group_out = s->out_channels / s->groups;
	size_t taps = volume(s->kernel);

	for (int64_t n = 0; n < s->batch; n++) {
		for (int64_t oc = 0; oc < s->out_channels; oc++, dst += volume(s->out)) {
			for (size_t i = 0; i < volume(s->out); i++)
				dst[i] = c->bias[oc];
			for (int64_t k = 0; k < per_group_in; k++) {
				int64_t ic = oc / per_group_out * per_group_in + k;

				add_slice(s,
				    c->src + (size_t)(n * s->in_channels + ic) * volume(s->in),
				    c->weights + (size_t)(oc * per_group_in + k) * taps, dst);
			}
		}
	}
}

static double objective(const struct conv_case *c)
{
	double *dst = xmalloc(c->dst_count, sizeof(*dst)), sum = 0;

	oracle_conv(c, dst);
	for (size_t i = 0; i < c->dst_count; i++)
		sum += dst[i] * c->diff_dst[i];
	mem_free(dst);
	return sum;
}

double oracle_gradient(struct conv_case *c, float *value)
{
	// The objective is linear in each value: any step is right, 1 rounds least.
	float kept = *value, high = kept + 1, low = kept - 1;
	double above, below;

	*value = high;
	above = objective(c);
	*value = low;
	below = objective(c);
	*value = kept;
	return (above - below) / ((double)high - low);
}
