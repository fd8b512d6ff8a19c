// SPDX-License-Identifier: GPL-3.0-or-later
/* How commands speak to people on standard error, and how the program ends. */
#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "cli/command.h"

static void print_diag(const struct diag *diag)
{
	struct strbuf line = STRBUF_INIT;

	diag_format(diag, &line);
	fprintf(stderr, "convtutor: %s\n", line.data);
	strbuf_release(&line);
}

int cli_usage(const struct arguments *args, const struct diag *diag)
{
	const struct command *command = args ? args->command : NULL;

	print_diag(diag);
	fprintf(stderr, "Try 'convtutor %s%s--help'.\n", command ? command->name : "",
	    command ? " " : "");
	return EXIT_STATUS_USAGE;
}

int cli_fail(int otherwise, const struct diag *diag)
{
	print_diag(diag);
	if (diag->code == ERR_USAGE)
		return EXIT_STATUS_USAGE;
	return diag->code == ERR_INTERRUPTED ? (int)EXIT_STATUS_INTERRUPTED : otherwise;
}

void cli_note(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("convtutor: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
}

int cli_finish(int status)
{
	int failed = ferror(stdout);

	errno = 0;
	if (fclose(stdout) == 0 && !failed)
		return status;
	if (errno == EBADF && !failed) // closed by whoever started us, and nothing was printed
		return status;
	cli_note("cannot write to standard output%s%s", errno ? ": " : "",
	    errno ? strerror(errno) : "");
	return status == EXIT_STATUS_DONE ? (int)EXIT_STATUS_FAILED : status;
}
