// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The view of stages that have none of their own: what they say about themselves, as much of it as
 * fits.
 */
#include "config.h"

#include <string.h>

#include "base/strbuf.h"
#include "ui/view_internal.h"

static void draw(const struct stage *stage, const struct look *look, struct canvas *canvas,
    struct rect area)
{
	struct strbuf sb = STRBUF_INIT;
	char *line;
	int row = 0;

	(void)look;
	stage->ops->describe(stage, &sb);
	for (line = sb.data; *line && row < area.rows; row++) {
		char *end = line + strcspn(line, "\n");
		bool last = *end == '\0';

		*end = '\0';
		canvas_text(canvas, area, row, 0, STYLE_NORMAL, line);
		line = last ? end : end + 1;
	}
	strbuf_release(&sb);
}

static const struct view_key *keys(const struct stage *stage, char *buffer)
{
	static const struct view_key none[] = {{.key = 0}};

	(void)stage;
	(void)buffer;
	return none;
}

const struct view_ops view_words = {.stage = "", .draw = draw, .keys = keys};
