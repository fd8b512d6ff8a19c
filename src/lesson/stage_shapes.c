// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The shape calculator. Its arithmetic is the engine's window_compute; here are the settings, the
 * words that change them, and the formula with their numbers put in.
 */
#include "config.h"

#include "lesson/stage_shapes.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "lesson/params.h"
#include "lesson/words.h"
#include "notebook/notebook.h"

static const char *const param_names[] = {"w", "k", "p", "s", "d", NULL};
static const char *const axis_names[] = {"h", "w", "both", NULL};
static const char *const convention_names[] = {"side", "total", NULL};
static const char *const param_words[] = {"size", "kernel", "padding", "stride", "dilation"};

static struct stage_shapes *shapes_of(struct stage *stage)
{
	return (struct stage_shapes *)stage;
}

/* -- the model ----------------------------------------------------------------------------------- */

struct stage *stage_shapes_new(int64_t size, int64_t kernel, int64_t padding, int64_t stride)
{
	struct stage_shapes *shapes = xzalloc(1, sizeof(*shapes));

	shapes->stage.ops = &stage_shapes_ops;
	shapes->axis = SHAPES_AXIS_BOTH;
	for (int axis = 0; axis < 2; axis++) {
		shapes->value[axis][SHAPES_PARAM_W] = size;
		shapes->value[axis][SHAPES_PARAM_K] = kernel;
		shapes->value[axis][SHAPES_PARAM_P] = padding;
		shapes->value[axis][SHAPES_PARAM_S] = stride;
		shapes->value[axis][SHAPES_PARAM_D] = 1;
	}
	return &shapes->stage;
}

static void close_shapes(struct stage *stage)
{
	mem_free(stage);
}

void stage_shapes_result(const struct stage_shapes *shapes, enum shapes_axis axis,
    struct shapes_result *ret)
{
	const int64_t *value = shapes->value[axis == SHAPES_AXIS_BOTH ? SHAPES_AXIS_W : axis];
	int64_t padding = value[SHAPES_PARAM_P];
	struct diag diag = {.code = 0};

	*ret = (struct shapes_result){
	    .axis = {.size = value[SHAPES_PARAM_W],
		.kernel = value[SHAPES_PARAM_K],
		.stride = value[SHAPES_PARAM_S],
		.before = shapes->total ? padding - padding / 2 : padding,
		.after = shapes->total ? padding / 2 : padding,
		.dilation = value[SHAPES_PARAM_D]}};
	ret->possible = window_compute(&ret->axis, &ret->window, &diag) == 0;
	if (!ret->possible)
		snprintf(ret->reason, sizeof(ret->reason), "%.150s", diag.msg);
}

/* "8 - 3 + 2*1": how far the window may travel. */
static void add_span(const struct stage_shapes *shapes, const struct shapes_result *result,
    struct strbuf *out)
{
	const struct window_axis *axis = &result->axis;

	strbuf_addf(out, "%lld - ", (long long)axis->size);
	if (axis->dilation == 1)
		strbuf_addf(out, "%lld", (long long)axis->kernel);
	else
		strbuf_addf(out, "(%lld*(%lld - 1) + 1)", (long long)axis->dilation,
		    (long long)axis->kernel);
	if (shapes->total)
		strbuf_addf(out, " + %lld", (long long)(axis->before + axis->after));
	else
		strbuf_addf(out, " + 2*%lld", (long long)axis->before);
}

void stage_shapes_formula(const struct stage_shapes *shapes, enum shapes_axis axis,
    struct strbuf *out)
{
	struct shapes_result result;
	long long stride, span;

	stage_shapes_result(shapes, axis, &result);
	if (!result.possible) {
		strbuf_addf(out, "no window fits: %s", result.reason);
		return;
	}
	stride = result.axis.stride;
	span = result.window.span;
	strbuf_add(out, result.window.remainder ? "floor((" : "(");
	add_span(shapes, &result, out);
	strbuf_addf(out, ") / %lld%s + 1", stride, result.window.remainder ? ")" : "");
	if (result.window.remainder)
		strbuf_addf(out, " = floor(%.5g) + 1", (double)span / (double)stride);
	strbuf_addf(out, " = %lld", (long long)result.window.count);
}

static bool axes_agree(const struct stage_shapes *shapes)
{
	return memcmp(shapes->value[0], shapes->value[1], sizeof(shapes->value[0])) == 0;
}

/* -- the words ----------------------------------------------------------------------------------- */

