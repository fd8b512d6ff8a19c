// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A chain of layers (an nn.Sequential) as one node of the tape, on the trainer's kernels: images in
 * blocks of 16, a thread a block, gradients summed in the order of the blocks. The same bits for
 * any number of threads.
 */
#ifndef ENGINE_CHAIN_H
#define ENGINE_CHAIN_H

#include "engine/autograd.h"
#include "engine/net.h"

struct chain;

// ERR_SHAPE and ERR_UNSUPPORTED where the layers do not fit one another or these kernels: the
// caller then runs them one by one. `in` is one image, [C][H][W]; features are [F][1][1].
int chain_new(const int in[3], const struct layer_spec *specs, size_t count, struct chain **ret,
    struct diag *diag) WARN_UNUSED;
void chain_unref(struct chain *chain); // NULL is a no-op; results keep what they need
size_t chain_param_count(const struct chain *chain); // variables: weight, bias, weight, ...

// x float32 [batch][C][H][W] (or [batch][F]); params as the layers have them, float32, NULL for a
// bias that is not there. The result is [batch][features], or [batch][C][H][W] without a flatten.
int chain_run(struct chain *chain, struct var *x, struct var *const *params, struct var **ret,
    struct diag *diag) WARN_UNUSED;

#endif
