// SPDX-License-Identifier: GPL-3.0-or-later
/* The machine inside a notebook, for the files that implement notebook.h. */
#ifndef NOTEBOOK_NOTEBOOK_INTERNAL_H
#define NOTEBOOK_NOTEBOOK_INTERNAL_H

#include "notebook/notebook.h"
#include "notebook/vm.h"

struct vm *notebook__vm(struct notebook *nb);

#endif
