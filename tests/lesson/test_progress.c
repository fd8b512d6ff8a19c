// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/paths.h"
#include "lesson/progress.h"
#include "support/check.h"

static void put(const char *path, const char *text)
{
	assert_int_equal(file_write(path, text, strlen(text), NULL), 0);
}

static void remove_all(const char *path)
{
	char *aside = xasprintf("%s.damaged", path);

	unlink(path);
	unlink(aside);
	mem_free(aside);
}

static void test_what_is_saved_is_read_again(void **state)
{
	const char *path = check_scratch_path("progress/deep/p.json"), *text;
	struct progress *p;
	struct diag diag = {.code = 0};

	(void)state;
	remove_all(path);
	assert_int_equal(progress_open(path, &p, &diag), 0);
	assert_string_equal(progress_last_lesson(p), "");
	assert_int_equal(progress_step(p, "edges"), 0);
	progress_set_step(p, "edges", 4);
	progress_set_step(p, "edges", 2);
	progress_set_answer(p, "edges", "first", ANSWER_STATE_SHOWN, "\xe2\x88\x92" "1");
	progress_set_done(p, "shapes", true);
	assert_int_equal(progress_save(p, &diag), 0);
	progress_free(p);
	assert_int_equal(progress_open(path, &p, &diag), 0);
	assert_string_equal(progress_last_lesson(p), "edges");
	assert_int_equal(progress_step(p, "edges"), 2);
	assert_int_equal(progress_seen(p, "edges"), 5);
	assert_int_equal(progress_answer(p, "edges", "first", &text), ANSWER_STATE_SHOWN);
	assert_string_equal(text, "\xe2\x88\x92" "1");
	assert_int_equal(progress_answer(p, "edges", "second", &text), ANSWER_STATE_OPEN);
	assert_true(progress_is_done(p, "shapes"));
	progress_reset(p, "edges");
	assert_int_equal(progress_step(p, "edges"), 0);
	assert_true(progress_is_done(p, "shapes"));
	progress_reset(p, NULL);
	assert_false(progress_is_done(p, "shapes"));
	progress_free(p);
}

static void test_a_damaged_or_future_file_is_kept_aside(void **state)
{
	static const char *const bad[] = {"", "{", "[]", "{\"format\": \"else\"}", "\xff\xfe",
		"{\"format\":\"convtutor progress\",\"version\":2,\"last\":\"\",\"lessons\":{}}",
		"{\"format\":\"convtutor progress\",\"version\":1,\"last\":\"\",\"lessons\":{\"a\":3}}",
		"{\"format\":\"convtutor progress\",\"version\":1,\"last\":\"\",\"lessons\":{\"a\":{\"answers\":"
		"{\"q\":1}}}}"};
	const char *path = check_scratch_path("progress-bad.json");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		char *aside = xasprintf("%s.damaged", path), *kept;
		struct progress *p;
		struct diag diag = {.code = 0};
		size_t len;

		remove_all(path);
		put(path, bad[i]);
		assert_true(progress_open(path, &p, &diag) < 0);
		check_contains(diag.msg, "cannot be used");
		check_contains(diag.hint, "it is kept as");
		assert_int_equal(file_read(aside, 1000, &kept, &len, NULL), 0);
		assert_int_equal(len, strlen(bad[i]));
		progress_set_step(p, "edges", 1);
		assert_int_equal(progress_save(p, &diag), 0);
		assert_true(paths_exists(path));
		progress_free(p);
		mem_free(kept);
		mem_free(aside);
	}
}

static void test_a_file_that_cannot_be_written_is_told(void **state)
{
	struct progress *p;
	struct diag diag = {.code = 0};

	(void)state;
	put(check_scratch_path("a-file"), "x");
	assert_int_equal(progress_open(check_scratch_path("a-file/p.json"), &p, &diag) <= 0, 1);
	progress_set_step(p, "edges", 1);
	assert_int_equal(progress_step(p, "edges"), 1);
	progress_free(p);
}

static void test_strange_members_survive(void **state)
{
	const char *path = check_scratch_path("progress-more.json");
	struct progress *p;
	struct diag diag = {.code = 0};
	char *bytes;
	size_t len;

	(void)state;
	put(path, "{\"format\":\"convtutor progress\",\"version\":1,\"last\":\"\",\"more\":[1],\"lessons\":{}}");
	assert_int_equal(progress_open(path, &p, &diag), 0);
	progress_set_answer(p, "a", "b", ANSWER_STATE_RIGHT, "\xff");
	assert_int_equal(progress_save(p, &diag), 0);
	progress_free(p);
	assert_int_equal(file_read(path, 10000, &bytes, &len, NULL), 0);
	check_contains(bytes, "\"more\"");
	mem_free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_saved_is_read_again),
		cmocka_unit_test(test_a_damaged_or_future_file_is_kept_aside),
		cmocka_unit_test(test_a_file_that_cannot_be_written_is_told),
		cmocka_unit_test(test_strange_members_survive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
