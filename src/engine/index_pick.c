// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Elements chosen by integer tensors: x[rows], x[rows, cols], gather, scatter, and what is counted
 * along with them: nonzero and one-hot.
 *
 * The index tensors, broadcast together to a shape B, name an offset into the source for each place
 * of B; the result has B in place of the indexed dimensions (in front, where those are not side by
 * side).
 */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/cancel.h"
#include "engine/elementwise.h"
#include "engine/index_internal.h"
#include "engine/reduce.h"
#include "engine/strided.h"

/* n elements between a dense or strided `mine` (the result or the value) and `theirs`. */
typedef void pair_fn(char *mine, int64_t my_step, char *theirs, int64_t step, int64_t n);

#define DEFINE_PAIR(name, type, statement)                                                         \
	static void name(char *mine, int64_t my_step, char *theirs, int64_t step, int64_t n)       \
	{                                                                                          \
		type *a = (type *)mine, *b = (type *)theirs;                                       \
                                                                                                   \
		for (int64_t i = 0; i < n; i++)                                                    \
			statement;                                                                 \
	}

#define GET a[i * my_step] = b[i * step]
#define SET b[i * step] = a[i * my_step]
#define ADD b[i * step] += a[i * my_step]
DEFINE_PAIR(get_1, uint8_t, GET)
DEFINE_PAIR(get_2, uint16_t, GET)
DEFINE_PAIR(get_4, uint32_t, GET)
DEFINE_PAIR(get_8, uint64_t, GET)
DEFINE_PAIR(set_1, uint8_t, SET)
DEFINE_PAIR(set_2, uint16_t, SET)
DEFINE_PAIR(set_4, uint32_t, SET)
DEFINE_PAIR(set_8, uint64_t, SET)
DEFINE_PAIR(add_F32, float, ADD)
DEFINE_PAIR(add_F64, double, ADD)
DEFINE_PAIR(add_I64, uint64_t, ADD)
DEFINE_PAIR(add_I32, uint32_t, ADD)
DEFINE_PAIR(add_I16, uint16_t, ADD)
DEFINE_PAIR(add_I8, uint8_t, ADD)
DEFINE_PAIR(add_U8, uint8_t, ADD)
DEFINE_PAIR(add_BOOL, uint8_t, b[i * step] |= a[i * my_step])

/* Getting and setting only moves bytes. */
static pair_fn *pair_of(enum index_mode mode, enum dtype dtype)
{
	static pair_fn *const moves[2][9] = {
	    [INDEX_MODE_GET] = {[1] = get_1, [2] = get_2, [4] = get_4, [8] = get_8},
	    [INDEX_MODE_SET] = {[1] = set_1, [2] = set_2, [4] = set_4, [8] = set_8},
	};
	static pair_fn *const adds[DTYPE_COUNT] = {
#define ADDS(name, text, type) [DTYPE_##name] = add_##name,
	    DTYPE_TABLE(ADDS)
#undef ADDS
	};

	return mode == INDEX_MODE_ADD ? adds[dtype] : moves[mode][dtype_size(dtype)];
}

/* offsets[places] += index * stride, for each place of the broadcast index tensors. */
static int add_offsets(const struct tensor *index, const struct tensor *shape, int dim,
    const struct tensor *view, int64_t *offsets, struct diag *diag)
{
	int64_t size = view->shape[dim], stride = view->stride[dim];
	struct strided loop;

	strided_init(&loop, shape->ndim, shape->shape);
	strided_add(&loop, index);
	strided_merge(&loop);
	do {
		const int64_t *row = (const int64_t *)loop.at[0];

		for (int64_t i = 0; i < loop.row; i++) {
			int64_t at = row[i * loop.step[0]];

			if (at < -size || at >= size)
				return diag_set(diag, ERR_RANGE,
				    "index %" PRId64
				    " is out of bounds for dimension %d with size %" PRId64,
				    at, dim, size);
			*offsets++ += (at < 0 ? at + size : at) * stride;
		}
	} while (strided_next(&loop));
	return 0;
}

