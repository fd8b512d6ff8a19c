// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/file.h"
#include "lesson/builtin.h"
#include "lesson/lesson.h"
#include "support/check.h"

#define FRONT                                                                                      \
	"---\n"                                                                                    \
	"id: sample\n"                                                                             \
	"title: A sample\n"                                                                        \
	"order: 20\n"                                                                              \
	"minutes: 5\n"                                                                             \
	"summary: For tests.\n"                                                                    \
	"---\n"
#define QUESTION                                                                                   \
	"```question\n"                                                                            \
	"id: first\n"                                                                              \
	"kind: number\n"                                                                           \
	"ask: What is 1 + 1?\n"                                                                    \
	"answer: 2\n"                                                                              \
	"refuse: 1 | forgot one | Both count.\n"                                                   \
	"```\n"

static int parse(const char *text, struct lesson **ret, struct diag *diag)
{
	return lesson_parse("x.md", text, strlen(text), ret, diag);
}

static void test_a_lesson_is_read_with_all_its_parts(void **state)
{
	static const char text[] = FRONT "\n## One\n\nSome *text* with {x}.\n\n"
		"```run\nx = 1\n```\n```show\nprint({'a': 1})\n```\n"
		"```view window\nimage: X\nkernel: K\n```\n" QUESTION
		"## Two\n```text\n## not a step\n```\n";
	struct lesson *lesson = NULL;
	struct diag diag;

	(void)state;
	assert_int_equal(parse(text, &lesson, &diag), 0);
	assert_string_equal(lesson->id, "sample");
	assert_string_equal(lesson->language, "en");
	assert_int_equal(lesson->order, 20);
	assert_int_equal(lesson->step_count, 2);
	assert_string_equal(lesson->steps[0].title, "One");
	assert_int_equal(lesson->steps[0].code_count, 2);
	assert_string_equal(lesson->steps[0].code[0], "x = 1\n");
	assert_false(lesson->steps[0].code_shown[0]);
	assert_true(lesson->steps[0].code_shown[1]);
	check_contains(lesson->steps[0].markdown, "print({{'a': 1}})");
	assert_string_equal(lesson->steps[0].view->kind, "view window");
	assert_int_equal(lesson->steps[0].question_count, 1);
	assert_string_equal(lesson->steps[0].questions[0].refusals[0].misconception, "forgot one");
	assert_string_equal(lesson->steps[1].title, "Two");
	lesson_free(lesson);
}

#define BODY "## One\ntext\n"
#define ASK "```question\nid: a\nkind: number\nask: ?\nanswer: 1\n"

