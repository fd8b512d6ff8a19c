// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What lessons and the prompt need beyond NumPy and PyTorch: the documents' corr2d as a built-in, and
 * true convolution beside it.
 */
#include "config.h"

#include "engine/var_nn.h"
#include "notebook/array_args.h"
#include "notebook/builtin.h"
#include "notebook/teaching.h"

/* Windows are computed in float32 or float64; whole numbers and truth values become the floats of
 * their world. */
static int as_floats(struct vm *vm, struct var *x, enum dtype dtype, struct var **ret)
{
	struct diag diag;
	int r;

	if (x->value->dtype == dtype) {
		*ret = var_ref(x);
		return 0;
	}
	r = var_cast(x, dtype, ret, &diag);
	return r < 0 ? vm_engine_error(vm, &diag, x->world == WORLD_NUMPY) : 0;
}

static enum dtype common_dtype(const struct var *a, const struct var *b)
{
	if (a->value->dtype == DTYPE_F64 || b->value->dtype == DTYPE_F64)
		return DTYPE_F64;
	if (a->value->dtype == DTYPE_F32 || b->value->dtype == DTYPE_F32 || a->world != WORLD_NUMPY)
		return DTYPE_F32;
	return DTYPE_F64;
}

static int check_matrix(struct vm *vm, const char *name, const struct var *x)
{
	if (x->value->ndim == 2)
		return 0;
	vm_raise(vm, "ValueError", "%s has %d dimensions, a matrix has 2", name, x->value->ndim);
	return vm_hint(vm, "%s.reshape(rows, columns) makes one", name);
}

/* [h][w] to [1][1][h][w] and back, so that one operator and its gradient serve. */
static int with_channels(struct var *x, struct var **ret, struct diag *diag)
{
	const int64_t shape[] = {1, 1, x->value->shape[0], x->value->shape[1]};

	return var_reshape(x, 4, shape, ret, diag);
}

static int without_channels(struct var *x, struct var **ret, struct diag *diag)
{
	return var_reshape(x, 2, x->value->shape + 2, ret, diag);
}

static int slide(struct var *x, struct var *k, bool flip, struct var **ret, struct diag *diag)
{
	const struct conv_args args = {.axes = 2};
	const int both[] = {0, 1};
	struct var *turned = NULL, *image = NULL, *kernel = NULL, *map = NULL;
	int r = 0;

	if (flip)
		r = var_flip(k, both, 2, &turned, diag);
	if (r == 0)
		r = with_channels(x, &image, diag);
	if (r == 0)
		r = with_channels(turned ? turned : k, &kernel, diag);
	if (r == 0)
		r = var_conv(&args, image, kernel, NULL, &map, diag);
	if (r == 0)
		r = without_channels(map, ret, diag);
	var_unref(turned);
	var_unref(image);
	var_unref(kernel);
	var_unref(map);
	return r;
}

static int teach_window(struct vm *vm, const struct args *args, struct value *ret)
{
	struct var *x = NULL, *k = NULL, *xf = NULL, *kf = NULL, *map = NULL;
	struct diag diag;
	int r = array_convert(vm, args->v[0], WORLD_TORCH, &x);

	if (r == 0)
		r = array_convert(vm, args->v[1], x->world, &k);
	if (r == 0)
		r = check_matrix(vm, "X", x);
	if (r == 0)
		r = check_matrix(vm, "K", k);
	if (r == 0)
		r = as_floats(vm, x, common_dtype(x, k), &xf);
	if (r == 0)
		r = as_floats(vm, k, common_dtype(x, k), &kf);
	if (r == 0) {
		r = slide(xf, kf, args->def->which, &map, &diag);
		r = array_result(vm, r, &diag, map, x->world, ret);
	}
	var_unref(x);
	var_unref(k);
	var_unref(xf);
	var_unref(kf);
	return r;
}

static const struct builtin functions[] = {
	{"corr2d", "X, K", "cross-correlation of two matrices: K slides over X, products are added; the map",
	    teach_window, false},
	{"convolve2d", "X, K", "true convolution: K is turned up-down and left-right, then slides over X",
	    teach_window, true},
	TABLE_END,
};

int teaching_install(struct vm *vm)
{
	return builtin_add_globals(vm, functions);
}
