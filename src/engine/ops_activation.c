// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Activation functions, the reference forms. exp and tanh are taken in double and rounded once, so
 * that math libraries that differ in a double's last bit still agree on the float.
 */
#include "config.h"

#include <math.h>

#include "engine/ops.h"

void sigmoid_forward(int64_t n, const float *src, float *dst)
{
	for (int64_t i = 0; i < n; i++)
		dst[i] = (float)(1 / (1 + exp(-(double)src[i])));
}

void sigmoid_backward(int64_t n, const float *dst, const float *diff_dst, float *diff_src)
{
	for (int64_t i = 0; i < n; i++)
		diff_src[i] = diff_dst[i] * dst[i] * (1 - dst[i]);
}

void tanh_forward(int64_t n, const float *src, float *dst)
{
	for (int64_t i = 0; i < n; i++)
		dst[i] = (float)tanh((double)src[i]);
}

void tanh_backward(int64_t n, const float *dst, const float *diff_dst, float *diff_src)
{
	for (int64_t i = 0; i < n; i++)
		diff_src[i] = diff_dst[i] * (1 - dst[i] * dst[i]);
}

// Written so that NaN stays NaN instead of becoming 0.
void relu_forward(int64_t n, const float *src, float *dst)
{
	for (int64_t i = 0; i < n; i++)
		dst[i] = src[i] < 0 ? 0 : src[i];
}

void relu_backward(int64_t n, const float *dst, const float *diff_dst, float *diff_src)
{
	for (int64_t i = 0; i < n; i++)
		diff_src[i] = dst[i] <= 0 ? 0 : diff_dst[i];
}
