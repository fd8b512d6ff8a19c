// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Layers of a Sequential in a row, as one node on the trainer's kernels (engine/chain.h). The chains
 * made last are kept: a training loop asks for the same one in each step.
 */
#include "config.h"

#include <limits.h>
#include <string.h>

#include "base/alloc.h"
#include "engine/chain.h"
#include "notebook/array_args.h"

#define LAYERS_MAX 32
#define PARAMS_MAX (2 * LAYERS_MAX)
#define SIZES 8	      // numbers that describe a layer: struct layer_spec's, in order
#define KEPT 4

struct chain_key {
	struct layer_spec specs[LAYERS_MAX];
	size_t count;
	int in[3];
};

struct chain_cache {
	struct {
		struct chain_key key;
		struct chain *chain;
	} kept[KEPT];
	size_t next;
};

void array_chain_cache_free(struct chain_cache *cache)
{
	if (!cache)
		return;
	for (size_t i = 0; i < KEPT; i++)
		chain_unref(cache->kept[i].chain);
	mem_free(cache);
}

static bool read_layer(struct value v, struct layer_spec *ret)
{
	struct value *items;
	size_t count;
	int sizes[SIZES];

	if (!value_items(v, &items, &count) || count != SIZES)
		return false;
	for (size_t i = 0; i < SIZES; i++) {
		if (items[i].kind != VALUE_INT || items[i].i < 0 || items[i].i > INT_MAX)
			return false;
		sizes[i] = (int)items[i].i;
	}
	if (sizes[0] > LAYER_KIND_LINEAR)
		return false;
	*ret = (struct layer_spec){.kind = (enum layer_kind)sizes[0],
	    .outputs = sizes[1],
	    .kernel_h = sizes[2],
	    .kernel_w = sizes[3],
	    .stride_h = sizes[4],
	    .stride_w = sizes[5],
	    .padding_h = sizes[6],
	    .padding_w = sizes[7]};
	return true;
}

/* Layers and the shape of one image; false for what a chain does not do. */
static bool read_key(struct value layers, const struct var *x, struct chain_key *key)
{
	const struct tensor *value = x->value;
	struct value *items;

	memset(key, 0, sizeof(*key));
	if (!value_items(layers, &items, &key->count) || key->count > LAYERS_MAX)
		return false;
	for (size_t i = 0; i < key->count; i++) {
		if (!read_layer(items[i], &key->specs[i]))
			return false;
	}
	if (x->world != WORLD_TORCH || (value->ndim != 2 && value->ndim != 4) || value->shape[0] < 1 ||
	    value->shape[0] > INT_MAX)
		return false;
	for (int d = 0; d < 3; d++) {
		int64_t size = d + 1 < value->ndim ? value->shape[d + 1] : 1;

		if (size < 1 || size > INT_MAX)
			return false;
		key->in[d] = (int)size;
	}
	// Planes of one pixel keep their dimensions in PyTorch; a chain would drop them.
	return value->ndim == 2 || key->in[1] > 1 || key->in[2] > 1;
}

static struct chain *find_chain(struct vm *vm, const struct chain_key *key)
{
	struct chain_cache *cache = vm->chains;
	struct chain *chain;
	struct diag diag;

	if (!cache)
		cache = vm->chains = xzalloc(1, sizeof(*cache));
	for (size_t i = 0; i < KEPT; i++) {
		if (cache->kept[i].chain && memcmp(&cache->kept[i].key, key, sizeof(*key)) == 0)
			return cache->kept[i].chain;
	}
	if (chain_new(key->in, key->specs, key->count, &chain, &diag) < 0)
		return NULL;
	chain_unref(cache->kept[cache->next].chain);
	memcpy(&cache->kept[cache->next].key, key, sizeof(*key));
	cache->kept[cache->next].chain = chain;
	cache->next = (cache->next + 1) % KEPT;
	return chain;
}

static bool read_params(struct value v, const struct chain *chain, struct var **params)
{
	struct value *items;
	size_t count;

	if (!value_items(v, &items, &count) || count != chain_param_count(chain) || count > PARAMS_MAX)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (items[i].kind != VALUE_TENSOR && items[i].kind != VALUE_NONE)
			return false;
		params[i] = items[i].kind == VALUE_NONE ? NULL : AS_VAR(items[i]);
	}
	return true;
}

// x, layers, parameters. None: run the layers one by one, which also says what is wrong with them.
static int nn_chain(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *params[PARAMS_MAX], *x, *result = NULL;
	struct chain_key key;
	struct chain *chain;
	struct diag diag;
	int r;

	*ret = value_none();
	if (args->v[0].kind != VALUE_TENSOR)
		return 0;
	x = AS_VAR(args->v[0]);
	if (!read_key(args->v[1], x, &key) || !(chain = find_chain(vm, &key)) ||
	    !read_params(args->v[2], chain, params))
		return 0;
	r = chain_run(chain, x, params, &result, &diag);
	if (r == ERR_SHAPE || r == ERR_UNSUPPORTED)
		return 0;
	return array_result(vm, r, &diag, result, WORLD_TORCH, ret);
}

const struct builtin array_chain_functions[] = {
	{"_chain", "x, layers, params", "layers in a row as one node", nn_chain, 0},
	TABLE_END,
};
