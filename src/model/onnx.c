// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The graph is a chain: layer i takes what layer i - 1 made. Fields and operators after onnx.proto
 * of ONNX 1.8 and its "Operators" (Conv 11, AveragePool 11, MaxPool 12, Flatten 13, Gemm 13,
 * Sigmoid 13, Tanh 13, Relu 13). Parameters go straight from the net into the file, behind heads
 * that say how long they are, so that no second copy of them is made.
 */
#include "config.h"

#include "model/onnx.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/strbuf.h"
#include "model/model_internal.h"
#include "model/protobuf.h"

#define IR_VERSION 7
#define OPSET 13
#define FILE_MAX ((uint64_t)INT32_MAX)
#define INPUT "input"
#define OUTPUT "output"
#define VALUE_NAME 80

/* Field numbers. */
enum {
	MODEL_IR = 1,
	MODEL_PRODUCER = 2,
	MODEL_PRODUCER_VERSION = 3,
	MODEL_GRAPH = 7,
	MODEL_OPSET = 8
};
enum { OPSET_VERSION = 2 };
enum { GRAPH_NODE = 1, GRAPH_NAME = 2, GRAPH_INITIALIZER = 5, GRAPH_INPUT = 11, GRAPH_OUTPUT = 12 };
enum { NODE_INPUT = 1, NODE_OUTPUT = 2, NODE_NAME = 3, NODE_OP = 4, NODE_ATTRIBUTE = 5 };
enum { ATTRIBUTE_NAME = 1, ATTRIBUTE_I = 3, ATTRIBUTE_INTS = 8, ATTRIBUTE_TYPE = 20 };
enum { ATTRIBUTE_TYPE_INT = 2, ATTRIBUTE_TYPE_INTS = 7 };
enum { TENSOR_DIMS = 1, TENSOR_TYPE = 2, TENSOR_NAME = 8, TENSOR_RAW = 9, TENSOR_TYPE_FLOAT = 1 };
enum {
	VALUE_NAME_FIELD = 1,
	VALUE_TYPE = 2,
	TYPE_TENSOR = 1,
	TENSOR_TYPE_ELEM = 1,
	TENSOR_TYPE_SHAPE = 2
};
enum { SHAPE_DIM = 1, DIM_VALUE = 1, DIM_PARAM = 2 };

static const char *const operators[] = {
    [LAYER_KIND_CONV2D] = "Conv",	    [LAYER_KIND_SIGMOID] = "Sigmoid",
    [LAYER_KIND_TANH] = "Tanh",		    [LAYER_KIND_RELU] = "Relu",
    [LAYER_KIND_AVG_POOL] = "AveragePool",  [LAYER_KIND_MAX_POOL] = "MaxPool",
    [LAYER_KIND_FLATTEN] = "Flatten",	    [LAYER_KIND_LINEAR] = "Gemm",
};

static void add_int_attribute(struct strbuf *node, const char *name, int value)
{
	struct strbuf attribute = STRBUF_INIT;

	protobuf_add_text(&attribute, ATTRIBUTE_NAME, name);
	protobuf_add_int(&attribute, ATTRIBUTE_I, value);
	protobuf_add_int(&attribute, ATTRIBUTE_TYPE, ATTRIBUTE_TYPE_INT);
	protobuf_add_message(node, NODE_ATTRIBUTE, &attribute);
}

static void add_ints_attribute(struct strbuf *node, const char *name, const int *values, int count)
{
	struct strbuf attribute = STRBUF_INIT;

	protobuf_add_text(&attribute, ATTRIBUTE_NAME, name);
	for (int i = 0; i < count; i++)
		protobuf_add_int(&attribute, ATTRIBUTE_INTS, values[i]);
	protobuf_add_int(&attribute, ATTRIBUTE_TYPE, ATTRIBUTE_TYPE_INTS);
	protobuf_add_message(node, NODE_ATTRIBUTE, &attribute);
}

