// SPDX-License-Identifier: GPL-3.0-or-later
/* The parser's common parts and its entry points. */
#include "config.h"

#include "notebook/parser.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "notebook/parse_stmt.h"
#include "notebook/parser_internal.h"
#include "notebook/vm.h"

#define DEPTH_MAX 80
#define PIECE 8192 // what is taken from the arena at a time

struct program *program_new(const char *name, const char *source)
{
	struct program *program = xzalloc(1, sizeof(*program));

	program->refs = 1;
	program->name = xstrdup(name);
	program->source = xstrdup(source);
	return program;
}

void program_drop(struct program *program)
{
	if (!program || --program->refs > 0)
		return;
	for (size_t i = 0; i < program->held_count; i++)
		value_drop(program->held[i]);
	mem_free(program->held);
	mem_free(program->name);
	mem_free(program->source);
	arena_release(&program->arena);
	mem_free(program);
}

void *program_alloc(struct program *program, size_t count, size_t size)
{
	size_t bytes;
	char *piece;

	if (!size_mul(count, size, &bytes) || bytes > SIZE_MAX / 2)
		return NULL;
	bytes = (bytes + 15) & ~(size_t)15;
	if (bytes > PIECE / 4) {
		piece = arena_alloc(&program->arena, bytes, 1);
		return piece ? memset(piece, 0, bytes) : NULL;
	}
	if (bytes > program->piece_left) {
		program->piece = arena_alloc(&program->arena, PIECE, 1);
		program->piece_left = program->piece ? PIECE : 0;
		if (!program->piece)
			return NULL;
	}
	piece = program->piece;
	program->piece += bytes;
	program->piece_left -= bytes;
	return memset(piece, 0, bytes);
}

int program_hold(struct program *program, struct value v)
{
	if (program->held_count == program->held_cap) {
		size_t cap = program->held_cap ? program->held_cap * 2 : 32;
		void *grown = mem_realloc(program->held, cap, sizeof(v));

		if (!grown) {
			value_drop(v);
			return ERR_NOMEM;
		}
		program->held = grown;
		program->held_cap = cap;
	}
	program->held[program->held_count++] = v;
	return 0;
}

struct node *parser__fail(struct parser *p, const struct token *at, const char *hint, const char *fmt, ...)
{
	char msg[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	diag_set(p->diag, ERR_FORMAT, "SyntaxError: %s", msg);
	diag_hint(p->diag, "%s", hint);
	diag_at(p->diag, p->program->name, at->line, at->col);
	return NULL;
}

struct node *parser__no_memory(struct parser *p)
{
	diag_set(p->diag, ERR_NOMEM, "MemoryError: out of memory while reading the program");
	return NULL;
}

struct node *parser__node(struct parser *p, enum node_kind kind, const struct token *at)
{
	struct node *node = program_alloc(p->program, 1, sizeof(*node));

	if (!node)
		return parser__no_memory(p);
	node->kind = (uint8_t)kind;
	node->line = at->line;
	node->col = at->col;
	return node;
}

int parser__enter(struct parser *p)
{
	if (++p->depth <= DEPTH_MAX)
		return 0;
	parser__fail(p, p->token, "split it into several statements", "this is nested too deeply");
	return ERR_LIMIT;
}

void parser__leave(struct parser *p)
{
	p->depth--;
}

struct str *parser__intern(struct parser *p, const char *text, size_t len)
{
	struct str *name = vm_intern(p->vm, text, len);

