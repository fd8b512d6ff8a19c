// SPDX-License-Identifier: GPL-3.0-or-later
/* Statements, and assignment to whatever can be assigned to. */
#include "config.h"

#include <string.h>

#include "notebook/module.h"
#include "notebook/vm.h"

static int assign_name(struct vm *vm, const struct node *target, struct value value)
{
	switch (target->scope) {
	case SCOPE_LOCAL:
		value_set(&vm->frame->slots[target->slot], value_ref(value));
		return 0;
	case SCOPE_CELL:
		value_set(&AS_CELL(vm->frame->slots[target->slot])->value, value_ref(value));
		return 0;
	case SCOPE_CLASS:
		if (vm->frame->making)
			return dict_set(vm->frame->making->attrs, target->value, value) < 0 ? vm_no_memory(vm) : 0;
		break;
	default:
		break;
	}
	value_set(&vm->globals[target->slot], value_ref(value));
	return 0;
}

static int assign_subscript(struct vm *vm, const struct node *target, struct value value)
{
	struct value object, index;
	int r = eval(vm, target->a, &object);

	if (r < 0)
		return r;
	r = eval(vm, target->b, &index);
	if (r == 0) {
		r = subscript_set(vm, object, index, value);
		value_drop(index);
	}
	value_drop(object);
	return r;
}

static int assign_attribute(struct vm *vm, const struct node *target, struct value value)
{
	struct value object;
	int r = eval(vm, target->a, &object);

	if (r < 0)
		return r;
	r = attribute_set(vm, object, AS_STR(target->value), value);
	value_drop(object);
	return r;
}

static int wrong_count(struct vm *vm, size_t wanted, size_t got, bool at_least)
{
	vm_raise(vm, "ValueError", "%s values to unpack: expected %s%zu, got %zu",
	    got < wanted ? "not enough" : "too many", at_least ? "at least " : "", wanted, got);
	return vm_hint(vm, "the left side names as many variables as the right side has values");
}

static int assign_star(struct vm *vm, const struct node *target, const struct value *items, size_t count)
{
	struct list *list = list_new(&vm->heap, count);
	struct value v;
	int r;

	if (!list)
		return vm_no_memory(vm);
	for (size_t i = 0; i < count; i++)
		list->items[i] = value_ref(items[i]);
	v = value_object(list);
	r = eval_assign(vm, target->a, v);
	value_drop(v);
	return r;
}

static int assign_items(struct vm *vm, const struct node *target, const struct value *items, size_t count)
{
	size_t star = target->count, at = 0;

	for (size_t i = 0; i < target->count; i++)
		if (target->items[i]->kind == NODE_STAR)
			star = i;
	if (star == target->count ? count != target->count : count + 1 < target->count)
		return wrong_count(vm, star == target->count ? target->count : target->count - 1, count,
		    star < target->count);
	for (size_t i = 0; i < target->count; i++) {
		size_t taken = i == star ? count + 1 - target->count : 1;
		int r = i == star ? assign_star(vm, target->items[i], &items[at], taken)
				  : eval_assign(vm, target->items[i], items[at]);

		if (r < 0)
			return r;
		at += taken;
	}
	return 0;
}

static int assign_unpacked(struct vm *vm, const struct node *target, struct value value)
{
	struct value list, *items;
	size_t count;
	int r;

	// A tuple cannot change meanwhile; a list might, so that its items are taken out first.
	if (value.kind == VALUE_TUPLE && value_items(value, &items, &count))
		return assign_items(vm, target, items, count);
	if (value_is_number(value) || value.kind == VALUE_NONE) {
		vm_raise(vm, "TypeError", "cannot unpack %s: it is not a sequence", value_type_name(value));
		return vm_hint(vm, "the right side must have %zu values", target->count);
	}
	r = iter_to_list(vm, value, &list);
	if (r < 0)
		return r;
	r = assign_items(vm, target, AS_LIST(list)->items, AS_LIST(list)->count);
	value_drop(list);
	return r;
}

int eval_assign(struct vm *vm, const struct node *target, struct value value)
{
	int r;

	switch (target->kind) {
	case NODE_NAME:
		return assign_name(vm, target, value);
	case NODE_SUBSCRIPT:
		r = assign_subscript(vm, target, value);
		break;
	case NODE_ATTRIBUTE:
		r = assign_attribute(vm, target, value);
		break;
	case NODE_TUPLE:
	case NODE_LIST:
		r = assign_unpacked(vm, target, value);
		break;
	default:
		BUG("cannot assign to node %d", target->kind);
	}
	if (r < 0)
		vm_place(vm, target);
	return r;
}

