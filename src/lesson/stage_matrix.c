// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "lesson/stage_matrix.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"

void stage_matrix_init(struct stage_matrix *matrix, const char *name, int rows, int cols,
    const float *values)
{
	size_t count = (size_t)rows * (size_t)cols;

	snprintf(matrix->name, sizeof(matrix->name), "%s", name);
	matrix->rows = rows;
	matrix->cols = cols;
	matrix->values = xzalloc(count, sizeof(float));
	if (values)
		memcpy(matrix->values, values, count * sizeof(float));
}

void stage_matrix_copy(struct stage_matrix *matrix, const struct stage_matrix *src)
{
	stage_matrix_init(matrix, src->name, src->rows, src->cols, src->values);
}

void stage_matrix_release(struct stage_matrix *matrix)
{
	mem_free(matrix->values);
	*matrix = (struct stage_matrix){.values = NULL};
}

void stage_matrix_transpose(struct stage_matrix *matrix)
{
	struct stage_matrix turned;

	stage_matrix_init(&turned, matrix->name, matrix->cols, matrix->rows, NULL);
	for (int r = 0; r < turned.rows; r++)
		for (int c = 0; c < turned.cols; c++)
			*stage_matrix_at(&turned, r, c) = *stage_matrix_at(matrix, c, r);
	stage_matrix_release(matrix);
	*matrix = turned;
}

float *stage_matrix_at(const struct stage_matrix *matrix, int row, int col)
{
	return &matrix->values[row * matrix->cols + col];
}

static bool size_fits(int64_t size)
{
	return size >= 1 && size <= STAGE_MATRIX_MAX;
}

int stage_matrix_from_tensor(struct stage_matrix *matrix, const char *name,
    const struct tensor *tensor, struct diag *diag)
{
	bool vector = tensor->ndim == 1;
	int64_t rows, cols;

	if (tensor->ndim < 1 || tensor->ndim > 2)
		return diag_set(diag, ERR_SHAPE, "%s has %d dimensions, a matrix has 2", name,
		    tensor->ndim);
	rows = vector ? 1 : tensor->shape[0];
	cols = tensor->shape[tensor->ndim - 1];
	if (!size_fits(rows) || !size_fits(cols)) {
		diag_set(diag, ERR_SHAPE, "%s is %lldx%lld", name, (long long)rows, (long long)cols);
		diag_hint(diag, "the stage shows 1 to %d rows and columns", STAGE_MATRIX_MAX);
		return ERR_SHAPE;
	}
	stage_matrix_init(matrix, name, (int)rows, (int)cols, NULL);
	for (int64_t r = 0; r < rows; r++) {
		for (int64_t c = 0; c < cols; c++) {
			const int64_t index[2] = {vector ? c : r, c};

			*stage_matrix_at(matrix, (int)r, (int)c) = (float)tensor_at(tensor, index);
		}
	}
	return 0;
}

int stage_matrix_to_tensor(const struct stage_matrix *matrix, struct tensor **ret,
    struct diag *diag)
{
	const int64_t shape[2] = {matrix->rows, matrix->cols};

	return tensor_from_floats(2, shape, matrix->values, ret, diag);
}

void stage_add_number(struct strbuf *out, double value)
{
	if (value == 0)
		value = 0; // never -0
	strbuf_addf(out, "%.6g", value);
}

void stage_add_factor(struct strbuf *out, double value)
{
	if (value < 0)
		strbuf_addch(out, '(');
	stage_add_number(out, value);
	if (value < 0)
		strbuf_addch(out, ')');
}
