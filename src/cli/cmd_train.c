// SPDX-License-Identifier: GPL-3.0-or-later
/* convtutor train: a net trained without the screen. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/paths.h"
#include "cli/interrupt.h"
#include "cli/meter.h"
#include "cli/open.h"
#include "cli/train_log.h"
#include "engine/trainer.h"
#include "model/model_file.h"

#define CHECKPOINT_ENDING ".safetensors"

static const struct option_def options[] = {
    OPEN_DATA_OPTION,
    OPTION(FILE, "net", "NAME|FILE", "network: lenet5, or that of a model file",
	.initial = "lenet5"),
    OPTION(INTEGER, "epochs", "N", "passes over the training images, in all", .initial = "10",
	.min = 1, .max = 1000000),
    OPTION(INTEGER, "batch", "N", "images a step", .initial = "256", .min = 1, .max = 65536),
    OPTION(NUMBER, "lr", "X", "learning rate", .initial = "0.9", .max = 1e6),
    OPTION(NUMBER, "momentum", "X", "share of the step before", .initial = "0", .max = 1),
    OPTION(NUMBER, "weight-decay", "X", "pull of the weights towards 0", .initial = "0",
	.max = 1e6),
    OPTION(INTEGER, "seed", "N", "seed of the first weights and of shuffling", .initial = "1"),
    OPTION(FILE, "init", "FILE", "start from the weights of a model file", ),
    OPTION_FLAG("no-shuffle", "take the images in the order of the file"),
    OPTION(INTEGER, "limit", "N", "use the first N training images [all]", .min = 1, .max = 1e9,
	.hint = "leave it away to use all"),
    OPTION(FILE, "save", "FILE", "keep the weights, and what --resume needs (.safetensors)", ),
    OPTION(INTEGER, "save-every", "N", "save after every N epochs, and at the end", .initial = "1",
	.min = 1, .max = 1000000),
    OPTION(FILE, "resume", "FILE", "go on from a file of --save, bit for bit", ),
    OPTION(FILE, "log", "FILE", "write each epoch's figures (.jsonl or .csv)", ),
    OPTION(INTEGER, "stop-after", "N", "stop after N steps of this run", .min = 1, .max = 1e12),
    OPTION_FLAG("quiet", "print nothing but errors"),
    OPTION_END,
};

/* A training run. Released by run_release, however far it came. */
struct run {
	const struct arguments *args;
	bool quiet;
	struct dataset *dataset;
	struct images train; // the first --limit of the dataset's
	struct net *net;
	struct trainer *trainer;
	struct train_log *log;
	struct meter meter;
	struct recipe recipe;
	struct checkpoint_info resumed; // step 0 where nothing was
	size_t epochs;
	double epoch_started; // by clock_real, and at which step
	size_t epoch_first_step;
	bool unsaved; // since the last save
};

static void run_release(struct run *run)
{
	meter_clear(&run->meter);
	train_log_close(run->log);
	trainer_free(run->trainer);
	net_free(run->net);
	dataset_free(run->dataset);
}

/* -- before the first step --------------------------------------------------------------------- */

static int usage(const struct run *run, const char *msg, const char *hint)
{
	struct diag diag;

	diag_set(&diag, ERR_USAGE, "%s", msg);
	diag_hint(&diag, "%s", hint);
	return cli_usage(run->args, &diag);
}

static int check_options(const struct run *run)
{
	const struct arguments *args = run->args;
	const char *save = args_text(args, "save");
	size_t len = save ? strlen(save) : 0, n = strlen(CHECKPOINT_ENDING);

	if (args_given(args, "init") && args_given(args, "resume"))
		return usage(run, "--init and --resume exclude each other",
		    "--init takes weights only, --resume all of a checkpoint");
	if (!save && args_given(args, "save-every"))
		return usage(run, "--save-every needs --save", "say with --save FILE where to");
	if (save && (len <= n || strcmp(save + len - n, CHECKPOINT_ENDING) != 0))
		return usage(run,
		    "--save writes checkpoints, whose names end with " CHECKPOINT_ENDING,
		    "'convtutor export' makes other kinds of files from one");
	return EXIT_STATUS_DONE;
}

