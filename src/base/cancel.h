// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Long work that can be stopped. Whoever runs a user's program says what stops it: a flag that a
 * signal handler or another thread sets, and a moment. Loops that may run long ask now and then,
 * about every tenth of a millisecond, and leave the rest undone.
 *
 * A request stays until it is taken back, so that loops deep down need no way to report it: what
 * they computed is worthless, and whoever would keep the result asks too, before it is kept.
 *
 *	struct cancel cancel = {.deadline = clock_real() + 2};
 *	struct cancel *before = cancel_watch(&cancel);
 *	...			// work; loops: if (cancelled()) return;
 *	cancel_watch(before);
 */
#ifndef BASE_CANCEL_H
#define BASE_CANCEL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct cancel {
	atomic_int reason; // enum cancel_reason
	double deadline;   // of clock_real; 0: none
};

enum cancel_reason { CANCEL_NONE, CANCEL_ASKED, CANCEL_LATE };

// Stop what is watched. Safe in a signal handler.
void cancel_ask(struct cancel *cancel);
// From now on this stops what the calling thread does (NULL: nothing does). Returns what did before.
struct cancel *cancel_watch(struct cancel *cancel);
// What stops the calling thread, to be handed to threads that work for it; may be NULL.
struct cancel *cancel_watched(void);

bool cancel_due(struct cancel *cancel); // NULL: never
static inline bool cancelled(void)
{
	return cancel_due(cancel_watched());
}
// The same, asked at every 1024th turn of a loop that counts i from 0.
static inline bool cancelled_at(int64_t i)
{
	return (i & 1023) == 1023 && cancelled();
}
// 0, or ERR_INTERRUPTED with a message.
int cancel_check(struct diag *diag) WARN_UNUSED;

#endif
