// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Tensors: a shape and strides over counted storage.
 *
 * A tensor is a view: `data` points at its first element inside `storage`, and element (i, j, ...)
 * lies at data + i * stride[0] + j * stride[1] + ...; strides count elements, may be zero
 * (broadcast) and are never negative. Two tensors may share one storage: writing through one shows
 * in the other, as in NumPy and PyTorch. A fresh tensor is row-major ("contiguous").
 *
 * float32 is what the engine computes with. int64 serves labels and arange, bool serves masks.
 * The narrow integers are for storing, as in images: what computes with them widens them to int64
 * and cuts the result off again, which is how they wrap around.
 * float64 exists because NumPy's arrays print and compare as such: a float64 tensor is computed
 * element by element in double, never by the fast kernels.
 *
 * Errors: ERR_SHAPE, ERR_NOMEM, ERR_RANGE, ERR_LIMIT, with a message in *diag.
 *
 * A tensor and those that share its storage belong to one thread at a time; only the count of memory
 * used is common to all threads.
 */
#ifndef ENGINE_TENSOR_H
#define ENGINE_TENSOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define TENSOR_MAX_DIMS 6

/* name, name in NumPy and PyTorch, type in memory; bool is one byte, 0 or 1 */
#define DTYPE_TABLE(X)                                                                             \
	X(F32, "float32", float)                                                                   \
	X(F64, "float64", double)                                                                  \
	X(I64, "int64", int64_t)                                                                   \
	X(BOOL, "bool", uint8_t)                                                                   \
	X(I32, "int32", int32_t)                                                                   \
	X(I16, "int16", int16_t)                                                                   \
	X(I8, "int8", int8_t)                                                                      \
	X(U8, "uint8", uint8_t)

enum dtype {
#define DTYPE_ENUM(name, text, type) DTYPE_##name,
	DTYPE_TABLE(DTYPE_ENUM)
#undef DTYPE_ENUM
	DTYPE_COUNT
};

struct storage {
	int refs;
	unsigned version; // counts changes in place; kept by autograd.h
	size_t bytes;
	void *data; // 64-byte aligned
};

struct tensor {
	enum dtype dtype;
	int ndim; // 0: a scalar
	int64_t shape[TENSOR_MAX_DIMS];
	int64_t stride[TENSOR_MAX_DIMS]; // in elements
	void *data;
	struct storage *storage; // one reference is held by this view
};

size_t dtype_size(enum dtype dtype);
const char *dtype_name(enum dtype dtype); // "float32", "int64", ...
bool dtype_is_narrow(enum dtype dtype);	  // int32, int16, int8, uint8
enum dtype dtype_wide(enum dtype dtype);  // what is computed in: int64 for narrow ones, else itself
// A number as int64, the same on every machine: the fraction is dropped; what does not fit, and NaN,
// becomes INT64_MIN.
int64_t dtype_double_to_int(double value);

// Of all tensors' storage together. It counts against the budget (base/budget.h): beyond that one's
// limit allocation fails with ERR_LIMIT.
size_t tensor_memory_used(void);

// A shape as Python writes it: "(2, 3)", "(4,)", "()". Returns `text`.
#define TENSOR_SHAPE_TEXT 160
const char *tensor_shape_text(int ndim, const int64_t *shape, char text[TENSOR_SHAPE_TEXT]);

// The product of a shape; ERR_RANGE for a negative size or one too large to address.
int tensor_shape_count(int ndim, const int64_t *shape, enum dtype dtype, size_t *ret_count,
    struct diag *diag) WARN_UNUSED;

// Fresh tensors. The caller owns the result (one reference to its storage).
int tensor_new(enum dtype dtype, int ndim, const int64_t *shape, struct tensor **ret,
    struct diag *diag) WARN_UNUSED; // zeros
int tensor_new_raw(enum dtype dtype, int ndim, const int64_t *shape, struct tensor **ret,
    struct diag *diag) WARN_UNUSED; // contents undefined
int tensor_from_floats(int ndim, const int64_t *shape, const float *values, struct tensor **ret,
    struct diag *diag) WARN_UNUSED;
void tensor_free(struct tensor *tensor); // NULL is a no-op
struct tensor *tensor_share(const struct tensor *tensor); // another view of the same; never NULL

size_t tensor_count(const struct tensor *tensor); // number of elements
bool tensor_is_contiguous(const struct tensor *tensor);
bool tensor_same_shape(const struct tensor *a, const struct tensor *b);
void dtype_write(enum dtype dtype, void *at, double value); // converted as by a cast
double dtype_read(enum dtype dtype, const void *at); // one element as double
double tensor_at(const struct tensor *tensor, const int64_t *index); // any dtype, as double
void tensor_set_at(struct tensor *tensor, const int64_t *index, double value);
int64_t tensor_int_at(const struct tensor *tensor, const int64_t *index); // exact for int64
void tensor_set_int_at(struct tensor *tensor, const int64_t *index, int64_t value);
// The elements of a contiguous float32 tensor. BUG for any other.
float *tensor_floats(struct tensor *tensor);
const float *tensor_const_floats(const struct tensor *tensor);

/* Views: they share storage with `src`. */
int tensor_view_reshape(const struct tensor *src, int ndim, const int64_t *shape,
    struct tensor **ret,
    struct diag *diag) WARN_UNUSED; // one size may be -1; ERR_STATE unless src is contiguous
int tensor_view_transpose(const struct tensor *src, int a, int b, struct tensor **ret,
    struct diag *diag) WARN_UNUSED;
int tensor_view_slice(const struct tensor *src, int dim, int64_t start, int64_t stop, int64_t step,
    struct tensor **ret, struct diag *diag) WARN_UNUSED; // 0 <= start <= stop <= size, step > 0
int tensor_view_select(const struct tensor *src, int dim, int64_t index, struct tensor **ret,
    struct diag *diag) WARN_UNUSED; // drops the dimension
int tensor_view_broadcast(const struct tensor *src, int ndim, const int64_t *shape,
    struct tensor **ret, struct diag *diag) WARN_UNUSED;

/* Copies: contiguous, with storage of their own. */
int tensor_copy(const struct tensor *src, struct tensor **ret, struct diag *diag) WARN_UNUSED;
int tensor_cast(const struct tensor *src, enum dtype dtype, struct tensor **ret,
    struct diag *diag) WARN_UNUSED; // always a copy
int tensor_assign(struct tensor *dst, const struct tensor *src,
    struct diag *diag) WARN_UNUSED; // dst[...] = src with broadcasting and conversion; overlap is
				    // allowed; ERR_STATE where dst is itself a broadcast view
void tensor_fill(struct tensor *dst, double value);

#endif
