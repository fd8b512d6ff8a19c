// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "lesson/text.h"

#include <md4c.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/strbuf.h"

#define NESTING_MAX 16

/* A list that the text is in: its next number, 0 for bullets. */
struct list {
	unsigned next;
};

struct builder {
	struct text text;
	bool open; // the last para still grows
	bool in_code, in_row;
	char marker[sizeof(((struct para *)NULL)->marker)]; // of the item that begins next
	int list_depth, span_depth;
	struct list lists[NESTING_MAX];
	enum span_kind kinds[NESTING_MAX];
};

static struct para *open_para(struct builder *b, enum para_kind kind)
{
	struct text *text = &b->text;
	struct para *para;

	if (b->open)
		return &text->paras[text->para_count - 1];
	if (kind == PARA_KIND_TEXT && b->marker[0])
		kind = PARA_KIND_ITEM;
	text->paras = xrealloc(text->paras, text->para_count + 1, sizeof(*text->paras));
	para = &text->paras[text->para_count++];
	*para = (struct para){.kind = kind};
	snprintf(para->marker, sizeof(para->marker), "%s", kind == PARA_KIND_ITEM ? b->marker : "");
	b->marker[0] = '\0';
	b->open = true;
	return para;
}

static void close_para(struct builder *b)
{
	b->open = false;
}

static void new_span(struct para *para, enum span_kind kind, const char *text, size_t len)
{
	para->spans = xrealloc(para->spans, para->span_count + 1, sizeof(*para->spans));
	para->spans[para->span_count++] = (struct span){.kind = kind, .text = xstrndup(text, len)};
}

static enum span_kind current_kind(const struct builder *b)
{
	int depth = b->span_depth < NESTING_MAX ? b->span_depth : NESTING_MAX;

	return depth ? b->kinds[depth - 1] : SPAN_KIND_PLAIN;
}

static void add_text(struct builder *b, const char *bytes, size_t len)
{
	struct para *para = open_para(b, PARA_KIND_TEXT);
	struct span *last = para->span_count ? &para->spans[para->span_count - 1] : NULL;
	enum span_kind kind = b->in_row ? SPAN_KIND_PLAIN : current_kind(b);
	char *joined;

	if (!last || last->kind != kind) {
		new_span(para, kind, bytes, len);
		return;
	}
	joined = xasprintf("%s%.*s", last->text, (int)len, bytes);
	mem_free(last->text);
	last->text = joined;
}

/* Verbatim text comes in pieces with newlines in them; each line becomes a para of its own. */
static void add_code(struct builder *b, const char *bytes, size_t len)
{
	while (len) {
		const char *newline = memchr(bytes, '\n', len);
		size_t part = newline ? (size_t)(newline - bytes) : len;
		struct para *para = open_para(b, PARA_KIND_CODE);

		if (!para->span_count)
			new_span(para, SPAN_KIND_CODE, "", 0);
		if (part) {
			struct span *span = &para->spans[0];
			char *joined = xasprintf("%s%.*s", span->text, (int)part, bytes);

			mem_free(span->text);
			span->text = joined;
		}
		if (newline) {
			close_para(b);
			part++;
		}
		bytes += part;
		len -= part;
	}
}

static void begin_item(struct builder *b)
{
	struct list *list;

	close_para(b);
	if (!b->list_depth || b->list_depth > NESTING_MAX)
		return;
	list = &b->lists[b->list_depth - 1];
	if (list->next)
		snprintf(b->marker, sizeof(b->marker), "%u.", list->next++ % 100000);
	else
		snprintf(b->marker, sizeof(b->marker), "-");
}

static void begin_list(struct builder *b, unsigned start)
{
	if (b->list_depth < NESTING_MAX)
		b->lists[b->list_depth].next = start;
	b->list_depth++;
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *self)
{
	struct builder *b = self;

	switch (type) {
	case MD_BLOCK_UL:
		begin_list(b, 0);
		break;
	case MD_BLOCK_OL:
		begin_list(b, ((MD_BLOCK_OL_DETAIL *)detail)->start);
		break;
	case MD_BLOCK_LI:
		begin_item(b);
		break;
	case MD_BLOCK_CODE:
		close_para(b);
		b->in_code = true;
		break;
	case MD_BLOCK_TR:
		close_para(b);
		open_para(b, PARA_KIND_ROW);
		b->in_row = true;
		break;
	case MD_BLOCK_TH:
	case MD_BLOCK_TD:
		new_span(open_para(b, PARA_KIND_ROW), SPAN_KIND_PLAIN, "", 0);
		break;
	case MD_BLOCK_P:
	case MD_BLOCK_H:
		close_para(b);
		break;
	default:
		break;
	}
	return 0;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *self)
{
	struct builder *b = self;

	(void)detail;
	switch (type) {
	case MD_BLOCK_UL:
	case MD_BLOCK_OL:
		b->list_depth--;
		close_para(b);
		break;
	case MD_BLOCK_CODE:
		b->in_code = false;
		close_para(b);
		break;
	case MD_BLOCK_TR:
		b->in_row = false;
		close_para(b);
		break;
	case MD_BLOCK_LI:
		b->marker[0] = '\0';
		close_para(b);
		break;
	case MD_BLOCK_P:
	case MD_BLOCK_H:
		close_para(b);
		break;
	default:
		break;
	}
	return 0;
}

