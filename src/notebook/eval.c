// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Expressions. The evaluator walks the tree; what makes it quick is that names are numbered slots,
 * that numbers need no allocation, and that the common operators on them are done here.
 */
#include "config.h"

#include <string.h>

#include "notebook/builtin.h"
#include "notebook/dict_methods.h"
#include "notebook/format.h"
#include "notebook/suggest.h"
#include "notebook/vm.h"

static int unbound(struct vm *vm, const struct node *node)
{
	const char *name = AS_STR(node->value)->text;

	if (node->scope == SCOPE_GLOBAL || node->scope == SCOPE_CLASS)
		return suggest_for_name(vm, name);
	vm_raise(vm, "UnboundLocalError", "the local variable '%s' has no value yet", name);
	return vm_hint(vm, "assigned somewhere in a function, a name is the function's own; 'global %s' makes it the program's", name);
}

static int eval_global(struct vm *vm, const struct node *node, struct value *ret)
{
	struct value v = vm->globals[node->slot];

	if (v.kind == VALUE_UNSET)
		v = vm->builtins[AS_STR(node->value)->symbol]; // a library's globals have numbers of their own
	if (v.kind == VALUE_UNSET)
		return unbound(vm, node);
	*ret = value_ref(v);
	return 0;
}

static int eval_name(struct vm *vm, const struct node *node, struct value *ret)
{
	struct value v, *attr;

	switch (node->scope) {
	case SCOPE_LOCAL:
		v = vm->frame->slots[node->slot];
		break;
	case SCOPE_CELL:
		v = AS_CELL(vm->frame->slots[node->slot])->value;
		break;
	case SCOPE_CLASS:
		attr = vm->frame->making ? dict_get_str(vm->frame->making->attrs, AS_STR(node->value)) : NULL;
		if (attr) {
			*ret = value_ref(*attr);
			return 0;
		}
		return eval_global(vm, node, ret);
	default:
		return eval_global(vm, node, ret);
	}
	if (v.kind == VALUE_UNSET)
		return unbound(vm, node);
	*ret = value_ref(v);
	return 0;
}

// Evaluate into values[0..count); on an error all of them are unset.
static int eval_items(struct vm *vm, struct node *const *items, size_t count, struct value *values)
{
	for (size_t i = 0; i < count; i++) {
		int r = eval(vm, items[i], &values[i]);

		if (r < 0) {
			while (i > 0)
				value_drop(values[--i]);
			memset(values, 0, count * sizeof(values[0]));
			return r;
		}
	}
	return 0;
}

static int append_star(struct vm *vm, struct list *list, const struct node *node)
{
	struct value source, items;
	int r = eval(vm, node->a, &source);

	if (r < 0)
		return r;
	r = iter_to_list(vm, source, &items);
	value_drop(source);
	if (r < 0)
		return r;
	for (size_t i = 0; r == 0 && i < AS_LIST(items)->count; i++)
		if (list_push(list, value_ref(AS_LIST(items)->items[i])) < 0)
			r = vm_no_memory(vm);
	value_drop(items);
	return r;
}

static bool has_star(const struct node *node)
{
	for (size_t i = 0; i < node->count; i++)
		if (node->items[i]->kind == NODE_STAR)
			return true;
	return false;
}

static int eval_star_list(struct vm *vm, const struct node *node, struct value *ret)
{
	struct list *list = list_new(&vm->heap, 0);
	int r = list ? 0 : vm_no_memory(vm);

	for (size_t i = 0; r == 0 && i < node->count; i++) {
		struct value v;

		if (node->items[i]->kind == NODE_STAR) {
			r = append_star(vm, list, node->items[i]);
			continue;
		}
		r = eval(vm, node->items[i], &v);
		if (r == 0 && list_push(list, v) < 0)
			r = vm_no_memory(vm);
	}
	if (r < 0) {
		object_drop(list);
		return r;
	}
	*ret = value_object(list);
	return 0;
}

static int tuple_of_list(struct vm *vm, struct value list, struct value *ret)
{
	struct tuple *tuple = tuple_new(&vm->heap, AS_LIST(list)->count);

	if (!tuple)
		return vm_no_memory(vm);
	for (size_t i = 0; i < tuple->count; i++)
		tuple->items[i] = value_ref(AS_LIST(list)->items[i]);
	*ret = value_object(tuple);
	return 0;
}

