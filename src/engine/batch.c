// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "engine/batch.h"

#ifdef _OPENMP
#include <omp.h>
#endif
#include <stdatomic.h>
#include <string.h>

#include "base/alloc.h"

#define PREFETCH_BYTES 4096 // of an image
#define CHUNK_BLOCKS 64 // of a large batch, at once: bounds the memory, not the result

/* One call's worth of work, shared by its threads. */
struct job {
	struct batch *batch;
	const struct batch_images *which;
	struct batch_result *results; // [blocks of the whole batch, or of the chunk]
	float *logits;
	size_t chunk, blocks; // first block of the chunk, their number
	float scale;
	float *gradient;
	const struct batch_update *update; // NULL but for the last chunk
	atomic_bool finite;
};

static int machine_threads(void)
{
#ifdef _OPENMP
	return omp_get_num_procs();
#else
	return 1;
#endif
}

int batch_threads(int asked, int *ret, struct diag *diag)
{
	if (asked < 0 || asked > BATCH_MAX_THREADS) {
		diag_set(diag, ERR_RANGE, "%d threads are not possible", asked);
		diag_hint(diag, "ask for 1 to %d, or 0 for as many as the machine has", BATCH_MAX_THREADS);
		return ERR_RANGE;
	}
	*ret = asked > 0 ? asked : machine_threads();
#ifndef _OPENMP
	*ret = 1; // built for one thread
#endif
	return 0;
}

static int check_images(const struct net *net, const struct images *images, struct diag *diag)
{
	if (net->in[0] != 1 || images->height != net->in[1] || images->width != net->in[2])
		return diag_set(diag, ERR_SHAPE, "the images are 1x%dx%d, the net takes %dx%dx%d",
		    images->height, images->width, net->in[0], net->in[1], net->in[2]);
	if (images->classes > net->classes)
		return diag_set(diag, ERR_SHAPE, "the images have %d classes, the net knows %d",
		    images->classes, net->classes);
	if (images->count == 0 || images->count > UINT32_MAX)
		return diag_set(diag, ERR_RANGE, "%zu images are not possible", images->count);
	return 0;
}

static size_t blocks_of(size_t images)
{
	return (images + BLOCK - 1) / BLOCK;
}

static int allocate(struct batch *batch, bool learn, struct diag *diag)
{
	const struct plan *plan = batch->plan;
	size_t workspaces, kept;

	if (!size_mul((size_t)batch->threads, plan->workspace_count, &workspaces) ||
	    !size_mul(batch->chunk_blocks, plan->kept_count, &kept))
		return diag_set(diag, ERR_NOMEM, "the net is too large for this machine");
	batch->packed = mem_aligned(plan->packed_count, sizeof(float));
	batch->workspaces = mem_aligned(workspaces, sizeof(float));
	batch->kept = learn ? mem_aligned(kept, sizeof(float)) : NULL;
	if (!batch->packed || !batch->workspaces || (learn && !batch->kept))
		return diag_set(diag, ERR_NOMEM, "no memory to run the net");
	memset(batch->packed, 0, plan->packed_count * sizeof(float));
	memset(batch->workspaces, 0, workspaces * sizeof(float));
	if (learn)
		memset(batch->kept, 0, kept * sizeof(float));
	return 0;
}

int batch_init(struct batch *batch, const struct net *net, const struct images *images, int threads,
    size_t images_at_once, bool learn, struct diag *diag)
{
	const struct kernels *kernels;
	int err = check_images(net, images, diag);

	*batch = (struct batch){.images = images};
	if (err == 0)
		err = batch_threads(threads, &batch->threads, diag);
	if (err == 0)
		err = kernels_pick(&kernels, diag);
	if (err == 0)
		err = plan_new(net, kernels, &batch->plan, diag);
	if (err < 0) {
		batch_release(batch);
		return err;
	}
	batch->chunk_blocks = blocks_of(images_at_once);
	if (batch->chunk_blocks > CHUNK_BLOCKS)
		batch->chunk_blocks = CHUNK_BLOCKS;
	if ((size_t)batch->threads > batch->chunk_blocks)
		batch->threads = (int)batch->chunk_blocks;
	err = allocate(batch, learn, diag);
	if (err < 0)
		batch_release(batch);
	else
		crew_init(&batch->crew, batch->threads);
	return err;
}

