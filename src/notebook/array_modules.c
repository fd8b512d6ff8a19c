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

static int nothing(struct vm *vm, const struct args *args, struct value *ret)
{
	(void)vm;
	(void)args;
	*ret = value_none();
	return 0;
}

static const struct builtin torch_functions[] = {
    {"is_tensor", "x", "is it a tensor?", is_tensor, 0},
    {"is_grad_enabled", "", "are operators recorded?", grad_mode, 0},
    {"set_num_threads", "n", "does nothing: --threads sets the threads", nothing, 0},
    {"set_printoptions", "**options", "does nothing", nothing, 0},
    {"_set_grad", "on", "switches recording on or off; what it was", grad_mode, 0},
    {"_parameter", "data, requires_grad=True", "a tensor that a module learns", make_parameter, 0},
    TABLE_END,
};

static const struct {
	const char *name;
	int dtype;
} dtypes[] = {
    {"float32", DTYPE_F32},
    {"float64", DTYPE_F64},
    {"double", DTYPE_F64},
    {"int64", DTYPE_I64},
    {"long", DTYPE_I64},
    {"bool", DTYPE_BOOL},
};

static int add_constants(struct vm *vm, struct dict *into)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(dtypes); i++)
		r = builtin_set(vm, into, dtypes[i].name, VALUE_OF(VALUE_DTYPE, i, dtypes[i].dtype));
	if (r == 0)
		r = builtin_set(vm, into, "float", VALUE_OF(VALUE_DTYPE, i, DTYPE_F32));
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

// Methods serve as functions as well: torch.sum(x).
static int add_methods(struct vm *vm, struct dict *into, const struct builtin *table)
{
	for (; table->name; table++) {
		struct value v;
		int r;

		if (!table->signature || strcmp(table->name, "float") == 0 ||
		    strcmp(table->name, "bool") == 0 || strcmp(table->name, "double") == 0 ||
		    strcmp(table->name, "long") == 0)
			continue;
		r = builtin_new(vm, table, true, &v);
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
	struct dict *methods = dict_new(&vm->heap);
	int r = 0;

	if (!methods)
		return vm_no_memory(vm);
	vm->methods[VALUE_TENSOR] = methods;
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(tables); i++)
		r = builtin_add_table(vm, methods, tables[i], true);
	return r < 0 ? r : install_modules(vm);
}
