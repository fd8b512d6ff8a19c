// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Which variable a name means. A name that a function assigns anywhere is its own; otherwise it is
 * that of the nearest enclosing function that has it, else a global. The variables of a
 * comprehension are its own, but live in the frame of the function around it. Names of a class body
 * are seen in that body only.
 *
 * Resolving waits until the whole program has been read, as an assignment may follow the use.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "notebook/parser_internal.h"
#include "notebook/vm.h"

#define VARIABLES_MAX 1000

struct scope *scope__push(struct parser *p, enum scope_kind kind, struct funcdef *def)
{
	struct scope *scope = mem_zalloc(1, sizeof(*scope));

	if (!scope)
		return NULL;
	scope->kind = kind;
	scope->parent = p->scope;
	scope->def = def;
	scope->next = p->scopes;
	p->scopes = scope;
	p->scope = scope;
	return scope;
}

void scope__pop(struct parser *p)
{
	p->scope = p->scope->parent;
}

void scope__free(struct parser *p)
{
	while (p->scopes) {
		struct scope *scope = p->scopes;

		p->scopes = scope->next;
		mem_free(scope->bindings);
		mem_free(scope->names);
		mem_free(scope);
	}
}

static struct binding *find(const struct scope *scope, const struct str *name)
{
	for (size_t i = 0; i < scope->count; i++)
		if (scope->bindings[i].name == name)
			return &scope->bindings[i];
	return NULL;
}

// NULL: reported.
static struct binding *find_or_add(struct parser *p, struct scope *scope, struct str *name)
{
	struct binding *binding = find(scope, name);

	if (binding)
		return binding;
	if (scope->count == VARIABLES_MAX) {
		parser__fail(p, p->token, "keep them in a list or a dict", "more than %d variables in one function",
		    VARIABLES_MAX);
		return NULL;
	}
	if (scope->count == scope->cap) {
		size_t cap = scope->cap ? scope->cap * 2 : 8;
		void *grown = mem_realloc(scope->bindings, cap, sizeof(*binding));

		if (!grown) {
			parser__no_memory(p);
			return NULL;
		}
		scope->bindings = grown;
		scope->cap = cap;
	}
	binding = &scope->bindings[scope->count++];
	*binding = (struct binding){.name = name, .slot = -1};
	return binding;
}

// Modules and functions have frames; the others use that of the one around them.
static struct scope *frame_of(struct scope *scope)
{
	while (scope->kind == SCOPE_KIND_CLASS || scope->kind == SCOPE_KIND_COMPREHENSION)
		scope = scope->parent;
	return scope;
}

int scope__bind(struct parser *p, struct str *name)
{
	struct binding *binding;

	if (p->scope->kind == SCOPE_KIND_MODULE)
		return 0;
	binding = find_or_add(p, p->scope, name);
	if (!binding)
		return p->diag->code;
	if (binding->bound || binding->global || binding->nonlocal)
		return 0;
	binding->bound = true;
	if (p->scope->kind != SCOPE_KIND_CLASS)
		binding->slot = frame_of(p->scope)->def->slot_count++;
	return 0;
}

int scope__bind_outside(struct parser *p, struct str *name)
{
	struct scope *inner = p->scope;
	int r = 0;

	while (p->scope->kind == SCOPE_KIND_COMPREHENSION || (p->scope->def && p->scope->def->is_inline)) {
		struct scope *outer = p->scope->parent;

		if (p->scope->kind == SCOPE_KIND_FUNCTION && r == 0)
			r = scope__declare(p, name, outer->kind == SCOPE_KIND_MODULE);
		p->scope = outer;
	}
	if (r == 0)
		r = scope__bind(p, name);
	p->scope = inner;
	return r;
}

int scope__declare(struct parser *p, struct str *name, bool global)
{
	struct binding *binding;

	if (p->scope->kind == SCOPE_KIND_MODULE)
		return 0;
	binding = find_or_add(p, p->scope, name);
	if (!binding)
		return p->diag->code;
	binding->global = global;
	binding->nonlocal = !global;
	return 0;
}

bool scope__is_inner(const struct scope *scope)
{
	for (const struct scope *above = scope->parent; above; above = above->parent)
		if (above->kind == SCOPE_KIND_FUNCTION)
			return scope->kind == SCOPE_KIND_FUNCTION;
	return false;
}

bool scope__is_bound(const struct scope *scope, const struct str *name)
{
	for (size_t i = 0; scope->kind == SCOPE_KIND_FUNCTION && i < scope->count; i++)
		if (scope->bindings[i].name == name)
			return scope->bindings[i].bound;
	return false;
}

bool scope__is_param(const struct scope *scope, const struct str *name)
{
	for (size_t i = 0; scope->def && i < scope->def->param_count; i++)
		if (scope->def->params[i].name == name)
			return true;
	return false;
}

int scope__use(struct parser *p, struct node *name)
{
	struct scope *scope = p->scope;

	if (scope->name_count == scope->name_cap) {
		size_t cap = scope->name_cap ? scope->name_cap * 2 : 16;
		void *grown = mem_realloc(scope->names, cap, sizeof(scope->names[0]));

		if (!grown)
			return parser__no_memory(p), ERR_NOMEM;
		scope->names = grown;
		scope->name_cap = cap;
	}
	memset(&scope->names[scope->name_count], 0, sizeof(scope->names[0]));
	scope->names[scope->name_count++].node = name;
	return 0;
}


