// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * NumPy's way: each element's shortest digits, at most eight of them after the point, padded to the
 * widest on both sides of the point; scientific where the largest is 1e8 or more, the smallest
 * under 1e-4, or their ratio over a thousand.
 */
#include "config.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "engine/promote.h"
#include "notebook/print.h"
#include "notebook/print_internal.h"

#define REPR_PREFIX "array("

struct numpy_format {
	const struct tensor *tensor;
	const struct print_options *options;
	bool is_float, single, scientific;
	bool any_finite, any_other, any_minus_inf;
	double smallest, largest;
	int left, right;      // characters before and after the point
	int exponent;	      // digits of the exponent
	int precision;	      // digits after the point in scientific form
	int width;	      // integers and flags
	struct strbuf element; // scratch
};

static void measure_range(void *self, const int64_t *index)
{
	struct numpy_format *f = self;
	double x = tensor_at(f->tensor, index), size = fabs(x);

	if (!isfinite(x)) {
		f->any_other = true;
		f->any_minus_inf |= isinf(x) && x < 0;
		return;
	}
	f->any_finite = true;
	if (x == 0)
		return;
	f->smallest = f->largest == 0 || size < f->smallest ? size : f->smallest;
	f->largest = size > f->largest ? size : f->largest;
}

static int larger(int a, int b)
{
	return a > b ? a : b;
}

static void measure_digits(void *self, const int64_t *index)
{
	struct numpy_format *f = self;
	double x = tensor_at(f->tensor, index);
	const char *text, *point, *e;

	if (!isfinite(x))
		return;
	strbuf_clear(&f->element);
	(f->scientific ? print__scientific : print__positional)(
	    x, f->single, f->options->precision, &f->element);
	text = f->element.data;
	point = strchr(text, '.');
	e = strchr(text, 'e');
	f->left = larger(f->left, (int)(point - text));
	if (f->scientific) {
		f->precision = larger(f->precision, (int)(e - point) - 1);
		f->exponent = larger(f->exponent, (int)strlen(e) - 2);
	} else {
		f->right = larger(f->right, (int)strlen(point) - 1);
	}
}

static void measure_integer(void *self, const int64_t *index)
{
	struct numpy_format *f = self;
	int len = snprintf(NULL, 0, "%" PRId64, tensor_int_at(f->tensor, index));

	f->width = larger(f->width, f->tensor->dtype == DTYPE_BOOL ? 5 : len);
}

static bool ratio_is_large(const struct numpy_format *f)
{
	if (f->single)
		return (float)f->largest / (float)f->smallest > 1000;
	return f->largest / f->smallest > 1000;
}

static void format_init(struct numpy_format *f, const struct print__shown *shown,
    const struct print_options *options)
{
	*f = (struct numpy_format){
	    .tensor = shown->tensor, .options = options, .element = STRBUF_INIT};
	f->is_float = dtype_is_float(shown->tensor->dtype);
	f->single = shown->tensor->dtype == DTYPE_F32;
	if (!f->is_float) {
		print__each(shown, measure_integer, f);
		return;
	}
	print__each(shown, measure_range, f);
	if (f->largest > 0)
		f->scientific = f->largest >= 1e8 ||
		    (options->notation != PRINT_NEVER_SCIENTIFIC && (f->smallest < 1e-4 || ratio_is_large(f)));
	print__each(shown, measure_digits, f);
	if (f->scientific)
		f->right = f->exponent + 2 + f->precision;
	if (f->any_other)
		f->left = larger(f->left, 3 + f->any_minus_inf - (f->right + 1));
	// "nan" alone needs its room even where "-inf" does not add any.
	if (f->any_other)
		f->left = larger(f->left, 3 - (f->right + 1));
}

/* "1.25e+10" with the common precision (further digits are exact ones, not zeros) and exponent
 * width. */
