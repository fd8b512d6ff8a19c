// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/strbuf.h"
#include "engine/tensor.h"
#include "model/each_allocation.h"
#include "model/npy.h"
#include "support/check.h"

/* A version 1.0 file: the dict as given, padded as NumPy pads it, and `len` bytes of elements. */
static void build(struct strbuf *out, const char *dict, const void *elements, size_t len)
{
	size_t header_len = (10 + strlen(dict) + 1 + 63) / 64 * 64 - 10;

	strbuf_clear(out);
	strbuf_addn(out, "\x93NUMPY\x01\x00", 8);
	strbuf_addch(out, (int)(header_len & 0xff));
	strbuf_addch(out, (int)(header_len >> 8));
	strbuf_add(out, dict);
	strbuf_add_repeat(out, ' ', (int)(header_len - 1 - strlen(dict)));
	strbuf_addch(out, '\n');
	strbuf_addn(out, elements, len);
}

static int parse(const char *dict, const void *elements, size_t len, struct tensor **ret,
    struct diag *diag)
{
	struct strbuf file = STRBUF_INIT;
	char *exact;
	int err;

	build(&file, dict, elements, len);
	exact =
	    xmalloc(file.len, 1); // no byte behind the end, so that a sanitizer sees reads there
	memcpy(exact, file.data, file.len);
	err = npy_parse("x.npy", exact, file.len, ret, diag);
	mem_free(exact);
	strbuf_release(&file);
	return err;
}

static void test_each_type_becomes_ours(void **state)
{
	static const struct {
		const char *descr;
		const char *bytes;
		size_t len;
		enum dtype dtype;
		double values[2];
	} cases[] = {
	    {"<f4", "\0\0\xc0\x3f\0\0\0\xc0", 8, DTYPE_F32, {1.5, -2}},
	    {"<f8", "\0\0\0\0\0\0\xf8\x3f\0\0\0\0\0\0\0\xc0", 16, DTYPE_F64, {1.5, -2}},
	    {"<i8", "\1\0\0\0\0\0\0\0\xfe\xff\xff\xff\xff\xff\xff\xff", 16, DTYPE_I64, {1, -2}},
	    {"<i4", "\1\0\0\0\xfe\xff\xff\xff", 8, DTYPE_I32, {1, -2}},
	    {"|u1", "\1\xfe", 2, DTYPE_U8, {1, 254}},
	    {"<i2", "\1\0\xfe\xff", 4, DTYPE_I16, {1, -2}},
	    {"|i1", "\1\xfe", 2, DTYPE_I8, {1, -2}},
	    {"|b1", "\1\0", 2, DTYPE_BOOL, {1, 0}},
	};
	char dict[100];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct tensor *tensor;
		struct diag diag;

		snprintf(dict, sizeof(dict),
		    "{'descr': '%s', 'fortran_order': False, 'shape': (2,), }", cases[i].descr);
		assert_int_equal(parse(dict, cases[i].bytes, cases[i].len, &tensor, &diag), 0);
		assert_int_equal(tensor->dtype, cases[i].dtype);
		assert_int_equal(tensor->ndim, 1);
		for (int64_t k = 0; k < 2; k++)
			check_close(tensor_at(tensor, &k), cases[i].values[k], 0, 0);
		tensor_free(tensor);
	}
}

static void test_fortran_order_gives_transposed_strides(void **state)
{
	static const unsigned char bytes[] = {1, 2, 3, 4, 5, 6};
	const int64_t index[] = {0, 1};
	struct tensor *tensor;
	struct diag diag;

	(void)state;
	assert_int_equal(parse("{\"shape\": (2,3), 'descr' :'|u1','fortran_order':True}", bytes,
			     sizeof(bytes), &tensor, &diag), 0);
	assert_int_equal(tensor->stride[0], 1);
	assert_int_equal(tensor->stride[1], 2);
	check_close(tensor_at(tensor, index), 3, 0, 0);
	tensor_free(tensor);
}

