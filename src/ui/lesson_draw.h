// SPDX-License-Identifier: GPL-3.0-or-later
/* Drawing of the lesson screen. */
#ifndef UI_LESSON_DRAW_H
#define UI_LESSON_DRAW_H

struct app;

void lesson_draw(struct app *app);

#endif
