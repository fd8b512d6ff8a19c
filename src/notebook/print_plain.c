// SPDX-License-Identifier: GPL-3.0-or-later
/* Tensors and arrays of moderate size and everyday numbers, as PyTorch and NumPy print them. */
#include "config.h"

#include "notebook/print.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct layout {
	int decimals; // after the point; -1: integers
	bool bare;    // NumPy: "1." for whole numbers, digits cut to what is needed
	int width;
	int indent;
	const char *comma;
};

static void add_number(const struct layout *layout, double x, char *text, size_t size)
{
	if (layout->decimals < 0)
		snprintf(text, size, "%lld", (long long)x);
	else if (layout->decimals == 0)
		snprintf(text, size, "%.0f.", x);
	else
		snprintf(text, size, "%.*f", layout->decimals, x);
}

static void add_rows(const struct tensor *t, int dim, int64_t *index, const struct layout *layout,
    struct strbuf *out)
{
	char text[64];

	if (dim == t->ndim) {
		if (t->dtype == DTYPE_BOOL)
			snprintf(text, sizeof(text), "%s", tensor_at(t, index) != 0 ? "True" : "False");
		else
			add_number(layout, tensor_at(t, index), text, sizeof(text));
		strbuf_addf(out, "%*s", layout->width, text);
		return;
	}
	strbuf_addch(out, '[');
	for (int64_t i = 0; i < t->shape[dim]; i++) {
		if (i && dim + 1 == t->ndim)
			strbuf_addf(out, "%s ", layout->comma);
		if (i && dim + 1 < t->ndim) {
			strbuf_add(out, layout->comma);
			strbuf_add_repeat(out, '\n', t->ndim - dim - 1);
			strbuf_add_repeat(out, ' ', layout->indent + dim + 1);
		}
		index[dim] = i;
		add_rows(t, dim + 1, index, layout, out);
	}
	strbuf_addch(out, ']');
}

static void measure(const struct tensor *t, struct layout *layout)
{
	int64_t index[TENSOR_MAX_DIMS] = {0};
	size_t count = tensor_count(t);
	bool whole = true;
	char text[64];

	for (int pass = 0; pass < 2; pass++) {
		memset(index, 0, sizeof(index));
		for (size_t i = 0; i < count; i++) {
			double x = tensor_at(t, index);

			whole = whole && x == floor(x);
			if (pass) {
				add_number(layout, x, text, sizeof(text));
				if ((int)strlen(text) > layout->width)
					layout->width = (int)strlen(text);
			}
			for (int d = t->ndim - 1; d >= 0 && ++index[d] == t->shape[d]; d--)
				index[d] = 0;
		}
		layout->decimals = t->dtype == DTYPE_I64 || t->dtype == DTYPE_BOOL ? -1 : whole ? 0 : 4;
	}
	if (t->dtype == DTYPE_BOOL)
		layout->width = 5;
}

void print_var(const struct var *var, bool repr, struct strbuf *out)
{
	struct layout layout = {.comma = var->world == WORLD_NUMPY && !repr ? "" : ","};
	int64_t index[TENSOR_MAX_DIMS] = {0};

	measure(var->value, &layout);
	if (var->parameter)
		strbuf_add(out, "Parameter containing:\n");
	if (var->world == WORLD_TORCH)
		strbuf_add(out, "tensor(");
	else if (repr)
		strbuf_add(out, "array(");
	layout.indent = var->world == WORLD_TORCH ? 7 : repr ? 6 : 0;
	if (var->value->ndim == 0)
		layout.width = 0;
	add_rows(var->value, 0, index, &layout, out);
	if (var->world == WORLD_TORCH && var->requires_grad)
		strbuf_add(out, ", requires_grad=True");
	if (var->world == WORLD_TORCH || repr)
		strbuf_addch(out, ')');
}
