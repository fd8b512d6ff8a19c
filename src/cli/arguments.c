// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * getopt_long does the walking over argv; what it is told comes from the option tables. It runs
 * twice: over the global options up to the command's name, then over all that follows.
 */
#include "config.h"

#include "cli/arguments.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "cli/suggest.h"

#define GLOBAL_MAX 12
#define GLOBAL_FIRST 0x1000 // getopt's value of the first global option
#define OWN_FIRST 0x2000    // and of the command's first own

const struct option_def global_options[] = {
	OPTION(FLAG, "help", NULL, "say how it is used, and stop", .letter = 'h'),
	OPTION(FLAG, "version", NULL, "say which version this is, and stop", .letter = 'V'),
	OPTION_FLAG("plain", "lines of text only: no screen, no cursor movement"),
	OPTION(TEXT, "lang", "LANG", "language of lessons and interface: en, zh_CN", ),
	OPTION(CHOICE, "color", "auto|always|never", "when to use colours", .initial = "auto"),
	OPTION(INTEGER, "threads", "N", "processor cores to use [all]", .min = 1, .max = 1024,
	    .hint = "the result is the same for any number of threads"),
	OPTION_FLAG("json", "report as JSON"),
	OPTION_FLAG("ascii", "draw with ASCII characters only"),
	OPTION_FLAG("no-motion", "no animations: every step by a key"),
	OPTION_END,
};

static size_t count_options(const struct option_def *defs)
{
	size_t n = 0;

	while (defs && defs[n].name)
		n++;
	return n;
}

static int refuse(const struct option_def *def, const char *text, const char *why,
    struct diag *diag)
{
	diag_set(diag, ERR_USAGE, "--%s cannot be '%s': %s", def->name, text, why);
	if (def->hint)
		diag_hint(diag, "%s", def->hint);
	return ERR_USAGE;
}

static int refuse_range(const struct option_def *def, const char *text, struct diag *diag)
{
	char why[96];

	if (def->max > def->min && def->max < 1e15)
		snprintf(why, sizeof(why), "give %s from %.12g to %.12g",
		    def->kind == OPTION_KIND_INTEGER ? "a whole number" : "a number", def->min,
		    def->max);
	else
		snprintf(why, sizeof(why), "give %s of %.12g or more",
		    def->kind == OPTION_KIND_INTEGER ? "a whole number" : "a number", def->min);
	return refuse(def, text, why, diag);
}

static bool in_range(const struct option_def *def, double value)
{
	bool limited = def->max > def->min;

	return value >= def->min && (!limited || value <= def->max);
}

static int read_integer(const struct option_def *def, const char *text, struct arg_value *ret,
    struct diag *diag)
{
	char *end;
	long long value;

	errno = 0;
	value = strtoll(text, &end, 10);
	if (end == text || *end || errno == ERANGE || !in_range(def, (double)value))
		return refuse_range(def, text, diag);
	ret->integer = value;
	ret->number = (double)value;
	return 0;
}

static int read_number(const struct option_def *def, const char *text, struct arg_value *ret,
    struct diag *diag)
{
	char *end;
	double value = strtod(text, &end);

	if (end == text || *end || !isfinite(value) || !in_range(def, value))
		return refuse_range(def, text, diag);
	ret->number = value;
	return 0;
}

static int read_choice(const struct option_def *def, const char *text, struct diag *diag)
{
	size_t len = strlen(text);

	for (const char *word = def->value;; word = strchr(word, '|') + 1) {
		if (len && strncmp(word, text, len) == 0 && (word[len] == '|' || !word[len]))
			return 0;
		if (!strchr(word, '|'))
			break;
	}
	diag_set(diag, ERR_USAGE, "--%s cannot be '%s'", def->name, text);
	diag_hint(diag, "choose one of %s", def->value);
	return ERR_USAGE;
}

static int read_value(const struct option_def *def, const char *text, struct arg_value *ret,
    struct diag *diag)
{
	int r = 0;

	if (def->kind == OPTION_KIND_INTEGER)
		r = read_integer(def, text, ret, diag);
	else if (def->kind == OPTION_KIND_NUMBER)
		r = read_number(def, text, ret, diag);
	else if (def->kind == OPTION_KIND_CHOICE)
		r = read_choice(def, text, diag);
	else if (def->kind != OPTION_KIND_FLAG && !*text)
		r = refuse(def, text, "it is empty", diag);
	if (r == 0)
		ret->text = text;
	return r;
}

/* What getopt_long is given: both tables as one. */
struct table {
	struct option longs[OPTION_DEFS_MAX + GLOBAL_MAX + 1];
	char shorts[2 * (OPTION_DEFS_MAX + GLOBAL_MAX) + 3];
};

