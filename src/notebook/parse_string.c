// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * String literals: escapes, raw strings, f-strings. The expressions inside an f-string are lexed and
 * parsed on their own, at their place in the source, so that errors point into the string.
 */
#include "config.h"

#include <string.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "notebook/parser_internal.h"
#include "notebook/vm.h"

/* One string token taken apart. */
struct literal {
	const struct token *token;
	const char *at, *end; // the contents, without prefix and quotes
	bool raw, formatted;
	int spec_depth; // of format specifications inside each other
	const char *counted; // place_of() has counted up to here: line, col
	int line, col;
};

static bool take_apart(struct parser *p, const struct token *token, struct literal *lit)
{
	const char *at = token->text;
	size_t quotes = 1;

	*lit = (struct literal){.token = token, .counted = token->text, .line = token->line, .col = token->col};
	for (; *at != '"' && *at != '\''; at++) {
		if (*at == 'b' || *at == 'B') {
			parser__fail(p, token, "drop the b", "bytes are not supported");
			return false;
		}
		lit->raw = lit->raw || *at == 'r' || *at == 'R';
		lit->formatted = lit->formatted || *at == 'f' || *at == 'F';
	}
	if (token->len - (size_t)(at - token->text) >= 6 && at[1] == *at && at[2] == *at)
		quotes = 3;
	lit->at = at + quotes;
	lit->end = token->text + token->len - quotes;
	return true;
}

// Places are asked for from left to right: a long string is counted once.
static struct lexer_place place_of(struct literal *lit, const char *at, const char *file)
{
	for (; lit->counted < at; lit->counted++) {
		if (*lit->counted == '\n') {
			lit->line++;
			lit->col = 1;
		} else {
			lit->col += ((unsigned char)*lit->counted & 0xc0) != 0x80;
		}
	}
	return (struct lexer_place){file, lit->line, lit->col};
}

static void fail_inside(struct parser *p, struct literal *lit, const char *at, const char *hint, const char *msg)
{
	struct lexer_place place = place_of(lit, at, p->program->name);

	parser__fail(p, &(struct token){.line = place.line, .col = place.col}, hint, "%s", msg);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool add_hex(struct parser *p, struct literal *lit, int digits, struct strbuf *out)
{
	const char *start = lit->at - 2;
	uint32_t cp = 0;

	for (int i = 0; i < digits; i++) {
		int digit = lit->at < lit->end ? hex_digit(*lit->at) : -1;

		if (digit < 0) {
			fail_inside(p, lit, start, "\\x takes two digits, \\u four, \\U eight",
			    "an escape in this string lacks hexadecimal digits");
			return false;
		}
		cp = cp * 16 + (uint32_t)digit;
		lit->at++;
	}
	if (cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000)) {
		fail_inside(p, lit, start, "code points end at 10ffff",
		    "an escape in this string names no character");
		return false;
	}
	strbuf_add_utf8(out, cp);
	return true;
}

static void add_octal(struct literal *lit, struct strbuf *out)
{
	uint32_t cp = 0;

	lit->at--;
	for (int i = 0; i < 3 && lit->at < lit->end && *lit->at >= '0' && *lit->at <= '7'; i++)
		cp = cp * 8 + (uint32_t)(*lit->at++ - '0');
	strbuf_add_utf8(out, cp);
}

// After the backslash.
static bool add_escape(struct parser *p, struct literal *lit, struct strbuf *out)
{
	static const char from[] = "\\'\"abfnrtv", to[] = "\\'\"\a\b\f\n\r\t\v";
	char c = *lit->at++;
	const char *simple = strchr(from, c);

	if (c == '\n')
		return true;
	if (simple && c) {
		strbuf_addch(out, to[simple - from]);
		return true;
	}
	if (c == 'x')
		return add_hex(p, lit, 2, out);
	if (c == 'u')
		return add_hex(p, lit, 4, out);
	if (c == 'U')
		return add_hex(p, lit, 8, out);
	if (c >= '0' && c <= '7') {
		add_octal(lit, out);
		return true;
	}
	strbuf_addch(out, '\\'); // an unknown escape stays as it is, as in Python
	strbuf_addch(out, c);
	return true;
}

