// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "notebook/module.h"

#include <string.h>

#include "base/alloc.h"
#include "notebook/builtin.h"
#include "notebook/library.h"
#include "notebook/suggest.h"

// Names under which a module is known besides its own.
static const char *const also[][2] = {
	{"np", "numpy"}, {"torch.nn.modules", "torch.nn"}, {"d2lzh1981", "d2l"}, {"d2lzh", "d2l"},
	{"d2lzh_pytorch", "d2l"}, {"d2l.torch", "d2l"}, {"torch.nn.parameter", "torch.nn"},
	{"tqdm.auto", "tqdm"}, {"tqdm.notebook", "tqdm"},
};

static const char *own_name(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(also); i++)
		if (strcmp(name, also[i][0]) == 0)
			return also[i][1];
	return name;
}

static struct module *find(struct vm *vm, const char *name)
{
	struct value *found = dict_get_text(vm->modules, name);

	return found && found->kind == VALUE_MODULE ? AS_MODULE(*found) : NULL;
}

static int make_one(struct vm *vm, const char *name, struct module **ret)
{
	struct module *module = object_new(&vm->heap, VALUE_MODULE, sizeof(*module));

	if (!module)
		return vm_no_memory(vm);
	module->name = str_new(&vm->heap, name, strlen(name));
	module->attrs = dict_new(&vm->heap);
	if (!module->name || !module->attrs) {
		object_drop(module);
		return vm_no_memory(vm);
	}
	*ret = module;
	return builtin_set(vm, vm->modules, name, value_object(module));
}

int module_make(struct vm *vm, const char *name, struct module **ret)
{
	const char *dot = strrchr(name, '.');
	struct module *parent = NULL, *made;
	int r = 0;

	made = find(vm, name);
	if (made) {
		*ret = made;
		return 0;
	}
	if (dot) {
		char *above = xstrndup(name, (size_t)(dot - name));

		r = module_make(vm, above, &parent);
		mem_free(above);
	}
	if (r == 0)
		r = make_one(vm, name, &made);
	if (r == 0 && parent)
		r = builtin_set(vm, parent->attrs, dot + 1, value_object(object_ref(made)));
	if (r == 0)
		*ret = made;
	return r;
}

// from package import module
static struct module *find_inside(struct vm *vm, const struct str *name, const struct str *attr)
{
	char *dotted = xasprintf("%s.%s", name->text, attr->text);
	struct module *module = find(vm, own_name(dotted));

	mem_free(dotted);
	return module;
}

static int import_attribute(struct vm *vm, const struct module *module, const struct str *name,
    struct str *attr, struct value *ret)
{
	struct value *found = dict_get_str(module->attrs, attr);
	struct module *inside = found ? NULL : find_inside(vm, name, attr);

	if (found) {
		*ret = value_ref(*found);
	} else if (inside) {
		*ret = value_object(object_ref(inside));
	} else {
		return suggest_for_import(vm, module, attr->text);
	}
	return 0;
}

int module_import(struct vm *vm, struct str *name, struct str *attr, bool whole, struct value *ret)
{
	struct module *module;
	char *first;
	int r = library_load(vm, own_name(name->text));

	if (r < 0)
		return r;
	module = find(vm, own_name(name->text));
	if (!module)
		return suggest_for_module(vm, name->text);
	if (attr)
		return import_attribute(vm, module, name, attr, ret);
	if (!whole) {
		first = xstrndup(name->text, strcspn(name->text, "."));
		module = find(vm, own_name(first));
		mem_free(first);
	}
	if (!module)
		return suggest_for_module(vm, name->text);
	*ret = value_object(object_ref(module));
	return 0;
}
