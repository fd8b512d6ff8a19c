// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Facts about ncurses that shaped this file:
 * - initscr() exits for an unknown TERM, newterm() does not; LINES and COLUMNS in the environment
 *   would freeze the size; ESCDELAY is a second unless set;
 * - in a locale that is not UTF-8 it prints blanks for all that is not ASCII: such characters are
 *   replaced here;
 * - alloc_pair() fails where pairs are few (TERM=linux): that cell then goes without colours;
 * - endwin() is not safe in a signal handler: a crash writes the strings kept for that purpose.
 */
#include "config.h"

#include "ui/terminal.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include "base/alloc.h"
#include "base/strbuf.h"

#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"

static struct {
	SCREEN *screen;
	struct look look;
	bool is_utf8;
	struct canvas shown;
	int signal_pipe[2];
	sigset_t while_waiting; // the signal mask outside: SIGWINCH gets through only while we wait
	volatile sig_atomic_t end_signal;
	struct termios saved;
	char restore[256]; // what puts the screen back, for a crash
	unsigned long sync_count;
	bool sync;
	struct strbuf pasted;
	void (*interrupt)(void *self);
	void *interrupt_self;
} term;

/* How a style looks: an attribute that works without colours, and a colour of 256, of 8. */
struct appearance {
	attr_t attributes;
	short color256, color8; // -1: the terminal's own
};

static const struct appearance appearances[STYLE_COUNT] = {
	[STYLE_NORMAL] = {A_NORMAL, -1, -1},
	[STYLE_TITLE] = {A_REVERSE, -1, -1},
	[STYLE_STRONG] = {A_BOLD, -1, -1},
	[STYLE_DIM] = {A_DIM, -1, -1},
	[STYLE_CODE] = {A_NORMAL, 37, COLOR_CYAN},
	[STYLE_MATH] = {A_NORMAL, 37, COLOR_CYAN},
	[STYLE_LABEL] = {A_DIM, -1, -1},
	[STYLE_WINDOW] = {A_BOLD | A_REVERSE, -1, -1},
	[STYLE_CURRENT] = {A_BOLD | A_UNDERLINE, -1, -1},
	[STYLE_FOCUS] = {A_REVERSE, -1, -1},
	[STYLE_POSITIVE] = {A_BOLD, 32, COLOR_BLUE},
	[STYLE_NEGATIVE] = {A_BOLD, 166, COLOR_YELLOW},
	[STYLE_RIGHT] = {A_BOLD, 32, COLOR_BLUE},
	[STYLE_WRONG] = {A_BOLD, 166, COLOR_YELLOW},
	[STYLE_HINT] = {A_NORMAL, 37, COLOR_CYAN},
	[STYLE_ERROR] = {A_BOLD, 166, COLOR_RED},
	[STYLE_PROMPT] = {A_BOLD, -1, -1},
	[STYLE_KEY] = {A_BOLD, -1, -1},
	[STYLE_SERIES_A] = {A_NORMAL, 32, COLOR_BLUE},
	[STYLE_SERIES_B] = {A_NORMAL, 166, COLOR_YELLOW},
	[STYLE_SERIES_C] = {A_BOLD, 37, COLOR_CYAN},
};

/* ------------------------------------------------------------------ putting things back */

static void crash_handler(int number)
{
	ssize_t ignored = write(STDOUT_FILENO, term.restore, strlen(term.restore));

	(void)ignored;
	tcsetattr(STDIN_FILENO, TCSANOW, &term.saved);
	signal(number, SIG_DFL);
	raise(number);
}

static void end_handler(int number)
{
	int saved_errno = errno;
	ssize_t ignored;

	term.end_signal = number;
	ignored = write(term.signal_pipe[1], "", 1);
	(void)ignored;
	errno = saved_errno;
}

static const int crash_signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
static const int end_signals[] = {SIGHUP, SIGTERM, SIGINT};

static void set_handlers(const int *signals, size_t count, void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler};

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < count; i++)
		sigaction(signals[i], &action, NULL);
}

static void keep_restore_strings(void)
{
	static const char *const names[] = {"sgr0", "cnorm", "rmkx", "rmcup"};
	size_t used = strlen(PASTE_OFF);

	strcpy(term.restore, PASTE_OFF);

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		const char *value = tigetstr(names[i]);

		if (!value || value == (char *)-1 || used + strlen(value) >= sizeof(term.restore))
			continue;
		strcpy(term.restore + used, value);
		used += strlen(value);
	}
}

