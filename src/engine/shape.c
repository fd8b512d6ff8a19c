// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The geometry of sliding windows along one axis.
 */
#include "config.h"

#include "engine/shape.h"

#include <inttypes.h>
#include <stdio.h>

// Parameters beyond this are mistakes; below it no sum or product of two overflows.
#define SIZE_LIMIT INT32_MAX

static int check_range(const char *what, int64_t value, int64_t least, struct diag *diag)
{
	if (value >= least && value <= SIZE_LIMIT)
		return 0;
	diag_set(diag, ERR_SHAPE, "%s is %" PRId64, what, value);
	if (value < least)
		diag_hint(diag, "it must be at least %" PRId64, least);
	else
		diag_hint(diag, "it must be at most %d", SIZE_LIMIT);
	return ERR_SHAPE;
}

static int check_axis(const struct window_axis *axis, struct diag *diag)
{
	int err;

	if ((err = check_range("the input size", axis->size, 0, diag)) < 0 ||
	    (err = check_range("the kernel size", axis->kernel, 1, diag)) < 0 ||
	    (err = check_range("the stride", axis->stride, 1, diag)) < 0 ||
	    (err = check_range("the padding", axis->before, 0, diag)) < 0 ||
	    (err = check_range("the padding", axis->after, 0, diag)) < 0)
		return err;
	return check_range("the dilation", axis->dilation, 1, diag);
}

/* "a kernel of 5 does not fit into 4 (input 2 + padding 1 + 1)" */
static int report_no_fit(const struct window_axis *axis, int64_t extent, struct diag *diag)
{
	int64_t padded = axis->size + axis->before + axis->after;
	char kernel[96], sum[96] = "";

	if (axis->dilation > 1)
		snprintf(kernel, sizeof(kernel),
		    "a kernel of %" PRId64 " with dilation %" PRId64 " covers %" PRId64 " and",
		    axis->kernel, axis->dilation, extent);
	else
		snprintf(kernel, sizeof(kernel), "a kernel of %" PRId64, axis->kernel);
	if (axis->before || axis->after)
		snprintf(sum, sizeof(sum),
		    " (input %" PRId64 " + padding %" PRId64 " + %" PRId64 ")", axis->size,
		    axis->before, axis->after);
	diag_set(diag, ERR_SHAPE, "%s does not fit into %" PRId64 "%s", kernel, padded, sum);
	diag_hint(diag, "make the kernel smaller%s, or pad by %" PRId64 " more in all",
	    axis->dilation > 1 ? " or less dilated" : "", extent - padded);
	return ERR_SHAPE;
}

int window_compute(const struct window_axis *axis, struct window_result *ret, struct diag *diag)
{
	struct window_result result;
	int err = check_axis(axis, diag);

	if (err < 0)
		return err;
	result.kernel_extent = axis->dilation * (axis->kernel - 1) + 1;
	result.span = axis->size - result.kernel_extent + axis->before + axis->after;
	if (result.span < 0)
		return report_no_fit(axis, result.kernel_extent, diag);
	result.count = result.span / axis->stride + 1;
	result.remainder = result.span % axis->stride;
	*ret = result;
	return 0;
}
