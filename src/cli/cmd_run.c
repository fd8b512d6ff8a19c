// SPDX-License-Identifier: GPL-3.0-or-later
/* convtutor run FILE, run -c CODE, run -: a notebook program without the screen. */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "cli/notebook_sink.h"

#define PROGRAM_MAX ((size_t)4 << 20)

static const struct option_def options[] = {
    {.kind = OPTION_KIND_TEXT, .name = "code", .value = "CODE", .help = "run this text instead of a file", .letter = 'c'},
    NOTEBOOK_LIMIT_OPTIONS,
    OPTION_END,
};

static int run_source(const struct arguments *args, const char *name, const char *source)
{
	struct notebook *nb;
	struct diag diag;
	int status;

	if (notebook_sink_open(args, &nb, &diag) < 0)
		return cli_fail(EXIT_STATUS_FAILED, &diag);
	status = notebook_sink_run(nb, name, source, false);
	notebook_sink_close(nb);
	return status;
}

static int cmd_run_run(const struct arguments *args)
{
	const char *code = args_text(args, "code"), *file = args->count ? args->operands[0] : NULL;
	struct diag diag;
	char *source;
	size_t len;
	int r, status;

	if ((code != NULL) == (file != NULL)) {
		diag_set(&diag, ERR_USAGE, code ? "both a file and --code are given" : "no program is given");
		diag_hint(&diag, "name a file, - for standard input, or give --code");
		return cli_usage(args, &diag);
	}
	if (code)
		return run_source(args, "<code>", code);
	if (strcmp(file, "-") == 0)
		r = file_read_fd(STDIN_FILENO, "<stdin>", PROGRAM_MAX, &source, &len, &diag);
	else
		r = file_read(file, PROGRAM_MAX, &source, &len, &diag);
	if (r < 0)
		return cli_fail(EXIT_STATUS_FAILED, &diag);
	if (strlen(source) != len) {
		mem_free(source);
		diag_set(&diag, ERR_FORMAT, "'%s' is no text: it contains a zero byte", file);
		return cli_fail(EXIT_STATUS_FAILED, &diag);
	}
	status = run_source(args, strcmp(file, "-") == 0 ? "<stdin>" : file, source);
	mem_free(source);
	return status;
}

const struct command cmd_run = {
    .name = "run",
    .operands = "[FILE|-]",
    .summary = "Run a notebook program without the screen",
    .details = "The language is a small, closed Python with np, torch and nn: programs of a first course\n"
	       "run as they are. A program reaches no processes, no network, and no files but those that\n"
	       "it saves and loads below the current directory.",
    .examples = "  convtutor run program.py\n  convtutor run -c 'print(torch.arange(6).reshape(2, 3))'\n",
    .max_operands = 1,
    .options = options,
    .run = cmd_run_run,
};
