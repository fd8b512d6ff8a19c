// SPDX-License-Identifier: GPL-3.0-or-later
/* The methods of strings that work character by character: case, fields, translation. */
#include "config.h"

#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "notebook/builtin.h"
#include "notebook/characters.h"
#include "notebook/format.h"

#define END {NULL, NULL, NULL, NULL, 0}
#define WIDTH_MAX 1000000 // of what is filled up

/* What is left of a string, in bytes. */
struct part {
	const char *at;
	size_t len;
};

static struct part whole(const struct str *str)
{
	return (struct part){str->text, str->len};
}

// The next character, which is taken off.
static uint32_t take_char(struct part *rest)
{
	uint32_t cp;
	size_t size = utf8_decode(rest->at, rest->len, &cp);

	rest->at += size;
	rest->len -= size;
	return cp;
}

enum { CASE_LOWER, CASE_UPPER, CASE_TITLE, CASE_CAPITAL, CASE_SWAP, CASE_FOLD };

static void add_cased(struct strbuf *out, uint32_t cp, bool upper, bool fold)
{
	if (cp == 0xdf && (upper || fold))
		strbuf_add(out, upper ? "SS" : "ss");
	else
		strbuf_add_utf8(out, upper ? char_upper(cp) : char_lower(cp));
}

static int str_case(struct vm *vm, const struct args *args, struct value *ret)
{
	struct part rest = whole(AS_STR(args->self));
	struct strbuf out = STRBUF_INIT;
	int which = args->def->which;
	bool first = true;

	while (rest.len) {
		uint32_t cp = take_char(&rest);
		bool upper = which == CASE_UPPER || ((which == CASE_TITLE || which == CASE_CAPITAL) && first) ||
		    (which == CASE_SWAP && char_is_lower(cp));

		add_cased(&out, cp, upper, which == CASE_FOLD);
		first = which == CASE_TITLE && !char_is_letter(cp);
	}
	return vm_str_take(vm, &out, 0, ret);
}

static bool is_letter_or_digit(uint32_t cp)
{
	return char_is_letter(cp) || char_is_digit(cp);
}

static bool is_ascii(uint32_t cp)
{
	return cp < 0x80;
}

static bool is_name_part(uint32_t cp)
{
	return is_letter_or_digit(cp) || cp == '_';
}

/* Questions to each character; an empty string is only what `empty` says. */
static const struct {
	bool (*is)(uint32_t cp);
	bool empty;
} questions[] = {
	{char_is_digit, false}, {char_is_letter, false}, {is_letter_or_digit, false}, {char_is_space, false}, {is_ascii, true},
	{char_is_printable, true}, {is_name_part, false},
};

static int str_is(struct vm *vm, const struct args *args, struct value *ret)
{
	const struct str *str = AS_STR(args->self);
	struct part rest = whole(str);
	bool all = str->len > 0 || questions[args->def->which].empty;

	(void)vm;
	while (all && rest.len)
		all = questions[args->def->which].is(take_char(&rest));
	if (questions[args->def->which].is == is_name_part && str->len && char_is_digit((uint32_t)str->text[0]))
		all = false;
	*ret = value_bool(all);
	return 0;
}

// which: 0 isupper, 1 islower, 2 istitle: at least one letter with case, and each as it should be.
static int str_is_cased(struct vm *vm, const struct args *args, struct value *ret)
{
	struct part rest = whole(AS_STR(args->self));
	int which = args->def->which;
	bool all = true, any = false, inside = false;

	(void)vm;
	while (rest.len) {
		uint32_t cp = take_char(&rest);
		bool upper = char_is_upper(cp), lower = char_is_lower(cp);

		any = any || upper || lower;
		if (which == 2 ? (upper && inside) || (lower && !inside) : which ? upper : lower)
			all = false;
		inside = upper || lower;
	}
	*ret = value_bool(all && any);
	return 0;
}

/* -- filling up -------------------------------------------------------------------------------------- */

static int str_format(struct vm *vm, const struct args *args, struct value *ret)
{
	struct strbuf out = STRBUF_INIT;
	int r = format_template(vm, AS_STR(args->self), args, &out);

	return vm_str_take(vm, &out, r, ret);
}

