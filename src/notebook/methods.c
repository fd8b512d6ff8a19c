// SPDX-License-Identifier: GPL-3.0-or-later
/* The methods of strings, lists, tuples, dicts, sets and numbers. */
#include "config.h"

#include <ctype.h>
#include <string.h>

#include "base/alloc.h"
#include "notebook/builtin.h"
#include "notebook/format.h"

#define END {NULL, NULL, NULL, NULL, 0}

static int want_str(struct vm *vm, struct value v, const char *what)
{
	if (v.kind == VALUE_STR)
		return 0;
	return vm_raise(vm, "TypeError", "%s must be a str, not %s", what, value_a_type(v));
}

/* -- strings --------------------------------------------------------------------------------- */

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

static int push_str(struct vm *vm, struct list *list, const char *text, size_t len)
{
	struct value v;
	int r = vm_str(vm, text, len, &v);

	if (r == 0 && list_push(list, v) < 0)
		r = vm_no_memory(vm);
	return r;
}

static int split_spaces(struct vm *vm, const char *at, int64_t limit, struct list *list)
{
	int r = 0;

	at += strspn(at, " \t\n\r\f\v");
	while (r == 0 && *at) {
		size_t len = limit-- == 0 ? strlen(at) : strcspn(at, " \t\n\r\f\v");

		r = push_str(vm, list, at, len);
		at += len;
		at += strspn(at, " \t\n\r\f\v");
	}
	return r;
}

static int split_at(struct vm *vm, const char *at, const char *sep, int64_t limit, struct list *list)
{
	const char *found;
	int r = 0;

	while (r == 0 && limit-- != 0 && (found = strstr(at, sep))) {
		r = push_str(vm, list, at, (size_t)(found - at));
		at = found + strlen(sep);
	}
	return r < 0 ? r : push_str(vm, list, at, strlen(at));
}

static int str_split(struct vm *vm, const struct args *args, struct value *ret)
{
	struct list *list = list_new(&vm->heap, 0);
	int64_t limit = -1;
	int r = list ? vm_to_int(vm, args->v[1], "maxsplit", &limit) : vm_no_memory(vm);

	if (r == 0 && args->v[0].kind == VALUE_NONE)
		r = split_spaces(vm, AS_STR(args->self)->text, limit, list);
	else if (r == 0 && (r = want_str(vm, args->v[0], "sep")) == 0)
		r = AS_STR(args->v[0])->len
		    ? split_at(vm, AS_STR(args->self)->text, AS_STR(args->v[0])->text, limit, list)
		    : vm_raise(vm, "ValueError", "the separator is empty");
	if (r < 0) {
		object_drop(list);
		return r;
	}
	*ret = value_object(list);
	return 0;
}

static int str_splitlines(struct vm *vm, const struct args *args, struct value *ret)
{
	struct list *list = list_new(&vm->heap, 0);
	const char *at = AS_STR(args->self)->text;
	int r = list ? 0 : vm_no_memory(vm);

	while (r == 0 && *at) {
		size_t len = strcspn(at, "\n");

		r = push_str(vm, list, at, len);
		at += len + (at[len] == '\n');
	}
	if (r < 0) {
		object_drop(list);
		return r;
	}
	*ret = value_object(list);
	return 0;
}

// which: bit 0 the left end, bit 1 the right end.
static int str_strip(struct vm *vm, const struct args *args, struct value *ret)
{
	const char *chars = args->v[0].kind == VALUE_STR ? AS_STR(args->v[0])->text : " \t\n\r\f\v";
	const char *from = AS_STR(args->self)->text, *to = from + AS_STR(args->self)->len;

	while ((args->def->which & 1) && from < to && strchr(chars, *from))
		from++;
	while ((args->def->which & 2) && to > from && strchr(chars, to[-1]))
		to--;
	return vm_str(vm, from, (size_t)(to - from), ret);
}

// which: 0 lower, 1 upper, 2 title, 3 capitalize. ASCII letters only.
static int str_case(struct vm *vm, const struct args *args, struct value *ret)
{
	const struct str *from = AS_STR(args->self);
	struct str *to = str_new_sized(&vm->heap, from->len);
	bool first = true;

	if (!to)
		return vm_no_memory(vm);
	for (size_t i = 0; i < from->len; i++) {
		unsigned char c = (unsigned char)from->text[i];
		bool upper = args->def->which == 1 || (args->def->which >= 2 && first);

		to->text[i] = (char)(c >= 0x80 ? c : upper ? toupper(c) : tolower(c));
		first = args->def->which == 2 ? !isalpha(c) && c < 0x80 : false;
	}
	str_finish(to);
	*ret = value_object(to);
	return 0;
}

