// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "notebook/parse_stmt.h"

#include <string.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "notebook/parser_internal.h"
#include "notebook/vm.h"

static struct node *parse_statement(struct parser *p, struct node_list *into);

static bool at_line_end(const struct parser *p)
{
	return p->token->kind == TOKEN_NEWLINE || p->token->kind == TOKEN_END ||
	    parser__is_op(p, OP_SEMICOLON);
}

struct node *parser__block(struct parser *p, const char *what)
{
	struct node *block = parser__node(p, NODE_BLOCK, p->token);
	struct node_list list = {NULL, 0, 0};
	char where[80];
	bool ok;

	if (!block || parser__enter(p) < 0)
		return NULL;
	strcpy(where, "after ");
	strncat(where, what, sizeof(where) - 8);
	ok = parser__expect_op(p, OP_COLON, ":", where);
	if (ok && p->token->kind == TOKEN_NEWLINE) {
		p->token++;
		if (p->token->kind != TOKEN_INDENT) {
			parser__fail(p, p->token, "indent its block by four spaces, or write 'pass'",
			    "expected an indented block after %s", what);
			ok = false;
		} else {
			p->token++;
			while (ok && p->token->kind != TOKEN_DEDENT && p->token->kind != TOKEN_END)
				ok = parse_statement(p, &list) != NULL;
			if (ok && p->token->kind == TOKEN_DEDENT)
				p->token++;
		}
	} else if (ok) {
		ok = parse_statement(p, &list) != NULL;
	}
	ok = ok && parser__take_items(p, &list, block);
	parser__drop_list(&list);
	parser__leave(p);
	return ok ? block : NULL;
}

static struct node *parse_if(struct parser *p)
{
	struct node *first = parser__node(p, NODE_IF, p->token), *last = first;

	p->token++;
	for (;;) {
		if (!last || !(last->a = parser__walrus(p, parser__expression)) || !(last->b = parser__block(p, "the condition")))
			return NULL;
		if (!parser__is_keyword(p, KW_ELIF))
			break;
		last->c = parser__node(p, NODE_IF, p->token++);
		last = last->c;
	}
	if (parser__accept_keyword(p, KW_ELSE) && !(last->c = parser__block(p, "'else'")))
		return NULL;
	return first;
}

static struct node *parse_loop_body(struct parser *p, const char *what)
{
	struct node *block;

	p->scope->loops++;
	block = parser__block(p, what);
	p->scope->loops--;
	return block;
}

static struct node *parse_while(struct parser *p)
{
	struct node *node = parser__node(p, NODE_WHILE, p->token++);

	if (!node || !(node->a = parser__walrus(p, parser__expression)) ||
	    !(node->b = parse_loop_body(p, "the condition")))
		return NULL;
	if (parser__accept_keyword(p, KW_ELSE) && !(node->c = parser__block(p, "'else'")))
		return NULL;
	return node;
}

static struct node *parse_for(struct parser *p)
{
	struct node *node = parser__node(p, NODE_FOR, p->token++);
	char found[80];

	if (!node || !(node->a = parser__targets(p)))
		return NULL;
	if (!parser__accept_keyword(p, KW_IN))
		return parser__fail(p, p->token, "write for x in values:",
		    "expected 'in' after the variables of 'for' but found %s",
		    parser__describe(p->token, found, sizeof(found)));
	if (!(node->b = parser__expressions(p)))
		return NULL;
	node->items = program_alloc(p->program, 2, sizeof(node->items[0]));
	if (!node->items)
		return parser__no_memory(p);
	if (!(node->items[0] = parse_loop_body(p, "the values of 'for'")))
		return NULL;
	if (parser__accept_keyword(p, KW_ELSE) && !(node->items[1] = parser__block(p, "'else'")))
		return NULL;
	return node;
}

static struct node *parse_with(struct parser *p)
{
	struct node *node = parser__node(p, NODE_WITH, p->token++);
	const struct token *at;

