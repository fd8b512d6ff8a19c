// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz/fuzz.h"
#include "model/safetensors.h"

/* Reads every element, so that a tensor larger than its memory is noticed. */
static unsigned touch(const struct tensor_file *file)
{
	unsigned sum = 0;

	for (size_t i = 0; i < file->count; i++) {
		const struct tensor *tensor = file->tensors[i].tensor;
		const uint8_t *bytes = tensor->data;

		for (size_t b = 0; b < tensor_count(tensor) * dtype_size(tensor->dtype); b++)
			sum += bytes[b];
		if (i && strcmp(file->tensors[i - 1].name, file->tensors[i].name) >= 0)
			abort(); // not sorted, or twice
	}
	return sum;
}

static volatile unsigned touched; // keeps the reading alive

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tensor_file file;
	struct diag diag = {0};

	if (safetensors_parse("input", data, size, &file, &diag) < 0) {
		if (!diag.msg[0])
			abort();
		return 0;
	}
	touched = touch(&file);
	tensor_file_release(&file);
	return 0;
}
