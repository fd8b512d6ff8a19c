// SPDX-License-Identifier: GPL-3.0-or-later
/* corr2d and convolve2d: built-ins of the lessons' own. */
#ifndef NOTEBOOK_TEACHING_H
#define NOTEBOOK_TEACHING_H

#include "base/error.h"

struct vm;

int teaching_install(struct vm *vm) WARN_UNUSED;

#endif
