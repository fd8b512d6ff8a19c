// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Whole files. Reading is bounded; writing is atomic: a temporary file beside the target, synced,
 * renamed over it, so that whatever happens either the old or the new file is there, whole.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stddef.h>

#include "base/error.h"

// Read all of `path`, at most `limit` bytes; a NUL follows the contents. The caller owns *ret_data.
int file_read(const char *path, size_t limit, char **ret_data, size_t *ret_len,
    struct diag *diag) WARN_UNUSED;
// Read all of an open descriptor (standard input); `name` is for messages.
int file_read_fd(int fd, const char *name, size_t limit, char **ret_data, size_t *ret_len,
    struct diag *diag) WARN_UNUSED;

/* A file being written. */
struct file_out;
int file_out_open(const char *path, struct file_out **ret, struct diag *diag) WARN_UNUSED;
int file_out_write(struct file_out *out, const void *bytes, size_t len, struct diag *diag) WARN_UNUSED;
int file_out_commit(struct file_out *out, struct diag *diag) WARN_UNUSED; // frees `out`
void file_out_abort(struct file_out *out); // removes the temporary file; NULL is a no-op

// The three above in one.
int file_write(const char *path, const void *bytes, size_t len, struct diag *diag) WARN_UNUSED;

#endif
