// SPDX-License-Identifier: GPL-3.0-or-later
/* The module np: how its functions read arguments and give results, and its installation. */
#include "config.h"

#include "notebook/array_numpy.h"

#include <math.h>

#include "base/alloc.h"
#include "notebook/module.h"

int numpy_array(struct vm *vm, struct value v, struct var **ret)
{
	if (v.kind != VALUE_TENSOR)
		return array_build(vm, v, WORLD_NUMPY, -1, ret);
	if (AS_VAR(v)->world == WORLD_NUMPY) {
		*ret = var_ref(AS_VAR(v));
		return 0;
	}
	if (AS_VAR(v)->requires_grad) {
		vm_raise(vm, "RuntimeError", "NumPy cannot use a tensor that requires grad");
		return vm_hint(vm, "write x.detach()");
	}
	*ret = var_new_take(WORLD_NUMPY, tensor_share(AS_VAR(v)->value));
	return 0;
}

int numpy_array_as(struct vm *vm, struct value v, int dtype, struct var **ret)
{
	struct var *x, *cast = NULL;
	struct diag diag;
	int r = numpy_array(vm, v, &x);

	if (r < 0)
		return r;
	if (dtype < 0 || x->value->dtype == (enum dtype)dtype) {
		*ret = x;
		return 0;
	}
	r = var_cast(x, (enum dtype)dtype, &cast, &diag);
	var_unref(x);
	if (r < 0)
		return vm_engine_error(vm, &diag, true);
	*ret = cast;
	return 0;
}

int numpy_result(struct vm *vm, int r, const struct diag *diag, struct var *var, struct value *ret)
{
	return array_scalar_result(vm, r, diag, var, WORLD_NUMPY, ret);
}

// May NumPy write `from` into `to` on its own ("same_kind")?
static bool fits(enum dtype from, enum dtype to)
{
	if (from == DTYPE_BOOL || dtype_is_float(to))
		return true;
	return !dtype_is_float(from) && to != DTYPE_BOOL;
}

int numpy_result_out(struct vm *vm, int r, const struct diag *diag, struct var *var,
    struct value out, struct value *ret)
{
	struct diag own;

	if (r < 0 || out.kind == VALUE_NONE || out.kind == VALUE_UNSET)
		return numpy_result(vm, r, diag, var, ret);
	if (out.kind != VALUE_TENSOR || AS_VAR(out)->world != WORLD_NUMPY) {
		r = vm_raise(vm, "TypeError", "out must be an array, not a %s", value_type_name(out));
	} else if (!fits(var->value->dtype, AS_VAR(out)->value->dtype)) {
		vm_raise(vm, "TypeError", "a result of %s does not fit into out, which is %s",
		    dtype_name(var->value->dtype), dtype_name(AS_VAR(out)->value->dtype));
		r = vm_hint(vm, "make out of the result's dtype");
	} else {
		r = var_assign(AS_VAR(out), var, &own);
		if (r < 0)
			r = vm_engine_error(vm, &own, true);
	}
	var_unref(var);
	if (r == 0)
		*ret = value_ref(out);
	return r;
}

int numpy_tuple(struct vm *vm, struct var **vars, size_t count, struct value *ret)
{
	struct tuple *tuple = tuple_new(&vm->heap, count);
	int r = tuple ? 0 : vm_no_memory(vm);

	for (size_t i = 0; i < count; i++) {
		if (r == 0)
			r = array_take(vm, vars[i], &tuple->items[i]);
		else
			var_unref(vars[i]);
	}
	if (r < 0) {
		object_drop(tuple);
		return r;
	}
	*ret = value_object(tuple);
	return 0;
}

/* -- installing --------------------------------------------------------------------------------- */

static const struct {
	const char *name;
	double value;
} constants[] = {
    {"pi", 3.14159265358979323846},
    {"e", 2.71828182845904523536},
    {"euler_gamma", 0.57721566490153286061},
    {"inf", INFINITY},
    {"Inf", INFINITY},
    {"infty", INFINITY},
    {"PINF", INFINITY},
    {"NINF", -INFINITY},
    {"nan", NAN},
    {"NaN", NAN},
    {"NAN", NAN},
};

static int add_constants(struct vm *vm, struct dict *into)
{
	int r = builtin_set(vm, into, "newaxis", value_none());

	if (r == 0)
		r = numpy_scalar_install(vm, into);

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(constants); i++)
		r = builtin_set(vm, into, constants[i].name, value_float(constants[i].value));
	return r;
}

static int install_methods(struct vm *vm)
{
	static const struct builtin *const tables[] = {numpy_reductions, numpy_shapes, numpy_products,
	    numpy_methods, numpy_shape_methods, numpy_value_methods};
	int r = 0;

	vm->array_methods = dict_new(&vm->heap);
	if (!vm->array_methods)
		return vm_no_memory(vm);
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(tables); i++)
		r = builtin_add_table(vm, vm->array_methods, tables[i], true);
	if (r == 0)
		r = builtin_add_table(vm, vm->methods[VALUE_DTYPE], numpy_dtype_methods, true);
	builtin_bind(vm->methods[VALUE_DTYPE], VALUE_DTYPE);
	return r;
}

int numpy_install(struct vm *vm)
{
	static const struct builtin *const functions[] = {numpy_ufuncs, numpy_make, numpy_join, numpy_core};
	static const struct builtin *const on_self[] = {numpy_reductions, numpy_shapes, numpy_products,
	    numpy_functions, numpy_shape_functions, numpy_value_functions, numpy_product_functions};
	struct module *numpy, *random;
	int r = install_methods(vm);

	if (r == 0)
		r = module_make(vm, "numpy", &numpy);
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(functions); i++)
		r = builtin_add_table(vm, numpy->attrs, functions[i], false);
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(on_self); i++)
		r = builtin_add_table(vm, numpy->attrs, on_self[i], true);
	if (r == 0)
		r = add_constants(vm, numpy->attrs);
	if (r == 0)
		r = builtin_set_global(vm, "np", value_object(object_ref(numpy)));
	if (r == 0)
		r = module_make(vm, "numpy.random", &random);
	return r < 0 ? r : builtin_add_table(vm, random->attrs, numpy_random, false);
}
