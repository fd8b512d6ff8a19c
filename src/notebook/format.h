// SPDX-License-Identifier: GPL-3.0-or-later
/* Formatting: the format mini-language, % formatting, str.format, and numbers as text. */
#ifndef NOTEBOOK_FORMAT_H
#define NOTEBOOK_FORMAT_H

#include "notebook/vm.h"

// format(v, spec): "" is str(v).
int format_value(struct vm *vm, struct value v, const char *spec, struct strbuf *out) WARN_UNUSED;
// template % args
int format_percent(struct vm *vm, const struct str *template, struct value args, struct value *ret) WARN_UNUSED;
// template.format(*values, **names): format_template.c
struct args;
int format_template(struct vm *vm, const struct str *template, const struct args *args,
    struct strbuf *out) WARN_UNUSED;
// The shortest digits that read back as the same number, as Python's repr writes them.
void format_float(double f, struct strbuf *out);

#endif
