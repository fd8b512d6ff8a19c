// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What the two ways of printing share: which elements are shown, and digits. Large tensors show
 * the first and last PRINT_EDGE along each dimension; widths are measured over those alone.
 */
#ifndef NOTEBOOK_PRINT_INTERNAL_H
#define NOTEBOOK_PRINT_INTERNAL_H

#include "base/strbuf.h"
#include "engine/tensor.h"
#include "notebook/print.h"

/* A tensor as it will be shown. */
struct print__shown {
	const struct tensor *tensor;
	bool summary;
	int edge; // elements shown at each end of a summary
};

void print__shown_init(struct print__shown *shown, const struct tensor *tensor,
    const struct print_options *options);
// Is the middle of dimension `dim` left out?
bool print__is_cut(const struct print__shown *shown, int dim);
// Elements shown along `dim`, and the index of the i-th of them.
int64_t print__count(const struct print__shown *shown, int dim);
int64_t print__index(const struct print__shown *shown, int dim, int64_t i);
// Calls visit for every element shown, in order.
void print__each(const struct print__shown *shown, void (*visit)(void *self, const int64_t *index),
    void *self);

/*
 * The shortest digits that read back as the same number, of a float32 when `single`: value =
 * 0.d1d2d3...
 * * 10^point. No more than `most` digits stand behind the point (scientific: behind the first
 * digit); beyond, they are rounded.
 */
struct print__digits {
	char digits[20]; // without zeros at the end; "0" for 0
	int count;
	int point;
	bool negative;
};

void print__shortest(double value, bool single, struct print__digits *ret);
void print__positional(double value, bool single, int most, struct strbuf *out); // "12.5", "3."
void print__scientific(
    double value, bool single, int most, struct strbuf *out); // "1.25e+10", "3.e-05"

#endif