static void test_scalars_and_empty_arrays_are_read(void **state)
{
	struct tensor *tensor;
	struct diag diag;

	(void)state;
	assert_int_equal(parse("{'descr': '|u1', 'fortran_order': False, 'shape': (), }", "\7", 1,
			     &tensor, &diag), 0);
	assert_int_equal(tensor->ndim, 0);
	check_close(tensor_at(tensor, NULL), 7, 0, 0);
	tensor_free(tensor);
	assert_int_equal(parse("{'descr': '<f4', 'fortran_order': False, 'shape': (0, 3), }", "", 0,
			     &tensor, &diag), 0);
	assert_int_equal(tensor_count(tensor), 0);
	tensor_free(tensor);
}

static void test_what_is_written_has_numpys_bytes(void **state)
{
	// numpy.save of numpy.array([[1, -2, 0.5]], 'f4'), NumPy 1.24
	static const char header[] =
	    "\x93NUMPY\x01\x00\x76\x00{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }";
	const char *path = check_scratch_path("model/a.npy");
	const int64_t shape[] = {1, 3};
	const float values[] = {1, -2, 0.5};
	struct tensor *tensor, *again;
	struct diag diag;
	char *bytes;
	size_t len;

	(void)state;
	assert_int_equal(tensor_from_floats(2, shape, values, &tensor, &diag), 0);
	assert_int_equal(npy_write(path, tensor, &diag), 0);
	assert_int_equal(file_read(path, 1000, &bytes, &len, &diag), 0);
	assert_int_equal(len, 128 + 12);
	assert_memory_equal(bytes, header, sizeof(header) - 1);
	for (size_t i = sizeof(header) - 1; i < 127; i++)
		assert_int_equal(bytes[i], ' ');
	assert_int_equal(bytes[127], '\n');
	assert_memory_equal(bytes + 128, values, sizeof(values));
	assert_int_equal(npy_read(path, &again, &diag), 0);
	check_floats(tensor_const_floats(again), values, 3, 0, 0);
	mem_free(bytes);
	tensor_free(tensor);
	tensor_free(again);
}

static void test_views_keep_their_values(void **state)
{
	const char *path = check_scratch_path("model/view.npy");
	const int64_t shape[] = {3, 4};
	struct tensor *tensor, *turned, *part, *again;
	struct diag diag;

	(void)state;
	assert_int_equal(tensor_new(DTYPE_I64, 2, shape, &tensor, &diag), 0);
	for (int64_t i = 0; i < 12; i++)
		((int64_t *)tensor->data)[i] = i;
	assert_int_equal(tensor_view_transpose(tensor, 0, 1, &turned, &diag), 0);
	assert_int_equal(tensor_view_slice(turned, 0, 1, 4, 2, &part, &diag), 0);
	for (int i = 0; i < 2; i++) {
		const struct tensor *view = i ? part : turned;
		const int64_t index[] = {1, 2};

		assert_int_equal(npy_write(path, view, &diag), 0);
		assert_int_equal(npy_read(path, &again, &diag), 0);
		assert_true(tensor_same_shape(again, view));
		assert_int_equal(tensor_int_at(again, index), tensor_int_at(view, index));
		assert_int_equal(again->stride[0], i ? 3 : 1);
		tensor_free(again);
	}
	tensor_free(part);
	tensor_free(turned);
	tensor_free(tensor);
}