// which: 0 startswith, 1 endswith
static int str_ends(struct vm *vm, const struct args *args, struct value *ret)
{
	const struct str *str = AS_STR(args->self);
	struct value *items = (struct value *)&args->v[0];
	size_t count = 1;
	bool found = false;

	if (args->v[0].kind == VALUE_TUPLE)
		value_items(args->v[0], &items, &count);
	for (size_t i = 0; i < count; i++) {
		int r = want_str(vm, items[i], "what is looked for");
		size_t len = r == 0 ? AS_STR(items[i])->len : 0;

		if (r < 0)
			return r;
		if (len <= str->len)
			found = found || memcmp(str->text + (args->def->which ? str->len - len : 0), AS_STR(items[i])->text, len) == 0;
	}
	*ret = value_bool(found);
	return 0;
}

static int64_t chars_before(const char *text, const char *at)
{
	int64_t chars = 0;

	for (; text < at; text++)
		chars += ((unsigned char)*text & 0xc0) != 0x80;
	return chars;
}

// which: 0 find, 1 index, 2 count
static int str_find(struct vm *vm, const struct args *args, struct value *ret)
{
	const char *text = AS_STR(args->self)->text, *found;
	int64_t count = 0;
	int r = want_str(vm, args->v[0], "what is looked for");

	if (r < 0)
		return r;
	found = strstr(text, AS_STR(args->v[0])->text);
	if (args->def->which == 2) {
		size_t len = AS_STR(args->v[0])->len;

		for (; len && found; found = strstr(found + len, AS_STR(args->v[0])->text))
			count++;
		*ret = value_int(count);
		return 0;
	}
	if (!found && args->def->which == 1)
		return vm_raise(vm, "ValueError", "the text does not contain '%.60s'", AS_STR(args->v[0])->text);
	*ret = value_int(found ? chars_before(text, found) : -1);
	return 0;
}

static int str_replace(struct vm *vm, const struct args *args, struct value *ret)
{
	const char *at = AS_STR(args->self)->text, *found;
	struct strbuf out = STRBUF_INIT;
	int r = want_str(vm, args->v[0], "old");

	if (r == 0)
		r = want_str(vm, args->v[1], "new");
	if (r == 0 && AS_STR(args->v[0])->len == 0)
		r = vm_raise(vm, "ValueError", "replace() needs something to look for");
	while (r == 0 && (found = strstr(at, AS_STR(args->v[0])->text))) {
		strbuf_addn(&out, at, (size_t)(found - at));
		strbuf_addn(&out, AS_STR(args->v[1])->text, AS_STR(args->v[1])->len);
		at = found + AS_STR(args->v[0])->len;
		if (out.len > vm->heap.limit)
			r = vm_no_memory(vm);
	}
	strbuf_add(&out, at);
	return vm_str_take(vm, &out, r, ret);
}

static int str_format(struct vm *vm, const struct args *args, struct value *ret)
{
	struct strbuf out = STRBUF_INIT;
	int r = format_braces(vm, AS_STR(args->self), args->rest, args->rest_count, &out);

	return vm_str_take(vm, &out, r, ret);
}

// which: the alignment
static int str_justify(struct vm *vm, const struct args *args, struct value *ret)
{
	struct strbuf out = STRBUF_INIT, spec = STRBUF_INIT;
	int64_t width;
	int r = vm_to_int(vm, args->v[0], "width", &width);

	if (r == 0) {
		strbuf_addf(&spec, "%s%c%lld", args->v[1].kind == VALUE_STR ? AS_STR(args->v[1])->text : " ",
		    args->def->which, (long long)(width < 0 ? 0 : width));
		r = format_value(vm, args->self, spec.data, &out);
	}
	strbuf_release(&spec);
	return vm_str_take(vm, &out, r, ret);
}

static int str_zfill(struct vm *vm, const struct args *args, struct value *ret)
{
	const char *text = AS_STR(args->self)->text;
	struct strbuf out = STRBUF_INIT;
	int64_t width;
	int r = vm_to_int(vm, args->v[0], "width", &width);

	if (r == 0 && width > 100000)
		r = vm_raise(vm, "ValueError", "zfill() goes up to 100000");
	if (r == 0) {
		if (*text == '-' || *text == '+')
			strbuf_addch(&out, *text++);
		strbuf_add_repeat(&out, '0', (int)width > (int)AS_STR(args->self)->chars ? (int)width - (int)AS_STR(args->self)->chars : 0);
		strbuf_add(&out, text);
	}
	return vm_str_take(vm, &out, r, ret);
}