/* The shapes of a pick. */
struct pick {
	struct tensor places; // the shape of B
	struct tensor rest;   // the view without the indexed dimensions
	int before;           // dimensions of `rest` in front of B
	int64_t *offsets;     // [count], into the view, in elements
	struct arena scratch; // holds them
	int64_t count;
};

static int broadcast_places(const struct index_plan *plan, struct tensor *ret, struct diag *diag)
{
	struct tensor sum = {.ndim = 0};
	int err;

	for (int i = 0; i < plan->count; i++) {
		struct tensor next = {.ndim = 0};

		err = elementwise_shape(&sum, plan->tensors[i], &next.ndim, next.shape, diag);
		if (err < 0)
			return err;
		sum = next;
	}
	*ret = sum;
	return 0;
}

static int pick_init(const struct index_plan *plan, struct pick *pick, struct diag *diag)
{
	const struct tensor *view = &plan->view;
	bool indexed[TENSOR_MAX_DIMS] = {false};
	int last = plan->dims[plan->count - 1], err;

	err = broadcast_places(plan, &pick->places, diag);
	if (err < 0)
		return err;
	pick->count = (int64_t)tensor_count(&pick->places);
	pick->offsets = arena_alloc(&pick->scratch, (size_t)pick->count, sizeof(*pick->offsets));
	if (!pick->offsets)
		return diag_set(diag, ERR_NOMEM, "no memory for an index");
	memset(pick->offsets, 0, (size_t)pick->count * sizeof(*pick->offsets));
	for (int i = 0; i < plan->count && err == 0 && pick->count > 0; i++)
		err = add_offsets(
		    plan->tensors[i], &pick->places, plan->dims[i], view, pick->offsets, diag);
	for (int i = 0; i < plan->count; i++)
		indexed[plan->dims[i]] = true;
	pick->rest = *view;
	pick->rest.ndim = 0;
	for (int d = 0; d < view->ndim; d++) {
		if (indexed[d])
			continue;
		pick->rest.shape[pick->rest.ndim] = view->shape[d];
		pick->rest.stride[pick->rest.ndim++] = view->stride[d];
	}
	pick->before = last - plan->dims[0] == plan->count - 1 ? plan->dims[0] : 0;
	if (err < 0)
		arena_release(&pick->scratch);
	return err;
}

static int pick_shape(const struct pick *pick, int *ret_ndim, int64_t *shape, struct diag *diag)
{
	const struct tensor *rest = &pick->rest, *places = &pick->places;
	int ndim = 0;

	if (rest->ndim + places->ndim > TENSOR_MAX_DIMS)
		return diag_set(
		    diag, ERR_RANGE, "a tensor has at most %d dimensions", TENSOR_MAX_DIMS);
	for (int d = 0; d < pick->before; d++)
		shape[ndim++] = rest->shape[d];
	for (int d = 0; d < places->ndim; d++)
		shape[ndim++] = places->shape[d];
	for (int d = pick->before; d < rest->ndim; d++)
		shape[ndim++] = rest->shape[d];
	*ret_ndim = ndim;
	return 0;
}

/* `mine` is contiguous, of the pick's shape. */
static void pick_run(const struct pick *pick, struct tensor *mine, pair_fn *fn)
{
	struct tensor outside = pick->rest;
	int64_t size = (int64_t)dtype_size(mine->dtype), place_step = 1, step;
	struct strided loop, walk;

	if (tensor_count(mine) == 0)
		return;
	outside.data = mine->data;
	for (int d = outside.ndim - 1; d >= pick->before; d--) {
		outside.stride[d] = place_step;
		place_step *= outside.shape[d];
	}
	step = place_step * pick->count;
	for (int d = pick->before - 1; d >= 0; d--) {
		outside.stride[d] = step;
		step *= outside.shape[d];
	}
	strided_init(&loop, outside.ndim, outside.shape);
	strided_add(&loop, &outside);
	strided_add(&loop, &pick->rest);
	strided_merge(&loop);
	for (int64_t i = 0; i < pick->count && !cancelled_at(i); i++) {
		walk = loop;
		walk.at[0] += i * place_step * size;
		walk.at[1] += pick->offsets[i] * size;
		do {
			fn(walk.at[0], walk.step[0], walk.at[1], walk.step[1], walk.row);
		} while (strided_next(&walk));
	}
}

