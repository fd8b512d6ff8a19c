// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Has every error message a case? The messages that the notebook's sources can raise are read from
 * the sources themselves (the format strings of vm_raise and its like in C, of raise in the library's
 * .py) and compared with those that the cases ended in. What no program can reach stands in a
 * table, each with its reason.
 */
#ifndef TESTS_NOTEBOOK_MESSAGES_H
#define TESTS_NOTEBOOK_MESSAGES_H

#include <stddef.h>

#include "base/error.h"

/* What was said. All zero at first. */
struct messages {
	struct diag *diags;
	size_t count, cap;
};

void messages_add(struct messages *messages, const struct diag *diag);
void messages_release(struct messages *messages);
// Prints each message of the sources that was never said; returns their number.
int messages_without_case(const struct messages *messages);

#endif
