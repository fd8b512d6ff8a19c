// SPDX-License-Identifier: GPL-3.0-or-later
/* The module torch: its functions, dtypes and constants; time and math. */
#include "config.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "notebook/array_numpy.h"
#include "notebook/module.h"
#include "notebook/scalar.h"

static int grad_mode(struct vm *vm, const struct args *args, struct value *ret)
{
	bool on;
	int r;

	if (args->v[0].kind == VALUE_UNSET) {
		*ret = value_bool(autograd_enabled());
		return 0;
	}
	r = truth(vm, args->v[0], &on);
	if (r == 0)
		*ret = value_bool(autograd_set_enabled(on));
	return r;
}

static int is_tensor(struct vm *vm, const struct args *args, struct value *ret)
{
	(void)vm;
	*ret =
	    value_bool(args->v[0].kind == VALUE_TENSOR && AS_VAR(args->v[0])->world == WORLD_TORCH);
	return 0;
}

// Make a tensor a parameter: nn.Parameter.
static int make_parameter(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *made;
	struct diag diag;
	bool on;
	int r = truth(vm, args->v[1], &on);

	if (r == 0 && args->v[0].kind != VALUE_TENSOR)
		r = vm_raise(vm, "TypeError", "a parameter needs a tensor, not %s",
		    value_a_type(args->v[0]));
	if (r < 0)
		return r;
	made = var_new_take(WORLD_TORCH, tensor_share(AS_VAR(args->v[0])->value));
	made->parameter = true;
	if (on && var_set_requires_grad(made, true, &diag) < 0) {
		var_unref(made);
		return vm_engine_error(vm, &diag, false);
	}
	return array_take(vm, made, ret);
}

// A named tuple of torch.return_types.
static int make_named(struct vm *vm, const struct args *args, struct value *ret)
{
	struct tuple *tuple = tuple_new(&vm->heap, args->rest_count);

	if (!tuple)
		return vm_no_memory(vm);
	tuple->fields = array_fields(AS_STR(args->v[0])->text);
	for (size_t i = 0; i < args->rest_count; i++)
		tuple->items[i] = value_ref(args->rest[i]);
	*ret = value_object(tuple);
	return 0;
}

#define INPUTS_MAX 64

// output, inputs, gradient, retain_graph -> list of gradients, None where there is none
static int gradients_of(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *inputs[INPUTS_MAX], *grads[INPUTS_MAX] = {NULL}, *weight = NULL;
	struct value *items;
	struct diag diag;
	struct list *list;
	size_t count;
	bool retain;
	int r = truth(vm, args->v[3], &retain);

	if (r < 0)
		return r;
	if (!value_items(args->v[1], &items, &count) || count > INPUTS_MAX ||
	    args->v[0].kind != VALUE_TENSOR)
		return vm_raise(vm, "TypeError", "grad() needs tensors, at most %d", INPUTS_MAX);
	for (size_t i = 0; i < count; i++) {
		if (items[i].kind != VALUE_TENSOR)
			return vm_raise(vm, "TypeError", "grad() needs tensors, not a %s",
			    value_type_name(items[i]));
		inputs[i] = AS_VAR(items[i]);
	}
	if (args->v[2].kind != VALUE_NONE && (r = array_operand(vm, args->v[2], &weight)) < 0)
		return r;
	r = var_gradients(AS_VAR(args->v[0]), weight, inputs, count, retain, grads, &diag);
	var_unref(weight);
	if (r < 0)
		return vm_engine_error(vm, &diag, false);
	list = list_new(&vm->heap, count);
	if (!list)
		r = vm_no_memory(vm);
	for (size_t i = 0; i < count; i++) {
		if (r == 0 && grads[i])
			r = array_take(vm, var_ref(grads[i]), &list->items[i]);
		else if (r == 0)
			list->items[i] = value_none();
		var_unref(grads[i]);
	}
	if (r < 0) {
		object_drop(list);
		return r;
	}
	*ret = value_object(list);
	return 0;
}

static int nothing(struct vm *vm, const struct args *args, struct value *ret)
{
	(void)vm;
	(void)args;
	*ret = value_none();
	return 0;
}

// v: precision, threshold, edgeitems, linewidth, notation; None keeps. What they were, as a tuple.
int array_print_settings(struct vm *vm, const struct args *args, struct value *ret)
{
	struct print_options *options = &vm->print[args->def->which];
	int64_t set[] = {options->precision, options->threshold, options->edge, options->width, options->notation};
	struct tuple *before = tuple_new(&vm->heap, ARRAY_LEN(set));

	if (!before)
		return vm_no_memory(vm);
	*ret = value_object(before);
	for (size_t i = 0; i < ARRAY_LEN(set); i++) {
		int r = 0;

		before->items[i] = value_int(set[i]);
		if (args->v[i].kind == VALUE_FLOAT && value_number(args->v[i]) > 1e9)
			set[i] = 1000000000; // inf, sys.maxsize
		else if (args->v[i].kind != VALUE_NONE)
			r = vm_to_int(vm, args->v[i], "a print option", &set[i]);
		if (r == 0 && (set[i] < 0 || (i == 0 && set[i] > 17)))
			r = vm_raise(vm, "ValueError", "a print option is out of range: %lld", (long long)set[i]);
		if (r < 0) {
			value_drop(*ret);
			return r;
		}
		set[i] = set[i] > 1000000000 ? 1000000000 : set[i];
	}
	*options = (struct print_options){.precision = (int)set[0], .threshold = set[1], .edge = (int)set[2],
	    .width = (int)set[3], .notation = (enum print_notation)(set[4] % 3)};
	return 0;
}

