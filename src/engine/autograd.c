// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Variables, and the nodes that operators leave on the tape. A node, its edges, what it saved and
 * its arguments are one block of memory.
 */
#include "config.h"

#include "engine/autograd.h"

#include <string.h>

#include "base/alloc.h"
#include "base/budget.h"
#include "engine/autograd_internal.h"

#define ALIGN16(n) (((n) + 15) / 16 * 16)

static _Thread_local bool disabled;
static _Thread_local uint64_t last_number;
static _Thread_local size_t live_nodes;
static _Thread_local struct grad_node *dead_nodes;
static _Thread_local bool burying;

bool autograd_enabled(void)
{
	return !disabled;
}

bool autograd_set_enabled(bool on)
{
	bool was = !disabled;

	disabled = !on;
	return was;
}

size_t autograd_live_nodes(void)
{
	return live_nodes;
}

struct var *var_new_take(enum world world, struct tensor *value)
{
	struct var *var = xmalloc(1, sizeof(*var));

	*var = (struct var){.refs = 1, .world = world, .value = value};
	return var;
}

static struct var *weak_number(enum dtype dtype)
{
	struct tensor *value;
	struct diag diag;
	struct var *var;

	if (tensor_new_raw(dtype, 0, NULL, &value, &diag) < 0)
		die("%s", diag.msg);
	var = var_new_take(WORLD_TORCH, value);
	var->weak = true;
	return var;
}

struct var *var_number(double value)
{
	struct var *var = weak_number(DTYPE_F64);

	*(double *)var->value->data = value;
	return var;
}

struct var *var_integer(int64_t value)
{
	struct var *var = weak_number(DTYPE_I64);

	*(int64_t *)var->value->data = value;
	return var;
}

struct var *var_boolean(bool value)
{
	struct var *var = weak_number(DTYPE_BOOL);

	*(uint8_t *)var->value->data = value;
	return var;
}

struct var *var_ref(struct var *var)
{
	var->refs++;
	return var;
}

void var_unref(struct var *var)
{
	if (!var || --var->refs > 0)
		return;
	tensor_free(var->value);
	tensor_free(var->incoming);
	var_unref(var->grad);
	autograd__node_unref(var->node);
	var_unref(var->base);
	mem_free(var);
}

bool var_is_leaf(const struct var *var)
{
	return !var->node;
}

struct grad_node *var_node(struct var *var)
{
	autograd__refresh(var);
	return var->node;
}

const char *var_node_name(struct var *var)
{
	struct grad_node *node = var_node(var);

	return node ? node->op->name : NULL;
}

int var_set_requires_grad(struct var *var, bool on, struct diag *diag)
{
	if (var->node && !on) {
		diag_set(diag, ERR_STATE, "requires_grad can only be changed on leaf variables");
		diag_hint(diag, "detach() gives one without history");
		return ERR_STATE;
	}
	if (on && !dtype_is_float(var->value->dtype)) {
		diag_set(
		    diag, ERR_STATE, "only tensors of floating point dtype can require gradients");
		diag_hint(diag, "convert it first, for example with .float()");
		return ERR_STATE;
	}
	if (!var->node)
		var->requires_grad = on;
	return 0;
}

static const int64_t zeros[TENSOR_MAX_DIMS];

static void check_single(const struct var *var)
{
	if (tensor_count(var->value) != 1)
		BUG("the only element of %zu", tensor_count(var->value));
}

double var_item(const struct var *var)
{
	check_single(var);
	return tensor_at(var->value, zeros);
}

int64_t var_item_int(const struct var *var)
{
	check_single(var);
	return tensor_int_at(var->value, zeros);
}

struct var *var_detach(const struct var *var)
{
	return var_new_take(var->world, tensor_share(var->value));
}

struct var *var_data(const struct var *var)
{
	struct var *data = var_detach(var);

	data->detached_data = true;
	return data;
}

void var_set_value_take(struct var *var, struct tensor *value)
{
	tensor_free(var->value);
	var->value = value;
}

void var_zero_grad(struct var *var, bool to_none)
{
	if (!var->grad)
		return;
	if (to_none) {
		var_unref(var->grad);
		var->grad = NULL;
	} else {
		tensor_fill(var->grad->value, 0);
	}
}

/* Nodes. */

