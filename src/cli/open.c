// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "cli/open.h"

#include "model/model_file.h"

int open_data(const struct arguments *args, bool quiet, struct dataset **ret)
{
	struct diag diag;
	char text[700];

	if (dataset_open(args_text(args, "data"), ret, &diag) < 0)
		return cli_fail(EXIT_STATUS_DATA, &diag);
	dataset_describe(*ret, text, sizeof(text));
	if (!quiet)
		cli_note("data: %s", text);
	return EXIT_STATUS_DONE;
}

int open_model(const char *path, struct net **ret)
{
	struct diag diag;

	if (model_open(path, ret, &diag) < 0)
		return cli_fail(EXIT_STATUS_MODEL, &diag);
	return EXIT_STATUS_DONE;
}
