// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Packing planes into flat arrays and storing what was computed from them.
 */
#include "config.h"

#include "engine/flat.h"

#include <string.h>

/* The elements q of [0, limit) with 0 <= q * stride + shift < size are [*from, *to). */
static void inside(int64_t size, int64_t stride, int64_t shift, int64_t limit, int64_t *from,
    int64_t *to)
{
	int64_t last = size - 1 - shift;

	*from = shift < 0 ? (-shift + stride - 1) / stride : 0;
	*to = last < 0 ? 0 : last / stride + 1;
	if (*to > limit)
		*to = limit;
	if (*from > *to)
		*from = *to;
}

/* How many zeros an axis begins and ends with at least, in all its phases: the smaller number. */
static int64_t common_zeros(const struct flat_source *s, int a, int64_t length)
{
	int64_t zeros = length, from, to;

	for (int64_t p = 0; p < s->phases[a]; p++) {
		inside(
		    s->size[a], s->stride[a], s->residues[a][p] - s->before[a], length, &from, &to);
		zeros = from < zeros ? from : zeros;
		zeros = length - to < zeros ? length - to : zeros;
	}
	return zeros;
}

void flat_layout_init(struct flat_layout *l, const struct flat_source *s, const int64_t count[3])
{
	int64_t zeros[3];

	for (int a = 0; a < 3; a++) {
		int64_t reach = l->size[a] - count[a];

		zeros[a] = common_zeros(s, a, l->size[a]);
		zeros[a] = zeros[a] < reach ? zeros[a] : reach;
		l->size[a] -= zeros[a];
	}
	l->plane = l->images * l->size[0] * l->size[1] * l->size[2];
	l->plane = (l->plane + FLAT_LANES - 1) / FLAT_LANES * FLAT_LANES;
	l->channel = l->phases * l->plane;
	l->tail = (zeros[0] * l->size[1] + zeros[1]) * l->size[2] + zeros[2] + 2 * FLAT_LANES;
}

int64_t flat_floats(const struct flat_layout *l)
{
	return l->channels * l->channel + l->tail;
}

static void pack_row(const float *src, int64_t stride, int64_t from, int64_t to, int64_t width,
    float *dst)
{
	memset(dst, 0, (size_t)from * sizeof(*dst));
	if (stride == 1) {
		memcpy(dst + from, src + from, (size_t)(to - from) * sizeof(*dst));
	} else {
		for (int64_t q = from; q < to; q++)
			dst[q] = src[q * stride];
	}
	memset(dst + to, 0, (size_t)(width - to) * sizeof(*dst));
}

/* One plane of one image: src [size], dst [layout size]; shift is p - before of each axis. */
static void pack_plane(const struct flat_layout *l, const struct flat_source *s, const float *src,
    const int64_t shift[3], float *dst)
{
	int64_t from[3], to[3];

	for (int a = 0; a < 3; a++)
		inside(s->size[a], s->stride[a], shift[a], l->size[a], &from[a], &to[a]);
	for (int64_t z = 0; z < l->size[0]; z++) {
		for (int64_t y = 0; y < l->size[1]; y++, dst += l->size[2]) {
			if (z < from[0] || z >= to[0] || y < from[1] || y >= to[1] ||
			    from[2] == to[2]) {
				memset(dst, 0, (size_t)l->size[2] * sizeof(*dst));
				continue;
			}
			int64_t d = z * s->stride[0] + shift[0], h = y * s->stride[1] + shift[1];

			pack_row(src + (d * s->size[1] + h) * s->size[2] + shift[2], s->stride[2],
			    from[2], to[2], l->size[2], dst);
		}
	}
}

/* All images of one channel in one phase. */
static void pack_phase(const struct flat_layout *l, const struct flat_source *s, int64_t channel,
    const int64_t shift[3], float *dst)
{
	int64_t one = l->size[0] * l->size[1] * l->size[2];

	for (int64_t n = 0; n < l->images; n++)
		pack_plane(
		    l, s, s->src + n * s->image + channel * s->channel, shift, dst + n * one);
	memset(dst + l->images * one, 0, (size_t)(l->plane - l->images * one) * sizeof(*dst));
}

void flat_pack(const struct flat_layout *l, const struct flat_source *s, int64_t from, int64_t to,
    float *packed)
{
	int64_t phase[3];

	for (int64_t c = from; c < to; c++) {
		float *dst = packed + c * l->channel;

		for (phase[0] = 0; phase[0] < s->phases[0]; phase[0]++) {
			for (phase[1] = 0; phase[1] < s->phases[1]; phase[1]++) {
				for (phase[2] = 0; phase[2] < s->phases[2]; phase[2]++) {
					int64_t shift[3];

					for (int a = 0; a < 3; a++)
						shift[a] = s->residues[a][phase[a]] - s->before[a];
					pack_phase(l, s, c, shift, dst);
					dst += l->plane;
				}
			}
		}
	}
	if (to == l->channels)
		memset(packed + l->channels * l->channel, 0, (size_t)l->tail * sizeof(*packed));
}

static void store_row(
    float *restrict dst, int64_t stride, const float *restrict values, int64_t count, float bias)
{
	int64_t q = 0;

	for (; stride == 1 && q + 8 <= count; q += 8) {
		for (int i = 0; i < 8; i++) // compilers make vectors of a known number
			dst[q + i] = values[q + i] + bias;
	}
	for (; q < count; q++)
		dst[q * stride] = values[q] + bias;
}

void flat_sink_init(struct flat_sink *s)
{
	for (int a = 0; a < 3; a++)
		inside(s->size[a], s->stride[a], s->shift[a], s->count[a], &s->from[a], &s->to[a]);
}

/* A place in the flat array: image, plane, row, element. */
struct place {
	int64_t image, z, y, x;
};

/* Stores `count` positions from `at` on, all of one row. */
static void store_part(const struct flat_sink *s, int64_t channel, const struct place *at,
    int64_t count, const float *values)
{
	int64_t from = at->x > s->from[2] ? at->x : s->from[2];
	int64_t to = at->x + count < s->to[2] ? at->x + count : s->to[2];
	int64_t d = at->z * s->stride[0] + s->shift[0], h = at->y * s->stride[1] + s->shift[1];

	if (at->z < s->from[0] || at->z >= s->to[0] || at->y < s->from[1] || at->y >= s->to[1] ||
	    from >= to)
		return;
	store_row(s->dst + at->image * s->image + channel * s->channel +
		      (d * s->size[1] + h) * s->size[2] + from * s->stride[2] + s->shift[2],
	    s->stride[2], values + from - at->x, to - from, s->bias ? s->bias[channel] : 0);
}

static void next_row(const struct flat_layout *l, struct place *at)
{
	at->x = 0;
	if (++at->y < l->size[1])
		return;
	at->y = 0;
	if (++at->z < l->size[0])
		return;
	at->z = 0;
	at->image++;
}

void flat_store(const struct flat_layout *l, const struct flat_sink *s, int64_t channel,
    int64_t from, int64_t to, const float *values)
{
	int64_t row = from / l->size[2];
	struct place at = {row / l->size[1] / l->size[0], row / l->size[1] % l->size[0],
	    row % l->size[1], from % l->size[2]};

	while (from < to) {
		int64_t count = l->size[2] - at.x;

		if (count > to - from)
			count = to - from;
		store_part(s, channel, &at, count, values);
		values += count;
		from += count;
		next_row(l, &at);
	}
}