// which: 0 digits, 1 letters, 2 both, 3 spaces, 4 upper, 5 lower
static int str_is(struct vm *vm, const struct args *args, struct value *ret)
{
	const struct str *str = AS_STR(args->self);
	bool all = str->len > 0;

	(void)vm;
	for (size_t i = 0; i < str->len; i++) {
		unsigned char c = (unsigned char)str->text[i];
		bool wide = c >= 0x80;
		static int (*const classes[])(int) = {isdigit, isalpha, isalnum, isspace, isupper, islower};

		if (args->def->which >= 4 && (wide || !isalpha(c)))
			continue;
		all = all && (wide ? args->def->which == 1 || args->def->which == 2 : classes[args->def->which](c) != 0);
	}
	*ret = value_bool(all);
	return 0;
}

const struct builtin str_methods[] = {
	{"join", "values", "the strings one after the other with this one between them", str_join, 0},
	{"split", "sep=None, maxsplit=-1", "the parts between separators (white space if none is given)", str_split, 0},
	{"splitlines", "", "the lines", str_splitlines, 0},
	{"strip", "chars=None", "without white space (or those characters) at both ends", str_strip, 3},
	{"lstrip", "chars=None", "without white space at the left end", str_strip, 1},
	{"rstrip", "chars=None", "without white space at the right end", str_strip, 2},
	{"lower", "", "in small letters", str_case, 0},
	{"upper", "", "in capital letters", str_case, 1},
	{"title", "", "each word with a capital", str_case, 2},
	{"capitalize", "", "the first letter a capital", str_case, 3},
	{"startswith", "prefix", "does it begin so?", str_ends, 0},
	{"endswith", "suffix", "does it end so?", str_ends, 1},
	{"find", "text", "where it first occurs, or -1", str_find, 0},
	{"index", "text", "where it first occurs, or ValueError", str_find, 1},
	{"count", "text", "how often it occurs", str_find, 2},
	{"replace", "old, new", "with each `old` replaced", str_replace, 0},
	{"format", "*values", "with each {} filled in", str_format, 0},
	{"center", "width, fill=' '", "in the middle of a field", str_justify, '^'},
	{"ljust", "width, fill=' '", "at the left of a field", str_justify, '<'},
	{"rjust", "width, fill=' '", "at the right of a field", str_justify, '>'},
	{"zfill", "width", "with leading zeros", str_zfill, 0},
	{"isdigit", "", "are all characters digits?", str_is, 0},
	{"isalpha", "", "are all characters letters?", str_is, 1},
	{"isalnum", "", "are all characters letters or digits?", str_is, 2},
	{"isspace", "", "are all characters white space?", str_is, 3},
	{"isupper", "", "are all letters capitals?", str_is, 4},
	{"islower", "", "are all letters small?", str_is, 5},
	END,
};

/* -- lists and tuples ------------------------------------------------------------------------ */

static int list_append(struct vm *vm, const struct args *args, struct value *ret)
{
	*ret = value_none();
	return list_push(AS_LIST(args->self), value_ref(args->v[0])) < 0 ? vm_no_memory(vm) : 0;
}

static int list_extend(struct vm *vm, const struct args *args, struct value *ret)
{
	struct value result;
	int r = operate_in_place(vm, OP_ADD, args->self, args->v[0], &result);

	if (r == 0)
		value_drop(result);
	*ret = value_none();
	return r;
}

static int list_insert(struct vm *vm, const struct args *args, struct value *ret)
{
	struct list *list = AS_LIST(args->self);
	int64_t at;
	int r = vm_to_int(vm, args->v[0], "the index", &at);

	if (r < 0)
		return r;
	if (list_push(list, value_ref(args->v[1])) < 0)
		return vm_no_memory(vm);
	if (at < 0)
		at += (int64_t)list->count - 1;
	if (at < 0)
		at = 0;
	if ((size_t)at < list->count - 1) {
		struct value v = list->items[list->count - 1];

		memmove(&list->items[at + 1], &list->items[at], (list->count - 1 - (size_t)at) * sizeof(v));
		list->items[at] = v;
	}
	*ret = value_none();
	return 0;
}