static int eval_tuple(struct vm *vm, const struct node *node, struct value *ret)
{
	struct tuple *tuple;
	struct value list;
	int r;

	if (has_star(node)) {
		r = eval_star_list(vm, node, &list);
		if (r < 0)
			return r;
		r = tuple_of_list(vm, list, ret);
		value_drop(list);
		return r;
	}
	tuple = tuple_new(&vm->heap, node->count);
	if (!tuple)
		return vm_no_memory(vm);
	r = eval_items(vm, node->items, node->count, tuple->items);
	if (r < 0) {
		object_drop(tuple);
		return r;
	}
	*ret = value_object(tuple);
	return 0;
}

static int eval_list(struct vm *vm, const struct node *node, struct value *ret)
{
	struct list *list;
	int r;

	if (has_star(node))
		return eval_star_list(vm, node, ret);
	list = list_new(&vm->heap, node->count);
	if (!list)
		return vm_no_memory(vm);
	r = eval_items(vm, node->items, node->count, list->items);
	if (r < 0) {
		object_drop(list);
		return r;
	}
	*ret = value_object(list);
	return 0;
}

int vm_dict_set(struct vm *vm, struct dict *dict, struct value key, struct value v)
{
	if (!dict_hashable(key)) {
		if (vm_stopped(vm))
			return vm_tick_slow(vm);
		vm_raise(vm, "TypeError", "%s cannot be a key", value_a_type(key));
		vm_blame(vm, key);
		return vm_hint(vm, "use a string, a number or a tuple");
	}
	return dict_set(dict, key, v) < 0 ? vm_no_memory(vm) : 0;
}

static int add_mapping(struct vm *vm, struct dict *dict, const struct node *node)
{
	struct value source;
	int r = eval(vm, node, &source);

	if (r < 0)
		return r;
	r = source.kind == VALUE_DICT ? dict_fill(vm, dict, source, &(struct call){.count = 0})
				      : vm_raise(vm, "TypeError", "** needs a dict, not %s", value_a_type(source));
	value_drop(source);
	return r;
}

static int add_members(struct vm *vm, struct dict *set, const struct node *node)
{
	struct value source, members;
	int r = eval(vm, node, &source);

	if (r < 0)
		return r;
	r = iter_to_list(vm, source, &members);
	value_drop(source);
	if (r < 0)
		return r;
	for (size_t i = 0; r == 0 && i < AS_LIST(members)->count; i++)
		r = vm_dict_set(vm, set, AS_LIST(members)->items[i], value_none());
	value_drop(members);
	return r;
}

static int add_pair(struct vm *vm, struct dict *dict, const struct node *key_node,
    const struct node *value_node)
{
	struct value key, v = value_none();
	int r = eval(vm, key_node, &key);

	if (r < 0)
		return r;
	if (value_node)
		r = eval(vm, value_node, &v);
	if (r == 0) {
		r = vm_dict_set(vm, dict, key, v);
		value_drop(v);
	}
	value_drop(key);
	return r;
}

static int eval_dict(struct vm *vm, const struct node *node, struct value *ret)
{
	struct dict *dict = dict_new(&vm->heap);
	bool is_set = node->kind == NODE_SET;
	int r = dict ? 0 : vm_no_memory(vm);

	if (r == 0)
		dict->is_set = is_set;
	for (size_t i = 0; r == 0 && i < node->count; i += is_set ? 1 : 2)
		if (node->items[i]->kind == NODE_STAR)
			r = is_set ? add_members(vm, dict, node->items[i]->a) : add_mapping(vm, dict, node->items[i]->a);
		else
			r = add_pair(vm, dict, node->items[i], is_set ? NULL : node->items[i + 1]);
	if (r < 0) {
		object_drop(dict);
		return r;
	}
	*ret = value_object(dict);
	return 0;
}

static int comprehend(struct vm *vm, const struct node *node, size_t clause, struct value into);

static int comprehend_item(struct vm *vm, const struct node *node, size_t clause, struct value into)
{
	const struct node *loop = node->items[clause];

	for (size_t i = 0; i < loop->count; i++) {
		struct value condition;
		bool holds;
		int r = eval(vm, loop->items[i], &condition);

		if (r < 0)
			return r;
		r = truth(vm, condition, &holds);
		value_drop(condition);
		if (r < 0 || !holds)
			return r;
	}
	return comprehend(vm, node, clause + 1, into);
}

