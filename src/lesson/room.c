// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The training room's door: orders in, copies of the state out, and the thread's loop. What the thread
 * does is in room_work.c.
 */
#include "config.h"

#include "lesson/room.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/alloc.h"
#include "lesson/room_internal.h"

#define NICE_STEPS 5 // lower priority: a key is answered while all cores train

void room__lock(struct room *room)
{
	pthread_mutex_lock(&room->mutex);
}

void room__unlock_changed(struct room *room)
{
	room->shown.change++;
	pthread_cond_broadcast(&room->changed);
	pthread_mutex_unlock(&room->mutex);
}

/* -- the thread ---------------------------------------------------------------------------------- */

/* On Linux the priority is each thread's own, and inherited by those that it starts. */
static void lower_priority(void)
{
#ifdef __linux__
	(void)setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + NICE_STEPS);
#endif
}

/* Wait for orders unless there is work to go on with. */
static struct room_orders take_orders(struct room *room)
{
	struct room_orders orders;

	room__lock(room);
	while (!room->orders.any && !room->work.running)
		pthread_cond_wait(&room->ordered, &room->mutex);
	orders = room->orders;
	room->orders = (struct room_orders){.any = false};
	pthread_mutex_unlock(&room->mutex);
	return orders;
}

static void set_lr(struct room *room, double lr)
{
	room->work.config.recipe.lr = (float)lr;
	trainer_set_lr(room->work.trainer, (float)lr);
	room__lock(room);
	room->shown.lr = lr;
	room__unlock_changed(room);
}

static void obey(struct room *room, const struct room_orders *orders)
{
	struct room_work *work = &room->work;
	bool all_done = work->epochs_done >= work->config.epochs;

	if (!work->trainer) // loading failed: nothing can be done
		return;
	if (orders->lr > 0)
		set_lr(room, orders->lr);
	if (orders->restart) {
		room__begin(room);
		all_done = !work->trainer;
	}
	if (orders->lay_down && work->running) {
		work->running = false;
		room__set_state(room, orders->rest);
	}
	if (orders->go && !all_done) {
		work->running = true;
		work->finite_steps = orders->steps > 0;
		work->steps_left = orders->steps;
		room__set_state(room, ROOM_STATE_RUNNING);
	}
}

static void *run(void *self)
{
	struct room *room = self;
	struct room_orders orders;

	lower_priority();
	room__load(room);
	for (;;) {
		orders = take_orders(room);
		if (orders.quit)
			break;
		obey(room, &orders);
		if (room->work.running)
			room__work(room);
	}
	return NULL;
}

/* -- the door ------------------------------------------------------------------------------------ */

static char *copy_or_null(const char *text)
{
	return text ? xstrdup(text) : NULL;
}

/* Signals are for the thread that watches the terminal. */
static int start_thread(struct room *room)
{
	sigset_t all, before;
	int failed;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	failed = pthread_create(&room->thread, NULL, run, room);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return failed;
}

static void init_locks(struct room *room)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_mutex_init(&room->mutex, NULL);
	pthread_cond_init(&room->ordered, NULL);
	pthread_cond_init(&room->changed, &attributes);
	pthread_condattr_destroy(&attributes);
}

static void dispose(struct room *room)
{
	room__work_release(&room->work);
	room_snapshot_release(&room->shown);
	pthread_cond_destroy(&room->changed);
	pthread_cond_destroy(&room->ordered);
	pthread_mutex_destroy(&room->mutex);
	mem_free(room);
}

int room_open(const struct room_config *config, struct room **ret, struct diag *diag)
{
	struct room *room = xzalloc(1, sizeof(*room));
	int failed;

	room->work.config = *config;
	room->work.config.data = copy_or_null(config->data);
	room->work.config.net = copy_or_null(config->net);
	room->shown.epochs = config->epochs;
	room->shown.lr = (double)config->recipe.lr;
	room->shown.change = 1;
	init_locks(room);
	failed = start_thread(room);
	if (failed) {
		diag_set(diag, ERR_STATE, "cannot start a thread for training: %s", strerror(failed));
		dispose(room);
		return ERR_STATE;
	}
	*ret = room;
	return 0;
}

void room_free(struct room *room)
{
	if (!room)
		return;
	room__lock(room);
	room->orders.any = room->orders.quit = true;
	pthread_cond_signal(&room->ordered);
	pthread_mutex_unlock(&room->mutex);
	pthread_join(room->thread, NULL);
	dispose(room);
}

static void order_rest(struct room_orders *orders, enum room_state rest)
{
	orders->go = false;
	orders->lay_down = true;
	orders->rest = rest;
}

