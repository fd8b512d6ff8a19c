// SPDX-License-Identifier: GPL-3.0-or-later
/* Did you mean ...? The nearest of some known words to a misspelt one. */
#ifndef CLI_SUGGEST_H
#define CLI_SUGGEST_H

struct suggest {
	const char *typed;
	const char *best; // NULL: nothing is near enough
	int distance;	  // of `best`
};

void suggest_init(struct suggest *suggest, const char *typed);
void suggest_offer(struct suggest *suggest, const char *word); // keeps the first of the nearest

#endif
