// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The words of the stage `window`: what each does to the walk, and what it says about that.
 */
#include "config.h"

#include "base/alloc.h"
#include "lesson/stage_internal.h"
#include "lesson/stage_window.h"
#include "lesson/words.h"

#define SPEED_MIN 0.5 // cells a second
#define SPEED_MAX 64.0

#define WORDS(X)                                                                                   \
	X(step, "step", "[N]", "move the window on by one cell, or by N")                          \
	X(back, "back", "[N]", "take the last cell back, or the last N")                           \
	X(goto, "goto", "ROW COLUMN", "move the window to that cell of the output, from 0")        \
	X(first, "first", "", "move the window to the first cell")                                 \
	X(last, "last", "", "move the window to the last cell")                                    \
	X(play, "play", "", "let the window go on by itself")                                      \
	X(stop, "stop", "", "keep the window where it is")                                         \
	X(faster, "faster", "", "play at twice the speed")                                         \
	X(slower, "slower", "", "play at half the speed")                                          \
	X(set, "set", "image|kernel ROW COLUMN VALUE", "change one cell")                          \
	X(focus, "focus", "output|kernel|image|next", "say which matrix the cursor is in")         \
	X(cursor, "cursor", "up|down|left|right", "move the cursor, in the output the window")     \
	X(mode, "mode", "[correlation|convolution]", "turn the kernel over for convolution, or not") \
	X(transpose, "transpose", "[image|kernel]", "swap rows and columns, of the kernel at first") \
	X(hide, "hide", "ROW COLUMN", "show ? in that cell of the output")                         \
	X(reveal, "reveal", "", "show the hidden cell")                                            \
	X(show, "show", "visited|all", "show the cells made so far, or all of them")

typedef int word_function(struct stage_window *window, const char *args, struct strbuf *say,
    struct diag *diag);

/* An optional count, by default 1. */
static bool take_count(const char **args, int *count)
{
	*count = 1;
	if (words_at_end(*args))
		return true;
	return words_take_int(args, count) && words_at_end(*args) && *count >= 1;
}

static bool take_cell(const char **args, const struct stage_matrix *matrix, int *row, int *col,
    struct diag *diag)
{
	if (!words_take_int(args, row) || !words_take_int(args, col))
		return false;
	if (*row >= 0 && *row < matrix->rows && *col >= 0 && *col < matrix->cols)
		return true;
	diag_set(diag, ERR_RANGE, "%s has no cell at row %d, column %d", matrix->name, *row, *col);
	diag_hint(diag, "rows go from 0 to %d, columns from 0 to %d", matrix->rows - 1,
	    matrix->cols - 1);
	return false;
}

static void say_position(const struct stage_window *window, struct strbuf *say)
{
	window__describe_position(window, say);
	if (window->row < 0)
		return;
	strbuf_addch(say, ' ');
	window__add_sum(window, 0, say);
}

static int word_step(struct stage_window *window, const char *args, struct strbuf *say,
    struct diag *diag)
{
	int count;

	(void)diag;
	if (!take_count(&args, &count))
		return WORDS_BAD_ARGS;
	window->playing = false;
	if (window__made(window) == window__cells(window)) {
		strbuf_add(say, "This is the last cell.");
		return 0;
	}
	window__set_made(window, count > window__cells(window) ? window__cells(window)
						       : window__made(window) + count);
	say_position(window, say);
	return 0;
}

static int word_back(struct stage_window *window, const char *args, struct strbuf *say,
    struct diag *diag)
{
	int count;

	(void)diag;
	if (!take_count(&args, &count))
		return WORDS_BAD_ARGS;
	window->playing = false;
	window__set_made(window, count > window__made(window) ? 0 : window__made(window) - count);
	say_position(window, say);
	return 0;
}

static int go_to(struct stage_window *window, int row, int col, struct strbuf *say)
{
	window->playing = false;
	window__set_made(window, row * window->output.cols + col + 1);
	say_position(window, say);
	return 0;
}

static int word_goto(struct stage_window *window, const char *args, struct strbuf *say,
    struct diag *diag)
{
	int row, col;