static void order_go(struct room_orders *orders, size_t steps)
{
	orders->steps = orders->go && orders->steps && steps ? orders->steps + steps : steps;
	orders->go = true;
	orders->lay_down = false;
}

void room_command(struct room *room, enum room_command command, double value)
{
	struct room_orders *orders = &room->orders;

	room__lock(room);
	orders->any = true;
	switch (command) {
	case ROOM_COMMAND_START:
		order_go(orders, 0);
		break;
	case ROOM_COMMAND_STEP:
		order_go(orders, (size_t)value);
		break;
	case ROOM_COMMAND_PAUSE:
		order_rest(orders, ROOM_STATE_PAUSED);
		break;
	case ROOM_COMMAND_STOP:
		order_rest(orders, ROOM_STATE_STOPPED);
		break;
	case ROOM_COMMAND_RESTART:
		orders->restart = true;
		order_go(orders, 0);
		break;
	case ROOM_COMMAND_LR:
		orders->lr = value;
		break;
	}
	pthread_cond_signal(&room->ordered);
	pthread_mutex_unlock(&room->mutex);
}

/* -- copies -------------------------------------------------------------------------------------- */

/* Batches and epochs only ever grow within a run: copy what has been added. */
static void copy_losses(struct room_snapshot *to, const struct room_snapshot *from, size_t have)
{
	if (to->loss_capacity < from->loss_count) {
		to->loss_capacity = from->loss_capacity;
		to->losses = xrealloc(to->losses, to->loss_capacity, sizeof(*to->losses));
	}
	if (from->loss_count > have)
		memcpy(to->losses + have, from->losses + have,
		    (from->loss_count - have) * sizeof(*to->losses));
}

static void copy_history(struct room_snapshot *to, const struct room_snapshot *from)
{
	if (to->history_capacity < from->epoch_count) {
		to->history_capacity = from->history_capacity;
		to->history = xrealloc(to->history, to->history_capacity, sizeof(*to->history));
	}
	if (from->epoch_count)
		memcpy(to->history, from->history, from->epoch_count * sizeof(*to->history));
}

static void copy_snapshot(struct room_snapshot *to, const struct room_snapshot *from)
{
	size_t have = to->run == from->run && to->losses ? to->loss_count : 0;
	struct room_snapshot kept;

	copy_losses(to, from, have);
	copy_history(to, from);
	kept = *to;
	*to = *from;
	to->losses = kept.losses;
	to->loss_capacity = kept.loss_capacity;
	to->history = kept.history;
	to->history_capacity = kept.history_capacity;
}

static bool look(struct room *room, struct room_snapshot *snapshot)
{
	if (snapshot->change == room->shown.change)
		return false;
	copy_snapshot(snapshot, &room->shown);
	return true;
}

bool room_look(struct room *room, struct room_snapshot *snapshot)
{
	bool is_new;

	room__lock(room);
	is_new = look(room, snapshot);
	pthread_mutex_unlock(&room->mutex);
	return is_new;
}

static struct timespec deadline_in(double seconds)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	ts.tv_sec += (time_t)seconds;
	ts.tv_nsec += (long)((seconds - (double)(time_t)seconds) * 1e9);
	if (ts.tv_nsec >= 1000000000) {
		ts.tv_nsec -= 1000000000;
		ts.tv_sec++;
	}
	return ts;
}

bool room_wait(struct room *room, struct room_snapshot *snapshot, double seconds)
{
	struct timespec deadline = deadline_in(seconds);
	bool is_new;

	room__lock(room);
	while (snapshot->change == room->shown.change) {
		if (pthread_cond_timedwait(&room->changed, &room->mutex, &deadline) == ETIMEDOUT)
			break;
	}
	is_new = look(room, snapshot);
	pthread_mutex_unlock(&room->mutex);
	return is_new;
}

void room_snapshot_release(struct room_snapshot *snapshot)
{
	mem_free(snapshot->losses);
	mem_free(snapshot->history);
	*snapshot = (struct room_snapshot){.change = 0};
}

const char *room_state_name(enum room_state state)
{
	static const char *const names[] = {
	    [ROOM_STATE_LOADING] = "loading the data",
	    [ROOM_STATE_READY] = "ready",
	    [ROOM_STATE_RUNNING] = "training",
	    [ROOM_STATE_PAUSED] = "paused",
	    [ROOM_STATE_STOPPED] = "stopped",
	    [ROOM_STATE_DONE] = "done",
	    [ROOM_STATE_FAILED] = "failed",
	};

	return names[state];
}
