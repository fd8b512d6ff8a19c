// SPDX-License-Identifier: GPL-3.0-or-later
/* Zips of stored records, sound or with a lie of the caller's choice, built in memory. */
#ifndef TESTS_MODEL_ZIP_BUILDER_H
#define TESTS_MODEL_ZIP_BUILDER_H

#include <stddef.h>

#include "base/strbuf.h"

struct zip_builder {
	struct strbuf file, central;
	unsigned count;
	unsigned flags, method;	// of the records that follow
	const char *local_name; // the next record's name in its local header; NULL: the same
	size_t local_offset;	// where the directory says that the next record is; 0: where it is
};

#define ZIP_BUILDER_INIT {.file = STRBUF_INIT, .central = STRBUF_INIT}

void zip_builder_add(struct zip_builder *zip, const char *name, const void *data, size_t len);
void zip_builder_finish(struct zip_builder *zip); // zip->file is then the whole, and the caller's

#endif
