// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The list of implementations, and two of them: the reference, and single large planes.
 */
#include "config.h"

#include "engine/conv_impl.h"

#include <string.h>

#include "base/alloc.h"
#include "engine/flat.h"
#include "engine/workers.h"

/* -- the reference ------------------------------------------------------------------------ */

static bool reference_accepts(const struct conv_shape *s, enum conv_pass pass)
{
	(void)s;
	(void)pass;
	return true;
}

static int reference_run(const struct conv_shape *s, enum conv_pass pass,
    const struct conv_arrays *a, struct arena *scratch)
{
	(void)scratch;
	switch (pass) {
	case CONV_PASS_FORWARD:
		conv_forward(s, a->src, a->weights, a->bias, a->dst);
		break;
	case CONV_PASS_BACKWARD_DATA:
		conv_backward_data(s, a->diff_dst, a->weights, a->diff_src);
		break;
	case CONV_PASS_BACKWARD_WEIGHTS:
		conv_backward_weights(s, a->src, a->diff_dst, a->diff_weights, a->diff_bias);
		break;
	}
	return 0;
}

const struct conv_impl conv_impl_reference = {"reference", reference_accepts, reference_run};

/* -- planes: one channel in, one out, nothing around ----------------------------------------- */

struct plane_job {
	const float *src;
	int64_t rows, w; // of windows; of the source
	const float *kernel;
	int64_t kh, kw, strips;
	float *dst;
};

static void plane_strip(void *arg, size_t strip, int thread)
{
	const struct plane_job *j = arg;
	int64_t i = (int64_t)strip;

	(void)thread;
	flat_kernels_get()->corr2d(j->src, j->w, j->kernel, j->kh, j->kw, j->rows * i / j->strips,
	    j->rows * (i + 1) / j->strips, j->dst);
}

/* Correlates one plane; rows are split among threads. */
static void plane(
    const float *src, int64_t h, int64_t w, const float *kernel, int64_t kh, int64_t kw, float *dst)
{
	int64_t rows = h - kh + 1;
	struct plane_job job = {src, rows, w, kernel, kh, kw, (rows + 31) / 32, dst};

	workers_each_if(
	    rows * w * kh * kw > FLAT_PARALLEL, (size_t)job.strips, plane_strip, &job);
}

static bool plane_accepts(const struct conv_shape *s, enum conv_pass pass)
{
	if (pass != CONV_PASS_FORWARD || s->in_channels != s->groups ||
	    s->out_channels != s->groups)
		return false;
	if (s->in[0] != 1 || s->kernel[0] != 1)
		return false;
	for (int a = 0; a < 3; a++) {
		if (s->stride[a] != 1 || s->dilation[a] != 1 || s->before[a] || s->after[a])
			return false;
	}
	return s->out[2] >= 32;
}

static int plane_run(const struct conv_shape *s, enum conv_pass pass, const struct conv_arrays *a,
    struct arena *scratch)
{
	int64_t pixels = s->in[1] * s->in[2], windows = s->out[1] * s->out[2];
	int64_t taps = s->kernel[1] * s->kernel[2];

	(void)pass;
	(void)scratch;
	for (int64_t i = 0; i < s->batch * s->in_channels; i++) {
		int64_t c = i % s->in_channels;
		float *dst = a->dst + i * windows;

		plane(a->src + i * pixels, s->in[1], s->in[2], a->weights + c * taps, s->kernel[1],
		    s->kernel[2], dst);
		for (int64_t j = 0; a->bias && j < windows; j++)
			dst[j] += a->bias[c];
	}
	return 0;
}

const struct conv_impl conv_impl_plane = {"plane", plane_accepts, plane_run};

/* -- choosing ------------------------------------------------------------------------------- */

const struct conv_impl *const conv_impls[] = {
    &conv_impl_plane, &conv_impl_flat, &conv_impl_reference, NULL};

const struct conv_impl *conv_impl_choose(const struct conv_shape *s, enum conv_pass pass)
{
	size_t i = 0;

	while (!conv_impls[i]->accepts(s, pass))
		i++;
	return conv_impls[i];
}

static void run_best(
    const struct conv_shape *s, enum conv_pass pass, const struct conv_arrays *arrays)
{
	struct arena scratch = ARENA_INIT;

	if (conv_impl_choose(s, pass)->run(s, pass, arrays, &scratch) < 0)
		reference_run(s, pass, arrays, NULL);
	arena_release(&scratch);
}

void conv_best_forward(const struct conv_shape *s, const float *src, const float *weights,
    const float *bias, float *dst)
{
	const struct conv_arrays arrays = {
	    .src = src, .weights = weights, .bias = bias, .dst = dst};

	run_best(s, CONV_PASS_FORWARD, &arrays);
}

void conv_best_backward_data(
    const struct conv_shape *s, const float *diff_dst, const float *weights, float *diff_src)
{
	const struct conv_arrays arrays = {
	    .weights = weights, .diff_dst = diff_dst, .diff_src = diff_src};

	run_best(s, CONV_PASS_BACKWARD_DATA, &arrays);
}

void conv_best_backward_weights(const struct conv_shape *s, const float *src, const float *diff_dst,
    float *diff_weights, float *diff_bias)
{
	const struct conv_arrays arrays = {.src = src, .diff_dst = diff_dst,
	    .diff_weights = diff_weights, .diff_bias = diff_bias};

	run_best(s, CONV_PASS_BACKWARD_WEIGHTS, &arrays);
}

void corr2d_best(const float *src, int64_t h, int64_t w, const float *kernel, int64_t kh,
    int64_t kw, bool flip, float *dst)
{
	size_t taps = (size_t)(kh * kw);
	float *turned = NULL;

	if (kh > h || kw > w)
		return;
	if (flip) {
		turned = mem_alloc(taps, sizeof(*turned));
		if (!turned) {
			corr2d_forward(src, h, w, kernel, kh, kw, flip, dst);
			return;
		}
		for (size_t i = 0; i < taps; i++)
			turned[i] = kernel[taps - 1 - i];
	}
	plane(src, h, w, flip ? turned : kernel, kh, kw, dst);
	mem_free(turned);
}
