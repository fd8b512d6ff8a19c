// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Scripts: a text that presses keys, waits for states, checks what is on the screen and saves it. The
 * same file is a demo to be played and a test. One order a line; # begins a comment.
 *
 *	size 80x24                 of the screen, before anything else
 *	lesson edges:3             open a lesson (at a step); without it the menu is shown
 *	key Right x3               press keys: names as in the key row, C-c, a; several to a line
 *	type TEXT                  type characters
 *	enter TEXT                 type, then Enter
 *	paste FILE                 what is in FILE (beside the script), as if pasted
 *	wait NAME OP NUMBER        until a state is reached: step == 3, epoch >= 2, busy == 0
 *	wait text TEXT             until the screen shows it
 *	expect TEXT                the screen must show it; expect-not TEXT: must not
 *	expect-state NAME OP NUMBER
 *	save-screen FILE           as text, or as a picture where FILE ends in .svg
 *	golden FILE                the screen must equal FILE (beside the script; UPDATE=1 writes it)
 *	resize 120x40
 *	pause SECONDS              of the clock that animations follow
 *	note TEXT                  for the one who plays the demo
 *
 * OP is ==, !=, <, <=, > or >=.
 */
#ifndef UI_SCRIPT_H
#define UI_SCRIPT_H

#include <stddef.h>
#include <stdio.h>

#include "base/error.h"
#include "ui/app.h"
#include "ui/event.h"

enum order_kind {
	ORDER_KIND_SIZE,
	ORDER_KIND_LESSON,
	ORDER_KIND_KEY,
	ORDER_KIND_TYPE,
	ORDER_KIND_ENTER,
	ORDER_KIND_PASTE,
	ORDER_KIND_WAIT,
	ORDER_KIND_EXPECT,
	ORDER_KIND_EXPECT_NOT,
	ORDER_KIND_EXPECT_STATE,
	ORDER_KIND_SAVE_SCREEN,
	ORDER_KIND_GOLDEN,
	ORDER_KIND_RESIZE,
	ORDER_KIND_PAUSE,
	ORDER_KIND_NOTE,
};

struct order {
	enum order_kind kind;
	int line;
	char *text;	// the rest of the line; owned
	uint32_t *keys; // KEY, TYPE, ENTER: what it presses; owned
	size_t key_count;
	int rows, cols; // SIZE, RESIZE
	char name[32], op[3]; // WAIT, EXPECT_STATE; name "" waits for text
	double number;	      // WAIT, EXPECT_STATE, PAUSE
};

struct script {
	char *file;
	size_t count;
	struct order *orders;
	int rows, cols; // of the first size order, else 24x80
	char lesson[64]; // of the first lesson order, "" for the menu
	size_t step;	 // from 0, APP_STEP_RESUME where none is named
};

int script_parse(const char *file, const char *bytes, size_t len, struct script *ret,
    struct diag *diag) WARN_UNUSED;
int script_read(const char *path, struct script *ret, struct diag *diag) WARN_UNUSED;
void script_release(struct script *script);

/*
 * A script as an event source. Under check, time is logical and nothing pauses; otherwise it types at
 * the speed of a hand, and `live` (which may be NULL) is asked for the user's keys: a key goes on at
 * once, q or C-c ends the demo. The first thing that does not hold ends the script.
 */
struct script_player {
	const struct script *script;
	struct app *app;
	const struct event_source *live;
	size_t order, key; // where it is
	double waiting_since;
	bool is_waiting;
	char *pasted; // owned
	struct diag failure; // code 0: all held
};
void script_player_init(struct script_player *player, const struct script *script, struct app *app,
    const struct event_source *live);
void script_player_release(struct script_player *player);
struct event_source script_events(struct script_player *player);

#endif
