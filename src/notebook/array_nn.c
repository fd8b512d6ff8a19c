// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Layers and losses as functions. They are what the library (the files of library/) calls under
 * names that begin with an underscore, with its arguments in a fixed order; users see F.conv2d and
 * nn.Conv2d.
 */
#include "config.h"

#include <string.h>

#include "engine/var_nn.h"
#include "notebook/array_later.h"
#include "notebook/module.h"

// A number for every axis, or one each.
static int axes_of(struct vm *vm, struct value v, const char *what, int axes, int64_t *ret)
{
	struct value *items = &v;
	size_t count = 1;

	if (value_items(v, &items, &count) && count != (size_t)axes && count != 1) {
		vm_raise(vm, "ValueError", "%s needs %d numbers, not %zu", what, axes, count);
		return vm_hint(vm, "give one number for all axes, or one for each");
	}
	for (int i = 0; i < axes; i++) {
		int r = vm_to_int(vm, items[count == 1 ? 0 : (size_t)i], what, &ret[i]);

		if (r < 0)
			return r;
	}
	return 0;
}

static int tensor_arg(struct vm *vm, struct value v, const char *what, struct var **ret)
{
	if (v.kind == VALUE_NONE || v.kind == VALUE_UNSET) {
		*ret = NULL;
		return 0;
	}
	if (v.kind != VALUE_TENSOR) {
		vm_raise(
		    vm, "TypeError", "%s must be a tensor, not %s", what, value_a_type(v));
		return vm_blame(vm, v);
	}
	*ret = AS_VAR(v);
	return 0;
}

static int needed_tensor(struct vm *vm, struct value v, const char *what, struct var **ret)
{
	int r = tensor_arg(vm, v, what, ret);

	if (r == 0 && !*ret)
		r = vm_raise(vm, "TypeError", "%s must be a tensor, not None", what);
	return r;
}

static int conv_padding(
    struct vm *vm, struct value v, const struct var *weights, struct conv_args *conv)
{
	struct diag diag;
	int r;

	if (value_is_str(v, "valid"))
		return 0;
	if (value_is_str(v, "same")) {
		r = conv_args_same(conv, weights->value, &diag);
		return r < 0 ? vm_engine_error(vm, &diag, false) : 0;
	}
	if (v.kind == VALUE_STR)
		return vm_raise(vm, "ValueError", "padding must be a number, 'same' or 'valid'");
	r = axes_of(vm, v, "padding", conv->axes, conv->before);
	if (r == 0)
		memcpy(conv->after, conv->before, sizeof(conv->after));
	return r;
}

static int conv_mode(struct vm *vm, struct value v, enum pad_mode *ret)
{
	static const char *const names[] = {"zeros", "reflect", "replicate", "circular"};

	for (int i = 0; i < 4; i++)
		if (value_is_str(v, names[i])) {
			*ret = (enum pad_mode)i;
			return 0;
		}
	vm_raise(vm, "ValueError", "this padding_mode does not exist");
	return vm_hint(vm, "the modes are 'zeros', 'reflect', 'replicate' and 'circular'");
}

// x, weight, bias, axes, stride, padding, dilation, groups, mode
static int nn_conv(struct vm *vm, const struct args *args, struct value *ret)
{
	struct conv_args conv = {.axes = (int)args->v[3].i};
	struct var *x, *weights, *bias = NULL, *result = NULL;
	struct diag diag;
	int r = later_conv(vm, args, ret);

	if (r != 0)
		return r < 0 ? r : 0;
	r = needed_tensor(vm, args->v[0], "the input", &x);
	if (r == 0)
		r = needed_tensor(vm, args->v[1], "the weight", &weights);
	if (r == 0)
		r = tensor_arg(vm, args->v[2], "the bias", &bias);
	if (r == 0)
		r = axes_of(vm, args->v[4], "stride", conv.axes, conv.stride);
	if (r == 0)
		r = axes_of(vm, args->v[6], "dilation", conv.axes, conv.dilation);
	if (r == 0)
		r = conv_padding(vm, args->v[5], weights, &conv);
	if (r == 0)
		r = vm_to_int(vm, args->v[7], "groups", &conv.groups);
	if (r == 0)
		r = conv_mode(vm, args->v[8], &conv.mode);
	for (int i = 0; r == 0 && i < conv.axes; i++)
		if (conv.stride[i] < 1 || conv.dilation[i] < 1)
			r = vm_raise(vm, "RuntimeError", "stride and dilation must be at least 1");
	if (r < 0)
		return r;
	r = var_conv(&conv, x, weights, bias, &result, &diag);
	return array_result(vm, r, &diag, result, WORLD_TORCH, ret);
}

