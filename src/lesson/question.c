// SPDX-License-Identifier: GPL-3.0-or-later
/* Reading questions from their blocks. Judging answers: question_check.c. */
#include "config.h"

#include "lesson/question.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "lesson/answer.h"
#include "lesson/fill.h"
#include "lesson/lesson_internal.h"

#define CHOICES_MAX 9
#define DIGITS_DEFAULT 4
#define DIGITS_MAX 9

static const char *const kind_names[] = {
	[QUESTION_KIND_NUMBER] = "number",
	[QUESTION_KIND_SHAPE] = "shape",
	[QUESTION_KIND_CHOICE] = "choice",
	[QUESTION_KIND_MATRIX] = "matrix",
	[QUESTION_KIND_TEXT] = "text",
};

static const struct block_key keys[] = {
	{"id", BLOCK_KEY_REQUIRED}, {"kind", BLOCK_KEY_REQUIRED}, {"ask", BLOCK_KEY_REQUIRED},
	{"answer", BLOCK_KEY_REQUIRED}, {"right", 0}, {"cell", 0}, {"digits", 0},
	{"choice", BLOCK_KEY_REPEATS}, {"accept", BLOCK_KEY_REPEATS}, {"refuse", BLOCK_KEY_REPEATS},
	{"hint", BLOCK_KEY_REPEATS}, {NULL, 0},
};

const char *question_kind_name(enum question_kind kind)
{
	return kind_names[kind];
}

static char *copy_of(const struct block *block, const char *key)
{
	const char *value = block_get(block, key);

	return value ? xstrdup(value) : NULL;
}

/* Every value of a key that repeats. */
static char **all_of(const struct block *block, const char *key, size_t *ret_count)
{
	const struct block_line *line;
	char **values = NULL;
	size_t n = 0;

	while ((line = block_nth(block, key, n))) {
		values = xrealloc(values, n + 1, sizeof(*values));
		values[n++] = xstrdup(line->value);
	}
	*ret_count = n;
	return values;
}

static int wrong(const struct block *block, const char *key, struct diag *diag)
{
	const struct block_line *line = key ? block_nth(block, key, 0) : NULL;

	diag_at(diag, NULL, line ? line->line : block->line, 0);
	return ERR_FORMAT;
}

static int read_kind(const struct block *block, struct question *q, struct diag *diag)
{
	const char *name = block_get(block, "kind");

	for (size_t i = 0; i < ARRAY_LEN(kind_names); i++)
		if (!strcmp(kind_names[i], name)) {
			q->kind = (enum question_kind)i;
			return 0;
		}
	diag_set(diag, ERR_FORMAT, "unknown kind of question '%.40s'", name);
	diag_hint(diag, "number, shape, choice, matrix or text");
	return wrong(block, "kind", diag);
}

static int read_digits(const struct block *block, struct question *q, struct diag *diag)
{
	const char *digits = block_get(block, "digits");
	long value = DIGITS_DEFAULT;

	if (digits && lesson__read_int(digits, 0, DIGITS_MAX, &value) < 0) {
		diag_set(diag, ERR_FORMAT, "digits is not a whole number from 0 to %d", DIGITS_MAX);
		return wrong(block, "digits", diag);
	}
	q->digits = (int)value;
	q->tolerance = 0.5 * pow(10, -(double)value);
	return 0;
}

static int read_cell(const struct block *block, struct question *q, struct diag *diag)
{
	struct answer_values at;

	q->cell = copy_of(block, "cell");
	if (!q->cell || (answer_shape(q->cell, &at) && at.count == 2))
		return 0;
	diag_set(diag, ERR_FORMAT, "cell is not a row and a column");
	diag_hint(diag, "cell: 0 1");
	return wrong(block, "cell", diag);
}

static int read_choices(const struct block *block, struct question *q, struct diag *diag)
{
	long answer;

	q->choices = all_of(block, "choice", &q->choice_count);
	if (q->kind != QUESTION_KIND_CHOICE) {
		if (!q->choice_count)
			return 0;
		diag_set(diag, ERR_FORMAT, "choices in a question of kind %s", kind_names[q->kind]);
		return wrong(block, "choice", diag);
	}
	if (q->choice_count < 2 || q->choice_count > CHOICES_MAX) {
		diag_set(diag, ERR_FORMAT, "%zu choices, where 2 to %d are possible",
		    q->choice_count, CHOICES_MAX);
		return wrong(block, "choice", diag);
	}
	if (lesson__read_int(q->answer, 1, (long)q->choice_count, &answer) < 0) {
		diag_set(diag, ERR_FORMAT, "the answer '%.40s' is not the number of a choice",
		    q->answer);
		return wrong(block, "answer", diag);
	}
	return 0;
}

