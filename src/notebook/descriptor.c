// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What stands in a class for something else: static and class methods, properties. And the methods
 * that every object has, for object.__setattr__(self, name, value) and super().__init__().
 */
#include "config.h"

#include <string.h>

#include "notebook/builtin.h"
#include "notebook/descriptor.h"

int descriptor_get(struct vm *vm, const struct descriptor *descriptor, struct value self, struct value *ret_callee,
    struct value *ret_self)
{
	*ret_self = value_unset();
	if (descriptor->kind == DESCRIPTOR_PROPERTY)
		return vm_call1(vm, descriptor->get, self, ret_callee);
	*ret_callee = value_ref(descriptor->get);
	if (descriptor->kind == DESCRIPTOR_STATIC)
		return 0;
	if (self.kind == VALUE_CLASS)
		*ret_self = value_ref(self);
	else
		return type_of(vm, self, ret_self);
	return 0;
}

int descriptor_set(struct vm *vm, const struct descriptor *descriptor, struct value self, const struct str *name,
    struct value v)
{
	struct value args[2] = {self, v}, result;
	struct call call = {.args = args, .count = 2};
	int r;

	if (descriptor->set.kind == VALUE_UNSET) {
		vm_raise(vm, "AttributeError", "the property '%s' cannot be set", name->text);
		return vm_hint(vm, "a second function with @%s.setter above it sets it", name->text);
	}
	r = vm_call(vm, descriptor->set, &call, &result);
	if (r == 0)
		value_drop(result);
	return r;
}

static int make(struct vm *vm, enum descriptor_kind kind, struct value get, struct value set, struct value *ret)
{
	struct descriptor *descriptor = object_new(&vm->heap, VALUE_DESCRIPTOR, sizeof(*descriptor));

	if (!descriptor)
		return vm_no_memory(vm);
	descriptor->kind = kind;
	descriptor->get = value_ref(get);
	descriptor->set = value_ref(set);
	*ret = value_object(descriptor);
	return 0;
}

static int make_descriptor(struct vm *vm, const struct args *args, struct value *ret)
{
	return make(vm, (enum descriptor_kind)args->def->which, args->v[0], args->v[1], ret);
}

// which: 0 the getter, 1 the setter of a property is replaced
static int property_with(struct vm *vm, const struct args *args, struct value *ret)
{
	const struct descriptor *old = AS_DESCRIPTOR(args->self);

	if (args->def->which)
		return make(vm, old->kind, old->get, args->v[0], ret);
	return make(vm, old->kind, args->v[0], old->set, ret);
}

static int object_init(struct vm *vm, const struct args *args, struct value *ret)
{
	(void)vm;
	(void)args;
	*ret = value_none();
	return 0;
}

static int object_set(struct vm *vm, const struct args *args, struct value *ret)
{
	struct str *name;

	if (args->v[0].kind != VALUE_INSTANCE || args->v[1].kind != VALUE_STR)
		return vm_raise(vm, "TypeError", "__setattr__() needs an object, a name and a value");
	name = vm_intern(vm, AS_STR(args->v[1])->text, AS_STR(args->v[1])->len);
	*ret = value_none();
	return name ? attribute_set_plain(vm, args->v[0], name, args->v[2]) : vm_no_memory(vm);
}

const struct builtin descriptor_methods[] = {
	{"getter", "function", "the property with another function that gives its value", property_with, 0},
	{"setter", "function", "the property with a function that sets its value", property_with, 1},
	{NULL, NULL, NULL, NULL, 0},
};

static const struct builtin object_methods[] = {
	{"__init__", "self, *rest, **more", "nothing to be done", object_init, 0},
	{"__setattr__", "self, name, value", "sets an attribute, whatever the class says", object_set, 0},
	{NULL, NULL, NULL, NULL, 0},
};

static const struct builtin makers[] = {
	{"staticmethod", "function", "a function of a class that gets no self", make_descriptor, DESCRIPTOR_STATIC},
	{"classmethod", "function", "a function of a class that gets the class instead of self", make_descriptor, DESCRIPTOR_CLASS},
	{"property", "function, fset=...", "a function of a class that is read like an attribute", make_descriptor, DESCRIPTOR_PROPERTY},
	{NULL, NULL, NULL, NULL, 0},
};

int descriptors_install(struct vm *vm)
{
	struct value object = vm->builtins[vm_intern(vm, "object", 6)->symbol];
	struct value singleton;
	struct class *class;
	int r = builtin_add_globals(vm, makers);

	if (r == 0)
		r = builtin_add_table(vm, AS_CLASS(object)->attrs, object_methods, false);
	if (r == 0)
		r = class_new(vm, "NotImplementedType", NULL, NULL, &class);
	if (r < 0)
		return r;
	singleton = value_object(class);
	r = vm_call(vm, singleton, &(struct call){.count = 0}, &vm->not_implemented);
	value_drop(singleton);
	return r < 0 ? r : builtin_set_global(vm, "NotImplemented", value_ref(vm->not_implemented));
}
