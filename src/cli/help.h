// SPDX-License-Identifier: GPL-3.0-or-later
/* --help and --version, made from the command and option tables. */
#ifndef CLI_HELP_H
#define CLI_HELP_H

#include "base/strbuf.h"
#include "cli/command.h"

void help_program(struct strbuf *out);
void help_command(const struct command *command, struct strbuf *out);
void help_version(struct strbuf *out);

#endif
