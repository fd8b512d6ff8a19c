// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a program at the prompt drew last: a figure, a tensor, or curves that grow. It takes the stage's
 * place until the stage is used again.
 */
#ifndef UI_RESULT_H
#define UI_RESULT_H

#include <stdbool.h>
#include <stddef.h>

#include "notebook/figure.h"
#include "notebook/notebook.h"
#include "ui/canvas.h"
#include "ui/look.h"
#include "ui/plot.h"

enum result_kind { RESULT_KIND_NONE, RESULT_KIND_FIGURE, RESULT_KIND_CURVES };

struct result {
	enum result_kind kind;
	struct figure *figure; // a reference
	char title[64];	       // of curves
	size_t series, count;  // curves: `count` points of each
	char names[PLOT_SERIES_MAX][32];
	double *x, *y[PLOT_SERIES_MAX]; // owned
};

struct nb_sink result_sink(struct result *result); // what it gets fills `result`
void result_clear(struct result *result);
// The rows that it would like to have.
int result_rows(const struct result *result, const struct look *look, int cols);
void result_draw(const struct result *result, const struct look *look, struct canvas *canvas,
    struct rect area);

#endif
