// SPDX-License-Identifier: GPL-3.0-or-later
/* IDX files good and bad, plain and gzip'd, from memory and from disk. */
#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "base/alloc.h"
#include "base/file.h"
#include "data/idx.h"
#include "support/check.h"

/* Two images of 2x3 pixels: a header of 16 bytes and 12 of data. */
static const unsigned char images[] = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4,
    5, 6, 7, 8, 9, 10, 11, 12};
static const unsigned char labels[] = {0, 0, 8, 1, 0, 0, 0, 2, 7, 9};

static struct idx idx;
static struct diag diag;

static int parse(const void *bytes, size_t len, int ndim)
{
	idx_release(&idx);
	diag_clear(&diag);
	return idx_parse("some-file", bytes, len, ndim, &idx, &diag);
}

static size_t gzip(const void *bytes, size_t len, unsigned char *to, size_t room)
{
	z_stream z = {.next_in = (Bytef *)(uintptr_t)bytes, .avail_in = (uInt)len, .next_out = to,
	    .avail_out = (uInt)room};

	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY),
	    Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return z.total_out;
}

static void check_images(void)
{
	assert_int_equal(idx.ndim, 3);
	assert_int_equal(idx.shape[0], 2);
	assert_int_equal(idx.shape[1], 2);
	assert_int_equal(idx.shape[2], 3);
	assert_int_equal(idx.count, 12);
	assert_memory_equal(idx.data, images + 16, 12);
}

static void test_plain_and_packed_files_read_alike(void **state)
{
	unsigned char packed[256], twice[512];
	size_t len = gzip(images, sizeof(images), packed, sizeof(packed)), first, second;

	(void)state;
	assert_int_equal(parse(images, sizeof(images), 3), 0);
	check_images();
	assert_int_equal(parse(packed, len, 3), 0);
	check_images();
	first = gzip(images, 20, twice, sizeof(twice)); // two members, as `cat a.gz b.gz` makes
	second = gzip(images + 20, sizeof(images) - 20, twice + first, sizeof(twice) - first);
	assert_int_equal(parse(twice, first + second, 3), 0);
	check_images();
	assert_int_equal(parse(labels, sizeof(labels), 1), 0);
	assert_int_equal(idx.count, 2);
	idx_release(&idx);
}

#define BYTES(text) (text), sizeof(text) - 1

static const struct {
	const char *bytes;
	size_t len;
	int ndim, code;
	const char *msg;
} broken[] = {
	{BYTES(""), 3, ERR_FORMAT, "the file is empty"},
	{BYTES("\0\0\10"), 3, ERR_FORMAT, "the file has 3 bytes only"},
	{BYTES("<!DOCTYPE html><html>404"), 3, ERR_FORMAT, "this is a web page"},
	{BYTES("\n\n<html>"), 3, ERR_FORMAT, "this is a web page"},
	{BYTES("PK\3\4 a zip file"), 3, ERR_FORMAT, "it begins with 50 4b 03 04, not 00 00 08"},
	{BYTES("\0\0\15\3\0\0\0\1\0\0\0\1\0\0\0\1abcd"), 3, ERR_FORMAT, "type 0x0d"},
	{BYTES("\0\0\10\1\0\0\0\2ab"), 3, ERR_FORMAT, "it holds labels where images belong"},
	{BYTES("\0\0\10\3\0\0\0\1\0\0\0\1\0\0\0\1a"), 1, ERR_FORMAT,
	"it holds images where labels"},
	{BYTES("\0\0\10\2\0\0\0\1\0\0\0\1a"), 3, ERR_FORMAT,
	"it has 2 dimensions, but images have 3"},
	{BYTES("\0\0\10\3\0\0\0\1\0\0"), 3, ERR_FORMAT, "cut off: 10 of 16 bytes"},
	{BYTES("\0\0\10\3\0\0\0\1\0\0\0\0\0\0\0\1"), 3, ERR_FORMAT, "size 2 is 0"},
	{BYTES("\0\0\10\1\0\0\0\0"), 1, ERR_FORMAT, "it holds no labels"},
	{BYTES("\0\0\10\1\0\0\0\3ab"), 1, ERR_FORMAT, "cut off: 10 of 11 bytes"},
	{BYTES("\0\0\10\1\0\0\0\1ab"), 1, ERR_FORMAT,
	"more follows after the 9 bytes of its labels"},
	{BYTES("\0\0\10\3\377\377\377\377\377\377\377\377\377\377\377\377"), 3, ERR_FORMAT,
	    "more than 512 MiB"},
	{BYTES("\0\0\10\1\37\377\377\377"), 1, ERR_FORMAT, "cut off: 8 of 536870919 bytes"},
	{BYTES("\37\213\10"), 3, ERR_FORMAT, "ends in the middle of its compressed data"},
	{BYTES("\37\213\1\0\0\0\0\0\0\3"), 3, ERR_FORMAT, "damaged: unknown compression method"},
};

