// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "engine/trainer.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "engine/batch.h"

#define SHUFFLE_STREAM 1 // of the recipe's seed; stream 0 makes the first weights

_Static_assert(BLOCK == TRAINER_BLOCK, "kernels and trainer cut batches alike");

struct trainer {
	struct net *net;
	struct recipe recipe;
	const struct images *images;
	struct batch batch;
	float *gradient, *velocity; // [param_count]; velocity NULL without momentum
	float *before;		    // [2][param_count]: parameters and velocity before the step
	uint32_t *order;		     // [images->count]: the epoch's images
	bool ordered;			     // `order` is that of the epoch under way
	struct trainer_state state;
};

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t batches_of(const struct trainer *trainer)
{
	return (trainer->images->count + trainer->recipe.batch - 1) / trainer->recipe.batch;
}

static int check_recipe(const struct recipe *recipe, struct diag *diag)
{
	if (recipe->batch == 0)
		return diag_set(diag, ERR_RANGE, "a batch needs at least one image");
	if (!isfinite(recipe->lr) || recipe->lr < 0)
		return diag_set(diag, ERR_RANGE, "learning rate %g is not possible", (double)recipe->lr);
	if (!(recipe->momentum >= 0 && recipe->momentum < 1))
		return diag_set(diag, ERR_RANGE, "momentum %g is not in [0, 1)", (double)recipe->momentum);
	if (!isfinite(recipe->weight_decay) || recipe->weight_decay < 0)
		return diag_set(diag, ERR_RANGE, "weight decay %g is not possible",
		    (double)recipe->weight_decay);
	return 0;
}

static int allocate(struct trainer *trainer, struct diag *diag)
{
	size_t count = trainer->net->param_count;

	trainer->gradient = mem_aligned(count, sizeof(float));
	trainer->before = mem_aligned(2 * count, sizeof(float));
	trainer->order = mem_alloc(trainer->images->count, sizeof(*trainer->order));
	if (trainer->recipe.momentum > 0) {
		trainer->velocity = mem_aligned(count, sizeof(float));
		if (trainer->velocity)
			memset(trainer->velocity, 0, count * sizeof(float));
	}
	if (!trainer->gradient || !trainer->before || !trainer->order ||
	    (trainer->recipe.momentum > 0 && !trainer->velocity))
		return diag_set(diag, ERR_NOMEM, "no memory to train %zu parameters", count);
	return 0;
}

int trainer_new(struct net *net, const struct recipe *recipe, const struct images *train,
    struct trainer **ret, struct diag *diag)
{
	struct trainer *trainer;
	int err = check_recipe(recipe, diag);

	if (err < 0)
		return err;
	trainer = mem_zalloc(1, sizeof(*trainer));
	if (!trainer)
		return diag_set(diag, ERR_NOMEM, "no memory for a trainer");
	trainer->net = net;
	trainer->recipe = *recipe;
	trainer->images = train;
	rng_seed_stream(&trainer->state.rng, recipe->seed, SHUFFLE_STREAM);
	err = batch_init(&trainer->batch, net, train, recipe->threads, smaller(recipe->batch, train->count),
	    true, diag);
	if (err == 0)
		err = allocate(trainer, diag);
	if (err < 0) {
		trainer_free(trainer);
		return err;
	}
	*ret = trainer;
	return 0;
}

void trainer_free(struct trainer *trainer)
{
	if (!trainer)
		return;
	batch_release(&trainer->batch);
	mem_free(trainer->gradient);
	mem_free(trainer->before);
	mem_free(trainer->velocity);
	mem_free(trainer->order);
	mem_free(trainer);
}

void trainer_set_lr(struct trainer *trainer, float lr)
{
	trainer->recipe.lr = lr;
}

const struct recipe *trainer_recipe(const struct trainer *trainer)
{
	return &trainer->recipe;
}

/* -- a step ------------------------------------------------------------------------------------- */

// The epoch's order comes from the generator's state at its start, which `state` keeps until its end.
static void order_images(struct trainer *trainer)
{
	struct rng rng = trainer->state.rng;

	for (size_t i = 0; i < trainer->images->count; i++)
		trainer->order[i] = (uint32_t)i;
	if (trainer->recipe.shuffle)
		rng_shuffle(&rng, trainer->order, trainer->images->count);
	trainer->ordered = true;
}

static void finish_epoch(struct trainer *trainer)
{
	struct trainer_state *state = &trainer->state;

	if (trainer->recipe.shuffle) // leaves the generator as the shuffle left it
		rng_shuffle(&state->rng, trainer->order, trainer->images->count);
	state->epoch++;
	state->loss_sum = 0;
	state->correct = 0;
	trainer->ordered = false;
}

static bool all_finite(const float *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!isfinite(values[i]))
			return false;
	}
	return true;
}

static size_t bad_layer(const struct net *net, const float *values)
{
	size_t i = 0;

	for (; i < net->layer_count; i++) {
		const struct layer *layer = &net->layers[i];

		if (!all_finite(values + layer->weight_at, layer->weight_count) ||
		    !all_finite(values + layer->bias_at, layer->bias_count))
			break;
	}
	return i;
}

