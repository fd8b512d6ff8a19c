// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Judging answers. What is compared are values: the learner's, read by answer.c, against those that
 * the question's expressions have in the notebook. Right is asked first, then the refusals in order.
 */
#include "config.h"

#include "lesson/question.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "engine/tensor.h"
#include "lesson/answer.h"
#include "lesson/fill.h"
#include "notebook/notebook.h"

#define TYPED_DIGITS 9

/* A learner's answer or the value of an expression, according to the question's kind. */
struct value {
	struct answer_values list; // number: one value; choice: its number from 1
	const char *text;	   // kind text only
};

static const char *const forms[] = {
	[QUESTION_KIND_NUMBER] = "That is not a number. Type one like 3, -1, 0.5 or 1/2.",
	[QUESTION_KIND_SHAPE] = "That is not a shape. Type whole numbers like 6x7 or 6 7.",
	[QUESTION_KIND_CHOICE] = "That is none of the choices. Type the number of one.",
	[QUESTION_KIND_MATRIX] = "That is not a matrix. Type its rows like 1 2; 3 4.",
	[QUESTION_KIND_TEXT] = "Type a word or two.",
};

/* The form that the learner's text must have; false: it has not. */
static bool read_answer(const struct question *q, const char *text, struct value *ret)
{
	size_t choice;

	switch (q->kind) {
	case QUESTION_KIND_NUMBER:
		ret->list = (struct answer_values){.rows = 1, .cols = 1, .count = 1};
		return answer_number(text, &ret->list.values[0]);
	case QUESTION_KIND_SHAPE:
		return answer_shape(text, &ret->list);
	case QUESTION_KIND_CHOICE:
		if (!answer_choice(text, q->choices, q->choice_count, &choice))
			return false;
		ret->list = (struct answer_values){.rows = 1, .cols = 1, .count = 1};
		ret->list.values[0] = (double)choice + 1;
		return true;
	case QUESTION_KIND_MATRIX:
		return answer_matrix(text, &ret->list);
	case QUESTION_KIND_TEXT:
		ret->text = text;
		return !answer_same_text(text, "");
	}
	return false;
}

static int from_tensor(const struct tensor *tensor, const char *expr, struct answer_values *ret,
    struct diag *diag)
{
	size_t count = tensor_count(tensor);
	int64_t index[TENSOR_MAX_DIMS] = {0};

	if (count == 0 || count > ANSWER_VALUES_MAX)
		return diag_set(diag, ERR_RANGE, "'%.100s' has %zu values, where 1 to %d are possible",
		    expr, count, ANSWER_VALUES_MAX);
	ret->count = count;
	ret->rows = tensor->ndim == 2 ? (size_t)tensor->shape[0] : 1;
	ret->cols = count / ret->rows;
	for (size_t i = 0; i < count; i++) {
		ret->values[i] = tensor_at(tensor, index);
		for (int d = tensor->ndim - 1; d >= 0 && ++index[d] == tensor->shape[d]; d--)
			index[d] = 0;
	}
	return 0;
}

static int evaluate_list(const char *expr, struct notebook *nb, struct answer_values *ret,
    struct diag *diag)
{
	struct tensor *tensor = NULL;
	int r = notebook_tensor(nb, expr, &tensor, diag);

	if (r == 0)
		r = from_tensor(tensor, expr, ret, diag);
	tensor_free(tensor);
	return r;
}

/* An expression of the lesson; plain numbers need no notebook. */
static int evaluate(const struct question *q, struct notebook *nb, const char *expr,
    struct value *ret, struct diag *diag)
{
	if (read_answer(q, expr, ret))
		return 0;
	if (q->kind == QUESTION_KIND_NUMBER)
		return notebook_number(nb, expr, &ret->list.values[0], diag);
	if (q->kind == QUESTION_KIND_SHAPE || q->kind == QUESTION_KIND_MATRIX)
		return evaluate_list(expr, nb, &ret->list, diag);
	return diag_set(diag, ERR_FORMAT, "'%.100s' is no answer of kind %s", expr,
	    question_kind_name(q->kind));
}

/* Half a unit of the last digit, and room for the rounding of that bound itself. */
static bool is_close(const struct question *q, double a, double b)
{
	double bound = q->kind == QUESTION_KIND_NUMBER || q->kind == QUESTION_KIND_MATRIX
	    ? q->tolerance : 0.5e-9;

	return fabs(a - b) <= bound + 1e-9 * fmax(fabs(b), 1);
}

static bool same_value(const struct question *q, const struct value *got,
    const struct value *expected)
{
	if (q->kind == QUESTION_KIND_TEXT)
		return answer_same_text(got->text, expected->text);
	if (got->list.count != expected->list.count ||
	    (got->list.rows > 1 && got->list.rows != expected->list.rows))
		return false;
	for (size_t i = 0; i < got->list.count; i++)
		if (!is_close(q, got->list.values[i], expected->list.values[i]))
			return false;
	return true;
}

