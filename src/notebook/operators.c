// SPDX-License-Identifier: GPL-3.0-or-later
/* Operators on values, with Python's rules. */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "notebook/array_numpy.h"
#include "notebook/dict_methods.h"
#include "notebook/format.h"
#include "notebook/vm.h"

static const char *const op_texts[] = {
	[OP_ADD] = "+", [OP_SUB] = "-", [OP_MUL] = "*", [OP_DIV] = "/", [OP_FLOORDIV] = "//",
	[OP_MOD] = "%", [OP_POW] = "**", [OP_MATMUL] = "@", [OP_AND] = "&", [OP_OR] = "|",
	[OP_XOR] = "^", [OP_LSHIFT] = "<<", [OP_RSHIFT] = ">>", [OP_EQ] = "==", [OP_NE] = "!=",
	[OP_LT] = "<", [OP_LE] = "<=", [OP_GT] = ">", [OP_GE] = ">=", [OP_NEG] = "-", [OP_POS] = "+",
	[OP_INVERT] = "~",
};

static const char *const method_names[][2] = {
	[OP_ADD] = {"__add__", "__radd__"}, [OP_SUB] = {"__sub__", "__rsub__"},
	[OP_MUL] = {"__mul__", "__rmul__"}, [OP_DIV] = {"__truediv__", "__rtruediv__"},
	[OP_FLOORDIV] = {"__floordiv__", "__rfloordiv__"}, [OP_MOD] = {"__mod__", "__rmod__"},
	[OP_POW] = {"__pow__", "__rpow__"}, [OP_MATMUL] = {"__matmul__", "__rmatmul__"},
	[OP_EQ] = {"__eq__", "__eq__"}, [OP_NE] = {"__ne__", "__ne__"}, [OP_LT] = {"__lt__", "__gt__"},
	[OP_LE] = {"__le__", "__ge__"}, [OP_GT] = {"__gt__", "__lt__"}, [OP_GE] = {"__ge__", "__le__"},
	[OP_AND] = {"__and__", "__rand__"}, [OP_OR] = {"__or__", "__ror__"}, [OP_XOR] = {"__xor__", "__rxor__"},
	[OP_LSHIFT] = {"__lshift__", "__rlshift__"}, [OP_RSHIFT] = {"__rshift__", "__rrshift__"},
};

static int wrong_types(struct vm *vm, enum op op, struct value a, struct value b)
{
	vm_raise(vm, "TypeError", "%s does not work between %s and %s", op_texts[op], value_type_name(a),
	    value_type_name(b));
	if (op == OP_ADD && (a.kind == VALUE_STR) != (b.kind == VALUE_STR))
		return vm_hint(vm, "use str(x), or an f-string like f'{x}'");
	if (a.kind == VALUE_NONE || b.kind == VALUE_NONE)
		return vm_hint(vm, "one side is None: does a function lack its return?");
	if (a.kind == VALUE_LIST || b.kind == VALUE_LIST)
		return vm_hint(vm, "np.array(...) or torch.tensor(...) makes a list something to compute with");
	return vm->error.diag.code;
}

static int overflow(struct vm *vm, enum op op)
{
	vm_raise(vm, "OverflowError", "the result of %s does not fit an integer of 64 bits", op_texts[op]);
	return vm_hint(vm, "integers have 64 bits here, unlike Python's; use floats for larger numbers");
}

static int zero_division(struct vm *vm)
{
	vm_raise(vm, "ZeroDivisionError", "division by zero");
	return vm_hint(vm, "check the divisor first");
}

static int int_power(struct vm *vm, int64_t base, int64_t exponent, struct value *ret)
{
	int64_t result = 1;

	if (exponent < 0) {
		if (base == 0)
			return zero_division(vm);
		*ret = value_float(pow((double)base, (double)exponent));
		return 0;
	}
	for (;;) {
		if ((exponent & 1) && __builtin_mul_overflow(result, base, &result))
			return overflow(vm, OP_POW);
		exponent >>= 1;
		if (exponent == 0)
			break;
		if (__builtin_mul_overflow(base, base, &base))
			return overflow(vm, OP_POW);
	}
	*ret = value_int(result);
	return 0;
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b != 0 && (a % b < 0) != (b < 0));
}

