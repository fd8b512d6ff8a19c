// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <string.h>

#include "base/alloc.h"
#include "lesson/question.h"
#include "notebook/notebook.h"
#include "support/check.h"
#include "support/fake_notebook.h"

static void open_question(const char *body, struct question *ret)
{
	struct block block;
	struct diag diag = {.code = 0};

	assert_int_equal(block_parse(body, strlen(body), "q.md", 1, &block, &diag), 0);
	if (question_parse(&block, "q.md", ret, &diag) < 0)
		fail_msg("%s", diag.msg);
	block_release(&block);
}

enum outcome { RIGHT, WRONG, UNCLEAR };

static void check_answer(const struct question *question, struct notebook *nb, const char *answer,
    enum outcome outcome, const char *misconception)
{
	struct verdict verdict = VERDICT_INIT;
	struct diag diag = {.code = 0};

	if (question_check(question, nb, answer, &verdict, &diag) < 0)
		fail_msg("'%s': %s", answer, diag.msg);
	if (verdict.right != (outcome == RIGHT) || verdict.understood != (outcome != UNCLEAR))
		fail_msg("'%s': %d %d '%s'", answer, verdict.right, verdict.understood, verdict.say.data);
	assert_true(verdict.say.len > 0);
	if (misconception)
		assert_string_equal(verdict.misconception, misconception);
	else
		assert_null(verdict.misconception);
	strbuf_release(&verdict.say);
}

static void test_a_number_is_judged_by_its_value(void **state)
{
	struct notebook *nb = fake_notebook_new();
	struct question q;

	(void)state;
	assert_int_equal(notebook_set_number(nb, "loss", 2.30258, NULL), 0);
	open_question("id: a\nkind: number\nask: ?\nanswer: loss\ndigits: 2\n"
		      "refuse: 10 | count for loss | No, {loss}.\n", &q);
	check_answer(&q, nb, "2.3", RIGHT, NULL);
	check_answer(&q, nb, "2.30", RIGHT, NULL);
	check_answer(&q, nb, "ln(10)", RIGHT, NULL);
	check_answer(&q, nb, "2.29", WRONG, NULL);
	check_answer(&q, nb, "2.31", WRONG, NULL);
	check_answer(&q, nb, "10", WRONG, "count for loss");
	check_answer(&q, nb, "", UNCLEAR, NULL);
	check_answer(&q, nb, "loss", UNCLEAR, NULL);
	question_release(&q);
	notebook_free(nb);
}

static void test_a_shape_is_judged_by_its_sizes(void **state)
{
	struct notebook *nb = fake_notebook_new();
	struct question q;

	(void)state;
	open_question("id: a\nkind: shape\nask: ?\nanswer: 6x7\nrefuse: 7x6 | swapped | Rows first.\n"
		      "refuse: 6x8 | size kept | Smaller.\n", &q);
	check_answer(&q, nb, "(6, 7)", RIGHT, NULL);
	check_answer(&q, nb, "7 6", WRONG, "swapped");
	check_answer(&q, nb, "6 8", WRONG, "size kept");
	check_answer(&q, nb, "6", WRONG, NULL);
	check_answer(&q, nb, "six by seven", UNCLEAR, NULL);
	question_release(&q);
	notebook_free(nb);
}

static void test_a_matrix_is_judged_by_its_numbers(void **state)
{
	static const float values[] = {19, 25, 37, 43};
	struct notebook *nb = fake_notebook_new();
	struct question q;

	(void)state;
	fake_notebook_matrix(nb, "Y", 2, 2, values);
	open_question("id: a\nkind: matrix\nask: ?\nanswer: Y\nrefuse: 19 37; 25 43 | turned | Rows.\n", &q);
	check_answer(&q, nb, "19 25; 37 43", RIGHT, NULL);
	check_answer(&q, nb, "19 25 37 43", RIGHT, NULL);
	check_answer(&q, nb, "[[19, 37], [25, 43]]", WRONG, "turned");
	check_answer(&q, nb, "19 25 37", UNCLEAR, NULL);
	check_answer(&q, nb, "1 2 3 4", WRONG, NULL);
	question_release(&q);
	notebook_free(nb);
}

