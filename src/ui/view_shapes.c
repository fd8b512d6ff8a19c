// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The shape calculator: a table of the settings, then the windows of one axis below one another over
 * the padded input, o for padding, x for input, with what no window reaches hatched:
 *
 *	          W    K    P    S    D     N
 *	height    8    3    1    2    1     4
 *	width     8   [3]   1    2    1     4
 *
 *	 [o  x  x] x  x  x  x  x  x  o
 *	  o  x [x  x  x] x  x  x  x  o
 *	                           ///   1 column no window reaches
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "lesson/stage_shapes.h"
#include "ui/event.h"
#include "ui/view_internal.h"

#define TABLE_ROWS 3

/* The table's columns; narrow where the area is. */
struct table {
	int name, setting;
};

static struct table table_for(struct rect area)
{
	if (area.cols >= 40)
		return (struct table){.name = 8, .setting = 5};
	return (struct table){.name = 2, .setting = area.cols >= 26 ? 4 : 3};
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

/* -- the table ----------------------------------------------------------------------------------- */

static bool is_chosen(const struct stage_shapes *shapes, enum shapes_axis axis)
{
	return shapes->axis == SHAPES_AXIS_BOTH || shapes->axis == axis;
}

static void draw_setting(const struct stage_shapes *shapes, enum shapes_axis axis, int param,
    struct canvas *canvas, struct rect area, int row)
{
	bool focused = is_chosen(shapes, axis) && (int)shapes->focus == param;
	struct table table = table_for(area);
	int end = table.name + (param + 1) * table.setting;
	char text[24];

	snprintf(text, sizeof(text), focused ? "[%lld]" : "%lld ", (long long)shapes->value[axis][param]);
	canvas_text_right(canvas, area, row, end, focused ? STYLE_FOCUS : STYLE_NORMAL, text);
	if (focused)
		canvas_cursor(canvas, area, row, end - 2);
}

static void draw_axis_row(const struct stage_shapes *shapes, enum shapes_axis axis,
    struct canvas *canvas, struct rect area, int row)
{
	struct shapes_result result;
	struct table table = table_for(area);
	int end = table.name + (SHAPES_PARAM_COUNT + 1) * table.setting;
	const char *name = axis == SHAPES_AXIS_H ? "height" : "width";
	char text[24];

	stage_shapes_result(shapes, axis, &result);
	canvas_textf(canvas, area, row, 0, is_chosen(shapes, axis) ? STYLE_STRONG : STYLE_LABEL, "%.*s",
	    table.name - 1, name);
	for (int param = 0; param < SHAPES_PARAM_COUNT; param++)
		draw_setting(shapes, axis, param, canvas, area, row);
	snprintf(text, sizeof(text), "%lld", (long long)result.window.count);
	canvas_text_right(canvas, area, row, end, result.possible ? STYLE_STRONG : STYLE_WRONG,
	    result.possible ? text : "no");
}

static void draw_table(const struct stage_shapes *shapes, struct canvas *canvas, struct rect area)
{
	static const char *const side[] = {"W", "K", "P", "S", "D"};
	struct table table = table_for(area);
	int end = table.name;

	for (int param = 0; param < SHAPES_PARAM_COUNT; param++) {
		bool padding = param == SHAPES_PARAM_P;

		end += table.setting;
		canvas_text_right(canvas, area, 0, end - 1, STYLE_LABEL,
		    padding && shapes->total ? "p" : side[param]);
	}
	end += table.setting;
	canvas_text_right(canvas, area, 0, end, STYLE_LABEL, "N");
	canvas_text(canvas, area, 0, end + 3, STYLE_DIM,
	    shapes->total ? "p: both sides added (t: on each)" : "P: on each side (t: both added)");
	draw_axis_row(shapes, SHAPES_AXIS_H, canvas, area, 1);
	draw_axis_row(shapes, SHAPES_AXIS_W, canvas, area, 2);
}

/* -- the windows --------------------------------------------------------------------------------- */

/* The axis as drawn: `cell` columns an element, the elements that fit into the area. */
struct strip {
	const struct shapes_result *result;
	int cell;
	int64_t length; // padded
	int shown;
};

static struct strip make_strip(const struct shapes_result *result, struct rect area)
{
	struct strip strip = {.result = result};

