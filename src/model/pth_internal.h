// SPDX-License-Identifier: GPL-3.0-or-later
/* Shared between the parts that read and write .pth files: pickles on one side, zips on the other.
 */
#ifndef MODEL_PTH_INTERNAL_H
#define MODEL_PTH_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "model/element.h"
#include "model/pth.h"

#define PTH_RECORDS_MAX 4096
#define PTH_DEPTH_MAX 64
#define PTH_VALUES_MAX (1 << 18)

/* The classes of storages, by their name in the module torch. */
struct pth_storage_class {
	const char *name;
	enum element element;
};
#define PTH_STORAGE_CLASSES 10
extern const struct pth_storage_class pth__storage_classes[PTH_STORAGE_CLASSES];

/* A pickle being written, and the storages that its tensors refer to, by index. */
struct pickle_out {
	struct strbuf bytes;
	size_t storage_count, storage_cap;
	struct pickle_storage {
		const struct storage *storage;
		enum dtype dtype;
	} *storages;
	int depth;
	struct diag *diag;
};
int pickle__write(struct pickle_out *out, const struct pth_value *root) WARN_UNUSED;
void pickle__release(struct pickle_out *out);

/* A container being read. */
struct container;
struct container_record {
	const char *name; // without the root folder; not terminated
	size_t name_len;
	uint64_t index;	       // among the entries of the zip
	uint64_t begin, end;   // in the file, from local header to data descriptor
	uint64_t size;
	uint32_t crc;
};
int container__open(const void *bytes, size_t len, struct container **ret,
    struct diag *diag) WARN_UNUSED;
void container__close(struct container *container);
// The record ROOT/name, or NULL.
const struct container_record *container__find(const struct container *container, const char *name);
size_t container__position(
    const struct container *container, const struct container_record *record);
// All bytes of a record, checked against its checksum. The caller owns *ret; a NUL follows.
int container__read(struct container *container, const struct container_record *record, char **ret,
    struct diag *diag) WARN_UNUSED;

// Run data.pkl; tensors come from the container's records.
int pickle__read(struct container *container, const char *code, size_t len, struct pth_tree *tree,
    struct diag *diag) WARN_UNUSED;

#endif
