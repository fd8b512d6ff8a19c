// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "notebook/layers.h"

#include <string.h>

#include "base/alloc.h"
#include "model/pth_nn.h"
#include "notebook/array.h"

#define LAYERS_MAX 64
#define DEPTH_MAX 60

/* The classes of nn that are layers of a net. */
static const struct {
	const char *class;
	enum layer_kind kind;
} kinds[] = {
	{"Conv2d", LAYER_KIND_CONV2D}, {"Sigmoid", LAYER_KIND_SIGMOID}, {"Tanh", LAYER_KIND_TANH},
	{"ReLU", LAYER_KIND_RELU}, {"AvgPool2d", LAYER_KIND_AVG_POOL}, {"MaxPool2d", LAYER_KIND_MAX_POOL},
	{"Flatten", LAYER_KIND_FLATTEN}, {"Linear", LAYER_KIND_LINEAR},
};

static struct value attribute(struct value object, const char *name)
{
	struct value *found = dict_get_text(AS_INSTANCE(object)->attrs, name);

	return found ? *found : value_none();
}

// A number or a pair of them; 0 where there is none.
static void pair_of(struct value object, const char *name, int *first, int *second)
{
	struct value v = attribute(object, name), *items;
	size_t count;

	*first = *second = v.kind == VALUE_INT ? (int)v.i : 0;
	if (value_items(v, &items, &count) && count == 2) {
		*first = (int)items[0].i;
		*second = (int)items[1].i;
	}
}

static bool is_module(struct vm *vm, struct value v)
{
	struct value *place = vm_global(vm, "nn:Module");

	return v.kind == VALUE_INSTANCE && place && place->kind == VALUE_CLASS &&
	    class_is(AS_INSTANCE(v)->class, AS_CLASS(*place));
}

static bool layer_spec_of(struct value module, struct layer_spec *spec, int *ret_inputs)
{
	const char *class = AS_INSTANCE(module)->class->name->text;
	size_t i = 0;

	while (i < ARRAY_LEN(kinds) && strcmp(kinds[i].class, class) != 0)
		i++;
	// A class of the user's own of that name is something else: it has no module of the library's.
	if (i == ARRAY_LEN(kinds) || AS_INSTANCE(module)->class->module)
		return false;
	*spec = (struct layer_spec){.kind = kinds[i].kind};
	pair_of(module, "kernel_size", &spec->kernel_h, &spec->kernel_w);
	pair_of(module, "stride", &spec->stride_h, &spec->stride_w);
	pair_of(module, "padding", &spec->padding_h, &spec->padding_w);
	*ret_inputs = 0;
	if (spec->kind == LAYER_KIND_CONV2D) {
		spec->outputs = (int)attribute(module, "out_channels").i;
		*ret_inputs = (int)attribute(module, "in_channels").i;
	} else if (spec->kind == LAYER_KIND_LINEAR) {
		spec->outputs = (int)attribute(module, "out_features").i;
		*ret_inputs = (int)attribute(module, "in_features").i;
	}
	return true;
}

static const struct tensor *tensor_attribute(struct value module, const char *name)
{
	struct value v = attribute(module, name);

	return v.kind == VALUE_TENSOR ? AS_VAR(v)->value : NULL;
}

// What the engine's layers cannot say: groups, dilation, a border that is not zero, no bias.
static bool is_plain(struct value module, const struct layer_spec *spec)
{
	int a, b;

	if (spec->kind == LAYER_KIND_CONV2D) {
		pair_of(module, "dilation", &a, &b);
		if (attribute(module, "groups").i != 1 || a != 1 || b != 1 ||
		    !value_is_str(attribute(module, "padding_mode"), "zeros") ||
		    attribute(module, "padding").kind == VALUE_STR)
			return false;
	}
	if (spec->kind == LAYER_KIND_CONV2D || spec->kind == LAYER_KIND_LINEAR)
		return tensor_attribute(module, "bias") != NULL;
	return true;
}

/* -- to a net ---------------------------------------------------------------------------------- */

struct flattened {
	struct layer_spec specs[LAYERS_MAX];
	struct value modules[LAYERS_MAX]; // borrowed
	size_t count;
};

static int flatten(struct vm *vm, struct value module, struct flattened *out, int depth)
{
	struct dict_entry *entry;
	struct layer_spec spec;
	bool found = false;
	size_t at = 0;
	int inputs, r = 0;

	if (layer_spec_of(module, &spec, &inputs)) {
		if (out->count == LAYERS_MAX || !is_plain(module, &spec)) {
			vm_raise(vm, "NotImplementedError", "this network cannot be exported: layer %zu, %s", out->count,
			    AS_INSTANCE(module)->class->name->text);
			return vm_hint(vm, "layers with bias, without groups, dilation and other borders can");
		}
		out->specs[out->count] = spec;
		out->modules[out->count++] = module;
		return 0;
	}
	while (r == 0 && depth < DEPTH_MAX && (entry = dict_next(AS_INSTANCE(module)->attrs, &at))) {
		if (!is_module(vm, entry->value))
			continue;
		found = true;
		r = flatten(vm, entry->value, out, depth + 1);
	}
	if (r < 0 || found)
		return r;
	vm_raise(vm, "NotImplementedError", "a layer of class %s cannot be exported", AS_INSTANCE(module)->class->name->text);
	return vm_hint(vm, "networks of Conv2d, Linear, pooling, Flatten, Sigmoid, Tanh and ReLU can");
}