static const struct {
	const char *text, *report; // report: how the one line begins or what it contains
} broken[] = {
	{"", "x.md:1: no front matter"},
	{"# hello\n", "x.md:1: no front matter"},
	{"---\nid: a\n", "x.md:1: the front matter does not end"},
	{"---\nid: a\n---\n", "x.md:2: 'title' is missing"},
	{"---\nid: a\nid: b\n---\n", "x.md:3: 'id' a second time"},
	{"---\nid: a\ncolour: red\n---\n", "x.md:3: unknown key 'colour'"},
	{"---\nid: a\ntitle:\n---\n", "x.md:3: 'title' has no value"},
	{"---\nid a\n---\n", "x.md:2: expected 'key: value' but found 'id a'"},
	{"---\nid: A b\ntitle: t\norder: 1\nminutes: 1\nsummary: s\n---\n" BODY,
	    "x.md:2: the lesson's id is not one"},
	{"---\nid: a\ntitle: t\norder: soon\nminutes: 1\nsummary: s\n---\n" BODY,
	    "x.md:4: 'order' is not a whole number"},
	{"---\nid: a\ntitle: t\norder: 1\nminutes: 1\nsummary: s\nneeds: b, C\n---\n" BODY,
	    "x.md:7: 'needs' is not a list"},
	{FRONT, "no steps"},
	{FRONT "hello\n", "x.md:8: text before the first step"},
	{FRONT "```run\n```\n", "x.md:8: a block before the first step"},
	{FRONT "## \n", "x.md:8: a step without a title"},
	{FRONT BODY "```run\nx = 1\n", "x.md:10: the block does not end"},
	{FRONT BODY "```python\nx = 1\n```\n", "x.md:10: unknown block 'python'"},
	{FRONT BODY "```view telescope\n```\n", "x.md:10: unknown view 'telescope'"},
	{FRONT BODY "```view window\ncolour: red\n```\n", "x.md:11: the view window takes no 'colour'"},
	{FRONT BODY "```view window\n```\n```view window\n```\n", "x.md:12: a second view"},
	{FRONT BODY "An {open brace\n", "x.md:8: a brace that is not '{expression}'"},
	{FRONT BODY "```question\nid: a\n```\n", "x.md:10: 'kind' is missing"},
	{FRONT BODY "```question\nid: a\nkind: number\nask: ?\n```\n", "x.md:10: 'answer' is missing"},
	{FRONT BODY "```question\nid: a\nkind: poem\nask: ?\nanswer: 1\n```\n",
	    "x.md:12: unknown kind of question 'poem'"},
	{FRONT BODY "```question\nid: A!\nkind: number\nask: ?\nanswer: 1\n```\n",
	    "x.md:11: the question's id"},
	{FRONT BODY ASK "digits: 99\n```\n", "x.md:15: digits is not"},
	{FRONT BODY ASK "cell: here\n```\n", "x.md:15: cell is not a row and a column"},
	{FRONT BODY ASK "choice: one\n```\n", "x.md:15: choices in a question of kind number"},
	{FRONT BODY ASK "refuse: 3 | no reason\n```\n", "x.md:15: refuse needs three parts"},
	{FRONT BODY ASK "refuse: 3 | | no\n```\n", "x.md:15: a part of refuse is empty"},
	{FRONT BODY ASK "hint: {oops\n```\n", "x.md:15: a brace that is not"},
	{FRONT BODY "```question\nid: a\nkind: choice\nask: ?\nchoice: x\nchoice: y\nanswer: 3\n```\n",
	    "x.md:16: the answer '3' is not the number of a choice"},
	{FRONT BODY "```question\nid: a\nkind: choice\nask: ?\nchoice: x\nanswer: 1\n```\n",
	    "x.md:14: 1 choices, where 2 to 9 are possible"},
	{FRONT BODY QUESTION QUESTION, "x.md:17: the question's id 'first' stands in line 10 too"},
	{FRONT BODY "caf\xe9\n", "x.md:10: bytes that are not UTF-8"},
	{FRONT BODY "bell \a\n", "x.md:10: a control character"},
};

static void test_what_is_wrong_is_told_by_line_and_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
		struct strbuf line = STRBUF_INIT;
		struct lesson *lesson = NULL;
		struct diag diag = {.code = 0};

		if (parse(broken[i].text, &lesson, &diag) == 0)
			fail_msg("case %zu was read: %s", i, broken[i].report);
		assert_null(lesson);
		diag_format(&diag, &line);
		check_contains(line.data, broken[i].report);
		strbuf_release(&line);
	}
}

static void test_a_lesson_that_is_too_large_is_refused(void **state)
{
	char *text = mem_alloc(LESSON_BYTES_MAX + 2, 1);
	struct lesson *lesson = NULL;
	struct diag diag;

	(void)state;
	memset(text, 'a', LESSON_BYTES_MAX + 1);
	assert_int_equal(lesson_parse("x.md", text, LESSON_BYTES_MAX + 1, &lesson, &diag), ERR_LIMIT);
	mem_free(text);
}

static void test_every_truncation_is_read_or_refused(void **state)
{
	static const char text[] = FRONT "\n## One\n{x}\n```view window\nimage: X\n```\n" QUESTION;

	(void)state;
	for (size_t len = 0; len < sizeof(text); len++) {
		struct lesson *lesson = NULL;
		struct diag diag;

		if (lesson_parse("x.md", text, len, &lesson, &diag) == 0)
			lesson_free(lesson);
	}
}

