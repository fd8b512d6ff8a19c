// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Allocation. Two families:
 *
 *   mem_*  for sizes that come from files, users or shapes: multiplied with an overflow check,
 *          NULL on failure, which the caller reports as ERR_NOMEM;
 *   x*     for small things whose size we choose: on failure the program dies with one line.
 *
 * Everything is released with mem_free, aligned blocks too. Tests make the n-th allocation fail.
 */
#ifndef BASE_ALLOC_H
#define BASE_ALLOC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

void *mem_alloc(size_t count, size_t size) WARN_UNUSED;	 // contents undefined
void *mem_zalloc(size_t count, size_t size) WARN_UNUSED; // contents zero
void *mem_realloc(void *ptr, size_t count, size_t size) WARN_UNUSED; // ptr intact on failure
void *mem_aligned(size_t count, size_t size) WARN_UNUSED; // 64-byte aligned, contents undefined
void mem_free(void *ptr);				  // NULL is a no-op
// True, and *ret = a * b, unless that overflows.
bool size_mul(size_t a, size_t b, size_t *ret) WARN_UNUSED;

/*
 * Hidden, because readline exports functions of the same names with other parameters: in a program
 * whose symbols are visible it would call these.
 */
#pragma GCC visibility push(hidden)
void *xmalloc(size_t count, size_t size) WARN_UNUSED;
void *xzalloc(size_t count, size_t size) WARN_UNUSED;
void *xrealloc(void *ptr, size_t count, size_t size) WARN_UNUSED;
char *xstrdup(const char *text) WARN_UNUSED;
char *xstrndup(const char *text, size_t len) WARN_UNUSED;
char *xasprintf(const char *fmt, ...) PRINTF_LIKE(1, 2) WARN_UNUSED;
#pragma GCC visibility pop

// Memory that is freed stays with the program, up to `bytes` of it: a training step asks for the same
// again, and pages from the system come one by one, cleared. Where the C library can.
void mem_keep_freed(size_t bytes);

/* For tests: let the n-th mem_ allocation from now (1 = the next) fail, once; 0 switches it off. */
void mem_fail_nth(long n);

#endif
