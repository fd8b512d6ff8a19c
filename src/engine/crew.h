// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Threads that share out items of work. Between two calls and at the end of one they wait for some
 * microseconds awake, then asleep: OpenMP's own barriers spin for milliseconds, which on a busy
 * machine takes the processor from the very thread that is waited for, and from the screen.
 */
#ifndef ENGINE_CREW_H
#define ENGINE_CREW_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

// Does item `item`; `thread` counts from 0, and no two run under the same number at a time.
typedef void crew_fn(void *arg, size_t item, int thread);

struct crew {
	int threads; // those at work, the caller among them; 0: not initialised
	struct crew_member *members; // [threads]; that of the caller has no thread
	pthread_mutex_t lock;
	pthread_cond_t begun, finished;
	atomic_uint turn; // calls so far
	atomic_int busy;  // members that have not finished this turn
	bool leaving;
	crew_fn *work;
	void *arg;
	size_t count;
	struct cancel *cancel; // what stops the caller
	atomic_size_t next; // item to do
};

// Where the system refuses threads, there are fewer of them.
void crew_init(struct crew *crew, int threads);
void crew_release(struct crew *crew); // of zeros is a no-op
// Does items 0 .. count - 1, each once, in any order; returns when all are done. When the caller is
// cancelled (base/cancel.h) items are left out.
void crew_each(struct crew *crew, size_t count, crew_fn *work, void *arg);

#endif