static int list_pop(struct vm *vm, const struct args *args, struct value *ret)
{
	struct list *list = AS_LIST(args->self);
	int64_t at;
	int r = vm_to_int(vm, args->v[0], "the index", &at);

	if (r < 0)
		return r;
	if (list->count == 0)
		return vm_raise(vm, "IndexError", "pop() from an empty list");
	if (at < 0)
		at += (int64_t)list->count;
	if (at < 0 || (size_t)at >= list->count)
		return vm_raise(vm, "IndexError", "pop() beyond the list's end");
	*ret = list->items[at];
	memmove(&list->items[at], &list->items[at + 1], (list->count - 1 - (size_t)at) * sizeof(*ret));
	list->count--;
	return 0;
}

// Where args->v[0] first is: 0 and *ret_at, or an error.
static int find_item(struct vm *vm, const struct args *args, size_t *ret_at)
{
	struct value *items;
	size_t count;

	value_items(args->self, &items, &count);
	for (size_t i = 0; i < count; i++) {
		struct value item = value_ref(items[i]); // __eq__ may take it out
		bool equal;
		int r = compare_equal(vm, item, args->v[0], &equal);

		value_drop(item);
		if (r < 0)
			return r;
		value_items(args->self, &items, &count);
		if (equal && i < count) {
			*ret_at = i;
			return 0;
		}
	}
	return vm_raise(vm, "ValueError", "the value is not in the %s", value_type_name(args->self));
}

static int sequence_index(struct vm *vm, const struct args *args, struct value *ret)
{
	size_t at;
	int r = find_item(vm, args, &at);

	if (r == 0)
		*ret = value_int((int64_t)at);
	return r;
}

static int sequence_count(struct vm *vm, const struct args *args, struct value *ret)
{
	struct value *items;
	size_t count;
	int64_t found = 0;

	value_items(args->self, &items, &count);
	for (size_t i = 0; i < count; i++) {
		struct value item = value_ref(items[i]);
		bool equal;
		int r = compare_equal(vm, item, args->v[0], &equal);

		value_drop(item);
		if (r < 0)
			return r;
		found += equal;
		value_items(args->self, &items, &count);
	}
	*ret = value_int(found);
	return 0;
}

static int list_remove(struct vm *vm, const struct args *args, struct value *ret)
{
	struct list *list = AS_LIST(args->self);
	struct value gone;
	size_t at;
	int r = find_item(vm, args, &at);

	if (r < 0)
		return r;
	gone = list->items[at];
	memmove(&list->items[at], &list->items[at + 1], (list->count - 1 - at) * sizeof(gone));
	list->count--;
	value_drop(gone);
	*ret = value_none();
	return 0;
}

static int list_reverse(struct vm *vm, const struct args *args, struct value *ret)
{
	struct list *list = AS_LIST(args->self);

	(void)vm;
	for (size_t i = 0; i < list->count / 2; i++) {
		struct value swap = list->items[i];

		list->items[i] = list->items[list->count - 1 - i];
		list->items[list->count - 1 - i] = swap;
	}
	*ret = value_none();
	return 0;
}

static int list_clear(struct vm *vm, const struct args *args, struct value *ret)
{
	struct list *list = AS_LIST(args->self);

	(void)vm;
	while (list->count > 0)
		value_drop(list->items[--list->count]);
	*ret = value_none();
	return 0;
}

static int list_copy(struct vm *vm, const struct args *args, struct value *ret)
{
	return iter_to_list(vm, args->self, ret);
}

// Merge sort of order[0..count): stable, and it may stop at an error at any time.
static int merge_sort(struct vm *vm, const struct value *keys, size_t *order, size_t *scratch, size_t count,
    bool reverse)
{
	size_t half = count / 2, i = 0, j = half, at = 0;
	int r = 0;

	if (count < 2)
		return 0;
	r = merge_sort(vm, keys, order, scratch, half, reverse);
	if (r == 0)
		r = merge_sort(vm, keys, order + half, scratch, count - half, reverse);
	while (r == 0 && i < half && j < count) {
		struct value before;
		bool take_right = false;

		// A later item goes first only when it is strictly before.
		r = compare(vm, reverse ? OP_GT : OP_LT, keys[order[j]], keys[order[i]], &before);
		if (r == 0) {
			r = truth(vm, before, &take_right);
			value_drop(before);
		}
		if (r == 0)
			scratch[at++] = take_right ? order[j++] : order[i++];
	}
	if (r < 0)
		return r;
	while (i < half)
		scratch[at++] = order[i++];
	while (j < count)
		scratch[at++] = order[j++];
	memcpy(order, scratch, count * sizeof(order[0]));
	return vm_tick(vm);
}

