// SPDX-License-Identifier: GPL-3.0-or-later
/* str() and repr() of every value. */
#include "config.h"

#include <string.h>

#include "base/utf8.h"
#include "notebook/array.h"
#include "notebook/characters.h"
#include "notebook/dict_methods.h"
#include "notebook/format.h"
#include "notebook/print.h"
#include "notebook/vm.h"

#define DEPTH_MAX 60 // of nested containers

static int add_repr(struct vm *vm, struct value v, struct strbuf *out, int depth);

// As \\xe9, \\u20ac or \\U0001f600.
static void add_escaped(uint32_t cp, struct strbuf *out)
{
	strbuf_addf(out, cp < 0x100 ? "\\x%02x" : cp < 0x10000 ? "\\u%04x" : "\\U%08x", (unsigned)cp);
}

static void add_quoted(const struct str *str, struct strbuf *out)
{
	bool single = memchr(str->text, '\'', str->len), both = single && memchr(str->text, '"', str->len);
	uint32_t quote = single && !both ? '"' : '\'', cp;

	strbuf_addch(out, (char)quote);
	for (size_t i = 0; i < str->len;) {
		i += utf8_decode(str->text + i, str->len - i, &cp);
		if (cp == '\\' || cp == quote)
			strbuf_addf(out, "\\%c", (char)cp);
		else if (cp == '\n' || cp == '\t' || cp == '\r')
			strbuf_add(out, cp == '\n' ? "\\n" : cp == '\t' ? "\\t" : "\\r");
		else if (char_is_printable(cp))
			strbuf_add_utf8(out, cp);
		else
			add_escaped(cp, out);
	}
	strbuf_addch(out, (char)quote);
}

// Of a container's item, which its own __repr__ may take out.
static int add_item(struct vm *vm, struct value item, struct strbuf *out, int depth)
{
	int r;

	value_ref(item);
	r = add_repr(vm, item, out, depth + 1);
	value_drop(item);
	if (r == 0 && out->len > vm->heap.limit)
		r = vm_no_memory(vm);
	return r < 0 ? r : vm_tick(vm);
}

static int add_items(struct vm *vm, struct value sequence, struct strbuf *out, int depth)
{
	struct value *items;
	size_t count;
	int r = 0;

	for (size_t i = 0; r == 0 && value_items(sequence, &items, &count) && i < count; i++) {
		if (i)
			strbuf_add(out, ", ");
		r = add_item(vm, items[i], out, depth);
	}
	return r;
}

// A named tuple as PyTorch shows it, one field on a line.
static int add_fields(struct vm *vm, const struct tuple *tuple, struct strbuf *out, int depth)
{
	int r = 0;

	strbuf_addf(out, "%s(", tuple->fields->type);
	for (size_t i = 0; r == 0 && i < tuple->count; i++) {
		strbuf_addf(out, "%s\n%s=", i ? "," : "", tuple->fields->names[i]);
		r = add_repr(vm, tuple->items[i], out, depth + 1);
	}
	strbuf_addch(out, ')');
	return r;
}

static int add_sequence(struct vm *vm, struct value v, struct strbuf *out, int depth)
{
	bool list = v.kind == VALUE_LIST, size = !list && AS_TUPLE(v)->is_size;
	struct value *items;
	size_t count;
	int r;

	value_items(v, &items, &count);
	if (!list && AS_TUPLE(v)->fields)
		return add_fields(vm, AS_TUPLE(v), out, depth);
	strbuf_add(out, size ? "torch.Size([" : list ? "[" : "(");
	r = add_items(vm, v, out, depth);
	if (!list && !size && count == 1)
		strbuf_addch(out, ',');
	strbuf_add(out, size ? "])" : list ? "]" : ")");
	return r;
}

static int add_set(struct vm *vm, const struct dict *set, struct strbuf *out, int depth)
{
	struct value members;
	int r;

	if (set->count == 0) {
		strbuf_add(out, set->is_frozen ? "frozenset()" : "set()");
		return 0;
	}
	r = set_members(vm, set, &members);
	if (r < 0)
		return r;
	strbuf_add(out, set->is_frozen ? "frozenset({" : "{");
	r = add_items(vm, members, out, depth);
	strbuf_add(out, set->is_frozen ? "})" : "}");
	value_drop(members);
	return r;
}

