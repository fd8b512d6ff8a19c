// SPDX-License-Identifier: GPL-3.0-or-later
/* Every lesson that is built in, walked through with the real notebook; and the linter itself. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/strbuf.h"
#include "lesson/builtin.h"
#include "lesson/lint.h"
#include "lesson/plain.h"
#include "support/check.h"

static void check_clean(const struct lint *lint)
{
	struct strbuf all = STRBUF_INIT;

	for (size_t i = 0; i < lint->count; i++) {
		diag_format(&lint->reports[i], &all);
		strbuf_addch(&all, '\n');
	}
	if (lint->count)
		fail_msg("%s", all.data);
	strbuf_release(&all);
}

static void test_every_built_in_lesson_is_sound(void **state)
{
	struct shelf shelf;
	struct lint lint = LINT_INIT;
	size_t built_in = 0;

	(void)state;
	while (builtin_lessons[built_in].name)
		built_in++;
	assert_int_equal(shelf_open("en", &shelf, NULL), 0);
	for (size_t i = 0; i < shelf.problem_count; i++)
		fail_msg("%s:%d: %s", shelf.problems[i].file, shelf.problems[i].line,
		    shelf.problems[i].msg);
	assert_int_equal(shelf.count, built_in);
	for (size_t i = 0; i < shelf.count; i++)
		lint_lesson(&lint, shelf.lessons[i]);
	check_clean(&lint);
	lint_release(&lint);
	shelf_release(&shelf);
}

static void test_the_lessons_teach_the_printed_numbers(void **state)
{
	static const struct {
		const char *lesson, *question, *solution;
	} cases[] = {
		{"edges", "wider-kernel", "6x6"}, {"edges", "on-its-side", "0"},
		{"edges", "white-to-black", "1"}, {"edges", "black-to-white", "-1"},
		{"edges", "exchanged", "-1"}, {"shapes", "padded", "4"}, {"shapes", "apart", "2x2"},
		{"shapes", "batch", "32x16x256x256"}, {"shapes", "sound", "32x256x10"},
		{"training", "batches", "118"}, {"training", "parameters", "2416"},
		{"training", "guess-loss", "2.3"}, {"training", "printed-loss", "0.009"},
	};
	struct progress *progress;
	struct shelf shelf;

	(void)state;
	assert_int_equal(progress_open("", &progress, NULL), 0);
	assert_int_equal(shelf_open("en", &shelf, NULL), 0);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct lesson *lesson = shelf_find(&shelf, cases[i].lesson);
		size_t found = 0;

		assert_non_null(lesson);
		for (size_t s = 0; s < lesson->step_count; s++)
			for (size_t q = 0; q < lesson->steps[s].question_count; q++) {
				const struct question *question = &lesson->steps[s].questions[q];
				struct strbuf solution = STRBUF_INIT;
				struct session *session;

				if (strcmp(question->id, cases[i].question))
					continue;
				found++;
				assert_int_equal(session_open(lesson, progress, s, &session, NULL), 0);
				assert_int_equal(question_solution(question, session->notebook,
						     &solution, NULL), 0);
				assert_string_equal(solution.data, cases[i].solution);
				session_free(session);
				strbuf_release(&solution);
			}
		assert_int_equal(found, 1);
	}
	shelf_release(&shelf);
	progress_free(progress);
}

static void test_the_third_recipe_shows_the_printed_losses(void **state)
{
	static const char losses[] = "23.8259, 9.5828, 6.6669, 4.9749, 3.7512, 2.8428, 2.1634, 1.6526";
	struct strbuf out = STRBUF_INIT;
	struct progress *progress;
	struct session *session;
	struct shelf shelf;

	(void)state;
	assert_int_equal(progress_open("", &progress, NULL), 0);
	assert_int_equal(shelf_open("en", &shelf, NULL), 0);
	assert_int_equal(session_open(shelf_find(&shelf, "learn-kernel"), progress, 6, &session, NULL), 0);
	plain_text(&session->text, 1000, &out);
	check_contains(out.data, losses);
	for (int step = 0; step < 8; step++) {
		char shown[16];
		double loss;

		assert_true(session->stage->ops->state(session->stage, "loss", &loss));
		snprintf(shown, sizeof(shown), "%.4f", loss);
		check_contains(losses, shown);
		session_do(session, "step");
	}
	session_free(session);
	shelf_release(&shelf);
	progress_free(progress);
	strbuf_release(&out);
}

#define FRONT "---\nid: bad\ntitle: Bad\norder: 1\nminutes: 1\nsummary: s\nneeds: no-such-lesson\n---\n"

static void test_the_linter_finds_what_is_wrong(void **state)
{
	static const char text[] = FRONT
		"## Too long\n\n1\n\n2\n\n3\n\n4\n\n5\n\n6\n\n7\n"
		"## Questions\n"
		"```question\nid: a\nkind: number\nask: ?\nanswer: 2\naccept: 3\ncell: 0 0\n"
		"refuse: 2 | right | It is right.\nrefuse: 4 | four | {nothing}.\n"
		"```\n"
		"## Broken code\n```run\nx = nowhere\n```\n"
		"## After it\nText.\n";
	static const char *const expected[] = {
		"takes 7 lines", "nowhere", "it hides a cell", "'3' ought to be right but is refused",
		"'2' ought to be refused but is right", "2 refused values, where 3 are asked for",
		"what a refusal says: in {nothing}", "no hint", "unknown lesson 'no-such-lesson'",
	};
	char *const paths[] = {(char *)check_scratch_path("bad.md"), (char *)"nowhere.md"};
	struct strbuf all = STRBUF_INIT;
	struct lint lint = LINT_INIT;

	(void)state;
	assert_int_equal(file_write(paths[0], text, strlen(text), NULL), 0);
	lint_files(&lint, paths, 2);
	for (size_t i = 0; i < lint.count; i++) {
		diag_format(&lint.reports[i], &all);
		strbuf_addch(&all, '\n');
	}
	for (size_t i = 0; i < ARRAY_LEN(expected); i++)
		check_contains(all.data, expected[i]);
	check_contains(all.data, "cannot open 'nowhere.md'");
	lint_release(&lint);
	strbuf_release(&all);
}

/* The template of doc/lesson-format.md: the indented lines below its heading. */
static void test_the_template_of_the_manual_is_sound(void **state)
{
	struct strbuf lesson = STRBUF_INIT;
	struct lint lint = LINT_INIT;
	char *const path = (char *)check_scratch_path("template.md");
	char *manual, *p;
	size_t len;

	(void)state;
	assert_int_equal(file_read(check_source_path("doc/lesson-format.md"), 100000, &manual, &len, NULL), 0);
	p = strstr(manual, "## A template\n");
	assert_non_null(p);
	for (p = strchr(p, '\n') + 1; *p; p += strcspn(p, "\n"), p += *p == '\n') {
		size_t skip = strspn(p, " ") >= 4 ? 4 : 0;

		if (lesson.len || skip)
			strbuf_addf(&lesson, "%.*s\n", (int)(strcspn(p, "\n") - skip), p + skip);
	}
	assert_int_equal(file_write(path, lesson.data, lesson.len, NULL), 0);
	lint_files(&lint, &path, 1);
	assert_int_equal(lint.questions, 1);
	check_clean(&lint);
	lint_release(&lint);
	strbuf_release(&lesson);
	mem_free(manual);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_built_in_lesson_is_sound),
		cmocka_unit_test(test_the_lessons_teach_the_printed_numbers),
		cmocka_unit_test(test_the_third_recipe_shows_the_printed_losses),
		cmocka_unit_test(test_the_linter_finds_what_is_wrong),
		cmocka_unit_test(test_the_template_of_the_manual_is_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
