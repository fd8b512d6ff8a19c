// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The zip of a .pth file, read with libzip after a check of its structure that libzip does not
 * make: the end record is the end of the file, the central directory lies right before it, the
 * entries are stored, do not overlap and have unique names in one root folder, and each local
 * header says what the central directory says. So there is one view of the file, and every reader
 * has the same. (PKWARE's APPNOTE 6.3.9, sections 4.3 to 4.5.)
 */
#include "config.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "base/alloc.h"
#include "model/pth_internal.h"

#define LOCAL_LEN 30
#define CENTRAL_LEN 46
#define END_LEN 22
#define ZIP64_LEN (56 + 20) // end record and its locator
#define DESCRIPTOR_LEN 16
#define FLAG_DESCRIPTOR 0x0008
#define FLAG_UTF8 0x0800

struct container {
	const uint8_t *bytes;
	size_t len;
	size_t central, central_len; // the central directory
	size_t root_len;	     // of "ROOT/" in every name
	size_t count;
	struct container_record *records; // by name
	zip_t *zip;
};

#define HINT_AGAIN "copy or save the file again"

static int bad(struct diag *diag, const char *what)
{
	diag_set(diag, ERR_FORMAT, "not a sound .pth file: %s", what);
	return diag_hint(diag, HINT_AGAIN), ERR_FORMAT;
}

static int bad_record(struct diag *diag, const struct container_record *record, const char *what)
{
	int len = record->name_len < 100 ? (int)record->name_len : 100;

	diag_set(
	    diag, ERR_FORMAT, "not a sound .pth file: record '%.*s' %s", len, record->name, what);
	return diag_hint(diag, HINT_AGAIN), ERR_FORMAT;
}

static uint32_t get16(const uint8_t *bytes)
{
	return bytes[0] | (uint32_t)bytes[1] << 8;
}

static uint32_t get32(const uint8_t *bytes)
{
	return get16(bytes) | get16(bytes + 2) << 16;
}

static uint64_t get64(const uint8_t *bytes)
{
	return get32(bytes) | (uint64_t)get32(bytes + 4) << 32;
}

static int check_kind(const struct container *c, struct diag *diag)
{
	if (c->len >= 4 && memcmp(c->bytes, "PK\3\4", 4) == 0)
		return 0;
	if (c->len >= 2 && c->bytes[0] == 0x80 && c->bytes[1] <= 5) {
		diag_set(
		    diag, ERR_UNSUPPORTED, "a pickle or a file of torch before 1.6 cannot be read");
		diag_hint(diag, "load it in torch and save it again with torch.save");
		return ERR_UNSUPPORTED;
	}
	diag_set(diag, ERR_FORMAT, "not a .pth file");
	return diag_hint(diag, "torch.save writes such files"), ERR_FORMAT;
}

/* torch writes a zip64 end record too, even where nothing needs it; it must say the same. */
static int check_zip64(const struct container *c, const uint8_t *end, struct diag *diag)
{
	const uint8_t *record = c->bytes + c->central + c->central_len, *locator = record + 56;

	if (memcmp(record, "PK\6\6", 4) != 0 || get64(record + 4) != 44 || get32(record + 16) ||
	    get32(record + 20) || get64(record + 24) != c->count ||
	    get64(record + 32) != c->count || get64(record + 40) != c->central_len ||
	    get64(record + 48) != c->central)
		return bad(diag, "its two end records differ");
	if (memcmp(locator, "PK\6\7", 4) != 0 || get32(locator + 4) || get32(locator + 16) != 1 ||
	    get64(locator + 8) != (uint64_t)(record - c->bytes) || locator + 20 != end)
		return bad(diag, "its two end records differ");
	return 0;
}

static int find_directory(struct container *c, struct diag *diag)
{
	const uint8_t *end;
	size_t gap;

	end = c->len < END_LEN ? c->bytes : c->bytes + c->len - END_LEN;
	if (c->len < END_LEN || memcmp(end, "PK\5\6", 4) != 0 || get16(end + 20) != 0)
		return bad(diag, "it is cut off, or something follows its end");
	if (get16(end + 4) || get16(end + 6) || get16(end + 8) != get16(end + 10))
		return bad(diag, "it is a part of several");
	c->count = get16(end + 8);
	c->central_len = get32(end + 12);
	c->central = get32(end + 16);
	if (c->count > PTH_RECORDS_MAX || c->central == UINT32_MAX) {
		diag_set(diag, ERR_LIMIT, "the .pth file has more than %d records or 4 GiB",
		    PTH_RECORDS_MAX);
		return diag_hint(diag, "save fewer tensors in one file"), ERR_LIMIT;
	}
	if (c->central > c->len - END_LEN || c->central_len > c->len - END_LEN - c->central)
		return bad(diag, "its directory lies outside");
	gap = c->len - END_LEN - c->central - c->central_len;
	if (gap == ZIP64_LEN)
		return check_zip64(c, end, diag);
	return gap == 0 ? 0 : bad(diag, "something lies between its directory and its end");
}

/* The data descriptor behind a record whose local header left sizes and checksum open. */
static bool descriptor_fits(const struct container *c, const struct container_record *record)
{
	const uint8_t *bytes = c->bytes + record->end - DESCRIPTOR_LEN;

	return memcmp(bytes, "PK\7\10", 4) == 0 && get32(bytes + 4) == record->crc &&
	       get32(bytes + 8) == record->size && get32(bytes + 12) == record->size;
}

/* The local header of a central entry; fills record->end. */
static int check_local(const struct container *c, const uint8_t *entry, const char *name,
    size_t name_len, struct container_record *record, struct diag *diag)
{
	const uint8_t *local;
	bool open = get16(entry + 8) & FLAG_DESCRIPTOR;
	uint64_t data;

	if (record->begin > c->central || c->central - record->begin < LOCAL_LEN + name_len)
		return bad_record(diag, record, "lies outside");
	local = c->bytes + record->begin;
	data = record->begin + LOCAL_LEN + name_len + get16(local + 28);
	record->end = data + record->size + (open ? DESCRIPTOR_LEN : 0);
	if (memcmp(local, "PK\3\4", 4) != 0 || get16(local + 6) != get16(entry + 8) ||
	    get16(local + 8) != get16(entry + 10) || get16(local + 26) != name_len ||
	    memcmp(local + LOCAL_LEN, name, name_len) != 0)
		return bad_record(diag, record, "has another name or kind in its local header");
	if (record->end > c->central)
		return bad_record(diag, record, "is cut off");
	if (open && !get32(local + 14) && !get32(local + 18) && !get32(local + 22))
		return descriptor_fits(c, record)
			   ? 0
			   : bad_record(diag, record, "has no sound descriptor");
	if (open || get32(local + 14) != record->crc || get32(local + 18) != record->size ||
	    get32(local + 22) != record->size)
		return bad_record(diag, record, "has other sizes in its local header");
	return 0;
}

/* One root folder: every name begins with the same "ROOT/". */
static int check_name(struct container *c, const char *name, size_t len, struct diag *diag)
{
	const char *slash = memchr(name, '/', len),
		   *first = (char *)c->bytes + c->central + CENTRAL_LEN;

	if (memchr(name, '\0', len) || !slash || slash == name || slash + 1 == name + len)
		return bad(diag, "a record is not in a folder");
	if (!c->root_len)
		c->root_len = (size_t)(slash + 1 - name);
	if (len <= c->root_len || memcmp(name, first, c->root_len) != 0)
		return bad(diag, "its records are in several folders");
	return 0;
}

static int check_storing(const struct container_record *record, const uint8_t *entry,
    struct diag *diag)
{
	if (get16(entry + 8) & ~(uint32_t)(FLAG_DESCRIPTOR | FLAG_UTF8) || get16(entry + 34))
		return bad_record(diag, record, "is encrypted or in another file");
	if (get16(entry + 10) != 0) {
		bad_record(diag, record, "is compressed, which torch.save never does");
		diag_hint(diag, "load it in torch and save it again with torch.save");
		return ERR_FORMAT;
	}
	if (get32(entry + 20) != get32(entry + 24) || get32(entry + 20) == UINT32_MAX)
		return bad_record(diag, record, "has a wrong size");
	return 0;
}

/* The central entry at *at, of which `left` bytes are there. */
static int read_entry(struct container *c, size_t index, size_t *at, struct diag *diag)
{
	struct container_record *record = &c->records[index];
	const uint8_t *entry = c->bytes + *at;
	size_t left = c->central + c->central_len - *at, name_len, len;
	const char *name = (const char *)entry + CENTRAL_LEN;
	int err;

	if (left < CENTRAL_LEN || memcmp(entry, "PK\1\2", 4) != 0)
		return bad(diag, "its directory is damaged");
	name_len = get16(entry + 28);
	len = CENTRAL_LEN + name_len + get16(entry + 30) + get16(entry + 32);
	if (len > left)
		return bad(diag, "its directory is damaged");
	err = check_name(c, name, name_len, diag);
	if (err < 0)
		return err;
	*record = (struct container_record){
	    .name = name + c->root_len,
	    .name_len = name_len - c->root_len,
	    .index = index,
	    .begin = get32(entry + 42),
	    .size = get32(entry + 24),
	    .crc = get32(entry + 16),
	};
	*at += len;
	err = check_storing(record, entry, diag);
	return err < 0 ? err : check_local(c, entry, name, name_len, record, diag);
}

static int by_place(const void *a, const void *b)
{
	const struct container_record *x = a, *y = b;

	return (x->begin > y->begin) - (x->begin < y->begin);
}

static int by_name(const void *a, const void *b)
{
	const struct container_record *x = a, *y = b;
	size_t common = x->name_len < y->name_len ? x->name_len : y->name_len;
	int order = memcmp(x->name, y->name, common);

	return order ? order : (x->name_len > y->name_len) - (x->name_len < y->name_len);
}

static int check_records(struct container *c, struct diag *diag)
{
	qsort(c->records, c->count, sizeof(*c->records), by_place);
	for (size_t i = 1; i < c->count; i++) {
		if (c->records[i].begin < c->records[i - 1].end)
			return bad_record(diag, &c->records[i], "overlaps another");
	}
	qsort(c->records, c->count, sizeof(*c->records), by_name);
	for (size_t i = 1; i < c->count; i++) {
		if (by_name(&c->records[i - 1], &c->records[i]) == 0)
			return bad_record(diag, &c->records[i], "is there twice");
	}
	return 0;
}

static int read_directory(struct container *c, struct diag *diag)
{
	size_t at = c->central;
	int err = 0;

	c->records = mem_zalloc(c->count, sizeof(*c->records));
	if (!c->records)
		return diag_set(
		    diag, ERR_NOMEM, "out of memory for a directory of %zu records", c->count);
	for (size_t i = 0; err == 0 && i < c->count; i++)
		err = read_entry(c, i, &at, diag);
	if (err == 0 && at != c->central + c->central_len)
		err = bad(diag, "its directory is damaged");
	return err < 0 ? err : check_records(c, diag);
}

static int zip_failed(zip_error_t *error, struct diag *diag)
{
	int code = zip_error_code_zip(error) == ZIP_ER_MEMORY ? ERR_NOMEM : ERR_FORMAT;

	diag_set(diag, code, "not a sound .pth file: %s", zip_error_strerror(error));
	return diag_hint(diag, HINT_AGAIN), code;
}

static int open_zip(struct container *c, struct diag *diag)
{
	zip_error_t error;
	zip_source_t *source;
	int err = 0;

	zip_error_init(&error);
	source = zip_source_buffer_create(c->bytes, c->len, 0, &error);
	if (source)
		c->zip = zip_open_from_source(source, ZIP_RDONLY, &error);
	if (!c->zip) {
		err = zip_failed(&error, diag);
		zip_source_free(source);
	} else if (zip_get_num_entries(c->zip, 0) != (zip_int64_t)c->count) {
		err = bad(diag, "its directory is damaged");
	}
	zip_error_fini(&error);
	return err;
}

int container__open(const void *bytes, size_t len, struct container **ret, struct diag *diag)
{
	struct container *c = mem_zalloc(1, sizeof(*c));
	int err;

	if (!c)
		return diag_set(diag, ERR_NOMEM, "out of memory while reading");
	c->bytes = bytes;
	c->len = len;
	err = check_kind(c, diag);
	if (err == 0)
		err = find_directory(c, diag);
	if (err == 0)
		err = read_directory(c, diag);
	if (err == 0)
		err = open_zip(c, diag);
	if (err < 0)
		container__close(c);
	else
		*ret = c;
	return err;
}

void container__close(struct container *c)
{
	if (c->zip)
		zip_discard(c->zip);
	mem_free(c->records);
	mem_free(c);
}

const struct container_record *container__find(const struct container *c, const char *name)
{
	const struct container_record wanted = {.name = name, .name_len = strlen(name)};

	return bsearch(&wanted, c->records, c->count, sizeof(wanted), by_name);
}

size_t container__position(const struct container *c, const struct container_record *record)
{
	return (size_t)(record - c->records);
}

/* Reading to the end makes libzip compare the checksum. */
static int read_all(zip_file_t *file, const struct container_record *record, char *to,
    struct diag *diag)
{
	uint64_t at = 0;
	char more;

	while (at < record->size) {
		zip_int64_t got = zip_fread(file, to + at, record->size - at);

		if (got <= 0)
			break;
		at += (uint64_t)got;
	}
	if (at == record->size && zip_fread(file, &more, 1) == 0)
		return 0;
	if (zip_error_code_zip(zip_file_get_error(file)) == ZIP_ER_MEMORY)
		return diag_set(diag, ERR_NOMEM, "out of memory while reading");
	return bad_record(diag, record, "is damaged: its checksum does not fit");
}

int container__read(struct container *c, const struct container_record *record, char **ret,
    struct diag *diag)
{
	char *bytes = mem_alloc(record->size + 1, 1);
	zip_file_t *file;
	int err;

	if (!bytes)
		return diag_set(diag, ERR_NOMEM, "out of memory for a record of %llu bytes",
		    (unsigned long long)record->size);
	file = zip_fopen_index(c->zip, record->index, 0);
	err = file ? read_all(file, record, bytes, diag) : zip_failed(zip_get_error(c->zip), diag);
	if (file)
		zip_fclose(file);
	if (err < 0) {
		mem_free(bytes);
		return err;
	}
	bytes[record->size] = '\0';
	*ret = bytes;
	return 0;
}
