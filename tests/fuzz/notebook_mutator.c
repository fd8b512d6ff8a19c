// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * How libFuzzer changes a program: besides bytes, tokens (one for another of the same program or of
 * the language) and lines (taken out, doubled, moved, a generated statement put between).
 */
#include "config.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/rng.h"
#include "base/strbuf.h"
#include "fuzz/fuzz.h"
#include "fuzz/program.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size,
    uint8_t *out, size_t max_size, unsigned seed);

struct piece {
	const char *at;
	size_t len;
};

static const char *const words[] = {
    "None", "True", "self", "a", "x", "0", "1", "-1", "2**62", "1e308", "[]", "{}", "()", "''", "[:]",
    "[-1]", "(*a)", "(**d)", "=", "==", "+=", "@", "**", "//", "%", "<<", "in", "not in", "is", "and",
    "or", "not", "if", "else", "lambda q:", "for q in", "def g(q):", "class A:", "try:", "except:",
    "finally:", "raise", "return", "del", "global", "nonlocal", "with", "import", "from", "as",
    "yield", "f'{", "!r}", ":=", "...", "\\", "#", "'''", "\n", "\t", ".T", ".grad", ".backward()",
    ".data", ".append(", ".sort()", "torch.", "np.", "nn.", "F.", "super()", "__init__",
};

static bool is_word(int c)
{
	return isalnum(c) || c == '_' || c >= 0x80;
}

static struct piece token_at(const char *text, size_t len, size_t at)
{
	size_t from = at, to = at + 1;

	if (is_word((unsigned char)text[at])) {
		while (from > 0 && is_word((unsigned char)text[from - 1]))
			from--;
		while (to < len && is_word((unsigned char)text[to]))
			to++;
	}
	return (struct piece){text + from, to - from};
}

static struct piece line_at(const char *text, size_t len, size_t at)
{
	size_t from = at, to = at;

	while (from > 0 && text[from - 1] != '\n')
		from--;
	while (to < len && text[to] != '\n')
		to++;
	return (struct piece){text + from, to + (to < len) - from};
}

// text with the bytes of `old` replaced by `with`.
static void replace(struct strbuf *out, const char *text, size_t len, struct piece old, struct piece with)
{
	strbuf_addn(out, text, (size_t)(old.at - text));
	strbuf_addn(out, with.at, with.len);
	strbuf_addn(out, old.at + old.len, len - (size_t)(old.at - text) - old.len);
}

static void change_token(struct rng *rng, const char *text, size_t len, struct strbuf *out)
{
	struct piece old = token_at(text, len, rng_below(rng, len)), with;
	const char *word = words[rng_below(rng, sizeof(words) / sizeof(words[0]))];

	with = rng_below(rng, 2) ? (struct piece){word, strlen(word)} : token_at(text, len, rng_below(rng, len));
	if (rng_below(rng, 4) == 0)
		old.len = 0;
	replace(out, text, len, old, with);
}

static void change_line(struct rng *rng, const char *text, size_t len, struct strbuf *out)
{
	struct piece line = line_at(text, len, rng_below(rng, len)), with = line_at(text, len, rng_below(rng, len));
	struct strbuf made = STRBUF_INIT;
	uint8_t choices[64];
	int indent = 0;

	switch (rng_below(rng, 4)) {
	case 0: // out
		with.len = 0;
		break;
	case 1: // another one in its place
		break;
	case 2: // another one before it
		line.len = 0;
		break;
	default:
		for (size_t i = 0; i < sizeof(choices); i++)
			choices[i] = (uint8_t)rng_u64(rng);
		while ((size_t)indent < line.len && line.at[indent] == '\t')
			indent++;
		program_statement(choices, rng_below(rng, sizeof(choices)), indent, &made);
		with = (struct piece){made.data, made.len};
		line.len = 0;
	}
	replace(out, text, len, line, with);
	strbuf_release(&made);
}

static size_t give(struct strbuf *out, uint8_t *data, size_t max_size)
{
	size_t len = out->len < max_size ? out->len : max_size;

	memcpy(data, out->data, len);
	strbuf_release(out);
	return len;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
	struct strbuf out = STRBUF_INIT;
	struct rng rng;

	rng_seed(&rng, seed);
	// The bytes of a generated program are choices: there are no tokens in them.
	if (size < 2 || (data[0] < 8 && data[0] & 1) || rng_below(&rng, 4) == 0)
		return LLVMFuzzerMutate(data, size, max_size);
	if (rng_below(&rng, 2))
		change_token(&rng, (const char *)data, size, &out);
	else
		change_line(&rng, (const char *)data, size, &out);
	return give(&out, data, max_size);
}

// The lines of one up to somewhere, then those of the other from somewhere.
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size,
    uint8_t *out, size_t max_size, unsigned seed)
{
	struct strbuf text = STRBUF_INIT;
	struct piece first, second;
	struct rng rng;

	rng_seed(&rng, seed);
	if (!a_size || !b_size)
		return 0;
	first = line_at((const char *)a, a_size, rng_below(&rng, a_size));
	second = line_at((const char *)b, b_size, rng_below(&rng, b_size));
	strbuf_addn(&text, a, (size_t)(first.at - (const char *)a));
	strbuf_addn(&text, second.at, b_size - (size_t)(second.at - (const char *)b));
	return give(&text, out, max_size);
}
