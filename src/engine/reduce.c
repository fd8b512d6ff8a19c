// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Reductions: which dimensions, which dtype, and the walk over the results. Each result's elements
 * are one row: as they lie where that is possible, else gathered into a buffer. Softmax and running
 * sums, which work along lines too, are in reduce_line.c.
 */
#include "config.h"

#include "engine/reduce.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/cancel.h"
#include "engine/index.h"
#include "engine/reduce_internal.h"
#include "engine/strided.h"

static const char *const names[] = {
#define REDUCE_ENTRY(name, text) text,
    REDUCE_TABLE(REDUCE_ENTRY)
#undef REDUCE_ENTRY
};

const char *reduce_op_name(enum reduce_op op)
{
	return names[op];
}

int reduce_op_find(const char *name)
{
	static const struct {
		const char *name;
		enum reduce_op op;
	} aliases[] = {{"amax", REDUCE_MAX}, {"amin", REDUCE_MIN}};

	for (int i = 0; i < REDUCE_COUNT; i++) {
		if (strcmp(names[i], name) == 0)
			return i;
	}
	for (size_t i = 0; i < ARRAY_LEN(aliases); i++) {
		if (strcmp(aliases[i].name, name) == 0)
			return (int)aliases[i].op;
	}
	return -1;
}

int reduce_dim(int dim, int ndim, int *ret, struct diag *diag)
{
	int range = ndim > 0 ? ndim : 1; // a scalar accepts 0 and -1

	if (dim < -range || dim >= range)
		return diag_set(diag, ERR_RANGE,
		    "dimension %d is out of range: %d to %d are possible for %d dimension%s", dim,
		    -range, range - 1, ndim, ndim == 1 ? "" : "s");
	*ret = dim < 0 ? dim + range : dim;
	return 0;
}

/* The dimensions of a tensor in two parts: those that remain and those that are reduced. */
struct split {
	struct tensor kept, reduced; // views of the source, not counted
	int ndim;                    // of the result
	int64_t shape[TENSOR_MAX_DIMS];
};

static void add_dim(struct tensor *part, const struct tensor *src, int dim)
{
	part->shape[part->ndim] = src->shape[dim];
	part->stride[part->ndim++] = src->stride[dim];
}

static int split_dims(
    const struct reduce_spec *spec, const struct tensor *src, struct split *ret, struct diag *diag)
{
	bool reduced[TENSOR_MAX_DIMS + 1] = {false};
	int dim, err;

	for (int i = 0; i < spec->count; i++) {
		err = reduce_dim(spec->dims[i], src->ndim, &dim, diag);
		if (err < 0)
			return err;
		if (reduced[dim])
			return diag_set(diag, ERR_SHAPE, "dimension %d is named twice", dim);
		reduced[dim] = true;
	}
	ret->kept = ret->reduced = (struct tensor){.dtype = src->dtype, .data = src->data};
	ret->ndim = 0;
	for (int d = 0; d < src->ndim; d++) {
		bool gone = reduced[d] || spec->count == 0;

		add_dim(gone ? &ret->reduced : &ret->kept, src, d);
		if (!gone || spec->keepdim)
			ret->shape[ret->ndim++] = gone ? 1 : src->shape[d];
	}
	return 0;
}

/* Copies the elements of a loop, row by row, into `buffer`. */
static void gather(struct strided loop, char *at, char *buffer)
{
	loop.at[0] = at;
	do {
		for (int64_t i = 0; i < loop.row; i++, buffer += loop.size[0])
			memcpy(buffer, loop.at[0] + i * loop.step[0] * loop.size[0],
			    (size_t)loop.size[0]);
	} while (strided_next(&loop));
}

static int run(
    const struct split *split, struct reduce_row *row, reduce_row_fn *fn, struct tensor *dst)
{
	struct strided inner, outer;
	size_t size = dtype_size(dst->dtype);
	struct arena scratch = ARENA_INIT;
	char *buffer = NULL, *to = dst->data;
	bool direct;

	strided_init(&inner, split->reduced.ndim, split->reduced.shape);
	strided_add(&inner, &split->reduced);
	strided_merge(&inner);
	row->n = (int64_t)tensor_count(&split->reduced);
	direct = inner.ndim == 0 || row->n == 0;
	row->step = direct ? inner.step[0] : 1;
	if (!direct && !(buffer = arena_alloc(&scratch, (size_t)row->n, (size_t)inner.size[0])))
		return ERR_NOMEM;
	strided_init(&outer, split->kept.ndim, split->kept.shape);
	strided_add(&outer, &split->kept);
	strided_merge(&outer);
	do {
		row->src = outer.at[0];
		if (direct && outer.step[0] == 1 &&
		    reduce__columns(dst->dtype, row, outer.row, to)) {
			to += outer.row * (int64_t)size;
			continue;
		}
		for (int64_t i = 0; i < outer.row; i++, to += size) {
			char *at = outer.at[0] + i * outer.step[0] * outer.size[0];

			if (!direct)
				gather(inner, at, buffer);
			row->src = direct ? at : buffer;
			fn(row, to);
			if (cancelled_at(i))
				break;
		}
	} while (strided_next(&outer));
	arena_release(&scratch);
	return 0;
}

/* In which dtype it is computed. */
static int pick_dtype(
    enum reduce_op op, enum world world, enum dtype dtype, enum dtype *ret, struct diag *diag)
{
	enum dtype result;