static bool flush(struct parser *p, struct strbuf *text, const struct token *at, struct node_list *into)
{
	struct node *node;
	struct str *str;

	if (text->len == 0)
		return true;
	node = parser__node(p, NODE_CONST, at);
	if (!node)
		return false;
	str = str_new(vm_heap(p->vm), text->data, text->len);
	if (!str || program_hold(p->program, value_object(str)) < 0) {
		parser__no_memory(p);
		return false;
	}
	node->value = value_object(str);
	strbuf_clear(text);
	return parser__push(p, into, node) == 0;
}

// The end of a replacement field's expression: ! : = } at no depth of its own.
static const char *expression_end(const char *at, const char *end)
{
	int depth = 0;

	for (; at < end; at++) {
		if (*at == '\'' || *at == '"') {
			char quote = *at++;

			while (at < end && *at != quote)
				at++;
			if (at == end)
				return NULL;
		} else if (strchr("([{", *at)) {
			depth++;
		} else if (depth > 0 && strchr(")]}", *at)) {
			depth--;
		} else if (depth == 0) {
			bool comparison = at + 1 < end && at[1] == '=';

			if (*at == '}' || *at == ':' || (*at == '!' && !comparison))
				return at;
			if ((*at == '=' || *at == '!' || *at == '<' || *at == '>') && comparison)
				at++;
			else if (*at == '=')
				return at;
		}
	}
	return NULL;
}

// Parse source[0..len) as an expression, as if it stood in parentheses.
static struct node *inner_expression(struct parser *p, struct literal *lit, const char *text,
    const char *end)
{
	struct lexer_place place;
	const struct token *outer = p->token, *outer_first = p->first;
	struct token *tokens = NULL;
	struct node *node = NULL;
	size_t count;

	while (text < end && (*text == ' ' || *text == '\n'))
		text++;
	place = place_of(lit, text, p->program->name);
	if (text == end) {
		fail_inside(p, lit, text, "write {{ for a brace", "an empty {} in an f-string");
		return NULL;
	}
	if (lexer_run(text, (size_t)(end - text), &place, &tokens, &count, p->diag) < 0)
		return NULL;
	p->first = p->token = tokens;
	node = parser__expressions(p);
	if (node && p->token->kind != TOKEN_NEWLINE && p->token->kind != TOKEN_END) {
		char found[80];

		parser__fail(p, p->token, "an f-string's {} holds one expression",
		    "expected '}' after this expression but found %s",
		    parser__describe(p->token, found, sizeof(found)));
		node = NULL;
	}
	p->token = outer;
	p->first = outer_first;
	mem_free(tokens);
	return node;
}

static bool parse_pieces(struct parser *p, struct literal *lit, bool in_spec, struct strbuf *text,
    struct node_list *pieces);

static struct node *parse_spec(struct parser *p, struct literal *lit)
{
	struct node *node = parser__node(p, NODE_FSTRING, lit->token);
	struct node_list pieces = {NULL, 0, 0};
	struct strbuf text = STRBUF_INIT;
	bool ok = false;

	if (++lit->spec_depth > 2)
		fail_inside(p, lit, lit->at, "compute the inner value first", "{} nested too deeply in an f-string");
	else
		ok = parse_pieces(p, lit, true, &text, &pieces) && flush(p, &text, lit->token, &pieces);
	ok = ok && node && parser__take_items(p, &pieces, node);
	lit->spec_depth--;
	parser__drop_list(&pieces);
	strbuf_release(&text);
	return ok ? node : NULL;
}

