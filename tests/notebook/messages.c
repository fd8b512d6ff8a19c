// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "notebook/messages.h"

#include <ctype.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/strbuf.h"
#include "support/check.h"

enum part { PART_MESSAGE, PART_HINT, PART_OF_MESSAGE };

/* The functions that take messages, and which of their arguments is one. */
static const struct {
	const char *function;
	int argument; // from 0
	enum part part;
} takers[] = {
	{"vm_raise", 2, PART_MESSAGE},
	{"vm_hint", 1, PART_HINT},
	{"diag_set", 2, PART_MESSAGE},
	{"diag_hint", 1, PART_HINT},
	{"fail_at", 2, PART_MESSAGE},
	{"fail_at", 3, PART_HINT},
	{"fail_inside", 4, PART_MESSAGE},
	{"fail_inside", 3, PART_HINT},
	{"report", 2, PART_MESSAGE},
	{"report", 3, PART_HINT},
	{"suggestion_hint", 2, PART_HINT},
	{"parser__fail", 3, PART_MESSAGE},
	{"parser__fail", 2, PART_HINT},
	{"parser__expect_op", 3, PART_OF_MESSAGE},
};

/* What no program can make happen. */
static const struct {
	const char *text, *reason;
} unreachable[] = {
	{"out of memory while reading the program", "a small allocation must fail"},
	{"no memory for a notebook", "a small allocation must fail"},
	{"no memory for a variable", "a small allocation must fail"},
};

/* One text of the sources, as a pattern: * stands for anything. */
struct wanted {
	const struct messages *seen;
	const char *file;
	int line;
	enum part part;
	struct strbuf pattern;
	int missing;
};

void messages_add(struct messages *messages, const struct diag *diag)
{
	if (messages->count == messages->cap) {
		messages->cap = messages->cap ? 2 * messages->cap : 256;
		messages->diags = xrealloc(messages->diags, messages->cap, sizeof(*diag));
	}
	messages->diags[messages->count++] = *diag;
}

void messages_release(struct messages *messages)
{
	mem_free(messages->diags);
	*messages = (struct messages){NULL, 0, 0};
}