	*ret = dtype == DTYPE_BOOL ? DTYPE_I64 : dtype_wide(dtype);
	if (reduce__row(op, *ret, &result))
		return 0;
	if (world == WORLD_TORCH && op != REDUCE_NORM) {
		diag_set(diag, ERR_FORMAT, "the %s of a %s tensor is not a whole number", names[op],
		    dtype_name(dtype));
		diag_hint(diag, "convert it first, for example with .float()");
		return ERR_FORMAT;
	}
	*ret = promote_default_float(world);
	return 0;
}

static int check_extreme(enum reduce_op op, const struct split *split, struct diag *diag)
{
	bool extreme =
	    op == REDUCE_MAX || op == REDUCE_MIN || op == REDUCE_ARGMAX || op == REDUCE_ARGMIN;

	if (extreme && tensor_count(&split->reduced) == 0)
		return diag_set(diag, ERR_SHAPE, "the %s of no elements does not exist", names[op]);
	return 0;
}

/* Everything of a contiguous tensor: a single row. */
static int reduce_all(struct reduce_row *row, reduce_row_fn *fn, enum dtype dtype,
    const struct tensor *src, struct tensor **ret, struct diag *diag)
{
	int err = tensor_new_raw(dtype, 0, NULL, ret, diag);

	if (err < 0)
		return err;
	row->src = src->data;
	row->step = 1;
	row->n = (int64_t)tensor_count(src);
	fn(row, (*ret)->data);
	return 0;
}

static int reduce_in(const struct reduce_spec *spec, enum world world, const struct tensor *src,
    struct tensor **ret, struct diag *diag)
{
	struct reduce_row row = {.world = world, .spec = spec};
	enum dtype dtype;
	reduce_row_fn *fn = reduce__row(spec->op, src->dtype, &dtype);
	struct tensor *dst;
	struct split split;
	int err;

	if (spec->count == 0 && !spec->keepdim && tensor_count(src) > 0 &&
	    tensor_is_contiguous(src))
		return reduce_all(&row, fn, dtype, src, ret, diag);
	if ((err = split_dims(spec, src, &split, diag)) < 0 ||
	    (err = check_extreme(spec->op, &split, diag)) < 0 ||
	    (err = tensor_new_raw(dtype, split.ndim, split.shape, &dst, diag)) < 0)
		return err;
	if (tensor_count(dst) > 0)
		err = run(&split, &row, fn, dst);
	if (err < 0) {
		tensor_free(dst);
		return diag_set(diag, err, "no memory for a reduction");
	}
	*ret = dst;
	return 0;
}

int reduce_tensor(const struct reduce_spec *spec, enum world world, const struct tensor *src,
    struct tensor **ret, struct diag *diag)
{
	struct tensor *cast = NULL, *dst;
	enum dtype dtype;
	int err;

	if ((err = pick_dtype(spec->op, world, src->dtype, &dtype, diag)) < 0)
		return err;
	if (dtype != src->dtype) {
		err = tensor_cast(src, dtype, &cast, diag);
		if (err < 0)
			return err;
	}
	err = reduce_in(spec, world, cast ? cast : src, &dst, diag);
	tensor_free(cast);
	if (err < 0)
		return err;
	if (src->dtype != dst->dtype && (spec->op == REDUCE_MAX || spec->op == REDUCE_MIN)) {
		cast = dst;
		err = tensor_cast(cast, src->dtype, &dst, diag);
		tensor_free(cast);
		if (err < 0)
			return err;
	}
	*ret = dst;
	return 0;
}

static int drop_dim(struct tensor *tensor, int dim)
{
	for (int d = dim; d + 1 < tensor->ndim; d++) {
		tensor->shape[d] = tensor->shape[d + 1];
		tensor->stride[d] = tensor->stride[d + 1];
	}
	return tensor->ndim--;
}

int reduce_extreme(enum reduce_op op, const struct tensor *src, int dim, bool keepdim,
    struct tensor **ret_values, struct tensor **ret_indices, struct diag *diag)
{
	struct reduce_spec spec = {
	    .op = op == REDUCE_MAX ? REDUCE_ARGMAX : REDUCE_ARGMIN,
	    .count = 1,
	    .dims = {dim},
	    .keepdim = true,
	};
	struct tensor *indices, *values;
	int at, err;

	if ((err = reduce_dim(dim, src->ndim, &at, diag)) < 0 ||
	    (err = reduce_tensor(&spec, WORLD_TORCH, src, &indices, diag)) < 0)
		return err;
	if ((err = cancel_check(diag)) < 0 ||
	    (err = index_gather(src, at, indices, &values, diag)) < 0) {
		tensor_free(indices);
		return err;
	}
	if (!keepdim && src->ndim > 0) {
		drop_dim(values, at);
		drop_dim(indices, at);
	}
	*ret_values = values;
	*ret_indices = indices;
	return 0;
}

int reduce_to_shape(const struct tensor *src, int ndim, const int64_t *shape, struct tensor **ret,
    struct diag *diag)
{
	struct reduce_spec spec = {.op = REDUCE_SUM, .keepdim = true};
	int lead = src->ndim - ndim, err;
	struct tensor *sum;

	if (lead < 0) // a gradient given with fewer dimensions: it counts for every place
		return tensor_view_broadcast(src, ndim, shape, ret, diag);
	for (int d = 0; d < src->ndim; d++) {
		if (d < lead || (shape[d - lead] == 1 && src->shape[d] != 1))
			spec.dims[spec.count++] = d;
	}
	if (spec.count == 0) {
		*ret = tensor_share(src);
		return 0;
	}
	err = reduce_tensor(&spec, WORLD_TORCH, src, &sum, diag);
	if (err < 0)
		return err;
	err = tensor_view_reshape(sum, ndim, shape, ret, diag);
	tensor_free(sum);
	return err;
}
