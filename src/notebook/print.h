// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Tensors as PyTorch prints them and arrays as NumPy prints them, byte for byte (PyTorch 1.13,
 * NumPy 1.24, default print options). Of what PyTorch appends only requires_grad=True and the
 * dtype are written; grad_fn is left out.
 */
#ifndef NOTEBOOK_PRINT_H
#define NOTEBOOK_PRINT_H

#include "base/strbuf.h"
#include "engine/autograd.h"
#include "engine/tensor.h"

// str and repr of a tensor: "tensor([1., 2.])".
void print_torch(const struct tensor *tensor, bool requires_grad, struct strbuf *out);
// str ("[1. 2.]") and repr ("array([1., 2.])") of an array. A 0-d one prints as a NumPy scalar
// does.
void print_numpy(const struct tensor *tensor, bool repr, struct strbuf *out);
// repr of an array without axes that is no scalar: "array(1.5)".
void print_numpy_0d(const struct tensor *tensor, struct strbuf *out);
// Any variable in its own world; an nn.Parameter says so first.
void print_var(const struct var *var, bool repr, struct strbuf *out);

// A Python float as str and repr write it: the shortest digits that read back the same.
void print_float(double value, struct strbuf *out);
// A float32 scalar as NumPy writes it.
void print_float32(float value, struct strbuf *out);

#endif
