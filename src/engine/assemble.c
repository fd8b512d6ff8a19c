// SPDX-License-Identifier: GPL-3.0-or-later
/* Tensors from numbers, and tensors from pieces of others. Padding and sorting have their own
 * files. */
#include "config.h"

#include "engine/assemble.h"

#include <math.h>
#include <string.h>

#include "base/cancel.h"
#include "engine/index.h"
#include "engine/reduce.h"

int assemble_full(enum dtype dtype, int ndim, const int64_t *shape, double value,
    struct tensor **ret, struct diag *diag)
{
	int err = tensor_new_raw(dtype, ndim, shape, ret, diag);

	if (err == 0)
		tensor_fill(*ret, value);
	return err;
}

/* dst[i] = start + i * step, in double, exact for integers. */
static void fill_range(struct tensor *dst, double start, double step)
{
	size_t count = tensor_count(dst);

	for (size_t i = 0; i < count && !cancelled_at((int64_t)i); i++) {
		dtype_write(dst->dtype, (char *)dst->data + i * dtype_size(dst->dtype),
		    start + (double)i * step);
	}
}

int assemble_arange(enum dtype dtype, double start, double stop, double step, struct tensor **ret,
    struct diag *diag)
{
	double count;
	int64_t shape[1];
	int err;

	if (!(fabs(step) > 0) || !isfinite(start) || !isfinite(stop)) {
		diag_set(diag, ERR_SHAPE, "arange needs finite ends and a step that is not 0");
		diag_hint(diag, "arange(stop), arange(start, stop) or arange(start, stop, step)");
		return ERR_SHAPE;
	}
	count = ceil((stop - start) / step);
	if (count > 0x1p62)
		return diag_set(diag, ERR_SHAPE, "arange of %.4g elements is too long", count);
	shape[0] = count > 0 ? (int64_t)count : 0;
	err = tensor_new_raw(dtype, 1, shape, ret, diag);
	if (err == 0)
		fill_range(*ret, start, step);
	return err;
}

/* Counted from the nearer end, so that both ends are exact. */
int assemble_linspace(enum dtype dtype, double start, double stop, int64_t count,
    struct tensor **ret, struct diag *diag)
{
	double step = count > 1 ? (stop - start) / (double)(count - 1) : 0;
	struct tensor *dst;
	int err;

	if (count < 0)
		return diag_set(
		    diag, ERR_SHAPE, "linspace cannot make %lld elements", (long long)count);
	err = tensor_new_raw(dtype, 1, &count, &dst, diag);
	if (err < 0)
		return err;
	fill_range(dst, start, step);
	for (int64_t i = count / 2; i < count && count > 1; i++)
		tensor_set_at(dst, &i, stop - step * (double)(count - 1 - i));
	*ret = dst;
	return 0;
}

int assemble_eye(enum dtype dtype, int64_t rows, int64_t cols, struct tensor **ret,
    struct diag *diag)
{
	int64_t shape[2] = {rows, cols};
	int err = tensor_new(dtype, 2, shape, ret, diag);

	for (int64_t i = 0; err == 0 && i < rows && i < cols; i++)
		tensor_set_int_at(*ret, (int64_t[]){i, i}, 1);
	return err;
}

static double random_number(struct rng *rng, enum fill_kind kind, double a, double b)
{
	switch (kind) {
	case FILL_KIND_UNIFORM: return a + (b - a) * rng_float(rng);
	case FILL_KIND_NORMAL: return a + b * rng_normal(rng);
	case FILL_KIND_INTEGERS: return a + (b > a ? (double)rng_below(rng, (uint64_t)(b - a)) : 0);
	case FILL_KIND_BERNOULLI: return rng_float(rng) < a;
	}
	BUG("fill kind %d", kind);
}

