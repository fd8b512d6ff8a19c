// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What begins like a zip is a whole file; anything else is the pickle of an otherwise sound file,
 * so that the machine that runs it is reached behind the checksums.
 */
#include "config.h"

#include <stdlib.h>

#include "fuzz/fuzz.h"
#include "model/pth.h"
#include "model/zip_builder.h"

static volatile double touched; // keeps the reading alive

/* Reads the elements farthest apart, so that a tensor larger than its storage is noticed. */
static void touch(const struct tensor *tensor)
{
	const int64_t first[TENSOR_MAX_DIMS] = {0};
	int64_t last[TENSOR_MAX_DIMS] = {0};

	for (int i = 0; i < tensor->ndim; i++)
		last[i] = tensor->shape[i] - 1;
	if (tensor_count(tensor))
		touched = tensor_at(tensor, first) + tensor_at(tensor, last);
}

static void walk(const struct pth_value *value, int depth)
{
	if (depth > 64 || value->kind >= PTH_KIND_MODULE)
		abort();
	if (value->kind == PTH_KIND_TENSOR)
		touch(value->tensor);
	if (value->kind < PTH_KIND_LIST)
		return;
	for (const struct pth_item *item = value->items.first; item; item = item->next)
		walk(item->value, depth + 1);
}

static void parse(const void *data, size_t size)
{
	struct pth_tree tree;
	struct tensor_file state;
	struct diag diag = {0};

	if (pth_parse("input", data, size, &tree, &diag) < 0) {
		if (!diag.msg[0] || !diag.hint[0])
			abort(); // an error without a message or a hint
		return;
	}
	walk(tree.root, 0);
	if (pth_state(&tree, &state, &diag) == 0)
		tensor_file_release(&state);
	pth_tree_release(&tree);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t elements[32] = {1, 0, 1};
	struct zip_builder zip = ZIP_BUILDER_INIT;

	if (size >= 2 && data[0] == 'P' && data[1] == 'K') {
		parse(data, size);
		return 0;
	}
	zip_builder_add(&zip, "a/data.pkl", data, size);
	zip_builder_add(&zip, "a/data/0", elements, 32);
	zip_builder_add(&zip, "a/data/1", elements, 8);
	zip_builder_add(&zip, "a/version", "3", 1);
	zip_builder_finish(&zip);
	parse(zip.file.data, zip.file.len);
	strbuf_release(&zip.file);
	return 0;
}
