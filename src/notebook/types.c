// SPDX-License-Identifier: GPL-3.0-or-later
/* The built-in classes: int, float, str, list, ..., and the exceptions. */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "notebook/array.h"
#include "notebook/builtin.h"
#include "notebook/dict_methods.h"

static int count_args(struct vm *vm, const struct call *call, const char *name, size_t low, size_t high)
{
	if (call->keywords)
		return vm_raise(vm, "TypeError", "%s() has no parameter '%s'", name, call->names[0]->text);
	if (call->count < low || call->count > high)
		return vm_raise(vm, "TypeError", "%s() takes %zu to %zu arguments but %zu were given", name, low, high,
		    call->count);
	return 0;
}

static int bad_text(struct vm *vm, const char *what, struct value v)
{
	struct strbuf text = STRBUF_INIT;
	int r = value_repr(vm, v, &text);

	if (r == 0) {
		r = vm_raise(vm, "ValueError", "%.80s is not %s", text.data, what);
		vm_hint(vm, "only digits, a sign and for floats a point and exponent may stand there");
	}
	strbuf_release(&text);
	return r;
}

// Digits without the underscores between them: false where one stands elsewhere, or the text is too long.
static bool plain_digits(const struct str *str, char *text, size_t size)
{
	size_t len = 0;

	for (size_t i = 0; i < str->len; i++) {
		bool between = i > 0 && i + 1 < str->len && isalnum((unsigned char)str->text[i - 1]) &&
		    isalnum((unsigned char)str->text[i + 1]);

		if (str->text[i] == '_' ? !between : len + 1 == size || !str->text[i])
			return false;
		if (str->text[i] != '_')
			text[len++] = str->text[i];
	}
	text[len] = '\0';
	return true;
}

// Behind 0x, 0o or 0b, which the base allows; base 0: what stands there decides.
static const char *skip_prefix(const char *digits, int *base)
{
	static const struct {
		char letter;
		int base;
	} prefixes[] = {{'x', 16}, {'o', 8}, {'b', 2}};

	for (size_t i = 0; i < ARRAY_LEN(prefixes); i++)
		if (digits[0] == '0' && (digits[1] | 0x20) == prefixes[i].letter &&
		    (*base == 0 || *base == prefixes[i].base) && isalnum((unsigned char)digits[2])) {
			*base = prefixes[i].base;
			return digits + 2;
		}
	*base = *base ? *base : 10;
	return digits;
}

static int int_of_text(struct vm *vm, struct value v, int base, struct value *ret)
{
	char text[200], *end;
	const char *at = text;
	bool negative;
	long long i;

	if (!plain_digits(AS_STR(v), text, sizeof(text)))
		return bad_text(vm, "an integer", v);
	at += strspn(at, " \t\n\r\f\v");
	negative = *at == '-';
	at = skip_prefix(at + (*at == '-' || *at == '+'), &base);
	errno = 0;
	i = isalnum((unsigned char)*at) ? strtoll(at, &end, base) : 0;
	if (!isalnum((unsigned char)*at) || end == at || end[strspn(end, " \t\n\r\f\v")])
		return bad_text(vm, "an integer", v);
	if (errno == ERANGE)
		return vm_raise(vm, "OverflowError", "%.60s does not fit an integer of 64 bits", text);
	*ret = value_int(negative ? -i : i);
	return 0;
}

static int int_of_float(struct vm *vm, double f, struct value *ret)
{
	if (!(fabs(f) < 9.2e18))
		return vm_raise(vm, isnan(f) ? "ValueError" : "OverflowError", "%g does not fit an integer of 64 bits", f);
	*ret = value_int((int64_t)f);
	return 0;
}

