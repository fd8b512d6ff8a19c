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
		return NULL;
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

// The first sequence of a comprehension is evaluated in the scope around it.
static struct node *parse_source(struct parser *p, bool first)
{
	struct scope *inner = p->scope;
	struct node *node;

	if (first)
		p->scope = inner->parent;
	node = parser__or(p);
	p->scope = inner;
	return node;
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
		ok = ok && (clause->b = parse_source(p, clauses->count == 0)) != NULL;
		while (ok && parser__accept_keyword(p, KW_IF)) {
			struct node *condition = parser__walrus(p, parser__or);

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
static bool parse_comprehension(struct parser *p, const struct token *element, struct node *node)
{
	struct node_list clauses = {NULL, 0, 0};
	const struct token *after;
	bool ok = parse_for_clauses(p, &clauses) && parser__take_items(p, &clauses, node);

	parser__drop_list(&clauses);
	after = p->token;
	p->token = element;
	ok = ok && (node->a = parser__walrus(p, parser__expression));
	if (ok && node->op == NODE_DICT) {
		p->token++;
		ok = (node->b = parser__expression(p)) != NULL;
	}
	p->token = after;
	return ok;
}

// for ...: if ...: yield element, from the inside out.
static struct node *generator_body(struct parser *p, const struct token *at, const struct node *parts)
{
	struct node *body = parser__node(p, NODE_YIELD, at), *outer;

	if (body)
		body->a = parts->a;
	for (size_t i = parts->count; body && i-- > 0;) {
		const struct node *clause = parts->items[i];

		for (size_t k = clause->count; body && k-- > 0; body = outer) {
			outer = parser__node(p, NODE_IF, at);
			if (outer) {
				outer->a = clause->items[k];
				outer->b = body;
			}
		}
		outer = body ? parser__node(p, NODE_FOR, at) : NULL;
		if (!outer || !(outer->items = program_alloc(p->program, 2, sizeof(outer->items[0]))))
			return parser__no_memory(p);
		outer->a = clause->a;
		outer->b = clause->b;
		outer->items[0] = body;
		body = outer;
	}
	return body;
}

// The parameter that takes the first sequence; its name is none that a program can write.
static struct node *generator_parameter(struct parser *p, const struct token *at, struct funcdef *def)
{
	static const struct token token = {.kind = TOKEN_NAME, .text = ".0", .len = 2};
	struct node *name = parser__name(p, &token, true);

	def->params = program_alloc(p->program, 1, sizeof(def->params[0]));
	if (!name || !def->params)
		return parser__no_memory(p);
	name->line = at->line;
	name->col = at->col;
	def->params[0].name = AS_STR(name->value);
	def->param_count = def->positional_count = 1;
	return name;
}

/* (x for y in z) is the call of a function with a yield: its variables are its own, and it works as far
 * as it is asked. */
static struct node *parse_generator(struct parser *p, const struct token *element)
{
	struct node *call = parser__node(p, NODE_CALL, element), *parameter, parts = {.op = NODE_CALL};
	struct funcdef *def = program_alloc(p->program, 1, sizeof(*def));

	if (!call || !def || !scope__push(p, SCOPE_KIND_FUNCTION, def))
		return parser__no_memory(p);
	*def = (struct funcdef){.program = p->program, .line = element->line, .is_generator = true, .is_inline = true};
	def->name = parser__intern(p, "<genexpr>", 9);
	parameter = def->name ? generator_parameter(p, element, def) : NULL;
	if (parameter && parse_comprehension(p, element, &parts)) {
		call->items = program_alloc(p->program, 1, sizeof(call->items[0]));
		if (call->items) {
			call->items[call->count++] = parts.items[0]->b;
			parts.items[0]->b = parameter;
			def->body = generator_body(p, element, &parts);
		}
	}
	scope__pop(p);
	call->a = def->body ? parser__node(p, NODE_LAMBDA, element) : NULL;
	if (!call->a)
		return NULL;
	call->a->def = def;
	return call;
}

struct node *parser__comprehension(struct parser *p, const struct token *element,
    enum node_kind kind)
{
	struct node *node;
	bool ok;

	if (kind == NODE_CALL)
		return parse_generator(p, element);
	node = parser__node(p, NODE_COMPREHENSION, element);
	if (!node || !scope__push(p, SCOPE_KIND_COMPREHENSION, NULL))
		return parser__no_memory(p);
	node->op = (uint8_t)kind;
	ok = parse_comprehension(p, element, node);
	scope__pop(p);
	return ok ? node : NULL;
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

// name := value, or what `parse` reads.
struct node *parser__walrus(struct parser *p, struct node *(*parse)(struct parser *p))
{
	const struct token *at = p->token;
	struct node *node;

	if (at->kind != TOKEN_NAME || at[1].kind != TOKEN_OP || at[1].op != OP_WALRUS)
		return parse(p);
	node = parser__node(p, NODE_WALRUS, at);
	if (!node || !(node->a = parser__name(p, at, false)))
		return NULL;
	if (scope__bind_outside(p, AS_STR(node->a->value)) < 0)
		return NULL;
	p->token += 2;
	node->b = parser__expression(p);
	return node->b ? node : NULL;
}

struct node *parser__starred(struct parser *p)
{
	struct node *node;

	if (!parser__is_op(p, OP_MUL))
		return parser__walrus(p, parser__expression);
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
	bool comma, ok = parse_items(p, OP_RPAREN, NODE_CALL, &items, &comprehension);

	if (ok && parser__is_op(p, OP_WALRUS)) {
		parser__fail(p, open, "write (name := value)", "only a name can stand before ':='");
		ok = false;
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

// key: value, **mapping, member or *members; the first one decides whether it is a set.
static bool parse_entry(struct parser *p, struct node *braces, bool first, struct node **ret_key,
    struct node **ret_value)
{
	bool mapping = parser__is_op(p, OP_POW);

	if (mapping) {
		*ret_key = parser__node(p, NODE_STAR, p->token++);
		if (*ret_key)
			(*ret_key)->a = parser__or(p);
		*ret_value = *ret_key && (*ret_key)->a ? *ret_key : NULL;
	} else {
		*ret_key = parser__starred(p);
	}
	if (!*ret_key || (mapping && !*ret_value))
		return false;
	if (first && !mapping && !parser__is_op(p, OP_COLON))
		braces->kind = NODE_SET;
	if (braces->kind == NODE_SET || mapping)
		return true;
	if (parser__expect_op(p, OP_COLON, ":", "between key and value"))
		*ret_value = parser__expression(p);
	return *ret_value != NULL;
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
		struct node *key = NULL, *value = NULL;
		bool is_set;

		ok = parse_entry(p, node, items.count == 0, &key, &value);
		is_set = node->kind == NODE_SET;
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
	if (parser__slip(p))
		return NULL;
	return parser__fail(p, token, "a value, a name, '(' or '[' can stand here",
	    "expected an expression but found %s", parser__describe(token, found, sizeof(found)));
}
