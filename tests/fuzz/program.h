// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Programs for the notebook, made from bytes: every byte is a choice between alternatives of a
 * grammar (program_grammar.c), so that a fuzzer that changes bytes changes the program's structure.
 * When the bytes end, the first alternative is taken, which is always a short one.
 */
#ifndef TESTS_FUZZ_PROGRAM_H
#define TESTS_FUZZ_PROGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

struct program_rule {
	char letter; // $x in an alternative stands for a piece of the rule x
	size_t count;
	const char *const *alternatives;
};

extern const struct program_rule program_rules[]; // up to the one with letter 0
extern const char program_prelude[];		  // gives the variables that the rules use

// A whole program, with its prelude.
void program_generate(const uint8_t *bytes, size_t len, struct strbuf *out);
// One statement, each of its lines after `indent` tabs.
void program_statement(const uint8_t *bytes, size_t len, int indent, struct strbuf *out);

#endif
