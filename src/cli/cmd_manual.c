// SPDX-License-Identifier: GPL-3.0-or-later
/* convtutor manual page|bash|zsh: what doc/ keeps, for those who build the program. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "cli/command.h"
#include "cli/manual.h"

static int cmd_manual_run(const struct arguments *args)
{
	static const struct {
		const char *name;
		void (*make)(struct strbuf *out);
	} kinds[] = {{"page", manual_page}, {"bash", manual_bash}, {"zsh", manual_zsh}};
	struct strbuf text = STRBUF_INIT;
	struct diag diag;

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (strcmp(args->operands[0], kinds[i].name) == 0)
			kinds[i].make(&text);
	if (text.len == 0) {
		diag_set(&diag, ERR_USAGE, "there is no manual of the kind '%s'",
		    args->operands[0]);
		diag_hint(&diag, "choose page, bash or zsh");
		return cli_usage(args, &diag);
	}
	fputs(text.data, stdout);
	strbuf_release(&text);
	return EXIT_STATUS_DONE;
}

const struct command cmd_manual = {
    .name = "manual",
    .operands = "page|bash|zsh",
    .summary = "Print the manual page or a completion script",
    .min_operands = 1,
    .max_operands = 1,
    .hidden = true,
    .run = cmd_manual_run,
};
