// SPDX-License-Identifier: GPL-3.0-or-later
/* x[...] of arrays: from values of the language to the engine's index items, and attributes set. */
#include "config.h"

#include <string.h>

#include "base/alloc.h"
#include "notebook/array.h"

#define ITEMS_MAX 12

/* The items, and the tensors made of lists, which must live as long as they. */
struct indices {
	struct index_item items[ITEMS_MAX];
	int count;
	struct var *held[ITEMS_MAX];
	int held_count;
};

static void release(struct indices *indices)
{
	while (indices->held_count > 0)
		var_unref(indices->held[--indices->held_count]);
}

static int slice_item(
    struct vm *vm, const struct slice *slice, enum world world, struct index_item *item)
{
	int r = 0;

	*item = (struct index_item){.kind = INDEX_KIND_SLICE, .step = 1};
	item->has_start = slice->start.kind != VALUE_NONE;
	item->has_stop = slice->stop.kind != VALUE_NONE;
	if (item->has_start)
		r = vm_to_int(vm, slice->start, "a slice's bound", &item->start);
	if (r == 0 && item->has_stop)
		r = vm_to_int(vm, slice->stop, "a slice's bound", &item->stop);
	if (r == 0 && slice->step.kind != VALUE_NONE)
		r = vm_to_int(vm, slice->step, "a slice's step", &item->step);
	if (r == 0 && item->step == 0)
		r = vm_raise(vm, "ValueError", "a slice's step cannot be 0");
	if (r == 0 && item->step < 0 && world == WORLD_TORCH) {
		vm_raise(vm, "ValueError", "a slice's step must be greater than 0 on tensors");
		r = vm_hint(vm, "use x.flip(dim)");
	}
	return r;
}

static int tensor_item(struct vm *vm, struct value v, enum world world, struct indices *indices,
    struct index_item *item)
{
	const struct tensor *tensor;
	struct var *var;
	int r;

	if (v.kind == VALUE_TENSOR)
		var = var_ref(AS_VAR(v));
	else if ((r = array_build(vm, v, world, -1, &var)) < 0)
		return r;
	indices->held[indices->held_count++] = var;
	tensor = var->value;
	if (dtype_is_float(tensor->dtype) && tensor_count(tensor) > 0) {
		vm_raise(vm, "IndexError", "indices must be integers or booleans, not %s",
		    dtype_name(tensor->dtype));
		return vm_hint(vm, "convert them: .long() or .astype(int)");
	}
	if (dtype_is_narrow(tensor->dtype) && (world == WORLD_NUMPY || v.kind != VALUE_TENSOR)) {
		struct tensor *wide;
		struct diag diag;

		if (tensor_cast(tensor, DTYPE_I64, &wide, &diag) < 0)
			return vm_engine_error(vm, &diag, world == WORLD_NUMPY);
		var_unref(var);
		var = indices->held[indices->held_count - 1] = var_new_take(world, wide);
		tensor = wide;
	}
	if (tensor->ndim == 0 && tensor->dtype == DTYPE_I64)
		*item = (struct index_item){
		    .kind = INDEX_KIND_INT, .start = var_item_int(var), .step = 1};
	else
		*item = (struct index_item){.kind = INDEX_KIND_TENSOR, .tensor = tensor, .step = 1};
	return 0;
}

static int one_item(struct vm *vm, struct value v, enum world world, struct indices *indices)
{
	struct index_item *item = &indices->items[indices->count];
	int r = 0;

	if (indices->count == ITEMS_MAX)
		return vm_raise(vm, "IndexError", "too many indices");
	switch (v.kind) {
	case VALUE_INT:
		*item = (struct index_item){.kind = INDEX_KIND_INT, .start = v.i, .step = 1};
		break;
	case VALUE_SLICE:
		r = slice_item(vm, AS_SLICE(v), world, item);
		break;
	case VALUE_ELLIPSIS:
		*item = (struct index_item){.kind = INDEX_KIND_ELLIPSIS, .step = 1};
		break;
	case VALUE_NONE:
		*item = (struct index_item){.kind = INDEX_KIND_NEW_AXIS, .step = 1};
		break;
	case VALUE_TENSOR:
	case VALUE_LIST:
	case VALUE_TUPLE:
	case VALUE_RANGE:
		r = tensor_item(vm, v, world, indices, item);
		break;
	default:
		vm_raise(vm, "IndexError", "%s cannot index an array", value_a_type(v));
		return vm_hint(vm, "use integers, slices, masks or lists of integers");
	}
	if (r == 0)
		indices->count++;
	return r;
}

