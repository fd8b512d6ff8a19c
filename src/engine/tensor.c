// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Tensors: shapes, counted storage and single elements. Views are in tensor_view.c, copies and
 * conversions in tensor_copy.c.
 */
#include "config.h"

#include "engine/tensor.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/budget.h"
#include "base/cancel.h"

#define STORAGE_ALIGN 64
#define STORAGE_SMALL 512 // bytes
#define STORAGE_NUMBER 8  // a single number is never refused: whoever holds it counts
#define CLEAR_PIECE ((size_t)4 << 20)

static const struct {
	const char *name;
	size_t size;
} dtypes[] = {
#define DTYPE_ENTRY(name, text, type) [DTYPE_##name] = {text, sizeof(type)},
    DTYPE_TABLE(DTYPE_ENTRY)
#undef DTYPE_ENTRY
};

static _Atomic size_t memory_used;

size_t dtype_size(enum dtype dtype)
{
	return dtypes[dtype].size;
}

const char *dtype_name(enum dtype dtype)
{
	return dtypes[dtype].name;
}

bool dtype_is_narrow(enum dtype dtype)
{
	return dtype == DTYPE_I32 || dtype == DTYPE_I16 || dtype == DTYPE_I8 || dtype == DTYPE_U8;
}

enum dtype dtype_wide(enum dtype dtype)
{
	return dtype_is_narrow(dtype) ? DTYPE_I64 : dtype;
}

double dtype_read(enum dtype dtype, const void *at)
{
	switch (dtype) {
#define DTYPE_CASE(name, text, type)                                                               \
	case DTYPE_##name:                                                                         \
		return (double)*(const type *)at;
		DTYPE_TABLE(DTYPE_CASE)
#undef DTYPE_CASE
	default:
		BUG("dtype %d", dtype);
	}
}

int64_t dtype_double_to_int(double value)
{
	return value >= -0x1p63 && value < 0x1p63 ? (int64_t)value : INT64_MIN;
}

size_t tensor_memory_used(void)
{
	return memory_used;
}

const char *tensor_shape_text(int ndim, const int64_t *shape, char text[TENSOR_SHAPE_TEXT])
{
	size_t len = (size_t)snprintf(text, TENSOR_SHAPE_TEXT, "(");

	if (ndim > TENSOR_MAX_DIMS)
		BUG("a shape of %d dimensions", ndim);
	for (int i = 0; i < ndim; i++)
		len += (size_t)snprintf(
		    text + len, TENSOR_SHAPE_TEXT - len, i ? ", %" PRId64 : "%" PRId64, shape[i]);
	snprintf(text + len, TENSOR_SHAPE_TEXT - len, ndim == 1 ? ",)" : ")");
	return text;
}

/* "4 TB", "1.5 GB", "300 bytes", as disks are sold: powers of 1000. */
static void size_text(double bytes, char *text, size_t size)
{
	static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
	size_t unit = 0;

	while (bytes >= 999.5 && unit + 1 < ARRAY_LEN(units)) {
		bytes /= 1000;
		unit++;
	}
	snprintf(text, size, "%.3g %s", bytes, units[unit]);
}

/* In doubles, for messages about sizes that no integer holds. */
static double rough_count(int ndim, const int64_t *shape)
{
	double count = 1;

	for (int i = 0; i < ndim; i++)
		count *= shape[i] ? (double)shape[i] : 1;
	return count;
}

static int report_size(
    struct diag *diag, int code, enum dtype dtype, int ndim, const int64_t *shape)
{
	double count = rough_count(ndim, shape);
	char text[TENSOR_SHAPE_TEXT], bytes[32], limit[32];

	tensor_shape_text(ndim, shape, text);
	size_text(count * (double)dtype_size(dtype), bytes, sizeof(bytes));
	if (code == ERR_LIMIT) {
		size_text((double)budget_limit(), limit, sizeof(limit));
		diag_set(diag, code,
		    "a %s tensor of shape %s has %.4g elements and needs %s; the limit is %s in "
		    "all",
		    dtype_name(dtype), text, count, bytes, limit);
	} else {
		diag_set(diag, code, "a %s tensor of shape %s has %.4g elements and needs %s%s",
		    dtype_name(dtype), text, count, bytes,
		    code == ERR_NOMEM ? "; so much memory is not free"
				      : ", more than can be addressed");
	}
	diag_hint(diag, "check the sizes, or work on fewer images at a time");
	return code;
}

