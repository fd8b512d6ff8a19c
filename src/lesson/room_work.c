// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What happens in the training room's thread: loading, one batch, one slice of an evaluation. Each
 * function does its work without the lock and then publishes, under the lock, what has changed.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "lesson/room_internal.h"

#define SLICE 1000	   // test images evaluated between two looks at the orders
#define GRADIENT_EVERY 20  // batches
#define GRADIENT_IMAGES 64 // a quarter of a usual batch: about one percent of the time

void room__set_state(struct room *room, enum room_state state)
{
	room__lock(room);
	room->shown.state = state;
	room__unlock_changed(room);
}

static void fail(struct room *room, const struct diag *diag)
{
	room->work.running = false;
	room__lock(room);
	room->shown.state = ROOM_STATE_FAILED;
	room->shown.diag = *diag;
	room__unlock_changed(room);
}

void room__work_release(struct room_work *work)
{
	trainer_free(work->trainer);
	net_free(work->net);
	dataset_free(work->dataset);
	mem_free(work->gradient);
	mem_free((void *)work->config.data);
	mem_free((void *)work->config.net);
}

/* -- what is shown of the net -------------------------------------------------------------------- */

/* The first layer's kernels, first input channel; held by the caller: the lock. */
static void show_kernels(const struct net *net, struct room_snapshot *shown)
{
	const struct layer *layer = &net->layers[0];
	int cells = layer->spec.kernel_h * layer->spec.kernel_w;
	int stride = cells * layer->in[0];

	if (layer->spec.kind != LAYER_KIND_CONV2D || cells > ROOM_KERNEL_CELLS_MAX)
		return;
	shown->kernel_rows = layer->spec.kernel_h;
	shown->kernel_cols = layer->spec.kernel_w;
	shown->kernel_count =
	    layer->out[0] < ROOM_KERNELS_MAX ? layer->out[0] : ROOM_KERNELS_MAX;
	for (int k = 0; k < shown->kernel_count; k++)
		memcpy(shown->kernels[k], net->params + layer->weight_at + (size_t)(k * stride),
		    (size_t)cells * sizeof(float));
}

static double root_mean_square(const float *values, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += (double)values[i] * values[i];
	return sqrt(sum / (double)count);
}

/* The size of each layer's gradient on the first images: what sigmoids leave of it. */
static void show_gradients(struct room *room)
{
	struct room_work *work = &room->work;
	size_t count = work->train.count < GRADIENT_IMAGES ? work->train.count : GRADIENT_IMAGES;
	double loss, sizes[ROOM_LAYERS_MAX];
	int shown = 0;

	if (net_gradient(work->net, &work->train, NULL, count, work->config.recipe.threads,
		work->gradient, &loss, NULL) < 0)
		return;
	for (size_t i = 0; i < work->net->layer_count && shown < ROOM_LAYERS_MAX; i++) {
		const struct layer *layer = &work->net->layers[i];

		if (layer->weight_count)
			sizes[shown++] =
			    root_mean_square(work->gradient + layer->weight_at, layer->weight_count);
	}
	room__lock(room);
	memcpy(room->shown.gradients, sizes, (size_t)shown * sizeof(sizes[0]));
	room->shown.layer_count = shown;
	room__unlock_changed(room);
}

static void name_layers(const struct net *net, struct room_snapshot *shown)
{
	int convs = 0, dense = 0, named = 0;

	for (size_t i = 0; i < net->layer_count && named < ROOM_LAYERS_MAX; i++) {
		const struct layer *layer = &net->layers[i];
		bool conv = layer->spec.kind == LAYER_KIND_CONV2D;

		if (layer->weight_count)
			snprintf(shown->layer_names[named++], sizeof(shown->layer_names[0]), "%s%d",
			    conv ? "conv" : "fc", conv ? ++convs : ++dense);
	}
}

/* -- loading and beginning ----------------------------------------------------------------------- */