static int exec_assign(struct vm *vm, const struct node *node)
{
	struct value value;
	int r = eval(vm, node->a, &value);

	if (r < 0)
		return r;
	for (size_t i = 0; r == 0 && i < node->count; i++)
		r = eval_assign(vm, node->items[i], value);
	value_drop(value);
	return r;
}

// x op= y on an element or attribute: the object and the index are evaluated once.
static int augment_place(struct vm *vm, const struct node *node, struct value object, struct value index,
    struct value operand)
{
	const struct node *target = node->a;
	bool subscript = target->kind == NODE_SUBSCRIPT;
	struct value old, result;
	int r = subscript ? subscript_get(vm, object, index, &old)
			  : attribute_get(vm, object, AS_STR(target->value), &old);

	if (r < 0)
		return r;
	r = operate_in_place(vm, (enum op)node->op, old, operand, &result);
	value_drop(old);
	if (r < 0)
		return r;
	r = subscript ? subscript_set(vm, object, index, result)
		      : attribute_set(vm, object, AS_STR(target->value), result);
	value_drop(result);
	return r;
}

static int augment_name(struct vm *vm, const struct node *node, struct value operand)
{
	struct value old, result;
	int r = eval(vm, node->a, &old);

	if (r < 0)
		return r;
	r = operate_in_place(vm, (enum op)node->op, old, operand, &result);
	value_drop(old);
	if (r < 0)
		return r;
	r = assign_name(vm, node->a, result);
	value_drop(result);
	return r;
}

static int exec_augmented(struct vm *vm, const struct node *node)
{
	struct value object = value_unset(), index = value_unset(), operand;
	int r = 0;

	if (node->a->kind != NODE_NAME) {
		r = eval(vm, node->a->a, &object);
		if (r == 0 && node->a->kind == NODE_SUBSCRIPT)
			r = eval(vm, node->a->b, &index);
	}
	if (r == 0)
		r = eval(vm, node->b, &operand);
	if (r == 0) {
		r = node->a->kind == NODE_NAME ? augment_name(vm, node, operand)
					       : augment_place(vm, node, object, index, operand);
		value_drop(operand);
	}
	value_drop(object);
	value_drop(index);
	if (r < 0)
		vm_place(vm, node);
	return r;
}

// Which branch to take: the one so many else branches down.
static int choose_branch(struct vm *vm, const struct node *node, int64_t *ret_depth)
{
	bool holds = false;
	int r = 0;

	for (*ret_depth = 0; node && node->kind == NODE_IF; node = node->c, ++*ret_depth) {
		r = eval_truth(vm, node->a, &holds);
		if (r < 0 || holds)
			break;
	}
	return r;
}

static int exec_if(struct vm *vm, const struct node *node)
{
	int64_t depth;
	int r = 0;

	if (generator_is_resumed(vm))
		depth = generator_take(vm).i;
	else
		r = choose_branch(vm, node, &depth);
	if (r < 0)
		return r;
	for (int64_t i = 0; i < depth; i++)
		node = node->c;
	if (!node)
		return FLOW_NEXT;
	r = exec(vm, node->kind == NODE_IF ? node->b : node);
	return r == FLOW_YIELD ? generator_keep(vm, value_int(depth)) : r;
}

static int while_holds(struct vm *vm, const struct node *node, bool *ret)
{
	int r = vm_tick(vm);

	return r < 0 ? r : eval_truth(vm, node->a, ret);
}

static int exec_while(struct vm *vm, const struct node *node)
{
	bool resumed = generator_is_resumed(vm), holds = resumed && generator_take(vm).b;
	int r;

	for (;; resumed = false) {
		r = resumed ? 0 : while_holds(vm, node, &holds);
		if (r < 0)
			return r;
		if (!holds)
			break;
		r = exec(vm, node->b);
		if (r == FLOW_YIELD)
			return generator_keep(vm, value_bool(true));
		if (r < 0 || r == FLOW_RETURN)
			return r;
		if (r == FLOW_BREAK)
			return FLOW_NEXT;
	}
	r = node->c ? exec(vm, node->c) : FLOW_NEXT;
	return r == FLOW_YIELD ? generator_keep(vm, value_bool(false)) : r;
}

