// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "engine/gradcheck.h"

#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "engine/assemble.h"
#include "support/check.h"

#define STEP 1e-5

struct var *gradcheck_input(const char *shape, double low, double high, bool distinct, int seed)
{
	int64_t sizes[TENSOR_MAX_DIMS];
	struct tensor *value, *order;
	struct var *var;
	struct rng rng;
	int ndim = 0;
	char *next;

	for (; *shape && *shape != '-'; shape = next + (*next == ','))
		sizes[ndim++] = strtoll(shape, &next, 10);
	assert_int_equal(tensor_new(DTYPE_F64, ndim, sizes, &value, NULL), 0);
	rng_seed(&rng, (uint64_t)seed + 11);
	assemble_random(value, &rng, FILL_KIND_UNIFORM, low, high);
	if (distinct) {
		int64_t n = (int64_t)tensor_count(value);

		assert_int_equal(assemble_permutation(n, &rng, &order, NULL), 0);
		for (int64_t i = 0; i < n; i++)
			((double *)value->data)[i] =
			    low +
			    (high - low) * ((double)((int64_t *)order->data)[i] + 0.3) / (double)n;
		tensor_free(order);
	}
	var = var_new_take(WORLD_TORCH, value);
	assert_int_equal(var_set_requires_grad(var, true, NULL), 0);
	return var;
}

/* w of the same shape: fixed, different for every element. */
static double weight_of(size_t i)
{
	return 0.5 + (double)(i * 7 % 11) / 10;
}

static struct var *apply(const struct gradcheck *check, struct var *const *in)
{
	struct var *out = NULL;
	struct diag diag;

	if (check->apply(in, &out, &diag) < 0)
		fail_msg("%s: %s", check->name, diag.msg);
	return out;
}

static double loss(const struct gradcheck *check, struct var *const *in)
{
	bool was = autograd_set_enabled(false);
	struct var *out = apply(check, in);
	struct tensor *dense;
	double sum = 0;

	assert_int_equal(tensor_cast(out->value, DTYPE_F64, &dense, NULL), 0);
	for (size_t i = 0; i < tensor_count(dense); i++)
		sum += weight_of(i) * ((double *)dense->data)[i];
	tensor_free(dense);
	var_unref(out);
	autograd_set_enabled(was);
	return sum;
}

static void backward(const struct gradcheck *check, struct var *const *in)
{
	struct var *out = apply(check, in), *weights;
	struct tensor *w;
	struct diag diag;

	if (!out->requires_grad)
		fail_msg("%s: nothing was recorded", check->name);
	assert_int_equal(tensor_new(DTYPE_F64, out->value->ndim, out->value->shape, &w, NULL), 0);
	for (size_t i = 0; i < tensor_count(w); i++)
		((double *)w->data)[i] = weight_of(i);
	weights = var_new_take(WORLD_TORCH, w);
	if (var_backward(out, weights, false, &diag) < 0)
		fail_msg("%s: backward: %s", check->name, diag.msg);
	var_unref(weights);
	var_unref(out);
}

static void compare(const struct gradcheck *check, struct var *const *in, int which)
{
	double *x = in[which]->value->data;
	const double *grad;

	if (!in[which]->grad)
		fail_msg("%s: input %d has no gradient", check->name, which);
	grad = in[which]->grad->value->data;
	for (size_t i = 0; i < tensor_count(in[which]->value); i++) {
		double was = x[i], up, down, expected;

		x[i] = was + STEP;
		up = loss(check, in);
		x[i] = was - STEP;
		down = loss(check, in);
		x[i] = was;
		expected = (up - down) / (2 * STEP);
		if (!(fabs(grad[i] - expected) <= 1e-6 + 1e-5 * fabs(expected)))
			fail_msg(
			    "%s: input %d, element %zu: gradient %.9g, central difference %.9g",
			    check->name, which, i, grad[i], expected);
	}
}

void gradcheck_run(const struct gradcheck *check)
{
	bool unset = check->low == 0 && check->high == 0;
	struct var *in[GRADCHECK_INPUTS] = {NULL};
	size_t nodes = autograd_live_nodes();
	int count = 0;

	for (; count < GRADCHECK_INPUTS && check->shapes[count]; count++)
		in[count] = gradcheck_input(check->shapes[count], unset ? -1 : check->low,
		    unset ? 1 : check->high, check->distinct, count);
	backward(check, in);
	for (int i = 0; i < count; i++)
		compare(check, in, i);
	for (int i = 0; i < count; i++)
		var_unref(in[i]);
	if (autograd_live_nodes() != nodes)
		fail_msg("%s: nodes were left behind", check->name);
}
