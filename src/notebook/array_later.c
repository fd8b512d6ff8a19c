// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "notebook/array_later.h"

#include <limits.h>

// The variable where it is there; NULL: None, or not computed yet.
static struct var *plain_var(struct value v)
{
	return v.kind == VALUE_TENSOR ? AS_ARRAY(v)->var : NULL;
}

// One number for both axes, or one for each; false for anything else.
static bool two_sizes(struct value v, int ret[2])
{
	struct value *items = &v;
	size_t count = 1;

	if (value_items(v, &items, &count) && count != 2)
		return false;
	for (size_t i = 0; i < 2; i++) {
		struct value item = items[count == 1 ? 0 : i];

		if (item.kind != VALUE_INT || item.i < 0 || item.i > INT_MAX)
			return false;
		ret[i] = (int)item.i;
	}
	return true;
}

static bool are_both(const int sizes[2], int n)
{
	return sizes[0] == n && sizes[1] == n;
}

static int put_down(struct vm *vm, struct value x, const struct layer_spec *spec,
    struct var *const params[2], struct value *ret)
{
	struct deferred_input input = {.x = plain_var(x)};
	struct deferred *later;
	struct array *array;

	if (x.kind != VALUE_TENSOR)
		return 0;
	input.before = input.x ? NULL : AS_ARRAY(x)->later;
	later = deferred_new(&vm->heap.later, &input, spec, params);
	if (!later)
		return 0;
	array = object_new(&vm->heap, VALUE_TENSOR, sizeof(*array));
	if (!array) {
		deferred_drop(later);
		return vm_no_memory(vm);
	}
	array->later = later;
	*ret = value_object(array);
	return 1;
}

// x, weight, bias, axes, stride, padding, dilation, groups, mode
int later_conv(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *const params[2] = {plain_var(args->v[1]), plain_var(args->v[2])};
	int stride[2], padding[2], dilation[2];
	struct layer_spec spec = {.kind = LAYER_KIND_CONV2D};

	if (args->v[3].i != 2 || !two_sizes(args->v[4], stride) ||
	    !two_sizes(args->v[5], padding) || !two_sizes(args->v[6], dilation) ||
	    !are_both(dilation, 1) || args->v[7].kind != VALUE_INT || args->v[7].i != 1 ||
	    !value_is_str(args->v[8], "zeros") || (args->v[2].kind != VALUE_NONE && !params[1]))
		return 0;
	spec.stride_h = stride[0];
	spec.stride_w = stride[1];
	spec.padding_h = padding[0];
	spec.padding_w = padding[1];
	return put_down(vm, args->v[0], &spec, params, ret);
}

// x, kind, axes, kernel_size, stride, padding, count_include_pad
int later_pool(struct vm *vm, const struct args *args, struct value *ret)
{
	struct value strides = args->v[4].kind == VALUE_NONE ? args->v[3] : args->v[4];
	int kernel[2], stride[2], padding[2];
	struct layer_spec spec = {
	    .kind = value_is_str(args->v[1], "max") ? LAYER_KIND_MAX_POOL : LAYER_KIND_AVG_POOL};

	if (args->v[2].i != 2 || !two_sizes(args->v[3], kernel) || !two_sizes(strides, stride) ||
	    !two_sizes(args->v[5], padding))
		return 0;
	if (!are_both(padding, 0) && spec.kind == LAYER_KIND_AVG_POOL &&
	    (args->v[6].kind != VALUE_BOOL || !args->v[6].b))
		return 0;
	spec.kernel_h = kernel[0];
	spec.kernel_w = kernel[1];
	spec.stride_h = stride[0];
	spec.stride_w = stride[1];
	spec.padding_h = padding[0];
	spec.padding_w = padding[1];
	return put_down(vm, args->v[0], &spec, (struct var *const[2]){NULL}, ret);
}

// x, weight, bias
int later_linear(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *const params[2] = {plain_var(args->v[1]), plain_var(args->v[2])};
	const struct layer_spec spec = {.kind = LAYER_KIND_LINEAR};

	if (args->v[2].kind != VALUE_NONE && !params[1])
		return 0;
	return put_down(vm, args->v[0], &spec, params, ret);
}

static bool is_later(struct value v)
{
	return v.kind == VALUE_TENSOR && !AS_ARRAY(v)->var;
}

int later_unary(struct vm *vm, struct value self, enum unary_op op, struct value *ret)
{
	struct layer_spec spec;

	switch (op) {
	case UNARY_SIGMOID: spec = (struct layer_spec){.kind = LAYER_KIND_SIGMOID}; break;
	case UNARY_TANH: spec = (struct layer_spec){.kind = LAYER_KIND_TANH}; break;
	case UNARY_RELU: spec = (struct layer_spec){.kind = LAYER_KIND_RELU}; break;
	default: return 0;
	}
	return put_down(vm, self, &spec, (struct var *const[2]){NULL}, ret);
}

int later_flatten(struct vm *vm, struct value self, struct value *ret)
{
	const struct layer_spec spec = {.kind = LAYER_KIND_FLATTEN};

	return is_later(self) ? put_down(vm, self, &spec, (struct var *const[2]){NULL}, ret) : 0;
}

int later_reshape(
    struct vm *vm, struct value self, int ndim, const int64_t *shape, struct value *ret)
{
	const struct tensor *in = is_later(self) ? array_outline(self) : NULL;
	bool rows, features;

	if (!in || in->ndim != 4 || ndim != 2)
		return 0;
	rows = shape[0] == in->shape[0];
	features = shape[1] == in->shape[1] * in->shape[2] * in->shape[3];
	if ((rows && (features || shape[1] == -1)) || (features && shape[0] == -1))
		return later_flatten(vm, self, ret);
	return 0;
}

int later_check(struct vm *vm)
{
	struct deferred_list *list = &vm->heap.later;

	if (list->failed == 0)
		return 0;
	list->failed = 0;
	return vm_engine_error(vm, &list->diag, false);
}