static void set_recipe(struct run *run)
{
	const struct arguments *args = run->args;

	run->recipe = (struct recipe){
	    .batch = (size_t)args_integer(args, "batch"),
	    .lr = (float)args_number(args, "lr"),
	    .momentum = (float)args_number(args, "momentum"),
	    .weight_decay = (float)args_number(args, "weight-decay"),
	    .seed = (uint64_t)args_integer(args, "seed"),
	    .shuffle = !args_flag(args, "no-shuffle"),
	    .threads = args->threads,
	};
}

/* A checkpoint's recipe holds, but for what was given now and does not break the sequence of images. */
static int resume_recipe(struct run *run)
{
	const struct arguments *args = run->args;
	const char *path = args_text(args, "resume");
	struct recipe given = run->recipe, *recipe = &run->recipe;
	struct diag diag;

	if (checkpoint_info(path, &run->resumed, &diag) < 0)
		return cli_fail(EXIT_STATUS_MODEL, &diag);
	*recipe = run->resumed.recipe;
	recipe->threads = given.threads;
	if ((args_given(args, "batch") && given.batch != recipe->batch) ||
	    (args_given(args, "seed") && given.seed != recipe->seed) ||
	    (args_given(args, "no-shuffle") && given.shuffle != recipe->shuffle) ||
	    (args_given(args, "limit") &&
		(size_t)args_integer(args, "limit") < run->resumed.images))
		return usage(run,
		    "--resume goes on with the batch, seed, shuffling and limit it began with",
		    "leave those options away: the checkpoint knows them");
	recipe->lr = args_given(args, "lr") ? given.lr : recipe->lr;
	recipe->momentum = args_given(args, "momentum") ? given.momentum : recipe->momentum;
	recipe->weight_decay =
	    args_given(args, "weight-decay") ? given.weight_decay : recipe->weight_decay;
	return EXIT_STATUS_DONE;
}

static int limit_images(struct run *run)
{
	size_t all = run->dataset->train.count, limit = all;
	struct diag diag;

	if (args_given(run->args, "limit"))
		limit = (size_t)args_integer(run->args, "limit");
	if (run->resumed.step)
		limit = run->resumed.images;
	run->train = run->dataset->train;
	run->train.count = limit < all ? limit : all;
	if (limit <= all)
		return EXIT_STATUS_DONE;
	if (!run->resumed.step) {
		cli_note("the set has %zu training images only; using all", all);
		return EXIT_STATUS_DONE;
	}
	diag_set(&diag, ERR_RANGE, "'%s' was made with %zu training images, here are %zu",
	    args_text(run->args, "resume"), limit, all);
	diag_hint(&diag, "choose the same dataset with --data");
	return cli_fail(EXIT_STATUS_DATA, &diag);
}

/* The net, with its first weights. */
static int make_net(struct run *run)
{
	const char *name = args_text(run->args, "net"), *init = args_text(run->args, "init");
	struct diag diag;
	struct rng rng;

	if (paths_exists(name) && !paths_is_dir(name)) {
		int status = open_model(name, &run->net);

		if (status != EXIT_STATUS_DONE)
			return status;
	} else if (net_new_named(name, &run->net, &diag) < 0) {
		return diag.code == ERR_NOMEM ? cli_fail(EXIT_STATUS_FAILED, &diag)
					      : cli_usage(run->args, &diag);
	}
	rng_seed(&rng, run->recipe.seed);
	net_init_xavier(run->net, &rng);
	if (init && model_load(run->net, init, &diag) < 0)
		return cli_fail(EXIT_STATUS_MODEL, &diag);
	return EXIT_STATUS_DONE;
}

