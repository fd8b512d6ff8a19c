// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The values of the notebook language: a tag and a word. None, booleans, integers (64 bits) and
 * floats live in the word; everything else is a counted object on a heap that knows all its objects,
 * has a limit, and is freed as a whole with its notebook, cycles included.
 *
 * Ownership: a `struct value` that is stored or returned owns one reference; arguments are borrowed.
 * value_ref takes one more, value_drop gives one back. Out-parameters named ret own what they get.
 */
#ifndef NOTEBOOK_VALUE_H
#define NOTEBOOK_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/deferred.h"

struct var;

enum value_kind {
	VALUE_UNSET, // no value: an argument that was not given, a variable without a value
	VALUE_NONE,
	VALUE_BOOL,
	VALUE_INT,
	VALUE_FLOAT,
	VALUE_ELLIPSIS,
	VALUE_DTYPE, // i: an enum dtype, with VALUE_DTYPE_NUMPY where it came from np
	VALUE_STR,   // from here on: objects
	VALUE_TUPLE,
	VALUE_LIST,
	VALUE_DICT,
	VALUE_RANGE,
	VALUE_SLICE,
	VALUE_TENSOR,
	VALUE_FUNCTION,
	VALUE_BUILTIN,
	VALUE_BOUND,
	VALUE_CLASS,
	VALUE_INSTANCE,
	VALUE_MODULE,
	VALUE_ITER,
	VALUE_CELL,
	VALUE_DESCRIPTOR, // static and class methods, properties
	VALUE_VIEW,	  // dict.keys(), values(), items()
	VALUE_IMAGES, // a dataset's images, owned by C code
	VALUE_KIND_COUNT
};

#define VALUE_DTYPE_NUMPY 0x100

struct object;

struct value {
	enum value_kind kind;
	bool numpy; // of numbers: a scalar of NumPy, np.float64 instead of float
	union {
		bool b;
		int64_t i;
		double f;
		struct object *o;
	};
};

struct vm;
struct call;

struct heap {
	struct deferred_list later; // layers that are computed when somebody looks
	struct object *first;
	struct object *dying; // waiting to be freed
	bool freeing;
	size_t used, limit; // bytes
	size_t taken;	    // from the budget (base/budget.h), in large steps
};

/* What every object begins with. */
struct object {
	int refs;
	enum value_kind kind;
	struct object *prev, *next;
	struct heap *heap;
	size_t size; // bytes counted against the heap's limit
};

struct str {
	struct object base;
	size_t len;	// bytes
	size_t chars;	// code points
	uint64_t hash;
	int symbol;	// number of an interned string, -1 for others
	char text[];	// NUL-terminated
};

/* The fields of PyTorch's named tuples: torch.return_types.max(values=..., indices=...). */
struct tuple_fields {
	const char *type; // "torch.return_types.max"
	const char *names[3]; // of the items, in order
};

struct tuple {
	struct object base;
	bool hashed; // `hash` is known, and that it is a key
	uint64_t hash;
	bool is_size; // torch.Size
	const struct tuple_fields *fields; // of a named tuple, else NULL
	size_t count;
	struct value items[];
};

struct list {
	struct object base;
	size_t count, cap;
	struct value *items;
};

struct range {
	struct object base;
	int64_t start, stop, step, count;
};

struct slice {
	struct object base;
	struct value start, stop, step;
};

/* An array of NumPy or a tensor of PyTorch, by its variable's world. */
struct array {
	struct object base;
	bool scalar; // without axes: np.float32(1), not np.array(1)
	struct array *of; // of NumPy's views: whose elements they show, x.base; or NULL
	struct var *var; // NULL as long as it is not computed: ask AS_VAR
	struct deferred *later;
};

struct cell {
	struct object base;
	struct value value;
};

struct dict;
struct funcdef;
struct builtin;

struct function {
	struct object base;
	const struct funcdef *def; // in def->program, which is kept alive
	struct value *defaults;	   // one per parameter, VALUE_UNSET where there is none
	struct cell **cells;	   // captured variables
	struct dict *attrs;	   // f.name = value, or NULL
	struct class *owner;	   // the class whose body defined it, or NULL
};

/* A built-in with its signature taken apart. */
struct native {
	struct object base;
	const struct builtin *def;
	bool is_method, has_star, has_kwargs;
	enum value_kind self_kind; // of a method's object; UNSET: the function looks for itself
	size_t param_count;	 // named ones, without *rest and **rest
	size_t positional_count; // of them, before a *
	size_t required_count;
	struct str **params;
	struct value *fallbacks; // unused ones are VALUE_UNSET
};

struct bound {
	struct object base;
	struct value self, callee;
	bool is_super; // super(): callee is the class whose methods are meant, or None
};