	strip.length = result->axis.before + result->axis.size + result->axis.after;
	strip.cell = strip.length * 3 + 2 <= area.cols ? 3 : 2;
	strip.shown = (int)(strip.length < (area.cols - 2) / strip.cell ? strip.length
									: (area.cols - 2) / strip.cell);
	if (strip.shown < 0)
		strip.shown = 0;
	return strip;
}

static bool is_padding(const struct shapes_result *result, int64_t at)
{
	return at < result->axis.before || at >= result->axis.before + result->axis.size;
}

/* The column of an element's character; a bracket stands right before or behind it. */
static int strip_col(const struct strip *strip, int64_t at)
{
	return 1 + (int)at * strip->cell;
}

static void draw_elements(const struct strip *strip, struct canvas *canvas, struct rect area, int row)
{
	for (int at = 0; at < strip->shown; at++) {
		bool padding = is_padding(strip->result, at);

		canvas_char(canvas, area, row, strip_col(strip, at), padding ? STYLE_DIM : STYLE_NORMAL,
		    padding ? 'o' : 'x');
	}
	if (strip->shown < strip->length)
		canvas_char(canvas, area, row, strip_col(strip, strip->shown), STYLE_DIM, '>');
}

/* Within a dilated window the elements that the kernel skips are dots. */
static void draw_window(const struct strip *strip, int64_t start, struct canvas *canvas,
    struct rect area, int row)
{
	const struct window_axis *axis = &strip->result->axis;
	int64_t end = start + strip->result->window.kernel_extent - 1;
	int left = strip_col(strip, start) - 1;

	if (start >= strip->shown)
		return;
	for (int64_t at = start; at <= end && at < strip->shown; at++) {
		bool used = (at - start) % axis->dilation == 0;

		canvas_char(canvas, area, row, strip_col(strip, at), STYLE_WINDOW,
		    !used ? '.' : is_padding(strip->result, at) ? 'o' : 'x');
	}
	end = end < strip->shown ? end : strip->shown - 1;
	canvas_restyle(canvas, area, row, left, strip_col(strip, end) + 2 - left, STYLE_WINDOW);
	canvas_char(canvas, area, row, left, STYLE_WINDOW, '[');
	if (start + strip->result->window.kernel_extent <= strip->shown)
		canvas_char(canvas, area, row, strip_col(strip, end) + 1, STYLE_WINDOW, ']');
}

static void draw_remainder(const struct strip *strip, const char *unit, struct canvas *canvas,
    struct rect area, int row)
{
	int64_t left = strip->result->window.remainder, first = strip->length - left;
	int width = (int)(left < strip->shown ? left : strip->shown) * strip->cell, col;
	char text[64];

	if (!left) {
		canvas_text(canvas, area, row, 1, STYLE_DIM, "nothing is left over at the end");
		return;
	}
	snprintf(text, sizeof(text), "%lld %s%s no window reaches ", (long long)left, unit,
	    left == 1 ? "" : "s");
	col = strip_col(strip, first < strip->shown ? first : 0) - 1;
	for (int i = 0; i < width && first < strip->shown; i++)
		canvas_char(canvas, area, row, col + i, STYLE_WRONG, '/');
	if (col >= (int)strlen(text))
		canvas_text(canvas, area, row, col - (int)strlen(text), STYLE_WRONG, text);
	else
		canvas_text(canvas, area, row, col + width + 1, STYLE_WRONG, text);
}

static void draw_windows(const struct strip *strip, const char *unit, struct canvas *canvas,
    struct rect area)
{
	int64_t count = strip->result->window.count, stride = strip->result->axis.stride;
	int rows = area.rows - 1, shown = count <= rows ? (int)count : rows - 1;
	int row = 0;

