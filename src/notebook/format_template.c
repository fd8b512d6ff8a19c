// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * str.format: '{}', '{0}', '{name}', each with .attribute and [key] behind it, then !r or !s, then
 * :spec, in which fields may stand again.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "notebook/builtin.h"
#include "notebook/format.h"

#define DEPTH_MAX 2 // of fields within the specifications of fields

struct template {
	struct vm *vm;
	const struct args *args;
	const char *at;
	size_t next;	   // of the fields without a number
	bool counted, numbered; // which kind has been seen
	int depth;
};

static int format_until(struct template *t, struct strbuf *out);

static int bad(struct template *t, const char *what)
{
	vm_raise(t->vm, "ValueError", "%s in the text of format()", what);
	return vm_hint(t->vm, "a field is {name.attribute[key]!r:format}; write {{ for a brace");
}

// The argument of a name, a number or nothing: borrowed.
static int find_argument(struct template *t, const char *name, size_t len, struct value *ret)
{
	const struct call *call = t->args->call;
	size_t index = t->next;

	if (len == 0) {
		t->next++;
		t->counted = true;
	} else if (strspn(name, "0123456789") >= len) {
		index = strtoul(name, NULL, 10);
		t->numbered = true;
	} else {
		for (size_t i = 0; i < call->keywords; i++)
			if (call->names[i]->len == len && memcmp(call->names[i]->text, name, len) == 0)
				return *ret = call->values[i], 0;
		vm_raise(t->vm, "KeyError", "'%.*s'", len > 60 ? 60 : (int)len, name);
		return vm_hint(t->vm, "format() was not given this name");
	}
	if (t->counted && t->numbered)
		return bad(t, "numbered and unnumbered fields");
	if (index >= t->args->rest_count) {
		vm_raise(t->vm, "IndexError", "the text of format() has more fields than there are values");
		return vm_hint(t->vm, "give one value for each {}");
	}
	*ret = t->args->rest[index];
	return 0;
}

static int take_attribute(struct template *t, struct value *v)
{
	size_t len = strcspn(++t->at, ".[!:{}");
	struct str *name = vm_intern(t->vm, t->at, len);
	struct value found;
	int r;

	if (len == 0)
		return bad(t, "a name is missing after '.'");
	r = name ? attribute_get(t->vm, *v, name, &found) : vm_no_memory(t->vm);
	t->at += len;
	if (r == 0)
		value_set(v, found);
	return r;
}

static int take_element(struct template *t, struct value *v)
{
	size_t len = strcspn(++t->at, "]");
	struct value key, found;
	int r = 0;

	if (len == 0 || t->at[len] != ']')
		return bad(t, "a key is missing after '['");
	if (strspn(t->at, "0123456789") >= len)
		key = value_int((int64_t)strtol(t->at, NULL, 10));
	else
		r = vm_str(t->vm, t->at, len, &key);
	t->at += len + 1;
	if (r < 0)
		return r;
	r = subscript_get(t->vm, *v, key, &found);
	value_drop(key);
	if (r == 0)
		value_set(v, found);
	return r;
}

// !r and !s: v becomes its text.
static int convert(struct template *t, struct value *v)
{
	struct strbuf text = STRBUF_INIT;
	struct value shown;
	char how = t->at[1];
	int r;

	if (how != 'r' && how != 's' && how != 'a')
		return bad(t, "an unknown conversion after '!'");
	t->at += 2;
	r = how == 's' ? value_str(t->vm, *v, &text) : how == 'r' ? value_repr(t->vm, *v, &text) : value_ascii(t->vm, *v, &text);
	r = vm_str_take(t->vm, &text, r, &shown);
	if (r == 0)
		value_set(v, shown);
	return r;
}

// After the '{'.
static int format_field(struct template *t, struct strbuf *out)
{
	size_t len = strcspn(t->at, ".[!:{}");
	struct strbuf spec = STRBUF_INIT;
	struct value v;
	int r = find_argument(t, t->at, len, &v);

	if (r < 0)
		return r;
	value_ref(v);
	t->at += len;
	while (r == 0 && (*t->at == '.' || *t->at == '['))
		r = *t->at == '.' ? take_attribute(t, &v) : take_element(t, &v);
	if (r == 0 && *t->at == '!')
		r = convert(t, &v);
	if (r == 0 && *t->at == ':') {
		t->at++;
		r = ++t->depth > DEPTH_MAX ? bad(t, "fields nested too deeply") : format_until(t, &spec);
		t->depth--;
	}
	if (r == 0 && *t->at != '}')
		r = bad(t, "a field without its '}'");
	t->at++;
	if (r == 0)
		r = format_value(t->vm, v, spec.data, out);
	value_drop(v);
	strbuf_release(&spec);
	return r;
}

// To the end, or within a specification to its '}', which is left.
static int format_until(struct template *t, struct strbuf *out)
{
	int r = 0;

	while (r == 0 && *t->at && !(t->depth && *t->at == '}')) {
		char c = *t->at++;

		if ((c == '{' || c == '}') && *t->at == c && !t->depth) {
			strbuf_addch(out, c);
			t->at++;
		} else if (c == '{') {
			r = format_field(t, out);
		} else if (c == '}') {
			r = bad(t, "a single '}'");
		} else {
			strbuf_addch(out, c);
		}
		if (r == 0 && out->len > t->vm->heap.limit)
			r = vm_no_memory(t->vm);
	}
	return r;
}

int format_template(struct vm *vm, const struct str *template, const struct args *args,
    struct strbuf *out)
{
	struct template t = {.vm = vm, .args = args, .at = template->text};

	return format_until(&t, out);
}