static int take_width(struct vm *vm, struct value v, int64_t *ret)
{
	int r = vm_to_int(vm, v, "width", ret);

	if (r == 0 && *ret > WIDTH_MAX)
		r = vm_raise(vm, "OverflowError", "a width of %lld is too large", (long long)*ret);
	return r;
}

// which: < left, > right, ^ centre
static int str_justify(struct vm *vm, const struct args *args, struct value *ret)
{
	const struct str *str = AS_STR(args->self);
	struct strbuf out = STRBUF_INIT;
	int64_t width, pad, left;
	int r = take_width(vm, args->v[0], &width);

	if (r == 0 && (args->v[1].kind != VALUE_STR || AS_STR(args->v[1])->chars != 1))
		r = vm_raise(vm, "TypeError", "the fill character must be exactly one character");
	if (r < 0)
		return r;
	pad = width > (int64_t)str->chars ? width - (int64_t)str->chars : 0;
	left = args->def->which == '<' ? 0 : args->def->which == '>' ? pad : pad / 2 + (pad & width & 1);
	for (int64_t i = 0; i < left; i++)
		strbuf_add(&out, AS_STR(args->v[1])->text);
	strbuf_addn(&out, str->text, str->len);
	for (int64_t i = left; i < pad; i++)
		strbuf_add(&out, AS_STR(args->v[1])->text);
	return vm_str_take(vm, &out, 0, ret);
}

static int str_zfill(struct vm *vm, const struct args *args, struct value *ret)
{
	struct part rest = whole(AS_STR(args->self));
	struct strbuf out = STRBUF_INIT;
	int64_t width, have = (int64_t)AS_STR(args->self)->chars;
	int r = take_width(vm, args->v[0], &width);

	if (r < 0)
		return r;
	if (rest.len && (*rest.at == '-' || *rest.at == '+')) {
		strbuf_addch(&out, *rest.at++);
		rest.len--;
	}
	for (; have < width; have++)
		strbuf_addch(&out, '0');
	strbuf_addn(&out, rest.at, rest.len);
	return vm_str_take(vm, &out, 0, ret);
}

static int str_expandtabs(struct vm *vm, const struct args *args, struct value *ret)
{
	struct part rest = whole(AS_STR(args->self));
	struct strbuf out = STRBUF_INIT;
	int64_t size, column = 0;
	int r = take_width(vm, args->v[0], &size);

	for (size_t i = 0; r == 0 && i < rest.len; i++) {
		char c = rest.at[i];
		int64_t fill = c == '\t' && size > 0 ? size - column % size : 0;

		for (int64_t k = 0; k < fill; k++)
			strbuf_addch(&out, ' ');
		if (c != '\t')
			strbuf_addch(&out, c);
		column = c == '\n' || c == '\r' ? 0 : column + (c == '\t' ? fill : ((unsigned char)c & 0xc0) != 0x80);
		if (out.len > vm->heap.limit)
			r = vm_no_memory(vm);
	}
	return vm_str_take(vm, &out, r, ret);
}

static int str_translate(struct vm *vm, const struct args *args, struct value *ret)
{
	struct part rest = whole(AS_STR(args->self));
	struct strbuf out = STRBUF_INIT;
	int r = args->v[0].kind == VALUE_DICT
	    ? 0
	    : vm_raise(vm, "TypeError", "translate() needs a dict, not %s", value_a_type(args->v[0]));

	while (r == 0 && rest.len) {
		uint32_t cp = take_char(&rest);
		struct value *to = dict_get(AS_DICT(args->v[0]), value_int(cp));

		if (!to)
			strbuf_add_utf8(&out, cp);
		else if (to->kind == VALUE_STR)
			strbuf_addn(&out, AS_STR(*to)->text, AS_STR(*to)->len);
		else if (to->kind == VALUE_INT && to->i >= 0 && to->i <= 0x10ffff)
			strbuf_add_utf8(&out, (uint32_t)to->i);
		else if (to->kind != VALUE_NONE)
			r = vm_raise(vm, "TypeError", "translate() replaces by a str, a code point or None");
	}
	return vm_str_take(vm, &out, r, ret);
}

