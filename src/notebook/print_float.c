// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Digits of floats. Fifteen digits of a double (six of a float) always survive reading back, so the
 * shortest digits are those without their zeros, or else one or two (three) more.
 */
#include "config.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "notebook/print.h"
#include "notebook/print_internal.h"

static bool reads_back(const char *text, double value, bool single)
{
	return single ? strtof(text, NULL) == (float)value : strtod(text, NULL) == value;
}

/* "d.ddde+xx" into digits and exponent. */
static void take_digits(const char *text, struct print__digits *ret)
{
	const char *e = strchr(text, 'e');

	ret->count = 0;
	for (; text < e; text++) {
		if (*text >= '0' && *text <= '9')
			ret->digits[ret->count++] = *text;
	}
	while (ret->count > 1 && ret->digits[ret->count - 1] == '0')
		ret->count--;
	ret->digits[ret->count] = '\0';
	ret->point = atoi(e + 1) + 1;
}

void print__shortest(double value, bool single, struct print__digits *ret)
{
	int sure = single ? 6 : 15, most = single ? 9 : 17;
	char text[40];

	ret->negative = signbit(value);
	value = fabs(value);
	if (value == 0) {
		strcpy(ret->digits, "0");
		ret->count = ret->point = 1;
		return;
	}
	if (value < (single ? FLT_MIN : DBL_MIN))
		sure = 1; // subnormal numbers have fewer digits
	for (int digits = sure; digits <= most; digits++) {
		snprintf(text, sizeof(text), "%.*e", digits - 1, value);
		if (digits == most || reads_back(text, value, single))
			break;
	}
	take_digits(text, ret);
}

static void add_run(struct strbuf *out, const char *digits, int from, int to, int count)
{
	for (int i = from; i < to; i++)
		strbuf_addch(out, i >= 0 && i < count ? digits[i] : '0');
}

/* printf's digits (exact, halves to even) without zeros at the end; the point stays. */
static void add_rounded(struct strbuf *out, const char *format, int most, double value)
{
	char text[400], *end;

	snprintf(text, sizeof(text), format, most, value);
	end = text + strcspn(text, "e");
	strbuf_addn(out, text, (size_t)(end - text));
	while (strchr(text, '.') && out->data[out->len - 1] == '0')
		strbuf_truncate(out, out->len - 1);
	if (out->data[out->len - 1] != '.' && !memchr(text, '.', (size_t)(end - text)))
		strbuf_addch(out, '.');
	strbuf_add(out, end);
}

void print__positional(double value, bool single, int most, struct strbuf *out)
{
	struct print__digits d;

	print__shortest(value, single, &d);
	if (d.count - d.point > most) {
		add_rounded(out, "%.*f", most, value);
		return;
	}
	if (d.negative)
		strbuf_addch(out, '-');
	if (d.point <= 0)
		strbuf_addch(out, '0');
	add_run(out, d.digits, 0, d.point, d.count);
	strbuf_addch(out, '.');
	if (d.count > d.point && strcmp(d.digits, "0") != 0)
		add_run(out, d.digits, d.point, d.count, d.count);
}

void print__scientific(double value, bool single, int most, struct strbuf *out)
{
	struct print__digits d;

	print__shortest(value, single, &d);
	if (d.count - 1 > most) {
		add_rounded(out, "%.*e", most, value);
		return;
	}
	strbuf_addf(
	    out, "%s%c.%se%+03d", d.negative ? "-" : "", d.digits[0], d.digits + 1, d.point - 1);
}

/* As Python's repr: positional from 1e-4 to below 1e16. */
static void print_scalar(double value, bool single, struct strbuf *out)
{
	struct print__digits d;

	if (isnan(value) || isinf(value)) {
		strbuf_add(out, isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
		return;
	}
	print__shortest(value, single, &d);
	if (value == 0 || (fabs(value) >= 1e-4 && fabs(value) < 1e16)) {
		print__positional(value, single, 400, out);
		if (out->data[out->len - 1] == '.')
			strbuf_addch(out, '0');
		return;
	}
	strbuf_addf(out, "%s%c%s%se%+03d", d.negative ? "-" : "", d.digits[0],
	    d.count > 1 ? "." : "", d.digits + 1, d.point - 1);
}

void print_float(double value, struct strbuf *out)
{
	print_scalar(value, false, out);
}

void print_float32(float value, struct strbuf *out)
{
	print_scalar(value, true, out);
}
