// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The syntax tree, and the program that owns it. Nodes live in the program's arena; constants and
 * names are values that the program holds. A program lives as long as it runs or as long as one of
 * its functions does.
 *
 * Names are resolved when the program has been parsed: a name of a function is a numbered slot of
 * its frame, a variable that an inner function uses is a cell in its slot, everything else is a
 * numbered global.
 */
#ifndef NOTEBOOK_SYNTAX_H
#define NOTEBOOK_SYNTAX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "notebook/lexer.h"
#include "notebook/value.h"

enum node_kind {
	// expressions
	NODE_CONST,	 // value
	NODE_NAME,	 // value: its string; scope, slot
	NODE_TUPLE,	 // items
	NODE_LIST,	 // items
	NODE_SET,	 // items
	NODE_DICT,	 // items: key, value, key, value, ...
	NODE_COMPREHENSION, // op: NODE_LIST, NODE_SET or NODE_DICT; a: element, b: value; items: NODE_FOR_IN
	NODE_FOR_IN,	 // a: target, b: iterable; items: conditions
	NODE_UNARY,	 // op; a
	NODE_BINARY,	 // op; a, b
	NODE_COMPARE,	 // items: operands; ops: as many less one
	NODE_AND,	 // a, b
	NODE_OR,	 // a, b
	NODE_CONDITIONAL, // a if b else c
	NODE_CALL,	 // a: callee; items: arguments, NODE_STAR, NODE_KEYWORD
	NODE_KEYWORD,	 // value: the name; UNSET: **a
	NODE_STAR,	 // *a
	NODE_ATTRIBUTE,	 // a.value
	NODE_SUBSCRIPT,	 // a[b]
	NODE_SLICE,	 // a:b:c, each may be NULL
	NODE_FSTRING,	 // items: NODE_CONST and NODE_FORMAT
	NODE_FORMAT,	 // {a!op:b}; b: a string or NODE_FSTRING, may be NULL
	NODE_LAMBDA,	 // def
	NODE_WALRUS,	 // a: name, b: value
	// statements
	NODE_EXPRESSION, // a
	NODE_ASSIGN,	 // items: targets; a: value
	NODE_AUGMENTED,	 // op; a: target, b: value
	NODE_IF,	 // a: condition, b: block, c: else block or NULL
	NODE_WHILE,	 // a: condition, b: block, c: else block or NULL
	NODE_FOR,	 // a: target, b: iterable; items[0]: block, items[1]: else block or NULL
	NODE_BLOCK,	 // items
	NODE_BREAK, NODE_CONTINUE, NODE_PASS,
	NODE_RETURN,	 // a, may be NULL
	NODE_YIELD,	 // a, may be NULL; op: 1 for "yield from a"
	NODE_DEF,	 // def; a: the target name; items: decorators
	NODE_CLASS,	 // a: the target name, b: base or NULL, c: block; value: docstring; items: decorators
	NODE_WITH,	 // a: manager, b: target or NULL, c: block
	NODE_IMPORT,	 // value: dotted name; a: target; b: NULL, or the attribute's name for "from"
	NODE_DEL,	 // items: targets
	NODE_GLOBAL,	 // nothing to do at run time
	NODE_ASSERT,	 // a, b may be NULL
	NODE_RAISE,	 // a, may be NULL; b: what stands after "from", may be NULL
	NODE_TRY,	 // a: block; items: NODE_EXCEPT; b: else block, c: finally block, may be NULL
	NODE_EXCEPT,	 // a: type or NULL, b: target or NULL, c: block
};

enum name_scope {
	SCOPE_GLOBAL, // slot: number of the symbol
	SCOPE_LOCAL,  // slot of the frame
	SCOPE_CELL,   // slot of the frame, which holds a cell
	SCOPE_CLASS,  // an attribute of the class being made, else a global; slot: symbol
};

struct node {
	uint8_t kind; // enum node_kind
	uint8_t op;
	uint8_t scope; // enum name_scope
	bool paren;    // stood in parentheses: (a, b) is not a, b
	int line, col;
	int slot;
	size_t count;
	struct node *a, *b, *c;
	struct node **items;
	uint8_t *ops;
	struct value value;
	struct funcdef *def;
};

struct program {
	int refs;
	struct arena arena;
	char *piece; // the rest of the arena's last piece
	size_t piece_left;
	char *name;   // the file's
	char *source; // a copy
	bool hidden;  // of the library: tracebacks do not show it
	struct value *held; // constants and names
	size_t held_count, held_cap;
	struct funcdef *main; // the program as a function without parameters
};

struct param {
	struct str *name;
	struct node *fallback; // the default's expression, or NULL
};

/* A function as written. Slots: the parameters, then locals, then captured variables. */
struct funcdef {
	struct program *program;
	struct str *name;
	struct value doc; // string or UNSET
	int line;
	size_t param_count;	 // all, with *args and **kwargs
	size_t positional_count; // those before * or *args
	bool keyword_only;	   // a bare * has been read
	bool has_args, has_kwargs;
	size_t args_at;		   // the place of *args; **kwargs is the last
	struct param *params;
	int slot_count;
	int *cell_slots; // own variables that inner functions capture
	size_t cell_count;
	int *free_slots; // captured variables here ...
	int *free_from;	 // ... and the slots of the enclosing function that hold their cells
	size_t free_count;
	struct node *body; // a block; for a lambda an expression
	bool is_lambda;
	bool is_generator; // has a yield
	bool is_inline;	   // (x for y in z): what := binds belongs to the function around it
	bool cell_param;   // a parameter is captured: it must be moved into a cell
};

struct program *program_new(const char *name, const char *source); // never NULL
void program_drop(struct program *program);
static inline struct program *program_ref(struct program *program)
{
	program->refs++;
	return program;
}
void *program_alloc(struct program *program, size_t count, size_t size) WARN_UNUSED; // zeroed, or NULL
int program_hold(struct program *program, struct value v) WARN_UNUSED; // takes `v` over, always

#endif
