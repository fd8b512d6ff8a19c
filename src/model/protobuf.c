// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "model/protobuf.h"

#include <string.h>

enum { WIRE_VARINT = 0, WIRE_BYTES = 2 };

static void add_varint(struct strbuf *message, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		strbuf_addch(message, (int)(value & 0x7f) | 0x80);
	strbuf_addch(message, (int)value);
}

static void add_tag(struct strbuf *message, int field, int wire)
{
	add_varint(message, (uint64_t)field << 3 | (uint64_t)wire);
}

void protobuf_add_int(struct strbuf *message, int field, int64_t value)
{
	add_tag(message, field, WIRE_VARINT);
	add_varint(message, (uint64_t)value);
}

void protobuf_add_head(struct strbuf *message, int field, uint64_t len)
{
	add_tag(message, field, WIRE_BYTES);
	add_varint(message, len);
}

void protobuf_add_text(struct strbuf *message, int field, const char *text)
{
	protobuf_add_head(message, field, strlen(text));
	strbuf_add(message, text);
}

void protobuf_add_message(struct strbuf *message, int field, struct strbuf *inner)
{
	protobuf_add_head(message, field, inner->len);
	strbuf_addn(message, inner->data, inner->len);
	strbuf_release(inner);
}
