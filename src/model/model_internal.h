// SPDX-License-Identifier: GPL-3.0-or-later
/* Shared inside model/. */
#ifndef MODEL_INTERNAL_H
#define MODEL_INTERNAL_H

#include "model/safetensors.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "model files are read and written as they lie in memory: little-endian"
#endif

// Add a tensor and take over the caller's reference, also on failure.
int tensor_file__take(struct tensor_file *file, const char *name, struct tensor *tensor,
    struct diag *diag) WARN_UNUSED;

#endif
