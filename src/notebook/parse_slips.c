// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Slips: what people write who come from Python 2 or from other languages. Where the parser cannot go on,
 * it asks here first whether the tokens around are one of these; then the message says so.
 */
#include "config.h"

#include <string.h>

#include "base/alloc.h"
#include "notebook/parser_internal.h"

/* Two neighbouring tokens, by their text; NULL: any name or value. */
static const struct {
	const char *before, *here, *message, *hint;
} pairs[] = {
	{"else", "if", "'else if' is written as one word", "write elif"},
	{"&", "&", "'&&' is not an operator", "write and"},
	{"|", "|", "'||' is not an operator", "write or"},
	{"<", ">", "'<>' is not an operator", "write !="},
	{"=", ">", "'=>' is not an operator", "write >="},
	{"=", "<", "'=<' is not an operator", "write <="},
	{"print", NULL, "print is a function", "put what it prints into brackets: print(x)"},
	{"exec", NULL, "'exec' is not available here", "a program cannot run text; write the code itself"},
	{"match", NULL, "'match' is not supported", "write if, elif and else"},
	{"var", NULL, "a variable is not declared", "write x = 1"},
	{"let", NULL, "a variable is not declared", "write x = 1"},
	{"const", NULL, "a variable is not declared", "write x = 1"},
	{"int", NULL, "a variable is not declared", "write x = 1"},
	{"float", NULL, "a variable is not declared", "write x = 1.0"},
	{"function", NULL, "a function begins with 'def'", "write def f(x):"},
};

static bool has_text(const struct token *token, const char *text)
{
	return token->len == strlen(text) && memcmp(token->text, text, token->len) == 0;
}

static bool is_value(const struct token *token)
{
	return token->kind == TOKEN_NAME || token->kind == TOKEN_STRING || token->kind == TOKEN_INT ||
	    token->kind == TOKEN_FLOAT;
}

static bool is_line_end(const struct token *token)
{
	return token->kind == TOKEN_NEWLINE || token->kind == TOKEN_END;
}

static const struct token *statement_start(const struct parser *p)
{
	const struct token *at = p->token;

	while (at > p->first && at[-1].kind != TOKEN_NEWLINE && at[-1].kind != TOKEN_INDENT && at[-1].kind != TOKEN_DEDENT)
		at--;
	return at;
}

// x++, x--
static bool is_increment(const struct parser *p)
{
	const struct token *at = p->token;

	return at - p->first >= 3 && is_line_end(at) && at[-1].kind == TOKEN_OP && at[-2].kind == TOKEN_OP &&
	    at[-1].op == at[-2].op && (at[-1].op == OP_ADD || at[-1].op == OP_SUB) && at[-3].kind == TOKEN_NAME;
}

static bool report(struct parser *p, const struct token *at, const char *message, const char *hint)
{
	parser__fail(p, at, hint, "%s", message);
	return true;
}

static bool find_pair(struct parser *p)
{
	const struct token *at = p->token;

	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		const char *here = pairs[i].here;

		if (at > p->first && has_text(at - 1, pairs[i].before) && (here ? has_text(at, here) : is_value(at)))
			return report(p, at - 1, pairs[i].message, pairs[i].hint);
		if (here && has_text(at, pairs[i].before) && has_text(at + 1, here))
			return report(p, at, pairs[i].message, pairs[i].hint);
	}
	return false;
}

bool parser__slip(struct parser *p)
{
	const struct token *start = statement_start(p);

	if (find_pair(p))
		return true;
	if (is_increment(p))
		return report(p, p->token - 2, "there is no '++' and no '--'", "write x += 1");
	if (start->kind != TOKEN_KEYWORD)
		return false;
	if (p->token == start + 1 && parser__is_op(p, OP_ASSIGN))
		return report(p, start, "a keyword cannot be the name of a variable", "choose another name, or write it with _ at its end");
	if (start->keyword == KW_EXCEPT && parser__is_op(p, OP_COMMA))
		return report(p, p->token, "the name of an exception follows 'as'", "write except ValueError as error:");
	if (start->keyword == KW_RAISE && parser__is_op(p, OP_COMMA))
		return report(p, p->token, "the text of an exception stands in brackets", "write raise ValueError('text')");
	if (start->keyword == KW_IMPORT && parser__is_keyword(p, KW_FROM))
		return report(p, p->token, "'from' stands in front of 'import'", "write from module import name");
	return false;
}
