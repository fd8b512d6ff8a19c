// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "engine/kernels.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/strbuf.h"

/* The instruction sets, fastest first. */
struct isa {
	const struct kernels *kernels;
	bool (*available)(void);
};

static bool always(void)
{
	return true;
}

#ifdef SIMD_X86
static bool has_avx512(void)
{
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
	    __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
}

static bool has_avx2(void)
{
	return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
#endif

static const struct isa isas[] = {
#ifdef SIMD_X86
    {&kernels_avx512, has_avx512},
    {&kernels_avx2, has_avx2},
#endif
    {&kernels_baseline, always},
};

static int unknown(const char *name, struct diag *diag)
{
	struct strbuf known = STRBUF_INIT;

	for (size_t i = 0; i < ARRAY_LEN(isas); i++) {
		if (isas[i].available())
			strbuf_addf(&known, "%s%s", known.len > 0 ? ", " : "", isas[i].kernels->isa);
	}
	diag_set(diag, ERR_UNSUPPORTED, "instruction set '%s' is not available here", name);
	diag_hint(diag, "CONVTUTOR_ISA can be %s", known.data);
	strbuf_release(&known);
	return ERR_UNSUPPORTED;
}

int kernels_by_name(const char *isa, const struct kernels **ret, struct diag *diag)
{
	for (size_t i = 0; i < ARRAY_LEN(isas); i++) {
		if (!isas[i].available() || (isa && strcmp(isa, isas[i].kernels->isa) != 0))
			continue;
		*ret = isas[i].kernels;
		return 0;
	}
	return unknown(isa, diag);
}

int kernels_pick(const struct kernels **ret, struct diag *diag)
{
	const char *forced = getenv("CONVTUTOR_ISA");

	return kernels_by_name(forced && *forced ? forced : NULL, ret, diag);
}

const struct layer_impl *kernels_choose(const struct kernels *kernels, const struct layer *layers,
    size_t count)
{
	for (size_t i = 0; kernels->impls[i]; i++) {
		if (kernels->impls[i]->span <= count && kernels->impls[i]->accepts(layers))
			return kernels->impls[i];
	}
	BUG("no kernel for %s", layer_kind_name(layers->spec.kind));
}
