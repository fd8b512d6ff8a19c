// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The machine that runs programs: heap, names, frames, errors, limits. Shared by all files of the
 * notebook, not for others (they use notebook.h).
 *
 * Functions return 0, or a negative code after vm_raise has said what is wrong. Arguments are
 * borrowed; what *ret gets is owned by the caller.
 */
#ifndef NOTEBOOK_VM_H
#define NOTEBOOK_VM_H

#include <stdbool.h>

#include "base/cancel.h"
#include "base/rng.h"
#include "base/strbuf.h"
#include "engine/autograd.h"
#include "notebook/dict.h"
#include "notebook/notebook.h"
#include "notebook/print.h"
#include "notebook/syntax.h"
#include "notebook/value.h"

struct dataset;

struct frame {
	struct frame *up;
	struct function *function; // NULL: a program's own code
	const struct program *program;
	struct value *slots;
	struct class *making;	  // the class whose body runs, or NULL
	const struct node *at;	  // the statement that runs
	struct list *suspended;	  // of a generator: where it waits; else NULL
};

struct trace_entry {
	struct program *program;
	const char *function;
	int line, col;
};

#define TRACE_MAX 24

/* An error on its way up. */
struct vm_error {
	struct diag diag;	// msg without the type
	const char *type;	// "TypeError"; NULL: no error
	struct value exception; // what raise was given, or UNSET
	bool fatal;		// a limit or an interrupt: no except catches it
	bool placed;		// the innermost place is known
	struct value blamed;	// the value that is wrong, held; UNSET: not known
	const struct str *blamed_name; // the keyword argument that is wrong, or NULL
	size_t blamed_from;	// positional arguments from this one (from 1) are too many; 0: none
	size_t depth;		// of calls it came through
	struct trace_entry trace[TRACE_MAX]; // innermost first
	size_t trace_count;
};

#define VM_PRINTING_MAX 200

struct vm {
	struct heap heap;
	struct nb_sink sink;
	struct nb_limits limits;

	struct str **symbols; // interned names; a symbol's number indexes the three arrays below
	size_t symbol_count, symbol_cap;
	uint32_t *symbol_index; // open addressing, number + 1
	size_t symbol_index_size;
	struct value *globals, *builtins;

	struct value *stack; // arguments and frames' slots
	size_t sp;
	struct frame *frame;
	int depth;
	const char *stack_top; // where the C stack was when the program began
	struct value result;   // of return

	struct cancel cancel; // the interrupt and the deadline
	struct cancel *watched_before;
	unsigned ticks;
	size_t output;	 // bytes printed
	struct vm_error error;

	struct dict *methods[VALUE_KIND_COUNT]; // by kind: name -> native
	struct dict *array_methods;		// of NumPy's arrays; methods[VALUE_TENSOR] is PyTorch's
	struct dict *set_methods, *frozenset_methods;
	struct dict *modules;			// by dotted name
	struct value not_implemented;
	unsigned loaded;	// library files that waited for their import, as bits
	const struct object *printing[VM_PRINTING_MAX]; // the containers whose repr is being written
	size_t printing_count;
	const struct vm_error *handled; // by the except block that runs; NULL: none
	struct dict *types;			// classes of built-in types without a name of their own
	struct rng rng;
	struct print_options print[2]; // by enum world
	struct dataset *dataset; // opened when first asked for
	int running; // nesting of notebook_run and its like
};

#define VM_STACK_SIZE 65536

static inline struct heap *vm_heap(struct vm *vm) { return &vm->heap; }
struct str *vm_intern(struct vm *vm, const char *text, size_t len); // NULL: no memory; borrowed
struct value *vm_global(struct vm *vm, const char *name); // its place; NULL: no memory

/* vm.c: errors. Both kinds return a negative code. */
int vm_raise(struct vm *vm, const char *type, const char *fmt, ...) PRINTF_LIKE(3, 4);
int vm_raise_key(struct vm *vm, struct value key); // KeyError
int vm_hint(struct vm *vm, const char *fmt, ...) PRINTF_LIKE(2, 3); // for the error raised; its code
// It is this value's fault: the error's place becomes that of the argument that had it. The error's code.
int vm_blame(struct vm *vm, struct value v);
int vm_no_memory(struct vm *vm);
int vm_engine_error(struct vm *vm, const struct diag *diag, bool numpy); // of engine and files
void vm_place(struct vm *vm, const struct node *node); // unless a deeper place is known
void vm_clear_error(struct vm *vm);
// A loop's back edge: interrupt and time are looked at now and then.
int vm_tick_slow(struct vm *vm) WARN_UNUSED;
// Has the program been stopped? What operators computed since then is worthless.
static inline bool vm_stopped(const struct vm *vm)
{
	return atomic_load_explicit(&vm->cancel.reason, memory_order_relaxed) != CANCEL_NONE;
}
static inline int vm_tick(struct vm *vm)
{
	if ((++vm->ticks & 1023) == 0 || vm_stopped(vm))
		return vm_tick_slow(vm);
	return 0;
}
int vm_check_stack(struct vm *vm); // RecursionError when the C stack runs low
int vm_write(struct vm *vm, const char *text, size_t len) WARN_UNUSED;