/* `value` converted and broadcast to the shape, contiguous. */
static int spread_value(const struct tensor *value, const struct tensor *view, int ndim,
    const int64_t *shape, struct tensor **ret, struct diag *diag)
{
	int err = tensor_new_raw(view->dtype, ndim, shape, ret, diag);

	if (err < 0)
		return err;
	err = tensor_assign(*ret, value, diag);
	if (err < 0)
		tensor_free(*ret);
	return err;
}

int index__pick(const struct index_plan *plan, enum index_mode mode, const struct tensor *value,
    struct tensor **ret, struct diag *diag)
{
	int64_t shape[TENSOR_MAX_DIMS];
	struct tensor *mine;
	struct pick pick = {.scratch = ARENA_INIT};
	int ndim = 0, err;

	err = pick_init(plan, &pick, diag);
	if (err < 0)
		return err;
	err = pick_shape(&pick, &ndim, shape, diag);
	if (err == 0 && mode == INDEX_MODE_GET)
		err = tensor_new_raw(plan->view.dtype, ndim, shape, &mine, diag);
	else if (err == 0)
		err = spread_value(value, &plan->view, ndim, shape, &mine, diag);
	if (err == 0) {
		pick_run(&pick, mine, pair_of(mode, mine->dtype));
		if (mode == INDEX_MODE_GET)
			*ret = mine;
		else
			tensor_free(mine);
	}
	arena_release(&pick.scratch);
	return err;
}

/* gather and scatter: `mine` has the index's shape. */
struct lines {
	int dim;
	int64_t size, stride; // of the indexed dimension of the other tensor
	pair_fn *fn;
};

static int along_lines(const struct lines *lines, struct tensor *mine, const struct tensor *index,
    const struct tensor *other, struct diag *diag)
{
	struct tensor starts = *other;
	struct strided loop;

	if (tensor_count(index) == 0)
		return 0;
	for (int d = 0; d < starts.ndim; d++) {
		starts.shape[d] = index->shape[d];
		if (d == lines->dim)
			starts.stride[d] = 0;
	}
	strided_init(&loop, index->ndim, index->shape);
	strided_add(&loop, mine);
	strided_add(&loop, index);
	strided_add(&loop, &starts);
	strided_merge(&loop);
	do {
		const int64_t *row = (const int64_t *)loop.at[1];

		for (int64_t i = 0; i < loop.row; i++) {
			int64_t at = row[i * loop.step[1]];

			if (at < 0 || at >= lines->size)
				return diag_set(diag, ERR_RANGE,
				    "index %" PRId64
				    " is out of bounds for dimension %d with size %" PRId64,
				    at, lines->dim, lines->size);
			lines->fn(loop.at[0] + i * loop.step[0] * loop.size[0], 1,
			    loop.at[2] + (i * loop.step[2] + at * lines->stride) * loop.size[2], 1,
			    1);
		}
	} while (strided_next(&loop));
	return 0;
}

static int lines_init(struct lines *lines, const struct tensor *src, int dim,
    const struct tensor *index, struct diag *diag)
{
	int err = reduce_dim(dim, src->ndim, &lines->dim, diag);
	bool fits = index->ndim == src->ndim;

	if (err < 0)
		return err;
	if (index->dtype != DTYPE_I64)
		return diag_set(
		    diag, ERR_FORMAT, "the index must be int64, not %s", dtype_name(index->dtype));
	for (int d = 0; fits && d < src->ndim; d++)
		fits = d == lines->dim || index->shape[d] <= src->shape[d];
	if (!fits)
		return diag_set(diag, ERR_SHAPE,
		    "the index must have the dimensions of the tensor, and be no larger but along "
		    "%d",
		    lines->dim);
	lines->size = src->ndim ? src->shape[lines->dim] : 1;
	lines->stride = src->ndim ? src->stride[lines->dim] : 0;
	return 0;
}

