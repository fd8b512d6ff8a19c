// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The stack machine that runs data.pkl (opcodes: Python's pickletools). It knows the opcodes that
 * torch.save emits for tensors, texts, numbers, lists, tuples and dicts. A name in the pickle
 * yields one of 13 tokens; no token is ever a function: REDUCE on three of them makes an empty dict
 * or a tensor, here. What a tensor's arguments may be is checked in pickle_tensor.c.
 */
#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "model/pickle_internal.h"

#define OPS_MAX (1 << 18)
#define TEXT_MAX 4096
#define NAME_MAX_LEN 200

int pickle__bad(struct machine *m, const char *what)
{
	diag_set(m->diag, ERR_FORMAT, "not a sound .pth file: %s at byte %zu of data.pkl", what,
	    m->op_at);
	return diag_hint(m->diag, "save the state dict again with torch.save"), ERR_FORMAT;
}

int pickle__no_memory(struct machine *m)
{
	return diag_set(m->diag, ERR_NOMEM, "out of memory while reading data.pkl");
}

static int beyond(struct machine *m, const char *what)
{
	diag_set(m->diag, ERR_LIMIT, "the .pth file has %s", what);
	return diag_hint(m->diag, "save fewer or simpler values in one file"), ERR_LIMIT;
}

/* The next `count` bytes of the pickle, or NULL at its end. */
static const uint8_t *fetch(struct machine *m, size_t count)
{
	const uint8_t *bytes = m->code + m->at;

	if (m->len - m->at < count) {
		pickle__bad(m, "an operand is cut off");
		return NULL;
	}
	m->at += count;
	return bytes;
}

int pickle__push(struct machine *m, struct pth_value *value)
{
	if (!value)
		return pickle__no_memory(m);
	if (m->depth == MACHINE_STACK)
		return beyond(m, "a deeper stack than can be read");
	m->stack[m->depth++] = value;
	return 0;
}

static struct pth_value *pop(struct machine *m)
{
	if (m->depth == 0) {
		pickle__bad(m, "a value is missing");
		return NULL;
	}
	return m->stack[--m->depth];
}

static struct pth_value *make_token(struct machine *m, enum token token, int64_t detail)
{
	struct pth_value *value = pth_int(m->tree, detail);

	if (value) {
		value->kind = PTH_KIND_READER;
		value->token = token;
	}
	return value;
}

static int op_proto(struct machine *m)
{
	const uint8_t *version = fetch(m, 1);

	if (!version)
		return ERR_FORMAT;
	return *version == 2 && m->op_at == 0 ? 0 : pickle__bad(m, "a protocol other than 2");
}

static int op_none(struct machine *m)
{
	return pickle__push(m, pth_none(m->tree));
}

static int op_true(struct machine *m)
{
	return pickle__push(m, pth_bool(m->tree, true));
}

static int op_false(struct machine *m)
{
	return pickle__push(m, pth_bool(m->tree, false));
}

/* Little-endian; the value is signed from `sign_from` bytes on. */
static int push_int(struct machine *m, size_t bytes, size_t sign_from)
{
	const uint8_t *operand = fetch(m, bytes);
	uint64_t value = 0;

	if (!operand)
		return ERR_FORMAT;
	for (size_t i = 0; i < bytes; i++)
		value |= (uint64_t)operand[i] << 8 * i;
	if (bytes && bytes < 8 && bytes >= sign_from && operand[bytes - 1] & 0x80)
		value |= ~(uint64_t)0 << 8 * bytes;
	return pickle__push(m, pth_int(m->tree, (int64_t)value));
}

static int op_int1(struct machine *m)
{
	return push_int(m, 1, 2);
}

static int op_int2(struct machine *m)
{
	return push_int(m, 2, 3);
}

static int op_int4(struct machine *m)
{
	return push_int(m, 4, 4);
}

static int op_long1(struct machine *m)
{
	const uint8_t *bytes = fetch(m, 1);

	if (!bytes)
		return ERR_FORMAT;
	return *bytes <= 8 ? push_int(m, *bytes, 1)
			   : beyond(m, "an integer that 64 bits do not hold");
}

static int op_float(struct machine *m)
{
	const uint8_t *operand = fetch(m, 8);
	uint64_t bits = 0;
	double number;

	if (!operand)
		return ERR_FORMAT;
	for (int i = 0; i < 8; i++)
		bits = bits << 8 | operand[i];
	memcpy(&number, &bits, sizeof(number));
	return pickle__push(m, pth_float(m->tree, number));
}

