// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <stdlib.h>

#include "fuzz/fuzz.h"
#include "model/npy.h"

static volatile double touched; // keeps the reading alive

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tensor *tensor;
	struct diag diag = {0};
	int64_t last[TENSOR_MAX_DIMS] = {0};

	if (npy_parse("input", data, size, &tensor, &diag) < 0) {
		if (!diag.msg[0] || !diag.hint[0])
			abort(); // an error without a message or a hint
		return 0;
	}
	if (tensor_count(tensor) * dtype_size(tensor->dtype) != tensor->storage->bytes)
		abort();
	for (int i = 0; i < tensor->ndim; i++)
		last[i] = tensor->shape[i] - 1;
	if (tensor_count(tensor))
		touched = tensor_at(tensor, last);
	tensor_free(tensor);
	return 0;
}
