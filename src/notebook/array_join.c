// SPDX-License-Identifier: GPL-3.0-or-later
/* Arrays made of others: cat, stack, where, pad, one_hot; are two equal? */
#include "config.h"

#include <math.h>

#include "base/alloc.h"
#include "notebook/array_args.h"

// The same elements as a variable of a world; `var` is taken over.
static struct var *in_world(struct var *var, enum world world)
{
	struct var *other;

	if (var->world == world)
		return var;
	other = var_new_take(world, tensor_share(var->value));
	var_unref(var);
	return other;
}

// which: 0 cat, 1 stack
static int make_join(struct vm *vm, const struct args *args, struct value *ret)
{
	struct value list;
	struct var **parts = NULL, *result = NULL;
	struct diag diag;
	size_t count, made = 0;
	int dim, r = array_arg_dim(vm, args->v[1], &dim);

	if (r == 0)
		r = iter_to_list(vm, args->v[0], &list);
	if (r < 0)
		return r;
	count = AS_LIST(list)->count;
	parts = mem_zalloc(count + 1, sizeof(*parts));
	if (!parts)
		r = vm_no_memory(vm);
	else if (count == 0)
		r = vm_raise(vm, "ValueError", "there is nothing to join");
	for (; r == 0 && made < count; made++) {
		r = array_convert(
		    vm, AS_LIST(list)->items[made], array_arg_world(args), &parts[made]);
		if (r < 0)
			break;
	}
	if (r == 0) {
		r = args->def->which & 1 ? var_stack(parts, count, dim, &result, &diag)
					 : var_cat(parts, count, dim, &result, &diag);
		result = r == 0 ? in_world(result, array_arg_world(args)) : NULL;
		r = array_result(vm, r, &diag, result, array_arg_world(args), ret);
	}
	for (size_t i = 0; parts && i < made; i++)
		var_unref(parts[i]);
	mem_free(parts);
	value_drop(list);
	return r;
}

static int make_where(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *parts[3] = {NULL}, *result = NULL;
	enum world world = array_arg_world(args);
	struct diag diag;
	int r = 0;

	if (args->v[1].kind == VALUE_UNSET || args->v[2].kind == VALUE_UNSET)
		return vm_raise(vm, "TypeError", "where() needs a condition and two values");
	for (int i = 0; r == 0 && i < 3; i++)
		r = array_convert(vm, args->v[i], world, &parts[i]);
	if (r == 0) {
		r = var_where(parts[0], parts[1], parts[2], &result, &diag);
		result = r == 0 ? in_world(result, world) : NULL;
		r = array_result(vm, r, &diag, result, world, ret);
	}
	for (int i = 0; i < 3; i++)
		var_unref(parts[i]);
	return r;
}

static int pad_mode(struct vm *vm, struct value v, enum pad_mode *ret)
{
	static const struct {
		const char *name;
		enum pad_mode mode;
	} modes[] = {
	    {"constant", PAD_MODE_CONSTANT},
	    {"zeros", PAD_MODE_CONSTANT},
	    {"reflect", PAD_MODE_REFLECT},
	    {"edge", PAD_MODE_REPLICATE},
	    {"replicate", PAD_MODE_REPLICATE},
	    {"wrap", PAD_MODE_CIRCULAR},
	    {"circular", PAD_MODE_CIRCULAR},
	};

	for (size_t i = 0; i < ARRAY_LEN(modes); i++)
		if (value_is_str(v, modes[i].name)) {
			*ret = modes[i].mode;
			return 0;
		}
	vm_raise(vm, "ValueError", "this padding mode does not exist");
	return vm_hint(vm, "the modes are constant, reflect, edge or replicate, wrap or circular");
}

// F.pad's widths: (left, right, top, bottom, ...), from the last dimension on.
static int pad_pairs(struct vm *vm, struct value v, int ndim, int64_t *before, int64_t *after)
{
	struct value *items;
	size_t count;
	int r = 0;

	if (!value_items(v, &items, &count) || count % 2 || count / 2 > (size_t)ndim) {
		vm_raise(
		    vm, "ValueError", "pad() needs pairs of widths, the last dimension's first");
		return vm_hint(vm, "write F.pad(x, (left, right, top, bottom))");
	}
	for (size_t i = 0; r == 0 && i < count; i++)
		r = vm_to_int(vm, items[i], "the width",
		    i % 2 ? &after[ndim - 1 - (int)i / 2] : &before[ndim - 1 - (int)i / 2]);
	return r;
}