static bool accepted_text(const struct question *q, const struct value *got)
{
	for (size_t i = 0; q->kind == QUESTION_KIND_TEXT && i < q->accept_count; i++)
		if (answer_same_text(got->text, q->accepts[i]))
			return true;
	return false;
}

static int judge_wrong(const struct question *q, struct notebook *nb, const struct value *got,
    struct verdict *ret, struct diag *diag)
{
	for (size_t i = 0; i < q->refusal_count; i++) {
		struct value refused = {.text = NULL};
		int r = evaluate(q, nb, q->refusals[i].value, &refused, diag);

		if (r < 0)
			return r;
		if (same_value(q, got, &refused)) {
			ret->misconception = q->refusals[i].misconception;
			return question_fill(q->refusals[i].say, nb, &ret->say, diag);
		}
	}
	strbuf_add(&ret->say, "Not that. Look again, or ask for a hint.");
	return 0;
}

/* A matrix of the wrong size cannot be judged number by number: say the size that is asked for. */
static bool is_misshapen(const struct question *q, const struct value *got,
    const struct value *expected, struct verdict *ret)
{
	if (q->kind != QUESTION_KIND_MATRIX || got->list.count == expected->list.count)
		return false;
	ret->understood = false;
	strbuf_addf(&ret->say, "That has %zu number%s; %zu row%s of %zu are asked for.",
	    got->list.count, got->list.count == 1 ? "" : "s", expected->list.rows,
	    expected->list.rows == 1 ? "" : "s", expected->list.cols);
	return true;
}

static int judge(const struct question *q, struct notebook *nb, const struct value *got,
    struct verdict *ret, struct diag *diag)
{
	struct value expected = {.text = NULL};
	int r = evaluate(q, nb, q->answer, &expected, diag);

	if (r < 0)
		return r;
	ret->right = same_value(q, got, &expected) || accepted_text(q, got);
	if (ret->right)
		return question_fill(q->right ? q->right : "Right.", nb, &ret->say, diag);
	if (is_misshapen(q, got, &expected, ret))
		return 0;
	return judge_wrong(q, nb, got, ret, diag);
}

int question_check(const struct question *question, struct notebook *nb, const char *answer,
    struct verdict *ret, struct diag *diag)
{
	struct value got = {.text = NULL};

	ret->right = false;
	ret->misconception = NULL;
	strbuf_clear(&ret->say);
	ret->understood = read_answer(question, answer, &got);
	if (ret->understood)
		return judge(question, nb, &got, ret, diag);
	strbuf_add(&ret->say, forms[question->kind]);
	return 0;
}

/* A number with as many places as it needs, at most `digits`. */
static void add_number(struct strbuf *out, double value, int digits)
{
	size_t start = out->len;

	strbuf_addf(out, "%.*f", digits, value);
	if (memchr(out->data + start, '.', out->len - start)) {
		while (out->data[out->len - 1] == '0')
			strbuf_truncate(out, out->len - 1);
		if (out->data[out->len - 1] == '.')
			strbuf_truncate(out, out->len - 1);
	}
	if (!strcmp(out->data + start, "-0")) {
		strbuf_truncate(out, start);
		strbuf_addch(out, '0');
	}
}

static void add_list(const struct question *q, const struct answer_values *list, int digits,
    struct strbuf *out)
{
	for (size_t i = 0; i < list->count; i++) {
		if (i && q->kind == QUESTION_KIND_SHAPE)
			strbuf_addch(out, 'x');
		else if (i)
			strbuf_add(out, i % list->cols == 0 ? "; " : " ");
		add_number(out, list->values[i], digits);
	}
}

static int type(const struct question *q, struct notebook *nb, const char *expr, int digits,
    struct strbuf *out, struct diag *diag)
{
	struct value value = {.text = NULL};
	int r = evaluate(q, nb, expr, &value, diag);

	if (r < 0)
		return r;
	if (q->kind == QUESTION_KIND_TEXT)
		strbuf_add(out, value.text);
	else
		add_list(q, &value.list, digits, out);
	return 0;
}

int question_type(const struct question *question, struct notebook *nb, const char *expr,
    struct strbuf *out, struct diag *diag)
{
	return type(question, nb, expr, TYPED_DIGITS, out, diag);
}

int question_solution(const struct question *question, struct notebook *nb, struct strbuf *out,
    struct diag *diag)
{
	return type(question, nb, question->answer, question->digits, out, diag);
}

int question_ask(const struct question *question, struct notebook *nb, struct strbuf *out,
    struct diag *diag)
{
	int r = question_fill(question->ask, nb, out, diag);

	for (size_t i = 0; r == 0 && i < question->choice_count; i++) {
		strbuf_addf(out, "\n%zu) ", i + 1);
		r = question_fill(question->choices[i], nb, out, diag);
	}
	return r;
}

int question_fill(const char *text, struct notebook *nb, struct strbuf *out, struct diag *diag)
{
	return fill_string(text, nb, out, diag);
}
