// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "engine/workers.h"

#include "base/cancel.h"
#include "engine/batch.h"

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER; // held while the crew is at work
static struct crew crew;
static atomic_int wanted; // threads; 0: not asked yet

static int default_threads(void)
{
	struct diag diag;
	int threads;

	return batch_threads(0, &threads, &diag) < 0 ? 1 : threads;
}

int workers_set_threads(int threads, struct diag *diag)
{
	int used, err = batch_threads(threads, &used, diag);

	if (err < 0)
		return err;
	pthread_mutex_lock(&turn);
	crew_release(&crew);
	atomic_store(&wanted, used);
	pthread_mutex_unlock(&turn);
	return 0;
}

int workers_threads(void)
{
	int threads = atomic_load(&wanted);

	if (threads == 0) {
		threads = default_threads();
		atomic_store(&wanted, threads);
	}
	return threads;
}

static void alone(size_t count, crew_fn *work, void *arg)
{
	for (size_t i = 0; i < count && !cancelled(); i++)
		work(arg, i, 0);
}

void workers_each_if(bool worth, size_t count, crew_fn *work, void *arg)
{
	if (worth)
		workers_each(count, work, arg);
	else
		alone(count, work, arg);
}

void workers_each(size_t count, crew_fn *work, void *arg)
{
	int threads = workers_threads();

	if (count < 2 || threads == 1 || pthread_mutex_trylock(&turn) != 0) {
		alone(count, work, arg);
		return;
	}
	if (crew.threads == 0)
		crew_init(&crew, threads);
	crew_each(&crew, count, work, arg);
	pthread_mutex_unlock(&turn);
}