static int add_free(struct parser *p, struct scope *function, struct str *name, int from);

/*
 * Find `name` as seen from `scope`: 1 and the scope that has it with its frame being that of `scope`,
 * 0 for a global. Where an enclosing function has it, it becomes a captured variable of every
 * function on the way.
 */
static int lookup(struct parser *p, struct scope *scope, struct str *name, struct scope **ret_owner,
    size_t *ret_index)
{
	struct scope *at = scope, *outer_owner;
	struct binding *binding;
	size_t outer_index;
	int r;

	for (;; at = at->parent) {
		if (at->kind == SCOPE_KIND_MODULE)
			return 0;
		binding = at->kind == SCOPE_KIND_CLASS && at != scope ? NULL : find(at, name);
		if (binding && binding->global)
			return 0;
		if (binding && (binding->bound || binding->is_free)) {
			*ret_owner = at;
			*ret_index = (size_t)(binding - at->bindings);
			return 1;
		}
		if (at->kind == SCOPE_KIND_FUNCTION)
			break;
	}
	if (!at->parent)
		return 0;
	// A class body around a function hides its names, but not those of the function around it.
	scope = at->parent;
	while (scope->kind == SCOPE_KIND_CLASS)
		scope = scope->parent;
	r = lookup(p, scope, name, &outer_owner, &outer_index);
	if (r <= 0)
		return r;
	outer_owner->bindings[outer_index].captured = true;
	r = add_free(p, at, name, outer_owner->bindings[outer_index].slot);
	if (r < 0)
		return r;
	*ret_owner = at;
	*ret_index = (size_t)(find(at, name) - at->bindings);
	return 1;
}

static int *append_int(struct program *program, int *old, size_t count, int value)
{
	int *grown = program_alloc(program, count + 1, sizeof(*grown));

	if (grown) {
		if (count)
			memcpy(grown, old, count * sizeof(*grown));
		grown[count] = value;
	}
	return grown;
}

static int add_free(struct parser *p, struct scope *function, struct str *name, int from)
{
	struct funcdef *def = function->def;
	struct binding *binding = find_or_add(p, function, name);

	if (!binding)
		return p->diag->code;
	binding->is_free = true;
	binding->captured = true;
	binding->slot = def->slot_count++;
	def->free_slots = append_int(p->program, def->free_slots, def->free_count, binding->slot);
	def->free_from = append_int(p->program, def->free_from, def->free_count, from);
	if (!def->free_slots || !def->free_from)
		return parser__no_memory(p), ERR_NOMEM;
	def->free_count++;
	return 0;
}

static int find_owners(struct parser *p, struct scope *scope)
{
	for (size_t i = 0; i < scope->name_count; i++) {
		struct scope *owner = NULL;
		size_t index = 0;
		int r = lookup(p, scope, AS_STR(scope->names[i].node->value), &owner, &index);

		if (r < 0)
			return r;
		scope->names[i].owner = r ? owner : NULL;
		scope->names[i].index = index;
	}
	return 0;
}

// A library's globals are its own: they are numbered by "torch.nn:name".
static int global_slot(struct parser *p, const struct node *node)
{
	const struct str *name = AS_STR(node->value);
	char text[400];
	struct str *own;
	int len;

	if (!p->program->hidden)
		return name->symbol;
	len = snprintf(text, sizeof(text), "%s:%s", p->program->name, name->text);
	own = vm_intern(p->vm, text, (size_t)len);
	return own ? own->symbol : name->symbol;
}

static void mark_names(struct parser *p, struct scope *scope)
{
	for (size_t i = 0; i < scope->name_count; i++) {
		struct node *node = scope->names[i].node;
		const struct scope *owner = scope->names[i].owner;
		const struct binding *binding = owner ? &owner->bindings[scope->names[i].index] : NULL;

		if (!binding) {
			node->scope = SCOPE_GLOBAL;
			node->slot = global_slot(p, node);
		} else if (owner->kind == SCOPE_KIND_CLASS) {
			node->scope = SCOPE_CLASS;
			node->slot = global_slot(p, node);
		} else {
			node->scope = binding->captured ? SCOPE_CELL : SCOPE_LOCAL;
			node->slot = binding->slot;
		}
	}
}

// A frame's variables that inner functions use begin as empty cells.
static int collect_cells(struct parser *p, struct scope *scope)
{
	struct scope *frame = frame_of(scope);

	for (size_t i = 0; scope->kind != SCOPE_KIND_CLASS && i < scope->count; i++) {
		const struct binding *binding = &scope->bindings[i];
		struct funcdef *def = frame->def;

		if (!binding->captured || binding->is_free)
			continue;
		def->cell_slots = append_int(p->program, def->cell_slots, def->cell_count, binding->slot);
		if (!def->cell_slots)
			return parser__no_memory(p), ERR_NOMEM;
		def->cell_count++;
		if (binding->slot < (int)def->param_count)
			def->cell_param = true;
	}
	return 0;
}

int scope__resolve(struct parser *p)
{
	int r = 0;

	for (struct scope *scope = p->scopes; r == 0 && scope; scope = scope->next)
		r = find_owners(p, scope);
	for (struct scope *scope = p->scopes; r == 0 && scope; scope = scope->next) {
		mark_names(p, scope);
		r = collect_cells(p, scope);
	}
	return r;
}