static void test_what_is_wrong_with_a_file_is_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
		assert_int_equal(parse(broken[i].bytes, broken[i].len, broken[i].ndim),
		    broken[i].code);
		check_contains(diag.msg, broken[i].msg);
		assert_string_equal(diag.file, "some-file");
		assert_true(diag.hint[0]);
		assert_null(idx.data);
	}
}

static void test_every_truncation_and_every_flip_of_a_packed_file_is_noticed(void **state)
{
	unsigned char packed[256], copy[256];
	size_t len = gzip(images, sizeof(images), packed, sizeof(packed));

	(void)state;
	for (size_t cut = 0; cut < len; cut++)
		assert_true(parse(packed, cut, 3) < 0);
	for (size_t at = 0; at < len; at++) {
		for (int bit = 0; bit < 8; bit++) {
			memcpy(copy, packed, len);
			copy[at] ^= (unsigned char)(1 << bit);
			if (parse(copy, len, 3) == 0) // time and system bytes of gzip's header
				check_images();
		}
	}
	memcpy(copy, packed, len);
	copy[len - 6] ^= 1;
	assert_int_equal(parse(copy, len, 3), ERR_FORMAT);
	check_contains(diag.msg, "damaged: incorrect data check");
	memcpy(copy, packed, len);
	copy[len] = 'x';
	assert_int_equal(parse(copy, len + 1, 3), ERR_FORMAT);
	check_contains(diag.msg, "something follows the compressed data");
	idx_release(&idx);
}

/* 64 MiB of zeros behind a header that promises one label. */
static void test_a_gzip_bomb_is_not_unpacked(void **state)
{
	static unsigned char zeros[1 << 16], packed[1 << 18];
	z_stream z = {.next_out = packed, .avail_out = sizeof(packed)};

	(void)state;
	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY),
	    Z_OK);
	z.next_in = (Bytef *)(uintptr_t) "\0\0\10\1\0\0\0\1";
	z.avail_in = 8;
	assert_int_equal(deflate(&z, Z_NO_FLUSH), Z_OK);
	for (int i = 0; i < 1024; i++) {
		z.next_in = zeros;
		z.avail_in = sizeof(zeros);
		assert_int_equal(deflate(&z, i == 1023 ? Z_FINISH : Z_NO_FLUSH),
		    i == 1023 ? Z_STREAM_END : Z_OK);
	}
	deflateEnd(&z);
	assert_int_equal(parse(packed, z.total_out, 1), ERR_FORMAT);
	check_contains(diag.msg, "more follows");
	gzip("\0\0\10\1\37\377\377\377", 8, packed, sizeof(packed));
	assert_int_equal(parse(packed, 28, 1), ERR_FORMAT);
	check_contains(diag.msg, "far more than are packed into it");
}

static void test_files_on_disk_say_their_path(void **state)
{
	const char *path = check_scratch_path("idx-file");
	unsigned char packed[256];
	size_t len = gzip(images, sizeof(images), packed, sizeof(packed));

	(void)state;
	assert_int_equal(file_write(path, packed, len, NULL), 0);
	assert_int_equal(idx_read(path, 3, &idx, &diag), 0);
	check_images();
	idx_release(&idx);
	assert_int_equal(file_write(path, images, sizeof(images) - 1, NULL), 0);
	assert_int_equal(idx_read(path, 3, &idx, &diag), ERR_FORMAT);
	assert_string_equal(diag.file, path);
	check_contains(diag.msg, "27 of 28 bytes");
	remove(path);
	assert_int_equal(idx_read(path, 3, &idx, &diag), ERR_NOT_FOUND);
	check_contains(diag.msg, "cannot open: No such file");
	assert_int_equal(idx_read("/", 3, &idx, &diag), ERR_IO);
	check_contains(diag.msg, "Is a directory");
}

static void test_every_failing_allocation_is_reported(void **state)
{
	const char *path = check_scratch_path("idx-alloc");
	unsigned char packed[256];
	size_t len = gzip(images, sizeof(images), packed, sizeof(packed));
	long n = 1;

	(void)state;
	assert_int_equal(file_write(path, packed, len, NULL), 0);
	for (;; n++) {
		mem_fail_nth(n);
		if (idx_read(path, 3, &idx, &diag) == 0)
			break;
		assert_int_equal(diag.code, ERR_NOMEM);
		assert_string_equal(diag.file, path);
	}
	mem_fail_nth(0);
	assert_true(n > 3);
	check_images();
	idx_release(&idx);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_and_packed_files_read_alike),
		cmocka_unit_test(test_what_is_wrong_with_a_file_is_named),
		cmocka_unit_test(test_every_truncation_and_every_flip_of_a_packed_file_is_noticed),
		cmocka_unit_test(test_a_gzip_bomb_is_not_unpacked),
		cmocka_unit_test(test_files_on_disk_say_their_path),
		cmocka_unit_test(test_every_failing_allocation_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