	if (!take_cell(&args, &window->output, &row, &col, diag) || !words_at_end(args))
		return WORDS_BAD_ARGS;
	return go_to(window, row, col, say);
}

static int word_first(struct stage_window *window, const char *args, struct strbuf *say,
    struct diag *diag)
{
	(void)diag;
	return words_at_end(args) ? go_to(window, 0, 0, say) : WORDS_BAD_ARGS;
}

static int word_last(struct stage_window *window, const char *args, struct strbuf *say,
    struct diag *diag)
{
	(void)diag;
	if (!words_at_end(args))
		return WORDS_BAD_ARGS;
	return go_to(window, window->output.rows - 1, window->output.cols - 1, say);
}

static int word_play(struct stage_window *window, const char *args, struct strbuf *say,
    struct diag *diag)
{
	(void)diag;
	if (!words_at_end(args))
		return WORDS_BAD_ARGS;
	if (window__made(window) == window__cells(window))
		window__set_made(window, 0);
	window->playing = true;
	window->next_at = -1;
	strbuf_addf(say, "Playing, %g cells a second.", window->speed);
	return 0;
}

static int word_stop(struct stage_window *window, const char *args, struct strbuf *say,
    struct diag *diag)
{
	(void)diag;
	if (!words_at_end(args))
		return WORDS_BAD_ARGS;
	window->playing = false;
	say_position(window, say);
	return 0;
}

static int change_speed(struct stage_window *window, const char *args, double factor,
    struct strbuf *say)
{
	double speed = window->speed * factor;

	if (!words_at_end(args))
		return WORDS_BAD_ARGS;
	if (speed >= SPEED_MIN && speed <= SPEED_MAX)
		window->speed = speed;
	strbuf_addf(say, "%g cells a second.", window->speed);
	return 0;
}

static int word_faster(struct stage_window *window, const char *args, struct strbuf *say,
    struct diag *diag)
{
	(void)diag;
	return change_speed(window, args, 2, say);
}

static int word_slower(struct stage_window *window, const char *args, struct strbuf *say,
    struct diag *diag)
{
	(void)diag;
	return change_speed(window, args, 0.5, say);
}

static int word_set(struct stage_window *window, const char *args, struct strbuf *say,
    struct diag *diag)
{
	int which = words_take_one_of(&args, window__focus_names), row, col;
	struct stage_matrix *matrix;
	double value;

	if (which <= STAGE_WINDOW_FOCUS_OUTPUT)
		return WORDS_BAD_ARGS;
	matrix = stage_window_matrix(window, (enum stage_window_focus)which);
	if (!take_cell(&args, matrix, &row, &col, diag) || !words_take_number(&args, &value) ||
	    !words_at_end(args))
		return WORDS_BAD_ARGS;
	*stage_matrix_at(matrix, row, col) = (float)value;
	window__mark_changed(window, matrix);
	window__compute(window);
	strbuf_addf(say, "%s[%d,%d] is now ", matrix->name, row, col);
	stage_add_number(say, value);
	strbuf_addch(say, '.');
	return 0;
}

static int word_focus(struct stage_window *window, const char *args, struct strbuf *say,
    struct diag *diag)
{
	static const char *const names[] = {"output", "kernel", "image", "next", NULL};
	int which = words_take_one_of(&args, names);

	(void)diag;
	if (which < 0 || !words_at_end(args))
		return WORDS_BAD_ARGS;
	if (which == STAGE_WINDOW_FOCUS_COUNT)
		which = ((int)window->focus + 1) % STAGE_WINDOW_FOCUS_COUNT;
	window->focus = (enum stage_window_focus)which;
	window->playing = false;
	strbuf_addf(say, "The cursor is in the %s %s.", window__focus_names[which],
	    stage_window_matrix(window, window->focus)->name);
	return 0;
}

static int wrap(int value, int count)
{
	return (value + count) % count;
}

static int word_cursor(struct stage_window *window, const char *args, struct strbuf *say,
    struct diag *diag)
{
	static const char *const names[] = {"up", "down", "left", "right", NULL};
	static const int down[] = {-1, 1, 0, 0}, right[] = {0, 0, -1, 1};
	const struct stage_matrix *matrix = stage_window_matrix(window, window->focus);
	int *row = &window->cursor_row[window->focus], *col = &window->cursor_col[window->focus];
	int direction = words_take_one_of(&args, names);