static void table_add(struct table *table, size_t *at, const struct option_def *defs, int first)
{
	for (size_t i = 0; i < count_options(defs); i++) {
		int has_value = defs[i].kind == OPTION_KIND_FLAG ? no_argument : required_argument;
		size_t len = strlen(table->shorts);

		table->longs[(*at)++] =
		    (struct option){defs[i].name, has_value, NULL, first + (int)i};
		if (defs[i].letter)
			snprintf(table->shorts + len, sizeof(table->shorts) - len, "%c%s",
			    defs[i].letter, has_value == required_argument ? ":" : "");
	}
}

static void table_init(struct table *table, const char *mode, const struct option_def *own)
{
	size_t at = 0;

	if (count_options(own) > OPTION_DEFS_MAX || count_options(global_options) > GLOBAL_MAX)
		BUG("an option table is too long");
	memset(table, 0, sizeof(*table));
	strcpy(table->shorts, mode);
	table_add(table, &at, own, OWN_FIRST);
	table_add(table, &at, global_options, GLOBAL_FIRST);
}

static const struct option_def *by_letter(const struct option_def *defs, int letter, size_t *ret_i)
{
	for (size_t i = 0; i < count_options(defs); i++) {
		if (defs[i].letter == letter) {
			*ret_i = i;
			return &defs[i];
		}
	}
	return NULL;
}

static const struct option_def *find_option(const struct option_def *own, int value, size_t *ret_i)
{
	const struct option_def *def;

	if (value >= GLOBAL_FIRST) {
		*ret_i = (size_t)(value >= OWN_FIRST ? value - OWN_FIRST : value - GLOBAL_FIRST);
		return value >= OWN_FIRST ? &own[*ret_i] : &global_options[*ret_i];
	}
	def = by_letter(own, value, ret_i);
	return def ? def : by_letter(global_options, value, ret_i);
}

static void offer_options(struct suggest *suggest, const struct option_def *defs)
{
	for (size_t i = 0; i < count_options(defs); i++)
		suggest_offer(suggest, defs[i].name);
}

static int refuse_name(const struct option_def *own, const char *word, struct diag *diag)
{
	char *name = xstrndup(word + 2, strcspn(word + 2, "="));
	struct suggest suggest;

	suggest_init(&suggest, name);
	offer_options(&suggest, own);
	offer_options(&suggest, global_options);
	diag_set(diag, ERR_USAGE, "there is no option '--%s'", name);
	if (suggest.best)
		diag_hint(diag, "did you mean --%s?", suggest.best);
	mem_free(name);
	return ERR_USAGE;
}

/* What getopt_long refused: optopt is the option's value or letter, 0 for an unknown long one. */
static int refuse_option(const struct command *command, char **argv, bool no_value,
    struct diag *diag)
{
	const struct option_def *own = command ? command->options : NULL, *def;
	size_t i;

	if (optopt == 0)
		return refuse_name(own, argv[optind - 1], diag);
	def = find_option(own, optopt, &i);
	if (!def)
		return diag_set(diag, ERR_USAGE, "there is no option '-%c'", optopt);
	if (!no_value)
		return diag_set(diag, ERR_USAGE, "--%s takes no value", def->name);
	return diag_set(diag, ERR_USAGE, "--%s needs a value: %s", def->name, def->value);
}

static void set_global(struct arguments *args, const char *name, const struct arg_value *value)
{
	const struct {
		const char *name;
		bool *flag;
	} flags[] = {{"plain", &args->plain}, {"json", &args->json}, {"ascii", &args->ascii},
	    {"no-motion", &args->no_motion}};

	for (size_t i = 0; i < ARRAY_LEN(flags); i++)
		if (strcmp(name, flags[i].name) == 0)
			*flags[i].flag = true;
	if (strcmp(name, "lang") == 0)
		args->lang = value->text;
	else if (strcmp(name, "color") == 0)
		args->color = value->text;
	else if (strcmp(name, "threads") == 0)
		args->threads = (int)value->integer;
}

static int take_option(struct arguments *args, int value, enum parse_outcome *outcome,
    struct diag *diag)
{
	const struct option_def *own = args->command ? args->command->options : NULL, *def;
	struct arg_value read = {.given = true};
	size_t i;
	int r;

	def = find_option(own, value, &i);
	r = read_value(def, optarg ? optarg : "", &read, diag);
	if (r < 0)
		return r;
	if (own && def == &own[i])
		args->values[i] = read;
	else if (strcmp(def->name, "help") == 0)
		*outcome = PARSE_OUTCOME_HELP;
	else if (strcmp(def->name, "version") == 0)
		*outcome = PARSE_OUTCOME_VERSION;
	else
		set_global(args, def->name, &read);
	return 0;
}

/* Walks over argv[1..]; `mode` "+:" stops at the first operand, ":" takes all. */
static int walk(int argc, char **argv, const char *mode, struct arguments *args,
    enum parse_outcome *outcome, struct diag *diag)
{
	struct table table;
	int value, r;

