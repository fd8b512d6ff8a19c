// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The reader pulls bytes from a source, which is a file or memory, plain or gzip'd, and never asks
 * for more than the header promised plus one byte. So a file that unpacks to gigabytes costs no
 * more than IDX_MAX_BYTES, and nothing is allocated for sizes that the file cannot hold.
 */
#include "config.h"

#include "data/idx.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/alloc.h"

#define CHUNK ((size_t)64 << 10)
#define DEFLATE_RATIO_MAX 1032 // deflate packs at most this many bytes into one
#define TYPE_UNSIGNED_BYTE 0x08

struct source {
	const char *name;
	struct diag *diag;
	int fd; // -1: memory, all of it in next and left
	uint8_t *chunk;
	const uint8_t *next; // bytes of the file not consumed yet
	size_t left;
	size_t most; // no more bytes than this can come; SIZE_MAX: unknown
	bool packed, unpacked_all;
	z_stream z;
};

static int bad(const struct source *source, const char *hint)
{
	diag_at(source->diag, source->name, 0, 0);
	diag_hint(source->diag, "%s", hint);
	return ERR_FORMAT;
}

#define HINT_AGAIN "fetch the file again, it was not copied whole"

/* Makes sure that there are bytes in next and left; 0 at the end of the file, 1 else, or an error. */
static int source_fill(struct source *source)
{
	ssize_t got;

	if (source->left || source->fd < 0)
		return source->left > 0;
	do {
		got = read(source->fd, source->chunk, CHUNK);
	} while (got < 0 && errno == EINTR);
	if (got < 0) {
		diag_set(source->diag, ERR_IO, "cannot read: %s", strerror(errno));
		return diag_at(source->diag, source->name, 0, 0), ERR_IO;
	}
	source->next = source->chunk;
	source->left = (size_t)got;
	return got > 0;
}

static void *zlib_alloc(void *opaque, unsigned items, unsigned size)
{
	(void)opaque;
	return mem_zalloc(items, size);
}

static void zlib_free(void *opaque, void *ptr)
{
	(void)opaque;
	mem_free(ptr);
}

static int out_of_memory(const struct source *source)
{
	diag_set(source->diag, ERR_NOMEM, "out of memory while reading");
	diag_at(source->diag, source->name, 0, 0);
	return ERR_NOMEM;
}

static int source_start(struct source *source)
{
	int r = source_fill(source);

	if (r < 0)
		return r;
	source->packed = source->left >= 2 && source->next[0] == 0x1f && source->next[1] == 0x8b;
	if (!source->packed)
		return 0;
	if (source->most < SIZE_MAX / DEFLATE_RATIO_MAX)
		source->most *= DEFLATE_RATIO_MAX;
	source->z.zalloc = zlib_alloc;
	source->z.zfree = zlib_free;
	return inflateInit2(&source->z, 16 + MAX_WBITS) == Z_OK ? 0 : out_of_memory(source);
}

static void source_end(struct source *source)
{
	if (source->packed)
		inflateEnd(&source->z);
	mem_free(source->chunk);
}

/* Plain bytes: up to `want`, fewer only at the end of the file. */
static int read_plain(struct source *source, uint8_t *to, size_t want, size_t *ret_got)
{
	size_t got = 0;

	while (got < want) {
		size_t part;
		int r = source_fill(source);

		if (r < 0)
			return r;
		if (r == 0)
			break;
		part = source->left < want - got ? source->left : want - got;
		memcpy(to + got, source->next, part);
		source->next += part;
		source->left -= part;
		got += part;
	}
	*ret_got = got;
	return 0;
}

/* One member ended: another may follow, which gzip's users know as `cat a.gz b.gz`. */
static int next_member(struct source *source)
{
	int r = source_fill(source);

	if (r < 0)
		return r;
	if (r == 0) {
		source->unpacked_all = true;
		return 0;
	}
	if (source->next[0] != 0x1f) {
		diag_set(source->diag, ERR_FORMAT, "something follows the compressed data");
		return bad(source, HINT_AGAIN);
	}
	return inflateReset(&source->z) == Z_OK ? 0 : out_of_memory(source);
}

