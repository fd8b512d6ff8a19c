// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What library/numpy_random.py is made of: numbers from a Mersenne Twister. Its state lives in an array
 * of int64, which nothing else looks into.
 */
#include "config.h"

#include <string.h>

#include "base/alloc.h"
#include "base/mt19937.h"
#include "notebook/array_numpy.h"

#define STATE_WORDS ((int64_t)((sizeof(struct mt19937) + 7) / 8))

// v: seed; None: from the notebook's own generator
static int make_state(struct vm *vm, const struct args *args, struct value *ret)
{
	int64_t seed, shape[1] = {STATE_WORDS};
	struct tensor *state = NULL;
	struct diag diag;
	int r = 0;

	if (args->v[0].kind == VALUE_NONE)
		seed = (int64_t)(rng_u64(&vm->rng) >> 32);
	else
		r = vm_to_int(vm, args->v[0], "the seed", &seed);
	if (r < 0)
		return r;
	if (seed < 0 || seed > UINT32_MAX) {
		vm_raise(vm, "ValueError", "Seed must be between 0 and 2**32 - 1");
		return vm_hint(vm, "0 or 42 do as well as any");
	}
	r = tensor_new(DTYPE_I64, 1, shape, &state, &diag);
	if (r == 0)
		mt19937_seed(state->data, (uint32_t)seed);
	return array_made(vm, r, &diag, state, WORLD_NUMPY, ret);
}

static struct mt19937 *state_of(struct vm *vm, struct value v)
{
	if (v.kind == VALUE_TENSOR && AS_VAR(v)->value->dtype == DTYPE_I64 &&
	    (int64_t)tensor_count(AS_VAR(v)->value) == STATE_WORDS && tensor_is_contiguous(AS_VAR(v)->value))
		return AS_VAR(v)->value->data;
	vm_raise(vm, "TypeError", "a random generator's state is needed");
	return NULL;
}

// A Python number where no size is asked for, as NumPy gives one.
static int finish(struct vm *vm, struct tensor *made, bool single, struct value *ret)
{
	struct value array;
	int r = array_take(vm, var_new_take(WORLD_NUMPY, made), &array);

	if (r < 0 || !single) {
		*ret = array;
		return r;
	}
	r = array_item(vm, array, ret);
	value_drop(array);
	return r;
}

// which: 0 uniform, 1 normal; v: state, size
static int random_floats(struct vm *vm, const struct args *args, struct value *ret)
{
	struct mt19937 *mt = state_of(vm, args->v[0]);
	int64_t shape[TENSOR_MAX_DIMS];
	bool single = args->v[1].kind == VALUE_NONE;
	struct tensor *made;
	struct diag diag;
	double *at;
	int ndim = 0, r = mt ? 0 : vm->error.diag.code;

	if (r == 0 && !single)
		r = array_shape(vm, &args->v[1], 1, &ndim, shape);
	if (r < 0)
		return r;
	if (tensor_new(DTYPE_F64, ndim, shape, &made, &diag) < 0)
		return vm_engine_error(vm, &diag, true);
	at = made->data;
	for (size_t i = 0; i < tensor_count(made); i++)
		at[i] = args->def->which ? mt19937_normal(mt) : mt19937_double(mt);
	return finish(vm, made, single, ret);
}

// v: state, low, high, size
static int random_integers(struct vm *vm, const struct args *args, struct value *ret)
{
	struct mt19937 *mt = state_of(vm, args->v[0]);
	int64_t low, high, shape[TENSOR_MAX_DIMS], *at;
	bool single = args->v[3].kind == VALUE_NONE;
	struct tensor *made;
	struct diag diag;
	int ndim = 0, r = mt ? vm_to_int(vm, args->v[1], "the lower bound", &low) : vm->error.diag.code;

	if (r == 0)
		r = vm_to_int(vm, args->v[2], "the upper bound", &high);
	if (r == 0 && low >= high) {
		r = vm_raise(vm, "ValueError", "low >= high");
		vm_hint(vm, "there is no number from %lld to below %lld", (long long)low, (long long)high);
	}
	if (r == 0 && !single)
		r = array_shape(vm, &args->v[3], 1, &ndim, shape);
	if (r < 0)
		return r;
	if (tensor_new(DTYPE_I64, ndim, shape, &made, &diag) < 0)
		return vm_engine_error(vm, &diag, true);
	at = made->data;
	for (size_t i = 0; i < tensor_count(made); i++)
		at[i] = (int64_t)((uint64_t)low + mt19937_up_to(mt, (uint64_t)high - (uint64_t)low - 1));
	return finish(vm, made, single, ret);
}

// 0 to n - 1 in random order, exchanged from the end as NumPy does; v: state, n
static int random_permutation(struct vm *vm, const struct args *args, struct value *ret)
{
	struct mt19937 *mt = state_of(vm, args->v[0]);
	int64_t n, *at;
	struct tensor *made;
	struct diag diag;
	int r = mt ? vm_to_int(vm, args->v[1], "the number", &n) : vm->error.diag.code;

	if (r < 0)
		return r;
	if (tensor_new(DTYPE_I64, 1, &n, &made, &diag) < 0)
		return vm_engine_error(vm, &diag, true);
	at = made->data;
	for (int64_t i = 0; i < n; i++)
		at[i] = i;
	for (int64_t i = n - 1; i > 0; i--) {
		int64_t j = (int64_t)mt19937_up_to(mt, (uint64_t)i), held = at[i];

		at[i] = at[j];
		at[j] = held;
	}
	return finish(vm, made, false, ret);
}

const struct builtin numpy_random[] = {
    {"_make_state", "seed=None", "the state of a generator", make_state, 0},
    {"_floats", "state, size=None", "uniform in [0, 1)", random_floats, 0},
    {"_normals", "state, size=None", "with mean 0 and deviation 1", random_floats, 1},
    {"_integers", "state, low, high, size=None", "whole numbers from low to below high", random_integers, 0},
    {"_permutation", "state, n", "0 to n - 1 in random order", random_permutation, 0},
    TABLE_END,
};
