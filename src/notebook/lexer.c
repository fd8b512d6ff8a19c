// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "notebook/lexer.h"

#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"

#define SOURCE_MAX ((size_t)4 << 20)
#define INDENT_MAX 60
#define BRACKETS_MAX 150

struct lexer {
	const char *at, *end;
	const char *line_start; // for columns
	const char *file;
	int line, first_col;
	const char *counted; // column() has counted up to here ...
	int counted_col;     // ... and this is its column
	struct token *tokens;
	size_t count, cap;
	int indents[INDENT_MAX + 1]; // widths
	int narrow[INDENT_MAX + 1];  // the same with tabs of width 1
	int indent_depth;
	struct {
		char open;
		int line, col;
	} brackets[BRACKETS_MAX];
	int bracket_depth;
	bool open; // the source ended inside a bracket or string
	struct diag *diag;
};

static const char *const keywords[] = {
	[KW_FALSE] = "False", [KW_NONE_VALUE] = "None", [KW_TRUE] = "True", [KW_AND] = "and",
	[KW_AS] = "as", [KW_ASSERT] = "assert", [KW_ASYNC] = "async", [KW_AWAIT] = "await",
	[KW_BREAK] = "break", [KW_CLASS] = "class", [KW_CONTINUE] = "continue", [KW_DEF] = "def",
	[KW_DEL] = "del", [KW_ELIF] = "elif", [KW_ELSE] = "else", [KW_EXCEPT] = "except",
	[KW_FINALLY] = "finally", [KW_FOR] = "for", [KW_FROM] = "from", [KW_GLOBAL] = "global",
	[KW_IF] = "if", [KW_IMPORT] = "import", [KW_IN] = "in", [KW_IS] = "is",
	[KW_LAMBDA] = "lambda", [KW_NONLOCAL] = "nonlocal", [KW_NOT] = "not", [KW_OR] = "or",
	[KW_PASS] = "pass", [KW_RAISE] = "raise", [KW_RETURN] = "return", [KW_TRY] = "try",
	[KW_WHILE] = "while", [KW_WITH] = "with", [KW_YIELD] = "yield",
};

// Those with the same first letter stand together.
static const struct {
	uint8_t first, last;
} keywords_by_letter[] = {
	['a' - 'a'] = {KW_AND, KW_AWAIT}, ['b' - 'a'] = {KW_BREAK, KW_BREAK},
	['c' - 'a'] = {KW_CLASS, KW_CONTINUE}, ['d' - 'a'] = {KW_DEF, KW_DEL},
	['e' - 'a'] = {KW_ELIF, KW_EXCEPT}, ['f' - 'a'] = {KW_FINALLY, KW_FROM},
	['g' - 'a'] = {KW_GLOBAL, KW_GLOBAL}, ['i' - 'a'] = {KW_IF, KW_IS},
	['l' - 'a'] = {KW_LAMBDA, KW_LAMBDA}, ['n' - 'a'] = {KW_NONLOCAL, KW_NOT},
	['o' - 'a'] = {KW_OR, KW_OR}, ['p' - 'a'] = {KW_PASS, KW_PASS},
	['r' - 'a'] = {KW_RAISE, KW_RETURN}, ['t' - 'a'] = {KW_TRY, KW_TRY},
	['w' - 'a'] = {KW_WHILE, KW_WITH}, ['y' - 'a'] = {KW_YIELD, KW_YIELD},
};