void batch_release(struct batch *batch)
{
	crew_release(&batch->crew);
	plan_free(batch->plan);
	mem_free(batch->packed);
	mem_free(batch->workspaces);
	mem_free(batch->kept);
	batch->plan = NULL;
	batch->packed = batch->workspaces = batch->kept = NULL;
}

void batch_pack(struct batch *batch)
{
	for (size_t i = 0; i < batch->plan->piece_count; i++)
		plan_pack(batch->plan, &batch->plan->pieces[i], batch->packed);
}

static size_t image_index(const struct batch_images *which, size_t i)
{
	return which->indices ? which->indices[i] : which->first + i;
}

static float *workspace_of(struct batch *batch, int thread)
{
	return batch->workspaces + (size_t)thread * batch->plan->workspace_count;
}

// Shuffled images lie anywhere in memory: the next block's are on their way while this one is learnt.
static void prefetch_block(const struct batch *batch, const struct batch_images *which, size_t block)
{
	size_t plane = (size_t)batch->images->height * (size_t)batch->images->width;

	for (size_t i = block * BLOCK; i < (block + 1) * BLOCK && i < which->count; i++) {
		const uint8_t *pixels = batch->images->pixels + image_index(which, i) * plane;

		for (size_t at = 0; at < plane && at < PREFETCH_BYTES; at += 64)
			__builtin_prefetch(pixels + at, 0, 2);
	}
}

// Pixels and labels of a block into the workspace; returns how many images it has.
static int load_block(struct batch *batch, const struct batch_images *which, size_t block,
    float *workspace, uint8_t labels[BLOCK])
{
	const struct images *images = batch->images;
	const uint8_t *pixels[BLOCK] = {NULL};
	size_t first = block * BLOCK, plane = (size_t)images->height * (size_t)images->width;
	int lanes = 0;

	for (; lanes < BLOCK && first + (size_t)lanes < which->count; lanes++) {
		size_t index = image_index(which, first + (size_t)lanes);

		pixels[lanes] = images->pixels + index * plane;
		labels[lanes] = images->labels[index];
	}
	batch->plan->kernels->gather(pixels, plan_input(batch->plan, workspace));
	return lanes;
}

static void copy_logits(const struct view *view, int lanes, float *dst)
{
	for (int lane = 0; lane < lanes; lane++) {
		for (int c = 0; c < view->channels; c++)
			*dst++ = view->data[c * BLOCK + lane];
	}
}

static void forward_block(const struct job *job, size_t block, int thread, struct loss_work *loss,
    struct batch_result *result)
{
	struct batch *batch = job->batch;
	float *workspace = workspace_of(batch, thread);
	uint8_t labels[BLOCK];

	loss->lanes = load_block(batch, job->which, block, workspace, labels);
	plan_forward(batch->plan, batch->packed, workspace);
	loss->logits = plan_logits(batch->plan, workspace);
	loss->labels = labels;
	batch->plan->kernels->loss(loss);
	result->loss = loss->loss;
	result->correct = loss->correct;
	result->lanes = loss->lanes;
	for (int lane = 0; lane < BLOCK; lane++)
		result->predicted[lane] = loss->predicted[lane];
	if (job->logits)
		copy_logits(&loss->logits, loss->lanes,
		    job->logits + block * BLOCK * (size_t)batch->plan->net->classes);
}

static void evaluate_block(void *arg, size_t block, int thread)
{
	const struct job *job = arg;
	struct loss_work loss = {.scale = 0};

	forward_block(job, block, thread, &loss, &job->results[block]);
}

void batch_forward(struct batch *batch, const struct batch_images *which, struct batch_result *results,
    float *logits)
{
	struct job job = {.batch = batch, .which = which, .results = results, .logits = logits};

	batch_pack(batch);
	crew_each(&batch->crew, blocks_of(which->count), evaluate_block, &job);
}

