// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Convolution of any shape by flat arrays (flat.h): what to pack, where the taps are, where results
 * go.
 *
 * Images are taken a few at a time, so that the packed planes stay in the cache, and group by
 * group. The weights' gradient adds the images' shares in their order. The input's is in
 * conv_flat_data.c.
 */
#include "config.h"

#include <string.h>

#include "engine/conv_flat.h"
#include "engine/flat_product.h"
#include "engine/workers.h"

#define PACKED_FLOATS 131072 // of planes packed at once, if an image is not larger
#define OUTER_CHUNK 2048     // positions of a weight gradient's partial sums
#define MOST_PHASES 64	     // of an axis
#define LEAST_WORK 2000	     // multiply-adds below which the reference is done sooner

static int64_t at_most(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t at_least(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static double work_of(const struct conv_shape *s)
{
	return (double)(s->batch * s->out_channels) * (double)conv_volume(s->out) *
	    (double)(s->in_channels / s->groups) * (double)conv_volume(s->kernel);
}

static bool accepts(const struct conv_shape *s, enum conv_pass pass)
{
	(void)pass;
	for (int a = 0; a < 3; a++) {
		if (at_most(s->stride[a], s->kernel[a]) > MOST_PHASES)
			return false;
	}
	return work_of(s) >= LEAST_WORK && conv_volume(s->in) > 0;
}

int conv_taps_init(struct conv_taps *t, const struct conv_shape *s, int axis,
    struct arena *scratch)
{
	int64_t kernel = s->kernel[axis];

	t->phase = arena_alloc(scratch, (size_t)kernel, sizeof(*t->phase));
	t->step = arena_alloc(scratch, (size_t)kernel, sizeof(*t->step));
	t->residue = arena_alloc(scratch, (size_t)kernel, sizeof(*t->residue));
	if (!t->phase || !t->step || !t->residue)
		return ERR_NOMEM;
	t->phases = 0;
	for (int64_t k = 0; k < kernel; k++) {
		int64_t residue = k * s->dilation[axis] % s->stride[axis], p = 0;

		while (p < t->phases && t->residue[p] != residue)
			p++;
		if (p == t->phases)
			t->residue[t->phases++] = residue;
		t->phase[k] = p;
		t->step[k] = k * s->dilation[axis] / s->stride[axis];
	}
	return 0;
}

int64_t conv_images_at_once(const struct conv_shape *s, const struct flat_layout *l)
{
	int64_t floats = l->channels * l->phases * conv_volume(l->size);

	return at_least(1, at_most(s->batch, PACKED_FLOATS / at_least(floats, 1)));
}

/* -- the input, packed: what forward and the weights' gradient read --------------------------- */

struct input_plan {
	struct conv_taps axis[3];
	struct flat_layout layout;
	struct flat_source source;
	ptrdiff_t *offsets; // [in_channels / groups][kernel]
	float *packed;
};

static void input_offsets(struct input_plan *p, const struct conv_shape *s)
{
	ptrdiff_t *offset = p->offsets;
	const struct flat_layout *l = &p->layout;
	const struct conv_taps *d = &p->axis[0], *h = &p->axis[1], *w = &p->axis[2];

	for (int64_t c = 0; c < l->channels; c++) {
		for (int64_t i = 0; i < conv_volume(s->kernel); i++) {
			int64_t x = i % s->kernel[2], y = i / s->kernel[2] % s->kernel[1];
			int64_t z = i / s->kernel[2] / s->kernel[1];
			int64_t phase =
			    (d->phase[z] * h->phases + h->phase[y]) * w->phases + w->phase[x];
			int64_t step =
			    (d->step[z] * l->size[1] + h->step[y]) * l->size[2] + w->step[x];

			*offset++ = c * l->channel + phase * l->plane + step;
		}
	}
}

static int input_plan_init(struct input_plan *p, const struct conv_shape *s, struct arena *scratch)
{
	struct flat_layout *l = &p->layout;

	*l = (struct flat_layout){.channels = s->in_channels / s->groups, .phases = 1};
	p->source = (struct flat_source){
	    .channel = conv_volume(s->in), .image = s->in_channels * conv_volume(s->in)};
	for (int a = 0; a < 3; a++) {
		if (conv_taps_init(&p->axis[a], s, a, scratch) < 0)
			return ERR_NOMEM;
		l->size[a] = s->out[a] + (s->kernel[a] - 1) * s->dilation[a] / s->stride[a];
		l->phases *= p->axis[a].phases;
		p->source.size[a] = s->in[a];
		p->source.stride[a] = s->stride[a];
		p->source.before[a] = s->before[a];
		p->source.residues[a] = p->axis[a].residue;
		p->source.phases[a] = p->axis[a].phases;
	}
	l->images = conv_images_at_once(s, l);
	flat_layout_init(l, &p->source, s->out);
	p->offsets = arena_alloc(
	    scratch, (size_t)(l->channels * conv_volume(s->kernel)), sizeof(*p->offsets));
	p->packed = arena_alloc(scratch, (size_t)flat_floats(l), sizeof(*p->packed));
	if (!p->offsets || !p->packed)
		return ERR_NOMEM;
	input_offsets(p, s);
	return 0;
}

/* Packs images from n on of a group. */
static void input_plan_pack(struct input_plan *p, const float *src, int64_t n, int64_t group)
{
	p->source.src = src + n * p->source.image + group * p->layout.channels * p->source.channel;
	flat_pack_all(&p->layout, &p->source, p->packed);
}

static int forward(const struct conv_shape *s, const struct conv_arrays *a, struct arena *scratch)
{
	int64_t channels = s->out_channels / s->groups, windows = conv_volume(s->out);
	struct input_plan input;
	struct flat_product product;

	if (input_plan_init(&input, s, scratch) < 0 ||
	    flat_product_alloc(&product, channels,
		(size_t)(input.layout.channels * conv_volume(s->kernel)), scratch) < 0)
		return ERR_NOMEM;
	product.offsets = input.offsets;
	product.weight_step = product.taps;
	for (size_t t = 0; t < product.taps; t++)
		product.weight_at[t] = t;
	product.sink = (struct flat_sink){.image = s->out_channels * windows, .channel = windows,
	    .stride = {1, 1, 1}};
	memcpy(product.sink.size, s->out, sizeof(s->out));
	memcpy(product.sink.count, s->out, sizeof(s->out));
	flat_sink_init(&product.sink);
	for (int64_t g = 0; g < s->groups; g++) {
		int64_t most = input.layout.images;

		flat_product_set_weights(&product, a->weights + g * conv_group_weights(s));
		product.sink.bias = a->bias ? a->bias + g * channels : NULL;
		for (int64_t n = 0; n < s->batch; n += most) {
			input.layout.images = at_most(most, s->batch - n);
			input_plan_pack(&input, a->src, n, g);
			product.layout = input.layout;
			product.sink.dst = a->dst + (n * s->out_channels + g * channels) * windows;
			flat_product_run(&product, input.packed);
		}
		input.layout.images = most;
	}
	return 0;
}

/* -- the weights' gradient --------------------------------------------------------------- */

static int64_t no_residue[1] = {0};

/* Adds the share of packed positions to a group's gradient [channels][taps]. */
struct outer_job {
	const struct input_plan *input;
	const float *diff; // packed [channels][plane]
	int64_t diff_channel, channels, taps, positions;
	float *gradient;
};

/* A tile's share of positions [from, from + count). */
static void outer_tile(const struct outer_job *j, int64_t c, int64_t t, int64_t from, int64_t count)
{
	const struct flat_kernels *kernels = flat_kernels_get();
	float sums[FLAT_MAX_CHANNELS * FLAT_MAX_TAPS];
	struct flat_outer outer = {
	    .src = j->input->packed + from,
	    .diff = j->diff + c * j->diff_channel + from,
	    .offsets = j->input->offsets + t,
	    .taps = (int)at_most(kernels->taps, j->taps - t),
	    .channels = (int)(at_most(kernels->channels, j->channels - c)),
	    .diff_channel = j->diff_channel,
	    .count = count,
	    .sums = sums,
	};

	kernels->outer(&outer);
	for (int64_t i = 0; i < outer.channels; i++) {
		for (int64_t k = 0; k < outer.taps; k++)
			j->gradient[(c + i) * j->taps + t + k] += sums[i * outer.taps + k];
	}
}

static int64_t tiles_across(const struct outer_job *j)
{
	int64_t across = flat_kernels_get()->channels;

	return (j->channels + across - 1) / across;
}

static void outer_item(void *arg, size_t item, int thread)
{
	const struct outer_job *j = arg;
	int64_t rows = tiles_across(j), c = (int64_t)item % rows * flat_kernels_get()->channels;
	int64_t t = (int64_t)item / rows * flat_kernels_get()->taps;

	(void)thread;
	for (int64_t from = 0; from < j->positions; from += OUTER_CHUNK)
		outer_tile(j, c, t, from, at_most(OUTER_CHUNK, j->positions - from));
}

static void outer_run(struct outer_job *j)
{
	int64_t along = flat_kernels_get()->taps;
	int64_t tiles = tiles_across(j) * ((j->taps + along - 1) / along);
	double work = (double)j->positions * (double)j->channels * (double)j->taps;

	workers_each_if(work > FLAT_PARALLEL, (size_t)tiles, outer_item, j);
}

/* The sum of each channel's gradients, in sixteen lanes. */
static void bias_gradient(const struct conv_shape *s, const float *diff_dst, float *diff_bias)
{
	int64_t windows = conv_volume(s->out);

	for (int64_t c = 0; c < s->out_channels; c++) {
		float lanes[FLAT_LANES] = {0}, sum = 0;

		for (int64_t n = 0; n < s->batch; n++) {
			const float *plane = diff_dst + (n * s->out_channels + c) * windows;
			int64_t i = 0;

			for (; i + FLAT_LANES <= windows; i += FLAT_LANES) {
				for (int k = 0; k < FLAT_LANES; k++)
					lanes[k] += plane[i + k];
			}
			for (; i < windows; i++)
				lanes[i % FLAT_LANES] += plane[i];
		}
		for (int k = 0; k < FLAT_LANES; k++)
			sum += lanes[k];
		diff_bias[c] = sum;
	}
}

/* The outputs' gradient at the pitch of the packed input: zero where no window starts. */
static void diff_source_init(const struct conv_shape *s, const struct flat_layout *input,
    struct flat_layout *l, struct flat_source *source)
{
	*l = *input;
	l->channels = s->out_channels / s->groups;
	l->phases = 1;
	l->channel = l->plane;
	*source = (struct flat_source){.channel = conv_volume(s->out),
	    .image = s->out_channels * conv_volume(s->out),
	    .stride = {1, 1, 1},
	    .residues = {no_residue, no_residue, no_residue},
	    .phases = {1, 1, 1}};
	memcpy(source->size, s->out, sizeof(s->out));
}

static int backward_weights(const struct conv_shape *s, const struct conv_arrays *a,
    struct arena *scratch)
{
	struct input_plan input;
	struct flat_layout diff_layout;
	struct flat_source diff_source;
	float *diff;
	int64_t most;

	if (input_plan_init(&input, s, scratch) < 0)
		return ERR_NOMEM;
	most = input.layout.images;
	diff_source_init(s, &input.layout, &diff_layout, &diff_source);
	diff = arena_alloc(scratch, (size_t)flat_floats(&diff_layout), sizeof(*diff));
	if (!diff)
		return ERR_NOMEM;
	memset(a->diff_weights, 0, (size_t)(s->groups * conv_group_weights(s)) * sizeof(float));
	if (a->diff_bias)
		bias_gradient(s, a->diff_dst, a->diff_bias);
	for (int64_t n = 0; n < s->batch; n += most) {
		input.layout.images = diff_layout.images = at_most(most, s->batch - n);
		for (int64_t g = 0; g < s->groups; g++) {
			struct outer_job job = {&input, diff, diff_layout.channel,
			    diff_layout.channels, input.layout.channels * conv_volume(s->kernel),
			    flat_whole_vectors(flat_positions(&input.layout, s->out)),
			    a->diff_weights + g * conv_group_weights(s)};

			input_plan_pack(&input, a->src, n, g);
			diff_source.src = a->diff_dst + n * diff_source.image +
			    g * diff_layout.channels * diff_source.channel;
			flat_pack_all(&diff_layout, &diff_source, diff);
			outer_run(&job);
		}
	}
	return 0;
}

static int run(const struct conv_shape *s, enum conv_pass pass, const struct conv_arrays *a,
    struct arena *scratch)
{
	switch (pass) {
	case CONV_PASS_FORWARD: return forward(s, a, scratch);
	case CONV_PASS_BACKWARD_DATA: return conv_flat_backward_data(s, a, scratch);
	case CONV_PASS_BACKWARD_WEIGHTS: return backward_weights(s, a, scratch);
	}
	BUG("pass %d", pass);
}

const struct conv_impl conv_impl_flat = {"flat", accepts, run};