	if (!name || program_hold(p->program, value_ref((struct value){VALUE_STR, .o = &name->base})) < 0) {
		parser__no_memory(p);
		return NULL;
	}
	return name;
}

// Bytes of the token's text up to a whole character before `most`, or the end of its line.
static size_t text_start(const struct token *token, size_t most)
{
	size_t len = token->len < most ? token->len : most;

	while (len > 0 && len < token->len && ((unsigned char)token->text[len] & 0xc0) == 0x80)
		len--;
	for (size_t i = 0; i < len; i++)
		if (token->text[i] == '\n')
			return i;
	return len;
}

const char *parser__describe(const struct token *token, char *text, size_t size)
{
	static const char *const kinds[] = {
		[TOKEN_END] = "the end of the program", [TOKEN_NEWLINE] = "the end of the line",
		[TOKEN_INDENT] = "an indented line", [TOKEN_DEDENT] = "the end of the block",
	};

	if (token->kind < ARRAY_LEN(kinds))
		return kinds[token->kind];
	if (token->kind == TOKEN_STRING) // which brings quotes of its own
		snprintf(text, size, "the text %.*s", (int)text_start(token, 40), token->text);
	else
		snprintf(text, size, "'%.*s'", (int)text_start(token, 40), token->text);
	return text;
}

bool parser__accept_op(struct parser *p, enum op op)
{
	if (!parser__is_op(p, op))
		return false;
	p->token++;
	return true;
}

bool parser__accept_keyword(struct parser *p, enum keyword keyword)
{
	if (!parser__is_keyword(p, keyword))
		return false;
	p->token++;
	return true;
}

bool parser__expect_op(struct parser *p, enum op op, const char *text, const char *where)
{
	char found[80];

	if (parser__accept_op(p, op))
		return true;
	if (parser__slip(p))
		return false;
	if (parser__is_op(p, OP_ASSIGN) && op != OP_ASSIGN)
		parser__fail(p, p->token, "'=' assigns; write '==' to compare",
		    "expected '%s' %s but found '='", text, where);
	else
		parser__fail(p, p->token,
		    op == OP_COLON ? "a line that begins a block ends with ':'" : "is a comma, an operator or a bracket missing?",
		    "expected '%s' %s but found %s", text, where,
		    parser__describe(p->token, found, sizeof(found)));
	return false;
}

int parser__push(struct parser *p, struct node_list *list, struct node *node)
{
	if (list->count == list->cap) {
		size_t cap = list->cap ? list->cap * 2 : 8;
		void *grown = mem_realloc(list->items, cap, sizeof(node));

		if (!grown) {
			parser__no_memory(p);
			return ERR_NOMEM;
		}
		list->items = grown;
		list->cap = cap;
	}
	list->items[list->count++] = node;
	return 0;
}

bool parser__take_items(struct parser *p, struct node_list *list, struct node *into)
{
	into->count = list->count;
	if (list->count == 0)
		return true;
	into->items = program_alloc(p->program, list->count, sizeof(into->items[0]));
	if (!into->items) {
		parser__no_memory(p);
		return false;
	}
	memcpy(into->items, list->items, list->count * sizeof(into->items[0]));
	return true;
}

void parser__drop_list(struct node_list *list)
{
	mem_free(list->items);
	*list = (struct node_list){NULL, 0, 0};
}

bool parser__check_target(struct parser *p, struct node *node, const struct token *at)
{
	switch (node->kind) {
	case NODE_NAME:
		return scope__bind(p, AS_STR(node->value)) == 0;
	case NODE_ATTRIBUTE:
	case NODE_SUBSCRIPT:
		return true;
	case NODE_STAR:
		return parser__check_target(p, node->a, at);
	case NODE_TUPLE:
	case NODE_LIST:
		for (size_t i = 0; i < node->count; i++)
			if (!parser__check_target(p, node->items[i], at))
				return false;
		return true;
	case NODE_COMPARE:
		parser__fail(p, at, "only names, attributes and elements can be assigned to",
		    "a comparison cannot be assigned to");
		return false;
	case NODE_CALL:
		parser__fail(p, at, "write '==' to compare", "a call cannot be assigned to");
		return false;
	case NODE_CONST:
		parser__fail(p, &(struct token){.line = node->line, .col = node->col},
		    "a name stands on the left of '=', its value on the right", "a constant cannot be assigned to");
		return false;
	default:
		parser__fail(p, at, "only names, attributes and elements can be assigned to",
		    "cannot assign to this expression");
		return false;
	}
}

static int run(struct parser *p, bool expression)
{
	struct program *program = p->program;
	struct lexer_place place = {program->name, 1, 1};
	struct token *tokens = NULL;
	struct funcdef *def;
	size_t count;
	int r = lexer_run(program->source, strlen(program->source), &place, &tokens, &count, p->diag);

	if (r < 0)
		return r;
	p->first = p->token = tokens;
	def = program_alloc(program, 1, sizeof(*def));
	if (!def || !scope__push(p, SCOPE_KIND_MODULE, def)) {
		mem_free(tokens);
		return parser__no_memory(p), ERR_NOMEM;
	}
	def->program = program;
	def->line = 1;
	def->name = parser__intern(p, "<module>", 8);
	program->main = def;
	def->body = expression ? parser__lone_expression(p) : parser__statements(p);
	def->is_lambda = expression;
	r = def->body ? scope__resolve(p) : p->diag->code;
	if (!def->body && r == 0) // what fails without a word lacked memory
		r = ERR_NOMEM;
	mem_free(tokens);
	return r;
}

enum source_kind { SOURCE_PROGRAM, SOURCE_EXPRESSION, SOURCE_LIBRARY };

static int parse(struct vm *vm, const char *name, const char *source, enum source_kind kind,
    struct program **ret, struct diag *diag)
{
	struct diag local;
	struct parser p = {.vm = vm, .diag = diag ? diag : &local};
	int r;

	diag_clear(p.diag);
	p.program = program_new(name, source);
	p.program->hidden = kind == SOURCE_LIBRARY;
	r = run(&p, kind == SOURCE_EXPRESSION);
	scope__free(&p);
	if (r < 0) {
		if (r == ERR_NOMEM && !p.diag->msg[0])
			parser__no_memory(&p);
		program_drop(p.program);
		return r;
	}
	*ret = p.program;
	return 0;
}

int parser_program(struct vm *vm, const char *name, const char *source, struct program **ret,
    struct diag *diag)
{
	return parse(vm, name, source, SOURCE_PROGRAM, ret, diag);
}

int parser_expression(struct vm *vm, const char *name, const char *source, struct program **ret,
    struct diag *diag)
{
	return parse(vm, name, source, SOURCE_EXPRESSION, ret, diag);
}

int parser_library(struct vm *vm, const char *name, const char *source, struct program **ret,
    struct diag *diag)
{
	return parse(vm, name, source, SOURCE_LIBRARY, ret, diag);
}
