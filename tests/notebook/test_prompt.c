// SPDX-License-Identifier: GPL-3.0-or-later
/* What the prompt offers: completion, help, indentation, echoed values. */
#include "config.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/strbuf.h"
#include "notebook/notebook.h"
#include "support/check.h"

static struct notebook *nb;
static struct strbuf out;

static void take_text(void *self, const char *bytes, size_t len)
{
	strbuf_addn(self, bytes, len);
}

static int setup(void **state)
{
	struct nb_sink sink = {.self = &out, .text = take_text};
	struct nb_limits limits = {.files = true, .seconds = 20};

	(void)state;
	strbuf_init(&out);
	return notebook_new(&sink, &limits, &nb, NULL);
}

static int teardown(void **state)
{
	(void)state;
	notebook_free(nb);
	strbuf_release(&out);
	return 0;
}

static void run(const char *source)
{
	struct diag diag = {.code = 0};

	strbuf_clear(&out);
	if (notebook_run(nb, "test", source, true, NULL, &diag) < 0)
		fail_msg("%s", diag.msg);
}

/* -- completion ------------------------------------------------------------------------------------ */

static void add_word(void *self, const char *word)
{
	strbuf_addf(self, " %s", word);
}

// The words offered behind `text`, each with a blank before it and one at the end.
static const char *words_for(const char *text)
{
	static struct strbuf words;
	size_t start;

	strbuf_clear(&words);
	notebook_complete(nb, text, &start, add_word, &words);
	assert_true(start <= strlen(text));
	strbuf_addch(&words, ' ');
	return words.data;
}

static void check_words(const char *text, const char *wanted)
{
	if (strcmp(words_for(text), wanted))
		fail_msg("behind '%s' these are offered:%s, not%s", text, words_for(text), wanted);
}

static void test_names_and_keywords_are_offered(void **state)
{
	(void)state;
	run("total = 1");
	check_words("1 + tot", " total ");
	check_words("cor", " corr2d ");
	check_words("whi", " while ");
	check_words("x = [tot", " total ");
	check_words("zzz", " ");
}

static void test_attributes_of_values_are_offered(void **state)
{
	(void)state;
	run("x = torch.ones(2, 2)\nrows = [x]\nnet = nn.Sequential(nn.Linear(1, 2))\ns = 'a'");
	check_words("x.resha", " reshape reshape_as ");
	check_words("x.shap", " shape ");
	check_words("torch.nn.functional.cross_e", " cross_entropy ");
	check_words("net.zero_", " zero_grad ");
	check_words("s.uppe", " upper ");
	check_words("'abc'.uppe", " upper ");
	check_words("x[0].resha", " reshape reshape_as ");
	check_words("rows[0].resha", " reshape reshape_as ");
	check_words("torch.zeros(2, (3)).resha", " reshape reshape_as ");
	check_words("nn.Linear(2, 3).zero_", " zero_grad ");
	check_words("unknown.a", " ");
}

static void test_keyword_arguments_are_offered_inside_calls(void **state)
{
	(void)state;
	run("def f(width, height=2): return width");
	check_words("nn.Conv2d(1, 6, ker", " kernel_size= ");
	check_words("optim.SGD(net.parameters(), momen", " momentum= ");
	check_words("f(1, hei", " height= ");
	check_words("torch.zeros(f(1), requires_g", " requires_grad= ");
}

static void test_imports_offer_modules_and_their_members(void **state)
{
	(void)state;
	check_words("import mat", " math matplotlib ");
	check_words("import matplotlib.py", " pyplot ");
	check_words("from torch.nn.func", " functional ");
	check_words("from torch ", " import  ");
	check_words("from torch.nn import Conv2", " Conv2d ");
	check_words("from torch import nn, opt", " optim ");
	check_words("x = 1\nimport vis", " visdom ");
}

static void test_files_are_offered_inside_of_load(void **state)
{
	(void)state;
	if (chdir(check_scratch_path("")) < 0)
		fail();
	mkdir("prompt-files", 0700);
	assert_int_equal(file_write("prompt-files/edges.npy", "x", 1, NULL), 0);
	check_words("load('prompt-f", " prompt-files/ ");
	check_words("torch.load('prompt-files/ed", " edges.npy ");
	check_words("show(x, file=\"prompt-files/", " edges.npy ");
	check_words("print('prompt-f", " ");
	check_words("load('/et", " ");
	check_words("load('../", " ");
	check_words("load('prompt-files/edges.npy').resha", " reshape reshape_as ");
}

static void test_tab_runs_nothing(void **state)
{
	(void)state;
	run("class A:\n"
	    "    def __getattr__(self, name):\n"
	    "        print('asked for', name)\n"
	    "        return 1\n"
	    "    def __getitem__(self, i):\n"
	    "        print('asked for', i)\n"
	    "        return 1\n"
	    "    def run(self):\n"
	    "        print('ran')\n"
	    "a = A()\n"
	    "def f():\n"
	    "    print('called')\n");
	strbuf_clear(&out);
	check_words("a.ru", " run ");
	words_for("a.b.c");
	words_for("a[0].x");
	words_for("f().x");
	words_for("a.run().x");
	assert_string_equal(out.data, "");
}

