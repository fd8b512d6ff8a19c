// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "cli/manual.h"

#include <stdbool.h>
#include <string.h>

#include "cli/command.h"

static const char page_head[] =
    ".\\\" Made from the option tables by 'convtutor manual page'; do not edit.\n"
    ".Dd November 22, 2026\n"
    ".Dt CONVTUTOR 1\n"
    ".Os\n"
    ".Sh NAME\n"
    ".Nm convtutor\n"
    ".Nd teach how convolution works and how a convolutional network learns\n"
    ".Sh SYNOPSIS\n"
    ".Nm\n"
    ".Op Ar option ...\n"
    ".Op Ar command Oo Ar option ... Oc Op Ar argument ...\n"
    ".Sh DESCRIPTION\n"
    ".Nm\n"
    "teaches convolution in a terminal, on its own engine: lessons to step through,\n"
    "with every number computed before the student's eyes, up to LeNet-5 trained on\n"
    "Fashion-MNIST.\n"
    "Without a command it opens the menu of lessons.\n"
    ".Pp\n"
    "Data go to standard output, messages and progress to standard error.\n";

static const char page_tail[] =
    ".Sh ENVIRONMENT\n"
    ".Bl -tag -width CONVTUTOR_DATA\n"
    ".It Ev CONVTUTOR_DATA\n"
    "A folder that holds a dataset, or several in folders of their names.\n"
    ".It Ev NO_COLOR\n"
    "Set and not empty: no colours.\n"
    ".It Ev XDG_DATA_HOME , XDG_DATA_DIRS\n"
    "Where datasets are looked for, below\n"
    ".Pa convtutor/datasets .\n"
    ".It Ev XDG_STATE_HOME\n"
    "Where the progress in lessons is kept.\n"
    ".El\n"
    ".Sh FILES\n"
    ".Bl -tag -width Ds\n"
    ".It Pa train-images-idx3-ubyte , train-labels-idx1-ubyte\n"
    ".It Pa t10k-images-idx3-ubyte , t10k-labels-idx1-ubyte\n"
    "A dataset: four IDX files in one folder, each plain or with\n"
    ".Pa .gz .\n"
    ".It Pa classes.txt\n"
    "Beside them, the names of the classes, one a line.\n"
    ".El\n"
    ".Sh EXIT STATUS\n"
    ".Bl -tag -width 130 -compact\n"
    ".It 0\n"
    "done\n"
    ".It 1\n"
    "failed\n"
    ".It 2\n"
    "wrong usage\n"
    ".It 3\n"
    "bad data\n"
    ".It 4\n"
    "bad model file\n"
    ".It 130\n"
    "interrupted\n"
    ".El\n";

#define PAGE_WIDTH 78

static bool ends_sentence(const char *word, size_t len)
{
	while (len && (word[len - 1] == ')' || word[len - 1] == '\''))
		len--;
	return len && strchr(".?!", word[len - 1]);
}

static void add_escaped(struct strbuf *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\\')
			strbuf_add(out, "\\e");
		else
			strbuf_addch(out, text[i]);
	}
}

void manual_text(struct strbuf *out, const char *text, size_t len)
{
	const char *end = text + len;
	size_t column = 0;

	for (size_t n; text < end; text += n) {
		n = strspn(text, " \n");
		text += n;
		n = strcspn(text, " \n");
		if (text + n > end || n == 0)
			break;
		if (column && column + 1 + n > PAGE_WIDTH) {
			strbuf_addch(out, '\n');
			column = 0;
		}
		strbuf_add(out, column ? " " : *text == '.' || *text == '\'' ? "\\&" : "");
		add_escaped(out, text, n);
		column += n + 1;
		if (ends_sentence(text, n)) {
			strbuf_addch(out, '\n');
			column = 0;
		}
	}
	if (column)
		strbuf_addch(out, '\n');
}

/* Lines that begin with a space, as they stand. */
static void add_literal(struct strbuf *out, const char *text, size_t len)
{
	strbuf_add(out, ".Bd -literal -offset indent -compact\n");
	for (size_t at = 0; at < len;) {
		size_t n = strcspn(text + at, "\n");
		size_t blank = strspn(text + at, " ");

		add_escaped(out, text + at + blank, n - blank);
		strbuf_addch(out, '\n');
		at += n + 1;
	}
	strbuf_add(out, ".Ed\n");
}

