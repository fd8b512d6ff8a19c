// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * PyTorch's .pth files (torch.save of 1.6 and later): a zip of stored records, ROOT/data.pkl with a
 * pickle, ROOT/data/K with the elements of storage K.
 *
 * What such a file holds is a tree of values. It is built with the functions below, or by reading:
 *
 *	struct pth_tree tree = PTH_TREE_INIT;
 *	tree.root = pth_dict(&tree, true);
 *	pth_set(&tree, tree.root, "weight", pth_tensor(&tree, weight));
 *	err = pth_write("a.pth", &tree, diag);
 *	pth_tree_release(&tree);
 *
 * Running out of memory while building is remembered: the functions then return NULL, take NULL,
 *and pth_write reports it. All values belong to their tree; tensors are shared, texts copied.
 *
 * Reading is done by a stack machine that can build nothing but these values: nothing in the file
 *is ever called. Beyond what torch.load checks, it wants sound checksums, sizes that fit exactly,
 *unique names, and one view of the container. Whole modules are refused, as are the files of old
 *torch that are not zips. What comes back is finite: walking it meets at most 2^18 values, 64 deep.
 */
#ifndef MODEL_PTH_H
#define MODEL_PTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "engine/tensor.h"
#include "model/safetensors.h"

enum pth_kind {
	PTH_KIND_NONE,
	PTH_KIND_BOOL,
	PTH_KIND_INT,
	PTH_KIND_FLOAT,
	PTH_KIND_TEXT,
	PTH_KIND_TENSOR,
	PTH_KIND_LIST,
	PTH_KIND_TUPLE,
	PTH_KIND_DICT,
	PTH_KIND_MODULE, // only written, never read
	PTH_KIND_READER, // inside the reader only
};

struct pth_value;

/* An entry of a list, tuple or dict. */
struct pth_item {
	struct pth_item *next;
	struct pth_value *key; // dict: a text or an int; else NULL
	struct pth_value *value;
};

/* An object of a class derived from torch.nn.Module. */
struct pth_module {
	const char *class_module, *class_name;	// "torch.nn.modules.conv", "Conv2d"
	struct pth_value *parameters, *buffers; // dicts of tensors, or None where there is none
	struct pth_value *children;		// dict of modules
	struct pth_value *attributes;		// dict: whatever else the object keeps
};

struct pth_value {
	enum pth_kind kind;
	bool ordered;	    // dict: a collections.OrderedDict
	bool requires_grad; // tensor
	bool parameter;	    // tensor: a torch.nn.Parameter
	union {
		bool truth;
		int64_t integer;
		double number;
		const char *text; // UTF-8
		struct tensor *tensor;
		struct pth_module *module;
		struct {
			struct pth_item *first, *last;
			size_t count;
		} items; // list, tuple, dict
	};
	int token;		       // the reader's own
	struct pth_value *next_tensor; // chain of the tree's tensors
};

struct pth_tree {
	struct pth_value *root;
	struct arena arena;
	struct pth_value *tensors;
	bool failed; // memory ran out while building
};

#define PTH_TREE_INIT {.root = NULL}

void pth_tree_release(struct pth_tree *tree);

struct pth_value *pth_none(struct pth_tree *tree);
struct pth_value *pth_bool(struct pth_tree *tree, bool truth);
struct pth_value *pth_int(struct pth_tree *tree, int64_t integer);
struct pth_value *pth_float(struct pth_tree *tree, double number); // see pth_write
struct pth_value *pth_text(struct pth_tree *tree, const char *text);
struct pth_value *pth_tensor(struct pth_tree *tree, const struct tensor *tensor);
struct pth_value *pth_list(struct pth_tree *tree);
struct pth_value *pth_tuple(struct pth_tree *tree);
struct pth_value *pth_dict(struct pth_tree *tree, bool ordered);
void pth_add(struct pth_tree *tree, struct pth_value *list, struct pth_value *value); // tuple too
void pth_set(struct pth_tree *tree, struct pth_value *dict, const char *key,
    struct pth_value *value); // the key must be new
// With any key that is a text or an int.
void pth_put(struct pth_tree *tree, struct pth_value *dict, struct pth_value *key,
    struct pth_value *value);
const struct pth_value *pth_get(const struct pth_value *dict, const char *key); // or NULL

/*
 * A module, for torch.save(model): the program that loads it must know the class under the same
 * name. pth_nn.h makes the modules of torch.nn.
 */
struct pth_value *pth_module(
    struct pth_tree *tree, const char *class_module, const char *class_name);
void pth_module_set(struct pth_tree *tree, struct pth_value *module, const char *attribute,
    struct pth_value *value);
void pth_module_set_parameter(struct pth_tree *tree, struct pth_value *module, const char *name,
    const struct tensor *tensor); // NULL: registered, but None
void pth_module_set_buffer(struct pth_tree *tree, struct pth_value *module, const char *name,
    const struct tensor *tensor);
void pth_module_set_child(struct pth_tree *tree, struct pth_value *module, const char *name,
    struct pth_value *child);

/*
 * Write tree->root, atomically. As torch.save does it, a view brings its whole storage, and views
 * of one storage still share it after loading. A tree without floats and modules also loads with
 * weights_only=True (torch 1.13 refuses floats there); ints, texts and 0-d tensors do.
 */
int pth_write(const char *path, const struct pth_tree *tree, struct diag *diag) WARN_UNUSED;

// The kinds of integers become int64, 16-bit floats float32. On failure *ret is untouched.
int pth_read(const char *path, struct pth_tree *ret, struct diag *diag) WARN_UNUSED;
int pth_parse(const char *name, const void *bytes, size_t len, struct pth_tree *ret,
    struct diag *diag) WARN_UNUSED;

/*
 * The tensors of a state dict by name, contiguous: the root itself, or the one dict of tensors in
 * it (called state_dict, model_state_dict, model or net where there are several). Texts and ints
 * beside it become metadata.
 */
int pth_state(const struct pth_tree *tree, struct tensor_file *ret, struct diag *diag) WARN_UNUSED;

#endif
