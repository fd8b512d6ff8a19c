// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <string.h>

#include "base/alloc.h"
#include "ui/event.h"
#include "ui/script.h"
#include "support/check.h"

static int parse(const char *text, struct script *script, struct diag *diag)
{
	memset(diag, 0, sizeof(*diag));
	return script_parse("x.demo", text, strlen(text), script, diag);
}

static void test_keys_have_names_both_ways(void **state)
{
	static const char *const names[] = {"Right", "Enter", "Tab", "C-c", "a", "?", "Space", "PgDn"};
	char buffer[16];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_string_equal(event_key_name(event_key_parse(names[i]), buffer), names[i]);
	assert_int_equal(event_key_parse("RIGHT"), KEY_ARROW_RIGHT);
	assert_int_equal(event_key_parse("\xe5\x8d\xb7"), 0x5377);
	assert_int_equal(event_key_parse("F99"), KEY_NONE);
	assert_int_equal(event_key_parse(""), KEY_NONE);
}

static void test_a_script_is_read_line_by_line(void **state)
{
	struct script script;
	struct diag diag;

	(void)state;
	assert_int_equal(parse("# a comment\n\nsize 120x40\nlesson edges:3\nkey Right x3 Enter\n"
			       "type ab\nenter 1\nwait step == 3\nwait text Y[0,1]\nexpect Y\n"
			       "expect-not Z\nexpect-state row >= 2\nsave-screen a.svg\nresize 40x12\n"
			       "pause 0.5\nnote hello",
			     &script, &diag),
	    0);
	assert_int_equal(script.rows, 40);
	assert_int_equal(script.cols, 120);
	assert_string_equal(script.lesson, "edges");
	assert_int_equal(script.step, 2);
	assert_int_equal(script.count, 14);
	assert_int_equal(script.orders[2].key_count, 4);
	assert_int_equal(script.orders[2].keys[2], KEY_ARROW_RIGHT);
	assert_int_equal(script.orders[2].keys[3], KEY_ENTER_RETURN);
	assert_int_equal(script.orders[4].key_count, 2);
	assert_string_equal(script.orders[5].name, "step");
	assert_string_equal(script.orders[6].text, "Y[0,1]");
	assert_string_equal(script.orders[9].op, ">=");
	assert_int_equal(script.orders[13].line, 17 - 1);
	script_release(&script);
}

static void test_a_broken_line_is_reported_with_its_number(void **state)
{
	static const struct {
		const char *text, *message;
		int line;
	} cases[] = {
		{"key Right\njump 3\n", "'jump' is not a word of scripts", 2},
		{"size big\n", "expected COLUMNSxROWS", 1},
		{"size 80x0\n", "expected COLUMNSxROWS", 1},
		{"key\n", "names of keys", 1},
		{"key Rihgt\n", "names of keys", 1},
		{"wait step 3\n", "NAME OP NUMBER", 1},
		{"wait step => 3\n", "one of ==", 1},
		{"wait step == three\n", "a number", 1},
		{"lesson edges:0\n", "a step from 1", 1},
		{"pause -1\n", "3600 seconds", 1},
		{"expect\n", "a text", 1},
		{"note \xff\n", "not UTF-8", 0},
	};
	struct script script;
	struct diag diag;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		assert_int_equal(parse(cases[i].text, &script, &diag), ERR_FORMAT);
		check_contains(diag.msg, cases[i].message);
		assert_int_equal(diag.line, cases[i].line);
		assert_string_equal(diag.file, "x.demo");
	}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_keys_have_names_both_ways),
	cmocka_unit_test(test_a_script_is_read_line_by_line),
	cmocka_unit_test(test_a_broken_line_is_reported_with_its_number),
};

CHECK_MAIN(tests)
