// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Stage `training`: a net trains on a dataset while it is looked at (room.h).
 *
 * Lines of a view:
 *	net: lenet5   data: NAME (else what is found)   epochs: 10   batch: 256   lr: 0.9
 *	seed: 1   limit: N (first training images; else all)   threads: N   start: yes (at once)
 *
 * Numbers of the state: epoch (under way), epochs, epochs_done, batch, batches, step, loss,
 * train_loss, test_loss, accuracy (of the last epoch evaluated; -1 before), lr, running, paused, done,
 * failed, loading. publish sets epochs_done, step, loss, train_loss, test_loss, accuracy, lr and
 * synthetic.
 */
#ifndef LESSON_STAGE_TRAINING_H
#define LESSON_STAGE_TRAINING_H

#include "base/error.h"
#include "lesson/room.h"
#include "lesson/stage.h"

struct stage_training {
	struct stage stage;
	struct room *room; // owned
	struct room_config config;
	struct room_snapshot snapshot; // as of the last tick
	double looked_at;	       // time of that tick
	bool expecting;		       // told to train, and not seen to have begun:
	unsigned long expecting_change; // the snapshot is still the one of then
	double expecting_since;	       // time of the first tick after that; negative: none yet
	char *net, *data;	       // owned, NULL: default
};

int stage_training_new(const struct room_config *config, struct stage **ret,
    struct diag *diag) WARN_UNUSED;
// The newest epoch that has been evaluated, or NULL.
const struct room_epoch *stage_training_last(const struct stage_training *training);

extern const struct stage_ops stage_training_ops;

#endif