static int add_view(struct vm *vm, struct value view, struct strbuf *out, int depth)
{
	struct value list;
	int r = iter_to_list(vm, view, &list);

	if (r < 0)
		return r;
	strbuf_addf(out, "%s(", value_type_name(view));
	r = add_repr(vm, list, out, depth + 1);
	strbuf_addch(out, ')');
	value_drop(list);
	return r;
}

static int add_dict(struct vm *vm, const struct dict *dict, struct strbuf *out, int depth)
{
	struct dict_entry *entry;
	size_t at = 0;
	bool first = true;
	int r = 0;

	strbuf_addch(out, '{');
	while (r == 0 && (entry = dict_next(dict, &at))) {
		struct value v = value_ref(entry->value);

		if (!first)
			strbuf_add(out, ", ");
		first = false;
		r = add_item(vm, entry->key, out, depth);
		if (r == 0) {
			strbuf_add(out, ": ");
			r = add_item(vm, v, out, depth);
		}
		value_drop(v);
	}
	strbuf_addch(out, '}');
	return r;
}

static int add_by_method(struct vm *vm, struct value v, const struct value *method, struct strbuf *out)
{
	struct value callee = value_ref(*method), text;
	int r = vm_check_stack(vm);

	if (r == 0)
		r = vm_call1(vm, callee, v, &text);
	value_drop(callee);
	if (r < 0)
		return r;
	if (text.kind == VALUE_STR)
		strbuf_addn(out, AS_STR(text)->text, AS_STR(text)->len);
	else
		r = vm_raise(vm, "TypeError", "__repr__ and __str__ must return a str");
	value_drop(text);
	return r;
}

static int add_instance(struct vm *vm, struct value v, struct strbuf *out)
{
	const struct class *class = AS_INSTANCE(v)->class;
	struct value *method = class_find_text(vm, class, "__repr__");

	if (method)
		return add_by_method(vm, v, method, out);
	strbuf_addf(out, "<__main__.%s object>", class->name->text);
	return 0;
}

static void add_dtype(struct value v, struct strbuf *out)
{
	const char *name = dtype_name((enum dtype)(v.i & 0xff));

	if (v.i & VALUE_DTYPE_NUMPY)
		strbuf_addf(out, "dtype('%s')", name);
	else
		strbuf_addf(out, "torch.%s", name);
}

static int add_slice(struct vm *vm, const struct slice *slice, struct strbuf *out, int depth)
{
	const struct value parts[3] = {slice->start, slice->stop, slice->step};
	int r = 0;

	strbuf_add(out, "slice(");
	for (int i = 0; r == 0 && i < 3; i++) {
		strbuf_add(out, i ? ", " : "");
		r = add_item(vm, parts[i], out, depth);
	}
	strbuf_addch(out, ')');
	return r;
}

static void add_class(const struct class *class, struct strbuf *out)
{
	strbuf_add(out, "<class '");
	if (class->module && class->module->len)
		strbuf_addf(out, "%s.", class->module->text);
	strbuf_addf(out, "%s'>", class->name->text);
}

static int add_object(struct vm *vm, struct value v, struct strbuf *out)
{
	switch (v.kind) {
	case VALUE_FUNCTION:
		strbuf_addf(out, "<function %s>", AS_FUNCTION(v)->def->name->text);
		return 0;
	case VALUE_BUILTIN:
		strbuf_addf(out, "<built-in function %s>", value_builtin_name(v));
		return 0;
	case VALUE_BOUND:
		strbuf_add(out, "<bound method of ");
		strbuf_addf(out, "%s>", value_type_name(AS_BOUND(v)->self));
		return 0;
	case VALUE_CLASS:
		add_class(AS_CLASS(v), out);
		return 0;
	case VALUE_INSTANCE:
		return add_instance(vm, v, out);
	case VALUE_MODULE:
		strbuf_addf(out, "<module '%s'>", AS_MODULE(v)->name->text);
		return 0;
	default:
		strbuf_addf(out, "<%s>", value_type_name(v));
		return 0;
	}
}

// np.float32(1) prints as a number, np.array(1) as an array.
static void add_array(struct vm *vm, struct value v, struct strbuf *out)
{
	const struct var *var = AS_VAR(v);

	if (var->world == WORLD_NUMPY && var->value->ndim == 0 && !AS_ARRAY(v)->scalar)
		print_numpy_0d(var->value, &vm->print[WORLD_NUMPY], out);
	else
		print_var(var, true, vm->print, out);
}