/* "value | misconception | what to say" */
static int read_refusal(const struct block_line *line, struct refusal *ret, struct diag *diag)
{
	const char *first = strchr(line->value, '|');
	const char *second = first ? strchr(first + 1, '|') : NULL;

	if (!second) {
		diag_set(diag, ERR_FORMAT, "refuse needs three parts");
		diag_hint(diag, "refuse: value | misconception | what to say");
		diag_at(diag, NULL, line->line, 0);
		return ERR_FORMAT;
	}
	ret->value = lesson__trimmed(line->value, first);
	ret->misconception = lesson__trimmed(first + 1, second);
	ret->say = lesson__trimmed(second + 1, second + strlen(second));
	if (ret->value[0] && ret->misconception[0] && ret->say[0])
		return 0;
	diag_set(diag, ERR_FORMAT, "a part of refuse is empty");
	diag_at(diag, NULL, line->line, 0);
	return ERR_FORMAT;
}

static int read_refusals(const struct block *block, struct question *q, struct diag *diag)
{
	const struct block_line *line;
	int r = 0;

	while (r == 0 && (line = block_nth(block, "refuse", q->refusal_count))) {
		q->refusals = xrealloc(q->refusals, q->refusal_count + 1, sizeof(*q->refusals));
		q->refusals[q->refusal_count] = (struct refusal){.value = NULL};
		r = read_refusal(line, &q->refusals[q->refusal_count++], diag);
	}
	return r;
}

/* Braces in all that is said to the learner. */
static int check_texts(const struct block *block, struct diag *diag)
{
	static const char *const said[] = {"ask", "right", "hint", "choice"};

	for (size_t i = 0; i < ARRAY_LEN(said); i++) {
		const struct block_line *line;

		for (size_t n = 0; (line = block_nth(block, said[i], n)); n++)
			if (fill_check(line->value, diag) < 0) {
				diag_at(diag, NULL, line->line, 0);
				return ERR_FORMAT;
			}
	}
	return 0;
}

static int check_refusals(const struct block *block, const struct question *q, struct diag *diag)
{
	for (size_t i = 0; i < q->refusal_count; i++)
		if (fill_check(q->refusals[i].say, diag) < 0) {
			diag_at(diag, NULL,
			    block_nth(block, "refuse", i)->line, 0);
			return ERR_FORMAT;
		}
	return 0;
}

static int read_all(const struct block *block, struct question *q, struct diag *diag)
{
	int r = read_kind(block, q, diag);

	q->line = block->line;
	q->id = copy_of(block, "id");
	q->ask = copy_of(block, "ask");
	q->answer = copy_of(block, "answer");
	q->right = copy_of(block, "right");
	q->accepts = all_of(block, "accept", &q->accept_count);
	q->hints = all_of(block, "hint", &q->hint_count);
	if (r == 0 && !lesson__is_id(q->id)) {
		diag_set(diag, ERR_FORMAT, "the question's id '%.40s' is not one", q->id);
		diag_hint(diag, "small letters, digits and hyphens, a letter first");
		r = wrong(block, "id", diag);
	}
	if (r == 0)
		r = read_digits(block, q, diag);
	if (r == 0)
		r = read_cell(block, q, diag);
	if (r == 0)
		r = read_choices(block, q, diag);
	if (r == 0)
		r = read_refusals(block, q, diag);
	if (r == 0)
		r = check_texts(block, diag);
	return r == 0 ? check_refusals(block, q, diag) : r;
}

int question_parse(const struct block *block, const char *file, struct question *ret,
    struct diag *diag)
{
	struct question q = {.id = NULL};
	struct diag own = {.code = 0};
	int r = lesson__check_keys(block, keys, &own);

	if (r == 0)
		r = read_all(block, &q, &own);
	if (r < 0) {
		question_release(&q);
		if (diag)
			*diag = own;
		diag_at(diag, file, own.line, 0);
		return r;
	}
	*ret = q;
	return 0;
}

static void free_all(char **values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		mem_free(values[i]);
	mem_free(values);
}

void question_release(struct question *q)
{
	mem_free(q->id);
	mem_free(q->ask);
	mem_free(q->answer);
	mem_free(q->right);
	mem_free(q->cell);
	free_all(q->choices, q->choice_count);
	free_all(q->accepts, q->accept_count);
	free_all(q->hints, q->hint_count);
	for (size_t i = 0; i < q->refusal_count; i++) {
		mem_free(q->refusals[i].value);
		mem_free(q->refusals[i].misconception);
		mem_free(q->refusals[i].say);
	}
	mem_free(q->refusals);
	*q = (struct question){.id = NULL};
}