	if (!node || !(node->a = parser__expression(p)))
		return NULL;
	if (parser__accept_keyword(p, KW_AS)) {
		at = p->token;
		node->b = parser__expression(p);
		if (!node->b || !parser__check_target(p, node->b, at))
			return NULL;
	}
	// with a, b: is with a: with b:
	node->c = parser__is_op(p, OP_COMMA) ? parse_with(p) : parser__block(p, "'with'");
	return node->c ? node : NULL;
}

static struct node *parse_handler(struct parser *p, const char *after)
{
	struct node *block;

	p->scope->handlers++;
	block = parser__block(p, after);
	p->scope->handlers--;
	return block;
}

static bool parse_except(struct parser *p, struct node_list *handlers)
{
	struct node *node = parser__node(p, NODE_EXCEPT, p->token++);

	if (!node)
		return false;
	if (!parser__is_op(p, OP_COLON) && !(node->a = parser__expression(p)))
		return false;
	if (parser__accept_keyword(p, KW_AS)) {
		if (p->token->kind != TOKEN_NAME) {
			parser__fail(p, p->token, "write except ValueError as error:", "expected a name after 'as'");
			return false;
		}
		node->b = parser__name(p, p->token, true);
		p->token++;
		if (!node->b)
			return false;
	}
	node->c = parse_handler(p, "'except'");
	return node->c && parser__push(p, handlers, node) == 0;
}

static struct node *parse_try(struct parser *p)
{
	struct node *node = parser__node(p, NODE_TRY, p->token++);
	struct node_list handlers = {NULL, 0, 0};
	bool ok = node && (node->a = parser__block(p, "'try'")) != NULL;

	while (ok && parser__is_keyword(p, KW_EXCEPT))
		ok = parse_except(p, &handlers);
	if (ok && handlers.count && parser__accept_keyword(p, KW_ELSE))
		ok = (node->b = parser__block(p, "'else'")) != NULL;
	if (ok && parser__accept_keyword(p, KW_FINALLY))
		ok = (node->c = parse_handler(p, "'finally'")) != NULL;
	if (ok && handlers.count == 0 && !node->c) {
		parser__fail(p, p->token, "write except ValueError: after it", "expected 'except' or 'finally' after 'try'");
		ok = false;
	}
	ok = ok && parser__take_items(p, &handlers, node);
	parser__drop_list(&handlers);
	return ok ? node : NULL;
}

// a.b.c as one string.
static struct str *parse_dotted(struct parser *p)
{
	struct strbuf text = STRBUF_INIT;
	struct str *name = NULL;

	for (;;) {
		if (p->token->kind != TOKEN_NAME) {
			parser__fail(p, p->token, "write import torch", "expected a module's name");
			break;
		}
		strbuf_addn(&text, p->token->text, p->token->len);
		p->token++;
		if (!parser__accept_op(p, OP_DOT)) {
			name = parser__intern(p, text.data, text.len);
			break;
		}
		strbuf_addch(&text, '.');
	}
	strbuf_release(&text);
	return name;
}

static struct node *import_node(struct parser *p, const struct token *at, struct str *module)
{
	struct node *node = module ? parser__node(p, NODE_IMPORT, at) : NULL;

	if (node)
		node->value = (struct value){.kind = VALUE_STR, .o = &module->base};
	return node;
}

static bool parse_as(struct parser *p, const struct token *fallback, struct node *import)
{
	const struct token *name = fallback;

	if (parser__accept_keyword(p, KW_AS)) {
		name = p->token++;
		import->op = 1; // "import a.b as c" binds a.b, "import a.b" binds a
		if (name->kind != TOKEN_NAME) {
			parser__fail(p, name, "write import numpy as np", "expected a name after 'as'");
			return false;
		}
	}
	import->a = parser__name(p, name, true);
	return import->a != NULL;
}

static struct node *parse_import(struct parser *p, struct node_list *into)
{
	struct node *node = NULL;

	p->token++;
	do {
		const struct token *first = p->token;

		node = import_node(p, first, parse_dotted(p));
		if (!node || !parse_as(p, first, node) || parser__push(p, into, node) < 0)
			return NULL;
	} while (parser__accept_op(p, OP_COMMA));
	return node;
}

static struct node *parse_from(struct parser *p, struct node_list *into)
{
	struct node *node = NULL;
	struct str *module;
	bool parentheses;