static int int_divide(struct vm *vm, enum op op, int64_t a, int64_t b, struct value *ret)
{
	if (b == 0)
		return zero_division(vm);
	if (op == OP_DIV)
		*ret = value_float((double)a / (double)b);
	else if (b == -1 && a == INT64_MIN)
		return op == OP_MOD ? (*ret = value_int(0), 0) : overflow(vm, op);
	else if (op == OP_FLOORDIV)
		*ret = value_int(floor_div(a, b));
	else
		*ret = value_int(a % b + (a % b != 0 && (a % b < 0) != (b < 0) ? b : 0));
	return 0;
}

static int shift(struct vm *vm, enum op op, int64_t a, int64_t b, struct value *ret)
{
	if (b < 0)
		return vm_raise(vm, "ValueError", "negative shift count");
	if (op == OP_RSHIFT) {
		*ret = value_int(a >> (b > 63 ? 63 : b));
		return 0;
	}
	if (a != 0 && (b > 62 || a > (INT64_MAX >> b) || a < (INT64_MIN >> b)))
		return overflow(vm, op);
	*ret = value_int((int64_t)((uint64_t)a << (b > 63 ? 0 : b)));
	return 0;
}

static int int_operate(struct vm *vm, enum op op, struct value va, struct value vb, struct value *ret)
{
	int64_t a = va.i, b = vb.i, result;
	bool bools = va.kind == VALUE_BOOL && vb.kind == VALUE_BOOL;

	switch (op) {
	case OP_ADD:
		if (__builtin_add_overflow(a, b, &result))
			return overflow(vm, op);
		break;
	case OP_SUB:
		if (__builtin_sub_overflow(a, b, &result))
			return overflow(vm, op);
		break;
	case OP_MUL:
		if (__builtin_mul_overflow(a, b, &result))
			return overflow(vm, op);
		break;
	case OP_POW:
		return int_power(vm, a, b, ret);
	case OP_AND:
		result = a & b;
		break;
	case OP_OR:
		result = a | b;
		break;
	case OP_XOR:
		result = a ^ b;
		break;
	case OP_LSHIFT:
	case OP_RSHIFT:
		return shift(vm, op, a, b, ret);
	case OP_MATMUL:
		return wrong_types(vm, op, va, vb);
	default:
		return int_divide(vm, op, a, b, ret);
	}
	*ret = bools && (op == OP_AND || op == OP_OR || op == OP_XOR) ? value_bool(result) : value_int(result);
	return 0;
}

static double float_mod(double a, double b)
{
	double m = fmod(a, b);

	if (m != 0 && (m < 0) != (b < 0))
		m += b;
	return m == 0 ? copysign(0, b) : m;
}

static int float_operate(struct vm *vm, enum op op, struct value va, struct value vb, struct value *ret)
{
	double a = value_number(va), b = value_number(vb), result;

	if ((op == OP_DIV || op == OP_FLOORDIV || op == OP_MOD) && b == 0)
		return zero_division(vm);
	switch (op) {
	case OP_ADD:
		result = a + b;
		break;
	case OP_SUB:
		result = a - b;
		break;
	case OP_MUL:
		result = a * b;
		break;
	case OP_DIV:
		result = a / b;
		break;
	case OP_FLOORDIV:
		result = floor((a - float_mod(a, b)) / b + 0.5);
		break;
	case OP_MOD:
		result = float_mod(a, b);
		break;
	case OP_POW:
		if (a == 0 && b < 0)
			return zero_division(vm);
		result = pow(a, b);
		if (isnan(result) && !isnan(a) && !isnan(b))
			return vm_raise(vm, "ValueError", "a negative number has no real power %g", b);
		if (isinf(result) && !isinf(a) && !isinf(b))
			return vm_raise(vm, "OverflowError", "the result of ** is too large for a float");
		break;
	default:
		return wrong_types(vm, op, va, vb);
	}
	*ret = value_float(result);
	return 0;
}

static int join_strings(struct vm *vm, const struct str *a, const struct str *b, struct value *ret)
{
	struct str *str = str_new_sized(&vm->heap, a->len + b->len);

	if (!str)
		return vm_no_memory(vm);
	memcpy(str->text, a->text, a->len);
	memcpy(str->text + a->len, b->text, b->len);
	str_finish(str);
	*ret = value_object(str);
	return 0;
}

static int repeat_string(struct vm *vm, const struct str *a, int64_t times, struct value *ret)
{
	struct str *str;
	size_t bytes;

	if (times < 0)
		times = 0;
	if (!size_mul(a->len, (size_t)times, &bytes) || !(str = str_new_sized(&vm->heap, bytes)))
		return vm_no_memory(vm);
	for (int64_t i = 0; i < times && a->len; i++)
		memcpy(str->text + (size_t)i * a->len, a->text, a->len);
	str_finish(str);
	*ret = value_object(str);
	return 0;
}

