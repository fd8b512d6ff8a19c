// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Labelled images as the trainer reads them: bytes, row by row, one plane each. Borrowed: whoever
 * loaded them owns them.
 */
#ifndef ENGINE_IMAGES_H
#define ENGINE_IMAGES_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct images {
	const uint8_t *pixels; // [count][height][width], 0 black .. 255 white; fed as pixel / 255
	const uint8_t *labels; // [count], each below `classes`
	size_t count;
	int height, width;
	int classes;
};

// Images [count][height][width] in 0..1 and their labels; the indices exist.
int images_gather(const struct images *images, const int64_t *indices, size_t count, float *pixels,
    int64_t *labels, struct diag *diag) WARN_UNUSED;

#endif
