// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Matrices on a stage: small, named, owned; and how their numbers are written in words.
 */
#ifndef LESSON_STAGE_MATRIX_H
#define LESSON_STAGE_MATRIX_H

#include <stdbool.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "engine/tensor.h"

#define STAGE_MATRIX_MAX 64 // rows and columns

struct stage_matrix {
	char name[32];
	int rows, cols;
	float *values; // [rows][cols], owned
};

// `values` NULL: zeros. A name that is too long is cut.
void stage_matrix_init(struct stage_matrix *matrix, const char *name, int rows, int cols,
    const float *values);
void stage_matrix_copy(struct stage_matrix *matrix, const struct stage_matrix *src);
void stage_matrix_release(struct stage_matrix *matrix);
void stage_matrix_transpose(struct stage_matrix *matrix);
float *stage_matrix_at(const struct stage_matrix *matrix, int row, int col);
// ERR_SHAPE unless `tensor` is a matrix of 1 to STAGE_MATRIX_MAX rows and columns (a vector is one row).
int stage_matrix_from_tensor(struct stage_matrix *matrix, const char *name,
    const struct tensor *tensor, struct diag *diag) WARN_UNUSED;
int stage_matrix_to_tensor(const struct stage_matrix *matrix, struct tensor **ret,
    struct diag *diag) WARN_UNUSED;

// A number as people write it: up to six digits, never "-0". A factor: "(-1)" where it is negative.
void stage_add_number(struct strbuf *out, double value);
void stage_add_factor(struct strbuf *out, double value);

#endif
