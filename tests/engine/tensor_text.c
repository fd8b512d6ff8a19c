// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "engine/tensor_text.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"

static const char *const dtypes[] = {
    [DTYPE_F32] = "f32", [DTYPE_F64] = "f64", [DTYPE_I64] = "i64", [DTYPE_BOOL] = "bool"};

static int dtype_of(const char *name)
{
	for (int i = 0; i < 4; i++) {
		if (strcmp(dtypes[i], name) == 0)
			return i;
	}
	fail_msg("no dtype is called '%s'", name);
	return 0;
}

struct tensor *tensor_parse(const char *text)
{
	char name[8], sizes[64];
	int64_t shape[TENSOR_MAX_DIMS], index[TENSOR_MAX_DIMS] = {0};
	struct tensor *tensor;
	int ndim = 0, used, dtype;
	char *at = sizes, *next;

	if (sscanf(text, " %7s %63s%n", name, sizes, &used) != 2)
		fail_msg("not a tensor: '%s'", text);
	text += used;
	dtype = dtype_of(name);
	while (*at && *at != '-') {
		shape[ndim++] = strtoll(at, &next, 10);
		at = next + (*next == ',');
	}
	assert_int_equal(tensor_new(dtype, ndim, shape, &tensor, NULL), 0);
	for (size_t i = 0; i < tensor_count(tensor); i++) {
		if (dtype == DTYPE_I64)
			tensor_set_int_at(tensor, index, strtoll(text, &next, 10));
		else
			tensor_set_at(tensor, index, strtod(text, &next));
		if (next == text)
			fail_msg("too few numbers in a tensor of %zu", tensor_count(tensor));
		text = next;
		for (int d = ndim - 1; d >= 0 && ++index[d] == shape[d]; d--)
			index[d] = 0;
	}
	return tensor;
}

void check_tensor(const char *what, const struct tensor *got, const struct tensor *expected,
    double rtol, double atol)
{
	int64_t index[TENSOR_MAX_DIMS] = {0};
	char a[TENSOR_SHAPE_TEXT], b[TENSOR_SHAPE_TEXT];

	if (got->dtype != expected->dtype || !tensor_same_shape(got, expected))
		fail_msg("%s: got %s %s, expected %s %s", what, dtypes[got->dtype],
		    tensor_shape_text(got->ndim, got->shape, a), dtypes[expected->dtype],
		    tensor_shape_text(expected->ndim, expected->shape, b));
	for (size_t i = 0; i < tensor_count(got); i++) {
		double x = tensor_at(got, index), y = tensor_at(expected, index);
		bool same = isnan(y) ? isnan(x) : x == y || fabs(x - y) <= atol + rtol * fabs(y);

		if (!same)
			fail_msg("%s: element %zu is %.9g, expected %.9g", what, i, x, y);
		for (int d = got->ndim - 1; d >= 0 && ++index[d] == got->shape[d]; d--)
			index[d] = 0;
	}
}
