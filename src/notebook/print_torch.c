// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * PyTorch's way: one format for all elements. Whole numbers print as "3.", others with four digits;
 * scientific where the largest is over a thousand times the smallest, over 1e8, or (if not all are
 * whole) the smallest under 1e-4.
 */
#include "config.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/promote.h"
#include "notebook/print.h"
#include "notebook/print_internal.h"

#define PREFIX "tensor("
#define ELEMENT_MAX 64

struct torch_format {
	const struct tensor *tensor;
	const struct print_options *options;
	bool is_float, whole, scientific;
	double smallest, largest; // of the finite ones that are not 0, without sign
	int width;
};

static int number_text(const struct torch_format *f, double x, char text[ELEMENT_MAX])
{
	if (f->scientific)
		return snprintf(text, ELEMENT_MAX, "%.*e", f->options->precision, x);
	if (f->whole)
		return snprintf(text, ELEMENT_MAX, isfinite(x) ? "%.0f." : "%.0f", x);
	return snprintf(text, ELEMENT_MAX, "%.*f", f->options->precision, x);
}

static int element_text(const struct torch_format *f, const int64_t *index, char text[ELEMENT_MAX])
{
	double x;

	if (!f->is_float && f->tensor->dtype != DTYPE_BOOL)
		return snprintf(text, ELEMENT_MAX, "%" PRId64, tensor_int_at(f->tensor, index));
	x = tensor_at(f->tensor, index);
	if (f->tensor->dtype == DTYPE_BOOL)
		return snprintf(text, ELEMENT_MAX, "%s", x != 0 ? "True" : "False");
	if (isnan(x) || isinf(x))
		return snprintf(text, ELEMENT_MAX, "%s", isnan(x) ? "nan" : x < 0 ? "-inf" : "inf");
	return number_text(f, x, text);
}

static void measure_range(void *self, const int64_t *index)
{
	struct torch_format *f = self;
	double x = tensor_at(f->tensor, index), size = fabs(x);

	if (!isfinite(x) || x == 0)
		return;
	f->whole &= x == ceil(x);
	f->smallest = f->largest == 0 || size < f->smallest ? size : f->smallest;
	f->largest = size > f->largest ? size : f->largest;
}

static void measure_width(void *self, const int64_t *index)
{
	struct torch_format *f = self;
	double x = tensor_at(f->tensor, index);
	char text[ELEMENT_MAX];
	int len;

	if (f->is_float && (!isfinite(x) || x == 0))
		return;
	len = element_text(f, index, text);
	f->width = len > f->width ? len : f->width;
}

static void format_init(struct torch_format *f, const struct print__shown *shown,
    const struct print_options *options)
{
	*f = (struct torch_format){.tensor = shown->tensor, .options = options, .width = 1, .whole = true};
	f->is_float = dtype_is_float(shown->tensor->dtype);
	if (f->is_float)
		print__each(shown, measure_range, f);
	if (f->largest > 0)
		f->scientific = f->largest / f->smallest > 1000 || f->largest > 1e8 ||
		    (!f->whole && f->smallest < 1e-4);
	print__each(shown, measure_width, f);
	// PyTorch's widths are those of the notation it would have chosen.
	if (f->largest > 0 && options->notation != PRINT_AS_NEEDED)
		f->scientific = options->notation == PRINT_ALWAYS_SCIENTIFIC;
}

static void add_element(const struct torch_format *f, const int64_t *index, struct strbuf *out)
{
	char text[ELEMENT_MAX];
	int len = element_text(f, index, text);

	strbuf_add_repeat(out, ' ', f->width > len ? f->width - len : 0);
	strbuf_addn(out, text, (size_t)len);
}