// After the '{'.
static bool parse_field(struct parser *p, struct literal *lit, struct strbuf *text,
    struct node_list *pieces)
{
	struct node *field = parser__node(p, NODE_FORMAT, lit->token);
	const char *start = lit->at, *end = expression_end(start, lit->end);

	if (!field)
		return false;
	if (!end) {
		fail_inside(p, lit, start - 1, "write {{ for a brace", "a '{' of this f-string is never closed");
		return false;
	}
	field->a = inner_expression(p, lit, start, end);
	if (!field->a)
		return false;
	lit->at = end;
	if (*lit->at == '=') {
		while (lit->at + 1 < lit->end && lit->at[1] == ' ')
			lit->at++;
		strbuf_addn(text, start, (size_t)(++lit->at - start));
		field->op = 'r';
	}
	if (lit->at < lit->end && *lit->at == '!') {
		field->op = lit->at + 1 < lit->end ? (uint8_t)lit->at[1] : 0;
		lit->at += 2;
		if (field->op != 'r' && field->op != 's' && field->op != 'a') {
			fail_inside(p, lit, lit->at - 1, "use !r or !s", "unknown conversion in an f-string");
			return false;
		}
	}
	if (lit->at < lit->end && *lit->at == ':') {
		lit->at++;
		if (field->op == 'r' && lit->at[-2] != 'r')
			field->op = 0; // {x=:spec} formats, {x=} shows repr
		field->b = parse_spec(p, lit);
		if (!field->b)
			return false;
	}
	if (lit->at >= lit->end || *lit->at != '}') {
		fail_inside(p, lit, lit->at, "a field is {expression!r:format}",
		    "expected '}' at the end of a field of this f-string");
		return false;
	}
	lit->at++;
	return flush(p, text, lit->token, pieces) && parser__push(p, pieces, field) == 0;
}

static bool parse_pieces(struct parser *p, struct literal *lit, bool in_spec, struct strbuf *text,
    struct node_list *pieces)
{
	while (lit->at < lit->end) {
		char c = *lit->at;

		if (in_spec && c == '}')
			return true;
		lit->at++;
		if (c == '\\' && !lit->raw) {
			if (!add_escape(p, lit, text))
				return false;
		} else if (lit->formatted && c == '{' && (lit->at >= lit->end || *lit->at != '{' || in_spec)) {
			if (!parse_field(p, lit, text, pieces))
				return false;
		} else if (lit->formatted && c == '}' && (lit->at >= lit->end || *lit->at != '}')) {
			fail_inside(p, lit, lit->at - 1, "write }} for a brace", "a single '}' in an f-string");
			return false;
		} else {
			strbuf_addch(text, c);
			lit->at += lit->formatted && (c == '{' || c == '}');
		}
	}
	return true;
}

struct node *parser__strings(struct parser *p)
{
	const struct token *first = p->token;
	struct node *node = parser__node(p, NODE_FSTRING, first);
	struct node_list pieces = {NULL, 0, 0};
	struct strbuf text = STRBUF_INIT;
	struct literal lit;
	bool ok = node != NULL, formatted = false;

	for (; ok && p->token->kind == TOKEN_STRING; p->token++) {
		ok = take_apart(p, p->token, &lit);
		if (ok) {
			formatted = formatted || lit.formatted;
			ok = parse_pieces(p, &lit, false, &text, &pieces);
		}
	}
	ok = ok && flush(p, &text, first, &pieces);
	if (ok && pieces.count == 0) {
		struct str *empty = parser__intern(p, "", 0);

		node->kind = NODE_CONST;
		ok = empty != NULL;
		if (ok)
			node->value = (struct value){.kind = VALUE_STR, .o = &empty->base};
	} else if (ok && pieces.count == 1 && pieces.items[0]->kind == NODE_CONST && !formatted) {
		node = pieces.items[0];
	} else if (ok) {
		ok = parser__take_items(p, &pieces, node);
	}
	parser__drop_list(&pieces);
	strbuf_release(&text);
	return ok ? node : NULL;
}