static int copy_weights(struct vm *vm, const struct flattened *layers, struct net *net)
{
	for (size_t i = 0; i < layers->count; i++) {
		const struct layer *layer = &net->layers[i];
		const struct tensor *sources[2] = {tensor_attribute(layers->modules[i], "weight"),
		    tensor_attribute(layers->modules[i], "bias")};
		size_t places[2] = {layer->weight_at, layer->bias_at}, counts[2] = {layer->weight_count, layer->bias_count};

		for (int k = 0; k < 2; k++) {
			struct tensor *copy;
			struct diag diag;

			if (counts[k] == 0)
				continue;
			if (!sources[k] || tensor_count(sources[k]) != counts[k])
				return vm_raise(vm, "RuntimeError", "layer %zu has weights of another shape than it should", i);
			if (tensor_cast(sources[k], DTYPE_F32, &copy, &diag) < 0)
				return vm_engine_error(vm, &diag, false);
			memcpy(net->params + places[k], copy->data, counts[k] * sizeof(float));
			tensor_free(copy);
		}
	}
	return 0;
}

int layers_to_net(struct vm *vm, struct value module, const struct tensor *input, struct net **ret)
{
	struct flattened *layers = mem_zalloc(1, sizeof(*layers));
	struct net *net = NULL;
	struct diag diag;
	int in[3] = {1, 1, 1}, r;

	if (!layers)
		return vm_no_memory(vm);
	r = is_module(vm, module) ? flatten(vm, module, layers, 0)
				  : vm_raise(vm, "TypeError", "a module is needed, not %s", value_a_type(module));
	if (r == 0 && input->ndim != 4)
		r = vm_raise(vm, "ValueError", "the example input needs four dimensions: [batch][channels][height][width]");
	for (int i = 0; r == 0 && i < 3; i++)
		in[i] = (int)input->shape[i + 1];
	if (r == 0 && net_new("net", in, layers->specs, layers->count, &net, &diag) < 0)
		r = vm_engine_error(vm, &diag, false);
	if (r == 0)
		r = copy_weights(vm, layers, net);
	mem_free(layers);
	if (r < 0) {
		net_free(net);
		return r;
	}
	*ret = net;
	return 0;
}

/* -- to a .pth value ------------------------------------------------------------------------------ */

static struct pth_value *own_class(struct vm *vm, struct pth_tree *tree, struct value module, bool sequential, int depth)
{
	const struct class *class = AS_INSTANCE(module)->class;
	struct pth_value *made = sequential ? pth_nn_sequential(tree) : pth_module(tree, "__main__", class->name->text);
	struct dict_entry *entry;
	size_t at = 0;

	while ((entry = dict_next(AS_INSTANCE(module)->attrs, &at)) && !vm->error.type) {
		const char *name = AS_STR(entry->key)->text;

		if (is_module(vm, entry->value))
			pth_module_set_child(tree, made, name, layers_to_pth(vm, tree, entry->value, depth + 1));
		else if (entry->value.kind == VALUE_TENSOR && AS_VAR(entry->value)->parameter)
			pth_module_set_parameter(tree, made, name, AS_VAR(entry->value)->value);
	}
	return made;
}

struct pth_value *layers_to_pth(struct vm *vm, struct pth_tree *tree, struct value module, int depth)
{
	struct layer_spec spec;
	int inputs;

	if (depth > DEPTH_MAX || !is_module(vm, module)) {
		vm_raise(vm, "TypeError", "%s cannot be saved", value_a_type(module));
		vm_blame(vm, module);
		vm_hint(vm, "save model.state_dict()");
		return NULL;
	}
	if (layer_spec_of(module, &spec, &inputs)) {
		if (spec.kind == LAYER_KIND_CONV2D && !is_plain(module, &spec) && tensor_attribute(module, "bias")) {
			vm_raise(vm, "NotImplementedError", "a Conv2d with groups, dilation or another border cannot be saved whole");
			vm_hint(vm, "save model.state_dict()");
			return NULL;
		}
		return pth_nn_layer(tree, &spec, inputs, tensor_attribute(module, "weight"), tensor_attribute(module, "bias"));
	}
	if (!AS_INSTANCE(module)->class->module && strcmp(AS_INSTANCE(module)->class->name->text, "Sequential") != 0) {
		vm_raise(vm, "NotImplementedError", "a %s cannot be saved whole", AS_INSTANCE(module)->class->name->text);
		vm_hint(vm, "save model.state_dict()");
		return NULL;
	}
	return own_class(vm, tree, module, !AS_INSTANCE(module)->class->module, depth);
}
