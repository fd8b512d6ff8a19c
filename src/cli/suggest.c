// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Distance is the number of insertions, deletions, replacements and swaps of neighbours (optimal
 * string alignment), computed row by row. A word counts as near up to a third of its length.
 */
#include "config.h"

#include "cli/suggest.h"

#include <stddef.h>
#include <string.h>

#define WORD_MAX 32

static int least(int a, int b)
{
	return a < b ? a : b;
}

static int distance(const char *a, const char *b)
{
	int rows[3][WORD_MAX + 1];
	size_t na = strlen(a), nb = strlen(b);

	if (na > WORD_MAX || nb > WORD_MAX)
		return WORD_MAX;
	for (size_t j = 0; j <= nb; j++)
		rows[0][j] = (int)j;
	for (size_t i = 1; i <= na; i++) {
		int *row = rows[i % 3], *above = rows[(i - 1) % 3], *twice = rows[(i + 1) % 3];

		row[0] = (int)i;
		for (size_t j = 1; j <= nb; j++) {
			row[j] = least(above[j], row[j - 1]) + 1;
			row[j] = least(row[j], above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], twice[j - 2] + 1);
		}
	}
	return rows[na % 3][nb];
}

void suggest_init(struct suggest *suggest, const char *typed)
{
	suggest->typed = typed;
	suggest->best = NULL;
	suggest->distance = least((int)strlen(typed) / 3 + 1, 4) + 1;
}

void suggest_offer(struct suggest *suggest, const char *word)
{
	int d = distance(suggest->typed, word);

	if (d < suggest->distance && d < (int)strlen(word)) {
		suggest->best = word;
		suggest->distance = d;
	}
}
