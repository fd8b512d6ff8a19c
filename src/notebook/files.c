// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Saving and loading: .npy, .safetensors, .pth, .onnx. Only below the current directory, links
 * followed, and only where the notebook's limits allow files.
 */
#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/paths.h"
#include "model/npy.h"
#include "model/onnx.h"
#include "model/pth.h"
#include "model/safetensors.h"
#include "notebook/array_args.h"
#include "notebook/files.h"
#include "notebook/layers.h"
#include "notebook/module.h"

#define DEPTH_MAX 60

static int refuse_path(struct vm *vm, const char *path)
{
	vm_raise(vm, "PermissionError", "'%.200s' is not below the current directory", path);
	return vm_hint(vm, "use a relative path without ..");
}

// Where the folder that holds `path` really is must be below where we are.
static int check_folder(struct vm *vm, const char *path)
{
	char here[PATH_MAX], there[PATH_MAX];
	char *folder = xstrdup(path), *slash = strrchr(folder, '/');
	bool inside = true;

	if (slash) {
		*slash = '\0';
		if (!realpath(".", here))
			inside = false;
		else if (realpath(folder, there))
			inside = strncmp(here, there, strlen(here)) == 0 &&
			    (there[strlen(here)] == '/' || there[strlen(here)] == '\0' || strcmp(here, "/") == 0);
	}
	mem_free(folder);
	if (inside && realpath(path, there) && realpath(".", here))
		inside = strncmp(here, there, strlen(here)) == 0 && (there[strlen(here)] == '/' || strcmp(here, "/") == 0);
	return inside ? 0 : refuse_path(vm, path);
}

// What is there already must be a plain file: opening a pipe would wait for ever.
static int check_kind(struct vm *vm, const char *path)
{
	struct stat is;

	if (stat(path, &is) < 0 || S_ISREG(is.st_mode))
		return 0;
	vm_raise(vm, S_ISDIR(is.st_mode) ? "IsADirectoryError" : "PermissionError", "'%.200s' is %s", path,
	    S_ISDIR(is.st_mode) ? "a folder" : "a pipe or a device, not a file");
	return vm_hint(vm, "give the name of a file");
}

int files_check_path(struct vm *vm, struct value v, const char **ret)
{
	const char *path, *at;

	if (v.kind != VALUE_STR) {
		vm_raise(vm, "TypeError", "a path must be a str, not %s", value_a_type(v));
		return vm_blame(vm, v);
	}
	path = AS_STR(v)->text;
	if (!vm->limits.files) {
		vm_raise(vm, "PermissionError", "files cannot be read or written here");
		return vm_hint(vm, "put the program into a file and use: convtutor run FILE");
	}
	if (!*path || *path == '/' || strlen(path) >= PATH_MAX || strlen(path) != AS_STR(v)->len)
		return refuse_path(vm, path);
	for (at = path; at; at = strchr(at, '/')) {
		at += *at == '/';
		if (strncmp(at, "..", 2) == 0 && (at[2] == '/' || at[2] == '\0'))
			return refuse_path(vm, path);
	}
	if (check_folder(vm, path) < 0)
		return vm->error.diag.code;
	*ret = path;
	return check_kind(vm, path);
}

static bool ends_with(const char *path, const char *ending)
{
	size_t len = strlen(path), tail = strlen(ending);

	return len > tail && strcmp(path + len - tail, ending) == 0;
}

/* -- .pth: values to a tree and back --------------------------------------------------------- */

static struct pth_value *to_tree(struct vm *vm, struct pth_tree *tree, struct value v, int depth);

static struct pth_value *dict_to_tree(struct vm *vm, struct pth_tree *tree, const struct dict *dict, int depth)
{
	struct pth_value *made;
	struct dict_entry *entry;
	bool tensors = dict->count > 0;
	size_t at = 0;

