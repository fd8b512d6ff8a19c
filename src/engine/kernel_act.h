// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Activations and their derivatives; the derivative is computed from the output.
 */
#ifndef ENGINE_KERNEL_ACT_H
#define ENGINE_KERNEL_ACT_H

#include "engine/kernel_vec.h"

ALWAYS_INLINE vec act_sigmoid(vec x)
{
	return vec_sigmoid(x);
}

ALWAYS_INLINE vec act_sigmoid_slope(vec y)
{
	return y * (vec_set(1.0f) - y);
}

ALWAYS_INLINE vec act_tangent(vec x)
{
	return vec_set(1.0f) - vec_set(2.0f) * vec_sigmoid(vec_set(-2.0f) * x);
}

ALWAYS_INLINE vec act_tangent_slope(vec y)
{
	return vec_set(1.0f) - y * y;
}

ALWAYS_INLINE vec act_relu(vec x)
{
	return vec_max(vec_set(0.0f), x);
}

ALWAYS_INLINE vec act_relu_slope(vec y)
{
	return vec_select(y > vec_set(0.0f), vec_set(1.0f), vec_set(0.0f));
}

#endif
