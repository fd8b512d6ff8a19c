// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Operators on plain float arrays: the reference forms, which are the documents' loops. They are what
 * lessons show, what the fast forms are checked against, and what runs where no fast form accepts
 * the shape. Row-major throughout; src, weights, bias, dst, and their gradients diff_*; nothing is
 * allocated and no input is modified. Gradients are added to nothing: they overwrite.
 *
 * Sums run in the order of the loops, in float, with fused multiply-adds nowhere.
 *
 * Whoever wants results soon calls conv_best_* and corr2d_best (conv_impl.h), pool_best_*
 * (pool_impl.h), linear_best_* and gemm_best (gemm.h) instead: they have the same arguments.
 */
#ifndef ENGINE_OPS_H
#define ENGINE_OPS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/*
 * Convolution of up to three spatial axes; a 2-D one has depth 1. "Convolution" as networks have
 * it: cross-correlation, the kernel is not flipped.
 */
struct conv_shape {
	int64_t batch, in_channels, out_channels, groups;
	int64_t in[3];	     // depth, height, width
	int64_t kernel[3];
	int64_t stride[3];
	int64_t before[3], after[3]; // zero padding on either side
	int64_t dilation[3];
	int64_t out[3];	     // computed by conv_shape_init
};

// Fills `out`; everything else is set by the caller. ERR_SHAPE with a message for users.
int conv_shape_init(struct conv_shape *shape, struct diag *diag) WARN_UNUSED;
// A 2-D shape with square defaults: stride, dilation and groups 1, no padding.
struct conv_shape conv_shape_2d(int64_t batch, int64_t in_channels, int64_t height, int64_t width,
    int64_t out_channels, int64_t kernel_h, int64_t kernel_w);

/*
 * src [batch][in_channels][in], weights [out_channels][in_channels / groups][kernel],
 * bias [out_channels] or NULL, dst [batch][out_channels][out].
 */
void conv_forward(const struct conv_shape *shape, const float *src, const float *weights,
    const float *bias, float *dst);
void conv_backward_data(const struct conv_shape *shape, const float *diff_dst, const float *weights,
    float *diff_src);
void conv_backward_weights(const struct conv_shape *shape, const float *src, const float *diff_dst,
    float *diff_weights, float *diff_bias); // diff_bias may be NULL

/*
 * The documents' corr2d: src [h][w], kernel [kh][kw], dst [h-kh+1][w-kw+1]; `flip` turns the kernel
 * up-down and left-right first, which makes it the mathematicians' convolution.
 */
void corr2d_forward(const float *src, int64_t h, int64_t w, const float *kernel, int64_t kh,
    int64_t kw, bool flip, float *dst);

enum pool_kind { POOL_KIND_MAX, POOL_KIND_AVG };

struct pool_shape {
	enum pool_kind kind;
	int64_t planes; // batch * channels
	int64_t in[2], kernel[2], stride[2], padding[2], out[2]; // height, width; padding per side
	bool count_padding; // average: divide by the whole kernel, padding counted (PyTorch's default)
};
int pool_shape_init(struct pool_shape *shape, struct diag *diag) WARN_UNUSED; // fills `out`
// src [planes][in], dst [planes][out]. Max: `argmax` [planes][out], flat index into the plane, the
// first among equals (NaN beats all), may be NULL forward. Average: `argmax` is not used.
void pool_forward(const struct pool_shape *shape, const float *src, float *dst, int32_t *argmax);
void pool_backward(const struct pool_shape *shape, const float *diff_dst, const int32_t *argmax,
    float *diff_src);

// src [batch][in], weights [out][in], bias [out] or NULL, dst [batch][out].
void linear_forward(int64_t batch, int64_t in, int64_t out, const float *src, const float *weights,
    const float *bias, float *dst);
void linear_backward_data(int64_t batch, int64_t in, int64_t out, const float *diff_dst,
    const float *weights, float *diff_src);
void linear_backward_weights(int64_t batch, int64_t in, int64_t out, const float *src,
    const float *diff_dst, float *diff_weights, float *diff_bias); // diff_bias may be NULL

// Element-wise over n; backward takes the forward's result.
void sigmoid_forward(int64_t n, const float *src, float *dst);
void sigmoid_backward(int64_t n, const float *dst, const float *diff_dst, float *diff_src);
void tanh_forward(int64_t n, const float *src, float *dst);
void tanh_backward(int64_t n, const float *dst, const float *diff_dst, float *diff_src);
void relu_forward(int64_t n, const float *src, float *dst);
void relu_backward(int64_t n, const float *dst, const float *diff_dst, float *diff_src);

// Mean cross entropy of softmax(logits): logits [batch][classes], labels [batch], in range. diff_logits may be
// NULL; else [batch][classes], the gradient of the mean.
double softmax_cross_entropy(int64_t batch, int64_t classes, const float *logits,
    const int64_t *labels, float *diff_logits);
// Sum of (a - b)^2; diff_a may be NULL, else 2 (a - b).
double squared_error(int64_t n, const float *a, const float *b, float *diff_a);

#endif
