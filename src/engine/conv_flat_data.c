// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The input's gradient by flat arrays. With a stride, the input's columns x fall into phases x %
 * stride; each phase takes only from the taps that reach it, and is a flat convolution of the
 * outputs' gradient: no zero is multiplied.
 */
#include "config.h"

#include <string.h>

#include "engine/conv_flat.h"
#include "engine/flat_product.h"

static int64_t at_most(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t no_residue[1] = {0};

/*
 * Along an axis, input x = stride * q + p - before takes from output o = q - step[k] for every tap
 * k of phase p. q counts from `first`; the packed outputs begin with a border of zeros.
 */
struct diff_axis {
	int64_t first, border, count;
};

struct diff_plan {
	struct conv_taps axis[3];
	struct diff_axis diff[3];
	struct flat_layout layout;
	struct flat_source source;
	float *packed;
	size_t products;
	struct flat_product *product; // one for each phase of the input that a tap reaches
};

static void diff_axis_init(struct diff_axis *d, const struct conv_shape *s, int a)
{
	int64_t reach = (s->kernel[a] - 1) * s->dilation[a] / s->stride[a];

	d->first = s->before[a] / s->stride[a];
	d->border = reach > d->first ? reach - d->first : 0;
	d->count = (s->in[a] - 1 + s->before[a]) / s->stride[a] - d->first + 1;
}

static size_t taps_in_phase(const struct conv_taps *t, int64_t kernel, int64_t phase)
{
	size_t count = 0;

	for (int64_t k = 0; k < kernel; k++)
		count += t->phase[k] == phase;
	return count;
}

/* Along an axis: does tap k belong to the phase, and where does it read in the packed outputs? */
static bool in_phase(const struct diff_plan *p, int axis, int64_t k, int64_t phase)
{
	return p->axis[axis].phase[k] == phase;
}

static int64_t reads_at(const struct diff_plan *p, int axis, int64_t k)
{
	return p->diff[axis].first + p->diff[axis].border - p->axis[axis].step[k];
}

/* A phase's taps in row (z, y) of output channel c's kernel; returns how many there are by now. */
static size_t diff_row(const struct diff_plan *p, const struct conv_shape *s, const int64_t at[3],
    int64_t phase, struct flat_product *product, size_t t)
{
	const struct flat_layout *l = &p->layout;
	int64_t row = (reads_at(p, 0, at[1]) * l->size[1] + reads_at(p, 1, at[2])) * l->size[2];
	int64_t slices = s->in_channels / s->groups * s->kernel[0];
	int64_t weight = ((at[0] * slices + at[1]) * s->kernel[1] + at[2]) * s->kernel[2];

	for (int64_t x = 0; x < s->kernel[2]; x++) {
		if (!in_phase(p, 2, x, phase))
			continue;
		product->offsets[t] = at[0] * l->channel + row + reads_at(p, 2, x);
		product->weight_at[t++] = (size_t)(weight + x);
	}
	return t;
}

/*
 * The taps of a phase, for every output channel: offsets in the packed outputs, places of weights.
 */
static void diff_taps(const struct diff_plan *p, const struct conv_shape *s, const int64_t phase[3],
    struct flat_product *product)
{
	int64_t at[3]; // output channel, z, y
	size_t t = 0;

	for (at[0] = 0; at[0] < p->layout.channels; at[0]++) {
		for (at[1] = 0; at[1] < s->kernel[0]; at[1]++) {
			for (at[2] = 0; at[2] < s->kernel[1]; at[2]++) {
				if (in_phase(p, 0, at[1], phase[0]) &&
				    in_phase(p, 1, at[2], phase[1]))
					t = diff_row(p, s, at, phase[2], product, t);
			}
		}
	}
}

static int diff_product_init(struct diff_plan *p, const struct conv_shape *s,
    const int64_t phase[3], struct flat_product *product, struct arena *scratch)
{
	size_t taps = (size_t)p->layout.channels;

	for (int a = 0; a < 3; a++)
		taps *= taps_in_phase(&p->axis[a], s->kernel[a], phase[a]);
	if (flat_product_alloc(product, s->in_channels / s->groups, taps, scratch) < 0)
		return ERR_NOMEM;
	product->weight_step = (size_t)conv_volume(s->kernel);
	diff_taps(p, s, phase, product);
	product->sink = (struct flat_sink){
	    .image = s->in_channels * conv_volume(s->in), .channel = conv_volume(s->in)};
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

static int diff_products_init(
    struct diff_plan *p, const struct conv_shape *s, struct arena *scratch)
{
	int64_t sizes[3] = {p->axis[0].phases, p->axis[1].phases, p->axis[2].phases};

	p->products = (size_t)conv_volume(sizes);
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

static int diff_plan_init(struct diff_plan *p, const struct conv_shape *s, struct arena *scratch)
{
	struct flat_layout *l = &p->layout;
	int64_t count[3];

	*l = (struct flat_layout){.channels = s->out_channels / s->groups, .phases = 1};
	p->source = (struct flat_source){
	    .channel = conv_volume(s->out), .image = s->out_channels * conv_volume(s->out)};
	for (int a = 0; a < 3; a++) {
		if (conv_taps_init(&p->axis[a], s, a, scratch) < 0)
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
	l->images = conv_images_at_once(s, l);
	flat_layout_init(l, &p->source, count);
	p->packed = arena_alloc(scratch, (size_t)flat_floats(l), sizeof(*p->packed));
	return p->packed ? diff_products_init(p, s, scratch) : ERR_NOMEM;
}

int conv_flat_backward_data(
    const struct conv_shape *s, const struct conv_arrays *a, struct arena *scratch)
{
	int64_t in_channels = s->in_channels / s->groups, most;
	struct diff_plan plan;

	if (diff_plan_init(&plan, s, scratch) < 0)
		return ERR_NOMEM;
	most = plan.layout.images;
	memset(a->diff_src, 0,
	    (size_t)(s->batch * s->in_channels * conv_volume(s->in)) * sizeof(float));
	for (int64_t g = 0; g < s->groups; g++) {
		for (size_t i = 0; i < plan.products; i++)
			flat_product_set_weights(
			    &plan.product[i], a->weights + g * conv_group_weights(s));
		for (int64_t n = 0; n < s->batch; n += most) {
			plan.layout.images = at_most(most, s->batch - n);
			plan.source.src = a->diff_dst + n * plan.source.image +
			    g * plan.layout.channels * plan.source.channel;
			flat_pack_all(&plan.layout, &plan.source, plan.packed);
			for (size_t i = 0; i < plan.products; i++) {
				struct flat_product *product = &plan.product[i];

				product->layout = plan.layout;
				product->sink.dst = a->diff_src + n * product->sink.image +
				    g * in_channels * product->sink.channel;
				flat_product_run(product, plan.packed);
			}
		}
	}
	return 0;
}
