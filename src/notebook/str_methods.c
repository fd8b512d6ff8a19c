// SPDX-License-Identifier: GPL-3.0-or-later
/* The methods of strings that look for text and take strings apart. Strings are UTF-8 and may hold any
 * character, NUL too. */
#include "config.h"

#include <string.h>

#include "base/utf8.h"
#include "notebook/builtin.h"
#include "notebook/characters.h"

#define END {NULL, NULL, NULL, NULL, 0}

static int want_str(struct vm *vm, struct value v, const char *what)
{
	if (v.kind == VALUE_STR)
		return 0;
	vm_raise(vm, "TypeError", "%s must be a str, not %s", what, value_a_type(v));
	return vm_blame(vm, v);
}

static int str_join(struct vm *vm, const struct args *args, struct value *ret)
{
	struct strbuf out = STRBUF_INIT;
	struct value list;
	int r = iter_to_list(vm, args->v[0], &list);

	if (r < 0)
		return r;
	for (size_t i = 0; r == 0 && i < AS_LIST(list)->count; i++) {
		struct value v = AS_LIST(list)->items[i];

		r = want_str(vm, v, "what join() joins");
		if (r < 0) {
			vm_hint(vm, "write ', '.join(str(x) for x in values)");
			break;
		}
		if (i)
			strbuf_addn(&out, AS_STR(args->self)->text, AS_STR(args->self)->len);
		strbuf_addn(&out, AS_STR(v)->text, AS_STR(v)->len);
		if (out.len > vm->heap.limit)
			r = vm_no_memory(vm);
	}
	value_drop(list);
	return vm_str_take(vm, &out, r, ret);
}

/* -- looking for text ---------------------------------------------------------------------------- */

/* A part of a string, in bytes. */
struct part {
	const char *at;
	size_t len;
};

static struct part whole(const struct str *str)
{
	return (struct part){str->text, str->len};
}

// The first occurrence of `sought`, the last one with `last`; NULL: none.
static const char *look_for(struct part in, struct part sought, bool last)
{
	const char *found = NULL, *at;

	if (!last)
		return memmem(in.at, in.len, sought.at, sought.len);
	for (size_t i = sought.len <= in.len ? in.len - sought.len + 1 : 0; !found && i-- > 0;) {
		at = in.at + i;
		if (memcmp(at, sought.at, sought.len) == 0)
			found = at;
	}
	return found;
}

static int64_t chars_before(const struct str *str, const char *at)
{
	int64_t chars = 0;

	if (str->len == str->chars)
		return at - str->text;
	for (const char *p = str->text; p < at; p++)
		chars += ((unsigned char)*p & 0xc0) != 0x80;
	return chars;
}

// The part that start and end (args->v[1] and args->v[2], which may be None) leave; `past`: beyond it.
static int take_part(struct vm *vm, const struct args *args, struct part *ret, bool *ret_past)
{
	const struct str *str = AS_STR(args->self);
	struct slice slice = {.start = args->v[1], .stop = args->v[2], .step = value_none()};
	int64_t start, step, count;
	size_t from;
	int r = slice_resolve(vm, &slice, (int64_t)str->chars, &start, &step, &count);

	if (r < 0)
		return r;
	from = str_offset(str, start);
	*ret = (struct part){str->text + from, str_offset(str, start + count) - from};
	*ret_past = slice.start.kind == VALUE_INT && slice.start.i > (int64_t)str->chars;
	return 0;
}

// which: 0 find, 1 index, 2 rfind, 3 rindex
static int str_find(struct vm *vm, const struct args *args, struct value *ret)
{
	struct part part;
	const char *found = NULL;
	bool past;
	int r = want_str(vm, args->v[0], "what is looked for");

	if (r == 0)
		r = take_part(vm, args, &part, &past);
	if (r < 0)
		return r;
	if (!past)
		found = look_for(part, whole(AS_STR(args->v[0])), args->def->which & 2);
	if (!found && (args->def->which & 1))
		return vm_raise(vm, "ValueError", "the text does not contain '%.60s'", AS_STR(args->v[0])->text);
	*ret = value_int(found ? chars_before(AS_STR(args->self), found) : -1);
	return 0;
}