// x, kind ('max' or 'avg'), axes, kernel_size, stride, padding, count_include_pad
static int nn_pool(struct vm *vm, const struct args *args, struct value *ret)
{
	struct pool_args pool = {.axes = (int)args->v[2].i};
	struct var *x, *result = NULL;
	struct diag diag;
	int r = later_pool(vm, args, ret);

	if (r != 0)
		return r < 0 ? r : 0;
	r = needed_tensor(vm, args->v[0], "the input", &x);
	pool.kind = value_is_str(args->v[1], "max") ? POOL_KIND_MAX : POOL_KIND_AVG;
	if (r == 0)
		r = axes_of(vm, args->v[3], "kernel_size", pool.axes, pool.kernel);
	if (r == 0 && args->v[4].kind != VALUE_NONE)
		r = axes_of(vm, args->v[4], "stride", pool.axes, pool.stride);
	if (r == 0)
		r = axes_of(vm, args->v[5], "padding", pool.axes, pool.padding);
	if (r == 0)
		r = truth(vm, args->v[6], &pool.count_padding);
	if (r < 0)
		return r;
	r = var_pool(&pool, x, &result, &diag);
	return array_result(vm, r, &diag, result, WORLD_TORCH, ret);
}

static int nn_linear(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x, *weights, *bias = NULL, *result = NULL;
	struct diag diag;
	int r = later_linear(vm, args, ret);

	if (r != 0)
		return r < 0 ? r : 0;
	r = needed_tensor(vm, args->v[0], "the input", &x);
	if (r == 0)
		r = needed_tensor(vm, args->v[1], "the weight", &weights);
	if (r == 0)
		r = tensor_arg(vm, args->v[2], "the bias", &bias);
	if (r < 0)
		return r;
	r = var_linear(x, weights, bias, &result, &diag);
	return array_result(vm, r, &diag, result, WORLD_TORCH, ret);
}

// x, running_mean, running_var, weight, bias, training, momentum, eps
static int nn_batch_norm(struct vm *vm, const struct args *args, struct value *ret)
{
	struct batch_norm_args norm = {.momentum = 0.1};
	struct var *x, *result = NULL;
	struct diag diag;
	int r = needed_tensor(vm, args->v[0], "the input", &x);

	if (r == 0)
		r = tensor_arg(vm, args->v[1], "the running mean", &norm.running_mean);
	if (r == 0)
		r = tensor_arg(vm, args->v[2], "the running variance", &norm.running_var);
	if (r == 0)
		r = tensor_arg(vm, args->v[3], "the weight", &norm.weights);
	if (r == 0)
		r = tensor_arg(vm, args->v[4], "the bias", &norm.bias);
	if (r == 0)
		r = truth(vm, args->v[5], &norm.training);
	if (r == 0)
		r = vm_to_number(vm, args->v[6], "momentum", &norm.momentum);
	if (r == 0)
		r = vm_to_number(vm, args->v[7], "eps", &norm.eps);
	if (r < 0)
		return r;
	r = var_batch_norm(&norm, x, &result, &diag);
	return array_result(vm, r, &diag, result, WORLD_TORCH, ret);
}

static int nn_dropout(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x, *result = NULL;
	struct diag diag;
	bool training;
	double p;
	int r = needed_tensor(vm, args->v[0], "the input", &x);

	if (r == 0)
		r = vm_to_number(vm, args->v[1], "p", &p);
	if (r == 0)
		r = truth(vm, args->v[2], &training);
	if (r == 0 && !(p >= 0 && p <= 1)) {
		vm_raise(
		    vm, "ValueError", "the dropout probability must be between 0 and 1, not %g", p);
		r = vm->error.diag.code;
	}
	if (r < 0)
		return r;
	r = var_dropout(x, p, training, &vm->rng, &result, &diag);
	return array_result(vm, r, &diag, result, WORLD_TORCH, ret);
}

static int reduction_arg(struct vm *vm, struct value v, enum reduction *ret)
{
	if (value_is_str(v, "mean"))
		*ret = REDUCTION_MEAN;
	else if (value_is_str(v, "sum"))
		*ret = REDUCTION_SUM;
	else if (value_is_str(v, "none"))
		*ret = REDUCTION_NONE;
	else
		return vm_raise(vm, "ValueError", "the reduction must be 'mean', 'sum' or 'none'");
	return 0;
}