int index_gather(const struct tensor *src, int dim, const struct tensor *index, struct tensor **ret,
    struct diag *diag)
{
	struct tensor *dst;
	struct lines lines;
	int err;

	if ((err = lines_init(&lines, src, dim, index, diag)) < 0 ||
	    (err = tensor_new_raw(src->dtype, index->ndim, index->shape, &dst, diag)) < 0)
		return err;
	lines.fn = pair_of(INDEX_MODE_GET, src->dtype);
	err = along_lines(&lines, dst, index, src, diag);
	if (err < 0)
		tensor_free(dst);
	else
		*ret = dst;
	return err;
}

int index_scatter(struct tensor *dst, int dim, const struct tensor *index,
    const struct tensor *value, bool add, struct diag *diag)
{
	struct tensor *mine;
	struct lines lines;
	int err;

	if ((err = lines_init(&lines, dst, dim, index, diag)) < 0 ||
	    (err = spread_value(value, dst, index->ndim, index->shape, &mine, diag)) < 0)
		return err;
	lines.fn = pair_of(add ? INDEX_MODE_ADD : INDEX_MODE_SET, dst->dtype);
	err = along_lines(&lines, mine, index, dst, diag);
	tensor_free(mine);
	return err;
}

int index_nonzero(const struct tensor *src, struct tensor **ret, struct diag *diag)
{
	struct tensor *flags, *dst;
	int64_t shape[2] = {0, src->ndim}, index[TENSOR_MAX_DIMS] = {0}, *to;
	size_t count = tensor_count(src);
	const uint8_t *flag;
	int err;

	err = tensor_cast(src, DTYPE_BOOL, &flags, diag);
	if (err < 0)
		return err;
	flag = flags->data;
	for (size_t i = 0; i < count; i++)
		shape[0] += flag[i];
	err = tensor_new_raw(DTYPE_I64, 2, shape, &dst, diag);
	if (err == 0) {
		to = dst->data;
		for (size_t i = 0; i < count; i++) {
			for (int d = 0; d < src->ndim && flag[i]; d++)
				*to++ = index[d];
			for (int d = src->ndim - 1; d >= 0 && ++index[d] == src->shape[d]; d--)
				index[d] = 0;
		}
		*ret = dst;
	}
	tensor_free(flags);
	return err;
}

int index_one_hot(
    const struct tensor *labels, int64_t classes, struct tensor **ret, struct diag *diag)
{
	struct tensor *dense, *dst;
	int64_t shape[TENSOR_MAX_DIMS], top = -1, low = 0;
	size_t count = tensor_count(labels);
	const int64_t *label;
	int err;

	if (labels->ndim == TENSOR_MAX_DIMS || labels->dtype != DTYPE_I64)
		return diag_set(diag, ERR_FORMAT,
		    "one_hot needs int64 labels of at most %d dimensions", TENSOR_MAX_DIMS - 1);
	err = tensor_copy(labels, &dense, diag);
	if (err < 0)
		return err;
	label = dense->data;
	for (size_t i = 0; i < count; i++) {
		top = label[i] > top ? label[i] : top;
		low = label[i] < low ? label[i] : low;
	}
	classes = classes < 0 ? top + 1 : classes;
	memcpy(shape, labels->shape, sizeof(shape));
	shape[labels->ndim] = classes;
	if (low < 0 || top >= classes)
		err =
		    diag_set(diag, ERR_SHAPE, "label %" PRId64 " is not one of %" PRId64 " classes",
			low < 0 ? low : top, classes);
	else
		err = tensor_new(DTYPE_I64, labels->ndim + 1, shape, &dst, diag);
	for (size_t i = 0; i < count && err == 0; i++)
		((int64_t *)dst->data)[(int64_t)i * classes + label[i]] = 1;
	tensor_free(dense);
	if (err == 0)
		*ret = dst;
	return err;
}
