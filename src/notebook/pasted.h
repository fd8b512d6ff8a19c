// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Programs that were copied from a document or a notebook page: the prompts ">>> " and "... ", "In [1]: " and
 * "   ...: " in front of the lines are taken away, what the page shows as output between them is left out, and
 * so are lines like "%matplotlib inline", which only set a page up. Lines keep their numbers.
 */
#ifndef NOTEBOOK_PASTED_H
#define NOTEBOOK_PASTED_H

// The program as it is meant, to be freed with mem_free; NULL where nothing has to be changed.
char *pasted_clean(const char *source);

#endif