// One turn: 1 to go on, 0 to leave the loop with *ret_flow.
static int run_turn(struct vm *vm, const struct node *node, int *ret_flow)
{
	int r = exec(vm, node->items[0]);

	if (r == FLOW_NEXT || r == FLOW_CONTINUE)
		r = vm_tick(vm);
	if (r == 0)
		return 1;
	*ret_flow = r == FLOW_BREAK ? FLOW_NEXT : r;
	return 0;
}

static int turn(struct vm *vm, const struct node *node, struct value item, int *ret_flow)
{
	*ret_flow = eval_assign(vm, node->a, item);
	value_drop(item);
	return *ret_flow < 0 ? 0 : run_turn(vm, node, ret_flow);
}

static int finish_for(struct vm *vm, const struct node *node)
{
	int r = node->items[1] ? exec(vm, node->items[1]) : FLOW_NEXT;

	return r == FLOW_YIELD ? generator_keep(vm, value_none()) : r;
}

static int exec_for_range(struct vm *vm, const struct node *node, const struct range *range)
{
	int64_t i = range->start;
	int flow;

	for (int64_t left = range->count; left > 0; left--) {
		if (!turn(vm, node, value_int(i), &flow))
			return flow;
		if (left > 1)
			i += range->step;
	}
	return finish_for(vm, node);
}

// Takes over `iter`. Resumed: in the middle of a turn.
static int exec_for_iter(struct vm *vm, const struct node *node, struct value iter, bool resumed)
{
	struct value item;
	int flow, r = 0;

	for (;; resumed = false) {
		r = resumed ? 1 : iter_next(vm, iter, &item);
		if (r <= 0)
			break;
		if (!(resumed ? run_turn(vm, node, &flow) : turn(vm, node, item, &flow))) {
			if (flow == FLOW_YIELD)
				return generator_keep(vm, iter);
			value_drop(iter);
			return flow;
		}
	}
	value_drop(iter);
	if (r < 0) {
		vm_place(vm, node->b);
		return r;
	}
	return finish_for(vm, node);
}

static int resume_for(struct vm *vm, const struct node *node)
{
	struct value iter = generator_take(vm);

	return iter.kind == VALUE_NONE ? finish_for(vm, node) : exec_for_iter(vm, node, iter, true);
}

static int exec_for(struct vm *vm, const struct node *node)
{
	struct value source, iter;
	int r;

	if (generator_is_resumed(vm))
		return resume_for(vm, node);
	r = eval(vm, node->b, &source);
	if (r < 0)
		return r;
	if (source.kind == VALUE_RANGE && !vm->frame->suspended) {
		r = exec_for_range(vm, node, AS_RANGE(source));
		value_drop(source);
		return r;
	}
	r = iter_new(vm, source, &iter);
	value_drop(source);
	if (r < 0) {
		vm_place(vm, node->b);
		return r;
	}
	return exec_for_iter(vm, node, iter, false);
}

static int exec_return(struct vm *vm, const struct node *node)
{
	struct value v = value_none();
	int r = node->a ? eval(vm, node->a, &v) : 0;

	if (r < 0)
		return r;
	value_set(&vm->result, v);
	return FLOW_RETURN;
}

// *made = decorator(*made), the lowest first.
static int apply_decorators(struct vm *vm, const struct node *node, const struct value *decorators,
    struct value *made)
{
	struct value result;
	int r = 0;

	for (size_t i = node->count; r == 0 && i-- > 0;) {
		r = vm_call1(vm, decorators[i], *made, &result);
		if (r < 0)
			vm_place(vm, node->items[i]);
		else
			value_set(made, result);
	}
	return r;
}

// A function or class statement: its decorators are evaluated before it, and applied after it.
static int exec_definition(struct vm *vm, const struct node *node)
{
	struct value made = value_unset(), *decorators = vm_push(vm, node->count);
	int r = decorators ? 0 : vm->error.diag.code;

	for (size_t i = 0; r == 0 && i < node->count; i++)
		r = eval(vm, node->items[i], &decorators[i]);
	if (r == 0)
		r = node->kind == NODE_DEF ? vm_make_function(vm, node->def, &made) : exec_class(vm, node, &made);
	if (r == 0)
		r = apply_decorators(vm, node, decorators, &made);
	if (r == 0)
		r = eval_assign(vm, node->a, made);
	value_drop(made);
	if (decorators)
		vm_pop(vm, decorators);
	return r;
}

