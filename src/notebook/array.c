// SPDX-License-Identifier: GPL-3.0-or-later
/* Arrays as values: wrapping, converting, operators. Indexing is in array_index.c. */
#include "config.h"

#include "notebook/array.h"

#include <string.h>

#include "base/alloc.h"
#include "notebook/array_later.h"
#include "notebook/builtin.h"

struct var *array_var_settled(struct array *array)
{
	deferred_settle(&array->base.heap->later);
	if (!array->var) {
		array->var = var_ref(deferred_value(array->later));
		deferred_drop(array->later);
		array->later = NULL;
	}
	return array->var;
}

const struct tensor *array_outline(struct value v)
{
	const struct array *array = AS_ARRAY(v);

	return array->var ? array->var->value : deferred_outline(array->later);
}

int array_take(struct vm *vm, struct var *var, struct value *ret)
{
	struct array *array;
	int r = vm_stopped(vm) ? vm_tick_slow(vm) : later_check(vm);

	if (r < 0) { // then operators left their work undone
		var_unref(var);
		return r;
	}
	array = object_new(&vm->heap, VALUE_TENSOR, sizeof(*array));
	if (!array) {
		var_unref(var);
		return vm_no_memory(vm);
	}
	array->var = var;
	*ret = value_object(array);
	return 0;
}

void array_note_base(struct value array, struct value view)
{
	struct array *base;

	if (array.kind != VALUE_TENSOR || view.kind != VALUE_TENSOR || array.o == view.o || AS_ARRAY(view)->of ||
	    AS_VAR(array)->value->storage != AS_VAR(view)->value->storage)
		return;
	base = AS_ARRAY(array)->of ? AS_ARRAY(array)->of : AS_ARRAY(array);
	AS_ARRAY(view)->of = object_ref(base);
}

int array_result(struct vm *vm, int r, const struct diag *diag, struct var *var, enum world world,
    struct value *ret)
{
	if (r < 0)
		return vm_engine_error(vm, diag, world == WORLD_NUMPY);
	return array_take(vm, var, ret);
}

static struct value number_of(const struct var *var)
{
	switch (var->value->dtype) {
	case DTYPE_BOOL:
		return value_bool(var_item_int(var) != 0);
	case DTYPE_F32:
	case DTYPE_F64:
		return value_float(var_item(var));
	default:
		return value_int(var_item_int(var));
	}
}

// Those that numbers of the language have; np.float32 prints and computes unlike a float.
static bool is_number_dtype(enum dtype dtype)
{
	return dtype == DTYPE_F64 || dtype == DTYPE_I64 || dtype == DTYPE_BOOL;
}

int array_scalar_result(struct vm *vm, int r, const struct diag *diag, struct var *var,
    enum world world, struct value *ret)
{
	if (r < 0 || world != WORLD_NUMPY || var->value->ndim > 0)
		return array_result(vm, r, diag, var, world, ret);
	if (!is_number_dtype(var->value->dtype)) {
		r = array_take(vm, var, ret);
		if (r == 0)
			AS_ARRAY(*ret)->scalar = true;
		return r;
	}
	*ret = number_of(var);
	ret->numpy = true;
	var_unref(var);
	return 0;
}

int array_item(struct vm *vm, struct value v, struct value *ret)
{
	size_t count = tensor_count(AS_VAR(v)->value);

	if (count != 1) {
		vm_raise(vm, AS_VAR(v)->world == WORLD_NUMPY ? "TypeError" : "ValueError",
		    "only a tensor with one element can become a number; this one has %zu", count);
		return vm_hint(vm, "index it, or reduce it with sum() or mean()");
	}
	*ret = number_of(AS_VAR(v));
	return 0;
}

int array_operand(struct vm *vm, struct value v, struct var **ret)
{
	switch (v.kind) {
	case VALUE_TENSOR:
		*ret = var_ref(AS_VAR(v));
		return 0;
	case VALUE_FLOAT:
		*ret = var_number(v.f);
		return 0;
	case VALUE_INT:
		*ret = var_integer(v.i);
		return 0;
	case VALUE_BOOL:
		*ret = var_boolean(v.i != 0);
		return 0;
	default:
		vm_raise(
		    vm, "TypeError", "expected a tensor or a number, not %s", value_a_type(v));
		vm_blame(vm, v);
		if (v.kind == VALUE_LIST || v.kind == VALUE_TUPLE)
			return vm_hint(vm, "write torch.tensor([...]) or np.array([...])");
		return vm->error.diag.code;
	}
}

/* Nested lists to a tensor: first the shape and the dtype, then the elements in order. */
struct build {
	int ndim;
	int64_t shape[TENSOR_MAX_DIMS];
	enum dtype dtype;
	bool has_float, has_int, has_f64, has_tensor_float;
	bool has_tensor, has_number, mixed; // arrays of one dtype keep it
	struct tensor *into;
	size_t at;
};

