// SPDX-License-Identifier: GPL-3.0-or-later
/* Attributes: of instances and their classes, of modules, and the methods of built-in types. */
#include "config.h"

#include <string.h>

#include "notebook/array.h"
#include "notebook/builtin.h"
#include "notebook/suggest.h"
#include "notebook/descriptor.h"
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

struct class *class_of(struct value v)
{
	return v.kind == VALUE_INSTANCE ? AS_INSTANCE(v)->class : v.kind == VALUE_DICT ? AS_DICT(v)->class : NULL;
}

// The class of a value that is not an instance, by its name among the built-ins; None if it has none.
int type_of(struct vm *vm, struct value v, struct value *ret)
{
	const char *name = value_type_name(v);
	struct str *str;

	if (class_of(v)) {
		*ret = value_object(object_ref(class_of(v)));
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

struct dict *methods_of(const struct vm *vm, struct value v)
{
	if (v.kind == VALUE_TENSOR && AS_ARRAY(v)->var && AS_ARRAY(v)->var->world == WORLD_NUMPY)
		return vm->array_methods;
	if (v.numpy && value_is_number(v))
		return vm->array_methods;
	if (v.kind == VALUE_DICT && AS_DICT(v)->is_set)
		return AS_DICT(v)->is_frozen ? vm->frozenset_methods : vm->set_methods;
	if (v.kind == VALUE_BOUND && AS_BOUND(v)->is_super)
		return methods_of(vm, AS_BOUND(v)->callee);
	if (v.kind != VALUE_CLASS)
		return vm->methods[v.kind];
	for (const struct class *class = AS_CLASS(v); class; class = class->parent)
		if (class->instances)
			return vm->methods[class->instances];
	return NULL;
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
	bool super = object.kind == VALUE_BOUND && AS_BOUND(object)->is_super;
	const struct class *class = super ? AS_CLASS(AS_BOUND(object)->callee) : class_of(object);
	struct value *found = class ? class_find(class, name) : NULL;

	return !found && methods_of(vm, object) ? dict_get_str(methods_of(vm, object), name) : found;
}

static bool is_method(struct value v)
{
	return v.kind == VALUE_FUNCTION || v.kind == VALUE_BUILTIN;
}

static bool is_property(struct value v)
{
	return v.kind == VALUE_BUILTIN && !AS_NATIVE(v)->def->signature;
}

// The class and those above it, or only its parent.
static int add_parents(struct vm *vm, const struct class *class, bool all, struct value *ret)
{
	struct value object = vm->builtins[vm_intern(vm, "object", 6)->symbol];
	const struct class *from = all ? class : class->parent;
	struct tuple *tuple;
	size_t count = 1, i = 0;

	for (const struct class *at = from; at && all; at = at->parent)
		count++;
	tuple = tuple_new(&vm->heap, count);
	if (!tuple)
		return vm_no_memory(vm);
	for (const struct class *at = from; at && i + all < count; at = at->parent)
		tuple->items[i++] = value_object(object_ref((void *)&at->base));
	if (i < count)
		tuple->items[i] = value_ref(object);
	*ret = value_object(tuple);
	return 1;
}

static int special_of_class(struct vm *vm, const struct class *class, const struct str *name,
    struct value *ret)
{
	if (strcmp(name->text, "__name__") == 0 || strcmp(name->text, "__qualname__") == 0)
		return *ret = value_object(object_ref(class->name)), 1;
	if (strcmp(name->text, "__dict__") == 0)
		return *ret = value_object(object_ref(class->attrs)), 1;
	if (strcmp(name->text, "__module__") == 0 && class->module)
		return *ret = value_object(object_ref(class->module)), 1;
	if (strcmp(name->text, "__bases__") == 0)
		return add_parents(vm, class, false, ret);
	if (strcmp(name->text, "__mro__") == 0)
		return add_parents(vm, class, true, ret);
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
	if (object.kind == VALUE_DICT && AS_DICT(object)->class && strcmp(name->text, "__dict__") == 0) {
		if (!AS_DICT(object)->attrs)
			AS_DICT(object)->attrs = dict_new(&vm->heap);
		if (!AS_DICT(object)->attrs)
			return vm_no_memory(vm);
		*ret = value_object(object_ref(AS_DICT(object)->attrs));
		return 1;
	}
	if (object.kind == VALUE_INSTANCE && strcmp(name->text, "__dict__") == 0)
		return *ret = value_object(object_ref(AS_INSTANCE(object)->attrs)), 1;
	return special_of_function(vm, object, name, ret);
}

static struct value *named_item(struct tuple *tuple, const struct str *name)
{
	for (size_t i = 0; tuple->fields && i < tuple->count; i++)
		if (strcmp(tuple->fields->names[i], name->text) == 0)
			return &tuple->items[i];
	return NULL;
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
	case VALUE_DICT:
		return AS_DICT(object)->attrs ? dict_get_str(AS_DICT(object)->attrs, name) : NULL;
	case VALUE_FUNCTION:
		return AS_FUNCTION(object)->attrs ? dict_get_str(AS_FUNCTION(object)->attrs, name) : NULL;
	case VALUE_TUPLE:
		return named_item(AS_TUPLE(object), name);
	default:
		return NULL;
	}
}

// What an attribute found in a class means for `object`.
static int resolve(struct vm *vm, struct value found, struct value object, struct value *ret_callee,
    struct value *ret_self)
{
	struct value self = object.kind == VALUE_BOUND ? AS_BOUND(object)->self : object;
	struct args args = {.self = object};

	if (found.kind == VALUE_DESCRIPTOR)
		return descriptor_get(vm, AS_DESCRIPTOR(found), self, ret_callee, ret_self);
	if (is_property(found) && object.kind != VALUE_CLASS) {
		args.def = AS_NATIVE(found)->def;
		return args.def->call(vm, &args, ret_callee);
	}
	*ret_callee = value_ref(found);
	if (is_method(found) && object.kind != VALUE_CLASS)
		*ret_self = value_ref(self);
	return 0;
}

int attribute_method(struct vm *vm, struct value object, struct str *name, struct value *ret_callee,
    struct value *ret_self)
{
	struct value *found = own_attribute(object, name), asked = {.kind = VALUE_STR, .o = &name->base};
	int r;

	*ret_self = value_unset();
	if (found && object.kind == VALUE_CLASS && found->kind == VALUE_DESCRIPTOR &&
	    AS_DESCRIPTOR(*found)->kind != DESCRIPTOR_PROPERTY)
		return descriptor_get(vm, AS_DESCRIPTOR(*found), object, ret_callee, ret_self);
	if (found) {
		*ret_callee = value_ref(*found);
		return 0;
	}
	found = find_in_type(vm, object, name);
	if (found)
		return resolve(vm, *found, object, ret_callee, ret_self);
	r = special(vm, object, name, ret_callee);
	if (r == 0 && object.kind == VALUE_INSTANCE)
		r = instance_call(vm, object, "__getattr__", &asked, 1, ret_callee);
	if (r != 0)
		return r < 0 ? r : 0;
	return suggest_for_attribute(vm, object, name->text);
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

int instance_call(struct vm *vm, struct value v, const char *name, const struct value *args, size_t count,
    struct value *ret)
{
	struct value *found = NULL, all[4] = {v}, callee;
	struct call call = {.args = all, .count = count + 1};
	int r;

	if (class_of(v))
		found = class_find_text(vm, class_of(v), name);
	if (!found)
		return 0;
	if (count)
		memcpy(all + 1, args, count * sizeof(*args));
	callee = value_ref(*found);
	r = vm_check_stack(vm);
	if (r == 0)
		r = vm_call(vm, callee, &call, ret);
	value_drop(callee);
	if (r == 0 && ret->kind == VALUE_INSTANCE && ret->o == vm->not_implemented.o) {
		value_drop(*ret);
		return 0;
	}
	return r < 0 ? r : 1;
}

int attribute_set_plain(struct vm *vm, struct value object, struct str *name, struct value v)
{
	struct value key = {.kind = VALUE_STR, .o = &name->base};
	struct dict **attrs = object.kind == VALUE_INSTANCE ? &AS_INSTANCE(object)->attrs
	    : object.kind == VALUE_CLASS			  ? &AS_CLASS(object)->attrs
	    : object.kind == VALUE_FUNCTION			  ? &AS_FUNCTION(object)->attrs
	    : object.kind == VALUE_DICT && AS_DICT(object)->class ? &AS_DICT(object)->attrs
								  : NULL;

	if (!attrs) {
		vm_raise(vm, "AttributeError", "the attributes of %s cannot be set", value_a_type(object));
		return vm_hint(vm, "only objects of classes have attributes of their own");
	}
	if (!*attrs)
		*attrs = dict_new(&vm->heap);
	return !*attrs || dict_set(*attrs, key, v) < 0 ? vm_no_memory(vm) : 0;
}

int attribute_set(struct vm *vm, struct value object, struct str *name, struct value v)
{
	struct value args[2] = {{.kind = VALUE_STR, .o = &name->base}, v}, *found, result;
	int r;

	if (object.kind == VALUE_TENSOR)
		return array_set_attribute(vm, object, name, v);
	if (object.kind != VALUE_INSTANCE)
		return attribute_set_plain(vm, object, name, v);
	found = class_find(AS_INSTANCE(object)->class, name);
	if (found && found->kind == VALUE_DESCRIPTOR)
		return descriptor_set(vm, AS_DESCRIPTOR(*found), object, name, v);
	r = instance_call(vm, object, "__setattr__", args, 2, &result);
	if (r > 0)
		value_drop(result);
	return r == 0 ? attribute_set_plain(vm, object, name, v) : r < 0 ? r : 0;
}

int attribute_delete(struct vm *vm, struct value object, struct str *name)
{
	struct value key = {.kind = VALUE_STR, .o = &name->base};

	if (object.kind == VALUE_INSTANCE && dict_delete(AS_INSTANCE(object)->attrs, key))
		return 0;
	if (object.kind == VALUE_CLASS && dict_delete(AS_CLASS(object)->attrs, key))
		return 0;
	return suggest_for_attribute(vm, object, name->text);
}
