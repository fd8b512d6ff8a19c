// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "notebook/suggest.h"

#include <string.h>

#include "base/alloc.h"
#include "notebook/elsewhere.h"

#define NAME_MAX_LENGTH 40

// Insertions, deletions, replacements and swapped neighbours between two words; case counts half.
static size_t distance(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b), rows[3][NAME_MAX_LENGTH + 1];
	size_t *above = rows[0], *row = rows[1], *before = rows[2];

	if (la > NAME_MAX_LENGTH || lb > NAME_MAX_LENGTH)
		return 99;
	for (size_t j = 0; j <= lb; j++)
		row[j] = 2 * j;
	for (size_t i = 1; i <= la; i++) {
		size_t *spare = before;

		before = above;
		above = row;
		row = spare;
		row[0] = 2 * i;
		for (size_t j = 1; j <= lb; j++) {
			size_t cost = a[i - 1] == b[j - 1] ? 0 : (a[i - 1] ^ b[j - 1]) == 0x20 ? 1 : 2;
			size_t best = above[j - 1] + cost;

			if (above[j] + 2 < best)
				best = above[j] + 2;
			if (row[j - 1] + 2 < best)
				best = row[j - 1] + 2;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before[j - 2] + 2 < best)
				best = before[j - 2] + 2;
			row[j] = best;
		}
	}
	return row[lb];
}

void suggestion_consider(struct suggestion *s, const char *candidate)
{
	size_t d = distance(s->name, candidate), len = strlen(s->name);

	// Names beginning with an underscore are meant by those who write one.
	if ((candidate[0] == '_' && s->name[0] != '_') || d * 3 > 2 * len + 2 || d == 0)
		return;
	if (!s->best || d < s->distance) {
		s->best = candidate;
		s->distance = d;
	}
}

void suggestion_consider_keys(struct suggestion *s, const struct dict *dict)
{
	struct dict_entry *entry;
	size_t at = 0;

	while (dict && (entry = dict_next(dict, &at)))
		if (entry->key.kind == VALUE_STR)
			suggestion_consider(s, AS_STR(entry->key)->text);
}

int suggestion_hint(struct vm *vm, const struct suggestion *s, const char *otherwise)
{
	if (s->best)
		return vm_hint(vm, "did you mean '%s'?", s->best);
	return otherwise ? vm_hint(vm, "%s", otherwise) : vm->error.diag.code;
}

// Modules that every program has; inside one, a bare name may be meant as one of theirs.
static const char *const spoken_of[][2] = {
	{"np", "numpy"}, {"torch", "torch"}, {"nn", "torch.nn"}, {"F", "torch.nn.functional"},
	{"optim", "torch.optim"}, {"math", "math"}, {"time", "time"}, {"d2l", "d2l"},
};

// x = zeros(3): it is np.zeros or torch.zeros.
static int hint_at_module(struct vm *vm, const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(spoken_of); i++) {
		struct value *module = dict_get_text(vm->modules, spoken_of[i][1]);

		if (module && module->kind == VALUE_MODULE && dict_get_text(AS_MODULE(*module)->attrs, name)) {
			vm_hint(vm, "did you mean '%s.%s'?", spoken_of[i][0], name);
			return 1;
		}
	}
	return 0;
}

static void consider_globals(struct vm *vm, struct suggestion *s)
{
	for (size_t i = 0; i < vm->symbol_count; i++)
		if (!strpbrk(vm->symbols[i]->text, ":.") &&
		    (vm->globals[i].kind != VALUE_UNSET || vm->builtins[i].kind != VALUE_UNSET))
			suggestion_consider(s, vm->symbols[i]->text);
}

int suggest_for_name(struct vm *vm, const char *name)
{
	struct suggestion s = {.name = name};
	const char *hint = elsewhere_hint("", name);

	if (hint) {
		vm_raise(vm, "NameError", "'%s' is not available here", name);
		return vm_hint(vm, "%s", hint);
	}
	vm_raise(vm, "NameError", "name '%s' is not defined", name);
	consider_globals(vm, &s);
	if ((!s.best || s.distance > 2) && hint_at_module(vm, name))
		return vm->error.diag.code;
	return suggestion_hint(vm, &s, "assign it first, or import it");
}

