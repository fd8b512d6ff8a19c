// SPDX-License-Identifier: GPL-3.0-or-later
/* Calls: of functions with their frames, of built-ins, classes, bound methods and instances. */
#include "config.h"

#include <string.h>

#include "base/alloc.h"
#include "notebook/arity.h"
#include "notebook/array_later.h"
#include "notebook/builtin.h"
#include "notebook/vm.h"

#define KEYWORDS_MAX 48

struct value *vm_push(struct vm *vm, size_t count)
{
	struct value *base = &vm->stack[vm->sp];

	if (count > VM_STACK_SIZE - vm->sp) {
		vm_raise(vm, "RecursionError", "too many values are on the way");
		vm_hint(vm, "does a function call itself without end?");
		return NULL;
	}
	memset(base, 0, count * sizeof(*base));
	vm->sp += count;
	return base;
}

void vm_pop(struct vm *vm, struct value *from)
{
	size_t down = (size_t)(from - vm->stack);

	while (vm->sp > down)
		value_drop(vm->stack[--vm->sp]);
}

int vm_make_function(struct vm *vm, struct funcdef *def, struct value *ret)
{
	struct function *function = object_new(&vm->heap, VALUE_FUNCTION, sizeof(*function));
	struct value made;
	int r = 0;

	if (!function)
		return vm_no_memory(vm);
	function->def = def;
	program_ref(def->program);
	made = value_object(function);
	if (vm->frame->making)
		function->owner = object_ref(vm->frame->making);
	function->defaults = mem_zalloc(def->param_count + 1, sizeof(struct value));
	function->cells = mem_zalloc(def->free_count + 1, sizeof(struct cell *));
	if (!function->defaults || !function->cells)
		r = vm_no_memory(vm);
	for (size_t i = 0; r == 0 && i < def->param_count; i++)
		if (def->params[i].fallback)
			r = eval(vm, def->params[i].fallback, &function->defaults[i]);
	for (size_t i = 0; r == 0 && i < def->free_count; i++)
		function->cells[i] = object_ref(vm->frame->slots[def->free_from[i]].o);
	if (r < 0) {
		value_drop(made);
		return r;
	}
	*ret = made;
	return 0;
}

static int bind_positional(struct vm *vm, const struct function *function, const struct call *call,
    struct value *slots)
{
	const struct funcdef *def = function->def;
	size_t direct = call->count < def->positional_count ? call->count : def->positional_count;
	struct tuple *rest;

	for (size_t i = 0; i < direct; i++)
		slots[i] = value_ref(call->args[i]);
	if (!def->has_args)
		return call->count > direct ? arity_too_many(vm, function, call->count) : 0;
	rest = tuple_new(&vm->heap, call->count - direct);
	if (!rest)
		return vm_no_memory(vm);
	for (size_t i = direct; i < call->count; i++)
		rest->items[i - direct] = value_ref(call->args[i]);
	slots[def->args_at] = value_object(rest);
	return 0;
}

static size_t find_param(const struct funcdef *def, const struct str *name)
{
	size_t named = def->param_count - def->has_kwargs;

	for (size_t i = 0; i < named; i++)
		if (def->params[i].name == name && !(def->has_args && i == def->args_at))
			return i;
	return def->param_count;
}

static int bind_keywords(struct vm *vm, const struct function *function, const struct call *call,
    struct value *slots)
{
	const struct funcdef *def = function->def;
	struct dict *rest = NULL;

	if (def->has_kwargs) {
		rest = dict_new(&vm->heap);
		if (!rest)
			return vm_no_memory(vm);
		slots[def->param_count - 1] = value_object(rest);
	}
	for (size_t i = 0; i < call->keywords; i++) {
		size_t at = find_param(def, call->names[i]);
		struct value name = {.kind = VALUE_STR, .o = &call->names[i]->base};

		if (at < def->param_count) {
			if (slots[at].kind != VALUE_UNSET)
				return arity_twice(vm, function, call->names[i]);
			slots[at] = value_ref(call->values[i]);
		} else if (!rest) {
			return arity_no_parameter(vm, function, call->names[i]);
		} else if (dict_set(rest, name, call->values[i]) < 0) {
			return vm_no_memory(vm);
		}
	}
	return 0;
}