int tensor_shape_count(
    int ndim, const int64_t *shape, enum dtype dtype, size_t *ret_count, struct diag *diag)
{
	size_t extent = 1, bytes;
	bool empty = false;

	if (ndim < 0 || ndim > TENSOR_MAX_DIMS) {
		diag_set(diag, ERR_RANGE, "a tensor with %d dimensions is not possible", ndim);
		diag_hint(diag, "up to %d dimensions are", TENSOR_MAX_DIMS);
		return ERR_RANGE;
	}
	for (int i = 0; i < ndim; i++) {
		if (shape[i] < 0)
			return diag_set(diag, ERR_SHAPE,
			    "negative size %" PRId64 " in dimension %d", shape[i], i);
	}
	// Sizes beside a zero are multiplied too: strides must not overflow either.
	for (int i = 0; i < ndim; i++) {
		empty |= shape[i] == 0;
		if (shape[i] && !size_mul(extent, (size_t)shape[i], &extent))
			return report_size(diag, ERR_RANGE, dtype, ndim, shape);
	}
	if (!size_mul(extent, dtype_size(dtype), &bytes) || bytes > PTRDIFF_MAX)
		return report_size(diag, ERR_RANGE, dtype, ndim, shape);
	*ret_count = empty ? 0 : extent;
	return 0;
}

/* Small data lies behind its header in one block: a loop over single pixels makes thousands. */
static struct storage *storage_small(size_t bytes)
{
	struct storage *storage = mem_alloc(1, sizeof(*storage) + STORAGE_ALIGN - 1 + bytes);
	uintptr_t data = (uintptr_t)(storage + 1);

	if (storage)
		storage->data = (char *)storage + sizeof(*storage) + (-data & (STORAGE_ALIGN - 1));
	return storage;
}

static struct storage *storage_large(size_t bytes)
{
	struct storage *storage;
	void *data = mem_aligned(bytes, 1);

	if (!data)
		return NULL;
	storage = xmalloc(1, sizeof(*storage));
	storage->data = data;
	return storage;
}

static int storage_new(size_t bytes, struct storage **ret)
{
	struct storage *storage;

	if (bytes <= STORAGE_NUMBER)
		budget_force(bytes);
	else if (!budget_take(bytes))
		return ERR_LIMIT;
	storage = bytes <= STORAGE_SMALL ? storage_small(bytes) : storage_large(bytes);
	if (!storage) {
		budget_give(bytes);
		return ERR_NOMEM;
	}
	memory_used += bytes;
	storage->refs = 1;
	storage->version = 0;
	storage->bytes = bytes;
	*ret = storage;
	return 0;
}

static void storage_drop(struct storage *storage)
{
	if (--storage->refs > 0)
		return;
	memory_used -= storage->bytes;
	budget_give(storage->bytes);
	if (storage->bytes > STORAGE_SMALL)
		mem_free(storage->data);
	mem_free(storage);
}

static void set_row_major(struct tensor *tensor)
{
	int64_t step = 1;

	for (int i = tensor->ndim - 1; i >= 0; i--) {
		tensor->stride[i] = step;
		step *= tensor->shape[i] ? tensor->shape[i] : 1;
	}
}

int tensor_new_raw(
    enum dtype dtype, int ndim, const int64_t *shape, struct tensor **ret, struct diag *diag)
{
	struct tensor *tensor;
	struct storage *storage;
	size_t count;
	int err;

	err = tensor_shape_count(ndim, shape, dtype, &count, diag);
	if (err < 0)
		return err;
	err = storage_new(count * dtype_size(dtype), &storage);
	if (err < 0)
		return report_size(diag, err, dtype, ndim, shape);
	tensor = xmalloc(1, sizeof(*tensor));
	tensor->dtype = dtype;
	tensor->ndim = ndim;
	for (int i = 0; i < ndim; i++)
		tensor->shape[i] = shape[i];
	set_row_major(tensor);
	tensor->storage = storage;
	tensor->data = storage->data;
	*ret = tensor;
	return 0;
}

/* Zeros, in pieces: the first use of a gigabyte takes a second. */
static void clear(char *data, size_t bytes)
{
	for (size_t at = 0; at < bytes && (at == 0 || !cancelled()); at += CLEAR_PIECE)
		memset(data + at, 0, bytes - at < CLEAR_PIECE ? bytes - at : CLEAR_PIECE);
}

int tensor_new(enum dtype dtype, int ndim, const int64_t *shape, struct tensor **ret,
    struct diag *diag)
{
	int err = tensor_new_raw(dtype, ndim, shape, ret, diag);

