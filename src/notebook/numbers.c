// SPDX-License-Identifier: GPL-3.0-or-later
/* Functions of numbers that every program has, and the methods of numbers. */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "notebook/array.h"
#include "notebook/builtin.h"

#define TABLE_END {NULL, NULL, NULL, NULL, 0}

static int core_abs(struct vm *vm, const struct args *args, struct value *ret)
{
	struct value x = args->v[0];
	struct diag diag;
	struct var *var = NULL;
	int r;

	if (x.kind == VALUE_FLOAT) {
		*ret = value_float(fabs(x.f));
		ret->numpy = x.numpy;
		return 0;
	}
	if (x.kind == VALUE_TENSOR) {
		r = var_unary(UNARY_ABS, AS_VAR(x), &var, &diag);
		return array_scalar_result(vm, r, &diag, var, AS_VAR(x)->world, ret);
	}
	r = instance_call(vm, x, "__abs__", NULL, 0, ret);
	if (r != 0)
		return r < 0 ? r : 0;
	if (!value_is_number(x)) {
		vm_raise(vm, "TypeError", "abs() needs a number, not %s", value_a_type(x));
		return vm_blame(vm, x);
	}
	if (x.i >= 0) {
		*ret = value_int(x.i);
		ret->numpy = x.numpy;
		return 0;
	}
	return operate_unary(vm, OP_NEG, x, ret);
}

// A multiple of 10 ** -digits, halves to the even one.
static int64_t round_int(int64_t i, int64_t digits)
{
	int64_t unit = 1, rest, half;

	while (digits++ < 0)
		if (__builtin_mul_overflow(unit, (int64_t)10, &unit))
			return 0;
	rest = i % unit;
	rest += rest < 0 ? unit : 0;
	half = unit / 2;
	i -= rest;
	if (rest > half || (rest == half && unit > 1 && (i / unit) % 2 != 0))
		i += unit;
	return i;
}

// Through decimal text, as Python does: 2.675 rounds to 2.67, not 2.68.
static double round_float(double x, int64_t digits)
{
	char text[400];
	double unit;

	if (digits > 22 || !isfinite(x))
		return x;
	if (digits < -308)
		return copysign(0, x);
	if (digits >= 0) {
		snprintf(text, sizeof(text), "%.*f", (int)digits, x);
		return strtod(text, NULL);
	}
	unit = pow(10, (double)-digits);
	return nearbyint(x / unit) * unit;
}

static int core_round(struct vm *vm, const struct args *args, struct value *ret)
{
	bool digits_given = args->v[1].kind != VALUE_NONE;
	int64_t digits = 0;
	double x;
	int r = instance_call(vm, args->v[0], "__round__", &args->v[1], digits_given, ret);

	if (r != 0)
		return r < 0 ? r : 0;
	r = vm_to_number(vm, args->v[0], "round()'s argument", &x);
	if (r == 0 && digits_given)
		r = vm_to_int(vm, args->v[1], "ndigits", &digits);
	if (r < 0)
		return r;
	if (args->v[0].kind == VALUE_INT || args->v[0].kind == VALUE_BOOL) {
		*ret = value_int(digits >= 0 ? args->v[0].i : round_int(args->v[0].i, digits));
	} else if (digits_given) {
		*ret = value_float(round_float(x, digits));
	} else {
		x = nearbyint(x);
		if (!(fabs(x) < 9.2e18))
			return vm_raise(vm, isnan(x) ? "ValueError" : "OverflowError", "%g does not fit an integer", x);
		*ret = value_int((int64_t)x);
	}
	ret->numpy = args->v[0].numpy;
	return 0;
}

/* -- code points and digits --------------------------------------------------------------------- */

static int core_chr(struct vm *vm, const struct args *args, struct value *ret)
{
	struct strbuf out = STRBUF_INIT;
	int64_t i;
	int r = vm_to_int(vm, args->v[0], "chr()'s argument", &i);

	if (r == 0 && (i < 0 || i > 0x10ffff))
		r = vm_raise(vm, "ValueError", "chr() takes 0 to 1114111");
	if (r == 0)
		strbuf_add_utf8(&out, (uint32_t)i);
	return vm_str_take(vm, &out, r, ret);
}

