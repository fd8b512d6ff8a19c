// SPDX-License-Identifier: GPL-3.0-or-later
/* convtutor repl: the prompt without the screen, line by line from standard input. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "cli/notebook_sink.h"

static const struct option_def options[] = {
    NOTEBOOK_LIMIT_OPTIONS,
    OPTION_END,
};

// help NAME, ?NAME, reset; true when the line was one of them.
static bool obey_word(struct notebook *nb, char *line)
{
	const char *name = line[0] == '?' ? line + 1 : strncmp(line, "help ", 5) == 0 ? line + 5 : NULL;
	struct strbuf text = STRBUF_INIT;
	struct diag diag;

	if (strcmp(line, "reset") == 0) {
		notebook_reset(nb);
		return true;
	}
	if (!name)
		return false;
	if (notebook_help(nb, name, &text, &diag) < 0)
		cli_note("%s%s%s", diag.msg, diag.hint[0] ? ": " : "", diag.hint);
	fputs(text.data, stdout);
	strbuf_release(&text);
	return true;
}

static void strip_end(char *line)
{
	size_t len = strlen(line);

	while (len > 0 && (line[len - 1] == '\n' || line[len - 1] == '\r'))
		line[--len] = '\0';
}

static int cmd_repl_run(const struct arguments *args)
{
	struct strbuf pending = STRBUF_INIT;
	bool terminal = isatty(STDIN_FILENO);
	int status = EXIT_STATUS_DONE;
	struct notebook *nb;
	struct diag diag;
	char *line = NULL;
	size_t cap = 0;

	if (notebook_sink_open(args, &nb, &diag) < 0)
		return cli_fail(EXIT_STATUS_FAILED, &diag);
	for (;;) {
		if (terminal) {
			fputs(pending.len ? "... " : ">>> ", stdout);
			fflush(stdout);
		}
		if (getline(&line, &cap, stdin) < 0)
			break;
		strip_end(line);
		if (!pending.len && obey_word(nb, line))
			continue;
		strbuf_addf(&pending, "%s\n", line);
		if (notebook_is_incomplete(pending.data))
			continue;
		status = notebook_sink_run(nb, "<prompt>", pending.data, true);
		strbuf_clear(&pending);
	}
	if (pending.len)
		status = notebook_sink_run(nb, "<prompt>", pending.data, true);
	if (terminal)
		putchar('\n');
	notebook_sink_close(nb);
	strbuf_release(&pending);
	free(line);
	return terminal ? EXIT_STATUS_DONE : status;
}

const struct command cmd_repl = {
    .name = "repl",
    .operands = "",
    .summary = "The prompt without the screen",
    .details = "Each statement is run when it is complete, the value of an expression is printed. A block\n"
	       "ends with an empty line. 'help NAME' or '?NAME' explains a name, 'reset' forgets all\n"
	       "variables. Not on a terminal the exit status is that of the last statement.",
    .examples = "  echo 'torch.ones(2, 2) * 3' | convtutor repl\n",
    .options = options,
    .run = cmd_repl_run,
};