// The value that an object says it is: 1; 0 where it says nothing.
static int by_method(struct vm *vm, struct value v, const char *name, enum value_kind kind, struct value *ret)
{
	int r = instance_call(vm, v, name, NULL, 0, ret);

	if (r > 0 && ret->kind != kind) {
		r = vm_raise(vm, "TypeError", "%s must return %s, not %s", name, kind == VALUE_INT ? "an int" : "a float",
		    value_a_type(*ret));
		value_drop(*ret);
	}
	return r;
}

static int make_int(struct vm *vm, const struct call *call, struct value *ret)
{
	struct value v = call->count ? call->args[0] : value_int(0), base_value = value_unset();
	struct call positional = *call;
	int64_t base = 10;
	double f;
	int r;

	if (call->keywords == 1 && strcmp(call->names[0]->text, "base") == 0) {
		base_value = call->values[0];
		positional.keywords = 0;
	}
	r = count_args(vm, &positional, "int", 0, 2);
	if (r == 0 && call->count == 2)
		base_value = call->args[1];
	if (r == 0 && base_value.kind != VALUE_UNSET)
		r = vm_to_int(vm, base_value, "the base", &base);
	if (r < 0)
		return r;
	if (base != 0 && (base < 2 || base > 36))
		return vm_raise(vm, "ValueError", "a base must be 0 or between 2 and 36");
	if (v.kind == VALUE_STR)
		return int_of_text(vm, v, (int)base, ret);
	if (base_value.kind != VALUE_UNSET)
		return vm_raise(vm, "TypeError", "int() with a base needs a str");
	if (v.kind == VALUE_INT || v.kind == VALUE_BOOL) {
		*ret = value_int(v.i);
		return 0;
	}
	r = by_method(vm, v, "__int__", VALUE_INT, ret);
	if (r == 0)
		r = by_method(vm, v, "__index__", VALUE_INT, ret);
	if (r != 0)
		return r < 0 ? r : 0;
	r = vm_to_number(vm, v, "int()'s argument", &f);
	return r < 0 ? r : int_of_float(vm, f, ret);
}

static int float_of_text(struct vm *vm, struct value v, struct value *ret)
{
	char text[400], *end;
	double f;

	if (!plain_digits(AS_STR(v), text, sizeof(text)))
		return bad_text(vm, "a float", v);
	f = strtod(text, &end);
	if (end == text || end[strspn(end, " \t\n\r\f\v")] || strpbrk(text, "xXpP("))
		return bad_text(vm, "a float", v);
	*ret = value_float(f);
	return 0;
}

static int make_float(struct vm *vm, const struct call *call, struct value *ret)
{
	struct value v = call->count ? call->args[0] : value_int(0);
	double f;
	int r = count_args(vm, call, "float", 0, 1);

	if (r < 0)
		return r;
	if (v.kind == VALUE_STR)
		return float_of_text(vm, v, ret);
	r = by_method(vm, v, "__float__", VALUE_FLOAT, ret);
	if (r != 0)
		return r < 0 ? r : 0;
	r = vm_to_number(vm, v, "float()'s argument", &f);
	if (r == 0)
		*ret = value_float(f);
	return r;
}

static int make_bool(struct vm *vm, const struct call *call, struct value *ret)
{
	bool holds = false;
	int r = count_args(vm, call, "bool", 0, 1);

	if (r == 0 && call->count)
		r = truth(vm, call->args[0], &holds);
	if (r == 0)
		*ret = value_bool(holds);
	return r;
}

static int make_str(struct vm *vm, const struct call *call, struct value *ret)
{
	struct strbuf out = STRBUF_INIT;
	int r = count_args(vm, call, "str", 0, 1);

	if (r == 0 && call->count)
		r = value_str(vm, call->args[0], &out);
	return vm_str_take(vm, &out, r, ret);
}

static int make_list(struct vm *vm, const struct call *call, struct value *ret)
{
	int r = count_args(vm, call, "list", 0, 1);
	struct list *empty;

	if (r == 0 && call->count)
		return iter_to_list(vm, call->args[0], ret);
	if (r < 0)
		return r;
	empty = list_new(&vm->heap, 0);
	if (!empty)
		return vm_no_memory(vm);
	*ret = value_object(empty);
	return 0;
}

