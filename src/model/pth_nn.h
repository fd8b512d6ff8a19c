// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Modules of torch.nn as values of a .pth file, with the attributes that torch 1.13 gives them, for
 * torch.save(model). torch.load makes live modules of them; a class of the user's own around them,
 * such as __main__.NeuralNetwork, must be defined in the program that loads. Newer torch wants
 * weights_only=False for such files.
 */
#ifndef MODEL_PTH_NN_H
#define MODEL_PTH_NN_H

#include "engine/net.h"
#include "engine/tensor.h"
#include "model/pth.h"

/*
 * A layer with all of its sizes filled in. `inputs` are the channels or features that come in;
 * conv2d and linear have a weight and, unless bias is NULL, a bias; other kinds have neither.
 */
struct pth_value *pth_nn_layer(struct pth_tree *tree, const struct layer_spec *spec, int inputs,
    const struct tensor *weight, const struct tensor *bias);
// A Sequential without children: add them with pth_module_set_child under "0", "1", ...
struct pth_value *pth_nn_sequential(struct pth_tree *tree);

// Write an object of class_module.class_name whose only child, called like the net, is a Sequential
// of its layers: document D0's NeuralNetwork, for "__main__" and "NeuralNetwork".
int pth_nn_write_net(const char *path, const struct net *net, const char *class_module,
    const char *class_name, struct diag *diag) WARN_UNUSED;

#endif
