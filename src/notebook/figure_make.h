// SPDX-License-Identifier: GPL-3.0-or-later
/* torch._figure, on which show(), plot() and matplotlib.pyplot are built. */
#ifndef NOTEBOOK_FIGURE_MAKE_H
#define NOTEBOOK_FIGURE_MAKE_H

#include "base/error.h"

struct vm;

int figure_install(struct vm *vm) WARN_UNUSED;

#endif
