// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Matrix products as torch.matmul has them: vectors (dot), matrix and vector, matrices, and batches
 * of matrices whose leading dimensions broadcast.
 */
#ifndef ENGINE_MATMUL_H
#define ENGINE_MATMUL_H

#include "engine/tensor.h"

// a and b have one dtype. The result is fresh.
int matmul(const struct tensor *a, const struct tensor *b, struct tensor **ret,
    struct diag *diag) WARN_UNUSED;

#endif