static int core_ord(struct vm *vm, const struct args *args, struct value *ret)
{
	struct value v = args->v[0];
	uint32_t cp;

	if (v.kind != VALUE_STR || AS_STR(v)->chars != 1) {
		vm_raise(vm, "TypeError", "ord() needs a single character, not %s",
		    v.kind == VALUE_STR ? "a longer or empty str" : value_a_type(v));
		return vm_blame(vm, v);
	}
	utf8_decode(AS_STR(v)->text, AS_STR(v)->len, &cp);
	*ret = value_int(cp);
	return 0;
}

// which: the base
static int core_digits(struct vm *vm, const struct args *args, struct value *ret)
{
	char text[70];
	size_t at = sizeof(text) - 1;
	uint64_t rest, base = (uint64_t)args->def->which;
	int64_t i;
	int r = vm_to_int(vm, args->v[0], "the argument", &i);

	if (r < 0)
		return r;
	rest = i < 0 ? -(uint64_t)i : (uint64_t)i;
	text[at] = '\0';
	do
		text[--at] = "0123456789abcdef"[rest % base];
	while ((rest /= base) != 0);
	text[--at] = args->def->name[0] == 'h' ? 'x' : args->def->name[0];
	text[--at] = '0';
	if (i < 0)
		text[--at] = '-';
	return vm_str(vm, text + at, strlen(text + at), ret);
}

static int core_hash(struct vm *vm, const struct args *args, struct value *ret)
{
	int r = instance_call(vm, args->v[0], "__hash__", NULL, 0, ret);

	if (r != 0)
		return r < 0 ? r : 0;
	if (!dict_hashable(args->v[0])) {
		vm_raise(vm, "TypeError", "%s has no hash, as it can change", value_a_type(args->v[0]));
		return vm_blame(vm, args->v[0]);
	}
	if (value_is_number(args->v[0]) && value_number(args->v[0]) == floor(value_number(args->v[0])) &&
	    fabs(value_number(args->v[0])) < 9e18)
		*ret = value_int(args->v[0].kind == VALUE_FLOAT ? (int64_t)args->v[0].f : args->v[0].i);
	else
		*ret = value_int((int64_t)(dict_hash(args->v[0]) >> 2));
	if (ret->i == -1)
		ret->i = -2;
	return 0;
}

/* -- operators as functions ---------------------------------------------------------------------- */

static int core_divmod(struct vm *vm, const struct args *args, struct value *ret)
{
	struct tuple *pair = tuple_new(&vm->heap, 2);
	int r = pair ? operate(vm, OP_FLOORDIV, args->v[0], args->v[1], &pair->items[0]) : vm_no_memory(vm);

	if (r == 0)
		r = operate(vm, OP_MOD, args->v[0], args->v[1], &pair->items[1]);
	if (r < 0) {
		object_drop(pair);
		return r;
	}
	*ret = value_object(pair);
	return 0;
}

// base ** exponent % modulus without large numbers in between.
static int power_modulo(struct vm *vm, int64_t base, int64_t exponent, int64_t modulus, struct value *ret)
{
	__int128 result = 1, factor = base;

	if (modulus == 0)
		return vm_raise(vm, "ValueError", "pow()'s modulus cannot be 0");
	if (exponent < 0)
		return vm_raise(vm, "ValueError", "pow() with a modulus needs an exponent of at least 0");
	for (factor %= modulus; exponent > 0; exponent >>= 1) {
		if (exponent & 1)
			result = result * factor % modulus;
		factor = factor * factor % modulus;
	}
	result %= modulus;
	if (result != 0 && (result < 0) != (modulus < 0))
		result += modulus;
	*ret = value_int((int64_t)result);
	return 0;
}

static int core_pow(struct vm *vm, const struct args *args, struct value *ret)
{
	int64_t base, exponent, modulus;
	int r;

	if (args->v[2].kind == VALUE_NONE)
		return operate(vm, OP_POW, args->v[0], args->v[1], ret);
	r = vm_to_int(vm, args->v[0], "the base", &base);
	if (r == 0)
		r = vm_to_int(vm, args->v[1], "the exponent", &exponent);
	if (r == 0)
		r = vm_to_int(vm, args->v[2], "the modulus", &modulus);
	return r < 0 ? r : power_modulo(vm, base, exponent, modulus, ret);
}

