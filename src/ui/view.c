// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "ui/view.h"

#include <string.h>

#include "base/alloc.h"
#include "ui/view_internal.h"

static const struct view_ops *const views[] = {
    &view_window,
    &view_learn,
    &view_shapes,
    &view_training,
};

const struct view_ops *view_find(const char *stage)
{
	for (size_t i = 0; i < ARRAY_LEN(views); i++) {
		if (strcmp(views[i]->stage, stage) == 0)
			return views[i];
	}
	return &view_words;
}
