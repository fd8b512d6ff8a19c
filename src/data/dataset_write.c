// SPDX-License-Identifier: GPL-3.0-or-later
/* Datasets to IDX files, and whether they are, byte for byte, what was published. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <nettle/sha2.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/paths.h"
#include "data/data_internal.h"
#include "data/dataset.h"

#define HEADER_MAX 16

/* One of the four files, as its bytes. */
struct part_bytes {
	uint8_t head[HEADER_MAX];
	size_t head_len;
	const uint8_t *data;
	size_t len;
};

static struct part_bytes bytes_of(const struct dataset *dataset, size_t part)
{
	const struct images *images = part < 2 ? &dataset->train : &dataset->test;
	int ndim = data__parts[part].ndim;
	size_t sizes[] = {images->count, (size_t)images->height, (size_t)images->width};
	struct part_bytes bytes = {.head = {0, 0, 8, (uint8_t)ndim},
	    .head_len = 4 + 4 * (size_t)ndim,
	    .data = ndim == 1 ? images->labels : images->pixels, .len = images->count};

	for (int i = 0; i < 4 * ndim; i++)
		bytes.head[4 + i] = (uint8_t)(sizes[i / 4] >> (24 - 8 * (i % 4)));
	if (ndim == 3)
		bytes.len *= sizes[1] * sizes[2];
	return bytes;
}

static int write_part(const struct dataset *dataset, size_t part, const char *folder,
    struct diag *diag)
{
	struct part_bytes bytes = bytes_of(dataset, part);
	char *path = xasprintf("%s/%s-%s-idx%d-ubyte", folder, data__parts[part].set,
	    data__parts[part].kind, data__parts[part].ndim);
	struct file_out *out;
	int r = file_out_open(path, &out, diag);

	mem_free(path);
	if (r < 0)
		return r;
	r = file_out_write(out, bytes.head, bytes.head_len, diag);
	if (r == 0)
		r = file_out_write(out, bytes.data, bytes.len, diag);
	if (r == 0)
		return file_out_commit(out, diag);
	file_out_abort(out);
	return r;
}

static int write_classes(const struct dataset *dataset, const char *folder, struct diag *diag)
{
	char text[DATASET_CLASSES_MAX * (sizeof(dataset->class_names[0]) + 1)], *path;
	size_t len = 0;
	int r;

	for (int i = 0; i < dataset->train.classes; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s\n",
		    dataset->class_names[i]);
	path = paths_join(folder, DATA__CLASSES_FILE);
	r = file_write(path, text, len, diag);
	mem_free(path);
	return r;
}

int dataset_write(const struct dataset *dataset, const char *folder, struct diag *diag)
{
	char *inside = paths_join(folder, DATA__CLASSES_FILE);
	int r = paths_make_parents(inside, diag);

	mem_free(inside);
	for (size_t i = 0; i < DATA__PARTS && r == 0; i++)
		r = write_part(dataset, i, folder, diag);
	return r < 0 ? r : write_classes(dataset, folder, diag);
}

/* -- what was published ------------------------------------------------------------------------ */

/* SHA-256 of the uncompressed files, in the order of data__parts. */
static const struct published {
	const char *name;
	const char *digests[DATA__PARTS];
} published[] = {
    {"fashion-mnist",
	{"c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
	    "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
	    "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
	    "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"}},
};

static void digest_of(const struct part_bytes *bytes, char text[2 * SHA256_DIGEST_SIZE + 1])
{
	uint8_t digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	sha256_update(&ctx, bytes->head_len, bytes->head);
	sha256_update(&ctx, bytes->len, bytes->data);
	sha256_digest(&ctx, sizeof(digest), digest);
	for (size_t i = 0; i < sizeof(digest); i++)
		snprintf(text + 2 * i, 3, "%02x", digest[i]);
}

int dataset_verify(const struct dataset *dataset, bool *ret_published, struct diag *diag)
{
	const struct published *known = NULL;
	char digest[2 * SHA256_DIGEST_SIZE + 1];

	for (size_t i = 0; i < ARRAY_LEN(published); i++)
		if (strcasecmp(published[i].name, dataset->name) == 0 && !dataset->synthetic)
			known = &published[i];
	for (size_t i = 0; i < DATA__PARTS && known; i++) {
		struct part_bytes bytes = bytes_of(dataset, i);

		digest_of(&bytes, digest);
		if (strcmp(digest, known->digests[i]) == 0)
			continue;
		diag_set(diag, ERR_FORMAT,
		    "%s-%s-idx%d-ubyte is not the published file: its SHA-256 is %s",
		    data__parts[i].set, data__parts[i].kind, data__parts[i].ndim, digest);
		diag_at(diag, dataset->origin, 0, 0);
		diag_hint(diag, "the published one has %s; fetch it again", known->digests[i]);
		return ERR_FORMAT;
	}
	*ret_published = known != NULL;
	return 0;
}
