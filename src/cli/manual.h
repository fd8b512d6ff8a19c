// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The manual page (mdoc) and the completions for bash and zsh, made from the command and option
 * tables. The results are kept in doc/; a test compares them.
 */
#ifndef CLI_MANUAL_H
#define CLI_MANUAL_H

#include "base/strbuf.h"

void manual_page(struct strbuf *out);
void manual_bash(struct strbuf *out);
void manual_zsh(struct strbuf *out);

#endif
