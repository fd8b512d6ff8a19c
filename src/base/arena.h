// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * An arena: memory for one purpose, taken piece by piece and given back at once. Every piece is
 * aligned to 64 bytes. Kernels take their scratch from an arena that the caller passes; parsers
 * keep a syntax tree in one. Growing never moves what was handed out. It counts against the budget
 * (budget.h).
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

#include "base/error.h"

struct arena_chunk;

struct arena {
	struct arena_chunk *chunk; // the newest; older ones hang behind it
	size_t used;		   // bytes used of the newest chunk
};

/* A point to fall back to. */
struct arena_mark {
	struct arena_chunk *chunk;
	size_t used;
};

#define ARENA_INIT {.chunk = NULL}

// NULL when memory or the budget runs out or count * size overflows. Contents are undefined.
void *arena_alloc(struct arena *arena, size_t count, size_t size) WARN_UNUSED;
struct arena_mark arena_mark(const struct arena *arena);
void arena_rewind(struct arena *arena, struct arena_mark mark); // frees all taken since the mark
void arena_release(struct arena *arena);			// frees everything

#endif
