// SPDX-License-Identifier: GPL-3.0-or-later
/* Static methods, class methods and properties, as a class holds them. */
#ifndef NOTEBOOK_DESCRIPTOR_H
#define NOTEBOOK_DESCRIPTOR_H

#include "notebook/builtin.h"

enum descriptor_kind { DESCRIPTOR_STATIC, DESCRIPTOR_CLASS, DESCRIPTOR_PROPERTY };

struct descriptor {
	struct object base;
	enum descriptor_kind kind;
	struct value get, set; // of a property; the others have their function in get
};

#define AS_DESCRIPTOR(v) ((struct descriptor *)(v).o)

// Read for `self`, an instance or a class: what it is, and what a call puts in front of its arguments.
int descriptor_get(struct vm *vm, const struct descriptor *descriptor, struct value self, struct value *ret_callee,
    struct value *ret_self) WARN_UNUSED;
int descriptor_set(struct vm *vm, const struct descriptor *descriptor, struct value self, const struct str *name,
    struct value v) WARN_UNUSED;
int descriptors_install(struct vm *vm) WARN_UNUSED;

extern const struct builtin descriptor_methods[];

#endif
