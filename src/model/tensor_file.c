// SPDX-License-Identifier: GPL-3.0-or-later
/* What a model file holds, whatever its kind: named tensors and pairs of texts. */
#include "config.h"

#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "model/model_internal.h"
#include "model/safetensors.h"

void tensor_file_release(struct tensor_file *file)
{
	for (size_t i = 0; i < file->count; i++) {
		mem_free(file->tensors[i].name);
		tensor_free(file->tensors[i].tensor);
	}
	for (size_t i = 0; i < file->meta_count; i++) {
		mem_free(file->meta[i].key);
		mem_free(file->meta[i].value);
	}
	mem_free(file->tensors);
	mem_free(file->meta);
	memset(file, 0, sizeof(*file));
}

/* Where `name` is, or where it belongs. */
static size_t position(const struct tensor_file *file, const char *name, bool *ret_found)
{
	size_t low = 0, high = file->count;

	*ret_found = false;
	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = strcmp(file->tensors[middle].name, name);

		if (order == 0) {
			*ret_found = true;
			return middle;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct tensor *tensor_file_find(const struct tensor_file *file, const char *name)
{
	bool found;
	size_t at = position(file, name, &found);

	return found ? file->tensors[at].tensor : NULL;
}

const char *tensor_file_meta(const struct tensor_file *file, const char *key)
{
	for (size_t i = 0; i < file->meta_count; i++)
		if (strcmp(file->meta[i].key, key) == 0)
			return file->meta[i].value;
	return NULL;
}

static char *copy_text(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = mem_alloc(size, 1);

	return copy ? memcpy(copy, text, size) : NULL;
}

int tensor_file__take(struct tensor_file *file, const char *name, struct tensor *tensor,
    struct diag *diag)
{
	bool found;
	size_t at = position(file, name, &found);
	struct named_tensor *more = NULL;
	char *copy = found ? NULL : copy_text(name);

	if (copy)
		more = mem_realloc(file->tensors, file->count + 1, sizeof(*more));
	if (!more) {
		mem_free(copy);
		tensor_free(tensor);
		return found ? diag_set(diag, ERR_STATE, "there is a tensor '%s' already", name)
			     : diag_set(diag, ERR_NOMEM, "out of memory for the tensor '%s'", name);
	}
	file->tensors = more;
	memmove(&more[at + 1], &more[at], (file->count - at) * sizeof(*more));
	more[at] = (struct named_tensor){.name = copy, .tensor = tensor};
	file->count++;
	return 0;
}

int tensor_file_add(struct tensor_file *file, const char *name, const struct tensor *tensor,
    struct diag *diag)
{
	return tensor_file__take(file, name, tensor_share(tensor), diag);
}

int tensor_file_add_meta(struct tensor_file *file, const char *key, const char *value,
    struct diag *diag)
{
	char *key_copy = copy_text(key), *value_copy = copy_text(value);
	void *more = NULL;

	if (key_copy && value_copy)
		more = mem_realloc(file->meta, file->meta_count + 1, sizeof(*file->meta));
	if (!more) {
		mem_free(key_copy);
		mem_free(value_copy);
		return diag_set(diag, ERR_NOMEM, "out of memory for the entry '%s'", key);
	}
	file->meta = more;
	file->meta[file->meta_count].key = key_copy;
	file->meta[file->meta_count++].value = value_copy;
	return 0;
}