static int make_tuple(struct vm *vm, const struct call *call, struct value *ret)
{
	struct value list;
	struct tuple *tuple;
	int r = make_list(vm, call, &list);

	if (r < 0)
		return r;
	tuple = tuple_new(&vm->heap, AS_LIST(list)->count);
	if (!tuple) {
		value_drop(list);
		return vm_no_memory(vm);
	}
	for (size_t i = 0; i < tuple->count; i++)
		tuple->items[i] = value_ref(AS_LIST(list)->items[i]);
	value_drop(list);
	*ret = value_object(tuple);
	return 0;
}

static int make_size(struct vm *vm, const struct call *call, struct value *ret)
{
	int r = make_tuple(vm, call, ret);

	if (r == 0)
		AS_TUPLE(*ret)->is_size = true;
	return r;
}

static int make_set(struct vm *vm, const struct call *call, struct value *ret)
{
	struct value list, found;
	int r = make_list(vm, call, &list);

	if (r < 0)
		return r;
	r = set_of(vm, list, &found);
	value_drop(list);
	if (r == 0)
		*ret = found;
	return r;
}

static int make_frozenset(struct vm *vm, const struct call *call, struct value *ret)
{
	int r = make_set(vm, call, ret);

	if (r == 0)
		AS_DICT(*ret)->is_frozen = true;
	return r;
}

static int make_dict(struct vm *vm, const struct call *call, struct value *ret)
{
	struct dict *dict = dict_new(&vm->heap);
	int r = dict ? 0 : vm_no_memory(vm);

	if (r == 0 && call->count > 1)
		r = vm_raise(vm, "TypeError", "dict() takes one argument and keywords");
	if (r == 0)
		r = dict_fill(vm, dict, call->count ? call->args[0] : value_unset(), call);
	if (r < 0) {
		object_drop(dict);
		return r;
	}
	*ret = value_object(dict);
	return 0;
}

static int make_range(struct vm *vm, const struct call *call, struct value *ret)
{
	int64_t bounds[3] = {0, 0, 1}, span;
	struct range *range;
	int r = count_args(vm, call, "range", 1, 3);

	for (size_t i = 0; r == 0 && i < call->count; i++)
		r = vm_to_int(vm, call->args[i], "range()'s argument", &bounds[call->count == 1 ? 1 : i]);
	if (r < 0)
		return r;
	if (bounds[2] == 0)
		return vm_raise(vm, "ValueError", "range()'s step cannot be 0");
	if (__builtin_sub_overflow(bounds[1], bounds[0], &span) || span == INT64_MIN || bounds[2] == INT64_MIN)
		return vm_raise(vm, "OverflowError", "this range is too long");
	range = object_new(&vm->heap, VALUE_RANGE, sizeof(*range));
	if (!range)
		return vm_no_memory(vm);
	range->start = bounds[0];
	range->stop = bounds[1];
	range->step = bounds[2];
	if (bounds[2] > 0 ? span > 0 : span < 0)
		range->count = bounds[2] > 0 ? (span - 1) / bounds[2] + 1 : (-(span + 1)) / -bounds[2] + 1;
	*ret = value_object(range);
	return 0;
}

static int make_slice(struct vm *vm, const struct call *call, struct value *ret)
{
	struct slice *slice;
	int r = count_args(vm, call, "slice", 1, 3);

	if (r < 0)
		return r;
	slice = object_new(&vm->heap, VALUE_SLICE, sizeof(*slice));
	if (!slice)
		return vm_no_memory(vm);
	slice->start = call->count > 1 ? value_ref(call->args[0]) : value_none();
	slice->stop = value_ref(call->args[call->count > 1]);
	slice->step = call->count > 2 ? value_ref(call->args[2]) : value_none();
	*ret = value_object(slice);
	return 0;
}

