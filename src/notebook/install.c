// SPDX-License-Identifier: GPL-3.0-or-later
/* Everything that a fresh notebook knows. */
#include "config.h"

#include "notebook/array_args.h"
#include "notebook/builtin.h"
#include "notebook/descriptor.h"
#include "notebook/figure_make.h"
#include "notebook/layers.h"
#include "notebook/library.h"
#include "notebook/module.h"
#include "notebook/teaching.h"

static const struct {
	enum value_kind kind;
	const struct builtin *table;
} method_tables[] = {
	{VALUE_STR, str_methods}, {VALUE_STR, str_text_methods}, {VALUE_LIST, list_methods}, {VALUE_TUPLE, tuple_methods},
	{VALUE_DICT, dict_methods}, {VALUE_INT, number_methods}, {VALUE_FLOAT, number_methods},
	{VALUE_BOOL, number_methods}, {VALUE_SLICE, slice_methods}, {VALUE_DESCRIPTOR, descriptor_methods}, {VALUE_RANGE, range_methods},
};

int builtins_install(struct vm *vm)
{
	int r = builtins_install_types(vm);

	if (r == 0)
		r = builtins_install_core(vm);
	if (r == 0)
		r = numbers_install(vm);
	for (size_t i = 0; r == 0 && i < sizeof(method_tables) / sizeof(method_tables[0]); i++) {
		struct dict **methods = &vm->methods[method_tables[i].kind];

		if (!*methods && !(*methods = dict_new(&vm->heap)))
			return vm_no_memory(vm);
		r = builtin_add_table(vm, *methods, method_tables[i].table, true);
		builtin_bind(*methods, method_tables[i].kind);
	}
	vm->set_methods = dict_new(&vm->heap);
	vm->frozenset_methods = dict_new(&vm->heap);
	if (r == 0)
		r = vm->set_methods && vm->frozenset_methods ? builtin_add_table(vm, vm->set_methods, set_methods, true)
							      : vm_no_memory(vm);
	if (r == 0)
		r = builtin_add_table(vm, vm->set_methods, frozenset_methods, true);
	if (r == 0)
		r = builtin_add_table(vm, vm->frozenset_methods, frozenset_methods, true);
	if (r == 0) {
		builtin_bind(vm->set_methods, VALUE_DICT);
		builtin_bind(vm->frozenset_methods, VALUE_DICT);
	}
	if (r == 0)
		r = descriptors_install(vm);
	if (r == 0)
		r = arrays_install(vm);
	if (r == 0)
		r = array_install_nn(vm);
	if (r == 0)
		r = data_access_install(vm);
	if (r == 0)
		r = files_install(vm);
	if (r == 0)
		r = figure_install(vm);
	if (r == 0)
		r = library_install(vm);
	if (r == 0)
		r = teaching_install(vm);
	return r;
}
