// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Gradient descent for one small kernel, written out. With the error e = Y_hat - Y,
 *
 *	loss = sum e[r,c]^2      d loss / d w[i,j] = sum 2 e[r,c] X[r+i, c+j]      d loss / d b = sum 2 e[r,c]
 *
 * How one is made, from a recipe or from a view's lines, is in stage_learn_open.c, its words are in
 * stage_learn_words.c, what it says about itself in stage_learn_text.c.
 */
#include "config.h"

#include "lesson/stage_learn.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "lesson/stage_internal.h"
#include "lesson/words.h"
#include "notebook/notebook.h"

#define LOSS_MAX 1e12 // beyond it the descent counts as diverged
#define LEAST_SPEED 4.0
#define RUN_SECONDS 10.0 // a run takes about so long unless it has few updates

static struct stage_learn *learn_of(struct stage *stage)
{
	return (struct stage_learn *)stage;
}

/* -- the arithmetic ------------------------------------------------------------------------------ */

int stage_learn_weights(const struct stage_learn *learn)
{
	return learn->kernel_rows * learn->kernel_cols;
}

static double predict(const struct stage_learn *learn, const double *weights, double bias, int row,
    int col)
{
	double sum = bias;

	for (int i = 0; i < learn->kernel_rows; i++)
		for (int j = 0; j < learn->kernel_cols; j++)
			sum += weights[i * learn->kernel_cols + j] *
			       *stage_matrix_at(&learn->image, row + i, col + j);
	return sum;
}

double stage_learn_loss(const struct stage_learn *learn, const double *weights, double bias)
{
	double loss = 0;

	for (int r = 0; r < learn->target.rows; r++) {
		for (int c = 0; c < learn->target.cols; c++) {
			double error =
			    predict(learn, weights, bias, r, c) - *stage_matrix_at(&learn->target, r, c);

			loss += error * error;
		}
	}
	return loss;
}

static void add_to_gradient(const struct stage_learn *learn, double error, int row, int col,
    struct learn_point *gradient)
{
	for (int i = 0; i < learn->kernel_rows; i++)
		for (int j = 0; j < learn->kernel_cols; j++)
			gradient->weights[i * learn->kernel_cols + j] +=
			    2 * error * *stage_matrix_at(&learn->image, row + i, col + j);
	if (learn->has_bias)
		gradient->bias += 2 * error;
}

/* Output, error and gradient of the frame shown. */
static void compute(struct stage_learn *learn)
{
	const struct learn_point *point = &learn->points[learn->now];

	learn->gradient = (struct learn_point){.loss = 0};
	for (int r = 0; r < learn->target.rows; r++) {
		for (int c = 0; c < learn->target.cols; c++) {
			double output = predict(learn, point->weights, point->bias, r, c);
			double error = output - *stage_matrix_at(&learn->target, r, c);

			*stage_matrix_at(&learn->output, r, c) = (float)output;
			*stage_matrix_at(&learn->error, r, c) = (float)error;
			add_to_gradient(learn, error, r, c, &learn->gradient);
		}
	}
}

/* out = H v: the loss's curvature, twice the sum of products of inputs (1 for the bias). */
static void curvature_times(const struct stage_learn *learn, const double *v, double *out)
{
	int count = stage_learn_weights(learn);

	memset(out, 0, (size_t)(count + 1) * sizeof(*out));
	for (int r = 0; r < learn->target.rows; r++) {
		for (int c = 0; c < learn->target.cols; c++) {
			double along = predict(learn, v, learn->has_bias ? v[count] : 0, r, c);

			for (int k = 0; k < count; k++)
				out[k] += 2 * along * *stage_matrix_at(&learn->image,
							  r + k / learn->kernel_cols,
							  c + k % learn->kernel_cols);
			if (learn->has_bias)
				out[count] += 2 * along;
		}
	}
}

/* The largest eigenvalue of the curvature by power iteration from a start without symmetry. */
static double largest_curvature(const struct stage_learn *learn)
{
	double v[STAGE_LEARN_WEIGHTS_MAX + 1], next[STAGE_LEARN_WEIGHTS_MAX + 1], length = 0;
	int count = stage_learn_weights(learn) + learn->has_bias;

	for (int i = 0; i < count; i++)
		v[i] = 1 + 0.37 * i;
	for (int round = 0; round < 200; round++) {
		curvature_times(learn, v, next);
		length = 0;
		for (int i = 0; i < count; i++)
			length += next[i] * next[i];
		length = sqrt(length);
		if (length == 0)
			return 0;
		for (int i = 0; i < count; i++)
			v[i] = next[i] / length;
	}
	return length;
}

