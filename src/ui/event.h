// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Events: keys, pasted text, resizes, the passing of time, the end. They come from the terminal or from a script;
 * nothing above an event source can tell which.
 */
#ifndef UI_EVENT_H
#define UI_EVENT_H

#include <stdint.h>

enum event_kind {
	EVENT_KIND_TICK, // nothing happened within the time given
	EVENT_KIND_KEY,
	EVENT_KIND_PASTE, // a text at once, its lines ended by \n
	EVENT_KIND_RESIZE,
	EVENT_KIND_END, // hang-up, end of the script
};

/* Keys: a Unicode character, or one of these, above all of them. */
enum key {
	KEY_NONE = 0,
	KEY_TABULATOR = '\t',
	KEY_ENTER_RETURN = '\r',
	KEY_ESCAPE = 0x1b,
	KEY_ERASE = 0x7f,
	KEY_ARROW_UP = 0x110000,
	KEY_ARROW_DOWN,
	KEY_ARROW_LEFT,
	KEY_ARROW_RIGHT,
	KEY_FIRST, // Home
	KEY_LAST,  // End
	KEY_PAGE_UP,
	KEY_PAGE_DOWN,
	KEY_DELETE,
	KEY_INSERT,
	KEY_BACK_TAB,
};
#define KEY_CTRL(letter) ((letter) & 0x1f)

struct event {
	enum event_kind kind;
	uint32_t key;	// EVENT_KIND_KEY
	int rows, cols; // EVENT_KIND_RESIZE
	const char *text; // EVENT_KIND_PASTE: lives until the next event is asked for
};

/* Where events come from. `next` waits at most `timeout` seconds (negative: for ever). */
struct event_source {
	void *self;
	void (*next)(void *self, double timeout, struct event *ret);
};

// "Right", "Enter", "Tab", "C-c", "a": the names in demo scripts and help. 0: no such key.
uint32_t event_key_parse(const char *name);
// The same name back, into at most 16 bytes.
const char *event_key_name(uint32_t key, char *buffer);

#endif