static int new_sequence(struct vm *vm, bool is_list, size_t count, struct value *ret, struct value **ret_items)
{
	void *object = is_list ? (void *)list_new(&vm->heap, count) : (void *)tuple_new(&vm->heap, count);

	if (!object)
		return vm_no_memory(vm);
	*ret = value_object(object);
	*ret_items = is_list ? ((struct list *)object)->items : ((struct tuple *)object)->items;
	return 0;
}

static int join_sequences(struct vm *vm, struct value a, struct value b, struct value *ret)
{
	struct value *from_a, *from_b, *items = NULL;
	size_t count_a, count_b;
	int r;

	value_items(a, &from_a, &count_a);
	value_items(b, &from_b, &count_b);
	r = new_sequence(vm, a.kind == VALUE_LIST, count_a + count_b, ret, &items);
	if (r < 0)
		return r;
	for (size_t i = 0; i < count_a; i++)
		items[i] = value_ref(from_a[i]);
	for (size_t i = 0; i < count_b; i++)
		items[count_a + i] = value_ref(from_b[i]);
	if (a.kind == VALUE_TUPLE)
		AS_TUPLE(*ret)->is_size = AS_TUPLE(a)->is_size && AS_TUPLE(b)->is_size;
	return 0;
}

static int repeat_sequence(struct vm *vm, struct value a, int64_t times, struct value *ret)
{
	struct value *from, *items;
	size_t count, total;
	int r;

	value_items(a, &from, &count);
	if (!size_mul(count, times < 0 ? 0 : (size_t)times, &total))
		return vm_no_memory(vm);
	r = new_sequence(vm, a.kind == VALUE_LIST, total, ret, &items);
	for (size_t i = 0; r == 0 && i < total; i++)
		items[i] = value_ref(from[i % count]);
	return r;
}

// Does an object's class say what to do? 1: yes, with *ret; 0: no. a's method comes first, then b's mirrored.
static int by_method(struct vm *vm, enum op op, struct value a, struct value b, struct value *ret)
{
	bool holds;
	int r;

	if (op >= ARRAY_LEN(method_names) || !method_names[op][0])
		return 0;
	r = instance_call(vm, a, method_names[op][0], &b, 1, ret);
	if (r == 0)
		r = instance_call(vm, b, method_names[op][1], &a, 1, ret);
	if (r != 0 || op != OP_NE)
		return r;
	r = by_method(vm, OP_EQ, a, b, ret); // != is what == is not
	if (r <= 0)
		return r;
	r = truth(vm, *ret, &holds);
	value_set(ret, value_bool(!holds));
	return r < 0 ? r : 1;
}

static bool is_integer(struct value v)
{
	return v.kind == VALUE_INT || v.kind == VALUE_BOOL;
}

static int operate_sequences(struct vm *vm, enum op op, struct value a, struct value b, struct value *ret)
{
	bool text = a.kind == VALUE_STR;

	if (op == OP_ADD && a.kind == b.kind && text)
		return join_strings(vm, AS_STR(a), AS_STR(b), ret);
	if (op == OP_ADD && a.kind == b.kind && (a.kind == VALUE_LIST || a.kind == VALUE_TUPLE))
		return join_sequences(vm, a, b, ret);
	if (op == OP_MOD && text)
		return format_percent(vm, AS_STR(a), b, ret);
	if (op == OP_MUL && is_integer(a) && !is_integer(b))
		return operate_sequences(vm, op, b, a, ret);
	if (op == OP_MUL && is_integer(b) && text)
		return repeat_string(vm, AS_STR(a), b.i, ret);
	if (op == OP_MUL && is_integer(b) && (a.kind == VALUE_LIST || a.kind == VALUE_TUPLE))
		return repeat_sequence(vm, a, b.i, ret);
	return wrong_types(vm, op, a, b);
}

// np.float64(2) + [1, 2] makes an array of the list; * repeats it, as Python's does.
static bool numpy_with_list(enum op op, struct value a, struct value b)
{
	struct value other = a.numpy ? b : a;

	return (other.kind == VALUE_LIST || other.kind == VALUE_TUPLE) && op != OP_MUL && op != OP_MOD;
}