// __exit__ is told of the error that ends the block, and *ret_swallowed says whether it takes it over.
static int leave_manager(struct vm *vm, struct value manager, bool *ret_swallowed)
{
	struct value about[3] = {value_none(), value_none(), value_none()}, callee, self, result;
	struct call call = {.args = about, .count = 3};
	struct vm_error saved = vm->error;
	struct value returned = vm->result; // of a return inside the block
	int r = 0;

	vm->result = value_unset();
	memset(&vm->error, 0, sizeof(vm->error));
	if (saved.type && !saved.fatal)
		r = vm_error_object(vm, &saved, &about[1]);
	if (r == 0 && saved.type && !saved.fatal)
		r = type_of(vm, about[1], &about[0]);
	if (r == 0)
		r = attribute_method(vm, manager, vm_intern(vm, "__exit__", 8), &callee, &self);
	if (r == 0) {
		r = vm_call_method(vm, callee, self, &call, &result);
		value_drop(callee);
		value_drop(self);
		if (r == 0 && saved.type && !saved.fatal)
			r = truth(vm, result, ret_swallowed);
		if (r == 0)
			value_drop(result);
	}
	value_drop(about[0]);
	value_drop(about[1]);
	value_set(&vm->result, returned);
	if (r < 0 && saved.type && !saved.fatal) { // an error of its own is the one to report
		struct vm_error later = vm->error;

		vm->error = saved;
		vm_clear_error(vm);
		vm->error = later;
	} else if (saved.type) {
		vm_clear_error(vm);
		vm->error = saved;
	}
	return r;
}

static int enter_manager(struct vm *vm, const struct node *node, struct value manager,
    struct value *ret)
{
	struct value callee, self, entered;
	struct call none = {.count = 0};
	int r = attribute_method(vm, manager, vm_intern(vm, "__enter__", 9), &callee, &self);

	if (r == 0) {
		r = vm_call_method(vm, callee, self, &none, &entered);
		value_drop(callee);
		value_drop(self);
	}
	if (r < 0) {
		vm_place(vm, node->a);
		return r;
	}
	*ret = entered;
	return 0;
}

static int exec_with(struct vm *vm, const struct node *node)
{
	struct value manager, entered = value_unset();
	bool resumed = generator_is_resumed(vm);
	bool swallowed = false;
	int flow = 0, r = 0;

	if (resumed)
		manager = generator_take(vm);
	else
		r = eval(vm, node->a, &manager);
	if (r < 0)
		return r;
	if (!resumed)
		r = enter_manager(vm, node, manager, &entered);
	if (r < 0) {
		value_drop(manager);
		return r;
	}
	if (!resumed && node->b)
		flow = eval_assign(vm, node->b, entered);
	value_drop(entered);
	if (flow == 0)
		flow = exec(vm, node->c);
	if (flow == FLOW_YIELD)
		return generator_keep(vm, manager);
	r = leave_manager(vm, manager, &swallowed);
	value_drop(manager);
	if (r < 0)
		return r;
	if (swallowed) {
		vm_clear_error(vm);
		return FLOW_NEXT;
	}
	return flow;
}

static struct value *place_of(struct vm *vm, const struct node *target)
{
	switch (target->scope) {
	case SCOPE_LOCAL:
		return &vm->frame->slots[target->slot];
	case SCOPE_CELL:
		return &AS_CELL(vm->frame->slots[target->slot])->value;
	case SCOPE_GLOBAL:
		return &vm->globals[target->slot];
	default:
		return NULL;
	}
}

void exec_forget(struct vm *vm, const struct node *name)
{
	struct value *place = place_of(vm, name);

	if (place)
		value_set(place, value_unset());
}

static int delete_name(struct vm *vm, const struct node *target)
{
	struct value *place = place_of(vm, target);

	if (place && place->kind != VALUE_UNSET) {
		value_set(place, value_unset());
		return 0;
	}
	vm_raise(vm, "NameError", "name '%s' is not defined", AS_STR(target->value)->text);
	return vm_hint(vm, "del takes away what exists");
}

