// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Stage `shapes`: the calculator of output sizes, N = floor((W - K_eff + 2P) / S) + 1, height and
 * width apart, under both conventions of padding. Settings that let no window fit are kept and
 * shown with the reason; they are never refused.
 *
 * Lines of a view:
 *	w: 8       or two numbers, height then width: w: 6 8
 *	k: 3   p: 1   s: 2   d: 1      likewise
 *	convention: side | total       p on each side (documents D0, D2) or on both together (D4)
 *	axis: h | w | both             what set, more and less change
 *	focus: w | k | p | s | d
 *
 * Numbers of the state: nh, nw (0: no window fits), rh, rw (columns no window reaches), wh, ww, kh,
 * kw, ph, pw, sh, sw, dh, dw. publish sets the same names.
 */
#ifndef LESSON_STAGE_SHAPES_H
#define LESSON_STAGE_SHAPES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/shape.h"
#include "lesson/stage.h"

#define STAGE_SHAPES_MAX 4096 // of any setting

enum shapes_param {
	SHAPES_PARAM_W,
	SHAPES_PARAM_K,
	SHAPES_PARAM_P,
	SHAPES_PARAM_S,
	SHAPES_PARAM_D,
	SHAPES_PARAM_COUNT
};

enum shapes_axis {
	SHAPES_AXIS_H,
	SHAPES_AXIS_W,
	SHAPES_AXIS_BOTH,
};

struct stage_shapes {
	struct stage stage;
	int64_t value[2][SHAPES_PARAM_COUNT]; // [SHAPES_AXIS_H or _W]
	bool total;			      // P counts both sides together
	enum shapes_param focus;
	enum shapes_axis axis;
};

/* One axis worked out. */
struct shapes_result {
	struct window_axis axis; // with the padding split: an odd total has one more before
	struct window_result window;
	bool possible;
	char reason[160]; // why not
};

struct stage *stage_shapes_new(int64_t size, int64_t kernel, int64_t padding, int64_t stride);
void stage_shapes_result(const struct stage_shapes *shapes, enum shapes_axis axis,
    struct shapes_result *ret);
// The formula with its numbers in one line: "(8 - 3 + 2*1) / 2 + 1 = floor(3.5) + 1 = 4".
void stage_shapes_formula(const struct stage_shapes *shapes, enum shapes_axis axis,
    struct strbuf *out);

extern const struct stage_ops stage_shapes_ops;

#endif
