// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Training and evaluating a net on labelled images.
 *
 * A batch is cut into blocks of 16 images; a thread takes a block through the whole net, forward
 * and backward; the blocks' gradients are summed in the order of the blocks. So the result has the
 * same bits for any number of threads, with and without OpenMP.
 *
 * The trainer borrows the net and the images; it changes the net's parameters only. One step is the
 * unit of work: whoever drives it (a command, a thread beside the screen) may stop, save, or change
 * the learning rate between two steps.
 */
#ifndef ENGINE_TRAINER_H
#define ENGINE_TRAINER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/rng.h"
#include "engine/images.h"
#include "engine/net.h"

#define TRAINER_BLOCK 16 // images a block: one vector register or a few, whatever the machine

struct recipe {
	size_t batch;	 // images a step; the last of an epoch may be smaller
	float lr;
	float momentum;	    // v = momentum * v + g; p -= lr * v (PyTorch's form)
	float weight_decay; // g = gradient of the batch's mean loss + weight_decay * p
	uint64_t seed;
	bool shuffle;
	int threads; // 0: as many as the machine has
};

// Document D3's: batch 256, lr 0.9, plain SGD, shuffled.
#define RECIPE_DEFAULT {.batch = 256, .lr = 0.9f, .seed = 1, .shuffle = true}

/* What a step did, and the epoch so far. */
struct step_report {
	size_t epoch;	   // from 1
	size_t batch;	   // from 1, within the epoch
	size_t batches;	   // steps an epoch
	size_t step;	   // from 1, since the start
	double loss;	   // mean over this batch's images, before the update
	double epoch_loss; // mean over the epoch's images so far
	double epoch_accuracy;
	bool epoch_done;
};

struct evaluation {
	double loss; // mean over images
	double accuracy;
	size_t count;
	uint32_t confusion[16][16]; // [true][predicted], for up to 16 classes
};

struct trainer;

int trainer_new(struct net *net, const struct recipe *recipe, const struct images *train,
    struct trainer **ret, struct diag *diag) WARN_UNUSED;
void trainer_free(struct trainer *trainer); // NULL is a no-op

// One batch: forward, backward, update. ERR_DIVERGED when loss or weights stop being finite: *diag
// names step, layer and likely cause, and the parameters are those before the step.
int trainer_step(struct trainer *trainer, struct step_report *ret, struct diag *diag) WARN_UNUSED;
void trainer_set_lr(struct trainer *trainer, float lr);
const struct recipe *trainer_recipe(const struct trainer *trainer);

/*
 * What a checkpoint keeps beside the parameters, enough to go on bit for bit, also in the middle of an
 * epoch (with the same recipe and images).
 */
struct trainer_state {
	size_t epoch, step; // done so far: whole epochs, steps since the start
	struct rng rng;	    // of the shuffling, as it was before the epoch under way
	double loss_sum;    // of the epoch under way, over its images so far
	size_t correct;
	const float *momentum; // [param_count], NULL where the recipe has none; borrowed
};
void trainer_get_state(const struct trainer *trainer, struct trainer_state *ret);
// Copies what *state borrows. ERR_RANGE where epoch and step do not fit the recipe.
int trainer_set_state(struct trainer *trainer, const struct trainer_state *state,
    struct diag *diag) WARN_UNUSED;

// The gradient of the mean loss over the given images (blocks in order), [param_count]: for tests and
// for those who want to look at it. `threads` as in recipe.
int net_gradient(const struct net *net, const struct images *images, const uint32_t *indices,
    size_t count, int threads, float *gradient, double *ret_loss, struct diag *diag) WARN_UNUSED;
int net_evaluate(const struct net *net, const struct images *images, int threads,
    struct evaluation *ret, struct diag *diag) WARN_UNUSED;
// Logits [count][classes] of images [first, first + count).
int net_logits(const struct net *net, const struct images *images, size_t first, size_t count,
    int threads, float *logits, struct diag *diag) WARN_UNUSED;

#endif