static int64_t count_chars(struct part part)
{
	int64_t chars = 0;

	for (size_t i = 0; i < part.len; i++)
		chars += ((unsigned char)part.at[i] & 0xc0) != 0x80;
	return chars;
}

static int str_count(struct vm *vm, const struct args *args, struct value *ret)
{
	struct part part, sought;
	const char *found;
	int64_t count = 0;
	bool past;
	int r = want_str(vm, args->v[0], "what is looked for");

	if (r == 0)
		r = take_part(vm, args, &part, &past);
	if (r < 0)
		return r;
	sought = whole(AS_STR(args->v[0]));
	if (sought.len == 0)
		count = past ? 0 : count_chars(part) + 1;
	while (sought.len && (found = look_for(part, sought, false))) {
		part.len -= (size_t)(found - part.at) + sought.len;
		part.at = found + sought.len;
		count++;
	}
	*ret = value_int(count);
	return 0;
}

static bool ends_with(struct part part, struct part what, bool at_end)
{
	return what.len <= part.len && memcmp(part.at + (at_end ? part.len - what.len : 0), what.at, what.len) == 0;
}

// which: 0 startswith, 1 endswith
static int str_ends(struct vm *vm, const struct args *args, struct value *ret)
{
	struct value *items = (struct value *)&args->v[0];
	size_t count = 1;
	struct part part;
	bool found = false, past;
	int r = take_part(vm, args, &part, &past);

	if (args->v[0].kind == VALUE_TUPLE)
		value_items(args->v[0], &items, &count);
	for (size_t i = 0; r == 0 && i < count; i++) {
		r = want_str(vm, items[i], "what is looked for");
		found = found || (r == 0 && !past && ends_with(part, whole(AS_STR(items[i])), args->def->which));
	}
	*ret = value_bool(found);
	return r;
}

// which: 0 removeprefix, 1 removesuffix
static int str_remove(struct vm *vm, const struct args *args, struct value *ret)
{
	struct part part = whole(AS_STR(args->self)), what;
	int r = want_str(vm, args->v[0], "what is taken away");

	if (r < 0)
		return r;
	what = whole(AS_STR(args->v[0]));
	if (ends_with(part, what, args->def->which)) {
		part.at += args->def->which ? 0 : what.len;
		part.len -= what.len;
	}
	return vm_str(vm, part.at, part.len, ret);
}

static size_t char_size(struct part part, uint32_t *ret)
{
	return utf8_decode(part.at, part.len, ret);
}

static int str_replace(struct vm *vm, const struct args *args, struct value *ret)
{
	struct part rest = whole(AS_STR(args->self)), old, new;
	struct strbuf out = STRBUF_INIT;
	const char *found;
	int64_t limit = -1;
	uint32_t cp;
	int r = want_str(vm, args->v[0], "old");

	if (r == 0)
		r = want_str(vm, args->v[1], "new");
	if (r == 0)
		r = vm_to_int(vm, args->v[2], "count", &limit);
	if (r < 0)
		return r;
	old = whole(AS_STR(args->v[0]));
	new = whole(AS_STR(args->v[1]));
	while (r == 0 && limit-- != 0 && (found = look_for(rest, old, false))) {
		size_t taken = (size_t)(found - rest.at), step = old.len ? 0 : rest.len ? char_size(rest, &cp) : 1;

		strbuf_addn(&out, rest.at, taken);
		strbuf_addn(&out, new.at, new.len);
		taken += old.len;
		if (step > rest.len)
			break; // nothing replaced at the very end
		strbuf_addn(&out, rest.at + taken, step);
		rest.at += taken + step;
		rest.len -= taken + step;
		if (out.len > vm->heap.limit)
			r = vm_no_memory(vm);
	}
	strbuf_addn(&out, rest.at, rest.len);
	return vm_str_take(vm, &out, r, ret);
}

/* -- taking apart --------------------------------------------------------------------------------- */

static int push_str(struct vm *vm, struct list *list, struct part part)
{
	struct value v;
	int r = vm_str(vm, part.at, part.len, &v);

	if (r == 0 && list_push(list, v) < 0)
		r = vm_no_memory(vm);
	return r;
}

