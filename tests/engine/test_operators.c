// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The operators against NumPy and PyTorch: operators.txt has a few thousand cases with their
 * answers (written by make-operators), and each is run by the function that its first word names.
 */
#include "config.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/file.h"
#include "engine/assemble.h"
#include "engine/elementwise.h"
#include "engine/exp_float.h"
#include "engine/index.h"
#include "engine/matmul.h"
#include "engine/reduce.h"
#include "engine/tensor_text.h"
#include "support/check.h"

#define FIELDS_MAX 8
#define WORDS_MAX 8

/* A line: "words | tensor | tensor ...". */
struct scenario {
	int number;
	int word_count, field_count;
	char *words[WORDS_MAX];
	struct tensor *fields[FIELDS_MAX];
	double rtol, atol;
};

static enum world world_of(const char *name)
{
	return strcmp(name, "numpy") == 0 ? WORLD_NUMPY : WORLD_TORCH;
}

static void verify(const struct scenario *s, int err, struct tensor *got, const struct diag *diag,
    int field)
{
	char what[64];

	snprintf(what, sizeof(what), "line %d, %s %s", s->number, s->words[0],
	    s->word_count > 1 ? s->words[1] : "");
	if (err < 0)
		fail_msg("%s: %s", what, diag->msg);
	check_tensor(what, got, s->fields[field], s->rtol, s->atol);
	tensor_free(got);
}

static enum dtype common_dtype(const struct scenario *s)
{
	struct promote_operand operands[2];

	for (int i = 0; i < 2; i++)
		operands[i] = (struct promote_operand){
		    .dtype = s->fields[i]->dtype, .scalar = s->fields[i]->ndim == 0};
	return promote_operands(world_of(s->words[2]), operands, 2);
}

static void run_binary(const struct scenario *s)
{
	int op = binary_op_find(s->words[1]), err;
	struct tensor *got = NULL;
	struct diag diag;

	assert_true(op >= 0);
	err = elementwise_binary(
	    op, world_of(s->words[2]), common_dtype(s), s->fields[0], s->fields[1], &got, &diag);
	verify(s, err, got, &diag, 2);
}

static void run_unary(const struct scenario *s)
{
	int op = unary_op_find(s->words[1]), err;
	struct tensor *got = NULL;
	struct diag diag;

	assert_true(op >= 0);
	err = elementwise_unary(op, world_of(s->words[2]), s->fields[0], &got, &diag);
	verify(s, err, got, &diag, 1);
}

static void parse_dims(const char *text, struct reduce_spec *spec)
{
	char *next;

	for (; *text && strcmp(text, "all") != 0; text = next + (*next == ','))
		spec->dims[spec->count++] = (int)strtol(text, &next, 10);
}

static void run_reduce(const struct scenario *s)
{
	enum world world = world_of(s->words[2]);
	struct reduce_spec spec = {.op = reduce_op_find(s->words[1]),
	    .keepdim = atoi(s->words[4]),
	    .correction = world == WORLD_TORCH};
	struct tensor *got = NULL;
	struct diag diag;
	int err;

	parse_dims(s->words[3], &spec);
	err = reduce_tensor(&spec, world, s->fields[0], &got, &diag);
	verify(s, err, got, &diag, 1);
}

static void run_norm(const struct scenario *s)
{
	struct reduce_spec spec = {.op = REDUCE_NORM, .order = strtod(s->words[1], NULL)};
	struct tensor *got = NULL;
	struct diag diag;
	int err;

	parse_dims(s->words[2], &spec);
	err = reduce_tensor(&spec, WORLD_TORCH, s->fields[0], &got, &diag);
	verify(s, err, got, &diag, 1);
}

/* Every bit of a sum: 'exactsum WORLD DTYPE COUNT [COLUMNS]' of a formula's numbers. */
static void run_exactsum(const struct scenario *s)
{
	struct reduce_spec spec = {.op = REDUCE_SUM, .count = s->word_count > 4};
	int64_t n = atoll(s->words[3]), shape[2] = {n, 1};
	enum dtype dtype = strcmp(s->words[2], "f32") == 0 ? DTYPE_F32 : DTYPE_F64;
	struct tensor *flat, *src, *got = NULL;
	struct scenario exact = *s;
	struct diag diag;
	int err;

	exact.rtol = exact.atol = 0;
	assert_int_equal(tensor_new(dtype, 1, &n, &flat, NULL), 0);
	for (int64_t i = 0; i < n; i++)
		tensor_set_at(flat, &i, (double)(i * 7919 % 1009 - 504) / 7);
	if (spec.count) {
		shape[1] = atoll(s->words[4]);
		shape[0] = n / shape[1];
	}
	assert_int_equal(tensor_view_reshape(flat, 1 + spec.count, shape, &src, NULL), 0);
	err = reduce_tensor(&spec, world_of(s->words[1]), src, &got, &diag);
	verify(&exact, err, got, &diag, 0);
	tensor_free(src);
	tensor_free(flat);
}

