// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "notebook/notebook.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/budget.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "notebook/array.h"
#include "notebook/builtin.h"
#include "notebook/format.h"
#include "notebook/lexer.h"
#include "notebook/notebook_internal.h"
#include "notebook/parser.h"
#include "notebook/pasted.h"
#include "notebook/vm.h"

#define MEMORY_DEFAULT ((size_t)1 << 30)
#define OUTPUT_DEFAULT ((size_t)16 << 20)
#define RECURSION_DEFAULT 200

struct notebook {
	struct vm vm;
};

struct vm *notebook__vm(struct notebook *nb)
{
	return &nb->vm;
}

// Drop everything the machine itself refers to; functions and instances in cycles stay.
static void release_roots(struct vm *vm)
{
	vm_clear_error(vm);
	value_set(&vm->result, value_unset());
	value_set(&vm->not_implemented, value_unset());
	for (size_t i = 0; i < vm->symbol_count; i++) {
		value_drop(vm->globals[i]);
		value_drop(vm->builtins[i]);
		object_drop(vm->symbols[i]);
	}
	for (size_t kind = 0; kind < VALUE_KIND_COUNT; kind++) {
		object_drop(vm->methods[kind]);
		vm->methods[kind] = NULL;
	}
	object_drop(vm->array_methods);
	vm->array_methods = NULL;
	object_drop(vm->set_methods);
	object_drop(vm->frozenset_methods);
	vm->set_methods = vm->frozenset_methods = NULL;
	object_drop(vm->modules);
	object_drop(vm->types);
	vm->modules = vm->types = NULL;
}

// Returns what heap_release returns.
static size_t release(struct vm *vm)
{
	size_t referenced;

	release_roots(vm);
	data_access_release(vm);
	referenced = heap_release(&vm->heap);
	deferred_list_release(&vm->heap.later);
	mem_free(vm->symbols);
	mem_free(vm->symbol_index);
	mem_free(vm->globals);
	mem_free(vm->builtins);
	vm->symbols = NULL;
	vm->symbol_index = NULL;
	vm->globals = vm->builtins = NULL;
	vm->symbol_count = vm->symbol_cap = vm->symbol_index_size = 0;
	vm->sp = 0;
	return referenced;
}

static int set_up(struct vm *vm)
{
	struct value name;
	int r;

	vm->stack_top = (const char *)&r;
	vm->modules = dict_new(&vm->heap);
	vm->types = dict_new(&vm->heap);
	r = vm->modules && vm->types ? builtins_install(vm) : vm_no_memory(vm);
	if (r == 0)
		r = vm_str(vm, "__main__", 8, &name);
	if (r == 0)
		r = builtin_set_global(vm, "__name__", name);
	return r;
}

int notebook_new(const struct nb_sink *sink, const struct nb_limits *limits, struct notebook **ret,
    struct diag *diag)
{
	struct notebook *nb = mem_zalloc(1, sizeof(*nb));
	struct vm *vm;
	int r;

	if (!nb)
		return diag_set(diag, ERR_NOMEM, "no memory for a notebook");
	vm = &nb->vm;
	if (sink)
		vm->sink = *sink;
	if (limits)
		vm->limits = *limits;
	if (!vm->limits.memory_bytes)
		vm->limits.memory_bytes = MEMORY_DEFAULT;
	if (!vm->limits.output_bytes)
		vm->limits.output_bytes = OUTPUT_DEFAULT;
	if (vm->limits.recursion <= 0)
		vm->limits.recursion = RECURSION_DEFAULT;
	vm->heap.limit = vm->limits.memory_bytes;
	vm->stack = mem_alloc(VM_STACK_SIZE, sizeof(vm->stack[0]));
	memcpy(vm->print, print_defaults, sizeof(vm->print));
	rng_seed(&vm->rng, 0);
	r = vm->stack ? set_up(vm) : ERR_NOMEM;
	if (r < 0) {
		diag_set(diag, ERR_NOMEM, "no memory for a notebook");
		notebook_free(nb);
		return ERR_NOMEM;
	}
	*ret = nb;
	return 0;
}

