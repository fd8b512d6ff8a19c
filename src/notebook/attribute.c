// SPDX-License-Identifier: GPL-3.0-or-later
/* Attributes: of instances and their classes, of modules, and the methods of built-in types. */
#include "config.h"

#include <string.h>

#include "notebook/array.h"
#include "notebook/builtin.h"
#include "notebook/vm.h"

struct value *class_find(const struct class *class, const struct str *name)
{
	for (; class; class = class->parent) {
		struct value *found = dict_get_str(class->attrs, name);

		if (found)
			return found;
	}
	return NULL;
}

struct value *class_find_text(struct vm *vm, const struct class *class, const char *name)
{
	struct str *str = vm_intern(vm, name, strlen(name));

	return str ? class_find(class, str) : NULL;
}

bool class_is(const struct class *class, const struct class *ancestor)
{
	for (; class; class = class->parent)
		if (class == ancestor)
			return true;
	return false;
}

int class_new(struct vm *vm, const char *name, const char *module, struct class *parent,
    struct class **ret)
{
	struct class *class = object_new(&vm->heap, VALUE_CLASS, sizeof(*class));

	if (!class)
		return vm_no_memory(vm);
	class->name = str_new(&vm->heap, name, strlen(name));
	class->attrs = dict_new(&vm->heap);
	if (module)
		class->module = str_new(&vm->heap, module, strlen(module));
	if (parent)
		class->parent = object_ref(parent);
	if (!class->name || !class->attrs || (module && !class->module)) {
		object_drop(class);
		return vm_no_memory(vm);
	}
	*ret = class;
	return 0;
}

// The class of a value that is not an instance, by its name among the built-ins; None if it has none.
int type_of(struct vm *vm, struct value v, struct value *ret)
{
	const char *name = value_type_name(v);
	struct str *str;

	if (v.kind == VALUE_INSTANCE) {
		*ret = value_object(object_ref(AS_INSTANCE(v)->class));
		return 0;
	}
	str = vm_intern(vm, name, strlen(name));
	if (!str)
		return vm_no_memory(vm);
	if (vm->builtins[str->symbol].kind == VALUE_CLASS) {
		*ret = value_ref(vm->builtins[str->symbol]);
		return 0;
	}
	struct value *hidden = dict_get_str(vm->types, str);
	struct class *class;
	int r;

	if (hidden) {
		*ret = value_ref(*hidden);
		return 0;
	}
	r = class_new(vm, name, NULL, NULL, &class);
	if (r < 0)
		return r;
	*ret = value_object(class);
	return builtin_set(vm, vm->types, name, value_ref(*ret));
}

static int missing(struct vm *vm, struct value object, const struct str *name)
{
	if (object.kind == VALUE_MODULE) {
		vm_raise(vm, "AttributeError", "the module %s has no '%s'", AS_MODULE(object)->name->text, name->text);
		builtin_suggest(vm, AS_MODULE(object)->attrs, name->text);
	} else if (object.kind == VALUE_CLASS) {
		vm_raise(vm, "AttributeError", "the class %s has no attribute '%s'", AS_CLASS(object)->name->text,
		    name->text);
	} else if (object.kind == VALUE_NONE) {
		vm_raise(vm, "AttributeError", "None has no attribute '%s'", name->text);
		vm_hint(vm, "does the function that should give a value lack its return?");
	} else {
		vm_raise(vm, "AttributeError", "%s has no attribute '%s'", value_a_type(object), name->text);
		if (object.kind == VALUE_INSTANCE)
			builtin_suggest(vm, AS_INSTANCE(object)->attrs, name->text);
		else if (vm->methods[object.kind])
			builtin_suggest(vm, vm->methods[object.kind], name->text);
	}
	return vm->error.diag.code;
}

static int bind(struct vm *vm, struct value callee, struct value self, struct value *ret)
{
	struct bound *bound = object_new(&vm->heap, VALUE_BOUND, sizeof(*bound));

	if (!bound)
		return vm_no_memory(vm);
	bound->self = value_ref(self);
	bound->callee = value_ref(callee);
	*ret = value_object(bound);
	return 0;
}

// Looked up in classes and method tables: found borrowed, or NULL.
static struct value *find_in_type(struct vm *vm, struct value object, const struct str *name)
{
	if (object.kind == VALUE_INSTANCE)
		return class_find(AS_INSTANCE(object)->class, name);
	if (object.kind == VALUE_BOUND && AS_BOUND(object)->is_super && AS_BOUND(object)->callee.kind == VALUE_CLASS)
		return class_find(AS_CLASS(AS_BOUND(object)->callee), name);
	if (vm->methods[object.kind])
		return dict_get_str(vm->methods[object.kind], name);
	return NULL;
}

static bool is_method(struct value v)
{
	return v.kind == VALUE_FUNCTION || v.kind == VALUE_BUILTIN;
}

static bool is_property(struct value v)
{
	return v.kind == VALUE_BUILTIN && !AS_NATIVE(v)->def->signature;
}

static int special_of_class(struct vm *vm, const struct class *class, const struct str *name,
    struct value *ret)
{
	if (strcmp(name->text, "__name__") == 0 || strcmp(name->text, "__qualname__") == 0)
		return *ret = value_object(object_ref(class->name)), 1;
	if (strcmp(name->text, "__dict__") == 0)
		return *ret = value_object(object_ref(class->attrs)), 1;
	(void)vm;
	return 0;
}