static void add_window(struct strbuf *node, const struct layer_spec *spec)
{
	add_ints_attribute(node, "kernel_shape", (int[]){spec->kernel_h, spec->kernel_w}, 2);
	add_ints_attribute(node, "strides", (int[]){spec->stride_h, spec->stride_w}, 2);
	add_ints_attribute(node, "pads",
	    (int[]){spec->padding_h, spec->padding_w, spec->padding_h, spec->padding_w}, 4);
}

static void add_attributes(struct strbuf *node, const struct layer_spec *spec)
{
	switch (spec->kind) {
	case LAYER_KIND_CONV2D:
	case LAYER_KIND_MAX_POOL:
		add_window(node, spec);
		break;
	case LAYER_KIND_AVG_POOL:
		add_window(node, spec);
		add_int_attribute(node, "count_include_pad", 1);
		break;
	case LAYER_KIND_FLATTEN:
		add_int_attribute(node, "axis", 1);
		break;
	case LAYER_KIND_LINEAR:
		add_int_attribute(node, "transB", 1);
		break;
	default:
		break;
	}
}

/* What goes into layer `index`, and comes out of the one before. */
static void value_name(const struct net *net, size_t index, char name[VALUE_NAME])
{
	if (index == 0)
		snprintf(name, VALUE_NAME, INPUT);
	else if (index == net->layer_count)
		snprintf(name, VALUE_NAME, OUTPUT);
	else
		snprintf(name, VALUE_NAME, "%s.%zu.output", net->name, index - 1);
}

static void add_node(struct strbuf *graph, const struct net *net, size_t index)
{
	const struct layer *layer = &net->layers[index];
	struct strbuf node = STRBUF_INIT;
	char name[VALUE_NAME];

	value_name(net, index, name);
	protobuf_add_text(&node, NODE_INPUT, name);
	snprintf(name, sizeof(name), "%s.%zu.weight", net->name, index);
	if (layer->weight_count)
		protobuf_add_text(&node, NODE_INPUT, name);
	snprintf(name, sizeof(name), "%s.%zu.bias", net->name, index);
	if (layer->bias_count)
		protobuf_add_text(&node, NODE_INPUT, name);
	value_name(net, index + 1, name);
	protobuf_add_text(&node, NODE_OUTPUT, name);
	snprintf(name, sizeof(name), "%s.%zu", net->name, index);
	protobuf_add_text(&node, NODE_NAME, name);
	protobuf_add_text(&node, NODE_OP, operators[layer->spec.kind]);
	add_attributes(&node, &layer->spec);
	protobuf_add_message(graph, GRAPH_NODE, &node);
}

/* A named value of shape [N][sizes...]. */
static void add_value(
    struct strbuf *graph, int field, const char *name, const int *sizes, int count)
{
	struct strbuf shape = STRBUF_INIT, tensor = STRBUF_INIT, type = STRBUF_INIT,
		      value = STRBUF_INIT;
	struct strbuf dim = STRBUF_INIT;

	protobuf_add_text(&dim, DIM_PARAM, "N");
	protobuf_add_message(&shape, SHAPE_DIM, &dim);
	for (int i = 0; i < count; i++) {
		protobuf_add_int(&dim, DIM_VALUE, sizes[i]);
		protobuf_add_message(&shape, SHAPE_DIM, &dim);
	}
	protobuf_add_int(&tensor, TENSOR_TYPE_ELEM, TENSOR_TYPE_FLOAT);
	protobuf_add_message(&tensor, TENSOR_TYPE_SHAPE, &shape);
	protobuf_add_message(&type, TYPE_TENSOR, &tensor);
	protobuf_add_text(&value, VALUE_NAME_FIELD, name);
	protobuf_add_message(&value, VALUE_TYPE, &type);
	protobuf_add_message(graph, field, &value);
}

