// SPDX-License-Identifier: GPL-3.0-or-later
/* convtutor repl on a pseudo terminal: lines are edited, completed, remembered and interrupted. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "support/vt.h"
#include "support/check.h"

#define CTRL_C "\003"
#define CTRL_D "\004"
#define UP "\033[A"
#define PASTE(text) "\033[200~" text "\033[201~"

static struct vt vt;
static char state_dir[] = "repl-state-XXXXXX";

static void start(const char *const *environment)
{
	const char *build = getenv("CONVTUTOR_BUILD");
	char *path = xasprintf("%s/convtutor", build ? build : ".");
	char *argv[] = {path, "repl", NULL};

	vt_start(&vt, 24, 80, argv, environment);
	mem_free(path);
}

static void leave(void)
{
	if (write(vt.fd, CTRL_D, 1) != 1)
		fail();
	assert_int_equal(WEXITSTATUS(vt_finish(&vt)), 0);
	vt_release(&vt);
}

static int teardown(void **state)
{
	(void)state;
	vt_release(&vt);
	return 0;
}

static void test_it_greets_in_one_line(void **state)
{
	(void)state;
	start(NULL);
	check_contains(vt_text(&vt), "help() for help, Ctrl-D to leave\n>>>");
	assert_true(strstr(vt_text(&vt), "convtutor " PACKAGE_VERSION) == vt_text(&vt));
}

static void test_ctrl_d_leaves_and_the_terminal_is_as_it_was(void **state)
{
	(void)state;
	start(NULL);
	if (write(vt.fd, CTRL_D, 1) != 1)
		fail();
	assert_int_equal(WEXITSTATUS(vt_finish(&vt)), 0);
	assert_true(vt_is_cooked(&vt));
}

static void test_a_block_indents_itself_and_an_empty_line_ends_it(void **state)
{
	(void)state;
	start(NULL);
	vt_keys(&vt, "for i in range(2):\r");
	vt_keys(&vt, "if i:\r");
	vt_keys(&vt, "print('i is', i)\r");
	check_contains(vt_text(&vt), "...         print('i is', i)\n...");
	vt_keys(&vt, "\177\177");
	vt_keys(&vt, "\r");
	check_contains(vt_text(&vt), "\ni is 1\n>>>");
}

static void test_tab_completes_names_attributes_and_keywords(void **state)
{
	(void)state;
	start(NULL);
	vt_keys(&vt, "nn.Conv2d(1, 6, k\t5).wei\t");
	check_contains(vt_text(&vt), ">>> nn.Conv2d(1, 6, kernel_size=5)");
}

static void test_ctrl_c_drops_the_line(void **state)
{
	(void)state;
	start(NULL);
	vt_keys(&vt, "x = 1\r");
	vt_keys(&vt, "for i in range(3):\r");
	vt_keys(&vt, "x = 7");
	vt_keys(&vt, CTRL_C);
	vt_keys(&vt, "x + 1\r");
	check_contains(vt_text(&vt), "x = 7^C\n>>> x + 1\n2\n>>>");
}

static void test_a_pasted_program_runs_whole(void **state)
{
	(void)state;
	start(NULL);
	vt_keys(&vt, PASTE("def f(x):\n    y = 2 * x\n\n    return y\nf(3)\nf(4)\n"));
	vt_keys(&vt, "\r");
	check_contains(vt_text(&vt), "\n6\n8\n>>>");
}

static void test_ctrl_c_interrupts_a_program_and_keeps_its_variables(void **state)
{
	(void)state;
	start(NULL);
	vt_keys(&vt, "n = 41\r");
	vt_keys(&vt, "while True:\r");
	if (write(vt.fd, "n = 5; print('go'); time.sleep(9)\r\r", 35) != 35)
		fail();
	vt_expect(&vt, "\ngo");
	vt_keys(&vt, CTRL_C);
	vt_expect(&vt, "KeyboardInterrupt");
	vt_keys(&vt, "n + 1\r");
	vt_expect(&vt, "\n6\n>>>");
}

static void test_chinese_is_edited_by_character(void **state)
{
	(void)state;
	start((const char *const[]){"LC_ALL=C.UTF-8", NULL});
	vt_keys(&vt, "'\xe5\x8d\xb7\xe7\xa7\xaf");
	vt_keys(&vt, "\177'\r");
	check_contains(vt_text(&vt), "'\xe5\x8d\xb7'\n>>>");
}

static void test_history_survives_and_keeps_blocks_together(void **state)
{
	char *variable = xasprintf("XDG_STATE_HOME=%s", state_dir);
	const char *const environment[] = {variable, NULL};

	(void)state;
	start(environment);
	vt_keys(&vt, "for i in range(2):\r");
	vt_keys(&vt, "print(7 + i)\r");
	vt_keys(&vt, "\r");
	leave();
	start(environment);
	vt_keys(&vt, UP);
	check_contains(vt_text(&vt), ">>> for i in range(2):\n    print(7 + i)");
	vt_keys(&vt, "\r");
	vt_keys(&vt, "\r");
	check_contains(vt_text(&vt), "\n7\n8\n");
	mem_free(variable);
}

static void test_help_is_asked_for_with_a_question_mark(void **state)
{
	(void)state;
	start(NULL);
	vt_keys(&vt, "?corr2d\r");
	check_contains(vt_text(&vt), "corr2d(X, K)");
	vt_keys(&vt, "torch.zeros?\r");
	check_contains(vt_text(&vt), "zeros(");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_teardown(test_it_greets_in_one_line, teardown),
	cmocka_unit_test_teardown(test_ctrl_d_leaves_and_the_terminal_is_as_it_was, teardown),
	cmocka_unit_test_teardown(test_a_block_indents_itself_and_an_empty_line_ends_it, teardown),
	cmocka_unit_test_teardown(test_tab_completes_names_attributes_and_keywords, teardown),
	cmocka_unit_test_teardown(test_ctrl_c_drops_the_line, teardown),
	cmocka_unit_test_teardown(test_a_pasted_program_runs_whole, teardown),
	cmocka_unit_test_teardown(test_ctrl_c_interrupts_a_program_and_keeps_its_variables, teardown),
	cmocka_unit_test_teardown(test_chinese_is_edited_by_character, teardown),
	cmocka_unit_test_teardown(test_history_survives_and_keeps_blocks_together, teardown),
	cmocka_unit_test_teardown(test_help_is_asked_for_with_a_question_mark, teardown),
};

int main(void)
{
	int failed;

	if (!mkdtemp(state_dir))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	if (system("rm -r repl-state-*") != 0)
		return 1;
	return failed != 0;
}
