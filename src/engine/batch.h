// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Batches through a net, on several threads: what training and evaluating share. A batch is cut into
 * blocks of 16 images; threads take blocks, then pieces of the weight gradient. Which thread took
 * what never shows in a result.
 */
#ifndef ENGINE_BATCH_H
#define ENGINE_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/crew.h"
#include "engine/images.h"
#include "engine/plan.h"

#define BATCH_MAX_THREADS 1024

/* Of one block. */
struct batch_result {
	double loss; // sum over its images
	int correct, lanes;
	int predicted[BLOCK];
};

/* One step of SGD, done to each piece of the gradient as soon as it is known. */
struct batch_update {
	float lr, momentum, weight_decay;
	float *velocity; // [param_count] or NULL
	float *before;	 // [2][param_count]: receives parameters and velocity as they were
};

struct batch {
	struct plan *plan;
	const struct images *images; // borrowed
	int threads;
	size_t chunk_blocks; // blocks in flight at once
	struct crew crew;
	float *packed, *workspaces, *kept; // kept is NULL where only forward runs
};

// Threads asked for (0: as many as the machine has) to threads used; ERR_RANGE beyond the limits.
int batch_threads(int asked, int *ret, struct diag *diag) WARN_UNUSED;
// Memory for batches of up to `images_at_once`; ERR_SHAPE where images do not fit the net.
int batch_init(struct batch *batch, const struct net *net, const struct images *images, int threads,
    size_t images_at_once, bool learn, struct diag *diag) WARN_UNUSED;
void batch_release(struct batch *batch); // of zeros is a no-op
void batch_pack(struct batch *batch); // after the net's parameters changed

/* The images of a batch: indices[0 .. count), or first .. first + count where indices is NULL. */
struct batch_images {
	const uint32_t *indices;
	size_t first, count;
};

// Forward only. results [ceil(count / 16)]; logits [count][classes] or NULL.
void batch_forward(struct batch *batch, const struct batch_images *which, struct batch_result *results,
    float *logits);
// Mean gradient over the batch, and the update where that is not NULL; false: a parameter is no
// longer finite. Sums of loss and correct labels are added to *sum.
bool batch_learn(struct batch *batch, const struct batch_images *which, float *gradient,
    const struct batch_update *update, struct batch_result *sum);
// Loads a block's images into the workspace of thread 0 and runs them forward, for a post-mortem.
size_t batch_find_bad(struct batch *batch, const struct batch_images *which);

#endif
