// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/script.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/utf8.h"

#define SCRIPT_BYTES_MAX (256 * 1024)
#define SIDE_MAX 1000 // rows or columns of a screen

/* One line under way. */
struct reader {
	struct script *script;
	struct order *order;
	const char *rest; // behind the verb, trimmed
	struct diag *diag;
};

static int bad(struct reader *reader, const char *expected)
{
	return diag_set(reader->diag, ERR_FORMAT, "'%s': expected %s", reader->rest, expected);
}

static int read_size(struct reader *reader)
{
	char *end;
	long cols = strtol(reader->rest, &end, 10), rows = 0;

	if (*end == 'x')
		rows = strtol(end + 1, &end, 10);
	if (*end || cols < 1 || rows < 1 || cols > SIDE_MAX || rows > SIDE_MAX)
		return bad(reader, "COLUMNSxROWS, such as 80x24");
	reader->order->rows = (int)rows;
	reader->order->cols = (int)cols;
	return 0;
}

static int read_first_size(struct reader *reader)
{
	int r = read_size(reader);

	if (r < 0)
		return r;
	reader->script->rows = reader->order->rows;
	reader->script->cols = reader->order->cols;
	return 0;
}

static int read_lesson(struct reader *reader)
{
	size_t len = strcspn(reader->rest, ":");
	char *end = NULL;

	if (!len || len >= sizeof(reader->script->lesson))
		return bad(reader, "the id of a lesson, such as edges or edges:3");
	memcpy(reader->script->lesson, reader->rest, len);
	reader->script->lesson[len] = '\0';
	reader->script->step = 0;
	if (reader->rest[len] == ':') {
		long step = strtol(reader->rest + len + 1, &end, 10);

		if (*end || step < 1)
			return bad(reader, "a step from 1 behind the colon");
		reader->script->step = (size_t)step - 1;
	}
	return 0;
}

static void add_key(struct order *order, uint32_t key)
{
	order->keys = xrealloc(order->keys, order->key_count + 1, sizeof(*order->keys));
	order->keys[order->key_count++] = key;
}

static int read_keys(struct reader *reader)
{
	const char *at = reader->rest;
	uint32_t key = KEY_NONE;

	while (*at) {
		size_t len = strcspn(at, " \t");
		char name[32];

		if (len >= sizeof(name))
			return bad(reader, "names of keys");
		memcpy(name, at, len);
		name[len] = '\0';
		at += len;
		at += strspn(at, " \t");
		if (key && name[0] == 'x' && isdigit((unsigned char)name[1])) {
			for (int n = atoi(name + 1); n > 1 && reader->order->key_count < 1000; n--)
				add_key(reader->order, key);
			continue;
		}
		key = event_key_parse(name);
		if (!key)
			return bad(reader, "names of keys: Right, Enter, Tab, C-c, a, ...");
		add_key(reader->order, key);
	}
	return reader->order->key_count ? 0 : bad(reader, "names of keys");
}

static int read_typed(struct reader *reader)
{
	const char *text = reader->rest;
	size_t len = strlen(text), used;
	uint32_t cp;

	for (size_t at = 0; (used = utf8_decode(text + at, len - at, &cp)) > 0; at += used)
		add_key(reader->order, cp);
	if (reader->order->kind == ORDER_KIND_ENTER)
		add_key(reader->order, KEY_ENTER_RETURN);
	return reader->order->key_count ? 0 : bad(reader, "a text");
}

static int read_number(struct reader *reader, const char *text)
{
	char *end;

	reader->order->number = strtod(text, &end);
	if (end == text || *end)
		return bad(reader, "a number at the end");
	return 0;
}

static int read_state(struct reader *reader)
{
	static const char *const ops[] = {"==", "!=", "<=", ">=", "<", ">"};
	struct order *order = reader->order;
	char op[3], number[64];

	if (order->kind == ORDER_KIND_WAIT && !strncmp(reader->rest, "text ", 5)) {
		memmove(order->text, order->text + 5, strlen(order->text + 5) + 1);
		return 0;
	}
	if (sscanf(reader->rest, "%31s %2s %63s", order->name, op, number) != 3)
		return bad(reader, "NAME OP NUMBER, such as step == 3");
	for (size_t i = 0; i < ARRAY_LEN(ops); i++) {
		if (!strcmp(op, ops[i])) {
			strcpy(order->op, op);
			return read_number(reader, number);
		}
	}
	return bad(reader, "one of == != < <= > >= in the middle");
}