static int comprehend(struct vm *vm, const struct node *node, size_t clause, struct value into)
{
	struct value source, iter, item;
	int r;

	if (clause == node->count) {
		if (node->op != NODE_LIST)
			return add_pair(vm, AS_DICT(into), node->a, node->b);
		r = eval(vm, node->a, &item);
		if (r == 0 && list_push(AS_LIST(into), item) < 0)
			r = vm_no_memory(vm);
		return r;
	}
	r = eval(vm, node->items[clause]->b, &source);
	if (r < 0)
		return r;
	r = iter_new(vm, source, &iter);
	value_drop(source);
	if (r < 0) {
		vm_place(vm, node->items[clause]->b);
		return r;
	}
	while ((r = iter_next(vm, iter, &item)) == 1) {
		r = eval_assign(vm, node->items[clause]->a, item);
		value_drop(item);
		if (r == 0)
			r = vm_tick(vm);
		if (r == 0)
			r = comprehend_item(vm, node, clause, into);
		if (r < 0)
			break;
	}
	value_drop(iter);
	return r;
}

static int eval_comprehension(struct vm *vm, const struct node *node, struct value *ret)
{
	void *object = node->op == NODE_LIST ? (void *)list_new(&vm->heap, 0) : (void *)dict_new(&vm->heap);
	struct value into;
	int r;

	if (!object)
		return vm_no_memory(vm);
	into = value_object(object);
	if (node->op == NODE_SET)
		AS_DICT(into)->is_set = true;
	r = comprehend(vm, node, 0, into);
	if (r < 0) {
		value_drop(into);
		return r;
	}
	*ret = into;
	return 0;
}

// The operators on two numbers that need neither a check nor an allocation; false: do it the long way.
static bool quick_binary(enum op op, struct value a, struct value b, struct value *ret)
{
	if (a.kind == VALUE_INT && b.kind == VALUE_INT) {
		*ret = value_int(0);
		ret->numpy = a.numpy || b.numpy;
		switch (op) {
		case OP_ADD:
			return !__builtin_add_overflow(a.i, b.i, &ret->i);
		case OP_SUB:
			return !__builtin_sub_overflow(a.i, b.i, &ret->i);
		case OP_MUL:
			return !__builtin_mul_overflow(a.i, b.i, &ret->i);
		default:
			return false;
		}
	}
	if ((a.kind != VALUE_FLOAT && a.kind != VALUE_INT) || (b.kind != VALUE_FLOAT && b.kind != VALUE_INT))
		return false;
	switch (op) {
	case OP_ADD:
		*ret = value_float(value_number(a) + value_number(b));
		break;
	case OP_SUB:
		*ret = value_float(value_number(a) - value_number(b));
		break;
	case OP_MUL:
		*ret = value_float(value_number(a) * value_number(b));
		break;
	default:
		return false;
	}
	ret->numpy = a.numpy || b.numpy;
	return true;
}

static int eval_binary(struct vm *vm, const struct node *node, struct value *ret)
{
	struct value a, b;
	int r = eval(vm, node->a, &a);

	if (r < 0)
		return r;
	r = eval(vm, node->b, &b);
	if (r < 0) {
		value_drop(a);
		return r;
	}
	if (quick_binary((enum op)node->op, a, b, ret))
		return 0;
	r = operate(vm, (enum op)node->op, a, b, ret);
	value_drop(a);
	value_drop(b);
	return r;
}

static bool quick_compare(enum op op, struct value a, struct value b, struct value *ret)
{
	bool result;

	if (a.kind != VALUE_INT || b.kind != VALUE_INT)
		return false;
	switch (op) {
	case OP_EQ:
		result = a.i == b.i;
		break;
	case OP_NE:
		result = a.i != b.i;
		break;
	case OP_LT:
		result = a.i < b.i;
		break;
	case OP_LE:
		result = a.i <= b.i;
		break;
	case OP_GT:
		result = a.i > b.i;
		break;
	case OP_GE:
		result = a.i >= b.i;
		break;
	default:
		return false;
	}
	*ret = value_bool(result);
	ret->numpy = a.numpy || b.numpy;
	return true;
}