void assemble_random(struct tensor *dst, struct rng *rng, enum fill_kind kind, double a, double b)
{
	int64_t index[TENSOR_MAX_DIMS] = {0};
	size_t count = tensor_count(dst);

	if (dst->dtype == DTYPE_F32 && tensor_is_contiguous(dst)) {
		for (size_t i = 0; i < count && !cancelled_at((int64_t)i); i++)
			((float *)dst->data)[i] = (float)random_number(rng, kind, a, b);
		return;
	}
	for (size_t i = 0; i < count && !cancelled_at((int64_t)i); i++) {
		tensor_set_at(dst, index, random_number(rng, kind, a, b));
		for (int d = dst->ndim - 1; d >= 0 && ++index[d] == dst->shape[d]; d--)
			index[d] = 0;
	}
}

int assemble_permutation(int64_t n, struct rng *rng, struct tensor **ret, struct diag *diag)
{
	int64_t *items, swap;
	int err = tensor_new_raw(DTYPE_I64, 1, &n, ret, diag);

	if (err < 0)
		return err;
	items = (*ret)->data;
	for (int64_t i = 0; i < n; i++)
		items[i] = i;
	for (int64_t i = n - 1; i > 0 && !cancelled_at(i); i--) {
		int64_t j = (int64_t)rng_below(rng, (uint64_t)i + 1);

		swap = items[i];
		items[i] = items[j];
		items[j] = swap;
	}
	return 0;
}

/* PyTorch lets an empty vector stand among tensors of any shape. */
static bool is_empty_vector(const struct tensor *src)
{
	return src->ndim == 1 && src->shape[0] == 0;
}

static int check_joinable(const struct tensor *first, const struct tensor *next, int dim,
    struct diag *diag)
{
	char a[TENSOR_SHAPE_TEXT], b[TENSOR_SHAPE_TEXT];
	bool same = first->ndim == next->ndim;

	for (int d = 0; same && d < first->ndim; d++)
		same = d == dim || first->shape[d] == next->shape[d];
	if (same)
		return 0;
	diag_set(diag, ERR_SHAPE, "shapes %s and %s cannot be joined along dimension %d",
	    tensor_shape_text(first->ndim, first->shape, a),
	    tensor_shape_text(next->ndim, next->shape, b), dim);
	diag_hint(diag, "they may differ along that dimension only");
	return ERR_SHAPE;
}

int assemble_cat(const struct tensor *const *src, size_t count, int dim, struct tensor **ret,
    struct diag *diag)
{
	struct tensor *dst, part;
	const struct tensor *first;
	int64_t shape[TENSOR_MAX_DIMS];
	int at, err = 0;

	if (count == 0)
		return diag_set(diag, ERR_SHAPE, "there is nothing to join");
	first = src[0];
	for (size_t i = 0; i < count && is_empty_vector(first); i++)
		first = src[i];
	if (first->ndim == 0) {
		diag_set(diag, ERR_SHAPE, "tensors without dimensions cannot be concatenated");
		diag_hint(diag, "stack makes a vector of them");
		return ERR_SHAPE;
	}
	if ((err = reduce_dim(dim, first->ndim, &at, diag)) < 0)
		return err;
	memcpy(shape, first->shape, sizeof(shape));
	shape[at] = 0;
	for (size_t i = 0; i < count; i++) {
		if (is_empty_vector(src[i]))
			continue;
		if ((err = check_joinable(first, src[i], at, diag)) < 0)
			return err;
		shape[at] += src[i]->shape[at];
	}
	if ((err = tensor_new_raw(first->dtype, first->ndim, shape, &dst, diag)) < 0)
		return err;
	part = *dst;
	for (size_t i = 0; i < count && err == 0; i++) {
		if (is_empty_vector(src[i]))
			continue;
		part.shape[at] = src[i]->shape[at];
		err = tensor_assign(&part, src[i], diag);
		part.data = (char *)part.data +
		    part.shape[at] * dst->stride[at] * (int64_t)dtype_size(dst->dtype);
	}
	if (err < 0)
		tensor_free(dst);
	else
		*ret = dst;
	return err;
}

int assemble_stack(const struct tensor *const *src, size_t count, int dim, struct tensor **ret,
    struct diag *diag)
{
	struct tensor *dst, part;
	int64_t shape[TENSOR_MAX_DIMS];
	int at, err = 0;