static int measure(struct vm *vm, struct value v, int depth, struct build *build)
{
	struct value *items;
	size_t count;

	if (v.kind == VALUE_TENSOR) {
		const struct tensor *t = AS_VAR(v)->value;

		build->has_float = build->has_float || dtype_is_float(t->dtype);
		build->has_tensor_float = build->has_tensor_float || t->dtype == DTYPE_F32;
		build->has_f64 = build->has_f64 || t->dtype == DTYPE_F64;
		build->has_int = build->has_int || dtype_wide(t->dtype) == DTYPE_I64;
		build->mixed = build->mixed || (build->has_tensor && build->dtype != t->dtype);
		build->has_tensor = true;
		build->dtype = t->dtype;
		if (depth + t->ndim > TENSOR_MAX_DIMS)
			return vm_raise(
			    vm, "ValueError", "more than %d dimensions", TENSOR_MAX_DIMS);
		if (build->ndim < depth + t->ndim) {
			memcpy(
			    &build->shape[depth], t->shape, (size_t)t->ndim * sizeof(t->shape[0]));
			build->ndim = depth + t->ndim;
		}
		return 0;
	}
	if (value_is_number(v)) {
		build->has_number = true;
		build->has_float = build->has_float || v.kind == VALUE_FLOAT;
		build->has_f64 = build->has_f64 || (v.kind == VALUE_FLOAT && v.numpy);
		build->has_int = build->has_int || v.kind == VALUE_INT;
		return 0;
	}
	if (v.kind == VALUE_RANGE) {
		build->has_int = true;
		if (build->ndim <= depth) {
			build->ndim = depth + 1;
			build->shape[depth] = AS_RANGE(v)->count;
		}
		return depth < TENSOR_MAX_DIMS
			   ? 0
			   : vm_raise(vm, "ValueError", "more than %d dimensions", TENSOR_MAX_DIMS);
	}
	if (!value_items(v, &items, &count)) {
		vm_raise(vm, "TypeError", "a tensor holds numbers, not %s", value_a_type(v));
		vm_blame(vm, v);
		return vm_hint(vm, "give numbers or nested lists of numbers");
	}
	if (depth == TENSOR_MAX_DIMS)
		return vm_raise(
		    vm, "ValueError", "lists nested more than %d deep", TENSOR_MAX_DIMS);
	if (build->ndim <= depth) {
		build->ndim = depth + 1;
		build->shape[depth] = (int64_t)count;
	}
	for (size_t i = 0; i < count; i++) {
		int r = vm_tick(vm);

		if (r == 0)
			r = measure(vm, items[i], depth + 1, build);
		if (r < 0)
			return r;
	}
	return 0;
}

static int ragged(struct vm *vm, int depth)
{
	vm_raise(vm, "ValueError", "the rows are not all of one length (in dimension %d)", depth);
	return vm_hint(vm, "every list at one depth needs the same number of items");
}

static void put(struct build *build, struct value v)
{
	size_t at = build->at++;

	char *to = (char *)build->into->data + at * dtype_size(build->into->dtype);

	if (build->into->dtype == DTYPE_I64)
		*(int64_t *)to = v.kind == VALUE_FLOAT ? (int64_t)v.f : v.i;
	else
		dtype_write(build->into->dtype, to, value_number(v));
}

static int put_tensor(struct vm *vm, struct build *build, const struct tensor *t, int depth)
{
	struct diag diag;
	struct tensor *cast;

	if (depth + t->ndim != build->ndim ||
	    memcmp(&build->shape[depth], t->shape, (size_t)t->ndim * sizeof(t->shape[0])) != 0)
		return ragged(vm, depth);
	if (tensor_cast(t, build->into->dtype, &cast, &diag) < 0)
		return vm_engine_error(vm, &diag, false);
	memcpy((char *)build->into->data + build->at * dtype_size(cast->dtype), cast->data,
	    tensor_count(cast) * dtype_size(cast->dtype));
	build->at += tensor_count(cast);
	tensor_free(cast);
	return 0;
}

static int fill(struct vm *vm, struct value v, int depth, struct build *build)
{
	struct value *items;
	size_t count;

	if (v.kind == VALUE_TENSOR)
		return put_tensor(vm, build, AS_VAR(v)->value, depth);
	if (value_is_number(v)) {
		if (depth != build->ndim)
			return ragged(vm, depth);
		put(build, v);
		return 0;
	}
	if (v.kind == VALUE_RANGE) {
		const struct range *range = AS_RANGE(v);

		if (depth + 1 != build->ndim || range->count != build->shape[depth])
			return ragged(vm, depth);
		for (int64_t i = 0; i < range->count; i++)
			put(build, value_int(range->start + i * range->step));
		return 0;
	}
	value_items(v, &items, &count);
	if (depth >= build->ndim || (int64_t)count != build->shape[depth])
		return ragged(vm, depth);
	for (size_t i = 0; i < count; i++) {
		int r = fill(vm, items[i], depth + 1, build);

		if (r < 0)
			return r;
	}
	return 0;
}

