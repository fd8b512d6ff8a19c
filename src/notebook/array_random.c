// SPDX-License-Identifier: GPL-3.0-or-later
/* Random numbers, and their seed: torch.randint, torch.randperm. */
#include "config.h"

#include "notebook/array_args.h"

// torch.randint(high, size), torch.randint(low, high, size); np.random.randint(low, high=None,
// size=None)
static int make_randint(struct vm *vm, const struct args *args, struct value *ret)
{
	struct value low = args->v[0], high = args->v[1], size = args->v[2];
	int64_t bounds[2] = {0, 0}, shape[TENSOR_MAX_DIMS];
	struct tensor *made = NULL;
	struct diag diag;
	int ndim = 0, r;

	if (!(args->def->which & ARRAY_NUMPY) && size.kind == VALUE_NONE) {
		size = high;
		high = value_none();
	}
	r = vm_to_int(vm, high.kind == VALUE_NONE ? low : high, "the bound", &bounds[1]);
	if (r == 0 && high.kind != VALUE_NONE)
		r = vm_to_int(vm, low, "the bound", &bounds[0]);
	if (r == 0 && bounds[0] >= bounds[1])
		r = vm_raise(vm, "ValueError", "randint() needs low < high");
	if (r == 0 && size.kind != VALUE_NONE)
		r = array_shape(vm, &size, 1, &ndim, shape);
	if (r < 0)
		return r;
	r = tensor_new(DTYPE_I64, ndim, shape, &made, &diag);
	if (r == 0)
		assemble_random(
		    made, &vm->rng, FILL_KIND_INTEGERS, (double)bounds[0], (double)bounds[1]);
	r = array_made(vm, r, &diag, made, array_arg_world(args), ret);
	if (r == 0 && ndim == 0 && (args->def->which & ARRAY_NUMPY)) {
		struct value array = *ret;

		r = array_item(vm, array, ret);
		value_drop(array);
	}
	return r;
}

static int make_randperm(struct vm *vm, const struct args *args, struct value *ret)
{
	struct tensor *made = NULL;
	struct diag diag;
	int64_t n;
	int r = vm_to_int(vm, args->v[0], "n", &n);

	if (r < 0)
		return r;
	r = assemble_permutation(n, &vm->rng, &made, &diag);
	return array_made(vm, r, &diag, made, array_arg_world(args), ret);
}

static int make_seed(struct vm *vm, const struct args *args, struct value *ret)
{
	int64_t seed;
	int r = vm_to_int(vm, args->v[0], "the seed", &seed);

	if (r == 0)
		rng_seed(&vm->rng, (uint64_t)seed);
	*ret = value_none();
	return r;
}

const struct builtin array_random_torch[] = {
    {"randint", "low, high=None, size=None, dtype=None, device=None",
	"random whole numbers from low to below high", make_randint, 0},
    {"randperm", "n", "0 to n - 1 in random order", make_randperm, 0},
    {"manual_seed", "seed", "makes the random numbers that follow reproducible", make_seed, 0},
    TABLE_END,
};
