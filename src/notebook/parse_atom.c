// SPDX-License-Identifier: GPL-3.0-or-later
/* What expressions are made of: names, numbers, displays in brackets and braces, comprehensions. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "notebook/parser_internal.h"
#include "notebook/vm.h"

struct node *parser__name(struct parser *p, const struct token *token, bool binds)
{
	struct node *node = parser__node(p, NODE_NAME, token);
	struct str *name = node ? parser__intern(p, token->text, token->len) : NULL;

	if (!name)
		return NULL;
	node->value = (struct value){.kind = VALUE_STR, .o = &name->base};
	if ((binds && scope__bind(p, name) < 0) || scope__use(p, node) < 0)
		return parser__no_memory(p);
	return node;
}

static struct node *constant(struct parser *p, const struct token *at, struct value value)
{
	struct node *node = parser__node(p, NODE_CONST, at);

	if (node)
		node->value = value;
	return node;
}

static struct node *parse_number(struct parser *p)
{
	const struct token *token = p->token++;
	char text[512];
	size_t len = 0;
	char *end;
	int64_t i;

	for (size_t k = 0; k < token->len && len + 1 < sizeof(text); k++)
		if (token->text[k] != '_')
			text[len++] = token->text[k];
	text[len] = '\0';
	if (len + 1 == sizeof(text))
		return parser__fail(p, token, "use fewer digits", "this number has too many digits");
	if (token->kind == TOKEN_FLOAT)
		return constant(p, token, value_float(strtod(text, NULL)));
	errno = 0;
	if (text[0] == '0' && (text[1] == 'b' || text[1] == 'B'))
		i = strtoll(text + 2, &end, 2);
	else if (text[0] == '0' && (text[1] == 'o' || text[1] == 'O'))
		i = strtoll(text + 2, &end, 8);
	else
		i = strtoll(text, &end, text[0] == '0' ? 16 : 10);
	if (errno == ERANGE)
		return parser__fail(p, token, "integers have 64 bits here, up to 9223372036854775807",
		    "this integer is too large");
	if (*end)
		return parser__fail(p, token, "binary takes 0 and 1, octal 0 to 7", "a digit does not fit this number");
	return constant(p, token, value_int(i));
}

/* The clauses after the element of a comprehension. */
static bool parse_for_clauses(struct parser *p, struct node_list *clauses)
{
	while (parser__is_keyword(p, KW_FOR)) {
		struct node *clause = parser__node(p, NODE_FOR_IN, p->token++);
		struct node_list conditions = {NULL, 0, 0};
		bool ok;

		if (!clause)
			return false;
		clause->a = parser__targets(p);
		ok = clause->a != NULL;
		if (ok && !parser__accept_keyword(p, KW_IN)) {
			parser__fail(p, p->token, "write [f(x) for x in values]", "expected 'in' after the variables of 'for'");
			ok = false;
		}
		ok = ok && (clause->b = parser__or(p)) != NULL;
		while (ok && parser__accept_keyword(p, KW_IF)) {
			struct node *condition = parser__or(p);

			ok = condition && parser__push(p, &conditions, condition) == 0;
		}
		ok = ok && parser__take_items(p, &conditions, clause) && parser__push(p, clauses, clause) == 0;
		parser__drop_list(&conditions);
		if (!ok)
			return false;
	}
	return true;
}

/*
 * A comprehension's element stands before the variables that it uses. So it is parsed twice: once to
 * find its end, in a scope that is thrown away, and once more when the clauses have been read.
 */
struct node *parser__comprehension(struct parser *p, const struct token *element,
    enum node_kind kind)
{
	struct node *node = parser__node(p, NODE_COMPREHENSION, element);
	struct node_list clauses = {NULL, 0, 0};
	const struct token *after;
	bool ok;

	if (!node)
		return NULL;
	node->op = (uint8_t)kind;
	if (!scope__push(p, SCOPE_KIND_COMPREHENSION, NULL))
		return parser__no_memory(p);
	ok = parse_for_clauses(p, &clauses) && parser__take_items(p, &clauses, node);
	parser__drop_list(&clauses);
	after = p->token;
	p->token = element;
	if (ok)
		node->a = parser__expression(p);
	if (ok && node->a && kind == NODE_DICT) {
		p->token++;
		node->b = parser__expression(p);
		ok = node->b != NULL;
	}
	p->token = after;
	scope__pop(p);
	return ok && node->a ? node : NULL;
}

struct rewind parser__mark(const struct parser *p)
{
	return (struct rewind){p->scope->name_count, p->scope->count, p->scopes};
}

void parser__rewind(struct parser *p, const struct rewind *mark)
{
	p->scope->name_count = mark->names;
	p->scope->count = mark->bindings;
	while (p->scopes != mark->scopes) {
		struct scope *scope = p->scopes;

		p->scopes = scope->next;
		mem_free(scope->bindings);
		mem_free(scope->names);
		mem_free(scope);
	}
}

struct node *parser__starred(struct parser *p)
{
	struct node *node;

	if (!parser__is_op(p, OP_MUL))
		return parser__expression(p);
	node = parser__node(p, NODE_STAR, p->token++);
	if (node)
		node->a = parser__or(p);
	return node && node->a ? node : NULL;
}

// Items up to a closing bracket; a comprehension becomes *ret.
static bool parse_items(struct parser *p, enum op close, enum node_kind kind, struct node_list *items,
    struct node **ret)
{
	while (!parser__is_op(p, close)) {
		struct rewind mark = parser__mark(p);
		const struct token *first = p->token;
		struct node *item = parser__starred(p);

		if (!item)
			return false;
		if (items->count == 0 && parser__is_keyword(p, KW_FOR)) {
			parser__rewind(p, &mark);
			*ret = parser__comprehension(p, first, kind);
			return *ret != NULL;
		}
		if (parser__push(p, items, item) < 0)
			return false;
		if (!parser__accept_op(p, OP_COMMA))
			break;
	}
	return true;
}