static int open_all(struct room_work *work, struct diag *diag)
{
	int code = dataset_open(work->config.data, &work->dataset, diag);

	if (code < 0)
		return code;
	work->train = work->dataset->train;
	work->test = work->dataset->test;
	if (work->config.limit && work->config.limit < work->train.count)
		work->train.count = work->config.limit;
	code = net_new_named(work->config.net ? work->config.net : "lenet5", &work->net, diag);
	if (code < 0)
		return code;
	work->gradient = mem_aligned(work->net->param_count, sizeof(float));
	return work->gradient ? 0 : diag_set(diag, ERR_NOMEM, "no memory for a gradient");
}

void room__load(struct room *room)
{
	struct room_work *work = &room->work;
	struct diag diag = {.code = 0};

	if (open_all(work, &diag) < 0) {
		fail(room, &diag);
		return;
	}
	room__lock(room);
	dataset_describe(work->dataset, room->shown.data, sizeof(room->shown.data));
	room->shown.synthetic = work->dataset->synthetic;
	memcpy(room->shown.class_names, work->dataset->class_names, sizeof(room->shown.class_names));
	room->shown.train_images = work->train.count;
	room->shown.test_images = work->test.count;
	name_layers(work->net, &room->shown);
	pthread_mutex_unlock(&room->mutex);
	room__begin(room);
}

static void show_beginning(struct room *room)
{
	struct room_snapshot *shown = &room->shown;
	size_t batch = room->work.config.recipe.batch;

	room__lock(room);
	shown->run++;
	shown->state = ROOM_STATE_READY;
	shown->epoch = shown->batch = shown->step = 0;
	shown->batches = (shown->train_images + batch - 1) / batch;
	shown->loss = shown->epoch_loss = 0;
	shown->images_per_second = shown->seconds_left = 0;
	shown->loss_count = shown->epoch_count = 0;
	shown->layer_count = 0;
	shown->evaluating = shown->has_confusion = false;
	shown->evaluated = 0;
	show_kernels(room->work.net, shown);
	room__unlock_changed(room);
}

void room__begin(struct room *room)
{
	struct room_work *work = &room->work;
	struct diag diag = {.code = 0};
	struct rng rng;

	trainer_free(work->trainer);
	work->trainer = NULL;
	work->running = work->evaluating = false;
	work->epochs_done = 0;
	work->epoch_seconds = 0;
	rng_seed(&rng, work->config.recipe.seed); // as the command train does
	net_init_xavier(work->net, &rng);
	if (trainer_new(work->net, &work->config.recipe, &work->train, &work->trainer, &diag) < 0)
		fail(room, &diag);
	else
		show_beginning(room);
}

/* -- a batch ------------------------------------------------------------------------------------- */

static void append_loss(struct room_snapshot *shown, double loss)
{
	if (shown->loss_count == shown->loss_capacity) {
		shown->loss_capacity = shown->loss_capacity ? 2 * shown->loss_capacity : 1024;
		shown->losses = xrealloc(shown->losses, shown->loss_capacity, sizeof(*shown->losses));
	}
	shown->losses[shown->loss_count++] = (float)loss;
}

/* From the images and seconds of this epoch so far. */
static void show_speed(const struct room_work *work, const struct step_report *report,
    struct room_snapshot *shown)
{
	size_t batch = work->config.recipe.batch, count = work->train.count;
	size_t seen = report->batch * batch < count ? report->batch * batch : count;
	double left = (double)(work->config.epochs - report->epoch) * (double)count + (double)(count - seen);

	if (work->epoch_seconds <= 0)
		return;
	shown->images_per_second = (double)seen / work->epoch_seconds;
	shown->seconds_left = left / shown->images_per_second;
}

static void show_step(struct room *room, const struct step_report *report)
{
	struct room_snapshot *shown = &room->shown;

	room__lock(room);
	shown->epoch = report->epoch;
	shown->batch = report->batch;
	shown->batches = report->batches;
	shown->step = report->step;
	shown->loss = report->loss;
	shown->epoch_loss = report->epoch_loss;
	append_loss(shown, report->loss);
	show_speed(&room->work, report, shown);
	show_kernels(room->work.net, shown);
	room__unlock_changed(room);
}

