// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Completion at the prompt, from what the notebook knows. Nothing is evaluated: names are looked up,
 * attributes read from where they are stored, and what a call or an index would give is guessed from its kind.
 */
#include "config.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/paths.h"
#include "notebook/builtin.h"
#include "notebook/notebook_internal.h"

#define FILES_MAX 200

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

static void take_word(struct words *words, char *word)
{
	if (words->count == words->cap) {
		words->cap = words->cap ? words->cap * 2 : 32;
		words->items = xrealloc(words->items, words->cap, sizeof(words->items[0]));
	}
	words->items[words->count++] = word;
}

static void add_word(struct words *words, const char *word, const char *ending)
{
	if (strncmp(word, words->prefix, words->prefix_len) != 0 || strchr(word, ':') || strchr(word, '.'))
		return;
	if (word[0] == '_' && words->prefix_len == 0)
		return;
	take_word(words, xasprintf("%s%s", word, ending));
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
struct value complete_look_up(struct vm *vm, const char *text, size_t len)
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
	v = complete_look_up(vm, text + start, open - start);
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

/* -- after a closing bracket ------------------------------------------------------------------------ */

// Where the bracket that ends at text[end - 1] opens; `end` where none does.
static size_t opening(const char *text, size_t end)
{
	int depth = 0;

	for (size_t at = end; at > 0; at--) {
		depth += strchr(")]}", text[at - 1]) != NULL;
		depth -= strchr("([{", text[at - 1]) != NULL;
		if (depth == 0)
			return at - 1;
	}
	return end;
}

static size_t word_start(const char *text, size_t end)
{
	while (end > 0 && (is_word(text[end - 1]) || text[end - 1] == '.'))
		end--;
	return end;
}

// What f(...) or x[...] has, where its kind can be told.
static void add_of_result(struct words *words, struct vm *vm, const char *text, size_t end)
{
	size_t open = opening(text, end), start = word_start(text, open);
	struct value v = open < end ? complete_look_up(vm, text + start, open - start) : value_unset();

	if (text[end - 1] == ']' && v.kind == VALUE_TENSOR)
		add_keys(words, vm->methods[VALUE_TENSOR]);
	else if (text[end - 1] == ']' && v.kind == VALUE_LIST && AS_LIST(v)->count)
		add_attributes(words, vm, AS_LIST(v)->items[0]);
	else if (text[end - 1] == ')' && v.kind == VALUE_CLASS && AS_CLASS(v)->instances == VALUE_UNSET)
		add_attributes(words, vm, v);
	else if (text[end - 1] == ')' && v.kind == VALUE_BUILTIN)
		add_keys(words, vm->methods[VALUE_TENSOR]);
}

static void add_after_dot(struct words *words, struct vm *vm, const char *text, size_t dot)
{
	size_t start = word_start(text, dot);

	if (dot > 0 && strchr(")]", text[dot - 1]))
		add_of_result(words, vm, text, dot);
	else if (dot > 0 && strchr("'\"", text[dot - 1]))
		add_keys(words, vm->methods[VALUE_STR]);
	else
		add_attributes(words, vm, complete_look_up(vm, text + start, dot - start));
}

/* -- imports --------------------------------------------------------------------------------------- */

// Modules whose dotted name begins with path[0..len), the next part of each.
static void add_modules(struct words *words, struct vm *vm, const char *path, size_t len)
{
	struct dict_entry *entry;
	size_t at = 0;

	while ((entry = dict_next(vm->modules, &at))) {
		const char *name = AS_STR(entry->key)->text;
		char *part;

		if (strncmp(name, path, len) != 0)
			continue;
		part = xstrndup(name + len, strcspn(name + len, "."));
		add_word(words, part, "");
		mem_free(part);
	}
}

// True when the line is an import: then what it may import has been added.
static bool add_imports(struct words *words, struct vm *vm, const char *line, const char *word)
{
	const char *rest = line, *module, *after;
	size_t len;

	if (strncmp(line, "from ", 5) != 0 && strncmp(line, "import ", 7) != 0)
		return false;
	rest += strcspn(rest, " ");
	module = rest + strspn(rest, " ");
	len = strcspn(module, " ");
	after = module + len;
	if (line[0] == 'i' || word <= after) { // the module itself
		const char *start = word;

		while (start > line && (is_word(start[-1]) || start[-1] == '.'))
			start--;
		add_modules(words, vm, start, (size_t)(word - start));
		return true;
	}
	if (!strstr(after, "import ")) {
		add_word(words, "import", " ");
	} else {
		char *name = xstrndup(module, len);
		struct value *found = dict_get_text(vm->modules, strcmp(name, "np") ? name : "numpy");

		if (found)
			add_keys(words, AS_MODULE(*found)->attrs);
		mem_free(name);
	}
	return true;
}

/* -- files ----------------------------------------------------------------------------------------- */

// The quote that is still open at the end of `text`; NULL: none.
static const char *open_quote(const char *text)
{
	const char *open = NULL;

	for (; *text; text++) {
		if (open && *text == '\\' && text[1])
			text++;
		else if (open && *text == *open)
			open = NULL;
		else if (!open && (*text == '\'' || *text == '"'))
			open = text;
	}
	return open;
}

// Is the text before the quote a call that takes a file?
static bool takes_file(const char *text, size_t quote)
{
	static const char *const names[] = {"load", "save", "savefig", "export", "show", "plot"};
	int depth = 0;
	size_t open = quote, start;

	while (open > 0) {
		char c = text[--open];

		depth += (c == ')') - (c == '(');
		if (depth < 0)
			break;
	}
	start = open;
	while (start > 0 && is_word(text[start - 1]))
		start--;
	for (size_t i = 0; depth < 0 && i < ARRAY_LEN(names); i++)
		if (strlen(names[i]) == open - start && !strncmp(names[i], text + start, open - start))
			return true;
	return false;
}

static void add_file(struct words *words, const char *folder, const char *name)
{
	char *path = paths_join(folder, name);

	if (name[0] != '.' && words->count < FILES_MAX && !strncmp(name, words->prefix, words->prefix_len))
		take_word(words, xasprintf("%s%s", name, paths_is_dir(path) ? "/" : ""));
	mem_free(path);
}

// True inside of a string: then the files that it may name have been added; *ret_start is where the last
// part of the path begins.
static bool add_files(struct words *words, struct vm *vm, const char *text, size_t *ret_start)
{
	const char *quote = open_quote(text), *slash;
	struct dirent *entry;
	char *folder;
	DIR *listing;

	if (!quote)
		return false;
	slash = strrchr(quote, '/');
	words->prefix = slash ? slash + 1 : quote + 1;
	words->prefix_len = strlen(words->prefix);
	*ret_start = (size_t)(words->prefix - text);
	if (!vm->limits.files || !takes_file(text, (size_t)(quote - text)) || quote[1] == '/' || strstr(quote, ".."))
		return true;
	folder = slash ? xstrndup(quote + 1, (size_t)(slash - quote - 1)) : xstrdup(".");
	listing = opendir(folder);
	while (listing && (entry = readdir(listing)))
		add_file(words, folder, entry->d_name);
	if (listing)
		closedir(listing);
	mem_free(folder);
	return true;
}

/* -------------------------------------------------------------------------------------------------- */

// Where the last line of `text` begins, behind its blanks.
static const char *last_line(const char *text)
{
	const char *line = strrchr(text, '\n');

	line = line ? line + 1 : text;
	return line + strspn(line, " \t");
}

static void find_words(struct words *words, struct vm *vm, const char *text, size_t *ret_start)
{
	size_t start = strlen(text);

	if (add_files(words, vm, text, ret_start))
		return;
	words->prefix_len = 0;
	while (start > 0 && is_word(text[start - 1])) {
		start--;
		words->prefix_len++;
	}
	words->prefix = text + start;
	*ret_start = start;
	if (add_imports(words, vm, last_line(text), text + start))
		return;
	if (start > 0 && text[start - 1] == '.') {
		add_after_dot(words, vm, text, start - 1);
		return;
	}
	add_parameters(words, vm, text, start);
	add_names(words, vm);
}

void notebook_complete(struct notebook *nb, const char *text, size_t *ret_start,
    void (*add)(void *self, const char *word), void *self)
{
	struct words words = {.cap = 0};

	find_words(&words, notebook__vm(nb), text, ret_start);
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
