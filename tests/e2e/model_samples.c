// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Writes, into the current folder, files of every kind that other programs are to read: for
 *torch.sh, onnx.sh and numpy.sh.
 *
 *	lenet5.pth lenet5-all.pth lenet5.onnx		  state dict, whole model, graph
 *	images.npy logits.npy				  what lenet5 makes of 17 images
 *	other.pth other-all.pth other.onnx other-images.npy other-logits.npy
 *							  a net with every other kind of layer
 *	values.pth					  every kind of value
 *	*.npy						  every kind of array
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "base/strbuf.h"
#include "engine/images.h"
#include "engine/net.h"
#include "engine/tensor.h"
#include "engine/trainer.h"
#include "model/model_file.h"
#include "model/npy.h"
#include "model/pth.h"
#include "model/pth_nn.h"

#define COUNT 17
#define PIXELS_MAX (COUNT * 28 * 28)

static struct diag diag;

static void must(int err)
{
	struct strbuf text = STRBUF_INIT;

	if (err == 0)
		return;
	diag_format(&diag, &text);
	fprintf(stderr, "model_samples: %s\n", text.data);
	exit(1);
}

static void write_floats(const char *name, int ndim, const int64_t *shape, const float *values)
{
	struct tensor *tensor;

	must(tensor_from_floats(ndim, shape, values, &tensor, &diag));
	must(npy_write(name, tensor, &diag));
	tensor_free(tensor);
}

/* Random images and the net's logits for them. */
static void write_logits(const struct net *net, const char *images_name, const char *logits_name)
{
	static uint8_t pixels[PIXELS_MAX], labels[COUNT];
	static float floats[PIXELS_MAX], logits[COUNT * 10];
	const struct images images = {.pixels = pixels, .labels = labels, .count = COUNT,
	    .height = net->in[1], .width = net->in[2], .classes = net->classes};
	const int64_t shape[] = {COUNT, 1, net->in[1], net->in[2]};
	struct rng rng;

	rng_seed(&rng, 5);
	for (int i = 0; i < COUNT * net->in[1] * net->in[2]; i++) {
		pixels[i] = (uint8_t)rng_below(&rng, 256);
		floats[i] = (float)pixels[i] / 255.0f;
	}
	must(net_logits(net, &images, 0, COUNT, 1, logits, &diag));
	write_floats(images_name, 4, shape, floats);
	write_floats(logits_name, 2, (int64_t[]){COUNT, net->classes}, logits);
}

static void write_lenet5(void)
{
	struct net *net;
	struct rng rng;

	rng_seed(&rng, 1);
	must(net_new_named("lenet5", &net, &diag));
	net_init_xavier(net, &rng);
	must(model_save(net, "lenet5.pth", &diag));
	must(model_save(net, "lenet5.onnx", &diag));
	must(pth_nn_write_net("lenet5-all.pth", net, "__main__", "NeuralNetwork", &diag));
	write_logits(net, "images.npy", "logits.npy");
	net_free(net);
}

static void write_other(void)
{
	static const struct layer_spec specs[] = {
	    {.kind = LAYER_KIND_CONV2D,
		.outputs = 5,
		.kernel_h = 3,
		.kernel_w = 2,
		.stride_h = 2,
		.stride_w = 1,
		.padding_h = 1},
	    {.kind = LAYER_KIND_TANH},
	    {.kind = LAYER_KIND_MAX_POOL,
		.kernel_h = 3,
		.kernel_w = 3,
		.stride_h = 2,
		.stride_w = 2,
		.padding_h = 1,
		.padding_w = 1},
	    {.kind = LAYER_KIND_CONV2D, .outputs = 7, .kernel_h = 2, .kernel_w = 2},
	    {.kind = LAYER_KIND_RELU},
	    {.kind = LAYER_KIND_AVG_POOL,
		.kernel_h = 2,
		.kernel_w = 3,
		.stride_h = 1,
		.stride_w = 2,
		.padding_h = 1},
	    {.kind = LAYER_KIND_FLATTEN},
	    {.kind = LAYER_KIND_LINEAR, .outputs = 9},
	    {.kind = LAYER_KIND_RELU},
	    {.kind = LAYER_KIND_LINEAR, .outputs = 4},
	};
	struct net *net;
	struct rng rng;

	rng_seed(&rng, 2);
	must(net_new("other", (int[]){1, 17, 20}, specs, ARRAY_LEN(specs), &net, &diag));
	net_init_xavier(net, &rng);
	must(model_save(net, "other.pth", &diag));
	must(model_save(net, "other.onnx", &diag));
	must(pth_nn_write_net("other-all.pth", net, "__main__", "Other", &diag));
	write_logits(net, "other-images.npy", "other-logits.npy");
	net_free(net);
}

