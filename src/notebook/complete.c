// SPDX-License-Identifier: GPL-3.0-or-later
/* Completion at the prompt, and help(name), both from what the notebook knows. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "notebook/builtin.h"
#include "notebook/notebook_internal.h"

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80);
}

/* The words found so far, to be sorted and freed of doubles. */
struct words {
	const char *prefix;
	size_t prefix_len;
	char **items;
	size_t count, cap;
};

static void add_word(struct words *words, const char *word, const char *ending)
{
	if (strncmp(word, words->prefix, words->prefix_len) != 0 || strchr(word, ':') || strchr(word, '.'))
		return;
	if (word[0] == '_' && words->prefix_len == 0)
		return;
	if (words->count == words->cap) {
		words->cap = words->cap ? words->cap * 2 : 32;
		words->items = xrealloc(words->items, words->cap, sizeof(words->items[0]));
	}
	words->items[words->count++] = xasprintf("%s%s", word, ending);
}

static void add_keys(struct words *words, const struct dict *dict)
{
	struct dict_entry *entry;
	size_t at = 0;

	while (dict && (entry = dict_next(dict, &at)))
		if (entry->key.kind == VALUE_STR)
			add_word(words, AS_STR(entry->key)->text, "");
}

static void add_attributes(struct words *words, struct vm *vm, struct value v)
{
	const struct class *class = NULL;

	if (v.kind == VALUE_MODULE)
		add_keys(words, AS_MODULE(v)->attrs);
	if (v.kind == VALUE_INSTANCE) {
		add_keys(words, AS_INSTANCE(v)->attrs);
		class = AS_INSTANCE(v)->class;
	}
	if (v.kind == VALUE_CLASS)
		class = AS_CLASS(v);
	for (; class; class = class->parent)
		add_keys(words, class->attrs);
	add_keys(words, methods_of(vm, v));
}

static void add_names(struct words *words, struct vm *vm)
{
	static const char *const keywords[] = {"and", "assert", "break", "class", "continue", "def", "del", "elif",
	    "else", "except", "False", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "None",
	    "nonlocal", "not", "or", "pass", "raise", "return", "True", "try", "while", "with"};

	for (size_t i = 0; i < vm->symbol_count; i++)
		if (vm->globals[i].kind != VALUE_UNSET || vm->builtins[i].kind != VALUE_UNSET)
			add_word(words, vm->symbols[i]->text, "");
	for (size_t i = 0; i < ARRAY_LEN(keywords); i++)
		add_word(words, keywords[i], "");
}

static struct value variable(struct vm *vm, const char *text, size_t len)
{
	struct str *name = vm_intern(vm, text, len);

	if (!name)
		return value_unset();
	return vm->globals[name->symbol].kind != VALUE_UNSET ? vm->globals[name->symbol] : vm->builtins[name->symbol];
}

// One attribute without running anything: borrowed, or UNSET.
static struct value peek(struct vm *vm, struct value v, const struct str *name)
{
	struct value *found = NULL;

	if (v.kind == VALUE_MODULE)
		found = dict_get_str(AS_MODULE(v)->attrs, name);
	else if (v.kind == VALUE_INSTANCE && !(found = dict_get_str(AS_INSTANCE(v)->attrs, name)))
		found = class_find(AS_INSTANCE(v)->class, name);
	else if (v.kind == VALUE_CLASS)
		found = class_find(AS_CLASS(v), name);
	else if (!found && methods_of(vm, v))
		found = dict_get_str(methods_of(vm, v), name);
	return found ? *found : value_unset();
}

// What a.b.c[0..len) names, or UNSET.
static struct value look_up(struct vm *vm, const char *text, size_t len)
{
	size_t first = 0;
	struct value v;

	while (first < len && text[first] != '.')
		first++;
	v = variable(vm, text, first);
	while (v.kind != VALUE_UNSET && first < len) {
		size_t start = first + 1, end = start;
		struct str *name;

		while (end < len && text[end] != '.')
			end++;
		name = vm_intern(vm, text + start, end - start);
		v = name ? peek(vm, v, name) : value_unset();
		first = end;
	}
	return v;
}