struct class {
	struct object base;
	struct str *name;
	struct class *parent; // or NULL
	struct dict *attrs;
	struct str *module; // "torch.nn.modules.conv", what <class '...'> shows; or NULL
	int (*make)(struct vm *vm, const struct call *call, struct value *ret); // int(), str(), ...
	enum value_kind instances; // of a built-in class: the kind of its values, else UNSET
};

struct instance {
	struct object base;
	struct class *class;
	struct dict *attrs;
};

struct module {
	struct object base;
	struct str *name;
	struct dict *attrs;
};

/* An iterator: `next` gives 1 and *ret, 0 at the end, or an error. */
struct iter {
	struct object base;
	int (*next)(struct vm *vm, struct iter *iter, struct value *ret);
	struct value source, other; // what the kind of iterator needs
	int64_t at, step;
};

#define VALUE_OF(k, member, x) ((struct value){.kind = (k), .member = (x)})
static inline struct value value_unset(void) { return (struct value){.kind = VALUE_UNSET, .i = 0}; }
static inline struct value value_none(void) { return (struct value){.kind = VALUE_NONE, .i = 0}; }
static inline struct value value_bool(bool b) { return (struct value){.kind = VALUE_BOOL, .i = b}; }
static inline struct value value_int(int64_t i) { return (struct value){.kind = VALUE_INT, .i = i}; }
static inline struct value value_float(double f)
{
	return (struct value){.kind = VALUE_FLOAT, .f = f};
}
// Takes over the reference to `o`.
static inline struct value value_object(void *o)
{
	struct object *object = o;

	return (struct value){.kind = object->kind, .o = object};
}

void object_free(struct object *object);
static inline bool value_is_object(struct value v) { return v.kind >= VALUE_STR; }
static inline struct value value_ref(struct value v)
{
	if (value_is_object(v))
		v.o->refs++;
	return v;
}
static inline void value_drop(struct value v)
{
	if (value_is_object(v) && --v.o->refs == 0)
		object_free(v.o);
}
// *slot = v, which is taken over; what was there is dropped afterwards.
static inline void value_set(struct value *slot, struct value v)
{
	struct value old = *slot;

	*slot = v;
	value_drop(old);
}
static inline void *object_ref(void *o)
{
	((struct object *)o)->refs++;
	return o;
}
void object_drop(void *o); // NULL is a no-op

#define AS_STR(v) ((struct str *)(v).o)
#define AS_TUPLE(v) ((struct tuple *)(v).o)
#define AS_LIST(v) ((struct list *)(v).o)
#define AS_DICT(v) ((struct dict *)(v).o)
#define AS_RANGE(v) ((struct range *)(v).o)
#define AS_SLICE(v) ((struct slice *)(v).o)
#define AS_ARRAY(v) ((struct array *)(v).o)
#define AS_FUNCTION(v) ((struct function *)(v).o)
#define AS_NATIVE(v) ((struct native *)(v).o)
#define AS_BOUND(v) ((struct bound *)(v).o)
#define AS_CLASS(v) ((struct class *)(v).o)
#define AS_INSTANCE(v) ((struct instance *)(v).o)
#define AS_MODULE(v) ((struct module *)(v).o)
#define AS_ITER(v) ((struct iter *)(v).o)
#define AS_CELL(v) ((struct cell *)(v).o)

/* Making objects: NULL when the heap's limit or memory is reached. */
void *object_new(struct heap *heap, enum value_kind kind, size_t size) WARN_UNUSED; // zeroed
// Memory that belongs to an object and counts against the limit.
void *heap_resize(struct heap *heap, void *ptr, size_t old_size, size_t new_size) WARN_UNUSED;
void heap_give_back(struct heap *heap, void *ptr, size_t size);
/*
 * Frees every object, referenced or not. Returns how many of them somebody outside the heap still
 * refers to, and one more when bytes are counted that nobody has: 0, when all counts were right.
 */
size_t heap_release(struct heap *heap);

struct str *str_new(struct heap *heap, const char *text, size_t len) WARN_UNUSED;
struct str *str_new_sized(struct heap *heap, size_t len) WARN_UNUSED; // call str_finish after filling
void str_finish(struct str *str);
struct tuple *tuple_new(struct heap *heap, size_t count) WARN_UNUSED; // items unset
struct list *list_new(struct heap *heap, size_t count) WARN_UNUSED;   // items unset
int list_push(struct list *list, struct value item) WARN_UNUSED; // takes `item` over, always
uint64_t str_hash(const char *text, size_t len);

// "int", "list", "Tensor", "ndarray", the class's name, ...
const char *value_type_name(struct value v);
// The same within a sentence: "an int", "a Tensor", "None". Valid until the fourth call after this.
const char *value_a_type(struct value v);
// Where `v` is a tuple or list: its items and their number.
bool value_items(struct value v, struct value **ret_items, size_t *ret_count);
bool value_is_number(struct value v); // bool, int or float
double value_number(struct value v);  // of such a one
bool value_is_str(struct value v, const char *text);

#endif