	p->token++;
	if (parser__is_op(p, OP_DOT))
		return parser__fail(p, p->token, "only the known modules can be imported", "relative imports are not supported");
	module = parse_dotted(p);
	if (!module)
		return NULL;
	if (!parser__accept_keyword(p, KW_IMPORT))
		return parser__fail(p, p->token, "write from torch import nn", "expected 'import' after the module's name");
	parentheses = parser__accept_op(p, OP_LPAREN);
	do {
		const struct token *name = p->token;

		if (parentheses && parser__is_op(p, OP_RPAREN))
			break;
		if (parser__is_op(p, OP_MUL))
			return parser__fail(p, name, "import the names that you use", "'import *' is not supported");
		if (name->kind != TOKEN_NAME)
			return parser__fail(p, name, "write from torch import nn", "expected a name after 'import'");
		node = import_node(p, name, module);
		if (!node)
			return NULL;
		p->token++;
		node->b = parser__node(p, NODE_CONST, name);
		if (!node->b || !parse_as(p, name, node) || parser__push(p, into, node) < 0)
			return NULL;
		node->b->value.o = (struct object *)parser__intern(p, name->text, name->len);
		if (!node->b->value.o)
			return NULL;
		node->b->value.kind = VALUE_STR;
	} while (parser__accept_op(p, OP_COMMA));
	if (parentheses && !parser__expect_op(p, OP_RPAREN, ")", "after the imported names"))
		return NULL;
	return node;
}

static struct node *parse_names(struct parser *p)
{
	bool global = parser__is_keyword(p, KW_GLOBAL);
	struct node *node = parser__node(p, NODE_GLOBAL, p->token++);

	do {
		struct str *name;

		if (p->token->kind != TOKEN_NAME)
			return parser__fail(p, p->token, "write global x", "expected a name");
		name = parser__intern(p, p->token->text, p->token->len);
		if (!name)
			return NULL;
		if (scope__is_param(p->scope, name))
			return parser__fail(p, p->token, "rename one of them", "'%s' is a parameter and cannot be %s",
			    name->text, global ? "global" : "nonlocal");
		if (!global && !scope__is_inner(p->scope))
			return parser__fail(p, p->token, "write 'global' for a variable of the program",
			    "'nonlocal' works only in a function inside of another");
		if (scope__is_bound(p->scope, name))
			return parser__fail(p, p->token, "write this line at the beginning of the function",
			    "'%s' is assigned above and cannot become %s", name->text, global ? "global" : "nonlocal");
		if (scope__declare(p, name, global) < 0)
			return NULL;
		p->token++;
	} while (parser__accept_op(p, OP_COMMA));
	return node;
}

static struct node *parse_del(struct parser *p)
{
	struct node *node = parser__node(p, NODE_DEL, p->token++);
	const struct token *at = p->token;
	struct node_list targets = {NULL, 0, 0};
	struct node *list = node ? parser__expressions(p) : NULL;
	bool ok = list && parser__check_target(p, list, at);

	if (ok && list->kind == NODE_TUPLE) {
		node->items = list->items;
		node->count = list->count;
	} else if (ok) {
		ok = parser__push(p, &targets, list) == 0 && parser__take_items(p, &targets, node);
	}
	parser__drop_list(&targets);
	return ok ? node : NULL;
}

static struct node *parse_return(struct parser *p)
{
	struct node *node = parser__node(p, NODE_RETURN, p->token);

	if (p->scope->kind != SCOPE_KIND_FUNCTION)
		return parser__fail(p, p->token, "put it inside a def", "'return' outside a function");
	p->token++;
	if (node && !at_line_end(p) && !(node->a = parser__expressions(p)))
		return NULL;
	return node;
}

static struct node *parse_yield(struct parser *p)
{
	struct node *node = parser__node(p, NODE_YIELD, p->token);

	if (!node)
		return NULL;
	if (p->scope->kind != SCOPE_KIND_FUNCTION)
		return parser__fail(p, p->token, "put it inside a def", "'yield' outside a function");
	if (p->scope->handlers)
		return parser__fail(p, p->token, "remember the value there, and yield it after the try statement",
		    "'yield' inside 'except' or 'finally' is not supported");
	p->scope->def->is_generator = true;
	p->token++;
	node->op = parser__accept_keyword(p, KW_FROM);
	if ((node->op || !at_line_end(p)) && !(node->a = parser__expressions(p)))
		return NULL;
	return node;
}

