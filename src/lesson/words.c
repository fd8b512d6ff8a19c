// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "lesson/words.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"

int words_find(const struct stage_command *commands, const char *word)
{
	for (int i = 0; commands[i].word; i++) {
		if (strcmp(commands[i].word, word) == 0)
			return i;
	}
	return -1;
}

int words_usage(const struct stage_command *command, struct diag *diag)
{
	diag_set(diag, ERR_USAGE, "'%s' is used as: %s%s%s", command->word, command->word,
	    *command->args ? " " : "", command->args);
	diag_hint(diag, "%s", command->help);
	return ERR_USAGE;
}

int words_unknown(const struct stage_ops *ops, const char *word, struct diag *diag)
{
	struct strbuf list = STRBUF_INIT;

	for (const struct stage_command *c = ops->commands; c->word; c++)
		strbuf_addf(&list, "%s%s", list.len ? ", " : "", c->word);
	diag_set(diag, ERR_USAGE, "'%s' is not a word of the stage %s", word, ops->name);
	diag_hint(diag, "its words: %s", list.data);
	strbuf_release(&list);
	return ERR_USAGE;
}

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " \t");
}

bool words_take(const char **args, char word[WORDS_MAX])
{
	const char *start = skip_blanks(*args);
	size_t len = strcspn(start, " \t");

	if (len == 0 || len >= WORDS_MAX)
		return false;
	memcpy(word, start, len);
	word[len] = '\0';
	*args = start + len;
	return true;
}

bool words_take_number(const char **args, double *ret)
{
	const char *rest = *args;
	char word[WORDS_MAX], *end;
	double value, divisor = 1;

	if (!words_take(&rest, word))
		return false;
	value = strtod(word, &end);
	if (end == word)
		return false;
	if (*end == '/') {
		char *digits = end + 1;

		divisor = strtod(digits, &end);
		if (end == digits)
			return false;
	}
	if (*end || !isfinite(value / divisor))
		return false;
	*ret = value / divisor;
	*args = rest;
	return true;
}

bool words_take_int(const char **args, int *ret)
{
	const char *rest = *args;
	char word[WORDS_MAX], *end;
	long value;

	if (!words_take(&rest, word))
		return false;
	errno = 0;
	value = strtol(word, &end, 10);
	if (end == word || *end || errno || value < INT_MIN || value > INT_MAX)
		return false;
	*ret = (int)value;
	*args = rest;
	return true;
}

bool words_at_end(const char *args)
{
	return *skip_blanks(args) == '\0';
}

int words_take_one_of(const char **args, const char *const *names)
{
	const char *rest = *args;
	char word[WORDS_MAX];

	if (!words_take(&rest, word))
		return -1;
	for (int i = 0; names[i]; i++) {
		if (strcmp(names[i], word) == 0) {
			*args = rest;
			return i;
		}
	}
	return -1;
}

int words_result(const struct stage_command *command, int code, const struct diag *ours,
    struct diag *diag)
{
	if (code >= 0)
		return code;
	if (ours->code == 0)
		return code == WORDS_BAD_ARGS ? words_usage(command, diag) : code;
	if (diag)
		*diag = *ours;
	return ours->code;
}
