// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "engine/bench_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/rng.h"
#include "engine/batch.h"
#include "engine/trainer.h"

#define MAX_ROUNDS 101
#define ROUND_SECONDS 2e-3	   // of an operator
#define PEAK_SECONDS 2e-3
#define IMAGES 4096		   // trained and evaluated a round
#define BATCH 256
#define BYTES_PER_FLOAT 4

/* What is measured, on one thread. */
struct bench {
	struct batch batch;
	struct net *net;
	struct images images;
	uint8_t *pixels, *labels;
	float *gradient, *scratch; // [param_count], a workspace
	int rounds;
	double peaks[MAX_ROUNDS]; // flop per second of one core
	size_t peak_loops;
};

enum pass { PASS_FORWARD, PASS_WEIGHTS, PASS_BACKWARD, PASS_BATCH, PASS_COUNT };

/* One operator to run. */
struct operation {
	struct bench *bench;
	enum pass pass;
	size_t layer;
	struct layer_work work;
};

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double quantile(const double *sorted, int n, int quarter)
{
	return sorted[(n - 1) * quarter / 4];
}

// rates per second; shares may be NULL.
static struct bench_rates summarise(double *rates, double *shares, int n)
{
	struct bench_rates ret = {.median = 0};

	qsort(rates, (size_t)n, sizeof(*rates), compare);
	ret.median = quantile(rates, n, 2);
	ret.best = rates[n - 1];
	ret.spread = (quantile(rates, n, 3) - quantile(rates, n, 1)) / 2 / ret.median;
	if (shares) {
		qsort(shares, (size_t)n, sizeof(*shares), compare);
		ret.share = quantile(shares, n, 2);
	}
	return ret;
}

// What one thread computes is measured in its own time, which a busy machine does not stretch.
static double now(int threads)
{
	return threads == 1 ? clock_thread() : clock_real();
}

static double peak_rate(double (*peak)(size_t loops), size_t loops)
{
	double start = clock_thread(), flop = peak(loops);

	return flop / (clock_thread() - start);
}

static double peak_once(const struct bench *bench)
{
	return peak_rate(bench->batch.plan->kernels->peak, bench->peak_loops);
}

static void calibrate_peak(struct bench *bench)
{
	double start, took = 0;

	for (bench->peak_loops = 1000; took < PEAK_SECONDS; bench->peak_loops *= 2) {
		start = clock_thread();
		bench->batch.plan->kernels->peak(bench->peak_loops);
		took = clock_thread() - start;
	}
}

static void run_batch_gradient(const struct operation *op)
{
	const struct plan *plan = op->bench->batch.plan;
	const struct plan_layer *layer = &plan->layers[op->layer];
	struct gradient_work work = {.layer = &plan->net->layers[op->layer],
	    .kept = op->bench->batch.kept + layer->kept_at,
	    .kept_stride = plan->kept_count,
	    .blocks = op->bench->batch.chunk_blocks,
	    .gradient = op->bench->gradient};

	for (size_t i = 0; i < layer->sizes.pieces; i++)
		layer->impl->gradient(&work, i);
}

static void run_operation(const void *arg)
{
	const struct operation *op = arg;
	const struct layer_impl *impl = op->bench->batch.plan->layers[op->layer].impl;
	struct layer_work work = op->work;

	switch (op->pass) {
	case PASS_FORWARD:
		impl->forward(&work);
		break;
	case PASS_WEIGHTS:
		work.diff_src.data = NULL;
		impl->backward(&work);
		break;
	case PASS_BACKWARD:
		impl->backward(&work);
		break;
	default:
		run_batch_gradient(op);
	}
}

static bool has_weights(const struct operation *op)
{
	return op->bench->batch.plan->layers[op->layer].sizes.pieces > 0;
}

static bool worth_measuring(const struct operation *op)
{
	enum layer_kind kind = op->bench->net->layers[op->layer].spec.kind;

	switch (op->pass) {
	case PASS_FORWARD:
		return kind != LAYER_KIND_FLATTEN;
	case PASS_WEIGHTS:
		return kind == LAYER_KIND_CONV2D;
	case PASS_BACKWARD:
		return op->layer > 0 && kind != LAYER_KIND_FLATTEN;
	default:
		return kind == LAYER_KIND_LINEAR;
	}
}

static double floats_of(const struct view *view)
{
	return (double)view->channels * view->height * view->width * BLOCK;
}

static void count_work(const struct operation *op, struct bench_item *item)
{
	const struct layer *layer = &op->bench->net->layers[op->layer];
	double product = 2 * layer->macs * BLOCK, weights = (double)(layer->weight_count + layer->bias_count);
	double planes = floats_of(&op->work.src) + floats_of(&op->work.dst);
	double blocks = (double)op->bench->batch.chunk_blocks;

	item->flop = product;
	item->bytes = BYTES_PER_FLOAT * (planes + weights);
	if (op->pass == PASS_BACKWARD && layer->spec.kind == LAYER_KIND_CONV2D) {
		item->flop = 2 * product;
		item->bytes = BYTES_PER_FLOAT * (2 * floats_of(&op->work.src) + floats_of(&op->work.dst) + 2 * weights);
	} else if (op->pass == PASS_BATCH) {
		item->flop = product * blocks;
		item->bytes = BYTES_PER_FLOAT * (planes * blocks + weights);
	}
}

