// SPDX-License-Identifier: GPL-3.0-or-later
/* convtutor lint: checks lessons for their authors. Reports go to standard output, one a line. */
#include "config.h"

#include <stdio.h>

#include "base/strbuf.h"
#include "cli/command.h"
#include "lesson/lint.h"

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static int run(const struct arguments *args)
{
	struct lint lint = LINT_INIT;
	struct strbuf out = STRBUF_INIT;
	size_t problems;

	lint_files(&lint, args->operands, (size_t)args->count);
	for (size_t i = 0; i < lint.count; i++) {
		diag_format(&lint.reports[i], &out);
		strbuf_addch(&out, '\n');
	}
	problems = lint.count;
	strbuf_addf(&out, "%zu lesson%s, %zu step%s, %zu question%s: %zu problem%s\n", lint.lessons,
	    plural(lint.lessons), lint.steps, plural(lint.steps), lint.questions,
	    plural(lint.questions), problems, plural(problems));
	fwrite(out.data, 1, out.len, stdout);
	strbuf_release(&out);
	lint_release(&lint);
	return problems ? EXIT_STATUS_FAILED : EXIT_STATUS_DONE;
}

const struct command cmd_lint = {
	.name = "lint",
	.operands = "FILE...",
	.summary = "Check lessons",
	.details = "Walks through each lesson as a learner would: every step is entered and must fit the\n"
		   "screen; solutions and accepted answers must pass, refused ones must be refused for\n"
		   "their own reason. Prints FILE:LINE: REASON for each problem; the status is 1 if there\n"
		   "is any.",
	.examples = "  convtutor lint my-lesson.md\n",
	.min_operands = 1,
	.max_operands = -1,
	.run = run,
};