int operate(struct vm *vm, enum op op, struct value a, struct value b, struct value *ret)
{
	int r;

	if (value_is_number(a) && value_is_number(b)) {
		if (a.numpy || b.numpy)
			return numpy_scalar_operate(vm, op, a, b, ret);
		if (a.kind == VALUE_FLOAT || b.kind == VALUE_FLOAT)
			return float_operate(vm, op, a, b, ret);
		return int_operate(vm, op, a, b, ret);
	}
	if (class_of(a) || class_of(b)) {
		r = by_method(vm, op, a, b, ret);
		if (r != 0)
			return r < 0 ? r : 0;
	}
	if ((a.kind == VALUE_TENSOR || b.kind == VALUE_TENSOR) && a.kind != VALUE_STR)
		return array_binary(vm, op, a, b, ret);
	if ((a.numpy || b.numpy) && numpy_with_list(op, a, b))
		return array_binary(vm, op, a, b, ret);
	if (a.kind == VALUE_DICT || a.kind == VALUE_VIEW) {
		r = set_operate(vm, op, a, b, ret);
		if (r != 0)
			return r < 0 ? r : 0;
	}
	return operate_sequences(vm, op, a, b, ret);
}

// __iadd__ and its like: 1 with *ret, 0 where there is none.
static int in_place_by_method(struct vm *vm, enum op op, struct value a, struct value b, struct value *ret)
{
	char name[24];

	if (!class_of(a) || op >= OP_EQ)
		return 0;
	snprintf(name, sizeof(name), "__i%s", method_names[op][0] + 2);
	return instance_call(vm, a, name, &b, 1, ret);
}

static int repeat_in_place(struct vm *vm, struct list *list, int64_t times, struct value *ret)
{
	size_t count = list->count;

	while (times <= 0 && list->count > 0)
		value_drop(list->items[--list->count]);
	for (int64_t i = 1; i < times && count; i++)
		for (size_t k = 0; k < count; k++)
			if (list_push(list, value_ref(list->items[k])) < 0)
				return vm_no_memory(vm);
	*ret = value_object(object_ref(list));
	return 0;
}

int operate_in_place(struct vm *vm, enum op op, struct value a, struct value b, struct value *ret)
{
	struct value items;
	int r = 0;

	if (value_is_number(a) && value_is_number(b))
		return operate(vm, op, a, b, ret);
	if (a.kind == VALUE_TENSOR)
		return array_in_place(vm, op, a, b, ret);
	if (a.kind == VALUE_LIST && op == OP_MUL && is_integer(b))
		return repeat_in_place(vm, AS_LIST(a), b.i, ret);
	if (a.kind != VALUE_LIST || op != OP_ADD) {
		r = in_place_by_method(vm, op, a, b, ret);
		if (r == 0 && a.kind == VALUE_DICT)
			r = set_operate_in_place(vm, op, a, b, ret);
		return r == 0 ? operate(vm, op, a, b, ret) : r < 0 ? r : 0;
	}
	r = iter_to_list(vm, b, &items);
	if (r < 0)
		return r;
	for (size_t i = 0; r == 0 && i < AS_LIST(items)->count; i++)
		if (list_push(AS_LIST(a), value_ref(AS_LIST(items)->items[i])) < 0)
			r = vm_no_memory(vm);
	value_drop(items);
	if (r == 0)
		*ret = value_ref(a);
	return r;
}

int operate_unary(struct vm *vm, enum op op, struct value a, struct value *ret)
{
	bool holds;
	int r;

	if (op == OP_NOT) {
		r = truth(vm, a, &holds);
		if (r == 0)
			*ret = value_bool(!holds);
		return r;
	}
	if (a.kind == VALUE_TENSOR)
		return array_unary(vm, op, a, ret);
	if (a.numpy)
		return numpy_scalar_unary(vm, op, a, ret);
	if (a.kind == VALUE_FLOAT && op != OP_INVERT) {
		*ret = value_float(op == OP_NEG ? -a.f : a.f);
		return 0;
	}
	if (is_integer(a)) {
		if (op == OP_NEG && a.i == INT64_MIN)
			return overflow(vm, op);
		*ret = value_int(op == OP_NEG ? -a.i : op == OP_INVERT ? ~a.i : a.i);
		return 0;
	}
	r = instance_call(vm, a, op == OP_NEG ? "__neg__" : op == OP_POS ? "__pos__" : "__invert__", NULL, 0, ret);
	if (r != 0)
		return r < 0 ? r : 0;
	vm_raise(vm, "TypeError", "%s does not work on %s", op_texts[op], value_a_type(a));
	return vm_blame(vm, a);
}

