// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Writing Protocol Buffers messages (protobuf.dev, "Encoding"): fields are appended to a strbuf,
 * one message inside another by building the inner one first.
 */
#ifndef MODEL_PROTOBUF_H
#define MODEL_PROTOBUF_H

#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

void protobuf_add_int(struct strbuf *message, int field, int64_t value);
void protobuf_add_text(struct strbuf *message, int field, const char *text);
void protobuf_add_message(
    struct strbuf *message, int field, struct strbuf *inner); // releases `inner`
// Only the head of a field of `len` bytes, which are to follow.
void protobuf_add_head(struct strbuf *message, int field, uint64_t len);

#endif
