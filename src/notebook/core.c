// SPDX-License-Identifier: GPL-3.0-or-later
/* The functions that every program has: print, len, range, sum, ... */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "notebook/array.h"
#include "notebook/builtin.h"
#include "notebook/notebook_internal.h"
#include "notebook/format.h"

static int core_print(struct vm *vm, const struct args *args, struct value *ret)
{
	struct strbuf out = STRBUF_INIT;
	const char *sep = args->v[0].kind == VALUE_STR ? AS_STR(args->v[0])->text : " ";
	const char *end = args->v[1].kind == VALUE_STR ? AS_STR(args->v[1])->text : "\n";
	int r = 0;

	for (size_t i = 0; r == 0 && i < args->rest_count; i++) {
		if (i)
			strbuf_add(&out, sep);
		r = value_str(vm, args->rest[i], &out);
	}
	strbuf_add(&out, end);
	if (r == 0)
		r = vm_write(vm, out.data, out.len);
	strbuf_release(&out);
	*ret = value_none();
	return r;
}

static int core_len(struct vm *vm, const struct args *args, struct value *ret)
{
	int64_t length;
	int r = value_length(vm, args->v[0], &length);

	if (r == 0)
		*ret = value_int(length);
	return r;
}

// The largest (which 1) or smallest (which -1) of several arguments or of one sequence.
static int core_extreme(struct vm *vm, const struct args *args, struct value *ret)
{
	struct value list, best = value_unset(), best_key = value_unset(), key_function = args->v[0];
	struct list *items;
	int r;

	if (args->rest_count == 0)
		return vm_raise(vm, "TypeError", "%s() misses its argument", args->def->name);
	if (args->rest_count == 1) {
		r = iter_to_list(vm, args->rest[0], &list);
		if (r < 0)
			return r;
	} else {
		items = list_new(&vm->heap, args->rest_count);
		if (!items)
			return vm_no_memory(vm);
		for (size_t i = 0; i < args->rest_count; i++)
			items->items[i] = value_ref(args->rest[i]);
		list = value_object(items);
	}
	items = AS_LIST(list);
	r = items->count || args->v[1].kind != VALUE_UNSET
	    ? 0
	    : vm_raise(vm, "ValueError", "%s() of an empty sequence", args->def->name);
	for (size_t i = 0; r == 0 && i < items->count; i++) {
		struct value key, better = value_bool(true);
		bool holds = false;

		if (key_function.kind == VALUE_NONE)
			key = value_ref(items->items[i]);
		else
			r = vm_call1(vm, key_function, items->items[i], &key);
		if (r < 0)
			break;
		if (i > 0)
			r = compare(vm, args->def->which > 0 ? OP_GT : OP_LT, key, best_key, &better);
		if (r == 0) {
			r = truth(vm, better, &holds);
			value_drop(better);
		}
		if (holds) {
			value_set(&best_key, key);
			best = items->items[i];
		} else {
			value_drop(key);
		}
	}
	value_drop(best_key);
	if (r == 0)
		*ret = value_ref(items->count ? best : args->v[1]);
	value_drop(list);
	return r;
}

static int core_sum(struct vm *vm, const struct args *args, struct value *ret)
{
	struct value iter, item, total = value_ref(args->v[1]), next;
	int r = iter_new(vm, args->v[0], &iter);

	if (r < 0) {
		value_drop(total);
		return r;
	}
	while ((r = iter_next(vm, iter, &item)) == 1) {
		r = operate(vm, OP_ADD, total, item, &next);
		value_drop(item);
		if (r == 0) {
			value_set(&total, next);
			r = vm_tick(vm);
		}
		if (r < 0)
			break;
	}
	value_drop(iter);
	if (r < 0) {
		value_drop(total);
		return r;
	}
	*ret = total;
	return 0;
}

// any (which 1) stops at the first true, all (which 0) at the first false.
static int core_any(struct vm *vm, const struct args *args, struct value *ret)
{
	struct value iter, item;
	bool holds = args->def->which == 0;
	int r = iter_new(vm, args->v[0], &iter);

	if (r < 0)
		return r;
	while ((r = iter_next(vm, iter, &item)) == 1) {
		r = truth(vm, item, &holds);
		value_drop(item);
		if (r == 0)
			r = vm_tick(vm);
		if (r < 0 || holds == (args->def->which == 1))
			break;
		holds = args->def->which == 0;
	}
	value_drop(iter);
	if (r < 0)
		return r;
	*ret = value_bool(holds);
	return 0;
}

