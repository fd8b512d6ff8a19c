// SPDX-License-Identifier: GPL-3.0-or-later
/* Dtypes as values: by which names they go in NumPy's and PyTorch's world, arguments, attributes.
 */
#include "config.h"

#include <string.h>

#include "base/alloc.h"
#include "engine/promote.h"
#include "notebook/array_args.h"

#define NONE (-1)

/* In strings NumPy takes them all; torch has its own as attributes. */
static const struct {
	const char *name;
	int torch, numpy;
} names[] = {
    {"float32", DTYPE_F32, DTYPE_F32},
    {"float64", DTYPE_F64, DTYPE_F64},
    {"int64", DTYPE_I64, DTYPE_I64},
    {"bool", DTYPE_BOOL, DTYPE_BOOL},
    {"int32", DTYPE_I32, DTYPE_I32},
    {"int16", DTYPE_I16, DTYPE_I16},
    {"int8", DTYPE_I8, DTYPE_I8},
    {"uint8", DTYPE_U8, DTYPE_U8},
    {"float", DTYPE_F32, DTYPE_F64},
    {"double", DTYPE_F64, DTYPE_F64},
    {"long", DTYPE_I64, DTYPE_I64},
    {"int", DTYPE_I32, DTYPE_I64},
    {"short", DTYPE_I16, DTYPE_I16},
    {"single", NONE, DTYPE_F32},
    {"bool_", NONE, DTYPE_BOOL},
    {"int_", NONE, DTYPE_I64},
    {"float_", NONE, DTYPE_F64},
    {"intc", NONE, DTYPE_I32},
    {"intp", NONE, DTYPE_I64},
    {"byte", NONE, DTYPE_I8},
    {"ubyte", NONE, DTYPE_U8},
    {"f4", NONE, DTYPE_F32},
    {"f8", NONE, DTYPE_F64},
    {"i8", NONE, DTYPE_I64},
    {"i4", NONE, DTYPE_I32},
    {"i2", NONE, DTYPE_I16},
    {"i1", NONE, DTYPE_I8},
    {"u1", NONE, DTYPE_U8},
    {"<f4", NONE, DTYPE_F32},
    {"<f8", NONE, DTYPE_F64},
    {"<i8", NONE, DTYPE_I64},
    {"<i4", NONE, DTYPE_I32},
    {"?", NONE, DTYPE_BOOL},
    {"f", NONE, DTYPE_F32},
    {"d", NONE, DTYPE_F64},
};

int array_dtype_find(const char *name, enum world world)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(names[i].name, name) == 0)
			return world == WORLD_NUMPY ? names[i].numpy : names[i].torch;
	return NONE;
}

int array_dtype_constants(struct vm *vm, struct dict *into)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(names); i++)
		if (names[i].torch != NONE)
			r = builtin_set(
			    vm, into, names[i].name, VALUE_OF(VALUE_DTYPE, i, names[i].torch));
	return r;
}

// Of a dtype, int, float, bool or a name; NONE for anything else.
static int find(struct value v)
{
	if (v.kind == VALUE_DTYPE)
		return (int)(v.i & 0xff);
	if (v.kind == VALUE_CLASS)
		return array_dtype_find(AS_CLASS(v)->name->text, WORLD_NUMPY);
	return v.kind == VALUE_STR ? array_dtype_find(AS_STR(v)->text, WORLD_NUMPY) : NONE;
}

int array_arg_dtype(struct vm *vm, struct value v, int *ret)
{
	*ret = NONE;
	if (v.kind == VALUE_NONE || v.kind == VALUE_UNSET)
		return 0;
	*ret = find(v);
	if (*ret != NONE)
		return 0;
	if (v.kind == VALUE_CLASS)
		vm_raise(vm, "TypeError", "%s is not a dtype", AS_CLASS(v)->name->text);
	else
		vm_raise(vm, "TypeError", "this is not a dtype");
	return vm_hint(
	    vm, "the dtypes are float32, float64, int64, int32, int16, int8, uint8 and bool");
}

static int get_is_float(struct vm *vm, const struct args *args, struct value *ret)
{
	(void)vm;
	*ret = value_bool(dtype_is_float((enum dtype)find(args->self)));
	return 0;
}

const struct builtin array_dtype_methods[] = {
    {"is_floating_point", NULL, "does it hold floats?", get_is_float, 0},
    TABLE_END,
};