static struct node *parse_list(struct parser *p)
{
	const struct token *open = p->token++;
	struct node *node = parser__node(p, NODE_LIST, open), *comprehension = NULL;
	struct node_list items = {NULL, 0, 0};
	bool ok = node && parse_items(p, OP_RBRACKET, NODE_LIST, &items, &comprehension) &&
	    parser__expect_op(p, OP_RBRACKET, "]", "to close the list") && parser__take_items(p, &items, node);

	parser__drop_list(&items);
	if (!ok)
		return NULL;
	return comprehension ? comprehension : node;
}

static struct node *parse_parentheses(struct parser *p)
{
	const struct token *open = p->token++;
	struct node *node = NULL, *comprehension = NULL;
	struct node_list items = {NULL, 0, 0};
	bool comma, ok = parse_items(p, OP_RPAREN, NODE_LIST, &items, &comprehension);

	if (ok && items.count == 1 && parser__accept_op(p, OP_WALRUS)) {
		struct node *target = items.items[0];

		if (target->kind != NODE_NAME) {
			parser__fail(p, open, "write (name := value)", "only a name can stand before ':='");
			ok = false;
		} else {
			node = parser__node(p, NODE_WALRUS, open);
			ok = node && scope__bind(p, AS_STR(target->value)) == 0 && (node->b = parser__expression(p));
			if (ok)
				node->a = target;
		}
	}
	comma = ok && p->token[-1].kind == TOKEN_OP && p->token[-1].op == OP_COMMA;
	ok = ok && parser__expect_op(p, OP_RPAREN, ")", "to close the parenthesis");
	if (ok && !node && !comprehension) {
		if (items.count == 1 && !comma && items.items[0]->kind != NODE_STAR)
			node = items.items[0];
		else if ((node = parser__node(p, NODE_TUPLE, open)))
			ok = parser__take_items(p, &items, node);
	}
	parser__drop_list(&items);
	if (!ok)
		return NULL;
	node = comprehension ? comprehension : node;
	if (node)
		node->paren = true;
	return node;
}

static struct node *finish_braces(struct parser *p, struct node_list *items, struct node *node, bool ok)
{
	ok = ok && parser__expect_op(p, OP_RBRACE, "}", "to close the dictionary") &&
	    parser__take_items(p, items, node);
	parser__drop_list(items);
	return ok ? node : NULL;
}

static struct node *parse_braces(struct parser *p)
{
	const struct token *open = p->token++;
	struct node *node = parser__node(p, NODE_DICT, open);
	struct node_list items = {NULL, 0, 0};
	bool ok = node != NULL;

	while (ok && !parser__is_op(p, OP_RBRACE)) {
		struct rewind mark = parser__mark(p);
		const struct token *first = p->token;
		struct node *key = parser__expression(p), *value = NULL;
		bool is_set = items.count == 0 ? !parser__is_op(p, OP_COLON) : node->kind == NODE_SET;

		if (key && is_set)
			node->kind = NODE_SET;
		else if (key && parser__expect_op(p, OP_COLON, ":", "between key and value"))
			value = parser__expression(p);
		ok = key && (is_set || value);
		if (ok && items.count == 0 && parser__is_keyword(p, KW_FOR)) {
			enum node_kind kind = (enum node_kind)node->kind;

			parser__rewind(p, &mark);
			node = parser__comprehension(p, first, kind);
			ok = node && parser__expect_op(p, OP_RBRACE, "}", "to close the comprehension");
			return ok ? node : NULL;
		}
		ok = ok && parser__push(p, &items, key) == 0 && (is_set || parser__push(p, &items, value) == 0);
		if (!ok || !parser__accept_op(p, OP_COMMA))
			break;
	}
	return finish_braces(p, &items, node, ok);
}

static struct node *parse_keyword_atom(struct parser *p)
{
	const struct token *token = p->token;

	switch (token->keyword) {
	case KW_TRUE:
	case KW_FALSE:
		p->token++;
		return constant(p, token, value_bool(token->keyword == KW_TRUE));
	case KW_NONE_VALUE:
		p->token++;
		return constant(p, token, value_none());
	case KW_YIELD:
		return parser__fail(p, token, "write yield value on a line of its own",
		    "'yield' is a statement here: it has no value");
	case KW_AWAIT:
		return parser__fail(p, token, "call the function directly", "'await' is not supported");
	default:
		return parser__fail(p, token, "a keyword cannot be a name or a value",
		    "expected an expression but found '%.*s'", (int)token->len, token->text);
	}
}

struct node *parser__atom(struct parser *p)
{
	const struct token *token = p->token;
	char found[80];

	switch (token->kind) {
	case TOKEN_NAME:
		p->token++;
		return parser__name(p, token, false);
	case TOKEN_INT:
	case TOKEN_FLOAT:
		return parse_number(p);
	case TOKEN_STRING:
		return parser__strings(p);
	case TOKEN_KEYWORD:
		return parse_keyword_atom(p);
	case TOKEN_OP:
		if (token->op == OP_LPAREN)
			return parse_parentheses(p);
		if (token->op == OP_LBRACKET)
			return parse_list(p);
		if (token->op == OP_LBRACE)
			return parse_braces(p);
		if (token->op == OP_ELLIPSIS) {
			p->token++;
			return constant(p, token, (struct value){.kind = VALUE_ELLIPSIS, .i = 0});
		}
		break;
	default:
		break;
	}
	return parser__fail(p, token, "a value, a name, '(' or '[' can stand here",
	    "expected an expression but found %s", parser__describe(token, found, sizeof(found)));
}
