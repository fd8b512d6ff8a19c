// SPDX-License-Identifier: GPL-3.0-or-later
/* Signatures: taking them apart once, and binding the arguments of a call to them. */
#include "config.h"

#include "notebook/array_later.h"
#include "notebook/builtin.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "notebook/arity.h"

const char *value_builtin_name(struct value v)
{
	return AS_NATIVE(v)->def->name;
}

// The default after '=': None, True, False, a number, 'text'; anything else is left to the function.
static struct value parse_default(struct vm *vm, const char *text, size_t len)
{
	char number[40];
	char *end;
	struct str *str;

	if (len == 4 && memcmp(text, "None", 4) == 0)
		return value_none();
	if (len == 4 && memcmp(text, "True", 4) == 0)
		return value_bool(true);
	if (len == 5 && memcmp(text, "False", 5) == 0)
		return value_bool(false);
	if (len >= 2 && text[0] == '\'') {
		if (len == 4 && memcmp(text, "'\\n'", 4) == 0)
			str = vm_intern(vm, "\n", 1);
		else
			str = vm_intern(vm, text + 1, len - 2);
		return str ? value_object(object_ref(str)) : value_unset();
	}
	if (len >= sizeof(number) || len == 0)
		return value_unset();
	memcpy(number, text, len);
	number[len] = '\0';
	if (strspn(number, "-0123456789") == len)
		return value_int(strtoll(number, NULL, 10));
	double f = strtod(number, &end);

	return end == number + len ? value_float(f) : value_unset();
}

static int add_param(struct vm *vm, struct native *native, const char *text, size_t len, bool *keyword_only)
{
	const char *equals = memchr(text, '=', len);
	size_t name_len = equals ? (size_t)(equals - text) : len;

	if (len == 1 && *text == '*') {
		*keyword_only = true;
		return 0;
	}
	if (len > 1 && text[0] == '*') {
		native->has_kwargs = native->has_kwargs || text[1] == '*';
		native->has_star = native->has_star || text[1] != '*';
		*keyword_only = true;
		return 0;
	}
	if (native->param_count == ARGS_MAX)
		BUG("too many parameters: %s", native->def->signature);
	native->params[native->param_count] = vm_intern(vm, text, name_len);
	if (!native->params[native->param_count])
		return ERR_NOMEM;
	if (equals)
		native->fallbacks[native->param_count] = parse_default(vm, equals + 1, len - name_len - 1);
	else if (!*keyword_only)
		native->required_count = native->param_count + 1;
	native->param_count++;
	if (!*keyword_only)
		native->positional_count = native->param_count;
	return 0;
}

static int parse_signature(struct vm *vm, struct native *native)
{
	const char *at = native->def->signature;
	bool keyword_only = false;

	while (at && *at) {
		size_t len = strcspn(at, ",");
		int r = add_param(vm, native, at, len, &keyword_only);

		if (r < 0)
			return r;
		at += len;
		at += strspn(at, ", ");
	}
	return 0;
}

int builtin_new(struct vm *vm, const struct builtin *def, bool is_method, struct value *ret)
{
	struct native *native = object_new(&vm->heap, VALUE_BUILTIN, sizeof(*native));

	if (!native)
		return vm_no_memory(vm);
	native->def = def;
	native->is_method = is_method;
	native->params = xzalloc(ARGS_MAX, sizeof(native->params[0]));
	native->fallbacks = xzalloc(ARGS_MAX, sizeof(native->fallbacks[0]));
	if (parse_signature(vm, native) < 0) {
		object_drop(native);
		return vm_no_memory(vm);
	}
	*ret = value_object(native);
	return 0;
}

static size_t find_param(const struct native *native, const struct str *name)
{
	static const char *const also[][2] = {{"axis", "dim"}, {"keepdims", "keepdim"}, {"axis", "dims"}, {"input", "x"}};

	for (size_t i = 0; i < native->param_count; i++)
		if (native->params[i] == name)
			return i;
	for (size_t k = 0; k < ARRAY_LEN(also); k++)
		if (strcmp(name->text, also[k][0]) == 0)
			for (size_t i = 0; i < native->param_count; i++)
				if (strcmp(native->params[i]->text, also[k][1]) == 0)
					return i;
	return native->param_count;
}