void terminal_close(void)
{
	if (!term.screen)
		return;
	set_handlers(crash_signals, ARRAY_LEN(crash_signals), SIG_DFL);
	set_handlers(end_signals, ARRAY_LEN(end_signals), SIG_DFL);
	die_set_hook(NULL);
	fputs(PASTE_OFF, stdout);
	endwin();
	delscreen(term.screen);
	term.screen = NULL;
	strbuf_release(&term.pasted);
	sigprocmask(SIG_SETMASK, &term.while_waiting, NULL);
	canvas_release(&term.shown);
	close(term.signal_pipe[0]);
	close(term.signal_pipe[1]);
}

static void interrupt_handler(int number)
{
	(void)number;
	if (term.interrupt)
		term.interrupt(term.interrupt_self);
}

static void set_interrupt_key(bool on)
{
	struct termios mode;

	if (tcgetattr(STDIN_FILENO, &mode) < 0)
		return;
	mode.c_lflag = on ? mode.c_lflag | ISIG : mode.c_lflag & ~(tcflag_t)ISIG;
	tcsetattr(STDIN_FILENO, TCSANOW, &mode);
}

void terminal_catch_interrupt(void (*handler)(void *self), void *self)
{
	static const int interrupt[] = {SIGINT};

	if (!term.screen)
		return;
	term.interrupt = NULL; // never a handler with another's self
	term.interrupt_self = self;
	term.interrupt = handler;
	set_handlers(interrupt, 1, handler ? interrupt_handler : end_handler);
	set_interrupt_key(handler != NULL);
}

/* ------------------------------------------------------------------ opening */

static bool is_east_asian_locale(void)
{
	const char *locale = setlocale(LC_CTYPE, NULL);

	return locale && (!strncmp(locale, "zh", 2) || !strncmp(locale, "ja", 2) ||
	    !strncmp(locale, "ko", 2));
}

static void choose_look(const struct terminal_options *options)
{
	const char *no_color = getenv("NO_COLOR");
	bool wanted = options->color == COLOR_WHEN_ALWAYS ||
	    (options->color == COLOR_WHEN_AUTO && !(no_color && *no_color));

	term.is_utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	term.look.glyphs = options->ascii || !term.is_utf8 ? GLYPH_SET_ASCII
	    : is_east_asian_locale()			   ? GLYPH_SET_BRAILLE
							   : GLYPH_SET_BLOCK;
	term.look.motion = !options->no_motion;
	term.look.colors = 1;
	if (wanted && has_colors() && start_color() == OK) {
		use_default_colors();
		term.look.colors = COLORS >= 256 ? 256 : COLORS >= 16 ? 16 : COLORS >= 8 ? 8 : 1;
	}
}

static int open_screen(struct diag *diag)
{
	const char *name = getenv("TERM"), *cup;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return diag_set(diag, ERR_UNSUPPORTED, "standard input or output is not a terminal");
	unsetenv("LINES");
	unsetenv("COLUMNS");
	tcgetattr(STDIN_FILENO, &term.saved);
	term.screen = newterm(NULL, stdout, stdin);
	if (!term.screen)
		return diag_set(diag, ERR_UNSUPPORTED, "the terminal type '%s' is not known here",
		    name ? name : "");
	cup = tigetstr("cup");
	if (!cup || cup == (char *)-1) {
		endwin();
		delscreen(term.screen);
		term.screen = NULL;
		return diag_set(diag, ERR_UNSUPPORTED, "the terminal type '%s' cannot move its cursor",
		    name ? name : "");
	}
	return 0;
}

/* A resize between the look for keys and the wait for them would be noticed with the next key only:
 * it is held back until the wait has begun. */
static void hold_resizes(void)
{
	sigset_t resize;

	sigemptyset(&resize);
	sigaddset(&resize, SIGWINCH);
	sigprocmask(SIG_BLOCK, &resize, &term.while_waiting);
}

/* What a terminal puts around pasted text, as keys of curses; without them Enter would run each line. */
#define PASTE_MAX ((size_t)1 << 20)
#define CODE_PASTE_BEGIN (KEY_MAX + 1)
#define CODE_PASTE_END (KEY_MAX + 2)

static void ask_for_paste_marks(bool on)
{
	fputs(on ? PASTE_ON : PASTE_OFF, stdout);
	fflush(stdout);
}

static void define_paste_marks(void)
{
	define_key("\033[200~", CODE_PASTE_BEGIN);
	define_key("\033[201~", CODE_PASTE_END);
	ask_for_paste_marks(true);
}