static int op_text(struct machine *m)
{
	const uint8_t *operand = fetch(m, 4), *bytes;
	char text[TEXT_MAX + 1];
	size_t len;

	if (!operand)
		return ERR_FORMAT;
	len = operand[0] | (size_t)operand[1] << 8 | (size_t)operand[2] << 16 |
	      (size_t)operand[3] << 24;
	if (len > TEXT_MAX)
		return beyond(m, "a text of more than 4 KiB");
	bytes = fetch(m, len);
	if (!bytes)
		return ERR_FORMAT;
	if (memchr(bytes, '\0', len) || !utf8_valid((const char *)bytes, len, NULL))
		return pickle__bad(m, "a text that is not UTF-8");
	memcpy(text, bytes, len);
	text[len] = '\0';
	return pickle__push(m, pth_text(m->tree, text));
}

static int op_list(struct machine *m)
{
	return pickle__push(m, pth_list(m->tree));
}

static int op_dict(struct machine *m)
{
	return pickle__push(m, pth_dict(m->tree, false));
}

static int op_mark(struct machine *m)
{
	return pickle__push(m, make_token(m, TOKEN_MARK, 0));
}

static int memo_put(struct machine *m, size_t index)
{
	if (index >= MACHINE_MEMO)
		return beyond(m, "more shared values than can be read");
	if (m->depth == 0 || pickle__is_token(m->stack[m->depth - 1], TOKEN_MARK))
		return pickle__bad(m, "a value is missing");
	m->memo[index] = m->stack[m->depth - 1];
	return 0;
}

static int memo_get(struct machine *m, size_t index)
{
	if (index >= MACHINE_MEMO || !m->memo[index])
		return pickle__bad(m, "a reference to nothing");
	return pickle__push(m, m->memo[index]);
}

static int with_index(struct machine *m, size_t bytes, int (*use)(struct machine *m, size_t index))
{
	const uint8_t *operand = fetch(m, bytes);
	size_t index = 0;

	if (!operand)
		return ERR_FORMAT;
	for (size_t i = 0; i < bytes; i++)
		index |= (size_t)operand[i] << 8 * i;
	return use(m, index);
}

static int op_put1(struct machine *m)
{
	return with_index(m, 1, memo_put);
}

static int op_put4(struct machine *m)
{
	return with_index(m, 4, memo_put);
}

static int op_get1(struct machine *m)
{
	return with_index(m, 1, memo_get);
}

static int op_get4(struct machine *m)
{
	return with_index(m, 4, memo_get);
}

/* One line of printable characters, without its end. */
static int fetch_line(struct machine *m, char line[NAME_MAX_LEN])
{
	size_t len = 0;

	while (len < NAME_MAX_LEN && m->at + len < m->len && m->code[m->at + len] != '\n')
		len++;
	if (len == NAME_MAX_LEN || m->at + len == m->len)
		return pickle__bad(m, "a name without end");
	memcpy(line, m->code + m->at, len);
	line[len] = '\0';
	m->at += len + 1;
	return strlen(line) == len && utf8_valid(line, len, NULL)
		   ? 0
		   : pickle__bad(m, "a name that is none");
}

static int refuse_name(struct machine *m, const char *module, const char *name)
{
	static const struct {
		const char *prefix, *hint;
	} hints[] = {
	    {"torch.nn.", "it holds a whole model; save model.state_dict() instead"},
	    {"__main__", "it holds a whole model; save model.state_dict() instead"},
	    {"torch", "only tensors of plain numbers can be read; save model.state_dict()"},
	    {"numpy", "turn NumPy's values into Python's with .item() or .tolist() before saving"},
	    {"", "nothing was run; torch.load would call it, so do not trust this file"},
	};
	size_t i = 0;

	while (strncmp(module, hints[i].prefix, strlen(hints[i].prefix)) != 0)
		i++;
	diag_set(m->diag, ERR_UNSUPPORTED,
	    "the .pth file refers to %s.%s, which is not part of a state dict", module, name);
	return diag_hint(m->diag, "%s", hints[i].hint), ERR_UNSUPPORTED;
}

static int op_global(struct machine *m)
{
	static const struct {
		const char *module, *name;
		enum token token;
	} names[] = {
	    {"collections", "OrderedDict", TOKEN_ORDERED_DICT},
	    {"torch._utils", "_rebuild_tensor_v2", TOKEN_REBUILD_TENSOR},
	    {"torch._utils", "_rebuild_parameter", TOKEN_REBUILD_PARAMETER},
	};
	char module[NAME_MAX_LEN], name[NAME_MAX_LEN];
	int err = fetch_line(m, module);

	if (err == 0)
		err = fetch_line(m, name);
	if (err < 0)
		return err;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (strcmp(module, names[i].module) == 0 && strcmp(name, names[i].name) == 0)
			return pickle__push(m, make_token(m, names[i].token, 0));
	}
	for (int i = 0; i < PTH_STORAGE_CLASSES; i++) {
		if (strcmp(module, "torch") == 0 && strcmp(name, pth__storage_classes[i].name) == 0)
			return pickle__push(m, make_token(m, TOKEN_STORAGE_CLASS, i));
	}
	return refuse_name(m, module, name);
}

