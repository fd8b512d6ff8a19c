// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "notebook/format.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "notebook/array.h"

#define WIDTH_MAX 100000 // of a field, and digits after the point

/* [[fill]align][sign][#][0][width][,][.precision][type] */
struct spec {
	char fill[UTF8_MAX + 1];
	char align; // < > = ^ or 0
	char sign;  // + - space or 0
	bool alternate, zero;
	char group; // , _ or 0
	int width;
	int precision; // -1: none
	char type;	// or 0
};

static bool is_align(char c)
{
	return c == '<' || c == '>' || c == '=' || c == '^';
}

static const char *parse_count(const char *at, int *ret)
{
	*ret = 0;
	for (; *at >= '0' && *at <= '9'; at++)
		*ret = *ret > WIDTH_MAX ? *ret : *ret * 10 + (*at - '0');
	return at;
}

static int bad_spec(struct vm *vm, const char *text, const char *why)
{
	vm_raise(vm, "ValueError", "the format '%.60s' is not valid%s", text, why);
	return vm_hint(vm, "a format is [fill][<>^][+][0][width][,][.digits][type], as in '8.3f' or '>5d'");
}

static int parse_spec(struct vm *vm, const char *text, struct spec *spec)
{
	const char *at = text;
	uint32_t cp;
	size_t first = utf8_decode(at, strlen(at), &cp);

	*spec = (struct spec){.fill = " ", .precision = -1};
	if (first && is_align(at[first])) {
		memcpy(spec->fill, at, first);
		spec->fill[first] = '\0';
		spec->align = at[first];
		at += first + 1;
	} else if (is_align(*at)) {
		spec->align = *at++;
	}
	if (*at == '+' || *at == '-' || *at == ' ')
		spec->sign = *at++;
	if (*at == '#') {
		spec->alternate = true;
		at++;
	}
	if (*at == '0') {
		spec->zero = true;
		at++;
	}
	at = parse_count(at, &spec->width);
	if (*at == ',' || *at == '_')
		spec->group = *at++;
	if (*at == '.') {
		if (at[1] < '0' || at[1] > '9')
			return bad_spec(vm, text, ": digits must follow the point");
		at = parse_count(at + 1, &spec->precision);
	}
	if (*at)
		spec->type = *at++;
	if (*at)
		return bad_spec(vm, text, "");
	if (spec->width > WIDTH_MAX || spec->precision > WIDTH_MAX)
		return bad_spec(vm, text, ": too wide");
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
static void add_padded(const struct spec *spec, char align, const char *sign, const char *digits,
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

static void finish_number(struct spec *spec, bool negative, struct strbuf *digits, struct strbuf *out)
{
	const char *sign = negative ? "-" : spec->sign == '+' ? "+" : spec->sign == ' ' ? " " : "";
	char align = spec->align ? spec->align : '>';

	if (spec->group)
		group_digits(digits, spec->group, spec->type == 'x' || spec->type == 'b' || spec->type == 'o' ? 4 : 3);
	if (spec->zero && !spec->align) {
		strcpy(spec->fill, "0");
		align = '=';
	}
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

static int format_float_spec(struct vm *vm, double f, const char *text, struct spec *spec, struct strbuf *out);

static int format_int(struct vm *vm, int64_t i, const char *text, struct spec *spec, struct strbuf *out)
{
	uint64_t magnitude = i < 0 ? -(uint64_t)i : (uint64_t)i;
	struct strbuf digits = STRBUF_INIT;

	if (spec->type && strchr("eEfFgG%", spec->type))
		return format_float_spec(vm, (double)i, text, spec, out);
	if (spec->precision >= 0)
		return bad_spec(vm, text, ": an integer has no digits after the point; use f");
	switch (spec->type) {
	case 0:
	case 'd':
	case 'n':
		add_radix(magnitude, 10, false, &digits);
		break;
	case 'x':
	case 'X':
		strbuf_add(&digits, !spec->alternate ? "" : spec->type == 'x' ? "0x" : "0X");
		add_radix(magnitude, 16, spec->type == 'X', &digits);
		break;
	case 'o':
		strbuf_add(&digits, spec->alternate ? "0o" : "");
		add_radix(magnitude, 8, false, &digits);
		break;
	case 'b':
		strbuf_add(&digits, spec->alternate ? "0b" : "");
		add_radix(magnitude, 2, false, &digits);
		break;
	case 'c':
		strbuf_add_utf8(&digits, i >= 0 && i <= 0x10ffff ? (uint32_t)i : UTF8_REPLACEMENT);
		break;
	default:
		return bad_spec(vm, text, " for an integer");
	}
	finish_number(spec, i < 0, &digits, out);
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

static int format_float_spec(struct vm *vm, double f, const char *text, struct spec *spec, struct strbuf *out)
{
	struct strbuf digits = STRBUF_INIT;
	bool negative = signbit(f) && !isnan(f);
	double magnitude = negative ? -f : f;
	int precision = spec->precision < 0 ? 6 : spec->precision;
	bool finite = isfinite(f);

	if (spec->type && !strchr("eEfFgGn%", spec->type))
		return bad_spec(vm, text, spec->type == 'd' ? ": d is for integers, use f" : " for a float");
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
		add_printf(&digits, 'g', precision ? precision : 1, false, magnitude);
		if (!strpbrk(digits.data, ".e"))
			strbuf_add(&digits, ".0");
	}
	finish_number(spec, negative, &digits, out);
	strbuf_release(&digits);
	return 0;
}

static int format_text(struct vm *vm, const char *value, const char *text, const struct spec *spec,
    struct strbuf *out)
{
	struct strbuf cut = STRBUF_INIT;
	size_t bytes = 0;

	if (spec->type && spec->type != 's')
		return bad_spec(vm, text, " for a str");
	if (spec->align == '=')
		return bad_spec(vm, text, ": '=' is for numbers");
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

int format_value(struct vm *vm, struct value v, const char *text, struct strbuf *out)
{
	struct spec spec;
	int r;

	if (!*text)
		return value_str(vm, v, out);
	if (v.kind == VALUE_TENSOR) {
		struct value item;

		if (tensor_count(AS_VAR(v)->value) != 1 || AS_VAR(v)->value->ndim > 0) {
			vm_raise(vm, "TypeError", "%s with dimensions takes no format", value_a_type(v));
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
		if (!spec.type || spec.type == 's')
			return format_text(vm, v.i ? "True" : "False", text, &spec, out);
		return format_int(vm, v.i, text, &spec, out);
	case VALUE_INT:
		return format_int(vm, v.i, text, &spec, out);
	case VALUE_FLOAT:
		return format_float_spec(vm, v.f, text, &spec, out);
	case VALUE_STR:
		return format_text(vm, AS_STR(v)->text, text, &spec, out);
	default:
		vm_raise(vm, "TypeError", "%s takes no format", value_a_type(v));
		return vm_hint(vm, "convert it first: {str(x):>10}");
	}
}

/* One % directive: %[(name)][flags][width][.precision]type */
static int percent_one(struct vm *vm, const char **at, struct value v, struct strbuf *out)
{
	struct spec spec = {.fill = " ", .precision = -1, .align = '>'};
	struct strbuf text = STRBUF_INIT;
	const char *p = *at, *start = p;
	double number;
	int r = 0;

	for (; *p && strchr("-+ #0", *p); p++) {
		spec.align = *p == '-' ? '<' : spec.align;
		spec.sign = *p == '+' || (*p == ' ' && spec.sign != '+') ? *p : spec.sign;
		spec.alternate = spec.alternate || *p == '#';
		spec.zero = spec.zero || *p == '0';
	}
	p = parse_count(p, &spec.width);
	if (*p == '.')
		p = parse_count(p + 1, &spec.precision);
	spec.type = *p;
	*at = *p ? p + 1 : p;
	if (spec.zero && spec.align != '<')
		spec.align = 0;
	if (spec.width > WIDTH_MAX || spec.precision > WIDTH_MAX)
		return bad_spec(vm, start, ": too wide");
	switch (spec.type) {
	case 's':
	case 'r':
		r = spec.type == 's' ? value_str(vm, v, &text) : value_repr(vm, v, &text);
		spec.type = 's';
		if (r == 0 && spec.align == 0)
			spec.align = '>';
		if (r == 0)
			r = format_text(vm, text.data, start, &spec, out);
		break;
	case 'd':
	case 'i':
	case 'x':
	case 'X':
	case 'o':
		spec.type = spec.type == 'i' ? 'd' : spec.type;
		spec.precision = -1;
		r = vm_to_number(vm, v, "the value for %d", &number);
		if (r == 0)
			r = format_int(vm, v.kind == VALUE_INT || v.kind == VALUE_BOOL ? v.i : (int64_t)number, start, &spec, out);
		break;
	case 'e':
	case 'E':
	case 'f':
	case 'F':
	case 'g':
	case 'G':
		r = vm_to_number(vm, v, "the value for %f", &number);
		if (r == 0)
			r = format_float_spec(vm, number, start, &spec, out);
		break;
	default:
		vm_raise(vm, "ValueError", "'%%%.20s' is no format", start);
		r = vm_hint(vm, "use %%d, %%s, %%.3f; write %%%% for a percent sign");
		break;
	}
	strbuf_release(&text);
	return r;
}

static int percent_named(struct vm *vm, const char **at, struct value args, struct value *ret)
{
	const char *end = strchr(*at, ')');
	struct value key, *found;
	int r;

	if (!end || args.kind != VALUE_DICT)
		return vm_raise(vm, "TypeError", "%%(name) needs a dict after %%");
	r = vm_str(vm, *at + 1, (size_t)(end - *at - 1), &key);
	if (r < 0)
		return r;
	found = dict_get(AS_DICT(args), key);
	if (!found)
		r = vm_raise(vm, "KeyError", "'%s'", AS_STR(key)->text);
	else
		*ret = *found;
	value_drop(key);
	*at = end + 1;
	return r;
}

int format_percent(struct vm *vm, const struct str *template, struct value args, struct value *ret)
{
	struct strbuf out = STRBUF_INIT;
	struct value *items = &args;
	size_t count = 1, used = 0;
	const char *at = template->text;
	bool named = false;
	int r = 0;

	if (args.kind == VALUE_TUPLE)
		value_items(args, &items, &count);
	while (r == 0 && *at) {
		struct value v;

		if (*at != '%' || at[1] == '%') {
			at += *at == '%';
			strbuf_addch(&out, *at++);
			continue;
		}
		at++;
		if (*at == '(') {
			named = true;
			r = percent_named(vm, &at, args, &v);
		} else if (used == count) {
			vm_raise(vm, "TypeError", "the text has more %% fields than there are values");
			r = vm_hint(vm, "give %% a tuple with one value a field; write %%%% for a percent sign");
		} else {
			v = items[used++];
		}
		if (r == 0)
			r = percent_one(vm, &at, v, &out);
	}
	if (r == 0 && used < count && !named && args.kind != VALUE_DICT) {
		vm_raise(vm, "TypeError", "there are more values than %% fields in the text");
		r = vm_hint(vm, "give one value a field");
	}
	return vm_str_take(vm, &out, r, ret);
}

int format_braces(struct vm *vm, const struct str *template, const struct value *args, size_t count,
    struct strbuf *out)
{
	const char *at = template->text;
	size_t next = 0;
	int r = 0;

	while (r == 0 && *at) {
		char spec[64] = "", conversion = 0;
		size_t index, len = 0;

		if ((*at == '{' || *at == '}') && at[1] == *at) {
			strbuf_addch(out, *at);
			at += 2;
			continue;
		}
		if (*at != '{' && *at != '}') {
			strbuf_addch(out, *at++);
			continue;
		}
		if (*at == '}')
			return vm_raise(vm, "ValueError", "a single '}' in the text of format()");
		at++;
		index = next;
		if (*at >= '0' && *at <= '9') {
			int given;

			at = parse_count(at, &given);
			index = (size_t)given;
		} else {
			next++;
		}
		if (*at == '!' && at[1]) {
			conversion = at[1];
			at += 2;
		}
		if (*at == ':')
			for (at++; *at && *at != '}'; at++)
				if (len + 1 < sizeof(spec))
					spec[len++] = *at;
		spec[len] = '\0';
		if (*at != '}') {
			vm_raise(vm, "ValueError", "only {}, {0} and {:spec} are supported in the text of format()");
			return vm_hint(vm, "use an f-string for names and expressions");
		}
		at++;
		if (index >= count)
			return vm_raise(vm, "IndexError", "the text of format() has more {} than there are values");
		r = conversion == 'r' ? value_repr(vm, args[index], out) : format_value(vm, args[index], spec, out);
	}
	return r;
}
