// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Names that do not exist: the error, and a hint with what was probably meant. A name that is known
 * from elsewhere (elsewhere.h) "is not available here", with what there is instead; else a name that
 * is spelt nearly so is suggested.
 */
#ifndef NOTEBOOK_SUGGEST_H
#define NOTEBOOK_SUGGEST_H

#include "notebook/vm.h"

/* The candidate that is most like a name. */
struct suggestion {
	const char *name;
	const char *best; // NULL: none is like it
	size_t distance;
};

void suggestion_consider(struct suggestion *suggestion, const char *candidate);
void suggestion_consider_keys(struct suggestion *suggestion, const struct dict *dict);
// "did you mean 'x'?", or `otherwise` (NULL: no hint). Returns the error's code.
int suggestion_hint(struct vm *vm, const struct suggestion *suggestion, const char *otherwise);

/* Each raises the error and returns its code. */
int suggest_for_name(struct vm *vm, const char *name); // NameError
int suggest_for_attribute(struct vm *vm, struct value object, const char *name);
int suggest_for_module(struct vm *vm, const char *name); // ModuleNotFoundError
int suggest_for_import(struct vm *vm, const struct module *module, const char *name); // ImportError

#endif
