// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "lesson/fill.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "notebook/notebook.h"

#define VALUES_MAX 256
#define EXPR_MAX 1000
// Where a value will stand in the Markdown: this character plus its number.
#define FILL_VALUE_FIRST 0xf0000u

/* What to do with a value; the walk's other text goes to `out` as it is. */
struct sink {
	void (*value)(struct sink *self, const char *value);
	struct strbuf *out;
	size_t count;
	char *values[VALUES_MAX];
};

/* The length of the expression at `p` (behind its brace) up to the closing brace or to a colon that
 * is in no bracket; *ret_colon says which. 0: empty or not closed. */
static size_t expr_length(const char *p, char *ret_stop)
{
	int depth = 0;
	char quote = 0;
	size_t n;

	for (n = 0; p[n] && n < EXPR_MAX; n++) {
		if (quote) {
			quote = p[n] == quote ? 0 : quote;
		} else if (p[n] == '\'' || p[n] == '"') {
			quote = p[n];
		} else if (strchr("([{", p[n])) {
			depth++;
		} else if (depth && strchr(")]}", p[n])) {
			depth--;
		} else if (!depth && (p[n] == '}' || p[n] == ':')) {
			*ret_stop = p[n];
			return n;
		}
	}
	return 0;
}

/* Split "{expr:spec}" at `p`; returns the bytes used, 0 when it is malformed. */
static size_t split(const char *p, char **ret_expr, char **ret_spec)
{
	char stop = '}';
	size_t len = expr_length(p + 1, &stop), spec = 0;

	if (!len || strspn(p + 1, " ") >= len)
		return 0;
	if (stop == ':') {
		spec = strcspn(p + len + 2, "{}");
		if (p[len + 2 + spec] != '}')
			return 0;
	}
	*ret_expr = xstrndup(p + 1, len);
	*ret_spec = stop == ':' ? xstrndup(p + len + 2, spec) : NULL;
	return len + 2 + (stop == ':' ? spec + 1 : 0);
}

static int malformed(const char *p, struct diag *diag)
{
	diag_set(diag, ERR_FORMAT, "a brace that is not '{expression}': '%.30s'", p);
	diag_hint(diag, "write {{ for a brace that is meant as such");
	return ERR_FORMAT;
}

static int evaluate(const char *expr, const char *spec, struct notebook *nb, struct strbuf *out,
    struct diag *diag)
{
	struct diag why = {.code = 0};
	int r = notebook_format(nb, expr, spec, out, &why);

	if (r < 0) {
		diag_set(diag, r, "in {%s}: %s", expr, why.msg);
		diag_hint(diag, "%s", why.hint);
	}
	return r;
}

/* Walk over `text`; nb NULL: only look at the form. */
static int walk(const char *text, struct notebook *nb, struct sink *sink, struct diag *diag)
{
	for (const char *p = text; *p;) {
		struct strbuf value = STRBUF_INIT;
		char *expr, *spec;
		size_t used;
		int r = 0;

		if ((p[0] == '{' || p[0] == '}') && p[1] == p[0]) {
			strbuf_addch(sink->out, *p);
			p += 2;
			continue;
		}
		if (*p != '{' && *p != '}') {
			strbuf_addch(sink->out, *p++);
			continue;
		}
		used = *p == '{' ? split(p, &expr, &spec) : 0;
		if (!used)
			return malformed(p, diag);
		if (nb)
			r = evaluate(expr, spec, nb, &value, diag);
		if (r == 0)
			sink->value(sink, value.data);
		mem_free(expr);
		mem_free(spec);
		strbuf_release(&value);
		if (r < 0)
			return r;
		p += used;
	}
	return 0;
}

static void add_value(struct sink *sink, const char *value)
{
	strbuf_add(sink->out, value);
}

int fill_check(const char *text, struct diag *diag)
{
	struct strbuf ignored = STRBUF_INIT;
	struct sink sink = {.value = add_value, .out = &ignored};
	int r = walk(text, NULL, &sink, diag);

	strbuf_release(&ignored);
	return r;
}

int fill_string(const char *text, struct notebook *nb, struct strbuf *out, struct diag *diag)
{
	struct sink sink = {.value = add_value, .out = out};

	return walk(text, nb, &sink, diag);
}

