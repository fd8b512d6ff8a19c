// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <stdlib.h>

#include "data/idx.h"
#include "fuzz/fuzz.h"

static void parse(const uint8_t *data, size_t size, int ndim)
{
	struct idx idx;
	struct diag diag = {0};
	size_t count = 1;

	if (idx_parse("input", data, size, ndim, &idx, &diag) < 0) {
		if (!diag.msg[0] || !diag.hint[0])
			abort(); // an error without a message or a hint
		return;
	}
	for (int i = 0; i < idx.ndim; i++)
		count *= idx.shape[i];
	if (idx.ndim != ndim || count != idx.count || count > IDX_MAX_BYTES)
		abort();
	idx_release(&idx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	parse(data, size, 1);
	parse(data, size, 3);
	return 0;
}
