// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The stage `training` looks into the training room at each tick and passes words on to it. All that
 * it shows is the copy of the last look, so that a picture is never half old and half new.
 */
#include "config.h"

#include "lesson/stage_training.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "lesson/params.h"
#include "lesson/words.h"
#include "notebook/notebook.h"

#define EPOCHS_MAX 1000
#define LR_FACTOR 1.25 // of "lr up"
#define LR_MAX 1e3
#define EXPECT_SECONDS 2.0
#define BREATH 0.02 // seconds that a tick waits for news when the clock is a script's

static struct stage_training *training_of(struct stage *stage)
{
	return (struct stage_training *)stage;
}

int stage_training_new(const struct room_config *config, struct stage **ret, struct diag *diag)
{
	struct stage_training *training = xzalloc(1, sizeof(*training));
	int code = room_open(config, &training->room, diag);

	if (code < 0) {
		mem_free(training);
		return code;
	}
	training->stage.ops = &stage_training_ops;
	training->config = *config;
	training->net = xstrdup(config->net ? config->net : "lenet5");
	training->data = config->data ? xstrdup(config->data) : NULL;
	training->config.net = training->net;
	training->config.data = training->data;
	room_look(training->room, &training->snapshot);
	*ret = &training->stage;
	return 0;
}

static void close_training(struct stage *stage)
{
	struct stage_training *training = training_of(stage);

	room_free(training->room);
	room_snapshot_release(&training->snapshot);
	mem_free(training->net);
	mem_free(training->data);
	mem_free(training);
}

const struct room_epoch *stage_training_last(const struct stage_training *training)
{
	const struct room_snapshot *snapshot = &training->snapshot;

	return snapshot->epoch_count ? &snapshot->history[snapshot->epoch_count - 1] : NULL;
}

/* -- the words ----------------------------------------------------------------------------------- */

#define WORDS(X)                                                                                   \
	X(start, "start", "", "train, or go on training")                                          \
	X(start, "resume", "", "the same")                                                         \
	X(pause, "pause", "", "rest after the batch under way")                                    \
	X(step, "step", "[N]", "train on one batch, or on N, then rest")                           \
	X(stop, "stop", "", "stop after the batch under way; the curves stay")                     \
	X(restart, "restart", "", "begin again with the same first weights and the present rate")  \
	X(lr, "lr", "RATE|up|down", "change the learning rate, also while training")

typedef int word_function(struct stage_training *training, const char *args, struct strbuf *say,
    struct diag *diag);

/* The reason why nothing can be trained, if that is so. */
static int check_usable(const struct stage_training *training, struct diag *diag)
{
	const struct room_snapshot *snapshot = &training->snapshot;

	if (snapshot->state != ROOM_STATE_FAILED || snapshot->train_images)
		return 0;
	if (diag)
		*diag = snapshot->diag;
	return snapshot->diag.code;
}

static int order(struct stage_training *training, enum room_command command, double value,
    struct diag *diag)
{
	int code = check_usable(training, diag);

	if (code < 0)
		return code;
	room_command(training->room, command, value);
	if (command == ROOM_COMMAND_START || command == ROOM_COMMAND_STEP || command == ROOM_COMMAND_RESTART) {
		training->expecting = true;
		training->expecting_change = training->snapshot.change;
		training->expecting_since = -1;
	}
	return 0;
}

static int word_start(struct stage_training *training, const char *args, struct strbuf *say,
    struct diag *diag)
{
	if (!words_at_end(args))
		return WORDS_BAD_ARGS;
	if (training->snapshot.state == ROOM_STATE_DONE) {
		strbuf_add(say, "All epochs are done; restart begins again.");
		return 0;
	}
	strbuf_add(say, "Training.");
	return order(training, ROOM_COMMAND_START, 0, diag);
}

static int word_pause(struct stage_training *training, const char *args, struct strbuf *say,
    struct diag *diag)
{
	if (!words_at_end(args))
		return WORDS_BAD_ARGS;
	strbuf_add(say, "It rests after this batch; start goes on.");
	return order(training, ROOM_COMMAND_PAUSE, 0, diag);
}