static void begin_evaluation(struct room *room, const struct step_report *report)
{
	struct room_work *work = &room->work;

	work->evaluating = true;
	work->evaluated = 0;
	work->sum = (struct evaluation){.count = 0};
	work->epoch = (struct room_epoch){
	    .train_loss = report->epoch_loss,
	    .train_accuracy = report->epoch_accuracy,
	    .test_loss = NAN,
	    .test_accuracy = NAN,
	    .seconds = work->epoch_seconds,
	};
	work->epoch_seconds = 0;
	room__lock(room);
	room->shown.evaluating = true;
	room->shown.evaluated = 0;
	room__unlock_changed(room);
}

/* Rest where that many batches were asked for; an evaluation that is due comes first. */
static void rest_after_steps(struct room *room)
{
	struct room_work *work = &room->work;

	if (!work->running || !work->finite_steps || work->steps_left > 0 || work->evaluating)
		return;
	work->running = false;
	room__set_state(room, ROOM_STATE_PAUSED);
}

static void train_batch(struct room *room)
{
	struct room_work *work = &room->work;
	struct diag diag = {.code = 0};
	struct step_report report;
	double start = clock_real();

	if (trainer_step(work->trainer, &report, &diag) < 0) {
		fail(room, &diag);
		return;
	}
	work->epoch_seconds += clock_real() - start;
	if (work->steps_left > 0)
		work->steps_left--;
	show_step(room, &report);
	if (report.step % GRADIENT_EVERY == 1)
		show_gradients(room);
	if (report.epoch_done)
		begin_evaluation(room, &report);
}

/* -- an evaluation ------------------------------------------------------------------------------- */

static void add_evaluation(struct evaluation *sum, const struct evaluation *slice)
{
	double before = (double)sum->count, more = (double)slice->count, all = before + more;

	sum->loss = (sum->loss * before + slice->loss * more) / all;
	sum->accuracy = (sum->accuracy * before + slice->accuracy * more) / all;
	sum->count += slice->count;
	for (int i = 0; i < 16; i++)
		for (int j = 0; j < 16; j++)
			sum->confusion[i][j] += slice->confusion[i][j];
}

static void append_epoch(struct room_snapshot *shown, const struct room_epoch *epoch)
{
	if (shown->epoch_count == shown->history_capacity) {
		shown->history_capacity = shown->history_capacity ? 2 * shown->history_capacity : 16;
		shown->history =
		    xrealloc(shown->history, shown->history_capacity, sizeof(*shown->history));
	}
	shown->history[shown->epoch_count++] = *epoch;
}

static void finish_epoch(struct room *room)
{
	struct room_work *work = &room->work;
	bool done = ++work->epochs_done >= work->config.epochs;

	work->evaluating = false;
	work->epoch.test_loss = work->sum.loss;
	work->epoch.test_accuracy = work->sum.accuracy;
	if (done)
		work->running = false;
	room__lock(room);
	append_epoch(&room->shown, &work->epoch);
	memcpy(room->shown.confusion, work->sum.confusion, sizeof(room->shown.confusion));
	room->shown.has_confusion = true;
	room->shown.evaluating = false;
	if (done)
		room->shown.state = ROOM_STATE_DONE;
	room__unlock_changed(room);
}

static void evaluate_slice(struct room *room)
{
	struct room_work *work = &room->work;
	size_t pixels = (size_t)work->test.height * (size_t)work->test.width;
	size_t left = work->test.count - work->evaluated;
	struct images slice = work->test;
	struct diag diag = {.code = 0};
	struct evaluation found;

	slice.pixels += work->evaluated * pixels;
	slice.labels += work->evaluated;
	slice.count = left < SLICE ? left : SLICE;
	if (net_evaluate(work->net, &slice, work->config.recipe.threads, &found, &diag) < 0) {
		fail(room, &diag);
		return;
	}
	add_evaluation(&work->sum, &found);
	work->evaluated += slice.count;
	room__lock(room);
	room->shown.evaluated = (double)work->evaluated / (double)work->test.count;
	room__unlock_changed(room);
	if (work->evaluated == work->test.count)
		finish_epoch(room);
}

void room__work(struct room *room)
{
	if (room->work.evaluating)
		evaluate_slice(room);
	else
		train_batch(room);
	rest_after_steps(room);
}