// What the elements ask for: NumPy has double floats, PyTorch single ones.
static enum dtype natural_dtype(const struct build *build, enum world world)
{
	if (build->has_tensor && !build->has_number && !build->mixed)
		return build->dtype;
	if (build->has_float)
		return world == WORLD_NUMPY
			   ? (build->has_f64 || !build->has_tensor_float ? DTYPE_F64 : DTYPE_F32)
		       : build->has_f64 ? DTYPE_F64
					: DTYPE_F32;
	if (build->has_int)
		return DTYPE_I64;
	return build->ndim > 0 && build->shape[build->ndim - 1] == 0 ? promote_default_float(world)
								     : DTYPE_BOOL;
}

int array_build(struct vm *vm, struct value v, enum world world, int dtype, struct var **ret)
{
	struct build build = {.ndim = 0};
	struct diag diag;
	int r = measure(vm, v, 0, &build);

	if (r < 0)
		return r;
	r = tensor_new(dtype >= 0 ? (enum dtype)dtype : natural_dtype(&build, world), build.ndim,
	    build.shape, &build.into, &diag);
	if (r < 0)
		return vm_engine_error(vm, &diag, world == WORLD_NUMPY);
	r = tensor_count(build.into) ? fill(vm, v, 0, &build) : 0;
	if (r < 0) {
		tensor_free(build.into);
		return r;
	}
	*ret = var_new_take(world, build.into);
	return 0;
}

int array_convert(struct vm *vm, struct value v, enum world world, struct var **ret)
{
	if (v.kind == VALUE_LIST || v.kind == VALUE_TUPLE || v.kind == VALUE_RANGE)
		return array_build(vm, v, world, -1, ret);
	return array_operand(vm, v, ret);
}

static const int binary_ops[] = {
    [OP_ADD] = BINARY_ADD,
    [OP_SUB] = BINARY_SUB,
    [OP_MUL] = BINARY_MUL,
    [OP_DIV] = BINARY_DIV,
    [OP_FLOORDIV] = BINARY_FLOOR_DIV,
    [OP_MOD] = BINARY_MOD,
    [OP_POW] = BINARY_POW,
    [OP_AND] = BINARY_BIT_AND,
    [OP_OR] = BINARY_BIT_OR,
    [OP_XOR] = BINARY_BIT_XOR,
    [OP_EQ] = BINARY_EQ,
    [OP_NE] = BINARY_NE,
    [OP_LT] = BINARY_LT,
    [OP_LE] = BINARY_LE,
    [OP_GT] = BINARY_GT,
    [OP_GE] = BINARY_GE,
};

static enum world world_of(struct value a, struct value b)
{
	if (a.kind == VALUE_TENSOR)
		return AS_VAR(a)->world;
	return b.kind == VALUE_TENSOR ? AS_VAR(b)->world : WORLD_NUMPY;
}

// A list beside a NumPy array is an array; beside a tensor it is an error.
static int operand(struct vm *vm, struct value v, enum world world, struct var **ret)
{
	return world == WORLD_NUMPY ? array_convert(vm, v, world, ret) : array_operand(vm, v, ret);
}

// x << n is x * 2 ** n, x >> n is x // 2 ** n.
static int shift(enum op op, struct var *a, struct var *b, struct var **ret, struct diag *diag)
{
	struct var *two = var_integer(2), *factor = NULL;
	int r = var_binary(BINARY_POW, two, b, &factor, diag);

	if (r == 0)
		r = var_binary(
		    op == OP_LSHIFT ? BINARY_MUL : BINARY_FLOOR_DIV, a, factor, ret, diag);
	var_unref(two);
	var_unref(factor);
	return r;
}

int array_binary(struct vm *vm, enum op op, struct value a, struct value b, struct value *ret)
{
	enum world world = world_of(a, b);
	struct var *va = NULL, *vb = NULL, *result = NULL;
	struct diag diag;
	int r = operand(vm, a, world, &va);

	if (r == 0)
		r = operand(vm, b, world, &vb);
	if (r == 0) {
		if (op == OP_MATMUL)
			r = var_matmul(va, vb, &result, &diag);
		else if (op == OP_LSHIFT || op == OP_RSHIFT)
			r = shift(op, va, vb, &result, &diag);
		else if (op < ARRAY_LEN(binary_ops))
			r = var_binary((enum binary_op)binary_ops[op], va, vb, &result, &diag);
		else
			r = diag_set(
			    &diag, ERR_UNSUPPORTED, "this operator does not work on tensors");
		r = array_scalar_result(vm, r, &diag, result, world, ret);
	}
	var_unref(va);
	var_unref(vb);
	return r;
}

