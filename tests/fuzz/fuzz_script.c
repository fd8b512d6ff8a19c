// SPDX-License-Identifier: GPL-3.0-or-later
/* Demo scripts: any bytes are either read or refused with a message and a line. */
#include "config.h"

#include "fuzz/fuzz.h"
#include "ui/script.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct script script;
	struct diag diag;

	if (script_parse("fuzz", (const char *)data, size, &script, &diag) == 0)
		script_release(&script);
	else if (!diag.msg[0] || !diag.code)
		BUG("a refusal without a reason");
	return 0;
}
