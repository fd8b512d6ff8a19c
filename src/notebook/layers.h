// SPDX-License-Identifier: GPL-3.0-or-later
/* Modules of the notebook (nn.Conv2d, nn.Sequential, ...) as the engine's nets and as .pth values. */
#ifndef NOTEBOOK_LAYERS_H
#define NOTEBOOK_LAYERS_H

#include "engine/net.h"
#include "model/pth.h"
#include "notebook/vm.h"

// A net of the layers inside `module`, in order, with its weights; `input` is an example batch.
int layers_to_net(struct vm *vm, struct value module, const struct tensor *input,
    struct net **ret) WARN_UNUSED;
// NULL after an error has been raised (or when memory ran out, which the tree remembers).
struct pth_value *layers_to_pth(struct vm *vm, struct pth_tree *tree, struct value module, int depth);
int files_install(struct vm *vm) WARN_UNUSED; // files.c

#endif