int terminal_open(const struct terminal_options *options, struct diag *diag)
{
	int r = open_screen(diag);

	if (r < 0) {
		diag_hint(diag, "the plain mode is used instead; --plain asks for it");
		return r;
	}
	if (pipe2(term.signal_pipe, O_CLOEXEC | O_NONBLOCK) < 0)
		die("cannot make a pipe: %s", strerror(errno));
	keep_restore_strings();
	hold_resizes();
	raw();
	noecho();
	nonl();
	set_escdelay(25);
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	intrflush(stdscr, FALSE);
	choose_look(options);
	canvas_init(&term.shown, 1, 1);
	strbuf_init(&term.pasted);
	define_paste_marks();
	term.end_signal = 0;
	term.sync = getenv("CONVTUTOR_SYNC") != NULL;
	die_set_hook(terminal_close);
	set_handlers(crash_signals, ARRAY_LEN(crash_signals), crash_handler);
	set_handlers(end_signals, ARRAY_LEN(end_signals), end_handler);
	return 0;
}

void terminal_size(int *ret_rows, int *ret_cols)
{
	getmaxyx(stdscr, *ret_rows, *ret_cols);
}

struct look terminal_look(void)
{
	return term.look;
}

int terminal_end_signal(void)
{
	return term.end_signal;
}

/* ------------------------------------------------------------------ copying the canvas */

/* What stands for a character where only ASCII can be shown. */
static wchar_t ascii_for(uint32_t ch)
{
	static const struct {
		uint32_t ch;
		char ascii;
	} table[] = {
		{0x00b7, '.'}, {0x00d7, 'x'}, {0x2013, '-'}, {0x2014, '-'}, {0x2018, '\''},
		{0x2019, '\''}, {0x201c, '"'}, {0x201d, '"'}, {0x2026, '.'}, {0x2190, '<'},
		{0x2191, '^'}, {0x2192, '>'}, {0x2193, 'v'}, {0x2212, '-'}, {0x2500, '-'},
		{0x2502, '|'}, {0x2713, 'v'}, {0x2717, 'x'}, {0x2588, '#'}, {0x2591, '.'},
	};

	if (ch < 0x80)
		return (wchar_t)ch;
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		if (table[i].ch == ch)
			return (wchar_t)table[i].ascii;
	}
	return ch >= 0x2500 && ch < 0x2580 ? L'+' : L'?';
}

/* A palette entry for an ink, or -1; of 8 and 16 colours the nearest. */
static int palette_for(int ink)
{
	int cube = ink - INK_CUBE(0, 0, 0), level = ink - INK_SIGNED(0);

	if (ink == INK_DEFAULT || term.look.colors < 8)
		return -1;
	if (term.look.colors >= 256)
		return ink_palette(ink);
	if (cube >= 0)
		return 3 * (cube / 36) + 6 * (cube / 6 % 6) + cube % 6 < 25 ? COLOR_BLACK : COLOR_WHITE;
	if (ink <= INK_GRAY(INK_GRAYS - 1))
		return ink - INK_GRAY(0) < INK_GRAYS / 2 ? COLOR_BLACK : COLOR_WHITE;
	if (level == 0)
		return -1;
	return level > 0 ? COLOR_BLUE : COLOR_YELLOW;
}

static int pair_for(const struct cell *cell)
{
	const struct appearance *look = &appearances[cell->style];
	int fg = palette_for(cell->ink), bg = palette_for(cell->paper), pair;

	if (cell->ink == INK_DEFAULT && term.look.colors >= 8)
		fg = term.look.colors >= 256 ? look->color256 : look->color8;
	if (fg < 0 && bg < 0)
		return 0;
	pair = alloc_pair(fg, bg);
	return pair < 0 ? 0 : pair;
}

static void put_cell(int row, int col, const struct cell *cell)
{
	wchar_t text[3] = {(wchar_t)(cell->ch ? cell->ch : ' '), (wchar_t)cell->mark, 0};
	int pair = term.look.colors > 1 ? pair_for(cell) : 0;
	cchar_t out;

	if (!term.is_utf8) {
		text[0] = ascii_for((uint32_t)text[0]);
		text[1] = 0;
	}
	if (setcchar(&out, text, appearances[cell->style].attributes, (short)pair, &pair) == OK)
		mvadd_wch(row, col, &out);
}

static void fit_shown(const struct canvas *canvas)
{
	if (term.shown.rows == canvas->rows && term.shown.cols == canvas->cols)
		return;
	canvas_resize(&term.shown, canvas->rows, canvas->cols);
	erase();
}

void terminal_present(const struct canvas *canvas)
{
	size_t at = 0;

	fit_shown(canvas);
	for (int row = 0; row < canvas->rows; row++) {
		for (int col = 0; col < canvas->cols; col++, at++) {
			const struct cell *cell = &canvas->cells[at];

			if (!memcmp(cell, &term.shown.cells[at], sizeof(*cell)))
				continue;
			term.shown.cells[at] = *cell;
			if (cell->width)
				put_cell(row, col, cell);
		}
	}
	if (canvas->cursor_row >= 0) {
		curs_set(1);
		move(canvas->cursor_row, canvas->cursor_col);
	} else {
		curs_set(0);
	}
	refresh();
}

