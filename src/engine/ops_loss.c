// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Losses, summed in double: they are what curves are drawn from.
 */
#include "config.h"

#include <inttypes.h>
#include <math.h>

#include "engine/ops.h"

/*
 * -log softmax(logits)[label] of one image; diff [classes] or NULL receives softmax - one_hot,
 * scaled.
 */
static double row_loss(
    int64_t classes, const float *logits, int64_t label, double scale, float *diff)
{
	double largest = logits[0], sum = 0;

	for (int64_t i = 1; i < classes; i++)
		largest = logits[i] > largest ? logits[i] : largest;
	for (int64_t i = 0; i < classes; i++)
		sum += exp(logits[i] - largest);
	for (int64_t i = 0; diff && i < classes; i++)
		diff[i] = (float)(scale * (exp(logits[i] - largest) / sum - (i == label)));
	return log(sum) - (logits[label] - largest);
}

double softmax_cross_entropy(int64_t batch, int64_t classes, const float *logits,
    const int64_t *labels, float *diff_logits)
{
	double sum = 0;

	for (int64_t n = 0; n < batch; n++) {
		if (labels[n] < 0 || labels[n] >= classes)
			BUG("label %" PRId64 " of %" PRId64 " classes", labels[n], classes);
		sum += row_loss(classes, logits + n * classes, labels[n], 1.0 / (double)batch,
		    diff_logits ? diff_logits + n * classes : NULL);
	}
	return sum / (double)batch;
}

double squared_error(int64_t n, const float *a, const float *b, float *diff_a)
{
	double sum = 0;

	for (int64_t i = 0; i < n; i++) {
		double difference = (double)a[i] - b[i];

		sum += difference * difference;
		if (diff_a)
			diff_a[i] = (float)(2 * difference);
	}
	return sum;
}
