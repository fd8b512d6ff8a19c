// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <locale.h>
#include <string.h>

#include "base/alloc.h"
#include "ui/event.h"
#include "ui/lineedit.h"
#include "support/check.h"

static void complete(void *self, const char *text, size_t *ret_start,
    void (*add)(void *to, const char *word), void *to)
{
	(void)self;
	(void)text;
	(void)ret_start;
	add(to, "tensor");
	add(to, "torch");
	add(to, "zeros");
}

static int setup(void **state)
{
	(void)state;
	setlocale(LC_CTYPE, "C.UTF-8");
	lineedit_start(NULL, complete, NULL);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	lineedit_stop();
	return 0;
}

static void type(const char *text)
{
	for (; *text; text++)
		lineedit_key((unsigned char)*text);
}

static void test_typed_keys_stand_on_the_line(void **state)
{
	(void)state;
	type("abc");
	assert_string_equal(lineedit_text(), "abc");
	assert_int_equal(lineedit_cursor(), 3);
	lineedit_key(KEY_ARROW_LEFT);
	lineedit_key(KEY_ERASE);
	assert_string_equal(lineedit_text(), "ac");
	assert_int_equal(lineedit_cursor(), 1);
	lineedit_key(KEY_FIRST);
	lineedit_key(0x5377);
	assert_string_equal(lineedit_text(), "\xe5\x8d\xb7" "ac");
	lineedit_set("");
	assert_string_equal(lineedit_text(), "");
}

static void test_enter_hands_the_line_over_once(void **state)
{
	char *line;

	(void)state;
	type("one");
	assert_null(lineedit_take(true));
	lineedit_key(KEY_ENTER_RETURN);
	line = lineedit_take(true);
	assert_string_equal(line, "one");
	mem_free(line);
	assert_null(lineedit_take(true));
	assert_string_equal(lineedit_text(), "");
	lineedit_key(KEY_ARROW_UP);
	assert_string_equal(lineedit_text(), "one");
}

static void test_tab_completes(void **state)
{
	(void)state;
	type("z\t");
	assert_string_equal(lineedit_text(), "zeros");
	lineedit_set("");
	type("x.t\t");
	assert_string_equal(lineedit_text(), "x.t");
	assert_string_equal(lineedit_matches(), "tensor  torch");
	type("e\t");
	assert_string_equal(lineedit_text(), "x.tensor");
	assert_string_equal(lineedit_matches(), "");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(test_typed_keys_stand_on_the_line, setup, teardown),
	cmocka_unit_test_setup_teardown(test_enter_hands_the_line_over_once, setup, teardown),
	cmocka_unit_test_setup_teardown(test_tab_completes, setup, teardown),
};

CHECK_MAIN(tests)