static int make_trainer(struct run *run)
{
	const char *resume = args_text(run->args, "resume");
	struct diag diag;

	if (trainer_new(run->net, &run->recipe, &run->train, &run->trainer, &diag) < 0)
		return cli_fail(diag.code == ERR_SHAPE || diag.code == ERR_RANGE ? EXIT_STATUS_DATA
										 : EXIT_STATUS_FAILED,
		    &diag);
	if (resume && checkpoint_load(run->net, run->trainer, resume, &diag) < 0)
		return cli_fail(EXIT_STATUS_MODEL, &diag);
	return EXIT_STATUS_DONE;
}

/* A file that cannot be written is better known now than after an hour. */
static int open_outputs(struct run *run)
{
	const char *save = args_text(run->args, "save"), *log = args_text(run->args, "log");
	struct file_out *out;
	struct diag diag;

	if (save) {
		if (file_out_open(save, &out, &diag) < 0)
			return cli_fail(EXIT_STATUS_FAILED, &diag);
		file_out_abort(out);
	}
	if (log && train_log_open(log, run->resumed.step > 0, &run->log, &diag) < 0)
		return diag.code == ERR_USAGE ? cli_usage(run->args, &diag)
					      : cli_fail(EXIT_STATUS_FAILED, &diag);
	return EXIT_STATUS_DONE;
}

static int run_init(struct run *run, const struct arguments *args)
{
	int status;

	*run = (struct run){.args = args, .quiet = args_flag(args, "quiet"),
	    .epochs = (size_t)args_integer(args, "epochs")};
	meter_init(&run->meter, args, run->quiet);
	status = check_options(run);
	set_recipe(run);
	if (status == EXIT_STATUS_DONE && args_given(args, "resume"))
		status = resume_recipe(run);
	if (status == EXIT_STATUS_DONE)
		status = make_net(run);
	if (status == EXIT_STATUS_DONE)
		status = open_outputs(run);
	if (status == EXIT_STATUS_DONE)
		status = open_data(args, run->quiet, &run->dataset);
	if (status == EXIT_STATUS_DONE)
		status = limit_images(run);
	return status == EXIT_STATUS_DONE ? make_trainer(run) : status;
}

/* -- while it runs ----------------------------------------------------------------------------- */

static int save(struct run *run)
{
	const char *path = args_text(run->args, "save");
	struct diag diag;

	if (!path || !run->unsaved)
		return EXIT_STATUS_DONE;
	if (checkpoint_save(run->net, run->trainer, run->train.count, path, &diag) < 0) {
		meter_clear(&run->meter);
		return cli_fail(EXIT_STATUS_FAILED, &diag);
	}
	run->unsaved = false;
	return EXIT_STATUS_DONE;
}

static void show_progress(struct run *run, const struct step_report *report)
{
	char label[48], text[64];

	if (!meter_due(&run->meter))
		return;
	snprintf(label, sizeof(label), "epoch %zu/%zu", report->epoch, run->epochs);
	snprintf(text, sizeof(text), "%zu/%zu, loss %.4f", report->batch, report->batches,
	    report->epoch_loss);
	meter_show(&run->meter, label, (double)report->batch / (double)report->batches, text);
}

static void print_figures(struct run *run, const struct epoch_figures *figures)
{
	struct strbuf line = STRBUF_INIT;
	struct diag diag;

	meter_clear(&run->meter);
	if (!run->quiet) {
		(run->args->json ? epoch_json : epoch_line)(figures, &line);
		fputs(line.data, stdout);
		fflush(stdout);
	}
	strbuf_release(&line);
	if (run->log && train_log_add(run->log, figures, &diag) < 0) {
		diag_hint(&diag, "training goes on without the log");
		cli_fail(EXIT_STATUS_FAILED, &diag);
		train_log_close(run->log);
		run->log = NULL;
	}
}