size_t notebook__free(struct notebook *nb)
{
	size_t referenced;

	if (!nb)
		return 0;
	referenced = release(&nb->vm);
	mem_free(nb->vm.stack);
	mem_free(nb);
	return referenced;
}

void notebook_free(struct notebook *nb)
{
	notebook__free(nb);
}

void notebook_reset(struct notebook *nb)
{
	release(&nb->vm);
	if (set_up(&nb->vm) < 0)
		die("no memory for a notebook");
}

void notebook_set_sink(struct notebook *nb, const struct nb_sink *sink)
{
	nb->vm.sink = *sink;
}

void notebook_set_seconds(struct notebook *nb, double seconds)
{
	nb->vm.limits.seconds = seconds;
}

void notebook_interrupt(struct notebook *nb)
{
	cancel_ask(&nb->vm.cancel);
}

/* -- running ---------------------------------------------------------------------------------- */

// What is set up before a program runs, and taken back by end(); calls may nest.
static void begin(struct vm *vm)
{
	char here;

	if (vm->running++ > 0)
		return;
	vm->stack_top = &here;
	vm->heap.later.failed = 0;
	vm->ticks = 0;
	vm->output = 0;
	vm->cancel.deadline = vm->limits.seconds > 0 ? clock_real() + vm->limits.seconds : 0;
	vm->watched_before = cancel_watch(&vm->cancel);
	budget_set_limit(vm->limits.memory_bytes);
	autograd_set_enabled(true);
}

static void end(struct vm *vm)
{
	if (--vm->running > 0)
		return;
	cancel_watch(vm->watched_before);
	vm->cancel.reason = CANCEL_NONE; // not in begin(): who asked just before was meant, too
	budget_set_limit(0);
	autograd_set_enabled(true);
}

// Line `line` of the source, without its end; NULL beyond the last.
static const char *source_line(const char *source, int line, size_t *ret_len)
{
	for (; line > 1; line--) {
		source = strchr(source, '\n');
		if (!source)
			return NULL;
		source++;
	}
	*ret_len = strcspn(source, "\n");
	return source;
}

#define EXCERPT_MAX 120 // bytes of a source line in a traceback

static size_t char_start(const char *text, size_t at)
{
	while (at > 0 && ((unsigned char)text[at] & 0xc0) == 0x80)
		at--;
	return at;
}

// Where the col-th character begins, or `len`.
static size_t column_offset(const char *text, size_t len, int col)
{
	size_t at = 0;

	for (int chars = 0; at < len; at++) {
		chars += ((unsigned char)text[at] & 0xc0) != 0x80;
		if (chars == col)
			break;
	}
	return at;
}

// As many cells as the text takes; tabs stay tabs.
static void add_blank(struct strbuf *out, const char *text, size_t len)
{
	uint32_t cp;

	for (size_t at = 0; at < len;) {
		at += utf8_decode(text + at, len - at, &cp);
		if (cp == '\t')
			strbuf_addch(out, '\t');
		else
			strbuf_addf(out, "%*s", utf8_width(cp) > 0 ? utf8_width(cp) : 0, "");
	}
}

// A source line with a caret below a column; of a long line the part around it.
static void add_excerpt(struct strbuf *out, const char *source, int line, int col)
{
	size_t from, to, at, skip;
	const char *text = source_line(source, line, &to);

	if (!text)
		return;
	from = skip = strspn(text, " \t") < to ? strspn(text, " \t") : to;
	at = column_offset(text, to, col);
	if (to - from > EXCERPT_MAX && at > from + EXCERPT_MAX / 2)
		from = char_start(text, at - EXCERPT_MAX / 2);
	if (to - from > EXCERPT_MAX)
		to = char_start(text, from + EXCERPT_MAX);
	strbuf_add(out, from > skip ? "    ..." : "    ");
	strbuf_addn(out, text + from, to - from);
	strbuf_add(out, text[to] && text[to] != '\n' ? "...\n" : "\n");
	if (col < 1 || at < from)
		return;
	strbuf_add(out, from > skip ? "       " : "    ");
	add_blank(out, text + from, at - from);
	strbuf_add(out, "^\n");
}

