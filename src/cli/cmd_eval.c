// SPDX-License-Identifier: GPL-3.0-or-later
/* convtutor eval MODEL: loss and accuracy on the test images. */
#include "config.h"

#include <stdio.h>

#include "cli/open.h"
#include "engine/trainer.h"

static const struct option_def options[] = {
    OPEN_DATA_OPTION,
    OPTION(INTEGER, "limit", "N", "use the first N test images [all]", .min = 1, .max = 1e9),
    OPTION_END,
};

static int report(const struct arguments *args, const struct net *net,
    const struct dataset *dataset)
{
	struct images test = dataset->test;
	struct evaluation e;
	struct diag diag;

	if (args_given(args, "limit") && (size_t)args_integer(args, "limit") < test.count)
		test.count = (size_t)args_integer(args, "limit");
	if (net_evaluate(net, &test, args->threads, &e, &diag) < 0)
		return cli_fail(EXIT_STATUS_DATA, &diag);
	printf(args->json ? "{\"loss\": %.9g, \"accuracy\": %.9g, \"count\": %zu}\n"
			  : "loss %.4f, accuracy %.4f, %zu images\n",
	    e.loss, e.accuracy, e.count);
	return EXIT_STATUS_DONE;
}

static int cmd_eval_run(const struct arguments *args)
{
	struct dataset *dataset = NULL;
	struct net *net = NULL;
	int status = open_model(args->operands[0], &net);

	if (status == EXIT_STATUS_DONE)
		status = open_data(args, false, &dataset);
	if (status == EXIT_STATUS_DONE)
		status = report(args, net, dataset);
	dataset_free(dataset);
	net_free(net);
	return status;
}

const struct command cmd_eval = {
    .name = "eval",
    .operands = "MODEL",
    .summary = "Say how well a model does on the test images",
    .examples = "  convtutor eval lenet5.safetensors --json\n",
    .min_operands = 1,
    .max_operands = 1,
    .options = options,
    .run = cmd_eval_run,
};