static int finish_epoch(struct run *run, const struct step_report *report)
{
	double seconds = clock_real() - run->epoch_started;
	size_t images = (report->step - run->epoch_first_step) * run->recipe.batch;
	struct evaluation test;
	struct diag diag;

	if (images > run->train.count)
		images = run->train.count;
	if (net_evaluate(run->net, &run->dataset->test, run->recipe.threads, &test, &diag) < 0)
		return cli_fail(EXIT_STATUS_FAILED, &diag);
	print_figures(run, &(struct epoch_figures){.epoch = report->epoch,
			       .train_loss = report->epoch_loss,
			       .train_acc = report->epoch_accuracy,
			       .test_loss = test.loss,
			       .test_acc = test.accuracy,
			       .seconds = seconds,
			       .images_per_second =
				   (double)images / (seconds > 0 ? seconds : 1e-9)});
	run->epoch_started = clock_real();
	run->epoch_first_step = report->step;
	if (report->epoch % (size_t)args_integer(run->args, "save-every") == 0)
		return save(run);
	return EXIT_STATUS_DONE;
}

static int interrupted(struct run *run, const struct step_report *report)
{
	const char *path = args_text(run->args, "save");
	int status = save(run);

	meter_clear(&run->meter);
	if (status != EXIT_STATUS_DONE)
		return status;
	if (path)
		cli_note("interrupted in epoch %zu; go on with --resume %s", report->epoch, path);
	else
		cli_note("interrupted in epoch %zu; nothing was saved (--save would)",
		    report->epoch);
	return EXIT_STATUS_INTERRUPTED;
}

static int train(struct run *run)
{
	size_t left = args_given(run->args, "stop-after")
	    ? (size_t)args_integer(run->args, "stop-after")
							  : SIZE_MAX;
	size_t done = run->resumed.epoch;
	struct step_report report = {.epoch = done + 1};
	struct diag diag;
	int status = EXIT_STATUS_DONE;

	run->epoch_first_step = run->resumed.step;
	run->epoch_started = clock_real();
	run->unsaved = true;
	while (done < run->epochs && left-- > 0) {
		if (trainer_step(run->trainer, &report, &diag) < 0) {
			meter_clear(&run->meter);
			return cli_fail(EXIT_STATUS_FAILED, &diag);
		}
		run->unsaved = true;
		show_progress(run, &report);
		if (report.epoch_done) {
			status = finish_epoch(run, &report);
			done++;
		}
		if (status != EXIT_STATUS_DONE)
			return status;
		if (interrupt_asked())
			return interrupted(run, &report);
	}
	return save(run);
}

static int cmd_train_run(const struct arguments *args)
{
	struct run run;
	int status;

	interrupt_watch();
	status = run_init(&run, args);
	if (status == EXIT_STATUS_DONE && run.resumed.epoch >= run.epochs)
		cli_note("'%s' has done its %zu epochs; --epochs N goes further",
		    args_text(args, "resume"), run.resumed.epoch);
	if (status == EXIT_STATUS_DONE)
		status = train(&run);
	run_release(&run);
	return status;
}

const struct command cmd_train = {
    .name = "train",
    .operands = "",
    .summary = "Train a network without the screen",
    .details =
	"Defaults are a classic recipe: LeNet-5 on Fashion-MNIST, Xavier weights, plain SGD.\n"
	"Each epoch prints its figures; loss is the mean over images, and test figures are\n"
	"over the whole test set. The same seed gives the same weights, whatever --threads\n"
	"is. SIGINT and SIGTERM finish the step, save, and end with status 130.\n",
    .examples = "  convtutor train --epochs 10 --save lenet5.safetensors\n"
		"  convtutor train --resume lenet5.safetensors --epochs 20 --save lenet5.safetensors\n"
		"  convtutor train --limit 5000 --log run.csv\n",
    .options = options,
    .run = cmd_train_run,
};
