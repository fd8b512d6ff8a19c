// SPDX-License-Identifier: GPL-3.0-or-later
/* convtutor predict MODEL [FILE]...: what a model sees in test images, or in IDX files of images. */
#include "config.h"

#include <stdio.h>

#include "base/alloc.h"
#include "cli/open.h"
#include "data/idx.h"
#include "engine/trainer.h"

static const struct option_def options[] = {
    OPEN_DATA_OPTION,
    OPTION(INTEGER, "count", "N", "how many images", .initial = "10", .min = 1, .max = 1e9),
    OPTION(INTEGER, "limit", "N", "use the first N test images [all]", .min = 1, .max = 1e9),
    OPTION_END,
};

#define BLOCK 256 // images at a time

/* Images, and where their true labels are known. */
struct job {
	const struct arguments *args;
	const struct net *net;
	const struct dataset *dataset; // for the names of the classes
	struct images images;
	bool labelled;
	bool any; // something was printed
};

static int class_of(const float *logits, int classes)
{
	int best = 0;

	for (int c = 1; c < classes; c++)
		if (logits[c] > logits[best])
			best = c;
	return best;
}

static const char *class_name(const struct job *job, int c)
{
	return c < DATASET_CLASSES_MAX && job->dataset->class_names[c][0]
	    ? job->dataset->class_names[c]
									  : "?";
}

/* Class names hold no character that JSON would have to escape but these two. */
static void print_json_name(const char *key, const char *name)
{
	printf(", \"%s\": \"", key);
	for (; *name; name++) {
		if (*name == '"' || *name == '\\')
			putchar('\\');
		putchar((unsigned char)*name < 0x20 ? '?' : *name);
	}
	putchar('"');
}

static void print_one(struct job *job, size_t index, int predicted)
{
	const char *name = class_name(job, predicted);
	int label = job->labelled ? job->images.labels[index] : -1;

	if (job->args->json) {
		printf("%s{\"index\": %zu", job->any ? ",\n " : "[", index);
		print_json_name("predicted", name);
		if (label >= 0)
			print_json_name("label", class_name(job, label));
		putchar('}');
	} else if (label >= 0) {
		printf("%zu\t%s\t%s\n", index, name, class_name(job, label));
	} else {
		printf("%zu\t%s\n", index, name);
	}
	job->any = true;
}

static int predict(struct job *job)
{
	size_t count = (size_t)args_integer(job->args, "count"),
	    classes = (size_t)job->net->classes;
	float *logits = mem_alloc(BLOCK * classes, sizeof(*logits));
	int status = EXIT_STATUS_DONE;
	struct diag diag;

	if (!logits) {
		diag_set(&diag, ERR_NOMEM, "out of memory for %d predictions", BLOCK);
		return cli_fail(EXIT_STATUS_FAILED, &diag);
	}
	if (count > job->images.count)
		count = job->images.count;
	for (size_t first = 0; first < count && status == EXIT_STATUS_DONE; first += BLOCK) {
		size_t n = count - first < BLOCK ? count - first : BLOCK;

		if (net_logits(job->net, &job->images, first, n, job->args->threads, logits,
		    &diag) < 0)
			status = cli_fail(EXIT_STATUS_DATA, &diag);
		for (size_t i = 0; i < n && status == EXIT_STATUS_DONE; i++)
			print_one(job, first + i, class_of(logits + i * classes, (int)classes));
	}
	mem_free(logits);
	return status;
}

static int predict_test_set(struct job *job)
{
	job->images = job->dataset->test;
	job->labelled = true;
	if (args_given(job->args, "limit") &&
	    (size_t)args_integer(job->args, "limit") < job->images.count)
		job->images.count = (size_t)args_integer(job->args, "limit");
	return predict(job);
}

static int predict_file(struct job *job, const char *path)
{
	struct idx idx;
	struct diag diag;
	uint8_t *labels;
	int status;

	if (idx_read(path, 3, &idx, &diag) < 0) {
		if (diag.code == ERR_FORMAT)
			diag_hint(&diag,
			    "images are read from IDX files (...-images-idx3-ubyte, .gz)");
		return cli_fail(EXIT_STATUS_DATA, &diag);
	}
	labels = xzalloc(idx.shape[0], 1); // unknown: never shown
	job->images = (struct images){.pixels = idx.data, .labels = labels, .count = idx.shape[0],
	    .height = (int)idx.shape[1], .width = (int)idx.shape[2],
	    .classes = job->dataset->test.classes};
	job->labelled = false;
	status = predict(job);
	mem_free(labels);
	idx_release(&idx);
	return status;
}

static int cmd_predict_run(const struct arguments *args)
{
	struct job job = {.args = args};
	struct dataset *dataset = NULL;
	struct net *net = NULL;
	int status = open_model(args->operands[0], &net);

	if (status == EXIT_STATUS_DONE)
		status = open_data(args, args->count > 1, &dataset);
	job.net = net;
	job.dataset = dataset;
	if (status == EXIT_STATUS_DONE && args->count == 1)
		status = predict_test_set(&job);
	for (int i = 1; i < args->count && status == EXIT_STATUS_DONE; i++)
		status = predict_file(&job, args->operands[i]);
	if (args->json && status == EXIT_STATUS_DONE)
		printf("%s]\n", job.any ? "" : "[");
	dataset_free(dataset);
	net_free(net);
	return status;
}

const struct command cmd_predict = {
    .name = "predict",
    .operands = "MODEL [FILE]...",
    .summary = "Say what a model takes the first images for",
    .details = "Each line has, separated by tabs, the image's number from 0, the predicted class\n"
	       "and, for test images, the true one. FILEs are IDX files of images, plain or .gz.\n",
    .examples = "  convtutor predict lenet5.safetensors --count 10\n",
    .min_operands = 1,
    .max_operands = -1,
    .options = options,
    .run = cmd_predict_run,
};