static int order_values(struct vm *vm, enum op op, struct value a, struct value b, struct value *ret);

static int order_sequences(struct vm *vm, enum op op, struct value a, struct value b, struct value *ret)
{
	struct value *items_a, *items_b, item_a, item_b;
	size_t count_a, count_b, i = 0;

	value_items(a, &items_a, &count_a);
	value_items(b, &items_b, &count_b);
	for (; i < count_a && i < count_b; i++) {
		bool equal = true;
		int r;

		item_a = value_ref(items_a[i]); // __eq__ may change the lists
		item_b = value_ref(items_b[i]);
		r = compare_equal(vm, item_a, item_b, &equal);
		if (r == 0 && !equal) {
			r = vm_check_stack(vm);
			if (r == 0)
				r = order_values(vm, op, item_a, item_b, ret);
		}
		value_drop(item_a);
		value_drop(item_b);
		if (r < 0 || !equal)
			return r;
		value_items(a, &items_a, &count_a);
		value_items(b, &items_b, &count_b);
	}
	return order_values(vm, op, value_int((int64_t)count_a), value_int((int64_t)count_b), ret);
}

static int order_values(struct vm *vm, enum op op, struct value a, struct value b, struct value *ret)
{
	int sign;

	if (value_is_number(a) && value_is_number(b)) {
		double x = value_number(a), y = value_number(b);

		if (a.kind != VALUE_FLOAT && b.kind != VALUE_FLOAT)
			sign = (a.i > b.i) - (a.i < b.i);
		else if (x != x || y != y)
			return *ret = value_bool(false), 0;
		else if (a.kind == VALUE_FLOAT && b.kind == VALUE_FLOAT)
			sign = (x > y) - (x < y);
		else
			sign = a.kind == VALUE_FLOAT ? -compare_int_float(b.i, x) : compare_int_float(a.i, y);
	} else if (a.kind == VALUE_STR && b.kind == VALUE_STR) {
		sign = strcmp(AS_STR(a)->text, AS_STR(b)->text);
	} else if (a.kind == b.kind && (a.kind == VALUE_LIST || a.kind == VALUE_TUPLE)) {
		return order_sequences(vm, op, a, b, ret);
	} else {
		return wrong_types(vm, op, a, b);
	}
	*ret = value_bool(op == OP_LT ? sign < 0 : op == OP_LE ? sign <= 0 : op == OP_GT ? sign > 0 : sign >= 0);
	return 0;
}

static bool identical(struct value a, struct value b)
{
	if (a.kind != b.kind)
		return false;
	if (a.kind == VALUE_TENSOR)
		return AS_VAR(a) == AS_VAR(b);
	return value_is_object(a) ? a.o == b.o : a.i == b.i;
}

// An array of NumPy and a list: element by element.
static bool numpy_compares(struct value a, struct value b)
{
	struct value array = a.kind == VALUE_TENSOR ? a : b, other = a.kind == VALUE_TENSOR ? b : a;

	return array.kind == VALUE_TENSOR && (other.kind == VALUE_LIST || other.kind == VALUE_TUPLE) &&
	    AS_VAR(array)->world == WORLD_NUMPY;
}

int compare(struct vm *vm, enum op op, struct value a, struct value b, struct value *ret)
{
	bool result;
	int r;

	if (op == OP_IS || op == OP_IS_NOT) {
		*ret = value_bool(identical(a, b) == (op == OP_IS));
		return 0;
	}
	if (op == OP_IN || op == OP_NOT_IN) {
		r = value_contains(vm, b, a, &result);
		if (r == 0)
			*ret = value_bool(result == (op == OP_IN));
		return r;
	}
	if (class_of(a) || class_of(b)) {
		r = by_method(vm, op, a, b, ret);
		if (r != 0)
			return r < 0 ? r : 0;
	}
	r = a.kind == VALUE_DICT || a.kind == VALUE_VIEW ? set_compare(vm, op, a, b, &result) : 0;
	if (r < 0)
		return r;
	if (r > 0) {
		*ret = value_bool(result);
		return 0;
	}
	if ((a.kind == VALUE_TENSOR && (b.kind == VALUE_TENSOR || value_is_number(b) || op >= OP_LT)) ||
	    (b.kind == VALUE_TENSOR && (value_is_number(a) || op >= OP_LT)) || numpy_compares(a, b))
		return array_binary(vm, op, a, b, ret);
	if (op == OP_EQ || op == OP_NE) {
		r = compare_equal(vm, a, b, &result);
		if (r == 0)
			*ret = value_bool(result == (op == OP_EQ));
	} else {
		r = order_values(vm, op, a, b, ret);
	}
	if (r == 0 && (a.numpy || b.numpy) && ret->kind == VALUE_BOOL)
		ret->numpy = true;
	return r;
}