// Of an iterator that another one goes through: there may be thousands, one in the other.
static int next_of(struct vm *vm, struct value iter, struct value *ret)
{
	int r = vm_check_stack(vm);

	return r < 0 ? r : iter_next(vm, iter, ret);
}

static int next_enumerate(struct vm *vm, struct iter *iter, struct value *ret)
{
	struct tuple *pair;
	struct value item;
	int r = next_of(vm, iter->source, &item);

	if (r <= 0)
		return r;
	pair = tuple_new(&vm->heap, 2);
	if (!pair) {
		value_drop(item);
		return vm_no_memory(vm);
	}
	pair->items[0] = value_int(iter->at++);
	pair->items[1] = item;
	*ret = value_object(pair);
	return 1;
}

static int core_enumerate(struct vm *vm, const struct args *args, struct value *ret)
{
	struct value source;
	int64_t start;
	int r = vm_to_int(vm, args->v[1], "start", &start);

	if (r == 0)
		r = iter_new(vm, args->v[0], &source);
	if (r < 0)
		return r;
	r = iter_make(vm, next_enumerate, source, value_unset(), ret);
	value_drop(source);
	if (r == 0)
		AS_ITER(*ret)->at = start;
	return r;
}

static int next_zip(struct vm *vm, struct iter *iter, struct value *ret)
{
	const struct tuple *sources = AS_TUPLE(iter->source);
	struct tuple *made = sources->count ? tuple_new(&vm->heap, sources->count) : NULL;
	int r = 1;

	if (!made)
		return sources->count ? vm_no_memory(vm) : 0;
	for (size_t i = 0; r == 1 && i < sources->count; i++)
		r = next_of(vm, sources->items[i], &made->items[i]);
	if (r <= 0) {
		object_drop(made);
		return r;
	}
	*ret = value_object(made);
	return 1;
}

// A tuple of iterators over the arguments.
static int iterators(struct vm *vm, const struct value *sources, size_t count, struct value *ret)
{
	struct tuple *iters = tuple_new(&vm->heap, count);
	int r = iters ? 0 : vm_no_memory(vm);

	for (size_t i = 0; r == 0 && i < count; i++)
		r = iter_new(vm, sources[i], &iters->items[i]);
	if (r < 0) {
		object_drop(iters);
		return r;
	}
	*ret = value_object(iters);
	return 0;
}

static int core_zip(struct vm *vm, const struct args *args, struct value *ret)
{
	struct value iters;
	int r = iterators(vm, args->rest, args->rest_count, &iters);

	if (r < 0)
		return r;
	r = iter_make(vm, next_zip, iters, value_unset(), ret);
	value_drop(iters);
	return r;
}

static int next_map(struct vm *vm, struct iter *iter, struct value *ret)
{
	struct value group;
	struct call call;
	int r = next_zip(vm, iter, &group);

	if (r <= 0)
		return r;
	call = (struct call){.args = AS_TUPLE(group)->items, .count = AS_TUPLE(group)->count};
	r = vm_call(vm, iter->other, &call, ret);
	value_drop(group);
	return r < 0 ? r : 1;
}

static int core_map(struct vm *vm, const struct args *args, struct value *ret)
{
	struct value iters;
	int r = iterators(vm, args->rest, args->rest_count, &iters);

	if (r < 0)
		return r;
	r = iter_make(vm, next_map, iters, args->v[0], ret);
	value_drop(iters);
	return r;
}

static int next_filter(struct vm *vm, struct iter *iter, struct value *ret)
{
	struct value item, kept;
	bool holds;
	int r;

	while ((r = next_of(vm, iter->source, &item)) == 1) {
		kept = value_ref(item);
		if (iter->other.kind != VALUE_NONE) {
			value_drop(kept);
			r = vm_call1(vm, iter->other, item, &kept);
		}
		if (r >= 0) {
			r = truth(vm, kept, &holds);
			value_drop(kept);
		}
		if (r >= 0 && holds)
			return *ret = item, 1;
		value_drop(item);
		if (r >= 0)
			r = vm_tick(vm);
		if (r < 0)
			return r;
	}
	return r;
}

static int core_filter(struct vm *vm, const struct args *args, struct value *ret)
{
	struct value source;
	int r = iter_new(vm, args->v[1], &source);

	if (r < 0)
		return r;
	r = iter_make(vm, next_filter, source, args->v[0], ret);
	value_drop(source);
	return r;
}

