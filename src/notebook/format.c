// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "notebook/format_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "notebook/array.h"

static bool is_align(char c)
{
	return c == '<' || c == '>' || c == '=' || c == '^';
}

const char *format__count(const char *at, int *ret)
{
	*ret = 0;
	for (; *at >= '0' && *at <= '9'; at++)
		*ret = *ret > FORMAT_WIDTH_MAX ? *ret : *ret * 10 + (*at - '0');
	return at;
}

int format__bad(struct vm *vm, const char *text, const char *why)
{
	vm_raise(vm, "ValueError", "the format '%.60s' is not valid%s", text, why);
	return vm_hint(vm, "a format is [fill][<>^][+][0][width][,][.digits][type], as in '8.3f' or '>5d'");
}

static int parse_spec(struct vm *vm, const char *text, struct format_spec *spec)
{
	const char *at = text;
	uint32_t cp;
	size_t first = utf8_decode(at, strlen(at), &cp);
	bool filled = false;

	*spec = (struct format_spec){.fill = " ", .precision = -1};
	if (first && is_align(at[first])) {
		memcpy(spec->fill, at, first);
		spec->fill[first] = '\0';
		spec->align = at[first];
		at += first + 1;
		filled = true;
	} else if (is_align(*at)) {
		spec->align = *at++;
	}
	if (*at == '+' || *at == '-' || *at == ' ')
		spec->sign = *at++;
	if (*at == '#') {
		spec->alternate = true;
		at++;
	}
	if (*at == '0' && !filled) {
		strcpy(spec->fill, "0");
		spec->zero = true;
		at++;
	}
	at = format__count(at, &spec->width);
	if (*at == ',' || *at == '_')
		spec->group = *at++;
	if (*at == '.') {
		if (at[1] < '0' || at[1] > '9')
			return format__bad(vm, text, ": digits must follow the point");
		at = format__count(at + 1, &spec->precision);
	}
	if (*at)
		spec->type = *at++;
	if (*at)
		return format__bad(vm, text, "");
	if (spec->width > FORMAT_WIDTH_MAX || spec->precision > FORMAT_WIDTH_MAX)
		return format__bad(vm, text, ": too wide");
	return 0;
}

static size_t count_chars(const char *text)
{
	size_t chars = 0;

	for (; *text; text++)
		chars += ((unsigned char)*text & 0xc0) != 0x80;
	return chars;
}

static void add_fill(struct strbuf *out, const char *fill, size_t count)
{
	while (count-- > 0)
		strbuf_add(out, fill);
}

// `sign` and `digits` as one field; '=' pads between them.
static void add_padded(const struct format_spec *spec, char align, const char *sign, const char *digits,
    struct strbuf *out)
{
	size_t have = strlen(sign) + count_chars(digits), width = (size_t)spec->width;
	size_t pad = width > have ? width - have : 0, left = 0;

	if (align == '>')
		left = pad;
	else if (align == '^')
		left = pad / 2;
	if (align == '=') {
		strbuf_add(out, sign);
		add_fill(out, spec->fill, pad);
		strbuf_add(out, digits);
		return;
	}
	add_fill(out, spec->fill, left);
	strbuf_add(out, sign);
	strbuf_add(out, digits);
	add_fill(out, spec->fill, pad - left);
}

// 1234567.5 -> 1,234,567.5; counts from the point or the end of the leading digits.
static void group_digits(struct strbuf *digits, char group, int every)
{
	struct strbuf out = STRBUF_INIT;
	size_t whole = strspn(digits->data, "0123456789abcdefABCDEF");

	if (every == 3)
		whole = strspn(digits->data, "0123456789");
	for (size_t i = 0; i < whole; i++) {
		if (i > 0 && (whole - i) % (size_t)every == 0)
			strbuf_addch(&out, group);
		strbuf_addch(&out, digits->data[i]);
	}
	strbuf_add(&out, digits->data + whole);
	strbuf_release(digits);
	*digits = out;
}

// With separators; leading zeros up to the width get them as well.
static void add_groups(const struct format_spec *spec, char align, size_t sign, struct strbuf *digits)
{
	int every = spec->type && strchr("xXbo", spec->type) ? 4 : 3;
	size_t width = align == '=' && strcmp(spec->fill, "0") == 0 ? (size_t)spec->width : 0;
	struct strbuf plain = STRBUF_INIT;

	strbuf_add(&plain, digits->data);
	group_digits(digits, spec->group, every);
	while (digits->len + sign < width) {
		struct strbuf longer = STRBUF_INIT;

		strbuf_addf(&longer, "0%s", plain.data);
		strbuf_release(&plain);
		plain = longer;
		strbuf_clear(digits);
		strbuf_add(digits, plain.data);
		group_digits(digits, spec->group, every);
	}
	strbuf_release(&plain);
}

