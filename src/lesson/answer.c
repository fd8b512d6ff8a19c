// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "lesson/answer.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"

#define DEPTH_MAX 32
#define TEXT_MAX 4096

/* Characters that stand for plain ones: what keyboards, input methods and copied formulas give. */
static const struct {
	uint32_t from;
	char to;
} plain_forms[] = {
	{0x2212, '-'}, {0x2010, '-'}, {0x2011, '-'}, {0x2012, '-'}, {0x2013, '-'}, {0xfe63, '-'},
	{0xd7, '*'}, {0xb7, '*'}, {0x22c5, '*'}, {0x2219, '*'}, {0xf7, '/'}, {0x2215, '/'},
	{0x2044, '/'}, {0xa0, ' '}, {0x2009, ' '}, {0x202f, ' '}, {0x3000, ' '}, {0x3001, ','},
	{'\t', ' '}, {'\n', ' '}, {'\r', ' '},
};

static uint32_t plain_form(uint32_t cp)
{
	if (cp >= 0xff01 && cp <= 0xff5e)
		return cp - 0xff01 + '!';
	for (size_t i = 0; i < ARRAY_LEN(plain_forms); i++)
		if (plain_forms[i].from == cp)
			return (uint32_t)plain_forms[i].to;
	return cp;
}

/* `text` in plain forms, without blanks at its ends. */
static void normalise(const char *text, struct strbuf *out)
{
	size_t len = strnlen(text, TEXT_MAX), used;
	uint32_t cp;

	for (; (used = utf8_decode(text, len, &cp)) > 0; text += used, len -= used) {
		cp = plain_form(cp);
		if (cp != ' ' || out->len)
			strbuf_add_utf8(out, cp);
	}
	strbuf_trim(out);
}

struct reader {
	const char *p;
	int depth;
	bool bad;
};

static void skip_blanks(struct reader *r)
{
	while (*r->p == ' ')
		r->p++;
}