static void add_page_options(struct strbuf *out, const struct option_def *defs)
{
	strbuf_add(out, ".Bl -tag -width Ds\n");
	for (; defs->name; defs++) {
		strbuf_add(out, ".It ");
		if (defs->letter)
			strbuf_addf(out, "Fl %c , ", defs->letter);
		strbuf_addf(out, "Fl -%s", defs->name);
		if (defs->value)
			strbuf_addf(out, " Ar %s", defs->value);
		strbuf_addch(out, '\n');
		manual_text(out, defs->help, strlen(defs->help));
		if (defs->initial)
			strbuf_addf(out, ".Pq default: %s\n", defs->initial);
	}
	strbuf_add(out, ".El\n");
}

/* Indented lines stand as they are; others are one paragraph. */
static void add_details(struct strbuf *out, const char *details)
{
	strbuf_add(out, ".Pp\n");
	while (*details) {
		bool literal = *details == ' ';
		size_t len = 0;

		while (details[len] && (details[len] == ' ') == literal) {
			len += strcspn(details + len, "\n");
			len += details[len] == '\n';
		}
		if (literal)
			add_literal(out, details, len);
		else
			manual_text(out, details, len);
		details += len;
	}
}

static void add_page_command(struct strbuf *out, const struct command *command)
{
	strbuf_addf(out, ".Ss %s", command->name);
	if (*command->operands) // \& hides from mdoc that it ends with a bracket or dots
		strbuf_addf(out, " %s\\&", command->operands);
	strbuf_addch(out, '\n');
	manual_text(out, command->summary, strlen(command->summary));
	strbuf_trim(out);
	strbuf_add(out, ".\n");
	if (command->details)
		add_details(out, command->details);
	if (command->options && command->options->name)
		add_page_options(out, command->options);
}

void manual_page(struct strbuf *out)
{
	strbuf_add(out, page_head);
	strbuf_add(out, ".Sh OPTIONS\nThese stand before the command or after it.\n");
	add_page_options(out, global_options);
	strbuf_add(out, ".Sh COMMANDS\n");
	for (size_t i = 0; commands[i]; i++)
		if (!commands[i]->hidden)
			add_page_command(out, commands[i]);
	manual_notebook(out);
	strbuf_add(out, page_tail);
	strbuf_add(out, ".Sh EXAMPLES\n");
	for (size_t i = 0; commands[i]; i++)
		if (commands[i]->examples && !commands[i]->hidden)
			add_literal(out, commands[i]->examples, strlen(commands[i]->examples));
}

/* -- completions ------------------------------------------------------------------------------- */

static void add_names(struct strbuf *out, const struct option_def *defs)
{
	for (; defs && defs->name; defs++)
		strbuf_addf(out, " --%s", defs->name);
}

static void add_choices(struct strbuf *out, const char *value)
{
	for (; *value; value++)
		strbuf_addch(out, *value == '|' ? ' ' : *value);
}

/* What completes the value of an option of `command`, "*" for the global ones. */
static void add_bash_values(struct strbuf *out, const char *command, const struct option_def *defs)
{
	for (; defs && defs->name; defs++) {
		if (defs->kind == OPTION_KIND_FLAG)
			continue;
		strbuf_addf(out, "\t%s:--%s) ", command, defs->name);
		if (defs->kind == OPTION_KIND_FILE)
			strbuf_add(out, "COMPREPLY=($(compgen -f -- \"$cur\")); ");
		if (defs->kind == OPTION_KIND_CHOICE) {
			strbuf_add(out, "COMPREPLY=($(compgen -W \"");
			add_choices(out, defs->value);
			strbuf_add(out, "\" -- \"$cur\")); ");
		}
		strbuf_add(out, "return ;;\n");
	}
}