// The frequent ones first; longest first among those that begin alike.
static const struct {
	const char *text;
	uint8_t op, binary;
} operators[] = {
	{"(", OP_LPAREN, 0}, {")", OP_RPAREN, 0}, {",", OP_COMMA, 0}, {"...", OP_ELLIPSIS, 0},
	{".", OP_DOT, 0}, {"==", OP_EQ, 0}, {"=", OP_ASSIGN, 0}, {":=", OP_WALRUS, 0}, {":", OP_COLON, 0},
	{"[", OP_LBRACKET, 0}, {"]", OP_RBRACKET, 0}, {"+=", OP_AUGMENTED, OP_ADD}, {"+", OP_ADD, 0},
	{"-=", OP_AUGMENTED, OP_SUB}, {"->", OP_ARROW, 0}, {"-", OP_SUB, 0},
	{"**=", OP_AUGMENTED, OP_POW}, {"**", OP_POW, 0}, {"*=", OP_AUGMENTED, OP_MUL}, {"*", OP_MUL, 0},
	{"//=", OP_AUGMENTED, OP_FLOORDIV}, {"//", OP_FLOORDIV, 0}, {"/=", OP_AUGMENTED, OP_DIV}, {"/", OP_DIV, 0},
	{"<<=", OP_AUGMENTED, OP_LSHIFT}, {"<<", OP_LSHIFT, 0}, {"<=", OP_LE, 0}, {"<", OP_LT, 0},
	{">>=", OP_AUGMENTED, OP_RSHIFT}, {">>", OP_RSHIFT, 0}, {">=", OP_GE, 0}, {">", OP_GT, 0},
	{"!=", OP_NE, 0}, {"{", OP_LBRACE, 0}, {"}", OP_RBRACE, 0}, {"%=", OP_AUGMENTED, OP_MOD}, {"%", OP_MOD, 0},
	{"@=", OP_AUGMENTED, OP_MATMUL}, {"@", OP_MATMUL, 0}, {"&=", OP_AUGMENTED, OP_AND}, {"&", OP_AND, 0},
	{"|=", OP_AUGMENTED, OP_OR}, {"|", OP_OR, 0}, {"^=", OP_AUGMENTED, OP_XOR}, {"^", OP_XOR, 0},
	{"~", OP_INVERT, 0}, {";", OP_SEMICOLON, 0},
};

// Columns are asked for from left to right, mostly: a long line is counted once.
static int column(struct lexer *lx, const char *at)
{
	if (!lx->counted || lx->counted < lx->line_start || lx->counted > at) {
		lx->counted = lx->line_start;
		lx->counted_col = lx->first_col;
	}
	for (; lx->counted < at; lx->counted++)
		lx->counted_col += ((unsigned char)*lx->counted & 0xc0) != 0x80;
	return lx->counted_col;
}

/* Characters that stand for others: what Chinese input methods, blogs and word processors make of them. */
static const struct {
	uint32_t cp;
	const char *ascii;
} lookalikes[] = {
	{0xd7, "*"}, {0xf7, "/"}, {0x2010, "-"}, {0x2011, "-"}, {0x2013, "-"}, {0x2014, "-"}, {0x2018, "'"},
	{0x2019, "'"}, {0x201b, "'"}, {0x201c, "\""}, {0x201d, "\""}, {0x201f, "\""}, {0x2026, "..."},
	{0x2032, "'"}, {0x2033, "\""}, {0x2192, "->"}, {0x21d2, "=>"}, {0x2212, "-"}, {0x2217, "*"}, {0x22c5, "*"},
	{0x2260, "!="}, {0x2264, "<="}, {0x2265, ">="}, {0x3001, ","}, {0x3002, "."}, {0x300a, "<"}, {0x300b, ">"},
	{0x300c, "'"}, {0x300d, "'"}, {0x3010, "["}, {0x3011, "]"}, {0x3014, "["}, {0x3015, "]"}, {0xb7, "."},
	{0xab, "\""}, {0xbb, "\""},
};

// What a character probably should be; NULL: nothing in particular.
static const char *meant_by(uint32_t cp, char text[2])
{
	for (size_t i = 0; i < ARRAY_LEN(lookalikes); i++)
		if (lookalikes[i].cp == cp)
			return lookalikes[i].ascii;
	if (cp < 0xff01 || cp > 0xff5e) // the full-width forms of ASCII
		return NULL;
	text[0] = (char)(cp - 0xfee0);
	text[1] = '\0';
	return text;
}

// Bytes of a blank beyond ASCII: no-break and ideographic spaces, marks of no width; 0: it is none.
static size_t wide_blank(const struct lexer *lx, const char *at)
{
	uint32_t cp;
	size_t used = at < lx->end && (*at & 0x80) ? utf8_decode(at, (size_t)(lx->end - at), &cp) : 0;

	if (used == 0)
		return 0;
	return cp == 0xa0 || (cp >= 0x2000 && cp <= 0x200d) || cp == 0x202f || cp == 0x2060 || cp == 0x3000 ||
		cp == 0xfeff ? used : 0;
}

// Report at `at`; the message is a whole sentence without a full stop.
static int fail_at(struct lexer *lx, const char *at, const char *msg, const char *hint)
{
	diag_set(lx->diag, ERR_FORMAT, "SyntaxError: %s", msg);
	diag_hint(lx->diag, "%s", hint);
	return diag_at(lx->diag, lx->file, lx->line, column(lx, at)), ERR_FORMAT;
}

