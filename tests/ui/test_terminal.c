// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The real program on a pseudo terminal: what canvases and scripts cannot show. The path of the program
 * comes from the build folder.
 */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/alloc.h"
#include "support/vt.h"
#include "support/check.h"

static struct vt vt;

static void start(int rows, int cols, const char *lesson, const char *const *environment)
{
	const char *build = getenv("CONVTUTOR_BUILD");
	char *path = xasprintf("%s/convtutor", build ? build : ".");
	char *argv[] = {path, lesson ? "learn" : NULL, (char *)lesson, NULL};

	vt_start(&vt, rows, cols, argv, environment);
	mem_free(path);
}

static int teardown(void **state)
{
	(void)state;
	vt_release(&vt);
	return 0;
}

static void test_enter_leads_from_the_menu_into_edges_and_q_out_again(void **state)
{
	(void)state;
	start(24, 80, NULL, NULL);
	check_contains(vt_text(&vt), "Lessons");
	vt_keys(&vt, "\r");
	check_contains(vt_text(&vt), "step 1/");
	if (write(vt.fd, "q", 1) != 1)
		fail();
	assert_int_equal(WEXITSTATUS(vt_finish(&vt)), 0);
	assert_true(vt_is_cooked(&vt));
}

static void test_a_resize_is_followed_while_a_line_is_typed(void **state)
{
	(void)state;
	start(24, 80, "edges", NULL);
	vt_keys(&vt, ":");
	vt_keys(&vt, "abc");
	vt_resize(&vt, 40, 120);
	check_contains(vt_text(&vt), ">>> abc");
	vt_resize(&vt, 12, 40);
	check_contains(vt_text(&vt), ">>> abc");
	vt_resize(&vt, 5, 20);
	vt_resize(&vt, 24, 80);
	check_contains(vt_text(&vt), ">>> abc");
}

static void test_the_cursor_stands_behind_wide_characters(void **state)
{
	int row, col;

	(void)state;
	start(24, 80, "edges", NULL);
	vt_keys(&vt, ":");
	vt_keys(&vt, "\xe5\x8d\xb7\xe7\xa7\xaf");
	vt_cursor(&vt, &row, &col);
	assert_int_equal(col, 1 + 4 + 4);
}

static bool any_colour(void)
{
	for (int row = 0; row < vt.rows; row++) {
		for (int col = 0; col < vt.cols; col++) {
			if (vt_cell_is_coloured(&vt, row, col))
				return true;
		}
	}
	return false;
}

static void test_colours_obey_no_color(void **state)
{
	static const char *const none[] = {"NO_COLOR=1", NULL};

	(void)state;
	start(24, 80, "edges", NULL);
	vt_keys(&vt, "h");
	assert_true(any_colour());
	vt_release(&vt);
	start(24, 80, "edges", none);
	vt_keys(&vt, "h");
	assert_false(any_colour());
}

static void test_signals_restore_the_terminal(void **state)
{
	static const int signals[] = {SIGTERM, SIGHUP, SIGSEGV, SIGABRT};
	static const char *const own_handlers[] = {"ASAN_OPTIONS=handle_segv=1", NULL};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
		start(24, 80, "edges", own_handlers);
		vt_signal(&vt, signals[i]);
		vt_finish(&vt);
		assert_true(vt_is_cooked(&vt));
		assert_null(strstr(vt_text(&vt), "step 1/"));
		vt_release(&vt);
	}
}

static void test_lang_c_shows_ascii_only(void **state)
{
	static const char *const environment[] = {"LC_ALL=C", NULL};

	(void)state;
	start(24, 80, "edges", environment);
	vt_keys(&vt, "h");
	for (const char *at = vt_text(&vt); *at; at++)
		assert_true((unsigned char)*at < 0x80);
	check_contains(vt_text(&vt), "step 1/");
}

static void test_a_terminal_that_is_unknown_falls_back_to_lines(void **state)
{
	static const char *const environment[] = {"TERM=no-such-terminal", NULL};
	const char *build = getenv("CONVTUTOR_BUILD");
	char *command = xasprintf("printf 'quit\\n' | %s/convtutor learn edges", build ? build : ".");
	char output[4096] = "";
	FILE *pipe;

	(void)state;
	(void)environment;
	setenv("TERM", "no-such-terminal", 1);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	output[fread(output, 1, sizeof(output) - 1, pipe)] = '\0';
	assert_int_equal(pclose(pipe), 0);
	check_contains(output, "step 1 of");
	mem_free(command);
}

static void test_a_pasted_program_is_not_taken_for_keys(void **state)
{
	(void)state;
	start(24, 80, "edges", NULL);
	vt_keys(&vt, "\033[200~def f(x):\r    return x\r\rq = f(3)\rq + 4\r\033[201~");
	check_contains(vt_text(&vt), ">>> def f(x):");
	check_contains(vt_text(&vt), "...     return x");
	check_contains(vt_text(&vt), "... q + 4");
	vt_keys(&vt, "\r");
	check_contains(vt_text(&vt), "\n 7");
	check_contains(vt_text(&vt), "step 1/");
}

/* A loop without end: Ctrl-C ends it, not the prompt, and variables stay. */
static void test_ctrl_c_stops_a_program_and_keeps_the_prompt(void **state)
{
	(void)state;
	start(24, 80, "edges", NULL);
	vt_keys(&vt, ":");
	vt_keys(&vt, "n = 41\r");
	if (write(vt.fd, "while True: n = 41\r", 19) != 19)
		fail();
	vt_expect(&vt, "C-c stop");
	vt_keys(&vt, "\003");
	vt_expect(&vt, "KeyboardInterrupt");
	vt_keys(&vt, "n + 1\r");
	vt_expect(&vt, "\n 42");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_teardown(test_a_pasted_program_is_not_taken_for_keys, teardown),
	cmocka_unit_test_teardown(test_ctrl_c_stops_a_program_and_keeps_the_prompt, teardown),
	cmocka_unit_test_teardown(test_enter_leads_from_the_menu_into_edges_and_q_out_again, teardown),
	cmocka_unit_test_teardown(test_a_resize_is_followed_while_a_line_is_typed, teardown),
	cmocka_unit_test_teardown(test_the_cursor_stands_behind_wide_characters, teardown),
	cmocka_unit_test_teardown(test_colours_obey_no_color, teardown),
	cmocka_unit_test_teardown(test_signals_restore_the_terminal, teardown),
	cmocka_unit_test_teardown(test_lang_c_shows_ascii_only, teardown),
	cmocka_unit_test_teardown(test_a_terminal_that_is_unknown_falls_back_to_lines, teardown),
};

CHECK_MAIN(tests)
