// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A real terminal for tests: the program runs on a pseudo terminal, what it writes goes through
 * libvterm, and the test reads cells. Nothing sleeps: with CONVTUTOR_SYNC the program marks in its
 * own output when it is about to wait for input, and the harness waits for the next mark.
 */
#ifndef TESTS_VT_H
#define TESTS_VT_H

#include <stdbool.h>
#include <sys/types.h>

struct vt {
	void *term, *screen; // VTerm, VTermScreen
	int fd, rows, cols;
	pid_t pid;
	unsigned long marks;  // seen so far
	bool closed;
	int status;	      // of waitpid, once closed
	char text[64 * 1024]; // of the last vt_text
	char held[64];	      // bytes of a marker that has not come to its end
	size_t held_len;
};

// Start the program (argv[0] its path) with extra environment "NAME=value"... ended by NULL. Waits for
// its first mark.
void vt_start(struct vt *vt, int rows, int cols, char *const argv[], const char *const *environment);
void vt_keys(struct vt *vt, const char *bytes); // type, then wait until the program waits again
void vt_expect(struct vt *vt, const char *text); // wait until the screen shows it
void vt_resize(struct vt *vt, int rows, int cols);
void vt_signal(struct vt *vt, int number); // sends it, does not wait
const char *vt_text(struct vt *vt);	   // the screen, rows ended by newlines
bool vt_cell_is_coloured(struct vt *vt, int row, int col);
void vt_cursor(struct vt *vt, int *ret_row, int *ret_col);
// Wait for the end of the program; returns the wait status.
int vt_finish(struct vt *vt);
// True when the terminal is in cooked mode again: echo and line editing on.
bool vt_is_cooked(const struct vt *vt);
void vt_release(struct vt *vt); // kills what still runs

#endif