static void test_malformed_headers_are_refused(void **state)
{
	static const struct {
		const char *dict, *message;
	} cases[] = {
	    {"", "'{' expected"},
	    {"{'descr': '<f4', 'fortran_order': False, }", "'shape' expected"},
	    {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'shape': (1,)}",
		"once expected"},
	    {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': 1}", "once expected"},
	    {"{'descr': '<f4', 'fortran_order': False, 'shape': (1)}", "such as (3,)"},
	    {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,,)}", "a size expected"},
	    {"{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", "a size expected"},
	    {"{'descr': '<f4', 'fortran_order': False, 'shape': (1 1)}", "',' or ')'"},
	    {"{'descr': '<f4', 'fortran_order': False, 'shape': (9999999999999999999,)}",
		"smaller size"},
	    {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} + x", "end of the header"},
	    {"{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}", "True or False"},
	    {"{'descr': '<f4, 'fortran_order': False, 'shape': (1,)}", "type '<f4, ' cannot"},
	    {"{'descr': '<f4\\n', 'fortran_order': False, 'shape': (1,)}", "short plain string"},
	    {"{'descr': '>f4', 'fortran_order': False, 'shape': (1,)}",
		"type '>f4' cannot be read"},
	    {"{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", "type '|O' cannot be read"},
	    {"{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", "named fields"},
	    {"{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1)}", "more than 6"},
	    {"{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", "its shape needs 8"},
	    {"{'descr': '<f4', 'fortran_order': False, 'shape': ()} ", "5 bytes follow the header"},
	    {"{'descr': '<f4', 'fortran_order': False, 'shape': (999999999999, 999999999999)}",
		"more than can be addressed"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct tensor *tensor = NULL;
		struct diag diag;

		assert_true(parse(cases[i].dict, "12345", 5, &tensor, &diag) < 0);
		assert_null(tensor);
		check_contains(diag.msg, cases[i].message);
		assert_string_equal(diag.file, "x.npy");
		assert_true(diag.hint[0] != '\0');
	}
}

static void test_every_truncation_is_refused(void **state)
{
	struct strbuf file = STRBUF_INIT;
	struct tensor *tensor;
	struct diag diag;

	(void)state;
	build(&file, "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }",
	    "\0\0\0\0\0\0\0\0", 8);
	for (size_t len = 0; len < file.len; len++) {
		char *exact = xmalloc(len + 1, 1);

		memcpy(exact, file.data, len);
		assert_true(npy_parse("x.npy", exact, len, &tensor, &diag) < 0);
		mem_free(exact);
	}
	assert_int_equal(npy_parse("x.npy", file.data, file.len, &tensor, &diag), 0);
	tensor_free(tensor);
	strbuf_addch(&file, 0);
	assert_int_equal(npy_parse("x.npy", file.data, file.len, &tensor, &diag), ERR_FORMAT);
	file.data[6] = 3;
	assert_int_equal(npy_parse("x.npy", file.data, file.len, &tensor, &diag), ERR_UNSUPPORTED);
	strbuf_release(&file);
}

static int read_scratch(struct diag *diag)
{
	struct tensor *tensor = NULL;
	int err = npy_read(check_scratch_path("model/b.npy"), &tensor, diag);

	tensor_free(tensor);
	return err;
}

static void test_running_out_of_memory_is_reported(void **state)
{
	const int64_t shape[] = {3};
	const float values[] = {1, 2, 3};
	struct tensor *tensor;
	struct diag diag;

	(void)state;
	assert_int_equal(tensor_from_floats(1, shape, values, &tensor, &diag), 0);
	assert_int_equal(npy_write(check_scratch_path("model/b.npy"), tensor, &diag), 0);
	tensor_free(tensor);
	assert_true(check_each_allocation(read_scratch) >= 2);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_each_type_becomes_ours),
	cmocka_unit_test(test_fortran_order_gives_transposed_strides),
	cmocka_unit_test(test_scalars_and_empty_arrays_are_read),
	cmocka_unit_test(test_what_is_written_has_numpys_bytes),
	cmocka_unit_test(test_views_keep_their_values),
	cmocka_unit_test(test_malformed_headers_are_refused),
	cmocka_unit_test(test_every_truncation_is_refused),
	cmocka_unit_test(test_running_out_of_memory_is_reported),
};

CHECK_MAIN(tests)
