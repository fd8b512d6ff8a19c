// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * How much memory a user's program may hold, whatever it holds it in: tensors, the values of the
 * notebook and the scratch of operators all take from one budget before they allocate, and give
 * back when they free. What is taken is counted with and without a limit. Any thread may take.
 */
#ifndef BASE_BUDGET_H
#define BASE_BUDGET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

void budget_set_limit(size_t bytes); // 0: none
size_t budget_limit(void);
size_t budget_used(void);
bool budget_take(size_t bytes) WARN_UNUSED; // false: that would be beyond the limit
void budget_give(size_t bytes);
// Take what cannot be refused any more: whoever takes next is.
void budget_force(size_t bytes);

#endif