static void run_matmul(const struct scenario *s)
{
	struct tensor *got = NULL;
	struct diag diag;
	int err = matmul(s->fields[0], s->fields[1], &got, &diag);

	verify(s, err, got, &diag, 2);
}

static void run_line(const struct scenario *s)
{
	bool soft = strstr(s->words[1], "softmax") != NULL,
	     product = strcmp(s->words[1], "cumprod") == 0;
	int dim = atoi(s->words[2]), err;
	struct tensor *got = NULL;
	struct diag diag;

	if (soft)
		err = reduce_softmax(
		    s->fields[0], dim, strncmp(s->words[1], "log", 3) == 0, &got, &diag);
	else
		err = reduce_cumulative(
		    product ? REDUCE_PROD : REDUCE_SUM, s->fields[0], dim, &got, &diag);
	verify(s, err, got, &diag, 1);
}

static void run_two_results(const struct scenario *s)
{
	struct tensor *values = NULL, *indices = NULL;
	int dim = atoi(s->words[1]), flag = atoi(s->words[2]), err;
	struct diag diag;

	if (strcmp(s->words[0], "sort") == 0)
		err = assemble_sort(s->fields[0], dim, flag, &values, &indices, &diag);
	else
		err = reduce_extreme(flag ? REDUCE_MAX : REDUCE_MIN, s->fields[0], dim, false,
		    &values, &indices, &diag);
	verify(s, err, values, &diag, 1);
	verify(s, err, indices, &diag, 2);
}

/* "i1", "s1:3:2", "e", "n", "t": the items of an index; tensors come from the fields. */
static int parse_items(const struct scenario *s, struct index_item *items, int *ret_field)
{
	int field = 1;

	for (int i = 1; i < s->word_count; i++) {
		struct index_item *item = &items[i - 1];
		char *text = s->words[i] + 1, *next;

		*item = (struct index_item){.kind = INDEX_KIND_TENSOR, .step = 1};
		switch (s->words[i][0]) {
		case 'i':
			item->kind = INDEX_KIND_INT;
			item->start = atoll(text);
			break;
		case 's':
			item->kind = INDEX_KIND_SLICE;
			item->start = strtoll(text, &next, 10);
			item->has_start = next != text;
			text = next + 1;
			item->stop = strtoll(text, &next, 10);
			item->has_stop = next != text;
			if (*next == ':' && next[1])
				item->step = atoll(next + 1);
			break;
		case 'e': item->kind = INDEX_KIND_ELLIPSIS; break;
		case 'n': item->kind = INDEX_KIND_NEW_AXIS; break;
		default: item->tensor = s->fields[field++];
		}
	}
	*ret_field = field;
	return s->word_count - 1;
}

static void run_index(const struct scenario *s)
{
	struct index_item items[WORDS_MAX];
	int field, count = parse_items(s, items, &field), err;
	struct tensor *got = NULL;
	struct diag diag;

	err = index_get(s->fields[0], items, count, &got, &diag);
	verify(s, err, got, &diag, field);
}

static void run_assign(const struct scenario *s)
{
	struct index_item items[WORDS_MAX];
	int field, count = parse_items(s, items, &field), err;
	struct diag diag;

	err = index_set(s->fields[0], items, count, s->fields[field], &diag);
	verify(s, err, tensor_share(s->fields[0]), &diag, field + 1);
}

static void run_nonzero(const struct scenario *s)
{
	struct tensor *got = NULL;
	struct diag diag;
	int err = index_nonzero(s->fields[0], &got, &diag);

	verify(s, err, got, &diag, 1);
}

static void run_gather(const struct scenario *s)
{
	struct tensor *got = NULL;
	struct diag diag;
	int err = index_gather(s->fields[0], atoi(s->words[1]), s->fields[1], &got, &diag);

	verify(s, err, got, &diag, 2);
}

static void run_scatter_add(const struct scenario *s)
{
	struct diag diag;
	int err =
	    index_scatter(s->fields[0], atoi(s->words[1]), s->fields[1], s->fields[2], true, &diag);

	verify(s, err, tensor_share(s->fields[0]), &diag, 3);
}

static int parse_sizes(const char *text, int64_t *sizes)
{
	int count = 0;
	char *next;

	for (; *text; text = next + (*next == ','))
		sizes[count++] = strtoll(text, &next, 10);
	return count;
}

static void run_pad(const struct scenario *s)
{
	static const char *const modes[] = {"constant", "reflect", "replicate", "circular"};
	int64_t before[TENSOR_MAX_DIMS], after[TENSOR_MAX_DIMS];
	struct tensor *got = NULL;
	struct diag diag;
	int mode = 0, err;

	while (strcmp(modes[mode], s->words[1]) != 0)
		mode++;
	parse_sizes(s->words[2], before);
	parse_sizes(s->words[3], after);
	err = assemble_pad(s->fields[0], before, after, mode, 0, &got, &diag);
	verify(s, err, got, &diag, 1);
}

