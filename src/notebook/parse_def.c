// SPDX-License-Identifier: GPL-3.0-or-later
/* Functions with their parameters, and classes. */
#include "config.h"

#include <string.h>

#include "notebook/parser_internal.h"
#include "notebook/vm.h"

static bool skip_annotation(struct parser *p, enum op mark)
{
	return !parser__accept_op(p, mark) || parser__expression(p) != NULL;
}

static int add_param(struct parser *p, struct param *params, size_t count, struct node **ret_default)
{
	const struct token *token = p->token;
	struct str *name;
	char found[80];

	if (token->kind != TOKEN_NAME) {
		if (!parser__slip(p))
			parser__fail(p, token, "write def f(x, k=1):", "expected a parameter's name but found %s",
		    parser__describe(token, found, sizeof(found)));
		return ERR_FORMAT;
	}
	name = parser__intern(p, token->text, token->len);
	if (!name)
		return ERR_NOMEM;
	for (size_t i = 0; i < count; i++)
		if (params[i].name == name) {
			parser__fail(p, token, "give each parameter its own name", "the parameter '%s' is named twice",
			    name->text);
			return ERR_FORMAT;
		}
	if (scope__bind(p, name) < 0)
		return p->diag->code;
	p->token++;
	params[count].name = name;
	*ret_default = NULL;
	return 0;
}

#define PARAMS_MAX 64

// A default is evaluated where the function is defined: in the scope around it.
static struct node *parse_default(struct parser *p)
{
	struct scope *inner = p->scope;
	struct node *node;

	p->scope = inner->parent;
	node = parser__expression(p);
	p->scope = inner;
	return node;
}

static bool parse_param(struct parser *p, struct funcdef *def, struct param *params, bool annotated)
{
	bool star = parser__accept_op(p, OP_MUL), stars = !star && parser__accept_op(p, OP_POW);
	const struct token *at = p->token;
	struct node *fallback;

	if (def->has_kwargs) {
		parser__fail(p, at, "put **kwargs last", "no parameter can follow **kwargs");
		return false;
	}
	if (star && parser__is_op(p, OP_COMMA) && !def->has_args) {
		def->keyword_only = true;
		return true;
	}
	if (add_param(p, params, def->param_count, &fallback) < 0)
		return false;
	if (annotated && !skip_annotation(p, OP_COLON))
		return false;
	if (!star && !stars && parser__accept_op(p, OP_ASSIGN)) {
		fallback = parse_default(p);
		if (!fallback)
			return false;
	} else if (!star && !stars && !def->keyword_only && def->param_count > 0 &&
	    params[def->param_count - 1].fallback) {
		parser__fail(p, at, "give it a default too, or move it to the front",
		    "a parameter without a default cannot follow one with a default");
		return false;
	}
	params[def->param_count].fallback = fallback;
	if (star) {
		def->has_args = def->keyword_only = true;
		def->args_at = def->param_count;
	}
	def->has_kwargs = stars;
	if (!stars && !def->keyword_only)
		def->positional_count++;
	def->param_count++;
	return true;
}

// Parameters in the order they are written; a parameter's place is its slot.
struct node *parser__params(struct parser *p, struct funcdef *def, enum op end)
{
	struct param params[PARAMS_MAX];
	struct node *any = parser__node(p, NODE_PASS, p->token);

	memset(params, 0, sizeof(params));
	while (any && !parser__is_op(p, end)) {
		if (def->param_count == PARAMS_MAX)
			return parser__fail(p, p->token, "pass a list", "too many parameters");
		if (parser__is_op(p, OP_DIV)) // the mark of positional-only parameters
			p->token++;
		else if (!parse_param(p, def, params, end == OP_RPAREN))
			return NULL;
		if (!parser__accept_op(p, OP_COMMA))
			break;
	}
	def->params = program_alloc(p->program, def->param_count + 1, sizeof(params[0]));
	if (!def->params)
		return parser__no_memory(p);
	memcpy(def->params, params, def->param_count * sizeof(params[0]));
	return any;
}