static const struct builtin torch_functions[] = {
    {"_print_settings", ARRAY_PRINT_SETTINGS, "sets how tensors are printed; what it was",
	array_print_settings, WORLD_TORCH},
    {"is_tensor", "x", "is it a tensor?", is_tensor, 0},
    {"is_grad_enabled", "", "are operators recorded?", grad_mode, 0},
    {"set_num_threads", "n", "does nothing: --threads sets the threads", nothing, 0},
    {"_named", "name, *items", "a named tuple", make_named, 0},
    {"_gradients", "output, inputs, gradient, retain_graph", "gradients of some inputs",
	gradients_of, 0},
    {"_set_grad", "on", "switches recording on or off; what it was", grad_mode, 0},
    {"_parameter", "data, requires_grad=True", "a tensor that a module learns", make_parameter, 0},
    TABLE_END,
};

static int add_constants(struct vm *vm, struct dict *into)
{
	int r = array_dtype_constants(vm, into);

	if (r == 0)
		r = builtin_set(vm, into, "pi", value_float(3.14159265358979323846));
	if (r == 0)
		r = builtin_set(vm, into, "e", value_float(2.71828182845904523536));
	if (r == 0)
		r = builtin_set(vm, into, "inf", value_float(INFINITY));
	if (r == 0)
		r = builtin_set(vm, into, "nan", value_float(NAN));
	return r;
}

// Those that look up values, and those that change them, whose names end so.
static bool needs_tensor(const struct builtin *table, const struct builtin *def)
{
	return table == array_value_methods || def->name[strlen(def->name) - 1] == '_';
}

// Methods serve as functions as well: torch.sum(x).
static int add_methods(struct vm *vm, struct dict *into, const struct builtin *table)
{
	const struct builtin *whole = table;

	for (; table->name; table++) {
		struct value v;
		int r;

		if (!table->signature || array_dtype_find(table->name, WORLD_TORCH) >= 0)
			continue;
		r = builtin_new(vm, table, true, &v);
		if (r == 0 && needs_tensor(whole, table))
			AS_NATIVE(v)->self_kind = VALUE_TENSOR;
		if (r == 0)
			r = builtin_set(vm, into, table->name, v);
		if (r < 0)
			return r;
	}
	return 0;
}

static int install_module(
    struct vm *vm, const char *name, const struct builtin *table, struct module **ret)
{
	int r = module_make(vm, name, ret);

	return r < 0 ? r : builtin_add_table(vm, (*ret)->attrs, table, false);
}

static int install_torch(struct vm *vm, struct module *module)
{
	static const struct builtin *const tables[] = {
	    array_make_torch, array_random_torch, array_join_torch, torch_functions};
	int r = add_methods(vm, module->attrs, array_math_methods);

	if (r == 0)
		r = add_methods(vm, module->attrs, array_shape_methods);
	if (r == 0)
		r = add_methods(vm, module->attrs, array_value_methods);
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(tables); i++)
		r = builtin_add_table(vm, module->attrs, tables[i], false);
	return r < 0 ? r : add_constants(vm, module->attrs);
}

static int also_global(struct vm *vm, const char *name, struct module *module)
{
	return builtin_set_global(vm, name, value_object(object_ref(module)));
}

static int install_modules(struct vm *vm)
{
	struct module *torch, *other;
	int r = module_make(vm, "torch", &torch);

	if (r == 0)
		r = install_torch(vm, torch);
	if (r == 0)
		r = also_global(vm, "torch", torch);
	if (r == 0)
		r = numpy_install(vm);
	if (r == 0)
		r = install_module(vm, "time", scalar_time, &other);
	if (r == 0)
		r = also_global(vm, "time", other);
	if (r == 0)
		r = install_module(vm, "math", scalar_math, &other);
	if (r == 0)
		r = also_global(vm, "math", other);
	if (r == 0)
		r = add_constants(vm, other->attrs);
	return r;
}

int arrays_install(struct vm *vm)
{
	static const struct builtin *const tables[] = {
	    array_math_methods, array_shape_methods, array_value_methods, array_place_methods};
	struct dict *methods = dict_new(&vm->heap), *of_dtypes = dict_new(&vm->heap);
	int r;

	if (!methods || !of_dtypes) {
		object_drop(methods);
		object_drop(of_dtypes);
		return vm_no_memory(vm);
	}
	vm->methods[VALUE_TENSOR] = methods;
	vm->methods[VALUE_DTYPE] = of_dtypes;
	r = builtin_add_table(vm, of_dtypes, array_dtype_methods, true);
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(tables); i++)
		r = builtin_add_table(vm, methods, tables[i], true);
	builtin_bind(methods, VALUE_TENSOR);
	builtin_bind(of_dtypes, VALUE_DTYPE);
	return r < 0 ? r : install_modules(vm);
}
