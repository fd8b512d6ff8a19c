// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * NumPy's scalars. np.float64, np.int64 and np.bool_ are numbers that carry a mark (value.h): they
 * compute as Python's do but for division by zero, overflow and booleans. Others, such as np.float32,
 * are arrays without axes, marked as well. Their classes are np.float64 and so on.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "notebook/array_numpy.h"
#include "notebook/module.h"

static bool quick(enum op op, struct value a, struct value b, struct value *ret)
{
	double x, y;

	if (op < OP_ADD || op > OP_DIV || a.kind == VALUE_BOOL || b.kind == VALUE_BOOL)
		return false;
	if (a.kind != VALUE_FLOAT && b.kind != VALUE_FLOAT && op != OP_DIV)
		return false;
	x = value_number(a);
	y = value_number(b);
	*ret = value_float(op == OP_ADD ? x + y : op == OP_SUB ? x - y : op == OP_MUL ? x * y : x / y);
	return true;
}

int numpy_scalar_operate(struct vm *vm, enum op op, struct value a, struct value b, struct value *ret)
{
	struct value arrays[2] = {value_unset(), value_unset()};
	struct var *x;
	int r = 0;

	if (quick(op, a, b, ret)) {
		ret->numpy = true;
		return 0;
	}
	for (int i = 0; r == 0 && i < 2; i++) {
		r = numpy_array(vm, i ? b : a, &x);
		if (r == 0)
			r = array_take(vm, x, &arrays[i]);
	}
	if (r == 0)
		r = array_binary(vm, op, arrays[0], arrays[1], ret);
	value_drop(arrays[0]);
	value_drop(arrays[1]);
	return r;
}

int numpy_scalar_unary(struct vm *vm, enum op op, struct value a, struct value *ret)
{
	*ret = a;
	if (a.kind == VALUE_BOOL && op == OP_INVERT)
		ret->i = !a.i;
	else if (a.kind == VALUE_BOOL) {
		vm_raise(vm, "TypeError", "a numpy.bool_ cannot be negated with -");
		return vm_hint(vm, "write ~x or np.logical_not(x)");
	} else if (a.kind == VALUE_FLOAT && op == OP_INVERT)
		return vm_raise(vm, "TypeError", "~ does not work on a numpy.float64");
	else if (a.kind == VALUE_FLOAT)
		ret->f = op == OP_NEG ? -a.f : a.f;
	else
		ret->i = op == OP_NEG ? (int64_t)(0 - (uint64_t)a.i) : op == OP_INVERT ? ~a.i : a.i;
	return 0;
}

int numpy_scalar_index(struct vm *vm, struct value scalar, struct value index, struct value *ret)
{
	struct value array;
	struct var *x;
	int r = numpy_array(vm, scalar, &x);

	if (r == 0)
		r = array_take(vm, x, &array);
	if (r < 0)
		return r;
	r = array_get(vm, array, index, ret);
	value_drop(array);
	return r;
}

/* -- classes ------------------------------------------------------------------------------------- */

static int bad_arguments(struct vm *vm, enum dtype dtype)
{
	vm_raise(vm, "TypeError", "%s() takes one number, text or list", dtype_name(dtype));
	return vm_hint(vm, "write np.%s(1), or np.array([...], dtype=np.%s)", dtype_name(dtype), dtype_name(dtype));
}

// A scalar of a dtype, or an array where the argument is one.
static int make_scalar(struct vm *vm, const struct call *call, enum dtype dtype, struct value *ret)
{
	struct value v = call->count ? call->args[0] : value_int(0), parsed = value_unset();
	struct var *x;
	int r = 0;

	if (call->count > 1 || call->keywords)
		return bad_arguments(vm, dtype);
	if (v.kind == VALUE_STR) {
		struct str *name = vm_intern(vm, "float", 5);

		r = name ? vm_call1(vm, vm->builtins[name->symbol], v, &parsed) : vm_no_memory(vm);
		v = parsed;
	}
	if (r == 0 && v.kind == VALUE_NONE)
		v = value_float(NAN);
	if (r == 0)
		r = numpy_array_as(vm, v, (int)dtype, &x);
	if (r < 0)
		return r;
	return numpy_result(vm, 0, NULL, x, ret);
}