static struct node *parse_jump(struct parser *p, enum node_kind kind)
{
	if (p->scope->loops == 0)
		return parser__fail(p, p->token, "it belongs into 'for' or 'while'", "'%.*s' outside a loop",
		    (int)p->token->len, p->token->text);
	return parser__node(p, kind, p->token++);
}

static struct node *parse_assert(struct parser *p)
{
	struct node *node = parser__node(p, NODE_ASSERT, p->token++);

	if (!node || !(node->a = parser__expression(p)))
		return NULL;
	if (parser__accept_op(p, OP_COMMA) && !(node->b = parser__expression(p)))
		return NULL;
	return node;
}

static struct node *parse_raise(struct parser *p)
{
	struct node *node = parser__node(p, NODE_RAISE, p->token++);

	if (node && !at_line_end(p) && !(node->a = parser__expression(p)))
		return NULL;
	if (node && parser__accept_keyword(p, KW_FROM) && !(node->b = parser__expression(p)))
		return NULL;
	return node;
}

static struct node *parse_assignment(struct parser *p, const struct token *first, struct node *value)
{
	struct node *node = parser__node(p, NODE_ASSIGN, p->token);
	struct node_list targets = {NULL, 0, 0};
	bool ok = node != NULL;

	while (ok && parser__is_op(p, OP_ASSIGN)) {
		ok = parser__check_target(p, value, first) && parser__push(p, &targets, value) == 0;
		p->token++;
		first = p->token;
		value = ok ? parser__expressions(p) : NULL;
		ok = value != NULL;
	}
	ok = ok && parser__take_items(p, &targets, node);
	parser__drop_list(&targets);
	if (!ok)
		return NULL;
	node->a = value;
	return node;
}

static struct node *parse_augmented(struct parser *p, const struct token *first, struct node *target)
{
	struct node *node = parser__node(p, NODE_AUGMENTED, p->token);

	if (!node)
		return NULL;
	if (target->kind != NODE_NAME && target->kind != NODE_ATTRIBUTE && target->kind != NODE_SUBSCRIPT)
		return parser__fail(p, first, "only one name, attribute or element can stand there",
		    "cannot assign to this expression with '%.*s'", (int)p->token->len, p->token->text);
	if (!parser__check_target(p, target, first))
		return NULL;
	node->op = p->token->binary;
	p->token++;
	node->a = target;
	node->b = parser__expressions(p);
	return node->b ? node : NULL;
}

static struct node *parse_expression_statement(struct parser *p)
{
	const struct token *first = p->token;
	struct node *node, *value = parser__expressions(p);

	if (!value)
		return NULL;
	if ((value->kind == NODE_NAME || value->kind == NODE_ATTRIBUTE) && parser__is_op(p, OP_COLON)) { // x: int = 1
		p->token++;
		if (!parser__expression(p))
			return NULL;
		if (!parser__is_op(p, OP_ASSIGN))
			return parser__node(p, NODE_PASS, first);
	}
	if (parser__is_op(p, OP_ASSIGN))
		return parse_assignment(p, first, value);
	if (parser__is_op(p, OP_AUGMENTED))
		return parse_augmented(p, first, value);
	node = parser__node(p, NODE_EXPRESSION, first);
	if (node)
		node->a = value;
	return node;
}

static struct node *parse_simple(struct parser *p, struct node_list *into)
{
	struct node *node = NULL;

