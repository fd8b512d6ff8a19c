// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Built-in functions and methods as data. One entry has the signature and the help text from which
 * calls are checked, completions offered, help() answered and the manual made.
 *
 * A signature is what a call may look like: "x, dim=None, *, keepdim=False". A lone * ends the positional
 * parameters; *rest takes any number of further positional arguments; **rest any keywords, which are
 * ignored. A method's signature leaves self out. Defaults are numbers, True, False, None, 'text' or ...
 * (which means: the function itself knows; such an argument arrives UNSET).
 */
#ifndef NOTEBOOK_BUILTIN_H
#define NOTEBOOK_BUILTIN_H

#include "notebook/vm.h"

#define ARGS_MAX 16

/* The arguments of a call in the order of the signature. All are borrowed. */
struct args {
	struct value self; // of methods
	struct value v[ARGS_MAX];
	const struct value *rest; // *rest
	size_t rest_count;
	const struct builtin *def;
	const struct call *call; // as it was written: for those that want the keywords of **rest
};

struct builtin {
	const char *name;
	const char *signature; // NULL: a property, computed when it is read
	const char *help;
	int (*call)(struct vm *vm, const struct args *args, struct value *ret);
	int which; // for functions that serve several entries
};

int builtin_call(struct vm *vm, struct native *native, const struct call *call,
    struct value *ret) WARN_UNUSED;
int builtin_new(struct vm *vm, const struct builtin *def, bool is_method, struct value *ret) WARN_UNUSED;
// Put a table (ended by an entry without a name) into a dict, or under a module's dict.
// The methods among these work on objects of that kind only.
void builtin_bind(struct dict *methods, enum value_kind kind);
int builtin_add_table(struct vm *vm, struct dict *into, const struct builtin *table, bool methods) WARN_UNUSED;
int builtin_add_globals(struct vm *vm, const struct builtin *table) WARN_UNUSED;
int builtin_set_global(struct vm *vm, const char *name, struct value v) WARN_UNUSED; // takes v over
int builtin_set(struct vm *vm, struct dict *dict, const char *name, struct value v) WARN_UNUSED; // likewise
struct list;
int list_sort(struct vm *vm, struct list *list, struct value key, struct value reverse) WARN_UNUSED;

// help(): signature and text of a function or class; for anything else what it is.
void builtin_describe(struct vm *vm, const char *name, struct value v, struct strbuf *out);
// "name(a, b=1)" of a function of the language; of an __init__ its class's name, without self.
void builtin_signature(struct vm *vm, const struct function *function, struct strbuf *out);

/* The tables. */
int builtins_install(struct vm *vm) WARN_UNUSED;	 // everything, at notebook_new
int builtins_install_core(struct vm *vm) WARN_UNUSED;	 // core.c
int numbers_install(struct vm *vm) WARN_UNUSED; // numbers.c: abs, round, chr, ...
int builtins_install_types(struct vm *vm) WARN_UNUSED; // types.c: int, str, list, exceptions, ...
extern const struct builtin str_methods[], str_text_methods[], str_functions[], list_methods[], tuple_methods[];
extern const struct builtin dict_methods[], dict_functions[], set_methods[], frozenset_methods[];
extern const struct builtin range_methods[], number_methods[], slice_methods[];

#endif