static void learn_block(void *arg, size_t index, int thread)
{
	const struct job *job = arg;
	struct batch *batch = job->batch;
	size_t block = job->chunk + index;
	float *workspace = workspace_of(batch, thread);
	struct plan_memory memory = plan_memory_at(batch->plan, workspace);
	struct loss_work loss = {
	    .scale = job->scale, .diff = plan_diff_logits(batch->plan, memory.diffs)};

	prefetch_block(batch, job->which, block + (size_t)batch->threads);
	forward_block(job, block, thread, &loss, &job->results[index]);
	memory.kept = batch->kept + index * batch->plan->kept_count;
	plan_backward(batch->plan, batch->packed, &memory, false);
}

static bool update_run(const struct job *job, size_t at, size_t count)
{
	const struct batch_update *update = job->update;
	float *params = job->batch->plan->net->params + at;
	struct update_work work = {.params = params,
	    .gradient = job->gradient + at,
	    .velocity = update->velocity ? update->velocity + at : NULL,
	    .count = count,
	    .lr = update->lr,
	    .momentum = update->momentum,
	    .weight_decay = update->weight_decay};

	memcpy(update->before + at, params, count * sizeof(*params));
	if (work.velocity)
		memcpy(update->before + job->batch->plan->net->param_count + at, work.velocity,
		    count * sizeof(*params));
	return job->batch->plan->kernels->update(&work);
}

static void learn_piece(void *arg, size_t index, int thread)
{
	struct job *job = arg;
	const struct plan *plan = job->batch->plan;
	const struct plan_piece *piece = &plan->pieces[index];
	const struct plan_layer *layer = &plan->layers[piece->layer];
	const struct layer *shape = &plan->net->layers[piece->layer];
	size_t runs[2][2];
	struct gradient_work work = {.layer = shape,
	    .kept = job->batch->kept + layer->kept_at,
	    .kept_stride = plan->kept_count,
	    .blocks = job->blocks,
	    .add = job->chunk > 0,
	    .gradient = job->gradient};

	(void)thread;
	layer->impl->gradient(&work, piece->piece);
	if (!job->update)
		return;
	layer->impl->extent(shape, piece->piece, runs);
	for (int i = 0; i < 2; i++) {
		if (!update_run(job, runs[i][0], runs[i][1]))
			atomic_store(&job->finite, false);
	}
}

static void pack_piece(void *arg, size_t index, int thread)
{
	const struct job *job = arg;
	const struct plan *plan = job->batch->plan;

	(void)thread;
	plan_pack(plan, &plan->pieces[index], job->batch->packed);
}

static void learn_chunk(struct job *job)
{
	struct crew *crew = &job->batch->crew;
	size_t pieces = job->batch->plan->piece_count;

	if (job->chunk == 0)
		crew_each(crew, pieces, pack_piece, job);
	crew_each(crew, job->blocks, learn_block, job);
	crew_each(crew, pieces, learn_piece, job);
}

static void add_results(const struct batch_result *results, size_t count, struct batch_result *sum)
{
	for (size_t i = 0; i < count; i++) {
		sum->loss += results[i].loss;
		sum->correct += results[i].correct;
		sum->lanes += results[i].lanes;
	}
}

bool batch_learn(struct batch *batch, const struct batch_images *which, float *gradient,
    const struct batch_update *update, struct batch_result *sum)
{
	struct batch_result results[CHUNK_BLOCKS];
	struct job job = {.batch = batch,
	    .which = which,
	    .results = results,
	    .scale = 1.0f / (float)which->count,
	    .gradient = gradient,
	    .finite = true};
	size_t blocks = blocks_of(which->count);

	for (; job.chunk < blocks; job.chunk += batch->chunk_blocks) {
		size_t left = blocks - job.chunk;
		size_t now = left < batch->chunk_blocks ? left : batch->chunk_blocks;

		job.blocks = now;
		job.update = now == left ? update : NULL;
		learn_chunk(&job);
		add_results(results, now, sum);
	}
	return atomic_load(&job.finite);
}

size_t batch_find_bad(struct batch *batch, const struct batch_images *which)
{
	size_t layers = batch->plan->net->layer_count, bad = layers;
	uint8_t labels[BLOCK];

	batch_pack(batch);
	for (size_t b = 0; b < blocks_of(which->count) && bad == layers; b++) {
		load_block(batch, which, b, batch->workspaces, labels);
		plan_forward(batch->plan, batch->packed, batch->workspaces);
		bad = plan_find_bad(batch->plan, batch->workspaces);
	}
	return bad;
}