/* Beyond the table a value stands in the text directly: it then is subject to Markdown, no more. */
static void keep_value(struct sink *sink, const char *value)
{
	if (sink->count == VALUES_MAX) {
		strbuf_add(sink->out, value);
		return;
	}
	strbuf_add_utf8(sink->out, FILL_VALUE_FIRST + (uint32_t)sink->count);
	sink->values[sink->count++] = xstrdup(value);
}

struct source {
	const struct sink *sink;
	char *const *outputs;
	size_t output_count;
};

static const char *value_of(const struct source *source, uint32_t cp)
{
	if (cp >= FILL_VALUE_FIRST && cp - FILL_VALUE_FIRST < source->sink->count)
		return source->sink->values[cp - FILL_VALUE_FIRST];
	if (cp >= FILL_OUTPUT_FIRST && cp < FILL_OUTPUT_FIRST + FILL_OUTPUT_MAX) {
		size_t which = cp - FILL_OUTPUT_FIRST;

		return which < source->output_count && source->outputs[which] ? source->outputs[which]
									       : "";
	}
	return NULL;
}

/* Put the values into one span's text. In running text a value's line breaks become blanks. */
static void put_values(const struct source *source, bool verbatim, const char *text,
    struct strbuf *out)
{
	size_t len = strlen(text), used;
	uint32_t cp;

	for (; (used = utf8_decode(text, len, &cp)) > 0; text += used, len -= used) {
		const char *value = value_of(source, cp);

		if (!value)
			strbuf_addn(out, text, used);
		for (; value && *value; value++)
			strbuf_addch(out, *value == '\n' && !verbatim ? ' ' : *value);
	}
}

static void add_code_line(struct text *text, const char *line, size_t len)
{
	struct para *para;

	text->paras = xrealloc(text->paras, text->para_count + 1, sizeof(*text->paras));
	para = &text->paras[text->para_count++];
	*para = (struct para){.kind = PARA_KIND_CODE, .span_count = 1};
	para->spans = xmalloc(1, sizeof(*para->spans));
	para->spans[0] = (struct span){.kind = SPAN_KIND_CODE, .text = xstrndup(line, len)};
}

/* A verbatim line whose value has several lines; a value that is empty leaves no line at all. */
static void add_code_lines(struct text *text, const char *value, bool was_empty)
{
	for (;;) {
		size_t len = strcspn(value, "\n");

		if (len || value[len] || was_empty)
			add_code_line(text, value, len);
		if (!value[len])
			return;
		value += len + 1;
	}
}

static void add_filled(const struct source *source, struct para *para, struct text *out)
{
	struct strbuf filled = STRBUF_INIT;

	if (para->kind == PARA_KIND_CODE) {
		const char *code = para->span_count ? para->spans[0].text : "";

		put_values(source, true, code, &filled);
		add_code_lines(out, filled.data, !code[0]);
		strbuf_release(&filled);
		return;
	}
	for (size_t i = 0; i < para->span_count; i++) {
		strbuf_clear(&filled);
		put_values(source, false, para->spans[i].text, &filled);
		mem_free(para->spans[i].text);
		para->spans[i].text = xstrdup(filled.data);
	}
	strbuf_release(&filled);
	out->paras = xrealloc(out->paras, out->para_count + 1, sizeof(*out->paras));
	out->paras[out->para_count++] = *para;
	*para = (struct para){.span_count = 0};
}

int fill_markdown(const char *markdown, struct notebook *nb, char *const *outputs,
    size_t output_count, struct text *ret, struct diag *diag)
{
	struct strbuf marked = STRBUF_INIT;
	struct sink sink = {.value = keep_value, .out = &marked};
	struct source source = {&sink, outputs, output_count};
	struct text parsed = TEXT_INIT, out = TEXT_INIT;
	int r = walk(markdown, nb, &sink, diag);

	if (r == 0)
		r = text_parse(marked.data, marked.len, NULL, 0, &parsed, diag);
	for (size_t i = 0; i < parsed.para_count; i++)
		add_filled(&source, &parsed.paras[i], &out);
	text_release(&parsed);
	for (size_t i = 0; i < sink.count; i++)
		mem_free(sink.values[i]);
	strbuf_release(&marked);
	if (r == 0)
		*ret = out;
	return r;
}
