// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/paths.h"
#include "base/rng.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "support/check.h"

static void test_diag_is_one_harmless_line(void **state)
{
	struct diag diag;
	struct strbuf sb = STRBUF_INIT;

	(void)state;
	assert_int_equal(diag_set(&diag, ERR_FORMAT, "bad \033[31m%s", "thing"), ERR_FORMAT);
	diag_at(&diag, "x.md", 3, 5);
	diag_hint(&diag, "write it\nbetter");
	diag_format(&diag, &sb);
	assert_string_equal(sb.data, "x.md:3:5: bad ?[31mthing (write it?better)");
	assert_string_equal(err_text(ERR_NOMEM), "out of memory");
	assert_string_equal(err_text(0), "success");
	assert_string_equal(err_text(-999), "unknown error");
	assert_int_equal(diag_set(NULL, ERR_IO, "no place to write it"), ERR_IO);
	strbuf_release(&sb);
}

static void test_strbuf_grows_and_detaches(void **state)
{
	struct strbuf sb = STRBUF_INIT;
	char *text;

	(void)state;
	assert_string_equal(sb.data, "");
	for (int i = 0; i < 1000; i++)
		strbuf_addf(&sb, "%d,", i % 10);
	assert_int_equal(sb.len, 2000);
	strbuf_truncate(&sb, 4);
	strbuf_add(&sb, "  \n");
	strbuf_trim(&sb);
	strbuf_add_utf8(&sb, 0x5377);
	text = strbuf_detach(&sb);
	assert_string_equal(text, "0,1,\xe5\x8d\xb7");
	assert_string_equal(sb.data, "");
	mem_free(text);
}

static void test_sizes_that_overflow_are_refused(void **state)
{
	size_t product;

	(void)state;
	assert_false(size_mul(SIZE_MAX / 2, 3, &product));
	assert_null(mem_alloc(SIZE_MAX / 2, 3));
	assert_null(mem_zalloc(SIZE_MAX / 2, 3));
	assert_null(mem_aligned(SIZE_MAX, 1));
	mem_fail_nth(2);
	void *first = mem_alloc(1, 1);
	assert_non_null(first);
	assert_null(mem_alloc(1, 1));
	mem_free(first);
}

static void test_arena_aligns_and_rewinds(void **state)
{
	struct arena arena = ARENA_INIT;
	struct arena_mark mark;
	char *a, *b;

	(void)state;
	a = arena_alloc(&arena, 3, 1);
	mark = arena_mark(&arena);
	for (int i = 0; i < 40; i++) {
		b = arena_alloc(&arena, 5000, 1);
		assert_int_equal((uintptr_t)b % 64, 0);
		memset(b, i, 5000);
	}
	arena_rewind(&arena, mark);
	b = arena_alloc(&arena, 1, 1);
	assert_ptr_equal(b, a + 64);
	assert_null(arena_alloc(&arena, SIZE_MAX, 2));
	arena_release(&arena);
}

static void test_rng_is_reproducible_and_even(void **state)
{
	struct rng a, b;
	double sum = 0, squares = 0;
	uint32_t items[100];
	uint64_t seen = 0;

	(void)state;
	rng_seed(&a, 7);
	rng_seed(&b, 7);
	assert_int_equal(rng_u64(&a), rng_u64(&b));
	rng_seed_stream(&b, 7, 1);
	assert_int_not_equal(rng_u64(&a), rng_u64(&b));
	for (int i = 0; i < 20000; i++) {
		float x = rng_normal(&a);

		sum += x;
		squares += (double)x * x;
		seen |= 1ull << rng_below(&a, 10);
	}
	check_close(sum / 20000, 0, 0, 0.03);
	check_close(squares / 20000, 1, 0, 0.05);
	assert_int_equal(seen, 1023);
	for (uint32_t i = 0; i < 100; i++)
		items[i] = i;
	rng_shuffle(&a, items, 100);
	for (uint32_t i = 0, total = 0; i < 100; i++) {
		total += items[i];
		if (i == 99)
			assert_int_equal(total, 4950);
	}
}