static int word_step(struct stage_training *training, const char *args, struct strbuf *say,
    struct diag *diag)
{
	int count = 1;

	if (!words_at_end(args) && !words_take_int(&args, &count))
		return WORDS_BAD_ARGS;
	if (!words_at_end(args) || count < 1)
		return WORDS_BAD_ARGS;
	strbuf_addf(say, "%d batch%s.", count, count == 1 ? "" : "es");
	return order(training, ROOM_COMMAND_STEP, count, diag);
}

static int word_stop(struct stage_training *training, const char *args, struct strbuf *say,
    struct diag *diag)
{
	if (!words_at_end(args))
		return WORDS_BAD_ARGS;
	strbuf_add(say, "It stops after this batch; restart begins again, start goes on.");
	return order(training, ROOM_COMMAND_STOP, 0, diag);
}

static int word_restart(struct stage_training *training, const char *args, struct strbuf *say,
    struct diag *diag)
{
	if (!words_at_end(args))
		return WORDS_BAD_ARGS;
	strbuf_addf(say, "From the beginning, with the learning rate %g.", (double)training->config.recipe.lr);
	return order(training, ROOM_COMMAND_RESTART, 0, diag);
}

static int word_lr(struct stage_training *training, const char *args, struct strbuf *say,
    struct diag *diag)
{
	static const char *const names[] = {"up", "down", NULL};
	double now = (double)training->config.recipe.lr, lr;
	int direction = words_take_one_of(&args, names);

	lr = direction == 0 ? now * LR_FACTOR : now / LR_FACTOR;
	if (direction < 0 && !words_take_number(&args, &lr))
		return WORDS_BAD_ARGS;
	if (!words_at_end(args))
		return WORDS_BAD_ARGS;
	if (!(lr > 0 && lr <= LR_MAX))
		return diag_set(diag, ERR_RANGE, "the learning rate must be above 0 and at most %g", LR_MAX);
	training->config.recipe.lr = (float)lr;
	strbuf_addf(say, "The learning rate is %.4g from the next batch on.", lr);
	return order(training, ROOM_COMMAND_LR, lr, diag);
}

static const struct stage_command commands[] = {WORDS(WORDS_COMMAND){.word = NULL}};
static word_function *const functions[] = {WORDS(WORDS_FUNCTION)};

static int command(struct stage *stage, const char *word, const char *args, struct strbuf *say,
    struct diag *diag)
{
	int index = words_find(commands, word);
	struct diag ours = {.code = 0};

	if (index < 0)
		return words_unknown(stage->ops, word, diag);
	return words_result(&commands[index], functions[index](training_of(stage), args, say, &ours),
	    &ours, diag);
}

/* -- time ---------------------------------------------------------------------------------------- */

static bool busy(const struct stage *stage)
{
	const struct stage_training *training = (const struct stage_training *)stage;
	enum room_state now = training->snapshot.state;

	return (training->expecting && training->snapshot.change == training->expecting_change) ||
	    now == ROOM_STATE_LOADING || now == ROOM_STATE_RUNNING;
}

/* The thread obeys between two steps: until it is seen to, someone must keep looking. */
static void stop_expecting(struct stage_training *training, double now)
{
	if (training->expecting_since < 0)
		training->expecting_since = now;
	if (now - training->expecting_since > EXPECT_SECONDS)
		training->expecting = false;
}

/* A script's clock does not wait for the training: give it a moment of real time instead. */
static bool tick(struct stage *stage, double now)
{
	struct stage_training *training = training_of(stage);
	bool is_new;

	training->looked_at = now;
	is_new = clock_is_logical() ? room_wait(training->room, &training->snapshot, BREATH)
				    : room_look(training->room, &training->snapshot);
	stop_expecting(training, now);
	return is_new;
}

/* -- in words ------------------------------------------------------------------------------------ */

static void add_progress(const struct room_snapshot *snapshot, struct strbuf *out)
{
	if (snapshot->epoch == 0)
		return;
	strbuf_addf(out, ", epoch %zu of %zu, batch %zu of %zu", snapshot->epoch, snapshot->epochs,
	    snapshot->batch, snapshot->batches);
	if (snapshot->evaluating)
		strbuf_addf(out, ", trying the test images (%.0f%%)", snapshot->evaluated * 100);
	strbuf_addf(out, ", loss %.4f", snapshot->loss);
}

