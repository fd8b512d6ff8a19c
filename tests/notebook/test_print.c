// SPDX-License-Identifier: GPL-3.0-or-later
/* Printing, byte for byte as NumPy and PyTorch: the cases of print/ (written by make-print). */
#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "engine/tensor_text.h"
#include "notebook/print.h"
#include "support/check.h"

/* "range f32 40,50 0.5": i * 0.5. */
static struct tensor *parse(const char *text)
{
	struct tensor *tensor, *flat;
	char dtype[8], shape[64], step[32], *next;
	int64_t sizes[TENSOR_MAX_DIMS], count = 1;
	int ndim = 0;

	if (sscanf(text, "range %7s %63s %31s", dtype, shape, step) != 3)
		return tensor_parse(text);
	for (char *at = shape; *at; at = next + (*next == ',')) {
		sizes[ndim] = strtoll(at, &next, 10);
		count *= sizes[ndim++];
	}
	assert_int_equal(tensor_new(strcmp(dtype, "i64") == 0 ? DTYPE_I64 :
		strcmp(dtype, "f64") == 0 ? DTYPE_F64 : DTYPE_F32, 1, &count, &flat, NULL), 0);
	for (int64_t i = 0; i < count; i++)
		tensor_set_at(flat, &i, (double)i * strtod(step, NULL));
	assert_int_equal(tensor_view_reshape(flat, ndim, sizes, &tensor, NULL), 0);
	tensor_free(flat);
	return tensor;
}

static void print(const char *kind, const struct tensor *tensor, struct strbuf *out)
{
	double value = tensor->ndim == 0 ? tensor_at(tensor, NULL) : 0;

	if (strcmp(kind, "torch") == 0 || strcmp(kind, "grad") == 0)
		print_torch(tensor, kind[0] == 'g', &print_defaults[WORLD_TORCH], out);
	else if (strcmp(kind, "float") != 0)
		print_numpy(tensor, strcmp(kind, "repr") == 0, &print_defaults[WORLD_NUMPY], out);
	else if (tensor->dtype == DTYPE_F32)
		print_float32((float)value, out);
	else
		print_float(value, out);
}

/* One case; returns true where the text is as expected. */
static bool run_case(const char *kind, const char *input, const char *expected)
{
	struct tensor *tensor = parse(input);
	struct strbuf got = STRBUF_INIT;
	bool same;

	print(kind, tensor, &got);
	same = strcmp(got.data, expected) == 0;
	if (!same)
		print_error(
		    "%s of %.200s\ngot:\n%s|\nexpected:\n%s|\n", kind, input, got.data, expected);
	strbuf_release(&got);
	tensor_free(tensor);
	return same;
}

static void run_file(const char *name)
{
	char path[64], *text, *at, *end;
	int failed = 0, count = 0;
	struct diag diag;
	size_t len;

	snprintf(path, sizeof(path), "tests/notebook/print/%s", name);
	assert_int_equal(file_read(check_source_path(path), 1 << 24, &text, &len, &diag), 0);
	for (at = text; (at = strstr(at, "== ")); count++) {
		char *kind = at + 3, *input = strchr(kind, '\n') + 1,
		     *expected = strstr(input, "\n--\n") + 4;

		end = strstr(expected, "\n== ");
		end = end ? end : text + len - 1;
		input[-1] = expected[-4] = *end = '\0';
		failed += !run_case(kind, input, expected);
		at = end + 1;
		if (at >= text + len)
			at = text + len;
	}
	mem_free(text);
	assert_true(count > 100);
	assert_int_equal(failed, 0);
}

static void test_tensors_print_as_pytorch_prints_them(void **state)
{
	(void)state;
	run_file("torch.txt");
}

static void test_arrays_print_as_numpy_prints_them(void **state)
{
	(void)state;
	run_file("numpy.txt");
}

static void test_floats_print_with_the_shortest_digits(void **state)
{
	(void)state;
	run_file("floats.txt");
}

static void test_variables_print_in_their_world(void **state)
{
	struct var *var = var_new_take(WORLD_TORCH, tensor_parse("f32 1,2 0.98700 -0.98700"));
	struct strbuf out = STRBUF_INIT;

	(void)state;
	var->parameter = var->requires_grad = true;
	print_var(var, false, print_defaults, &out);
	assert_string_equal(
	    out.data, "Parameter containing:\ntensor([[ 0.9870, -0.9870]], requires_grad=True)");
	strbuf_clear(&out);
	var->world = WORLD_NUMPY;
	print_var(var, true, print_defaults, &out);
	assert_string_equal(out.data, "array([[ 0.987, -0.987]], dtype=float32)");
	strbuf_release(&out);
	var_unref(var);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_tensors_print_as_pytorch_prints_them),
	cmocka_unit_test(test_arrays_print_as_numpy_prints_them),
	cmocka_unit_test(test_floats_print_with_the_shortest_digits),
	cmocka_unit_test(test_variables_print_in_their_world),
};

CHECK_MAIN(tests)
