// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Convolution of any shape by flat arrays (flat.h): what to pack, where the taps are, where results go.
 *
 * Images are taken a few at a time, so that the packed planes stay in the cache. All three passes are
 * done group by group; the weights' gradient adds the images' shares in their order.
 */
#include "config.h"

#include <string.h>

#include "engine/conv_impl.h"
#include "engine/flat.h"

#define PACKED_FLOATS 131072 // of planes packed at once, if an image is not larger
#define CHUNK 768	     // positions of a tile: their sums stay in the first cache
#define OUTER_CHUNK 2048     // positions of a weight gradient's partial sums
#define LEAST_WORK 2000	     // multiply-adds below which the reference is done sooner

static int64_t volume(const int64_t size[3])
{
	return size[0] * size[1] * size[2];
}

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
	return (double)(s->batch * s->out_channels) * (double)volume(s->out) *
	    (double)(s->in_channels / s->groups) * (double)volume(s->kernel);
}

static bool accepts(const struct conv_shape *s, enum conv_pass pass)
{
	(void)pass;
	return work_of(s) >= LEAST_WORK && volume(s->in) > 0;
}

/*
 * The taps of one axis. A tap at distance d = k * dilation from the window's corner lies in phase
 * d % stride, d / stride elements on.
 */
struct taps_axis {
	int64_t *phase;	  // [kernel] index into residues
	int64_t *step;	  // [kernel]
	int64_t *residue; // [phases], each below the stride
	int64_t phases;
};

