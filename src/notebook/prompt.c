// SPDX-License-Identifier: GPL-3.0-or-later
/* What helps to type a program: where the next line begins. */
#include "config.h"

#include <string.h>

#include "base/alloc.h"
#include "notebook/lexer.h"
#include "notebook/notebook.h"

#define INDENT 4

// Where the last line that is not blank begins, and its length without blanks and a comment at its end.
static const char *last_line(const char *source, size_t *ret_len)
{
	const char *last = source;
	size_t len;

	for (const char *line = source; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strspn(line, " \t\r") < strcspn(line, "\n"))
			last = line;
	}
	len = strcspn(last, "\n#");
	while (len > 0 && strchr(" \t\r", last[len - 1]))
		len--;
	*ret_len = len;
	return last;
}

// After these a block has nothing more to say.
static bool ends_block(const char *statement, size_t len)
{
	static const char *const words[] = {"return", "pass", "break", "continue", "raise"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		size_t n = strlen(words[i]);

		if (len >= n && strncmp(statement, words[i], n) == 0 && (len == n || statement[n] == ' '))
			return true;
	}
	return false;
}

size_t notebook_indent(const char *source)
{
	size_t len, indent;
	const char *line = last_line(source, &len);

	indent = strspn(line, " ");
	if (len == 0)
		return 0;
	if (strchr("([{:", line[len - 1]))
		return indent + INDENT;
	if (!lexer_is_open(source) && ends_block(line + indent, len - indent))
		return indent > INDENT ? indent - INDENT : 0;
	return indent;
}
