// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "support/fake_notebook.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "support/check.h"

#define VARIABLES_MAX 32

struct variable {
	char name[32];
	double number;
	struct tensor *tensor; // NULL: a number
};

struct notebook {
	struct nb_sink sink;
	size_t count;
	struct variable variables[VARIABLES_MAX];
};

struct notebook *fake_notebook_new(void)
{
	return xzalloc(1, sizeof(struct notebook));
}

void fake_notebook_free(struct notebook *nb)
{
	for (size_t i = 0; i < nb->count; i++)
		tensor_free(nb->variables[i].tensor);
	mem_free(nb);
}

static const struct variable *find(const struct notebook *nb, const char *name)
{
	for (size_t i = 0; i < nb->count; i++) {
		if (strcmp(nb->variables[i].name, name) == 0)
			return &nb->variables[i];
	}
	return NULL;
}

static struct variable *make(struct notebook *nb, const char *name)
{
	struct variable *variable = (struct variable *)find(nb, name);

	if (!variable) {
		assert_true(nb->count < VARIABLES_MAX);
		variable = &nb->variables[nb->count++];
		snprintf(variable->name, sizeof(variable->name), "%s", name);
	}
	tensor_free(variable->tensor);
	variable->tensor = NULL;
	return variable;
}

void fake_notebook_matrix(struct notebook *nb, const char *name, int rows, int cols,
    const float *values)
{
	const int64_t shape[2] = {rows, cols};

	assert_int_equal(
	    tensor_from_floats(2, shape, values, &make(nb, name)->tensor, NULL), 0);
}

double fake_notebook_value(const struct notebook *nb, const char *name)
{
	const struct variable *variable = find(nb, name);

	if (!variable || variable->tensor)
		fail_msg("no number '%s' was set", name);
	return variable->number;
}

const struct tensor *fake_notebook_tensor(const struct notebook *nb, const char *name)
{
	const struct variable *variable = find(nb, name);

	if (!variable || !variable->tensor)
		fail_msg("no tensor '%s' was set", name);
	return variable->tensor;
}

int notebook_number(struct notebook *nb, const char *expr, double *ret, struct diag *diag)
{
	const struct variable *variable = find(nb, expr);

	if (!variable || variable->tensor)
		return diag_set(diag, ERR_NOT_FOUND, "name '%s' is not defined", expr);
	*ret = variable->number;
	return 0;
}

int notebook_tensor(struct notebook *nb, const char *expr, struct tensor **ret, struct diag *diag)
{
	const struct variable *variable = find(nb, expr);

	if (!variable || !variable->tensor)
		return diag_set(diag, ERR_NOT_FOUND, "name '%s' is not defined", expr);
	*ret = tensor_share(variable->tensor);
	return 0;
}

int notebook_set_tensor(struct notebook *nb, const char *name, const struct tensor *tensor,
    struct diag *diag)
{
	struct tensor *copy = NULL;
	int code = tensor_copy(tensor, &copy, diag);

	if (code == 0)
		make(nb, name)->tensor = copy;
	return code;
}

int notebook_set_number(struct notebook *nb, const char *name, double value, struct diag *diag)
{
	(void)diag;
	make(nb, name)->number = value;
	return 0;
}

int notebook_new(const struct nb_sink *sink, const struct nb_limits *limits, struct notebook **ret,
    struct diag *diag)
{
	(void)limits;
	(void)diag;
	*ret = fake_notebook_new();
	(*ret)->sink = *sink;
	return 0;
}

void notebook_free(struct notebook *nb)
{
	if (nb)
		fake_notebook_free(nb);
}

void notebook_reset(struct notebook *nb)
{
	for (size_t i = 0; i < nb->count; i++)
		tensor_free(nb->variables[i].tensor);
	nb->count = 0;
}

/* Lines "name = number" and "print(name)", no others. */
int notebook_run(struct notebook *nb, const char *name, const char *source, bool echo,
    struct strbuf *traceback, struct diag *diag)
{
	char variable[32], text[32];
	double value;

	(void)echo;
	(void)traceback;
	for (; *source; source += strcspn(source, "\n"), source += *source == '\n') {
		if (sscanf(source, "%31[a-z] = %lf", variable, &value) == 2) {
			make(nb, variable)->number = value;
		} else if (sscanf(source, "print(%31[a-z])", variable) == 1 && find(nb, variable)) {
			snprintf(text, sizeof(text), "%g\n", find(nb, variable)->number);
			nb->sink.text(nb->sink.self, text, strlen(text));
		} else {
			diag_set(diag, ERR_FORMAT, "cannot run '%.20s'", source);
			return diag_at(diag, name, 1, 1), ERR_FORMAT;
		}
	}
	return 0;
}

int notebook_format(struct notebook *nb, const char *expr, const char *spec, struct strbuf *out,
    struct diag *diag)
{
	double value = 0;
	int code = notebook_number(nb, expr, &value, diag);

	if (code == 0)
		strbuf_addf(out, spec ? "%.4f" : "%g", value);
	return code;
}

int notebook_help(struct notebook *nb, const char *name, struct strbuf *out, struct diag *diag)
{
	(void)nb;
	if (strcmp(name, "corr2d") != 0)
		return diag_set(diag, ERR_NOT_FOUND, "no help for '%s'", name);
	strbuf_add(out, "corr2d(X, K)");
	return 0;
}

void notebook_set_seconds(struct notebook *nb, double seconds)
{
	(void)nb;
	(void)seconds;
}

void notebook_set_sink(struct notebook *nb, const struct nb_sink *sink)
{
	(void)nb;
	(void)sink;
}
