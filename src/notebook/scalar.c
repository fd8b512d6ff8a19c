// SPDX-License-Identifier: GPL-3.0-or-later
/* The modules time and math: functions of plain numbers. */
#include "config.h"

#include "notebook/scalar.h"

#include <math.h>

#include "base/clock.h"
#include "notebook/array_args.h"

static int clock_time(struct vm *vm, const struct args *args, struct value *ret)
{
	(void)vm;
	(void)args;
	*ret = value_float(clock_real());
	return 0;
}

static int clock_sleep(struct vm *vm, const struct args *args, struct value *ret)
{
	double seconds, until;
	int r = vm_to_number(vm, args->v[0], "seconds", &seconds);

	*ret = value_none();
	until = clock_real() + (seconds < 60 ? seconds : 60);
	while (r == 0 && clock_real() < until)
		r = vm_tick_slow(vm);
	return r;
}

// A function of math on one number.
static int math_of(struct vm *vm, const struct args *args, struct value *ret)
{
	static double (*const functions[])(double) = {sqrt, exp, log, sin, cos, tan, floor, ceil, fabs, log2,
	    log10, tanh, atan, asin, acos, trunc, sinh, cosh, log1p, expm1, erf, tgamma, lgamma};
	double x, y;
	int r = vm_to_number(vm, args->v[0], "the argument", &x);

	if (r < 0)
		return r;
	y = functions[args->def->which](x);
	if (isnan(y) && !isnan(x))
		return vm_raise(vm, "ValueError", "%s(%g) has no real value", args->def->name, x);
	if (args->def->which == 2 && x == 0)
		return vm_raise(vm, "ValueError", "the logarithm of 0 is infinite");
	if (args->def->which != 6 && args->def->which != 7 && args->def->which != 15)
		*ret = value_float(y);
	else if (fabs(y) < 0x1p63)
		*ret = value_int((int64_t)y);
	else
		return vm_raise(vm, "OverflowError", "%g does not fit an integer of 64 bits", y);
	return 0;
}

static int flag_of(struct vm *vm, const struct args *args, struct value *ret)
{
	double x;
	int r = vm_to_number(vm, args->v[0], "the argument", &x);

	if (r == 0)
		*ret = value_bool(args->def->which == 0 ? isnan(x) : args->def->which == 1 ? isinf(x) : isfinite(x));
	return r;
}

enum { PAIR_ATAN2, PAIR_FMOD, PAIR_COPYSIGN };

static int math_pair(struct vm *vm, const struct args *args, struct value *ret)
{
	static double (*const functions[])(double, double) = {atan2, fmod, copysign};
	double a, b;
	int r = vm_to_number(vm, args->v[0], "the first argument", &a);

	if (r == 0)
		r = vm_to_number(vm, args->v[1], "the second argument", &b);
	if (r < 0)
		return r;
	a = functions[args->def->which](a, b);
	if (isnan(a) && !isnan(b))
		return vm_raise(vm, "ValueError", "%s() has no real value here", args->def->name);
	*ret = value_float(a);
	return 0;
}

const struct builtin scalar_time[] = {
	{"time", "", "seconds from an arbitrary start", clock_time, 0},
	{"perf_counter", "", "seconds from an arbitrary start", clock_time, 0},
	{"sleep", "seconds", "waits", clock_sleep, 0},
	TABLE_END,
};

const struct builtin scalar_math[] = {
	{"sqrt", "x", "square root", math_of, 0}, {"exp", "x", "e to the x", math_of, 1},
	{"log", "x", "natural logarithm", math_of, 2}, {"sin", "x", "sine", math_of, 3},
	{"cos", "x", "cosine", math_of, 4}, {"tan", "x", "tangent", math_of, 5},
	{"floor", "x", "the next whole number below", math_of, 6},
	{"ceil", "x", "the next whole number above", math_of, 7}, {"fabs", "x", "magnitude", math_of, 8},
	{"log2", "x", "logarithm to base 2", math_of, 9}, {"log10", "x", "logarithm to base 10", math_of, 10},
	{"tanh", "x", "hyperbolic tangent", math_of, 11}, {"atan", "x", "arc tangent", math_of, 12},
	{"asin", "x", "arc sine", math_of, 13}, {"acos", "x", "arc cosine", math_of, 14},
	{"trunc", "x", "x without its fraction", math_of, 15},
	{"sinh", "x", "hyperbolic sine", math_of, 16}, {"cosh", "x", "hyperbolic cosine", math_of, 17},
	{"log1p", "x", "log(1 + x), also for tiny x", math_of, 18}, {"expm1", "x", "exp(x) - 1, also for tiny x", math_of, 19},
	{"erf", "x", "the error function", math_of, 20}, {"gamma", "x", "the gamma function", math_of, 21},
	{"lgamma", "x", "the logarithm of the gamma function", math_of, 22},
	{"atan2", "y, x", "the angle of the point (x, y)", math_pair, PAIR_ATAN2},
	{"fmod", "x, y", "the remainder, with the sign of x", math_pair, PAIR_FMOD},
	{"copysign", "x, y", "the magnitude of x with the sign of y", math_pair, PAIR_COPYSIGN},
	{"isnan", "x", "is it not a number?", flag_of, 0}, {"isinf", "x", "is it infinite?", flag_of, 1},
	{"isfinite", "x", "is it finite?", flag_of, 2}, TABLE_END,
};