	if (p->token->kind != TOKEN_KEYWORD) {
		node = parse_expression_statement(p);
	} else {
		switch (p->token->keyword) {
		case KW_PASS:
			node = parser__node(p, NODE_PASS, p->token++);
			break;
		case KW_BREAK:
			node = parse_jump(p, NODE_BREAK);
			break;
		case KW_CONTINUE:
			node = parse_jump(p, NODE_CONTINUE);
			break;
		case KW_RETURN:
			node = parse_return(p);
			break;
		case KW_YIELD:
			node = parse_yield(p);
			break;
		case KW_IMPORT:
			return parse_import(p, into);
		case KW_FROM:
			return parse_from(p, into);
		case KW_GLOBAL:
		case KW_NONLOCAL:
			node = parse_names(p);
			break;
		case KW_DEL:
			node = parse_del(p);
			break;
		case KW_ASSERT:
			node = parse_assert(p);
			break;
		case KW_RAISE:
			node = parse_raise(p);
			break;
		default:
			node = parse_expression_statement(p);
			break;
		}
	}
	return node && parser__push(p, into, node) == 0 ? node : NULL;
}

static struct node *parse_compound(struct parser *p)
{
	switch (p->token->keyword) {
	case KW_IF:
		return parse_if(p);
	case KW_WHILE:
		return parse_while(p);
	case KW_FOR:
		return parse_for(p);
	case KW_DEF:
		return parser__def(p);
	case KW_CLASS:
		return parser__class(p);
	case KW_WITH:
		return parse_with(p);
	case KW_TRY:
		return parse_try(p);
	case KW_ASYNC:
		return parser__fail(p, p->token, "write an ordinary function", "'async' is not supported");
	case KW_ELIF:
	case KW_ELSE:
	case KW_EXCEPT:
	case KW_FINALLY:
		return parser__fail(p, p->token, "check the indentation of the lines before",
		    "'%.*s' belongs to no statement above it", (int)p->token->len, p->token->text);
	default:
		return NULL;
	}
}

static bool is_compound(const struct token *token)
{
	if (token->kind != TOKEN_KEYWORD)
		return false;
	switch (token->keyword) {
	case KW_IF: case KW_WHILE: case KW_FOR: case KW_DEF: case KW_CLASS: case KW_WITH: case KW_TRY:
	case KW_ASYNC: case KW_ELIF: case KW_ELSE: case KW_EXCEPT: case KW_FINALLY:
		return true;
	default:
		return false;
	}
}

// One line of simple statements, or one compound statement. NULL: reported.
static struct node *parse_statement(struct parser *p, struct node_list *into)
{
	struct node *node;
	char found[80];

	if (p->token->kind == TOKEN_INDENT)
		return parser__fail(p, p->token, "align it with the line above", "this line is indented without a reason");
	if (is_compound(p->token) || parser__is_op(p, OP_MATMUL)) {
		node = parser__is_op(p, OP_MATMUL) ? parser__decorated(p) : parse_compound(p);
		return node && parser__push(p, into, node) == 0 ? node : NULL;
	}
	for (;;) {
		node = parse_simple(p, into);
		if (!node)
			return NULL;
		if (!parser__accept_op(p, OP_SEMICOLON) || p->token->kind == TOKEN_NEWLINE)
			break;
	}
	if (p->token->kind == TOKEN_NEWLINE)
		p->token++;
	else if (p->token->kind != TOKEN_END && p->token->kind != TOKEN_DEDENT)
		return parser__slip(p) ? NULL : parser__fail(p, p->token, "is an operator, a comma or a line break missing?",
		    "expected the end of the statement but found %s",
		    parser__describe(p->token, found, sizeof(found)));
	return node;
}

struct node *parser__statements(struct parser *p)
{
	struct node *block = parser__node(p, NODE_BLOCK, p->token);
	struct node_list list = {NULL, 0, 0};
	bool ok = block != NULL;

	while (ok && p->token->kind != TOKEN_END)
		ok = parse_statement(p, &list) != NULL;
	ok = ok && parser__take_items(p, &list, block);
	parser__drop_list(&list);
	return ok ? block : NULL;
}

struct node *parser__lone_expression(struct parser *p)
{
	struct node *node = NULL;
	char found[80];

	if (p->token->kind == TOKEN_INDENT)
		p->token++;
	node = parser__expressions(p);
	while (node && (p->token->kind == TOKEN_NEWLINE || p->token->kind == TOKEN_DEDENT))
		p->token++;
	if (node && p->token->kind != TOKEN_END)
		return parser__fail(p, p->token, "give one expression", "expected the end of the expression but found %s",
		    parser__describe(p->token, found, sizeof(found)));
	return node;
}