static int taps_axis_init(struct taps_axis *t, const struct conv_shape *s, int axis,
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

/* One flat convolution: `channels` outputs, each a sum of the same taps with weights of its own. */
struct product {
	struct flat_layout layout; // of the packed array
	int64_t channels;
	size_t taps;
	ptrdiff_t *offsets; // [taps]
	size_t *weight_at;  // [taps] of channel 0, floats into the group's weights
	size_t weight_step; // from channel to channel
	float *panels;	    // [tile][taps][the tile's channels]
	struct flat_sink sink;
};

static int product_alloc(struct product *p, int64_t channels, size_t taps, struct arena *scratch)
{
	p->channels = channels;
	p->taps = taps;
	p->offsets = arena_alloc(scratch, taps, sizeof(*p->offsets));
	p->weight_at = arena_alloc(scratch, taps, sizeof(*p->weight_at));
	p->panels = arena_alloc(scratch, taps * (size_t)channels, sizeof(*p->panels));
	return p->offsets && p->weight_at && p->panels ? 0 : ERR_NOMEM;
}

/* Channels are dealt evenly to tiles: tile i has [start(i), start(i + 1)). */
static int64_t tile_count(int64_t channels)
{
	int64_t most = flat_kernels_get()->channels;

	return (channels + most - 1) / most;
}

static int64_t tile_start(int64_t channels, int64_t tile)
{
	return channels * tile / tile_count(channels);
}

static void product_set_weights(struct product *p, const float *weights)
{
	for (int64_t i = 0; i < tile_count(p->channels); i++) {
		int64_t first = tile_start(p->channels, i), end = tile_start(p->channels, i + 1);
		float *panel = p->panels + (size_t)first * p->taps;

		for (size_t t = 0; t < p->taps; t++) {
			for (int64_t c = first; c < end; c++)
				*panel++ = weights[p->weight_at[t] + (size_t)c * p->weight_step];
		}
	}
}

/* Positions from the first window to the last. */
static int64_t positions(const struct flat_layout *l, const int64_t count[3])
{
	int64_t last = ((l->images - 1) * l->size[0] + count[0] - 1) * l->size[1] + count[1] - 1;

	return last * l->size[2] + count[2];
}

static int64_t whole_vectors(int64_t count)
{
	return (count + FLAT_LANES - 1) / FLAT_LANES * FLAT_LANES;
}

static void product_run(const struct product *p, const float *packed)
{
	const struct flat_kernels *kernels = flat_kernels_get();
	int64_t total = positions(&p->layout, p->sink.count), chunks = (total + CHUNK - 1) / CHUNK;
	int64_t tiles = tile_count(p->channels);
	double work = (double)total * (double)p->taps * (double)p->channels;

	(void)work;
#pragma omp parallel for collapse(2) schedule(dynamic) if (work > FLAT_PARALLEL)
	for (int64_t i = 0; i < chunks; i++) {
		for (int64_t j = 0; j < tiles; j++) {
			float sums[FLAT_MAX_CHANNELS * CHUNK] __attribute__((aligned(64)));
			int64_t first = tile_start(p->channels, j), from = i * CHUNK;
			int64_t count = at_most(CHUNK, total - from);
			struct flat_tile tile = {
			    .src = packed + from,
			    .offsets = p->offsets,
			    .taps = p->taps,
			    .panel = p->panels + (size_t)first * p->taps,
			    .channels = (int)(tile_start(p->channels, j + 1) - first),
			    .count = whole_vectors(count),
			    .dst = sums,
			    .pitch = CHUNK,
			};

			kernels->tile(&tile);
			for (int c = 0; c < tile.channels; c++)
				flat_store(&p->layout, &p->sink, first + c, from, from + count,
				    sums + c * CHUNK);
		}
	}
}

static void pack_all(const struct flat_layout *l, const struct flat_source *source, float *packed)
{
#pragma omp parallel for schedule(dynamic) if (l->channels * l->channel > FLAT_PARALLEL / 8)
	for (int64_t c = 0; c < l->channels; c++)
		flat_pack(l, source, c, c + 1, packed);
}

/* Images packed at once. */
static int64_t images_at_once(const struct conv_shape *s, const struct flat_layout *l)
{
	int64_t floats = l->channels * l->phases * volume(l->size);

	return at_least(1, at_most(s->batch, PACKED_FLOATS / at_least(floats, 1)));
}

/* -- the input, packed: what forward and the weights' gradient read --------------------------- */

struct input_plan {
	struct taps_axis axis[3];
	struct flat_layout layout;
	struct flat_source source;
	ptrdiff_t *offsets; // [in_channels / groups][kernel]
	float *packed;
};

static void input_offsets(struct input_plan *p, const struct conv_shape *s)
{
	ptrdiff_t *offset = p->offsets;
	const struct flat_layout *l = &p->layout;
	const struct taps_axis *d = &p->axis[0], *h = &p->axis[1], *w = &p->axis[2];

	for (int64_t c = 0; c < l->channels; c++) {
		for (int64_t i = 0; i < volume(s->kernel); i++) {
			int64_t x = i % s->kernel[2], y = i / s->kernel[2] % s->kernel[1];
			int64_t z = i / s->kernel[2] / s->kernel[1];
			int64_t phase = (d->phase[z] * h->phases + h->phase[y]) * w->phases + w->phase[x];
			int64_t step = (d->step[z] * l->size[1] + h->step[y]) * l->size[2] + w->step[x];

			*offset++ = c * l->channel + phase * l->plane + step;
		}
	}
}

static int input_plan_init(struct input_plan *p, const struct conv_shape *s, struct arena *scratch)
{
	struct flat_layout *l = &p->layout;

	*l = (struct flat_layout){.channels = s->in_channels / s->groups, .phases = 1};
	p->source = (struct flat_source){.channel = volume(s->in), .image = s->in_channels * volume(s->in)};
	for (int a = 0; a < 3; a++) {
		if (taps_axis_init(&p->axis[a], s, a, scratch) < 0)
			return ERR_NOMEM;
		l->size[a] = s->out[a] + (s->kernel[a] - 1) * s->dilation[a] / s->stride[a];
		l->phases *= p->axis[a].phases;
		p->source.size[a] = s->in[a];
		p->source.stride[a] = s->stride[a];
		p->source.before[a] = s->before[a];
		p->source.residues[a] = p->axis[a].residue;
		p->source.phases[a] = p->axis[a].phases;
	}
	l->images = images_at_once(s, l);
	flat_layout_init(l, &p->source, s->out);
	p->offsets = arena_alloc(scratch, (size_t)(l->channels * volume(s->kernel)), sizeof(*p->offsets));
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
	pack_all(&p->layout, &p->source, p->packed);
}

static int64_t group_weights(const struct conv_shape *s)
{
	return s->out_channels / s->groups * (s->in_channels / s->groups) * volume(s->kernel);
}

static int forward(const struct conv_shape *s, const struct conv_arrays *a, struct arena *scratch)
{
	int64_t channels = s->out_channels / s->groups, windows = volume(s->out);
	struct input_plan input;
	struct product product;

	if (input_plan_init(&input, s, scratch) < 0 ||
	    product_alloc(&product, channels, (size_t)(input.layout.channels * volume(s->kernel)), scratch) < 0)
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

		product_set_weights(&product, a->weights + g * group_weights(s));
		product.sink.bias = a->bias ? a->bias + g * channels : NULL;
		for (int64_t n = 0; n < s->batch; n += most) {
			input.layout.images = at_most(most, s->batch - n);
			input_plan_pack(&input, a->src, n, g);
			product.layout = input.layout;
			product.sink.dst = a->dst + (n * s->out_channels + g * channels) * windows;
			product_run(&product, input.packed);
		}
		input.layout.images = most;
	}
	return 0;
}

