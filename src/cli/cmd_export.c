// SPDX-License-Identifier: GPL-3.0-or-later
/* convtutor export MODEL OUT: a model as another kind of file. */
#include "config.h"

#include "cli/open.h"
#include "model/model_file.h"

static int cmd_export_run(const struct arguments *args)
{
	const char *from = args->operands[0], *to = args->operands[1];
	struct net *net = NULL;
	struct diag diag;
	int status;

	if (model_check_ending(to, &diag) < 0)
		return cli_usage(args, &diag);
	status = open_model(from, &net);
	if (status == EXIT_STATUS_DONE && model_save(net, to, &diag) < 0)
		status = cli_fail(EXIT_STATUS_FAILED, &diag);
	net_free(net);
	return status;
}

const struct command cmd_export = {
    .name = "export",
    .operands = "MODEL OUT",
    .summary = "Write a model as another kind of file, by its ending",
    .details = "A checkpoint becomes a plain model: its weights, without what --resume needs.\n"
	       "Parameters are named as in PyTorch's state_dict (lenet5.0.weight, ...).\n"
	       "Endings: .safetensors; .pth, a state dict that torch.load reads; .onnx, for runtimes.\n",
    .examples = "  convtutor export checkpoint.safetensors lenet5.pth\n",
    .min_operands = 2,
    .max_operands = 2,
    .run = cmd_export_run,
};