// Inside the parentheses of a call: the names of its parameters.
static void add_parameters(struct words *words, struct vm *vm, const char *text, size_t end)
{
	int depth = 0;
	struct value v;
	size_t open = end, start;

	while (open > 0) {
		char c = text[--open];

		depth += (c == ')') - (c == '(');
		if (depth < 0)
			break;
	}
	if (depth >= 0)
		return;
	start = open;
	while (start > 0 && (is_word(text[start - 1]) || text[start - 1] == '.'))
		start--;
	v = look_up(vm, text + start, open - start);
	if (v.kind == VALUE_CLASS) {
		struct str *init = vm_intern(vm, "__init__", 8);
		struct value *found = init ? class_find(AS_CLASS(v), init) : NULL;

		v = found ? *found : v;
	}
	if (v.kind == VALUE_BUILTIN)
		for (size_t i = 0; i < AS_NATIVE(v)->param_count; i++)
			add_word(words, AS_NATIVE(v)->params[i]->text, "=");
	if (v.kind == VALUE_FUNCTION)
		for (size_t i = 0; i < AS_FUNCTION(v)->def->param_count; i++)
			if (strcmp(AS_FUNCTION(v)->def->params[i].name->text, "self") != 0)
				add_word(words, AS_FUNCTION(v)->def->params[i].name->text, "=");
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void notebook_complete(struct notebook *nb, const char *text, size_t *ret_start,
    void (*add)(void *self, const char *word), void *self)
{
	struct vm *vm = notebook__vm(nb);
	size_t end = strlen(text), start = end, object;
	struct words words = {.cap = 0};

	while (start > 0 && is_word(text[start - 1]))
		start--;
	words.prefix = text + start;
	words.prefix_len = end - start;
	*ret_start = start;
	if (start > 0 && text[start - 1] == '.') {
		object = start - 1;
		while (object > 0 && (is_word(text[object - 1]) || text[object - 1] == '.'))
			object--;
		add_attributes(&words, vm, look_up(vm, text + object, start - 1 - object));
	} else {
		add_parameters(&words, vm, text, start);
		add_names(&words, vm);
	}
	if (words.count)
		qsort(words.items, words.count, sizeof(words.items[0]), by_text);
	for (size_t i = 0; i < words.count; i++) {
		if (i == 0 || strcmp(words.items[i], words.items[i - 1]) != 0)
			add(self, words.items[i]);
	}
	for (size_t i = 0; i < words.count; i++)
		mem_free(words.items[i]);
	mem_free(words.items);
}

static void describe_function(const char *name, const struct funcdef *def, struct strbuf *out)
{
	strbuf_addf(out, "%s(", name);
	for (size_t i = 0; i < def->param_count; i++) {
		const struct param *param = &def->params[i];

		strbuf_addf(out, "%s%s%s", i ? ", " : "",
		    def->has_args && i == def->args_at			? "*"
			: def->has_kwargs && i + 1 == def->param_count ? "**"
									: "",
		    param->name->text);
		if (param->fallback)
			strbuf_add(out, param->fallback->kind == NODE_CONST && param->fallback->value.kind == VALUE_NONE ? "=None"
															  : "=...");
	}
	strbuf_addf(out, ")\n");
	if (def->doc.kind == VALUE_STR)
		strbuf_addf(out, "%s\n", AS_STR(def->doc)->text);
}

void builtin_describe(struct vm *vm, const char *name, struct value v, struct strbuf *out)
{
	struct str *init = vm_intern(vm, "__init__", 8), *doc_name = vm_intern(vm, "__doc__", 7);
	struct value *made, *doc;

	if (v.kind == VALUE_BOUND)
		v = AS_BOUND(v)->callee;
	if (v.kind == VALUE_BUILTIN) {
		const struct builtin *def = AS_NATIVE(v)->def;

		if (def->signature)
			strbuf_addf(out, "%s(%s)\n%s\n", name, def->signature, def->help);
		else
			strbuf_addf(out, "%s\n%s\n", name, def->help);
		return;
	}
	if (v.kind == VALUE_FUNCTION) {
		describe_function(name, AS_FUNCTION(v)->def, out);
		return;
	}
	if (v.kind != VALUE_CLASS || !init || !doc_name) {
		strbuf_addf(out, "%s is a %s\n", name, value_type_name(v));
		return;
	}
	made = class_find(AS_CLASS(v), init);
	doc = dict_get_str(AS_CLASS(v)->attrs, doc_name);
	if (made && made->kind == VALUE_FUNCTION)
		describe_function(name, AS_FUNCTION(*made)->def, out);
	else
		strbuf_addf(out, "class %s\n", name);
	if (doc && doc->kind == VALUE_STR)
		strbuf_addf(out, "%s\n", AS_STR(*doc)->text);
}

// A bare method name, as in help(reshape): the first kind that has it.
static struct value find_method(struct vm *vm, const char *name)
{
	struct str *str = vm_intern(vm, name, strlen(name));

	for (int kind = VALUE_KIND_COUNT - 1; str && kind >= 0; kind--) {
		struct value *found = vm->methods[kind] ? dict_get_str(vm->methods[kind], str) : NULL;

		if (found)
			return *found;
	}
	return value_unset();
}

int notebook_help(struct notebook *nb, const char *name, struct strbuf *out, struct diag *diag)
{
	struct vm *vm = notebook__vm(nb);
	struct value v = look_up(vm, name, strlen(name));

	if (v.kind == VALUE_UNSET)
		v = find_method(vm, name);
	if (v.kind == VALUE_UNSET) {
		builtin_suggest_name(vm, name);
		diag_set(diag, ERR_NOT_FOUND, "there is no help for '%s'", name);
		diag_hint(diag, "%s", vm->error.diag.hint);
		vm_clear_error(vm);
		return ERR_NOT_FOUND;
	}
	builtin_describe(vm, name, v, out);
	return 0;
}
