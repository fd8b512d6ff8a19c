// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The stage `learn` in words: where the descent stands, how it came there, where the errors are, and
 * the next update with its numbers put in.
 */
#include "config.h"

#include <math.h>

#include "lesson/stage_internal.h"
#include "lesson/stage_learn.h"

#define LOSSES_TOLD 10

void learn__add_loss(struct strbuf *out, double loss)
{
	strbuf_addf(out, fabs(loss) < 1e6 ? "%.4f" : "%.4g", loss);
}

/* A parameter to four places, the tiny ones (a bias of -5.6e-06) to two digits. */
static void add_param(struct strbuf *out, double value)
{
	if (value == 0)
		value = 0; // never -0
	strbuf_addf(out, value != 0 && (fabs(value) < 5e-5 || fabs(value) >= 1e5) ? "%.1e" : "%.4f",
	    value);
}

void learn__describe_frame(const struct stage_learn *learn, struct strbuf *out)
{
	const struct learn_point *point = &learn->points[learn->now];

	strbuf_addf(out, "After %zu update%s: loss ", learn->now, learn->now == 1 ? "" : "s");
	learn__add_loss(out, point->loss);
	strbuf_add(out, ", weights");
	for (int i = 0; i < stage_learn_weights(learn); i++) {
		strbuf_addch(out, ' ');
		add_param(out, point->weights[i]);
	}
	if (learn->has_bias) {
		strbuf_add(out, ", bias ");
		add_param(out, point->bias);
	}
	strbuf_addch(out, '.');
}

/* -- the sum: the next update -------------------------------------------------------------------- */

static void add_update(const struct stage_learn *learn, const char *name, double value,
    double gradient, struct strbuf *out)
{
	double next = value - learn->lr * (gradient + learn->decay * value);

	strbuf_addf(out, "next %s = ", name);
	add_param(out, value);
	strbuf_addf(out, " - %.4g*(%.4g", learn->lr, gradient);
	if (learn->decay > 0) {
		strbuf_addf(out, " + %.4g*", learn->decay);
		stage_add_factor(out, round(value * 1e4) / 1e4);
	}
	strbuf_add(out, ") = ");
	add_param(out, next);
}

void learn__sum(const struct stage *stage, struct strbuf *out)
{
	const struct stage_learn *learn = (const struct stage_learn *)stage;
	const struct learn_point *point = &learn->points[learn->now];

	add_update(learn, "w0", point->weights[0], learn->gradient.weights[0], out);
	strbuf_addch(out, '\n');
	if (stage_learn_weights(learn) > 1)
		add_update(learn, "w1", point->weights[1], learn->gradient.weights[1], out);
	else if (learn->has_bias)
		add_update(learn, "bias", point->bias, learn->gradient.bias, out);
}

/* -- the whole picture --------------------------------------------------------------------------- */

static void describe_settings(const struct stage_learn *learn, struct strbuf *out)
{
	if (*learn->recipe)
		strbuf_addf(out, "Recipe %s. ", learn->recipe);
	strbuf_addf(out, "A %dx%d kernel%s, learning rate %g", learn->kernel_rows, learn->kernel_cols,
	    learn->has_bias ? " and a bias" : "", learn->lr);
	if (learn->decay > 0)
		strbuf_addf(out, ", weight decay %g", learn->decay);
	strbuf_addf(out, ", %d updates planned. From a learning rate of %.4g on the descent diverges.\n",
	    learn->steps, learn->limit);
}

static void describe_losses(const struct stage_learn *learn, struct strbuf *out)
{
	size_t first = learn->now >= LOSSES_TOLD ? learn->now - LOSSES_TOLD + 1 : 0;

	strbuf_addf(out, "Losses from step %zu to %zu:", first, learn->now);
	for (size_t i = first; i <= learn->now; i++) {
		strbuf_addch(out, ' ');
		learn__add_loss(out, learn->points[i].loss);
	}
	strbuf_addch(out, '\n');
}

static void describe_error(const struct stage_learn *learn, struct strbuf *out)
{
	const struct stage_matrix *error = &learn->error;

	strbuf_addf(out, "Error %s, %d rows by %d columns:\n", error->name, error->rows, error->cols);
	for (int r = 0; r < error->rows; r++) {
		strbuf_addf(out, "row %d:", r);
		for (int c = 0; c < error->cols; c++) {
			double value = round(*stage_matrix_at(error, r, c) * 100.0) / 100;

			strbuf_addf(out, " %.2f", value == 0 ? 0 : value);
		}
		strbuf_addch(out, '\n');
	}
}

static void describe_gradient(const struct stage_learn *learn, struct strbuf *out)
{
	strbuf_add(out, "Gradient:");
	for (int i = 0; i < stage_learn_weights(learn); i++)
		strbuf_addf(out, " %.4g", learn->gradient.weights[i]);
	if (learn->has_bias)
		strbuf_addf(out, ", of the bias %.4g", learn->gradient.bias);
	strbuf_add(out, "\n");
}

void learn__describe(const struct stage *stage, struct strbuf *out)
{
	const struct stage_learn *learn = (const struct stage_learn *)stage;

	describe_settings(learn, out);
	learn__describe_frame(learn, out);
	strbuf_addch(out, '\n');
	describe_losses(learn, out);
	describe_gradient(learn, out);
	describe_error(learn, out);
	if (learn->diverged && learn->now == learn->last)
		strbuf_add(out, "The descent has diverged: the learning rate is too large.\n");
}
