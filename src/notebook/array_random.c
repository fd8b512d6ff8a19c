// SPDX-License-Identifier: GPL-3.0-or-later
/* Random numbers, and their seed: torch.randint, torch.randperm. */
#include "config.h"

#include "notebook/array_args.h"

// torch.randint(high, size), torch.randint(low, high, size); np.random.randint(low, high=None,
// size=None)
// Takes `made` over, and gives it the dtype asked for.
static int made_as(struct vm *vm, int r, struct diag *diag, struct tensor *made, struct value wanted,
    struct value *ret)
{
	struct tensor *cast;
	int dtype;

	if (r == 0 && array_arg_dtype(vm, wanted, &dtype) < 0) {
		tensor_free(made);
		return vm->error.diag.code;
	}
	if (r == 0 && dtype >= 0 && dtype != (int)made->dtype) {
		r = tensor_cast(made, (enum dtype)dtype, &cast, diag);
		tensor_free(made);
		made = cast;
	}
	return array_made(vm, r, diag, made, WORLD_TORCH, ret);
}

// v: low, high, size, dtype; with two arguments: high, size
static int make_randint(struct vm *vm, const struct args *args, struct value *ret)
{
	bool two = args->v[2].kind == VALUE_NONE;
	struct value high = args->v[two ? 0 : 1], size = args->v[two ? 1 : 2];
	int64_t bounds[2] = {0, 0}, shape[TENSOR_MAX_DIMS];
	struct tensor *made = NULL;
	struct diag diag;
	int ndim = 0, r = vm_to_int(vm, high, "the bound", &bounds[1]);

	if (r == 0 && !two)
		r = vm_to_int(vm, args->v[0], "the bound", &bounds[0]);
	if (r == 0 && bounds[0] >= bounds[1])
		r = vm_raise(vm, "ValueError", "randint() needs low < high");
	if (r == 0 && size.kind == VALUE_NONE) {
		vm_raise(vm, "TypeError", "randint() misses the argument 'size'");
		r = vm_hint(vm, "torch.randint(0, 10, (2, 3)) makes a tensor of that shape");
	}
	if (r == 0)
		r = array_shape(vm, &size, 1, &ndim, shape);
	if (r < 0)
		return r;
	r = tensor_new(DTYPE_I64, ndim, shape, &made, &diag);
	if (r == 0)
		assemble_random(
		    made, &vm->rng, FILL_KIND_INTEGERS, (double)bounds[0], (double)bounds[1]);
	return made_as(vm, r, &diag, made, args->v[3], ret);
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
	return made_as(vm, r, &diag, made, args->v[1], ret);
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
    {"randperm", "n, dtype=None, device=None", "0 to n - 1 in random order", make_randperm, 0},
    {"manual_seed", "seed", "makes the random numbers that follow reproducible", make_seed, 0},
    TABLE_END,
};
