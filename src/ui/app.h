// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The full-screen program: the menu of lessons, a lesson, help. It handles events and draws itself
 * into a canvas; it knows neither the terminal nor where events come from, so that scripts and tests
 * drive exactly what users see.
 */
#ifndef UI_APP_H
#define UI_APP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "lesson/lesson.h"
#include "lesson/progress.h"
#include "lesson/session.h"
#include "ui/canvas.h"
#include "ui/event.h"
#include "ui/look.h"

struct notebook;

struct app_options {
	const struct shelf *shelf; // borrowed
	struct progress *progress; // borrowed
	struct look look;
	int rows, cols;
	// Called around what may run long (programs of a lesson or the prompt), with the notebook that is
	// to be interrupted by Ctrl-C, then with NULL. May be NULL.
	void (*work)(struct notebook *notebook);
	const char *notice; // a line for the menu: what went wrong on the way here; NULL: nothing
};

#define APP_STEP_RESUME ((size_t)-1)

struct app;

struct app *app_new(const struct app_options *options);
void app_free(struct app *app); // NULL is a no-op
// Open a lesson (borrowed) at a step, from 0, or where the learner left it.
int app_open_lesson(struct app *app, const struct lesson *lesson, size_t step,
    struct diag *diag) WARN_UNUSED;

void app_handle(struct app *app, const struct event *event);
// Draw what is to be seen now; the canvas belongs to the app and lives until the next call.
struct canvas *app_draw(struct app *app);
double app_timeout(const struct app *app); // seconds until time must be told; negative: never
bool app_is_over(const struct app *app);
const struct session *app_session(const struct app *app); // NULL in the menu
// A number of the state by name: "step", "steps", "question", "answered", "menu", "done", or one of
// the stage's.
bool app_state(const struct app *app, const char *name, double *ret);
bool app_is_busy(const struct app *app); // an animation or training is under way

// Completion for the line editor (lineedit_complete_fn); `self` is the app.
void app_complete(void *self, const char *text, size_t *ret_start, void (*add)(void *to, const char *word),
    void *to);

// The loop: draw, present (may be NULL), wait, handle, until it is over or the source ends.
void app_run(struct app *app, const struct event_source *source,
    void (*present)(const struct canvas *canvas));

#endif
