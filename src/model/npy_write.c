// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The writer: byte for byte what numpy.save of NumPy 1.24 writes. That leaves room behind the dict
 * for the growing axis to reach 21 digits, then pads the prologue to 64 bytes.
 */
#include "config.h"

#include "model/npy.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

#include "base/file.h"
#include "base/strbuf.h"

#define PROLOGUE "\x93NUMPY\x01\x00"
#define PROLOGUE_LEN 8
#define ALIGNMENT 64
#define GROWTH_DIGITS 21

static const char *const descrs[] = {
    [DTYPE_F32] = "<f4",
    [DTYPE_F64] = "<f8",
    [DTYPE_I64] = "<i8",
    [DTYPE_BOOL] = "|b1",
    [DTYPE_I32] = "<i4",
    [DTYPE_I16] = "<i2",
    [DTYPE_I8] = "|i1",
    [DTYPE_U8] = "|u1",
};

/* NumPy's rule: axes of size 1 have no say, an array without elements has every order. */
static bool is_fortran(const struct tensor *tensor)
{
	int64_t step = 1;

	for (int i = 0; i < tensor->ndim; i++) {
		if (tensor->shape[i] == 0)
			return true;
		if (tensor->shape[i] != 1 && tensor->stride[i] != step)
			return false;
		step *= tensor->shape[i];
	}
	return true;
}

static bool is_row_major(const struct tensor *tensor)
{
	int64_t step = 1;

	for (int i = tensor->ndim - 1; i >= 0; i--) {
		if (tensor->shape[i] == 0)
			return true;
		if (tensor->shape[i] != 1 && tensor->stride[i] != step)
			return false;
		step *= tensor->shape[i];
	}
	return true;
}

static void build_header(const struct tensor *tensor, bool fortran, struct strbuf *out)
{
	char shape[TENSOR_SHAPE_TEXT];
	size_t len;

	tensor_shape_text(tensor->ndim, tensor->shape, shape);
	strbuf_addn(out, PROLOGUE "  ", PROLOGUE_LEN + 2);
	strbuf_addf(out, "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }",
	    descrs[tensor->dtype], fortran ? "True" : "False", shape);
	if (tensor->ndim > 0) {
		int64_t growing = tensor->shape[fortran ? tensor->ndim - 1 : 0];

		strbuf_add_repeat(out, ' ', GROWTH_DIGITS - snprintf(NULL, 0, "%" PRId64, growing));
	}
	strbuf_add_repeat(out, ' ', (int)(ALIGNMENT - 1 - out->len % ALIGNMENT));
	strbuf_addch(out, '\n');
	len = out->len - PROLOGUE_LEN - 2;
	out->data[PROLOGUE_LEN] = (char)(len & 0xff);
	out->data[PROLOGUE_LEN + 1] = (char)(len >> 8);
}

static int write_parts(const char *path, const struct strbuf *header, const struct tensor *tensor,
    struct diag *diag)
{
	struct file_out *out;
	size_t bytes = tensor_count(tensor) * dtype_size(tensor->dtype);
	int err = file_out_open(path, &out, diag);

	if (err < 0)
		return err;
	err = file_out_write(out, header->data, header->len, diag);
	if (err == 0 && bytes)
		err = file_out_write(out, tensor->data, bytes, diag);
	if (err == 0)
		return file_out_commit(out, diag);
	file_out_abort(out);
	return err;
}

int npy_write(const char *path, const struct tensor *tensor, struct diag *diag)
{
	bool row_major = is_row_major(tensor), fortran = !row_major && is_fortran(tensor);
	struct tensor *copy = NULL;
	struct strbuf header = STRBUF_INIT;
	int err = 0;

	if (!row_major && !fortran)
		err = tensor_copy(tensor, &copy, diag);
	if (err == 0) {
		build_header(tensor, fortran, &header);
		err = write_parts(path, &header, copy ? copy : tensor, diag);
	}
	strbuf_release(&header);
	tensor_free(copy);
	return err;
}