static const char *kind_of(const struct net *net, size_t layer)
{
	return layer < net->layer_count ? layer_kind_name(net->layers[layer].spec.kind) : "the loss";
}

// Called with the parameters as they were before the step, and the step's gradient.
static int explain(struct trainer *trainer, const struct batch_images *which, struct diag *diag)
{
	const struct net *net = trainer->net;
	size_t step = trainer->state.step + 1, layer = bad_layer(net, net->params);

	if (layer < net->layer_count) {
		diag_set(diag, ERR_DIVERGED, "step %zu: layer %zu (%s) started with weights that are not finite",
		    step, layer, kind_of(net, layer));
		diag_hint(diag, "start again from fresh weights or another file");
		return ERR_DIVERGED;
	}
	layer = batch_find_bad(&trainer->batch, which);
	if (layer < net->layer_count) {
		diag_set(diag, ERR_DIVERGED, "step %zu: the output of layer %zu (%s) is no longer finite",
		    step, layer, kind_of(net, layer));
	} else {
		layer = bad_layer(net, trainer->gradient);
		diag_set(diag, ERR_DIVERGED, "step %zu: the %s of layer %zu (%s) would no longer be finite", step,
		    layer < net->layer_count ? "gradient" : "weights", layer % net->layer_count,
		    kind_of(net, layer % net->layer_count));
	}
	diag_hint(diag, "learning rate %g is likely too high, try %g", (double)trainer->recipe.lr,
	    (double)trainer->recipe.lr / 10);
	return ERR_DIVERGED;
}

static void report(const struct trainer *trainer, size_t seen, const struct batch_result *sum,
    struct step_report *ret)
{
	const struct trainer_state *state = &trainer->state;
	size_t batches = batches_of(trainer);

	*ret = (struct step_report){.epoch = state->epoch + 1,
	    .batch = state->step - state->epoch * batches,
	    .batches = batches,
	    .step = state->step,
	    .loss = sum->loss / sum->lanes,
	    .epoch_loss = state->loss_sum / (double)seen,
	    .epoch_accuracy = (double)state->correct / (double)seen};
	ret->epoch_done = ret->batch == batches;
}

static void undo(struct trainer *trainer)
{
	size_t count = trainer->net->param_count;

	memcpy(trainer->net->params, trainer->before, count * sizeof(float));
	if (trainer->velocity)
		memcpy(trainer->velocity, trainer->before + count, count * sizeof(float));
}

int trainer_step(struct trainer *trainer, struct step_report *ret, struct diag *diag)
{
	struct trainer_state *state = &trainer->state;
	const struct recipe *recipe = &trainer->recipe;
	size_t done = (state->step - state->epoch * batches_of(trainer)) * recipe->batch;
	struct batch_update update = {.lr = recipe->lr,
	    .momentum = recipe->momentum,
	    .weight_decay = recipe->weight_decay,
	    .velocity = trainer->velocity,
	    .before = trainer->before};
	struct batch_images which = {.count = smaller(recipe->batch, trainer->images->count - done)};
	struct batch_result sum = {.loss = 0};

	if (!trainer->ordered)
		order_images(trainer);
	which.indices = trainer->order + done;
	if (!batch_learn(&trainer->batch, &which, trainer->gradient, &update, &sum) || !isfinite(sum.loss)) {
		undo(trainer);
		return explain(trainer, &which, diag);
	}
	state->step++;
	state->loss_sum += sum.loss;
	state->correct += (size_t)sum.correct;
	report(trainer, done + which.count, &sum, ret);
	if (ret->epoch_done)
		finish_epoch(trainer);
	return 0;
}

/* -- state -------------------------------------------------------------------------------------- */

void trainer_get_state(const struct trainer *trainer, struct trainer_state *ret)
{
	*ret = trainer->state;
	ret->momentum = trainer->velocity;
}

int trainer_set_state(struct trainer *trainer, const struct trainer_state *state, struct diag *diag)
{
	size_t batches = batches_of(trainer), first;

	if (!size_mul(state->epoch, batches, &first) || state->step < first ||
	    state->step - first >= batches) {
		diag_set(diag, ERR_RANGE, "step %zu is not in epoch %zu of %zu steps each", state->step,
		    state->epoch + 1, batches);
		diag_hint(diag, "go on with the images and the batch size it was trained with");
		return ERR_RANGE;
	}
	if (trainer->velocity && !state->momentum) {
		diag_set(diag, ERR_STATE, "the recipe has momentum, the state to go on from has none");
		diag_hint(diag, "go on with the recipe it was trained with");
		return ERR_STATE;
	}
	trainer->state = *state;
	trainer->state.momentum = NULL;
	trainer->ordered = false;
	if (trainer->velocity)
		memcpy(trainer->velocity, state->momentum, trainer->net->param_count * sizeof(float));
	return 0;
}