// `prefix` is 0x and the like; zeros stand behind it.
static void finish_number(struct format_spec *spec, bool negative, const char *prefix, struct strbuf *digits,
    struct strbuf *out)
{
	char sign[8];
	char align = spec->align ? spec->align : spec->zero ? '=' : '>';

	snprintf(sign, sizeof(sign), "%s%s", negative ? "-" : spec->sign == '+' ? "+" : spec->sign == ' ' ? " " : "", prefix);
	if (spec->group)
		add_groups(spec, align, strlen(sign), digits);
	add_padded(spec, align, sign, digits->data, out);
}

static void add_radix(uint64_t i, unsigned base, bool upper, struct strbuf *out)
{
	char text[65];
	size_t at = sizeof(text) - 1;

	text[at] = '\0';
	do
		text[--at] = (upper ? "0123456789ABCDEF" : "0123456789abcdef")[i % base];
	while ((i /= base) != 0);
	strbuf_add(out, text + at);
}

int format__int(struct vm *vm, int64_t i, const char *text, struct format_spec *spec, struct strbuf *out)
{
	uint64_t magnitude = i < 0 ? -(uint64_t)i : (uint64_t)i;
	struct strbuf digits = STRBUF_INIT;
	char prefix[3] = "";

	if (spec->type && strchr("eEfFgG%", spec->type))
		return format__float(vm, (double)i, text, spec, out);
	if (spec->precision >= 0)
		return format__bad(vm, text, ": an integer has no digits after the point; use f");
	if (spec->group == ',' && spec->type && strchr("xXbo", spec->type))
		return format__bad(vm, text, ": these digits are grouped by '_'");
	if (spec->alternate && spec->type && strchr("xXbo", spec->type))
		snprintf(prefix, sizeof(prefix), "0%c", spec->type);
	switch (spec->type) {
	case 0:
	case 'd':
	case 'n':
		add_radix(magnitude, 10, false, &digits);
		break;
	case 'x':
	case 'X':
		add_radix(magnitude, 16, spec->type == 'X', &digits);
		break;
	case 'o':
		add_radix(magnitude, 8, false, &digits);
		break;
	case 'b':
		add_radix(magnitude, 2, false, &digits);
		break;
	case 'c':
		if (i < 0 || i > 0x10ffff)
			return vm_raise(vm, "OverflowError", "c needs a code point from 0 to 1114111");
		strbuf_add_utf8(&digits, (uint32_t)i);
		break;
	default:
		return format__bad(vm, text, " for an integer");
	}
	finish_number(spec, i < 0, prefix, &digits, out);
	strbuf_release(&digits);
	return 0;
}

// printf never writes anything but '.' here: the locale's numbers stay C's (main sets LC_CTYPE only).
static void add_printf(struct strbuf *out, char type, int precision, bool alternate, double f)
{
	char fmt[8] = "%";

	strcat(fmt, alternate ? "#.*" : ".*");
	fmt[strlen(fmt) + 1] = '\0';
	fmt[strlen(fmt)] = type;
	strbuf_addf(out, fmt, precision, f);
}

void format_float(double f, struct strbuf *out)
{
	char digits[40], *e;
	int precision, exponent;

	if (isnan(f) || isinf(f)) {
		strbuf_add(out, isnan(f) ? "nan" : f < 0 ? "-inf" : "inf");
		return;
	}
	for (precision = 0; precision < 17; precision++) {
		snprintf(digits, sizeof(digits), "%.*e", precision, f);
		if (strtod(digits, NULL) == f)
			break;
	}
	e = strchr(digits, 'e');
	exponent = e ? atoi(e + 1) : 0;
	if (exponent < -4 || exponent >= 16) {
		*e = '\0';
		strbuf_addf(out, "%se%c%02d", digits, exponent < 0 ? '-' : '+', abs(exponent));
		return;
	}
	precision -= exponent;
	strbuf_addf(out, "%.*f", precision > 0 ? precision : 1, f);
}

// Without a type: so many digits, but at least one behind the point, and an exponent where they do not
// reach the point.
static void add_general(struct strbuf *out, int precision, double f)
{
	struct strbuf text = STRBUF_INIT;
	const char *e;
	int exponent;

	add_printf(&text, 'e', precision - 1, false, f);
	e = strchr(text.data, 'e');
	exponent = atoi(e + 1);
	if (exponent >= -4 && exponent < precision - 1) {
		add_printf(out, 'g', precision, false, f);
		if (!strchr(out->data, '.'))
			strbuf_add(out, ".0");
	} else {
		size_t len = (size_t)(e - text.data);

		while (memchr(text.data, '.', len) && (text.data[len - 1] == '0' || text.data[len - 1] == '.'))
			len--;
		strbuf_addn(out, text.data, len);
		strbuf_add(out, e);
	}
	strbuf_release(&text);
}