/* -- help ------------------------------------------------------------------------------------------ */

static const char *help_on(const char *name)
{
	static struct strbuf text;
	struct diag diag = {.code = 0};

	strbuf_clear(&text);
	if (notebook_help(nb, name, &text, &diag) < 0)
		fail_msg("%s", diag.msg);
	return text.data;
}

static void test_help_shows_signature_and_text(void **state)
{
	(void)state;
	run("def area(width, height=2, *rest, unit='cm', **more):\n    \"\"\"Width times height.\"\"\"\n    return width * height");
	check_contains(help_on("corr2d"), "corr2d(X, K)\ncross-correlation");
	check_contains(help_on("area"), "area(width, height=2, *rest, unit='cm', **more)\nWidth times height.");
	check_contains(help_on("nn.Conv2d"), "nn.Conv2d(in_channels, out_channels, kernel_size, stride=1, padding=0");
	check_contains(help_on("torch.zeros()"), "torch.zeros(");
	check_contains(help_on("reshape"), "reshape(");
	check_contains(help_on("torch.nn"), "layers, losses and networks");
	check_contains(help_on("matplotlib.pyplot"), "savefig");
	check_contains(help_on(""), "Tab completes");
}

static void test_help_on_a_value_says_what_it_is(void **state)
{
	(void)state;
	run("x = torch.ones(2, 3)\nnet = nn.Flatten()");
	check_contains(help_on("x"), "x is a Tensor of shape (2, 3), float32");
	check_contains(help_on("net"), "net is a Flatten");
	check_contains(help_on("x.shape"), "x.shape");
}

static void test_help_is_a_function_too(void **state)
{
	(void)state;
	run("help()");
	check_contains(out.data, "Tab completes");
	run("help('torch.zeros')");
	check_contains(out.data, "torch.zeros(");
	run("help(nn)");
	check_contains(out.data, "layers, losses and networks");
}

static void count_silent(void *self, const struct nb_name *name)
{
	size_t *silent = self;

	if (name->is_value || name->help[0])
		return;
	print_error("%s%s%s has no help\n", name->group, *name->group ? "." : "", name->name);
	++*silent;
}

static void test_every_name_has_help(void **state)
{
	size_t silent = 0;

	(void)state;
	notebook_each_name(nb, count_silent, &silent);
	assert_int_equal(silent, 0);
}

/* -- typing ---------------------------------------------------------------------------------------- */

static void test_the_next_line_begins_where_it_should(void **state)
{
	static const struct {
		const char *source;
		size_t indent;
	} cases[] = {
		{"for i in range(3):", 4}, {"def f():\n    if x:  # why\n", 8}, {"def f():\n    x = 1", 4},
		{"def f():\n    return 1", 0}, {"for i in x:\n    if i:\n        break\n", 4}, {"x = [1,\n", 0}, {"x = f(\n", 4}, {"", 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(notebook_indent(cases[i].source), cases[i].indent);
}

static void test_each_expression_of_a_program_is_echoed(void **state)
{
	(void)state;
	run("x = 2\nx\nfor i in range(2):\n    i\nx + 1; x + 2\n'end'");
	assert_string_equal(out.data, "2\n3\n4\n'end'\n");
	run("_");
	assert_string_equal(out.data, "'end'\n");
}

static void test_a_semicolon_hides_a_value(void **state)
{
	(void)state;
	run("1;");
	assert_string_equal(out.data, "");
	run("1; # no\n2\n';'\n3;");
	assert_string_equal(out.data, "2\n';'\n");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test_setup_teardown(test_names_and_keywords_are_offered, setup, teardown),
	cmocka_unit_test_setup_teardown(test_attributes_of_values_are_offered, setup, teardown),
	cmocka_unit_test_setup_teardown(test_keyword_arguments_are_offered_inside_calls, setup, teardown),
	cmocka_unit_test_setup_teardown(test_imports_offer_modules_and_their_members, setup, teardown),
	cmocka_unit_test_setup_teardown(test_files_are_offered_inside_of_load, setup, teardown),
	cmocka_unit_test_setup_teardown(test_tab_runs_nothing, setup, teardown),
	cmocka_unit_test_setup_teardown(test_help_shows_signature_and_text, setup, teardown),
	cmocka_unit_test_setup_teardown(test_help_on_a_value_says_what_it_is, setup, teardown),
	cmocka_unit_test_setup_teardown(test_help_is_a_function_too, setup, teardown),
	cmocka_unit_test_setup_teardown(test_every_name_has_help, setup, teardown),
	cmocka_unit_test_setup_teardown(test_the_next_line_begins_where_it_should, setup, teardown),
	cmocka_unit_test_setup_teardown(test_each_expression_of_a_program_is_echoed, setup, teardown),
	cmocka_unit_test_setup_teardown(test_a_semicolon_hides_a_value, setup, teardown),
};

CHECK_MAIN(tests)