static int fail_character(struct lexer *lx, const char *at)
{
	uint32_t cp = (unsigned char)*at;
	size_t used = *at & 0x80 ? utf8_decode(at, (size_t)(lx->end - at), &cp) : 1;
	char text[2];
	const char *ascii = meant_by(cp, text);

	if (cp < 0x20 || cp == 0x7f || cp == UTF8_REPLACEMENT)
		return fail_at(lx, at, "this character cannot stand in a program", "delete it, and type the line again");
	diag_set(lx->diag, ERR_FORMAT, "SyntaxError: the character '%.*s' cannot stand in a program", (int)used, at);
	if (ascii)
		diag_hint(lx->diag, "write %s instead", ascii);
	else
		diag_hint(lx->diag, "remove it, or put it into quotes");
	return diag_at(lx->diag, lx->file, lx->line, column(lx, at)), ERR_FORMAT;
}

static int push(struct lexer *lx, const struct token *token)
{
	if (lx->count == lx->cap) {
		size_t cap = lx->cap ? lx->cap * 2 : 64;
		void *grown = mem_realloc(lx->tokens, cap, sizeof(*token));

		if (!grown)
			return diag_set(lx->diag, ERR_NOMEM, "out of memory while reading the program");
		lx->tokens = grown;
		lx->cap = cap;
	}
	lx->tokens[lx->count++] = *token;
	return 0;
}

static int push_mark(struct lexer *lx, enum token_kind kind)
{
	struct token token = {.kind = (uint8_t)kind, .line = lx->line, .text = lx->at};

	token.col = column(lx, lx->at);
	return push(lx, &token);
}

static int push_span(struct lexer *lx, enum token_kind kind, const char *start)
{
	struct token token = {.kind = (uint8_t)kind, .line = lx->line, .text = start};

	token.col = column(lx, start);
	token.len = (size_t)(lx->at - start);
	return push(lx, &token);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80);
}