static void describe_epochs(const struct room_snapshot *snapshot, struct strbuf *out)
{
	for (size_t i = 0; i < snapshot->epoch_count; i++) {
		const struct room_epoch *epoch = &snapshot->history[i];

		strbuf_addf(out,
		    "Epoch %zu: train loss %.4f, train accuracy %.3f, test loss %.4f, test accuracy %.3f, %.1f s.\n",
		    i + 1, epoch->train_loss, epoch->train_accuracy, epoch->test_loss,
		    epoch->test_accuracy, epoch->seconds);
	}
}

static void describe_gradients(const struct room_snapshot *snapshot, struct strbuf *out)
{
	if (!snapshot->layer_count)
		return;
	strbuf_add(out, "Size of the gradient, first to last layer:");
	for (int i = 0; i < snapshot->layer_count; i++)
		strbuf_addf(out, " %s %.2g", snapshot->layer_names[i], snapshot->gradients[i]);
	strbuf_addch(out, '\n');
}

static void describe_kernels(const struct room_snapshot *snapshot, struct strbuf *out)
{
	int cells = snapshot->kernel_rows * snapshot->kernel_cols;

	for (int k = 0; k < snapshot->kernel_count; k++) {
		float low = snapshot->kernels[k][0], high = low;

		for (int i = 1; i < cells; i++) {
			low = fminf(low, snapshot->kernels[k][i]);
			high = fmaxf(high, snapshot->kernels[k][i]);
		}
		strbuf_addf(out, "Kernel %d of the first layer: from %.2f to %.2f.\n", k, (double)low,
		    (double)high);
	}
}

static void describe_failure(const struct room_snapshot *snapshot, struct strbuf *out)
{
	if (snapshot->state != ROOM_STATE_FAILED)
		return;
	diag_format(&snapshot->diag, out);
	strbuf_addch(out, '\n');
}

static void describe(const struct stage *stage, struct strbuf *out)
{
	const struct stage_training *training = (const struct stage_training *)stage;
	const struct room_snapshot *snapshot = &training->snapshot;

	if (*snapshot->data)
		strbuf_addf(out, "Data: %s.\n", snapshot->data);
	strbuf_addf(out, "%s: %s", training->net, room_state_name(snapshot->state));
	add_progress(snapshot, out);
	strbuf_addf(out, ". Learning rate %g, batches of %zu, seed %llu.\n", snapshot->lr,
	    training->config.recipe.batch, (unsigned long long)training->config.recipe.seed);
	describe_failure(snapshot, out);
	describe_epochs(snapshot, out);
	describe_gradients(snapshot, out);
	describe_kernels(snapshot, out);
}

static void sum(const struct stage *stage, struct strbuf *out)
{
	const struct stage_training *training = (const struct stage_training *)stage;
	const struct room_snapshot *snapshot = &training->snapshot;

	if (!snapshot->train_images) {
		describe_failure(snapshot, out);
		return;
	}
	strbuf_addf(out, "%zu images / %zu = %zu batches an epoch;  each: p = p - %g * gradient",
	    snapshot->train_images, training->config.recipe.batch, snapshot->batches, snapshot->lr);
	if (snapshot->images_per_second > 0)
		strbuf_addf(out, "\n%.0f images/s, %.2f s an epoch, %.0f s left", snapshot->images_per_second,
		    (double)snapshot->train_images / snapshot->images_per_second, snapshot->seconds_left);
}

/* -- the lesson's side --------------------------------------------------------------------------- */

/* A figure of the last epoch that was evaluated; -1 before there is one. */
static double last_figure(const struct stage_training *training, const char *name)
{
	const struct room_epoch *last = stage_training_last(training);

	if (!last)
		return -1;
	if (strcmp(name, "train_loss") == 0)
		return last->train_loss;
	return strcmp(name, "test_loss") == 0 ? last->test_loss : last->test_accuracy;
}

