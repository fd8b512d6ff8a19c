// SPDX-License-Identifier: GPL-3.0-or-later
/* What the files of the parser share: parser.c, parse_*.c, scope.c. */
#ifndef NOTEBOOK_PARSER_INTERNAL_H
#define NOTEBOOK_PARSER_INTERNAL_H

#include "notebook/syntax.h"

struct vm;

enum scope_kind { SCOPE_KIND_MODULE, SCOPE_KIND_FUNCTION, SCOPE_KIND_CLASS, SCOPE_KIND_COMPREHENSION };

/* A name of a scope. */
struct binding {
	struct str *name;
	bool bound;    // assigned here, or a parameter
	bool global;   // declared so
	bool nonlocal; // declared so
	bool captured; // an inner function uses it: it lives in a cell
	bool is_free;  // it belongs to an enclosing function; the slot holds the cell
	int slot;
};

struct scope {
	enum scope_kind kind;
	struct scope *parent;
	struct scope *next; // all scopes of the program, innermost last
	struct funcdef *def; // of modules and functions
	struct binding *bindings;
	size_t count, cap;
	struct {
		struct node *node;
		struct scope *owner; // that has the variable; NULL: a global
		size_t index;	     // of the owner's binding
	} *names;
	size_t name_count, name_cap;
	int loops, handlers; // for and while, except and finally around the statement being read
};

struct parser {
	struct vm *vm;
	struct program *program;
	const struct token *first; // of all
	const struct token *token; // the next one
	struct diag *diag;
	struct scope *scope;
	struct scope *scopes; // all, newest first
	int depth;
};

// Report at a token and return NULL (as a node). The message says what was expected.
struct node *parser__fail(struct parser *p, const struct token *at, const char *hint, const char *fmt,
    ...) PRINTF_LIKE(4, 5);
struct node *parser__no_memory(struct parser *p);
struct node *parser__node(struct parser *p, enum node_kind kind, const struct token *at);
int parser__enter(struct parser *p); // one level deeper; ERR_LIMIT beyond the limit
void parser__leave(struct parser *p);
struct str *parser__intern(struct parser *p, const char *text, size_t len); // held; NULL: reported
// Report a slip (parse_slips.c) if the tokens here are one; false: say what was expected.
bool parser__slip(struct parser *p);
// What a token is, for "found ...".
const char *parser__describe(const struct token *token, char *text, size_t size);

static inline bool parser__is_op(const struct parser *p, enum op op)
{
	return p->token->kind == TOKEN_OP && p->token->op == op;
}
static inline bool parser__is_keyword(const struct parser *p, enum keyword keyword)
{
	return p->token->kind == TOKEN_KEYWORD && p->token->keyword == keyword;
}
bool parser__accept_op(struct parser *p, enum op op);
bool parser__accept_keyword(struct parser *p, enum keyword keyword);
bool parser__expect_op(struct parser *p, enum op op, const char *text, const char *where);

/* A growing array of nodes during parsing. */
struct node_list {
	struct node **items;
	size_t count, cap;
};
int parser__push(struct parser *p, struct node_list *list, struct node *node);
bool parser__take_items(struct parser *p, struct node_list *list, struct node *into); // into the arena
void parser__drop_list(struct node_list *list);

/* parse_expr.c */
struct node *parser__expression(struct parser *p);	     // one, no tuple without parentheses
struct node *parser__expressions(struct parser *p);	     // with commas: a tuple
struct node *parser__targets(struct parser *p);		     // of for: a, b without "in"
bool parser__check_target(struct parser *p, struct node *node, const struct token *at); // assignable?
bool parser__call_arguments(struct parser *p, struct node *call);
struct node *parser__or(struct parser *p);		     // without lambda and a if b else c
/* parse_atom.c */
/* Where a scope stood, so that an element parsed too early can be forgotten. */
struct rewind {
	size_t names, bindings;
	struct scope *scopes;
};
struct rewind parser__mark(const struct parser *p);
void parser__rewind(struct parser *p, const struct rewind *mark);
struct node *parser__atom(struct parser *p);
struct node *parser__name(struct parser *p, const struct token *token, bool binds);
struct node *parser__starred(struct parser *p); // an expression, *expression or name := expression
struct node *parser__walrus(struct parser *p, struct node *(*parse)(struct parser *p));
// With p at its first "for"; its element begins at `element`. NODE_CALL: a generator.
struct node *parser__comprehension(struct parser *p, const struct token *element, enum node_kind kind);
/* parse_string.c */
struct node *parser__strings(struct parser *p); // one or more adjacent string tokens
/* parse_stmt.c */
// After what has a block ("the condition"): a colon, then an indented block or statements on that line.
struct node *parser__block(struct parser *p, const char *what);
/* parse_def.c */
struct node *parser__def(struct parser *p);
struct node *parser__class(struct parser *p);
struct node *parser__decorated(struct parser *p); // either, with @decorators above
struct node *parser__params(struct parser *p, struct funcdef *def, enum op end); // NULL: failed, else any node
/* scope.c */
struct scope *scope__push(struct parser *p, enum scope_kind kind, struct funcdef *def); // NULL: no memory
void scope__pop(struct parser *p);
// These report what is wrong and return a negative code.
int scope__bind(struct parser *p, struct str *name);
int scope__bind_outside(struct parser *p, struct str *name); // of a comprehension: name := ...
int scope__declare(struct parser *p, struct str *name, bool global);
int scope__use(struct parser *p, struct node *name);
bool scope__is_param(const struct scope *scope, const struct str *name);
bool scope__is_inner(const struct scope *scope); // of a function inside of another
bool scope__is_bound(const struct scope *scope, const struct str *name); // a function's own, so far
int scope__resolve(struct parser *p); // when all is parsed
void scope__free(struct parser *p);

#endif
