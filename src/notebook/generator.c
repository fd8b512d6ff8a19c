// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Generators: iterators that run the body of a function from yield to yield. The iterator holds the
 * function (source), and a tuple (other) of two lists: its variables, and what the statements around
 * the yield keep (vm.h). When the body has ended, `other` is unset.
 */
#include "config.h"

#include <string.h>

#include "notebook/vm.h"

enum { VARIABLES, SUSPENDED, PARTS };

struct value generator_take(struct vm *vm)
{
	struct list *kept = vm->frame->suspended;

	return kept->items[--kept->count];
}

int generator_keep(struct vm *vm, struct value v)
{
	return list_push(vm->frame->suspended, v) < 0 ? vm_no_memory(vm) : FLOW_YIELD;
}

static int yield_from(struct vm *vm, const struct node *node)
{
	struct value source, iter, item;
	int r;

	if (generator_is_resumed(vm)) {
		iter = generator_take(vm);
	} else {
		r = eval(vm, node->a, &source);
		if (r < 0)
			return r;
		r = iter_new(vm, source, &iter);
		value_drop(source);
		if (r < 0) {
			vm_place(vm, node->a);
			return r;
		}
	}
	r = iter_next(vm, iter, &item);
	if (r <= 0) {
		value_drop(iter);
		return r;
	}
	value_set(&vm->result, item);
	return generator_keep(vm, iter);
}

int exec_yield(struct vm *vm, const struct node *node)
{
	struct value v = value_none();
	int r;

	if (node->op)
		return yield_from(vm, node);
	if (generator_is_resumed(vm)) {
		value_drop(generator_take(vm));
		return FLOW_NEXT;
	}
	r = node->a ? eval(vm, node->a, &v) : 0;
	if (r < 0)
		return r;
	value_set(&vm->result, v);
	return generator_keep(vm, value_none());
}

static int generator_next(struct vm *vm, struct iter *iter, struct value *ret)
{
	struct function *function = AS_FUNCTION(iter->source);
	struct value parts = value_ref(iter->other);
	struct frame frame = {.function = function};
	int r;

	if (parts.kind == VALUE_UNSET)
		return 0;
	if (iter->at) {
		value_drop(parts);
		vm_raise(vm, "ValueError", "the generator %s() is running already", function->def->name->text);
		return vm_hint(vm, "it cannot be asked for its next value from within itself");
	}
	frame.slots = AS_LIST(AS_TUPLE(parts)->items[VARIABLES])->items;
	frame.suspended = AS_LIST(AS_TUPLE(parts)->items[SUSPENDED]);
	object_ref(iter);
	iter->at = 1;
	r = vm_run_frame(vm, function->def, &frame, ret);
	iter->at = 0;
	if (r != FLOW_YIELD)
		value_set(&iter->other, value_unset());
	if (r == 0)
		value_drop(*ret);
	object_drop(iter);
	value_drop(parts);
	return r == FLOW_YIELD ? 1 : r;
}

int generator_new(struct vm *vm, struct function *function, struct value *slots, struct value *ret)
{
	size_t count = (size_t)function->def->slot_count;
	struct list *variables = list_new(&vm->heap, count), *suspended = list_new(&vm->heap, 0);
	struct tuple *parts = tuple_new(&vm->heap, PARTS);
	struct value source = {.kind = VALUE_FUNCTION, .o = &function->base};
	int r;

	if (!variables || !suspended || !parts) {
		object_drop(variables);
		object_drop(suspended);
		object_drop(parts);
		return vm_no_memory(vm);
	}
	if (count) {
		memcpy(variables->items, slots, count * sizeof(*slots));
		memset(slots, 0, count * sizeof(*slots));
	}
	parts->items[VARIABLES] = value_object(variables);
	parts->items[SUSPENDED] = value_object(suspended);
	r = iter_make(vm, generator_next, source, value_object(parts), ret);
	object_drop(parts);
	return r;
}
