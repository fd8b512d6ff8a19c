// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/textpane.h"

#include <string.h>

#include "base/utf8.h"

/* Where the next word goes. Rows count from the top of the text; drawing is shifted by `first`. */
struct setter {
	struct canvas *canvas; // NULL: only count
	struct rect area;
	int first;
	int row, col;
	int indent;	   // of the rows after a paragraph's first one
	bool want_space;   // before the next word
};

static const enum style span_styles[] = {
	[SPAN_KIND_PLAIN] = STYLE_NORMAL, [SPAN_KIND_STRONG] = STYLE_STRONG,
	[SPAN_KIND_EMPHASIS] = STYLE_STRONG, [SPAN_KIND_CODE] = STYLE_CODE,
	[SPAN_KIND_MATH] = STYLE_MATH,
};

static void put(struct setter *setter, enum style style, const char *bytes, size_t len)
{
	char word[512];

	if (len >= sizeof(word))
		len = sizeof(word) - 1;
	memcpy(word, bytes, len);
	word[len] = '\0';
	if (setter->canvas && setter->row >= setter->first)
		canvas_text(setter->canvas, setter->area, setter->row - setter->first, setter->col, style,
		    word);
	setter->col += utf8_text_width(word);
}

static void new_row(struct setter *setter)
{
	setter->row++;
	setter->col = setter->indent;
	setter->want_space = false;
}

static int bytes_width(const char *bytes, size_t len)
{
	int cells = 0;
	size_t used;
	uint32_t cp;

	for (size_t at = 0; (used = utf8_decode(bytes + at, len - at, &cp)) > 0; at += used)
		cells += utf8_width(cp);
	return cells;
}

/* A piece that is not broken: a run of narrow characters without spaces, or one wide character with
 * the narrow or closing ones glued to it left to the next piece. */
static size_t piece_length(const char *text)
{
	size_t len = strlen(text), at = 0, used;
	uint32_t cp;

	while ((used = utf8_decode(text + at, len - at, &cp)) > 0 && cp != ' ' && cp != '\n') {
		if (utf8_width(cp) == 2)
			return at ? at : used;
		at += used;
	}
	return at;
}

/* A piece wider than a whole row is cut at the row's end. */
static void set_piece(struct setter *setter, enum style style, const char *bytes, size_t len)
{
	int width = bytes_width(bytes, len), space = setter->want_space && setter->col > setter->indent;

	if (setter->col + space + width > setter->area.cols && setter->col > setter->indent) {
		new_row(setter);
		space = 0;
	}
	if (space)
		put(setter, STYLE_NORMAL, " ", 1);
	setter->want_space = false;
	while (setter->col + width > setter->area.cols && width > 1) {
		int room = setter->area.cols - setter->col;
		size_t fits = 0, used;
		uint32_t cp;

		for (int cells = 0; (used = utf8_decode(bytes + fits, len - fits, &cp)) > 0; fits += used) {
			cells += utf8_width(cp);
			if (cells > room)
				break;
		}
		if (!fits)
			break;
		put(setter, style, bytes, fits);
		bytes += fits;
		len -= fits;
		width = bytes_width(bytes, len);
		if (len)
			new_row(setter);
	}
	put(setter, style, bytes, len);
}

static void set_span(struct setter *setter, enum style style, const char *text)
{
	while (*text) {
		size_t len = piece_length(text);

		if (!len) {
			setter->want_space = true;
			text++;
			continue;
		}
		set_piece(setter, style, text, len);
		text += len;
	}
}

static void set_verbatim(struct setter *setter, const struct para *para)
{
	setter->col = 2;
	for (size_t i = 0; i < para->span_count; i++)
		put(setter, STYLE_CODE, para->spans[i].text, strlen(para->spans[i].text));
}

static void set_para(struct setter *setter, const struct para *para)
{
	setter->indent = setter->col = 0;
	setter->want_space = false;
	if (para->kind == PARA_KIND_CODE) {
		set_verbatim(setter, para);
		return;
	}
	if (para->kind == PARA_KIND_ITEM) {
		put(setter, STYLE_NORMAL, para->marker, strlen(para->marker));
		put(setter, STYLE_NORMAL, " ", 1);
		setter->indent = setter->col;
	}
	for (size_t i = 0; i < para->span_count; i++) {
		if (para->kind == PARA_KIND_ROW && i)
			put(setter, STYLE_DIM, "  ", 2);
		set_span(setter, span_styles[para->spans[i].kind], para->spans[i].text);
	}
}

static int set_text(struct setter *setter, const struct text *text, bool spacious)
{
	for (size_t i = 0; i < text->para_count; i++) {
		bool new_kind = i && text->paras[i].kind != text->paras[i - 1].kind;

		if (i && spacious && (text->paras[i].kind == PARA_KIND_TEXT || new_kind))
			setter->row++;
		set_para(setter, &text->paras[i]);
		setter->row++;
	}
	return setter->row;
}

int textpane_rows(const struct text *text, int cols, bool spacious)
{
	struct setter setter = {.area = {.rows = 1, .cols = cols}};

	return set_text(&setter, text, spacious);
}

void textpane_draw(const struct text *text, int first, bool spacious, struct canvas *canvas,
    struct rect area)
{
	struct setter setter = {.canvas = canvas, .area = area, .first = first};

	set_text(&setter, text, spacious);
}

/* One line into a bounded buffer; returns where the next one begins, or NULL after the last. */
static const char *take_line(const char *plain, char *line, size_t size)
{
	const char *end = strchrnul(plain, '\n');
	size_t len = (size_t)(end - plain);

	if (len >= size)
		len = size - 1;
	memcpy(line, plain, len);
	line[len] = '\0';
	return *end && end[1] ? end + 1 : NULL;
}

int textpane_verbatim(const char *plain, int first, enum style style, struct canvas *canvas,
    struct rect area)
{
	char line[2048];
	int row = 0;

	for (const char *at = *plain ? plain : NULL; at; row++) {
		at = take_line(at, line, sizeof(line));
		if (canvas && row >= first)
			canvas_text(canvas, area, row - first, 0, style, line);
	}
	return row;
}

int textpane_plain(const char *plain, enum style style, struct canvas *canvas, struct rect area)
{
	struct setter setter = {.canvas = canvas, .area = area};
	char line[2048];

	for (const char *at = *plain ? plain : NULL; at;) {
		at = take_line(at, line, sizeof(line));
		setter.col = 0;
		setter.want_space = false;
		set_span(&setter, style, line);
		setter.row++;
	}
	return setter.row;
}
