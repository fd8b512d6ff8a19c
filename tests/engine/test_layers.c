// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Layers and losses against PyTorch, forward and backward: layers.txt has its answers (written by
 * make-layers). Then float64 against central differences.
 */
#include "config.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "engine/gradcheck.h"
#include "engine/tensor_text.h"
#include "engine/var_nn.h"
#include "engine/var_ops.h"
#include "support/check.h"

#define FIELDS_MAX 8

struct scenario {
	int number;
	const char *words; // "conv axes=2 stride=1,2"
	int field_count;
	struct tensor *fields[FIELDS_MAX];
};

/* The numbers after "key="; returns how many. */
static int values(const struct scenario *s, const char *key, int64_t *ret)
{
	char pattern[32], *next;
	const char *at;
	int count = 0;

	snprintf(pattern, sizeof(pattern), " %s=", key);
	at = strstr(s->words, pattern);
	if (!at)
		return 0;
	for (at += strlen(pattern); *at && *at != ' '; at = next + (*next == ','))
		ret[count++] = strtoll(at, &next, 10);
	return count;
}

static int64_t value(const struct scenario *s, const char *key, int64_t otherwise)
{
	int64_t all[8];

	return values(s, key, all) ? all[0] : otherwise;
}

static bool has(const struct scenario *s, const char *text)
{
	return strstr(s->words, text) != NULL;
}

static enum reduction reduction_of(const struct scenario *s)
{
	return has(s, "=none") ? REDUCTION_NONE : has(s, "=sum") ? REDUCTION_SUM : REDUCTION_MEAN;
}

/* Inputs, constants, then the result and the inputs' gradients follow in the fields. */
struct call {
	const struct scenario *s;
	struct var *in[4];
	struct diag *diag;
};

static int call_conv(const struct call *call, struct var **ret)
{
	const struct scenario *s = call->s;
	struct conv_args args = {.axes = (int)value(s, "axes", 2), .groups = value(s, "groups", 1)};
	int err = 0;

	values(s, "stride", args.stride);
	values(s, "dilation", args.dilation);
	values(s, "padding", args.before);
	memcpy(args.after, args.before, sizeof(args.after));
	args.mode = has(s, "mode=reflect")     ? PAD_MODE_REFLECT
		    : has(s, "mode=replicate") ? PAD_MODE_REPLICATE
		    : has(s, "mode=circular")  ? PAD_MODE_CIRCULAR
					       : PAD_MODE_CONSTANT;
	if (has(s, "same="))
		err = conv_args_same(&args, call->in[1]->value, call->diag);
	return err < 0 ? err
		       : var_conv(&args, call->in[0], call->in[1], call->in[2], ret, call->diag);
}

static int call_pool(const struct call *call, struct var **ret)
{
	const struct scenario *s = call->s;
	struct pool_args args = {
	    .axes = (int)value(s, "axes", 2), .count_padding = value(s, "count", 1)};

	args.kind = s->words[0] == 'm' ? POOL_KIND_MAX : POOL_KIND_AVG;
	values(s, "kernel", args.kernel);
	values(s, "stride", args.stride);
	values(s, "padding", args.padding);
	return var_pool(&args, call->in[0], ret, call->diag);
}

static int call_linear(const struct call *call, struct var **ret)
{
	return var_linear(call->in[0], call->in[1], call->in[2], ret, call->diag);
}

static struct var *filled(int64_t n, double x)
{
	struct tensor *tensor;

	assert_int_equal(assemble_full(DTYPE_F32, 1, &n, x, &tensor, NULL), 0);
	return var_new_take(WORLD_TORCH, tensor);
}

static int call_batch_norm(const struct call *call, struct var **ret)
{
	struct batch_norm_args args = {.training = value(call->s, "training", 1),
	    .momentum = 0.1,
	    .eps = 1e-5,
	    .weights = call->in[1],
	    .bias = call->in[2]};
	int64_t channels = call->in[1]->value->shape[0];
	int err;

	args.running_mean = filled(channels, 0.25);
	args.running_var = filled(channels, 1.5);
	err = var_batch_norm(&args, call->in[0], ret, call->diag);
	var_unref(args.running_mean);
	var_unref(args.running_var);
	return err;
}

static int call_cross_entropy(const struct call *call, struct var **ret)
{
	const struct scenario *s = call->s;
	struct cross_entropy_args args = {.has_ignore = true,
	    .ignore_index = value(s, "ignore", -100),
	    .reduction = reduction_of(s)};
	const char *smoothing = strstr(s->words, "smoothing=");
	int err;

	if (value(s, "weight", 0))
		args.weight = var_new_take(WORLD_TORCH, tensor_parse("f32 4 0.5 1 2 1.5"));
	if (smoothing)
		args.label_smoothing = strtod(smoothing + strlen("smoothing="), NULL);
	if (s->words[0] == 'n')
		err = var_nll_loss(&args, call->in[0], call->in[1], ret, call->diag);
	else
		err = var_cross_entropy(&args, call->in[0], call->in[1], ret, call->diag);
	var_unref(args.weight);
	return err;
}

