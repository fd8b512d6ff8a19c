// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Expressions, by precedence:
 *
 *	lambda | a if b else c | or | and | not | comparisons | '|' | ^ | & | << >> | + - |
 *	* / // % @ | -x +x ~x | ** | calls, subscripts, attributes | atoms (parse_atom.c)
 */
#include "config.h"

#include <string.h>

#include "base/alloc.h"
#include "notebook/parser_internal.h"
#include "notebook/vm.h"

static struct node *parse_unary(struct parser *p);

static struct node *binary(struct parser *p, enum node_kind kind, const struct token *at, struct node *a,
    struct node *b)
{
	struct node *node = a && b ? parser__node(p, kind, at) : NULL;

	if (node) {
		node->op = at->op;
		node->a = a;
		node->b = b;
	}
	return node;
}

static struct node *parse_argument(struct parser *p)
{
	const struct token *token = p->token;
	struct node *node;
	struct str *name;

	if (parser__is_op(p, OP_POW) ||
	    (token->kind == TOKEN_NAME && token[1].kind == TOKEN_OP && token[1].op == OP_ASSIGN)) {
		node = parser__node(p, NODE_KEYWORD, token);
		if (!node)
			return NULL;
		if (token->kind == TOKEN_NAME) {
			name = parser__intern(p, token->text, token->len);
			if (!name)
				return NULL;
			node->value = (struct value){.kind = VALUE_STR, .o = &name->base};
			p->token++;
		}
		p->token++;
		node->a = parser__expression(p);
		return node->a ? node : NULL;
	}
	return parser__starred(p);
}

static bool check_order(struct parser *p, const struct token *at, const struct node_list *items,
    const struct node *item)
{
	const struct node *last = items->count ? items->items[items->count - 1] : NULL;

	if (!last || last->kind != NODE_KEYWORD)
		return true;
	if (item->kind != NODE_KEYWORD) {
		parser__fail(p, at, "put positional arguments first",
		    "a positional argument cannot follow a keyword argument");
		return false;
	}
	for (size_t i = 0; i < items->count; i++) {
		const struct node *other = items->items[i];

		if (other->kind == NODE_KEYWORD && other->value.kind == VALUE_STR &&
		    item->value.kind == VALUE_STR && other->value.o == item->value.o) {
			parser__fail(p, at, "give each argument once", "the argument '%s' is given twice",
			    AS_STR(item->value)->text);
			return false;
		}
	}
	return true;
}

bool parser__call_arguments(struct parser *p, struct node *call)
{
	struct node_list items = {NULL, 0, 0};
	struct node *item;
	bool ok = true;

	while (ok && !parser__is_op(p, OP_RPAREN)) {
		struct rewind mark = parser__mark(p);
		const struct token *first = p->token;

		item = parse_argument(p);
		if (item && items.count == 0 && item->kind != NODE_KEYWORD && parser__is_keyword(p, KW_FOR)) {
			parser__rewind(p, &mark);
			item = parser__comprehension(p, first, NODE_CALL);
		}
		ok = item && check_order(p, first, &items, item) && parser__push(p, &items, item) == 0;
		if (!ok || !parser__accept_op(p, OP_COMMA))
			break;
	}
	ok = ok && parser__expect_op(p, OP_RPAREN, ")", "after the arguments") &&
	    parser__take_items(p, &items, call);
	parser__drop_list(&items);
	return ok;
}

static struct node *parse_slice_part(struct parser *p)
{
	const struct token *at = p->token;
	struct node *start = NULL, *slice;

	if (!parser__is_op(p, OP_COLON)) {
		start = parser__starred(p);
		if (!start || !parser__is_op(p, OP_COLON))
			return start;
	}
	slice = parser__node(p, NODE_SLICE, at);
	if (!slice)
		return NULL;
	slice->a = start;
	p->token++;
	if (!parser__is_op(p, OP_COLON) && !parser__is_op(p, OP_COMMA) && !parser__is_op(p, OP_RBRACKET) &&
	    !(slice->b = parser__expression(p)))
		return NULL;
	if (parser__accept_op(p, OP_COLON) && !parser__is_op(p, OP_COMMA) && !parser__is_op(p, OP_RBRACKET) &&
	    !(slice->c = parser__expression(p)))
		return NULL;
	return slice;
}