static int op_persid(struct machine *m)
{
	struct pth_value *id = pop(m);
	size_t index;
	int err;

	if (!id)
		return ERR_FORMAT;
	err = pickle__load_storage(m, id, &index);
	return err < 0 ? err : pickle__push(m, make_token(m, TOKEN_STORAGE, (int64_t)index));
}

static int op_reduce(struct machine *m)
{
	struct pth_value *args = pop(m), *callee = args ? pop(m) : NULL, *value = NULL;
	int err = 0;

	if (!callee)
		return ERR_FORMAT;
	if (args->kind != PTH_KIND_TUPLE || callee->kind != PTH_KIND_READER)
		return pickle__bad(m, "a call of what cannot be called");
	switch (callee->token) {
	case TOKEN_ORDERED_DICT:
		if (args->items.count)
			return pickle__bad(m, "an OrderedDict with arguments");
		value = pth_dict(m->tree, true);
		break;
	case TOKEN_REBUILD_TENSOR:
		err = pickle__make_tensor(m, args, &value);
		break;
	case TOKEN_REBUILD_PARAMETER:
		err = pickle__make_parameter(m, args, &value);
		break;
	default:
		return pickle__bad(m, "a call of what cannot be called");
	}
	return err < 0 ? err : pickle__push(m, value);
}

/* A module's state dict carries its versions as an attribute; nothing here needs them. */
static int op_build(struct machine *m)
{
	struct pth_value *state = pop(m);

	if (!state)
		return ERR_FORMAT;
	if (state->kind != PTH_KIND_DICT || m->depth == 0 ||
	    m->stack[m->depth - 1]->kind != PTH_KIND_DICT)
		return pickle__bad(m, "attributes of something other than a dict");
	return 0;
}

static int op_stop(struct machine *m)
{
	if (m->at != m->len)
		return pickle__bad(m, "something after the end");
	if (m->depth != 1)
		return pickle__bad(m, "an end with values left over");
	m->stopped = true;
	return 0;
}

static int (*const ops[256])(struct machine *m) = {
    [0x80] = op_proto,
    ['c'] = op_global,
    ['q'] = op_put1,
    ['r'] = op_put4,
    ['h'] = op_get1,
    ['j'] = op_get4,
    [')'] = pickle__op_tuple0,
    ['R'] = op_reduce,
    ['('] = op_mark,
    ['X'] = op_text,
    ['K'] = op_int1,
    ['M'] = op_int2,
    ['J'] = op_int4,
    [0x8a] = op_long1,
    ['G'] = op_float,
    ['t'] = pickle__op_tuple,
    [0x85] = pickle__op_tuple1,
    [0x86] = pickle__op_tuple2,
    [0x87] = pickle__op_tuple3,
    ['Q'] = op_persid,
    [0x88] = op_true,
    [0x89] = op_false,
    ['N'] = op_none,
    ['u'] = pickle__op_setitems,
    ['}'] = op_dict,
    ['s'] = pickle__op_setitem,
    [']'] = op_list,
    ['a'] = pickle__op_append,
    ['e'] = pickle__op_appends,
    ['b'] = op_build,
    ['.'] = op_stop,
};

static int refuse_op(struct machine *m, uint8_t op)
{
	diag_set(m->diag, ERR_UNSUPPORTED,
	    "the .pth file uses pickle operation 0x%02x at byte %zu of data.pkl", op, m->op_at);
	diag_hint(m->diag, "only state dicts can be read; save model.state_dict() with torch.save");
	return ERR_UNSUPPORTED;
}

static int run(struct machine *m)
{
	for (long count = 0; !m->stopped; count++) {
		const uint8_t *op;
		int err;

		if (count == OPS_MAX)
			return beyond(m, "more than 2^18 pickle operations");
		m->op_at = m->at;
		op = fetch(m, 1);
		if (!op)
			return ERR_FORMAT;
		if (!ops[*op])
			return refuse_op(m, *op);
		if (m->op_at == 0 && *op != 0x80)
			return pickle__bad(m, "no protocol");
		err = ops[*op](m);
		if (err < 0)
			return err;
	}
	return 0;
}

int pickle__read(struct container *container, const char *code, size_t len, struct pth_tree *tree,
    struct diag *diag)
{
	struct machine *m = mem_zalloc(1, sizeof(*m));
	int err;

	if (!m)
		return diag_set(diag, ERR_NOMEM, "out of memory while reading data.pkl");
	m->code = (const uint8_t *)code;
	m->len = len;
	m->container = container;
	m->tree = tree;
	m->diag = diag;
	err = run(m);
	if (err == 0)
		tree->root = m->stack[0];
	pickle__release_storages(m);
	mem_free(m);
	return err;
}