// A container within itself is shown as dots, here and now: false.
static bool enter_container(struct vm *vm, struct value v, const char *dots, struct strbuf *out)
{
	for (size_t i = 0; i < vm->printing_count; i++)
		if (vm->printing[i] == v.o) {
			strbuf_add(out, dots);
			return false;
		}
	if (vm->printing_count == VM_PRINTING_MAX) {
		strbuf_add(out, "...");
		return false;
	}
	vm->printing[vm->printing_count++] = v.o;
	return true;
}

static int add_repr(struct vm *vm, struct value v, struct strbuf *out, int depth)
{
	struct value *method;

	int r;

	if (depth > DEPTH_MAX) {
		strbuf_add(out, "...");
		return 0;
	}
	switch (v.kind) {
	case VALUE_NONE:
		strbuf_add(out, "None");
		return 0;
	case VALUE_BOOL:
		strbuf_add(out, v.i ? "True" : "False");
		return 0;
	case VALUE_INT:
		strbuf_addf(out, "%lld", (long long)v.i);
		return 0;
	case VALUE_FLOAT:
		format_float(v.f, out);
		return 0;
	case VALUE_ELLIPSIS:
		strbuf_add(out, "Ellipsis");
		return 0;
	case VALUE_DTYPE:
		add_dtype(v, out);
		return 0;
	case VALUE_STR:
		add_quoted(AS_STR(v), out);
		return 0;
	case VALUE_TUPLE:
	case VALUE_LIST:
		if (!enter_container(vm, v, v.kind == VALUE_LIST ? "[...]" : "(...)", out))
			return 0;
		r = add_sequence(vm, v, out, depth);
		vm->printing_count--;
		return r;
	case VALUE_DICT:
		method = AS_DICT(v)->class ? class_find_text(vm, AS_DICT(v)->class, "__repr__") : NULL;
		if (method)
			return add_by_method(vm, v, method, out);
		if (!enter_container(vm, v, "{...}", out))
			return 0;
		r = AS_DICT(v)->is_set ? add_set(vm, AS_DICT(v), out, depth) : add_dict(vm, AS_DICT(v), out, depth);
		vm->printing_count--;
		return r;
	case VALUE_VIEW:
		return add_view(vm, v, out, depth);
	case VALUE_RANGE:
		strbuf_addf(out, "range(%lld, %lld", (long long)AS_RANGE(v)->start, (long long)AS_RANGE(v)->stop);
		if (AS_RANGE(v)->step != 1)
			strbuf_addf(out, ", %lld", (long long)AS_RANGE(v)->step);
		strbuf_addch(out, ')');
		return 0;
	case VALUE_SLICE:
		return add_slice(vm, AS_SLICE(v), out, depth);
	case VALUE_TENSOR:
		add_array(vm, v, out);
		return 0;
	default:
		return add_object(vm, v, out);
	}
}

int value_repr(struct vm *vm, struct value v, struct strbuf *out)
{
	return add_repr(vm, v, out, 0);
}

int value_ascii(struct vm *vm, struct value v, struct strbuf *out)
{
	struct strbuf text = STRBUF_INIT;
	int r = value_repr(vm, v, &text);
	uint32_t cp;

	for (size_t i = 0; r == 0 && i < text.len;) {
		i += utf8_decode(text.data + i, text.len - i, &cp);
		if (cp < 0x80)
			strbuf_addch(out, (char)cp);
		else
			add_escaped(cp, out);
	}
	strbuf_release(&text);
	return r;
}

int value_str(struct vm *vm, struct value v, struct strbuf *out)
{
	struct value *method;

	switch (v.kind) {
	case VALUE_STR:
		strbuf_addn(out, AS_STR(v)->text, AS_STR(v)->len);
		return 0;
	case VALUE_TENSOR:
		print_var(AS_VAR(v), false, vm->print, out);
		return 0;
	case VALUE_DTYPE:
		if (v.i & VALUE_DTYPE_NUMPY) {
			strbuf_add(out, dtype_name((enum dtype)(v.i & 0xff)));
			return 0;
		}
		break;
	case VALUE_INSTANCE:
		method = class_find_text(vm, AS_INSTANCE(v)->class, "__str__");
		if (method)
			return add_by_method(vm, v, method, out);
		break;
	default:
		break;
	}
	return value_repr(vm, v, out);
}