static int list_changed(struct vm *vm)
{
	return vm_raise(vm, "ValueError", "the list changed while it was sorted");
}

// The key function may take the item out of its list.
static int call_key(struct vm *vm, struct value key, struct value item, struct value *ret)
{
	int r;

	value_ref(item);
	r = vm_call1(vm, key, item, ret);
	value_drop(item);
	return r;
}

int list_sort(struct vm *vm, struct list *list, struct value key, struct value reverse)
{
	size_t count = list->count, *order = mem_alloc(count * 2 + 1, sizeof(*order));
	struct list *keys = list_new(&vm->heap, count);
	struct value *sorted = mem_alloc(count + 1, sizeof(*sorted));
	bool down = false;
	int r = order && keys && sorted ? truth(vm, reverse, &down) : vm_no_memory(vm);

	for (size_t i = 0; r == 0 && i < count; i++) {
		order[i] = i;
		if (key.kind == VALUE_NONE)
			keys->items[i] = value_ref(list->items[i]);
		else if (list->count == count)
			r = call_key(vm, key, list->items[i], &keys->items[i]);
		else
			r = list_changed(vm);
	}
	if (r == 0)
		r = merge_sort(vm, keys->items, order, order + count, count, down);
	if (r == 0 && list->count != count)
		r = list_changed(vm);
	if (r == 0 && count) {
		for (size_t i = 0; i < count; i++)
			sorted[i] = list->items[order[i]];
		memcpy(list->items, sorted, count * sizeof(*sorted));
	}
	object_drop(keys);
	mem_free(order);
	mem_free(sorted);
	return r;
}

static int list_sort_method(struct vm *vm, const struct args *args, struct value *ret)
{
	*ret = value_none();
	return list_sort(vm, AS_LIST(args->self), args->v[0], args->v[1]);
}

static int size_numel(struct vm *vm, const struct args *args, struct value *ret)
{
	const struct tuple *tuple = AS_TUPLE(args->self);
	int64_t count = 1;

	for (size_t i = 0; i < tuple->count; i++)
		if (tuple->items[i].kind != VALUE_INT || __builtin_mul_overflow(count, tuple->items[i].i, &count))
			return vm_raise(vm, "TypeError", "numel() is for shapes");
	*ret = value_int(count);
	return 0;
}

const struct builtin list_methods[] = {
	{"append", "x", "adds x at the end", list_append, 0},
	{"extend", "values", "adds all of the values at the end", list_extend, 0},
	{"insert", "index, x", "puts x before that index", list_insert, 0},
	{"pop", "index=-1", "takes an item out, the last if no index is given", list_pop, 0},
	{"remove", "x", "takes the first x out", list_remove, 0},
	{"index", "x", "where x first is", sequence_index, 0},
	{"count", "x", "how often x is in it", sequence_count, 0},
	{"reverse", "", "turns the order round", list_reverse, 0},
	{"sort", "*, key=None, reverse=False", "sorts the list", list_sort_method, 0},
	{"clear", "", "takes everything out", list_clear, 0},
	{"copy", "", "a list of the same items", list_copy, 0},
	END,
};

const struct builtin tuple_methods[] = {
	{"index", "x", "where x first is", sequence_index, 0},
	{"count", "x", "how often x is in it", sequence_count, 0},
	{"numel", "", "the product of a shape's sizes", size_numel, 0},
	END,
};

/* -- dicts ------------------------------------------------------------------------------------ */

// which: 0 keys, 1 values, 2 pairs
static int dict_list(struct vm *vm, const struct args *args, struct value *ret)
{
	const struct dict *dict = AS_DICT(args->self);
	struct list *list = list_new(&vm->heap, 0);
	struct dict_entry *entry;
	size_t at = 0;
	int r = list ? 0 : vm_no_memory(vm);

	while (r == 0 && (entry = dict_next(dict, &at))) {
		struct value v = value_ref(args->def->which == 1 ? entry->value : entry->key);

		if (args->def->which == 2) {
			struct tuple *pair = tuple_new(&vm->heap, 2);

			if (!pair) {
				value_drop(v);
				r = vm_no_memory(vm);
				break;
			}
			pair->items[0] = v;
			pair->items[1] = value_ref(entry->value);
			v = value_object(pair);
		}
		if (list_push(list, v) < 0)
			r = vm_no_memory(vm);
	}
	if (r < 0) {
		object_drop(list);
		return r;
	}
	*ret = value_object(list);
	return 0;
}