static const struct builtin functions[] = {
	{"abs", "x", "magnitude of a number or of each element", core_abs, 0},
	{"round", "x, ndigits=None", "x rounded, halves to the even neighbour", core_round, 0},
	{"chr", "code", "the character of a code point", core_chr, 0},
	{"divmod", "a, b", "(a // b, a % b)", core_divmod, 0},
	{"pow", "a, b, modulus=None", "a ** b, or its remainder", core_pow, 0},
	{"ord", "character", "the code point of a character", core_ord, 0},
	{"bin", "i", "the digits of an integer to base 2", core_digits, 2},
	{"oct", "i", "the digits of an integer to base 8", core_digits, 8},
	{"hex", "i", "the digits of an integer to base 16", core_digits, 16},
	{"hash", "x", "a number that is the same for equal values", core_hash, 0},
	TABLE_END,
};

int numbers_install(struct vm *vm)
{
	return builtin_add_globals(vm, functions);
}

/* -- methods: Python's, and what a NumPy scalar would answer ---------------------------------------- */

static int number_item(struct vm *vm, const struct args *args, struct value *ret)
{
	(void)vm;
	*ret = args->self;
	return 0;
}

static int number_shape(struct vm *vm, const struct args *args, struct value *ret)
{
	struct tuple *empty = tuple_new(&vm->heap, 0);

	(void)args;
	if (!empty)
		return vm_no_memory(vm);
	*ret = value_object(empty);
	return 0;
}

static int number_is_integer(struct vm *vm, const struct args *args, struct value *ret)
{
	double f = value_number(args->self);

	(void)vm;
	*ret = value_bool(f == (double)(int64_t)(f > -9e18 && f < 9e18 ? f : 0.5));
	return 0;
}

static int number_bit_length(struct vm *vm, const struct args *args, struct value *ret)
{
	uint64_t rest;
	int64_t bits = 0;

	if (args->self.kind == VALUE_FLOAT)
		return vm_raise(vm, "AttributeError", "a float has no bit_length()");
	rest = args->self.i < 0 ? -(uint64_t)args->self.i : (uint64_t)args->self.i;
	for (; rest; rest >>= 1)
		bits++;
	*ret = value_int(bits);
	return 0;
}

// which: 0 the number itself, 1 zero, 2 one
static int number_part(struct vm *vm, const struct args *args, struct value *ret)
{
	(void)vm;
	if (args->def->which == 0)
		*ret = args->self.kind == VALUE_BOOL ? value_int(args->self.i) : args->self;
	else if (args->def->which == 1 && args->self.kind == VALUE_FLOAT)
		*ret = value_float(0);
	else
		*ret = value_int(args->def->which - 1);
	return 0;
}

static int number_ratio(struct vm *vm, const struct args *args, struct value *ret)
{
	double f = value_number(args->self);
	int64_t top = args->self.i, bottom = 1;
	struct tuple *pair;

	if (args->self.kind == VALUE_FLOAT) {
		while (f != floor(f) && bottom < (int64_t)1 << 61 && isfinite(f)) {
			f *= 2;
			bottom *= 2;
		}
		if (!(fabs(f) < 9e18) || f != floor(f))
			return vm_raise(vm, "OverflowError", "the ratio of %g does not fit integers of 64 bits", args->self.f);
		top = (int64_t)f;
	}
	pair = tuple_new(&vm->heap, 2);
	if (!pair)
		return vm_no_memory(vm);
	pair->items[0] = value_int(top);
	pair->items[1] = value_int(bottom);
	*ret = value_object(pair);
	return 0;
}

const struct builtin number_methods[] = {
	{"item", "", "the number itself", number_item, 0},
	{"shape", NULL, "(), as a number has no dimensions", number_shape, 0},
	{"is_integer", "", "is it a whole number?", number_is_integer, 0},
	{"bit_length", "", "how many binary digits an integer has", number_bit_length, 0},
	{"as_integer_ratio", "", "two integers whose quotient it is", number_ratio, 0},
	{"conjugate", "", "the number itself, as it is real", number_part, 0},
	{"real", NULL, "the number itself", number_part, 0},
	{"imag", NULL, "0, as it is real", number_part, 1},
	{"numerator", NULL, "the integer itself", number_part, 0},
	{"denominator", NULL, "1, as it is an integer", number_part, 2},
	TABLE_END,
};