static bool is_space(char c)
{
	return (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= ' ');
}

static struct part skip_spaces(struct part part, bool at_end)
{
	while (part.len && is_space(at_end ? part.at[part.len - 1] : *part.at)) {
		part.at += !at_end;
		part.len--;
	}
	return part;
}

// Where the next word (from the right: the last one) ends.
static size_t word_length(struct part rest, bool right)
{
	size_t len = 0;

	while (len < rest.len && !is_space(right ? rest.at[rest.len - 1 - len] : rest.at[len]))
		len++;
	return len;
}

static int split_spaces(struct vm *vm, struct part rest, int64_t limit, bool right, struct list *list)
{
	int r = 0;

	for (rest = skip_spaces(rest, right); r == 0 && rest.len; rest = skip_spaces(rest, right)) {
		bool last = limit-- == 0;
		size_t len = last ? rest.len : word_length(rest, right);
		struct part word = {right ? rest.at + rest.len - len : rest.at, len};

		r = push_str(vm, list, word);
		rest.at += right ? 0 : len;
		rest.len -= len;
	}
	return r;
}

static int split_at(struct vm *vm, struct part rest, struct part sep, int64_t limit, bool right, struct list *list)
{
	const char *found;
	int r = 0;

	while (r == 0 && limit-- != 0 && (found = look_for(rest, sep, right))) {
		size_t before = (size_t)(found - rest.at), after = rest.len - before - sep.len;

		r = push_str(vm, list, right ? (struct part){found + sep.len, after} : (struct part){rest.at, before});
		rest = right ? (struct part){rest.at, before} : (struct part){found + sep.len, after};
	}
	return r < 0 ? r : push_str(vm, list, rest);
}

static void turn_round(struct list *list)
{
	for (size_t i = 0; i < list->count / 2; i++) {
		struct value swap = list->items[i];

		list->items[i] = list->items[list->count - 1 - i];
		list->items[list->count - 1 - i] = swap;
	}
}

static int finish_list(struct list *list, int r, struct value *ret)
{
	if (r < 0) {
		object_drop(list);
		return r;
	}
	*ret = value_object(list);
	return 0;
}

// which: 0 split, 1 rsplit
static int str_split(struct vm *vm, const struct args *args, struct value *ret)
{
	struct list *list = list_new(&vm->heap, 0);
	struct part part = whole(AS_STR(args->self));
	bool right = args->def->which;
	int64_t limit = -1;
	int r = list ? vm_to_int(vm, args->v[1], "maxsplit", &limit) : vm_no_memory(vm);

	if (r == 0 && args->v[0].kind == VALUE_NONE)
		r = split_spaces(vm, part, limit, right, list);
	else if (r == 0 && (r = want_str(vm, args->v[0], "sep")) == 0)
		r = AS_STR(args->v[0])->len ? split_at(vm, part, whole(AS_STR(args->v[0])), limit, right, list)
					    : vm_raise(vm, "ValueError", "the separator is empty");
	if (r == 0 && right)
		turn_round(list);
	return finish_list(list, r, ret);
}

// which: 0 partition, 1 rpartition
static int str_partition(struct vm *vm, const struct args *args, struct value *ret)
{
	struct part part = whole(AS_STR(args->self)), sep, parts[3];
	bool right = args->def->which;
	struct tuple *tuple;
	const char *found;
	int r = want_str(vm, args->v[0], "sep");

	if (r == 0 && AS_STR(args->v[0])->len == 0)
		r = vm_raise(vm, "ValueError", "the separator is empty");
	if (r < 0)
		return r;
	sep = whole(AS_STR(args->v[0]));
	found = look_for(part, sep, right);
	memset(parts, 0, sizeof(parts));
	parts[right ? 2 : 0] = part;
	if (found) {
		size_t before = (size_t)(found - part.at);

		parts[0] = (struct part){part.at, before};
		parts[1] = sep;
		parts[2] = (struct part){found + sep.len, part.len - before - sep.len};
	}
	tuple = tuple_new(&vm->heap, 3);
	if (!tuple)
		return vm_no_memory(vm);
	for (size_t i = 0; r == 0 && i < 3; i++)
		r = vm_str(vm, parts[i].at ? parts[i].at : "", parts[i].len, &tuple->items[i]);
	if (r < 0) {
		object_drop(tuple);
		return r;
	}
	*ret = value_object(tuple);
	return 0;
}

