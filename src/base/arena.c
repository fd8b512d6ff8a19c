// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "base/arena.h"

#include <stdint.h>

#include "base/alloc.h"
#include "base/budget.h"

#define CHUNK_BYTES (64 * 1024)
#define ALIGNMENT 64

struct arena_chunk {
	struct arena_chunk *older;
	size_t cap; // bytes behind the header
};

/* The header takes one aligned unit, so that the data behind it are aligned too. */
static char *chunk_data(struct arena_chunk *chunk)
{
	return (char *)chunk + ALIGNMENT;
}

static int add_chunk(struct arena *arena, size_t bytes)
{
	size_t cap = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;
	struct arena_chunk *chunk;

	if (!budget_take(cap))
		return ERR_NOMEM;
	chunk = mem_aligned(cap + ALIGNMENT, 1);
	if (!chunk) {
		budget_give(cap);
		return ERR_NOMEM;
	}
	chunk->older = arena->chunk;
	chunk->cap = cap;
	arena->chunk = chunk;
	arena->used = 0;
	return 0;
}

void *arena_alloc(struct arena *arena, size_t count, size_t size)
{
	size_t bytes;
	void *piece;

	if (!size_mul(count, size, &bytes) || bytes > PTRDIFF_MAX - 2 * ALIGNMENT)
		return NULL;
	bytes = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (!arena->chunk || arena->chunk->cap - arena->used < bytes) {
		if (add_chunk(arena, bytes) < 0)
			return NULL;
	}
	piece = chunk_data(arena->chunk) + arena->used;
	arena->used += bytes;
	return piece;
}

struct arena_mark arena_mark(const struct arena *arena)
{
	return (struct arena_mark){arena->chunk, arena->used};
}

void arena_rewind(struct arena *arena, struct arena_mark mark)
{
	while (arena->chunk != mark.chunk) {
		struct arena_chunk *older = arena->chunk->older;

		budget_give(arena->chunk->cap);
		mem_free(arena->chunk);
		arena->chunk = older;
	}
	arena->used = mark.used;
}

void arena_release(struct arena *arena)
{
	arena_rewind(arena, (struct arena_mark){NULL, 0});
}
