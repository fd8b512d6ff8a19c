// SPDX-License-Identifier: GPL-3.0-or-later
/* The walk over rows: an odometer of the outer dimensions. */
#include "config.h"

#include "engine/strided.h"

#include "base/cancel.h"

#define PIECE 65536 // elements at a time: some tens of microseconds
#define TURNS 64    // rows between two looks at whether to stop

void strided_init(struct strided *loop, int ndim, const int64_t *shape)
{
	loop->ndim = ndim;
	loop->count = 0;
	for (int d = 0; d < ndim; d++)
		loop->shape[d] = shape[d];
}

void strided_add(struct strided *loop, const struct tensor *tensor)
{
	int which = loop->count++, lead = loop->ndim - tensor->ndim;

	loop->at[which] = tensor->data;
	loop->size[which] = (int64_t)dtype_size(tensor->dtype);
	for (int d = 0; d < loop->ndim; d++) {
		bool spread = d < lead || tensor->shape[d - lead] == 1;

		loop->stride[which][d] = spread ? 0 : tensor->stride[d - lead];
	}
}

/* Can dimension d and the one after it (merged so far into `row` elements) be walked as one? */
static bool mergeable(const struct strided *loop, int d)
{
	for (int i = 0; i < loop->count; i++) {
		if (loop->stride[i][d] != loop->step[i] * loop->row)
			return false;
	}
	return true;
}

void strided_merge(struct strided *loop)
{
	int d = loop->ndim - 1;

	loop->row = d >= 0 ? loop->shape[d] : 1;
	for (int i = 0; i < loop->count; i++)
		loop->step[i] = d >= 0 ? loop->stride[i][d] : 0;
	for (d--; d >= 0; d--) {
		if (loop->row == 1) {
			for (int i = 0; i < loop->count; i++)
				loop->step[i] = loop->stride[i][d];
		} else if (loop->shape[d] != 1 && !mergeable(loop, d)) {
			break;
		}
		loop->row *= loop->shape[d];
	}
	loop->ndim = d + 1;
	for (int i = 0; i < loop->ndim; i++)
		loop->index[i] = 0;
	loop->whole = loop->row;
	loop->done = loop->row = loop->whole < PIECE ? loop->whole : PIECE;
	loop->turns = 0;
}

static void advance(struct strided *loop, int64_t elements)
{
	for (int i = 0; i < loop->count; i++)
		loop->at[i] += elements * loop->step[i] * loop->size[i];
}

static bool next_piece(struct strided *loop)
{
	if (cancelled())
		return false;
	advance(loop, loop->row);
	if (loop->row > loop->whole - loop->done)
		loop->row = loop->whole - loop->done;
	loop->done += loop->row;
	return true;
}

/* Back to the beginning of a row that came in pieces. */
static void rewind_row(struct strided *loop)
{
	advance(loop, loop->row - loop->done);
	loop->done = loop->row = PIECE;
}

bool strided_next(struct strided *loop)
{
	if (loop->done < loop->whole)
		return next_piece(loop);
	if (loop->whole > PIECE)
		rewind_row(loop);
	if (++loop->turns % TURNS == 0 && cancelled())
		return false;
	for (int d = loop->ndim - 1; d >= 0; d--) {
		bool carry = ++loop->index[d] == loop->shape[d];

		for (int i = 0; i < loop->count; i++) {
			int64_t steps = carry ? 1 - loop->shape[d] : 1;

			loop->at[i] += steps * loop->stride[i][d] * loop->size[i];
		}
		if (!carry)
			return true;
		loop->index[d] = 0;
	}
	return false;
}