static struct node *parse_subscript(struct parser *p, struct node *object)
{
	struct node *node = parser__node(p, NODE_SUBSCRIPT, p->token++), *part = NULL;
	struct node_list items = {NULL, 0, 0};
	bool comma = false, ok = node != NULL;

	if (ok && parser__is_op(p, OP_RBRACKET))
		return parser__fail(p, p->token, "write x[0] or x[1:3]", "expected an index between the brackets");
	while (ok && !parser__is_op(p, OP_RBRACKET)) {
		part = parse_slice_part(p);
		ok = part && parser__push(p, &items, part) == 0;
		if (!ok || !parser__accept_op(p, OP_COMMA))
			break;
		comma = true;
	}
	ok = ok && parser__expect_op(p, OP_RBRACKET, "]", "after the index");
	if (ok && (comma || items.count != 1)) {
		part = parser__node(p, NODE_TUPLE, p->token - 1);
		ok = part && parser__take_items(p, &items, part);
	}
	parser__drop_list(&items);
	if (!ok)
		return NULL;
	node->a = object;
	node->b = part;
	return node;
}

static struct node *parse_attribute(struct parser *p, struct node *object)
{
	struct node *node = parser__node(p, NODE_ATTRIBUTE, p->token++);
	struct str *name;

	if (!node)
		return NULL;
	if (p->token->kind != TOKEN_NAME)
		return parser__fail(p, p->token, "write x.shape", "expected a name after '.'");
	name = parser__intern(p, p->token->text, p->token->len);
	if (!name)
		return NULL;
	node->line = p->token->line;
	node->col = p->token->col;
	node->a = object;
	node->value = (struct value){.kind = VALUE_STR, .o = &name->base};
	p->token++;
	return node;
}

static struct node *parse_trailers(struct parser *p)
{
	const struct token *first = p->token;
	struct node *node = parser__atom(p);

	while (node && p->token->kind == TOKEN_OP) {
		if (p->token->op == OP_LPAREN) {
			struct node *call = parser__node(p, NODE_CALL, first);

			p->token++;
			if (!call || !parser__call_arguments(p, call))
				return NULL;
			if (node->kind == NODE_ATTRIBUTE) { // the place of x.f() is f's
				call->line = node->line;
				call->col = node->col;
			}
			call->a = node;
			node = call;
		} else if (p->token->op == OP_LBRACKET) {
			node = parse_subscript(p, node);
		} else if (p->token->op == OP_DOT) {
			node = parse_attribute(p, node);
		} else {
			break;
		}
	}
	return node;
}

static struct node *parse_power(struct parser *p)
{
	struct node *base = parse_trailers(p);
	const struct token *at = p->token;

	if (!base || !parser__accept_op(p, OP_POW))
		return base;
	return binary(p, NODE_BINARY, at, base, parse_unary(p)); // binds to the right, -x may follow
}

static struct node *parse_unary(struct parser *p)
{
	const struct token *at = p->token;
	struct node *node, *operand;

	if (!parser__is_op(p, OP_SUB) && !parser__is_op(p, OP_ADD) && !parser__is_op(p, OP_INVERT))
		return parse_power(p);
	if (parser__enter(p) < 0)
		return NULL;
	p->token++;
	operand = parse_unary(p);
	parser__leave(p);
	if (!operand)
		return NULL;
	if (operand->kind == NODE_CONST && at->op == OP_SUB && !operand->paren &&
	    (operand->value.kind == VALUE_INT || operand->value.kind == VALUE_FLOAT)) {
		operand->value = operand->value.kind == VALUE_INT ? value_int(-operand->value.i)
								  : value_float(-operand->value.f);
		operand->paren = true;
		return operand;
	}
	node = parser__node(p, NODE_UNARY, at);
	if (!node)
		return NULL;
	node->op = at->op == OP_SUB ? OP_NEG : at->op == OP_ADD ? OP_POS : OP_INVERT;
	node->a = operand;
	return node;
}