static void test_built_in_lessons_are_the_files_byte_by_byte(void **state)
{
	(void)state;
	assert_non_null(builtin_lessons[0].name);
	for (const struct builtin_lesson *b = builtin_lessons; b->name; b++) {
		char *name = xasprintf("lessons/%s", b->name), *bytes;
		size_t len;

		assert_int_equal(file_read(check_source_path(name), LESSON_BYTES_MAX, &bytes, &len, NULL), 0);
		assert_int_equal(b->len, len);
		assert_memory_equal(b->bytes, bytes, len);
		mem_free(bytes);
		mem_free(name);
	}
}

static void write_lesson(const char *path, const char *id, const char *needs)
{
	char *text = xasprintf("---\nid: %s\ntitle: T\norder: 5\nminutes: 1\nsummary: s\n%s%s\n---\n" BODY,
	    id, needs ? "needs: " : "", needs ? needs : "");

	assert_int_equal(file_write(path, text, strlen(text), NULL), 0);
	mem_free(text);
}

static const struct diag *find_problem(const struct shelf *shelf, const char *file, const char *msg)
{
	for (size_t i = 0; i < shelf->problem_count; i++)
		if (strstr(shelf->problems[i].file, file) && strstr(shelf->problems[i].msg, msg))
			return &shelf->problems[i];
	return NULL;
}

static void test_the_shelf_keeps_what_is_sound(void **state)
{
	struct shelf shelf;
	struct diag diag;

	(void)state;
	mkdir(check_scratch_path("lessons"), 0700);
	mkdir(check_scratch_path("lessons/en"), 0700);
	write_lesson(check_scratch_path("lessons/b.md"), "own-b", "own-a");
	write_lesson(check_scratch_path("lessons/en/a.md"), "own-a", NULL);
	write_lesson(check_scratch_path("lessons/c.md"), "own-c", "own-d");
	write_lesson(check_scratch_path("lessons/d.md"), "own-d", "own-c");
	assert_int_equal(file_write(check_scratch_path("lessons/e.md"), "broken", 6, NULL), 0);
	setenv("CONVTUTOR_LESSONS", check_scratch_path("lessons"), 1);
	assert_int_equal(shelf_open("de_DE.UTF-8", &shelf, &diag), 0);
	unsetenv("CONVTUTOR_LESSONS");
	assert_non_null(shelf_find(&shelf, "own-a"));
	assert_non_null(shelf_find(&shelf, "own-b"));
	assert_null(shelf_find(&shelf, "own-c"));
	assert_non_null(find_problem(&shelf, "lessons/e.md", "no front matter"));
	assert_non_null(find_problem(&shelf, "lessons/c.md", "needs itself"));
	assert_non_null(find_problem(&shelf, "lessons/d.md", "needs itself"));
	for (size_t i = 1; i < shelf.count; i++)
		assert_true(shelf.lessons[i - 1]->order <= shelf.lessons[i]->order);
	shelf_release(&shelf);
}

static void test_a_missing_file_or_folder_is_told(void **state)
{
	struct lesson *lesson = NULL;
	struct shelf shelf;
	struct diag diag;

	(void)state;
	assert_int_equal(lesson_read(check_scratch_path("nowhere.md"), &lesson, &diag), ERR_NOT_FOUND);
	setenv("CONVTUTOR_LESSONS", "/nowhere/at/all", 1);
	assert_int_equal(shelf_open(NULL, &shelf, &diag), 0);
	unsetenv("CONVTUTOR_LESSONS");
	assert_non_null(find_problem(&shelf, "", "cannot open the folder '/nowhere/at/all'"));
	shelf_release(&shelf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_lesson_is_read_with_all_its_parts),
		cmocka_unit_test(test_what_is_wrong_is_told_by_line_and_reason),
		cmocka_unit_test(test_a_lesson_that_is_too_large_is_refused),
		cmocka_unit_test(test_every_truncation_is_read_or_refused),
		cmocka_unit_test(test_built_in_lessons_are_the_files_byte_by_byte),
		cmocka_unit_test(test_the_shelf_keeps_what_is_sound),
		cmocka_unit_test(test_a_missing_file_or_folder_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