/* All of the graph but the parameters. Features ([features][1][1]) travel without the 1s. */
static void build_graph(const struct net *net, struct strbuf *graph)
{
	bool flat = net->in[1] == 1 && net->in[2] == 1;

	for (size_t i = 0; i < net->layer_count; i++)
		add_node(graph, net, i);
	protobuf_add_text(graph, GRAPH_NAME, net->name);
	add_value(graph, GRAPH_INPUT, INPUT, net->in, flat ? 1 : 3);
	add_value(graph, GRAPH_OUTPUT, OUTPUT, &net->classes, 1);
}

/* A parameter as an initializer of the graph, but for its elements, which follow last. */
static void build_initializer(const struct net_param *param, struct strbuf *out)
{
	struct strbuf tensor = STRBUF_INIT;
	uint64_t bytes = param->count * sizeof(float);

	for (int i = 0; i < param->ndim; i++)
		protobuf_add_int(&tensor, TENSOR_DIMS, param->shape[i]);
	protobuf_add_int(&tensor, TENSOR_TYPE, TENSOR_TYPE_FLOAT);
	protobuf_add_text(&tensor, TENSOR_NAME, param->name);
	protobuf_add_head(&tensor, TENSOR_RAW, bytes);
	protobuf_add_head(out, GRAPH_INITIALIZER, tensor.len + bytes);
	strbuf_addn(out, tensor.data, tensor.len);
	strbuf_release(&tensor);
}

static void build_model_head(uint64_t graph_len, struct strbuf *out)
{
	struct strbuf opset = STRBUF_INIT;

	protobuf_add_int(out, MODEL_IR, IR_VERSION);
	protobuf_add_text(out, MODEL_PRODUCER, PACKAGE_NAME);
	protobuf_add_text(out, MODEL_PRODUCER_VERSION, PACKAGE_VERSION);
	protobuf_add_int(&opset, OPSET_VERSION, OPSET);
	protobuf_add_message(out, MODEL_OPSET, &opset);
	protobuf_add_head(out, MODEL_GRAPH, graph_len);
}

/* The graph's length with all its parameters. */
static uint64_t graph_length(const struct net *net, const struct strbuf *graph)
{
	uint64_t len = graph->len;

	for (size_t i = 0; i < net->named_count; i++) {
		struct strbuf head = STRBUF_INIT;

		build_initializer(&net->named[i], &head);
		len += head.len + net->named[i].count * sizeof(float);
		strbuf_release(&head);
	}
	return len;
}

static int write_initializers(struct file_out *out, const struct net *net, struct diag *diag)
{
	int err = 0;

	for (size_t i = 0; err == 0 && i < net->named_count; i++) {
		struct strbuf head = STRBUF_INIT;

		build_initializer(&net->named[i], &head);
		err = file_out_write(out, head.data, head.len, diag);
		if (err == 0)
			err = file_out_write(
			    out, net->named[i].data, net->named[i].count * sizeof(float), diag);
		strbuf_release(&head);
	}
	return err;
}

static int write_parts(const char *path, const struct net *net, const struct strbuf *head,
    const struct strbuf *graph, struct diag *diag)
{
	struct file_out *out;
	int err = file_out_open(path, &out, diag);

	if (err < 0)
		return err;
	err = file_out_write(out, head->data, head->len, diag);
	if (err == 0)
		err = file_out_write(out, graph->data, graph->len, diag);
	if (err == 0)
		err = write_initializers(out, net, diag);
	if (err == 0)
		return file_out_commit(out, diag);
	file_out_abort(out);
	return err;
}

int onnx_write(const struct net *net, const char *path, struct diag *diag)
{
	struct strbuf head = STRBUF_INIT, graph = STRBUF_INIT;
	uint64_t len;
	int err;

	build_graph(net, &graph);
	len = graph_length(net, &graph);
	build_model_head(len, &head);
	if (len + head.len > FILE_MAX) {
		err = diag_set(
		    diag, ERR_LIMIT, "cannot write '%s': an ONNX file has at most 2 GiB", path);
		diag_hint(diag, "write it as .safetensors");
	} else {
		err = write_parts(path, net, &head, &graph, diag);
	}
	strbuf_release(&head);
	strbuf_release(&graph);
	return err;
}