static void add_scientific(struct numpy_format *f, double x)
{
	char text[64], *exponent;

	snprintf(text, sizeof(text), "%.*e", f->precision, x);
	exponent = strchr(text, 'e');
	strbuf_addn(&f->element, text, (size_t)(exponent - text));
	if (f->precision == 0)
		strbuf_addch(&f->element, '.');
	strbuf_addn(&f->element, exponent, 2);
	strbuf_add_repeat(&f->element, '0', f->exponent - (int)strlen(exponent + 2));
	strbuf_add(&f->element, exponent + 2);
}

/* The element, padded, into f->element. */
static void float_element(struct numpy_format *f, double x)
{
	struct strbuf text = STRBUF_INIT;
	int width = f->left + f->right + 1, before;

	strbuf_clear(&f->element);
	if (!isfinite(x)) {
		const char *name = isnan(x) ? "nan" : x < 0 ? "-inf" : "inf";

		strbuf_add_repeat(&f->element, ' ', larger(width - (int)strlen(name), 0));
		strbuf_add(&f->element, name);
		return;
	}
	if (f->scientific)
		add_scientific(f, x);
	else
		print__positional(x, f->single, f->options->precision, &f->element);
	before = (int)strcspn(f->element.data, ".");
	strbuf_add_repeat(&text, ' ', larger(f->left - before, 0));
	strbuf_addn(&text, f->element.data, f->element.len);
	if (!f->scientific)
		strbuf_add_repeat(&text, ' ', f->right - ((int)f->element.len - before - 1));
	strbuf_release(&f->element);
	f->element = text;
}

static void element(struct numpy_format *f, const int64_t *index)
{
	if (f->is_float) {
		float_element(f, tensor_at(f->tensor, index));
		return;
	}
	strbuf_clear(&f->element);
	if (f->tensor->dtype == DTYPE_BOOL)
		strbuf_addf(&f->element, "%5s", tensor_int_at(f->tensor, index) ? "True" : "False");
	else
		strbuf_addf(&f->element, "%*" PRId64, f->width, tensor_int_at(f->tensor, index));
}

/* Where the text stands: what surrounds the elements, and the line being filled. */
struct layout {
	const char *separator; // " " or ", "
	int indent;	       // of the outermost bracket's inside
	int width;
	struct strbuf *out;
	size_t line_start; // in out
	const struct print_options *options;
};

static void trim_line(struct strbuf *out)
{
	while (out->len > 0 && out->data[out->len - 1] == ' ')
		strbuf_truncate(out, out->len - 1);
}

/* A word on the line, or on a new one where it does not fit (and a new one helps). */
static void add_word(struct layout *l, const char *word, int hanging, int width)
{
	int used = (int)(l->out->len - l->line_start);

	if (used > hanging && used + (int)strlen(word) > width) {
		trim_line(l->out);
		strbuf_addch(l->out, '\n');
		l->line_start = l->out->len;
		strbuf_add_repeat(l->out, ' ', hanging);
	}
	strbuf_add(l->out, word);
}

static void add_vector(struct layout *l, struct numpy_format *f, const struct print__shown *shown,
    int64_t *index)
{
	int dim = shown->tensor->ndim - 1, hanging = l->indent + dim;
	int width = l->width - dim - 1;
	int64_t count = print__count(shown, dim);

	for (int64_t i = 0; i < count; i++) {
		if (print__is_cut(shown, dim) && i == shown->edge) {
			add_word(l, "...", hanging, width);
			strbuf_add(l->out, l->separator);
		}
		index[dim] = print__index(shown, dim, i);
		element(f, index);
		add_word(l, f->element.data, hanging, width);
		if (i + 1 < count)
			strbuf_add(l->out, l->separator);
	}
}

static void add_dim(struct layout *l, struct numpy_format *f, const struct print__shown *shown,
    int64_t *index, int dim)
{
	int left = shown->tensor->ndim - dim;
	int64_t count = print__count(shown, dim);

	strbuf_addch(l->out, '[');
	if (left == 1) {
		add_vector(l, f, shown, index);
		strbuf_addch(l->out, ']');
		return;
	}
	for (int64_t i = 0; i < count; i++) {
		for (int dots = print__is_cut(shown, dim) && i == shown->edge; dots >= 0; dots--) {
			if (i > 0) {
				strbuf_add(l->out, l->separator);
				trim_line(l->out);
				strbuf_add_repeat(l->out, '\n', left - 1);
				l->line_start = l->out->len;
				strbuf_add_repeat(l->out, ' ', l->indent + dim);
			}
			if (dots)
				strbuf_add(l->out, "...");
		}
		index[dim] = print__index(shown, dim, i);
		add_dim(l, f, shown, index, dim + 1);
	}
	strbuf_addch(l->out, ']');
}