	(void)diag;
	if (direction < 0 || !words_at_end(args))
		return WORDS_BAD_ARGS;
	*row = wrap(*row + down[direction], matrix->rows);
	*col = wrap(*col + right[direction], matrix->cols);
	if (window->focus == STAGE_WINDOW_FOCUS_OUTPUT)
		return go_to(window, *row, *col, say);
	strbuf_addf(say, "%s[%d,%d] is ", matrix->name, *row, *col);
	stage_add_number(say, *stage_matrix_at(matrix, *row, *col));
	strbuf_addch(say, '.');
	return 0;
}

static int word_mode(struct stage_window *window, const char *args, struct strbuf *say,
    struct diag *diag)
{
	int mode = !window->convolution;

	(void)diag;
	if (!words_at_end(args))
		mode = words_take_one_of(&args, window__mode_names);
	if (mode < 0 || !words_at_end(args))
		return WORDS_BAD_ARGS;
	window->convolution = mode;
	window__compute(window);
	strbuf_add(say, mode ? "Convolution: the kernel is turned up-down and left-right."
			     : "Cross-correlation: the kernel is used as it stands.");
	return 0;
}

static int word_transpose(struct stage_window *window, const char *args, struct strbuf *say,
    struct diag *diag)
{
	int which = STAGE_WINDOW_FOCUS_KERNEL, code;
	struct stage_matrix *matrix;

	if (!words_at_end(args))
		which = words_take_one_of(&args, window__focus_names);
	if (which <= STAGE_WINDOW_FOCUS_OUTPUT || !words_at_end(args))
		return WORDS_BAD_ARGS;
	matrix = stage_window_matrix(window, (enum stage_window_focus)which);
	stage_matrix_transpose(matrix);
	code = window__check_fit(&window->image, &window->kernel, diag);
	if (code < 0) {
		stage_matrix_transpose(matrix);
		return code;
	}
	window__mark_changed(window, matrix);
	window__reshape(window);
	strbuf_addf(say, "%s is now %dx%d, %s %dx%d.", matrix->name, matrix->rows, matrix->cols,
	    window->output.name, window->output.rows, window->output.cols);
	return 0;
}

static int word_hide(struct stage_window *window, const char *args, struct strbuf *say,
    struct diag *diag)
{
	int row, col;

	(void)say;
	if (!take_cell(&args, &window->output, &row, &col, diag) || !words_at_end(args))
		return WORDS_BAD_ARGS;
	window->hidden_row = row;
	window->hidden_col = col;
	return 0;
}

static int word_reveal(struct stage_window *window, const char *args, struct strbuf *say,
    struct diag *diag)
{
	int row = window->hidden_row, col = window->hidden_col;

	(void)diag;
	if (!words_at_end(args))
		return WORDS_BAD_ARGS;
	window->hidden_row = window->hidden_col = -1;
	if (row < 0)
		return 0;
	strbuf_addf(say, "%s[%d,%d] is ", window->output.name, row, col);
	stage_add_number(say, *stage_matrix_at(&window->output, row, col));
	strbuf_addch(say, '.');
	return 0;
}

static int word_show(struct stage_window *window, const char *args, struct strbuf *say,
    struct diag *diag)
{
	int which = words_take_one_of(&args, window__show_names);

	(void)diag;
	(void)say;
	if (which < 0 || !words_at_end(args))
		return WORDS_BAD_ARGS;
	window->show_all = which;
	return 0;
}

const struct stage_command window__commands[] = {WORDS(WORDS_COMMAND){.word = NULL}};
static word_function *const functions[] = {WORDS(WORDS_FUNCTION)};

int window__command(struct stage *stage, const char *word, const char *args, struct strbuf *say,
    struct diag *diag)
{
	struct stage_window *window = (struct stage_window *)stage;
	int index = words_find(window__commands, word);
	struct diag ours = {.code = 0};

	if (index < 0)
		return words_unknown(stage->ops, word, diag);
	return words_result(&window__commands[index], functions[index](window, args, say, &ours),
	    &ours, diag);
}