/* -- the input's gradient ---------------------------------------------------------------------- */

/*
 * Along an axis, input x = stride * q + p - before takes from output o = q - step[k] for every tap k
 * of phase p. q counts from `first`; the packed outputs begin with a border of zeros.
 */
struct diff_axis {
	int64_t first, border, count;
};

struct diff_plan {
	struct taps_axis axis[3];
	struct diff_axis diff[3];
	struct flat_layout layout;
	struct flat_source source;
	float *packed;
	size_t products;
	struct product *product; // one for each phase of the input that a tap reaches
};

static void diff_axis_init(struct diff_axis *d, const struct conv_shape *s, int a)
{
	int64_t reach = (s->kernel[a] - 1) * s->dilation[a] / s->stride[a];

	d->first = s->before[a] / s->stride[a];
	d->border = at_least(0, reach - d->first);
	d->count = (s->in[a] - 1 + s->before[a]) / s->stride[a] - d->first + 1;
}

static size_t taps_in_phase(const struct taps_axis *t, int64_t kernel, int64_t phase)
{
	size_t count = 0;

	for (int64_t k = 0; k < kernel; k++)
		count += t->phase[k] == phase;
	return count;
}

/* The taps of a phase, for every output channel: offsets in the packed outputs, places of weights. */
static void diff_taps(struct diff_plan *p, const struct conv_shape *s, const int64_t phase[3],
    struct product *product)
{
	int64_t taps = volume(s->kernel), in_channels = s->in_channels / s->groups;
	const struct flat_layout *l = &p->layout;
	size_t t = 0;

	for (int64_t c = 0; c < l->channels; c++) {
		for (int64_t i = 0; i < taps; i++) {
			int64_t at[3] = {i / s->kernel[2] / s->kernel[1], i / s->kernel[2] % s->kernel[1],
			    i % s->kernel[2]}, offset = 0;
			bool wanted = true;

			for (int a = 0; a < 3; a++) {
				wanted &= p->axis[a].phase[at[a]] == phase[a];
				offset = offset * l->size[a] + p->diff[a].first + p->diff[a].border -
				    p->axis[a].step[at[a]];
			}
			if (!wanted)
				continue;
			product->offsets[t] = c * l->channel + offset;
			product->weight_at[t++] = (size_t)(c * in_channels * taps + i);
		}
	}
}

static int diff_product_init(struct diff_plan *p, const struct conv_shape *s, const int64_t phase[3],
    struct product *product, struct arena *scratch)
{
	size_t taps = (size_t)p->layout.channels;

	for (int a = 0; a < 3; a++)
		taps *= taps_in_phase(&p->axis[a], s->kernel[a], phase[a]);
	if (product_alloc(product, s->in_channels / s->groups, taps, scratch) < 0)
		return ERR_NOMEM;
	product->weight_step = (size_t)volume(s->kernel);
	diff_taps(p, s, phase, product);
	product->sink = (struct flat_sink){.image = s->in_channels * volume(s->in), .channel = volume(s->in)};
	for (int a = 0; a < 3; a++) {
		product->sink.size[a] = s->in[a];
		product->sink.stride[a] = s->stride[a];
		product->sink.shift[a] = s->stride[a] * p->diff[a].first +
		    p->axis[a].residue[phase[a]] - s->before[a];
		product->sink.count[a] = p->diff[a].count;
	}
	flat_sink_init(&product->sink);
	return 0;
}

static int diff_products_init(struct diff_plan *p, const struct conv_shape *s, struct arena *scratch)
{
	int64_t sizes[3] = {p->axis[0].phases, p->axis[1].phases, p->axis[2].phases};

	p->products = (size_t)volume(sizes);
	p->product = arena_alloc(scratch, p->products, sizeof(*p->product));
	if (!p->product)
		return ERR_NOMEM;
	for (size_t i = 0; i < p->products; i++) {
		int64_t n = (int64_t)i;
		int64_t phase[3] = {n / sizes[2] / sizes[1], n / sizes[2] % sizes[1], n % sizes[2]};

		if (diff_product_init(p, s, phase, &p->product[i], scratch) < 0)
			return ERR_NOMEM;
	}
	return 0;
}

static int64_t no_residue[1] = {0};