/* The innermost dimension, wrapped. The dots count as an element. */
static void add_vector(const struct torch_format *f, const struct print__shown *shown,
    int64_t *index, int indent, struct strbuf *out)
{
	int dim = shown->tensor->ndim - 1, per_line = (f->options->width - indent) / (f->width + 2);
	bool cut = print__is_cut(shown, dim);
	int64_t total = print__count(shown, dim) + cut;

	per_line = per_line < 1 ? 1 : per_line;
	strbuf_addch(out, '[');
	for (int64_t i = 0; i < total; i++) {
		if (i > 0 && i % per_line == 0) {
			strbuf_add(out, ",\n");
			strbuf_add_repeat(out, ' ', indent + 1);
		} else if (i > 0) {
			strbuf_add(out, ", ");
		}
		if (cut && i == shown->edge) {
			strbuf_add(out, " ...");
			continue;
		}
		index[dim] = print__index(shown, dim, cut && i > shown->edge ? i - 1 : i);
		add_element(f, index, out);
	}
	strbuf_addch(out, ']');
}

static void add_dim(const struct torch_format *f, const struct print__shown *shown, int64_t *index,
    int dim, struct strbuf *out)
{
	int indent = (int)strlen(PREFIX) + dim, left = shown->tensor->ndim - dim;
	int64_t count = print__count(shown, dim);

	if (left == 1) {
		add_vector(f, shown, index, indent, out);
		return;
	}
	strbuf_addch(out, '[');
	for (int64_t i = 0; i < count; i++) {
		for (int dots = print__is_cut(shown, dim) && i == shown->edge; dots >= 0; dots--) {
			if (i > 0) {
				strbuf_addch(out, ',');
				strbuf_add_repeat(out, '\n', left - 1);
				strbuf_add_repeat(out, ' ', indent + 1);
			}
			if (dots)
				strbuf_add(out, "...");
		}
		index[dim] = print__index(shown, dim, i);
		add_dim(f, shown, index, dim + 1, out);
	}
	strbuf_addch(out, ']');
}

static void add_values(const struct tensor *tensor, const struct print_options *options, struct strbuf *out)
{
	int64_t index[TENSOR_MAX_DIMS] = {0};
	struct print__shown shown;
	struct torch_format f;

	print__shown_init(&shown, tensor, options);
	format_init(&f, &shown, options);
	if (tensor->ndim == 0)
		add_element(&f, index, out);
	else
		add_dim(&f, &shown, index, 0, out);
}

/* ", suffix", on a new line where it would be too long. */
static void add_suffix(struct strbuf *out, size_t *line_len, int width, const char *suffix)
{
	size_t len = strlen(suffix);

	if (*line_len + len + 2 > (size_t)width) {
		strbuf_add(out, ",\n");
		strbuf_add_repeat(out, ' ', (int)strlen(PREFIX));
		*line_len = strlen(PREFIX) + len;
	} else {
		strbuf_add(out, ", ");
		*line_len += len + 2;
	}
	strbuf_add(out, suffix);
}

void print_torch(const struct tensor *tensor, bool requires_grad, const struct print_options *options,
    struct strbuf *out)
{
	bool empty = tensor_count(tensor) == 0, is_default = tensor->dtype == DTYPE_F32;
	size_t start = out->len, line_len;
	char shape[TENSOR_SHAPE_TEXT], suffix[TENSOR_SHAPE_TEXT + 16];
	const char *last_line;

	strbuf_add(out, PREFIX);
	if (empty)
		strbuf_add(out, "[]");
	else
		add_values(tensor, options, out);
	last_line = strrchr(out->data + start, '\n');
	// PyTorch counts two too many where there is but one line, and one where there are more.
	line_len =
	    last_line ? (size_t)(out->data + out->len - last_line) + 1 : out->len - start + 2;
	if (empty && tensor->ndim != 1) {
		snprintf(suffix, sizeof(suffix), "size=%s",
		    tensor_shape_text(tensor->ndim, tensor->shape, shape));
		add_suffix(out, &line_len, options->width, suffix);
	}
	if (!is_default &&
	    (empty || tensor->dtype == DTYPE_F64 || dtype_is_narrow(tensor->dtype))) {
		snprintf(suffix, sizeof(suffix), "dtype=torch.%s", dtype_name(tensor->dtype));
		add_suffix(out, &line_len, options->width, suffix);
	}
	if (requires_grad)
		add_suffix(out, &line_len, options->width, "requires_grad=True");
	strbuf_addch(out, ')');
}