/* 0, 1, 2, ... in the given type. */
static struct tensor *counted(enum dtype dtype, int ndim, const int64_t *shape)
{
	struct tensor *flat, *tensor;
	size_t count;

	must(tensor_shape_count(ndim, shape, dtype, &count, &diag));
	must(tensor_new(dtype, 1, (int64_t[]){(int64_t)count}, &flat, &diag));
	for (int64_t i = 0; i < (int64_t)count; i++)
		tensor_set_at(flat, &i, (double)i);
	must(tensor_view_reshape(flat, ndim, shape, &tensor, &diag));
	tensor_free(flat);
	return tensor;
}

static void write_values(void)
{
	struct pth_tree tree = PTH_TREE_INIT;
	struct pth_value *list = pth_list(&tree), *inner = pth_dict(&tree, true), *weight;
	struct tensor *a = counted(DTYPE_F32, 2, (int64_t[]){3, 4}), *turned, *row;
	struct tensor *labels = counted(DTYPE_I64, 1, (int64_t[]){5});

	must(tensor_view_transpose(a, 0, 1, &turned, &diag));
	must(tensor_view_select(a, 0, 1, &row, &diag));
	pth_add(&tree, list, pth_float(&tree, 0.1));
	pth_add(&tree, list, pth_none(&tree));
	pth_add(&tree, list, pth_bool(&tree, true));
	pth_add(&tree, list, pth_int(&tree, -5000000000));
	pth_add(&tree, list, pth_tuple(&tree));
	weight = pth_tensor(&tree, row);
	if (weight)
		weight->parameter = weight->requires_grad = true;
	pth_set(&tree, inner, "turned", pth_tensor(&tree, turned));
	pth_set(&tree, inner, "row", weight);
	tree.root = pth_dict(&tree, false);
	pth_set(&tree, tree.root, "epoch", pth_int(&tree, 7));
	pth_set(&tree, tree.root, "name", pth_text(&tree, "\xe5\x8d\xb7\xe7\xa7\xaf"));
	pth_set(&tree, tree.root, "list", list);
	pth_set(&tree, tree.root, "labels", pth_tensor(&tree, labels));
	pth_set(&tree, tree.root, "model", inner);
	must(pth_write("values.pth", &tree, &diag));
	pth_tree_release(&tree);
	tensor_free(a);
	tensor_free(turned);
	tensor_free(row);
	tensor_free(labels);
}

static void write_arrays(void)
{
	static const struct {
		const char *name;
		enum dtype dtype;
		int ndim;
		int64_t shape[3];
	} arrays[] = {
	    {"f4.npy", DTYPE_F32, 3, {2, 3, 4}}, {"f8.npy", DTYPE_F64, 1, {5}},
	    {"i8.npy", DTYPE_I64, 2, {12, 1}},	 {"b1.npy", DTYPE_BOOL, 2, {2, 2}},
	    {"scalar.npy", DTYPE_F32, 0, {0}},	 {"empty.npy", DTYPE_F32, 2, {0, 3}},
	};
	struct tensor *tensor, *turned;

	for (size_t i = 0; i < ARRAY_LEN(arrays); i++) {
		tensor = counted(arrays[i].dtype, arrays[i].ndim, arrays[i].shape);
		must(npy_write(arrays[i].name, tensor, &diag));
		tensor_free(tensor);
	}
	tensor = counted(DTYPE_F32, 2, (int64_t[]){3, 4});
	must(tensor_view_transpose(tensor, 0, 1, &turned, &diag));
	must(npy_write("fortran.npy", turned, &diag));
	tensor_free(turned);
	tensor_free(tensor);
}

int main(void)
{
	write_lenet5();
	write_other();
	write_values();
	write_arrays();
	return 0;
}
