// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Looking at a net without changing it: gradient, loss and accuracy, logits. Declared in trainer.h.
 */
#include "config.h"

#include <math.h>

#include "base/alloc.h"
#include "engine/batch.h"
#include "engine/trainer.h"

static size_t blocks_of(size_t images)
{
	return (images + BLOCK - 1) / BLOCK;
}

static int check_range(const struct images *images, size_t first, size_t count, struct diag *diag)
{
	if (count == 0 || first >= images->count || count > images->count - first)
		return diag_set(diag, ERR_RANGE, "images %zu to %zu are asked for, there are %zu", first,
		    first + count, images->count);
	return 0;
}

int net_gradient(const struct net *net, const struct images *images, const uint32_t *indices,
    size_t count, int threads, float *gradient, double *ret_loss, struct diag *diag)
{
	struct batch batch;
	struct batch_images which = {.indices = indices, .count = count};
	struct batch_result sum = {.loss = 0};
	int err = check_range(images, 0, indices ? 1 : count, diag);

	for (size_t i = 0; err == 0 && indices && i < count; i++)
		err = check_range(images, indices[i], 1, diag);
	if (err == 0 && count == 0)
		err = diag_set(diag, ERR_RANGE, "a gradient needs at least one image");
	if (err == 0)
		err = batch_init(&batch, net, images, threads, count, true, diag);
	if (err < 0)
		return err;
	(void)batch_learn(&batch, &which, gradient, NULL, &sum);
	batch_release(&batch);
	*ret_loss = sum.loss / (double)count;
	return 0;
}

// Everything forward; *ret_results is for the caller to free.
static int run_forward(const struct net *net, const struct images *images,
    const struct batch_images *which, int threads, float *logits, struct batch_result **ret_results,
    struct diag *diag)
{
	struct batch batch;
	struct batch_result *results = mem_alloc(blocks_of(which->count), sizeof(*results));
	int err;

	if (!results)
		return diag_set(diag, ERR_NOMEM, "no memory to evaluate %zu images", which->count);
	err = batch_init(&batch, net, images, threads, which->count, false, diag);
	if (err < 0) {
		mem_free(results);
		return err;
	}
	batch_forward(&batch, which, results, logits);
	batch_release(&batch);
	*ret_results = results;
	return 0;
}

static void count_confusion(const struct images *images, const struct batch_result *result, size_t first,
    struct evaluation *ret)
{
	for (int lane = 0; lane < result->lanes; lane++) {
		size_t label = images->labels[first + (size_t)lane];
		int predicted = result->predicted[lane];

		if (label < 16 && predicted < 16)
			ret->confusion[label][predicted]++;
	}
}

int net_evaluate(const struct net *net, const struct images *images, int threads, struct evaluation *ret,
    struct diag *diag)
{
	struct batch_images all = {.count = images->count};
	struct batch_result *results;
	struct evaluation sum = {.count = images->count};
	size_t correct = 0;
	int err = run_forward(net, images, &all, threads, NULL, &results, diag);

	if (err < 0)
		return err;
	for (size_t b = 0; b < blocks_of(images->count); b++) {
		sum.loss += results[b].loss;
		correct += (size_t)results[b].correct;
		count_confusion(images, &results[b], b * BLOCK, &sum);
	}
	mem_free(results);
	sum.loss /= (double)images->count;
	sum.accuracy = (double)correct / (double)images->count;
	*ret = sum;
	return 0;
}

int net_logits(const struct net *net, const struct images *images, size_t first, size_t count, int threads,
    float *logits, struct diag *diag)
{
	struct batch_images which = {.first = first, .count = count};
	struct batch_result *results;
	int err = check_range(images, first, count, diag);

	if (err == 0)
		err = run_forward(net, images, &which, threads, logits, &results, diag);
	if (err < 0)
		return err;
	mem_free(results);
	return 0;
}
