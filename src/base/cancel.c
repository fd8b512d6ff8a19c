// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "base/cancel.h"

#include <stddef.h>

#include "base/clock.h"

static _Thread_local struct cancel *watched;

void cancel_ask(struct cancel *cancel)
{
	atomic_store(&cancel->reason, CANCEL_ASKED);
}

struct cancel *cancel_watch(struct cancel *cancel)
{
	struct cancel *before = watched;

	watched = cancel;
	return before;
}

struct cancel *cancel_watched(void)
{
	return watched;
}

bool cancel_due(struct cancel *cancel)
{
	int none = CANCEL_NONE;

	if (!cancel)
		return false;
	if (atomic_load_explicit(&cancel->reason, memory_order_relaxed) != CANCEL_NONE)
		return true;
	if (cancel->deadline <= 0 || clock_real() <= cancel->deadline)
		return false;
	atomic_compare_exchange_strong(&cancel->reason, &none, CANCEL_LATE);
	return true;
}

int cancel_check(struct diag *diag)
{
	return cancelled() ? diag_set(diag, ERR_INTERRUPTED, "interrupted") : 0;
}
