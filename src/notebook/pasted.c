// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "notebook/pasted.h"

#include <stdbool.h>
#include <string.h>

#include "base/alloc.h"
#include "base/strbuf.h"

enum style { STYLE_PLAIN, STYLE_PYTHON, STYLE_PAGE };

// "In [12]: ": its length, or 0.
static size_t page_prompt(const char *line, const char *word)
{
	size_t at = strlen(word);

	if (strncmp(line, word, at) != 0)
		return 0;
	at += strspn(line + at, "0123456789 *");
	return strncmp(line + at, "]:", 2) == 0 ? at + 2 + (line[at + 2] == ' ') : 0;
}

// The length of `prompt` at the beginning of the line, with the blank behind it; 0: it is not there.
static size_t plain_prompt(const char *line, const char *prompt)
{
	size_t len = strlen(prompt);

	if (strncmp(line, prompt, len) != 0 || !strchr(" \t\r\n", line[len]))
		return 0;
	return len + (line[len] == ' ');
}

// "   ...: " in line with "In [1]: ".
static size_t page_continuation(const char *line)
{
	size_t blanks = strspn(line, " ");
	size_t len = plain_prompt(line + blanks, "...:");

	return len ? blanks + len : 0;
}

static size_t prompt_of(enum style style, const char *line)
{
	size_t len = style == STYLE_PYTHON ? plain_prompt(line, ">>>") : page_prompt(line, "In [");

	if (len)
		return len;
	return style == STYLE_PYTHON ? plain_prompt(line, "...") : page_continuation(line);
}

static enum style style_of(const char *source)
{
	source += strspn(source, " \t\r\n");
	if (plain_prompt(source, ">>>"))
		return STYLE_PYTHON;
	return page_prompt(source, "In [") ? STYLE_PAGE : STYLE_PLAIN;
}

// Commands of a notebook page that mean nothing here: everything is drawn in line anyway.
static bool is_setting(const char *line)
{
	static const char *const words[] = {"%matplotlib", "%config", "%load_ext", "%reload_ext", "%autoreload", "%pylab"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		size_t len = strlen(words[i]);

		if (strncmp(line, words[i], len) == 0 && strchr(" \t\r\n", line[len]))
			return true;
	}
	return false;
}

static bool has_setting(const char *source)
{
	for (const char *line = source; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (is_setting(line))
			return true;
	}
	return false;
}

char *pasted_clean(const char *source)
{
	enum style style = style_of(source);
	struct strbuf out = STRBUF_INIT;

	if (style == STYLE_PLAIN && !has_setting(source))
		return NULL;
	while (*source) {
		size_t len = strcspn(source, "\n"), skip = 0;

		if (style != STYLE_PLAIN) {
			source += strspn(source, " ") < len && style == STYLE_PYTHON ? strspn(source, " ") : 0;
			len = strcspn(source, "\n");
			skip = prompt_of(style, source);
		}
		if (skip > len)
			skip = len;
		if ((style == STYLE_PLAIN || skip > 0) && !is_setting(source + skip))
			strbuf_addn(&out, source + skip, len - skip);
		source += len;
		if (*source == '\n') {
			strbuf_addch(&out, '\n');
			source++;
		}
	}
	return strbuf_detach(&out);
}