static int inflate_failed(struct source *source, int z)
{
	if (z == Z_MEM_ERROR)
		return out_of_memory(source);
	diag_set(source->diag, ERR_FORMAT, "the compressed data is damaged: %s",
	    source->z.msg ? source->z.msg : "unknown method");
	return bad(source, HINT_AGAIN);
}

static int read_packed(struct source *source, uint8_t *to, size_t want, size_t *ret_got)
{
	size_t got = 0;

	while (got < want && !source->unpacked_all) {
		int r = source_fill(source), z;

		if (r < 0)
			return r;
		if (r == 0) {
			diag_set(source->diag, ERR_FORMAT,
			    "the file ends in the middle of its compressed data");
			return bad(source, HINT_AGAIN);
		}
		source->z.next_in = (Bytef *)(uintptr_t)source->next;
		source->z.avail_in = source->left < CHUNK ? (uInt)source->left : (uInt)CHUNK;
		source->z.next_out = to + got;
		source->z.avail_out = want - got < CHUNK ? (uInt)(want - got) : (uInt)CHUNK;
		z = inflate(&source->z, Z_NO_FLUSH);
		source->left -= (size_t)(source->z.next_in - source->next);
		source->next = source->z.next_in;
		got = (size_t)(source->z.next_out - to);
		if (z == Z_STREAM_END)
			r = next_member(source);
		else if (z != Z_OK && z != Z_BUF_ERROR)
			r = inflate_failed(source, z);
		if (r < 0)
			return r;
	}
	*ret_got = got;
	return 0;
}

static int source_read(struct source *source, uint8_t *to, size_t want, size_t *ret_got)
{
	return source->packed ? read_packed(source, to, want, ret_got)
			      : read_plain(source, to, want, ret_got);
}

static const char *kind_name(int ndim)
{
	return ndim == 1 ? "labels" : ndim == 3 ? "images" : "an array";
}

static int not_idx(const struct source *source, const uint8_t *head, size_t len)
{
	if (len == 0)
		diag_set(source->diag, ERR_FORMAT, "the file is empty");
	else if (head[0] == '<' || memchr(head, '<', len))
		diag_set(source->diag, ERR_FORMAT, "this is a web page, not an IDX file");
	else if (len < 4)
		diag_set(source->diag, ERR_FORMAT, "the file has %zu bytes only", len);
	else
		diag_set(source->diag, ERR_FORMAT,
		    "not an IDX file: it begins with %02x %02x %02x %02x, not 00 00 08", head[0],
		    head[1], head[2], head[3]);
	return bad(source, "fetch the file again from where datasets come from");
}

static int check_kind(const struct source *source, const uint8_t head[4], int ndim)
{
	if (head[2] != TYPE_UNSIGNED_BYTE) {
		diag_set(source->diag, ERR_FORMAT,
		    "its elements have type 0x%02x, but images and labels are unsigned bytes (0x08)",
		    head[2]);
		return bad(source, "store it as unsigned bytes");
	}
	if (head[3] == ndim)
		return 0;
	if ((head[3] == 1 && ndim == 3) || (head[3] == 3 && ndim == 1)) {
		diag_set(source->diag, ERR_FORMAT, "it holds %s where %s belong: files are swapped",
		    kind_name(head[3]), kind_name(ndim));
		return bad(source,
		    "...-images-idx3-ubyte has the images, ...-labels-idx1-ubyte the labels");
	}
	diag_set(source->diag, ERR_FORMAT, "it has %d dimensions, but %s have %d", head[3],
	    kind_name(ndim), ndim);
	return bad(source, "images are [count][height][width], labels are [count]");
}

static int check_sizes(const struct source *source, struct idx *idx)
{
	size_t count = 1;

	for (int i = 0; i < idx->ndim; i++) {
		if (idx->shape[i] == 0) {
			diag_set(source->diag, ERR_FORMAT,
			    "it says that it holds no %s: size %d is 0",
			    kind_name(idx->ndim), i + 1);
			return bad(source, "fetch or make the file again");
		}
		if (!size_mul(count, idx->shape[i], &count) || count > IDX_MAX_BYTES) {
			diag_set(source->diag, ERR_FORMAT,
			    "it says that it holds more than %zu MiB, which is the limit",
			    IDX_MAX_BYTES >> 20);
			return bad(source, "cut the set down, or fetch the file again");
		}
	}
	idx->count = count;
	return 0;
}

