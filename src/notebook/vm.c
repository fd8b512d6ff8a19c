// SPDX-License-Identifier: GPL-3.0-or-later
/* Names, errors, limits. */
#include "config.h"

#include "notebook/vm.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "notebook/array.h"

#define C_STACK_MAX (3 << 20) // bytes; the smallest usual stack has 8 MiB

static int grow_symbols(struct vm *vm)
{
	size_t cap = vm->symbol_cap ? vm->symbol_cap * 2 : 1024, old = vm->symbol_cap;
	struct str **symbols = mem_realloc(vm->symbols, cap, sizeof(symbols[0]));
	struct value *globals, *builtins;
	uint32_t *index;

	if (!symbols)
		return ERR_NOMEM;
	vm->symbols = symbols;
	globals = mem_realloc(vm->globals, cap, sizeof(globals[0]));
	if (!globals)
		return ERR_NOMEM;
	vm->globals = globals;
	builtins = mem_realloc(vm->builtins, cap, sizeof(builtins[0]));
	if (!builtins)
		return ERR_NOMEM;
	vm->builtins = builtins;
	index = mem_zalloc(cap * 2, sizeof(index[0]));
	if (!index)
		return ERR_NOMEM;
	memset(globals + old, 0, (cap - old) * sizeof(globals[0]));
	memset(builtins + old, 0, (cap - old) * sizeof(builtins[0]));
	mem_free(vm->symbol_index);
	vm->symbol_index = index;
	vm->symbol_index_size = cap * 2;
	vm->symbol_cap = cap;
	for (size_t i = 0; i < vm->symbol_count; i++) {
		size_t at = vm->symbols[i]->hash & (cap * 2 - 1);

		while (index[at])
			at = (at + 1) & (cap * 2 - 1);
		index[at] = (uint32_t)i + 1;
	}
	return 0;
}

struct str *vm_intern(struct vm *vm, const char *text, size_t len)
{
	uint64_t hash = str_hash(text, len);
	struct str *str;
	size_t at;

	if (vm->symbol_count == vm->symbol_cap && grow_symbols(vm) < 0)
		return NULL;
	at = hash & (vm->symbol_index_size - 1);
	while (vm->symbol_index[at]) {
		str = vm->symbols[vm->symbol_index[at] - 1];
		if (str->hash == hash && str->len == len && memcmp(str->text, text, len) == 0)
			return str;
		at = (at + 1) & (vm->symbol_index_size - 1);
	}
	str = str_new(&vm->heap, text, len);
	if (!str)
		return NULL;
	str->symbol = (int)vm->symbol_count;
	vm->symbols[vm->symbol_count++] = str;
	vm->symbol_index[at] = (uint32_t)vm->symbol_count;
	return str;
}

struct value *vm_global(struct vm *vm, const char *name)
{
	struct str *str = vm_intern(vm, name, strlen(name));

	return str ? &vm->globals[str->symbol] : NULL;
}

static const struct {
	const char *type;
	int code;
} error_codes[] = {
	{"MemoryError", ERR_NOMEM}, {"RecursionError", ERR_LIMIT}, {"OutputError", ERR_LIMIT},
	{"TimeoutError", ERR_LIMIT}, {"KeyboardInterrupt", ERR_INTERRUPTED},
	{"NameError", ERR_NOT_FOUND}, {"UnboundLocalError", ERR_NOT_FOUND},
	{"AttributeError", ERR_NOT_FOUND}, {"KeyError", ERR_NOT_FOUND},
	{"ModuleNotFoundError", ERR_NOT_FOUND}, {"ImportError", ERR_NOT_FOUND},
	{"FileNotFoundError", ERR_NOT_FOUND}, {"SyntaxError", ERR_FORMAT}, {"TypeError", ERR_USAGE},
	{"NotImplementedError", ERR_UNSUPPORTED}, {"OSError", ERR_IO}, {"PermissionError", ERR_IO},
	{"IsADirectoryError", ERR_IO},
	{"RuntimeError", ERR_STATE}, {"AssertionError", ERR_STATE},
};

int vm_raise(struct vm *vm, const char *type, const char *fmt, ...)
{
	int code = ERR_RANGE;
	va_list ap;

	for (size_t i = 0; i < ARRAY_LEN(error_codes); i++)
		if (strcmp(error_codes[i].type, type) == 0)
			code = error_codes[i].code;
	vm_clear_error(vm);
	va_start(ap, fmt);
	diag_vset(&vm->error.diag, code, fmt, ap);
	va_end(ap);
	vm->error.type = type;
	vm->error.fatal = code == ERR_LIMIT || code == ERR_INTERRUPTED || code == ERR_NOMEM;
	return code;
}

int vm_hint(struct vm *vm, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(vm->error.diag.hint, sizeof(vm->error.diag.hint), fmt, ap);
	va_end(ap);
	return vm->error.diag.code;
}

int vm_blame(struct vm *vm, struct value v)
{
	value_set(&vm->error.blamed, value_ref(v));
	return vm->error.diag.code;
}

