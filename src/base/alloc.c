// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "base/alloc.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#define ALIGNMENT 64 // a cache line, and the widest vector register

#define LARGEST_KEPT (32 << 20) // glibc's limit for what comes from its heap

static long fail_countdown;

void mem_keep_freed(size_t bytes)
{
#ifdef __GLIBC__
	mallopt(M_MMAP_THRESHOLD, LARGEST_KEPT);
	mallopt(M_TRIM_THRESHOLD, bytes < INT_MAX ? (int)bytes : INT_MAX);
#else
	(void)bytes;
#endif
}

void mem_fail_nth(long n)
{
	fail_countdown = n;
}

static bool must_fail(void)
{
	return fail_countdown > 0 && --fail_countdown == 0;
}

bool size_mul(size_t a, size_t b, size_t *ret)
{
	return !__builtin_mul_overflow(a, b, ret);
}

void *mem_alloc(size_t count, size_t size)
{
	size_t bytes;

	if (!size_mul(count, size, &bytes) || bytes > PTRDIFF_MAX || must_fail())
		return NULL;
	return malloc(bytes ? bytes : 1);
}

void *mem_zalloc(size_t count, size_t size)
{
	if (must_fail())
		return NULL;
	return calloc(count ? count : 1, size ? size : 1);
}

void *mem_realloc(void *ptr, size_t count, size_t size)
{
	size_t bytes;

	if (!size_mul(count, size, &bytes) || bytes > PTRDIFF_MAX || must_fail())
		return NULL;
	return realloc(ptr, bytes ? bytes : 1);
}

void *mem_aligned(size_t count, size_t size)
{
	size_t bytes;

	if (!size_mul(count, size, &bytes) || bytes > PTRDIFF_MAX - ALIGNMENT || must_fail())
		return NULL;
	bytes = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	return aligned_alloc(ALIGNMENT, bytes ? bytes : ALIGNMENT);
}

void mem_free(void *ptr)
{
	free(ptr);
}

static void *must(void *ptr)
{
	if (!ptr)
		die("out of memory");
	return ptr;
}

void *xmalloc(size_t count, size_t size)
{
	return must(mem_alloc(count, size));
}

void *xzalloc(size_t count, size_t size)
{
	return must(mem_zalloc(count, size));
}

void *xrealloc(void *ptr, size_t count, size_t size)
{
	return must(mem_realloc(ptr, count, size));
}

char *xstrndup(const char *text, size_t len)
{
	char *copy = xmalloc(len + 1, 1);

	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

char *xstrdup(const char *text)
{
	return xstrndup(text, strlen(text));
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	return must(text);
}
