// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Layers and losses on variables: what torch.nn.functional offers of them, float32 and float64.
 */
#ifndef ENGINE_VAR_NN_H
#define ENGINE_VAR_NN_H

#include "base/rng.h"
#include "engine/autograd.h"
#include "engine/assemble.h"
#include "engine/ops.h"

/* For 1, 2 or 3 spatial axes; index 0 is the first spatial axis of the input. */
struct conv_args {
	int axes;
	int64_t stride[3], dilation[3];	 // 0 means 1
	int64_t before[3], after[3];	 // padding
	enum pad_mode mode;
	int64_t groups;			 // 0 means 1
};

// Padding that keeps the size ('same'): dilation * (kernel - 1) in all, the odd one after.
// ERR_SHAPE when a stride is not 1.
int conv_args_same(struct conv_args *args, const struct tensor *weights,
    struct diag *diag) WARN_UNUSED;
// x [batch][in][axes...] or without batch; bias may be NULL.
int var_conv(const struct conv_args *args, struct var *x, struct var *weights, struct var *bias,
    struct var **ret, struct diag *diag) WARN_UNUSED;

struct pool_args {
	enum pool_kind kind;
	int axes; // 1 or 2
	int64_t kernel[2], stride[2], padding[2]; // stride 0: the kernel's
	bool count_padding;
};
int var_pool(const struct pool_args *args, struct var *x, struct var **ret,
    struct diag *diag) WARN_UNUSED;
// x [...][in], weights [out][in], bias [out] or NULL.
int var_linear(struct var *x, struct var *weights, struct var *bias, struct var **ret,
    struct diag *diag) WARN_UNUSED;

struct batch_norm_args {
	bool training; // normalise with the batch's own statistics, else with the running ones
	double momentum, eps;  // PyTorch's defaults: 0.1, 1e-5
	struct var *weights, *bias;		  // [channels], may be NULL
	struct var *running_mean, *running_var;	  // [channels], may be NULL; updated when training
};
int var_batch_norm(const struct batch_norm_args *args, struct var *x, struct var **ret,
    struct diag *diag) WARN_UNUSED; // x [batch][channels]...
int var_dropout(struct var *x, double p, bool training, struct rng *rng, struct var **ret,
    struct diag *diag) WARN_UNUSED;

enum reduction { REDUCTION_MEAN, REDUCTION_SUM, REDUCTION_NONE };

struct cross_entropy_args {
	struct var *weight; // [classes], or NULL
	bool has_ignore;
	int64_t ignore_index; // PyTorch's default is -100
	double label_smoothing;
	enum reduction reduction;
};
// logits [batch][classes] (or [classes], or [batch][classes][...]); target: int64 class indices
// without the class dimension, or float probabilities of the logits' shape.
int var_cross_entropy(const struct cross_entropy_args *args, struct var *logits,
    struct var *target, struct var **ret, struct diag *diag) WARN_UNUSED;
// The same of logarithms of probabilities; label_smoothing is not looked at.
int var_nll_loss(const struct cross_entropy_args *args, struct var *log_probs, struct var *target,
    struct var **ret, struct diag *diag) WARN_UNUSED;

enum loss_kind {
	LOSS_KIND_MSE,
	LOSS_KIND_L1,
	LOSS_KIND_SMOOTH_L1,
	LOSS_KIND_BCE,
	LOSS_KIND_BCE_LOGITS,
};
int var_loss(enum loss_kind kind, enum reduction reduction, struct var *x, struct var *target,
    struct var **ret, struct diag *diag) WARN_UNUSED;

#endif
