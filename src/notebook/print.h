// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Tensors as PyTorch prints them and arrays as NumPy prints them, byte for byte (PyTorch 1.13,
 * NumPy 1.24). Of what PyTorch appends only requires_grad=True and the
 * dtype are written; grad_fn is left out.
 */
#ifndef NOTEBOOK_PRINT_H
#define NOTEBOOK_PRINT_H

#include "base/strbuf.h"
#include "engine/autograd.h"
#include "engine/tensor.h"

enum print_notation { PRINT_AS_NEEDED, PRINT_NEVER_SCIENTIFIC, PRINT_ALWAYS_SCIENTIFIC };

/* np.set_printoptions, torch.set_printoptions. */
struct print_options {
	int precision;		  // digits after the point, at most
	int64_t threshold;	  // elements beyond which the middle is left out
	int edge, width;	  // elements shown at each end then; characters of a line
	enum print_notation notation; // always: PyTorch only
};

extern const struct print_options print_defaults[2]; // by enum world

// str and repr of a tensor: "tensor([1., 2.])".
void print_torch(const struct tensor *tensor, bool requires_grad, const struct print_options *options,
    struct strbuf *out);
// str ("[1. 2.]") and repr ("array([1., 2.])") of an array. A 0-d one prints as a NumPy scalar
// does.
void print_numpy(const struct tensor *tensor, bool repr, const struct print_options *options,
    struct strbuf *out);
// Only the elements, with a separator of one's own: np.array2string.
void print_numpy_elements(const struct tensor *tensor, const char *separator,
    const struct print_options *options, struct strbuf *out);
// repr of an array without axes that is no scalar: "array(1.5)".
void print_numpy_0d(const struct tensor *tensor, const struct print_options *options, struct strbuf *out);
// Any variable in its own world; an nn.Parameter says so first.
void print_var(const struct var *var, bool repr, const struct print_options options[2], struct strbuf *out);

// A Python float as str and repr write it: the shortest digits that read back the same.
void print_float(double value, struct strbuf *out);
// A float32 scalar as NumPy writes it.
void print_float32(float value, struct strbuf *out);

#endif