// v: x, widths, mode, value
static int make_pad(struct vm *vm, const struct args *args, struct value *ret)
{
	int64_t before[TENSOR_MAX_DIMS] = {0}, after[TENSOR_MAX_DIMS] = {0};
	struct args other = *args;
	struct var *x, *result = NULL;
	struct diag diag;
	enum pad_mode mode = PAD_MODE_CONSTANT;
	double value = 0;
	int r = pad_mode(vm, args->v[2], &mode);

	if (r == 0 && args->v[3].kind != VALUE_NONE)
		r = vm_to_number(vm, args->v[3], "the value", &value);
	other.self = args->v[0];
	if (r == 0)
		r = array_arg_self(vm, &other, &x);
	if (r < 0)
		return r;
	r = pad_pairs(vm, args->v[1], x->value->ndim, before, after);
	if (r == 0) {
		r = var_pad(x, before, after, mode, value, &result, &diag);
		r = array_result(vm, r, &diag, result, WORLD_TORCH, ret);
	}
	var_unref(x);
	return r;
}

static int make_one_hot(struct vm *vm, const struct args *args, struct value *ret)
{
	struct tensor *made = NULL;
	struct diag diag;
	int64_t classes;
	int r = vm_to_int(vm, args->v[1], "num_classes", &classes);

	if (r == 0 && args->v[0].kind != VALUE_TENSOR)
		r = vm_raise(vm, "TypeError", "one_hot() needs a tensor of labels");
	if (r < 0)
		return r;
	r = index_one_hot(AS_VAR(args->v[0])->value, classes, &made, &diag);
	return array_made(vm, r, &diag, made, WORLD_TORCH, ret);
}

// which: 0 equal, 1 allclose
static int test_equal(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *a = NULL, *b = NULL;
	double rtol = 1e-5, atol = 1e-8;
	bool equal, nan = args->v[4].kind == VALUE_BOOL && args->v[4].i;
	int r = array_convert(vm, args->v[0], array_arg_world(args), &a);

	if (r == 0)
		r = array_convert(vm, args->v[1], array_arg_world(args), &b);
	if (r == 0 && args->v[2].kind != VALUE_UNSET)
		r = vm_to_number(vm, args->v[2], "rtol", &rtol);
	if (r == 0 && args->v[3].kind != VALUE_UNSET)
		r = vm_to_number(vm, args->v[3], "atol", &atol);
	if (r == 0) {
		int64_t index[TENSOR_MAX_DIMS] = {0};
		size_t count = tensor_count(a->value);
		bool spread = tensor_count(b->value) == 1 && b->value->ndim == 0;

		equal = spread || tensor_same_shape(a->value, b->value);
		for (size_t i = 0; equal && i < count; i++) {
			double x = tensor_at(a->value, index),
			       y = spread ? tensor_at(b->value, (int64_t[1]){0})
					  : tensor_at(b->value, index);

			equal = args->def->which & 1
				    ? x == y || fabs(x - y) <= atol + rtol * fabs(y) ||
					  (nan && isnan(x) && isnan(y))
				    : x == y;
			for (int d = a->value->ndim - 1; d >= 0 && ++index[d] == a->value->shape[d];
			     d--)
				index[d] = 0;
		}
		*ret = value_bool(equal);
	}
	var_unref(a);
	var_unref(b);
	return r;
}

const struct builtin array_join_torch[] = {
    {"cat", "tensors, dim=0", "joined along a dimension", make_join, 0},
    {"concat", "tensors, dim=0", "joined along a dimension", make_join, 0},
    {"stack", "tensors, dim=0", "joined along a new dimension", make_join, 1},
    {"_where", "condition, x=..., y=...", "x where the condition is true, y elsewhere", make_where,
	0},
    {"equal", "a, b", "have both the same shape and elements?", test_equal, 0},
    {"allclose", "a, b, rtol=..., atol=..., equal_nan=False", "are all elements close?", test_equal,
	1},
    {"_pad", "x, pad, mode='constant', value=None", "x with a border", make_pad, 0},
    {"_one_hot", "labels, num_classes=-1", "rows with a 1 at each label", make_one_hot, 0},
    TABLE_END,
};
