// SPDX-License-Identifier: GPL-3.0-or-later
/* Opening what several commands work on; each says on standard error what goes wrong. */
#ifndef CLI_OPEN_H
#define CLI_OPEN_H

#include <stdbool.h>

#include "cli/command.h"
#include "data/dataset.h"
#include "engine/net.h"

// The options that name data, for option tables.
#define OPEN_DATA_OPTION                                                                           \
	OPTION(FILE, "data", "DIR|NAME", "dataset: a folder of IDX files, or a name [found]", )

// The dataset of --data; says which it is unless `quiet`. Returns an exit_status.
int open_data(const struct arguments *args, bool quiet, struct dataset **ret);
// The net in a model file, and whether it fits the images; an exit_status.
int open_model(const char *path, struct net **ret);

#endif
