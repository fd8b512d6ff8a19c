// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "model/zip_builder.h"

#include <string.h>
#include <zlib.h>

static void little(struct strbuf *out, unsigned long value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		strbuf_addch(out, (int)(value >> 8 * i & 0xff));
}

static void add_header(struct strbuf *out, const struct zip_builder *zip, const char *name,
    const void *data, size_t len)
{
	little(out, 10, 2);
	little(out, zip->flags, 2);
	little(out, zip->method, 2);
	little(out, 0x210000, 4);
	little(out, len ? crc32(0, data, (unsigned)len) : 0, 4);
	little(out, len, 4);
	little(out, len, 4);
	little(out, strlen(name), 2);
}

void zip_builder_add(struct zip_builder *zip, const char *name, const void *data, size_t len)
{
	const char *local_name = zip->local_name ? zip->local_name : name;
	size_t offset = zip->local_offset ? zip->local_offset : zip->file.len;

	strbuf_add(&zip->file, "PK\3\4");
	add_header(&zip->file, zip, local_name, data, len);
	little(&zip->file, 0, 2);
	strbuf_add(&zip->file, local_name);
	strbuf_addn(&zip->file, data, len);
	strbuf_add(&zip->central, "PK\1\2");
	little(&zip->central, 10, 2);
	add_header(&zip->central, zip, name, data, len);
	little(&zip->central, 0, 8); // lengths of extra field and comment, disk, attributes
	little(&zip->central, 0, 4);
	little(&zip->central, offset, 4);
	strbuf_add(&zip->central, name);
	zip->count++;
	zip->local_name = NULL;
	zip->local_offset = 0;
}

void zip_builder_finish(struct zip_builder *zip)
{
	size_t begin = zip->file.len;

	strbuf_addn(&zip->file, zip->central.data, zip->central.len);
	strbuf_add(&zip->file, "PK\5\6");
	little(&zip->file, 0, 4);
	little(&zip->file, zip->count, 2);
	little(&zip->file, zip->count, 2);
	little(&zip->file, zip->central.len, 4);
	little(&zip->file, begin, 4);
	little(&zip->file, 0, 2);
	strbuf_release(&zip->central);
}
