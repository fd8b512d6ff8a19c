// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * corr2d(X, K), typed at the prompt, does not only print its map: its window opens on the stage and can
 * be walked cell by cell.
 */
#include "config.h"

#include <ctype.h>
#include <string.h>

#include "base/alloc.h"
#include "lesson/block.h"
#include "lesson/session_internal.h"

#define CALL "corr2d("

/* "Y = corr2d(X, K)" and "corr2d(X, K)": where the call begins; *ret_name is empty or "Y". */
static const char *find_call(const char *text, char **ret_name)
{
	size_t name = 0;
	const char *rest;

	while (isalnum((unsigned char)text[name]) || text[name] == '_')
		name++;
	rest = text + name + strspn(text + name, " ");
	if (name && rest[0] == '=' && rest[1] != '=') {
		*ret_name = xstrndup(text, name);
		return rest + 1 + strspn(rest + 1, " ");
	}
	*ret_name = xstrdup("");
	return text;
}

/* The end of the argument that begins here: a comma or the closing bracket of the call, outside of any
 * bracket or string of its own; NULL: neither. */
static const char *argument_end(const char *at)
{
	int depth = 0;

	for (; *at; at++) {
		if (*at == '\'' || *at == '"' || *at == '\n')
			return NULL;
		if (strchr("([{", *at))
			depth++;
		else if (depth == 0 && (*at == ',' || *at == ')'))
			return at;
		else if (strchr(")]}", *at))
			depth--;
	}
	return NULL;
}

static void set_line(struct block_line *line, const char *key, const char *value, size_t len)
{
	line->key = xstrdup(key);
	line->value = xstrndup(value, len);
	line->line = 0;
}

static void open_window(struct session *session, struct block *params)
{
	struct stage *stage;

	if (stage_find("window")->open(params, "<prompt>", session->notebook, &stage, NULL) == 0)
		session__set_stage(session, stage);
}

void session__show_window(struct session *session, const char *text)
{
	struct block params = {.kind = xstrdup("view window")};
	char *name;
	const char *call = find_call(text, &name), *image = call + strlen(CALL), *kernel, *comma, *end;

	if (!strncmp(call, CALL, strlen(CALL)) && (comma = argument_end(image)) && *comma == ',' &&
	    (end = argument_end(kernel = comma + 1 + strspn(comma + 1, " "))) && !strcmp(end, ")")) {
		params.count = *name ? 4 : 3;
		params.lines = xzalloc(params.count, sizeof(*params.lines));
		set_line(&params.lines[0], "image", image, (size_t)(comma - image));
		set_line(&params.lines[1], "kernel", kernel, (size_t)(end - kernel));
		set_line(&params.lines[2], "at", "0 0", 3);
		if (*name)
			set_line(&params.lines[3], "output", name, strlen(name));
		open_window(session, &params);
	}
	block_release(&params);
	mem_free(name);
}