static bool is_name(char c)
{
	return is_name_start(c) || is_digit(c);
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static void skip_digits(struct lexer *lx)
{
	while (lx->at < lx->end &&
	    (is_digit(*lx->at) || (*lx->at == '_' && lx->at + 1 < lx->end && is_digit(lx->at[1]))))
		lx->at++;
}

static int lex_radix(struct lexer *lx, const char *start)
{
	lx->at += 2;
	while (lx->at < lx->end && (is_hex(*lx->at) || *lx->at == '_'))
		lx->at++;
	if (lx->at == start + 2)
		return fail_at(lx, start, "a number needs digits after its prefix", "write 0xff or 0b101");
	return push_span(lx, TOKEN_INT, start);
}

// A blank, or punctuation, beyond ASCII.
static bool is_foreign(const struct lexer *lx, const char *at)
{
	char ascii[2];
	uint32_t cp;

	if (!(*at & 0x80))
		return false;
	utf8_decode(at, (size_t)(lx->end - at), &cp);
	return wide_blank(lx, at) || meant_by(cp, ascii);
}

static int lex_number(struct lexer *lx)
{
	const char *start = lx->at;
	enum token_kind kind = TOKEN_INT;

	if (*start == '0' && start + 1 < lx->end && strchr("xXbBoO", start[1]) && start[1])
		return lex_radix(lx, start);
	skip_digits(lx);
	if (lx->at < lx->end && *lx->at == '.') {
		kind = TOKEN_FLOAT;
		lx->at++;
		skip_digits(lx);
	}
	if (lx->at < lx->end && (*lx->at == 'e' || *lx->at == 'E')) {
		const char *p = lx->at + 1;

		if (p < lx->end && (*p == '+' || *p == '-'))
			p++;
		if (p < lx->end && is_digit(*p)) {
			kind = TOKEN_FLOAT;
			lx->at = p;
			skip_digits(lx);
		}
	}
	if (lx->at < lx->end && (*lx->at == 'j' || *lx->at == 'J') &&
	    (lx->at + 1 == lx->end || !is_name(lx->at[1])))
		return fail_at(lx, start, "complex numbers are not supported", "use floats");
	if (lx->at < lx->end && is_name_start(*lx->at) && !is_foreign(lx, lx->at))
		return fail_at(lx, lx->at, "a name cannot begin with a digit",
		    "put an operator between the number and the name");
	if (kind == TOKEN_INT && lx->at - start > 1 && *start == '0') {
		for (const char *p = start; p < lx->at; p++)
			if (*p != '0' && *p != '_')
				return fail_at(lx, start, "an integer cannot begin with 0",
				    "drop the leading zeros, or write 0o17 for octal");
	}
	return push_span(lx, kind, start);
}

// At the opening quote; `start` is where the prefix begins.
static int lex_string(struct lexer *lx, const char *start)
{
	struct token token = {.kind = TOKEN_STRING, .line = lx->line, .text = start};
	char quote = *lx->at;
	bool triple = lx->end - lx->at >= 3 && lx->at[1] == quote && lx->at[2] == quote;

	token.col = column(lx, start);
	lx->at += triple ? 3 : 1;
	for (; lx->at < lx->end; lx->at++) {
		if (*lx->at == '\\' && lx->at + 1 < lx->end) {
			lx->at++;
		} else if (*lx->at == quote) {
			if (!triple || (lx->end - lx->at >= 3 && lx->at[1] == quote && lx->at[2] == quote))
				break;
		} else if (*lx->at == '\n' && !triple) {
			break;
		}
		if (*lx->at == '\n') {
			lx->line++;
			lx->line_start = lx->at + 1;
			lx->first_col = 1;
		}
	}
	if (lx->at >= lx->end || *lx->at == '\n') {
		lx->open = triple && lx->at >= lx->end;
		lx->line = token.line;
		diag_set(lx->diag, ERR_FORMAT, "SyntaxError: this string is never closed");
		diag_hint(lx->diag, "end it with %s%c", triple ? "three of " : "", quote);
		return diag_at(lx->diag, lx->file, token.line, token.col), ERR_FORMAT;
	}
	lx->at += triple ? 3 : 1;
	token.len = (size_t)(lx->at - start);
	return push(lx, &token);
}

static enum keyword find_keyword(const char *text, size_t len)
{
	size_t letter = (size_t)(*text - 'a'), from = KW_FALSE, to = KW_TRUE;

	if (*text >= 'a' && letter < ARRAY_LEN(keywords_by_letter)) {
		from = keywords_by_letter[letter].first;
		to = keywords_by_letter[letter].last;
	}
	for (size_t i = from; i <= to && i > KW_NONE; i++)
		if (strncmp(keywords[i], text, len) == 0 && !keywords[i][len])
			return (enum keyword)i;
	return KW_NONE;
}

static int lex_name(struct lexer *lx)
{
	const char *start = lx->at;
	size_t len, used;
	uint32_t cp;
	enum keyword keyword;
	char ascii[2];

	for (; lx->at < lx->end && is_name(*lx->at); lx->at += used) {
		used = 1;
		if (!(*lx->at & 0x80))
			continue;
		if (wide_blank(lx, lx->at))
			break;
		used = utf8_decode(lx->at, (size_t)(lx->end - lx->at), &cp);
		if ((cp >= 0x80 && meant_by(cp, ascii)) || cp == UTF8_REPLACEMENT)
			return fail_character(lx, lx->at);
	}
	len = (size_t)(lx->at - start);
	if (len <= 2 && lx->at < lx->end && (*lx->at == '"' || *lx->at == '\'')) {
		bool prefix = true;

		for (size_t i = 0; i < len; i++)
			prefix = prefix && strchr("fFrRuUbB", start[i]);
		if (prefix)
			return lex_string(lx, start);
	}
	if (len > 255)
		return fail_at(lx, start, "this name is too long", "at most 255 bytes");
	keyword = find_keyword(start, len);
	if (push_span(lx, keyword ? TOKEN_KEYWORD : TOKEN_NAME, start) < 0)
		return ERR_NOMEM;
	lx->tokens[lx->count - 1].keyword = (uint8_t)keyword;
	return 0;
}

static int open_bracket(struct lexer *lx)
{
	if (lx->bracket_depth == BRACKETS_MAX)
		return fail_at(lx, lx->at, "too many nested brackets", "at most 150 may be open at once");
	lx->brackets[lx->bracket_depth].open = *lx->at;
	lx->brackets[lx->bracket_depth].line = lx->line;
	lx->brackets[lx->bracket_depth++].col = column(lx, lx->at);
	return 0;
}

static int close_bracket(struct lexer *lx)
{
	char wanted = *lx->at == ')' ? '(' : *lx->at == ']' ? '[' : '{';
	char msg[80] = "nothing is open here that ' ' could close";

	if (lx->bracket_depth == 0) {
		msg[strlen("nothing is open here that '")] = *lx->at;
		return fail_at(lx, lx->at, msg, "remove it, or add the opening bracket");
	}
	if (lx->brackets[--lx->bracket_depth].open != wanted) {
		diag_set(lx->diag, ERR_FORMAT, "SyntaxError: '%c' cannot close the '%c' of line %d, column %d",
		    *lx->at, lx->brackets[lx->bracket_depth].open, lx->brackets[lx->bracket_depth].line,
		    lx->brackets[lx->bracket_depth].col);
		diag_hint(lx->diag, "close brackets in the reverse order of their opening");
		return diag_at(lx->diag, lx->file, lx->line, column(lx, lx->at)), ERR_FORMAT;
	}
	return 0;
}

static int lex_operator(struct lexer *lx)
{
	size_t left = (size_t)(lx->end - lx->at);
	const char *start = lx->at;
	int r = 0;

	for (size_t i = 0; i < ARRAY_LEN(operators); i++) {
		size_t len;

		if (operators[i].text[0] != *start)
			continue;
		len = strlen(operators[i].text);
		if (len > left || memcmp(operators[i].text, start, len) != 0)
			continue;
		if (strchr("([{", *start))
			r = open_bracket(lx);
		else if (strchr(")]}", *start))
			r = close_bracket(lx);
		if (r < 0)
			return r;
		lx->at += len;
		if (push_span(lx, TOKEN_OP, start) < 0)
			return ERR_NOMEM;
		lx->tokens[lx->count - 1].op = operators[i].op;
		lx->tokens[lx->count - 1].binary = operators[i].binary;
		return 0;
	}
	if (*start == '!')
		return fail_at(lx, start, "'!' is not an operator here", "write 'not x', or 'a != b'");
	if (*start == '?')
		return fail_at(lx, start, "'?' has no meaning in a program", "write help(name); a condition is a if x else b");
	return fail_character(lx, start);
}

// Does the order of two indentations depend on how wide a tab is?
static bool is_mixed(const struct lexer *lx, int width, int narrow)
{
	int wide = width - lx->indents[lx->indent_depth], thin = narrow - lx->narrow[lx->indent_depth];

	return (wide > 0) != (thin > 0) || (wide < 0) != (thin < 0);
}

static int set_indent(struct lexer *lx, int width, int narrow)
{
	if (is_mixed(lx, width, narrow))
		return fail_at(lx, lx->at, "tabs and spaces are mixed in the indentation", "indent with spaces only, four at a time");
	if (width > lx->indents[lx->indent_depth]) {
		if (lx->indent_depth == INDENT_MAX)
			return fail_at(lx, lx->at, "too deeply indented", "move inner blocks into functions");
		lx->indents[++lx->indent_depth] = width;
		lx->narrow[lx->indent_depth] = narrow;
		return push_mark(lx, TOKEN_INDENT);
	}
	while (width < lx->indents[lx->indent_depth]) {
		lx->indent_depth--;
		if (push_mark(lx, TOKEN_DEDENT) < 0)
			return ERR_NOMEM;
	}
	if (width != lx->indents[lx->indent_depth])
		return fail_at(lx, lx->at, "this line is indented unlike any block around it",
		    "align it with the block that it belongs to");
	return 0;
}

// At the beginning of a line that is not inside brackets; blank and comment lines do not count.
static int lex_indentation(struct lexer *lx)
{
	const char *p = lx->at;
	int width = 0, narrow = 0; // with tabs up to the next multiple of 8, and of 1

	for (; p < lx->end && (*p == ' ' || *p == '\t' || *p == '\f' || wide_blank(lx, p)); narrow++) {
		size_t wide = wide_blank(lx, p);

		if (wide == 3 && *p != '\xe3') // without a width, as a mark at the beginning of a file
			narrow--;
		else
			width = *p == '\t' ? (width / 8 + 1) * 8 : *p == '\f' ? 0 : width + 1;
		p += wide ? wide : 1;
	}
	lx->at = p;
	if (p == lx->end || *p == '\n' || *p == '\r' || *p == '#')
		return 0;
	return set_indent(lx, width, narrow);
}

static bool last_is(const struct lexer *lx, enum token_kind kind)
{
	return lx->count > 0 && lx->tokens[lx->count - 1].kind == kind;
}

static int end_line(struct lexer *lx)
{
	int r = 0;

	if (lx->bracket_depth == 0 && lx->count > 0 && !last_is(lx, TOKEN_NEWLINE) &&
	    !last_is(lx, TOKEN_INDENT) && !last_is(lx, TOKEN_DEDENT))
		r = push_mark(lx, TOKEN_NEWLINE);
	lx->at++;
	lx->line++;
	lx->line_start = lx->at;
	lx->first_col = 1;
	if (r == 0 && lx->bracket_depth == 0)
		r = lex_indentation(lx);
	return r;
}

static int lex_continuation(struct lexer *lx)
{
	const char *p = lx->at + 1;

	if (p < lx->end && *p == '\r')
		p++;
	if (p == lx->end || (*p == '\n' && p + 1 == lx->end)) {
		lx->open = true;
		return fail_at(lx, lx->at, "the program ends after a line continuation", "remove the '\\'");
	}
	if (*p != '\n')
		return fail_at(lx, lx->at, "only the end of the line may follow '\\'", "remove what follows");
	lx->at = p + 1;
	lx->line++;
	lx->line_start = lx->at;
	lx->first_col = 1;
	return 0;
}

static bool at_statement(const struct lexer *lx)
{
	return lx->bracket_depth == 0 && lx->at + 1 < lx->end && (is_name_start(lx->at[1]) || lx->at[1] == lx->at[0]) &&
	    (lx->count == 0 || last_is(lx, TOKEN_NEWLINE) || last_is(lx, TOKEN_INDENT) || last_is(lx, TOKEN_DEDENT));
}

// %timeit f(), !pip install torch: commands of notebook pages.
static int fail_command(struct lexer *lx)
{
	if (*lx->at == '!')
		return fail_at(lx, lx->at, "commands of the shell cannot be run here", "leave it out: nothing has to be installed");
	return fail_at(lx, lx->at, "commands with '%' belong to notebook pages", "leave it out; time.time() tells how long something takes");
}

static int lex_next(struct lexer *lx)
{
	char c = *lx->at;

	if (c == '\n')
		return end_line(lx);
	if (c == ' ' || c == '\t' || c == '\r' || c == '\f')
		return lx->at++, 0;
	if (c == '#') {
		while (lx->at < lx->end && *lx->at != '\n')
			lx->at++;
		return 0;
	}
	if (c == '\\')
		return lex_continuation(lx);
	if (is_digit(c) || (c == '.' && lx->at + 1 < lx->end && is_digit(lx->at[1])))
		return lex_number(lx);
	if (c == '"' || c == '\'')
		return lex_string(lx, lx->at);
	if (wide_blank(lx, lx->at))
		return lx->at += wide_blank(lx, lx->at), 0;
	if (is_name_start(c))
		return lex_name(lx);
	if ((c == '%' || c == '!') && at_statement(lx))
		return fail_command(lx);
	return lex_operator(lx);
}

static int finish(struct lexer *lx)
{
	if (lx->bracket_depth > 0) {
		int i = lx->bracket_depth - 1;

		lx->open = true;
		diag_set(lx->diag, ERR_FORMAT, "SyntaxError: this '%c' is never closed", lx->brackets[i].open);
		diag_hint(lx->diag, "add the closing bracket");
		return diag_at(lx->diag, lx->file, lx->brackets[i].line, lx->brackets[i].col), ERR_FORMAT;
	}
	if (lx->count > 0 && !last_is(lx, TOKEN_NEWLINE) && push_mark(lx, TOKEN_NEWLINE) < 0)
		return ERR_NOMEM;
	for (; lx->indent_depth > 0; lx->indent_depth--)
		if (push_mark(lx, TOKEN_DEDENT) < 0)
			return ERR_NOMEM;
	return push_mark(lx, TOKEN_END);
}

static int run(struct lexer *lx)
{
	int r;

	if (lx->end - lx->at > (ptrdiff_t)SOURCE_MAX)
		return diag_set(lx->diag, ERR_LIMIT, "the program is longer than 4 MiB");
	r = lex_indentation(lx);
	while (r == 0 && lx->at < lx->end)
		r = lex_next(lx);
	return r < 0 ? r : finish(lx);
}

int lexer_run(const char *source, size_t len, const struct lexer_place *place, struct token **ret,
    size_t *ret_count, struct diag *diag)
{
	struct lexer lx = {.at = source, .end = source + len, .line_start = source, .diag = diag};
	int r;

	lx.file = place->file;
	lx.line = place->line;
	lx.first_col = place->col;
	r = run(&lx);
	if (r < 0) {
		mem_free(lx.tokens);
		return r;
	}
	*ret = lx.tokens;
	*ret_count = lx.count;
	return 0;
}

bool lexer_is_open(const char *source)
{
	struct lexer lx = {.at = source, .line = 1, .first_col = 1, .file = "", .line_start = source};
	int r;

	lx.end = source + strlen(source);
	r = run(&lx);
	mem_free(lx.tokens);
	return r < 0 && lx.open;
}