static int core_iter(struct vm *vm, const struct args *args, struct value *ret)
{
	if (args->v[1].kind != VALUE_UNSET)
		return iter_until(vm, args->v[0], args->v[1], ret);
	return iter_new(vm, args->v[0], ret);
}

static int core_next(struct vm *vm, const struct args *args, struct value *ret)
{
	int r;

	if (args->v[0].kind == VALUE_INSTANCE) {
		r = instance_call(vm, args->v[0], "__next__", NULL, 0, ret);
		if (r < 0 && args->v[1].kind != VALUE_UNSET && vm->error.type && strcmp(vm->error.type, "StopIteration") == 0) {
			vm_clear_error(vm);
			*ret = value_ref(args->v[1]);
			return 0;
		}
		if (r != 0)
			return r < 0 ? r : 0;
	}
	if (args->v[0].kind != VALUE_ITER) {
		vm_raise(vm, "TypeError", "next() needs an iterator, not %s", value_a_type(args->v[0]));
		vm_blame(vm, args->v[0]);
		return vm_hint(vm, "write next(iter(x))");
	}
	r = iter_next(vm, args->v[0], ret);
	if (r == 0 && args->v[1].kind != VALUE_UNSET)
		*ret = value_ref(args->v[1]);
	else if (r == 0)
		return vm_raise(vm, "StopIteration", "the iterator is at its end");
	return r < 0 ? r : 0;
}

static int core_reversed(struct vm *vm, const struct args *args, struct value *ret)
{
	struct value list;
	struct list *items;
	int r = instance_call(vm, args->v[0], "__reversed__", NULL, 0, ret);

	if (r == 0 && (args->v[0].kind == VALUE_ITER || (args->v[0].kind == VALUE_DICT && AS_DICT(args->v[0])->is_set))) {
		vm_raise(vm, "TypeError", "%s has no order to turn round", value_a_type(args->v[0]));
		return vm_hint(vm, "make a list of it first");
	}
	if (r == 0)
		r = iter_to_list(vm, args->v[0], &list);
	else
		return r < 0 ? r : 0;
	if (r < 0)
		return r;
	items = AS_LIST(list);
	for (size_t i = 0; i < items->count / 2; i++) {
		struct value swap = items->items[i];

		items->items[i] = items->items[items->count - 1 - i];
		items->items[items->count - 1 - i] = swap;
	}
	r = iter_new(vm, list, ret);
	value_drop(list);
	return r;
}

static bool matches(struct value type, const struct class *class)
{
	// np.float64 derives from float, too.
	if (type.kind == VALUE_CLASS && strcmp(AS_CLASS(type)->name->text, "float") == 0 && !AS_CLASS(type)->module &&
	    strcmp(class->name->text, "float64") == 0)
		return true;
	if (type.kind == VALUE_CLASS && strcmp(AS_CLASS(type)->name->text, "object") == 0)
		return true;
	if (type.kind == VALUE_CLASS)
		return class_is(class, AS_CLASS(type)) || (strcmp(class->name->text, "bool") == 0 &&
							       strcmp(AS_CLASS(type)->name->text, "int") == 0);
	return false;
}

static int core_isinstance(struct vm *vm, const struct args *args, struct value *ret)
{
	struct value type, *items = (struct value *)&args->v[1];
	size_t count = 1;
	bool found = false;
	int r = type_of(vm, args->v[0], &type);

	if (r < 0)
		return r;
	if (args->v[1].kind == VALUE_TUPLE)
		value_items(args->v[1], &items, &count);
	for (size_t i = 0; i < count; i++) {
		if (items[i].kind != VALUE_CLASS)
			r = vm_raise(vm, "TypeError", "isinstance() needs a class or a tuple of classes");
		else
			found = found || matches(items[i], AS_CLASS(type));
	}
	value_drop(type);
	if (r == 0)
		*ret = value_bool(found);
	return r;
}

static int core_issubclass(struct vm *vm, const struct args *args, struct value *ret)
{
	struct value *items = (struct value *)&args->v[1];
	size_t count = 1;
	bool found = false;

	if (args->v[1].kind == VALUE_TUPLE)
		value_items(args->v[1], &items, &count);
	for (size_t i = 0; i < count; i++) {
		if (args->v[0].kind != VALUE_CLASS || items[i].kind != VALUE_CLASS)
			return vm_raise(vm, "TypeError", "issubclass() needs classes");
		found = found || matches(items[i], AS_CLASS(args->v[0]));
	}
	*ret = value_bool(found);
	return 0;
}

