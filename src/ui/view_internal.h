// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The views, one for each stage, and what they share.
 */
#ifndef UI_VIEW_INTERNAL_H
#define UI_VIEW_INTERNAL_H

#include "ui/view.h"

extern const struct view_ops view_learn;
extern const struct view_ops view_shapes;
extern const struct view_ops view_training;
extern const struct view_ops view_window;
extern const struct view_ops view_words; // any stage: its description, line by line

#endif
