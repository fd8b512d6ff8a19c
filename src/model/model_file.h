// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Nets to and from model files. The file's kind is told by its ending when writing, by its content
 * when reading. A file that does not fit the net is refused with what is missing, left over, or of
 * another shape; the net is then unchanged.
 */
#ifndef MODEL_MODEL_FILE_H
#define MODEL_MODEL_FILE_H

#include <stdbool.h>

#include "base/error.h"
#include "engine/net.h"
#include "engine/trainer.h"
#include "model/safetensors.h"

// The tensors of a model file of any kind that can be read: .safetensors and .pth.
int model_read(const char *path, struct tensor_file *ret, struct diag *diag) WARN_UNUSED;
// Overwrite the net's parameters by those of the file, matched by name, all or none.
int model_load(struct net *net, const char *path, struct diag *diag) WARN_UNUSED;
// Make the net that the file names in its metadata ("lenet5" where it names none) and load it.
int model_open(const char *path, struct net **ret, struct diag *diag) WARN_UNUSED;
int model_save(const struct net *net, const char *path, struct diag *diag) WARN_UNUSED;
// ERR_UNSUPPORTED where the ending names no kind of file that model_save can write.
int model_check_ending(const char *path, struct diag *diag) WARN_UNUSED;

/*
 * A checkpoint is a safetensors model whose metadata keep recipe, rng, epoch, step and momentum, so
 * that its tensors are the net's parameters and nothing else: it loads wherever the model would.
 */
struct checkpoint_info {
	struct recipe recipe; // threads 0
	size_t images;	      // training images used
	size_t epoch, step;   // done: whole epochs, steps since the start
};

// `images`: how many the trainer was given.
int checkpoint_save(const struct net *net, const struct trainer *trainer, size_t images,
    const char *path, struct diag *diag) WARN_UNUSED;
// ERR_FORMAT for a model that is no checkpoint.
int checkpoint_info(const char *path, struct checkpoint_info *ret, struct diag *diag) WARN_UNUSED;
// The net must fit; the trainer, which gets the state, must have been made with the same batch,
// seed and shuffling, and for the same images. Both are unchanged on failure.
int checkpoint_load(struct net *net, struct trainer *trainer, const char *path,
    struct diag *diag) WARN_UNUSED;

#endif