	while ((entry = dict_next(dict, &at)))
		tensors = tensors && entry->value.kind == VALUE_TENSOR;
	made = pth_dict(tree, tensors);
	at = 0;
	while ((entry = dict_next(dict, &at))) {
		if (entry->key.kind != VALUE_STR && entry->key.kind != VALUE_INT) {
			vm_raise(vm, "TypeError", "the keys of a dict that is saved must be strings or integers");
			return NULL;
		}
		struct pth_value *value = to_tree(vm, tree, entry->value, depth + 1);

		if (vm->error.type)
			return NULL;
		pth_put(tree, made,
		    entry->key.kind == VALUE_STR ? pth_text(tree, AS_STR(entry->key)->text) : pth_int(tree, entry->key.i), value);
	}
	return made;
}

static struct pth_value *to_tree(struct vm *vm, struct pth_tree *tree, struct value v, int depth)
{
	struct pth_value *made;
	struct value *items;
	size_t count;

	if (depth > DEPTH_MAX) {
		vm_raise(vm, "RecursionError", "this is nested too deeply to be saved");
		return NULL;
	}
	switch (v.kind) {
	case VALUE_NONE:
		return pth_none(tree);
	case VALUE_BOOL:
		return pth_bool(tree, v.i != 0);
	case VALUE_INT:
		return pth_int(tree, v.i);
	case VALUE_FLOAT:
		return pth_float(tree, v.f);
	case VALUE_STR:
		return pth_text(tree, AS_STR(v)->text);
	case VALUE_TENSOR:
		return pth_tensor(tree, AS_VAR(v)->value);
	case VALUE_DICT:
		return dict_to_tree(vm, tree, AS_DICT(v), depth);
	case VALUE_LIST:
	case VALUE_TUPLE:
		made = v.kind == VALUE_LIST ? pth_list(tree) : pth_tuple(tree);
		value_items(v, &items, &count);
		for (size_t i = 0; i < count && !vm->error.type; i++)
			pth_add(tree, made, to_tree(vm, tree, items[i], depth + 1));
		return made;
	case VALUE_INSTANCE:
		return layers_to_pth(vm, tree, v, depth);
	default:
		vm_raise(vm, "TypeError", "%s cannot be saved", value_a_type(v));
		vm_blame(vm, v);
		vm_hint(vm, "save tensors, state dicts, modules, numbers, strings, lists and dicts");
		return NULL;
	}
}

static int from_tree(struct vm *vm, const struct pth_value *node, struct value *ret);

static int items_from_tree(struct vm *vm, const struct pth_value *node, struct value *ret)
{
	struct list *list = list_new(&vm->heap, 0);
	struct value v, made;
	int r = list ? 0 : vm_no_memory(vm);

	for (const struct pth_item *item = node->items.first; r == 0 && item; item = item->next) {
		r = from_tree(vm, item->value, &v);
		if (r == 0 && list_push(list, v) < 0)
			r = vm_no_memory(vm);
	}
	if (r < 0) {
		object_drop(list);
		return r;
	}
	made = value_object(list);
	if (node->kind == PTH_KIND_TUPLE) {
		struct tuple *tuple = tuple_new(&vm->heap, list->count);

		for (size_t i = 0; tuple && i < list->count; i++)
			tuple->items[i] = value_ref(list->items[i]);
		value_drop(made);
		if (!tuple)
			return vm_no_memory(vm);
		made = value_object(tuple);
	}
	*ret = made;
	return 0;
}

static int dict_from_tree(struct vm *vm, const struct pth_value *node, struct value *ret)
{
	struct dict *dict = dict_new(&vm->heap);
	int r = dict ? 0 : vm_no_memory(vm);

	for (const struct pth_item *item = node->items.first; r == 0 && item; item = item->next) {
		struct value key, v;

		r = from_tree(vm, item->key, &key);
		if (r == 0) {
			r = from_tree(vm, item->value, &v);
			if (r == 0) {
				r = vm_dict_set(vm, dict, key, v);
				value_drop(v);
			}
			value_drop(key);
		}
	}
	if (r < 0) {
		object_drop(dict);
		return r;
	}
	*ret = value_object(dict);
	return 0;
}

static int tensor_value(struct vm *vm, const struct tensor *tensor, enum world world, struct value *ret)
{
	struct tensor *copy;
	struct diag diag;

	if (tensor_copy(tensor, &copy, &diag) < 0)
		return vm_engine_error(vm, &diag, false);
	return array_take(vm, var_new_take(world, copy), ret);
}