// which: 0 repr, 1 ascii
static int core_repr(struct vm *vm, const struct args *args, struct value *ret)
{
	struct strbuf out = STRBUF_INIT;
	int r = args->def->which ? value_ascii(vm, args->v[0], &out) : value_repr(vm, args->v[0], &out);

	return vm_str_take(vm, &out, r, ret);
}

static int core_format(struct vm *vm, const struct args *args, struct value *ret)
{
	struct strbuf out = STRBUF_INIT;
	int r = args->v[1].kind == VALUE_STR
	    ? format_value(vm, args->v[0], AS_STR(args->v[1])->text, &out)
	    : vm_raise(vm, "TypeError", "format() needs a str as format");

	return vm_str_take(vm, &out, r, ret);
}

static int attribute_name(struct vm *vm, struct value v, struct str **ret)
{
	if (v.kind != VALUE_STR) {
		vm_raise(vm, "TypeError", "an attribute's name must be a str, not %s", value_a_type(v));
		return vm_blame(vm, v);
	}
	*ret = vm_intern(vm, AS_STR(v)->text, AS_STR(v)->len);
	return *ret ? 0 : vm_no_memory(vm);
}

static int core_getattr(struct vm *vm, const struct args *args, struct value *ret)
{
	struct str *name;
	int r = attribute_name(vm, args->v[1], &name);

	if (r == 0)
		r = attribute_get(vm, args->v[0], name, ret);
	if (r == ERR_NOT_FOUND && (args->v[2].kind != VALUE_UNSET || args->def->which)) {
		vm_clear_error(vm);
		*ret = args->def->which ? value_bool(false) : value_ref(args->v[2]);
		return 0;
	}
	if (r == 0 && args->def->which) {
		value_drop(*ret);
		*ret = value_bool(true);
	}
	return r;
}

static int core_setattr(struct vm *vm, const struct args *args, struct value *ret)
{
	struct str *name;
	int r = attribute_name(vm, args->v[1], &name);

	*ret = value_none();
	return r < 0 ? r : attribute_set(vm, args->v[0], name, args->v[2]);
}

static int core_delattr(struct vm *vm, const struct args *args, struct value *ret)
{
	struct str *name;
	int r = attribute_name(vm, args->v[1], &name);

	*ret = value_none();
	return r < 0 ? r : attribute_delete(vm, args->v[0], name);
}

static int core_vars(struct vm *vm, const struct args *args, struct value *ret)
{
	struct str *name = vm_intern(vm, "__dict__", 8);

	return name ? attribute_get(vm, args->v[0], name, ret) : vm_no_memory(vm);
}

static int core_callable(struct vm *vm, const struct args *args, struct value *ret)
{
	enum value_kind kind = args->v[0].kind;

	*ret = value_bool(kind == VALUE_FUNCTION || kind == VALUE_BUILTIN || kind == VALUE_BOUND || kind == VALUE_CLASS ||
	    (kind == VALUE_INSTANCE && class_find_text(vm, AS_INSTANCE(args->v[0])->class, "__call__")));
	return 0;
}

static int core_id(struct vm *vm, const struct args *args, struct value *ret)
{
	(void)vm;
	*ret = value_int(args->v[0].kind == VALUE_TENSOR ? (int64_t)(uintptr_t)AS_VAR(args->v[0]) : args->v[0].i);
	return 0;
}

static int core_sorted(struct vm *vm, const struct args *args, struct value *ret)
{
	struct value list;
	int r = iter_to_list(vm, args->v[0], &list);

	if (r < 0)
		return r;
	r = list_sort(vm, AS_LIST(list), args->v[1], args->v[2]);
	if (r < 0) {
		value_drop(list);
		return r;
	}
	*ret = list;
	return 0;
}

static int core_super(struct vm *vm, const struct args *args, struct value *ret)
{
	const struct frame *frame = vm->frame;
	struct class *class = NULL, *proxy;
	struct value self;
	struct bound *bound;

	while (frame && !frame->function)
		frame = frame->up;
	if (args->v[0].kind == VALUE_CLASS) {
		class = AS_CLASS(args->v[0]);
		self = args->v[1];
	} else if (frame && frame->function->owner && frame->function->def->param_count > 0) {
		class = frame->function->owner;
		self = frame->slots[0];
		if (self.kind == VALUE_CELL)
			self = AS_CELL(self)->value;
	}
	if (!class || (!class_of(self) && self.kind != VALUE_CLASS)) {
		vm_raise(vm, "RuntimeError", "super() works only inside a method");
		return vm_hint(vm, "write super().__init__() in a class's __init__");
	}
	proxy = class->parent ? class->parent : AS_CLASS(vm->builtins[vm_intern(vm, "object", 6)->symbol]);
	bound = object_new(&vm->heap, VALUE_BOUND, sizeof(*bound));
	if (!bound)
		return vm_no_memory(vm);
	bound->self = value_ref(self);
	bound->callee = value_object(object_ref(proxy));
	bound->is_super = true;
	*ret = value_object(bound);
	return 0;
}