// which: 0 get, 1 setdefault, 2 pop
static int dict_find(struct vm *vm, const struct args *args, struct value *ret)
{
	struct dict *dict = AS_DICT(args->self);
	struct value *found = dict_hashable(args->v[0]) ? dict_get(dict, args->v[0]) : NULL;

	if (found) {
		*ret = value_ref(*found);
		if (args->def->which == 2)
			dict_delete(dict, args->v[0]);
		return 0;
	}
	if (args->v[1].kind == VALUE_UNSET)
		return vm_raise(vm, "KeyError", "the dict has no such key");
	*ret = value_ref(args->v[1]);
	if (args->def->which == 1) {
		int r = vm_dict_set(vm, dict, args->v[0], args->v[1]);

		if (r < 0)
			value_drop(*ret);
		return r;
	}
	return 0;
}

static int dict_update(struct vm *vm, const struct args *args, struct value *ret)
{
	struct dict_entry *entry;
	size_t at = 0;
	int r = 0;

	if (args->v[0].kind != VALUE_DICT)
		return vm_raise(vm, "TypeError", "update() needs a dict, not %s", value_a_type(args->v[0]));
	while (r == 0 && args->v[0].o != args->self.o && (entry = dict_next(AS_DICT(args->v[0]), &at)))
		r = vm_dict_set(vm, AS_DICT(args->self), entry->key, entry->value);
	*ret = value_none();
	return r;
}

static int dict_clear_method(struct vm *vm, const struct args *args, struct value *ret)
{
	(void)vm;
	dict_clear(AS_DICT(args->self));
	*ret = value_none();
	return 0;
}

static int dict_copy(struct vm *vm, const struct args *args, struct value *ret)
{
	struct dict *copy = dict_new(&vm->heap);
	struct dict_entry *entry;
	size_t at = 0;
	int r = copy ? 0 : vm_no_memory(vm);

	while (r == 0 && (entry = dict_next(AS_DICT(args->self), &at)))
		r = vm_dict_set(vm, copy, entry->key, entry->value);
	if (r < 0) {
		object_drop(copy);
		return r;
	}
	copy->is_set = AS_DICT(args->self)->is_set;
	*ret = value_object(copy);
	return 0;
}

static int set_add(struct vm *vm, const struct args *args, struct value *ret)
{
	*ret = value_none();
	return vm_dict_set(vm, AS_DICT(args->self), args->v[0], value_none());
}

const struct builtin dict_methods[] = {
	{"keys", "", "the keys", dict_list, 0},
	{"values", "", "the values", dict_list, 1},
	{"items", "", "pairs of key and value", dict_list, 2},
	{"get", "key, default=None", "the key's value, or the default", dict_find, 0},
	{"setdefault", "key, default=None", "the key's value; sets the default if there is none", dict_find, 1},
	{"pop", "key, default=...", "takes a key out and gives its value", dict_find, 2},
	{"update", "other", "takes over all that `other` has", dict_update, 0},
	{"clear", "", "takes everything out", dict_clear_method, 0},
	{"copy", "", "a dict with the same items", dict_copy, 0},
	{"add", "x", "puts x into a set", set_add, 0},
	END,
};

/* -- numbers: what a NumPy scalar would answer ------------------------------------------------- */

static int number_item(struct vm *vm, const struct args *args, struct value *ret)
{
	(void)vm;
	*ret = args->self;
	return 0;
}

static int number_shape(struct vm *vm, const struct args *args, struct value *ret)
{
	struct tuple *empty = tuple_new(&vm->heap, 0);

	(void)args;
	if (!empty)
		return vm_no_memory(vm);
	*ret = value_object(empty);
	return 0;
}

static int number_is_integer(struct vm *vm, const struct args *args, struct value *ret)
{
	double f = value_number(args->self);

	(void)vm;
	*ret = value_bool(f == (double)(int64_t)(f > -9e18 && f < 9e18 ? f : 0.5));
	return 0;
}

const struct builtin number_methods[] = {
	{"item", "", "the number itself", number_item, 0},
	{"shape", NULL, "(), as a number has no dimensions", number_shape, 0},
	{"is_integer", "", "is it a whole number?", number_is_integer, 0},
	END,
};
