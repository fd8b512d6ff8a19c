// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "cli/help.h"

#include <string.h>

#define TEXT_COLUMN 26 // where the explanation of an option or command starts
#define WIDTH 79

/* Append `len` bytes of text word by word, the line standing at column `indent`, where all begin. */
static void add_wrapped(struct strbuf *out, const char *text, size_t len, size_t indent)
{
	const char *end = text + len;
	size_t column = indent;

	for (size_t n; text < end; text += n) {
		text += strspn(text, " \n");
		n = strcspn(text, " \n");
		if (n == 0 || text + n > end)
			break;
		if (column > indent && column + 1 + n > WIDTH) {
			strbuf_addch(out, '\n');
			strbuf_add_repeat(out, ' ', (int)indent);
			column = indent;
		} else if (column > indent) {
			strbuf_addch(out, ' ');
			column++;
		}
		strbuf_addn(out, text, n);
		column += n;
	}
	strbuf_addch(out, '\n');
}

/* Lines that begin with a space stand as they are; what lies between is one paragraph. */
static void add_details(struct strbuf *out, const char *text)
{
	while (*text) {
		size_t len = 0;

		if (*text == ' ') {
			len = strcspn(text, "\n");
			strbuf_addn(out, text, len);
			strbuf_addch(out, '\n');
			text += len + (text[len] == '\n');
			continue;
		}
		while (text[len] && text[len] != ' ') {
			len += strcspn(text + len, "\n");
			len += text[len] == '\n';
		}
		add_wrapped(out, text, len, 0);
		text += len;
	}
}

/* "  left          right ..." with the right part on the next line where the left is too long. */
static void add_row(struct strbuf *out, const char *left, const char *right)
{
	size_t len = 2 + strlen(left);

	strbuf_addf(out, "  %s", left);
	if (len + 2 > TEXT_COLUMN) {
		strbuf_addch(out, '\n');
		len = 0;
	}
	strbuf_add_repeat(out, ' ', (int)(TEXT_COLUMN - len));
	add_wrapped(out, right, strlen(right), TEXT_COLUMN);
}

static void add_options(struct strbuf *out, const struct option_def *defs)
{
	struct strbuf left = STRBUF_INIT, right = STRBUF_INIT;

	for (; defs && defs->name; defs++) {
		strbuf_clear(&left);
		strbuf_clear(&right);
		if (defs->letter)
			strbuf_addf(&left, "-%c, ", defs->letter);
		strbuf_addf(&left, "--%s", defs->name);
		if (defs->value)
			strbuf_addf(&left, " %s", defs->value);
		strbuf_add(&right, defs->help);
		if (defs->initial)
			strbuf_addf(&right, " [%s]", defs->initial);
		add_row(out, left.data, right.data);
	}
	strbuf_release(&left);
	strbuf_release(&right);
}

void help_command(const struct command *command, struct strbuf *out)
{
	strbuf_addf(out, "Usage: convtutor %s%s%s%s\n%s.\n", command->name,
	    command->options && command->options->name ? " [OPTION]..." : "",
	    *command->operands ? " " : "", command->operands, command->summary);
	if (command->details) {
		strbuf_addch(out, '\n');
		add_details(out, command->details);
	}
	if (command->examples)
		strbuf_addf(out, "\nExamples:\n%s", command->examples);
	if (command->options && command->options->name) {
		strbuf_add(out, "\nOptions:\n");
		add_options(out, command->options);
	}
	strbuf_add(out, "\nEverywhere:\n");
	add_options(out, global_options);
}

void help_program(struct strbuf *out)
{
	struct strbuf left = STRBUF_INIT;

	strbuf_add(out, "Usage: convtutor [OPTION]... [COMMAND [OPTION]... [ARGUMENT]...]\n"
			"Teaches how convolution works and how a convolutional network learns.\n"
			"Without a command it opens the menu of lessons.\n"
			"\nCommands:\n");
	for (size_t i = 0; commands[i]; i++) {
		if (commands[i]->hidden)
			continue;
		strbuf_clear(&left);
		strbuf_addf(&left, "%s%s%s", commands[i]->name, *commands[i]->operands ? " " : "",
		    commands[i]->operands);
		add_row(out, left.data, commands[i]->summary);
	}
	strbuf_add(out, "\nEverywhere, before or after the command:\n");
	add_options(out, global_options);
	strbuf_add(out, "\n'convtutor COMMAND --help' explains a command and its options.\n"
			"Exit status: 0 done, 1 failed, 2 wrong usage, 3 bad data, 4 bad model file,\n"
			"130 interrupted.\n");
	strbuf_release(&left);
}

void help_version(struct strbuf *out)
{
	strbuf_add(out, PACKAGE_STRING "\n"
				       "Copyright (C) 2026 the convtutor authors\n"
				       "License GPLv3+: GNU GPL version 3 or later "
				       "<https://gnu.org/licenses/gpl.html>\n"
				       "This is free software: you are free to change and redistribute it.\n"
				       "There is NO WARRANTY, to the extent permitted by law.\n");
}
