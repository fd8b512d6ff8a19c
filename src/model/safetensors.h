// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * safetensors files: u64 little-endian length, JSON header, then the tensors' bytes. Read as hostile
 * (the checks of the format's README, in its order) and written atomically.
 */
#ifndef MODEL_SAFETENSORS_H
#define MODEL_SAFETENSORS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/tensor.h"

struct named_tensor {
	char *name;
	struct tensor *tensor;
};

/* What a file holds: tensors sorted by name, and string pairs of __metadata__. */
struct tensor_file {
	size_t count;
	struct named_tensor *tensors;
	size_t meta_count;
	struct {
		char *key, *value;
	} *meta;
};

void tensor_file_release(struct tensor_file *file);
const struct tensor *tensor_file_find(const struct tensor_file *file, const char *name);
const char *tensor_file_meta(const struct tensor_file *file, const char *key); // or NULL
// Add; the tensor is shared, names and values are copied.
int tensor_file_add(struct tensor_file *file, const char *name, const struct tensor *tensor,
    struct diag *diag) WARN_UNUSED;
int tensor_file_add_meta(struct tensor_file *file, const char *key, const char *value,
    struct diag *diag) WARN_UNUSED;

// F32, F64, I64 and BOOL become tensors of that type, F16 and BF16 float32; others are refused.
int safetensors_read(const char *path, struct tensor_file *ret, struct diag *diag) WARN_UNUSED;
int safetensors_parse(const char *name, const void *bytes, size_t len, struct tensor_file *ret,
    struct diag *diag) WARN_UNUSED;
int safetensors_write(const char *path, const struct tensor_file *file,
    struct diag *diag) WARN_UNUSED;

#endif