static void run_repeat(const struct scenario *s)
{
	int64_t times[TENSOR_MAX_DIMS];
	struct tensor *got = NULL;
	struct diag diag;
	int err =
	    assemble_repeat(s->fields[0], times, parse_sizes(s->words[1], times), &got, &diag);

	verify(s, err, got, &diag, 1);
}

static void run_roll(const struct scenario *s)
{
	struct tensor *got = NULL;
	struct diag diag;
	int err = assemble_roll(s->fields[0], atoi(s->words[1]), atoi(s->words[2]), &got, &diag);

	verify(s, err, got, &diag, 1);
}

static void run_triangle(const struct scenario *s)
{
	struct tensor *got = NULL;
	struct diag diag;
	int err =
	    assemble_triangle(s->fields[0], s->words[0][3] == 'u', atoi(s->words[1]), &got, &diag);

	verify(s, err, got, &diag, 1);
}

static void run_join(const struct scenario *s)
{
	const struct tensor *parts[] = {s->fields[0], s->fields[1]};
	struct tensor *got = NULL;
	struct diag diag;
	int dim = atoi(s->words[1]), err;

	if (strcmp(s->words[0], "cat") == 0)
		err = assemble_cat(parts, 2, dim, &got, &diag);
	else
		err = assemble_stack(parts, 2, dim, &got, &diag);
	verify(s, err, got, &diag, 2);
}

static const struct {
	const char *word;
	void (*run)(const struct scenario *s);
} runners[] = {
    {"binary", run_binary},   {"unary", run_unary},	{"reduce", run_reduce},
    {"norm", run_norm},	      {"exactsum", run_exactsum}, {"matmul", run_matmul},
    {"line", run_line},	      {"sort", run_two_results}, {"extreme", run_two_results},
    {"index", run_index},     {"assign", run_assign},	{"nonzero", run_nonzero},
    {"gather", run_gather},   {"scatter_add", run_scatter_add}, {"pad", run_pad},
    {"repeat", run_repeat},   {"roll", run_roll},	{"tril", run_triangle},
    {"triu", run_triangle},   {"cat", run_join},	{"stack", run_join},
};

static void run_line_of_file(char *line, int number, const char *only)
{
	struct scenario s = {.number = number, .rtol = 3e-6, .atol = 3e-7};
	char *field, *word, *rest = line, *words;

	words = strsep(&rest, "|");
	for (word = strtok(words, " "); word; word = strtok(NULL, " "))
		s.words[s.word_count++] = word;
	if (!s.word_count || (only && strcmp(s.words[0], only) != 0))
		return;
	while ((field = strsep(&rest, "|")))
		s.fields[s.field_count++] = tensor_parse(field);
	for (size_t i = 0; i < ARRAY_LEN(runners); i++) {
		if (strcmp(runners[i].word, s.words[0]) == 0) {
			runners[i].run(&s);
			break;
		}
		if (i + 1 == ARRAY_LEN(runners))
			fail_msg("line %d: nothing runs '%s'", number, s.words[0]);
	}
	for (int i = 0; i < s.field_count; i++)
		tensor_free(s.fields[i]);
}

static void run_all(const char *only)
{
	const char *path = check_source_path("tests/engine/operators.txt");
	char *text, *line, *rest;
	int number = 0;
	struct diag diag;
	size_t len;

	assert_int_equal(file_read(path, 1 << 24, &text, &len, &diag), 0);
	for (rest = text; (line = strsep(&rest, "\n"));)
		run_line_of_file(line, ++number, only);
	mem_free(text);
}

static void test_every_answer_is_numpys_or_pytorchs(void **state)
{
	size_t before = tensor_memory_used();

	(void)state;
	run_all(getenv("ONLY"));
	assert_int_equal(tensor_memory_used(), before);
}

static struct tensor *both(enum binary_op op, const char *a, const char *b, int expected)
{
	struct tensor *x = tensor_parse(a), *y = tensor_parse(b), *got = NULL;
	struct diag diag;
	int err = elementwise_binary(op, WORLD_TORCH, x->dtype, x, y, &got, &diag);

	assert_int_equal(err, expected);
	if (err < 0)
		assert_true(diag.msg[0] != '\0');
	tensor_free(x);
	tensor_free(y);
	return got;
}