static uint32_t big_endian(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static int too_short(const struct source *source, size_t promised, size_t got)
{
	diag_set(source->diag, ERR_FORMAT, "the file is cut off: %zu of %zu bytes are there", got,
	    promised);
	return bad(source, HINT_AGAIN);
}

/* Known before anything is allocated. */
static int cannot_hold(const struct source *source, size_t promised)
{
	if (!source->packed)
		return too_short(source, promised, source->most);
	diag_set(source->diag, ERR_FORMAT,
	    "it promises %zu bytes, far more than are packed into it",
	    promised);
	return bad(source, HINT_AGAIN);
}

static int read_header(struct source *source, int ndim, struct idx *idx)
{
	uint8_t head[4 + 4 * IDX_MAX_DIMS];
	size_t got, sizes = 4 * (size_t)ndim;
	int r = source_read(source, head, 4, &got);

	if (r < 0)
		return r;
	if (got < 4 || head[0] != 0 || head[1] != 0)
		return not_idx(source, head, got);
	r = check_kind(source, head, ndim);
	if (r < 0)
		return r;
	r = source_read(source, head + 4, sizes, &got);
	if (r < 0)
		return r;
	if (got < sizes)
		return too_short(source, 4 + sizes, 4 + got);
	idx->ndim = ndim;
	for (int i = 0; i < ndim; i++)
		idx->shape[i] = big_endian(head + 4 + 4 * i);
	return check_sizes(source, idx);
}

static int read_body(struct source *source, struct idx *idx)
{
	size_t header = 4 + 4 * (size_t)idx->ndim, got;
	uint8_t more;
	int r;

	if (source->most < header + idx->count)
		return cannot_hold(source, header + idx->count);
	idx->data = mem_alloc(idx->count, 1);
	if (!idx->data)
		return out_of_memory(source);
	r = source_read(source, idx->data, idx->count, &got);
	if (r < 0)
		return r;
	if (got < idx->count)
		return too_short(source, header + idx->count, header + got);
	r = source_read(source, &more, 1, &got);
	if (r == 0 && got) {
		diag_set(source->diag, ERR_FORMAT, "more follows after the %zu bytes of its %s",
		    header + idx->count, kind_name(idx->ndim));
		r = bad(source, "its header and its data do not belong together; fetch it again");
	}
	return r;
}

static int read_all(struct source *source, int ndim, struct idx *ret)
{
	struct idx idx = {.ndim = 0};
	int r;

	if (ndim < 1 || ndim > IDX_MAX_DIMS)
		BUG("an IDX file of %d dimensions is wanted", ndim);
	r = source_start(source);
	if (r == 0)
		r = read_header(source, ndim, &idx);
	if (r == 0)
		r = read_body(source, &idx);
	source_end(source);
	if (r < 0)
		idx_release(&idx);
	else
		*ret = idx;
	return r;
}

int idx_parse(const char *name, const void *bytes, size_t len, int ndim, struct idx *ret,
    struct diag *diag)
{
	struct source source = {
	    .name = name, .diag = diag, .fd = -1, .next = bytes, .left = len, .most = len};

	return read_all(&source, ndim, ret);
}

static int cannot_open(const char *path, struct diag *diag)
{
	int code = errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND : ERR_IO;

	diag_set(diag, code, "cannot open: %s", strerror(errno));
	diag_at(diag, path, 0, 0);
	diag_hint(diag, "check the name, and that you may read it");
	return code;
}

int idx_read(const char *path, int ndim, struct idx *ret, struct diag *diag)
{
	struct source source = {.name = path, .diag = diag, .most = SIZE_MAX};
	struct stat st;
	int r;

	source.fd = open(path, O_RDONLY | O_CLOEXEC);
	if (source.fd < 0)
		return cannot_open(path, diag);
	if (fstat(source.fd, &st) == 0 && S_ISREG(st.st_mode))
		source.most = (size_t)st.st_size;
	source.chunk = mem_alloc(CHUNK, 1);
	r = source.chunk ? read_all(&source, ndim, ret) : out_of_memory(&source);
	close(source.fd);
	return r;
}

void idx_release(struct idx *idx)
{
	mem_free(idx->data);
	memset(idx, 0, sizeof(*idx));
}
