// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The training room: a net trains in a thread of its own, at lower priority, beside whoever looks
 * on. Commands are noted and obeyed between two steps; the state is read as a copy, so that neither
 * side ever waits for the other for longer than one copy.
 *
 * The thread loads the data, trains epoch by epoch and evaluates on the test set after each, in
 * slices, so that a command is answered quickly even then.
 */
#ifndef LESSON_ROOM_H
#define LESSON_ROOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/trainer.h"

#define ROOM_KERNELS_MAX 16	// of the first layer, that are shown
#define ROOM_KERNEL_CELLS_MAX 64
#define ROOM_LAYERS_MAX 8 // with weights, whose gradients are shown

struct room;

struct room_config {
	const char *data; // NULL: what is found; else as dataset_open
	const char *net;  // NULL: lenet5
	size_t epochs;
	size_t limit; // first N training images only; 0: all
	struct recipe recipe;
};

enum room_state {
	ROOM_STATE_LOADING,
	ROOM_STATE_READY,   // nothing trained yet
	ROOM_STATE_RUNNING, // training, or evaluating
	ROOM_STATE_PAUSED,
	ROOM_STATE_STOPPED, // by the user; `start` goes on all the same
	ROOM_STATE_DONE,    // all epochs
	ROOM_STATE_FAILED,  // see diag: no data, or diverged; then the weights are those before that step
};

/* What one epoch came to. Test figures are NaN until it has been evaluated. */
struct room_epoch {
	double train_loss, train_accuracy;
	double test_loss, test_accuracy;
	double seconds; // of training
};

/* A copy of the room's state; grows as the run does. */
struct room_snapshot {
	unsigned long change; // counts: equal means that nothing is new
	unsigned long run;    // counts restarts
	enum room_state state;
	bool evaluating;
	double evaluated; // 0..1, share of the test set seen
	char data[640];	  // which data, in one line
	bool synthetic;
	char class_names[16][32];
	size_t train_images, test_images;
	size_t epochs;	// to train
	size_t epoch;	// the one under way, from 1; 0: none yet
	size_t batch, batches, step;
	double lr;
	double loss;	   // of the newest batch
	double epoch_loss; // mean of the epoch so far
	double images_per_second, seconds_left; // of training; 0: not known yet
	size_t loss_count;
	float *losses; // one a batch, owned
	size_t loss_capacity;
	size_t epoch_count; // finished
	struct room_epoch *history; // owned
	size_t history_capacity;
	int kernel_count, kernel_rows, kernel_cols; // 0: the net has no convolution
	float kernels[ROOM_KERNELS_MAX][ROOM_KERNEL_CELLS_MAX];
	int layer_count; // with weights, first to last
	char layer_names[ROOM_LAYERS_MAX][16]; // "conv1", "fc1", ...
	double gradients[ROOM_LAYERS_MAX];     // root mean square over the layer's weights, now and then
	bool has_confusion;
	uint32_t confusion[16][16]; // [true][predicted], of the last evaluation
	struct diag diag; // ROOM_STATE_FAILED
};

enum room_command {
	ROOM_COMMAND_START, // or go on; after divergence, too, with another learning rate
	ROOM_COMMAND_PAUSE,
	ROOM_COMMAND_STEP, // `value` batches, then pause
	ROOM_COMMAND_STOP,
	ROOM_COMMAND_RESTART, // from the seed with the present learning rate, and run
	ROOM_COMMAND_LR,      // `value`
};

// Starts the thread; strings are copied. Loading errors show in the snapshot.
int room_open(const struct room_config *config, struct room **ret, struct diag *diag) WARN_UNUSED;
void room_free(struct room *room); // ends the thread after its step; NULL is a no-op
void room_command(struct room *room, enum room_command command, double value);
// Bring `snapshot` (zeroed at first) up to date; false: nothing is new.
bool room_look(struct room *room, struct room_snapshot *snapshot);
// Wait until something is new or `seconds` have passed (real time); the same result.
bool room_wait(struct room *room, struct room_snapshot *snapshot, double seconds);
void room_snapshot_release(struct room_snapshot *snapshot);
const char *room_state_name(enum room_state state); // "training", "paused", ...

#endif
