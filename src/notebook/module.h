// SPDX-License-Identifier: GPL-3.0-or-later
/* The modules that a program can import. None of them comes from a file. */
#ifndef NOTEBOOK_MODULE_H
#define NOTEBOOK_MODULE_H

#include "notebook/vm.h"

// "import a.b" gives a; "import a.b as c" (`whole`) a.b; "from a import b" (`attr`) a.b. ModuleNotFoundError.
int module_import(struct vm *vm, struct str *name, struct str *attr, bool whole, struct value *ret) WARN_UNUSED;
// The module of a dotted name, made if it is not there, its parents too. Borrowed.
int module_make(struct vm *vm, const char *name, struct module **ret) WARN_UNUSED;

#endif