	for (; row < shown; row++) {
		draw_elements(strip, canvas, area, row);
		draw_window(strip, row * stride, canvas, area, row);
	}
	if (shown < count && row >= 0)
		canvas_textf(canvas, area, row++, 1, STYLE_DIM, "and %lld more, %lld apart",
		    (long long)count - (shown < 0 ? 0 : shown), (long long)stride);
	draw_remainder(strip, unit, canvas, area, row);
}

static void draw_axis(const struct stage_shapes *shapes, enum shapes_axis axis,
    struct canvas *canvas, struct rect area)
{
	const char *unit = axis == SHAPES_AXIS_H ? "row" : "column";
	struct shapes_result result;
	struct strip strip;

	if (area.rows < 1)
		return;
	stage_shapes_result(shapes, axis, &result);
	strip = make_strip(&result, area);
	if (result.possible) {
		draw_windows(&strip, unit, canvas, area);
		return;
	}
	draw_elements(&strip, canvas, area, 0);
	canvas_textf(canvas, area, 1, 1, STYLE_WRONG, "no window fits: %s", result.reason);
}

/* Rows that an axis takes with all its windows. */
static int axis_rows(const struct stage_shapes *shapes, enum shapes_axis axis)
{
	struct shapes_result result;

	stage_shapes_result(shapes, axis, &result);
	return result.possible ? (int)(result.window.count < 100 ? result.window.count : 100) + 1 : 2;
}

/* Both axes one above the other where there is room and they differ, else the one being changed. */
static void draw_axes(const struct stage_shapes *shapes, struct canvas *canvas, struct rect area)
{
	int height = axis_rows(shapes, SHAPES_AXIS_H) + 2, width = axis_rows(shapes, SHAPES_AXIS_W) + 1;
	bool both = height + width <= area.rows &&
		    memcmp(shapes->value[0], shapes->value[1], sizeof(shapes->value[0])) != 0;
	enum shapes_axis one = shapes->axis == SHAPES_AXIS_H ? SHAPES_AXIS_H : SHAPES_AXIS_W;

	if (!both) {
		draw_axis(shapes, one, canvas, area);
		return;
	}
	canvas_text(canvas, area, 0, 0, STYLE_LABEL, "height");
	draw_axis(shapes, SHAPES_AXIS_H, canvas, rect_sub(area, 1, 0, height - 2, area.cols));
	canvas_text(canvas, area, height, 0, STYLE_LABEL, "width");
	draw_axis(shapes, SHAPES_AXIS_W, canvas, rect_sub(area, height + 1, 0, width - 1, area.cols));
}

static void draw(const struct stage *stage, const struct look *look, struct canvas *canvas,
    struct rect area)
{
	const struct stage_shapes *shapes = (const struct stage_shapes *)stage;
	int gap = area.rows > 10, top = least(TABLE_ROWS + gap, area.rows);

	(void)look;
	draw_table(shapes, canvas, rect_sub(area, 0, 0, TABLE_ROWS, area.cols));
	draw_axes(shapes, canvas, rect_sub(area, top, 0, area.rows - top, area.cols));
}

/* -- the keys ------------------------------------------------------------------------------------ */

static const struct view_key *keys(const struct stage *stage, char *buffer)
{
	static const struct view_key table[] = {
	    {KEY_ARROW_UP, "more", "more", NULL},
	    {KEY_ARROW_DOWN, "less", "less", NULL},
	    {KEY_ARROW_RIGHT, "focus next", "next", NULL},
	    {KEY_ARROW_LEFT, "focus previous", NULL, NULL},
	    {'a', "axis", "axis", NULL},
	    {'t', "convention", "padding side/total", NULL},
	    {'e', "same", "same", NULL},
	    {'v', "valid", "valid", NULL},
	    {'w', "focus w", NULL, NULL},
	    {'k', "focus k", NULL, NULL},
	    {'p', "focus p", NULL, NULL},
	    {'d', "focus d", NULL, NULL},
	    {.key = 0},
	};

	(void)stage;
	(void)buffer;
	return table;
}

const struct view_ops view_shapes = {.stage = "shapes", .draw = draw, .keys = keys};
