// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The manual page (mdoc) and the completions for bash and zsh, made from the command and option
 * tables. The results are kept in doc/; a test compares them.
 */
#ifndef CLI_MANUAL_H
#define CLI_MANUAL_H

#include "base/strbuf.h"

void manual_page(struct strbuf *out);
void manual_notebook(struct strbuf *out); // its section on the notebook language
// Running text of `len` bytes: every sentence begins a line, and no line begins like a macro.
void manual_text(struct strbuf *out, const char *text, size_t len);
void manual_bash(struct strbuf *out);
void manual_zsh(struct strbuf *out);

#endif
