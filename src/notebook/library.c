// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "notebook/library.h"

#include <string.h>

#include "base/alloc.h"
#include "notebook/array_args.h"
#include "notebook/module.h"
#include "notebook/parser.h"

#define BUILTINS "(builtins)" // in place of a module: names that every program has
#define METHODS "(methods)"   // methods of tensors
#define ARRAY_METHODS "(array methods)"

// Where the names of a library file go, and under which name programs find the module at once.
static const struct {
	const char *file, *module, *global;
} places[] = {
    {"methods", METHODS, NULL},
    {"tensor", METHODS, NULL},
    {"tensor", "torch", NULL},
    {"torch", "torch", NULL},
    {"autograd", "torch.autograd", NULL},
    {"linalg", "torch.linalg", NULL},
    {"cuda", "torch.cuda", NULL},
    {"windows", "torch.nn.functional", NULL},
    {"functional", "torch.nn.functional", "F"},
    {"init", "torch.nn.init", NULL},
    {"nn", "torch.nn", "nn"},
    {"layers", "torch.nn", NULL},
    {"optim", "torch.optim", "optim"},
    {"lr_scheduler", "torch.optim.lr_scheduler", NULL},
    {"nn_utils", "torch.nn.utils", NULL},
    {"data", "torch.utils.data", NULL},
    {"transforms", "torchvision.transforms", "transforms"},
    {"datasets", "torchvision.datasets", "datasets"},
    {"visdom", "visdom", "visdom"},
    {"d2l", "d2l", "d2l"},
    {"pyplot", "matplotlib.pyplot", NULL},
    {"numpy", "numpy", NULL},
    {"numpy_types", "numpy", NULL},
    {"numpy_math", "numpy", NULL},
    {"numpy_find", "numpy", NULL},
    {"numpy_pad", "numpy", NULL},
    {"numpy_linalg", "numpy.linalg", NULL},
    {"numpy_random", "numpy.random", NULL},
    {"stride_tricks", "numpy.lib.stride_tricks", NULL},
    {"ndarray", ARRAY_METHODS, NULL},
    {"math", "math", NULL},
    {"builtins", BUILTINS, NULL},
};

// Files that run when their module is first imported.
static const struct {
	const char *file, *module;
} waiting[] = {
	{"copy", "copy"}, {"collections", "collections"}, {"functools", "functools"}, {"itertools", "itertools"},
	{"random", "random"}, {"operator", "operator"}, {"string", "string"}, {"typing", "typing"},
	{"statistics", "statistics"}, {"tqdm", "tqdm"}, {"ospath", "os.path"},
};

// Which of them it is, or -1.
static int find_waiting(const char *file)
{
	for (size_t i = 0; i < ARRAY_LEN(waiting); i++)
		if (strcmp(waiting[i].file, file) == 0)
			return (int)i;
	return -1;
}

// What a file defined becomes attributes of a module, methods (`attrs`), or built-ins (NULL).
static int publish(struct vm *vm, const char *file, struct dict *attrs)
{
	size_t len = strlen(file), count = vm->symbol_count;
	int r = 0;

	for (size_t i = 0; r == 0 && i < count; i++) {
		const char *text = vm->symbols[i]->text;

		if (strncmp(text, file, len) != 0 || text[len] != ':' || text[len + 1] == '_' ||
		    vm->globals[i].kind == VALUE_UNSET)
			continue;
		if (attrs)
			r = builtin_set(vm, attrs, text + len + 1, value_ref(vm->globals[i]));
		else
			r = builtin_set_global(vm, text + len + 1, value_ref(vm->globals[i]));
	}
	return r;
}

static int run_file(struct vm *vm, const struct library_file *file)
{
	struct program *program;
	struct diag diag;
	struct value result;
	int r = parser_library(vm, file->name, file->text, &program, &diag);

	if (r == ERR_NOMEM)
		return vm_no_memory(vm);
	if (r < 0)
		BUG("library %s:%d: %s", file->name, diag.line, diag.msg);
	r = vm_run_program(vm, program, &result);
	if (r == 0)
		value_drop(result);
	else if (!vm->running && strcmp(vm->error.type, "MemoryError") != 0)
		BUG("library %s:%d: %s", file->name, vm->error.diag.line, vm->error.diag.msg);
	program_drop(program);
	return r;
}

static int install_file(struct vm *vm, const struct library_file *file)
{
	struct module *module = NULL;
	struct dict *attrs;
	int r = run_file(vm, file);

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(places); i++) {
		if (strcmp(places[i].file, file->name) != 0)
			continue;
		attrs = NULL;
		if (strcmp(places[i].module, METHODS) == 0) {
			attrs = vm->methods[VALUE_TENSOR];
		} else if (strcmp(places[i].module, ARRAY_METHODS) == 0) {
			attrs = vm->array_methods;
		} else if (strcmp(places[i].module, BUILTINS) != 0) {
			r = module_make(vm, places[i].module, &module);
			attrs = r == 0 ? module->attrs : NULL;
		}
		if (r == 0)
			r = publish(vm, file->name, attrs);
		if (r == 0 && places[i].global)
			r = builtin_set_global(vm, places[i].global, value_object(object_ref(module)));
	}
	return r;
}

static int make_tensor_class(struct vm *vm, const struct call *call, struct value *ret)
{
	int64_t shape[TENSOR_MAX_DIMS];
	struct tensor *made;
	struct diag diag;
	struct var *var;
	int ndim, r;

	if (call->count == 1 && call->args[0].kind != VALUE_INT) {
		r = array_build(vm, call->args[0], WORLD_TORCH, DTYPE_F32, &var);
		return r < 0 ? r : array_take(vm, var, ret);
	}
	r = array_shape(vm, call->args, call->count, &ndim, shape);
	if (r < 0)
		return r;
	if (call->count == 0) {
		ndim = 1;
		shape[0] = 0;
	}
	r = tensor_new(DTYPE_F32, ndim, shape, &made, &diag);
	return array_result(vm, r, &diag, r == 0 ? var_new_take(WORLD_TORCH, made) : NULL, WORLD_TORCH, ret);
}