static double time_calls(const struct bench_call *call, size_t calls)
{
	double start = clock_thread();

	for (size_t i = 0; i < calls; i++)
		call->run(call->arg);
	return (clock_thread() - start) / (double)calls;
}

void bench_measure(const struct bench_call *call, struct bench_item *item)
{
	double rates[MAX_ROUNDS], shares[MAX_ROUNDS];
	size_t calls = 1 + (size_t)(ROUND_SECONDS / time_calls(call, 2));

	for (int r = 0; r < call->rounds; r++) {
		double peak = peak_rate(call->peak, call->peak_loops), seconds = time_calls(call, calls);

		rates[r] = 1 / seconds;
		shares[r] = item->flop / seconds / peak;
	}
	item->gflops = summarise(rates, shares, call->rounds);
	item->seconds = 1 / item->gflops.median;
	item->gflops.median *= item->flop * 1e-9;
	item->gflops.best *= item->flop * 1e-9;
}

static struct bench_call call_of(const struct bench *bench)
{
	return (struct bench_call){.peak = bench->batch.plan->kernels->peak,
	    .peak_loops = bench->peak_loops, .rounds = bench->rounds};
}

static void measure(const struct operation *op, struct bench_item *item)
{
	static const char *const passes[PASS_COUNT] = {"forward", "backward weights", "backward", "batch gradient"};
	const struct bench *bench = op->bench;
	struct bench_call call = call_of(bench);

	snprintf(item->name, sizeof(item->name), "%zu %s %s", op->layer,
	    layer_kind_name(bench->net->layers[op->layer].spec.kind), passes[op->pass]);
	item->impl = bench->batch.plan->layers[op->layer].impl->name;
	count_work(op, item);
	call.run = run_operation;
	call.arg = op;
	bench_measure(&call, item);
}

static void measure_layers(struct bench *bench, struct bench_report *ret)
{
	struct plan_memory memory = plan_memory_at(bench->batch.plan, bench->batch.workspaces);

	memory.kept = bench->batch.kept;
	for (size_t i = 0; i < bench->net->layer_count; i++) {
		for (int pass = 0; pass < PASS_COUNT; pass++) {
			struct operation op = {.bench = bench, .pass = (enum pass)pass, .layer = i};

			if (!bench->batch.plan->layers[i].impl)
				continue;
			op.work = plan_work(bench->batch.plan, i, bench->batch.packed, &memory);
			// Its place in the workspace may be that of diff_dst: from call to call the numbers
			// would wither to denormal ones, at a fifth of the speed.
			op.work.diff_src.data = bench->scratch + (op.work.src.data - bench->batch.workspaces);
			if (!worth_measuring(&op) || (pass == PASS_BATCH && !has_weights(&op)) ||
			    ret->item_count == BENCH_MAX_ITEMS)
				continue;
			measure(&op, &ret->items[ret->item_count++]);
		}
	}
}

/* -- whole epochs ------------------------------------------------------------------------------ */

static void rate_of(const struct bench *bench, int threads, double flop, const double *seconds,
    struct bench_rates *ret)
{
	double rates[MAX_ROUNDS], shares[MAX_ROUNDS];

	for (int r = 0; r < bench->rounds; r++) {
		rates[r] = (double)IMAGES / seconds[r];
		shares[r] = rates[r] * flop / (bench->peaks[r] * threads);
	}
	*ret = summarise(rates, shares, bench->rounds);
}

// Forward, weight gradients, and the gradients of the inputs but the first.
static double train_flop(const struct net *net)
{
	double macs = 0;

	for (size_t i = 0; i < net->layer_count; i++)
		macs += net->layers[i].macs * (i > 0 ? 3 : 2);
	return 2 * macs;
}

static double forward_flop(const struct net *net)
{
	double macs = 0;

	for (size_t i = 0; i < net->layer_count; i++)
		macs += net->layers[i].macs;
	return 2 * macs;
}

static int measure_training(struct bench *bench, struct bench_report *ret, struct diag *diag)
{
	const struct recipe recipe = {.batch = BATCH, .lr = 0.1f, .shuffle = true, .threads = ret->threads};
	double seconds[MAX_ROUNDS], start;
	struct trainer *trainer;
	struct step_report report = {.epoch_done = false};
	int err = trainer_new(bench->net, &recipe, &bench->images, &trainer, diag);

	if (err == 0)
		err = trainer_step(trainer, &report, diag); // threads start, memory is touched
	for (int r = 0; r < bench->rounds && err == 0; r++) {
		bench->peaks[r] = peak_once(bench);
		start = now(ret->threads);
		for (int i = 0; i < IMAGES / BATCH && err == 0; i++)
			err = trainer_step(trainer, &report, diag);
		seconds[r] = now(ret->threads) - start;
	}
	if (err == 0)
		rate_of(bench, ret->threads, ret->train_flop, seconds, &ret->train);
	trainer_free(trainer);
	return err;
}