static int bind_defaults(struct vm *vm, const struct function *function, struct value *slots)
{
	const struct funcdef *def = function->def;

	for (size_t i = 0; i < def->param_count; i++) {
		if (slots[i].kind != VALUE_UNSET)
			continue;
		if (function->defaults[i].kind == VALUE_UNSET)
			return arity_missing(vm, function, def->params[i].name);
		slots[i] = value_ref(function->defaults[i]);
	}
	return 0;
}

// Own variables that inner functions use move into cells; captured ones are those of the function.
static int bind_cells(struct vm *vm, const struct funcdef *def, const struct function *function,
    struct value *slots)
{
	for (size_t i = 0; i < def->cell_count; i++) {
		struct cell *cell = object_new(&vm->heap, VALUE_CELL, sizeof(*cell));

		if (!cell)
			return vm_no_memory(vm);
		cell->value = slots[def->cell_slots[i]];
		slots[def->cell_slots[i]] = value_object(cell);
	}
	for (size_t i = 0; i < def->free_count; i++)
		slots[def->free_slots[i]] = value_object(object_ref(function->cells[i]));
	return 0;
}

static int run_body(struct vm *vm, const struct funcdef *def, struct value *ret)
{
	int r;

	if (def->is_lambda)
		return eval(vm, def->body, ret);
	r = exec(vm, def->body);
	if (r < 0)
		return r;
	if (r == FLOW_RETURN || r == FLOW_YIELD) {
		*ret = vm->result;
		vm->result = value_unset();
	} else {
		*ret = value_none();
	}
	return r == FLOW_YIELD ? FLOW_YIELD : 0;
}

// The place where the error passed through this frame becomes a line of the traceback.
static void add_trace(struct vm *vm, const struct funcdef *def)
{
	struct vm_error *error = &vm->error;

	error->depth++;
	if (!def->program->hidden)
		arity_forget_blame(vm);
	if (def->program->hidden || !error->placed) {
		error->placed = false;
		return;
	}
	if (error->trace_count < TRACE_MAX) {
		struct trace_entry *entry = &error->trace[error->trace_count++];

		entry->program = program_ref(def->program);
		entry->function = def->name->text;
		entry->line = error->diag.line;
		entry->col = error->diag.col;
	}
	error->placed = false;
}

int vm_run_frame(struct vm *vm, const struct funcdef *def, struct frame *frame, struct value *ret)
{
	int r;

	if (vm->depth >= vm->limits.recursion) {
		vm_raise(vm, "RecursionError", "more than %d calls inside each other", vm->limits.recursion);
		return vm_hint(vm, "does %s() call itself without end?", def->name->text);
	}
	frame->up = vm->frame;
	frame->program = def->program;
	vm->frame = frame;
	vm->depth++;
	r = vm_tick(vm);
	if (r == 0)
		r = run_body(vm, def, ret);
	vm->depth--;
	vm->frame = frame->up;
	if (r < 0)
		add_trace(vm, def);
	return r;
}

static int call_function(struct vm *vm, struct function *function, const struct call *call,
    struct value *ret)
{
	const struct funcdef *def = function->def;
	struct value *slots = vm_push(vm, (size_t)def->slot_count);
	struct frame frame = {.function = function, .slots = slots};
	int r;

	if (!slots)
		return vm->error.diag.code;
	r = bind_positional(vm, function, call, slots);
	if (r == 0 && (call->keywords || def->has_kwargs))
		r = bind_keywords(vm, function, call, slots);
	if (r == 0)
		r = bind_defaults(vm, function, slots);
	if (r == 0 && (def->cell_count || def->free_count))
		r = bind_cells(vm, def, function, slots);
	if (r == 0 && def->is_generator) {
		r = generator_new(vm, function, slots, ret);
	} else if (r == 0) {
		object_ref(function);
		r = vm_run_frame(vm, def, &frame, ret);
		object_drop(function);
	}
	vm_pop(vm, slots);
	return r;
}

int vm_run_program(struct vm *vm, struct program *program, struct value *ret)
{
	const struct funcdef *def = program->main;
	struct value *slots = vm_push(vm, (size_t)def->slot_count);
	struct frame frame = {.slots = slots};
	int r;

	if (!slots)
		return vm->error.diag.code;
	r = bind_cells(vm, def, NULL, slots);
	if (r == 0)
		r = vm_run_frame(vm, def, &frame, ret);
	vm_pop(vm, slots);
	deferred_settle(&vm->heap.later);
	if (r == 0 && (r = vm_stopped(vm) ? vm_tick_slow(vm) : later_check(vm)) < 0)
		value_drop(*ret);
	return r;
}

