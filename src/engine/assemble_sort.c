// SPDX-License-Identifier: GPL-3.0-or-later
/* Sorting along a dimension: a merge sort of places, so that equal elements keep their order. */
#include "config.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/cancel.h"
#include "engine/assemble.h"
#include "engine/index.h"
#include "engine/reduce.h"
#include "engine/strided.h"

/* One line while it is sorted: its keys, and the places in their new order. */
struct line {
	int64_t n;
	bool descending;
	double *keys;	      // [n]; exact for every dtype but integers beyond 2^53
	int64_t *at, *scratch; // [n]
};

/* May the element at place a stand before the one at place b? NaN is the largest of all. */
static bool in_order(const struct line *line, int64_t a, int64_t b)
{
	double x = line->keys[a], y = line->keys[b];

	if (isnan(x) || isnan(y))
		return line->descending ? isnan(x) : isnan(y);
	return line->descending ? x >= y : x <= y;
}

static void merge(struct line *line, int64_t from, int64_t middle, int64_t to)
{
	int64_t a = from, b = middle;

	for (int64_t i = from; i < to; i++) {
		bool left = b == to || (a < middle && in_order(line, line->at[a], line->at[b]));

		if (cancelled_at(i))
			return;
		line->scratch[i] = line->at[left ? a++ : b++];
	}
	memcpy(line->at + from, line->scratch + from, (size_t)(to - from) * sizeof(*line->at));
}

static void sort_line(struct line *line)
{
	for (int64_t i = 0; i < line->n; i++)
		line->at[i] = i;
	for (int64_t width = 1; width < line->n; width *= 2) {
		for (int64_t from = 0; from + width < line->n; from += 2 * width) {
			int64_t to = from + 2 * width < line->n ? from + 2 * width : line->n;

			if (cancelled_at(from / (2 * width)))
				return;
			merge(line, from, from + width, to);
		}
	}
}

/* indices[...][i][...] = the place of the i-th smallest; `indices` is contiguous, of src's shape.
 */
static void sort_places(
    const struct tensor *src, int dim, struct line *line, struct tensor *indices)
{
	struct tensor from = *src, to = *indices;
	int64_t size = (int64_t)dtype_size(src->dtype);
	int64_t step = src->ndim ? src->stride[dim] * size : size;
	int64_t to_step = src->ndim ? indices->stride[dim] : 1;
	struct strided loop;

	if (src->ndim)
		from.shape[dim] = to.shape[dim] = 1;
	strided_init(&loop, from.ndim, from.shape);
	strided_add(&loop, &from);
	strided_add(&loop, &to);
	strided_merge(&loop);
	do {
		for (int64_t r = 0; r < loop.row; r++) {
			const char *in = loop.at[0] + r * loop.step[0] * size;
			int64_t *out = (int64_t *)loop.at[1] + r * loop.step[1];

			for (int64_t i = 0; i < line->n; i++)
				line->keys[i] = dtype_read(src->dtype, in + i * step);
			sort_line(line);
			for (int64_t i = 0; i < line->n; i++)
				out[i * to_step] = line->at[i];
		}
	} while (strided_next(&loop));
}

int assemble_sort(const struct tensor *src, int dim, bool descending, struct tensor **ret_values,
    struct tensor **ret_indices, struct diag *diag)
{
	struct line line = {.descending = descending};
	struct arena scratch = ARENA_INIT;
	struct tensor *indices;
	int at, err;

	if ((err = reduce_dim(dim, src->ndim, &at, diag)) < 0 ||
	    (err = tensor_new_raw(DTYPE_I64, src->ndim, src->shape, &indices, diag)) < 0)
		return err;
	line.n = src->ndim ? src->shape[at] : 1;
	line.keys = arena_alloc(&scratch, (size_t)line.n, sizeof(*line.keys));
	line.at = arena_alloc(&scratch, (size_t)line.n, 2 * sizeof(*line.at));
	if (!line.keys || !line.at) {
		err = diag_set(diag, ERR_NOMEM, "no memory to sort");
	} else {
		line.scratch = line.at + line.n;
		if (tensor_count(src) > 0)
			sort_places(src, at, &line, indices);
		err = cancel_check(diag);
		if (err == 0)
			err = index_gather(src, at, indices, ret_values, diag);
	}
	arena_release(&scratch);
	if (err == 0 && ret_indices)
		*ret_indices = indices;
	else
		tensor_free(indices);
	return err;
}
