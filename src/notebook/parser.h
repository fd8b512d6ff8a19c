// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * From tokens to a syntax tree with resolved names. Whatever of Python is not supported is refused
 * here by name, with what to write instead.
 */
#ifndef NOTEBOOK_PARSER_H
#define NOTEBOOK_PARSER_H

#include "notebook/syntax.h"

struct vm;

// Parse `source` into a program with one reference. ERR_FORMAT, ERR_LIMIT, ERR_NOMEM.
int parser_program(struct vm *vm, const char *name, const char *source, struct program **ret,
    struct diag *diag) WARN_UNUSED;
// One expression only: the program's main is like a lambda without parameters.
int parser_expression(struct vm *vm, const char *name, const char *source, struct program **ret,
    struct diag *diag) WARN_UNUSED;

// A file of the library: its globals are its own, and tracebacks do not show it.
int parser_library(struct vm *vm, const char *name, const char *source, struct program **ret,
    struct diag *diag) WARN_UNUSED;

#endif
