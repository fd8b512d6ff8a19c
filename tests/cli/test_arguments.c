// SPDX-License-Identifier: GPL-3.0-or-later
/* The machinery of the command line, on a table of its own. */
#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "cli/arguments.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/suggest.h"
#include "support/check.h"

static int run_nothing(const struct arguments *args)
{
	return args->count;
}

static const struct option_def grow_options[] = {
	OPTION(INTEGER, "height", "N", "how high, in whole cells", .initial = "3", .min = 1,
	    .max = 9,
	    .hint = "a tree has 1 to 9"),
	OPTION(NUMBER, "rate", "X", "how fast", .initial = "0.5"),
	OPTION(TEXT, "kind", "NAME", "which plant", .letter = 'k'),
	OPTION(CHOICE, "season", "spring|summer", "when", .initial = "spring"),
	OPTION_FLAG("quiet", "say nothing"),
	OPTION_END,
};
static const struct command grow = {.name = "grow", .operands = "SEED [POT]", .min_operands = 1,
    .max_operands = 2, .summary = "Grow a plant", .options = grow_options, .run = run_nothing};
static const struct command rest = {.name = "rest", .operands = "", .summary = "Do nothing",
    .run = run_nothing};
const struct command *const commands[] = {&grow, &rest, NULL};

const struct command *command_find(const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

static struct arguments args;
static struct diag diag;
static enum parse_outcome outcome;
static char *words[16];
static int word_count;
static char line_copy[256];

/* Parse a line whose words are separated by single spaces. */
static int parse(const char *line, const struct command *fallback)
{
	snprintf(line_copy, sizeof(line_copy), "convtutor %s", line);
	word_count = 0;
	for (char *word = strtok(line_copy, " "); word; word = strtok(NULL, " "))
		words[word_count++] = word;
	words[word_count] = NULL;
	diag_clear(&diag);
	return arguments_parse(word_count, words, fallback, &args, &outcome, &diag);
}

static void test_options_and_operands_come_in_any_order(void **state)
{
	(void)state;
	assert_int_equal(parse("--plain grow acorn --height 7 -k oak pot --json --rate=1e-3", NULL),
	    0);
	assert_ptr_equal(args.command, &grow);
	assert_int_equal(args.count, 2);
	assert_string_equal(args.operands[0], "acorn");
	assert_string_equal(args.operands[1], "pot");
	assert_int_equal(args_integer(&args, "height"), 7);
	check_close(args_number(&args, "rate"), 1e-3, 0, 0);
	assert_string_equal(args_text(&args, "kind"), "oak");
	assert_true(args.plain && args.json && !args.ascii);
	assert_int_equal(parse("grow -- --height", NULL), 0);
	assert_string_equal(args.operands[0], "--height");
}

static void test_what_is_not_given_has_its_initial_value(void **state)
{
	(void)state;
	assert_int_equal(parse("grow acorn", NULL), 0);
	assert_int_equal(args_integer(&args, "height"), 3);
	check_close(args_number(&args, "rate"), 0.5, 0, 0);
	assert_null(args_text(&args, "kind"));
	assert_string_equal(args_text(&args, "season"), "spring");
	assert_false(args_flag(&args, "quiet"));
	assert_false(args_given(&args, "height"));
	assert_string_equal(args.color, "auto");
	assert_int_equal(args.threads, 0);
}

static void test_the_last_of_two_values_counts(void **state)
{
	(void)state;
	assert_int_equal(parse("--threads 2 grow acorn --height 2 --height 4 --threads 3", NULL),
	    0);
	assert_int_equal(args_integer(&args, "height"), 4);
	assert_int_equal(args.threads, 3);
}

static void test_help_and_version_win_over_what_follows(void **state)
{
	(void)state;
	assert_int_equal(parse("--version --nonsense", NULL), 0);
	assert_int_equal(outcome, PARSE_OUTCOME_VERSION);
	assert_int_equal(parse("--help", NULL), 0);
	assert_int_equal(outcome, PARSE_OUTCOME_HELP);
	assert_null(args.command);
	assert_int_equal(parse("grow --help --nonsense", NULL), 0);
	assert_int_equal(outcome, PARSE_OUTCOME_HELP);
	assert_ptr_equal(args.command, &grow);
	assert_int_equal(parse("-h grow", NULL), 0);
	assert_ptr_equal(args.command, &grow);
}

static void test_no_command_means_the_fallback(void **state)
{
	(void)state;
	assert_int_equal(parse("", NULL), ERR_USAGE);
	assert_int_equal(parse("--plain", &rest), 0);
	assert_ptr_equal(args.command, &rest);
	assert_true(args.plain);
	assert_int_equal(parse("--quiet", &grow), ERR_USAGE);
	check_contains(diag.msg, "grow needs SEED [POT]");
}

static const struct {
	const char *line, *msg, *hint;
} refusals[] = {
	{"gorw acorn", "there is no command 'gorw'", "did you mean grow?"},
	{"xyzzy", "there is no command 'xyzzy'", ""},
	{"grow", "grow needs SEED [POT]", ""},
	{"grow a b c", "'c' is one too many for grow", ""},
	{"rest a", "rest takes options only, not 'a'", ""},
	{"grow a --heigth 3", "there is no option '--heigth'", "did you mean --height?"},
	{"grow a --heigth=3", "there is no option '--heigth'", "did you mean --height?"},
	{"grow a --treads 3", "there is no option '--treads'", "did you mean --threads?"},
	{"grow a -x", "there is no option '-x'", ""},
	{"grow a --height", "--height needs a value: N", ""},
	{"grow a -k", "--kind needs a value: NAME", ""},
	{"grow a --quiet=3", "--quiet takes no value", ""},
	{"grow a --height 0", "--height cannot be '0': give a whole number from 1 to 9",
	    "a tree has 1 to 9"},
	{"grow a --height 10", "--height cannot be '10'", "a tree"},
	{"grow a --height 3x", "--height cannot be '3x'", "a tree"},
	{"grow a --height 99999999999999999999", "--height cannot be", "a tree"},
	{"grow a --rate -1", "--rate cannot be '-1': give a number of 0 or more", ""},
	{"grow a --rate nan", "--rate cannot be 'nan'", ""},
	{"grow a --rate inf", "--rate cannot be 'inf'", ""},
	{"grow a --rate=", "--rate cannot be ''", ""},
	{"grow a --kind=", "--kind cannot be '': it is empty", ""},
	{"grow a --season winter", "--season cannot be 'winter'", "choose one of spring|summer"},
	{"grow a --season s", "--season cannot be 's'", "choose one of"},
	{"grow a --threads 0", "--threads cannot be '0'", "the result is the same"},
	{"grow a --threads 100000", "--threads cannot be '100000'", "the result is the same"},
};

static void test_wrong_usage_is_named_with_a_hint(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
		assert_int_equal(parse(refusals[i].line, NULL), ERR_USAGE);
		check_contains(diag.msg, refusals[i].msg);
		check_contains(diag.hint, refusals[i].hint);
	}
}