static enum span_kind span_kind_of(MD_SPANTYPE type, enum span_kind outer)
{
	switch (type) {
	case MD_SPAN_STRONG:
		return SPAN_KIND_STRONG;
	case MD_SPAN_EM:
		return outer == SPAN_KIND_STRONG ? outer : SPAN_KIND_EMPHASIS;
	case MD_SPAN_CODE:
		return SPAN_KIND_CODE;
	case MD_SPAN_LATEXMATH:
	case MD_SPAN_LATEXMATH_DISPLAY:
		return SPAN_KIND_MATH;
	default:
		return outer;
	}
}

static int enter_span(MD_SPANTYPE type, void *detail, void *self)
{
	struct builder *b = self;
	enum span_kind kind = span_kind_of(type, current_kind(b));

	(void)detail;
	if (b->span_depth < NESTING_MAX)
		b->kinds[b->span_depth] = kind;
	b->span_depth++;
	return 0;
}

static int leave_span(MD_SPANTYPE type, void *detail, void *self)
{
	struct builder *b = self;

	(void)type;
	(void)detail;
	b->span_depth--;
	return 0;
}

static void add_entity(struct builder *b, const char *name, size_t len)
{
	static const struct {
		const char *name, *text;
	} known[] = {
		{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&nbsp;", "\xc2\xa0"},
		{"&times;", "\xc3\x97"}, {"&minus;", "\xe2\x88\x92"},
	};

	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (strlen(known[i].name) == len && !memcmp(known[i].name, name, len)) {
			add_text(b, known[i].text, strlen(known[i].text));
			return;
		}
	add_text(b, name, len);
}

static int on_text(MD_TEXTTYPE type, const MD_CHAR *bytes, MD_SIZE len, void *self)
{
	struct builder *b = self;

	switch (type) {
	case MD_TEXT_BR:
		close_para(b);
		break;
	case MD_TEXT_SOFTBR:
		add_text(b, " ", 1);
		break;
	case MD_TEXT_NULLCHAR:
		break;
	case MD_TEXT_ENTITY:
		add_entity(b, bytes, len);
		break;
	default:
		if (b->in_code)
			add_code(b, bytes, len);
		else if (len == 1 && *bytes == '\n')
			add_text(b, " ", 1);
		else
			add_text(b, bytes, len);
		break;
	}
	return 0;
}

int text_parse(const char *markdown, size_t len, const char *file, int line, struct text *ret,
    struct diag *diag)
{
	static const MD_PARSER parser = {
		.flags = MD_FLAG_NOHTML | MD_FLAG_TABLES | MD_FLAG_LATEXMATHSPANS |
			 MD_FLAG_NOINDENTEDCODEBLOCKS,
		.enter_block = enter_block,
		.leave_block = leave_block,
		.enter_span = enter_span,
		.leave_span = leave_span,
		.text = on_text,
	};
	struct builder b = {.open = false};

	if (len > TEXT_BYTES_MAX) {
		diag_set(diag, ERR_LIMIT, "a text of more than %d bytes", TEXT_BYTES_MAX);
		diag_at(diag, file, line, 0);
		return ERR_LIMIT;
	}
	if (md_parse(markdown, (MD_SIZE)len, &parser, &b) != 0) {
		text_release(&b.text);
		diag_set(diag, ERR_NOMEM, "out of memory while reading a text");
		diag_at(diag, file, line, 0);
		return ERR_NOMEM;
	}
	*ret = b.text;
	return 0;
}

void text_release(struct text *text)
{
	for (size_t i = 0; i < text->para_count; i++) {
		struct para *para = &text->paras[i];

		for (size_t j = 0; j < para->span_count; j++)
			mem_free(para->spans[j].text);
		mem_free(para->spans);
	}
	mem_free(text->paras);
	*text = (struct text){.paras = NULL};
}
