// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The geometry of sliding windows, one axis at a time: what the lesson `shapes` teaches and what
 * every operator computes its output size with.
 *
 *	N = floor((W - K_eff + P_before + P_after) / S) + 1     K_eff = D * (K - 1) + 1
 *
 * (documents D0 and D2 write it N = (W - K + 2P) / S + 1 with P on each side and dilation 1).
 */
#ifndef ENGINE_SHAPE_H
#define ENGINE_SHAPE_H

#include <stdint.h>

#include "base/error.h"

/* One axis of a window operator, all in elements. */
struct window_axis {
	int64_t size;		 // W: the input
	int64_t kernel;		 // K
	int64_t stride;		 // S >= 1
	int64_t before, after;	 // padding on either side, >= 0
	int64_t dilation;	 // D >= 1
};

struct window_result {
	int64_t kernel_extent; // K_eff
	int64_t span;	       // W - K_eff + P_before + P_after: how far the window may travel
	int64_t count;	       // N: windows that fit
	int64_t remainder;     // span % S: padded columns at the end that no window reaches
};

// ERR_SHAPE where not one window fits or a parameter is out of its range.
int window_compute(const struct window_axis *axis, struct window_result *ret,
    struct diag *diag) WARN_UNUSED;

#endif