void manual_bash(struct strbuf *out)
{
	strbuf_add(out, "# Made from the option tables by 'convtutor manual bash'; do not edit.\n"
			"_convtutor()\n{\n"
			"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
			"\tlocal command= words= i\n"
			"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
			"\t\tcase ${COMP_WORDS[i]} in\n"
			"\t\t--lang | --color | --threads) ((i++)) ;;\n"
			"\t\t-*) ;;\n"
			"\t\t*) command=${COMP_WORDS[i]}; break ;;\n"
			"\t\tesac\n\tdone\n"
			"\tCOMPREPLY=()\n"
			"\tcase $command:$prev in\n");
	add_bash_values(out, "*", global_options);
	for (size_t i = 0; commands[i]; i++)
		add_bash_values(out, commands[i]->name, commands[i]->options);
	strbuf_add(out, "\tesac\n\tcase $command in\n\t'') words='");
	for (size_t i = 0; commands[i]; i++)
		if (!commands[i]->hidden)
			strbuf_addf(out, "%s%s", i ? " " : "", commands[i]->name);
	strbuf_add(out, "' ;;\n");
	for (size_t i = 0; commands[i]; i++) {
		if (!commands[i]->options || !commands[i]->options->name)
			continue;
		strbuf_addf(out, "\t%s) words='", commands[i]->name);
		add_names(out, commands[i]->options);
		strbuf_add(out, "' ;;\n");
	}
	strbuf_add(out, "\tesac\n\tcase $cur in\n\t-*) words+='");
	add_names(out, global_options);
	strbuf_add(out, "' ;;\n\tesac\n"
			"\tif [ -z \"$command\" ] || [[ $cur == -* ]]; then\n"
			"\t\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
			"\telse\n"
			"\t\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n"
			"\tfi\n}\ncomplete -o filenames -F _convtutor convtutor\n");
}

/* Inside '...[help]...': quotes, brackets and colons would end it. */
static void add_zsh_help(struct strbuf *out, const char *help)
{
	for (; *help; help++) {
		if (*help == '[' || *help == ']' || *help == ':' || *help == '\\')
			strbuf_addch(out, '\\');
		strbuf_add(out, *help == '\'' ? "'\\''" : (char[]){*help, '\0'});
	}
}

static void add_zsh_options(struct strbuf *out, const struct option_def *defs)
{
	for (; defs && defs->name; defs++) {
		strbuf_addf(out, " \\\n\t\t'--%s%s[", defs->name,
		    defs->kind == OPTION_KIND_FLAG ? "" : "=");
		add_zsh_help(out, defs->help);
		strbuf_addch(out, ']');
		if (defs->kind == OPTION_KIND_FILE)
			strbuf_add(out, ":file:_files");
		else if (defs->kind == OPTION_KIND_CHOICE) {
			strbuf_add(out, ":when:(");
			add_choices(out, defs->value);
			strbuf_addch(out, ')');
		} else if (defs->kind != OPTION_KIND_FLAG) {
			strbuf_addf(out, ":%s:", defs->value);
		}
		strbuf_addch(out, '\'');
	}
}

void manual_zsh(struct strbuf *out)
{
	strbuf_add(out, "#compdef convtutor\n"
			"# Made from the option tables by 'convtutor manual zsh'; do not edit.\n"
			"_convtutor()\n{\n"
			"\tlocal context state line\n"
			"\ttypeset -A opt_args\n"
			"\tlocal -a commands global\n"
			"\tcommands=(\n");
	for (size_t i = 0; commands[i]; i++) {
		if (commands[i]->hidden)
			continue;
		strbuf_addf(out, "\t\t'%s:", commands[i]->name);
		add_zsh_help(out, commands[i]->summary);
		strbuf_add(out, "'\n");
	}
	strbuf_add(out, "\t)\n\tglobal=(");
	add_zsh_options(out, global_options);
	strbuf_add(out, "\n\t)\n"
			"\t_arguments -C $global '1:command:->command' '*::argument:->argument'\n"
			"\tcase $state in\n"
			"\tcommand) _describe command commands ;;\n"
			"\targument)\n"
			"\t\tcase $words[1] in\n");
	for (size_t i = 0; commands[i]; i++) {
		strbuf_addf(out, "\t\t%s) _arguments $global", commands[i]->name);
		add_zsh_options(out, commands[i]->options);
		strbuf_add(out, " '*:file:_files' ;;\n");
	}
	strbuf_add(out, "\t\tesac\n\t\t;;\n\tesac\n}\n_convtutor \"$@\"\n");
}