#define WORDS(X)                                                                                   \
	X(set, "set", "w|k|p|s|d [h|w|both] VALUE", "change a setting, on the chosen axis or on that") \
	X(more, "more", "", "one more of the setting in focus")                                    \
	X(less, "less", "", "one less of the setting in focus")                                    \
	X(focus, "focus", "w|k|p|s|d|next|previous", "say which setting more and less change")     \
	X(axis, "axis", "[h|w|both]", "say which axis is changed; without a name the next one")    \
	X(convention, "convention", "[side|total]", "count padding on each side, or both together") \
	X(same, "same", "", "the padding that keeps the size at stride 1")                         \
	X(valid, "valid", "", "no padding")

typedef int word_function(struct stage_shapes *shapes, const char *args, struct strbuf *say,
    struct diag *diag);

static void say_axis(const struct stage_shapes *shapes, enum shapes_axis axis, const char *name,
    struct strbuf *say)
{
	strbuf_addf(say, "%s: ", name);
	stage_shapes_formula(shapes, axis, say);
}

static void say_result(const struct stage_shapes *shapes, const char *between, struct strbuf *say)
{
	if (axes_agree(shapes)) {
		say_axis(shapes, SHAPES_AXIS_W, "height and width", say);
		return;
	}
	say_axis(shapes, SHAPES_AXIS_H, "height", say);
	strbuf_add(say, between);
	say_axis(shapes, SHAPES_AXIS_W, "width", say);
}

static int set_value(struct stage_shapes *shapes, enum shapes_param param, enum shapes_axis axis,
    int64_t value, struct diag *diag)
{
	if (value < 0 || value > STAGE_SHAPES_MAX)
		return diag_set(diag, ERR_RANGE, "%s must be a whole number from 0 to %d",
		    param_words[param], STAGE_SHAPES_MAX);
	if (axis != SHAPES_AXIS_W)
		shapes->value[SHAPES_AXIS_H][param] = value;
	if (axis != SHAPES_AXIS_H)
		shapes->value[SHAPES_AXIS_W][param] = value;
	return 0;
}

static int word_set(struct stage_shapes *shapes, const char *args, struct strbuf *say,
    struct diag *diag)
{
	int param = words_take_one_of(&args, param_names), axis = words_take_one_of(&args, axis_names);
	int value, code;

	if (param < 0 || !words_take_int(&args, &value) || !words_at_end(args))
		return WORDS_BAD_ARGS;
	code = set_value(shapes, (enum shapes_param)param,
	    axis < 0 ? shapes->axis : (enum shapes_axis)axis, value, diag);
	if (code < 0)
		return code;
	shapes->focus = (enum shapes_param)param;
	say_result(shapes, "; ", say);
	return 0;
}

/* One more or less on each axis that is changed; at the ends nothing happens. */
static int change(struct stage_shapes *shapes, const char *args, int by, struct strbuf *say)
{
	if (!words_at_end(args))
		return WORDS_BAD_ARGS;
	for (int axis = 0; axis < 2; axis++) {
		if (shapes->axis == SHAPES_AXIS_BOTH || (int)shapes->axis == axis)
			(void)set_value(shapes, shapes->focus, (enum shapes_axis)axis,
			    shapes->value[axis][shapes->focus] + by, NULL);
	}
	say_result(shapes, "; ", say);
	return 0;
}

static int word_more(struct stage_shapes *shapes, const char *args, struct strbuf *say,
    struct diag *diag)
{
	(void)diag;
	return change(shapes, args, 1, say);
}

static int word_less(struct stage_shapes *shapes, const char *args, struct strbuf *say,
    struct diag *diag)
{
	(void)diag;
	return change(shapes, args, -1, say);
}

static int word_focus(struct stage_shapes *shapes, const char *args, struct strbuf *say,
    struct diag *diag)
{
	static const char *const names[] = {"w", "k", "p", "s", "d", "next", "previous", NULL};
	int which = words_take_one_of(&args, names);

	(void)diag;
	if (which < 0 || !words_at_end(args))
		return WORDS_BAD_ARGS;
	if (which >= SHAPES_PARAM_COUNT)
		which = ((int)shapes->focus + (which == SHAPES_PARAM_COUNT ? 1 : SHAPES_PARAM_COUNT - 1)) %
			SHAPES_PARAM_COUNT;
	shapes->focus = (enum shapes_param)which;
	strbuf_addf(say, "more and less change the %s.", param_words[which]);
	return 0;
}

static int word_axis(struct stage_shapes *shapes, const char *args, struct strbuf *say,
    struct diag *diag)
{
	static const char *const words[] = {"the height", "the width", "height and width"};
	int which = ((int)shapes->axis + 1) % 3;