static int precedence(const struct token *token)
{
	static const uint8_t levels[] = {
		[OP_OR] = 1, [OP_XOR] = 2, [OP_AND] = 3, [OP_LSHIFT] = 4, [OP_RSHIFT] = 4,
		[OP_ADD] = 5, [OP_SUB] = 5, [OP_MUL] = 6, [OP_DIV] = 6, [OP_FLOORDIV] = 6,
		[OP_MOD] = 6, [OP_MATMUL] = 6,
	};

	return token->kind == TOKEN_OP && token->op < ARRAY_LEN(levels) ? levels[token->op] : 0;
}

static struct node *parse_binary(struct parser *p, int lowest)
{
	struct node *left = parse_unary(p);

	while (left && precedence(p->token) >= lowest) {
		const struct token *at = p->token++;

		left = binary(p, NODE_BINARY, at, left, parse_binary(p, precedence(at) + 1));
	}
	return left;
}

static enum op comparison(struct parser *p)
{
	const struct token *token = p->token;

	if (token->kind == TOKEN_OP && token->op >= OP_EQ && token->op <= OP_GE)
		return p->token++, (enum op)token->op;
	if (parser__accept_keyword(p, KW_IN))
		return OP_IN;
	if (parser__accept_keyword(p, KW_IS))
		return parser__accept_keyword(p, KW_NOT) ? OP_IS_NOT : OP_IS;
	if (parser__is_keyword(p, KW_NOT) && token[1].kind == TOKEN_KEYWORD && token[1].keyword == KW_IN)
		return p->token += 2, OP_NOT_IN;
	return OP_NONE;
}

static struct node *parse_comparison(struct parser *p)
{
	struct node *first = parse_binary(p, 1), *node = NULL;
	struct node_list operands = {NULL, 0, 0};
	uint8_t ops[64];
	size_t count = 0;
	const struct token *at = p->token;
	enum op op = first ? comparison(p) : OP_NONE;
	bool ok = first != NULL;

	if (!ok || op == OP_NONE)
		return first;
	ok = parser__push(p, &operands, first) == 0;
	for (; ok && op != OP_NONE; op = comparison(p)) {
		struct node *next = parse_binary(p, 1);

		ok = next && parser__push(p, &operands, next) == 0;
		if (ok && count == ARRAY_LEN(ops)) {
			parser__fail(p, at, "split it with 'and'", "too many comparisons in a chain");
			ok = false;
		} else if (ok) {
			ops[count++] = (uint8_t)op;
		}
	}
	ok = ok && (node = parser__node(p, NODE_COMPARE, at)) && parser__take_items(p, &operands, node) &&
	    (node->ops = program_alloc(p->program, count, 1));
	if (ok)
		memcpy(node->ops, ops, count);
	parser__drop_list(&operands);
	return ok ? node : NULL;
}

static struct node *parse_not(struct parser *p)
{
	const struct token *at = p->token;
	struct node *node, *operand;

	if (!parser__accept_keyword(p, KW_NOT))
		return parse_comparison(p);
	if (parser__enter(p) < 0)
		return NULL;
	operand = parse_not(p);
	parser__leave(p);
	node = operand ? parser__node(p, NODE_UNARY, at) : NULL;
	if (node) {
		node->op = OP_NOT;
		node->a = operand;
	}
	return node;
}

static struct node *parse_and(struct parser *p)
{
	struct node *left = parse_not(p);

	while (left && parser__is_keyword(p, KW_AND)) {
		const struct token *at = p->token++;

		left = binary(p, NODE_AND, at, left, parse_not(p));
	}
	return left;
}

struct node *parser__or(struct parser *p)
{
	struct node *left;

	if (parser__enter(p) < 0)
		return NULL;
	left = parse_and(p);
	while (left && parser__is_keyword(p, KW_OR)) {
		const struct token *at = p->token++;

		left = binary(p, NODE_OR, at, left, parse_and(p));
	}
	parser__leave(p);
	return left;
}

