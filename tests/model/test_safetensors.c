// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * safetensors files: what is written is taken apart here byte by byte, without the reader; what is
 * read are files made here by hand, most of them hostile.
 */
#include "config.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/alloc.h"
#include "base/file.h"
#include "model/safetensors.h"
#include "support/check.h"

static struct tensor_file file;
static struct diag diag;
static unsigned char built[1 << 16];

/* Header length, header, data, as one file. */
static size_t build(const char *header, size_t header_len, const void *data, size_t data_len)
{
	memset(built, 0, 8);
	for (int i = 0; i < 8; i++)
		built[i] = (unsigned char)(header_len >> 8 * i);
	memcpy(built + 8, header, header_len);
	memcpy(built + 8 + header_len, data, data_len);
	return 8 + header_len + data_len;
}

static int parse_bytes(const void *bytes, size_t len)
{
	tensor_file_release(&file);
	diag_clear(&diag);
	return safetensors_parse("a-file", bytes, len, &file, &diag);
}

static int parse(const char *header, const void *data, size_t data_len)
{
	return parse_bytes(built, build(header, strlen(header), data, data_len));
}

static const float four[4] = {1, -2, 3.5f, 0.25f};

static void test_tensors_and_metadata_are_read(void **state)
{
	static const unsigned char bytes[] = {0, 0x3c, 0, 0xc0, 1, 0, 0x80, 0x3f, 1, 0};
	const struct tensor *t;

	(void)state;
	assert_int_equal(parse("{\"b\":{\"shape\":[2,2],\"data_offsets\":[0,16],\"dtype\":\"F32\"},"
			       "\"__metadata__\":{\"format\":\"pt\"}}   ",
			     four, 16), 0);
	t = tensor_file_find(&file, "b");
	assert_non_null(t);
	assert_int_equal(t->ndim, 2);
	check_floats(tensor_const_floats(t), four, 4, 0, 0);
	assert_string_equal(tensor_file_meta(&file, "format"), "pt");
	assert_null(tensor_file_meta(&file, "other"));
	assert_null(tensor_file_find(&file, "a"));
	assert_int_equal(parse("{\"h\":{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[0,6]},"
			       "\"f\":{\"dtype\":\"BF16\",\"shape\":[],\"data_offsets\":[6,8]},"
			       "\"t\":{\"dtype\":\"BOOL\",\"shape\":[2],\"data_offsets\":[8,10]}}",
			     bytes, 10), 0);
	check_floats(tensor_const_floats(tensor_file_find(&file, "h")),
	    ((float[]){1, -2, 0x1p-24f}), 3, 0, 0);
	check_floats(tensor_const_floats(tensor_file_find(&file, "f")), ((float[]){1}), 1, 0, 0);
	assert_int_equal(tensor_file_find(&file, "t")->dtype, DTYPE_BOOL);
	assert_string_equal(file.tensors[0].name, "f");
	tensor_file_release(&file);
}

static void test_scalars_and_empty_tensors_and_any_order_are_fine(void **state)
{
	(void)state;
	assert_int_equal(parse("{}", "", 0), 0);
	assert_int_equal(file.count, 0);
	assert_int_equal(parse("{\"z\":{\"dtype\":\"F32\",\"shape\":[0,7],\"data_offsets\":[4,4]},"
			       "\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}",
			     four, 4), 0);
	assert_int_equal(tensor_count(tensor_file_find(&file, "z")), 0);
	assert_int_equal(tensor_file_find(&file, "a")->ndim, 0);
	tensor_file_release(&file);
}

static void test_half_precision_covers_its_special_values(void **state)
{
	static const unsigned char bytes[] = {0, 0x7c, 0, 0xfc, 0, 0x7e, 0xff, 0x7b, 0, 0x80, 0, 4};
	const float *f;

	(void)state;
	assert_int_equal(parse("{\"h\":{\"dtype\":\"F16\",\"shape\":[6],\"data_offsets\":[0,12]}}",
			     bytes, 12), 0);
	f = tensor_const_floats(tensor_file_find(&file, "h"));
	assert_true(isinf(f[0]) && f[0] > 0 && isinf(f[1]) && f[1] < 0 && isnan(f[2]));
	check_close(f[3], 65504, 0, 0);
	assert_true(f[4] == 0 && signbit(f[4]));
	check_close(f[5], 0x1p-14, 0, 0);
	tensor_file_release(&file);
}

#define ENTRY(shape, offsets) "{\"dtype\":\"F32\",\"shape\":" shape ",\"data_offsets\":" offsets "}"

