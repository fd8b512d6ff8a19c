// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Where the threads of a team wait for each other: some microseconds awake, then asleep. OpenMP's own
 * barriers spin for milliseconds, which on a busy machine takes the processor from the very thread
 * that is waited for, and from the screen.
 */
#ifndef ENGINE_BARRIER_H
#define ENGINE_BARRIER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

struct barrier {
	pthread_mutex_t lock;
	pthread_cond_t passed;
	atomic_int arrived;
	atomic_uint turn; // how often the barrier was passed
	bool ready;
};

void barrier_init(struct barrier *barrier);
void barrier_release(struct barrier *barrier); // of zeros is a no-op
// Returns when all `threads` of the team have called it.
void barrier_wait(struct barrier *barrier, int threads);

#endif