static void edge_init(struct grad_edge *edge, struct var *var)
{
	const struct tensor *value = var->value;

	edge->leaf = NULL;
	edge->node = NULL;
	if (!var->requires_grad)
		return;
	if (var->node) {
		edge->node = var->node;
		edge->node->refs++;
	} else {
		edge->leaf = var_ref(var);
		(var->base ? var->base : var)->edges++;
	}
	edge->dtype = value->dtype;
	edge->ndim = value->ndim;
	memcpy(edge->shape, value->shape, sizeof(edge->shape));
}

/* One block: the node, its edges, saved tensors, their versions, arguments. */
static struct grad_node *node_alloc(const struct grad_record *record)
{
	size_t inputs = (size_t)record->input_count, saved = (size_t)record->saved_count;
	size_t edges_at = ALIGN16(sizeof(struct grad_node));
	size_t saved_at = ALIGN16(edges_at + inputs * sizeof(struct grad_edge));
	size_t versions_at = saved_at + saved * sizeof(struct tensor *);
	size_t args_at = ALIGN16(versions_at + saved * sizeof(unsigned));
	size_t size = args_at + record->op->args_size;
	char *block = xmalloc(1, size);
	struct grad_node *node = (struct grad_node *)block;

	*node = (struct grad_node){
	    .refs = 1,
	    .size = size,
	    .number = ++last_number,
	    .op = record->op,
	    .input_count = record->input_count,
	    .saved_count = record->saved_count,
	    .edges = (struct grad_edge *)(block + edges_at),
	    .saved = (struct tensor **)(block + saved_at),
	    .versions = (unsigned *)(block + versions_at),
	    .args = block + args_at,
	};
	budget_force(size);
	return node;
}

struct grad_node *autograd__node_new(const struct grad_record *record)
{
	struct grad_node *node = node_alloc(record);

	for (int i = 0; i < record->input_count; i++)
		edge_init(&node->edges[i], record->inputs[i]);
	for (int i = 0; i < record->saved_count; i++) {
		struct tensor *saved = record->saved[i];

		node->saved[i] = saved ? tensor_share(saved) : NULL;
		node->versions[i] = saved ? saved->storage->version : 0;
	}
	if (record->op->args_size)
		memcpy(node->args, record->args, record->op->args_size);
	live_nodes++;
	return node;
}

static void leaf_unref(struct var *leaf)
{
	if (leaf)
		(leaf->base ? leaf->base : leaf)->edges--;
	var_unref(leaf);
}

static void node_free(struct grad_node *node)
{
	for (int i = 0; i < node->saved_count; i++)
		tensor_free(node->saved[i]);
	if (node->op->release)
		node->op->release(node->args);
	tensor_free(node->grad);
	for (int i = 0; i < node->input_count; i++) {
		autograd__node_unref(node->edges[i].node);
		leaf_unref(node->edges[i].leaf);
	}
	budget_give(node->size);
	mem_free(node);
	live_nodes--;
}

/* Freeing a node may end the life of others: they queue up instead of recursing. */
void autograd__node_unref(struct grad_node *node)
{
	if (!node || --node->refs > 0)
		return;
	node->next = dead_nodes;
	dead_nodes = node;
	if (burying)
		return;
	burying = true;
	while ((node = dead_nodes)) {
		dead_nodes = node->next;
		node_free(node);
	}
	burying = false;
}

bool autograd_needs(struct var *const *inputs, int count)
{
	if (disabled)
		return false;
	for (int i = 0; i < count; i++) {
		if (inputs[i]->base)
			autograd__refresh(inputs[i]);
		if (inputs[i]->requires_grad)
			return true;
	}
	return false;
}

void autograd__release_args(const struct grad_record *record)
{
	char *copy;

	if (!record->op->release)
		return;
	copy = xmalloc(1, record->op->args_size);
	memcpy(copy, record->args, record->op->args_size);
	record->op->release(copy);
	mem_free(copy);
}

struct var *autograd_result(const struct grad_record *record, struct tensor *value)
{
	enum world world = record->inputs[0]->world;
	struct var *var;

	for (int i = 0; i < record->input_count; i++) {
		if (!record->inputs[i]->weak) {
			world = record->inputs[i]->world;
			break;
		}
	}
	var = var_new_take(world, value);
	if (dtype_is_float(value->dtype) && autograd_needs(record->inputs, record->input_count)) {
		// All inputs' nodes are asked for, so that stale views among them are brought up to
		// date.
		for (int i = 0; i < record->input_count; i++)
			autograd__refresh(record->inputs[i]);
		var->node = autograd__node_new(record);
		var->requires_grad = true;
	} else {
		autograd__release_args(record);
	}
	return var;
}
