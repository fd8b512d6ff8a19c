// SPDX-License-Identifier: GPL-3.0-or-later
/* What the notebook's modules time and math hold. */
#ifndef NOTEBOOK_SCALAR_H
#define NOTEBOOK_SCALAR_H

#include "notebook/builtin.h"

extern const struct builtin scalar_time[], scalar_math[];

#endif