// Does all of `text` match? Only the last star met must be able to take more.
static bool matches(const char *pattern, const char *text)
{
	const char *star = NULL, *resume = NULL;

	while (*text) {
		if (*pattern == '*') {
			star = ++pattern;
			resume = text;
		} else if (*pattern == *text) {
			pattern++;
			text++;
		} else if (star) {
			pattern = star;
			text = ++resume;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

static bool is_seen(const struct wanted *wanted)
{
	for (size_t i = 0; i < wanted->seen->count; i++) {
		const struct diag *diag = &wanted->seen->diags[i];

		if (matches(wanted->pattern.data, wanted->part == PART_HINT ? diag->hint : diag->msg))
			return true;
	}
	return false;
}

static bool is_unreachable(const char *text)
{
	for (size_t i = 0; i < ARRAY_LEN(unreachable); i++)
		if (strcmp(text, unreachable[i].text) == 0)
			return true;
	return false;
}

// A format becomes a pattern: conversions become stars.
static void add_format(struct strbuf *out, const char *format)
{
	for (const char *p = format; *p; p++) {
		if (*p != '%') {
			strbuf_addch(out, *p);
		} else if (p[1] == '%') {
			strbuf_addch(out, *p++);
		} else {
			p += 1 + strspn(p + 1, "-+ #0123456789.*hlzjt");
			strbuf_addch(out, '*');
			if (!*p)
				return;
		}
	}
}

static void judge(struct wanted *wanted, const char *format)
{
	if (is_unreachable(format))
		return;
	strbuf_clear(&wanted->pattern);
	if (wanted->part == PART_MESSAGE && strncmp(format, "SyntaxError: ", 13) != 0)
		strbuf_add(&wanted->pattern, "*: ");
	else if (wanted->part == PART_OF_MESSAGE)
		strbuf_add(&wanted->pattern, "*");
	add_format(&wanted->pattern, format);
	if (wanted->part == PART_OF_MESSAGE)
		strbuf_add(&wanted->pattern, "*");
	if (is_seen(wanted))
		return;
	print_error("%s:%d: no case has this %s: %s\n", wanted->file, wanted->line,
	    wanted->part == PART_HINT ? "hint" : "message", format);
	wanted->missing++;
}

/* -- C ------------------------------------------------------------------------------------------- */

// After the literal that begins at `at`; its contents, escapes resolved, are added to `out`.
static const char *read_literal(const char *at, struct strbuf *out)
{
	char quote = *at++;

	for (; *at && *at != quote; at++) {
		if (*at == '\\' && at[1]) {
			at++;
			if (*at == 'n')
				continue;
		}
		strbuf_addch(out, *at);
	}
	return *at ? at + 1 : at;
}

// Judge each text in one argument of a call; neighbouring literals are one. Returns its end.
static const char *read_argument(struct wanted *wanted, const char *at, bool judged)
{
	struct strbuf text = STRBUF_INIT, ignored = STRBUF_INIT;
	bool open = false;
	int depth = 0;

	while (*at && (depth > 0 || !strchr(",)", *at))) {
		if (*at == '"') {
			open = true;
			at = read_literal(at, &text);
			continue;
		}
		if (open && !isspace((unsigned char)*at)) {
			if (judged && depth == 0)
				judge(wanted, text.data);
			strbuf_clear(&text);
			open = false;
		}
		depth += *at == '(' ? 1 : *at == ')' ? -1 : 0;
		at = *at == '\'' ? read_literal(at, &ignored) : at + 1;
	}
	if (open && judged)
		judge(wanted, text.data);
	strbuf_release(&text);
	strbuf_release(&ignored);
	return at;
}

// At the '(' of a call.
static void read_call(struct wanted *wanted, const char *at, int argument)
{
	for (int i = 0; *at && *at != ')' && i <= argument; i++)
		at = read_argument(wanted, at + 1, i == argument);
}

static void read_name(struct wanted *wanted, const char *name, size_t len)
{
	if (name[len] != '(')
		return;
	for (size_t i = 0; i < ARRAY_LEN(takers); i++) {
		if (strlen(takers[i].function) != len || strncmp(name, takers[i].function, len) != 0)
			continue;
		wanted->part = takers[i].part;
		read_call(wanted, name + len, takers[i].argument);
	}
}

static void read_c(struct wanted *wanted, const char *at)
{
	struct strbuf ignored = STRBUF_INIT;

	for (wanted->line = 1; *at;) {
		size_t name = strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");

		if (name) {
			read_name(wanted, at, name);
			at += name;
		} else if (*at == '"' || *at == '\'') {
			at = read_literal(at, &ignored);
		} else if (strncmp(at, "//", 2) == 0) {
			at += strcspn(at, "\n");
		} else {
			wanted->line += *at++ == '\n';
		}
	}
	strbuf_release(&ignored);
}

/* -- the library's Python ------------------------------------------------------------------------ */

// The argument of a raise: what is between its literals, and {...} inside them, may be anything.
static void judge_raise(struct wanted *wanted, const char *at)
{
	struct strbuf text = STRBUF_INIT;
	int depth = 1;

	for (; *at && depth > 0; at++) {
		const char *quote = *at == '\'' || *at == '"' ? at : NULL;

		if (quote) {
			bool formatted = at[-1] == 'f';

			for (at++; *at && *at != *quote; at++)
				if (formatted && *at == '{') {
					strbuf_add(&text, "%s");
					at += strcspn(at, "}");
				} else {
					strbuf_addf(&text, *at == '%' ? "%%%%" : "%c", *at);
				}
		} else if (*at == ',' && depth == 1 && text.len) {
			wanted->part = PART_MESSAGE;
			judge(wanted, text.data);
			strbuf_clear(&text);
			wanted->part = PART_HINT;
		} else if (!isspace((unsigned char)*at) && *at != ')' && *at != 'f') {
			strbuf_add(&text, "%s");
		}
		depth += *at == '(' ? 1 : *at == ')' ? -1 : 0;
	}
	if (text.len)
		judge(wanted, text.data);
	strbuf_release(&text);
}

static void read_python(struct wanted *wanted, const char *at)
{
	for (wanted->line = 1; *at; wanted->line++) {
		size_t len = strcspn(at, "\n");
		const char *raise = strstr(at, "raise "), *open = raise ? raise + strcspn(raise, "(\n") : NULL;

		wanted->part = PART_MESSAGE;
		if (raise && raise < at + len && *open == '(')
			judge_raise(wanted, open + 1);
		at += len + (at[len] == '\n');
	}
}

static void read_folder(struct wanted *wanted, const char *folder, const char *ending,
    void (*read)(struct wanted *wanted, const char *text))
{
	char *dir = xstrdup(check_source_path(folder));
	DIR *listing = opendir(dir);
	struct dirent *entry;
	size_t len;

	assert_non_null(listing);
	while ((entry = readdir(listing))) {
		const char *dot = strrchr(entry->d_name, '.');
		char *path, *text;

		if (!dot || strcmp(dot, ending) != 0)
			continue;
		path = xasprintf("%s/%s", dir, entry->d_name);
		assert_int_equal(file_read(path, 1 << 20, &text, &len, NULL), 0);
		wanted->file = entry->d_name;
		read(wanted, text);
		mem_free(text);
		mem_free(path);
	}
	closedir(listing);
	mem_free(dir);
}

int messages_without_case(const struct messages *messages)
{
	struct wanted wanted = {.seen = messages, .pattern = STRBUF_INIT};

	read_folder(&wanted, "src/notebook", ".c", read_c);
	read_folder(&wanted, "src/notebook/library", ".py", read_python);
	strbuf_release(&wanted.pattern);
	return wanted.missing;
}
