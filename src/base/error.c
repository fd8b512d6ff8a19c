// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "base/error.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"

static void (*die_hook)(void);

const char *err_text(int code)
{
	static const char *const texts[] = {
		"success",
#define ERR_STRING(name, text) text,
		ERR_TABLE(ERR_STRING)
#undef ERR_STRING
	};

	if (code > 0 || code <= -(int)ERR__COUNT)
		return "unknown error";
	return texts[-code];
}

void diag_clear(struct diag *diag)
{
	if (diag)
		memset(diag, 0, sizeof(*diag));
}

int diag_vset(struct diag *diag, int code, const char *fmt, va_list ap)
{
	if (diag) {
		diag_clear(diag);
		diag->code = code;
		vsnprintf(diag->msg, sizeof(diag->msg), fmt, ap);
	}
	return code;
}

int diag_set(struct diag *diag, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	diag_vset(diag, code, fmt, ap);
	va_end(ap);
	return code;
}

void diag_at(struct diag *diag, const char *file, int line, int col)
{
	if (!diag)
		return;
	snprintf(diag->file, sizeof(diag->file), "%s", file ? file : "");
	diag->line = line;
	diag->col = col;
}

void diag_hint(struct diag *diag, const char *fmt, ...)
{
	va_list ap;

	if (!diag)
		return;
	va_start(ap, fmt);
	vsnprintf(diag->hint, sizeof(diag->hint), fmt, ap);
	va_end(ap);
}

static void add_printable(struct strbuf *out, const char *text)
{
	for (; *text; text++)
		strbuf_addch(out, (unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text);
}

void diag_format(const struct diag *diag, struct strbuf *out)
{
	if (diag->file[0]) {
		add_printable(out, diag->file);
		strbuf_addch(out, ':');
	}
	if (diag->line > 0)
		strbuf_addf(out, "%d:", diag->line);
	if (diag->line > 0 && diag->col > 0)
		strbuf_addf(out, "%d:", diag->col);
	if (diag->file[0] || diag->line > 0)
		strbuf_addch(out, ' ');
	add_printable(out, diag->msg[0] ? diag->msg : err_text(diag->code));
	if (diag->hint[0]) {
		strbuf_add(out, " (");
		add_printable(out, diag->hint);
		strbuf_addch(out, ')');
	}
}

void die_set_hook(void (*hook)(void))
{
	die_hook = hook;
}

static void run_die_hook(void)
{
	void (*hook)(void) = die_hook;

	die_hook = NULL;
	if (hook)
		hook();
}

void die(const char *fmt, ...)
{
	va_list ap;

	run_die_hook();
	fputs("convtutor: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

void bug_at(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	run_die_hook();
	fprintf(stderr, "convtutor: internal error at %s:%d: ", file, line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputs("; please report it\n", stderr);
	abort();
}