static int delete_place(struct vm *vm, const struct node *target)
{
	struct value object, index;
	int r = eval(vm, target->a, &object);

	if (r < 0)
		return r;
	if (target->kind == NODE_ATTRIBUTE) {
		r = attribute_delete(vm, object, AS_STR(target->value));
	} else {
		r = eval(vm, target->b, &index);
		if (r == 0) {
			r = subscript_delete(vm, object, index);
			value_drop(index);
		}
	}
	value_drop(object);
	return r;
}

static int exec_del(struct vm *vm, const struct node *node)
{
	for (size_t i = 0; i < node->count; i++) {
		const struct node *target = node->items[i];
		int r = target->kind == NODE_NAME ? delete_name(vm, target) : delete_place(vm, target);

		if (r < 0) {
			vm_place(vm, target);
			return r;
		}
	}
	return 0;
}

static int exec_assert(struct vm *vm, const struct node *node)
{
	struct strbuf text = STRBUF_INIT;
	struct value message;
	bool holds;
	int r = eval_truth(vm, node->a, &holds);

	if (r < 0 || holds)
		return r;
	if (node->b) {
		r = eval(vm, node->b, &message);
		if (r == 0) {
			r = value_str(vm, message, &text);
			value_drop(message);
		}
	}
	if (r == 0) {
		r = vm_raise(vm, "AssertionError", "%s", text.len ? text.data : "");
		if (!text.len)
			vm_hint(vm, "the condition does not hold");
		vm_place(vm, node->a);
	}
	strbuf_release(&text);
	return r;
}

static int exec_import(struct vm *vm, const struct node *node)
{
	struct value v;
	int r = module_import(vm, AS_STR(node->value), node->b ? AS_STR(node->b->value) : NULL, node->op, &v);

	if (r < 0) {
		vm_place(vm, node);
		return r;
	}
	r = eval_assign(vm, node->a, v);
	value_drop(v);
	return r;
}

static int exec_block(struct vm *vm, const struct node *node)
{
	size_t i = generator_is_resumed(vm) ? (size_t)generator_take(vm).i : 0;

	for (; i < node->count; i++) {
		int r = exec(vm, node->items[i]);

		if (r < 0)
			vm_place(vm, node->items[i]); // at the least
		if (r != FLOW_NEXT)
			return r == FLOW_YIELD ? generator_keep(vm, value_int((int64_t)i)) : r;
	}
	return FLOW_NEXT;
}

static int exec_expression(struct vm *vm, const struct node *node)
{
	struct value v;
	int r = eval(vm, node->a, &v);

	if (r < 0)
		return r;
	value_drop(v);
	return FLOW_NEXT;
}

static int exec_rare(struct vm *vm, const struct node *node)
{
	switch (node->kind) {
	case NODE_DEF:
	case NODE_CLASS:
		return exec_definition(vm, node);
	case NODE_WITH:
		return exec_with(vm, node);
	case NODE_IMPORT:
		return exec_import(vm, node);
	case NODE_DEL:
		return exec_del(vm, node);
	case NODE_ASSERT:
		return exec_assert(vm, node);
	case NODE_RAISE:
	case NODE_TRY:
		return exec_except(vm, node);
	case NODE_YIELD:
		return exec_yield(vm, node);
	case NODE_GLOBAL:
	case NODE_PASS:
		return FLOW_NEXT;
	default:
		BUG("cannot execute node %d", node->kind);
	}
}

int exec(struct vm *vm, const struct node *node)
{
	switch (node->kind) {
	case NODE_BLOCK:
		return exec_block(vm, node);
	case NODE_EXPRESSION:
		return exec_expression(vm, node);
	case NODE_ASSIGN:
		return exec_assign(vm, node);
	case NODE_AUGMENTED:
		return exec_augmented(vm, node);
	case NODE_IF:
		return exec_if(vm, node);
	case NODE_WHILE:
		return exec_while(vm, node);
	case NODE_FOR:
		return exec_for(vm, node);
	case NODE_BREAK:
		return FLOW_BREAK;
	case NODE_CONTINUE:
		return FLOW_CONTINUE;
	case NODE_RETURN:
		return exec_return(vm, node);
	default:
		return exec_rare(vm, node);
	}
}
