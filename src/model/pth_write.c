// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The container: a zip of stored records whose data begin at multiples of 64, padded by an "FB"
 * extra field as torch pads them. Sizes and checksums stand in the local headers, so that no data
 * descriptors are needed; all times are 1980-01-01, so that the same values give the same bytes.
 * (PKWARE's APPNOTE 6.3.9, sections 4.3 to 4.5; no zip64, so 4 GiB at most.)
 */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/utf8.h"
#include "model/pth_internal.h"

#define ALIGNMENT 64
#define VERSION_NEEDED 10
#define FLAG_UTF8 0x0800
#define DATE_1980 0x0021
#define ROOT_MAX 128

struct zip_out {
	struct file_out *file;
	struct strbuf central;
	uint64_t at; // bytes written
	unsigned entries;
	char root[ROOT_MAX];
	struct diag *diag;
};

static void add_little(struct strbuf *out, uint32_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		strbuf_addch(out, (int)(value >> 8 * i & 0xff));
}

/* What local header and central directory have in common: from "version needed" to the name's
 * length. */
static void add_common(struct strbuf *out, uint32_t crc, uint32_t size, const struct strbuf *name)
{
	bool ascii = true;

	for (size_t i = 0; i < name->len; i++)
		ascii &= !(name->data[i] & 0x80);
	add_little(out, VERSION_NEEDED, 2);
	add_little(out, ascii ? 0 : FLAG_UTF8, 2);
	add_little(out, 0, 2); // stored
	add_little(out, 0, 2); // time
	add_little(out, DATE_1980, 2);
	add_little(out, crc, 4);
	add_little(out, size, 4);
	add_little(out, size, 4);
	add_little(out, (uint32_t)name->len, 2);
}

static void add_central(struct zip_out *zip, uint32_t crc, uint32_t size, const struct strbuf *name)
{
	strbuf_add(&zip->central, "PK\1\2");
	add_little(&zip->central, VERSION_NEEDED, 2); // made by
	add_common(&zip->central, crc, size, name);
	add_little(&zip->central, 0, 4); // lengths of extra field and comment
	add_little(&zip->central, 0, 4); // disk, internal attributes
	add_little(&zip->central, 0, 4); // external attributes
	add_little(&zip->central, (uint32_t)zip->at, 4);
	strbuf_addn(&zip->central, name->data, name->len);
	zip->entries++;
}

static void build_local(struct zip_out *zip, uint32_t crc, uint32_t size, const struct strbuf *name,
    struct strbuf *out)
{
	size_t padding;

	strbuf_add(out, "PK\3\4");
	add_common(out, crc, size, name);
	padding =
	    ALIGNMENT - 1 - (zip->at + out->len + 2 + name->len + 4 + ALIGNMENT - 1) % ALIGNMENT;
	add_little(out, (uint32_t)(4 + padding), 2);
	strbuf_addn(out, name->data, name->len);
	strbuf_add(out, "FB");
	add_little(out, (uint32_t)padding, 2);
	strbuf_add_repeat(out, 'Z', (int)padding);
}

static int write_bytes(struct zip_out *zip, const void *bytes, size_t len)
{
	zip->at += len;
	return len ? file_out_write(zip->file, bytes, len, zip->diag) : 0;
}

static int add_record(struct zip_out *zip, const char *record, const void *bytes, size_t len)
{
	struct strbuf name = STRBUF_INIT, local = STRBUF_INIT;
	uint32_t crc = (uint32_t)crc32_z(0, bytes, len);
	int err;

	if (len > UINT32_MAX || zip->at + len > UINT32_MAX - (1 << 20))
		return diag_set(
		    zip->diag, ERR_LIMIT, "more than 4 GiB do not go into one .pth file");
	strbuf_addf(&name, "%s/%s", zip->root, record);
	add_central(zip, crc, (uint32_t)len, &name);
	build_local(zip, crc, (uint32_t)len, &name, &local);
	err = write_bytes(zip, local.data, local.len);
	if (err == 0)
		err = write_bytes(zip, bytes, len);
	strbuf_release(&name);
	strbuf_release(&local);
	return err;
}

static int add_end(struct zip_out *zip)
{
	uint32_t begin = (uint32_t)zip->at, size = (uint32_t)zip->central.len;

	strbuf_add(&zip->central, "PK\5\6");
	add_little(&zip->central, 0, 4); // disks
	add_little(&zip->central, zip->entries, 2);
	add_little(&zip->central, zip->entries, 2);
	add_little(&zip->central, size, 4);
	add_little(&zip->central, begin, 4);
	add_little(&zip->central, 0, 2); // no comment
	return write_bytes(zip, zip->central.data, zip->central.len);
}

/* torch calls the folder in the zip after the file, without its last ending. */
static void set_root(struct zip_out *zip, const char *path)
{
	const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	const char *dot = strrchr(base, '.');
	size_t len = dot ? (size_t)(dot - base) : strlen(base);

	if (len == 0 || len >= ROOT_MAX || !utf8_valid(base, len, NULL))
		strcpy(zip->root, "archive");
	else
		snprintf(zip->root, sizeof(zip->root), "%.*s", (int)len, base);
}

static int add_storages(struct zip_out *zip, const struct pickle_out *pickle)
{
	int err = 0;

	for (size_t i = 0; err == 0 && i < pickle->storage_count; i++) {
		const struct storage *storage = pickle->storages[i].storage;
		char *name = xasprintf("data/%zu", i);

		err = add_record(zip, name, storage->data, storage->bytes);
		mem_free(name);
	}
	return err;
}

static int write_zip(const char *path, const struct pickle_out *pickle, struct diag *diag)
{
	struct zip_out zip = {.central = STRBUF_INIT, .diag = diag};
	int err = file_out_open(path, &zip.file, diag);

	if (err < 0)
		return err;
	set_root(&zip, path);
	err = add_record(&zip, "data.pkl", pickle->bytes.data, pickle->bytes.len);
	if (err == 0)
		err = add_record(&zip, "byteorder", "little", 6);
	if (err == 0)
		err = add_storages(&zip, pickle);
	if (err == 0)
		err = add_record(&zip, "version", "3\n", 2);
	if (err == 0)
		err = add_end(&zip);
	strbuf_release(&zip.central);
	if (err == 0)
		return file_out_commit(zip.file, diag);
	file_out_abort(zip.file);
	return err;
}

int pth_write(const char *path, const struct pth_tree *tree, struct diag *diag)
{
	struct pickle_out pickle = {.bytes = STRBUF_INIT, .diag = diag};
	int err;

	if (tree->failed || !tree->root)
		return diag_set(diag, ERR_NOMEM, "out of memory for what goes into '%s'", path);
	err = pickle__write(&pickle, tree->root);
	if (err == 0)
		err = write_zip(path, &pickle, diag);
	pickle__release(&pickle);
	return err;
}