	if (err == 0)
		clear((*ret)->data, (*ret)->storage->bytes);
	return err;
}

int tensor_from_floats(
    int ndim, const int64_t *shape, const float *values, struct tensor **ret, struct diag *diag)
{
	int err = tensor_new_raw(DTYPE_F32, ndim, shape, ret, diag);

	if (err == 0 && (*ret)->storage->bytes)
		memcpy((*ret)->data, values, (*ret)->storage->bytes);
	return err;
}

void tensor_free(struct tensor *tensor)
{
	if (!tensor)
		return;
	storage_drop(tensor->storage);
	mem_free(tensor);
}

struct tensor *tensor_share(const struct tensor *tensor)
{
	struct tensor *view = xmalloc(1, sizeof(*view));

	*view = *tensor;
	view->storage->refs++;
	return view;
}

size_t tensor_count(const struct tensor *tensor)
{
	size_t count = 1;

	for (int i = 0; i < tensor->ndim; i++)
		count *= (size_t)tensor->shape[i];
	return count;
}

bool tensor_is_contiguous(const struct tensor *tensor)
{
	int64_t step = 1;

	if (tensor_count(tensor) == 0)
		return true;
	for (int i = tensor->ndim - 1; i >= 0; i--) {
		if (tensor->shape[i] != 1 && tensor->stride[i] != step)
			return false;
		step *= tensor->shape[i];
	}
	return true;
}

bool tensor_same_shape(const struct tensor *a, const struct tensor *b)
{
	if (a->ndim != b->ndim)
		return false;
	for (int i = 0; i < a->ndim; i++) {
		if (a->shape[i] != b->shape[i])
			return false;
	}
	return true;
}

static void *element(const struct tensor *tensor, const int64_t *index)
{
	int64_t offset = 0;

	for (int i = 0; i < tensor->ndim; i++) {
		if (index[i] < 0 || index[i] >= tensor->shape[i])
			BUG("index %" PRId64 " in dimension %d of size %" PRId64, index[i], i,
			    tensor->shape[i]);
		offset += index[i] * tensor->stride[i];
	}
	return (char *)tensor->data + offset * (int64_t)dtype_size(tensor->dtype);
}

void dtype_write(enum dtype dtype, void *at, double value)
{
	switch (dtype) {
	case DTYPE_F32:
		*(float *)at = (float)value;
		return;
	case DTYPE_F64:
		*(double *)at = value;
		return;
	case DTYPE_BOOL:
		*(uint8_t *)at = value != 0;
		return;
	case DTYPE_I64:
		*(int64_t *)at = dtype_double_to_int(value);
		return;
	case DTYPE_I32:
		*(int32_t *)at = (int32_t)dtype_double_to_int(value);
		return;
	case DTYPE_I16:
		*(int16_t *)at = (int16_t)dtype_double_to_int(value);
		return;
	case DTYPE_I8:
		*(int8_t *)at = (int8_t)dtype_double_to_int(value);
		return;
	case DTYPE_U8:
		*(uint8_t *)at = (uint8_t)dtype_double_to_int(value);
		return;
	default:
		BUG("dtype %d", dtype);
	}
}

double tensor_at(const struct tensor *tensor, const int64_t *index)
{
	return dtype_read(tensor->dtype, element(tensor, index));
}

void tensor_set_at(struct tensor *tensor, const int64_t *index, double value)
{
	dtype_write(tensor->dtype, element(tensor, index), value);
}

int64_t tensor_int_at(const struct tensor *tensor, const int64_t *index)
{
	if (tensor->dtype == DTYPE_I64)
		return *(const int64_t *)element(tensor, index);
	return dtype_double_to_int(tensor_at(tensor, index));
}

void tensor_set_int_at(struct tensor *tensor, const int64_t *index, int64_t value)
{
	if (tensor->dtype == DTYPE_I64)
		*(int64_t *)element(tensor, index) = value;
	else
		tensor_set_at(tensor, index, (double)value);
}

const float *tensor_const_floats(const struct tensor *tensor)
{
	if (tensor->dtype != DTYPE_F32 || !tensor_is_contiguous(tensor))
		BUG("floats asked of a %s tensor that is %scontiguous", dtype_name(tensor->dtype),
		    tensor_is_contiguous(tensor) ? "" : "not ");
	return tensor->data;
}

float *tensor_floats(struct tensor *tensor)
{
	tensor_const_floats(tensor);
	return tensor->data;
}