static int special_of_function(struct vm *vm, struct value object, const struct str *name, struct value *ret)
{
	const char *text = object.kind == VALUE_FUNCTION ? AS_FUNCTION(object)->def->name->text
	    : object.kind == VALUE_BUILTIN		  ? AS_NATIVE(object)->def->name
							  : "";
	const struct value *doc = object.kind == VALUE_FUNCTION ? &AS_FUNCTION(object)->def->doc : NULL;

	if (object.kind == VALUE_MODULE && strcmp(name->text, "__name__") == 0)
		return *ret = value_object(object_ref(AS_MODULE(object)->name)), 1;
	if (object.kind != VALUE_FUNCTION && object.kind != VALUE_BUILTIN)
		return 0;
	if (strcmp(name->text, "__name__") == 0 || strcmp(name->text, "__qualname__") == 0) {
		int r = vm_str(vm, text, strlen(text), ret);

		return r < 0 ? r : 1;
	}
	if (strcmp(name->text, "__doc__") == 0) {
		*ret = doc && doc->kind == VALUE_STR ? value_ref(*doc) : value_none();
		return 1;
	}
	return 0;
}

// Names with underscores that every value or some kinds have: 1 when found.
static int special(struct vm *vm, struct value object, const struct str *name, struct value *ret)
{
	int r;

	if (name->text[0] != '_' || name->text[1] != '_')
		return 0;
	if (strcmp(name->text, "__class__") == 0) {
		r = type_of(vm, object, ret);
		return r < 0 ? r : 1;
	}
	if (object.kind == VALUE_CLASS)
		return special_of_class(vm, AS_CLASS(object), name, ret);
	if (object.kind == VALUE_INSTANCE && strcmp(name->text, "__dict__") == 0)
		return *ret = value_object(object_ref(AS_INSTANCE(object)->attrs)), 1;
	return special_of_function(vm, object, name, ret);
}

static struct value *own_attribute(struct value object, const struct str *name)
{
	switch (object.kind) {
	case VALUE_INSTANCE:
		return dict_get_str(AS_INSTANCE(object)->attrs, name);
	case VALUE_MODULE:
		return dict_get_str(AS_MODULE(object)->attrs, name);
	case VALUE_CLASS:
		return class_find(AS_CLASS(object), name);
	default:
		return NULL;
	}
}

int attribute_method(struct vm *vm, struct value object, struct str *name, struct value *ret_callee,
    struct value *ret_self)
{
	struct value *found = own_attribute(object, name);
	struct args args = {.self = object};
	int r;

	*ret_self = value_unset();
	if (found) {
		*ret_callee = value_ref(*found);
		return 0;
	}
	found = find_in_type(vm, object, name);
	if (found && is_property(*found)) {
		args.def = AS_NATIVE(*found)->def;
		return args.def->call(vm, &args, ret_callee);
	}
	if (found) {
		*ret_callee = value_ref(*found);
		if (is_method(*found))
			*ret_self = value_ref(object.kind == VALUE_BOUND ? AS_BOUND(object)->self : object);
		return 0;
	}
	r = special(vm, object, name, ret_callee);
	if (r != 0)
		return r < 0 ? r : 0;
	return missing(vm, object, name);
}

int attribute_get(struct vm *vm, struct value object, struct str *name, struct value *ret)
{
	struct value callee, self;
	int r = attribute_method(vm, object, name, &callee, &self);

	if (r < 0)
		return r;
	if (self.kind == VALUE_UNSET) {
		*ret = callee;
		return 0;
	}
	r = bind(vm, callee, self, ret);
	value_drop(callee);
	value_drop(self);
	return r;
}

static int set_by_method(struct vm *vm, struct value method, struct value object, struct str *name,
    struct value v)
{
	struct value args[3] = {object, {.kind = VALUE_STR, .o = &name->base}, v}, result;
	struct call call = {.args = args, .count = 3};
	int r;

	value_ref(method);
	r = vm_call(vm, method, &call, &result);
	value_drop(method);
	if (r == 0)
		value_drop(result);
	return r;
}

int attribute_set(struct vm *vm, struct value object, struct str *name, struct value v)
{
	struct value key = {.kind = VALUE_STR, .o = &name->base}, *method;
	struct dict *attrs;

	switch (object.kind) {
	case VALUE_INSTANCE:
		method = class_find_text(vm, AS_INSTANCE(object)->class, "__setattr__");
		if (method)
			return set_by_method(vm, *method, object, name, v);
		attrs = AS_INSTANCE(object)->attrs;
		break;
	case VALUE_CLASS:
		attrs = AS_CLASS(object)->attrs;
		break;
	case VALUE_TENSOR:
		return array_set_attribute(vm, object, name, v);
	default:
		vm_raise(vm, "AttributeError", "the attributes of %s cannot be set", value_a_type(object));
		return vm_hint(vm, "only objects of classes have attributes of their own");
	}
	return dict_set(attrs, key, v) < 0 ? vm_no_memory(vm) : 0;
}

int attribute_delete(struct vm *vm, struct value object, struct str *name)
{
	struct value key = {.kind = VALUE_STR, .o = &name->base};

	if (object.kind == VALUE_INSTANCE && dict_delete(AS_INSTANCE(object)->attrs, key))
		return 0;
	if (object.kind == VALUE_CLASS && dict_delete(AS_CLASS(object)->attrs, key))
		return 0;
	return missing(vm, object, name);
}