	(void)diag;
	if (!words_at_end(args))
		which = words_take_one_of(&args, axis_names);
	if (which < 0 || !words_at_end(args))
		return WORDS_BAD_ARGS;
	shapes->axis = (enum shapes_axis)which;
	strbuf_addf(say, "Changes now concern %s.", words[which]);
	return 0;
}

/* Count the padding the other way, keeping what it pads where that is possible. */
static void set_convention(struct stage_shapes *shapes, bool total, struct strbuf *say)
{
	bool odd = false;

	if (total == shapes->total)
		return;
	for (int axis = 0; axis < 2; axis++) {
		int64_t *padding = &shapes->value[axis][SHAPES_PARAM_P];

		odd |= !total && *padding % 2;
		*padding = total ? *padding * 2 : *padding / 2;
	}
	shapes->total = total;
	strbuf_add(say, total ? "p now counts both sides together." : "P now counts each side.");
	if (odd)
		strbuf_add(say, " An odd total cannot be split evenly: one was dropped.");
}

static int word_convention(struct stage_shapes *shapes, const char *args, struct strbuf *say,
    struct diag *diag)
{
	int which = !shapes->total;

	(void)diag;
	if (!words_at_end(args))
		which = words_take_one_of(&args, convention_names);
	if (which < 0 || !words_at_end(args))
		return WORDS_BAD_ARGS;
	set_convention(shapes, which, say);
	return 0;
}

static bool needs_uneven_padding(const struct stage_shapes *shapes)
{
	for (int axis = 0; axis < 2; axis++) {
		const int64_t *value = shapes->value[axis];

		if (value[SHAPES_PARAM_D] * (value[SHAPES_PARAM_K] - 1) % 2)
			return true;
	}
	return false;
}

static int word_same(struct stage_shapes *shapes, const char *args, struct strbuf *say,
    struct diag *diag)
{
	(void)diag;
	if (!words_at_end(args))
		return WORDS_BAD_ARGS;
	if (!shapes->total && needs_uneven_padding(shapes)) {
		set_convention(shapes, true, say);
		strbuf_add(say, " An even kernel needs one more on one side than on the other. ");
	}
	for (int axis = 0; axis < 2; axis++) {
		int64_t *value = shapes->value[axis];
		int64_t both = value[SHAPES_PARAM_D] * (value[SHAPES_PARAM_K] - 1);

		value[SHAPES_PARAM_P] = both < 0 ? 0 : shapes->total ? both : both / 2;
	}
	say_result(shapes, "; ", say);
	return 0;
}

static int word_valid(struct stage_shapes *shapes, const char *args, struct strbuf *say,
    struct diag *diag)
{
	if (!words_at_end(args))
		return WORDS_BAD_ARGS;
	(void)set_value(shapes, SHAPES_PARAM_P, SHAPES_AXIS_BOTH, 0, diag);
	say_result(shapes, "; ", say);
	return 0;
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
	return words_result(&commands[index], functions[index](shapes_of(stage), args, say, &ours),
	    &ours, diag);
}

/* -- in words ------------------------------------------------------------------------------------ */

#define STARTS_MAX 12 // windows whose place is told

static void describe_windows(const struct shapes_result *result, const char *unit,
    struct strbuf *out)
{
	int64_t count = result->window.count;

	strbuf_addf(out, "%lld window%s, beginning at %s", (long long)count, count == 1 ? "" : "s", unit);
	for (int64_t i = 0; i < count && i < STARTS_MAX; i++)
		strbuf_addf(out, "%s %lld", i ? "," : "",
		    (long long)(i * result->axis.stride - result->axis.before));
	strbuf_add(out, count > STARTS_MAX ? ", ... (0 is the first of the image). "
					   : " (0 is the first of the image). ");
	if (result->window.remainder)
		strbuf_addf(out, "%lld %s at the end no window reaches.", (long long)result->window.remainder,
		    unit);
	else
		strbuf_add(out, "Nothing is left over at the end.");
}

static void describe_axis(const struct stage_shapes *shapes, enum shapes_axis axis,
    struct strbuf *out)
{
	const char *unit = axis == SHAPES_AXIS_H ? "row" : "column";
	struct shapes_result result;

	stage_shapes_result(shapes, axis, &result);
	strbuf_addf(out,
	    "%s: size %lld, kernel %lld, padding %lld before and %lld behind, stride %lld, dilation %lld.\n",
	    axis == SHAPES_AXIS_H ? "Height" : "Width", (long long)result.axis.size,
	    (long long)result.axis.kernel, (long long)result.axis.before, (long long)result.axis.after,
	    (long long)result.axis.stride, (long long)result.axis.dilation);
	say_axis(shapes, axis, axis == SHAPES_AXIS_H ? "rows" : "columns", out);
	strbuf_addch(out, '\n');
	if (result.possible) {
		describe_windows(&result, unit, out);
		strbuf_addch(out, '\n');
	}
}