static int eval_compare(struct vm *vm, const struct node *node, struct value *ret)
{
	struct value left, right, result = value_bool(true);
	bool holds;
	int r = eval(vm, node->items[0], &left);

	if (r < 0)
		return r;
	for (size_t i = 1; i < node->count; i++) {
		r = eval(vm, node->items[i], &right);
		if (r < 0)
			break;
		r = 0;
		if (!quick_compare((enum op)node->ops[i - 1], left, right, &result))
			r = compare(vm, (enum op)node->ops[i - 1], left, right, &result);
		value_drop(left);
		left = right;
		if (r < 0 || i + 1 == node->count)
			break;
		r = truth(vm, result, &holds);
		if (r == 0 && !holds)
			break;
		value_drop(result);
		if (r < 0)
			break;
	}
	value_drop(left);
	if (r < 0)
		return r;
	*ret = result;
	return 0;
}

// `and` and `or` give back the operand that decides.
static int eval_logic(struct vm *vm, const struct node *node, struct value *ret)
{
	struct value a;
	bool holds;
	int r = eval(vm, node->a, &a);

	if (r < 0)
		return r;
	r = truth(vm, a, &holds);
	if (r < 0) {
		value_drop(a);
		return r;
	}
	if (holds == (node->kind == NODE_OR)) {
		*ret = a;
		return 0;
	}
	value_drop(a);
	return eval(vm, node->b, ret);
}

int eval_truth(struct vm *vm, const struct node *node, bool *ret)
{
	struct value v;
	int r = eval(vm, node, &v);

	if (r < 0)
		return r;
	r = truth(vm, v, ret);
	value_drop(v);
	if (r < 0)
		vm_place(vm, node);
	return r;
}

static int eval_conditional(struct vm *vm, const struct node *node, struct value *ret)
{
	bool holds;
	int r = eval_truth(vm, node->b, &holds);

	return r < 0 ? r : eval(vm, holds ? node->a : node->c, ret);
}

static int eval_unary(struct vm *vm, const struct node *node, struct value *ret)
{
	struct value a;
	int r = eval(vm, node->a, &a);

	if (r < 0)
		return r;
	r = operate_unary(vm, (enum op)node->op, a, ret);
	value_drop(a);
	return r;
}

static int eval_attribute(struct vm *vm, const struct node *node, struct value *ret)
{
	struct value object;
	int r = eval(vm, node->a, &object);

	if (r < 0)
		return r;
	r = attribute_get(vm, object, AS_STR(node->value), ret);
	value_drop(object);
	return r;
}

static int eval_optional(struct vm *vm, const struct node *node, struct value *ret)
{
	*ret = value_none();
	return node ? eval(vm, node, ret) : 0;
}

static int eval_slice(struct vm *vm, const struct node *node, struct value *ret)
{
	struct slice *slice = object_new(&vm->heap, VALUE_SLICE, sizeof(*slice));
	int r;

	if (!slice)
		return vm_no_memory(vm);
	r = eval_optional(vm, node->a, &slice->start);
	if (r == 0)
		r = eval_optional(vm, node->b, &slice->stop);
	if (r == 0)
		r = eval_optional(vm, node->c, &slice->step);
	if (r < 0) {
		object_drop(slice);
		return r;
	}
	*ret = value_object(slice);
	return 0;
}

// An index or key that does not exist is pointed at itself, not at its bracket.
static void place_subscript(struct vm *vm, const struct node *node)
{
	const char *type = vm->error.type;
	const struct node *index = node->b;

	if (strcmp(type, "IndexError") != 0 && strcmp(type, "KeyError") != 0)
		return;
	if (index->kind == NODE_TUPLE && index->count > 0 && !index->paren)
		index = index->items[0];
	vm_place(vm, index);
}

static int eval_subscript(struct vm *vm, const struct node *node, struct value *ret)
{
	struct value object, index;
	int r = eval(vm, node->a, &object);

	if (r < 0)
		return r;
	r = eval(vm, node->b, &index);
	if (r == 0) {
		r = subscript_get(vm, object, index, ret);
		value_drop(index);
		if (r < 0)
			place_subscript(vm, node);
	}
	value_drop(object);
	return r;
}