static int diff_plan_init(struct diff_plan *p, const struct conv_shape *s, struct arena *scratch)
{
	struct flat_layout *l = &p->layout;
	int64_t count[3];

	*l = (struct flat_layout){.channels = s->out_channels / s->groups, .phases = 1};
	p->source = (struct flat_source){.channel = volume(s->out), .image = s->out_channels * volume(s->out)};
	for (int a = 0; a < 3; a++) {
		if (taps_axis_init(&p->axis[a], s, a, scratch) < 0)
			return ERR_NOMEM;
		diff_axis_init(&p->diff[a], s, a);
		l->size[a] = p->diff[a].count + p->diff[a].first + p->diff[a].border;
		p->source.size[a] = s->out[a];
		p->source.stride[a] = 1;
		p->source.before[a] = p->diff[a].border;
		p->source.residues[a] = no_residue;
		p->source.phases[a] = 1;
	}
	for (int a = 0; a < 3; a++)
		count[a] = p->diff[a].count;
	l->images = images_at_once(s, l);
	flat_layout_init(l, &p->source, count);
	p->packed = arena_alloc(scratch, (size_t)flat_floats(l), sizeof(*p->packed));
	return p->packed ? diff_products_init(p, s, scratch) : ERR_NOMEM;
}

static int backward_data(const struct conv_shape *s, const struct conv_arrays *a, struct arena *scratch)
{
	int64_t in_channels = s->in_channels / s->groups, most;
	struct diff_plan plan;

	if (diff_plan_init(&plan, s, scratch) < 0)
		return ERR_NOMEM;
	most = plan.layout.images;
	memset(a->diff_src, 0, (size_t)(s->batch * s->in_channels * volume(s->in)) * sizeof(float));
	for (int64_t g = 0; g < s->groups; g++) {
		for (size_t i = 0; i < plan.products; i++)
			product_set_weights(&plan.product[i], a->weights + g * group_weights(s));
		for (int64_t n = 0; n < s->batch; n += most) {
			plan.layout.images = at_most(most, s->batch - n);
			plan.source.src = a->diff_dst + n * plan.source.image +
			    g * plan.layout.channels * plan.source.channel;
			pack_all(&plan.layout, &plan.source, plan.packed);
			for (size_t i = 0; i < plan.products; i++) {
				struct product *product = &plan.product[i];

				product->layout = plan.layout;
				product->sink.dst = a->diff_src + n * product->sink.image +
				    g * in_channels * product->sink.channel;
				product_run(product, plan.packed);
			}
		}
	}
	return 0;
}

/* -- the weights' gradient ---------------------------------------------------------------------- */

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

static void outer_run(const struct outer_job *j)
{
	int64_t across = flat_kernels_get()->channels, along = flat_kernels_get()->taps;
	int64_t rows = (j->channels + across - 1) / across, tiles = rows * ((j->taps + along - 1) / along);
	double work = (double)j->positions * (double)j->channels * (double)j->taps;

	(void)work;
#pragma omp parallel for schedule(dynamic) if (work > FLAT_PARALLEL)
	for (int64_t i = 0; i < tiles; i++) {
		for (int64_t from = 0; from < j->positions; from += OUTER_CHUNK)
			outer_tile(j, i % rows * across, i / rows * along, from,
			    at_most(OUTER_CHUNK, j->positions - from));
	}
}

/* The sum of each channel's gradients, in sixteen lanes. */
static void bias_gradient(const struct conv_shape *s, const float *diff_dst, float *diff_bias)
{
	int64_t windows = volume(s->out);

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
	*source = (struct flat_source){.channel = volume(s->out), .image = s->out_channels * volume(s->out),
	    .stride = {1, 1, 1}, .residues = {no_residue, no_residue, no_residue}, .phases = {1, 1, 1}};
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
	memset(a->diff_weights, 0, (size_t)(s->groups * group_weights(s)) * sizeof(float));
	if (a->diff_bias)
		bias_gradient(s, a->diff_dst, a->diff_bias);
	for (int64_t n = 0; n < s->batch; n += most) {
		input.layout.images = diff_layout.images = at_most(most, s->batch - n);
		for (int64_t g = 0; g < s->groups; g++) {
			struct outer_job job = {&input, diff, diff_layout.channel, diff_layout.channels,
			    input.layout.channels * volume(s->kernel), whole_vectors(positions(&input.layout, s->out)),
			    a->diff_weights + g * group_weights(s)};

			input_plan_pack(&input, a->src, n, g);
			diff_source.src = a->diff_dst + n * diff_source.image +
			    g * diff_layout.channels * diff_source.channel;
			pack_all(&diff_layout, &diff_source, diff);
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
	case CONV_PASS_BACKWARD_DATA: return backward_data(s, a, scratch);
	case CONV_PASS_BACKWARD_WEIGHTS: return backward_weights(s, a, scratch);
	}
	BUG("pass %d", pass);
}

const struct conv_impl conv_impl_flat = {"flat", accepts, run};