static bool state(const struct stage *stage, const char *name, double *ret)
{
	const struct stage_training *training = (const struct stage_training *)stage;
	const struct room_snapshot *s = &training->snapshot;
	const struct {
		const char *name;
		double value;
	} values[] = {
	    {"epoch", (double)s->epoch},
	    {"epochs", (double)s->epochs},
	    {"epochs_done", (double)s->epoch_count},
	    {"batch", (double)s->batch},
	    {"batches", (double)s->batches},
	    {"step", (double)s->step},
	    {"loss", s->loss},
	    {"train_loss", last_figure(training, "train_loss")},
	    {"test_loss", last_figure(training, "test_loss")},
	    {"accuracy", last_figure(training, "accuracy")},
	    {"lr", s->lr},
	    {"images", (double)s->train_images},
	    {"synthetic", s->synthetic},
	    {"loading", s->state == ROOM_STATE_LOADING},
	    {"running", s->state == ROOM_STATE_RUNNING},
	    {"paused", s->state == ROOM_STATE_PAUSED},
	    {"stopped", s->state == ROOM_STATE_STOPPED},
	    {"done", s->state == ROOM_STATE_DONE},
	    {"failed", s->state == ROOM_STATE_FAILED},
	};

	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		if (strcmp(values[i].name, name) == 0) {
			*ret = values[i].value;
			return true;
		}
	}
	return false;
}

static int publish(const struct stage *stage, struct notebook *nb, struct diag *diag)
{
	static const char *const names[] = {
	    "epochs_done", "step", "loss", "train_loss", "test_loss", "accuracy", "lr", "synthetic"};
	int code = 0;

	for (size_t i = 0; i < ARRAY_LEN(names) && code == 0; i++) {
		double value = 0;

		if (state(stage, names[i], &value))
			code = notebook_set_number(nb, names[i], value, diag);
	}
	return code;
}

static int open_numbers(const struct params *params, struct room_config *config, int *start,
    struct diag *diag)
{
	static const char *const no_yes[] = {"no", "yes", NULL};
	int epochs = 10, batch = (int)config->recipe.batch, seed = 1, limit = 0, threads = 0;
	double lr = (double)config->recipe.lr;
	int code = params_int(params, "epochs", 1, EPOCHS_MAX, &epochs, diag);

	if (code == 0)
		code = params_int(params, "batch", 1, 60000, &batch, diag);
	if (code == 0)
		code = params_int(params, "seed", 0, 1 << 30, &seed, diag);
	if (code == 0)
		code = params_int(params, "limit", 1, 1 << 30, &limit, diag);
	if (code == 0)
		code = params_int(params, "threads", 1, 1024, &threads, diag);
	if (code == 0)
		code = params_number(params, "lr", &lr, diag);
	if (code == 0)
		code = params_one_of(params, "start", no_yes, start, diag);
	config->epochs = (size_t)epochs;
	config->limit = (size_t)limit;
	config->recipe.batch = (size_t)batch;
	config->recipe.seed = (uint64_t)seed;
	config->recipe.threads = threads;
	config->recipe.lr = (float)lr;
	return code;
}

static int open_training(const struct block *block, const char *file, struct notebook *nb,
    struct stage **ret, struct diag *diag)
{
	const struct params params = {.block = block, .file = file, .nb = nb};
	struct room_config config = {
	    .net = block_get(block, "net"), .data = block_get(block, "data"), .recipe = RECIPE_DEFAULT};
	int start = 0, code = open_numbers(&params, &config, &start, diag);

	if (code < 0)
		return code;
	code = stage_training_new(&config, ret, diag);
	if (code < 0)
		return params_at(&params, NULL, code, diag);
	if (start)
		room_command(training_of(*ret)->room, ROOM_COMMAND_START, 0);
	return 0;
}

static const char *const param_keys[] = {
    "net", "data", "epochs", "batch", "lr", "seed", "limit", "threads", "start", NULL};

const struct stage_ops stage_training_ops = {
    .name = "training",
    .title = "Training room",
    .commands = commands,
    .params = param_keys,
    .open = open_training,
    .close = close_training,
    .command = command,
    .tick = tick,
    .busy = busy,
    .describe = describe,
    .sum = sum,
    .publish = publish,
    .state = state,
};