// NumPy counts an integer among arrays of indices as one of them: what they pick comes first where a slice
// stands between, x[0, :, [1, 2]]. PyTorch takes integers out beforehand.
static void integers_join(struct indices *indices)
{
	bool has_tensor = false;

	for (int i = 0; i < indices->count; i++)
		has_tensor = has_tensor || indices->items[i].kind == INDEX_KIND_TENSOR;
	for (int i = 0; has_tensor && i < indices->count; i++) {
		struct index_item *item = &indices->items[i];
		struct var *held;

		if (item->kind != INDEX_KIND_INT)
			continue;
		held = indices->held[indices->held_count++] = var_integer(item->start);
		held->value->ndim = 1; // without dimensions it would be taken out beforehand, too
		held->value->shape[0] = held->value->stride[0] = 1;
		*item = (struct index_item){.kind = INDEX_KIND_TENSOR, .tensor = held->value, .step = 1};
	}
}

static int resolve(struct vm *vm, struct value array, struct value index, struct indices *indices)
{
	enum world world = AS_VAR(array)->world;
	int r = 0;

	indices->count = indices->held_count = 0;
	if (index.kind != VALUE_TUPLE)
		return one_item(vm, index, world, indices);
	for (size_t i = 0; r == 0 && i < AS_TUPLE(index)->count; i++)
		r = one_item(vm, AS_TUPLE(index)->items[i], world, indices);
	if (r == 0 && world == WORLD_NUMPY)
		integers_join(indices);
	return r;
}

int array_get(struct vm *vm, struct value array, struct value index, struct value *ret)
{
	struct indices indices;
	struct var *result = NULL;
	struct diag diag;
	int r = resolve(vm, array, index, &indices);

	if (r == 0) {
		r = var_index(AS_VAR(array), indices.items, indices.count, &result, &diag);
		r = array_scalar_result(vm, r, &diag, result, AS_VAR(array)->world, ret);
		if (r == 0 && AS_VAR(array)->world == WORLD_NUMPY)
			array_note_base(array, *ret);
	}
	release(&indices);
	return r;
}

int array_set(struct vm *vm, struct value array, struct value index, struct value v)
{
	struct indices indices;
	struct var *value = NULL;
	struct diag diag;
	int r = resolve(vm, array, index, &indices);

	if (r == 0)
		r = array_convert(vm, v, AS_VAR(array)->world, &value);
	if (r == 0) {
		r = var_index_set(AS_VAR(array), indices.items, indices.count, value, &diag);
		if (r < 0)
			r = vm_engine_error(vm, &diag, AS_VAR(array)->world == WORLD_NUMPY);
	}
	var_unref(value);
	release(&indices);
	return r;
}

static int set_shape(struct vm *vm, struct var *var, struct value v)
{
	int64_t shape[TENSOR_MAX_DIMS];
	struct tensor *view;
	struct diag diag;
	int ndim, r = array_shape(vm, &v, 1, &ndim, shape);

	if (r < 0)
		return r;
	r = tensor_view_reshape(var->value, ndim, shape, &view, &diag);
	if (r < 0)
		return vm_engine_error(vm, &diag, true);
	var_set_value_take(var, view);
	return 0;
}

// What is kept is a variable without history or gradient of its own: gradients never form a circle.
static int set_grad(struct vm *vm, struct var *var, struct value v)
{
	const struct tensor *value = var->value, *grad;
	struct var *kept;

	if (v.kind == VALUE_NONE) {
		var_zero_grad(var, true);
		return 0;
	}
	if (v.kind != VALUE_TENSOR || AS_VAR(v)->world != WORLD_TORCH) {
		vm_raise(vm, "TypeError", "a gradient must be a tensor or None, not %s", value_a_type(v));
		vm_blame(vm, v);
		return vm_hint(vm, "torch.from_numpy(...) makes a tensor of an array");
	}
	grad = AS_VAR(v)->value;
	if (grad->dtype != value->dtype || grad->ndim != value->ndim ||
	    memcmp(grad->shape, value->shape, (size_t)value->ndim * sizeof(value->shape[0])) != 0) {
		vm_raise(vm, "RuntimeError", "a gradient must have the tensor's shape and dtype");
		return vm_hint(vm, "torch.zeros_like(x) makes one");
	}
	kept = var_detach(AS_VAR(v));
	var_zero_grad(var, true);
	var->grad = kept;
	return 0;
}

int array_set_attribute(struct vm *vm, struct value array, const struct str *name, struct value v)
{
	struct var *var = AS_VAR(array);
	struct diag diag;
	bool on;
	int r;

	if (strcmp(name->text, "requires_grad") == 0) {
		r = truth(vm, v, &on);
		if (r == 0 && var_set_requires_grad(var, on, &diag) < 0)
			r = vm_engine_error(vm, &diag, false);
		return r;
	}
	if (strcmp(name->text, "data") == 0 && v.kind == VALUE_TENSOR) {
		var_set_value_take(var, tensor_share(AS_VAR(v)->value));
		return 0;
	}
	if (strcmp(name->text, "grad") == 0)
		return set_grad(vm, var, v);
	if (strcmp(name->text, "shape") == 0 && var->world == WORLD_NUMPY)
		return set_shape(vm, var, v);
	vm_raise(vm, "AttributeError", "the attribute '%s' of %s cannot be set", name->text,
	    value_a_type(array));
	return vm_hint(vm, "requires_grad, data and grad can");
}
