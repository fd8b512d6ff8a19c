// SPDX-License-Identifier: GPL-3.0-or-later
/* Programs of the notebook: any bytes end in output or in one error, within the limits. */
#include "config.h"

#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "fuzz/fuzz.h"
#include "notebook/notebook.h"

static void drop_word(void *self, const char *word)
{
	(void)self;
	(void)word;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nb_limits limits = {
	    .memory_bytes = 8 << 20, .seconds = 0.5, .recursion = 50, .output_bytes = 1 << 16};
	struct strbuf traceback = STRBUF_INIT;
	char *source = xstrndup((const char *)data, size);
	struct notebook *nb;
	struct diag diag;
	size_t start;

	if (notebook_new(NULL, &limits, &nb, NULL) < 0)
		return 0;
	(void)notebook_is_incomplete(source);
	if (notebook_run(nb, "fuzz", source, true, &traceback, &diag) == 0)
		notebook_complete(nb, source, &start, drop_word, NULL);
	notebook_free(nb);
	strbuf_release(&traceback);
	mem_free(source);
	return 0;
}