// An object of a class derived from dict: empty, until __init__ has filled it.
static int new_dict(struct vm *vm, struct class *class, const struct call *call, struct value *ret)
{
	struct dict *dict = dict_new(&vm->heap);
	struct value made, callee, self, result;
	int r;

	if (!dict)
		return vm_no_memory(vm);
	dict->class = object_ref(class);
	made = value_object(dict);
	r = attribute_method(vm, made, vm_intern(vm, "__init__", 8), &callee, &self);
	if (r == 0) {
		r = vm_call_method(vm, callee, self, call, &result);
		value_drop(callee);
		value_drop(self);
	}
	if (r < 0) {
		value_drop(made);
		return r;
	}
	value_drop(result);
	*ret = made;
	return 0;
}

static int call_class(struct vm *vm, struct class *class, const struct call *call, struct value *ret)
{
	struct instance *instance;
	struct value made, result, *init;
	int r = 0;

	for (const struct class *c = class; c; c = c->parent)
		if (c->make)
			return c != class && c->instances == VALUE_DICT ? new_dict(vm, class, call, ret) : c->make(vm, call, ret);
	instance = object_new(&vm->heap, VALUE_INSTANCE, sizeof(*instance));
	if (!instance)
		return vm_no_memory(vm);
	made = value_object(instance);
	instance->class = object_ref(class);
	instance->attrs = dict_new(&vm->heap);
	if (!instance->attrs)
		r = vm_no_memory(vm);
	init = class_find_text(vm, class, "__init__");
	if (r == 0 && init) {
		struct value callee = value_ref(*init);

		r = vm_call_method(vm, callee, made, call, &result);
		value_drop(callee);
		if (r == 0)
			value_drop(result);
	} else if (r == 0 && (call->count || call->keywords)) {
		r = vm_raise(vm, "TypeError", "%s() takes no arguments", class->name->text);
		vm_hint(vm, "give the class an __init__ with parameters");
	}
	if (r < 0) {
		value_drop(made);
		return r;
	}
	*ret = made;
	return 0;
}

static int not_callable(struct vm *vm, struct value callee)
{
	vm_raise(vm, "TypeError", "%s cannot be called", value_a_type(callee));
	vm_blame(vm, callee);
	if (callee.kind == VALUE_TENSOR || callee.kind == VALUE_LIST || callee.kind == VALUE_TUPLE)
		return vm_hint(vm, "write [...] to index it");
	return vm_hint(vm, "is an operator missing before '('?");
}

int vm_call(struct vm *vm, struct value callee, const struct call *call, struct value *ret)
{
	struct value *method;
	int r = vm_check_stack(vm); // __len__ may be sorted, which asks for the length

	if (r < 0)
		return r;
	switch (callee.kind) {
	case VALUE_FUNCTION:
		return call_function(vm, AS_FUNCTION(callee), call, ret);
	case VALUE_BUILTIN:
		return builtin_call(vm, AS_NATIVE(callee), call, ret);
	case VALUE_BOUND:
		return vm_call_method(vm, AS_BOUND(callee)->callee, AS_BOUND(callee)->self, call, ret);
	case VALUE_CLASS:
		return call_class(vm, AS_CLASS(callee), call, ret);
	case VALUE_INSTANCE:
		method = class_find_text(vm, AS_INSTANCE(callee)->class, "__call__");
		if (method) {
			struct value held = value_ref(*method);

			r = vm_call_method(vm, held, callee, call, ret);
			value_drop(held);
			return r;
		}
		return not_callable(vm, callee);
	default:
		return not_callable(vm, callee);
	}
}

int vm_call_method(struct vm *vm, struct value callee, struct value self, const struct call *call,
    struct value *ret)
{
	struct value *args;
	struct call longer = *call;
	int r;

	if (self.kind == VALUE_UNSET)
		return vm_call(vm, callee, call, ret);
	args = vm_push(vm, call->count + 1);
	if (!args)
		return vm->error.diag.code;
	args[0] = value_ref(self);
	for (size_t i = 0; i < call->count; i++)
		args[i + 1] = value_ref(call->args[i]);
	longer.args = args;
	longer.count++;
	r = vm_call(vm, callee, &longer, ret);
	vm_pop(vm, args);
	return r;
}