static int map_chars(struct vm *vm, struct dict *table, struct part from, struct part to, bool remove)
{
	int r = 0;

	while (r == 0 && from.len) {
		uint32_t cp = take_char(&from);

		r = vm_dict_set(vm, table, value_int(cp), remove ? value_none() : value_int(take_char(&to)));
	}
	return r;
}

static int map_dict(struct vm *vm, struct dict *table, const struct dict *source)
{
	struct dict_entry *entry;
	size_t at = 0;
	int r = 0;

	while (r == 0 && (entry = dict_next(source, &at))) {
		struct value key = entry->key;
		struct part part;

		if (key.kind == VALUE_STR && AS_STR(key)->chars != 1)
			return vm_raise(vm, "ValueError", "the keys of maketrans() must be single characters");
		if (key.kind == VALUE_STR) {
			part = whole(AS_STR(key));
			key = value_int(take_char(&part));
		}
		r = vm_dict_set(vm, table, key, entry->value);
	}
	return r;
}

static int str_maketrans(struct vm *vm, const struct args *args, struct value *ret)
{
	struct dict *table = dict_new(&vm->heap);
	bool pair = args->v[1].kind == VALUE_STR && args->v[0].kind == VALUE_STR;
	int r = table ? 0 : vm_no_memory(vm);

	if (r == 0 && args->v[0].kind == VALUE_DICT)
		r = map_dict(vm, table, AS_DICT(args->v[0]));
	else if (r == 0 && (!pair || AS_STR(args->v[0])->chars != AS_STR(args->v[1])->chars))
		r = vm_raise(vm, "ValueError", "maketrans() needs a dict or two strings of one length");
	else if (r == 0)
		r = map_chars(vm, table, whole(AS_STR(args->v[0])), whole(AS_STR(args->v[1])), false);
	if (r == 0 && args->v[2].kind == VALUE_STR)
		r = map_chars(vm, table, whole(AS_STR(args->v[2])), (struct part){"", 0}, true);
	if (r < 0) {
		object_drop(table);
		return r;
	}
	*ret = value_object(table);
	return 0;
}

const struct builtin str_text_methods[] = {
	{"lower", "", "in small letters", str_case, CASE_LOWER},
	{"upper", "", "in capital letters", str_case, CASE_UPPER},
	{"title", "", "each word with a capital", str_case, CASE_TITLE},
	{"capitalize", "", "the first letter a capital", str_case, CASE_CAPITAL},
	{"swapcase", "", "small letters large and large ones small", str_case, CASE_SWAP},
	{"casefold", "", "in small letters, to compare without regard to case", str_case, CASE_FOLD},
	{"translate", "table", "with characters replaced as str.maketrans() says", str_translate, 0},
	{"format", "*values, **names", "with each {} filled in", str_format, 0},
	{"center", "width, fill=' '", "in the middle of a field", str_justify, '^'},
	{"ljust", "width, fill=' '", "at the left of a field", str_justify, '<'},
	{"rjust", "width, fill=' '", "at the right of a field", str_justify, '>'},
	{"zfill", "width", "with leading zeros", str_zfill, 0},
	{"expandtabs", "tabsize=8", "with spaces for tabs", str_expandtabs, 0},
	{"isdigit", "", "are all characters digits?", str_is, 0},
	{"isdecimal", "", "are all characters digits?", str_is, 0},
	{"isnumeric", "", "are all characters digits?", str_is, 0},
	{"isalpha", "", "are all characters letters?", str_is, 1},
	{"isalnum", "", "are all characters letters or digits?", str_is, 2},
	{"isspace", "", "are all characters white space?", str_is, 3},
	{"isascii", "", "are all characters ASCII?", str_is, 4},
	{"isprintable", "", "are all characters visible ones or spaces?", str_is, 5},
	{"isidentifier", "", "could it be a name?", str_is, 6},
	{"isupper", "", "are all letters capitals?", str_is_cased, 0},
	{"islower", "", "are all letters small?", str_is_cased, 1},
	{"istitle", "", "does each word begin with a capital?", str_is_cased, 2},
	END,
};

const struct builtin str_functions[] = {
	{"maketrans", "x, y=None, z=None", "a table for translate()", str_maketrans, 0},
	END,
};
