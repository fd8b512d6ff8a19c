// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Walking several tensors of one shape row by row. Dimensions that lie behind one another in all of
 * them are merged first, so that contiguous tensors are a single row.
 *
 *	struct strided loop;
 *
 *	strided_init(&loop, ndim, shape);
 *	strided_add(&loop, dst);
 *	strided_add(&loop, src);     // broadcast to the shape where it is smaller
 *	strided_merge(&loop);
 *	do {
 *		row(loop.at[0], loop.step[0], loop.at[1], loop.step[1], loop.row);
 *	} while (strided_next(&loop));
 *
 * A shape with no elements has no rows: check tensor_count first. Long rows come in pieces, and the
 * walk ends early when it is cancelled (base/cancel.h).
 */
#ifndef ENGINE_STRIDED_H
#define ENGINE_STRIDED_H

#include "engine/tensor.h"

#define STRIDED_MAX 4

struct strided {
	int64_t row;		   // elements of a row, or of a piece of one
	int64_t step[STRIDED_MAX]; // from element to element within it, in elements
	char *at[STRIDED_MAX];	   // first element of the row

	int64_t whole, done; // elements of the whole row; of them given so far
	unsigned turns;
	int ndim; // of the dimensions outside the row
	int count;
	int64_t shape[TENSOR_MAX_DIMS], index[TENSOR_MAX_DIMS];
	int64_t stride[STRIDED_MAX][TENSOR_MAX_DIMS]; // in elements
	int64_t size[STRIDED_MAX];		      // of an element, in bytes
};

void strided_init(struct strided *loop, int ndim, const int64_t *shape);
void strided_add(struct strided *loop, const struct tensor *tensor);
void strided_merge(struct strided *loop);
bool strided_next(struct strided *loop); // false after the last row

#endif
