// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Reading argv after the tables of command.h. GNU conventions: options and operands in any order,
 * --name=value or --name value, -- ends the options; the global options stand before the command or
 * after it.
 */
#ifndef CLI_ARGUMENTS_H
#define CLI_ARGUMENTS_H

#include "cli/command.h"

enum parse_outcome {
	PARSE_OUTCOME_RUN,
	PARSE_OUTCOME_HELP,    // of ret->command, or of the program where that is NULL
	PARSE_OUTCOME_VERSION,
};

// ERR_USAGE with a hint. `ret->command` is set as far as it is known, for the message. Where no
// command is named it is `fallback` (which may be NULL: then that is an error).
int arguments_parse(int argc, char **argv, const struct command *fallback, struct arguments *ret,
    enum parse_outcome *ret_outcome, struct diag *diag) WARN_UNUSED;

#endif