/* eval.c, exec.c */
int eval(struct vm *vm, const struct node *node, struct value *ret) WARN_UNUSED;
int eval_assign(struct vm *vm, const struct node *target, struct value value) WARN_UNUSED;
enum flow { FLOW_NEXT, FLOW_BREAK, FLOW_CONTINUE, FLOW_RETURN, FLOW_YIELD };
int exec(struct vm *vm, const struct node *node) WARN_UNUSED; // an enum flow, or an error
int exec_class(struct vm *vm, const struct node *node, struct value *ret) WARN_UNUSED;
void exec_forget(struct vm *vm, const struct node *name); // del, if it exists
int vm_error_object(struct vm *vm, const struct vm_error *error, struct value *ret) WARN_UNUSED; // for "as"
int exec_except(struct vm *vm, const struct node *node) WARN_UNUSED;

int eval_truth(struct vm *vm, const struct node *node, bool *ret) WARN_UNUSED;
int vm_dict_set(struct vm *vm, struct dict *dict, struct value key, struct value v) WARN_UNUSED;

/*
 * generator.c: functions with yield. exec() of a yield gives FLOW_YIELD, and each statement around it,
 * from the inside out, keeps what it needs to go on (a block which of its statements it was, a loop its
 * iterator). When the generator is asked for its next value its body runs again from the top, and each
 * statement, from the outside in, takes what it kept.
 */
static inline bool generator_is_resumed(const struct vm *vm)
{
	return vm->frame->suspended && vm->frame->suspended->count > 0;
}
struct value generator_take(struct vm *vm); // what the statement kept
int generator_keep(struct vm *vm, struct value v) WARN_UNUSED; // takes v over; FLOW_YIELD
int exec_yield(struct vm *vm, const struct node *node) WARN_UNUSED;
// A generator of the function called with these `slots`, whose values move into it.
int generator_new(struct vm *vm, struct function *function, struct value *slots,
    struct value *ret) WARN_UNUSED;

/* call.c */
// Runs a function's body in its frame: 0 and what it returns, FLOW_YIELD and what it yields.
int vm_run_frame(struct vm *vm, const struct funcdef *def, struct frame *frame,
    struct value *ret) WARN_UNUSED;
struct call {
	const struct value *args;
	size_t count;		   // positional ones
	const struct value *values; // of keywords
	struct str *const *names;
	size_t keywords;
};
int vm_call(struct vm *vm, struct value callee, const struct call *call, struct value *ret) WARN_UNUSED;
// With `self` in front of the arguments, unless it is UNSET.
int vm_call_method(struct vm *vm, struct value callee, struct value self, const struct call *call,
    struct value *ret) WARN_UNUSED;
int vm_call1(struct vm *vm, struct value callee, struct value arg, struct value *ret) WARN_UNUSED;
int eval_call(struct vm *vm, const struct node *node, struct value *ret) WARN_UNUSED;
int vm_run_program(struct vm *vm, struct program *program, struct value *ret) WARN_UNUSED;
int vm_make_function(struct vm *vm, struct funcdef *def, struct value *ret) WARN_UNUSED;
struct value *vm_push(struct vm *vm, size_t count); // unset values on the stack; NULL: raised
void vm_pop(struct vm *vm, struct value *from);	    // and drop them

/* operators.c */
int operate(struct vm *vm, enum op op, struct value a, struct value b, struct value *ret) WARN_UNUSED;
int operate_in_place(struct vm *vm, enum op op, struct value a, struct value b,
    struct value *ret) WARN_UNUSED;
