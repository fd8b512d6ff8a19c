// SPDX-License-Identifier: GPL-3.0-or-later
/* What format.c and format_percent.c share. */
#ifndef NOTEBOOK_FORMAT_INTERNAL_H
#define NOTEBOOK_FORMAT_INTERNAL_H

#include "base/utf8.h"
#include "notebook/format.h"

#define FORMAT_WIDTH_MAX 100000 // of a field, and digits after the point

/* [[fill]align][sign][#][0][width][,][.precision][type] */
struct format_spec {
	char fill[UTF8_MAX + 1];
	char align; // < > = ^ or 0
	char sign;  // + - space or 0
	bool alternate, zero;
	char group; // , _ or 0
	int width;
	int precision; // -1: none
	char type;	// or 0
};

const char *format__count(const char *at, int *ret); // a whole number; behind it
int format__bad(struct vm *vm, const char *text, const char *why); // raises
int format__int(struct vm *vm, int64_t i, const char *text, struct format_spec *spec, struct strbuf *out) WARN_UNUSED;
int format__float(struct vm *vm, double f, const char *text, struct format_spec *spec,
    struct strbuf *out) WARN_UNUSED;
int format__text(struct vm *vm, const char *value, const char *text, const struct format_spec *spec,
    struct strbuf *out) WARN_UNUSED;

#endif