int format__float(struct vm *vm, double f, const char *text, struct format_spec *spec, struct strbuf *out)
{
	struct strbuf digits = STRBUF_INIT;
	bool negative = signbit(f) && !isnan(f);
	double magnitude = negative ? -f : f;
	int precision = spec->precision < 0 ? 6 : spec->precision;
	bool finite = isfinite(f);

	if (spec->type && !strchr("eEfFgGn%", spec->type))
		return format__bad(vm, text, spec->type == 'd' ? ": d is for integers, use f" : " for a float");
	if (!finite) {
		strbuf_add(&digits, isnan(f) ? "nan" : "inf");
		if (spec->type == '%')
			strbuf_addch(&digits, '%');
	} else if (spec->type == '%') {
		add_printf(&digits, 'f', precision, spec->alternate, magnitude * 100);
		strbuf_addch(&digits, '%');
	} else if (spec->type) {
		char type = spec->type == 'n' ? 'g' : spec->type;

		add_printf(&digits, type, precision == 0 && (type == 'g' || type == 'G') ? 1 : precision,
		    spec->alternate, magnitude);
	} else if (spec->precision < 0) {
		format_float(magnitude, &digits);
	} else {
		add_general(&digits, precision ? precision : 1, magnitude);
	}
	finish_number(spec, negative, "", &digits, out);
	strbuf_release(&digits);
	return 0;
}

int format__text(struct vm *vm, const char *value, const char *text, const struct format_spec *spec,
    struct strbuf *out)
{
	struct strbuf cut = STRBUF_INIT;
	size_t bytes = 0;

	if (spec->type && spec->type != 's')
		return format__bad(vm, text, " for a str");
	if (spec->align == '=')
		return format__bad(vm, text, ": '=' is for numbers");
	for (int chars = 0; value[bytes]; chars++) {
		if (spec->precision >= 0 && chars == spec->precision)
			break;
		do
			bytes++;
		while (((unsigned char)value[bytes] & 0xc0) == 0x80);
	}
	strbuf_addn(&cut, value, bytes);
	add_padded(spec, spec->align ? spec->align : '<', "", cut.data, out);
	strbuf_release(&cut);
	return 0;
}

// As an object's __format__ has it: 1; 0 where there is none.
static int by_method(struct vm *vm, struct value v, const char *text, struct strbuf *out)
{
	struct value spec, answer;
	int r;

	if (v.kind != VALUE_INSTANCE)
		return 0;
	r = vm_str(vm, text, strlen(text), &spec);
	if (r < 0)
		return r;
	r = instance_call(vm, v, "__format__", &spec, 1, &answer);
	value_drop(spec);
	if (r <= 0)
		return r;
	if (answer.kind == VALUE_STR)
		strbuf_addn(out, AS_STR(answer)->text, AS_STR(answer)->len);
	else
		r = vm_raise(vm, "TypeError", "__format__ must return a str, not %s", value_a_type(answer));
	value_drop(answer);
	return r;
}

int format_value(struct vm *vm, struct value v, const char *text, struct strbuf *out)
{
	bool scalar = v.kind == VALUE_TENSOR && AS_VAR(v)->value->ndim == 0 && AS_VAR(v)->world == WORLD_TORCH;
	struct format_spec spec;
	int r = by_method(vm, v, text, out);

	if (r != 0)
		return r < 0 ? r : 0;
	if (!*text && !scalar)
		return value_str(vm, v, out);
	if (v.kind == VALUE_TENSOR) {
		struct value item;

		if (tensor_count(AS_VAR(v)->value) != 1 || AS_VAR(v)->value->ndim > 0) {
			vm_raise(vm, "TypeError", "%s with dimensions takes no format", value_a_type(v));
			vm_blame(vm, v);
			return vm_hint(vm, "format x.item() or an element of it");
		}
		r = array_item(vm, v, &item);
		return r < 0 ? r : format_value(vm, item, text, out);
	}
	r = parse_spec(vm, text, &spec);
	if (r < 0)
		return r;
	switch (v.kind) {
	case VALUE_BOOL:
	case VALUE_INT:
		return format__int(vm, v.i, text, &spec, out);
	case VALUE_FLOAT:
		return format__float(vm, v.f, text, &spec, out);
	case VALUE_STR:
		if (spec.sign || spec.group || spec.alternate)
			return format__bad(vm, text, ": signs and separators are for numbers");
		return format__text(vm, AS_STR(v)->text, text, &spec, out);
	default:
		vm_raise(vm, "TypeError", "%s takes no format", value_a_type(v));
		vm_blame(vm, v);
		return vm_hint(vm, "convert it first: {str(x):>10}");
	}
}
