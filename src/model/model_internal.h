// SPDX-License-Identifier: GPL-3.0-or-later
/* Shared inside model/. */
#ifndef MODEL_INTERNAL_H
#define MODEL_INTERNAL_H

#include "engine/net.h"
#include "model/safetensors.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "model files are read and written as they lie in memory: little-endian"
#endif

// Add a tensor and take over the caller's reference, also on failure.
int tensor_file__take(struct tensor_file *file, const char *name, struct tensor *tensor,
    struct diag *diag) WARN_UNUSED;

// The net's parameters as named tensors (copies), with the metadata every file of ours has.
int model__pack(const struct net *net, struct tensor_file *ret, struct diag *diag) WARN_UNUSED;
// ERR_SHAPE unless the tensors are the net's parameters by name and shape; `path` is for the message.
int model__check_fit(const struct net *net, const struct tensor_file *file, const char *path,
    struct diag *diag) WARN_UNUSED;
void model__unpack(struct net *net, const struct tensor_file *file); // after model__check_fit

#endif