int operate_unary(struct vm *vm, enum op op, struct value a, struct value *ret) WARN_UNUSED;
int compare(struct vm *vm, enum op op, struct value a, struct value b, struct value *ret) WARN_UNUSED;
int compare_equal(struct vm *vm, struct value a, struct value b, bool *ret) WARN_UNUSED;
int truth(struct vm *vm, struct value v, bool *ret) WARN_UNUSED;

/* attribute.c */
int attribute_get(struct vm *vm, struct value object, struct str *name, struct value *ret) WARN_UNUSED;
int attribute_set(struct vm *vm, struct value object, struct str *name, struct value v) WARN_UNUSED;
int attribute_set_plain(struct vm *vm, struct value object, struct str *name,
    struct value v) WARN_UNUSED; // without asking the class
int attribute_delete(struct vm *vm, struct value object, struct str *name) WARN_UNUSED;
// For a call: *ret_self is what goes in front of the arguments, or UNSET.
int attribute_method(struct vm *vm, struct value object, struct str *name, struct value *ret_callee,
    struct value *ret_self) WARN_UNUSED;
struct value *class_find(const struct class *class, const struct str *name); // up the parents; or NULL
struct value *class_find_text(struct vm *vm, const struct class *class, const char *name);
// The methods of a value's kind, or NULL; borrowed.
struct dict *methods_of(const struct vm *vm, struct value v);
bool class_is(const struct class *class, const struct class *ancestor);
// v.name(args...), where the class of `v` has it: 1 and *ret; 0: it has not, or it gives NotImplemented.
int instance_call(struct vm *vm, struct value v, const char *name, const struct value *args, size_t count,
    struct value *ret) WARN_UNUSED;
struct class *class_of(struct value v); // of an instance or an object of a class derived from dict; else NULL
int type_of(struct vm *vm, struct value v, struct value *ret) WARN_UNUSED;
int class_new(struct vm *vm, const char *name, const char *module, struct class *parent,
    struct class **ret) WARN_UNUSED;

/* subscript.c */
int subscript_get(struct vm *vm, struct value object, struct value index, struct value *ret) WARN_UNUSED;
int subscript_set(struct vm *vm, struct value object, struct value index, struct value v) WARN_UNUSED;
int subscript_delete(struct vm *vm, struct value object, struct value index) WARN_UNUSED;
// Start, stop and step of a slice over `length` items, as Python clips them; *ret_count items.
int slice_resolve(struct vm *vm, const struct slice *slice, int64_t length, int64_t *ret_start,
    int64_t *ret_step, int64_t *ret_count) WARN_UNUSED;

size_t str_offset(const struct str *str, int64_t index); // in bytes, of a character that exists or the end

/* iterate.c */
int iter_new(struct vm *vm, struct value source, struct value *ret) WARN_UNUSED;
int iter_next(struct vm *vm, struct value iter, struct value *ret) WARN_UNUSED; // 1, 0 at the end
int iter_make(struct vm *vm, int (*next)(struct vm *, struct iter *, struct value *), struct value source,
    struct value other, struct value *ret) WARN_UNUSED; // borrows both
int iter_to_list(struct vm *vm, struct value source, struct value *ret) WARN_UNUSED;
int iter_until(struct vm *vm, struct value function, struct value last, struct value *ret) WARN_UNUSED; // calls it
int value_length(struct vm *vm, struct value v, int64_t *ret) WARN_UNUSED;
int value_contains(struct vm *vm, struct value container, struct value v, bool *ret) WARN_UNUSED;

/* text.c: str() and repr() */
int value_str(struct vm *vm, struct value v, struct strbuf *out) WARN_UNUSED;
int value_repr(struct vm *vm, struct value v, struct strbuf *out) WARN_UNUSED;

int value_ascii(struct vm *vm, struct value v, struct strbuf *out) WARN_UNUSED; // repr with escapes for all but ASCII

const char *value_builtin_name(struct value v); // of a VALUE_BUILTIN

int data_access_install(struct vm *vm) WARN_UNUSED; // data_access.c: datasets, plots, pictures
void data_access_release(struct vm *vm);

/* Small helpers. */
int vm_str(struct vm *vm, const char *text, size_t len, struct value *ret) WARN_UNUSED;
int vm_str_take(struct vm *vm, struct strbuf *text, int error, struct value *ret) WARN_UNUSED; // releases it
// An integer argument: int, bool, or a one-element integer tensor.
int vm_to_int(struct vm *vm, struct value v, const char *what, int64_t *ret) WARN_UNUSED;
int vm_to_number(struct vm *vm, struct value v, const char *what, double *ret) WARN_UNUSED;

#endif