static void test_utf8_decodes_strictly_and_measures(void **state)
{
	size_t offset;
	uint32_t cp;

	(void)state;
	assert_true(utf8_valid("\xe5\x8d\xb7 ok", 6, NULL));
	assert_false(utf8_valid("ab\xc0\x80", 4, &offset)); // overlong
	assert_int_equal(offset, 2);
	assert_false(utf8_valid("\xed\xa0\x80", 3, NULL)); // surrogate
	assert_false(utf8_valid("\xf4\x90\x80\x80", 4, NULL));
	assert_int_equal(utf8_decode("\xe5\x8d", 2, &cp), 1);
	assert_int_equal(cp, UTF8_REPLACEMENT);
	assert_int_equal(utf8_text_width("a\xe5\x8d\xb7\xcc\x81"), 3);
	assert_int_equal(utf8_prefix("a\xe5\x8d\xb7z", 2), 1);
	assert_int_equal(utf8_width(0x2801), 1);
}

static void test_files_are_replaced_whole_or_not_at_all(void **state)
{
	const char *path = check_scratch_path("base/file.txt");
	struct file_out *out;
	struct diag diag;
	char *data;
	size_t len;

	(void)state;
	assert_int_equal(file_write(path, "first", 5, &diag), 0);
	assert_int_equal(file_out_open(path, &out, &diag), 0);
	assert_int_equal(file_out_write(out, "second", 6, &diag), 0);
	file_out_abort(out);
	assert_int_equal(file_read(path, 100, &data, &len, &diag), 0);
	assert_string_equal(data, "first");
	mem_free(data);
	assert_int_equal(file_read(path, 4, &data, &len, &diag), ERR_LIMIT);
	assert_int_equal(file_read("/absent/x", 4, &data, &len, &diag), ERR_NOT_FOUND);
	check_contains(diag.msg, "cannot open '/absent/x'");
	assert_int_equal(file_write("/dev/null/x", "a", 1, &diag), ERR_IO);
	assert_true(diag.hint[0] != '\0');
}

static void test_paths_follow_xdg(void **state)
{
	char *path;

	(void)state;
	setenv("HOME", "/h", 1);
	setenv("XDG_STATE_HOME", "relative", 1);
	path = paths_user(PATHS_STATE);
	assert_string_equal(path, "/h/.local/state/convtutor");
	mem_free(path);
	setenv("XDG_STATE_HOME", "/s", 1);
	path = paths_user(PATHS_STATE);
	assert_string_equal(path, "/s/convtutor");
	mem_free(path);
	setenv("XDG_DATA_DIRS", "rel:/a::/b", 1);
	path = paths_system_data(1);
	assert_string_equal(path, "/b/convtutor");
	mem_free(path);
	assert_null(paths_system_data(2));
	path = paths_join("/a/", "b");
	assert_string_equal(path, "/a/b");
	mem_free(path);
}

static void test_the_logical_clock_moves_only_when_told(void **state)
{
	(void)state;
	clock_use_logical(true);
	check_close(clock_now(), 0, 0, 0);
	clock_advance(1.5);
	check_close(clock_now(), 1.5, 0, 0);
	clock_use_logical(false);
	assert_true(clock_now() > 0);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_diag_is_one_harmless_line),
	cmocka_unit_test(test_strbuf_grows_and_detaches),
	cmocka_unit_test(test_sizes_that_overflow_are_refused),
	cmocka_unit_test(test_arena_aligns_and_rewinds),
	cmocka_unit_test(test_rng_is_reproducible_and_even),
	cmocka_unit_test(test_utf8_decodes_strictly_and_measures),
	cmocka_unit_test(test_files_are_replaced_whole_or_not_at_all),
	cmocka_unit_test(test_paths_follow_xdg),
	cmocka_unit_test(test_the_logical_clock_moves_only_when_told),
};

CHECK_MAIN(tests)
