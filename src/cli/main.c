// SPDX-License-Identifier: GPL-3.0-or-later
/* The program: reads the command line, hands over to a command, and closes standard output. */
#include "config.h"

#include <locale.h>
#include <stdio.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/help.h"
#include "engine/workers.h"

#define KEEP_FREED (64 << 20) // bytes: the activations of some training steps

static int print(struct strbuf *text)
{
	fwrite(text->data, 1, text->len, stdout);
	strbuf_release(text);
	return EXIT_STATUS_DONE;
}

static int run(int argc, char **argv)
{
	struct strbuf text = STRBUF_INIT;
	enum parse_outcome outcome;
	struct arguments args;
	struct diag diag;

	if (arguments_parse(argc, argv, command_find("learn"), &args, &outcome, &diag) < 0)
		return cli_usage(&args, &diag);
	if (outcome == PARSE_OUTCOME_VERSION) {
		help_version(&text);
		return print(&text);
	}
	if (outcome == PARSE_OUTCOME_HELP) {
		if (args.command)
			help_command(args.command, &text);
		else
			help_program(&text);
		return print(&text);
	}
	if (workers_set_threads(args.threads, &diag) < 0)
		return cli_usage(&args, &diag);
	return args.command->run(&args);
}

int main(int argc, char **argv)
{
	// Characters and messages follow the user's locale; numbers never do, files are read
	// anywhere.
	setlocale(LC_CTYPE, "");
	setlocale(LC_MESSAGES, "");
	mem_keep_freed(KEEP_FREED);
	return cli_finish(run(argc, argv));
}