static int from_tree(struct vm *vm, const struct pth_value *node, struct value *ret)
{
	switch (node->kind) {
	case PTH_KIND_NONE:
		*ret = value_none();
		return 0;
	case PTH_KIND_BOOL:
		*ret = value_bool(node->truth);
		return 0;
	case PTH_KIND_INT:
		*ret = value_int(node->integer);
		return 0;
	case PTH_KIND_FLOAT:
		*ret = value_float(node->number);
		return 0;
	case PTH_KIND_TEXT:
		return vm_str(vm, node->text, strlen(node->text), ret);
	case PTH_KIND_TENSOR:
		return tensor_value(vm, node->tensor, WORLD_TORCH, ret);
	case PTH_KIND_LIST:
	case PTH_KIND_TUPLE:
		return items_from_tree(vm, node, ret);
	case PTH_KIND_DICT:
		return dict_from_tree(vm, node, ret);
	default:
		return vm_raise(vm, "NotImplementedError", "the file holds something that cannot be read here");
	}
}

static int save_pth(struct vm *vm, struct value v, const char *path)
{
	struct pth_tree tree = PTH_TREE_INIT;
	struct diag diag;
	int r = 0;

	tree.root = to_tree(vm, &tree, v, 0);
	if (vm->error.type)
		r = vm->error.diag.code;
	else if (pth_write(path, &tree, &diag) < 0)
		r = vm_engine_error(vm, &diag, false);
	pth_tree_release(&tree);
	return r;
}

static int load_pth(struct vm *vm, const char *path, struct value *ret)
{
	struct pth_tree tree = PTH_TREE_INIT;
	struct diag diag;
	int r;

	if (pth_read(path, &tree, &diag) < 0)
		return vm_engine_error(vm, &diag, false);
	r = from_tree(vm, tree.root, ret);
	pth_tree_release(&tree);
	return r;
}

/* -- .safetensors and .npy --------------------------------------------------------------------- */

static int save_safetensors(struct vm *vm, struct value v, const char *path)
{
	struct tensor_file file = {.count = 0};
	struct dict_entry *entry;
	struct diag diag;
	size_t at = 0;
	int r = v.kind == VALUE_DICT ? 0 : vm_raise(vm, "TypeError", "a .safetensors file holds a dict of tensors");

	while (r == 0 && (entry = dict_next(AS_DICT(v), &at))) {
		if (entry->key.kind != VALUE_STR || entry->value.kind != VALUE_TENSOR)
			r = vm_raise(vm, "TypeError", "a .safetensors file holds names and tensors only");
		else if (tensor_file_add(&file, AS_STR(entry->key)->text, AS_VAR(entry->value)->value, &diag) < 0)
			r = vm_engine_error(vm, &diag, false);
	}
	if (r == 0 && safetensors_write(path, &file, &diag) < 0)
		r = vm_engine_error(vm, &diag, false);
	tensor_file_release(&file);
	return r;
}

static int load_safetensors(struct vm *vm, const char *path, struct value *ret)
{
	struct tensor_file file = {.count = 0};
	struct dict *dict = dict_new(&vm->heap);
	struct diag diag;
	int r = dict ? 0 : vm_no_memory(vm);

	if (r == 0 && safetensors_read(path, &file, &diag) < 0)
		r = vm_engine_error(vm, &diag, false);
	for (size_t i = 0; r == 0 && i < file.count; i++) {
		struct value v;

		r = tensor_value(vm, file.tensors[i].tensor, WORLD_TORCH, &v);
		if (r == 0)
			r = builtin_set(vm, dict, file.tensors[i].name, v);
	}
	tensor_file_release(&file);
	if (r < 0) {
		object_drop(dict);
		return r;
	}
	*ret = value_object(dict);
	return 0;
}

static int save_npy(struct vm *vm, struct value v, const char *path)
{
	struct diag diag;
	struct var *x;
	int r = array_convert(vm, v, WORLD_NUMPY, &x);

	if (r < 0)
		return r;
	if (npy_write(path, x->value, &diag) < 0)
		r = vm_engine_error(vm, &diag, true);
	var_unref(x);
	return r;
}

