// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Tensors as text, for tests that are data: "f32 2,3 1 2 3 4 5 6", "i64 - 7" (no dimensions),
 * "bool 2 0 1", "f64 1 nan".
 */
#ifndef TESTS_TENSOR_TEXT_H
#define TESTS_TENSOR_TEXT_H

#include "engine/tensor.h"

// Fails the test where the text is not one. The caller frees.
struct tensor *tensor_parse(const char *text);
// Compare dtype, shape and elements; `what` is printed where they differ.
void check_tensor(const char *what, const struct tensor *got, const struct tensor *expected,
    double rtol, double atol);

#endif