static int make_type(struct vm *vm, const struct call *call, struct value *ret)
{
	int r = count_args(vm, call, "type", 1, 1);

	return r < 0 ? r : type_of(vm, call->args[0], ret);
}

static int new_instance(struct vm *vm, struct value class, struct value *ret)
{
	struct instance *instance = object_new(&vm->heap, VALUE_INSTANCE, sizeof(*instance));

	if (!instance)
		return vm_no_memory(vm);
	*ret = value_object(instance);
	instance->class = object_ref(class.o);
	instance->attrs = dict_new(&vm->heap);
	return instance->attrs ? 0 : (value_drop(*ret), vm_no_memory(vm));
}

static int make_object(struct vm *vm, const struct call *call, struct value *ret)
{
	int r = count_args(vm, call, "object", 0, 0);

	return r < 0 ? r : new_instance(vm, vm->builtins[vm_intern(vm, "object", 6)->symbol], ret);
}

static int object_bare(struct vm *vm, const struct args *args, struct value *ret)
{
	if (args->v[0].kind != VALUE_CLASS || AS_CLASS(args->v[0])->make) {
		vm_raise(vm, "TypeError", "object.__new__() needs a class of a program, not %s", value_a_type(args->v[0]));
		return vm_hint(vm, "call the class to make an object");
	}
	return new_instance(vm, args->v[0], ret);
}

static const struct builtin object_functions[] = {
	{"__new__", "cls", "an object of the class as it is before its __init__", object_bare, 0},
	{NULL, NULL, NULL, NULL, 0},
};

static const struct {
	const char *name;
	int (*make)(struct vm *vm, const struct call *call, struct value *ret);
	enum value_kind instances;
} types[] = {
	{"int", make_int, VALUE_INT}, {"float", make_float, VALUE_FLOAT}, {"bool", make_bool, VALUE_BOOL},
	{"str", make_str, VALUE_STR}, {"list", make_list, VALUE_LIST}, {"tuple", make_tuple, VALUE_TUPLE},
	{"set", make_set, VALUE_UNSET}, {"frozenset", make_frozenset, VALUE_UNSET}, {"dict", make_dict, VALUE_DICT}, {"range", make_range, VALUE_RANGE},
	{"slice", make_slice, VALUE_SLICE}, {"type", make_type, VALUE_UNSET}, {"object", make_object, VALUE_UNSET},
	{"torch.Size", make_size, VALUE_UNSET},
};

/* Exceptions: name and the one above it; a name only after that of its parent. */
static const char *const exceptions[][2] = {
	{"BaseException", NULL}, {"Exception", "BaseException"}, {"KeyboardInterrupt", "BaseException"},
	{"ArithmeticError", "Exception"}, {"ZeroDivisionError", "ArithmeticError"},
	{"OverflowError", "ArithmeticError"}, {"AssertionError", "Exception"},
	{"AttributeError", "Exception"}, {"ImportError", "Exception"},
	{"ModuleNotFoundError", "ImportError"}, {"LookupError", "Exception"},
	{"IndexError", "LookupError"}, {"KeyError", "LookupError"}, {"MemoryError", "Exception"},
	{"NameError", "Exception"}, {"UnboundLocalError", "NameError"}, {"OSError", "Exception"},
	{"FileNotFoundError", "OSError"}, {"IsADirectoryError", "OSError"},
	{"PermissionError", "OSError"}, {"RuntimeError", "Exception"},
	{"NotImplementedError", "RuntimeError"}, {"RecursionError", "RuntimeError"},
	{"StopIteration", "Exception"}, {"TypeError", "Exception"}, {"ValueError", "Exception"},
};

static int exception_init(struct vm *vm, const struct args *args, struct value *ret)
{
	struct tuple *tuple = tuple_new(&vm->heap, args->rest_count);

	if (!tuple)
		return vm_no_memory(vm);
	for (size_t i = 0; i < args->rest_count; i++)
		tuple->items[i] = value_ref(args->rest[i]);
	*ret = value_none();
	return builtin_set(vm, AS_INSTANCE(args->self)->attrs, "args", value_object(tuple));
}