static void add_array(const struct tensor *tensor, struct layout *l)
{
	int64_t index[TENSOR_MAX_DIMS] = {0};
	struct print__shown shown;
	struct numpy_format f;

	print__shown_init(&shown, tensor, l->options);
	format_init(&f, &shown, l->options);
	add_dim(l, &f, &shown, index, 0);
	strbuf_release(&f.element);
}

static void print_scalar(const struct tensor *tensor, struct strbuf *out)
{
	double x = tensor_at(tensor, NULL);

	switch (tensor->dtype) {
	case DTYPE_F32: print_float32((float)x, out); break;
	case DTYPE_F64: print_float(x, out); break;
	case DTYPE_BOOL: strbuf_add(out, x != 0 ? "True" : "False"); break;
	default: strbuf_addf(out, "%" PRId64, tensor_int_at(tensor, NULL)); break;
	}
}

static void print_repr(const struct tensor *tensor, const struct print_options *options,
    struct strbuf *out)
{
	bool empty = tensor_count(tensor) == 0, implied;
	size_t start = out->len;
	struct layout l = {", ", (int)strlen(REPR_PREFIX) + 1, options->width - 1, out, start, options};
	char shape[TENSOR_SHAPE_TEXT], dtype[32];

	implied = tensor->dtype != DTYPE_F32 && !dtype_is_narrow(tensor->dtype) && !empty;
	strbuf_add(out, REPR_PREFIX);
	if (!empty)
		add_array(tensor, &l);
	else if (tensor->ndim == 1)
		strbuf_add(out, "[]");
	else
		strbuf_addf(
		    out, "[], shape=%s", tensor_shape_text(tensor->ndim, tensor->shape, shape));
	if (implied) {
		strbuf_addch(out, ')');
		return;
	}
	strbuf_addch(out, ',');
	snprintf(dtype, sizeof(dtype), "dtype=%s)", dtype_name(tensor->dtype));
	if (out->len - l.line_start + strlen(dtype) + 1 > (size_t)options->width) {
		strbuf_addch(out, '\n');
		strbuf_add_repeat(out, ' ', (int)strlen(REPR_PREFIX));
	} else {
		strbuf_addch(out, ' ');
	}
	strbuf_add(out, dtype);
}

void print_numpy_0d(const struct tensor *tensor, const struct print_options *options, struct strbuf *out)
{
	struct tensor one = *tensor;
	size_t start = out->len, len = strlen(REPR_PREFIX);
	const char *close;
	char *text;

	one.ndim = 1;
	one.shape[0] = one.stride[0] = 1;
	print_repr(&one, options, out);
	text = xstrdup(out->data + start);
	close = strchr(text, ']');
	strbuf_truncate(out, start + len);
	text[len] = ' '; // instead of the bracket
	len += strspn(text + len, " ");
	strbuf_addn(out, text + len, (size_t)(close - text) - len);
	strbuf_add(out, close + 1);
	mem_free(text);
}

void print_numpy_elements(const struct tensor *tensor, const char *separator,
    const struct print_options *options, struct strbuf *out)
{
	struct layout l = {separator, 1, options->width, out, out->len, options};

	if (tensor->ndim == 0)
		print_scalar(tensor, out);
	else if (tensor_count(tensor) == 0)
		strbuf_add(out, "[]");
	else
		add_array(tensor, &l);
}

void print_numpy(const struct tensor *tensor, bool repr, const struct print_options *options,
    struct strbuf *out)
{
	if (repr && tensor->ndim > 0)
		print_repr(tensor, options, out);
	else
		print_numpy_elements(tensor, " ", options, out);
}