int vm_no_memory(struct vm *vm)
{
	vm_raise(vm, "MemoryError", "the program's values take more than its %zu MiB of memory",
	    vm->limits.memory_bytes >> 20);
	return vm_hint(vm, "use smaller lists and tensors, or a larger --max-memory");
}

int vm_engine_error(struct vm *vm, const struct diag *diag, bool numpy)
{
	const char *type = numpy ? "ValueError" : "RuntimeError";

	if (diag->code == ERR_INTERRUPTED && vm_stopped(vm))
		return vm_tick_slow(vm);
	switch (diag->code) {
	case ERR_NOMEM:
	case ERR_LIMIT:
		type = "MemoryError";
		break;
	case ERR_RANGE:
		type = "IndexError";
		break;
	case ERR_NOT_FOUND:
		type = "FileNotFoundError";
		break;
	case ERR_IO:
		type = "OSError";
		break;
	case ERR_FORMAT:
		type = numpy ? "TypeError" : "RuntimeError";
		break;
	case ERR_UNSUPPORTED:
		type = "NotImplementedError";
		break;
	default:
		break;
	}
	vm_raise(vm, type, "%s", diag->msg);
	vm->error.diag.code = diag->code;
	if (diag->code == ERR_NOMEM)
		vm->error.fatal = false;
	return vm_hint(vm, "%s", diag->hint);
}

void vm_place(struct vm *vm, const struct node *node)
{
	if (vm->error.placed)
		return;
	vm->error.placed = true;
	vm->error.diag.line = node->line;
	vm->error.diag.col = node->col;
}

void vm_clear_error(struct vm *vm)
{
	value_drop(vm->error.exception);
	value_drop(vm->error.blamed);
	for (size_t i = 0; i < vm->error.trace_count; i++)
		program_drop(vm->error.trace[i].program);
	memset(&vm->error, 0, sizeof(vm->error));
}

int vm_tick_slow(struct vm *vm)
{
	if (!cancel_due(&vm->cancel))
		return 0;
	if (atomic_load(&vm->cancel.reason) == CANCEL_LATE) {
		vm_raise(vm, "TimeoutError", "the program ran longer than %g seconds", vm->limits.seconds);
		return vm_hint(vm, "does a loop never end? --max-seconds allows more");
	}
	vm_raise(vm, "KeyboardInterrupt", "interrupted");
	return vm_hint(vm, "the variables are as the program left them");
}

int vm_check_stack(struct vm *vm)
{
	char here;
	ptrdiff_t used = vm->stack_top - &here;

	if (used < C_STACK_MAX && used > -C_STACK_MAX)
		return 0;
	vm_raise(vm, "RecursionError", "this is nested too deeply");
	return vm_hint(vm, "split the expression, or let the function call itself less deeply");
}

int vm_write(struct vm *vm, const char *text, size_t len)
{
	if (len > vm->limits.output_bytes - vm->output) {
		vm_raise(vm, "OutputError", "the program printed more than %zu bytes", vm->limits.output_bytes);
		return vm_hint(vm, "print less, or only every so many steps");
	}
	vm->output += len;
	if (vm->sink.text)
		vm->sink.text(vm->sink.self, text, len);
	return 0;
}

int vm_str(struct vm *vm, const char *text, size_t len, struct value *ret)
{
	struct str *str = str_new(&vm->heap, text, len);

	if (!str)
		return vm_no_memory(vm);
	*ret = value_object(str);
	return 0;
}

int vm_str_take(struct vm *vm, struct strbuf *text, int error, struct value *ret)
{
	int r = error < 0 ? error : vm_str(vm, text->data, text->len, ret);

	strbuf_release(text);
	return r;
}

static bool single_element(struct value v)
{
	return v.kind == VALUE_TENSOR && tensor_count(AS_VAR(v)->value) == 1;
}

int vm_to_int(struct vm *vm, struct value v, const char *what, int64_t *ret)
{
	if (v.kind == VALUE_INT || v.kind == VALUE_BOOL) {
		*ret = v.i;
		return 0;
	}
	if (single_element(v) && !dtype_is_float(AS_VAR(v)->value->dtype)) {
		*ret = var_item_int(AS_VAR(v));
		return 0;
	}
	vm_raise(vm, "TypeError", "%s must be an integer, not %s", what, value_a_type(v));
	vm_blame(vm, v);
	return v.kind == VALUE_FLOAT ? vm_hint(vm, "use // for whole-number division, or int()") : vm->error.diag.code;
}

int vm_to_number(struct vm *vm, struct value v, const char *what, double *ret)
{
	if (value_is_number(v)) {
		*ret = value_number(v);
		return 0;
	}
	if (single_element(v)) {
		*ret = var_item(AS_VAR(v));
		return 0;
	}
	vm_raise(vm, "TypeError", "%s must be a number, not %s", what, value_a_type(v));
	return vm_blame(vm, v);
}
