// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "fuzz/program.h"

#include <stdbool.h>

#define DEPTH_MAX 7
#define TEXT_MAX 3000	 // bytes of a program after its prelude
#define STATEMENTS_MAX 40

struct choices {
	const uint8_t *at, *end;
};

static const struct program_rule *find_rule(char letter)
{
	for (const struct program_rule *rule = program_rules; rule->letter; rule++)
		if (rule->letter == letter)
			return rule;
	BUG("the grammar has no rule '%c'", letter);
}

static const char *choose(struct choices *choices, const struct program_rule *rule, int depth)
{
	size_t at = 0;

	if (choices->at < choices->end && depth < DEPTH_MAX)
		at = *choices->at++ % rule->count;
	return rule->alternatives[at];
}

/* A tab in an alternative is one level of indentation more than where it began. */
static void expand(struct choices *choices, char letter, int indent, int depth, struct strbuf *out)
{
	const char *at = choose(choices, find_rule(letter), depth);
	int here = indent;

	for (; *at; at++) {
		if (*at == '\n') {
			here = indent;
			for (; at[1] == '\t'; at++)
				here++;
			strbuf_addch(out, '\n');
			strbuf_add_repeat(out, '\t', here);
		} else if (*at == '$') {
			expand(choices, *++at, here, depth + 1, out);
		} else {
			strbuf_addch(out, *at);
		}
	}
}

void program_statement(const uint8_t *bytes, size_t len, int indent, struct strbuf *out)
{
	struct choices choices = {bytes, bytes + len};

	strbuf_add_repeat(out, '\t', indent);
	expand(&choices, 'S', indent, 0, out);
	strbuf_addch(out, '\n');
}

void program_generate(const uint8_t *bytes, size_t len, struct strbuf *out)
{
	struct choices choices = {bytes, bytes + len};
	size_t start;

	strbuf_add(out, program_prelude);
	start = out->len;
	for (int i = 0; i < STATEMENTS_MAX && choices.at < choices.end && out->len - start < TEXT_MAX; i++) {
		// Most errors are caught, so that the statements after them run.
		bool caught = *choices.at++ % 32 != 0;

		if (caught)
			strbuf_add(out, "try:\n\t");
		expand(&choices, 'S', caught, 0, out);
		strbuf_add(out, caught ? "\nexcept Exception as error:\n\to = error\n" : "\n");
	}
}