static int call_loss(const struct call *call, struct var **ret)
{
	static const char *const names[] = {[LOSS_KIND_MSE] = " mse ",
	    [LOSS_KIND_L1] = " l1 ",
	    [LOSS_KIND_SMOOTH_L1] = " smoothl1 ",
	    [LOSS_KIND_BCE] = " bce ",
	    [LOSS_KIND_BCE_LOGITS] = " bcelogits "};
	int kind = 0;

	while (!has(call->s, names[kind]))
		kind++;
	return var_loss(kind, reduction_of(call->s), call->in[0], call->in[1], ret, call->diag);
}

static const struct {
	const char *word;
	int constants; // after the inputs
	int (*run)(const struct call *call, struct var **ret);
} layers[] = {
    {"conv ", 0, call_conv},
    {"maxpool ", 0, call_pool},
    {"avgpool ", 0, call_pool},
    {"linear", 0, call_linear},
    {"batchnorm ", 0, call_batch_norm},
    {"crossentropy ", 1, call_cross_entropy},
    {"nll ", 1, call_cross_entropy},
    {"loss ", 1, call_loss},
};

static struct var *weights_like(const struct tensor *y)
{
	struct tensor *w;

	assert_int_equal(tensor_new(DTYPE_F32, y->ndim, y->shape, &w, NULL), 0);
	for (size_t i = 0; i < tensor_count(w); i++)
		((float *)w->data)[i] = 0.5f + (float)(i * 7 % 11) / 10;
	return var_new_take(WORLD_TORCH, w);
}

static void run_layer(const struct scenario *s, size_t which)
{
	int constants = layers[which].constants, inputs = (s->field_count - 1 - constants) / 2;
	struct var *y = NULL, *weights;
	struct diag diag;
	struct call call = {.s = s, .diag = &diag};
	char what[160];

	snprintf(what, sizeof(what), "line %d, %s", s->number, s->words);
	for (int i = 0; i < inputs + constants; i++) {
		call.in[i] = var_new_take(WORLD_TORCH, tensor_share(s->fields[i]));
		call.in[i]->requires_grad = i < inputs;
	}
	if (layers[which].run(&call, &y) < 0)
		fail_msg("%s: %s", what, diag.msg);
	check_tensor(what, y->value, s->fields[inputs + constants], 2e-5, 2e-5);
	weights = weights_like(y->value);
	if (var_backward(y, weights, false, &diag) < 0)
		fail_msg("%s: backward: %s", what, diag.msg);
	for (int i = 0; i < inputs; i++)
		check_tensor(what, call.in[i]->grad->value, s->fields[inputs + constants + 1 + i],
		    2e-5, 2e-5);
	for (int i = 0; i < inputs + constants; i++)
		var_unref(call.in[i]);
	var_unref(weights);
	var_unref(y);
}

static void run_line(char *line, int number)
{
	struct scenario s = {.number = number};
	char *rest = line, *field;
	size_t which = 0;

	s.words = strsep(&rest, "|");
	if (!*s.words)
		return;
	while (which < ARRAY_LEN(layers) &&
	       strncmp(s.words, layers[which].word, strlen(layers[which].word)) != 0)
		which++;
	if (which == ARRAY_LEN(layers))
		fail_msg("line %d: nothing runs '%s'", number, s.words);
	while ((field = strsep(&rest, "|")))
		s.fields[s.field_count++] = tensor_parse(field);
	run_layer(&s, which);
	for (int i = 0; i < s.field_count; i++)
		tensor_free(s.fields[i]);
}

static void test_layers_and_losses_agree_with_pytorch(void **state)
{
	size_t before = tensor_memory_used(), len;
	char *text, *line, *rest;
	struct diag diag;
	int number = 0;

	(void)state;
	assert_int_equal(
	    file_read(check_source_path("tests/engine/layers.txt"), 1 << 24, &text, &len, &diag),
	    0);
	for (rest = text; (line = strsep(&rest, "\n"));)
		run_line(line, ++number);
	mem_free(text);
	assert_int_equal(tensor_memory_used(), before);
}

static int conv_2d(struct var *const *in, struct var **ret, struct diag *diag)
{
	struct conv_args args = {
	    .axes = 2, .stride = {2, 1}, .before = {1, 0}, .after = {1, 1}, .groups = 2};

	return var_conv(&args, in[0], in[1], in[2], ret, diag);
}

static int conv_reflected(struct var *const *in, struct var **ret, struct diag *diag)
{
	struct conv_args args = {
	    .axes = 1, .before = {1}, .after = {2}, .dilation = {2}, .mode = PAD_MODE_REFLECT};

	return var_conv(&args, in[0], in[1], NULL, ret, diag);
}

static int linear(struct var *const *in, struct var **ret, struct diag *diag)
{
	return var_linear(in[0], in[1], in[2], ret, diag);
}

static int max_pool(struct var *const *in, struct var **ret, struct diag *diag)
{
	struct pool_args args = {.kind = POOL_KIND_MAX,
	    .axes = 2,
	    .kernel = {2, 3},
	    .stride = {1, 2},
	    .padding = {1, 1}};

	return var_pool(&args, in[0], ret, diag);
}

