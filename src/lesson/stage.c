// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "lesson/stage.h"

#include <string.h>

#include "base/alloc.h"
#include "lesson/stage_learn.h"
#include "lesson/stage_shapes.h"
#include "lesson/stage_training.h"
#include "lesson/stage_window.h"

static const struct stage_ops *const stages[] = {
    &stage_window_ops,
    &stage_learn_ops,
    &stage_shapes_ops,
    &stage_training_ops,
};

const struct stage_ops *stage_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(stages); i++) {
		if (strcmp(stages[i]->name, name) == 0)
			return stages[i];
	}
	return NULL;
}
