// SPDX-License-Identifier: GPL-3.0-or-later
/* The front matter of lessons, and the checks of keys that it shares with questions. */
#include "config.h"

#include "lesson/lesson.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "lesson/lesson_internal.h"

#define ID_MAX 40

static const struct block_key front_keys[] = {
	{"id", BLOCK_KEY_REQUIRED}, {"title", BLOCK_KEY_REQUIRED}, {"order", BLOCK_KEY_REQUIRED},
	{"minutes", BLOCK_KEY_REQUIRED}, {"summary", BLOCK_KEY_REQUIRED}, {"needs", 0},
	{"language", 0}, {NULL, 0},
};

static const struct block_key *find_key(const struct block_key *keys, const char *name)
{
	for (; keys->name; keys++)
		if (!strcmp(keys->name, name))
			return keys;
	return NULL;
}

static int check_line(const struct block *block, const struct block_line *line,
    const struct block_key *keys, struct diag *diag)
{
	const struct block_key *key = find_key(keys, line->key);

	if (!key)
		diag_set(diag, ERR_FORMAT, "unknown key '%s'", line->key);
	else if (!(key->flags & BLOCK_KEY_REPEATS) && block_nth(block, line->key, 0) != line)
		diag_set(diag, ERR_FORMAT, "'%s' a second time", line->key);
	else if (!line->value[0])
		diag_set(diag, ERR_FORMAT, "'%s' has no value", line->key);
	else
		return 0;
	diag_at(diag, NULL, line->line, 0);
	return ERR_FORMAT;
}

int lesson__check_keys(const struct block *block, const struct block_key *keys, struct diag *diag)
{
	for (size_t i = 0; i < block->count; i++)
		if (check_line(block, &block->lines[i], keys, diag) < 0)
			return ERR_FORMAT;
	for (; keys->name; keys++)
		if ((keys->flags & BLOCK_KEY_REQUIRED) && !block_get(block, keys->name)) {
			diag_set(diag, ERR_FORMAT, "'%s' is missing", keys->name);
			diag_at(diag, NULL, block->line, 0);
			return ERR_FORMAT;
		}
	return 0;
}

bool lesson__is_id(const char *text)
{
	size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return text[0] >= 'a' && text[0] <= 'z' && !text[len] && len <= ID_MAX;
}

int lesson__read_int(const char *text, long low, long high, long *ret)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (end == text || *end || value < low || value > high)
		return ERR_RANGE;
	*ret = value;
	return 0;
}

char *lesson__trimmed(const char *start, const char *end)
{
	while (start < end && (*start == ' ' || *start == '\t'))
		start++;
	while (end > start && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	return xstrndup(start, (size_t)(end - start));
}

static int read_number(const struct block *block, const char *key, int *ret, struct diag *diag)
{
	long value;

	if (lesson__read_int(block_get(block, key), 0, 100000, &value) < 0) {
		diag_set(diag, ERR_FORMAT, "'%s' is not a whole number from 0 to 100000", key);
		diag_at(diag, NULL, block_nth(block, key, 0)->line, 0);
		return ERR_FORMAT;
	}
	*ret = (int)value;
	return 0;
}

static int read_needs(struct lesson *lesson, const struct block *block, struct diag *diag)
{
	const struct block_line *line = block_nth(block, "needs", 0);
	const char *p = line ? line->value : "";

	while (*p) {
		size_t len = strcspn(p, ",");
		char *id = lesson__trimmed(p, p + len);

		lesson->needs = xrealloc(lesson->needs, lesson->needs_count + 1,
		    sizeof(*lesson->needs));
		lesson->needs[lesson->needs_count++] = id;
		if (!lesson__is_id(id)) {
			diag_set(diag, ERR_FORMAT, "'needs' is not a list of lessons' ids");
			diag_hint(diag, "needs: edges, shapes");
			diag_at(diag, NULL, line->line, 0);
			return ERR_FORMAT;
		}
		p += len + (p[len] == ',');
	}
	return 0;
}

/* The folder's name where it looks like a language ("en", "zh_CN"), else English. */
static char *language_of(const char *file)
{
	const char *slash = strrchr(file, '/'), *start = slash;
	size_t len;

	while (start && start > file && start[-1] != '/')
		start--;
	len = start ? (size_t)(slash - start) : 0;
	if (len == 2 || (len == 5 && start[2] == '_'))
		return xstrndup(start, len);
	return xstrdup("en");
}

static int take_values(struct lesson *lesson, const struct block *block, struct diag *diag)
{
	const char *language = block_get(block, "language");

	lesson->id = xstrdup(block_get(block, "id"));
	lesson->title = xstrdup(block_get(block, "title"));
	lesson->summary = xstrdup(block_get(block, "summary"));
	lesson->language = language ? xstrdup(language) : language_of(lesson->file);
	if (!lesson__is_id(lesson->id)) {
		diag_set(diag, ERR_FORMAT, "the lesson's id is not one");
		diag_hint(diag, "small letters, digits and hyphens, a letter first");
		diag_at(diag, NULL, block_nth(block, "id", 0)->line, 0);
		return ERR_FORMAT;
	}
	if (read_number(block, "order", &lesson->order, diag) < 0 ||
	    read_number(block, "minutes", &lesson->minutes, diag) < 0)
		return ERR_FORMAT;
	return read_needs(lesson, block, diag);
}

int lesson__take_front(struct lesson *lesson, const struct block *block, struct diag *diag)
{
	struct diag own = {.code = 0};
	int r = lesson__check_keys(block, front_keys, &own);

	if (r == 0)
		r = take_values(lesson, block, &own);
	if (r < 0 && diag) {
		*diag = own;
		diag_at(diag, lesson->file, own.line, 0);
	}
	return r;
}