static int exception_text(struct vm *vm, const struct args *args, struct value *ret)
{
	struct value *held = dict_get_text(AS_INSTANCE(args->self)->attrs, "args");
	const struct tuple *tuple = held && held->kind == VALUE_TUPLE ? AS_TUPLE(*held) : NULL;
	struct strbuf out = STRBUF_INIT;
	int r = 0;

	if (args->def->which) { // repr
		strbuf_add(&out, AS_INSTANCE(args->self)->class->name->text);
		strbuf_addch(&out, '(');
		for (size_t i = 0; r == 0 && tuple && i < tuple->count; i++) {
			strbuf_add(&out, i ? ", " : "");
			r = value_repr(vm, tuple->items[i], &out);
		}
		strbuf_addch(&out, ')');
	} else if (tuple && tuple->count == 1) {
		bool is_key = class_is(AS_INSTANCE(args->self)->class, AS_CLASS(vm->builtins[vm_intern(vm, "KeyError", 8)->symbol]));

		r = is_key ? value_repr(vm, tuple->items[0], &out) : value_str(vm, tuple->items[0], &out);
	} else if (tuple && tuple->count > 1) {
		r = value_repr(vm, *held, &out);
	}
	return vm_str_take(vm, &out, r, ret);
}

static const struct builtin exception_methods[] = {
	{"__init__", "*args", "the exception's arguments, of which the first is its text", exception_init, 0},
	{"__str__", "", "the exception's text", exception_text, 0},
	{"__repr__", "", "the exception as it is made", exception_text, 1},
	{NULL, NULL, NULL, NULL, 0},
};

static int install_exceptions(struct vm *vm)
{
	for (size_t i = 0; i < ARRAY_LEN(exceptions); i++) {
		struct class *class, *parent = NULL;
		int r;

		if (exceptions[i][1]) {
			struct str *name = vm_intern(vm, exceptions[i][1], strlen(exceptions[i][1]));

			if (!name)
				return vm_no_memory(vm);
			parent = AS_CLASS(vm->builtins[name->symbol]);
		}
		r = class_new(vm, exceptions[i][0], NULL, parent, &class);
		if (r == 0 && !parent)
			r = builtin_add_table(vm, class->attrs, exception_methods, true);
		if (r == 0 && !parent)
			builtin_bind(class->attrs, VALUE_INSTANCE);
		if (r == 0 && !parent)
			r = builtin_set(vm, class->attrs, "__cause__", value_none());
		if (r == 0 && !parent)
			r = builtin_set(vm, class->attrs, "__context__", value_none());
		if (r == 0)
			r = builtin_set_global(vm, exceptions[i][0], value_object(class));
		if (r < 0)
			return r;
	}
	return 0;
}

int builtins_install_types(struct vm *vm)
{
	int r;

	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		struct class *class;

		r = class_new(vm, types[i].name, NULL, NULL, &class);

		if (r < 0)
			return r;
		class->make = types[i].make;
		class->instances = types[i].instances;
		r = builtin_set_global(vm, types[i].name, value_object(class));
		if (r < 0)
			return r;
	}
	r = builtin_add_table(vm, AS_CLASS(vm->builtins[vm_intern(vm, "str", 3)->symbol])->attrs, str_functions, false);
	if (r == 0)
		r = builtin_add_table(vm, AS_CLASS(vm->builtins[vm_intern(vm, "object", 6)->symbol])->attrs, object_functions, false);
	if (r == 0)
		r = builtin_add_table(vm, AS_CLASS(vm->builtins[vm_intern(vm, "dict", 4)->symbol])->attrs, dict_functions, false);
	return r < 0 ? r : install_exceptions(vm);
}
