// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a program at the prompt drew last: a tensor (show) or curves (plot). It takes the stage's place
 * until the stage is used again. A small tensor is drawn as numbers, a larger one as a picture.
 */
#ifndef UI_RESULT_H
#define UI_RESULT_H

#include <stdbool.h>
#include <stddef.h>

#include "notebook/notebook.h"
#include "ui/canvas.h"
#include "ui/look.h"
#include "ui/plot.h"

enum result_kind { RESULT_KIND_NONE, RESULT_KIND_TENSOR, RESULT_KIND_CURVES };

struct result {
	enum result_kind kind;
	char title[64];
	struct tensor *tensor; // float32, contiguous, [rows][cols]; owned
	size_t series, count;  // curves: `count` points of each
	char names[PLOT_SERIES_MAX][32];
	double *x, *y[PLOT_SERIES_MAX]; // owned
};

struct nb_sink result_sink(struct result *result); // its image and plot fill `result`
void result_clear(struct result *result);
void result_draw(const struct result *result, const struct look *look, struct canvas *canvas,
    struct rect area);

#endif
