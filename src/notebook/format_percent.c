// SPDX-License-Identifier: GPL-3.0-or-later
/* text % values, with directives %[(name)][flags][width][.precision]type. */
#include "config.h"

#include <math.h>
#include <string.h>

#include "notebook/format_internal.h"

struct percent {
	struct vm *vm;
	const char *at;
	struct value args;
	struct value *items;
	size_t count, used;
	bool named;
};

static int next_value(struct percent *p, struct value *ret)
{
	if (p->used == p->count) {
		vm_raise(p->vm, "TypeError", "the text has more %% fields than there are values");
		return vm_hint(p->vm, "give %% a tuple with one value a field; write %%%% for a percent sign");
	}
	*ret = p->items[p->used++];
	return 0;
}

static int named_value(struct percent *p, struct value *ret)
{
	const char *end = strchr(p->at, ')');
	struct value key, *found;
	int r;

	p->named = true;
	if (!end || p->args.kind != VALUE_DICT)
		return vm_raise(p->vm, "TypeError", "%%(name) needs a dict after %%");
	r = vm_str(p->vm, p->at + 1, (size_t)(end - p->at - 1), &key);
	if (r < 0)
		return r;
	found = dict_get(AS_DICT(p->args), key);
	if (!found)
		r = vm_raise(p->vm, "KeyError", "'%s'", AS_STR(key)->text);
	else
		*ret = *found;
	value_drop(key);
	p->at = end + 1;
	return r;
}

// A width or precision: digits, or * for a value of its own.
static int take_count(struct percent *p, int *ret)
{
	struct value v;
	int64_t i;
	int r;

	if (*p->at != '*') {
		p->at = format__count(p->at, ret);
		return 0;
	}
	p->at++;
	r = next_value(p, &v);
	if (r == 0)
		r = vm_to_int(p->vm, v, "the value for *", &i);
	if (r == 0)
		*ret = i > FORMAT_WIDTH_MAX || i < -FORMAT_WIDTH_MAX ? FORMAT_WIDTH_MAX + 1 : (int)i;
	return r;
}

static int take_spec(struct percent *p, struct format_spec *spec)
{
	const char *start = p->at;
	int r;

	*spec = (struct format_spec){.fill = " ", .precision = -1, .align = '>'};
	for (; *p->at && strchr("-+ #0", *p->at); p->at++) {
		spec->align = *p->at == '-' ? '<' : spec->align;
		spec->sign = *p->at == '+' || (*p->at == ' ' && spec->sign != '+') ? *p->at : spec->sign;
		spec->alternate = spec->alternate || *p->at == '#';
		spec->zero = spec->zero || *p->at == '0';
	}
	r = take_count(p, &spec->width);
	if (r == 0 && *p->at == '.') {
		p->at++;
		r = take_count(p, &spec->precision);
	}
	if (r == 0 && spec->width < 0) {
		spec->align = '<';
		spec->width = -spec->width;
	}
	if (r == 0 && (spec->width > FORMAT_WIDTH_MAX || spec->precision > FORMAT_WIDTH_MAX))
		r = format__bad(p->vm, start, ": too wide");
	return r;
}

static void pad_with_zeros(struct format_spec *spec)
{
	if (!spec->zero || spec->align == '<')
		return;
	spec->align = '=';
	strcpy(spec->fill, "0");
}

static int add_text(struct percent *p, struct value v, const char *start, struct format_spec *spec, struct strbuf *out)
{
	struct strbuf text = STRBUF_INIT;
	int r = spec->type == 's' ? value_str(p->vm, v, &text) : spec->type == 'r' ? value_repr(p->vm, v, &text)
									     : value_ascii(p->vm, v, &text);

	spec->type = 's';
	if (r == 0)
		r = format__text(p->vm, text.data, start, spec, out);
	strbuf_release(&text);
	return r;
}

// Precision is the least number of digits.
static int add_integer(struct percent *p, struct value v, const char *start, struct format_spec *spec,
    struct strbuf *out)
{
	double number;
	int r = vm_to_number(p->vm, v, "the value for %d", &number);

