// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "base/budget.h"

#include <stdatomic.h>

static _Atomic size_t limit;
static _Atomic size_t used;

void budget_set_limit(size_t bytes)
{
	limit = bytes;
}

size_t budget_limit(void)
{
	return limit;
}

size_t budget_used(void)
{
	return used;
}

bool budget_take(size_t bytes)
{
	size_t most = limit, before = used;

	do {
		if (most && bytes > 0 && (bytes > most || before > most - bytes))
			return false;
	} while (!atomic_compare_exchange_weak(&used, &before, before + bytes));
	return true;
}

void budget_force(size_t bytes)
{
	used += bytes;
}

void budget_give(size_t bytes)
{
	used -= bytes;
}