double stage_learn_limit(const struct stage_learn *learn)
{
	return learn->limit;
}

/* -- frames -------------------------------------------------------------------------------------- */

static void append(struct stage_learn *learn, const struct learn_point *point)
{
	if (learn->last + 1 >= learn->capacity) {
		learn->capacity *= 2;
		learn->points = xrealloc(learn->points, learn->capacity, sizeof(*learn->points));
	}
	learn->points[++learn->last] = *point;
}

static double updated(const struct stage_learn *learn, double value, double gradient)
{
	return value - learn->lr * (gradient + learn->decay * value);
}

bool learn__advance(struct stage_learn *learn)
{
	struct learn_point next = learn->points[learn->now];

	if (learn->now == learn->last) {
		if (learn->diverged || learn->last == STAGE_LEARN_STEPS_MAX)
			return false;
		for (int i = 0; i < stage_learn_weights(learn); i++)
			next.weights[i] = updated(learn, next.weights[i], learn->gradient.weights[i]);
		if (learn->has_bias)
			next.bias = updated(learn, next.bias, learn->gradient.bias);
		next.loss = stage_learn_loss(learn, next.weights, next.bias);
		append(learn, &next);
		learn->diverged = !(next.loss <= LOSS_MAX);
	}
	learn->now++;
	compute(learn);
	return true;
}

void learn__goto(struct stage_learn *learn, size_t frame)
{
	learn->now = frame < learn->last ? frame : learn->last;
	compute(learn);
}

void learn__change(struct stage_learn *learn)
{
	double curvature = largest_curvature(learn) + learn->decay;

	learn->limit = curvature > 0 ? 2 / curvature : INFINITY;
	if (!learn->has_bias)
		learn->points[learn->now].bias = 0;
	learn->points[learn->now].loss = stage_learn_loss(
	    learn, learn->points[learn->now].weights, learn->points[learn->now].bias);
	learn->last = learn->now;
	learn->diverged = !(learn->points[learn->now].loss <= LOSS_MAX);
	compute(learn);
}

void learn__restart(struct stage_learn *learn, const double *start)
{
	struct learn_point *first = &learn->points[0];

	if (start)
		memcpy(first->weights, start, (size_t)stage_learn_weights(learn) * sizeof(*start));
	first->bias = 0;
	learn->now = 0;
	learn->running = false;
	learn__change(learn);
}

/* -- making one ---------------------------------------------------------------------------------- */

void learn__release(struct stage_learn *learn)
{
	stage_matrix_release(&learn->image);
	stage_matrix_release(&learn->target);
	stage_matrix_release(&learn->output);
	stage_matrix_release(&learn->error);
	mem_free(learn->points);
}

static void close_learn(struct stage *stage)
{
	learn__release(learn_of(stage));
	mem_free(stage);
}

static int check_params(const struct stage_learn_params *params, struct diag *diag)
{
	if (params->kernel_rows * params->kernel_cols > STAGE_LEARN_WEIGHTS_MAX)
		return diag_set(diag, ERR_LIMIT, "a kernel of %dx%d has more than %d weights",
		    params->kernel_rows, params->kernel_cols, STAGE_LEARN_WEIGHTS_MAX);
	if (params->target.rows != params->image.rows - params->kernel_rows + 1 ||
	    params->target.cols != params->image.cols - params->kernel_cols + 1)
		return diag_set(diag, ERR_SHAPE, "a %dx%d kernel on a %dx%d image does not give %dx%d",
		    params->kernel_rows, params->kernel_cols, params->image.rows, params->image.cols,
		    params->target.rows, params->target.cols);
	return 0;
}