static void describe(const struct stage *stage, struct strbuf *out)
{
	const struct stage_shapes *shapes = (const struct stage_shapes *)stage;

	strbuf_add(out, shapes->total ? "Padding p counts both sides together.\n"
				      : "Padding P counts each side.\n");
	describe_axis(shapes, SHAPES_AXIS_H, out);
	describe_axis(shapes, SHAPES_AXIS_W, out);
}

static void sum(const struct stage *stage, struct strbuf *out)
{
	say_result((const struct stage_shapes *)stage, "\n", out);
}

/* -- the lesson's side --------------------------------------------------------------------------- */

static const char *const state_names[] = {"nh", "nw", "rh", "rw", "wh", "ww", "kh", "kw", "ph", "pw",
    "sh", "sw", "dh", "dw"};

static double state_value(const struct stage_shapes *shapes, size_t index)
{
	enum shapes_axis axis = index % 2 ? SHAPES_AXIS_W : SHAPES_AXIS_H;
	struct shapes_result result;

	if (index >= 4)
		return (double)shapes->value[axis][index / 2 - 2];
	stage_shapes_result(shapes, axis, &result);
	if (!result.possible)
		return 0;
	return (double)(index < 2 ? result.window.count : result.window.remainder);
}

static bool state(const struct stage *stage, const char *name, double *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(state_names); i++) {
		if (strcmp(state_names[i], name) == 0) {
			*ret = state_value((const struct stage_shapes *)stage, i);
			return true;
		}
	}
	return false;
}

static int publish(const struct stage *stage, struct notebook *nb, struct diag *diag)
{
	int code = 0;

	for (size_t i = 0; i < ARRAY_LEN(state_names) && code == 0; i++)
		code = notebook_set_number(nb, state_names[i],
		    state_value((const struct stage_shapes *)stage, i), diag);
	return code;
}

static bool tick(struct stage *stage, double now)
{
	(void)stage;
	(void)now;
	return false;
}

static bool busy(const struct stage *stage)
{
	(void)stage;
	return false;
}

static int open_setting(const struct params *params, struct stage_shapes *shapes,
    enum shapes_param param, struct diag *diag)
{
	double values[2];
	int count = 0, code = params_numbers(params, param_names[param], 2, values, &count, diag);

	if (code < 0 || count == 0)
		return code;
	if (count == 1)
		values[1] = values[0];
	for (int axis = 0; axis < 2 && code == 0; axis++) {
		if (values[axis] != (double)(int64_t)values[axis])
			code = diag_set(diag, ERR_RANGE, "'%s' must be whole numbers", param_names[param]);
		else
			code = set_value(shapes, param, (enum shapes_axis)axis, (int64_t)values[axis], diag);
	}
	return code < 0 ? params_at(params, param_names[param], code, diag) : 0;
}

static int open_shapes(const struct block *block, const char *file, struct notebook *nb,
    struct stage **ret, struct diag *diag)
{
	const struct params params = {.block = block, .file = file, .nb = nb};
	struct stage *stage = stage_shapes_new(8, 3, 1, 2);
	struct stage_shapes *shapes = shapes_of(stage);
	int axis = SHAPES_AXIS_BOTH, focus = 0, total = 0, code = 0;

	for (int i = 0; i < SHAPES_PARAM_COUNT && code == 0; i++)
		code = open_setting(&params, shapes, (enum shapes_param)i, diag);
	if (code == 0)
		code = params_one_of(&params, "axis", axis_names, &axis, diag);
	if (code == 0)
		code = params_one_of(&params, "focus", param_names, &focus, diag);
	if (code == 0)
		code = params_one_of(&params, "convention", convention_names, &total, diag);
	if (code < 0) {
		close_shapes(stage);
		return code;
	}
	shapes->axis = (enum shapes_axis)axis;
	shapes->focus = (enum shapes_param)focus;
	shapes->total = total;
	*ret = stage;
	return 0;
}

static const char *const param_keys[] = {
    "w", "k", "p", "s", "d", "convention", "axis", "focus", NULL};

const struct stage_ops stage_shapes_ops = {
    .name = "shapes",
    .title = "Shape calculator",
    .commands = commands,
    .params = param_keys,
    .open = open_shapes,
    .close = close_shapes,
    .command = command,
    .tick = tick,
    .busy = busy,
    .describe = describe,
    .sum = sum,
    .publish = publish,
    .state = state,
};