static void test_help_comes_from_the_tables(void **state)
{
	struct strbuf text = STRBUF_INIT;

	(void)state;
	help_command(&grow, &text);
	check_contains(text.data, "Usage: convtutor grow [OPTION]... SEED [POT]\nGrow a plant.\n");
	check_contains(text.data, "\n  --height N              how high, in whole cells [3]\n");
	check_contains(text.data, "\n  -k, --kind NAME         which plant\n");
	check_contains(text.data, "\n  --threads N  ");
	strbuf_clear(&text);
	help_program(&text);
	check_contains(text.data, "\n  grow SEED [POT]         Grow a plant\n");
	for (const char *line = text.data; *line; line += strcspn(line, "\n") + 1)
		assert_true(strcspn(line, "\n") <= 79);
	strbuf_clear(&text);
	help_version(&text);
	check_contains(text.data, "convtutor " PACKAGE_VERSION "\nCopyright");
	strbuf_release(&text);
}

static void test_near_words_are_suggested_and_far_ones_not(void **state)
{
	struct suggest suggest;

	(void)state;
	suggest_init(&suggest, "tarin");
	suggest_offer(&suggest, "eval");
	suggest_offer(&suggest, "train");
	assert_string_equal(suggest.best, "train");
	suggest_init(&suggest, "zzz");
	suggest_offer(&suggest, "run");
	assert_null(suggest.best);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options_and_operands_come_in_any_order),
		cmocka_unit_test(test_what_is_not_given_has_its_initial_value),
		cmocka_unit_test(test_the_last_of_two_values_counts),
		cmocka_unit_test(test_help_and_version_win_over_what_follows),
		cmocka_unit_test(test_no_command_means_the_fallback),
		cmocka_unit_test(test_wrong_usage_is_named_with_a_hint),
		cmocka_unit_test(test_help_comes_from_the_tables),
		cmocka_unit_test(test_near_words_are_suggested_and_far_ones_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
