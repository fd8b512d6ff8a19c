// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "engine/crew.h"

#include <signal.h>

#include "base/alloc.h"
#include "base/cancel.h"

#define AWAKE 8000 // looks before falling asleep: about 0.3 milliseconds, a block or so

struct crew_member {
	struct crew *crew;
	pthread_t id;
	int index;
};

static void relax(void)
{
#if defined __x86_64__ || defined __i386__
	__builtin_ia32_pause();
#elif defined __aarch64__
	__asm__ volatile("yield");
#endif
}

static void work_on(struct crew *crew, int thread)
{
	size_t item;

	while ((item = atomic_fetch_add(&crew->next, 1)) < crew->count && !cancel_due(crew->cancel))
		crew->work(crew->arg, item, thread);
}

static void wait_for_turn(struct crew *crew, unsigned seen)
{
	for (int i = 0; i < AWAKE; i++) {
		if (atomic_load(&crew->turn) != seen)
			return;
		relax();
	}
	pthread_mutex_lock(&crew->lock);
	while (atomic_load(&crew->turn) == seen)
		pthread_cond_wait(&crew->begun, &crew->lock);
	pthread_mutex_unlock(&crew->lock);
}

static void *member_main(void *arg)
{
	struct crew_member *member = arg;
	struct crew *crew = member->crew;

	for (unsigned seen = 0;; seen++) {
		wait_for_turn(crew, seen);
		if (crew->leaving)
			return NULL;
		work_on(crew, member->index);
		if (atomic_fetch_sub(&crew->busy, 1) == 1) {
			pthread_mutex_lock(&crew->lock);
			pthread_cond_signal(&crew->finished);
			pthread_mutex_unlock(&crew->lock);
		}
	}
}

// Signals are for the thread that reads keys, never for ours.
static void start_members(struct crew *crew, int threads)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	for (int i = 1; i < threads; i++) {
		struct crew_member *member = &crew->members[i];

		member->crew = crew;
		member->index = i;
		if (pthread_create(&member->id, NULL, member_main, member) != 0)
			break;
		crew->threads = i + 1;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void crew_init(struct crew *crew, int threads)
{
	pthread_mutex_init(&crew->lock, NULL);
	pthread_cond_init(&crew->begun, NULL);
	pthread_cond_init(&crew->finished, NULL);
	atomic_init(&crew->turn, 0);
	atomic_init(&crew->busy, 0);
	crew->leaving = false;
	crew->threads = 1;
	crew->members = mem_zalloc((size_t)threads, sizeof(*crew->members));
	if (crew->members)
		start_members(crew, threads);
}

// Everything that members read is set before.
static void begin_turn(struct crew *crew)
{
	atomic_store(&crew->busy, crew->threads - 1);
	pthread_mutex_lock(&crew->lock);
	atomic_fetch_add(&crew->turn, 1);
	pthread_cond_broadcast(&crew->begun);
	pthread_mutex_unlock(&crew->lock);
}

void crew_release(struct crew *crew)
{
	if (crew->threads == 0)
		return;
	crew->leaving = true;
	begin_turn(crew);
	for (int i = 1; i < crew->threads; i++)
		pthread_join(crew->members[i].id, NULL);
	mem_free(crew->members);
	pthread_mutex_destroy(&crew->lock);
	pthread_cond_destroy(&crew->begun);
	pthread_cond_destroy(&crew->finished);
	crew->threads = 0;
}

static void wait_for_members(struct crew *crew)
{
	for (int i = 0; i < AWAKE; i++) {
		if (atomic_load(&crew->busy) == 0)
			return;
		relax();
	}
	pthread_mutex_lock(&crew->lock);
	while (atomic_load(&crew->busy) > 0)
		pthread_cond_wait(&crew->finished, &crew->lock);
	pthread_mutex_unlock(&crew->lock);
}

void crew_each(struct crew *crew, size_t count, crew_fn *work, void *arg)
{
	crew->work = work;
	crew->arg = arg;
	crew->count = count;
	crew->cancel = cancel_watched();
	atomic_store(&crew->next, 0);
	if (crew->threads == 1) {
		work_on(crew, 0);
		return;
	}
	begin_turn(crew);
	work_on(crew, 0);
	wait_for_members(crew);
}
