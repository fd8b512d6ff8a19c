// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What the tests of all views share: saying words to a stage, drawing it at the sizes that matter,
 * and the properties that hold for any view at any size.
 */
#ifndef TESTS_VIEW_CHECK_H
#define TESTS_VIEW_CHECK_H

#include "lesson/stage.h"
#include "ui/view.h"

// "goto 1 2": the word must be accepted.
void view_say(struct stage *stage, const char *line);
// Compare with tests/golden/ui/NAME-COLSxROWS.txt: text and styles.
void view_check_golden(const struct stage *stage, const struct look *look, int rows, int cols,
    const char *name);
// At many sizes and places: nothing outside the area changes, drawing twice changes nothing, no wide
// character is split, and with ASCII glyphs nothing but ASCII is drawn.
void view_check_properties(const struct stage *stage);
// Every key of the view stands for a word of the stage, and none is one of the lesson's.
void view_check_keys(const struct stage *stage);

#endif
