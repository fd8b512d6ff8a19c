// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "engine/barrier.h"

#define AWAKE 1000 // looks at the turn before falling asleep: about 40 microseconds

void barrier_init(struct barrier *barrier)
{
	pthread_mutex_init(&barrier->lock, NULL);
	pthread_cond_init(&barrier->passed, NULL);
	atomic_init(&barrier->arrived, 0);
	atomic_init(&barrier->turn, 0);
	barrier->ready = true;
}

void barrier_release(struct barrier *barrier)
{
	if (!barrier->ready)
		return;
	barrier->ready = false;
	pthread_mutex_destroy(&barrier->lock);
	pthread_cond_destroy(&barrier->passed);
}

static void relax(void)
{
#if defined __x86_64__ || defined __i386__
	__builtin_ia32_pause();
#elif defined __aarch64__
	__asm__ volatile("yield");
#endif
}

static bool wait_awake(struct barrier *barrier, unsigned turn)
{
	for (int i = 0; i < AWAKE; i++) {
		if (atomic_load_explicit(&barrier->turn, memory_order_acquire) != turn)
			return true;
		relax();
	}
	return false;
}

void barrier_wait(struct barrier *barrier, int threads)
{
	unsigned turn = atomic_load(&barrier->turn);

	if (threads == 1)
		return;
	if (atomic_fetch_add(&barrier->arrived, 1) + 1 == threads) {
		atomic_store(&barrier->arrived, 0);
		pthread_mutex_lock(&barrier->lock);
		atomic_fetch_add(&barrier->turn, 1);
		pthread_cond_broadcast(&barrier->passed);
		pthread_mutex_unlock(&barrier->lock);
		return;
	}
	if (wait_awake(barrier, turn))
		return;
	pthread_mutex_lock(&barrier->lock);
	while (atomic_load(&barrier->turn) == turn)
		pthread_cond_wait(&barrier->passed, &barrier->lock);
	pthread_mutex_unlock(&barrier->lock);
}