static int read_pause(struct reader *reader)
{
	int r = read_number(reader, reader->rest);

	if (r < 0)
		return r;
	return reader->order->number >= 0 && reader->order->number <= 3600 ? 0 : bad(reader, "up to 3600 seconds");
}

static int read_text(struct reader *reader)
{
	return *reader->rest ? 0 : bad(reader, "a text behind the word");
}

static const struct {
	const char *verb;
	enum order_kind kind;
	int (*read)(struct reader *reader);
} verbs[] = {
	{"size", ORDER_KIND_SIZE, read_first_size},
	{"lesson", ORDER_KIND_LESSON, read_lesson},
	{"key", ORDER_KIND_KEY, read_keys},
	{"type", ORDER_KIND_TYPE, read_typed},
	{"enter", ORDER_KIND_ENTER, read_typed},
	{"paste", ORDER_KIND_PASTE, read_text},
	{"wait", ORDER_KIND_WAIT, read_state},
	{"expect", ORDER_KIND_EXPECT, read_text},
	{"expect-not", ORDER_KIND_EXPECT_NOT, read_text},
	{"expect-state", ORDER_KIND_EXPECT_STATE, read_state},
	{"save-screen", ORDER_KIND_SAVE_SCREEN, read_text},
	{"golden", ORDER_KIND_GOLDEN, read_text},
	{"resize", ORDER_KIND_RESIZE, read_size},
	{"pause", ORDER_KIND_PAUSE, read_pause},
	{"note", ORDER_KIND_NOTE, read_text},
};

static int read_line(struct script *script, char *line, int number, struct diag *diag)
{
	size_t verb_len = strcspn(line, " \t");
	char *rest = line + verb_len + strspn(line + verb_len, " \t");
	struct reader reader = {.script = script, .rest = rest, .diag = diag};

	for (size_t i = 0; i < ARRAY_LEN(verbs); i++) {
		if (strlen(verbs[i].verb) != verb_len || strncmp(verbs[i].verb, line, verb_len))
			continue;
		script->orders = xrealloc(script->orders, script->count + 1, sizeof(*script->orders));
		reader.order = &script->orders[script->count++];
		*reader.order = (struct order){.kind = verbs[i].kind, .line = number, .text = xstrdup(rest)};
		return verbs[i].read(&reader);
	}
	diag_set(diag, ERR_FORMAT, "'%.*s' is not a word of scripts", (int)verb_len, line);
	diag_hint(diag, "key, type, enter, wait, expect, save-screen, resize, pause, ...");
	return ERR_FORMAT;
}

int script_parse(const char *file, const char *bytes, size_t len, struct script *ret, struct diag *diag)
{
	struct script script = {.file = xstrdup(file), .rows = 24, .cols = 80, .step = APP_STEP_RESUME};
	int r = 0, number = 0;
	size_t offset;

	if (!utf8_valid(bytes, len, &offset))
		r = diag_set(diag, ERR_FORMAT, "byte %zu is not UTF-8", offset + 1);
	for (size_t at = 0; r == 0 && at < len;) {
		const char *end = memchr(bytes + at, '\n', len - at);
		size_t line_len = end ? (size_t)(end - bytes) - at : len - at;
		struct strbuf line = STRBUF_INIT;
		char *start;

		number++;
		strbuf_addn(&line, bytes + at, line_len);
		strbuf_trim(&line);
		start = line.data + strspn(line.data, " \t");
		if (*start && *start != '#')
			r = read_line(&script, start, number, diag);
		strbuf_release(&line);
		at += line_len + 1;
	}
	if (r < 0) {
		diag_at(diag, file, number, 0);
		script_release(&script);
		return r;
	}
	*ret = script;
	return 0;
}

int script_read(const char *path, struct script *ret, struct diag *diag)
{
	char *data;
	size_t len;
	int r = file_read(path, SCRIPT_BYTES_MAX, &data, &len, diag);

	if (r < 0)
		return r;
	r = script_parse(path, data, len, ret, diag);
	mem_free(data);
	return r;
}

void script_release(struct script *script)
{
	for (size_t i = 0; i < script->count; i++) {
		mem_free(script->orders[i].text);
		mem_free(script->orders[i].keys);
	}
	mem_free(script->orders);
	mem_free(script->file);
	*script = (struct script){0};
}
