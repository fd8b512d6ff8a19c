// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The words of the stage `learn`.
 */
#include "config.h"

#include "base/alloc.h"
#include "lesson/stage_internal.h"
#include "lesson/stage_learn.h"
#include "lesson/words.h"

#define SPEED_MIN 0.5 // updates a second
#define SPEED_MAX 512.0
#define LR_FACTOR 1.25 // of "lr up"
#define LR_MAX 1e3

#define WORDS(X)                                                                                   \
	X(step, "step", "[N]", "make one update, or N")                                            \
	X(back, "back", "[N]", "take the last update back, or the last N")                         \
	X(goto, "goto", "N", "show the weights after N updates")                                   \
	X(first, "first", "", "show the weights at the start")                                     \
	X(last, "last", "", "make all updates up to the last one planned")                         \
	X(run, "run", "", "make update after update")                                              \
	X(stop, "stop", "", "stop running and keep what there is")                                 \
	X(restart, "restart", "", "begin anew from the same weights")                              \
	X(faster, "faster", "", "run at twice the speed")                                          \
	X(slower, "slower", "", "run at half the speed")                                           \
	X(lr, "lr", "RATE|up|down", "set the learning rate of the updates to come")                \
	X(start, "start", "W0 W1 ...", "begin anew from these weights")                            \
	X(recipe, "recipe", "d0|d1|d4", "take one of the documents' recipes")                      \
	X(bias, "bias", "on|off", "learn a bias, too")                                             \
	X(decay, "decay", "RATE", "set the weight decay of the updates to come")                   \
	X(steps, "steps", "N", "say after how many updates to stop running")

typedef int word_function(struct stage_learn *learn, const char *args, struct strbuf *say,
    struct diag *diag);

static bool take_count(const char **args, int *count)
{
	*count = 1;
	if (words_at_end(*args))
		return true;
	return words_take_int(args, count) && words_at_end(*args) && *count >= 1 &&
	       *count <= STAGE_LEARN_STEPS_MAX;
}

static void say_no_more(const struct stage_learn *learn, struct strbuf *say)
{
	if (learn->diverged)
		strbuf_addf(say, "The loss has grown beyond all bounds: the learning rate %g is above %.4g. "
				 "Go back, or restart with a smaller one.",
		    learn->lr, learn->limit);
	else
		strbuf_addf(say, "No more than %d updates are kept.", STAGE_LEARN_STEPS_MAX);
}

static int advance(struct stage_learn *learn, size_t count, struct strbuf *say)
{
	learn->running = false;
	for (size_t i = 0; i < count; i++) {
		if (!learn__advance(learn)) {
			say_no_more(learn, say);
			return 0;
		}
	}
	learn__describe_frame(learn, say);
	return 0;
}

static int show(struct stage_learn *learn, size_t frame, struct strbuf *say)
{
	learn->running = false;
	learn__goto(learn, frame);
	learn__describe_frame(learn, say);
	return 0;
}

static int word_step(struct stage_learn *learn, const char *args, struct strbuf *say,
    struct diag *diag)
{
	int count;

	(void)diag;
	return take_count(&args, &count) ? advance(learn, (size_t)count, say) : WORDS_BAD_ARGS;
}

static int word_back(struct stage_learn *learn, const char *args, struct strbuf *say,
    struct diag *diag)
{
	int count;

	(void)diag;
	if (!take_count(&args, &count))
		return WORDS_BAD_ARGS;
	return show(learn, (size_t)count > learn->now ? 0 : learn->now - (size_t)count, say);
}

static int word_goto(struct stage_learn *learn, const char *args, struct strbuf *say,
    struct diag *diag)
{
	int frame;

	(void)diag;
	if (!words_take_int(&args, &frame) || !words_at_end(args) || frame < 0 ||
	    frame > STAGE_LEARN_STEPS_MAX)
		return WORDS_BAD_ARGS;
	if ((size_t)frame <= learn->last)
		return show(learn, (size_t)frame, say);
	learn__goto(learn, learn->last);
	return advance(learn, (size_t)frame - learn->last, say);
}

static int word_first(struct stage_learn *learn, const char *args, struct strbuf *say,
    struct diag *diag)
{
	(void)diag;
	return words_at_end(args) ? show(learn, 0, say) : WORDS_BAD_ARGS;
}

static int word_last(struct stage_learn *learn, const char *args, struct strbuf *say,
    struct diag *diag)
{
	size_t target = (size_t)learn->steps;

	(void)diag;
	if (!words_at_end(args))
		return WORDS_BAD_ARGS;
	if (learn->last >= target)
		return show(learn, learn->last, say);
	learn__goto(learn, learn->last);
	return advance(learn, target - learn->last, say);
}

static int word_run(struct stage_learn *learn, const char *args, struct strbuf *say,
    struct diag *diag)
{
	(void)diag;
	if (!words_at_end(args))
		return WORDS_BAD_ARGS;
	if (learn->now >= (size_t)learn->steps) {
		strbuf_addf(say, "All %d updates are done: step goes on, restart begins anew.",
		    learn->steps);
		return 0;
	}
	if (learn->diverged && learn->now == learn->last) {
		say_no_more(learn, say);
		return 0;
	}
	learn->running = true;
	learn->next_at = -1;
	strbuf_addf(say, "Running up to update %d.", learn->steps);
	return 0;
}