static bool take(struct reader *r, char c)
{
	skip_blanks(r);
	if (*r->p != c)
		return false;
	r->p++;
	return true;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* 60,000: a comma counts only where exactly three digits follow, after one to three. */
static bool groups_follow(const char *p)
{
	size_t head = strspn(p, "0123456789");

	if (head < 1 || head > 3 || p[head] != ',')
		return false;
	for (p += head; *p == ','; p += 4)
		if (strspn(p + 1, "0123456789") != 3)
			return false;
	return true;
}

static int read_exponent(struct reader *r)
{
	const char *p = r->p + 1;
	int sign = 1, value = 0;

	if (*r->p != 'e' && *r->p != 'E')
		return 0;
	if (*p == '+' || *p == '-')
		sign = *p++ == '-' ? -1 : 1;
	if (!is_digit(*p))
		return 0;
	for (; is_digit(*p); p++)
		value = value < 10000 ? value * 10 + (*p - '0') : value;
	r->p = p;
	return sign * value;
}

/* Digits only, so that the locale's decimal point plays no part. */
static double read_literal(struct reader *r)
{
	bool grouped = groups_follow(r->p);
	long double value = 0;
	int digits = 0, places = 0;

	for (; is_digit(*r->p) || (grouped && *r->p == ','); r->p++)
		if (*r->p != ',') {
			value = value * 10 + (*r->p - '0');
			digits++;
		}
	if (*r->p == '.')
		for (r->p++; is_digit(*r->p); r->p++, digits++, places++)
			value = value * 10 + (*r->p - '0');
	if (!digits || digits > 300)
		r->bad = true;
	places -= read_exponent(r);
	return (double)(places >= 0 ? value / powl(10, places) : value * powl(10, -places));
}

static double read_sum(struct reader *r);

static const struct {
	const char *name;
	double (*call)(double x);
} functions[] = {
	{"floor", floor}, {"ceil", ceil}, {"sqrt", sqrt}, {"ln", log}, {"log", log}, {"exp", exp},
	{"abs", fabs},
};

static double read_call(struct reader *r)
{
	for (size_t i = 0; i < ARRAY_LEN(functions); i++) {
		size_t len = strlen(functions[i].name);

		if (!strncmp(r->p, functions[i].name, len) && !isalnum((unsigned char)r->p[len])) {
			double x;

			r->p += len;
			if (!take(r, '('))
				break;
			x = read_sum(r);
			r->bad |= !take(r, ')');
			return functions[i].call(x);
		}
	}
	r->bad = true;
	return 0;
}

static double read_factor(struct reader *r)
{
	double x;

	if (r->bad || ++r->depth > DEPTH_MAX) {
		r->bad = true;
		return 0;
	}
	if (take(r, '-')) {
		x = -read_factor(r);
	} else if (take(r, '+')) {
		x = read_factor(r);
	} else if (take(r, '(')) {
		x = read_sum(r);
		r->bad |= !take(r, ')');
	} else if (is_digit(*r->p) || *r->p == '.') {
		x = read_literal(r);
	} else {
		x = read_call(r);
	}
	if (take(r, '%'))
		x /= 100;
	r->depth--;
	return x;
}

static double read_product(struct reader *r)
{
	double x = read_factor(r);

	while (!r->bad) {
		if (take(r, '*'))
			x *= read_factor(r);
		else if (take(r, '/'))
			x = *r->p == '/' ? (r->p++, floor(x / read_factor(r))) : x / read_factor(r);
		else
			break;
	}
	return x;
}

static double read_sum(struct reader *r)
{
	double x = read_product(r);

	while (!r->bad) {
		if (take(r, '+'))
			x += read_product(r);
		else if (take(r, '-'))
			x -= read_product(r);
		else
			break;
	}
	return x;
}

bool answer_number(const char *text, double *ret)
{
	struct strbuf plain = STRBUF_INIT;
	struct reader r = {.depth = 0};
	double x;

	normalise(text, &plain);
	r.p = plain.data;
	take(&r, '=');
	x = read_sum(&r);
	skip_blanks(&r);
	r.bad |= *r.p != '\0' || !isfinite(x);
	strbuf_release(&plain);
	if (!r.bad)
		*ret = x;
	return !r.bad;
}

static bool is_word_end(char c)
{
	return c == '\0' || strchr(" ,;[](){}xX*", c) != NULL;
}

/* One number of a list: a sign, a literal, perhaps a fraction; no blanks inside. */
static bool read_item(struct reader *r, double *ret)
{
	int sign = 1;
	double x;

	if (*r->p == '-' || *r->p == '+')
		sign = *r->p++ == '-' ? -1 : 1;
	if (!is_digit(*r->p) && *r->p != '.')
		return false;
	x = read_literal(r);
	if (*r->p == '/') {
		r->p++;
		x /= read_literal(r);
	}
	*ret = sign * x;
	return !r->bad && isfinite(x);
}

/* What NumPy and PyTorch print around a shape or a matrix. */
static const char *without_constructor(const char *p)
{
	static const char *const names[] = {"torch.Size", "tensor", "array"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		size_t len = strlen(names[i]);

		if (!strncmp(p, names[i], len) && p[len] == '(')
			return p + len;
	}
	return p;
}

/* A list of literals where 1,000 is two numbers: thousands are not grouped here. */
static bool read_list(const char *p, const char *between, struct answer_values *out)
{
	struct reader r = {.p = without_constructor(p)};
	size_t in_row = 0;
	bool row_ended = false;

	*out = (struct answer_values){.rows = 1};
	for (; *r.p; ) {
		if (*r.p == ';' || *r.p == ']' || *r.p == '}') {
			row_ended = true;
			r.p++;
		} else if (strchr(between, *r.p)) {
			r.p++;
		} else {
			if (row_ended && in_row) {
				if (out->cols && out->cols != in_row)
					return false;
				out->cols = in_row;
				out->rows++;
				in_row = 0;
			}
			row_ended = false;
			if (out->count == ANSWER_VALUES_MAX ||
			    !read_item(&r, &out->values[out->count]) || !is_word_end(*r.p))
				return false;
			out->count++;
			in_row++;
		}
	}
	if (!in_row || (out->cols && out->cols != in_row))
		return false;
	out->cols = in_row;
	return true;
}

/* "1,000" has no meaning as a list of thousands: give every comma a blank behind it. */
static void spread_commas(const char *text, struct strbuf *out)
{
	struct strbuf plain = STRBUF_INIT;

	normalise(text, &plain);
	for (const char *p = plain.data; *p; p++) {
		strbuf_addch(out, *p);
		if (*p == ',')
			strbuf_addch(out, ' ');
	}
	strbuf_release(&plain);
}

bool answer_shape(const char *text, struct answer_values *ret)
{
	struct strbuf plain = STRBUF_INIT;
	struct answer_values out;
	bool good;

	spread_commas(text, &plain);
	good = read_list(plain.data, " ,()[{xX*", &out) && out.rows == 1;
	for (size_t i = 0; good && i < out.count; i++)
		good = out.values[i] >= 0 && out.values[i] == floor(out.values[i]);
	strbuf_release(&plain);
	if (good)
		*ret = out;
	return good;
}

bool answer_matrix(const char *text, struct answer_values *ret)
{
	struct strbuf plain = STRBUF_INIT;
	struct answer_values out;
	bool good;

	spread_commas(text, &plain);
	good = read_list(plain.data, " ,()[{", &out);
	strbuf_release(&plain);
	if (good)
		*ret = out;
	return good;
}

/* Letters small, blanks single, quotes and a final stop dropped. */
static void fold(const char *text, struct strbuf *out)
{
	struct strbuf plain = STRBUF_INIT;
	const char *p;

	normalise(text, &plain);
	for (p = plain.data; *p; p++) {
		if (strchr("\"'`", *p) || (*p == ' ' && (!out->len || out->data[out->len - 1] == ' ')))
			continue;
		strbuf_addch(out, *p >= 'A' && *p <= 'Z' ? *p - 'A' + 'a' : *p);
	}
	while (out->len && strchr(".!? ", out->data[out->len - 1]))
		strbuf_truncate(out, out->len - 1);
	strbuf_release(&plain);
}

bool answer_same_text(const char *a, const char *b)
{
	struct strbuf x = STRBUF_INIT, y = STRBUF_INIT;
	bool same;

	fold(a, &x);
	fold(b, &y);
	same = !strcmp(x.data, y.data);
	strbuf_release(&x);
	strbuf_release(&y);
	return same;
}

/* The one choice whose text begins with `start`; an exact match wins. */
static bool choice_by_text(const char *start, char *const *choices, size_t count, size_t *ret)
{
	size_t found = 0, which = 0;
	bool exact = false;

	for (size_t i = 0; i < count && !exact; i++) {
		struct strbuf folded = STRBUF_INIT;

		fold(choices[i], &folded);
		if (!strncmp(folded.data, start, strlen(start))) {
			exact = folded.len == strlen(start);
			found = exact ? 1 : found + 1;
			which = i;
		}
		strbuf_release(&folded);
	}
	*ret = which;
	return found == 1;
}

bool answer_choice(const char *text, char *const *choices, size_t count, size_t *ret)
{
	struct strbuf folded = STRBUF_INIT;
	const char *p;
	size_t which = count, len;
	bool good;

	fold(text, &folded);
	p = folded.data;
	p += *p == '(';
	len = strspn(p, "0123456789");
	if (len == 1 && strspn(p + 1, ") ") == strlen(p + 1))
		which = (size_t)(*p - '1');
	else if (*p >= 'a' && *p <= 'z' && strspn(p + 1, ") ") == strlen(p + 1))
		which = (size_t)(*p - 'a');
	good = which < count || (folded.len > 1 && choice_by_text(folded.data, choices, count, &which));
	strbuf_release(&folded);
	if (good)
		*ret = which;
	return good;
}