/* ------------------------------------------------------------------ events */

static void add_pasted(wint_t code)
{
	if (code == '\r')
		code = '\n';
	if (term.pasted.len < PASTE_MAX && (code >= ' ' || code == '\n' || code == '\t'))
		strbuf_add_utf8(&term.pasted, (uint32_t)code);
}

/* All that is pasted up to the mark at its end; a second without more ends it, too. */
static void read_paste(struct event *ret)
{
	int kind;
	wint_t code;

	strbuf_clear(&term.pasted);
	timeout(1000);
	while ((kind = get_wch(&code)) != ERR && !(kind == KEY_CODE_YES && code == CODE_PASTE_END))
		if (kind == OK)
			add_pasted(code);
	nodelay(stdscr, TRUE);
	*ret = (struct event){.kind = EVENT_KIND_PASTE, .text = term.pasted.data};
}

static uint32_t translate(wint_t code)
{
	static const struct {
		wint_t curses;
		uint32_t key;
	} table[] = {
		{KEY_UP, KEY_ARROW_UP},	      {KEY_DOWN, KEY_ARROW_DOWN}, {KEY_LEFT, KEY_ARROW_LEFT},
		{KEY_RIGHT, KEY_ARROW_RIGHT}, {KEY_HOME, KEY_FIRST},	  {KEY_END, KEY_LAST},
		{KEY_PPAGE, KEY_PAGE_UP},     {KEY_NPAGE, KEY_PAGE_DOWN}, {KEY_DC, KEY_DELETE},
		{KEY_IC, KEY_INSERT},	      {KEY_BTAB, KEY_BACK_TAB},	  {KEY_BACKSPACE, KEY_ERASE},
		{KEY_ENTER, KEY_ENTER_RETURN},
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		if (table[i].curses == code)
			return table[i].key;
	}
	return KEY_NONE;
}

/* Ctrl-Z: leave the screen, stop, come back. */
static void suspend(void)
{
	def_prog_mode();
	ask_for_paste_marks(false);
	endwin();
	kill(0, SIGTSTP);
	reset_prog_mode();
	ask_for_paste_marks(true);
	clearok(stdscr, TRUE);
	refresh();
}

static bool take_resize(struct event *ret)
{
	*ret = (struct event){.kind = EVENT_KIND_RESIZE};
	terminal_size(&ret->rows, &ret->cols);
	return true;
}

/* What curses has ready; false: nothing. */
static bool read_event(struct event *ret)
{
	wint_t code;
	int kind = get_wch(&code);

	if (kind == ERR)
		return false;
	if (kind == KEY_CODE_YES && code == KEY_RESIZE)
		return take_resize(ret);
	if (kind == KEY_CODE_YES && code == CODE_PASTE_BEGIN) {
		read_paste(ret);
		return true;
	}
	if (kind == OK && code == KEY_CTRL('z')) {
		suspend();
		return take_resize(ret);
	}
	*ret = (struct event){.kind = EVENT_KIND_KEY};
	if (kind == KEY_CODE_YES)
		ret->key = translate(code);
	else if (code == '\n')
		ret->key = KEY_ENTER_RETURN;
	else
		ret->key = code == '\b' ? KEY_ERASE : (uint32_t)code;
	return true;
}

static void write_sync_marker(void)
{
	printf("\033]777;convtutor;%lu\007", ++term.sync_count);
	fflush(stdout);
}

static void wait_event(void *self, double timeout, struct event *ret)
{
	struct pollfd fds[] = {{STDIN_FILENO, POLLIN, 0}, {term.signal_pipe[0], POLLIN, 0}};
	struct timespec limit = {(time_t)timeout, (long)((timeout - (double)(time_t)timeout) * 1e9)};

	(void)self;
	*ret = (struct event){.kind = EVENT_KIND_TICK};
	if (read_event(ret))
		return;
	if (term.sync)
		write_sync_marker();
	if (!term.end_signal)
		ppoll(fds, 2, timeout < 0 ? NULL : &limit, &term.while_waiting);
	if (term.end_signal || (fds[0].revents & (POLLHUP | POLLERR) && !(fds[0].revents & POLLIN)))
		ret->kind = EVENT_KIND_END;
	else
		read_event(ret);
}

struct event_source terminal_events(void)
{
	return (struct event_source){.next = wait_event};
}