static struct node *parse_lambda(struct parser *p)
{
	const struct token *at = p->token++;
	struct node *node = parser__node(p, NODE_LAMBDA, at), *body = NULL;
	struct funcdef *def = node ? program_alloc(p->program, 1, sizeof(*def)) : NULL;

	if (!def)
		return parser__no_memory(p);
	node->def = def;
	def->program = p->program;
	def->line = at->line;
	def->is_lambda = true;
	def->name = parser__intern(p, "<lambda>", 8);
	if (!def->name)
		return NULL;
	if (!scope__push(p, SCOPE_KIND_FUNCTION, def))
		return parser__no_memory(p);
	if (parser__params(p, def, OP_COLON) && parser__expect_op(p, OP_COLON, ":", "after the parameters"))
		body = parser__expression(p);
	scope__pop(p);
	def->body = body;
	return body ? node : NULL;
}

struct node *parser__expression(struct parser *p)
{
	struct node *value, *node;
	const struct token *at;

	if (parser__enter(p) < 0)
		return NULL;
	if (parser__is_keyword(p, KW_LAMBDA)) {
		node = parse_lambda(p);
		parser__leave(p);
		return node;
	}
	value = parser__or(p);
	at = p->token;
	if (value && parser__accept_keyword(p, KW_IF)) {
		node = parser__node(p, NODE_CONDITIONAL, at);
		if (node) {
			node->a = value;
			node->b = parser__or(p);
		}
		if (node && node->b && !parser__accept_keyword(p, KW_ELSE))
			node = parser__fail(p, p->token, "write a if condition else b",
			    "expected 'else' in this conditional expression");
		if (node && node->b)
			node->c = parser__expression(p);
		value = node && node->b && node->c ? node : NULL;
	}
	parser__leave(p);
	return value;
}

static bool ends_expressions(const struct parser *p)
{
	const struct token *t = p->token;

	return t->kind == TOKEN_NEWLINE || t->kind == TOKEN_END ||
	    (t->kind == TOKEN_OP && (t->op == OP_ASSIGN || t->op == OP_RPAREN || t->op == OP_RBRACKET ||
				     t->op == OP_COLON || t->op == OP_SEMICOLON || t->op == OP_RBRACE)) ||
	    (t->kind == TOKEN_KEYWORD && t->keyword == KW_IN);
}

static struct node *comma_list(struct parser *p, struct node *(*parse)(struct parser *p))
{
	const struct token *at = p->token;
	struct node *first = parse(p), *node;
	struct node_list items = {NULL, 0, 0};
	bool ok;

	if (!first || (!parser__is_op(p, OP_COMMA) && first->kind != NODE_STAR))
		return first;
	if (!parser__is_op(p, OP_COMMA))
		return parser__fail(p, at, "it unpacks in calls, lists and tuples: [*x], f(*x), *a, b = x", "'*' cannot stand here");
	ok = parser__push(p, &items, first) == 0;
	while (ok && parser__accept_op(p, OP_COMMA) && !ends_expressions(p)) {
		struct node *item = parse(p);

		ok = item && parser__push(p, &items, item) == 0;
	}
	node = ok ? parser__node(p, NODE_TUPLE, at) : NULL;
	ok = node && parser__take_items(p, &items, node);
	parser__drop_list(&items);
	return ok ? node : NULL;
}

struct node *parser__expressions(struct parser *p)
{
	return comma_list(p, parser__starred);
}

// A target stops before "in", which an expression would take for a comparison.
static struct node *parse_target(struct parser *p)
{
	const struct token *at = p->token;
	struct node *star = parser__is_op(p, OP_MUL) ? parser__node(p, NODE_STAR, p->token++) : NULL;
	struct node *node = parse_trailers(p);

	if (!node || !parser__check_target(p, node, at))
		return NULL;
	if (star)
		star->a = node;
	return star ? star : node;
}

struct node *parser__targets(struct parser *p)
{
	return comma_list(p, parse_target);
}