static void test_a_choice_and_a_text(void **state)
{
	struct notebook *nb = fake_notebook_new();
	struct strbuf ask = STRBUF_INIT;
	struct question q;

	(void)state;
	open_question("id: a\nkind: choice\nask: Well?\nchoice: it grows\nchoice: it shrinks\nanswer: 2\n"
		      "refuse: 1 | grows | No.\n", &q);
	assert_int_equal(question_ask(&q, nb, &ask, NULL), 0);
	assert_string_equal(ask.data, "Well?\n1) it grows\n2) it shrinks");
	strbuf_release(&ask);
	check_answer(&q, nb, "2", RIGHT, NULL);
	check_answer(&q, nb, "it shrinks", RIGHT, NULL);
	check_answer(&q, nb, "a", WRONG, "grows");
	check_answer(&q, nb, "3", UNCLEAR, NULL);
	question_release(&q);
	open_question("id: a\nkind: text\nask: ?\nanswer: feature map\naccept: activation map\n"
		      "refuse: kernel | the cause | No.\n", &q);
	check_answer(&q, nb, "Feature  Map.", RIGHT, NULL);
	check_answer(&q, nb, "activation map", RIGHT, NULL);
	check_answer(&q, nb, "kernel", WRONG, "the cause");
	check_answer(&q, nb, "  ", UNCLEAR, NULL);
	question_release(&q);
	notebook_free(nb);
}

static void test_the_solution_is_what_a_learner_would_type(void **state)
{
	static const struct {
		const char *body, *solution;
	} cases[] = {
		{"id: a\nkind: number\nask: ?\nanswer: 7/2\n", "3.5"},
		{"id: a\nkind: number\nask: ?\nanswer: -0.00001\n", "0"},
		{"id: a\nkind: number\nask: ?\nanswer: 60000\ndigits: 0\n", "60000"},
		{"id: a\nkind: shape\nask: ?\nanswer: 32, 16, 256, 256\n", "32x16x256x256"},
		{"id: a\nkind: matrix\nask: ?\nanswer: 1 -1; 0 2.5\n", "1 -1; 0 2.5"},
		{"id: a\nkind: choice\nask: ?\nchoice: x\nchoice: y\nanswer: 2\n", "2"},
		{"id: a\nkind: text\nask: ?\nanswer: feature map\n", "feature map"},
	};
	struct notebook *nb = fake_notebook_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct strbuf out = STRBUF_INIT;
		struct question q;

		open_question(cases[i].body, &q);
		assert_int_equal(question_solution(&q, nb, &out, NULL), 0);
		assert_string_equal(out.data, cases[i].solution);
		check_answer(&q, nb, out.data, RIGHT, NULL);
		question_release(&q);
		strbuf_release(&out);
	}
	notebook_free(nb);
}

static void test_values_are_put_into_texts(void **state)
{
	struct notebook *nb = fake_notebook_new();
	struct strbuf out = STRBUF_INIT;
	struct diag diag;

	(void)state;
	assert_int_equal(notebook_set_number(nb, "x", 1.5, NULL), 0);
	assert_int_equal(question_fill("x is {x}, {x:.4f}; {{x}}", nb, &out, &diag), 0);
	assert_string_equal(out.data, "x is 1.5, 1.5000; {x}");
	assert_true(question_fill("{y}", nb, &out, &diag) < 0);
	check_contains(diag.msg, "in {y}: name 'y' is not defined");
	assert_true(question_fill("{x", nb, &out, &diag) < 0);
	assert_true(question_fill("x}", nb, &out, &diag) < 0);
	assert_true(question_fill("{}", nb, &out, &diag) < 0);
	strbuf_release(&out);
	notebook_free(nb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_number_is_judged_by_its_value),
		cmocka_unit_test(test_a_shape_is_judged_by_its_sizes),
		cmocka_unit_test(test_a_matrix_is_judged_by_its_numbers),
		cmocka_unit_test(test_a_choice_and_a_text),
		cmocka_unit_test(test_the_solution_is_what_a_learner_would_type),
		cmocka_unit_test(test_values_are_put_into_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
