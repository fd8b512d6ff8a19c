// SPDX-License-Identifier: GPL-3.0-or-later
/* Sessions over a lesson that needs no more of the notebook than the fake one has. */
#include "config.h"

#include <string.h>
#include <unistd.h>

#include "lesson/plain.h"
#include "lesson/session.h"
#include "notebook/notebook.h"
#include "support/check.h"
#include "support/fake_notebook.h"

static const char lesson_text[] =
	"---\nid: sample\ntitle: A sample\norder: 1\nminutes: 1\nsummary: s\n---\n"
	"## First\nHere x is {x}.\n"
	"```run\nx = 2\n```\n"
	"```show\nprint(x)\n```\n"
	"```question\nid: one\nkind: number\nask: What is {x} + 1?\nanswer: 3\n"
	"refuse: 1 | subtracted | That is the difference.\nhint: Count.\nhint: It is after {x}.\n"
	"right: Yes, three.\n```\n"
	"```question\nid: two\nkind: choice\nask: Which?\nchoice: this\nchoice: that\nanswer: 1\n```\n"
	"## Second\nNow x is {x}.\n"
	"```run\nx = 5\n```\n"
	"## Third\nThe end.\n";

static struct {
	struct lesson *lesson;
	struct progress *progress;
	struct session *session;
} fixture;

