// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Which flat kernels run: those of the instruction set that the trainer's kernels are picked for.
 */
#include "config.h"

#include <stdatomic.h>
#include <string.h>

#include "base/alloc.h"
#include "engine/flat.h"
#include "engine/kernels.h"

static const struct flat_kernels *_Atomic picked;

static const struct flat_kernels *const all[] = {
#ifdef SIMD_X86
    &flat_kernels_avx512,
    &flat_kernels_avx2,
#endif
    &flat_kernels_baseline,
};

static const struct flat_kernels *pick(const char *isa)
{
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		if (strcmp(all[i]->isa, isa) == 0)
			return all[i];
	}
	return &flat_kernels_baseline;
}

const struct flat_kernels *flat_kernels_get(void)
{
	const struct kernels *kernels;

	if (!picked) // an instruction set that does not exist is reported by whoever trains
		picked = pick(kernels_pick(&kernels, NULL) < 0 ? "baseline" : kernels->isa);
	return picked;
}

int flat_kernels_use(const char *isa, struct diag *diag)
{
	const struct kernels *kernels;
	int err = kernels_by_name(isa, &kernels, diag);

	if (err == 0)
		picked = pick(kernels->isa);
	return err;
}