#define MAKE(name, dtype)                                                                            \
	static int make_##name(struct vm *vm, const struct call *call, struct value *ret)            \
	{                                                                                            \
		return make_scalar(vm, call, dtype, ret);                                            \
	}

MAKE(float64, DTYPE_F64)
MAKE(float32, DTYPE_F32)
MAKE(int64, DTYPE_I64)
MAKE(bool, DTYPE_BOOL)
MAKE(int32, DTYPE_I32)
MAKE(int16, DTYPE_I16)
MAKE(int8, DTYPE_I8)
MAKE(uint8, DTYPE_U8)

static int make_nothing(struct vm *vm, const struct call *call, struct value *ret)
{
	(void)call;
	(void)ret;
	vm_raise(vm, "TypeError", "this class of NumPy has no values of its own");
	return vm_hint(vm, "it serves isinstance() and np.issubdtype(); make np.float64(1) or np.int64(1)");
}

/* A class only after that above it; others of the same name are further names of it. */
static const struct {
	const char *name, *parent;
	int (*make)(struct vm *vm, const struct call *call, struct value *ret);
} classes[] = {
    {"generic", NULL, make_nothing},
    {"number", "generic", make_nothing},
    {"integer", "number", make_nothing},
    {"signedinteger", "integer", make_nothing},
    {"unsignedinteger", "integer", make_nothing},
    {"inexact", "number", make_nothing},
    {"floating", "inexact", make_nothing},
    {"float64", "floating", make_float64},
    {"float32", "floating", make_float32},
    {"int64", "signedinteger", make_int64},
    {"int32", "signedinteger", make_int32},
    {"int16", "signedinteger", make_int16},
    {"int8", "signedinteger", make_int8},
    {"uint8", "unsignedinteger", make_uint8},
    {"bool_", "generic", make_bool},
};

static const char *const aliases[][2] = {
    {"double", "float64"}, {"float_", "float64"}, {"single", "float32"}, {"int_", "int64"},
    {"intp", "int64"}, {"longlong", "int64"}, {"bool8", "bool_"},
    {"intc", "int32"}, {"short", "int16"}, {"byte", "int8"}, {"ubyte", "uint8"},
};

static int install_class(struct vm *vm, struct dict *into, size_t i)
{
	struct value *above = classes[i].parent ? dict_get_text(into, classes[i].parent) : NULL;
	struct class *class;
	char full[40];
	int r = class_new(vm, classes[i].name, "numpy", above ? AS_CLASS(*above) : NULL, &class);

	if (r < 0)
		return r;
	class->make = classes[i].make;
	snprintf(full, sizeof(full), "numpy.%s", classes[i].name);
	r = builtin_set(vm, vm->types, full, value_object(object_ref(class)));
	if (r < 0) {
		object_drop(class);
		return r;
	}
	return builtin_set(vm, into, classes[i].name, value_object(class));
}

int numpy_scalar_install(struct vm *vm, struct dict *into)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(classes); i++)
		r = install_class(vm, into, i);
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(aliases); i++)
		r = builtin_set(vm, into, aliases[i][0], value_ref(*dict_get_text(into, aliases[i][1])));
	return r;
}

// x.dtype.type: the class of a dtype's scalars.
int numpy_scalar_class(struct vm *vm, enum dtype dtype, struct value *ret)
{
	char full[40];
	struct value *found;

	snprintf(full, sizeof(full), "numpy.%s", dtype == DTYPE_BOOL ? "bool_" : dtype_name(dtype));
	found = dict_get_text(vm->types, full);
	if (!found)
		return vm_raise(vm, "NotImplementedError", "%s has no scalars here", dtype_name(dtype));
	*ret = value_ref(*found);
	return 0;
}