static int set_up(void **state)
{
	struct diag diag = {.code = 0};

	(void)state;
	unlink(check_scratch_path("session.json"));
	assert_int_equal(lesson_parse("s.md", lesson_text, strlen(lesson_text), &fixture.lesson, &diag), 0);
	assert_int_equal(progress_open(check_scratch_path("session.json"), &fixture.progress, &diag), 0);
	assert_int_equal(session_open(fixture.lesson, fixture.progress, 0, &fixture.session, &diag), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	session_free(fixture.session);
	progress_free(fixture.progress);
	lesson_free(fixture.lesson);
	return 0;
}

static const char *say(const char *line, enum feedback_kind kind)
{
	session_do(fixture.session, line);
	if (fixture.session->feedback_kind != kind)
		fail_msg("'%s' gave kind %d: %s", line, fixture.session->feedback_kind,
		    fixture.session->feedback.data);
	return fixture.session->feedback.data;
}

static void test_a_step_is_entered_with_its_values(void **state)
{
	const struct session *s = fixture.session;

	(void)state;
	assert_int_equal(s->text.para_count, 3);
	assert_string_equal(s->text.paras[0].spans[0].text, "Here x is 2.");
	assert_string_equal(s->text.paras[2].spans[0].text, "2");
	assert_string_equal(s->ask, "What is 2 + 1?");
}

static void test_answers_are_judged_and_the_next_question_opens(void **state)
{
	struct session *s = fixture.session;

	(void)state;
	assert_string_equal(say("1", FEEDBACK_KIND_WRONG), "That is the difference.");
	assert_int_equal(s->question, 0);
	check_contains(say("one", FEEDBACK_KIND_ERROR), "not a number");
	assert_string_equal(say(" 3.0 ", FEEDBACK_KIND_RIGHT), "Yes, three.");
	assert_int_equal(s->question, 1);
	assert_string_equal(s->ask, "Which?\n1) this\n2) that");
	say("answer that", FEEDBACK_KIND_WRONG);
	say("this", FEEDBACK_KIND_RIGHT);
	assert_null(s->ask);
	assert_null(session_question(s));
	assert_int_equal(session_answer_state(s, 0), ANSWER_STATE_RIGHT);
	say("undo", FEEDBACK_KIND_NOTE);
	assert_int_equal(s->question, 1);
	say("undo", FEEDBACK_KIND_NOTE);
	assert_int_equal(s->question, 0);
	check_contains(say("undo", FEEDBACK_KIND_NOTE), "No answer to undo");
}

static void test_hints_grow_and_a_solution_can_be_shown(void **state)
{
	(void)state;
	assert_string_equal(say("hint", FEEDBACK_KIND_HINT), "Count. (1 of 2)");
	assert_string_equal(say("hint", FEEDBACK_KIND_HINT), "It is after 2. (2 of 2)");
	assert_string_equal(say("hint", FEEDBACK_KIND_HINT), "It is after 2. (2 of 2)");
	assert_string_equal(say("solution", FEEDBACK_KIND_NOTE), "The answer is 3. Yes, three.");
	assert_int_equal(session_answer_state(fixture.session, 0), ANSWER_STATE_SHOWN);
	check_contains(say("hint", FEEDBACK_KIND_HINT), "no hint");
	say("skip", FEEDBACK_KIND_NOTE);
	assert_int_equal(session_answer_state(fixture.session, 1), ANSWER_STATE_SKIPPED);
	check_contains(say("skip", FEEDBACK_KIND_NOTE), "No question is open");
}

static void test_code_runs_beside_questions_and_names_live_on(void **state)
{
	struct session *s = fixture.session;

	(void)state;
	say("mine = 7", FEEDBACK_KIND_NOTE);
	say("x = 9", FEEDBACK_KIND_NOTE);
	assert_string_equal(say("print(mine)", FEEDBACK_KIND_NOTE), "7");
	say("next", FEEDBACK_KIND_NONE);
	assert_string_equal(s->text.paras[0].spans[0].text, "Now x is 5.");
	assert_string_equal(say("print(mine)", FEEDBACK_KIND_NOTE), "7");
	say("previous", FEEDBACK_KIND_NONE);
	assert_string_equal(s->text.paras[0].spans[0].text, "Here x is 2.");
	assert_string_equal(say("print(x)", FEEDBACK_KIND_NOTE), "2");
	check_contains(say("foo.bar", FEEDBACK_KIND_ERROR), "cannot run");
	say("reset", FEEDBACK_KIND_NOTE);
	say("print(mine)", FEEDBACK_KIND_ERROR);
}

static void test_jumping_gives_a_step_its_own_state(void **state)
{
	struct session *s = fixture.session;

	(void)state;
	say("step 3", FEEDBACK_KIND_NONE);
	assert_int_equal(s->step, 2);
	assert_string_equal(say("print(x)", FEEDBACK_KIND_NOTE), "5");
	check_contains(say("step 9", FEEDBACK_KIND_ERROR), "steps 1 to 3");
	say("jump 1", FEEDBACK_KIND_NONE);
	check_contains(say("previous", FEEDBACK_KIND_NOTE), "first step");
}

static void test_help_is_one_word_away(void **state)
{
	(void)state;
	check_contains(say("help", FEEDBACK_KIND_NOTE), "shows the answer");
	assert_string_equal(say("?corr2d", FEEDBACK_KIND_NOTE), "corr2d(X, K)");
	assert_string_equal(say("help corr2d", FEEDBACK_KIND_NOTE), "corr2d(X, K)");
	say("help nothing", FEEDBACK_KIND_ERROR);
}

static void test_the_end_says_what_is_open(void **state)
{
	struct session *s = fixture.session;

	(void)state;
	say("step 3", FEEDBACK_KIND_NONE);
	check_contains(say("next", FEEDBACK_KIND_NOTE), "open in step 1");
	assert_true(s->finished);
	assert_false(progress_is_done(fixture.progress, "sample"));
	say("step 1", FEEDBACK_KIND_NONE);
	assert_false(s->finished);
	say("3", FEEDBACK_KIND_RIGHT);
	say("1", FEEDBACK_KIND_RIGHT);
	say("step 3", FEEDBACK_KIND_NONE);
	check_contains(say("next", FEEDBACK_KIND_NOTE), "every question is answered");
	assert_true(progress_is_done(fixture.progress, "sample"));
}

static void test_progress_is_kept_on_disk(void **state)
{
	struct progress *again;
	struct session *session;
	struct diag diag = {.code = 0};
	const char *text;

	(void)state;
	say("3", FEEDBACK_KIND_RIGHT);
	assert_int_equal(progress_open(check_scratch_path("session.json"), &again, &diag), 0);
	assert_int_equal(progress_answer(again, "sample", "one", &text), ANSWER_STATE_RIGHT);
	assert_string_equal(text, "3");
	assert_int_equal(session_open(fixture.lesson, again, 0, &session, &diag), 0);
	assert_int_equal(session->question, 1);
	session_free(session);
	progress_free(again);
	assert_int_equal(session_open(fixture.lesson, fixture.progress, 7, &session, &diag), ERR_RANGE);
}

static void test_the_plain_form_tells_what_changed(void **state)
{
	struct strbuf out = STRBUF_INIT;

	(void)state;
	session_describe_plain(fixture.session, PLAIN_STEP_WHOLE, &out);
	assert_string_equal(out.data, "A sample, step 1 of 3: First\nHere x is 2.\n  print(x)\n  2\n"
				      "Question 1.1: What is 2 + 1?\n");
	strbuf_clear(&out);
	session_do_plain(fixture.session, "1", &out);
	assert_string_equal(out.data, "Not right: That is the difference.\n");
	strbuf_clear(&out);
	session_do_plain(fixture.session, "3", &out);
	assert_string_equal(out.data, "Yes, three.\nQuestion 1.2: Which?\n1) this\n2) that\n");
	strbuf_clear(&out);
	session_do_plain(fixture.session, "a", &out);
	assert_string_equal(out.data, "Right.\nSay next to go on.\n");
	strbuf_release(&out);
}

static void test_broken_code_is_told_by_file_and_line(void **state)
{
	static const char text[] = "---\nid: a\ntitle: A\norder: 1\nminutes: 1\nsummary: s\n---\n"
		"## First\n```run\nx = 1\n```\n## Second\n```run\nimport everything\n```\n";
	struct session *session;
	struct lesson *lesson;
	struct diag diag = {.code = 0};

	(void)state;
	assert_int_equal(lesson_parse("b.md", text, strlen(text), &lesson, &diag), 0);
	assert_true(session_open(lesson, fixture.progress, 1, &session, &diag) < 0);
	assert_string_equal(diag.file, "b.md");
	assert_int_equal(diag.line, 14);
	assert_int_equal(session_open(lesson, fixture.progress, 0, &session, &diag), 0);
	session_do(session, "next");
	assert_int_equal(session->feedback_kind, FEEDBACK_KIND_ERROR);
	check_contains(session->feedback.data, "b.md:14");
	assert_int_equal(session->step, 0);
	session_free(session);
	lesson_free(lesson);
}

#define SESSION_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SESSION_TEST(test_a_step_is_entered_with_its_values),
		SESSION_TEST(test_answers_are_judged_and_the_next_question_opens),
		SESSION_TEST(test_hints_grow_and_a_solution_can_be_shown),
		SESSION_TEST(test_code_runs_beside_questions_and_names_live_on),
		SESSION_TEST(test_jumping_gives_a_step_its_own_state),
		SESSION_TEST(test_help_is_one_word_away),
		SESSION_TEST(test_the_end_says_what_is_open),
		SESSION_TEST(test_progress_is_kept_on_disk),
		SESSION_TEST(test_the_plain_form_tells_what_changed),
		SESSION_TEST(test_broken_code_is_told_by_file_and_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
