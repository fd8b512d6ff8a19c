// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "support/vt.h"

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <vterm.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "support/check.h"

#define DEADLINE_SECONDS 30
#define MARK "\033]777;convtutor;"

static _Noreturn void run_child(char *const argv[], const char *const *environment)
{
	setenv("TERM", "xterm-256color", 1);
	setenv("CONVTUTOR_SYNC", "1", 1);
	unsetenv("LINES");
	unsetenv("COLUMNS");
	for (; environment && *environment; environment++)
		putenv((char *)*environment);
	execv(argv[0], argv);
	_exit(127);
}

static void answer_terminal(struct vt *vt)
{
	char bytes[256];
	size_t len = vterm_output_read(vt->term, bytes, sizeof(bytes));
	ssize_t done = len ? write(vt->fd, bytes, len) : 0;

	(void)done;
}

/* Cut the markers out of what the program wrote, count them, and hand the rest to the terminal. */
static void feed(struct vt *vt, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		size_t mark_len = strlen(MARK);

		vt->held[vt->held_len++] = bytes[i];
		if (vt->held_len <= mark_len) {
			if (!strncmp(vt->held, MARK, vt->held_len))
				continue;
		} else if (vt->held_len < sizeof(vt->held)) {
			if (bytes[i] != '\a')
				continue;
			vt->marks++;
			vt->held_len = 0;
			continue;
		}
		vterm_input_write(vt->term, vt->held, vt->held_len);
		vt->held_len = 0;
	}
	answer_terminal(vt);
}

/* One read; false at the end of the program or after the deadline. */
static bool pump(struct vt *vt, double deadline)
{
	struct pollfd fd = {vt->fd, POLLIN, 0};
	char bytes[4096];
	ssize_t got;
	double left = deadline - clock_real();

	if (left <= 0 || poll(&fd, 1, (int)(left * 1000) + 1) <= 0)
		return false;
	got = read(vt->fd, bytes, sizeof(bytes));
	if (got <= 0) { // EIO: the other side is closed
		vt->closed = true;
		return false;
	}
	feed(vt, bytes, (size_t)got);
	return true;
}

static void wait_mark(struct vt *vt, unsigned long wanted)
{
	double deadline = clock_real() + DEADLINE_SECONDS;

	while (vt->marks < wanted && pump(vt, deadline))
		;
	if (vt->marks < wanted && !vt->closed)
		fail_msg("the program did not wait for input within %d s; screen:\n%s", DEADLINE_SECONDS,
		    vt_text(vt));
}

void vt_start(struct vt *vt, int rows, int cols, char *const argv[], const char *const *environment)
{
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};

	memset(vt, 0, sizeof(*vt));
	vt->rows = rows;
	vt->cols = cols;
	vt->term = vterm_new(rows, cols);
	vterm_set_utf8(vt->term, 1);
	vt->screen = vterm_obtain_screen(vt->term);
	vterm_screen_enable_altscreen(vt->screen, 1);
	vterm_screen_reset(vt->screen, 1);
	vt->pid = forkpty(&vt->fd, NULL, NULL, &size);
	if (vt->pid < 0)
		fail_msg("forkpty: %s", strerror(errno));
	if (vt->pid == 0)
		run_child(argv, environment);
	wait_mark(vt, 1);
}

void vt_keys(struct vt *vt, const char *bytes)
{
	unsigned long before = vt->marks;

	if (write(vt->fd, bytes, strlen(bytes)) != (ssize_t)strlen(bytes))
		fail_msg("cannot type");
	wait_mark(vt, before + 1);
}

void vt_expect(struct vt *vt, const char *text)
{
	double deadline = clock_real() + DEADLINE_SECONDS;

	while (!strstr(vt_text(vt), text) && pump(vt, deadline))
		;
	if (!strstr(vt_text(vt), text))
		fail_msg("the screen did not come to show '%s':\n%s", text, vt_text(vt));
}

void vt_resize(struct vt *vt, int rows, int cols)
{
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
	unsigned long before = vt->marks;

	vt->rows = rows;
	vt->cols = cols;
	vterm_set_size(vt->term, rows, cols);
	ioctl(vt->fd, TIOCSWINSZ, &size);
	wait_mark(vt, before + 1);
}

void vt_signal(struct vt *vt, int number)
{
	kill(vt->pid, number);
}

const char *vt_text(struct vt *vt)
{
	size_t used = 0;

	vterm_screen_flush_damage(vt->screen);
	for (int row = 0; row < vt->rows; row++) {
		size_t end = used;

		for (int col = 0; col < vt->cols && used + 8 < sizeof(vt->text); col++) {
			VTermScreenCell cell;

			vterm_screen_get_cell(vt->screen, (VTermPos){row, col}, &cell);
			if (cell.chars[0] == (uint32_t)-1)
				continue; // right half of a wide character
			used += utf8_encode(cell.chars[0] ? cell.chars[0] : ' ', vt->text + used);
			if (cell.chars[0] && cell.chars[0] != ' ')
				end = used;
		}
		used = end;
		vt->text[used++] = '\n';
	}
	vt->text[used] = '\0';
	return vt->text;
}

bool vt_cell_is_coloured(struct vt *vt, int row, int col)
{
	VTermScreenCell cell;

	vterm_screen_get_cell(vt->screen, (VTermPos){row, col}, &cell);
	return !VTERM_COLOR_IS_DEFAULT_FG(&cell.fg) || !VTERM_COLOR_IS_DEFAULT_BG(&cell.bg);
}

void vt_cursor(struct vt *vt, int *ret_row, int *ret_col)
{
	VTermPos position;

	vterm_state_get_cursorpos(vterm_obtain_state(vt->term), &position);
	*ret_row = position.row;
	*ret_col = position.col;
}

int vt_finish(struct vt *vt)
{
	double deadline = clock_real() + DEADLINE_SECONDS;

	if (!vt->pid)
		return vt->status;
	while (pump(vt, deadline))
		;
	if (!vt->closed)
		fail_msg("the program did not end; screen:\n%s", vt_text(vt));
	waitpid(vt->pid, &vt->status, 0);
	vt->pid = 0;
	return vt->status;
}

bool vt_is_cooked(const struct vt *vt)
{
	struct termios mode;

	return tcgetattr(vt->fd, &mode) == 0 && mode.c_lflag & ECHO && mode.c_lflag & ICANON;
}

void vt_release(struct vt *vt)
{
	if (vt->pid) {
		kill(vt->pid, SIGKILL);
		waitpid(vt->pid, NULL, 0);
	}
	if (vt->term)
		vterm_free(vt->term);
	if (vt->fd > 0)
		close(vt->fd);
	memset(vt, 0, sizeof(*vt));
}
