// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "base/strbuf.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"

char strbuf_empty[1];

void strbuf_init(struct strbuf *sb)
{
	*sb = (struct strbuf)STRBUF_INIT;
}

void strbuf_release(struct strbuf *sb)
{
	if (sb->cap)
		mem_free(sb->data);
	strbuf_init(sb);
}

void strbuf_clear(struct strbuf *sb)
{
	strbuf_truncate(sb, 0);
}

char *strbuf_detach(struct strbuf *sb)
{
	char *data;

	strbuf_reserve(sb, 1);
	data = sb->data;
	strbuf_init(sb);
	return data;
}

void strbuf_reserve(struct strbuf *sb, size_t extra)
{
	size_t need = sb->len + extra + 1, cap = sb->cap ? sb->cap : 32;

	if (need <= sb->cap)
		return;
	while (cap < need)
		cap *= 2;
	sb->data = xrealloc(sb->cap ? sb->data : NULL, cap, 1);
	sb->data[sb->len] = '\0';
	sb->cap = cap;
}

void strbuf_addn(struct strbuf *sb, const void *bytes, size_t len)
{
	if (!len)
		return;
	strbuf_reserve(sb, len);
	memcpy(sb->data + sb->len, bytes, len);
	sb->len += len;
	sb->data[sb->len] = '\0';
}

void strbuf_add(struct strbuf *sb, const char *text)
{
	strbuf_addn(sb, text, strlen(text));
}

void strbuf_addch(struct strbuf *sb, int ch)
{
	char byte = (char)ch;

	strbuf_addn(sb, &byte, 1);
}

void strbuf_vaddf(struct strbuf *sb, const char *fmt, va_list ap)
{
	va_list again;
	int len;

	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (len < 0)
		BUG("bad format '%s'", fmt);
	strbuf_reserve(sb, (size_t)len);
	vsnprintf(sb->data + sb->len, (size_t)len + 1, fmt, ap);
	sb->len += (size_t)len;
}

void strbuf_addf(struct strbuf *sb, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strbuf_vaddf(sb, fmt, ap);
	va_end(ap);
}

void strbuf_add_repeat(struct strbuf *sb, int ch, int count)
{
	while (count-- > 0)
		strbuf_addch(sb, ch);
}

void strbuf_add_utf8(struct strbuf *sb, uint32_t code_point)
{
	char bytes[UTF8_MAX];

	strbuf_addn(sb, bytes, utf8_encode(code_point, bytes));
}

void strbuf_truncate(struct strbuf *sb, size_t len)
{
	if (len > sb->len)
		BUG("truncation to %zu of %zu bytes", len, sb->len);
	if (sb->cap) {
		sb->len = len;
		sb->data[len] = '\0';
	}
}

void strbuf_trim(struct strbuf *sb)
{
	size_t len = sb->len;

	while (len && strchr(" \t\r\n", sb->data[len - 1]))
		len--;
	strbuf_truncate(sb, len);
}