static void add_message(struct strbuf *out, const struct diag *diag)
{
	strbuf_add(out, diag->msg);
	strbuf_addch(out, '\n');
	if (diag->hint[0])
		strbuf_addf(out, "hint: %s\n", diag->hint);
}

static void syntax_report(const char *name, const char *source, struct strbuf *traceback,
    const struct diag *diag)
{
	if (!traceback)
		return;
	if (diag->line > 0) {
		strbuf_addf(traceback, "  File \"%s\", line %d\n", name, diag->line);
		add_excerpt(traceback, source, diag->line, diag->col);
	}
	add_message(traceback, diag);
}

static void write_trace(struct vm *vm, struct strbuf *out)
{
	const struct vm_error *error = &vm->error;

	strbuf_add(out, "Traceback (most recent call last):\n");
	for (size_t i = error->trace_count; i-- > 0;) {
		const struct trace_entry *entry = &error->trace[i];

		strbuf_addf(out, "  File \"%s\", line %d", entry->program->name, entry->line);
		if (strcmp(entry->function, "<module>") != 0)
			strbuf_addf(out, ", in %s", entry->function);
		strbuf_addch(out, '\n');
		add_excerpt(out, entry->program->source, entry->line, entry->col);
		if (i == 1 && error->depth > TRACE_MAX + 1)
			strbuf_addf(out, "  ... %zu calls more ...\n", error->depth - TRACE_MAX);
	}
}

// Move the machine's error to where the caller wants it. Returns its code.
static int report(struct vm *vm, struct strbuf *traceback, struct diag *diag)
{
	struct vm_error *error = &vm->error;
	const struct trace_entry *first = error->trace_count ? &error->trace[0] : NULL;
	struct diag local;
	int code = error->diag.code ? error->diag.code : ERR_STATE;

	if (!diag)
		diag = &local;
	diag_set(diag, code, "%s%s%s", error->type ? error->type : "Error", error->diag.msg[0] ? ": " : "",
	    error->diag.msg);
	diag_hint(diag, "%s", error->diag.hint);
	if (first)
		diag_at(diag, first->program->name, first->line, first->col);
	if (traceback) {
		write_trace(vm, traceback);
		add_message(traceback, diag);
	}
	vm_clear_error(vm);
	return code;
}

static int echo_value(struct vm *vm, struct value v)
{
	struct strbuf text = STRBUF_INIT;
	struct value *last;
	int r;

	if (v.kind == VALUE_NONE)
		return 0;
	r = value_repr(vm, v, &text);
	if (r == 0) {
		strbuf_addch(&text, '\n');
		r = vm_write(vm, text.data, text.len);
	}
	strbuf_release(&text);
	if (r == 0 && v.kind == VALUE_TENSOR && vm->sink.value)
		vm->sink.value(vm->sink.self, AS_VAR(v)->value);
	last = r == 0 ? vm_global(vm, "_") : NULL; // not earlier: __repr__ may bring new names
	if (last)
		value_set(last, value_ref(v));
	return r;
}