int vm_call1(struct vm *vm, struct value callee, struct value arg, struct value *ret)
{
	struct call call = {.args = &arg, .count = 1};

	return vm_call(vm, callee, &call, ret);
}

/* The arguments of a call as they are evaluated: positional ones, then keywords, on the stack. */
struct gathered {
	size_t count, keywords;
	struct str *names[KEYWORDS_MAX];
};

static int push_arg(struct vm *vm, struct value v, size_t *count)
{
	struct value *slot = vm_push(vm, 1);

	if (!slot) {
		value_drop(v);
		return vm->error.diag.code;
	}
	*slot = v;
	++*count;
	return 0;
}

static int push_star(struct vm *vm, const struct node *node, struct gathered *out)
{
	struct value source, list;
	int r = eval(vm, node->a, &source);

	if (r < 0)
		return r;
	r = iter_to_list(vm, source, &list);
	value_drop(source);
	if (r < 0) {
		vm_place(vm, node->a);
		return r;
	}
	for (size_t i = 0; r == 0 && i < AS_LIST(list)->count; i++)
		r = push_arg(vm, value_ref(AS_LIST(list)->items[i]), &out->count);
	value_drop(list);
	return r;
}

static int push_keyword(struct vm *vm, struct str *name, struct value v, struct gathered *out)
{
	if (out->keywords == KEYWORDS_MAX) {
		value_drop(v);
		return vm_raise(vm, "TypeError", "more than %d keyword arguments", KEYWORDS_MAX);
	}
	out->names[out->keywords] = name;
	return push_arg(vm, v, &out->keywords);
}

static int push_mapping(struct vm *vm, const struct node *node, struct gathered *out)
{
	struct dict_entry *entry;
	struct value v;
	size_t at = 0;
	int r = eval(vm, node->a, &v);

	if (r < 0)
		return r;
	if (v.kind != VALUE_DICT)
		r = vm_raise(vm, "TypeError", "** needs a dict, not %s", value_a_type(v));
	while (r == 0 && (entry = dict_next(AS_DICT(v), &at))) {
		struct str *name = entry->key.kind == VALUE_STR
		    ? vm_intern(vm, AS_STR(entry->key)->text, AS_STR(entry->key)->len)
		    : NULL;

		r = name ? push_keyword(vm, name, value_ref(entry->value), out)
			 : vm_raise(vm, "TypeError", "the keys of ** must be strings");
	}
	value_drop(v);
	return r;
}

static int gather(struct vm *vm, const struct node *node, struct gathered *out)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < node->count; i++) {
		const struct node *item = node->items[i];
		struct value v;

		if (item->kind == NODE_STAR) {
			r = push_star(vm, item, out);
		} else if (item->kind == NODE_KEYWORD && item->value.kind == VALUE_UNSET) {
			r = push_mapping(vm, item, out);
		} else if (item->kind == NODE_KEYWORD) {
			r = eval(vm, item->a, &v);
			if (r == 0)
				r = push_keyword(vm, AS_STR(item->value), v, out);
		} else {
			r = eval(vm, item, &v);
			if (r == 0)
				r = push_arg(vm, v, &out->count);
		}
	}
	return r;
}

int eval_call(struct vm *vm, const struct node *node, struct value *ret)
{
	struct value callee, self = value_unset(), object, *base;
	struct gathered args;
	struct call call;
	int r;

	args.count = args.keywords = 0;
	if (node->a->kind == NODE_ATTRIBUTE) {
		r = eval(vm, node->a->a, &object);
		if (r < 0)
			return r;
		r = attribute_method(vm, object, AS_STR(node->a->value), &callee, &self);
		value_drop(object);
		if (r < 0)
			vm_place(vm, node->a);
	} else {
		r = eval(vm, node->a, &callee);
	}
	if (r < 0)
		return r;
	base = vm_push(vm, 1);
	if (base) {
		base[0] = self;
		r = gather(vm, node, &args);
	} else {
		value_drop(self);
		r = vm->error.diag.code;
	}
	if (r == 0) {
		bool method = self.kind != VALUE_UNSET;

		call = (struct call){.args = base + !method, .count = args.count + method,
		    .values = base + 1 + args.count, .names = args.names, .keywords = args.keywords};
		r = vm_call(vm, callee, &call, ret);
		if (r < 0 && !vm->error.placed)
			arity_place(vm, node, &call, method);
	}
	if (base)
		vm_pop(vm, base);
	value_drop(callee);
	return r;
}
