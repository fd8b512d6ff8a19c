// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The inside of the training room. Two threads meet in `struct room`: what stands below `mutex` is
 * touched only while it is held; what stands below `work` belongs to the training thread alone.
 */
#ifndef LESSON_ROOM_INTERNAL_H
#define LESSON_ROOM_INTERNAL_H

#include <pthread.h>

#include "data/dataset.h"
#include "lesson/room.h"

/* What the training thread works with. */
struct room_work {
	struct room_config config; // strings owned
	struct dataset *dataset;
	struct images train, test; // borrowed from the dataset, cut to the limit
	struct net *net;
	struct trainer *trainer;
	float *gradient; // [param_count], scratch
	bool running;
	bool finite_steps; // run only steps_left more batches
	size_t steps_left;
	size_t epochs_done;
	double epoch_seconds; // of training, in the epoch under way
	bool evaluating;
	size_t evaluated; // test images seen
	struct evaluation sum;
	struct room_epoch epoch; // under evaluation
};

/* What has been asked for since the thread last looked. */
struct room_orders {
	bool any, quit, restart;
	bool go;	 // run; else see `rest`
	size_t steps;	 // run so many; 0: until told otherwise
	bool lay_down;	 // pause or stop
	enum room_state rest; // paused or stopped
	double lr;	 // 0: as it is
};

struct room {
	pthread_t thread;
	pthread_cond_t ordered, changed;
	pthread_mutex_t mutex;
	struct room_orders orders;
	struct room_snapshot shown;

	struct room_work work;
};

/* room_work.c: what the training thread does; each publishes what has changed. */
void room__load(struct room *room);
void room__begin(struct room *room); // from the seed
void room__work(struct room *room);  // one batch, or one slice of an evaluation
void room__work_release(struct room_work *work);
void room__set_state(struct room *room, enum room_state state);

/* room.c */
void room__lock(struct room *room);
void room__unlock_changed(struct room *room); // and tell whoever waits

#endif