// Is the statement that ends before `next` (NULL: the end) ended by a semicolon, with nothing behind it
// on its line? Then its value is not wanted.
static bool is_silenced(const struct program *program, const struct node *next)
{
	struct token *tokens;
	size_t count, i = 0;
	bool silenced = false;

	if (lexer_run(program->source, strlen(program->source), &(struct lexer_place){"", 1, 1}, &tokens, &count,
		NULL) < 0)
		return false;
	while (i < count && tokens[i].kind != TOKEN_END &&
	    (!next || tokens[i].line < next->line || (tokens[i].line == next->line && tokens[i].col < next->col))) {
		if (tokens[i].kind != TOKEN_NEWLINE)
			silenced = tokens[i].kind == TOKEN_OP && tokens[i].op == OP_SEMICOLON;
		i++;
	}
	silenced = silenced && (!next || (i > 0 && tokens[i - 1].kind == TOKEN_NEWLINE));
	mem_free(tokens);
	return silenced;
}

// What ran up to the statement `at` came to `v`, where that is an expression.
static int echo_statement(struct vm *vm, struct program *program, const struct node *body, size_t at,
    struct value v)
{
	const struct node *next = at + 1 < body->count ? body->items[at + 1] : NULL;

	if (body->items[at]->kind != NODE_RETURN || is_silenced(program, next))
		return 0;
	return echo_value(vm, v);
}

// Piece by piece: each ends with a statement that is an expression, whose value is printed.
static int run_echoing(struct vm *vm, struct program *program)
{
	struct node *body = program->main->body, whole = *body;
	size_t from = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < whole.count; i++) {
		struct value v = value_unset();

		if (whole.items[i]->kind == NODE_EXPRESSION)
			whole.items[i]->kind = NODE_RETURN;
		else if (i + 1 < whole.count)
			continue;
		body->items = whole.items + from;
		body->count = i + 1 - from;
		r = vm_run_program(vm, program, &v);
		if (r == 0)
			r = echo_statement(vm, program, &whole, i, v);
		value_drop(v);
		from = i + 1;
	}
	*body = whole;
	return r;
}

// The figure that plt.plot and the like have begun, where it has changed.
static int draw_draft(struct vm *vm)
{
	struct value *draft = vm_global(vm, "pyplot:_draft"), ret;
	int r;

	if (!draft || draft->kind != VALUE_FUNCTION)
		return 0;
	r = vm_call(vm, *draft, &(struct call){.count = 0}, &ret);
	if (r == 0)
		value_drop(ret);
	return r;
}

static int run_program(struct vm *vm, struct program *program, bool echo, struct strbuf *traceback,
    struct diag *diag)
{
	struct value v = value_unset();
	int r;

	begin(vm);
	if (echo && program->main->body->kind == NODE_BLOCK) {
		r = run_echoing(vm, program);
		if (r == 0 && vm->sink.drafts)
			r = draw_draft(vm);
	} else {
		r = vm_run_program(vm, program, &v);
	}
	value_drop(v);
	if (r < 0)
		r = report(vm, traceback, diag);
	end(vm);
	return r;
}

static int run_source(struct notebook *nb, const char *name, const char *source, bool echo,
    struct strbuf *traceback, struct diag *diag)
{
	struct vm *vm = &nb->vm;
	struct program *program;
	struct diag local;
	int r;

	if (!diag)
		diag = &local;
	r = parser_program(vm, name, source, &program, diag);
	if (r < 0) {
		syntax_report(name, source, traceback, diag);
		return r;
	}
	r = run_program(vm, program, echo, traceback, diag);
	program_drop(program);
	return r;
}

int notebook_run(struct notebook *nb, const char *name, const char *source, bool echo,
    struct strbuf *traceback, struct diag *diag)
{
	char *clean = pasted_clean(source);
	int r = run_source(nb, name, clean ? clean : source, echo, traceback, diag);

	mem_free(clean);
	return r;
}

