// SPDX-License-Identifier: GPL-3.0-or-later
/* The machine inside a notebook, for the files that implement notebook.h. */
#ifndef NOTEBOOK_NOTEBOOK_INTERNAL_H
#define NOTEBOOK_NOTEBOOK_INTERNAL_H

#include "notebook/notebook.h"
#include "notebook/vm.h"

struct vm *notebook__vm(struct notebook *nb);
/*
 * notebook_free, which tells how many objects were referred to once more than by anything that
 * exists: 0, unless a reference count is wrong (for tests).
 */
size_t notebook__free(struct notebook *nb);

// complete.c: what a.b.c[0..len) names, or UNSET; borrowed. Runs no code.
struct value complete_look_up(struct vm *vm, const char *text, size_t len);
// help.c: notebook_help; an empty name gives the overview.
int help_on_name(struct vm *vm, const char *name, struct strbuf *out, struct diag *diag) WARN_UNUSED;

#endif
