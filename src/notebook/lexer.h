// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * From source text to tokens. Indentation becomes INDENT and DEDENT, ends of statements become
 * NEWLINE (none inside brackets), comments vanish. Tokens point into the source. Columns count
 * characters from 1; a tab moves to the next multiple of eight for indentation.
 */
#ifndef NOTEBOOK_LEXER_H
#define NOTEBOOK_LEXER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum token_kind {
	TOKEN_END,
	TOKEN_NEWLINE,
	TOKEN_INDENT,
	TOKEN_DEDENT,
	TOKEN_NAME,
	TOKEN_KEYWORD,
	TOKEN_INT,
	TOKEN_FLOAT,
	TOKEN_STRING, // with its prefix and quotes
	TOKEN_OP,
};

enum keyword {
	KW_NONE, // not a keyword
	KW_FALSE, KW_NONE_VALUE, KW_TRUE, KW_AND, KW_AS, KW_ASSERT, KW_ASYNC, KW_AWAIT, KW_BREAK,
	KW_CLASS, KW_CONTINUE, KW_DEF, KW_DEL, KW_ELIF, KW_ELSE, KW_EXCEPT, KW_FINALLY, KW_FOR,
	KW_FROM, KW_GLOBAL, KW_IF, KW_IMPORT, KW_IN, KW_IS, KW_LAMBDA, KW_NONLOCAL, KW_NOT, KW_OR,
	KW_PASS, KW_RAISE, KW_RETURN, KW_TRY, KW_WHILE, KW_WITH, KW_YIELD,
};

enum op {
	OP_NONE,
	// binary operators, in the order of their augmented forms
	OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_FLOORDIV, OP_MOD, OP_POW, OP_MATMUL,
	OP_AND, OP_OR, OP_XOR, OP_LSHIFT, OP_RSHIFT,
	// comparisons
	OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE, OP_IN, OP_NOT_IN, OP_IS, OP_IS_NOT,
	// unary operators
	OP_NEG, OP_POS, OP_INVERT, OP_NOT,
	// punctuation
	OP_ASSIGN, OP_AUGMENTED, OP_LPAREN, OP_RPAREN, OP_LBRACKET, OP_RBRACKET, OP_LBRACE, OP_RBRACE,
	OP_COMMA, OP_COLON, OP_SEMICOLON, OP_DOT, OP_ELLIPSIS, OP_ARROW, OP_WALRUS, OP_AT,
};

struct token {
	uint8_t kind;	 // enum token_kind
	uint8_t keyword; // enum keyword
	uint8_t op;	 // enum op
	uint8_t binary;	 // OP_AUGMENTED: the operator
	int line, col;
	const char *text;
	size_t len;
};

struct lexer_place {
	const char *file;
	int line, col; // of the first character, for expressions inside f-strings; else 1, 1
};

// The tokens of source[0..len), ended by TOKEN_END; the caller frees *ret with mem_free.
// ERR_FORMAT with place and hint; ERR_LIMIT where the source is too long or too deep.
int lexer_run(const char *source, size_t len, const struct lexer_place *place, struct token **ret,
    size_t *ret_count, struct diag *diag) WARN_UNUSED;
// Would more text make it whole: an open bracket or string, a line that ends in a backslash?
bool lexer_is_open(const char *source);

#endif
