// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <string.h>

#include "cli/command.h"

#define DECLARE(name) extern const struct command cmd_##name;
COMMAND_TABLE(DECLARE)

#define ENTRY(name) &cmd_##name,
const struct command *const commands[] = {COMMAND_TABLE(ENTRY) NULL};

const struct command *command_find(const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}