// A string that stands alone at the beginning of a body.
static void take_docstring(const struct node *block, struct value *doc)
{
	const struct node *first = block->count ? block->items[0] : NULL;

	if (first && first->kind == NODE_EXPRESSION && first->a->kind == NODE_CONST &&
	    first->a->value.kind == VALUE_STR)
		*doc = first->a->value;
}

struct node *parser__def(struct parser *p)
{
	struct node *node = parser__node(p, NODE_DEF, p->token++);
	struct funcdef *def = node ? program_alloc(p->program, 1, sizeof(*def)) : NULL;

	if (!def)
		return parser__no_memory(p);
	if (p->token->kind != TOKEN_NAME)
		return parser__slip(p) ? NULL : parser__fail(p, p->token, "write def name(parameters):", "expected the function's name after 'def'");
	node->def = def;
	def->program = p->program;
	def->line = node->line;
	node->a = parser__name(p, p->token, true);
	if (!node->a)
		return NULL;
	def->name = AS_STR(node->a->value);
	p->token++;
	if (!parser__expect_op(p, OP_LPAREN, "(", "after the function's name"))
		return NULL;
	if (!scope__push(p, SCOPE_KIND_FUNCTION, def))
		return parser__no_memory(p);
	if (parser__params(p, def, OP_RPAREN) && parser__expect_op(p, OP_RPAREN, ")", "after the parameters") &&
	    skip_annotation(p, OP_ARROW))
		def->body = parser__block(p, "the function's head");
	scope__pop(p);
	if (!def->body)
		return NULL;
	take_docstring(def->body, &def->doc);
	return node;
}

// @f and @g(x) above a function or class: its items, from the top down.
struct node *parser__decorated(struct parser *p)
{
	struct node_list decorators = {NULL, 0, 0};
	struct node *node = NULL, *decorator;
	bool ok = true;

	while (ok && parser__accept_op(p, OP_MATMUL)) {
		decorator = parser__expression(p);
		ok = decorator && parser__push(p, &decorators, decorator) == 0;
		if (ok && p->token->kind != TOKEN_NEWLINE) {
			parser__fail(p, p->token, "write it on a line of its own", "expected the end of the line after the decorator");
			ok = false;
		}
		p->token += ok;
	}
	if (ok && parser__is_keyword(p, KW_DEF))
		node = parser__def(p);
	else if (ok && parser__is_keyword(p, KW_CLASS))
		node = parser__class(p);
	else if (ok)
		parser__fail(p, p->token, "write @decorator above def f(x):", "expected a function or class after the decorator");
	ok = node && parser__take_items(p, &decorators, node);
	parser__drop_list(&decorators);
	return ok ? node : NULL;
}

struct node *parser__class(struct parser *p)
{
	struct node *node = parser__node(p, NODE_CLASS, p->token++);

	if (!node)
		return NULL;
	if (p->token->kind != TOKEN_NAME)
		return parser__slip(p) ? NULL : parser__fail(p, p->token, "write class Name(nn.Module):", "expected the class's name after 'class'");
	node->a = parser__name(p, p->token, true);
	p->token++;
	if (!node->a)
		return NULL;
	if (parser__accept_op(p, OP_LPAREN)) {
		if (!parser__is_op(p, OP_RPAREN) && !(node->b = parser__expression(p)))
			return NULL;
		if (parser__is_op(p, OP_COMMA))
			return parser__fail(p, p->token, "derive from one class", "several base classes are not supported");
		if (!parser__expect_op(p, OP_RPAREN, ")", "after the base class"))
			return NULL;
	}
	if (!scope__push(p, SCOPE_KIND_CLASS, NULL))
		return parser__no_memory(p);
	node->c = parser__block(p, "the class's head");
	scope__pop(p);
	if (!node->c)
		return NULL;
	take_docstring(node->c, &node->value);
	return node;
}