static void test_what_cannot_be_computed_is_refused(void **state)
{
	(void)state;
	assert_null(both(BINARY_ADD, "f32 2 1 2", "f32 3 1 2 3", ERR_SHAPE));
	assert_null(both(BINARY_SUB, "bool 1 1", "bool 1 1", ERR_FORMAT));
	assert_null(both(BINARY_BIT_AND, "f32 1 1", "f32 1 1", ERR_FORMAT));
	assert_null(both(BINARY_FLOOR_DIV, "i64 1 1", "i64 1 0", ERR_SHAPE));
	assert_null(both(BINARY_POW, "i64 1 2", "i64 1 -1", ERR_SHAPE));
}

static void test_integers_wrap_without_fault(void **state)
{
	static const char *const pairs[] = {"i64 1 -9223372036854775808", "i64 1 -1"};
	static const enum binary_op ops[] = {
	    BINARY_ADD, BINARY_SUB, BINARY_MUL, BINARY_FLOOR_DIV, BINARY_MOD};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ops); i++)
		tensor_free(both(ops[i], pairs[0], pairs[1], 0));
}

static int get_error(const struct index_item *items, int count, const char *part)
{
	struct tensor *src = tensor_parse("f32 2,3 1 2 3 4 5 6"), *got = NULL;
	struct diag diag = {.code = 0};
	int err = index_get(src, items, count, &got, &diag);

	check_contains(diag.msg, part);
	tensor_free(src);
	return err;
}

static void test_indices_are_checked(void **state)
{
	struct tensor *far = tensor_parse("i64 1 5"), *real = tensor_parse("f32 1 0");
	struct tensor *mask = tensor_parse("bool 3 1 0 1");
	struct index_item items[3] = {{.kind = INDEX_KIND_INT, .start = 2}, INDEX_ALL, INDEX_ALL};

	(void)state;
	assert_int_equal(get_error(items, 1, "index 2 is out of bounds"), ERR_RANGE);
	items[0] = (struct index_item)INDEX_ALL;
	assert_int_equal(get_error(items, 3, "too many indices"), ERR_RANGE);
	items[0].step = 0;
	assert_int_equal(get_error(items, 1, "step"), ERR_RANGE);
	items[0] = (struct index_item){.kind = INDEX_KIND_TENSOR, .tensor = far};
	assert_int_equal(get_error(items, 1, "index 5 is out of bounds"), ERR_RANGE);
	items[0].tensor = real;
	assert_int_equal(get_error(items, 1, "must be int64 or bool"), ERR_FORMAT);
	items[0].tensor = mask;
	assert_int_equal(get_error(items, 1, "does not fit"), ERR_RANGE);
	items[0] = items[1] = (struct index_item){.kind = INDEX_KIND_ELLIPSIS};
	assert_int_equal(get_error(items, 2, "ellipsis"), ERR_RANGE);
	tensor_free(far);
	tensor_free(real);
	tensor_free(mask);
}

static void test_ranges_are_exact_at_their_ends(void **state)
{
	struct tensor *got, *expected = tensor_parse("f64 5 0 0.25 0.5 0.75 1");

	(void)state;
	assert_int_equal(assemble_linspace(DTYPE_F64, 0, 1, 5, &got, NULL), 0);
	check_tensor("linspace", got, expected, 0, 0);
	tensor_free(got);
	tensor_free(expected);
	expected = tensor_parse("i64 4 10 7 4 1");
	assert_int_equal(assemble_arange(DTYPE_I64, 10, 0, -3, &got, NULL), 0);
	check_tensor("arange", got, expected, 0, 0);
	tensor_free(got);
	tensor_free(expected);
	assert_int_equal(assemble_arange(DTYPE_I64, 0, 1, 0, &got, NULL), ERR_SHAPE);
	assert_int_equal(assemble_arange(DTYPE_I64, 0, 1e30, 1, &got, NULL), ERR_SHAPE);
	assert_int_equal(assemble_arange(DTYPE_I64, 3, 1, 1, &got, NULL), 0);
	assert_int_equal(tensor_count(got), 0);
	tensor_free(got);
}

static void test_the_fast_exponential_is_within_two_units(void **state)
{
	(void)state;
	for (float x = -87; x < 88.7f; x += 0.0137f)
		check_close(exp_float(x), exp((double)x), 1.2e-7, 0);
	check_close(exp_float(-100), exp(-100.0), 0.05, 0);
	assert_true(exp_float(0) == 1 && exp_float(-INFINITY) == 0 && exp_float(-200) == 0);
	assert_true(isinf(exp_float(INFINITY)) && isinf(exp_float(89)) && isnan(exp_float(NAN)));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_the_fast_exponential_is_within_two_units),
	cmocka_unit_test(test_every_answer_is_numpys_or_pytorchs),
	cmocka_unit_test(test_what_cannot_be_computed_is_refused),
	cmocka_unit_test(test_integers_wrap_without_fault),
	cmocka_unit_test(test_indices_are_checked),
	cmocka_unit_test(test_ranges_are_exact_at_their_ends),
};

CHECK_MAIN(tests)