// Equality as a container sees it: arrays by identity, or as a single element.
// Lists or tuples of one length, which the comparison of their items may change.
static int equal_sequences(struct vm *vm, struct value a, struct value b, bool *ret)
{
	struct value *from_a, *from_b, item_a, item_b;
	size_t count_a, count_b;
	int r = vm_check_stack(vm);

	*ret = true;
	for (size_t i = 0; r == 0 && *ret; i++) {
		value_items(a, &from_a, &count_a);
		value_items(b, &from_b, &count_b);
		*ret = count_a == count_b;
		if (!*ret || i >= count_a)
			break;
		item_a = value_ref(from_a[i]);
		item_b = value_ref(from_b[i]);
		r = compare_equal(vm, item_a, item_b, ret);
		value_drop(item_a);
		value_drop(item_b);
	}
	return r;
}

int compare_equal(struct vm *vm, struct value a, struct value b, bool *ret)
{
	struct value v;
	int r;

	if (a.kind == b.kind && (a.kind == VALUE_LIST || a.kind == VALUE_TUPLE) && a.o != b.o)
		return equal_sequences(vm, a, b, ret);
	if ((a.kind == VALUE_TENSOR && (b.kind == VALUE_TENSOR || value_is_number(b))) ||
	    (b.kind == VALUE_TENSOR && value_is_number(a)) || class_of(a) || class_of(b)) {
		bool object = class_of(a) || class_of(b);

		if (identical(a, b))
			return *ret = true, 0;
		r = object ? by_method(vm, OP_EQ, a, b, &v) : array_binary(vm, OP_EQ, a, b, &v);
		if (r < 0 || (object && r == 0))
			return *ret = r == 0 && value_equal(a, b), r;
		r = truth(vm, v, ret);
		value_drop(v);
		return r;
	}
	if ((a.kind == VALUE_DTYPE && (a.i & VALUE_DTYPE_NUMPY)) || (b.kind == VALUE_DTYPE && (b.i & VALUE_DTYPE_NUMPY)))
		return numpy_dtype_equal(vm, a, b, ret);
	*ret = value_equal(a, b);
	return 0;
}

static int instance_truth(struct vm *vm, struct value v, bool *ret)
{
	struct value *method = class_find_text(vm, AS_INSTANCE(v)->class, "__len__"), answer;
	int64_t length;
	int r = instance_call(vm, v, "__bool__", NULL, 0, &answer);

	*ret = true;
	if (r > 0 && answer.kind != VALUE_BOOL) {
		r = vm_raise(vm, "TypeError", "__bool__ must return True or False, not %s", value_a_type(answer));
		value_drop(answer);
	} else if (r > 0) {
		*ret = answer.b;
	}
	if (r != 0 || !method)
		return r < 0 ? r : 0;
	r = value_length(vm, v, &length);
	*ret = r == 0 && length > 0;
	return r;
}

int truth(struct vm *vm, struct value v, bool *ret)
{
	switch (v.kind) {
	case VALUE_NONE:
		*ret = false;
		return 0;
	case VALUE_BOOL:
	case VALUE_INT:
		*ret = v.i != 0;
		return 0;
	case VALUE_FLOAT:
		*ret = v.f != 0;
		return 0;
	case VALUE_STR:
		*ret = AS_STR(v)->len > 0;
		return 0;
	case VALUE_TUPLE:
		*ret = AS_TUPLE(v)->count > 0;
		return 0;
	case VALUE_LIST:
		*ret = AS_LIST(v)->count > 0;
		return 0;
	case VALUE_DICT:
		*ret = AS_DICT(v)->count > 0;
		return 0;
	case VALUE_VIEW:
		*ret = AS_DICT(AS_VIEW(v)->dict)->count > 0;
		return 0;
	case VALUE_RANGE:
		*ret = AS_RANGE(v)->count > 0;
		return 0;
	case VALUE_TENSOR:
		return array_truth(vm, v, ret);
	case VALUE_INSTANCE:
		return instance_truth(vm, v, ret);
	default:
		*ret = true;
		return 0;
	}
}
