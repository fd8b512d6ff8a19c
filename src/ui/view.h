// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Views draw stages. For each kind of stage there is one view: a function that draws its model into
 * an area of the canvas, and a table that turns keys into the stage's words. A view has no state of
 * its own: cursor and focus belong to the stage, so that every frame can be reproduced by words.
 */
#ifndef UI_VIEW_H
#define UI_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "lesson/stage.h"
#include "ui/canvas.h"
#include "ui/look.h"

/* A key of the stage, in the order in which the key row shows them. */
struct view_key {
	uint32_t key;
	const char *command; // the stage's word with arguments
	const char *label;   // in the key row: "step", "play"; NULL: works but is not shown
	// When `ask` is set, the answer line first asks for a value with that prompt ("K[0,1] = "), and
	// `command` gets it as its last argument.
	const char *ask;
};

struct view_ops {
	const char *stage; // the name of the stage that it draws
	void (*draw)(const struct stage *stage, const struct look *look, struct canvas *canvas,
	    struct rect area);
	// The keys that do something in the present state; ends with key 0. `ask` prompts may be
	// written into `buffer` (256 bytes).
	const struct view_key *(*keys)(const struct stage *stage, char *buffer);
};

const struct view_ops *view_find(const char *stage); // never NULL: unknown stages draw their words

#endif
