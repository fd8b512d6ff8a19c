// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Gradients against central differences, in float64: d/dx sum(w * f(x)) for fixed w, every element
 * of every input moved a little to either side.
 */
#ifndef TESTS_GRADCHECK_H
#define TESTS_GRADCHECK_H

#include "engine/autograd.h"

#define GRADCHECK_INPUTS 3

struct gradcheck {
	const char *name;
	int (*apply)(struct var *const *in, struct var **ret, struct diag *diag);
	const char *shapes[GRADCHECK_INPUTS]; // "2,3"; "-" has no dimensions; NULL: no such input
	double low, high; // the inputs' range; both 0: -1 .. 1
	bool distinct;	  // all elements of an input differ by more than the step
};

void gradcheck_run(const struct gradcheck *check);
// Inputs as gradcheck makes them: float64 leaves that require gradients.
struct var *gradcheck_input(const char *shape, double low, double high, bool distinct, int seed);

#endif