static int average_pool(struct var *const *in, struct var **ret, struct diag *diag)
{
	struct pool_args args = {
	    .kind = POOL_KIND_AVG, .axes = 2, .kernel = {2, 2}, .padding = {1, 0}};

	return var_pool(&args, in[0], ret, diag);
}

static int batch_norm(struct var *const *in, struct var **ret, struct diag *diag)
{
	struct batch_norm_args args = {
	    .training = true, .eps = 1e-5, .weights = in[1], .bias = in[2]};

	return var_batch_norm(&args, in[0], ret, diag);
}

static int dropout(struct var *const *in, struct var **ret, struct diag *diag)
{
	struct rng rng;

	rng_seed(&rng, 5);
	return var_dropout(in[0], 0.4, true, &rng, ret, diag);
}

static int cross_entropy(struct var *const *in, struct var **ret, struct diag *diag)
{
	struct cross_entropy_args args = {
	    .has_ignore = true, .ignore_index = 0, .label_smoothing = 0.1};
	struct var *target = var_new_take(WORLD_TORCH, tensor_parse("i64 4 0 2 1 1"));
	int err = var_cross_entropy(&args, in[0], target, ret, diag);

	var_unref(target);
	return err;
}

static int loss_towards(
    enum loss_kind kind, struct var *const *in, struct var **ret, struct diag *diag)
{
	return var_loss(kind, REDUCTION_MEAN, in[0], in[1], ret, diag);
}

static int mse(struct var *const *in, struct var **ret, struct diag *diag)
{
	return loss_towards(LOSS_KIND_MSE, in, ret, diag);
}

static int bce(struct var *const *in, struct var **ret, struct diag *diag)
{
	return loss_towards(LOSS_KIND_BCE, in, ret, diag);
}

static int bce_logits(struct var *const *in, struct var **ret, struct diag *diag)
{
	return loss_towards(LOSS_KIND_BCE_LOGITS, in, ret, diag);
}

static const struct gradcheck checks[] = {
    {.name = "conv2d", .apply = conv_2d, .shapes = {"2,4,5,4", "2,2,3,2", "2"}},
    {.name = "conv1d reflected", .apply = conv_reflected, .shapes = {"2,7", "3,2,2"}},
    {.name = "linear", .apply = linear, .shapes = {"4,3", "2,3", "2"}},
    {.name = "max pool", .apply = max_pool, .shapes = {"2,2,4,5"}, .distinct = true},
    {.name = "average pool", .apply = average_pool, .shapes = {"1,2,4,5"}},
    {.name = "batch norm", .apply = batch_norm, .shapes = {"3,2,2", "2", "2"}},
    {.name = "dropout", .apply = dropout, .shapes = {"4,5"}},
    {.name = "cross entropy", .apply = cross_entropy, .shapes = {"4,3"}},
    {.name = "mse", .apply = mse, .shapes = {"2,3", "2,3"}},
    {.name = "bce", .apply = bce, .shapes = {"2,3", "2,3"}, .low = 0.1, .high = 0.9},
    {.name = "bce of logits",
	.apply = bce_logits,
	.shapes = {"2,3", "2,3"},
	.low = 0.1,
	.high = 0.9},
};

static void test_gradients_of_layers_agree_with_central_differences(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(checks); i++)
		gradcheck_run(&checks[i]);
}

static void refused(int (*apply)(struct var *const *, struct var **, struct diag *), const char *a,
    const char *b, const char *part)
{
	struct var *in[] = {var_new_take(WORLD_TORCH, tensor_parse(a)),
	    var_new_take(WORLD_TORCH, tensor_parse(b)), NULL};
	struct var *out;
	struct diag diag = {.code = 0};

	assert_true(apply(in, &out, &diag) < 0);
	check_contains(diag.msg, part);
	var_unref(in[0]);
	var_unref(in[1]);
}

static int targets(struct var *const *in, struct var **ret, struct diag *diag)
{
	struct cross_entropy_args args = {.has_ignore = true, .ignore_index = -100};

	return var_cross_entropy(&args, in[0], in[1], ret, diag);
}

static void test_what_does_not_fit_is_said(void **state)
{
	(void)state;
	refused(linear, "f32 2 1 2", "f32 1,3 1 2 3",
	    "a linear layer of 3 inputs got a tensor of shape (2,)");
	refused(linear, "f32 2 1 2", "f64 1,2 1 2", "float32 but the weights are float64");
	refused(conv_2d, "f32 2 1 2", "f32 1,1,1,1 1", "conv2d of an input of shape (2,)");
	refused(max_pool, "f32 2 1 2", "f32 - 1", "2d pooling of a float32 input of shape (2,)");
	refused(targets, "f32 2,2 1 2 3 4", "i64 2 0 2", "target 2 is out of bounds");
	refused(targets, "f32 2,2 1 2 3 4", "i64 3 0 1 1", "target of shape (3,) does not fit");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_layers_and_losses_agree_with_pytorch),
	cmocka_unit_test(test_gradients_of_layers_agree_with_central_differences),
	cmocka_unit_test(test_what_does_not_fit_is_said),
};

CHECK_MAIN(tests)