static int word_stop(struct stage_learn *learn, const char *args, struct strbuf *say,
    struct diag *diag)
{
	(void)diag;
	return words_at_end(args) ? show(learn, learn->now, say) : WORDS_BAD_ARGS;
}

static int word_restart(struct stage_learn *learn, const char *args, struct strbuf *say,
    struct diag *diag)
{
	(void)diag;
	if (!words_at_end(args))
		return WORDS_BAD_ARGS;
	learn__restart(learn, NULL);
	return show(learn, 0, say);
}

static int change_speed(struct stage_learn *learn, const char *args, double factor,
    struct strbuf *say)
{
	double speed = learn->speed * factor;

	if (!words_at_end(args))
		return WORDS_BAD_ARGS;
	if (speed >= SPEED_MIN && speed <= SPEED_MAX)
		learn->speed = speed;
	strbuf_addf(say, "%g updates a second.", learn->speed);
	return 0;
}

static int word_faster(struct stage_learn *learn, const char *args, struct strbuf *say,
    struct diag *diag)
{
	(void)diag;
	return change_speed(learn, args, 2, say);
}

static int word_slower(struct stage_learn *learn, const char *args, struct strbuf *say,
    struct diag *diag)
{
	(void)diag;
	return change_speed(learn, args, 0.5, say);
}

static int word_lr(struct stage_learn *learn, const char *args, struct strbuf *say,
    struct diag *diag)
{
	static const char *const names[] = {"up", "down", NULL};
	int direction = words_take_one_of(&args, names);
	double lr = direction == 0 ? learn->lr * LR_FACTOR : learn->lr / LR_FACTOR;

	if (direction < 0 && !words_take_number(&args, &lr))
		return WORDS_BAD_ARGS;
	if (!words_at_end(args))
		return WORDS_BAD_ARGS;
	if (!(lr > 0 && lr <= LR_MAX))
		return diag_set(diag, ERR_RANGE, "the learning rate must be above 0 and at most %g", LR_MAX);
	learn->lr = lr;
	learn__change(learn);
	strbuf_addf(say, "The learning rate is %.4g; from %.4g on the descent diverges.", lr,
	    learn->limit);
	return 0;
}

static int word_start(struct stage_learn *learn, const char *args, struct strbuf *say,
    struct diag *diag)
{
	double start[STAGE_LEARN_WEIGHTS_MAX];
	int wanted = stage_learn_weights(learn), count = 0;

	while (count < wanted && words_take_number(&args, &start[count]))
		count++;
	if (count == 0)
		return WORDS_BAD_ARGS;
	if (count < wanted || !words_at_end(args))
		return diag_set(diag, ERR_USAGE, "start takes %d numbers, one for each weight", wanted);
	learn__restart(learn, start);
	return show(learn, 0, say);
}

static int word_recipe(struct stage_learn *learn, const char *args, struct strbuf *say,
    struct diag *diag)
{
	int index = words_take_one_of(&args, learn__recipe_names), code;

	if (index < 0 || !words_at_end(args))
		return WORDS_BAD_ARGS;
	code = learn__load_recipe(learn, learn__recipe_names[index], diag);
	return code < 0 ? code : show(learn, 0, say);
}

static int word_bias(struct stage_learn *learn, const char *args, struct strbuf *say,
    struct diag *diag)
{
	static const char *const names[] = {"off", "on", NULL};
	int which = words_take_one_of(&args, names);

	(void)diag;
	if (which < 0 || !words_at_end(args))
		return WORDS_BAD_ARGS;
	learn->has_bias = which;
	learn__restart(learn, NULL);
	return show(learn, 0, say);
}

static int word_decay(struct stage_learn *learn, const char *args, struct strbuf *say,
    struct diag *diag)
{
	double decay;

	if (!words_take_number(&args, &decay) || !words_at_end(args))
		return WORDS_BAD_ARGS;
	if (!(decay >= 0 && decay <= 100))
		return diag_set(diag, ERR_RANGE, "the weight decay must be from 0 to 100");
	learn->decay = decay;
	learn__change(learn);
	strbuf_addf(say, "The weight decay is %g.", decay);
	return 0;
}

static int word_steps(struct stage_learn *learn, const char *args, struct strbuf *say,
    struct diag *diag)
{
	int steps;

	(void)diag;
	if (!words_take_int(&args, &steps) || !words_at_end(args) || steps < 1 ||
	    steps > STAGE_LEARN_STEPS_MAX)
		return WORDS_BAD_ARGS;
	learn->steps = steps;
	strbuf_addf(say, "run stops after update %d.", steps);
	return 0;
}

const struct stage_command learn__commands[] = {WORDS(WORDS_COMMAND){.word = NULL}};
static word_function *const functions[] = {WORDS(WORDS_FUNCTION)};

int learn__command(struct stage *stage, const char *word, const char *args, struct strbuf *say,
    struct diag *diag)
{
	int index = words_find(learn__commands, word);
	struct diag ours = {.code = 0};

	if (index < 0)
		return words_unknown(stage->ops, word, diag);
	return words_result(&learn__commands[index],
	    functions[index]((struct stage_learn *)stage, args, say, &ours), &ours, diag);
}
