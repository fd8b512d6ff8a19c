// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Dense layers, the reference form: dst = src * weights^T + bias, each output a dot product.
 */
#include "config.h"

#include <string.h>

#include "base/cancel.h"
#include "engine/ops.h"

void linear_forward(int64_t batch, int64_t in, int64_t out, const float *src, const float *weights,
    const float *bias, float *dst)
{
	for (int64_t n = 0; n < batch && !cancelled(); n++) {
		for (int64_t o = 0; o < out; o++) {
			float sum = 0;

			for (int64_t i = 0; i < in; i++)
				sum += src[n * in + i] * weights[o * in + i];
			dst[n * out + o] = bias ? sum + bias[o] : sum;
		}
	}
}

void linear_backward_data(int64_t batch, int64_t in, int64_t out, const float *diff_dst,
    const float *weights, float *diff_src)
{
	memset(diff_src, 0, (size_t)(batch * in) * sizeof(*diff_src));
	for (int64_t n = 0; n < batch && !cancelled(); n++) {
		for (int64_t o = 0; o < out; o++) {
			for (int64_t i = 0; i < in; i++)
				diff_src[n * in + i] += diff_dst[n * out + o] * weights[o * in + i];
		}
	}
}

void linear_backward_weights(int64_t batch, int64_t in, int64_t out, const float *src,
    const float *diff_dst, float *diff_weights, float *diff_bias)
{
	memset(diff_weights, 0, (size_t)(out * in) * sizeof(*diff_weights));
	if (diff_bias)
		memset(diff_bias, 0, (size_t)out * sizeof(*diff_bias));
	for (int64_t n = 0; n < batch && !cancelled(); n++) {
		for (int64_t o = 0; o < out; o++) {
			for (int64_t i = 0; i < in; i++)
				diff_weights[o * in + i] += diff_dst[n * out + o] * src[n * in + i];
			if (diff_bias)
				diff_bias[o] += diff_dst[n * out + o];
		}
	}
}