static int load_npy(struct vm *vm, const char *path, struct value *ret)
{
	struct tensor *tensor;
	struct diag diag;

	if (npy_read(path, &tensor, &diag) < 0)
		return vm_engine_error(vm, &diag, true);
	return array_take(vm, var_new_take(WORLD_NUMPY, tensor), ret);
}

/* -- the functions ----------------------------------------------------------------------------- */

static int file_save(struct vm *vm, const struct args *args, struct value *ret)
{
	const char *path;
	int r = files_check_path(vm, args->v[1], &path);

	*ret = value_none();
	if (r < 0)
		return r;
	if (ends_with(path, ".npy"))
		return save_npy(vm, args->v[0], path);
	if (ends_with(path, ".safetensors"))
		return save_safetensors(vm, args->v[0], path);
	return save_pth(vm, args->v[0], path);
}

static int file_load(struct vm *vm, const struct args *args, struct value *ret)
{
	const char *path;
	int r = files_check_path(vm, args->v[0], &path);

	if (r < 0)
		return r;
	if (ends_with(path, ".npy"))
		return load_npy(vm, path, ret);
	if (ends_with(path, ".safetensors"))
		return load_safetensors(vm, path, ret);
	return load_pth(vm, path, ret);
}

// np.save(path, array) appends .npy, as NumPy does.
static int file_save_array(struct vm *vm, const struct args *args, struct value *ret)
{
	const char *path;
	char *whole;
	int r = files_check_path(vm, args->v[0], &path);

	*ret = value_none();
	if (r < 0)
		return r;
	whole = xasprintf("%s%s", path, ends_with(path, ".npy") ? "" : ".npy");
	r = save_npy(vm, args->v[1], whole);
	mem_free(whole);
	return r;
}

static int file_export_onnx(struct vm *vm, const struct args *args, struct value *ret)
{
	struct net *net = NULL;
	struct diag diag;
	const char *path;
	int r = files_check_path(vm, args->v[2], &path);

	*ret = value_none();
	if (r == 0 && args->v[1].kind != VALUE_TENSOR)
		r = vm_raise(vm, "TypeError", "export() needs an example input tensor");
	if (r == 0)
		r = layers_to_net(vm, args->v[0], AS_VAR(args->v[1])->value, &net);
	if (r == 0 && onnx_write(net, path, &diag) < 0)
		r = vm_engine_error(vm, &diag, false);
	net_free(net);
	return r;
}

static const struct builtin torch_files[] = {
	{"save", "obj, f", "writes tensors, a state dict or a module to a .pth file (or .npy, .safetensors)", file_save, 0},
	{"load", "f, map_location=None, weights_only=None", "reads a .pth, .npy or .safetensors file", file_load, 0},
	TABLE_END,
};
static const struct builtin global_files[] = {
	{"save", "x, path", "writes tensors to a file: .npy, .safetensors or .pth by its ending", file_save, 0},
	{"load", "path", "reads a .npy, .safetensors or .pth file", file_load, 0},
	TABLE_END,
};
static const struct builtin numpy_files[] = {
	{"save", "file, arr", "writes an array to a .npy file", file_save_array, 0},
	{"load", "file", "reads a .npy file", file_load, 0},
	TABLE_END,
};
static const struct builtin onnx_files[] = {
	{"export", "model, args, f, **options", "writes a network as ONNX", file_export_onnx, 0},
	TABLE_END,
};

int files_install(struct vm *vm)
{
	struct module *torch, *numpy, *onnx;
	int r = module_make(vm, "torch", &torch);

	if (r == 0)
		r = module_make(vm, "numpy", &numpy);
	if (r == 0)
		r = module_make(vm, "torch.onnx", &onnx);
	if (r == 0)
		r = builtin_add_table(vm, torch->attrs, torch_files, false);
	if (r == 0)
		r = builtin_add_table(vm, numpy->attrs, numpy_files, false);
	if (r == 0)
		r = builtin_add_table(vm, onnx->attrs, onnx_files, false);
	return r < 0 ? r : builtin_add_globals(vm, global_files);
}