static int str_splitlines(struct vm *vm, const struct args *args, struct value *ret)
{
	struct list *list = list_new(&vm->heap, 0);
	struct part rest = whole(AS_STR(args->self));
	bool keep = false;
	int r = list ? truth(vm, args->v[0], &keep) : vm_no_memory(vm);

	while (r == 0 && rest.len) {
		size_t len = 0, end;

		while (len < rest.len && rest.at[len] != '\n' && rest.at[len] != '\r')
			len++;
		end = len + (len < rest.len);
		end += end < rest.len && rest.at[len] == '\r' && rest.at[end] == '\n';
		r = push_str(vm, list, (struct part){rest.at, keep ? end : len});
		rest.at += end;
		rest.len -= end;
	}
	return finish_list(list, r, ret);
}

static bool is_among(struct part chars, uint32_t cp)
{
	uint32_t other;

	if (!chars.at)
		return char_is_space(cp);
	while (chars.len) {
		size_t size = char_size(chars, &other);

		if (other == cp)
			return true;
		chars.at += size;
		chars.len -= size;
	}
	return false;
}

// which: bit 0 the left end, bit 1 the right end.
static int str_strip(struct vm *vm, const struct args *args, struct value *ret)
{
	struct part part = whole(AS_STR(args->self)), chars = {NULL, 0};
	uint32_t cp;
	size_t size;

	if (args->v[0].kind != VALUE_NONE) {
		int r = want_str(vm, args->v[0], "chars");

		if (r < 0)
			return r;
		chars = whole(AS_STR(args->v[0]));
	}
	while ((args->def->which & 1) && part.len && (size = char_size(part, &cp)) && is_among(chars, cp)) {
		part.at += size;
		part.len -= size;
	}
	while ((args->def->which & 2) && part.len) {
		size = 1;
		while (size < part.len && ((unsigned char)part.at[part.len - size] & 0xc0) == 0x80)
			size++;
		char_size((struct part){part.at + part.len - size, size}, &cp);
		if (!is_among(chars, cp))
			break;
		part.len -= size;
	}
	return vm_str(vm, part.at, part.len, ret);
}

const struct builtin str_methods[] = {
	{"join", "values", "the strings one after the other with this one between them", str_join, 0},
	{"split", "sep=None, maxsplit=-1", "the parts between separators (white space if none is given)", str_split, 0},
	{"rsplit", "sep=None, maxsplit=-1", "the parts between separators; with maxsplit, from the right", str_split, 1},
	{"partition", "sep", "what is before the first separator, the separator, what is after", str_partition, 0},
	{"rpartition", "sep", "what is before the last separator, the separator, what is after", str_partition, 1},
	{"splitlines", "keepends=False", "the lines", str_splitlines, 0},
	{"strip", "chars=None", "without white space (or those characters) at both ends", str_strip, 3},
	{"lstrip", "chars=None", "without white space at the left end", str_strip, 1},
	{"rstrip", "chars=None", "without white space at the right end", str_strip, 2},
	{"startswith", "prefix, start=None, end=None", "does it begin so?", str_ends, 0},
	{"endswith", "suffix, start=None, end=None", "does it end so?", str_ends, 1},
	{"removeprefix", "prefix", "without that beginning", str_remove, 0},
	{"removesuffix", "suffix", "without that end", str_remove, 1},
	{"find", "text, start=None, end=None", "where it first occurs, or -1", str_find, 0},
	{"index", "text, start=None, end=None", "where it first occurs, or ValueError", str_find, 1},
	{"rfind", "text, start=None, end=None", "where it last occurs, or -1", str_find, 2},
	{"rindex", "text, start=None, end=None", "where it last occurs, or ValueError", str_find, 3},
	{"count", "text, start=None, end=None", "how often it occurs", str_count, 0},
	{"replace", "old, new, count=-1", "with each `old` replaced", str_replace, 0},
	END,
};