static int measure_evaluation(struct bench *bench, struct bench_report *ret, struct diag *diag)
{
	double seconds[MAX_ROUNDS], start;
	struct evaluation evaluation;
	int err = 0;

	for (int r = 0; r < bench->rounds && err == 0; r++) {
		bench->peaks[r] = peak_once(bench);
		start = now(ret->threads);
		err = net_evaluate(bench->net, &bench->images, ret->threads, &evaluation, diag);
		seconds[r] = now(ret->threads) - start;
	}
	if (err == 0)
		rate_of(bench, ret->threads, forward_flop(bench->net), seconds, &ret->evaluate);
	return err;
}

/* -- all of it ---------------------------------------------------------------------------------- */

static int make_images(struct bench *bench, struct diag *diag)
{
	const int *in = bench->net->in;
	size_t bytes = (size_t)IMAGES * (size_t)in[1] * (size_t)in[2];
	struct rng rng;

	bench->pixels = mem_alloc(bytes, 1);
	bench->labels = mem_alloc(IMAGES, 1);
	bench->gradient = mem_aligned(bench->net->param_count, sizeof(float));
	if (!bench->pixels || !bench->labels || !bench->gradient)
		return diag_set(diag, ERR_NOMEM, "no memory for %d images", IMAGES);
	rng_seed(&rng, 1);
	net_init_xavier(bench->net, &rng);
	for (size_t i = 0; i < bytes; i++)
		bench->pixels[i] = (uint8_t)rng_below(&rng, 256);
	for (size_t i = 0; i < IMAGES; i++)
		bench->labels[i] = (uint8_t)rng_below(&rng, (uint64_t)bench->net->classes);
	bench->images = (struct images){
	    bench->pixels, bench->labels, IMAGES, in[1], in[2], bench->net->classes};
	return 0;
}

static int prepare(struct bench *bench, const struct bench_options *options, struct diag *diag)
{
	const struct batch_images first = {.count = BATCH};
	struct batch_result sum = {.loss = 0};
	int err;

	bench->rounds = options->rounds ? options->rounds : 9;
	if (bench->rounds < 1 || bench->rounds > MAX_ROUNDS)
		return diag_set(diag, ERR_RANGE, "%d rounds are not in 1 .. %d", bench->rounds, MAX_ROUNDS);
	err = net_new_named("lenet5", &bench->net, diag);
	if (err == 0)
		err = make_images(bench, diag);
	if (err == 0)
		err = batch_init(&bench->batch, bench->net, &bench->images, 1, BATCH, true, diag);
	bench->scratch = err == 0 ? mem_aligned(bench->batch.plan->workspace_count, sizeof(float)) : NULL;
	if (err == 0 && !bench->scratch)
		err = diag_set(diag, ERR_NOMEM, "no memory for a workspace");
	if (err == 0) // fills every buffer with numbers as they occur
		(void)batch_learn(&bench->batch, &first, bench->gradient, NULL, &sum);
	return err;
}

static void release(struct bench *bench)
{
	batch_release(&bench->batch);
	net_free(bench->net);
	mem_free(bench->pixels);
	mem_free(bench->labels);
	mem_free(bench->gradient);
	mem_free(bench->scratch);
}

static int run_all(struct bench *bench, const struct bench_options *options, struct bench_report *ret,
    struct diag *diag)
{
	struct bench_call call;
	int err = batch_threads(options->threads, &ret->threads, diag);

	if (err == 0)
		err = prepare(bench, options, diag);
	if (err < 0)
		return err;
	ret->isa = bench->batch.plan->kernels->isa;
	ret->lanes = bench->batch.plan->kernels->lanes;
	ret->train_flop = train_flop(bench->net);
	calibrate_peak(bench);
	for (int r = 0; r < bench->rounds; r++)
		bench->peaks[r] = peak_once(bench) * 1e-9;
	ret->peak = summarise(bench->peaks, NULL, bench->rounds);
	if (!options->skip_operators) {
		measure_layers(bench, ret);
		call = call_of(bench);
		bench_arrays(&call, ret);
	}
	err = measure_training(bench, ret, diag);
	return err < 0 ? err : measure_evaluation(bench, ret, diag);
}

int bench_run(const struct bench_options *options, struct bench_report *ret, struct diag *diag)
{
	struct bench bench = {.rounds = 0};
	struct bench_report report = {.isa = NULL};
	int err = run_all(&bench, options, &report, diag);

	release(&bench);
	if (err == 0)
		*ret = report;
	return err;
}
