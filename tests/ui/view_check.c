// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/view_check.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/strbuf.h"
#include "support/check.h"

#define MARGIN 3

void view_say(struct stage *stage, const char *line)
{
	struct strbuf say = STRBUF_INIT;
	struct diag diag = {.code = 0};
	char word[32];
	size_t len = strcspn(line, " ");

	memcpy(word, line, len);
	word[len] = '\0';
	if (stage->ops->command(stage, word, line + len, &say, &diag) < 0)
		fail_msg("'%s': %s", line, diag.msg);
	strbuf_release(&say);
}

void view_check_golden(const struct stage *stage, const struct look *look, int rows, int cols,
    const char *name)
{
	struct strbuf sb = STRBUF_INIT;
	struct canvas canvas;
	char path[96];

	canvas_init(&canvas, rows, cols);
	view_find(stage->ops->name)->draw(stage, look, &canvas, canvas_area(&canvas));
	canvas_dump(&canvas, CANVAS_DUMP_FRAME | CANVAS_DUMP_STYLES, &sb);
	snprintf(path, sizeof(path), "ui/%s-%dx%d.txt", name, cols, rows);
	check_golden(path, sb.data);
	canvas_release(&canvas);
	strbuf_release(&sb);
}

static void check_margin(struct canvas *canvas, struct rect area)
{
	for (int r = 0; r < canvas->rows; r++) {
		for (int c = 0; c < canvas->cols; c++) {
			bool inside = r >= area.row && r < area.row + area.rows && c >= area.col &&
				      c < area.col + area.cols;

			if (!inside && canvas_at(canvas, r, c)->ch != '#')
				fail_msg("%dx%d: row %d, column %d was touched", area.cols, area.rows, r, c);
		}
	}
}

static void check_cells(struct canvas *canvas, bool ascii)
{
	for (int r = 0; r < canvas->rows; r++) {
		for (int c = 0; c < canvas->cols; c++) {
			const struct cell *cell = canvas_at(canvas, r, c);

			if (cell->width == 2)
				assert_int_equal(canvas_at(canvas, r, c + 1)->width, 0);
			if (ascii)
				assert_true(cell->ch >= ' ' && cell->ch < 0x7f);
		}
	}
}

static void check_at(const struct stage *stage, const struct look *look, int rows, int cols)
{
	struct rect area = {.row = MARGIN, .col = MARGIN, .rows = rows, .cols = cols};
	struct canvas canvas;
	struct cell *before;
	size_t count;

	canvas_init(&canvas, rows + 2 * MARGIN, cols + 2 * MARGIN);
	count = (size_t)canvas.rows * (size_t)canvas.cols;
	for (size_t i = 0; i < count; i++)
		canvas.cells[i].ch = '#';
	for (int r = 0; r < rows; r++)
		for (int c = 0; c < cols; c++)
			canvas_char(&canvas, area, r, c, STYLE_NORMAL, ' ');
	view_find(stage->ops->name)->draw(stage, look, &canvas, area);
	check_margin(&canvas, area);
	check_cells(&canvas, look->glyphs == GLYPH_SET_ASCII);
	before = xmalloc(count, sizeof(*before));
	memcpy(before, canvas.cells, count * sizeof(*before));
	view_find(stage->ops->name)->draw(stage, look, &canvas, area);
	assert_memory_equal(before, canvas.cells, count * sizeof(*before));
	mem_free(before);
	canvas_release(&canvas);
}

void view_check_properties(const struct stage *stage)
{
	static const struct look looks[] = {
	    {.glyphs = GLYPH_SET_BLOCK, .colors = 256, .motion = true},
	    {.glyphs = GLYPH_SET_BRAILLE, .colors = 8, .motion = true},
	    {.glyphs = GLYPH_SET_ASCII, .colors = 1, .motion = false},
	};
	static const int rows[] = {0, 1, 2, 3, 5, 9, 13, 22, 40};
	static const int cols[] = {0, 1, 3, 8, 20, 38, 55, 78, 118, 200};

	for (size_t i = 0; i < ARRAY_LEN(looks); i++)
		for (size_t r = 0; r < ARRAY_LEN(rows); r++)
			for (size_t c = 0; c < ARRAY_LEN(cols); c++)
				check_at(stage, &looks[i], rows[r], cols[c]);
}

static bool is_word(const struct stage *stage, const char *line)
{
	size_t len = strcspn(line, " ");

	for (const struct stage_command *c = stage->ops->commands; c->word; c++) {
		if (strlen(c->word) == len && memcmp(c->word, line, len) == 0)
			return true;
	}
	return false;
}

void view_check_keys(const struct stage *stage)
{
	char buffer[256];
	const struct view_key *keys = view_find(stage->ops->name)->keys(stage, buffer);

	assert_true(keys[0].key != 0);
	for (; keys->key; keys++) {
		if (!is_word(stage, keys->command))
			fail_msg("'%s' is not a word", keys->command);
		if (keys->key < 0x80 && strchr("hsubnlq:?\t", (int)keys->key))
			fail_msg("key '%c' belongs to the lesson", (int)keys->key);
	}
}
