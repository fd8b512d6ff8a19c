// SPDX-License-Identifier: GPL-3.0-or-later
/* A notebook on standard output: what commands without a screen have in common. */
#ifndef CLI_NOTEBOOK_SINK_H
#define CLI_NOTEBOOK_SINK_H

#include "cli/command.h"
#include "notebook/notebook.h"

// --max-memory and --max-seconds, for the option tables of commands that run programs.
#define NOTEBOOK_LIMIT_OPTIONS                                                                     \
	OPTION(INTEGER, "max-memory", "MIB", "memory for the program's values", .initial = "1024",  \
	    .min = 1, .max = 1 << 20),                                                             \
	    OPTION(NUMBER, "max-seconds", "S", "time the program may take; 0: no limit",           \
		.initial = "0", .max = 1e9)

// A notebook that prints, and draws figures with letters, or in colour on a terminal that can. Ctrl-C ends what it runs.
int notebook_sink_open(const struct arguments *args, struct notebook **ret, struct diag *diag) WARN_UNUSED;
void notebook_sink_close(struct notebook *nb);
// Run and report: the exit status. On an error the traceback goes to standard error.
int notebook_sink_run(struct notebook *nb, const char *name, const char *source, bool echo);

#endif