static int no_help(struct vm *vm, const struct diag *diag)
{
	vm_raise(vm, "NameError", "%s", diag->msg);
	return vm_hint(vm, "%s", diag->hint);
}

static int core_help(struct vm *vm, const struct args *args, struct value *ret)
{
	struct value x = args->v[0], callee = x.kind == VALUE_BOUND ? AS_BOUND(x)->callee : x;
	struct strbuf out = STRBUF_INIT;
	struct diag diag;
	const char *name = callee.kind == VALUE_BUILTIN ? value_builtin_name(callee)
	    : callee.kind == VALUE_FUNCTION		? AS_FUNCTION(callee)->def->name->text
	    : callee.kind == VALUE_CLASS		? AS_CLASS(callee)->name->text
							: "this";
	int r = 0;

	if (x.kind != VALUE_UNSET && x.kind != VALUE_STR)
		builtin_describe(vm, name, x, &out);
	else if (help_on_name(vm, x.kind == VALUE_STR ? AS_STR(x)->text : "", &out, &diag) < 0)
		r = no_help(vm, &diag);
	if (r == 0)
		r = vm_write(vm, out.data, out.len);
	strbuf_release(&out);
	*ret = value_none();
	return r;
}

static const struct builtin table[] = {
	{"print", "*values, sep=' ', end='\\n', **rest", "writes the values, with `sep` between them and `end` after", core_print, 0},
	{"len", "x", "number of items; of a tensor the size of its first dimension", core_len, 0},
	{"max", "*values, key=None, default=...", "the largest of the values, or of one sequence", core_extreme, 1},
	{"min", "*values, key=None, default=...", "the smallest of the values, or of one sequence", core_extreme, -1},
	{"sum", "values, start=0", "start + all values, one after the other", core_sum, 0},
	{"any", "values", "True when at least one value is true", core_any, 1},
	{"all", "values", "True when every value is true", core_any, 0},
	{"enumerate", "values, start=0", "pairs (0, first), (1, second), ...", core_enumerate, 0},
	{"zip", "*sequences", "tuples of the first items, of the second ones, ... up to the shortest", core_zip, 0},
	{"map", "function, *sequences", "the function's result for each item", core_map, 0},
	{"filter", "function, values", "the items for which the function is true", core_filter, 0},
	{"iter", "x, sentinel=...", "an iterator over x; with a sentinel, over the results of x() before it", core_iter, 0},
	{"next", "iterator, default=...", "the next item; at the end `default`, or StopIteration", core_next, 0},
	{"reversed", "values", "the items from the last to the first", core_reversed, 0},
	{"sorted", "values, *, key=None, reverse=False", "a sorted list of the values", core_sorted, 0},
	{"isinstance", "x, type", "is x of that class, or of one of a tuple of classes?", core_isinstance, 0},
	{"issubclass", "class, type", "is it that class or derived from it?", core_issubclass, 0},
	{"repr", "x", "x as it is written in a program", core_repr, 0},
	{"ascii", "x", "repr(x) with escapes for all but ASCII", core_repr, 1},
	{"format", "x, spec=''", "x as f'{x:spec}' shows it", core_format, 0},
	{"getattr", "x, name, default=...", "x's attribute of that name", core_getattr, 0},
	{"hasattr", "x, name", "has x an attribute of that name?", core_getattr, 1},
	{"setattr", "x, name, value", "sets x's attribute of that name", core_setattr, 0},
	{"delattr", "x, name", "deletes x's attribute of that name", core_delattr, 0},
	{"vars", "x", "x's own attributes as a dict", core_vars, 0},
	{"callable", "x", "can x be called?", core_callable, 0},
	{"id", "x", "a number that no other living object has", core_id, 0},
	{"help", "x=...", "writes what a name is and how it is used; without one, what there is", core_help, 0},
	{"super", "class=..., self=...", "the methods of the class above", core_super, 0},
	{NULL, NULL, NULL, NULL, 0},
};

int builtins_install_core(struct vm *vm)
{
	return builtin_add_globals(vm, table);
}