static bool is_incomplete(const char *source)
{
	const char *line = source, *last = NULL, *next;
	size_t len = strlen(source);

	if (lexer_is_open(source))
		return true;
	for (; *line; line = next) {
		size_t length = strcspn(line, "\n");

		next = line + length + (line[length] == '\n');
		if (strspn(line, " \t\r") < length && line[strspn(line, " \t")] != '#')
			last = line;
	}
	if (!last)
		return false;
	// A block goes on until an empty line ends it.
	if (len >= 2 && source[len - 1] == '\n') {
		const char *p = source + len - 1;

		while (p > source && (p[-1] == ' ' || p[-1] == '\t'))
			p--;
		if (p > source && p[-1] == '\n')
			return false;
	}
	if (*last == ' ' || *last == '\t')
		return true;
	len = strcspn(last, "\n#");
	while (len > 0 && (last[len - 1] == ' ' || last[len - 1] == '\t' || last[len - 1] == '\r'))
		len--;
	return len > 0 && last[len - 1] == ':';
}

bool notebook_is_incomplete(const char *source)
{
	char *clean = pasted_clean(source);
	bool incomplete = is_incomplete(clean ? clean : source);

	mem_free(clean);
	return incomplete;
}

/* -- expressions for the lessons ----------------------------------------------------------------- */

static int evaluate(struct vm *vm, const char *expr, struct value *ret, struct diag *diag)
{
	struct program *program;
	int r = parser_expression(vm, "", expr, &program, diag);

	if (r < 0)
		return r;
	begin(vm);
	r = vm_run_program(vm, program, ret);
	if (r < 0)
		r = report(vm, NULL, diag);
	end(vm);
	program_drop(program);
	return r;
}

int notebook_format(struct notebook *nb, const char *expr, const char *spec, struct strbuf *out,
    struct diag *diag)
{
	struct vm *vm = &nb->vm;
	struct strbuf text = STRBUF_INIT;
	struct value v;
	int r = evaluate(vm, expr, &v, diag);

	if (r < 0)
		return r;
	begin(vm);
	r = spec ? format_value(vm, v, spec, &text) : value_str(vm, v, &text);
	value_drop(v);
	if (r < 0)
		r = report(vm, NULL, diag);
	else
		strbuf_addn(out, text.data, text.len);
	end(vm);
	strbuf_release(&text);
	return r;
}

int notebook_number(struct notebook *nb, const char *expr, double *ret, struct diag *diag)
{
	struct vm *vm = &nb->vm;
	struct value v;
	int r = evaluate(vm, expr, &v, diag);

	if (r < 0)
		return r;
	r = vm_to_number(vm, v, "the value", ret);
	value_drop(v);
	return r < 0 ? report(vm, NULL, diag) : 0;
}

int notebook_tensor(struct notebook *nb, const char *expr, struct tensor **ret, struct diag *diag)
{
	struct vm *vm = &nb->vm;
	struct var *var;
	struct value v;
	int r = evaluate(vm, expr, &v, diag);

	if (r < 0)
		return r;
	r = array_build(vm, v, WORLD_TORCH, -1, &var);
	value_drop(v);
	if (r < 0)
		return report(vm, NULL, diag);
	r = tensor_copy(var->value, ret, diag);
	var_unref(var);
	return r;
}

static int set_global(struct vm *vm, const char *name, struct value v, struct diag *diag)
{
	struct value *place = vm_global(vm, name);

	if (!place) {
		value_drop(v);
		return diag_set(diag, ERR_NOMEM, "no memory for a variable");
	}
	value_set(place, v);
	return 0;
}

int notebook_set_tensor(struct notebook *nb, const char *name, const struct tensor *tensor,
    struct diag *diag)
{
	struct vm *vm = &nb->vm;
	struct tensor *copy;
	struct value v;
	int r = tensor_copy(tensor, &copy, diag);

	if (r < 0)
		return r;
	if (array_take(vm, var_new_take(WORLD_TORCH, copy), &v) < 0)
		return report(vm, NULL, diag);
	return set_global(vm, name, v, diag);
}

int notebook_set_number(struct notebook *nb, const char *name, double value, struct diag *diag)
{
	struct value v = value_float(value);

	if (value == floor(value) && fabs(value) < 1e15)
		v = value_int((int64_t)value);
	return set_global(&nb->vm, name, v, diag);
}
