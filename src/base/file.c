// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"

#define READ_STEP (64 * 1024)

static int grow(char **data, size_t *cap, size_t need)
{
	char *more;

	if (need <= *cap)
		return 0;
	while (*cap < need)
		*cap *= 2;
	more = mem_realloc(*data, *cap, 1);
	if (!more)
		return ERR_NOMEM;
	*data = more;
	return 0;
}

static int read_some(int fd, const char *name, char *to, size_t want, struct diag *diag)
{
	ssize_t got;

	do {
		got = read(fd, to, want);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return diag_set(diag, ERR_IO, "cannot read '%s': %s", name, strerror(errno));
	return (int)got;
}

int file_read_fd(int fd, const char *name, size_t limit, char **ret_data, size_t *ret_len,
    struct diag *diag)
{
	size_t cap = READ_STEP + 1, len = 0;
	char *data = mem_alloc(cap, 1);
	int got = 0;

	if (!data)
		return diag_set(diag, ERR_NOMEM, "out of memory while reading '%s'", name);
	for (;;) {
		if (grow(&data, &cap, len + READ_STEP + 1) < 0) {
			got = diag_set(diag, ERR_NOMEM, "out of memory while reading '%s'", name);
			break;
		}
		got = read_some(fd, name, data + len, READ_STEP, diag);
		if (got <= 0)
			break;
		len += (size_t)got;
		if (len > limit) {
			got = diag_set(diag, ERR_LIMIT, "'%s' is larger than %zu bytes", name, limit);
			break;
		}
	}
	if (got < 0) {
		mem_free(data);
		return got;
	}
	data[len] = '\0';
	*ret_data = data;
	*ret_len = len;
	return 0;
}

int file_read(const char *path, size_t limit, char **ret_data, size_t *ret_len, struct diag *diag)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), r;

	if (fd < 0) {
		r = errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;
		return diag_set(diag, r, "cannot open '%s': %s", path, strerror(errno));
	}
	r = file_read_fd(fd, path, limit, ret_data, ret_len, diag);
	close(fd);
	return r;
}

struct file_out {
	int fd;
	char *path, *temporary;
};

static int write_failed(const struct file_out *out, struct diag *diag)
{
	int code = diag_set(diag, ERR_IO, "cannot write '%s': %s", out->path, strerror(errno));

	if (errno == ENOSPC || errno == EDQUOT)
		diag_hint(diag, "make room on the disk or choose another folder");
	else if (errno == EACCES || errno == EROFS || errno == ENOENT || errno == ENOTDIR)
		diag_hint(diag, "choose a folder that exists and that you may write to");
	return code;
}

int file_out_open(const char *path, struct file_out **ret, struct diag *diag)
{
	struct file_out *out = xzalloc(1, sizeof(*out));
	struct stat st;
	mode_t mask;
	int code;

	out->path = xstrdup(path);
	out->temporary = xasprintf("%s.XXXXXX", path);
	out->fd = mkostemp(out->temporary, O_CLOEXEC);
	if (out->fd < 0) {
		code = write_failed(out, diag);
		out->temporary[0] = '\0';
		file_out_abort(out);
		return code;
	}
	mask = umask(0);
	umask(mask);
	fchmod(out->fd, stat(path, &st) == 0 ? st.st_mode & 0777 : 0666 & ~mask);
	*ret = out;
	return 0;
}

int file_out_write(struct file_out *out, const void *bytes, size_t len, struct diag *diag)
{
	const char *from = bytes;

	while (len) {
		ssize_t done = write(out->fd, from, len);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return write_failed(out, diag);
		from += done;
		len -= (size_t)done;
	}
	return 0;
}

/* The rename itself must reach the disk too; a file system that cannot sync a folder is no error. */
static void sync_parent(const char *path)
{
	char *copy = xstrdup(path);
	int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	mem_free(copy);
}

int file_out_commit(struct file_out *out, struct diag *diag)
{
	int fd = out->fd, code = 0;

	if (fsync(fd) < 0 && errno != EINVAL && errno != EROFS)
		code = write_failed(out, diag);
	out->fd = -1;
	if (close(fd) < 0 && code == 0)
		code = write_failed(out, diag);
	if (code == 0 && rename(out->temporary, out->path) < 0)
		code = write_failed(out, diag);
	if (code == 0) {
		out->temporary[0] = '\0';
		sync_parent(out->path);
	}
	file_out_abort(out);
	return code;
}

void file_out_abort(struct file_out *out)
{
	if (!out)
		return;
	if (out->fd >= 0)
		close(out->fd);
	if (out->temporary[0])
		unlink(out->temporary);
	mem_free(out->temporary);
	mem_free(out->path);
	mem_free(out);
}

int file_write(const char *path, const void *bytes, size_t len, struct diag *diag)
{
	struct file_out *out;
	int r = file_out_open(path, &out, diag);

	if (r < 0)
		return r;
	r = file_out_write(out, bytes, len, diag);
	if (r < 0) {
		file_out_abort(out);
		return r;
	}
	return file_out_commit(out, diag);
}