static int no_such_in_module(struct vm *vm, const char *type, const struct module *module, const char *name)
{
	struct suggestion s = {.name = name};
	const char *hint = elsewhere_hint(module->name->text, name);

	if (hint) {
		vm_raise(vm, type, "%s.%s is not available here", module->name->text, name);
		return vm_hint(vm, "%s", hint);
	}
	vm_raise(vm, type, "the module %s has no '%s'", module->name->text, name);
	suggestion_consider_keys(&s, module->attrs);
	return suggestion_hint(vm, &s, NULL);
}

static void consider_classes(struct suggestion *s, const struct class *class)
{
	for (; class; class = class->parent)
		suggestion_consider_keys(s, class->attrs);
}

static int no_such_in_value(struct vm *vm, struct value object, const char *name)
{
	struct suggestion s = {.name = name};
	const char *type = value_type_name(object);
	const char *hint = elsewhere_hint(strcmp(type, "Parameter") == 0 ? "Tensor" : type, name);

	if (hint) {
		vm_raise(vm, "AttributeError", "'%s' of %s is not available here", name, value_a_type(object));
		return vm_hint(vm, "%s", hint);
	}
	vm_raise(vm, "AttributeError", "%s has no attribute '%s'", value_a_type(object), name);
	if (strcmp(type, "numpy.ndarray") == 0) {
		struct value *numpy = dict_get_text(vm->modules, "numpy");

		if (numpy && numpy->kind == VALUE_MODULE && dict_get_text(AS_MODULE(*numpy)->attrs, name))
			return vm_hint(vm, "write np.%s(x)", name);
	}
	if (object.kind == VALUE_INSTANCE) {
		suggestion_consider_keys(&s, AS_INSTANCE(object)->attrs);
		consider_classes(&s, AS_INSTANCE(object)->class);
	}
	suggestion_consider_keys(&s, methods_of(vm, object));
	return suggestion_hint(vm, &s, NULL);
}

static int no_such_in_class(struct vm *vm, const struct class *class, struct value object, const char *name)
{
	struct suggestion s = {.name = name};

	vm_raise(vm, "AttributeError", "the class %s has no attribute '%s'", class->name->text, name);
	consider_classes(&s, class);
	suggestion_consider_keys(&s, methods_of(vm, object));
	return suggestion_hint(vm, &s, NULL);
}

int suggest_for_attribute(struct vm *vm, struct value object, const char *name)
{
	switch (object.kind) {
	case VALUE_MODULE:
		return no_such_in_module(vm, "AttributeError", AS_MODULE(object), name);
	case VALUE_CLASS:
		return no_such_in_class(vm, AS_CLASS(object), object, name);
	case VALUE_NONE:
		vm_raise(vm, "AttributeError", "None has no attribute '%s'", name);
		return vm_hint(vm, "does the function that should give a value lack its return?");
	default:
		return no_such_in_value(vm, object, name);
	}
}

int suggest_for_import(struct vm *vm, const struct module *module, const char *name)
{
	return no_such_in_module(vm, "ImportError", module, name);
}

int suggest_for_module(struct vm *vm, const char *name)
{
	struct strbuf known = STRBUF_INIT;
	struct suggestion s = {.name = name};
	const char *hint;
	char *first = xstrndup(name, strcspn(name, "."));
	struct dict_entry *entry;
	size_t at = 0;

	hint = elsewhere_hint("import", first);
	mem_free(first);
	if (hint) {
		vm_raise(vm, "ModuleNotFoundError", "the module '%s' is not available here", name);
		return vm_hint(vm, "%s", hint);
	}
	vm_raise(vm, "ModuleNotFoundError", "there is no module '%s' here", name);
	strbuf_add(&known, "these are known: ");
	while ((entry = dict_next(vm->modules, &at))) {
		const char *text = AS_STR(entry->key)->text;

		suggestion_consider(&s, text);
		if (!strchr(text, '.'))
			strbuf_addf(&known, "%s%s", strchr(known.data, ':') + 2 < known.data + known.len ? ", " : "", text);
	}
	suggestion_hint(vm, &s, known.data);
	strbuf_release(&known);
	return vm->error.diag.code;
}