static int make_parameter_class(struct vm *vm, const struct call *call, struct value *ret)
{
	struct value callee, *found;
	struct module *torch;
	int r = module_make(vm, "torch", &torch);

	found = r == 0 ? dict_get_text(torch->attrs, "_parameter") : NULL;
	if (!found)
		return r < 0 ? r : vm_no_memory(vm);
	callee = value_ref(*found);
	r = vm_call(vm, callee, call, ret);
	value_drop(callee);
	return r;
}

// The classes of tensors, parameters and arrays, for isinstance() and type().
static int install_classes(struct vm *vm)
{
	struct class *tensor, *parameter, *array;
	struct module *torch, *nn, *numpy;
	struct value *seen_by_library;
	int r = class_new(vm, "Tensor", "torch", NULL, &tensor);

	if (r == 0)
		r = class_new(vm, "Parameter", "torch.nn.parameter", tensor, &parameter);
	if (r == 0)
		r = class_new(vm, "ndarray", "numpy", NULL, &array);
	if (r == 0)
		r = module_make(vm, "torch", &torch);
	if (r == 0)
		r = module_make(vm, "torch.nn", &nn);
	if (r == 0)
		r = module_make(vm, "numpy", &numpy);
	if (r < 0)
		return r;
	tensor->make = make_tensor_class;
	parameter->make = make_parameter_class;
	r = builtin_set(vm, vm->types, "Tensor", value_object(object_ref(tensor)));
	if (r == 0)
		r = builtin_set(vm, vm->types, "Parameter", value_object(object_ref(parameter)));
	if (r == 0)
		r = builtin_set(vm, vm->types, "numpy.ndarray", value_object(object_ref(array)));
	if (r == 0)
		r = builtin_set(vm, torch->attrs, "FloatTensor", value_object(object_ref(tensor)));
	if (r == 0)
		r = builtin_set(vm, torch->attrs, "Tensor", value_object(tensor));
	if (r == 0)
		r = builtin_set(vm, nn->attrs, "Parameter", value_object(object_ref(parameter)));
	seen_by_library = vm_global(vm, "nn:Parameter");
	if (r == 0 && seen_by_library)
		value_set(seen_by_library, value_object(parameter));
	return r < 0 ? r : builtin_set(vm, numpy->attrs, "ndarray", value_object(array));
}

// Modules that exist so that an import works; sys.path is a list.
static int install_empty(struct vm *vm)
{
	static const char *const names[] = {"sys", "os", "torchvision", "torch.utils", "matplotlib", "matplotlib.pyplot",
	    "random", "collections", "copy", "functools", "itertools", "operator", "string", "typing", "statistics",
	    "tqdm"};
	struct module *module;
	struct list *path;
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(names); i++)
		r = module_make(vm, names[i], &module);
	if (r == 0)
		r = module_make(vm, "torchvision", &module);
	if (r == 0)
		r = builtin_set_global(vm, "torchvision", value_object(object_ref(module)));
	if (r == 0)
		r = module_make(vm, "sys", &module);
	path = r == 0 ? list_new(&vm->heap, 0) : NULL;
	if (!path)
		return r < 0 ? r : vm_no_memory(vm);
	return builtin_set(vm, module->attrs, "path", value_object(path));
}

static int load_file(struct vm *vm, const char *name, const char *into)
{
	const struct library_file *file = library_files;
	struct module *module;
	int r;

	while (strcmp(file->name, name) != 0)
		file++;
	r = run_file(vm, file);
	if (r == 0)
		r = module_make(vm, into, &module);
	return r < 0 ? r : publish(vm, name, module->attrs);
}

int library_load(struct vm *vm, const char *module)
{
	size_t len = strlen(module);
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(waiting); i++) {
		const char *own = waiting[i].module;
		bool wanted = strncmp(own, module, len) == 0 && (own[len] == '\0' || own[len] == '.');

		if (!wanted || (vm->loaded >> i & 1))
			continue;
		r = load_file(vm, waiting[i].file, own);
		if (r == 0)
			vm->loaded |= 1u << i;
	}
	return r;
}

int library_install(struct vm *vm)
{
	struct value size = vm->builtins[vm_intern(vm, "torch.Size", 10)->symbol];
	struct value dict = vm->builtins[vm_intern(vm, "dict", 4)->symbol]; // which keeps its order
	struct module *torch, *data, *collections;
	struct value *loader;
	int r = install_classes(vm);

	vm->loaded = 0;
	if (r == 0)
		r = install_empty(vm);
	if (r == 0)
		r = module_make(vm, "collections", &collections);
	if (r == 0 && !dict_get_text(collections->attrs, "OrderedDict"))
		r = builtin_set(vm, collections->attrs, "OrderedDict", value_ref(dict));
	if (r == 0)
		r = module_make(vm, "torch", &torch);
	if (r == 0)
		r = builtin_set(vm, torch->attrs, "Size", value_ref(size));
	for (const struct library_file *file = library_files; r == 0 && file->name; file++)
		r = find_waiting(file->name) < 0 ? install_file(vm, file) : 0;
	if (r == 0)
		r = module_make(vm, "torch.utils.data", &data);
	loader = r == 0 ? dict_get_text(data->attrs, "DataLoader") : NULL;
	return loader ? builtin_set_global(vm, "DataLoader", value_ref(*loader)) : r;
}
