// SPDX-License-Identifier: GPL-3.0-or-later
/* Class statements, raise and try. */
#include "config.h"

#include <string.h>

#include "notebook/builtin.h"
#include "notebook/vm.h"

static int find_parent(struct vm *vm, const struct node *node, struct value *ret)
{
	struct value parent;
	int r;

	*ret = value_unset();
	if (!node)
		return 0;
	r = eval(vm, node, &parent);
	if (r < 0)
		return r;
	if (parent.kind != VALUE_CLASS) {
		r = vm_raise(vm, "TypeError", "a class can only derive from a class, not from %s",
		    value_a_type(parent));
		vm_place(vm, node);
		value_drop(parent);
		return r;
	}
	if (AS_CLASS(parent)->make && strcmp(AS_CLASS(parent)->name->text, "object") == 0) {
		value_drop(parent);
		return 0;
	}
	if (AS_CLASS(parent)->make && AS_CLASS(parent)->instances != VALUE_DICT) {
		vm_raise(vm, "TypeError", "a class cannot derive from %s here", AS_CLASS(parent)->name->text);
		r = vm_hint(vm, "keep one in an attribute: self.data = ...");
		vm_place(vm, node);
		value_drop(parent);
		return r;
	}
	*ret = parent;
	return 0;
}

int exec_class(struct vm *vm, const struct node *node, struct value *ret)
{
	struct class *class, *outer = vm->frame->making;
	struct value parent, made;
	int r = find_parent(vm, node->b, &parent);

	if (r < 0)
		return r;
	r = class_new(vm, AS_STR(node->a->value)->text, vm->frame->program->hidden ? NULL : "__main__",
	    parent.kind == VALUE_CLASS ? AS_CLASS(parent) : NULL, &class);
	value_drop(parent);
	if (r < 0)
		return r;
	made = value_object(class);
	r = builtin_set(vm, class->attrs, "__doc__", node->value.kind == VALUE_STR ? value_ref(node->value) : value_none());
	if (r == 0) {
		vm->frame->making = class;
		r = exec(vm, node->c);
		vm->frame->making = outer;
	}
	if (r < 0) {
		value_drop(made);
		return r;
	}
	*ret = made;
	return 0;
}

static struct value exception_class(struct vm *vm, const char *name)
{
	struct str *str = vm_intern(vm, name, strlen(name));

	return str ? vm->builtins[str->symbol] : value_unset();
}

static int raise_instance(struct vm *vm, struct value exception)
{
	struct strbuf text = STRBUF_INIT;
	int r = value_str(vm, exception, &text);

	if (r == 0) {
		r = vm_raise(vm, AS_INSTANCE(exception)->class->name->text, "%s", text.data);
		vm->error.fatal = false;
		vm->error.exception = value_ref(exception);
	}
	strbuf_release(&text);
	return r;
}

// What is being handled becomes the context of a new exception, what stands after "from" its cause.
static int add_causes(struct vm *vm, const struct node *from, struct value exception)
{
	struct value cause = value_none(), context;
	int r = from ? eval(vm, from, &cause) : 0;

	if (r == 0 && from)
		r = builtin_set(vm, AS_INSTANCE(exception)->attrs, "__cause__", cause);
	if (r < 0 || !vm->handled)
		return r;
	r = vm_error_object(vm, vm->handled, &context);
	if (r == 0 && context.o == exception.o)
		value_drop(context);
	else if (r == 0)
		r = builtin_set(vm, AS_INSTANCE(exception)->attrs, "__context__", context);
	return r;
}

static int exec_raise(struct vm *vm, const struct node *node)
{
	struct value base = exception_class(vm, "BaseException"), v, made;
	struct call none = {.count = 0};
	int r;

	if (!node->a && vm->handled) {
		r = vm_error_object(vm, vm->handled, &v);
		if (r == 0) {
			r = raise_instance(vm, v);
			value_drop(v);
		}
		vm_place(vm, node);
		return r;
	}
	if (!node->a) {
		vm_raise(vm, "RuntimeError", "there is no exception to raise again");
		r = vm_hint(vm, "write raise ValueError('what is wrong')");
		vm_place(vm, node);
		return r;
	}
	r = eval(vm, node->a, &v);
	if (r < 0)
		return r;
	if (v.kind == VALUE_CLASS) {
		r = vm_call(vm, v, &none, &made);
		value_drop(v);
		if (r < 0)
			return r;
		v = made;
	}
	if (v.kind != VALUE_INSTANCE || base.kind != VALUE_CLASS ||
	    !class_is(AS_INSTANCE(v)->class, AS_CLASS(base))) {
		vm_raise(vm, "TypeError", "only exceptions can be raised, not %s", value_a_type(v));
		vm_blame(vm, v);
		r = vm_hint(vm, "write raise ValueError('what is wrong')");
	} else {
		r = add_causes(vm, node->b, v);
		if (r == 0)
			r = raise_instance(vm, v);
	}
	value_drop(v);
	vm_place(vm, node);
	return r;
}

