// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Nets to and from model files. The file's kind is told by its ending when writing, by its content
 * when reading. A file that does not fit the net is refused with what is missing, left over, or of
 * another shape; the net is then unchanged.
 */
#ifndef MODEL_MODEL_FILE_H
#define MODEL_MODEL_FILE_H

#include "base/error.h"
#include "engine/net.h"
#include "engine/trainer.h"

// Overwrite the net's parameters by those of the file, matched by name, all or none.
int model_load(struct net *net, const char *path, struct diag *diag) WARN_UNUSED;
// Make the net that the file names in its metadata ("lenet5" where it names none) and load it.
int model_open(const char *path, struct net **ret, struct diag *diag) WARN_UNUSED;
int model_save(const struct net *net, const char *path, struct diag *diag) WARN_UNUSED;

/* A checkpoint is a safetensors model with recipe, rng, epoch and momentum beside the parameters. */
int checkpoint_save(const struct net *net, const struct trainer *trainer, const char *path,
    struct diag *diag) WARN_UNUSED;
// The net must fit; `trainer` gets the state and must have been made with the same recipe.
int checkpoint_load(struct net *net, struct trainer *trainer, const char *path,
    struct diag *diag) WARN_UNUSED;

#endif
