// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Stage `learn`: gradient descent finds the kernel that makes the target from the image. The loss is
 * the sum of squared errors; an update is p -= lr * (grad + decay * p) for each weight and, where
 * there is one, the bias. All in double. Every update is kept, so that any frame can be seen again.
 *
 * Lines of a view (EXPR: evaluated by the notebook):
 *	recipe: d0 | d1 | d4   one of the documents' three, whole; further lines change it
 *	image: EXPR            a matrix
 *	target: EXPR           what corr2d should give; or
 *	kernel: EXPR           the kernel that makes the target
 *	start: W0 W1 ...       weights to start from, row by row
 *	lr: EXPR   decay: EXPR   steps: N (where `run` stops)   bias: yes | no
 *
 * Numbers of the state: step (updates done), loss (of the present weights), w0, w1, ..., bias, lr,
 * limit (the learning rate from which on the descent diverges), running, steps. publish sets step,
 * loss, w0, w1, bias, lr and the matrix W of the weights.
 *
 * The documents print the loss that an update began with: loss n of theirs is the loss at step n - 1.
 */
#ifndef LESSON_STAGE_LEARN_H
#define LESSON_STAGE_LEARN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "lesson/stage.h"
#include "lesson/stage_matrix.h"

#define STAGE_LEARN_WEIGHTS_MAX 25
#define STAGE_LEARN_STEPS_MAX 20000

/* One frame: the parameters after so many updates. */
struct learn_point {
	double weights[STAGE_LEARN_WEIGHTS_MAX];
	double bias;
	double loss; // of these parameters
};

struct stage_learn {
	struct stage stage;
	char recipe[8]; // "d0", ...; "" for one of its own
	struct stage_matrix image, target;
	int kernel_rows, kernel_cols;
	bool has_bias;
	double lr, decay;
	double limit; // see stage_learn_limit
	int steps;    // where `run` stops
	struct learn_point *points; // [0 .. last], owned
	size_t last;		    // the newest frame kept
	size_t now;		    // the frame shown; updates done
	size_t capacity;
	struct stage_matrix output, error; // of the frame shown: Y_hat, and Y_hat - Y
	struct learn_point gradient;	   // of the frame shown (its loss is unused)
	bool diverged; // the newest frame is beyond all bounds: no update follows it
	bool running;
	double speed;	// updates a second
	double next_at; // of the next update; negative: `run` has just begun
};

struct stage_learn_params {
	struct stage_matrix image, target; // copied
	int kernel_rows, kernel_cols;
	const double *start; // [kernel_rows * kernel_cols]; the bias starts at 0
	bool has_bias;
	double lr, decay;
	int steps;
};

int stage_learn_new(const struct stage_learn_params *params, struct stage **ret,
    struct diag *diag) WARN_UNUSED;
// "d0", "d1" or "d4"; ERR_NOT_FOUND lists them.
int stage_learn_new_recipe(const char *recipe, struct stage **ret, struct diag *diag) WARN_UNUSED;
int stage_learn_weights(const struct stage_learn *learn); // rows * cols of the kernel
// The loss of any parameters on this image and target: what a contour is drawn from.
double stage_learn_loss(const struct stage_learn *learn, const double *weights, double bias);
// From this learning rate on the descent diverges: 2 / (largest eigenvalue of the loss's curvature,
// with the decay).
double stage_learn_limit(const struct stage_learn *learn);

extern const struct stage_ops stage_learn_ops;

#endif
