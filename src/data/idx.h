// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * IDX files, the format of MNIST and its relatives: bytes 0 0 08 n (unsigned bytes, n dimensions),
 * n big-endian 32-bit sizes, then the data, and nothing more. Read plain or gzip'd, whichever the
 * file's first bytes say; never trusted: magic, counts, exact size and a limit are checked, and a
 * truncated, swapped, HTML or oversized file is named as such.
 */
#ifndef DATA_IDX_H
#define DATA_IDX_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define IDX_MAX_DIMS 4
#define IDX_MAX_BYTES ((size_t)512 << 20)

struct idx {
	int ndim;
	uint32_t shape[IDX_MAX_DIMS];
	uint8_t *data; // owned
	size_t count;  // elements, bytes
};

// `ndim`: 3 for images, 1 for labels; a file of the other kind is reported as swapped.
int idx_read(const char *path, int ndim, struct idx *ret, struct diag *diag) WARN_UNUSED;
// The same from memory, for tests and fuzzing; `name` is for messages.
int idx_parse(const char *name, const void *bytes, size_t len, int ndim, struct idx *ret,
    struct diag *diag) WARN_UNUSED;
void idx_release(struct idx *idx);

#endif