// x, target, weight, ignore_index, reduction, label_smoothing; which: 0 cross entropy, 1 nll
static int nn_cross_entropy(struct vm *vm, const struct args *args, struct value *ret)
{
	struct cross_entropy_args loss = {.has_ignore = true};
	struct var *x, *target, *result = NULL;
	struct diag diag;
	int r = needed_tensor(vm, args->v[0], "the input", &x);

	if (r == 0)
		r = needed_tensor(vm, args->v[1], "the target", &target);
	if (r == 0)
		r = tensor_arg(vm, args->v[2], "the weight", &loss.weight);
	if (r == 0)
		r = vm_to_int(vm, args->v[3], "ignore_index", &loss.ignore_index);
	if (r == 0)
		r = reduction_arg(vm, args->v[4], &loss.reduction);
	if (r == 0)
		r = vm_to_number(vm, args->v[5], "label_smoothing", &loss.label_smoothing);
	if (r < 0)
		return r;
	r = args->def->which ? var_nll_loss(&loss, x, target, &result, &diag)
			     : var_cross_entropy(&loss, x, target, &result, &diag);
	return array_result(vm, r, &diag, result, WORLD_TORCH, ret);
}

// x, target, reduction
static int nn_loss(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x, *target, *result = NULL;
	enum reduction reduction;
	struct diag diag;
	int r = needed_tensor(vm, args->v[0], "the input", &x);

	if (r == 0)
		r = needed_tensor(vm, args->v[1], "the target", &target);
	if (r == 0)
		r = reduction_arg(vm, args->v[2], &reduction);
	if (r < 0)
		return r;
	r = var_loss((enum loss_kind)args->def->which, reduction, x, target, &result, &diag);
	return array_result(vm, r, &diag, result, WORLD_TORCH, ret);
}

// x, slope; which: 0 leaky relu, 1 elu
static int nn_slope(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x, *result = NULL;
	struct diag diag;
	double slope;
	int r = needed_tensor(vm, args->v[0], "the input", &x);

	if (r == 0)
		r = vm_to_number(vm, args->v[1], "the slope", &slope);
	if (r < 0)
		return r;
	r = args->def->which ? var_elu(x, slope, &result, &diag)
			     : var_leaky_relu(x, slope, &result, &diag);
	return array_result(vm, r, &diag, result, WORLD_TORCH, ret);
}

static const struct builtin functions[] = {
    {"_conv", "x, weight, bias, axes, stride, padding, dilation, groups, mode", "convolution",
	nn_conv, 0},
    {"_pool", "x, kind, axes, kernel_size, stride, padding, count_include_pad", "pooling", nn_pool,
	0},
    {"_linear", "x, weight, bias=None", "x @ weight.T + bias", nn_linear, 0},
    {"_batch_norm", "x, mean, var, weight, bias, training, momentum, eps", "batch normalisation",
	nn_batch_norm, 0},
    {"_dropout", "x, p, training", "some elements set to 0, the others enlarged", nn_dropout, 0},
    {"_cross_entropy", "x, target, weight, ignore_index, reduction, label_smoothing",
	"cross entropy", nn_cross_entropy, 0},
    {"_nll_loss", "x, target, weight, ignore_index, reduction, label_smoothing",
	"negative log likelihood", nn_cross_entropy, 1},
    {"_mse_loss", "x, target, reduction", "squared error", nn_loss, LOSS_KIND_MSE},
    {"_l1_loss", "x, target, reduction", "absolute error", nn_loss, LOSS_KIND_L1},
    {"_smooth_l1_loss", "x, target, reduction", "Huber's error", nn_loss, LOSS_KIND_SMOOTH_L1},
    {"_bce_loss", "x, target, reduction", "binary cross entropy", nn_loss, LOSS_KIND_BCE},
    {"_bce_logits_loss", "x, target, reduction", "binary cross entropy of logits", nn_loss,
	LOSS_KIND_BCE_LOGITS},
    {"_leaky_relu", "x, slope", "x, or slope * x below 0", nn_slope, 0},
    {"_elu", "x, alpha", "x, or alpha * (exp(x) - 1) below 0", nn_slope, 1},
    TABLE_END,
};

int array_install_nn(struct vm *vm)
{
	struct module *torch;
	int r = module_make(vm, "torch", &torch);

	if (r == 0)
		r = builtin_add_table(vm, torch->attrs, functions, false);
	return r;
}
