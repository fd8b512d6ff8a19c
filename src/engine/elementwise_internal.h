// SPDX-License-Identifier: GPL-3.0-or-later
/* The tables of row functions behind elementwise.h. */
#ifndef ENGINE_ELEMENTWISE_INTERNAL_H
#define ENGINE_ELEMENTWISE_INTERNAL_H

#include "engine/elementwise.h"

/* n elements; steps in elements; dst is dense. */
typedef void unary_row(void *dst, const void *src, int64_t step, int64_t n);
typedef void binary_row(void *dst, const void *a, int64_t a_step, const void *b, int64_t b_step,
    int64_t n);

// NULL where the operator does not exist for that dtype.
unary_row *elementwise__unary_row(enum unary_op op, enum dtype dtype);
binary_row *elementwise__binary_row(enum binary_op op, enum dtype dtype);

#endif
