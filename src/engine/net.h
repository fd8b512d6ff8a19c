// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Networks: a Sequential of layers over images [C][H][W]. All parameters lie in one aligned block,
 * in the order and with the names of PyTorch's state_dict ("lenet5.0.weight"); shapes are fixed
 * when the net is made. A net owns its parameters and nothing else: activations and gradients
 * belong to whoever trains or evaluates it, so that several threads may read one net.
 */
#ifndef ENGINE_NET_H
#define ENGINE_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct rng;

enum layer_kind {
	LAYER_KIND_CONV2D,
	LAYER_KIND_SIGMOID,
	LAYER_KIND_TANH,
	LAYER_KIND_RELU,
	LAYER_KIND_AVG_POOL,
	LAYER_KIND_MAX_POOL,
	LAYER_KIND_FLATTEN,
	LAYER_KIND_LINEAR,
};

/* What to build. Sizes that a kind has no use for are 0. */
struct layer_spec {
	enum layer_kind kind;
	int outputs;		     // conv2d: output channels; linear: output features
	int kernel_h, kernel_w;	     // conv2d and pooling
	int stride_h, stride_w;	     // 0 means 1 for conv2d, the kernel's size for pooling
	int padding_h, padding_w;    // per side
};

/* A layer as built. Shapes are [C][H][W]; after flatten they are [features][1][1]. */
struct layer {
	struct layer_spec spec;	      // with its defaults filled in
	int in[3], out[3];
	size_t weight_at, weight_count; // floats from the start of the net's parameters; count 0: none
	size_t bias_at, bias_count;
	double macs; // multiply-adds of one image, forward
};

/* A named parameter, as model files see it. */
struct net_param {
	char name[64];	  // "lenet5.0.weight"
	int ndim;
	int64_t shape[4]; // conv2d weight [out][in][kh][kw], linear weight [out][in], bias [out]
	float *data;	  // inside the net's block
	size_t count;
};

struct net {
	char name[32];	 // prefix of the parameters' names
	int in[3];	 // one image: [C][H][W]
	int classes;	 // features that come out
	size_t layer_count;
	struct layer *layers;
	size_t param_count; // floats
	float *params;	    // the block, 64-byte aligned
	size_t named_count;
	struct net_param *named;
};

// ERR_SHAPE names the layer (from 0) that does not fit what comes before it.
int net_new(const char *name, const int in[3], const struct layer_spec *specs, size_t count,
    struct net **ret, struct diag *diag) WARN_UNUSED;
// Nets known by name ("lenet5"); ERR_NOT_FOUND lists the names.
int net_new_named(const char *name, struct net **ret, struct diag *diag) WARN_UNUSED;
void net_free(struct net *net); // NULL is a no-op

// Weights Xavier uniform (Glorot and Bengio 2010): U(-a, a), a = sqrt(6 / (fan_in + fan_out)); biases
// uniform in +-1/sqrt(fan_in), as PyTorch's layers start them.
void net_init_xavier(struct net *net, struct rng *rng);
const struct net_param *net_find_param(const struct net *net, const char *name); // or NULL
const char *layer_kind_name(enum layer_kind kind); // "Conv2d", "Sigmoid", ... PyTorch's class names

#endif
