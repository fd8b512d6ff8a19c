// SPDX-License-Identifier: GPL-3.0-or-later
#include "config.h"

#include "lesson/params.h"

#include <string.h>

#include "base/strbuf.h"
#include "lesson/words.h"
#include "notebook/notebook.h"

int params_at(const struct params *params, const char *key, int code, struct diag *diag)
{
	const struct block_line *line = key ? block_nth(params->block, key, 0) : NULL;

	diag_at(diag, params->file, line ? line->line : params->block->line, 0);
	return code;
}

static int report_choices(const struct params *params, const char *key, const char *const *names,
    struct diag *diag)
{
	struct strbuf list = STRBUF_INIT;

	for (; *names; names++)
		strbuf_addf(&list, "%s%s", list.len ? ", " : "", *names);
	diag_hint(diag, "one of: %s", list.data);
	strbuf_release(&list);
	return params_at(params, key, ERR_FORMAT, diag);
}

int params_number(const struct params *params, const char *key, double *value, struct diag *diag)
{
	const char *text = block_get(params->block, key), *rest = text;
	int code;

	if (!text)
		return 0;
	if (words_take_number(&rest, value) && words_at_end(rest))
		return 0;
	code = notebook_number(params->nb, text, value, diag);
	return code < 0 ? params_at(params, key, code, diag) : 0;
}

int params_int(const struct params *params, const char *key, int low, int high, int *value,
    struct diag *diag)
{
	double number = *value;
	int code = params_number(params, key, &number, diag);

	if (code < 0)
		return code;
	if (!block_get(params->block, key))
		return 0;
	if (!(number >= low && number <= high) || number != (int)number) {
		diag_set(diag, ERR_RANGE, "'%s' must be a whole number from %d to %d", key, low, high);
		return params_at(params, key, ERR_RANGE, diag);
	}
	*value = (int)number;
	return 0;
}

int params_numbers(const struct params *params, const char *key, int max, double *values, int *count,
    struct diag *diag)
{
	const char *rest = block_get(params->block, key);
	int found = 0;

	if (!rest)
		return 0;
	while (found < max && words_take_number(&rest, &values[found]))
		found++;
	if (found == 0 || !words_at_end(rest)) {
		diag_set(diag, ERR_FORMAT, "'%s' must be 1 to %d numbers", key, max);
		return params_at(params, key, ERR_FORMAT, diag);
	}
	*count = found;
	return 0;
}

int params_one_of(const struct params *params, const char *key, const char *const *names, int *value,
    struct diag *diag)
{
	const char *text = block_get(params->block, key), *rest = text;
	int found;

	if (!text)
		return 0;
	found = words_take_one_of(&rest, names);
	if (found < 0 || !words_at_end(rest)) {
		diag_set(diag, ERR_FORMAT, "'%s' cannot be '%s'", key, text);
		return report_choices(params, key, names, diag);
	}
	*value = found;
	return 0;
}

bool params_is_name(const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";

	if (!*text || !strchr(letters, *text))
		return false;
	for (; *text; text++) {
		if (!strchr(letters, *text) && !strchr("0123456789", *text))
			return false;
	}
	return true;
}

int params_matrix(const struct params *params, const char *key, const char *expr, const char *name,
    struct stage_matrix *ret, struct diag *diag)
{
	const char *text = block_get(params->block, key);
	struct tensor *tensor = NULL;
	int code;

	if (!text)
		text = expr;
	code = notebook_tensor(params->nb, text, &tensor, diag);
	if (code == 0)
		code = stage_matrix_from_tensor(ret, params_is_name(text) ? text : name, tensor, diag);
	tensor_free(tensor);
	return code < 0 ? params_at(params, key, code, diag) : 0;
}
