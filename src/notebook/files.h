// SPDX-License-Identifier: GPL-3.0-or-later
/* Which files a program may reach: those below the current directory, where the limits allow any. */
#ifndef NOTEBOOK_FILES_H
#define NOTEBOOK_FILES_H

#include "base/error.h"
#include "notebook/value.h"

struct vm;

// A path for reading or writing, borrowed from `v`; PermissionError, TypeError.
int files_check_path(struct vm *vm, struct value v, const char **ret) WARN_UNUSED;

#endif
