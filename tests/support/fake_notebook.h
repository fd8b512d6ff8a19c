// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A notebook that only remembers: it evaluates names that were set and nothing else. Tests of stages
 * link it instead of the language, so that what they prove does not depend on it.
 */
#ifndef TESTS_FAKE_NOTEBOOK_H
#define TESTS_FAKE_NOTEBOOK_H

#include "notebook/notebook.h"

struct notebook *fake_notebook_new(void);
void fake_notebook_free(struct notebook *nb);
// A matrix named `name`.
void fake_notebook_matrix(struct notebook *nb, const char *name, int rows, int cols,
    const float *values);
// What was set under `name`; fails the test when nothing was.
double fake_notebook_value(const struct notebook *nb, const char *name);
const struct tensor *fake_notebook_tensor(const struct notebook *nb, const char *name);

#endif