int array_in_place(struct vm *vm, enum op op, struct value a, struct value b, struct value *ret)
{
	struct var *vb = NULL;
	struct diag diag;
	int r;

	// A NumPy scalar is a value, not a place.
	if (op == OP_MATMUL || op == OP_LSHIFT || op == OP_RSHIFT ||
	    AS_ARRAY(a)->scalar)
		return array_binary(vm, op, a, b, ret);
	r = operand(vm, b, AS_VAR(a)->world, &vb);
	if (r < 0)
		return r;
	r = var_binary_in_place((enum binary_op)binary_ops[op], AS_VAR(a), vb, &diag);
	var_unref(vb);
	if (r < 0)
		return vm_engine_error(vm, &diag, AS_VAR(a)->world == WORLD_NUMPY);
	*ret = value_ref(a);
	return 0;
}

int array_unary(struct vm *vm, enum op op, struct value a, struct value *ret)
{
	struct var *result = NULL;
	struct diag diag;
	int r;

	if (op == OP_POS) {
		*ret = value_ref(a);
		return 0;
	}
	if (op == OP_NEG && AS_VAR(a)->world == WORLD_NUMPY && AS_VAR(a)->value->dtype == DTYPE_BOOL) {
		vm_raise(vm, "TypeError", "an array of booleans cannot be negated with -");
		return vm_hint(vm, "write ~x or np.logical_not(x)");
	}
	r = var_unary(op == OP_NEG ? UNARY_NEG : UNARY_INVERT, AS_VAR(a), &result, &diag);
	return array_scalar_result(vm, r, &diag, result, AS_VAR(a)->world, ret);
}

int array_truth(struct vm *vm, struct value v, bool *ret)
{
	size_t count = tensor_count(AS_VAR(v)->value);

	if (count != 1) {
		vm_raise(vm, AS_VAR(v)->world == WORLD_NUMPY ? "ValueError" : "RuntimeError",
		    "a tensor with %zu elements is neither true nor false", count);
		return vm_hint(vm, "use .all() or .any(), or compare single elements");
	}
	*ret = var_item(AS_VAR(v)) != 0;
	return 0;
}

static int list_of(
    struct vm *vm, const struct tensor *t, int dim, int64_t *index, struct value *ret)
{
	struct list *list;
	int r = 0;

	if (dim == t->ndim) {
		double x = tensor_at(t, index);

		*ret = t->dtype == DTYPE_BOOL     ? value_bool(x != 0)
		       : dtype_is_float(t->dtype) ? value_float(x)
						  : value_int(tensor_int_at(t, index));
		return 0;
	}
	list = list_new(&vm->heap, (size_t)t->shape[dim]);
	if (!list)
		return vm_no_memory(vm);
	for (int64_t i = 0; r == 0 && i < t->shape[dim]; i++) {
		index[dim] = i;
		r = list_of(vm, t, dim + 1, index, &list->items[i]);
	}
	if (r < 0) {
		object_drop(list);
		return r;
	}
	*ret = value_object(list);
	return 0;
}

int array_to_list(struct vm *vm, struct value v, struct value *ret)
{
	int64_t index[TENSOR_MAX_DIMS] = {0};

	return list_of(vm, AS_VAR(v)->value, 0, index, ret);
}

int array_shape(
    struct vm *vm, const struct value *values, size_t count, int *ret_ndim, int64_t *ret_shape)
{
	struct value *items;
	size_t inner;

	if (count == 1 && value_items(values[0], &items, &inner)) {
		values = items;
		count = inner;
	}
	if (count > TENSOR_MAX_DIMS) {
		vm_raise(vm, "ValueError", "%zu dimensions, but there are at most %d", count,
		    TENSOR_MAX_DIMS);
		return vm->error.diag.code;
	}
	for (size_t i = 0; i < count; i++) {
		int r = vm_to_int(vm, values[i], "a size", &ret_shape[i]);

		if (r < 0)
			return r;
	}
	*ret_ndim = (int)count;
	return 0;
}

int array_shape_value(struct vm *vm, const struct tensor *tensor, bool is_size, struct value *ret)
{
	struct tuple *tuple = tuple_new(&vm->heap, (size_t)tensor->ndim);

	if (!tuple)
		return vm_no_memory(vm);
	tuple->is_size = is_size;
	for (int i = 0; i < tensor->ndim; i++)
		tuple->items[i] = value_int(tensor->shape[i]);
	*ret = value_object(tuple);
	return 0;
}
