// SPDX-License-Identifier: GPL-3.0-or-later
/* Any bytes as a progress file: it is used or put aside, and can be written to and saved after. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "fuzz/fuzz.h"
#include "lesson/progress.h"

static void write_bytes(const char *path, const uint8_t *bytes, size_t len)
{
	FILE *file = fopen(path, "wb");

	if (!file || fwrite(bytes, 1, len, file) != len || fclose(file) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char *path = xasprintf("/tmp/fuzz_progress.%ld.json", (long)getpid());
	char *aside = xasprintf("%s.damaged", path);
	struct progress *progress;
	struct diag diag = {.code = 0};
	const char *text;

	write_bytes(path, bytes, len);
	if (progress_open(path, &progress, &diag) < 0 && !diag.msg[0])
		abort();
	progress_step(progress, "edges");
	progress_answer(progress, "edges", "first", &text);
	progress_set_step(progress, "edges", 3);
	progress_set_answer(progress, "edges", "first", ANSWER_STATE_RIGHT, "1");
	if (progress_step(progress, "edges") != 3)
		abort();
	// Saving waits for the disk: now and then is enough.
	if (len % 16 == 0 && progress_save(progress, &diag) < 0)
		abort();
	progress_free(progress);
	unlink(path);
	unlink(aside);
	mem_free(path);
	mem_free(aside);
	return 0;
}
