// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What the files of one stage share with each other, and with nobody else.
 */
#ifndef LESSON_STAGE_INTERNAL_H
#define LESSON_STAGE_INTERNAL_H

#include <stdbool.h>

#include "lesson/stage.h"
#include "lesson/stage_learn.h"
#include "lesson/stage_window.h"

/* stage_window.c */
extern const char *const window__focus_names[], *const window__mode_names[],
    *const window__show_names[];
int window__made(const struct stage_window *window);  // cells made so far: the position
int window__cells(const struct stage_window *window); // of the output
void window__set_made(struct stage_window *window, int made);
void window__compute(struct stage_window *window); // the output, after a cell has changed
void window__reshape(struct stage_window *window); // the output's shape too; the walk begins anew
int window__check_fit(const struct stage_matrix *image, const struct stage_matrix *kernel,
    struct diag *diag);
void window__mark_changed(struct stage_window *window, const struct stage_matrix *matrix);
bool window__on_hidden_cell(const struct stage_window *window);

/* stage_window_words.c */
extern const struct stage_command window__commands[];
int window__command(struct stage *stage, const char *word, const char *args, struct strbuf *say,
    struct diag *diag);

/* stage_window_text.c */
void window__describe_position(const struct stage_window *window, struct strbuf *out);
// "Y[0,1] = 1*1 + 0*(-1) = 1"; products in the middle are left out beyond `max_bytes` (0: never).
void window__add_sum(const struct stage_window *window, size_t max_bytes, struct strbuf *out);
void window__describe(const struct stage *stage, struct strbuf *out);
void window__sum(const struct stage *stage, struct strbuf *out);

/* stage_learn.c */
bool learn__advance(struct stage_learn *learn); // one update on; false where there is none
void learn__goto(struct stage_learn *learn, size_t frame); // at most `last`
void learn__change(struct stage_learn *learn); // settings have changed: later frames are void
void learn__restart(struct stage_learn *learn, const double *start); // NULL: from the same weights
void learn__release(struct stage_learn *learn); // what it owns

/* stage_learn_open.c */
extern const char *const learn__recipe_names[];
int learn__load_recipe(struct stage_learn *learn, const char *recipe, struct diag *diag);
int learn__open(const struct block *block, const char *file, struct notebook *nb, struct stage **ret,
    struct diag *diag);

/* stage_learn_words.c */
extern const struct stage_command learn__commands[];
int learn__command(struct stage *stage, const char *word, const char *args, struct strbuf *say,
    struct diag *diag);

/* stage_learn_text.c */
void learn__add_loss(struct strbuf *out, double loss); // four places, as the documents print it
void learn__describe_frame(const struct stage_learn *learn, struct strbuf *out);
void learn__describe(const struct stage *stage, struct strbuf *out);
void learn__sum(const struct stage *stage, struct strbuf *out);

#endif