static int add_field(struct vm *vm, const struct node *field, struct strbuf *out)
{
	struct value v = value_unset(), spec = value_unset();
	int r = eval(vm, field->a, &v);

	if (r == 0 && field->b)
		r = eval(vm, field->b, &spec);
	if (r == 0 && field->op) {
		struct strbuf text = STRBUF_INIT;
		struct value shown = value_unset();

		r = field->op == 's' ? value_str(vm, v, &text) : field->op == 'a' ? value_ascii(vm, v, &text) : value_repr(vm, v, &text);
		r = vm_str_take(vm, &text, r, &shown);
		if (r == 0) {
			value_drop(v);
			v = shown;
		}
	}
	if (r == 0)
		r = format_value(vm, v, spec.kind == VALUE_STR ? AS_STR(spec)->text : "", out);
	if (r < 0)
		vm_place(vm, field->a);
	value_drop(spec);
	value_drop(v);
	return r;
}

static int eval_fstring(struct vm *vm, const struct node *node, struct value *ret)
{
	struct strbuf out = STRBUF_INIT;
	int r = 0;

	for (size_t i = 0; r == 0 && i < node->count; i++) {
		const struct node *piece = node->items[i];

		if (piece->kind == NODE_CONST)
			strbuf_addn(&out, AS_STR(piece->value)->text, AS_STR(piece->value)->len);
		else
			r = add_field(vm, piece, &out);
		if (r == 0 && out.len > vm->heap.limit)
			r = vm_no_memory(vm);
	}
	return vm_str_take(vm, &out, r, ret);
}

static int eval_walrus(struct vm *vm, const struct node *node, struct value *ret)
{
	int r = eval(vm, node->b, ret);

	if (r == 0) {
		r = eval_assign(vm, node->a, *ret);
		if (r < 0)
			value_drop(*ret);
	}
	return r;
}

static int eval_rare(struct vm *vm, const struct node *node, struct value *ret)
{
	switch (node->kind) {
	case NODE_TUPLE:
		return eval_tuple(vm, node, ret);
	case NODE_LIST:
		return eval_list(vm, node, ret);
	case NODE_SET:
	case NODE_DICT:
		return eval_dict(vm, node, ret);
	case NODE_COMPREHENSION:
		return eval_comprehension(vm, node, ret);
	case NODE_AND:
	case NODE_OR:
		return eval_logic(vm, node, ret);
	case NODE_CONDITIONAL:
		return eval_conditional(vm, node, ret);
	case NODE_FSTRING:
		return eval_fstring(vm, node, ret);
	case NODE_LAMBDA:
		return vm_make_function(vm, node->def, ret);
	case NODE_WALRUS:
		return eval_walrus(vm, node, ret);
	case NODE_STAR:
		vm_raise(vm, "SyntaxError", "'*' cannot stand here");
		return vm_hint(vm, "it unpacks in calls, lists and tuples");
	default:
		BUG("cannot evaluate node %d", node->kind);
	}
}

int eval(struct vm *vm, const struct node *node, struct value *ret)
{
	int r;

	switch (node->kind) {
	case NODE_CONST:
		*ret = value_ref(node->value);
		return 0;
	case NODE_NAME:
		r = eval_name(vm, node, ret);
		break;
	case NODE_BINARY:
		r = vm_check_stack(vm);
		if (r == 0)
			r = eval_binary(vm, node, ret);
		break;
	case NODE_COMPARE:
		r = eval_compare(vm, node, ret);
		break;
	case NODE_UNARY:
		r = eval_unary(vm, node, ret);
		break;
	case NODE_CALL:
		r = vm_check_stack(vm);
		if (r == 0)
			r = eval_call(vm, node, ret);
		break;
	case NODE_ATTRIBUTE:
		r = eval_attribute(vm, node, ret);
		break;
	case NODE_SUBSCRIPT:
		r = eval_subscript(vm, node, ret);
		break;
	case NODE_SLICE:
		r = eval_slice(vm, node, ret);
		break;
	default:
		r = vm_check_stack(vm);
		if (r == 0)
			r = eval_rare(vm, node, ret);
		break;
	}
	if (r < 0)
		vm_place(vm, node);
	return r;
}