static const struct {
	const char *header;
	size_t data_len;
	int code;
	const char *msg;
} hostile[] = {
	{"{\"a\":" ENTRY("[2]", "[0,8]") ",\"b\":" ENTRY("[2]", "[4,12]") "}", 12, ERR_FORMAT,
	    "'b' begins at 4"}, // overlap
	{"{\"a\":" ENTRY("[1]", "[0,4]") ",\"b\":" ENTRY("[1]", "[8,12]") "}", 12, ERR_FORMAT,
	    "'b' begins at 8"}, // hole
	{"{\"a\":" ENTRY("[1]", "[4,8]") "}", 8, ERR_FORMAT, "'a' begins at 4"},
	{"{\"a\":" ENTRY("[1]", "[0,4]") "}", 8, ERR_FORMAT, "take 4 bytes, but 8 follow"},
	{"{\"a\":" ENTRY("[2]", "[0,8]") "}", 4, ERR_FORMAT, "take 8 bytes, but 4 follow"},
	{"{\"a\":" ENTRY("[3]", "[0,8]") "}", 8, ERR_FORMAT,
	"12 bytes by its shape, 8 by its offsets"},
	{"{\"a\":" ENTRY("[1]", "[4,0]") "}", 4, ERR_FORMAT, "no valid data_offsets"},
	{"{\"a\":" ENTRY("[1]", "[0]") "}", 4, ERR_FORMAT, "no valid data_offsets"},
	{"{\"a\":" ENTRY("[1]", "[0,4.0]") "}", 4, ERR_FORMAT, "no valid data_offsets"},
	{"{\"a\":" ENTRY("[-1]", "[0,4]") "}", 4, ERR_FORMAT, "not made of sizes"},
	{"{\"a\":" ENTRY("[1.5]", "[0,4]") "}", 4, ERR_FORMAT, "not made of sizes"},
	{"{\"a\":" ENTRY("1", "[0,4]") "}", 4, ERR_FORMAT, "has no shape"},
	{"{\"a\":" ENTRY("[1,1,1,1,1,1,1]", "[0,4]") "}", 4, ERR_FORMAT, "7 dimensions, at most 6"},
	{"{\"a\":" ENTRY("[4294967296,4294967296]", "[0,0]") "}", 0, ERR_FORMAT, "too large"},
	{"{\"a\":" ENTRY("[9223372036854775807]", "[0,4]") "}", 4, ERR_FORMAT, "too large"},
	{"{\"a\":" ENTRY("[1]", "[0,4]") ",\"a\":" ENTRY("[1]", "[4,8]") "}", 8, ERR_FORMAT,
	    "duplicate object key"},
	{"{\"a\":{\"dtype\":\"F31\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, ERR_FORMAT,
	    "unknown dtype 'F31'"},
	{"{\"a\":{\"dtype\":\"U32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, ERR_UNSUPPORTED,
	    "has dtype U32"},
	{"{\"a\":{\"dtype\":5,\"shape\":[1],\"data_offsets\":[0,4]}}", 4, ERR_FORMAT,
	"has no dtype"},
	{"{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, ERR_FORMAT, "not described by dtype"},
	{"{\"a\":7}", 4, ERR_FORMAT, "not described by dtype"},
	{"{\"\":" ENTRY("[1]", "[0,4]") "}", 4, ERR_FORMAT, "a name of 0 bytes"},
	{"{\"__metadata__\":{\"a\":1}}", 0, ERR_FORMAT, "'a' of __metadata__ is not a text"},
	{"{\"__metadata__\":[]}", 0, ERR_FORMAT, "__metadata__ is not an object"},
	{" {}", 0, ERR_FORMAT, "does not begin with '{'"},
	{"[]", 0, ERR_FORMAT, "does not begin with '{'"},
	{"", 0, ERR_FORMAT, "does not begin with '{'"},
	{"{\"a\":", 0, ERR_FORMAT, "the header is not valid"},
	{"{\"\xff\":1}", 0, ERR_FORMAT, "not UTF-8 at byte 2"},
	{"{\"a\\u0000b\":1}", 0, ERR_FORMAT, "the header is not valid"},
};

static void test_hostile_files_are_refused_by_name(void **state)
{
	static const char zeros[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(hostile); i++) {
		assert_int_equal(parse(hostile[i].header, zeros, hostile[i].data_len),
		    hostile[i].code);
		check_contains(diag.msg, hostile[i].msg);
		assert_string_equal(diag.file, "a-file");
		assert_true(diag.hint[0]);
		assert_int_equal(file.count, 0);
	}
}

static void test_lengths_are_checked_before_anything_is_parsed(void **state)
{
	(void)state;
	assert_int_equal(parse_bytes("", 0), ERR_FORMAT);
	check_contains(diag.msg, "empty");
	assert_int_equal(parse_bytes("abcdef", 6), ERR_FORMAT);
	check_contains(diag.msg, "6 bytes only");
	assert_int_equal(parse_bytes("<html></html>", 13), ERR_FORMAT);
	check_contains(diag.msg, "web page");
	assert_int_equal(parse_bytes("\1\xe1\xf5\5\0\0\0\0{}", 10), ERR_FORMAT);
	check_contains(diag.msg, "header would take 100000001 bytes");
	assert_int_equal(parse_bytes("\3\0\0\0\0\0\0\0{}", 10), ERR_FORMAT);
	check_contains(diag.msg, "cut off: its header takes 3 bytes, 2 are there");
}

static void test_a_header_of_many_elements_is_refused_at_once(void **state)
{
	size_t len = 2000000;
	char *bytes = malloc(len + 8);

	(void)state;
	memset(bytes, '[', len + 8);
	memcpy(bytes, "\x80\x84\x1e\0\0\0\0\0{\"a\":", 13);
	assert_int_equal(parse_bytes(bytes, len + 8), ERR_FORMAT);
	check_contains(diag.msg, "more than 500000 elements");
	memset(bytes, '[', len + 8);
	memcpy(bytes, "\x80\x1a\6\0\0\0\0\0{\"a\":", 13); // 400,000 deep
	assert_int_equal(parse_bytes(bytes, 400008), ERR_FORMAT);
	check_contains(diag.msg, "maximum parsing depth");
	free(bytes);
}

static struct tensor *make(enum dtype dtype, int ndim, const int64_t *shape)
{
	struct tensor *tensor = NULL;

	assert_int_equal(tensor_new(dtype, ndim, shape, &tensor, &diag), 0);
	return tensor;
}

/* A file with all kinds of tensors, one of them a transposed view. */
static void fill(struct tensor_file *out)
{
	struct tensor *square, *turned, *t;

	assert_int_equal(tensor_from_floats(2, (int64_t[]){2, 2}, four, &square, &diag), 0);
	assert_int_equal(tensor_view_transpose(square, 0, 1, &turned, &diag), 0);
	assert_int_equal(tensor_file_add(out, "z.turned", turned, &diag), 0);
	t = make(DTYPE_BOOL, 1, (int64_t[]){3});
	tensor_set_at(t, (int64_t[]){1}, 1);
	assert_int_equal(tensor_file_add(out, "a.mask", t, &diag), 0);
	tensor_free(t);
	t = make(DTYPE_I64, 0, NULL);
	tensor_set_at(t, NULL, -5);
	assert_int_equal(tensor_file_add(out, "m.count", t, &diag), 0);
	tensor_free(t);
	t = make(DTYPE_F32, 2, (int64_t[]){0, 3});
	assert_int_equal(tensor_file_add(out, "empty", t, &diag), 0);
	tensor_free(t);
	assert_int_equal(tensor_file_add_meta(out, "format", "pt", &diag), 0);
	assert_int_equal(tensor_file_add_meta(out, "quote", "\"\\\n\xe5\x8d\xb7", &diag), 0);
	assert_int_equal(tensor_file_add(out, "z.turned", square, &diag), ERR_STATE);
	tensor_free(turned);
	tensor_free(square);
}

/* The layout as the format's README describes it, checked without our reader. */
static void test_written_files_follow_the_format(void **state)
{
	const char *path = check_scratch_path("written.safetensors");
	struct tensor_file out = {0};
	char *bytes;
	size_t len, n = 0;
	json_t *header;
	const char *name;
	json_int_t begin, end;
	float turned[4];

	(void)state;
	fill(&out);
	assert_int_equal(safetensors_write(path, &out, &diag), 0);
	assert_int_equal(file_read(path, 1 << 16, &bytes, &len, &diag), 0);
	for (int i = 0; i < 8; i++)
		n |= (size_t)(unsigned char)bytes[i] << 8 * i;
	assert_int_equal(n % 8, 0);
	assert_int_equal(bytes[8], '{');
	header = json_loadb(bytes + 8, n, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(header);
	assert_int_equal(json_object_size(header), 5);
	assert_int_equal(json_unpack(header, "{s:{s:s, s:[], s:[I,I!]}}", "m.count", "dtype", &name,
			     "shape", "data_offsets", &begin, &end), 0);
	assert_string_equal(name, "I64"); // the widest elements come first
	assert_true(begin == 0 && end == 8);
	assert_int_equal(json_unpack(header, "{s:{s:s, s:[i,i!], s:[I,I!]}}", "z.turned", "dtype",
			     &name, "shape", &(int){0}, &(int){0}, "data_offsets", &begin, &end),
			     0);
	assert_true(begin == 8 && end == 24);
	memcpy(turned, bytes + 8 + n + begin, 16);
	check_floats(turned, ((float[]){1, 3.5f, -2, 0.25f}), 4, 0, 0);
	assert_int_equal(len, 8 + n + 8 + 16 + 3);
	assert_memory_equal(bytes + len - 3, "\0\1\0", 3);
	json_decref(header);
	mem_free(bytes);
	tensor_file_release(&out);
}

static void test_what_is_written_is_read_back(void **state)
{
	const char *path = check_scratch_path("written.safetensors");
	struct tensor_file out = {0};

	(void)state;
	fill(&out);
	assert_int_equal(safetensors_write(path, &out, &diag), 0);
	assert_int_equal(safetensors_read(path, &file, &diag), 0);
	assert_int_equal(file.count, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(file.tensors[i].name, out.tensors[i].name);
		assert_true(tensor_same_shape(file.tensors[i].tensor, out.tensors[i].tensor));
	}
	check_close(tensor_at(tensor_file_find(&file, "m.count"), NULL), -5, 0, 0);
	assert_string_equal(tensor_file_meta(&file, "quote"), "\"\\\n\xe5\x8d\xb7");
	tensor_file_release(&out);
	tensor_file_release(&file);
}

static void test_no_cut_and_no_flip_of_a_file_is_fatal(void **state)
{
	const char *path = check_scratch_path("written.safetensors");
	struct tensor_file out = {0};
	char *bytes;
	size_t len;

	(void)state;
	fill(&out);
	assert_int_equal(safetensors_write(path, &out, &diag), 0);
	assert_int_equal(file_read(path, 1 << 16, &bytes, &len, &diag), 0);
	for (size_t cut = 0; cut < len; cut++)
		assert_true(parse_bytes(bytes, cut) < 0);
	for (size_t at = 0; at < len; at++) {
		for (int bit = 0; bit < 8; bit++) {
			bytes[at] ^= (char)(1 << bit);
			if (parse_bytes(bytes, len) < 0)
				assert_true(diag.msg[0] && diag.hint[0]);
			bytes[at] ^= (char)(1 << bit);
		}
	}
	tensor_file_release(&file);
	tensor_file_release(&out);
	mem_free(bytes);
}

static void *failing_malloc(size_t size)
{
	return mem_alloc(size, 1);
}

static int read_written(struct diag *report)
{
	json_set_alloc_funcs(failing_malloc, mem_free);
	return safetensors_read(check_scratch_path("written.safetensors"), &file, report);
}

static int write_again(struct diag *report)
{
	static struct tensor_file out;

	if (out.count == 0)
		fill(&out);
	json_set_alloc_funcs(failing_malloc, mem_free);
	return safetensors_write(check_scratch_path("again.safetensors"), &out, report);
}

static void test_every_failing_allocation_is_reported(void **state)
{
	struct tensor_file out = {0};

	(void)state;
	fill(&out);
	assert_int_equal(
	    safetensors_write(check_scratch_path("written.safetensors"), &out, &diag), 0);
	tensor_file_release(&out);
	check_allocations(read_written, 20);
	check_allocations(write_again, 20);
}

static void test_paths_that_cannot_be_written_or_read_are_reported(void **state)
{
	struct tensor_file out = {0};

	(void)state;
	assert_int_equal(safetensors_write("/no/such/folder/x.safetensors", &out, &diag), ERR_IO);
	check_contains(diag.msg, "/no/such/folder/x.safetensors");
	assert_true(safetensors_read("/no/such/file", &file, &diag) < 0);
	check_contains(diag.msg, "/no/such/file");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tensors_and_metadata_are_read),
		cmocka_unit_test(test_scalars_and_empty_tensors_and_any_order_are_fine),
		cmocka_unit_test(test_half_precision_covers_its_special_values),
		cmocka_unit_test(test_hostile_files_are_refused_by_name),
		cmocka_unit_test(test_lengths_are_checked_before_anything_is_parsed),
		cmocka_unit_test(test_a_header_of_many_elements_is_refused_at_once),
		cmocka_unit_test(test_written_files_follow_the_format),
		cmocka_unit_test(test_what_is_written_is_read_back),
		cmocka_unit_test(test_no_cut_and_no_flip_of_a_file_is_fatal),
		cmocka_unit_test(test_every_failing_allocation_is_reported),
		cmocka_unit_test(test_paths_that_cannot_be_written_or_read_are_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
