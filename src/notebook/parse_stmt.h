// SPDX-License-Identifier: GPL-3.0-or-later
/* Statements, for parser.c. Both return NULL when they have reported an error. */
#ifndef NOTEBOOK_PARSE_STMT_H
#define NOTEBOOK_PARSE_STMT_H

struct parser;
struct node;

struct node *parser__statements(struct parser *p);	// up to the end: a block
struct node *parser__lone_expression(struct parser *p); // an expression and nothing else

#endif