static void init(struct stage_learn *learn, const struct stage_learn_params *params)
{
	const struct stage_matrix *target = &params->target;

	*learn = (struct stage_learn){
	    .stage.ops = &stage_learn_ops,
	    .kernel_rows = params->kernel_rows,
	    .kernel_cols = params->kernel_cols,
	    .has_bias = params->has_bias,
	    .lr = params->lr,
	    .decay = params->decay,
	    .steps = params->steps,
	    .speed = fmax(LEAST_SPEED, params->steps / RUN_SECONDS),
	    .capacity = 64,
	};
	stage_matrix_copy(&learn->image, &params->image);
	stage_matrix_copy(&learn->target, target);
	stage_matrix_init(&learn->output, "Y_hat", target->rows, target->cols, NULL);
	stage_matrix_init(&learn->error, "Y_hat - Y", target->rows, target->cols, NULL);
	learn->points = xzalloc(learn->capacity, sizeof(*learn->points));
	learn__restart(learn, params->start);
}

int stage_learn_new(const struct stage_learn_params *params, struct stage **ret, struct diag *diag)
{
	struct stage_learn *learn;
	int code = check_params(params, diag);

	if (code < 0)
		return code;
	learn = xmalloc(1, sizeof(*learn));
	init(learn, params);
	*ret = &learn->stage;
	return 0;
}

/* -- the lesson's side --------------------------------------------------------------------------- */

static bool tick(struct stage *stage, double now)
{
	struct stage_learn *learn = learn_of(stage);
	bool moved = false;

	if (!learn->running)
		return false;
	if (learn->next_at < 0)
		learn->next_at = now + 1 / learn->speed;
	while (learn->running && now >= learn->next_at) {
		learn->next_at += 1 / learn->speed;
		learn->running = learn__advance(learn) && learn->now < (size_t)learn->steps;
		moved = true;
	}
	return moved;
}

static bool busy(const struct stage *stage)
{
	return ((const struct stage_learn *)stage)->running;
}

/* "w0", "w1", ...: the weight's index, or -1. */
static int weight_index(const struct stage_learn *learn, const char *name)
{
	const char *digits = name + 1;
	int index;

	if (name[0] != 'w' || !words_take_int(&digits, &index) || *digits)
		return -1;
	return index >= 0 && index < stage_learn_weights(learn) ? index : -1;
}

static bool state(const struct stage *stage, const char *name, double *ret)
{
	const struct stage_learn *learn = (const struct stage_learn *)stage;
	const struct learn_point *point = &learn->points[learn->now];
	int weight = weight_index(learn, name);
	const struct {
		const char *name;
		double value;
	} values[] = {
	    {"step", (double)learn->now},
	    {"loss", point->loss},
	    {"bias", point->bias},
	    {"lr", learn->lr},
	    {"limit", learn->limit},
	    {"running", learn->running},
	    {"steps", learn->steps},
	    {"diverged", learn->diverged},
	};

	if (weight >= 0) {
		*ret = point->weights[weight];
		return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		if (strcmp(values[i].name, name) == 0) {
			*ret = values[i].value;
			return true;
		}
	}
	return false;
}

static int publish_weights(const struct stage_learn *learn, struct notebook *nb, struct diag *diag)
{
	struct stage_matrix weights;
	struct tensor *tensor = NULL;
	int code;

	stage_matrix_init(&weights, "W", learn->kernel_rows, learn->kernel_cols, NULL);
	for (int i = 0; i < stage_learn_weights(learn); i++)
		weights.values[i] = (float)learn->points[learn->now].weights[i];
	code = stage_matrix_to_tensor(&weights, &tensor, diag);
	if (code == 0)
		code = notebook_set_tensor(nb, "W", tensor, diag);
	tensor_free(tensor);
	stage_matrix_release(&weights);
	return code;
}

static int publish(const struct stage *stage, struct notebook *nb, struct diag *diag)
{
	static const char *const names[] = {"step", "loss", "w0", "w1", "bias", "lr"};
	int code = publish_weights((const struct stage_learn *)stage, nb, diag);

	for (size_t i = 0; i < ARRAY_LEN(names) && code == 0; i++) {
		double value;

		if (state(stage, names[i], &value))
			code = notebook_set_number(nb, names[i], value, diag);
	}
	return code;
}

static const char *const param_keys[] = {
    "recipe", "image", "target", "kernel", "start", "lr", "decay", "steps", "bias", NULL};

const struct stage_ops stage_learn_ops = {
    .name = "learn",
    .title = "Learning a kernel",
    .commands = learn__commands,
    .params = param_keys,
    .open = learn__open,
    .close = close_learn,
    .command = learn__command,
    .tick = tick,
    .busy = busy,
    .describe = learn__describe,
    .sum = learn__sum,
    .publish = publish,
    .state = state,
};