static int bind_keywords(struct vm *vm, const struct native *native, const struct call *call, struct args *args)
{
	for (size_t i = 0; i < call->keywords; i++) {
		size_t at = find_param(native, call->names[i]);

		if (at == native->param_count) {
			if (native->has_kwargs)
				continue;
			return arity_builtin_no_parameter(vm, native, call->names[i]);
		}
		if (args->v[at].kind != VALUE_UNSET)
			return arity_builtin_twice(vm, native, call->names[i]);
		args->v[at] = call->values[i];
	}
	return 0;
}

// list.append(5, 1): a method that is asked for by its class gets anything as its object.
static bool applies_to(const struct native *native, struct value self)
{
	if (native->self_kind == VALUE_INT || native->self_kind == VALUE_FLOAT || native->self_kind == VALUE_BOOL)
		return value_is_number(self);
	return native->self_kind == VALUE_UNSET || native->self_kind == self.kind;
}

void builtin_bind(struct dict *methods, enum value_kind kind)
{
	struct dict_entry *entry;
	size_t at = 0;

	while ((entry = dict_next(methods, &at)))
		if (entry->value.kind == VALUE_BUILTIN && AS_NATIVE(entry->value)->is_method)
			AS_NATIVE(entry->value)->self_kind = kind;
}

int builtin_call(struct vm *vm, struct native *native, const struct call *call, struct value *ret)
{
	struct args args = {.def = native->def, .call = call};
	const struct value *given = call->args;
	size_t count = call->count;
	int r;

	if (native->is_method) {
		if (count == 0)
			return vm_raise(vm, "TypeError", "%s() needs the object that it works on", native->def->name);
		args.self = *given++;
		count--;
		if (!applies_to(native, args.self))
			return vm_raise(vm, "TypeError", "%s() does not apply to %s", native->def->name, value_a_type(args.self));
	}
	for (size_t i = 0; i < count && i < native->positional_count; i++)
		args.v[i] = given[i];
	if (count > native->positional_count) {
		args.rest = given + native->positional_count;
		args.rest_count = count - native->positional_count;
		if (!native->has_star)
			return arity_builtin_too_many(vm, native, count);
	}
	r = bind_keywords(vm, native, call, &args);
	if (r < 0)
		return r;
	for (size_t i = 0; i < native->param_count; i++) {
		if (args.v[i].kind != VALUE_UNSET)
			continue;
		if (i < native->required_count)
			return arity_builtin_missing(vm, native, native->params[i]);
		args.v[i] = native->fallbacks[i];
	}
	r = native->def->call(vm, &args, ret);
	if (r == 0 && (r = vm_stopped(vm) ? vm_tick_slow(vm) : later_check(vm)) < 0)
		value_drop(*ret);
	return r;
}

int builtin_set(struct vm *vm, struct dict *dict, const char *name, struct value v)
{
	struct str *key = vm_intern(vm, name, strlen(name));
	int r = key ? dict_set(dict, (struct value){.kind = VALUE_STR, .o = &key->base}, v) : ERR_NOMEM;

	value_drop(v);
	return r < 0 ? vm_no_memory(vm) : 0;
}

int builtin_set_global(struct vm *vm, const char *name, struct value v)
{
	struct str *key = vm_intern(vm, name, strlen(name));

	if (!key) {
		value_drop(v);
		return vm_no_memory(vm);
	}
	value_set(&vm->builtins[key->symbol], v);
	return 0;
}

int builtin_add_table(struct vm *vm, struct dict *into, const struct builtin *table, bool methods)
{
	int r = 0;

	for (; r == 0 && table->name; table++) {
		struct value v;

		r = builtin_new(vm, table, methods, &v);
		if (r == 0)
			r = builtin_set(vm, into, table->name, v);
	}
	return r;
}

int builtin_add_globals(struct vm *vm, const struct builtin *table)
{
	int r = 0;

	for (; r == 0 && table->name; table++) {
		struct value v;

		r = builtin_new(vm, table, false, &v);
		if (r == 0)
			r = builtin_set_global(vm, table->name, v);
	}
	return r;
}
