// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Stands in for libFuzzer in `make check`: gives the target every file of its corpus, as it is, cut
 * off at many places, and with a few bytes changed in many ways, the same ones in every run.
 */
#include "config.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/paths.h"
#include "base/rng.h"
#include "fuzz/fuzz.h"

#define CUTS 200
#define CHANGES 400

/* The input lies in memory of exactly its size, so that reading past its end is noticed. */
static void give(const char *bytes, size_t len)
{
	uint8_t *exact = xmalloc(len ? len : 1, 1);

	memcpy(exact, bytes, len);
	LLVMFuzzerTestOneInput(exact, len);
	mem_free(exact);
}

static void give_cut_off(const char *bytes, size_t len)
{
	size_t step = len / CUTS + 1;

	for (size_t cut = 0; cut <= len; cut += step)
		give(bytes, cut);
}

static void give_changed(struct rng *rng, const char *bytes, size_t len)
{
	char *copy = xmalloc(len ? len : 1, 1);

	for (int i = 0; i < CHANGES && len; i++) {
		memcpy(copy, bytes, len);
		for (uint64_t n = 1 + rng_below(rng, 3); n > 0; n--)
			copy[rng_below(rng, len)] = (char)rng_u64(rng);
		give(copy, len);
	}
	mem_free(copy);
}

static int replay(const char *dir, struct rng *rng)
{
	DIR *entries = opendir(dir);
	int count = 0;

	for (struct dirent *entry; entries && (entry = readdir(entries));) {
		char *path = paths_join(dir, entry->d_name), *bytes;
		size_t len;

		if (!paths_is_dir(path) && file_read(path, 1 << 20, &bytes, &len, NULL) == 0) {
			give_cut_off(bytes, len);
			give_changed(rng, bytes, len);
			mem_free(bytes);
			count++;
		}
		mem_free(path);
	}
	if (entries)
		closedir(entries);
	return count;
}

int main(int argc, char **argv)
{
	const char *top = getenv("CONVTUTOR_TOP"), *name = strstr(argv[0], "fuzz_");
	struct rng rng;
	char *dir;
	int count;

	(void)argc;
	if (!top || !name)
		return 77;
	rng_seed(&rng, 1);
	dir = xasprintf("%s/tests/fuzz/corpus/%s", top, name + strlen("fuzz_"));
	count = replay(dir, &rng);
	printf("%d files of %s, each cut off and changed\n", count, dir);
	mem_free(dir);
	return count == 0;
}
