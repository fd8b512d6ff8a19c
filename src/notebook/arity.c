// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "notebook/arity.h"

#include <string.h>

#include "notebook/builtin.h"
#include "notebook/suggest.h"

static bool is_method(const struct function *function)
{
	const struct funcdef *def = function->def;

	return function->owner && def->positional_count > 0 && strcmp(def->params[0].name->text, "self") == 0;
}

static const char *name_of(const struct function *function)
{
	const char *name = function->def->name->text;

	if (!is_method(function) || strcmp(name, "__init__") != 0)
		return name;
	name = function->owner->name->text;
	return name + (name[0] == '_'); // of a base that several classes share
}

// How it is called, and where it comes from if that can be looked at.
static int usage(struct vm *vm, const struct function *function)
{
	const struct funcdef *def = function->def;
	struct strbuf text = STRBUF_INIT;

	builtin_signature(vm, function, &text);
	if (def->program->hidden)
		vm_hint(vm, "use: %s", text.data);
	else
		vm_hint(vm, "line %d defines %s", def->line, text.data);
	strbuf_release(&text);
	return vm->error.diag.code;
}

int arity_too_many(struct vm *vm, const struct function *function, size_t given)
{
	size_t self = is_method(function), most = function->def->positional_count - self;

	given -= given >= self ? self : 0;
	vm_raise(vm, "TypeError", "%s() takes %zu positional argument%s but %zu %s given", name_of(function), most,
	    most == 1 ? "" : "s", given, given == 1 ? "was" : "were");
	vm->error.blamed_from = function->def->positional_count + 1;
	return usage(vm, function);
}

int arity_no_parameter(struct vm *vm, const struct function *function, const struct str *name)
{
	struct suggestion s = {.name = name->text};

	vm_raise(vm, "TypeError", "%s() has no parameter '%s'", name_of(function), name->text);
	vm->error.blamed_name = name;
	for (size_t i = 0; i < function->def->param_count; i++)
		suggestion_consider(&s, function->def->params[i].name->text);
	return s.best ? suggestion_hint(vm, &s, NULL) : usage(vm, function);
}

int arity_twice(struct vm *vm, const struct function *function, const struct str *name)
{
	vm_raise(vm, "TypeError", "%s() got the argument '%s' twice", name_of(function), name->text);
	vm->error.blamed_name = name;
	return usage(vm, function);
}

int arity_missing(struct vm *vm, const struct function *function, const struct str *name)
{
	vm_raise(vm, "TypeError", "%s() misses the argument '%s'", name_of(function), name->text);
	return usage(vm, function);
}

static int builtin_usage(struct vm *vm, const struct native *native)
{
	return vm_hint(vm, "use: %s(%s)", native->def->name, native->def->signature);
}

int arity_builtin_too_many(struct vm *vm, const struct native *native, size_t given)
{
	vm_raise(vm, "TypeError", "%s() takes %zu positional argument%s but %zu %s given", native->def->name,
	    native->positional_count, native->positional_count == 1 ? "" : "s", given, given == 1 ? "was" : "were");
	vm->error.blamed_from = native->positional_count + 1 + native->is_method;
	return builtin_usage(vm, native);
}

int arity_builtin_no_parameter(struct vm *vm, const struct native *native, const struct str *name)
{
	struct suggestion s = {.name = name->text};

	vm_raise(vm, "TypeError", "%s() has no parameter '%s'", native->def->name, name->text);
	vm->error.blamed_name = name;
	for (size_t i = 0; i < native->param_count; i++)
		suggestion_consider(&s, native->params[i]->text);
	return s.best ? suggestion_hint(vm, &s, NULL) : builtin_usage(vm, native);
}

int arity_builtin_twice(struct vm *vm, const struct native *native, const struct str *name)
{
	vm_raise(vm, "TypeError", "%s() got the argument '%s' twice", native->def->name, name->text);
	vm->error.blamed_name = name;
	return builtin_usage(vm, native);
}

int arity_builtin_missing(struct vm *vm, const struct native *native, const struct str *name)
{
	vm_raise(vm, "TypeError", "%s() misses the argument '%s'", native->def->name, name->text);
	return builtin_usage(vm, native);
}

/* -- whose fault it is ---------------------------------------------------------------------------- */

static bool same(struct value a, struct value b)
{
	if (a.kind != b.kind || a.kind == VALUE_UNSET)
		return false;
	return value_is_object(a) ? a.o == b.o : a.i == b.i;
}

void arity_place(struct vm *vm, const struct node *node, const struct call *call, bool method)
{
	const struct vm_error *error = &vm->error;
	size_t position = method, keyword = 0;

	for (size_t i = 0; i < node->count; i++) {
		const struct node *item = node->items[i];

		if (item->kind == NODE_STAR || (item->kind == NODE_KEYWORD && item->value.kind == VALUE_UNSET))
			return; // what it gives cannot be told apart any more
		if (item->kind == NODE_KEYWORD) {
			if (call->names[keyword] == error->blamed_name)
				vm_place(vm, item);
			else if (same(call->values[keyword], error->blamed))
				vm_place(vm, item->a);
			keyword++;
		} else {
			if (same(call->args[position], error->blamed) ||
			    (error->blamed_from > 0 && position + 1 >= error->blamed_from))
				vm_place(vm, item);
			position++;
		}
	}
}

void arity_forget_blame(struct vm *vm)
{
	value_set(&vm->error.blamed, value_unset());
	vm->error.blamed_name = NULL;
	vm->error.blamed_from = 0;
}