	if (count == 0)
		return diag_set(diag, ERR_SHAPE, "there is nothing to stack");
	if (src[0]->ndim == TENSOR_MAX_DIMS)
		return diag_set(
		    diag, ERR_RANGE, "a tensor has at most %d dimensions", TENSOR_MAX_DIMS);
	if ((err = reduce_dim(dim, src[0]->ndim + 1, &at, diag)) < 0)
		return err;
	for (int d = 0; d <= src[0]->ndim; d++)
		shape[d] = d == at ? (int64_t)count : src[0]->shape[d > at ? d - 1 : d];
	for (size_t i = 1; i < count; i++) {
		if ((err = check_joinable(src[0], src[i], -1, diag)) < 0)
			return err;
	}
	if ((err = tensor_new_raw(src[0]->dtype, src[0]->ndim + 1, shape, &dst, diag)) < 0)
		return err;
	part = *dst;
	part.ndim--;
	for (int d = at; d < part.ndim; d++) {
		part.shape[d] = dst->shape[d + 1];
		part.stride[d] = dst->stride[d + 1];
	}
	for (size_t i = 0; i < count && err == 0; i++) {
		err = tensor_assign(&part, src[i], diag);
		part.data = (char *)part.data + dst->stride[at] * (int64_t)dtype_size(dst->dtype);
	}
	if (err < 0)
		tensor_free(dst);
	else
		*ret = dst;
	return err;
}

/* dst[..., i, ...] = src[..., from[i], ...] for every i of one dimension. */
static int rearrange(const struct tensor *src, int dim, const int64_t *from, struct tensor **ret,
    struct diag *diag)
{
	int64_t count = src->ndim ? src->shape[dim] : 0;
	struct index_item items[TENSOR_MAX_DIMS];
	struct tensor *index;
	int err = tensor_new_raw(DTYPE_I64, 1, &count, &index, diag);

	if (err < 0)
		return err;
	if (count)
		memcpy(index->data, from, (size_t)count * sizeof(*from));
	for (int d = 0; d < dim; d++)
		items[d] = (struct index_item)INDEX_ALL;
	items[dim] = (struct index_item){.kind = INDEX_KIND_TENSOR, .tensor = index};
	err = index_get(src, items, dim + 1, ret, diag);
	tensor_free(index);
	return err;
}

static int permuted(const struct tensor *src, int dim, int64_t shift, bool backwards,
    struct tensor **ret, struct diag *diag)
{
	int64_t n = src->shape[dim];
	struct tensor *from;
	int err = tensor_new_raw(DTYPE_I64, 1, &n, &from, diag);

	if (err < 0)
		return err;
	shift = n ? (shift % n + n) % n : 0;
	for (int64_t i = 0; i < n; i++)
		((int64_t *)from->data)[i] = backwards ? n - 1 - i : (i - shift + n) % n;
	err = rearrange(src, dim, from->data, ret, diag);
	tensor_free(from);
	return err;
}

int assemble_flip(const struct tensor *src, const int *dims, int count, struct tensor **ret,
    struct diag *diag)
{
	struct tensor *dst = tensor_share(src), *next;
	int at, err = 0, total = count ? count : src->ndim;

	for (int i = 0; i < total && err == 0; i++) {
		if ((err = reduce_dim(count ? dims[i] : i, src->ndim, &at, diag)) < 0)
			break;
		err = permuted(dst, at, 0, true, &next, diag);
		if (err == 0) {
			tensor_free(dst);
			dst = next;
		}
	}
	if (err == 0 && dst->storage == src->storage)
		err = tensor_copy(src, ret, diag);
	else if (err == 0)
		*ret = tensor_share(dst);
	tensor_free(dst);
	return err;
}

int assemble_roll(const struct tensor *src, int64_t shift, int dim, struct tensor **ret,
    struct diag *diag)
{
	int at, err = reduce_dim(dim, src->ndim, &at, diag);

	if (err < 0)
		return err;
	return src->ndim ? permuted(src, at, shift, false, ret, diag) : tensor_copy(src, ret, diag);
}
