// SPDX-License-Identifier: GPL-3.0-or-later
/* Which elements of a tensor are shown, and variables in their own world's way. */
#include "config.h"

#include "notebook/print.h"

#include "notebook/print_internal.h"

const struct print_options print_defaults[2] = {
	[WORLD_TORCH] = {.precision = 4, .threshold = 1000, .edge = 3, .width = 80},
	[WORLD_NUMPY] = {.precision = 8, .threshold = 1000, .edge = 3, .width = 75},
};

void print__shown_init(struct print__shown *shown, const struct tensor *tensor,
    const struct print_options *options)
{
	shown->tensor = tensor;
	shown->summary = (int64_t)tensor_count(tensor) > options->threshold;
	shown->edge = options->edge;
}

bool print__is_cut(const struct print__shown *shown, int dim)
{
	return shown->summary && shown->tensor->shape[dim] > 2 * shown->edge;
}

int64_t print__count(const struct print__shown *shown, int dim)
{
	return print__is_cut(shown, dim) ? 2 * shown->edge : shown->tensor->shape[dim];
}

int64_t print__index(const struct print__shown *shown, int dim, int64_t i)
{
	if (print__is_cut(shown, dim) && i >= shown->edge)
		return shown->tensor->shape[dim] - 2 * shown->edge + i;
	return i;
}

void print__each(const struct print__shown *shown, void (*visit)(void *self, const int64_t *index),
    void *self)
{
	int64_t at[TENSOR_MAX_DIMS] = {0}, index[TENSOR_MAX_DIMS];
	int ndim = shown->tensor->ndim, d;

	if (tensor_count(shown->tensor) == 0)
		return;
	do {
		for (d = 0; d < ndim; d++)
			index[d] = print__index(shown, d, at[d]);
		visit(self, index);
		for (d = ndim - 1; d >= 0 && ++at[d] == print__count(shown, d); d--)
			at[d] = 0;
	} while (d >= 0);
}

void print_var(const struct var *var, bool repr, const struct print_options options[2], struct strbuf *out)
{
	if (var->world == WORLD_NUMPY) {
		print_numpy(var->value, repr, &options[WORLD_NUMPY], out);
		return;
	}
	if (var->parameter)
		strbuf_add(out, "Parameter containing:\n");
	print_torch(var->value, var->requires_grad && var_is_leaf(var), &options[WORLD_TORCH], out);
}