static bool catches(struct vm *vm, struct value wanted)
{
	struct value raised = vm->error.exception.kind == VALUE_INSTANCE
	    ? (struct value){.kind = VALUE_CLASS, .o = &AS_INSTANCE(vm->error.exception)->class->base}
	    : exception_class(vm, vm->error.type);

	if (wanted.kind == VALUE_TUPLE) {
		for (size_t i = 0; i < AS_TUPLE(wanted)->count; i++)
			if (catches(vm, AS_TUPLE(wanted)->items[i]))
				return true;
		return false;
	}
	return wanted.kind == VALUE_CLASS && raised.kind == VALUE_CLASS &&
	    class_is(AS_CLASS(raised), AS_CLASS(wanted));
}

// The error as an object, for "as".
int vm_error_object(struct vm *vm, const struct vm_error *error, struct value *ret)
{
	struct value class = exception_class(vm, error->type), text;
	int r;

	if (error->exception.kind != VALUE_UNSET) {
		*ret = value_ref(error->exception);
		return 0;
	}
	if (class.kind != VALUE_CLASS)
		class = exception_class(vm, "Exception");
	if (!error->diag.msg[0])
		return vm_call(vm, class, &(struct call){.count = 0}, ret);
	r = vm_str(vm, error->diag.msg, strlen(error->diag.msg), &text);
	if (r == 0) {
		r = vm_call1(vm, class, text, ret);
		value_drop(text);
	}
	return r;
}

// The name after "as" lives as long as its block.
static int handle(struct vm *vm, const struct node *handler, const struct vm_error *error)
{
	const struct vm_error *outer = vm->handled;
	struct value object;
	int r = 0;

	if (handler->b) {
		r = vm_error_object(vm, error, &object);
		if (r == 0) {
			r = eval_assign(vm, handler->b, object);
			value_drop(object);
		}
	}
	vm->handled = error;
	if (r == 0)
		r = exec(vm, handler->c);
	vm->handled = outer;
	if (handler->b)
		exec_forget(vm, handler->b);
	return r;
}

static void set_aside(struct vm *vm, struct vm_error *saved)
{
	*saved = vm->error;
	memset(&vm->error, 0, sizeof(vm->error));
}

static void put_back(struct vm *vm, struct vm_error *saved)
{
	vm_clear_error(vm);
	vm->error = *saved;
}

static int run_handlers(struct vm *vm, const struct node *node, int flow)
{
	for (size_t i = 0; i < node->count; i++) {
		const struct node *handler = node->items[i];
		struct value wanted = value_unset();
		struct vm_error saved;
		bool fits = !handler->a;
		int r;

		set_aside(vm, &saved);
		r = handler->a ? eval(vm, handler->a, &wanted) : 0;
		if (r < 0) {
			struct vm_error later = vm->error;

			vm->error = saved;
			vm_clear_error(vm);
			vm->error = later;
			return r;
		}
		put_back(vm, &saved);
		fits = fits || catches(vm, wanted);
		value_drop(wanted);
		if (!fits)
			continue;
		set_aside(vm, &saved);
		r = handle(vm, handler, &saved);
		if (r < 0) {
			struct vm_error later = vm->error;

			vm->error = saved;
			vm_clear_error(vm);
			vm->error = later;
		} else {
			put_back(vm, &saved);
			vm_clear_error(vm);
		}
		return r;
	}
	return flow;
}

static int exec_try(struct vm *vm, const struct node *node)
{
	bool in_else = generator_is_resumed(vm) && generator_take(vm).b;
	int flow = in_else ? FLOW_NEXT : exec(vm, node->a), r;

	if (flow < 0 && vm->error.fatal)
		return flow;
	if (flow < 0) {
		flow = run_handlers(vm, node, flow);
	} else if (flow == FLOW_NEXT && node->b) {
		in_else = true;
		flow = exec(vm, node->b);
	}
	if (flow == FLOW_YIELD)
		return generator_keep(vm, value_bool(in_else));
	if (node->c && !(flow < 0 && vm->error.fatal)) {
		struct vm_error saved;
		struct value result = vm->result;

		vm->result = value_unset();
		set_aside(vm, &saved);
		r = exec(vm, node->c);
		if (r != FLOW_NEXT) { // the finally block's own error or jump wins
			struct vm_error later = vm->error;

			vm->error = saved;
			vm_clear_error(vm);
			vm->error = later;
			value_drop(result);
			return r;
		}
		put_back(vm, &saved);
		value_set(&vm->result, result);
	}
	return flow;
}

int exec_except(struct vm *vm, const struct node *node)
{
	return node->kind == NODE_RAISE ? exec_raise(vm, node) : exec_try(vm, node);
}
