// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * NumPy's .npy files, versions 1.0 and 2.0 of the format in NumPy's documentation
 * (numpy.lib.format):
 * "\x93NUMPY", version, header length, a Python dict literal padded to 64 bytes, the elements.
 *
 * Read as hostile: float32, float64, int64 to int8, uint8 and bool, little-endian, in C or Fortran
 * order, at most 2 GiB. The size must fit exactly. An array in
 * Fortran order becomes a tensor with the same strides that NumPy gives it. Pickled objects are
 * refused.
 *
 * Written as numpy.save writes the same array, byte for byte, atomically.
 */
#ifndef MODEL_NPY_H
#define MODEL_NPY_H

#include <stddef.h>

#include "base/error.h"
#include "engine/tensor.h"

int npy_read(const char *path, struct tensor **ret, struct diag *diag) WARN_UNUSED;
// The same from memory; `name` is for messages.
int npy_parse(const char *name, const void *bytes, size_t len, struct tensor **ret,
    struct diag *diag) WARN_UNUSED;
int npy_write(const char *path, const struct tensor *tensor, struct diag *diag) WARN_UNUSED;

#endif
