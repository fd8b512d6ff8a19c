// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "model/pth_nn.h"

#include <stdio.h>

static const struct {
	const char *module, *name;
} classes[] = {
    [LAYER_KIND_CONV2D] = {"torch.nn.modules.conv", "Conv2d"},
    [LAYER_KIND_SIGMOID] = {"torch.nn.modules.activation", "Sigmoid"},
    [LAYER_KIND_TANH] = {"torch.nn.modules.activation", "Tanh"},
    [LAYER_KIND_RELU] = {"torch.nn.modules.activation", "ReLU"},
    [LAYER_KIND_AVG_POOL] = {"torch.nn.modules.pooling", "AvgPool2d"},
    [LAYER_KIND_MAX_POOL] = {"torch.nn.modules.pooling", "MaxPool2d"},
    [LAYER_KIND_FLATTEN] = {"torch.nn.modules.flatten", "Flatten"},
    [LAYER_KIND_LINEAR] = {"torch.nn.modules.linear", "Linear"},
};

static struct pth_value *pair(struct pth_tree *tree, int a, int b)
{
	struct pth_value *tuple = pth_tuple(tree);

	pth_add(tree, tuple, pth_int(tree, a));
	pth_add(tree, tuple, pth_int(tree, b));
	return tuple;
}

static void set_window(
    struct pth_tree *tree, struct pth_value *module, const struct layer_spec *spec)
{
	pth_module_set(tree, module, "kernel_size", pair(tree, spec->kernel_h, spec->kernel_w));
	pth_module_set(tree, module, "stride", pair(tree, spec->stride_h, spec->stride_w));
	pth_module_set(tree, module, "padding", pair(tree, spec->padding_h, spec->padding_w));
}

/* The padding as torch.nn.functional.pad takes it: last axis first, before and after. */
static struct pth_value *reversed_padding(struct pth_tree *tree, const struct layer_spec *spec)
{
	const int sizes[] = {spec->padding_w, spec->padding_w, spec->padding_h, spec->padding_h};
	struct pth_value *list = pth_list(tree);

	for (int i = 0; i < 4; i++)
		pth_add(tree, list, pth_int(tree, sizes[i]));
	return list;
}

static void set_conv(struct pth_tree *tree, struct pth_value *module, const struct layer_spec *spec,
    int inputs)
{
	pth_module_set(tree, module, "in_channels", pth_int(tree, inputs));
	pth_module_set(tree, module, "out_channels", pth_int(tree, spec->outputs));
	set_window(tree, module, spec);
	pth_module_set(tree, module, "dilation", pair(tree, 1, 1));
	pth_module_set(tree, module, "transposed", pth_bool(tree, false));
	pth_module_set(tree, module, "output_padding", pair(tree, 0, 0));
	pth_module_set(tree, module, "groups", pth_int(tree, 1));
	pth_module_set(tree, module, "padding_mode", pth_text(tree, "zeros"));
	pth_module_set(
	    tree, module, "_reversed_padding_repeated_twice", reversed_padding(tree, spec));
}

static void set_pool(struct pth_tree *tree, struct pth_value *module, const struct layer_spec *spec)
{
	set_window(tree, module, spec);
	pth_module_set(tree, module, "ceil_mode", pth_bool(tree, false));
	if (spec->kind == LAYER_KIND_AVG_POOL) {
		pth_module_set(tree, module, "count_include_pad", pth_bool(tree, true));
		pth_module_set(tree, module, "divisor_override", pth_none(tree));
	} else {
		pth_module_set(tree, module, "dilation", pth_int(tree, 1));
		pth_module_set(tree, module, "return_indices", pth_bool(tree, false));
	}
}

static void set_attributes(struct pth_tree *tree, struct pth_value *module,
    const struct layer_spec *spec, int inputs)
{
	switch (spec->kind) {
	case LAYER_KIND_CONV2D:
		set_conv(tree, module, spec, inputs);
		break;
	case LAYER_KIND_AVG_POOL:
	case LAYER_KIND_MAX_POOL:
		set_pool(tree, module, spec);
		break;
	case LAYER_KIND_LINEAR:
		pth_module_set(tree, module, "in_features", pth_int(tree, inputs));
		pth_module_set(tree, module, "out_features", pth_int(tree, spec->outputs));
		break;
	case LAYER_KIND_FLATTEN:
		pth_module_set(tree, module, "start_dim", pth_int(tree, 1));
		pth_module_set(tree, module, "end_dim", pth_int(tree, -1));
		break;
	case LAYER_KIND_RELU:
		pth_module_set(tree, module, "inplace", pth_bool(tree, false));
		break;
	default:
		break;
	}
}

struct pth_value *pth_nn_layer(struct pth_tree *tree, const struct layer_spec *spec, int inputs,
    const struct tensor *weight, const struct tensor *bias)
{
	struct pth_value *module =
	    pth_module(tree, classes[spec->kind].module, classes[spec->kind].name);

	if (weight) {
		pth_module_set_parameter(tree, module, "weight", weight);
		pth_module_set_parameter(tree, module, "bias", bias);
	}
	set_attributes(tree, module, spec, inputs);
	return module;
}

struct pth_value *pth_nn_sequential(struct pth_tree *tree)
{
	return pth_module(tree, "torch.nn.modules.container", "Sequential");
}

/* A copy of the parameter of layer `index`, or NULL in *ret where it has none. */
static int copy_param(const struct net *net, size_t index, const char *which, struct tensor **ret,
    struct diag *diag)
{
	const struct net_param *param;
	char name[80];

	snprintf(name, sizeof(name), "%s.%zu.%s", net->name, index, which);
	param = net_find_param(net, name);
	*ret = NULL;
	return param ? tensor_from_floats(param->ndim, param->shape, param->data, ret, diag) : 0;
}

static int add_layer(struct pth_tree *tree, struct pth_value *sequential, const struct net *net,
    size_t index, struct diag *diag)
{
	const struct layer *layer = &net->layers[index];
	struct tensor *weight = NULL, *bias = NULL;
	char name[24];
	int err = copy_param(net, index, "weight", &weight, diag);

	if (err == 0)
		err = copy_param(net, index, "bias", &bias, diag);
	if (err == 0) {
		snprintf(name, sizeof(name), "%zu", index);
		pth_module_set_child(tree, sequential, name,
		    pth_nn_layer(tree, &layer->spec, layer->in[0], weight, bias));
	}
	tensor_free(weight);
	tensor_free(bias);
	return err;
}

int pth_nn_write_net(const char *path, const struct net *net, const char *class_module,
    const char *class_name, struct diag *diag)
{
	struct pth_tree tree = PTH_TREE_INIT;
	struct pth_value *sequential = pth_nn_sequential(&tree);
	int err = 0;

	for (size_t i = 0; err == 0 && i < net->layer_count; i++)
		err = add_layer(&tree, sequential, net, i, diag);
	if (err == 0) {
		tree.root = pth_module(&tree, class_module, class_name);
		pth_module_set_child(&tree, tree.root, net->name, sequential);
		err = pth_write(path, &tree, diag);
	}
	pth_tree_release(&tree);
	return err;
}
