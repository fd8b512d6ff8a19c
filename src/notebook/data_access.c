// SPDX-License-Identifier: GPL-3.0-or-later
/* The library's way to datasets, plots and pictures. */
#include "config.h"

#include <string.h>

#include "base/alloc.h"
#include "data/dataset.h"
#include "notebook/array_args.h"
#include "notebook/module.h"

#define SERIES_MAX 16

// The dataset is opened once for the notebook, when it is first asked for.
static int open_dataset(struct vm *vm)
{
	struct diag diag;

	if (vm->dataset)
		return 0;
	if (dataset_open(NULL, &vm->dataset, &diag) < 0)
		return vm_engine_error(vm, &diag, false);
	return 0;
}

static const struct images *images_of(const struct vm *vm, struct value train)
{
	return train.i ? &vm->dataset->train : &vm->dataset->test;
}

// train -> (count, class names)
static int data_open(struct vm *vm, const struct args *args, struct value *ret)
{
	struct tuple *pair;
	struct list *names;
	int r = open_dataset(vm);

	if (r < 0)
		return r;
	pair = tuple_new(&vm->heap, 2);
	names = pair ? list_new(&vm->heap, 10) : NULL;
	if (!names) {
		object_drop(pair);
		return vm_no_memory(vm);
	}
	pair->items[0] = value_int((int64_t)images_of(vm, args->v[0])->count);
	pair->items[1] = value_object(names);
	for (size_t i = 0; r == 0 && i < 10; i++)
		r = vm_str(vm, vm->dataset->class_names[i], strlen(vm->dataset->class_names[i]), &names->items[i]);
	*ret = value_object(pair);
	if (r < 0)
		value_drop(*ret);
	return r;
}

static int copy_images(struct vm *vm, const struct images *images, const struct tensor *indices,
    struct tensor *pixels, struct tensor *labels)
{
	size_t count = tensor_count(indices);
	int64_t *at = xmalloc(count + 1, sizeof(*at));
	struct diag diag;
	int r = 0;

	for (size_t i = 0; i < count && r == 0; i++) {
		at[i] = (int64_t)tensor_at(indices, (int64_t[TENSOR_MAX_DIMS]){(int64_t)i});
		if (at[i] < 0 || (size_t)at[i] >= images->count)
			r = vm_raise(vm, "IndexError", "there is no image %lld; the last is %zu",
			    (long long)at[i], images->count - 1);
	}
	if (r == 0 &&
	    images_gather(images, at, count, tensor_floats(pixels), labels->data, &diag) < 0)
		r = vm_engine_error(vm, &diag, false);
	mem_free(at);
	return r;
}

// train, indices -> (images [n][1][h][w] in 0..1, labels [n])
static int data_batch(struct vm *vm, const struct args *args, struct value *ret)
{
	const struct images *images;
	struct tensor *pixels = NULL, *labels = NULL;
	struct var *indices;
	struct diag diag;
	int64_t shape[4] = {0, 1};
	int r = open_dataset(vm);

	if (r == 0)
		r = array_convert(vm, args->v[1], WORLD_TORCH, &indices);
	if (r < 0)
		return r;
	images = images_of(vm, args->v[0]);
	shape[0] = (int64_t)tensor_count(indices->value);
	shape[2] = images->height;
	shape[3] = images->width;
	if (indices->value->ndim != 1)
		r = vm_raise(vm, "TypeError", "a batch needs a list of indices");
	else if (tensor_new_raw(DTYPE_F32, 4, shape, &pixels, &diag) < 0 || tensor_new_raw(DTYPE_I64, 1, shape, &labels, &diag) < 0)
		r = vm_engine_error(vm, &diag, false);
	else
		r = copy_images(vm, images, indices->value, pixels, labels);
	var_unref(indices);
	if (r < 0) {
		tensor_free(pixels);
		tensor_free(labels);
		return r;
	}
	return array_pair(vm, var_new_take(WORLD_TORCH, pixels), var_new_take(WORLD_TORCH, labels), NULL, ret);
}

// title, names, x, values
static int sink_plot(struct vm *vm, const struct args *args, struct value *ret)
{
	const char *names[SERIES_MAX];
	double y[SERIES_MAX], x;
	struct value *labels, *values;
	size_t count, values_count;
	int r = vm_to_number(vm, args->v[2], "x", &x);

	if (r < 0)
		return r;
	if (!value_items(args->v[1], &labels, &count) || !value_items(args->v[3], &values, &values_count) ||
	    args->v[0].kind != VALUE_STR || count != values_count || count > SERIES_MAX) {
		vm_raise(vm, "ValueError", "a plot needs one name for each of its curves, at most %d", SERIES_MAX);
		return vm->error.diag.code;
	}
	for (size_t i = 0; r == 0 && i < count; i++) {
		names[i] = labels[i].kind == VALUE_STR ? AS_STR(labels[i])->text : "";
		r = vm_to_number(vm, values[i], "y", &y[i]);
	}
	if (r == 0 && vm->sink.plot)
		vm->sink.plot(vm->sink.self, AS_STR(args->v[0])->text, count, names, x, y);
	*ret = value_none();
	return r;
}

static const struct builtin functions[] = {
	{"_dataset", "train", "number of images and the classes' names", data_open, 0},
	{"_batch", "train, indices", "images and labels", data_batch, 0},
	{"_plot", "title, names, x, values", "adds a point to each curve", sink_plot, 0},
	TABLE_END,
};

int data_access_install(struct vm *vm)
{
	struct module *torch;
	int r = module_make(vm, "torch", &torch);

	return r < 0 ? r : builtin_add_table(vm, torch->attrs, functions, false);
}

void data_access_release(struct vm *vm)
{
	dataset_free(vm->dataset);
	vm->dataset = NULL;
}