	if (r < 0)
		return r;
	if (v.kind != VALUE_INT && v.kind != VALUE_BOOL) {
		if (spec->type == 'x' || spec->type == 'X' || spec->type == 'o')
			return vm_raise(p->vm, "TypeError", "%%%c needs an integer, not %s", spec->type, value_a_type(v));
		if (!(fabs(number) < 9.2e18))
			return vm_raise(p->vm, "OverflowError", "%g does not fit an integer of 64 bits", number);
		v = value_int((int64_t)number);
	}
	spec->type = spec->type == 'i' || spec->type == 'u' ? 'd' : spec->type;
	if (spec->precision > 0) {
		struct format_spec inner = *spec;
		struct strbuf text = STRBUF_INIT;

		inner.width = spec->precision + (v.i < 0);
		inner.align = '=';
		strcpy(inner.fill, "0");
		inner.precision = -1;
		r = format__int(p->vm, v.i, start, &inner, &text);
		spec->precision = -1;
		spec->type = 's';
		if (r == 0)
			r = format__text(p->vm, text.data, start, spec, out);
		strbuf_release(&text);
		return r;
	}
	spec->precision = -1;
	pad_with_zeros(spec);
	return format__int(p->vm, v.i, start, spec, out);
}

static int add_character(struct percent *p, struct value v, const char *start, struct format_spec *spec,
    struct strbuf *out)
{
	struct strbuf text = STRBUF_INIT;
	int r;

	if (v.kind == VALUE_STR && AS_STR(v)->chars == 1)
		strbuf_add(&text, AS_STR(v)->text);
	else if (v.kind == VALUE_INT && v.i >= 0 && v.i <= 0x10ffff)
		strbuf_add_utf8(&text, (uint32_t)v.i);
	else
		return vm_raise(p->vm, "TypeError", "%%c needs a code point or a single character");
	spec->type = 's';
	r = format__text(p->vm, text.data, start, spec, out);
	strbuf_release(&text);
	return r;
}

static int add_float(struct percent *p, struct value v, const char *start, struct format_spec *spec, struct strbuf *out)
{
	double number;
	int r = vm_to_number(p->vm, v, "the value for %f", &number);

	pad_with_zeros(spec);
	return r < 0 ? r : format__float(p->vm, number, start, spec, out);
}

static const struct {
	const char *types;
	int (*add)(struct percent *p, struct value v, const char *start, struct format_spec *spec, struct strbuf *out);
} directives[] = {
	{"sra", add_text}, {"diuxXo", add_integer}, {"c", add_character}, {"eEfFgG", add_float},
};

// After the '%'.
static int format_directive(struct percent *p, struct strbuf *out)
{
	const char *start = p->at;
	struct format_spec spec;
	struct value v = value_unset();
	int r = *p->at == '(' ? named_value(p, &v) : 0;

	if (r == 0)
		r = take_spec(p, &spec);
	if (r < 0)
		return r;
	spec.type = *p->at;
	p->at += *p->at != '\0';
	for (size_t i = 0; spec.type && i < sizeof(directives) / sizeof(directives[0]); i++) {
		if (!strchr(directives[i].types, spec.type))
			continue;
		r = v.kind == VALUE_UNSET ? next_value(p, &v) : 0;
		return r < 0 ? r : directives[i].add(p, v, start, &spec, out);
	}
	vm_raise(p->vm, "ValueError", "'%%%.20s' is no format", start);
	return vm_hint(p->vm, "use %%d, %%s, %%.3f; write %%%% for a percent sign");
}

int format_percent(struct vm *vm, const struct str *template, struct value args, struct value *ret)
{
	struct percent p = {.vm = vm, .at = template->text, .args = args, .items = &args, .count = 1};
	struct strbuf out = STRBUF_INIT;
	int r = 0;

	if (args.kind == VALUE_TUPLE)
		value_items(args, &p.items, &p.count);
	while (r == 0 && p.at < template->text + template->len) {
		if (*p.at != '%' || p.at[1] == '%') {
			p.at += *p.at == '%';
			strbuf_addch(&out, *p.at++);
			continue;
		}
		p.at++;
		r = format_directive(&p, &out);
	}
	if (r == 0 && p.used < p.count && !p.named && args.kind != VALUE_DICT) {
		vm_raise(vm, "TypeError", "there are more values than %% fields in the text");
		r = vm_hint(vm, "give one value a field");
	}
	return vm_str_take(vm, &out, r, ret);
}
