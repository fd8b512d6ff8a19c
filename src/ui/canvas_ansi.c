// SPDX-License-Identifier: GPL-3.0-or-later
/* A canvas as lines for a terminal of 256 colours, where no screen is open. */
#include "config.h"

#include "base/alloc.h"
#include "ui/canvas.h"

int ink_palette(int ink)
{
	static const short blues[] = {-1, 153, 110, 68, 32, 26}, oranges[] = {-1, 223, 180, 173, 166, 130};
	int level = ink - INK_SIGNED(0);

	if (ink == INK_DEFAULT)
		return -1;
	if (ink >= INK_CUBE(0, 0, 0))
		return 16 + ink - INK_CUBE(0, 0, 0);
	if (ink <= INK_GRAY(INK_GRAYS - 1))
		return 232 + ink - INK_GRAY(0);
	return level > 0 ? blues[level] : oranges[-level];
}

/* What the styles of pictures look like; those of the frame do not occur. */
static const char *style_code(enum style style)
{
	switch (style) {
	case STYLE_LABEL:
	case STYLE_DIM:
		return "2";
	case STYLE_SERIES_A:
		return "38;5;32";
	case STYLE_POSITIVE:
		return "1;38;5;32";
	case STYLE_SERIES_B:
		return "38;5;166";
	case STYLE_NEGATIVE:
		return "1;38;5;166";
	case STYLE_SERIES_C:
		return "1;38;5;37";
	default:
		return "";
	}
}

static void add_look(const struct cell *cell, struct strbuf *out)
{
	int fg = ink_palette(cell->ink), bg = ink_palette(cell->paper);
	const char *code = style_code((enum style)cell->style);

	strbuf_addf(out, "\033[0%s%s", *code ? ";" : "", code);
	if (fg >= 0)
		strbuf_addf(out, ";38;5;%d", fg);
	if (bg >= 0)
		strbuf_addf(out, ";48;5;%d", bg);
	strbuf_addch(out, 'm');
}

static bool same_look(const struct cell *a, const struct cell *b)
{
	return a->style == b->style && a->ink == b->ink && a->paper == b->paper;
}

static bool is_blank(const struct cell *cell)
{
	return cell->ch == ' ' && cell->paper == INK_DEFAULT;
}

static void add_row(const struct cell *cells, int cols, struct strbuf *out)
{
	static const struct cell plain = {.style = STYLE_NORMAL};
	const struct cell *look = &plain;

	while (cols > 0 && is_blank(&cells[cols - 1]))
		cols--;
	for (int i = 0; i < cols; i++) {
		if (!cells[i].width)
			continue;
		if (!same_look(look, &cells[i])) {
			look = &cells[i];
			add_look(look, out);
		}
		strbuf_add_utf8(out, cells[i].ch);
		if (cells[i].mark)
			strbuf_add_utf8(out, cells[i].mark);
	}
	strbuf_add(out, same_look(look, &plain) ? "\n" : "\033[0m\n");
}

void canvas_ansi(const struct canvas *canvas, struct strbuf *out)
{
	for (int row = 0; row < canvas->rows; row++)
		add_row(canvas->cells + (size_t)row * (size_t)canvas->cols, canvas->cols, out);
}
