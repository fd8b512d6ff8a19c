// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include <string.h>

#include "lesson/fill.h"
#include "lesson/plain.h"
#include "lesson/text.h"
#include "support/check.h"
#include "support/fake_notebook.h"

static struct text parse(const char *markdown)
{
	struct text text;

	assert_int_equal(text_parse(markdown, strlen(markdown), "t.md", 1, &text, NULL), 0);
	return text;
}

static void test_markdown_becomes_paragraphs_of_spans(void **state)
{
	struct text text = parse("One *two*\n**three** `four` $5^2$ &lt; <b>\n\n- a\n- b\n\n3. c\n");
	const struct para *para = &text.paras[0];

	(void)state;
	assert_int_equal(text.para_count, 4);
	assert_int_equal(para->kind, PARA_KIND_TEXT);
	assert_int_equal(para->span_count, 9);
	assert_string_equal(para->spans[0].text, "One ");
	assert_int_equal(para->spans[1].kind, SPAN_KIND_EMPHASIS);
	assert_string_equal(para->spans[3].text, "three");
	assert_int_equal(para->spans[3].kind, SPAN_KIND_STRONG);
	assert_int_equal(para->spans[5].kind, SPAN_KIND_CODE);
	assert_int_equal(para->spans[7].kind, SPAN_KIND_MATH);
	assert_string_equal(para->spans[8].text, " < <b>");
	assert_int_equal(text.paras[1].kind, PARA_KIND_ITEM);
	assert_string_equal(text.paras[1].marker, "-");
	assert_string_equal(text.paras[3].marker, "3.");
	text_release(&text);
}

static void test_code_and_tables_keep_their_lines(void **state)
{
	struct text text = parse("```text\na *b*\n\n  c\n```\n| x | y |\n|---|---|\n| 1 | **2** |\n");

	(void)state;
	assert_int_equal(text.para_count, 5);
	assert_int_equal(text.paras[0].kind, PARA_KIND_CODE);
	assert_string_equal(text.paras[0].spans[0].text, "a *b*");
	assert_string_equal(text.paras[1].spans[0].text, "");
	assert_string_equal(text.paras[2].spans[0].text, "  c");
	assert_int_equal(text.paras[4].kind, PARA_KIND_ROW);
	assert_int_equal(text.paras[4].span_count, 2);
	assert_string_equal(text.paras[4].spans[1].text, "2");
	text_release(&text);
}

static void test_values_never_become_markdown(void **state)
{
	char *const outputs[] = {"1\n2\n"};
	struct notebook *nb = fake_notebook_new();
	struct text text;

	(void)state;
	assert_int_equal(notebook_set_number(nb, "x", -1, NULL), 0);
	assert_int_equal(fill_markdown("{x} is a number, {{x}}\n\n````text\ncode\n\xf3\xb1\x80\x80\n````\n",
			     nb, outputs, 1, &text, NULL), 0);
	assert_int_equal(text.para_count, 4);
	assert_int_equal(text.paras[0].kind, PARA_KIND_TEXT);
	assert_string_equal(text.paras[0].spans[0].text, "-1 is a number, {x}");
	assert_string_equal(text.paras[1].spans[0].text, "code");
	assert_string_equal(text.paras[2].spans[0].text, "1");
	assert_string_equal(text.paras[3].spans[0].text, "2");
	text_release(&text);
	notebook_free(nb);
}

static void test_plain_text_is_wrapped(void **state)
{
	struct text text = parse("aaa bbb *ccc*, ddd\n\n- one two three\n\n```text\nlong long long code\n```\n");
	struct strbuf out = STRBUF_INIT;

	(void)state;
	plain_text(&text, 10, &out);
	assert_string_equal(out.data, "aaa bbb\nccc, ddd\n- one two\n  three\n  long long long code\n");
	strbuf_clear(&out);
	plain_wrap("\xe5\x8d\xb7\xe7\xa7\xaf\xe6\xa0\xb8 x\nyy", 4, &out);
	assert_string_equal(out.data, "\xe5\x8d\xb7\xe7\xa7\xaf\n\xe6\xa0\xb8 x\nyy\n");
	strbuf_release(&out);
	text_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_markdown_becomes_paragraphs_of_spans),
		cmocka_unit_test(test_code_and_tables_keep_their_lines),
		cmocka_unit_test(test_values_never_become_markdown),
		cmocka_unit_test(test_plain_text_is_wrapped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