	table_init(&table, mode, args->command ? args->command->options : NULL);
	optind = 0;
	opterr = 0;
	while ((value = getopt_long(argc, argv, table.shorts, table.longs, NULL)) != -1) {
		if (value == '?' || value == ':')
			return refuse_option(args->command, argv, value == ':', diag);
		r = take_option(args, value, outcome, diag);
		if (r < 0 || *outcome == PARSE_OUTCOME_VERSION ||
		    (*outcome == PARSE_OUTCOME_HELP && args->command))
			return r;
	}
	return 0;
}

static int find_command(const char *name, struct arguments *args, struct diag *diag)
{
	struct suggest suggest;

	args->command = command_find(name);
	if (args->command)
		return 0;
	suggest_init(&suggest, name);
	for (size_t i = 0; commands[i]; i++)
		if (!commands[i]->hidden)
			suggest_offer(&suggest, commands[i]->name);
	diag_set(diag, ERR_USAGE, "there is no command '%s'", name);
	if (suggest.best)
		diag_hint(diag, "did you mean %s?", suggest.best);
	return ERR_USAGE;
}

static int check_operands(const struct arguments *args, struct diag *diag)
{
	const struct command *command = args->command;

	if (args->count < command->min_operands)
		return diag_set(diag, ERR_USAGE, "%s needs %s", command->name, command->operands);
	if (command->max_operands == 0 && args->count > 0)
		return diag_set(diag, ERR_USAGE, "%s takes options only, not '%s'", command->name,
		    args->operands[0]);
	if (command->max_operands >= 0 && args->count > command->max_operands)
		return diag_set(diag, ERR_USAGE, "'%s' is one too many for %s",
		    args->operands[command->max_operands], command->name);
	return 0;
}

static int set_initial(struct arguments *args, struct diag *diag)
{
	const struct option_def *own = args->command->options;
	int r = 0;

	for (size_t i = 0; i < count_options(own) && r == 0; i++)
		if (own[i].initial)
			r = read_value(&own[i], own[i].initial, &args->values[i], diag);
	return r;
}

/* The command's own words: argv[at] is its name, or what stands before the options of `fallback`. */
static int parse_command(int argc, char **argv, int at, struct arguments *args,
    enum parse_outcome *outcome, struct diag *diag)
{
	int r = set_initial(args, diag);

	if (r == 0 && *outcome == PARSE_OUTCOME_RUN)
		r = walk(argc - at, argv + at, ":", args, outcome, diag);
	if (r < 0 || *outcome != PARSE_OUTCOME_RUN)
		return r;
	args->operands = argv + at + optind;
	args->count = argc - at - optind;
	return check_operands(args, diag);
}

int arguments_parse(int argc, char **argv, const struct command *fallback, struct arguments *ret,
    enum parse_outcome *ret_outcome, struct diag *diag)
{
	int r;

	memset(ret, 0, sizeof(*ret));
	ret->color = "auto";
	*ret_outcome = PARSE_OUTCOME_RUN;
	r = walk(argc, argv, "+:", ret, ret_outcome, diag);
	if (*ret_outcome == PARSE_OUTCOME_VERSION)
		return 0;
	if (r == 0 && optind < argc) {
		int at = optind;

		r = find_command(argv[at], ret, diag);
		return r < 0 ? r : parse_command(argc, argv, at, ret, ret_outcome, diag);
	}
	if (*ret_outcome == PARSE_OUTCOME_HELP)
		return 0;
	ret->command = fallback;
	if (!fallback)
		return r < 0 ? r : diag_set(diag, ERR_USAGE, "a command is missing");
	return parse_command(argc, argv, 0, ret, ret_outcome, diag);
}

static const struct arg_value *value_of(const struct arguments *args, const char *name,
    unsigned kinds)
{
	const struct option_def *own = args->command->options;

	for (size_t i = 0; i < count_options(own); i++)
		if (strcmp(own[i].name, name) == 0 && (kinds & 1u << own[i].kind))
			return &args->values[i];
	BUG("%s has no such option --%s", args->command->name, name);
}

bool args_given(const struct arguments *args, const char *name)
{
	return value_of(args, name, ~0u)->given;
}

bool args_flag(const struct arguments *args, const char *name)
{
	return value_of(args, name, 1u << OPTION_KIND_FLAG)->given;
}

const char *args_text(const struct arguments *args, const char *name)
{
	return value_of(args, name, 1u << OPTION_KIND_TEXT | 1u << OPTION_KIND_FILE |
					1u << OPTION_KIND_CHOICE)
	    ->text;
}

int64_t args_integer(const struct arguments *args, const char *name)
{
	return value_of(args, name, 1u << OPTION_KIND_INTEGER)->integer;
}

double args_number(const struct arguments *args, const char *name)
{
	return value_of(args, name, 1u << OPTION_KIND_NUMBER | 1u << OPTION_KIND_INTEGER)->number;
}
