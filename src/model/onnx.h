// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * ONNX files: written for every net that can be built, never read. Opset 13, IR version 7, so that
 * runtimes of 2020 and later load them. The batch is the symbolic size "N"; the net's input is
 * called "input", its logits "output", its parameters as everywhere ("lenet5.0.weight").
 */
#ifndef MODEL_ONNX_H
#define MODEL_ONNX_H

#include "base/error.h"
#include "engine/net.h"

// Written atomically. ERR_LIMIT beyond the 2 GiB that such a file may have.
int onnx_write(const struct net *net, const char *path, struct diag *diag) WARN_UNUSED;

#endif
